//! Audit rows as FHIR AuditEvents: before the independent validator, and against what BALP's profiles ask.

use chrono::DateTime;
use kakari_record::audit::{
    Access, AuditBasis, AuditEvent, AuditKind, AuditedRecord, BreakGlassEnd, BreakGlassReason, CardRefusal, Closing,
    FallbackRefusal, HandoverWay, LimitStage, ReviewVerdict, SignInFailure, TermKind, TimeQuality,
};
use kakari_record::fhir::audit::{audit_event, full_url};
use kakari_record::model::Subject;
use kakari_record::seal::RecordId;
use serde_json::{Value, json};

use super::validated::validate;

const RECORD: AuditedRecord = AuditedRecord::new(RecordId::from_bytes([0xAB; 16]), 3);

/// One of every kind.
fn kinds() -> Vec<AuditKind> {
    use AuditKind as K;
    let shown = |access, basis| K::RecordShown {
        record: RECORD,
        basis,
        access,
        took_ms: Some(900),
        age_seconds: Some(60),
        feed_age_seconds: None,
        unavailable: vec!["既往歴".into()],
        neighbour: (access == Access::CardCopy).then_some([0xCD; 16]),
    };
    vec![
        K::Started,
        K::Stopped,
        K::SignedIn,
        K::SignInFailed { reason: SignInFailure::WrongPin, staff_id: Some("S0001".into()) },
        K::RowsLost { rows: 2 },
        K::Locked { automatic: true },
        K::CrewRemoved { staff_id: "S0002".into() },
        K::LeaseEnded,
        K::CardRefused { reason: CardRefusal::Revoked },
        K::RecordOpened { record: RECORD, access: Access::Card, took_ms: Some(300), neighbour: None },
        K::RecordOpened { record: RECORD, access: Access::Search, took_ms: None, neighbour: None },
        K::CardRemoved { record: RECORD },
        K::IdentityRejected { record: RECORD },
        shown(Access::Card, AuditBasis::PatientConsents),
        shown(Access::Card, AuditBasis::Emergency),
        shown(Access::Search, AuditBasis::Emergency),
        K::UntoldShown { record: RECORD },
        K::CaseClosed { record: RECORD, reason: Closing::ByCrew },
        K::DestinationTold { changed: true },
        K::CrashRecovered,
        K::Updated { from: "0.0.9".into() },
        K::ConfigChanged,
        K::Enrolled,
        K::SignedOut,
        K::Reopened { staff_id: "S0001".into() },
        K::ReopenFailed { tries_left: 2 },
        K::FallbackStarted { code: [5; 8] },
        K::FallbackRefused { reason: FallbackRefusal::Used },
        K::BreakGlassStarted { reason: BreakGlassReason::CardiacArrest, minutes: 30 },
        K::BreakGlassExtended { reason: BreakGlassReason::CardiacArrest, minutes: 30 },
        K::BreakGlassEnded { reason: BreakGlassEnd::Expired },
        K::Searched {
            by: vec![TermKind::NameKana, TermKind::Age],
            terms: [9; 16],
            named: 3,
            newly: 2,
            too_many: false,
        },
        K::SearchLimit { stage: LimitStage::Stopped, people: 150, opened: 3 },
        K::FoundRefused { record: RECORD.id, reason: CardRefusal::ConsentWithdrawn },
        K::BirthYearWrong { record: RECORD.id },
        K::HandedOver {
            record: RECORD,
            way: HandoverWay::Qr,
            sections: vec![Subject::Allergies, Subject::Medicines],
            untold: false,
            receiver: Some("北町総合病院".into()),
        },
        K::SyncEnded { applied: 12, set_aside: 0, sequence: 900 },
        K::FeedRefused { reason: "the feed was set back".into() },
        K::WipeOrdered,
        K::ClockStepped { by_seconds: -40 },
        K::DiskLow { free_mb: 312 },
        K::BatteryLow { percent: 9 },
        K::RowsLate { rows: 4 },
        K::Checkpoint { sequence: 50, hash: [1; 32], signature: vec![2; 64] },
        K::AuditFaulty { faults: 1, first: "row 3 was changed".into() },
        K::AuditExported { first: 1, last: 40 },
        K::BreakGlassReviewed { sequence: 30, verdict: ReviewVerdict::Justified, reviewer: "S0009".into() },
    ]
}

