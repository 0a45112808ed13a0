//! The audit chain: durable, and no row can be changed, taken out or put in.

use chrono::DateTime;
use kakari_record::audit::{AuditEvent, AuditKind, TimeQuality};

use crate::region::Region;

fn event(n: u64) -> AuditEvent {
    AuditEvent {
        kind: AuditKind::SignedIn,
        at: DateTime::from_timestamp(1_795_000_000, 0).expect("time"),
        monotonic_ms: n,
        boot: [4; 16],
        time_quality: TimeQuality::OwnClock,
        tablet: "T1".into(),
        vehicle: "北町救急1".into(),
        crew: vec!["0001".into()],
        app: "0.1.0".into(),
    }
}

#[test]
fn rows_come_back_in_order_and_the_chain_holds_over_a_restart() {
    let region = Region::new();
    let mut store = region.create();
    for n in 1..=5 {
        assert_eq!(store.append_audit(&event(n)).expect("appended").sequence, n);
    }
    drop(store);
    let mut store = region.open();
    let head = store.append_audit(&event(6)).expect("appended");
    assert_eq!(store.verify_audit().expect("reads").expect("holds"), head);
    let rows = store.last_audit(2).expect("rows");
    assert_eq!(rows.iter().map(|row| row.sequence).collect::<Vec<_>>(), [5, 6]);
    assert_eq!(rows[1].event.as_ref(), Some(&event(6)));
}

#[test]
fn every_way_of_tampering_is_seen_at_its_row() {
    for (tampering, fault) in [
        ("UPDATE audit SET event = zeroblob(length(event)) WHERE sequence = 3", 3),
        ("UPDATE audit SET hash = zeroblob(32) WHERE sequence = 3", 3),
        ("UPDATE audit SET previous = zeroblob(32) WHERE sequence = 3", 3),
        ("DELETE FROM audit WHERE sequence = 3", 3),
        ("DELETE FROM audit WHERE sequence = 1", 1),
        ("UPDATE audit SET sequence = 99 WHERE sequence = 3", 3),
        (
            "UPDATE audit SET sequence = -3 WHERE sequence = 3; UPDATE audit SET sequence = 3 WHERE sequence = 4;
             UPDATE audit SET sequence = 4 WHERE sequence = -3",
            3,
        ),
        ("INSERT INTO audit SELECT 9, previous, event, hash FROM audit WHERE sequence = 6", 7),
    ] {
        let region = Region::new();
        let mut store = region.create();
        for n in 1..=6 {
            store.append_audit(&event(n)).expect("appended");
        }
        region.raw().execute_batch(tampering).expect("tampers");
        let checked = store.verify_audit().expect("reads");
        assert_eq!(checked.expect_err("must be seen").sequence, fault, "{tampering}");
    }
}
