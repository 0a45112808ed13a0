//! Condition, Procedure (operations and dialysis) and DeviceUseStatement.

use serde_json::{Value, json};

use super::own::Own;
use super::paper::Paper;
use super::shapes::{coded, concept, date, notes, phones, status, unknown, unknown_unless, words};
use super::who::{Place, state};
use crate::codes;
use crate::fhir::own::word_of;
use crate::model::{Condition, ConditionStatus, Device, Dialysis, Origin, Procedure, Subject};

const CONDITION: (Place, Option<&str>) = (Place::RecorderAndAsserter, Some("recordedDate"));
/// R4 has no recorded date for a Procedure.
const PROCEDURE: (Place, Option<&str>) = (Place::RecorderAndAsserter, None);
const DEVICE: (Place, Option<&str>) = (Place::OnePerson("source"), Some("recordedOn"));

pub(super) fn condition(paper: &mut Paper, item: &Condition) -> String {
    let mut own = Own::of(Subject::Conditions);
    // A side that the name holds already would not be read as a side.
    if let Some(side) = item.side.as_deref().filter(|side| item.name.text.contains(side)) {
        own.text("side", side);
    }
    if item.suspected != item.name.text.ends_with("疑い") {
        own.flag("suspected", item.suspected);
    }
    let clinical = match item.status {
        ConditionStatus::Active => status("condition-clinical", "active"),
        ConditionStatus::Inactive => status("condition-clinical", "inactive"),
        ConditionStatus::Remission => status("condition-clinical", "remission"),
        ConditionStatus::Resolved => status("condition-clinical", "resolved"),
        ConditionStatus::Unknown => unknown(),
    };
    let mut resource = json!({
        "resourceType": "Condition",
        "clinicalStatus": clinical,
        "verificationStatus": item.suspected.then(|| status("condition-ver-status", "provisional")),
        "category": [status("condition-category", "problem-list-item")],
        "code": coded(&item.name),
        "bodySite": item.side.as_deref().map(|side| [words(side)]),
        "subject": paper.subject(),
        "onsetDateTime": date(item.onset),
        "note": notes(item.note.as_deref()),
    });
    state(paper, &mut resource, CONDITION, (&item.origin, None), own);
    paper.put(resource)
}

/// 「病名・既往なし」, said by somebody.
pub(super) fn no_conditions(paper: &mut Paper, origin: &Origin) -> String {
    let mut resource = json!({
        "resourceType": "Condition",
        "clinicalStatus": status("condition-clinical", "active"),
        "verificationStatus": status("condition-ver-status", "confirmed"),
        "category": [status("condition-category", "problem-list-item")],
        "code": concept(codes::IPS_ABSENT, "no-known-problems", "病名・既往なし(確認済)"),
        "subject": paper.subject(),
    });
    state(paper, &mut resource, CONDITION, (origin, None), Own::of(Subject::Conditions));
    paper.put(resource)
}

pub(super) fn procedure(paper: &mut Paper, item: &Procedure) -> String {
    let mut resource = json!({
        "resourceType": "Procedure",
        "status": "completed",
        "code": coded(&item.name),
        "subject": paper.subject(),
        "performedDateTime": date(item.date),
        "_performedDateTime": unknown_unless(item.date.is_some()),
        "note": notes(item.note.as_deref()),
    });
    state(paper, &mut resource, PROCEDURE, (&item.origin, None), Own::of(Subject::Procedures));
    paper.put(resource)
}

/// 「手術・処置なし」, said by somebody.
pub(super) fn no_procedures(paper: &mut Paper, origin: &Origin) -> String {
    let mut resource = json!({
        "resourceType": "Procedure",
        "status": "unknown",
        "code": concept(codes::IPS_ABSENT, "no-known-procedures", "手術・処置なし(確認済)"),
        "subject": paper.subject(),
        "_performedDateTime": unknown(),
    });
    state(paper, &mut resource, PROCEDURE, (origin, None), Own::of(Subject::Procedures));
    paper.put(resource)
}

/// Dialysis is a Procedure that goes on; its schedule stands where others have a date.
pub(super) fn dialysis(paper: &mut Paper, item: &Dialysis) -> String {
    let centre = (item.centre.is_some() || item.phone.is_some()).then(|| {
        let phone = phones(item.phone.as_slice());
        paper.put(json!({"resourceType": "Location", "name": item.centre, "telecom": phone}))
    });
    let mut resource = json!({
        "resourceType": "Procedure",
        "status": "in-progress",
        "code": words(&item.name),
        "subject": paper.subject(),
        "performedString": item.schedule,
        "_performedDateTime": unknown_unless(item.schedule.is_some()),
        "bodySite": item.shunt.as_deref().map(|shunt| [words(shunt)]),
        "location": centre.map(|url| json!({"reference": url})),
    });
    state(paper, &mut resource, PROCEDURE, (&item.origin, None), Own::of(Subject::Dialysis));
    paper.put(resource)
}

pub(super) fn device(paper: &mut Paper, item: &Device) -> String {
    let mut own = Own::of(Subject::Devices);
    own.text("kind", &word_of(&item.kind));
    let device = paper.put(json!({"resourceType": "Device", "type": coded(&item.name), "patient": paper.subject()}));
    let mut resource = usage(paper, &device, date(item.since));
    resource["bodySite"] = item.site.as_deref().map_or(Value::Null, words);
    resource["note"] = notes(item.note.as_deref());
    state(paper, &mut resource, DEVICE, (&item.origin, None), own);
    paper.put(resource)
}

/// 「体内機器なし」, said by somebody.
pub(super) fn no_devices(paper: &mut Paper, origin: &Origin) -> String {
    let none = concept(codes::IPS_ABSENT, "no-known-devices", "体内機器なし(確認済)");
    let device = paper.put(json!({"resourceType": "Device", "type": none, "patient": paper.subject()}));
    let mut resource = usage(paper, &device, Value::Null);
    state(paper, &mut resource, DEVICE, (origin, None), Own::of(Subject::Devices));
    paper.put(resource)
}

fn usage(paper: &Paper, device: &str, since: Value) -> Value {
    json!({
        "resourceType": "DeviceUseStatement",
        "status": "active",
        "subject": paper.subject(),
        "device": {"reference": device},
        "_timingDateTime": unknown_unless(!since.is_null()),
        "timingDateTime": since,
    })
}