/// The kind's name as it stands in a row.
fn word_of(kind: &AuditKind) -> String {
    match serde_json::to_value(kind).expect("JSON") {
        Value::String(word) => word,
        Value::Object(fields) => fields.keys().next().expect("a name").clone(),
        _ => panic!("neither"),
    }
}

fn event(kind: AuditKind) -> AuditEvent {
    AuditEvent {
        kind,
        at: DateTime::from_timestamp(1_795_000_000, 0).expect("time"),
        monotonic_ms: 5_000,
        boot: [4; 16],
        time_quality: TimeQuality::Doubtful,
        tablet: "北町-1".into(),
        vehicle: "北町救急1".into(),
        crew: vec!["S0001".into(), "S0002".into()],
        app: "0.1.0".into(),
    }
}

fn all() -> Vec<(String, u64, AuditEvent)> {
    (1..).zip(kinds()).map(|(sequence, kind)| (word_of(&kind), sequence, event(kind))).collect()
}

fn written(word: &str) -> Value {
    let (_, sequence, event) = all().into_iter().find(|(name, ..)| name == word).expect("a kind of this name");
    audit_event(sequence, &event)
}

#[test]
fn an_independent_validator_accepts_an_audit_event_of_every_kind() {
    let bundle = |sequence, event: &AuditEvent| {
        let entry = json!({ "fullUrl": full_url(sequence, event), "resource": audit_event(sequence, event) });
        json!({ "resourceType": "Bundle", "type": "collection", "entry": [entry] }).to_string()
    };
    let documents: Vec<_> =
        all().iter().map(|(word, sequence, event)| (word.clone(), bundle(*sequence, event))).collect();
    let said = validate(documents);
    assert!(said.is_empty(), "{}", said.join("\n"));
}

#[test]
fn the_validator_finds_what_is_wrong_with_an_audit_event() {
    let (_, sequence, event) = &all()[0];
    let good = audit_event(*sequence, event);
    let with = |name: &str, value: Value| {
        let mut wrong = good.clone();
        wrong[name] = value;
        wrong
    };
    let wrong = [with("recorded", json!("yesterday")), with("outcomes", json!("0")), with("agent", Value::Null)];
    for resource in wrong {
        let entry = json!({ "fullUrl": full_url(*sequence, event), "resource": resource });
        let bundle = json!({ "resourceType": "Bundle", "type": "collection", "entry": [entry] });
        assert!(!validate(vec![("wrong".into(), bundle.to_string())]).is_empty(), "accepted");
    }
}

/// The validator's models do not know these two lists.
#[test]
fn actions_and_outcomes_are_of_the_lists_that_r4_requires() {
    for (word, sequence, event) in all() {
        let written = audit_event(sequence, &event);
        let is_one_of = |name: &str, codes: &[&str]| codes.contains(&written[name].as_str().unwrap_or_default());
        assert!(is_one_of("action", &["C", "R", "U", "D", "E"]), "{word}");
        assert!(is_one_of("outcome", &["0", "4", "8", "12"]), "{word}");
    }
}

