//! Values as other countries write them, each on the smallest document that shows it.

use kakari_record::fhir::read_document;
use serde_json::{Value, json};

use super::render::lines;

fn said_of(patient: Value, resources: &[Value], block: &str) -> Vec<String> {
    let entries: Vec<Value> = resources.iter().map(|resource| json!({"resource": resource})).collect();
    let mut document =
        json!({"resourceType": "Bundle", "type": "collection", "timestamp": "2026-04-12", "entry": entries});
    document["entry"].as_array_mut().expect("entries").push(json!({"resource": patient}));
    let reading = read_document(document.to_string().as_bytes()).expect("taken in");
    let head = format!("{block} ");
    lines(&reading.summary).into_iter().filter_map(|line| line.strip_prefix(&head).map(str::to_owned)).collect()
}

fn said(resources: &[Value], block: &str) -> Vec<String> {
    said_of(json!({"resourceType": "Patient", "name": [{"text": "試験"}]}), resources, block)
}

#[test]
fn names_and_addresses_stand_in_the_order_of_their_script() {
    for (family, given, name) in [
        ("Müller", "Jürgen", "Jürgen Müller"),
        ("Nguyễn", "An", "An Nguyễn"),
        ("Иванов", "Пётр", "Пётр Иванов"),
        ("山田", "太郎", "山田 太郎"),
        ("김", "민준", "김 민준"),
    ] {
        let patient = json!({"resourceType": "Patient", "name": [{"family": family, "given": [given]}],
            "address": [{"line": ["1"], "city": family, "country": "X"}]});
        let line = said_of(patient.clone(), &[], "名前");
        assert!(line[0].starts_with(&format!("{name}(")), "{line:?}");
        let eastern = name.starts_with(family);
        let address = if eastern { format!("{family}1") } else { format!("1, {family}, X") };
        assert_eq!(said_of(patient, &[], "住所"), [address]);
    }
}

#[test]
fn a_titre_is_a_result() {
    let titre = json!({"resourceType": "Observation", "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "20507-0", "display": "Reagin Ab"}]},
        "valueRatio": {"numerator": {"value": 1}, "denominator": {"value": 64}},
        "interpretation": [{"coding": [{"code": "POS"}]}]});
    assert_eq!(said(&[titre], "感染症"), ["Reagin Ab | 1:64 | 陽性扱い | ←2026-04-12"]);
}

#[test]
fn of_many_results_the_newest_of_each_kind_is_shown() {
    let result = |code: &str, day: &str, value: f64| {
        json!({"resourceType": "Observation", "status": "final", "effectiveDateTime": day,
            "code": {"coding": [{"system": "http://loinc.org", "code": code}]}, "valueQuantity": {"value": value}})
    };
    let mut undated = result("2823-3", "", 9.0);
    undated["effectiveDateTime"] = Value::Null;
    let all = [
        result("2823-3", "2024-01-01", 3.0),
        result("2823-3", "2026-01-01", 4.0),
        result("6298-4", "2025-01-01", 5.0),
        result("718-7", "2020", 12.0),
        undated,
    ];
    let expected =
        ["カリウム | 4 | 2026-01-01 | ←2026-01-01", "カリウム | 9 | ←2026-04-12", "ヘモグロビン | 12 | 2020 | ←2020"];
    assert_eq!(said(&all, "検査"), expected);
    let old_positive = |day: &str, words: &str| {
        json!({"resourceType": "Observation", "status": "final", "effectiveDateTime": day, "valueString": words,
            "code": {"coding": [{"system": "http://loinc.org", "code": "5195-3", "display": "HBsAg"}]}})
    };
    assert_eq!(said(&[old_positive("2020", "Positive"), old_positive("2026", "Negative")], "感染症").len(), 2);
}

#[test]
fn who_said_it_is_found_by_number() {
    let doctor = json!({"resourceType": "Practitioner", "name": [{"text": "Dr. Found"}],
        "identifier": [{"system": "urn:oid:2.999", "value": "1"}]});
    for reference in [
        json!({"identifier": {"system": "urn:oid:2.999", "value": "1"}}),
        json!({"reference": "Practitioner?identifier=urn:oid:2.999|1", "display": "Dr. Display"}),
    ] {
        let order = json!({"resourceType": "MedicationRequest", "status": "active", "requester": reference,
            "medicationCodeableConcept": {"text": "薬"}});
        assert_eq!(said(&[doctor.clone(), order], "薬剤"), ["薬 | 使用中 | ←Dr. Found 2026-04-12"]);
    }
}

#[test]
fn units_cannot_be_misread() {
    for (quantity, words) in [
        (json!({"value": 50, "unit": "ug"}), "50μg"),
        (json!({"value": 2, "unit": "tablet", "code": "1"}), "2錠"),
        (json!({"value": 2, "system": "http://snomed.info/sct", "code": "732936001"}), "2錠"),
        (json!({"value": 2, "system": "http://snomed.info/sct", "code": "99999999"}), "2(単位不明)"),
        (json!({"value": 2, "code": "1"}), "2"),
    ] {
        let order = json!({"resourceType": "MedicationRequest", "status": "active",
            "medicationCodeableConcept": {"text": "薬"}, "dosageInstruction": [{"doseAndRate": [{"doseQuantity": quantity}]}]});
        assert_eq!(said(&[order], "薬剤"), [format!("薬 | 1回{words} | 使用中 | ←2026-04-12")]);
    }
}
