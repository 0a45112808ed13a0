//! Two people in one document, marks that must pass on, and words that would break a line.

use kakari_record::fhir::read_document;
use serde_json::{Value, json};

use super::render::lines;

const INSURANCE: &str = "http://jpfhir.jp/fhir/core/mhlw/IdSystem/JP_Insurance_memberID";

fn read(resources: &[Value]) -> Option<Vec<String>> {
    let entries: Vec<Value> = resources.iter().map(|resource| json!({"resource": resource})).collect();
    let document = json!({"resourceType": "Bundle", "type": "collection", "timestamp": "2026-04-12", "entry": entries});
    read_document(document.to_string().as_bytes()).ok().map(|reading| lines(&reading.summary))
}

fn person(id: &str, name: &str, birth: &str) -> Value {
    json!({"resourceType": "Patient", "id": id, "name": [{"text": name}], "birthDate": birth,
        "identifier": [{"system": INSURANCE, "value": "1:2:3"}]})
}

#[test]
fn a_shared_id_or_insurance_does_not_make_two_people_one() {
    let ours = person("1", "試験 太郎", "1950-01-02");
    let child = person("1", "試験 花子", "2020-05-05");
    assert!(read(&[ours.clone(), ours.clone()]).is_some());
    assert!(read(&[ours.clone(), child.clone()]).is_none());
    let contains = json!({"resourceType": "Condition", "code": {"text": "病名"}, "contained": [child]});
    assert!(read(&[ours.clone(), contains]).is_none());
    for (subject, accepted) in [
        (json!({"display": "誰か"}), true),
        (json!({"type": "Group"}), false),
        (json!({"identifier": {"system": INSURANCE, "value": "1:2:3"}, "display": "試験　太郎"}), true),
        (json!({"identifier": {"system": INSURANCE, "value": "1:2:3"}, "display": "試験 花子"}), false),
    ] {
        let allergy = json!({"resourceType": "AllergyIntolerance", "patient": subject, "code": {"text": "そば"}});
        assert_eq!(read(&[ours.clone(), allergy]).is_some(), accepted, "{subject}");
    }
    let composition =
        json!({"resourceType": "Composition", "subject": {"identifier": {"system": "urn:z", "value": "9"}}});
    assert!(read(&[composition, ours]).is_none());
}

#[test]
fn an_order_is_checked_before_its_dispensing_takes_anything_from_it() {
    let dispensing = json!({"resourceType": "MedicationDispense", "status": "completed",
        "authorizingPrescription": [{"reference": "MedicationRequest/o"}], "medicationCodeableConcept": {"text": "甲"}});
    let mut order = json!({"resourceType": "MedicationRequest", "id": "o", "status": "active",
        "subject": {"reference": "Patient/1"}, "medicationCodeableConcept": {"text": "乙"}, "doNotPerform": true});
    let all = |order: &Value| read(&[person("1", "試験", "1950-01-02"), order.clone(), dispensing.clone()]);
    assert!(all(&order).expect("taken in").iter().any(|line| line.starts_with("薬剤禁忌") && line.contains('乙')));
    order["doNotPerform"] = json!(false);
    assert!(all(&order).is_some());
    order["subject"]["reference"] = json!("Patient/other");
    assert!(all(&order).is_none());
}

#[test]
fn hidden_characters_in_a_display_are_not_shown() {
    let order = json!({"resourceType": "MedicationRequest", "status": "active",
        "requester": {"display": "甲\u{1b}\u{2028}\u{200b}\u{61c}乙"},
        "medicationReference": {"display": "薬\n\u{feff}名"}});
    let lines = read(&[person("1", "試験", "1950-01-02"), order]).expect("taken in");
    assert!(lines.contains(&"薬剤 薬 名 | 使用中 | ←甲 乙 2026-04-12".to_owned()), "{lines:?}");
}

#[test]
fn what_the_patient_was_not_told_passes_on() {
    let mark = json!({"tag": [{"code": "uninformed"}]});
    let ours = person("1", "試験", "1950-01-02");
    let untold = |resources: &[Value], block: &str| {
        let lines = read(resources).expect("taken in");
        lines.iter().any(|line| line.starts_with(block) && line.ends_with("未告知"))
    };
    let order = json!({"resourceType": "MedicationRequest", "id": "o", "status": "active", "meta": mark,
        "medicationCodeableConcept": {"text": "甲"}});
    let dispensing = json!({"resourceType": "MedicationDispense", "status": "completed",
        "authorizingPrescription": [{"reference": "MedicationRequest/o"}], "medicationCodeableConcept": {"text": "甲"}});
    assert!(untold(&[ours.clone(), order, dispensing], "薬剤"));
    let product = json!({"resourceType": "Medication", "id": "m", "meta": mark, "code": {"text": "甲"}});
    let order = json!({"resourceType": "MedicationRequest", "status": "active",
        "medicationReference": {"reference": "Medication/m"}});
    assert!(untold(&[ours.clone(), product, order], "薬剤"));
    let composition = json!({"resourceType": "Composition", "meta": mark});
    let illness = json!({"resourceType": "Condition", "code": {"text": "病名"}});
    assert!(untold(&[composition, ours.clone(), illness], "傷病"));
    let usage = json!({"resourceType": "DeviceUseStatement", "status": "active", "meta": mark,
        "device": {"display": "内シャント"}, "bodySite": {"text": "左前腕"}});
    let treatment = json!({"resourceType": "Procedure", "status": "in-progress", "code": {"text": "血液透析"}});
    let lines = read(&[ours, usage, treatment]).expect("taken in");
    assert!(lines.iter().any(|line| line.starts_with("透析") && !line.contains("左前腕")), "{lines:?}");
}
