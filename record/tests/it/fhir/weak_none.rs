//! A "none" with anything beside it is no "none"; a part never looks whole.

use kakari_record::fhir::read_document;
use serde_json::{Value, json};

use super::render::lines;

fn bundle(resources: &[Value]) -> Value {
    let mut entries = vec![json!({"resource": {"resourceType": "Patient", "id": "p", "name": [{"text": "試験"}]}})];
    entries.extend(resources.iter().map(|resource| json!({"resource": resource})));
    json!({"resourceType": "Bundle", "type": "collection", "timestamp": "2026-04-12", "entry": entries})
}

fn says_none(document: &Value) -> bool {
    let reading = read_document(document.to_string().as_bytes()).expect("taken in");
    lines(&reading.summary).iter().any(|line| line.starts_with("アレルギー") && line.contains("なし(確認済)"))
}

fn refused(document: &Value) -> bool {
    read_document(document.to_string().as_bytes()).is_err()
}

fn no_allergies(key: &str, value: Value) -> Value {
    let system = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips";
    let mut none = json!({"resourceType": "AllergyIntolerance",
        "code": {"coding": [{"system": system, "code": "no-known-allergies"}]}});
    match key {
        "coding" => none["code"]["coding"].as_array_mut().expect("codings").push(value),
        "text" => none["code"]["text"] = value,
        _ => none[key] = value,
    }
    none
}

fn nil(key: &str, value: Value) -> Value {
    let system = "http://terminology.hl7.org/CodeSystem/list-empty-reason";
    let mut section = json!({"code": {"coding": [{"system": "http://loinc.org", "code": "48765-2"}]},
        "emptyReason": {"coding": [{"system": system, "code": "nilknown"}]}});
    match key {
        "reason" => section["emptyReason"]["text"] = value,
        _ => section[key] = value,
    }
    section
}

fn letter(section: &Value) -> Value {
    bundle(&[json!({"resourceType": "Composition", "section": [section]})])
}

#[test]
fn a_none_with_anything_beside_it_is_no_none() {
    assert!(says_none(&bundle(&[no_allergies("text", json!("アレルギーなし"))])));
    for (key, value) in [
        ("text", json!("ペニシリンでアナフィラキシー")),
        ("text", json!("ペニシリン以外なし")),
        ("coding", json!({"display": "ペニシリン"})),
        ("reaction", json!([{"substance": {"text": "ペニシリン"}, "manifestation": [{"text": "ショック"}]}])),
        ("note", json!([{"text": "ペニシリンで発疹"}])),
        ("category", json!(["food", "medication"])),
        ("verificationStatus", json!({"text": "未確認"})),
        ("clinicalStatus", json!({"coding": [{"code": "active"}, {"code": "resolved"}]})),
    ] {
        assert!(!says_none(&bundle(&[no_allergies(key, value)])), "{key}");
    }
}

#[test]
fn a_section_is_empty_only_in_its_own_place_and_words() {
    assert!(says_none(&letter(&nil("text", json!({"div": "<div>なし</div>"})))));
    for (key, value) in [
        ("text", json!({"div": "<div>ペニシリンでショック</div>"})),
        ("reason", json!("未聴取")),
        ("mode", json!("changes")),
    ] {
        assert!(!says_none(&letter(&nil(key, value))), "{key}");
    }
    let inner = nil("title", json!("a"));
    let mother = json!({"focus": {"display": "母"}, "section": [inner]});
    let family = json!({"code": {"coding": [{"system": "http://loinc.org", "code": "10157-6"}]}, "section": [inner]});
    assert!(!says_none(&letter(&mother)) && !says_none(&letter(&family)));
}

#[test]
fn what_changes_the_meaning_or_is_only_a_part_is_refused() {
    let none = || no_allergies("text", json!("なし"));
    let extension = json!([{"url": "http://example.org/not", "valueBoolean": true}]);
    assert!(refused(&bundle(&[no_allergies("modifierExtension", extension)])));
    assert!(refused(&bundle(&[no_allergies("implicitRules", json!("http://example.org"))])));
    assert!(refused(&bundle(&[no_allergies("meta", json!({"tag": [{"code": "SUBSETTED"}]}))])));
    assert!(refused(&bundle(&[none(), bundle(&[])])));
    let outcome = json!({"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "incomplete"}]});
    assert!(refused(&bundle(&[none(), outcome])));
    let letter = json!({"resourceType": "Composition", "contained": [none()], "section": []});
    assert!(refused(&bundle(&[letter])));
    for (key, value) in [("total", json!(57)), ("link", json!([{"relation": "next", "url": "x"}]))] {
        let mut answer = bundle(&[none()]);
        answer["type"] = json!("searchset");
        answer[key] = value;
        assert!(refused(&answer), "{key}");
    }
    let mut answer = bundle(&[none()]);
    answer["entry"].as_array_mut().expect("entries").push(json!({"fullUrl": "http://example.org/a/5"}));
    assert!(refused(&answer));
}
