//! The figures that a tablet reports by itself.

use chrono::{DateTime, TimeDelta, Utc};
use kakari_record::audit::usage::{Funnel, Took, UsageCounter};
use kakari_record::audit::{
    Access, AuditBasis, AuditEvent, AuditKind, AuditedRecord, BreakGlassReason, CardRefusal, HandoverWay, TimeQuality,
};
use kakari_record::model::Subject;
use kakari_record::seal::RecordId;

const PATIENT: AuditedRecord = AuditedRecord::new(RecordId::from_bytes([7; 16]), 3);

fn event(kind: AuditKind, minute: i64) -> AuditEvent {
    AuditEvent {
        kind,
        at: DateTime::<Utc>::from_timestamp(1_795_000_000, 0).expect("time") + TimeDelta::minutes(minute),
        monotonic_ms: 0,
        boot: [0; 16],
        time_quality: TimeQuality::OwnClock,
        tablet: "T1".into(),
        vehicle: "北町救急1".into(),
        crew: vec!["S0001".into()],
        app: "0.1.0".into(),
    }
}

fn opened(access: Access, took_ms: u32) -> AuditKind {
    AuditKind::RecordOpened { record: PATIENT, access, took_ms: Some(took_ms), neighbour: None }
}

fn shown(access: Access, basis: AuditBasis, offline: u64) -> AuditKind {
    AuditKind::RecordShown {
        record: PATIENT,
        basis,
        access,
        took_ms: Some(4_000),
        age_seconds: Some(90_000),
        feed_age_seconds: Some(offline),
        unavailable: vec!["既往歴".into()],
        neighbour: None,
    }
}

fn handed(way: HandoverWay) -> AuditKind {
    AuditKind::HandedOver { record: PATIENT, way, sections: vec![Subject::Allergies], untold: false, receiver: None }
}

/// Two cases by card, one without; a card torn once, a foreign card, a withdrawn consent, a rejected identity.
fn a_day() -> Vec<AuditKind> {
    let refused = |reason| AuditKind::CardRefused { reason };
    vec![
        AuditKind::SignedIn,
        refused(CardRefusal::Torn),
        opened(Access::Card, 300),
        shown(Access::Card, AuditBasis::PatientConsents, 30),
        handed(HandoverWay::Spoken),
        handed(HandoverWay::Qr),
        AuditKind::DestinationTold { changed: true },
        refused(CardRefusal::NotOurs),
        refused(CardRefusal::ConsentWithdrawn),
        opened(Access::Card, 500),
        AuditKind::IdentityRejected { record: PATIENT },
        opened(Access::Card, 400),
        shown(Access::Card, AuditBasis::FamilyAsks, 900),
        AuditKind::DestinationTold { changed: false },
        AuditKind::BreakGlassStarted { reason: BreakGlassReason::Unconscious, minutes: 30 },
        AuditKind::Searched { by: Vec::new(), terms: [1; 16], named: 3, newly: 3, too_many: false },
        AuditKind::BirthYearWrong { record: [7; 16] },
        opened(Access::Search, 600),
        shown(Access::Search, AuditBasis::Emergency, 30),
        handed(HandoverWay::Spoken),
        AuditKind::RowsLost { rows: 2 },
    ]
}

#[test]
fn a_day_of_rows_becomes_the_figures_that_a_fire_department_compares() {
    let mut counter = UsageCounter::new();
    (0..).zip(a_day()).for_each(|(minute, kind)| counter.add(Some(&event(kind, minute))));
    counter.add(None);
    let usage = counter.finish();
    assert_eq!(usage.funnel, Funnel { tried: 6, card: 4, found: 4, shown: 3, consented: 2 });
    assert_eq!((usage.cases, usage.by_card, usage.without_card, usage.other_person), (3, 2, 1, 1));
    assert_eq!((usage.offline, usage.offline_known), (1, 3));
    assert_eq!(usage.to_check, Took { count: 4, median_ms: Some(400), p95_ms: Some(600) });
    assert_eq!((usage.to_summary.count, usage.ages.week, usage.ages.median_seconds), (3, 3, Some(90_000)));
    assert_eq!((usage.handed_over[&HandoverWay::Spoken], usage.cases_handed_over), (2, 2));
    assert_eq!((usage.destination_asked, usage.destination_changed), (2, 1));
    assert_eq!(usage.refused.values().sum::<u64>(), 3);
    assert_eq!((usage.search.searches, usage.search.people, usage.search.birth_year_wrong), (1, 3, 1));
    assert_eq!(usage.missing_most(), [("既往歴", 3)]);
    assert_eq!((usage.rows, usage.unreadable, usage.lost, usage.shifts), (22, 1, 2, 1));
}

#[test]
fn the_figures_name_no_patient_and_no_crew() {
    let mut counter = UsageCounter::new();
    a_day().into_iter().for_each(|kind| counter.add(Some(&event(kind, 0))));
    let json = serde_json::to_string(&counter.finish()).expect("JSON");
    for word in ["S0001", "0707", "[7,7", "北町"] {
        assert!(!json.contains(word), "{word} stands in {json}");
    }
}
