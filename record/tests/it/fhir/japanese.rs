//! Rules of the reader that only Japanese documents meet, one by one.

use serde_json::{Value, json};

use super::reading::{JP, nil_known, read, said};

fn dispensed(on: &str, days: u16, more: &Value) -> Value {
    let mut resource = json!({"resourceType": "MedicationDispense", "status": "completed",
        "medicationCodeableConcept": {"text": "アムロジピン錠5mg"}, "whenHandedOver": on, "daysSupply": {"value": days},
        "dosageInstruction": [{"text": "1日1回 朝食後", "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "錠"}}]}]});
    if let (Some(map), Some(more)) = (resource.as_object_mut(), more.as_object()) {
        map.extend(more.clone());
    }
    resource
}

#[test]
fn a_monthly_dispensing_is_one_medicine_with_its_newest_day() {
    let all = [dispensed("2026-02-01", 28, &json!({})), dispensed("2026-03-01", 30, &json!({}))];
    assert_eq!(
        said(&all, "薬剤"),
        [
            "アムロジピン錠5mg | 1回1錠 | 1日1回 朝食後 | 30日分 | 2026-03-01 | ←北町医院 2026-03-01 +北町医院 2026-02-01:28日分"
        ]
    );
}

#[test]
fn what_may_be_taken_on_top_stays_a_line_of_its_own() {
    let day = "2026-03-01";
    let again = dispensed(day, 28, &json!({}));
    let other_dose = json!({"dosageInstruction": [{"text": "1日1回 朝食後", "doseAndRate": [{"doseQuantity": {"value": 2, "unit": "錠"}}]}]});
    let elsewhere = json!({"contained": [{"resourceType": "Organization", "id": "o", "name": "ひがし薬局"}], "performer": [{"actor": {"reference": "#o"}}]});
    let untold = json!({"meta": {"tag": [{"code": "UNINFORMED"}]}});
    for second in [
        again,
        dispensed("2026-02-01", 28, &other_dose),
        dispensed("2026-02-01", 28, &elsewhere),
        dispensed("2026-02-01", 28, &untold),
    ] {
        assert_eq!(said(&[dispensed(day, 28, &json!({})), second], "薬剤").len(), 2);
    }
}

#[test]
fn a_product_without_a_standard_code_keeps_its_name() {
    let drug = json!({"resourceType": "MedicationRequest", "status": "completed", "intent": "order", "medicationCodeableConcept": {"coding": [
        {"system": "http://jpfhir.jp/fhir/eCS/CodeSystem/MedicationCodeNocoded_CS", "code": "NOCODED", "display": "標準コードなし"},
        {"display": "院内製剤A"}]}});
    assert_eq!(said(&[drug], "薬剤"), ["院内製剤A | ←北町医院 2026-04-12"]);
}

#[test]
fn a_no_to_every_question_of_a_checkup_is_not_recorded_and_never_none() {
    let no = |code: &str, display: &str| {
        json!({"resourceType": "Observation", "status": "final", "valueCodeableConcept": {"coding": [{"code": "2", "display": "いいえ"}]},
            "code": {"coding": [{"system": "urn:oid:1.2.392.200119.6.1005", "code": code, "display": display}]}})
    };
    let all = [
        no("9N716000000000011", "既往歴１（脳血管）"),
        no("9N721000000000011", "既往歴２（心血管）"),
        no("9N701000000000011", "服薬１（血圧）"),
    ];
    assert_eq!(said(&all, "傷病"), ["未記録"]);
    assert_eq!(said(&all, "薬剤"), ["未記録"]);
}

#[test]
fn a_test_without_a_result_keeps_infections_from_being_called_none() {
    let infections = |resources: &[Value]| {
        let (lines, _) = nil_known(&[(JP, "520")], resources);
        lines.into_iter().find(|line| line.starts_with("感染症")).expect("a line")
    };
    let pending = json!({"resourceType": "Observation", "status": "registered", "code": {"text": "HIV抗体"}, "valueString": "検査中"});
    let empty = json!({"resourceType": "Observation", "status": "final", "code": {"text": "HBs抗原"}});
    assert_eq!(infections(&[]), "感染症 なし(確認済) ←北町医院 2026-04-12");
    for test in [pending, empty] {
        assert_eq!(infections(&[test]), "感染症 未記録");
    }
}

#[test]
fn of_single_measurements_the_newest_of_each_kind_is_kept() {
    let pressure = |on: &str, high: u16, low: u16| {
        let half =
            |name: &str, value: u16| json!({"code": {"text": name}, "valueQuantity": {"value": value, "unit": "mmHg"}});
        json!({"resourceType": "Observation", "status": "final", "code": {"text": "血圧"}, "effectiveDateTime": on,
            "component": [half("収縮期血圧", high), half("拡張期血圧", low)]})
    };
    let all = [pressure("2026-03-01", 150, 90), pressure("2026-04-01", 128, 76), pressure("2026-02-01", 160, 95)];
    assert_eq!(said(&all, "普段"), ["血圧 | 128/76 mmHg(測定値) | ←北町医院 2026-04-01"]);
    assert_eq!(read(&all).1.len(), 2);
}

#[test]
fn what_was_examined_decides_although_the_code_is_the_same() {
    let potassium = |specimen: &str| {
        json!({"resourceType": "Observation", "status": "final", "code": {"text": "カリウム"}, "specimen": {"display": specimen},
            "valueQuantity": {"value": 4.1, "unit": "mEq/L"}})
    };
    assert_eq!(
        said(&[potassium("血清"), potassium("24時間蓄尿")], "検査"),
        ["カリウム | 4.1 mEq/L | ←北町医院 2026-04-12"]
    );
}

#[test]
fn a_culture_tells_of_resistant_germs_that_grew_and_of_no_others() {
    let culture = |grew: &str| json!({"resourceType": "Observation", "status": "final", "code": {"text": "尿 一般細菌培養同定"}, "valueString": grew});
    let all = [culture("ＭＲＳＡ １＋"), culture("Escherichia coli"), culture("MRSA 陰性")];
    assert_eq!(said(&all, "感染症"), ["尿 一般細菌培養同定 | ＭＲＳＡ １＋ | 陽性扱い | ←北町医院 2026-04-12"]);
}

#[test]
fn the_insurance_number_is_one_system_however_it_was_spelt() {
    let patient = json!({"resourceType": "Patient", "name": [{"text": "試験 花子"}], "identifier": [
        {"system": "http://jpfhir.jp/fhir/clins/Idsystem/JP_Insurance_memberID", "value": "99999001:あ:1:01"}]});
    let about = |number: &str| {
        let kiwi = json!({"resourceType": "AllergyIntolerance", "code": {"text": "キーウイ"}, "patient": {"type": "Patient", "identifier": {
            "system": "http://jpfhir.jp/fhir/eCS/Idsysmem/JP_Insurance_memberID", "value": number}}});
        let bundle = json!({"resourceType": "Bundle", "type": "collection", "timestamp": "2026-04-12T00:00:00+09:00",
            "entry": [{"resource": patient}, {"resource": kiwi}]});
        kakari_record::fhir::read_document(bundle.to_string().as_bytes())
    };
    assert!(about("99999001:あ:1:01").is_ok());
    assert!(about("99999001:あ:2:01").is_err());
}

#[test]
fn a_visit_that_a_section_lists_and_the_document_does_not_hold_is_no_loss() {
    let letter = |entry: Value| {
        let section = json!({"code": {"coding": [{"system": JP, "code": "950"}]}, "entry": [entry]});
        let bundle = json!({"resourceType": "Bundle", "type": "document", "entry": [
            {"fullUrl": "urn:uuid:c", "resource": {"resourceType": "Composition", "status": "final", "date": "2026-04-12",
                "subject": {"reference": "urn:uuid:p"}, "section": [section]}},
            {"fullUrl": "urn:uuid:p", "resource": {"resourceType": "Patient", "name": [{"text": "試験 花子"}]}}]});
        kakari_record::fhir::read_document(bundle.to_string().as_bytes())
    };
    assert!(letter(json!({"reference": "Encounter/1"})).is_ok());
    assert!(letter(json!({"reference": "urn:uuid:e", "type": "Encounter"})).is_ok());
    assert!(letter(json!({"reference": "Condition/1"})).is_err());
    assert!(letter(json!({"reference": "urn:uuid:e"})).is_err());
}
