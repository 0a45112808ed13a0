//! Every status of every kind of item, on purpose.

use kakari_record::fhir::{Reason, read_document};
use kakari_record::model::Summary;
use serde_json::{Value, json};

use super::render::lines;

fn read(resource: Value) -> (Summary, Vec<Reason>) {
    let document = json!({"resourceType": "Bundle", "type": "collection", "timestamp": "2026-04-12", "entry": [
        {"resource": {"resourceType": "Patient", "name": [{"text": "試験 太郎"}]}}, {"resource": resource}]});
    let reading = read_document(document.to_string().as_bytes()).expect("taken in");
    (reading.summary, reading.remarks.iter().map(|remark| remark.reason).collect())
}

/// The marks of the one item under `block`, without its name and origin; `未記録` when it is left out.
fn marks(resource: Value, block: &str) -> (String, Vec<Reason>) {
    let (summary, remarks) = read(resource);
    let head = format!("{block} ");
    let line = lines(&summary).into_iter().find_map(|line| line.strip_prefix(&head).map(str::to_owned));
    let line = line.expect("every block has a line");
    let parts: Vec<&str> = line.split(" | ").filter(|part| !part.starts_with('←') && *part != "物").collect();
    (parts.join(" "), remarks)
}

fn check(block: &str, resource: impl Fn(&str) -> Value, table: &[(&str, &str, &[Reason])]) {
    for (status, expected, remarks) in table {
        assert_eq!(marks(resource(status), block), ((*expected).to_owned(), remarks.to_vec()), "{block} {status}");
    }
}

const LEFT_OUT: &[Reason] = &[Reason::NotInForce];
const MISTAKE: &[Reason] = &[Reason::EnteredInError];
const UNKNOWN: &[Reason] = &[Reason::UnknownStatus];

#[test]
fn an_order_in_every_status() {
    let order = |status: &str| json!({"resourceType": "MedicationRequest", "status": status, "intent": "order", "medicationCodeableConcept": {"text": "物"}});
    check(
        "薬剤",
        order,
        &[
            ("active", "使用中", &[]),
            ("on-hold", "休薬", &[]),
            ("stopped", "過去", &[]),
            ("completed", "", &[]),
            ("unknown", "", &[]),
            ("cancelled", "未記録", LEFT_OUT),
            ("draft", "未記録", LEFT_OUT),
            ("entered-in-error", "未記録", MISTAKE),
            ("later-word", "", UNKNOWN),
        ],
    );
}

#[test]
fn a_statement_of_a_medicine_in_every_status() {
    let said = |status: &str| json!({"resourceType": "MedicationStatement", "status": status, "medicationCodeableConcept": {"text": "物"}});
    check(
        "薬剤",
        said,
        &[
            ("active", "使用中", &[]),
            ("completed", "過去", &[]),
            ("stopped", "過去", &[]),
            ("not-taken", "過去", &[]),
            ("on-hold", "休薬", &[]),
            ("unknown", "", &[]),
            ("intended", "未記録", LEFT_OUT),
            ("entered-in-error", "未記録", MISTAKE),
            ("later-word", "", UNKNOWN),
        ],
    );
}

#[test]
fn a_dispensing_in_every_status() {
    let dispensed = |status: &str| json!({"resourceType": "MedicationDispense", "status": status, "medicationCodeableConcept": {"text": "物"}});
    check(
        "薬剤",
        dispensed,
        &[
            ("completed", "", &[]),
            ("in-progress", "", &[]),
            ("on-hold", "休薬", &[]),
            ("stopped", "過去", &[]),
            ("declined", "未記録", LEFT_OUT),
            ("cancelled", "未記録", LEFT_OUT),
            ("preparation", "未記録", LEFT_OUT),
            ("entered-in-error", "未記録", MISTAKE),
            ("later-word", "", UNKNOWN),
        ],
    );
}

#[test]
fn a_medicine_whose_period_is_over_is_not_called_in_use() {
    let said = |end: &str| {
        json!({"resourceType": "MedicationStatement", "status": "active", "medicationCodeableConcept": {"text": "物"},
            "effectivePeriod": {"start": "2026-01", "end": end}})
    };
    assert_eq!(marks(said("2026-04-11"), "薬剤"), ("2026-01".to_owned(), vec![Reason::Ended]));
    for running in ["2026-04-12", "2026-04", "2026", "2027-01-01"] {
        assert_eq!(marks(said(running), "薬剤"), ("2026-01 使用中".to_owned(), vec![]), "{running}");
    }
}

#[test]
fn an_allergy_in_every_status() {
    let clinical = |status: &str| json!({"resourceType": "AllergyIntolerance", "code": {"text": "物"}, "clinicalStatus": {"coding": [{"code": status}]}});
    check(
        "アレルギー",
        clinical,
        &[
            ("active", "区分不明 確度不明", &[]),
            ("inactive", "区分不明 確度不明 過去", &[]),
            ("resolved", "区分不明 確度不明 過去", &[]),
            ("later-word", "区分不明 確度不明", UNKNOWN),
        ],
    );
    let sure = |status: &str| json!({"resourceType": "AllergyIntolerance", "code": {"text": "物"}, "verificationStatus": {"coding": [{"code": status}]}});
    check(
        "アレルギー",
        sure,
        &[
            ("confirmed", "区分不明 確認済", &[]),
            ("unconfirmed", "区分不明 未確認", &[]),
            ("presumed", "区分不明 未確認", &[]),
            ("refuted", "未記録", &[Reason::Refuted]),
            ("entered-in-error", "未記録", MISTAKE),
            ("later-word", "区分不明 未確認", UNKNOWN),
        ],
    );
}

