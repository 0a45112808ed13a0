//! Single rules of the reader, each on the smallest document that shows it.

use kakari_record::fhir::{DenialKind, Reason, read_document};
use kakari_record::model::{Subject, Summary};
use serde_json::{Value, json};

use super::render::lines;

fn document(resources: &[Value]) -> Value {
    let mut entries = vec![
        json!({"fullUrl": "urn:uuid:c", "resource": {"resourceType": "Composition", "status": "final",
            "subject": {"reference": "urn:uuid:p"}, "date": "2026-04-12", "custodian": {"display": "北町医院"}}}),
        json!({"fullUrl": "urn:uuid:p", "resource": {"resourceType": "Patient", "name": [{"text": "試験 太郎"}]}}),
    ];
    for (i, resource) in resources.iter().enumerate() {
        entries.push(json!({"fullUrl": format!("urn:uuid:r{i}"), "resource": resource}));
    }
    json!({"resourceType": "Bundle", "type": "document", "entry": entries})
}

pub(crate) fn read(resources: &[Value]) -> (Summary, Vec<Reason>) {
    let reading = read_document(document(resources).to_string().as_bytes()).expect("taken in");
    (reading.summary, reading.remarks.iter().map(|remark| remark.reason).collect())
}

pub(crate) fn said(resources: &[Value], block: &str) -> Vec<String> {
    let (summary, _) = read(resources);
    let head = format!("{block} ");
    lines(&summary).into_iter().filter_map(|line| line.strip_prefix(&head).map(str::to_owned)).collect()
}

fn none(kind: &str, code: &str, more: Value) -> Value {
    let mut resource = json!({"resourceType": kind, "code": {"coding": [
        {"system": "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips", "code": code}]}});
    for (key, value) in more.as_object().expect("an object") {
        resource[key] = value.clone();
    }
    resource
}

fn medicine(dosage: Value) -> Value {
    json!({"resourceType": "MedicationRequest", "status": "active", "intent": "order",
        "medicationCodeableConcept": {"text": "薬"}, "dosageInstruction": [dosage]})
}

#[test]
fn a_statement_of_none_that_is_not_confirmed_is_not_taken_as_none() {
    let weak = |key: &str, code: &str| {
        none("AllergyIntolerance", "no-known-allergies", json!({key: {"coding": [{"code": code}]}}))
    };
    for resource in [
        weak("verificationStatus", "unconfirmed"),
        weak("clinicalStatus", "inactive"),
        weak("clinicalStatus", "resolved"),
    ] {
        let (summary, remarks) = read(std::slice::from_ref(&resource));
        assert!(lines(&summary).contains(&"アレルギー 未記録".to_owned()));
        assert_eq!(remarks, [Reason::WeakAbsence]);
    }
}

/// Sections by their codes, each empty because it is known that there is nothing.
pub(crate) fn nil_known(codes: &[(&str, &str)], resources: &[Value]) -> (Vec<String>, Vec<Reason>) {
    let mut document = document(resources);
    let section = |(system, code): &(&str, &str)| {
        json!({"code": {"coding": [{"system": system, "code": code}]}, "emptyReason": {"coding": [
            {"system": "http://terminology.hl7.org/CodeSystem/list-empty-reason", "code": "nilknown"}]}})
    };
    document["entry"][0]["resource"]["section"] = codes.iter().map(section).collect();
    let reading = read_document(document.to_string().as_bytes()).expect("taken in");
    (lines(&reading.summary), reading.remarks.iter().map(|remark| remark.reason).collect())
}

pub(crate) const JP: &str = "http://jpfhir.jp/fhir/clins/CodeSystem/document-section";
const LOINC: &str = "http://loinc.org";

#[test]
fn that_this_hospital_ordered_no_medicine_does_not_mean_that_none_is_taken() {
    for code in ["430", "444"] {
        let (lines, remarks) = nil_known(&[(JP, code)], &[]);
        assert!(lines.contains(&"薬剤 未記録".to_owned()), "{code}");
        assert_eq!(remarks, [Reason::WeakAbsence], "{code}");
    }
    let none = "薬剤 なし(確認済) ←北町医院 2026-04-12".to_owned();
    assert!(nil_known(&[(LOINC, "10160-0")], &[]).0.contains(&none));
    assert!(nil_known(&[(LOINC, "10160-0"), (JP, "430")], &[]).0.contains(&none));
}

