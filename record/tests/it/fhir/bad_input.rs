//! Refusals: one line, the exact path, no value of the document; and nothing taken in.

use kakari_record::fhir::{FhirError, read_document};
use serde_json::{Value, json};

fn bundle() -> Value {
    json!({"resourceType": "Bundle", "type": "document", "timestamp": "2026-04-12T10:00:00+09:00", "entry": [
        {"fullUrl": "urn:uuid:c", "resource": {"resourceType": "Composition", "status": "final",
            "subject": {"reference": "urn:uuid:p"}, "date": "2026-04-12",
            "section": [{"entry": [{"reference": "urn:uuid:a"}]}]}},
        {"fullUrl": "urn:uuid:p", "resource": {"resourceType": "Patient", "id": "p",
            "name": [{"text": "秘密 太郎"}], "birthDate": "1960-01-01"}},
        {"fullUrl": "urn:uuid:a", "resource": {"resourceType": "AllergyIntolerance", "id": "a",
            "code": {"text": "秘密の薬"}, "patient": {"reference": "Patient/p"}, "recordedDate": "2026-04-01"}},
        {"fullUrl": "urn:uuid:m", "resource": {"resourceType": "MedicationRequest", "status": "active",
            "subject": {"reference": "urn:uuid:p"}, "medicationCodeableConcept": {"text": "秘密の錠剤"}}},
    ]})
}

fn refusal(document: &Value) -> String {
    read_document(document.to_string().as_bytes()).expect_err("refused").to_string()
}

/// The refusal of the bundle with the value at `pointer` replaced.
fn refusal_with(pointer: &str, value: Value) -> String {
    let mut document = bundle();
    *document.pointer_mut(pointer).expect("a place of the bundle") = value;
    refusal(&document)
}

#[test]
fn the_bundle_of_these_tests_is_good() {
    assert!(read_document(bundle().to_string().as_bytes()).is_ok());
}

#[test]
fn what_is_not_json_is_refused_with_line_and_column() {
    for (bytes, line, column) in [(&b""[..], 1, 0), (b"{\n  \"a\": ?", 2, 8), (b"\xff\xfe", 1, 1), (b"hello", 1, 1)] {
        assert_eq!(read_document(bytes).expect_err("refused"), FhirError::NotJson { line, column });
    }
}

#[test]
fn what_is_not_a_bundle_is_refused() {
    for value in [json!([]), json!(7), json!("x"), json!({}), json!({"resourceType": "Patient"})] {
        assert_eq!(refusal(&value), "resourceType: expected Bundle");
    }
    assert_eq!(refusal_with("/type", json!("history")), "type: expected document, collection or transaction");
    assert_eq!(refusal_with("/entry", json!([])), "entry: no resources");
    assert_eq!(refusal_with("/entry", json!({})), "entry: expected an array");
}

#[test]
fn the_same_key_twice_is_refused() {
    let twice = br#"{"resourceType": "Bundle", "type": "document", "type": "collection"}"#;
    let refused = read_document(twice).expect_err("refused");
    assert!(matches!(refused, FhirError::KeyTwice { line: 1, .. }));
}

#[test]
fn a_wrong_date_is_refused_at_its_path() {
    for wrong in ["1960/01/01", "19600101", "1960-13-01", "1960-02-30", "S35.1.1", "1960-01-01T00:00:00+09:00"] {
        assert_eq!(
            refusal_with("/entry/1/resource/birthDate", json!(wrong)),
            "entry[1].resource.birthDate: not a date (expected YYYY, YYYY-MM or YYYY-MM-DD)"
        );
    }
    assert_eq!(
        refusal_with("/entry/2/resource/recordedDate", json!("2026-04-01T10:00")),
        "entry[2].resource.recordedDate: not a date or time \
         (expected YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mm:ss+zz:zz)"
    );
    assert_eq!(
        refusal_with("/entry/1/resource/birthDate", json!(1960)),
        "entry[1].resource.birthDate: expected a text"
    );
}

#[test]
fn a_reference_to_nothing_is_refused_at_its_path() {
    let mut document = bundle();
    let medicine = &mut document["entry"][3]["resource"];
    medicine["medicationCodeableConcept"] = Value::Null;
    medicine["medicationReference"] = json!({"reference": "Medication/9", "display": "秘密の錠剤"});
    assert_eq!(
        refusal(&document),
        "entry[3].resource.medicationReference: nothing in this Bundle has this Medication reference"
    );
    assert_eq!(
        refusal_with("/entry/2/resource/patient/reference", json!("Patient/秘密")),
        "entry[2].resource.patient: nothing in this Bundle has this Patient reference"
    );
    assert_eq!(
        refusal_with("/entry/0/resource/section/0/entry/0/reference", json!("urn:uuid:zzz")),
        "entry[0].resource.section[0].entry[0]: nothing in this Bundle has this resource reference"
    );
}

