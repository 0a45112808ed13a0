//! What an event was about: the patient and the record's version, the search, and everything else that the row says.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::code::Profile;
use super::{hex, patient, version};
use crate::audit::{AuditEvent, AuditKind, AuditedRecord};

const TYPE: &str = "http://terminology.hl7.org/CodeSystem/audit-entity-type";
const ROLE: &str = "http://terminology.hl7.org/CodeSystem/object-role";

/// The entities of a row.
pub(super) fn of(sequence: u64, event: &AuditEvent, word: &str, profile: Option<Profile>) -> Vec<Value> {
    let mut entities = Vec::new();
    if let Some(id) = record_of(&event.kind).map(|record| record.id).or_else(|| not_opened(&event.kind)) {
        entities.push(json!({ "what": patient(&id), "type": person(), "role": role("1", "Patient") }));
    }
    if let Some(record) = record_of(&event.kind) {
        let role = if profile.is_some() { role("4", "Domain Resource") } else { role("3", "Report") };
        entities.push(json!({ "what": version(record), "type": system_object(), "role": role }));
    }
    if let AuditKind::Searched { terms, named, .. } = &event.kind {
        let asked = format!("terms={}&named={named}", hex(terms));
        entities.push(json!({
            "type": system_object(), "role": role("24", "Query"), "query": STANDARD.encode(asked),
        }));
    }
    entities.push(row(sequence, event, word));
    entities
}

/// Everything of the row that has no element of its own, name by name.
fn row(sequence: u64, event: &AuditEvent, word: &str) -> Value {
    let quality = serde_json::to_value(event.time_quality).unwrap_or_default();
    let mut details = vec![
        detail("sequence", &json!(sequence)),
        detail("boot", &json!(hex(&event.boot))),
        detail("monotonic_ms", &json!(event.monotonic_ms)),
        detail("time_quality", &quality),
        detail("app", &json!(event.app)),
    ];
    let kind = serde_json::to_value(&event.kind).unwrap_or_default();
    let fields = kind.get(word).and_then(Value::as_object).into_iter().flatten();
    let is_said = |value: &Value| !value.is_null() && value.as_array().is_none_or(|items| !items.is_empty());
    let said = fields.filter(|(name, value)| *name != "record" && is_said(value));
    details.extend(said.map(|(name, value)| detail(name, value)));
    json!({ "type": { "system": TYPE, "code": "4", "display": "Other" }, "name": word, "detail": details })
}

fn detail(name: &str, value: &Value) -> Value {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Array(items) if items.iter().all(is_byte) && items.len() >= 8 => {
            hex(&items.iter().filter_map(|item| u8::try_from(item.as_u64()?).ok()).collect::<Vec<_>>())
        }
        Value::Array(items) => {
            let words = items.iter().map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned));
            words.collect::<Vec<_>>().join(" ")
        }
        other => other.to_string(),
    };
    json!({ "type": name, "valueString": text })
}

fn is_byte(value: &Value) -> bool {
    value.as_u64().is_some_and(|number| number <= 255)
}

fn record_of(kind: &AuditKind) -> Option<&AuditedRecord> {
    use AuditKind as K;
    match kind {
        K::RecordOpened { record, .. }
        | K::RecordShown { record, .. }
        | K::UntoldShown { record }
        | K::CardRemoved { record }
        | K::IdentityRejected { record }
        | K::CaseClosed { record, .. }
        | K::HandedOver { record, .. } => Some(record),
        _ => None,
    }
}

/// Who was found and not opened.
fn not_opened(kind: &AuditKind) -> Option<[u8; 16]> {
    match kind {
        AuditKind::BirthYearWrong { record } | AuditKind::FoundRefused { record, .. } => Some(*record),
        _ => None,
    }
}

fn person() -> Value {
    json!({ "system": TYPE, "code": "1", "display": "Person" })
}

fn system_object() -> Value {
    json!({ "system": TYPE, "code": "2", "display": "System Object" })
}

fn role(code: &str, display: &str) -> Value {
    json!({ "system": ROLE, "code": code, "display": display })
}