#[test]
fn a_course_without_medicines_that_is_over_says_nothing_about_now() {
    let none = |status: &str| {
        json!({"resourceType": "MedicationStatement", "status": status, "medicationCodeableConcept": {"coding": [
            {"system": "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips", "code": "no-known-medications"}]}})
    };
    assert_eq!(said(&[none("completed")], "薬剤"), ["未記録"]);
    assert_eq!(read(&[none("completed")]).1, [Reason::WeakAbsence]);
    assert_eq!(said(&[none("active")], "薬剤"), ["なし(確認済) ←北町医院 2026-04-12"]);
}

#[test]
fn no_present_illness_does_not_mean_that_there_was_none() {
    let none_at_all = "傷病 なし(確認済) ←北町医院 2026-04-12".to_owned();
    for present in [(LOINC, "11450-4"), (JP, "340")] {
        let (lines, remarks) = nil_known(&[present], &[]);
        assert!(lines.contains(&"傷病 未記録".to_owned()), "{}", present.1);
        assert_eq!(remarks, [Reason::WeakAbsence], "{}", present.1);
        for past in [(LOINC, "11348-0"), (JP, "370")] {
            assert!(!nil_known(&[past], &[]).0.contains(&none_at_all), "{}", past.1);
            assert!(nil_known(&[present, past], &[]).0.contains(&none_at_all), "{} {}", present.1, past.1);
        }
        let no_problems = none("Condition", "no-known-problems", json!({}));
        assert!(nil_known(&[present], &[no_problems]).0.contains(&none_at_all), "{}", present.1);
    }
}

#[test]
fn an_inactive_condition_is_not_called_in_remission() {
    let asthma = json!({"resourceType": "Condition", "code": {"text": "喘息"},
        "clinicalStatus": {"coding": [{"code": "inactive"}]}});
    assert_eq!(said(&[asthma], "傷病"), ["喘息 | 活動なし | ←北町医院 2026-04-12"]);
}

#[test]
fn a_statement_of_none_entered_in_error_or_refuted_is_no_statement() {
    for status in ["entered-in-error", "refuted"] {
        let more = json!({"verificationStatus": {"coding": [{"code": status}]}});
        assert_eq!(said(&[none("AllergyIntolerance", "no-known-allergies", more)], "アレルギー"), ["未記録"]);
    }
}

#[test]
fn none_beside_no_information_is_not_recorded() {
    let both = [none("Condition", "no-known-problems", json!({})), none("Condition", "no-problem-info", json!({}))];
    assert_eq!(said(&both, "傷病"), ["未記録"]);
}

#[test]
fn no_known_allergy_of_category_food_is_about_food_only() {
    let food = none("AllergyIntolerance", "no-known-allergies", json!({"category": ["food"]}));
    assert_eq!(said(std::slice::from_ref(&food), "アレルギー"), ["未記録"]);
    assert_eq!(said(&[food], "アレルギーなしの区分"), ["食物 ←北町医院 2026-04-12"]);
}

#[test]
fn no_known_food_allergies_does_not_stand_beside_a_food_allergy() {
    let egg = json!({"resourceType": "AllergyIntolerance", "category": ["food"], "code": {"text": "鶏卵"}});
    let (summary, remarks) = read(&[egg, none("AllergyIntolerance", "no-known-food-allergies", json!({}))]);
    assert!(summary.allergies.none_for.is_empty());
    assert_eq!(remarks, [Reason::Contradiction]);
}

#[test]
fn the_same_code_in_another_system_says_nothing() {
    let odd = json!({"resourceType": "AllergyIntolerance", "code": {"coding": [
        {"system": "urn:oid:1.2.3", "code": "no-known-allergies"}]}});
    assert_eq!(
        said(&[odd], "アレルギー"),
        ["no-known-allergies{urn:oid:1.2.3=no-known-allergies} | 区分不明 | 確度不明 | ←北町医院 2026-04-12"]
    );
}