#[test]
fn a_reference_that_two_resources_answer_to_is_refused() {
    let mut document = bundle();
    let twin = document["entry"][1]["resource"].clone();
    document["entry"].as_array_mut().expect("entries").push(json!({"fullUrl": "urn:uuid:q", "resource": twin}));
    assert_eq!(refusal(&document), "entry[2].resource.patient: more than one resource of this Bundle answers to it");
    assert_eq!(
        refusal_with("/entry/3/fullUrl", json!("urn:uuid:a")),
        "entry[3].fullUrl: an earlier entry has the same"
    );
}

#[test]
fn a_contained_reference_to_nothing_is_refused_at_its_path() {
    assert_eq!(
        refusal_with("/entry/2/resource/patient/reference", json!("#p")),
        "entry[2].resource.patient: nothing in this Bundle has this contained reference"
    );
}

#[test]
fn an_item_about_another_patient_refuses_the_whole_document() {
    let mut document = bundle();
    let other = json!({"fullUrl": "urn:uuid:q", "resource": {"resourceType": "Patient", "id": "q", "name": [{"text": "別人"}]}});
    document["entry"].as_array_mut().expect("entries").push(other);
    document["entry"][2]["resource"]["patient"]["reference"] = json!("Patient/q");
    assert_eq!(refusal(&document), "entry[2].resource.patient: not this document's patient");
}

#[test]
fn two_patients_without_a_composition_are_refused() {
    let mut document = bundle();
    document["entry"][0] =
        json!({"fullUrl": "urn:uuid:q", "resource": {"resourceType": "Patient", "name": [{"text": "別人"}]}});
    assert!(refusal(&document).starts_with("entry[1].resource: a second Patient"));
}

#[test]
fn a_document_entered_in_error_is_refused() {
    assert_eq!(
        refusal_with("/entry/0/resource/status", json!("entered-in-error")),
        "entry[0].resource.status: the whole document is entered-in-error"
    );
}

#[test]
fn a_wrong_common_number_is_refused_without_quoting_it() {
    let mut document = bundle();
    document["entry"][1]["resource"]["identifier"] =
        json!([{"system": "https://kakari.example.jp/fhir/IdSystem/common-number", "value": "123"}]);
    assert_eq!(refusal(&document), "entry[1].resource.identifier[0].value: not a common number (expected 16 digits)");
}

#[test]
fn a_patient_without_a_name_is_refused() {
    assert!(refusal_with("/entry/1/resource/name", json!([])).starts_with("entry[1].resource.name: missing"));
}

#[test]
fn deep_nesting_is_refused_and_does_not_crash() {
    let deep = vec![b'['; 50 * 1024 * 1024];
    assert!(matches!(read_document(&deep), Err(FhirError::NotJson { line: 1, .. })));
    let mut objects = b"{\"resourceType\":\"Bundle\",\"type\":\"document\",\"entry\":".to_vec();
    objects.extend(br#"{"a":"#.repeat(100_000));
    assert!(matches!(read_document(&objects), Err(FhirError::NotJson { .. })));
}

#[test]
fn more_bytes_than_any_document_are_refused_unread() {
    assert!(matches!(read_document(&vec![b' '; 64 * 1024 * 1024 + 1]), Err(FhirError::TooLarge { .. })));
}

#[test]
fn every_wrongly_shaped_value_is_refused_in_one_line_or_ignored_and_never_quoted() {
    let odd = [json!(7), json!("秘密"), json!([]), json!({}), json!(true), json!([7]), json!(["秘密"]), json!(-1e308)];
    let document = bundle();
    for pointer in pointers(&document) {
        for value in &odd {
            let mut broken = document.clone();
            *broken.pointer_mut(&pointer).expect("a place") = value.clone();
            if let Err(refused) = read_document(broken.to_string().as_bytes()) {
                let line = refused.to_string();
                assert!(!line.contains("秘密") && !line.contains('\n'), "{pointer}");
                assert!(
                    line.starts_with("entry")
                        || line.starts_with("resourceType")
                        || line.starts_with("type")
                        || line.starts_with("timestamp"),
                    "{pointer}: {line}"
                );
            }
        }
    }
}

/// Every place of a document.
pub(crate) fn pointers(value: &Value) -> Vec<String> {
    let mut all = Vec::new();
    let mut open = vec![(String::new(), value)];
    while let Some((path, value)) = open.pop() {
        match value {
            Value::Object(map) => {
                open.extend(
                    map.iter()
                        .map(|(key, child)| (format!("{path}/{}", key.replace('~', "~0").replace('/', "~1")), child)),
                );
            }
            Value::Array(items) => {
                open.extend(items.iter().enumerate().map(|(i, child)| (format!("{path}/{i}"), child)))
            }
            _ => {}
        }
        if !path.is_empty() {
            all.push(path);
        }
    }
    all.sort();
    all
}
