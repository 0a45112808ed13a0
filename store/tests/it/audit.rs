//! The audit chain: durable, and no row can be changed, taken out or put in.

use chrono::DateTime;
use kakari_record::audit::{AuditEvent, AuditKind, TimeQuality};

use crate::region::Region;

pub(crate) fn event(n: u64) -> AuditEvent {
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

#[test]
fn receipts_are_marked_while_the_crew_writes_rows() {
    let region = Region::new();
    let mut store = region.create();
    let heads: Vec<_> = (1..=200).map(|n| store.append_audit(&event(n)).expect("appended")).collect();
    let mut crew = region.open();
    let (done, told) = std::sync::mpsc::channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            while told.try_recv() == Err(std::sync::mpsc::TryRecvError::Empty) {
                crew.append_audit(&event(0)).expect("appended");
                // Nobody writes rows without a breath between them; SQLite's writers wait by turns only then.
                std::thread::sleep(std::time::Duration::from_millis(1));
            }
        });
        for head in heads.iter().chain(&heads).chain(&heads) {
            assert!(
                store.mark_receipted(head.sequence, &head.hash).expect("never refused for a row that came meanwhile")
            );
        }
        drop(done);
    });
}

#[test]
fn only_a_receipt_for_this_chain_marks_rows_as_received() {
    use kakari_record::audit::{CHAIN_BEGINNING, chain};
    let region = Region::new();
    let mut store = region.create();
    assert_eq!(store.unreceipted(500).expect("reads"), None);
    let heads: Vec<_> = (1..=6).map(|n| store.append_audit(&event(n)).expect("appended")).collect();
    let run = store.unreceipted(4).expect("reads").expect("rows");
    assert_eq!((run.first, run.previous, run.events.len(), run.head), (1, CHAIN_BEGINNING, 4, heads[3].hash));
    let followed = run.events.iter().zip(1..).fold(run.previous, |hash, (event, n)| chain(n, &hash, event));
    assert_eq!(followed, run.head);
    assert!(store.mark_receipted(4, &heads[3].hash).expect("marks"));
    assert!(store.mark_receipted(2, &heads[1].hash).expect("marks"), "a late receipt takes nothing back");
    let state = |store: &kakari_store::Store| {
        let state = store.receipt_state().expect("reads");
        (state.rows, state.receipted, state.in_conflict)
    };
    assert_eq!(state(&store), (6, 4, 0));
    let run = store.unreceipted(500).expect("reads").expect("rows");
    assert_eq!((run.first, run.previous, run.events.len()), (5, heads[3].hash, 2));
    assert!(!store.mark_receipted(5, &[9; 32]).expect("asked"), "of another chain");
    assert!(!store.mark_receipted(7, &heads[5].hash).expect("asked"), "of a row that is not here");
    assert_eq!(state(&store), (6, 4, 2));
    assert!(store.mark_receipted(6, &heads[5].hash).expect("marks"));
    assert_eq!(state(&store), (6, 6, 0));
}