#[test]
fn a_grave_drug_entry_is_a_contraindication_in_jp_clins_and_an_allergy_elsewhere() {
    let mut drug = json!({"resourceType": "AllergyIntolerance", "category": ["medication"], "criticality": "high", "code": {"text": "薬"}});
    assert_eq!(said(std::slice::from_ref(&drug), "薬剤禁忌"), ["未記録"]);
    drug["meta"] = json!({"profile": ["http://jpfhir.jp/fhir/eCS/StructureDefinition/JP_AllergyIntolerance_eCS"]});
    assert_eq!(said(std::slice::from_ref(&drug), "アレルギー"), ["未記録"]);
    assert_eq!(said(&[drug], "薬剤禁忌"), ["薬 | 薬剤 | 高リスク | 確度不明 | ←北町医院 2026-04-12"]);
}

#[test]
fn doses_and_usages_are_finished_words() {
    let day = json!({"frequency": 2, "period": 1, "periodUnit": "d", "when": ["PCM", "PCV"]});
    for (dosage, words) in [
        (json!({"doseAndRate": [{"doseQuantity": {"value": 0.50, "unit": "錠"}}]}), "薬 | 1回0.5錠"),
        (json!({"doseAndRate": [{"doseQuantity": {"value": 5.0, "unit": "mg"}}]}), "薬 | 1回5mg"),
        (json!({"doseAndRate": [{"doseQuantity": {"value": 5000, "unit": "単位"}}]}), "薬 | 1回5,000単位"),
        (json!({"timing": {"repeat": day}}), "薬 | 1日2回 朝食後・夕食後"),
        (json!({"timing": {"repeat": {"frequency": 1, "period": 8, "periodUnit": "h"}}}), "薬 | 8時間に1回"),
        (json!({"timing": {"repeat": {"count": 1, "periodUnit": "d"}}}), "薬"),
        (json!({"text": "1日1回 朝食後", "timing": {"code": {"text": "別の用法"}}}), "薬 | 1日1回 朝食後"),
        (json!({"text": "疼痛時", "asNeededBoolean": true}), "薬 | 疼痛時 頓用"),
    ] {
        assert_eq!(said(&[medicine(dosage)], "薬剤"), [format!("{words} | 使用中 | ←北町医院 2026-04-12")]);
    }
}