#[test]
fn a_condition_in_every_status() {
    let clinical = |status: &str| json!({"resourceType": "Condition", "code": {"text": "物"}, "clinicalStatus": {"coding": [{"code": status}]}});
    check(
        "傷病",
        clinical,
        &[
            ("active", "", &[]),
            ("recurrence", "", &[]),
            ("relapse", "", &[]),
            ("inactive", "活動なし", &[]),
            ("remission", "寛解", &[]),
            ("resolved", "治癒", &[]),
            ("unknown", "状態不明", &[]),
            ("later-word", "状態不明", UNKNOWN),
        ],
    );
    let sure = |status: &str| json!({"resourceType": "Condition", "code": {"text": "物"}, "verificationStatus": {"coding": [{"code": status}]}});
    check(
        "傷病",
        sure,
        &[
            ("confirmed", "状態不明", &[]),
            ("provisional", "状態不明 疑い", &[]),
            ("differential", "状態不明 疑い", &[]),
            ("unconfirmed", "状態不明 疑い", &[]),
            ("refuted", "未記録", &[Reason::Refuted]),
            ("entered-in-error", "未記録", MISTAKE),
            ("later-word", "状態不明", UNKNOWN),
        ],
    );
}

#[test]
fn an_operation_in_every_status() {
    let done = |status: &str| json!({"resourceType": "Procedure", "status": status, "code": {"text": "物"}});
    check(
        "手術",
        done,
        &[
            ("completed", "", &[]),
            ("in-progress", "", &[]),
            ("stopped", "", &[]),
            ("unknown", "", &[]),
            ("not-done", "未記録", LEFT_OUT),
            ("preparation", "未記録", LEFT_OUT),
            ("entered-in-error", "未記録", MISTAKE),
            ("later-word", "", UNKNOWN),
        ],
    );
}

#[test]
fn a_device_in_every_status() {
    let used =
        |status: &str| json!({"resourceType": "DeviceUseStatement", "status": status, "device": {"display": "物"}});
    check(
        "機器",
        used,
        &[
            ("active", "機器", &[]),
            ("on-hold", "機器", &[]),
            ("completed", "未記録", LEFT_OUT),
            ("stopped", "未記録", LEFT_OUT),
            ("intended", "未記録", LEFT_OUT),
            ("entered-in-error", "未記録", MISTAKE),
            ("later-word", "機器", UNKNOWN),
        ],
    );
}

#[test]
fn a_result_in_every_status() {
    let result = |status: &str| {
        json!({"resourceType": "Observation", "status": status, "valueQuantity": {"value": 4, "unit": "mmol/L"},
            "code": {"coding": [{"system": "http://loinc.org", "code": "2823-3"}]}})
    };
    check(
        "検査",
        result,
        &[
            ("final", "カリウム 4 mmol/L", &[]),
            ("amended", "カリウム 4 mmol/L", &[]),
            ("corrected", "カリウム 4 mmol/L", &[]),
            ("preliminary", "カリウム 4 mmol/L(暫定)", &[]),
            ("unknown", "カリウム 4 mmol/L", &[]),
            ("cancelled", "未記録", LEFT_OUT),
            ("registered", "未記録", LEFT_OUT),
            ("entered-in-error", "未記録", MISTAKE),
            ("later-word", "カリウム 4 mmol/L", UNKNOWN),
        ],
    );
}

#[test]
fn a_flag_in_every_status() {
    let flag = |status: &str| json!({"resourceType": "Flag", "status": status, "code": {"text": "物"}});
    check(
        "意思疎通",
        flag,
        &[
            ("active", "全般", &[]),
            ("inactive", "未記録", LEFT_OUT),
            ("entered-in-error", "未記録", MISTAKE),
            ("later-word", "全般", UNKNOWN),
        ],
    );
}

#[test]
fn what_the_patient_reports_to_take_is_taken_though_it_is_written_as_a_plan() {
    let plan = |reported: bool| {
        serde_json::json!({"resourceType": "MedicationRequest", "status": "active", "intent": "plan",
            "reportedBoolean": reported, "medicationCodeableConcept": {"text": "warfarin"}})
    };
    let medicines = |resource: serde_json::Value| {
        let document = serde_json::json!({"resourceType": "Bundle", "type": "collection", "timestamp": "2026-04-12",
            "entry": [{"resource": {"resourceType": "Patient", "name": [{"text": "試験"}]}}, {"resource": resource}]});
        let reading = kakari_record::fhir::read_document(document.to_string().as_bytes()).expect("taken in");
        reading.summary.medicines.items().len()
    };
    assert_eq!((medicines(plan(true)), medicines(plan(false))), (1, 0));
}

#[test]
fn a_draft_confirms_nothing() {
    let allergies = |status: &str| {
        let section = serde_json::json!({"code": {"coding": [{"system": "http://loinc.org", "code": "48765-2"}]},
            "emptyReason": {"coding": [
                {"system": "http://terminology.hl7.org/CodeSystem/list-empty-reason", "code": "nilknown"}]}});
        let document = serde_json::json!({"resourceType": "Bundle", "type": "document", "entry": [
            {"resource": {"resourceType": "Composition", "status": status, "date": "2026-04-12", "section": [section]}},
            {"resource": {"resourceType": "Patient", "name": [{"text": "試験"}]}}]});
        let reading = kakari_record::fhir::read_document(document.to_string().as_bytes()).expect("taken in");
        matches!(reading.summary.allergies.block, kakari_record::model::Block::NoneConfirmed(_))
    };
    assert!(allergies("final") && !allergies("preliminary"));
}