#[test]
fn no_kind_of_event_is_left_out() {
    let source = include_str!("../../../src/audit/kind.rs");
    let (_, source) = source.split_once("pub enum AuditKind").expect("the kinds");
    let variants = source.lines().filter_map(|line| line.strip_prefix("    ")).filter_map(|line| {
        let name: String = line.chars().take_while(char::is_ascii_alphanumeric).collect();
        (line.starts_with(|first: char| first.is_ascii_uppercase())).then_some(name)
    });
    let snake = |name: &str| {
        name.chars().enumerate().fold(String::new(), |word, (place, letter)| {
            let between = if letter.is_ascii_uppercase() && place > 0 { "_" } else { "" };
            format!("{word}{between}{}", letter.to_ascii_lowercase())
        })
    };
    let named: Vec<String> = all().into_iter().map(|(word, ..)| word).collect();
    let missing: Vec<_> = variants.map(|name| snake(&name)).filter(|name| !named.contains(name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn a_record_that_was_found_and_refused_is_one_that_was_not_read_of_a_patient_by_record_id() {
    for word in ["found_refused", "birth_year_wrong"] {
        let row = written(word);
        assert_eq!((&row["type"]["code"], &row["outcome"]), (&json!("110110"), &json!("4")), "{word}");
        let of = |row: &Value| row.pointer("/entity/0/what/identifier/value").cloned().expect("a patient");
        assert_eq!(of(&row), of(&written("record_shown")), "{word}");
    }
}

#[test]
fn a_row_of_a_neighbours_record_names_the_feed_and_one_of_an_own_record_has_the_bytes_it_always_had() {
    let own = AuditKind::RecordOpened { record: RECORD, access: Access::Card, took_ms: None, neighbour: None };
    let (mut bytes, mut old) = (Vec::new(), Vec::new());
    ciborium::into_writer(&own, &mut bytes).expect("CBOR");
    let before = json!({ "record_opened": { "record": RECORD, "access": "card" } });
    ciborium::into_writer(&before, &mut old).expect("CBOR");
    assert_eq!(ciborium::from_reader::<AuditKind, _>(old.as_slice()).expect("read"), own);
    assert_eq!(ciborium::from_reader::<Value, _>(bytes.as_slice()).expect("read"), before);
    let feed = Some([0xCD; 16]);
    let kind = AuditKind::RecordOpened { record: RECORD, access: Access::CardCopy, took_ms: None, neighbour: feed };
    let mut bytes = Vec::new();
    ciborium::into_writer(&kind, &mut bytes).expect("CBOR");
    assert_eq!(ciborium::from_reader::<AuditKind, _>(bytes.as_slice()).expect("read"), kind);
    let row = audit_event(9, &event(kind));
    let said = row.pointer("/entity").and_then(Value::as_array).expect("entities").iter();
    let details = said.filter_map(|entity| entity["detail"].as_array()).flatten();
    let feeds: Vec<&Value> = details.filter(|one| one["type"] == "neighbour").map(|one| &one["valueString"]).collect();
    assert_eq!(feeds, [&json!("cd".repeat(16))]);
}

#[test]
fn what_opened_a_record_is_a_patient_read_and_names_nobody() {
    let read = written("record_shown");
    let profile = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.PatientRead";
    assert_eq!(read["meta"]["profile"][0], profile);
    assert_eq!((&read["type"]["code"], &read["subtype"][0]["code"]), (&json!("rest"), &json!("read")));
    assert_eq!((&read["action"], &read["outcome"]), (&json!("R"), &json!("0")));
    let of = |list: &str, code: &str, pattern: &str| {
        let all = read[list].as_array().expect("a list");
        all.iter().filter(|one| one.pointer(pattern) == Some(&json!(code))).count()
    };
    for code in ["110152", "110153", "IRCP"] {
        assert_eq!(of("agent", code, "/type/coding/0/code"), 1, "agent {code}");
    }
    assert_eq!((of("entity", "1", "/type/code"), of("entity", "2", "/type/code")), (1, 1));
    assert_eq!(read["entity"][0]["what"]["identifier"]["value"], "ab".repeat(16));
}

#[test]
fn break_glass_is_a_security_alert_and_a_search_holds_only_the_hash_of_its_terms() {
    let started = written("break_glass_started");
    assert_eq!((&started["type"]["code"], &started["subtype"][0]["code"]), (&json!("110113"), &json!("110127")));
    assert_eq!(started["purposeOfEvent"][0]["coding"][0]["code"], "BTG");
    let search = written("searched");
    assert_eq!((&search["subtype"][0]["code"], &search["action"]), (&json!("search"), &json!("E")));
    let query = search["entity"][0]["query"].as_str().expect("a query");
    assert_eq!(query, "dGVybXM9MDkwOTA5MDkwOTA5MDkwOTA5MDkwOTA5MDkwOTA5MDkmbmFtZWQ9Mw==");
}