#[test]
fn different_doses_in_a_day_stand_with_their_times() {
    let mut two = medicine(json!({"text": "朝食後", "doseAndRate": [{"doseQuantity": {"value": 2, "unit": "錠"}}]}));
    let evening = json!({"text": "夕食後", "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "錠"}}]});
    two["dosageInstruction"].as_array_mut().expect("dosages").push(evening);
    assert_eq!(said(&[two], "薬剤"), ["薬 | 朝食後 2錠、夕食後 1錠 | 使用中 | ←北町医院 2026-04-12"]);
}

#[test]
fn hot9_and_yj_are_the_same_code_by_url_and_by_oid() {
    for (system, short) in [
        ("urn:oid:1.2.392.100495.20.1.73", "YJ"),
        ("http://capstandard.jp/iyaku.info/CodeSystem/YJ-code", "YJ"),
        ("urn:oid:1.2.392.200119.4.403.1", "http://medis.or.jp/CodeSystem/master-HOT9"),
    ] {
        let coded = json!({"resourceType": "MedicationStatement", "status": "active", "medicationCodeableConcept": {
            "text": "薬", "coding": [{"system": system, "code": "1"}]}});
        assert_eq!(said(&[coded], "薬剤"), [format!("薬{{{short}=1}} | 使用中 | ←北町医院 2026-04-12")]);
    }
}

#[test]
fn an_untold_condition_is_marked_by_tag_and_by_extension() {
    let tag = json!({"resourceType": "Condition", "code": {"text": "病"}, "meta": {"tag": [
        {"system": "http://jpfhir.jp/fhir/clins/CodeSystem/JP_ehrshrs_indication", "code": "UNINFORMED"}]}});
    let extension = json!({"resourceType": "Condition", "code": {"text": "病"}, "extension": [
        {"url": "https://example.jp/JP_Condition_UntoldToPatient", "valueBoolean": true}]});
    for resource in [tag, extension] {
        assert!(read(&[resource]).0.conditions.items()[0].origin.untold);
    }
}

#[test]
fn an_unnamed_item_is_kept_and_says_that_it_has_no_name() {
    let (summary, remarks) = read(&[json!({"resourceType": "AllergyIntolerance"})]);
    assert!(lines(&summary).iter().any(|line| line.starts_with("アレルギー (名称の記載なし)")));
    assert_eq!(remarks, [Reason::NoName]);
}

#[test]
fn a_flag_that_tells_what_a_directive_says_is_not_shown() {
    let flag = json!({"resourceType": "Flag", "status": "active", "code": {"text": "DNAR"}});
    let (summary, remarks) = read(&[flag]);
    assert!(summary.communication.items().is_empty());
    assert_eq!(remarks, [Reason::DirectiveContent]);
}

#[test]
fn two_blood_types_that_differ_are_shown_as_differing() {
    let blood = |text: &str| {
        json!({"resourceType": "Observation", "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "882-1"}]}, "valueCodeableConcept": {"text": text}})
    };
    assert_eq!(
        said(&[blood("A型 Rh(+)"), blood("B型 Rh(+)")], "血液型"),
        ["記載不一致(A型 Rh(+) / B型 Rh(+)) | ←北町医院 2026-04-12"]
    );
}

#[test]
fn cre_on_a_laboratory_sheet_is_creatinine_and_not_a_germ() {
    let value = |text: &str, unit: &str| {
        json!({"resourceType": "Observation", "status": "final", "code": {"text": text},
            "valueQuantity": {"value": 1.10, "unit": unit}})
    };
    let all = [value("CRE", "mg/dL"), value("尿クレアチニン", "mg/dL"), value("便中ヘモグロビン", "ng/mL")];
    assert_eq!(said(&all, "検査"), ["クレアチニン | 1.1 mg/dL | ←北町医院 2026-04-12"]);
    assert_eq!(said(&all, "感染症"), ["未記録"]);
}

#[test]
fn a_condition_that_has_an_end_and_no_status_is_over() {
    let ended = json!({"resourceType": "Condition", "code": {"text": "帯状疱疹"}, "abatementDateTime": "2024-01-20"});
    assert_eq!(said(&[ended], "傷病"), ["帯状疱疹 | 治癒 | ←北町医院 2026-04-12"]);
}

#[test]
fn a_single_blood_pressure_is_not_called_usual() {
    let pressure = json!({"resourceType": "Observation", "status": "final", "code": {"coding": [{"system": "http://loinc.org", "code": "85354-9"}]},
        "component": [{"valueQuantity": {"value": 132, "unit": "mmHg"}}, {"valueQuantity": {"value": 78.0, "unit": "mmHg"}}]});
    assert_eq!(said(&[pressure], "普段"), ["血圧 | 132/78 mmHg(測定値) | ←北町医院 2026-04-12"]);
}

#[test]
fn times_are_dates_in_japan() {
    let late =
        json!({"resourceType": "AllergyIntolerance", "code": {"text": "卵"}, "recordedDate": "2026-04-11T20:00:00Z"});
    assert_eq!(said(&[late], "アレルギー"), ["卵 | 区分不明 | 確度不明 | ←北町医院 2026-04-12"]);
}

#[test]
fn consent_to_something_else_is_not_consent_to_viewing() {
    let research = json!({"resourceType": "Consent", "status": "active", "dateTime": "2026-01-01",
        "scope": {"coding": [{"code": "research"}]}, "provision": {"type": "permit"}});
    assert_eq!(said(&[research], "同意"), ["未記録"]);
}

#[test]
fn whatever_was_entered_in_error_is_left_out_and_remarked() {
    let by_status =
        |kind: &str| json!({"resourceType": kind, "status": "entered-in-error", "code": {"text": "血液型"}});
    let by_verification = |kind: &str| json!({"resourceType": kind, "code": {"text": "誤"}, "verificationStatus": {"coding": [{"code": "entered-in-error"}]}});
    let (nothing, _) = read(&[]);
    let kinds = ["MedicationRequest", "MedicationStatement", "MedicationDispense", "Procedure", "Observation", "Flag"];
    let more = ["DeviceUseStatement", "CareTeam", "Consent"];
    let all = kinds.into_iter().chain(more).map(by_status);
    for resource in all.chain(["AllergyIntolerance", "Condition"].map(by_verification)) {
        let (summary, remarks) = read(std::slice::from_ref(&resource));
        assert_eq!(lines(&summary), lines(&nothing), "{}", resource["resourceType"]);
        assert_eq!(remarks, [Reason::EnteredInError], "{}", resource["resourceType"]);
    }
}

#[test]
fn what_a_document_takes_back_is_kept_as_a_denial_with_its_name_and_block() {
    let mistake = |kind: &str, name: &str, words: &str| json!({"resourceType": kind, "status": "entered-in-error", name: {"text": words}});
    let verified = |kind: &str, words: &str, how: &str| json!({"resourceType": kind, "code": {"text": words}, "verificationStatus": {"coding": [{"code": how}]}});
    let medicine = "medicationCodeableConcept";
    let order = |more: &str| {
        let mut order = mistake("MedicationRequest", medicine, "薬");
        order[more] = json!(true);
        order
    };
    for (resource, subject, name, kind) in [
        (verified("AllergyIntolerance", "卵", "refuted"), Subject::Allergies, "卵", DenialKind::Refuted),
        (verified("AllergyIntolerance", "卵", "entered-in-error"), Subject::Allergies, "卵", DenialKind::Mistake),
        (verified("Condition", "肺炎", "refuted"), Subject::Conditions, "肺炎", DenialKind::Refuted),
        (verified("Condition", "肺炎", "entered-in-error"), Subject::Conditions, "肺炎", DenialKind::Mistake),
        (order("active"), Subject::Medicines, "薬", DenialKind::Mistake),
        (order("doNotPerform"), Subject::Contraindications, "薬", DenialKind::Mistake),
        (mistake("MedicationDispense", medicine, "薬"), Subject::Medicines, "薬", DenialKind::Mistake),
        (mistake("MedicationStatement", medicine, "薬"), Subject::Medicines, "薬", DenialKind::Mistake),
        (mistake("Procedure", "code", "白内障手術"), Subject::Procedures, "白内障手術", DenialKind::Mistake),
        (mistake("Procedure", "code", "血液透析"), Subject::Dialysis, "血液透析", DenialKind::Mistake),
        (mistake("DeviceUseStatement", "code", ""), Subject::Devices, "", DenialKind::Mistake),
        (mistake("Observation", "code", "HBs抗原"), Subject::Infections, "HBs抗原", DenialKind::Mistake),
        (mistake("Observation", "code", "CRE"), Subject::Labs, "クレアチニン", DenialKind::Mistake),
        (mistake("Observation", "code", "普段の血圧"), Subject::Baseline, "普段の血圧", DenialKind::Mistake),
    ] {
        let mut resource = resource;
        let mut name = name;
        if subject == Subject::Devices {
            resource["device"] = json!({"display": "ペースメーカー"});
            name = "ペースメーカー";
        }
        let reading = read_document(document(&[resource]).to_string().as_bytes()).expect("taken in");
        let denials: Vec<_> =
            reading.denials.iter().map(|one| (one.subject, one.name.text.as_str(), one.kind)).collect();
        assert_eq!(denials, [(subject, name, kind)]);
        assert_eq!(reading.denials[0].origin.facility.as_deref(), Some("北町医院"));
    }
}

#[test]
fn a_withdrawn_statement_of_none_denies_no_item() {
    let refuted = json!({"verificationStatus": {"coding": [{"code": "refuted"}]}});
    let resource = none("AllergyIntolerance", "no-known-allergies", refuted);
    let reading = read_document(document(&[resource]).to_string().as_bytes()).expect("taken in");
    assert!(reading.denials.is_empty());
}

#[test]
fn a_reference_finds_its_resource_in_every_form() {
    let forms = [
        ("urn:uuid:9b1f", Some("urn:uuid:9b1f"), None),
        ("urn:uuid:9b1f", None, Some("9b1f")),
        ("Medication/9b1f", Some("urn:uuid:77"), Some("9b1f")),
        ("Medication/9b1f/_history/2", Some("urn:uuid:77"), Some("9b1f")),
        ("Medication/9b1f", Some("https://a.example/fhir/Medication/9b1f"), None),
        ("https://a.example/fhir/Medication/9b1f", Some("https://a.example/fhir/Medication/9b1f"), None),
    ];
    for (reference, full_url, id) in forms {
        let order = json!({"resourceType": "MedicationRequest", "status": "active",
            "medicationReference": {"reference": reference}});
        let mut bundle = document(&[order, json!({"resourceType": "Medication", "code": {"text": "薬"}})]);
        bundle["entry"][2]["fullUrl"] = json!("https://a.example/fhir/MedicationRequest/1");
        bundle["entry"][3]["fullUrl"] = json!(full_url);
        bundle["entry"][3]["resource"]["id"] = json!(id);
        let reading =
            read_document(bundle.to_string().as_bytes()).unwrap_or_else(|refused| panic!("{reference}: {refused}"));
        assert_eq!(reading.summary.medicines.items()[0].product.text, "薬");
    }
}

#[test]
fn of_several_consents_the_newest_counts() {
    let consent = |status: &str, on: &str| json!({"resourceType": "Consent", "status": status, "dateTime": on});
    let (old, new) = ("2024-01-01", "2026-01-01");
    assert_eq!(said(&[consent("active", old), consent("inactive", new)], "同意"), ["撤回 2026-01-01"]);
    assert_eq!(said(&[consent("inactive", old), consent("active", new)], "同意"), ["同意あり 2026-01-01"]);
    assert_eq!(said(&[consent("active", new), consent("inactive", new)], "同意"), ["撤回 2026-01-01"]);
}

#[test]
fn a_consent_that_denies_all_but_emergencies_lets_the_crew_see() {
    let consent = |inner: Value| {
        json!({"resourceType": "Consent", "status": "active", "dateTime": "2026-01-01",
            "provision": {"type": "deny", "provision": [inner]}})
    };
    let purpose = |code: &str| json!([{"code": code}]);
    let permit = json!({"type": "permit", "purpose": purpose("ETREAT")});
    let research = json!({"type": "permit", "purpose": purpose("HRESCH")});
    let ended = json!({"type": "permit", "purpose": purpose("ETREAT"), "period": {"end": "2026-02-01"}});
    assert_eq!(said(&[consent(permit)], "同意"), ["同意あり 2026-01-01"]);
    assert_eq!(said(&[consent(research)], "同意"), ["撤回 2026-01-01"]);
    assert_eq!(said(&[consent(ended)], "同意"), ["撤回 2026-01-01"]);
}

#[test]
fn a_replaced_consent_whose_period_would_still_run_does_not_outrank_the_new_one() {
    let old = json!({"resourceType": "Consent", "status": "inactive", "dateTime": "2024-01-01",
        "provision": {"period": {"end": "2029-01-01"}}});
    let new = json!({"resourceType": "Consent", "status": "active", "dateTime": "2026-01-01"});
    assert_eq!(said(&[old.clone(), new], "同意"), ["同意あり 2026-01-01"]);
    assert_eq!(said(&[old], "同意"), ["撤回 2026-04-12"]);
}

#[test]
fn words_are_one_line_and_cannot_turn_the_writing_around() {
    let odd = json!({"resourceType": "AllergyIntolerance", "code": {"text": "そば\n\u{202e}粉\tとろろ"}});
    assert_eq!(said(&[odd], "アレルギー"), ["そば 粉 とろろ | 区分不明 | 確度不明 | ←北町医院 2026-04-12"]);
}

#[test]
fn what_a_transaction_deletes_is_not_stated() {
    let mut bundle = document(&[json!({"resourceType": "AllergyIntolerance", "code": {"text": "そば"}})]);
    bundle["entry"][2]["request"] = json!({"method": "DELETE", "url": "AllergyIntolerance/1"});
    let reading = read_document(bundle.to_string().as_bytes()).expect("taken in");
    assert!(reading.summary.allergies.block.items().is_empty());
}

#[test]
fn remarks_and_refusals_hold_no_value_of_the_document() {
    let reading = read_document(
        document(&[json!({"resourceType": "ServiceRequest", "code": {"text": "秘密"}})]).to_string().as_bytes(),
    );
    let remarks = reading.expect("taken in").remarks;
    assert_eq!(
        remarks.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["entry[2].resource: not part of the emergency summary"]
    );
}

fn contained_patient(name: &str) -> Value {
    json!({"resourceType": "AllergyIntolerance", "code": {"text": "そば"}, "patient": {"reference": "#pt"}, "contained": [
        {"resourceType": "Patient", "id": "pt", "name": [{"text": name}], "birthDate": "1960-01-01"}]})
}

fn collection(items: &[Value]) -> Vec<u8> {
    let entries: Vec<Value> = items.iter().map(|item| json!({"resource": item})).collect();
    let bundle = json!({"resourceType": "Bundle", "type": "collection", "timestamp": "2026-04-12T10:00:00+09:00", "entry": entries});
    bundle.to_string().into_bytes()
}

#[test]
fn six_facts_that_each_hold_a_copy_of_the_patient_are_one_document() {
    let items = [contained_patient("試験 太郎"), contained_patient("試験 太郎")];
    let reading = read_document(&collection(&items)).expect("taken in");
    assert_eq!(reading.summary.allergies.block.items().len(), 2);
}

#[test]
fn a_copy_of_another_patient_refuses_the_whole_document() {
    let items = [contained_patient("試験 太郎"), contained_patient("別人 花子")];
    let refused = read_document(&collection(&items)).expect_err("refused");
    assert_eq!(refused.to_string(), "entry[1].resource.patient: not this document's patient");
}

/// A consent of 2025-06-01, beside an older one that withdraws or permits.
fn consents(first: &str, rest: Value) -> Vec<String> {
    let mut second = json!({"resourceType": "Consent", "status": "active", "dateTime": "2025-06-01",
        "scope": {"coding": [{"code": "patient-privacy"}]}});
    for (key, value) in rest.as_object().expect("an object") {
        second[key] = value.clone();
    }
    let first = json!({"resourceType": "Consent", "status": "active", "dateTime": "2025-01-01",
        "provision": {"type": first}});
    said(&[first, second], "同意")
}

#[test]
fn what_refuses_a_crew_is_a_withdrawal_however_it_is_written() {
    for rest in [
        json!({"policyRule": {"coding": [{"code": "OPTOUT"}]}}),
        json!({"provision": {"type": "permit", "provision": [{"type": "deny", "purpose": [{"code": "ETREAT"}]}]}}),
        json!({"provision": {"type": "permit", "provision": [{"type": "deny",
            "actor": [{"role": {"text": "救急隊"}, "reference": {"display": "救急隊"}}]}]}}),
        json!({"provision": {"type": "deny", "purpose": [{"code": "PurposeOfUse"}]}}),
        json!({"provision": {"type": "deny"}, "scope": {"coding": [{"code": "emergency-view"}]}}),
        json!({"provision": {"type": "deny"}, "category": [{"text": "蘇生時も閲覧拒否"}]}),
        json!({"provision": {"type": "deny", "provision": [{"type": "permit", "purpose": [{"code": "TREAT"}],
            "actor": [{"role": {"text": "医院"}, "reference": {"display": "甲医院のみ"}}]}]}}),
        json!({"provision": {"type": "deny", "provision": [{"type": "permit", "purpose": [{"code": "ETREAT"}],
            "period": {"start": "2040-01-01"}}]}}),
    ] {
        assert_eq!(consents("permit", rest.clone()), ["撤回 2025-06-01"], "{rest}");
    }
}

#[test]
fn a_permit_for_something_or_somebody_else_or_for_later_does_not_overrule_a_withdrawal() {
    for rule in [
        json!({"type": "permit", "purpose": [{"code": "HSYSADMIN"}]}),
        json!({"type": "permit", "purpose": [{"code": "CAREMGT"}]}),
        json!({"type": "permit", "actor": [{"role": {"text": "医院"}, "reference": {"display": "甲医院"}}]}),
        json!({"type": "permit", "period": {"start": "2040-01-01"}}),
    ] {
        assert_eq!(consents("deny", json!({"provision": rule})), ["撤回 2025-01-01"], "{rule}");
    }
    assert_eq!(consents("deny", json!({"provision": {"type": "permit"}})), ["同意あり 2025-06-01"]);
}
