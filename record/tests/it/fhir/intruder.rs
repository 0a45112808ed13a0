//! Another patient's things in a document, in every way in which they can get there.

use proptest::prelude::*;
use serde_json::{Value, json};

/// Things of another patient, put among the entries of a document.
#[derive(Clone, Debug)]
pub(crate) struct Intrusion {
    kinds: Vec<usize>,
    /// How the things refer to their patient.
    reference: usize,
    /// What the document says of that patient, and what got lost of it.
    patient: Option<usize>,
    place: prop::sample::Index,
}

const KINDS: [(&str, &str); 12] = [
    ("AllergyIntolerance", "patient"),
    ("MedicationStatement", "subject"),
    ("MedicationRequest", "subject"),
    ("MedicationDispense", "subject"),
    ("Condition", "subject"),
    ("Procedure", "subject"),
    ("Observation", "subject"),
    ("Flag", "subject"),
    ("Device", "patient"),
    ("DeviceUseStatement", "subject"),
    ("RelatedPerson", "patient"),
    ("DocumentReference", "subject"),
];

pub(crate) fn intrusion() -> impl Strategy<Value = Intrusion> {
    let kinds = prop::collection::vec(0..KINDS.len(), 1..4);
    (kinds, 0..7usize, prop::option::of(0..4usize), any::<prop::sample::Index>())
        .prop_map(|(kinds, reference, patient, place)| Intrusion { kinds, reference, patient, place })
}

impl Intrusion {
    /// In every word of what belongs to the other patient.
    pub(crate) const MARK: &'static str = "別人の";

    /// Puts the things in; false for a document that has no entries any more.
    pub(crate) fn befall(&self, document: &mut Value) -> bool {
        let patient = self.patient.map(other_patient);
        let things = self.kinds.iter().map(|kind| self.thing(KINDS[*kind]));
        let entries: Vec<Value> = patient.into_iter().chain(things).collect();
        let Some(all) = document["entry"].as_array_mut() else { return false };
        // A document that has lost its own patient would rightly be the other's.
        if !all.iter().any(|entry| entry["resource"]["resourceType"] == "Patient") {
            return false;
        }
        let at = self.place.index(all.len() + 1);
        all.splice(at..at, entries);
        true
    }

    fn thing(&self, (kind, key): (&str, &str)) -> Value {
        let words = json!({"text": format!("{}物", Self::MARK)});
        let mut resource = json!({"resourceType": kind, "status": "active", "code": words, "name": [words],
            "medicationCodeableConcept": words, "valueString": format!("{}値", Self::MARK), "type": words,
            "device": {"display": format!("{}機器", Self::MARK)}, "recordedDate": "2026-01-01"});
        if kind == "Observation" {
            resource["code"] = json!({"coding": [{"system": "http://loinc.org", "code": "882-1"}]});
        }
        if kind == "DocumentReference" {
            resource["type"]["coding"] = json!([{"system": "http://loinc.org", "code": "42348-3"}]);
        }
        let reference = match self.reference {
            0 => json!({"reference": "urn:uuid:0ther"}),
            1 => json!({"reference": "Patient/0ther"}),
            2 => json!({"identifier": {"system": "urn:oid:2.999.0", "value": "0ther"}}),
            3 => json!({"reference": "https://0ther.example/fhir/Patient/0ther", "display": "別人の名前"}),
            4 => json!({"reference": "Patient?identifier=urn:oid:2.999.0|0ther"}),
            5 => {
                resource["contained"] = json!([{"resourceType": "Patient", "id": "p", "name": [{"text": "別人の名前"}],
                    "birthDate": "1901-01-01", "identifier": [{"system": "urn:oid:2.999.0", "value": "0ther"}]}]);
                json!({"reference": "#p"})
            }
            // Without a subject it may be anybody's, but only where the other is in the document.
            _ if self.patient.is_some() => Value::Null,
            _ => json!({"reference": "Patient/0ther"}),
        };
        resource[key] = reference;
        json!({"resource": resource})
    }
}

/// The other patient's own entry: whole, or without one of the things that tell who it is.
fn other_patient(lost: usize) -> Value {
    let mut entry = json!({"fullUrl": "urn:uuid:0ther", "resource": {"resourceType": "Patient", "id": "0ther",
        "name": [{"text": "別人の名前"}], "birthDate": "1901-01-01",
        "identifier": [{"system": "urn:oid:2.999.0", "value": "0ther"}]}});
    match lost {
        1 => entry["fullUrl"] = Value::Null,
        2 => entry["resource"]["id"] = Value::Null,
        3 => entry["resource"]["identifier"] = Value::Null,
        _ => {}
    }
    entry
}
