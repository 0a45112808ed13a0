//! Audit rows as FHIR R4 AuditEvents after IHE BALP (Basic Audit Log Patterns): what opened a record is a `PatientRead`,
//! a search without a card a `Query`, break-glass a security alert of DICOM; the rest are DICOM's audit events.
//!
//! A patient is named by the random record id, never otherwise. Nothing of a row is lost: what FHIR has no element for
//! stands as details of an entity of its own.

mod code;
mod entity;

use std::fmt::Write as _;

use serde_json::{Value, json};

use self::code::{Coded, Profile};
use crate::audit::{AuditEvent, AuditedRecord, chain};

/// Namespaces of the numbers that a row has.
const STAFF: &str = "https://kakari.example.jp/fhir/IdSystem/staff";
const TABLET: &str = "https://kakari.example.jp/fhir/IdSystem/tablet";
const RECORD: &str = "https://kakari.example.jp/fhir/IdSystem/record";
const KIND: &str = "https://kakari.example.jp/fhir/CodeSystem/audit-kind";
const BALP: &str = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/";
const DCM: &str = "http://dicom.nema.org/resources/ontology/DCM";

/// Row `sequence` as an AuditEvent.
pub fn audit_event(sequence: u64, event: &AuditEvent) -> Value {
    let coded = code::of(&event.kind);
    let purpose = purpose(&coded);
    let word = code::word(&event.kind);
    let mut subtype: Vec<Value> = coded.subtype.into_iter().collect();
    subtype.push(json!({ "system": KIND, "code": word }));
    let mut resource = json!({
        "resourceType": "AuditEvent",
        "id": id(sequence, event),
        "type": coded.kind,
        "subtype": subtype,
        "action": coded.action,
        "recorded": event.at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
        "outcome": coded.outcome,
        "agent": agents(event, coded.profile),
        "source": {
            "site": event.vehicle,
            "observer": tablet(event),
            "type": [{
                "system": "http://terminology.hl7.org/CodeSystem/security-source-type", "code": "1",
                "display": "User Device"
            }],
        },
        "entity": entity::of(sequence, event, &word, coded.profile),
    });
    if let Some(profile) = coded.profile {
        resource["meta"] = json!({ "profile": [format!("{BALP}{}", profile.id())] });
    }
    if let Some(purpose) = purpose {
        resource["purposeOfEvent"] = json!([{ "coding": [purpose] }]);
    }
    resource
}

/// The address of the AuditEvent of a row in a Bundle.
pub fn full_url(sequence: u64, event: &AuditEvent) -> String {
    format!("urn:uuid:{}", id(sequence, event))
}

/// A UUID (RFC 9562, version 8) that follows from the row's place, its tablet and its start of the program.
fn id(sequence: u64, event: &AuditEvent) -> String {
    let place = [event.boot.as_slice(), event.tablet.as_bytes()].concat();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&chain(sequence, &[0; 32], &place)[..16]);
    bytes[6] = bytes[6] & 0x0F | 0x80;
    bytes[8] = bytes[8] & 0x3F | 0x80;
    let hex = hex(&bytes);
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

/// The crew and the tablet. BALP wants who asked, who served and who receives; offline the tablet is both.
fn agents(event: &AuditEvent, profile: Option<Profile>) -> Vec<Value> {
    let role = |code: &str, display: &str| json!({ "coding": [{ "system": DCM, "code": code, "display": display }] });
    let device = |kind: Value, requestor: bool| {
        json!({
            "type": kind, "who": tablet(event), "requestor": requestor,
            "network": { "address": event.tablet, "type": "1" },
        })
    };
    let (source, destination) = (role("110153", "Source Role ID"), role("110152", "Destination Role ID"));
    let mut agents = match profile {
        Some(_) => vec![device(source, false), device(destination, event.crew.is_empty())],
        None => vec![device(role("110150", "Application"), event.crew.is_empty())],
    };
    agents.extend(event.crew.iter().enumerate().map(|(place, staff)| member(staff, place == 0 && profile.is_some())));
    agents
}

/// BALP knows one user; the others of a crew are human users beside.
fn member(staff: &str, recipient: bool) -> Value {
    let kind = if recipient {
        json!({
            "system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "code": "IRCP",
            "display": "information recipient"
        })
    } else {
        json!({
            "system": "http://terminology.hl7.org/CodeSystem/extra-security-role-type", "code": "humanuser",
            "display": "human user"
        })
    };
    json!({
        "type": { "coding": [kind] },
        "who": { "identifier": { "system": STAFF, "value": staff } },
        "requestor": true,
    })
}

fn tablet(event: &AuditEvent) -> Value {
    json!({ "type": "Device", "identifier": { "system": TABLET, "value": event.tablet }, "display": event.tablet })
}

fn patient(record: &[u8; 16]) -> Value {
    json!({ "type": "Patient", "identifier": { "system": RECORD, "value": hex(record) } })
}

fn version(record: &AuditedRecord) -> Value {
    let value = format!("{}/{}", hex(&record.id), record.version);
    json!({ "identifier": { "system": format!("{RECORD}-version"), "value": value } })
}

fn purpose(coded: &Coded) -> Option<Value> {
    let (code, display) = coded.purpose?;
    Some(json!({ "system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": code, "display": display }))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
