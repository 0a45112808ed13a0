//! What rows tell the office: pure folds, without a database.

use kakari_record::audit::{Access, AuditBasis, AuditKind, BreakGlassEnd, BreakGlassReason, LimitStage};
use kakari_region::watch::shifts::{Shift, Shifts};
use kakari_region::watch::uses::{Use, Uses};

use crate::chain::{Tablet, ended, opened, record, searched, shown, started};

/// Takes a row that belongs where it stands.
fn take(uses: &mut Uses, tablet: &Tablet, row: u64, kind: AuditKind) {
    assert!(uses.take(row, &tablet.event(kind)), "row {row} belongs to no use");
}

/// The one use that changed.
fn one(uses: &mut Uses) -> Use {
    let mut touched = uses.take_touched();
    assert_eq!(touched.len(), 1);
    touched.remove(0)
}

#[test]
fn a_use_is_told_with_everything_that_was_done_in_it_and_nothing_that_was_not() {
    let (mut uses, mut tablet) = (Uses::default(), Tablet::new("t1", 60));
    take(&mut uses, &tablet, 1, AuditKind::SignedIn);
    take(&mut uses, &tablet, 2, opened(9, Access::Card));
    take(&mut uses, &tablet, 3, started(BreakGlassReason::Unconscious));
    take(&mut uses, &tablet, 4, searched(0, true));
    take(&mut uses, &tablet, 5, searched(3, false));
    take(&mut uses, &tablet, 6, AuditKind::BirthYearWrong { record: [1; 16] });
    take(&mut uses, &tablet, 7, AuditKind::SearchLimit { stage: LimitStage::Alerted, people: 60, opened: 1 });
    take(&mut uses, &tablet, 8, opened(1, Access::Search));
    take(&mut uses, &tablet, 9, AuditKind::IdentityRejected { record: record(1) });
    take(&mut uses, &tablet, 10, opened(2, Access::Search));
    take(&mut uses, &tablet, 11, shown(2, Access::Search, AuditBasis::FamilyAsks));
    tablet.wait(754);
    take(&mut uses, &tablet, 12, ended(BreakGlassEnd::CaseClosed));
    take(&mut uses, &tablet, 13, searched(5, false));
    take(&mut uses, &tablet, 14, shown(9, Access::Card, AuditBasis::Emergency));
    let used = one(&mut uses);
    assert_eq!((used.sequence, used.reason, used.minutes), (3, BreakGlassReason::Unconscious, 30));
    assert_eq!((used.searches, used.too_many, used.named, used.wrong_years), (2, 1, 3, 1));
    assert_eq!(used.limits, [LimitStage::Alerted]);
    let opened: Vec<_> = used.opened.iter().map(|one| (one.record[..2].to_owned(), one.shown, one.rejected)).collect();
    assert_eq!(opened, [("01".to_owned(), None, true), ("02".to_owned(), Some(AuditBasis::FamilyAsks), false)]);
    assert_eq!((used.shown(), used.after_end), (1, false));
    let end = used.ended.unwrap();
    assert_eq!((end.sequence, end.why, end.seconds), (12, Some(BreakGlassEnd::CaseClosed), Some(754)));
}

#[test]
fn a_patients_card_in_between_belongs_to_no_search() {
    let (mut uses, tablet) = (Uses::default(), Tablet::new("t1", 60));
    take(&mut uses, &tablet, 1, started(BreakGlassReason::CardBroken));
    take(&mut uses, &tablet, 2, opened(1, Access::Card));
    take(&mut uses, &tablet, 3, shown(1, Access::Card, AuditBasis::PatientConsents));
    let used = one(&mut uses);
    assert!(used.opened.is_empty() && used.ended.is_none());
}

#[test]
fn a_use_without_an_end_is_over_when_the_next_begins_and_its_end_is_said_to_be_unknown() {
    let (mut uses, mut tablet) = (Uses::default(), Tablet::new("t1", 60));
    take(&mut uses, &tablet, 1, started(BreakGlassReason::Other));
    tablet.wait(90);
    take(&mut uses, &tablet, 2, started(BreakGlassReason::Unconscious));
    let touched = uses.take_touched();
    let end = touched[0].ended.as_ref().unwrap();
    assert_eq!((touched[0].sequence, end.sequence, end.why, end.seconds), (1, 2, None, Some(90)));
    assert_eq!((touched[1].sequence, touched[1].ended.is_none()), (2, true));
}

#[test]
fn a_restart_ends_a_use_whether_or_not_the_program_wrote_it_and_nobody_measured_how_long_it_was() {
    for written in [true, false] {
        let (mut uses, mut tablet) = (Uses::default(), Tablet::new("t1", 60));
        take(&mut uses, &tablet, 1, started(BreakGlassReason::Other));
        tablet.wait(90);
        tablet.restart();
        let kind = if written { ended(BreakGlassEnd::Restarted) } else { AuditKind::Started };
        take(&mut uses, &tablet, 2, kind);
        let end = one(&mut uses).ended.unwrap();
        assert_eq!((end.sequence, end.why, end.seconds), (2, written.then_some(BreakGlassEnd::Restarted), None));
        assert!(!uses.take(3, &tablet.event(opened(1, Access::Search))), "a search is not open any more");
    }
}

#[test]
fn rows_that_the_sync_writes_in_between_end_neither_a_use_nor_a_shift() {
    let (mut uses, mut shifts, mut tablet) = (Uses::default(), Shifts::default(), Tablet::new("t1", 60));
    shifts.take(1, &tablet.event(AuditKind::SignedIn));
    take(&mut uses, &tablet, 2, started(BreakGlassReason::Other));
    let app = (tablet.boot, tablet.crew.clone());
    (tablet.boot, tablet.crew) = ([0xEE; 16], Vec::new());
    let synced = tablet.event(AuditKind::SyncEnded { applied: 1, set_aside: 0, sequence: 9 });
    assert!(uses.take(3, &synced));
    shifts.take(3, &synced);
    (tablet.boot, tablet.crew) = app;
    tablet.wait(30);
    take(&mut uses, &tablet, 4, opened(1, Access::Search));
    take(&mut uses, &tablet, 5, ended(BreakGlassEnd::ByCrew));
    let end = one(&mut uses).ended.unwrap();
    assert_eq!((end.why, end.seconds), (Some(BreakGlassEnd::ByCrew), Some(30)));
    assert!(shifts.take_touched()[0].ended_at.is_none());
}

#[test]
fn an_end_that_is_told_after_the_restart_names_the_reason_later() {
    let (mut uses, mut tablet) = (Uses::default(), Tablet::new("t1", 60));
    take(&mut uses, &tablet, 1, started(BreakGlassReason::Other));
    tablet.restart();
    take(&mut uses, &tablet, 2, AuditKind::CrashRecovered);
    take(&mut uses, &tablet, 3, ended(BreakGlassEnd::Restarted));
    take(&mut uses, &tablet, 4, ended(BreakGlassEnd::ByCrew));
    assert_eq!(one(&mut uses).ended.unwrap().why, Some(BreakGlassEnd::Restarted));
}

#[test]
fn rows_of_a_later_version_are_counted_and_what_comes_after_them_is_still_understood() {
    let (mut uses, mut tablet) = (Uses::default(), Tablet::new("t1", 60));
    uses.take_unread();
    assert!(uses.take_touched().is_empty());
    take(&mut uses, &tablet, 1, started(BreakGlassReason::FamilyAsks));
    uses.take_unread();
    take(&mut uses, &tablet, 3, AuditKind::BreakGlassExtended { reason: BreakGlassReason::FamilyAsks, minutes: 30 });
    tablet.wait(60);
    take(&mut uses, &tablet, 4, ended(BreakGlassEnd::ByCrew));
    uses.take_unread();
    let used = one(&mut uses);
    assert_eq!((used.unread, used.extended, used.ended.unwrap().seconds), (1, 1, Some(60)));
}

#[test]
fn a_record_opened_without_a_card_outside_every_use_is_told() {
    let (mut uses, tablet) = (Uses::default(), Tablet::new("t1", 60));
    assert!(!uses.take(1, &tablet.event(opened(1, Access::Search))));
    take(&mut uses, &tablet, 2, started(BreakGlassReason::Other));
    take(&mut uses, &tablet, 3, ended(BreakGlassEnd::Expired));
    assert!(!uses.take(4, &tablet.event(shown(1, Access::Search, AuditBasis::Emergency))));
    let used = one(&mut uses);
    assert!(used.after_end && used.shown() == 1, "and it stands at the use before");
}

#[test]
fn folded_in_two_parts_with_a_halt_between_a_use_is_the_same() {
    let mut tablet = Tablet::new("t1", 60);
    let mut rows = Vec::new();
    for kind in [started(BreakGlassReason::Other), searched(2, false), opened(1, Access::Search)] {
        rows.push(tablet.event(kind));
        tablet.wait(10);
    }
    rows.extend(
        [shown(1, Access::Search, AuditBasis::Emergency), ended(BreakGlassEnd::ByCrew)].map(|kind| tablet.event(kind)),
    );
    let mut whole = Uses::default();
    (1..).zip(&rows).for_each(|(row, event)| assert!(whole.take(row, event)));
    for halt in 1..rows.len() {
        let mut first = Uses::default();
        (1..).zip(&rows[..halt]).for_each(|(row, event)| assert!(first.take(row, event)));
        let kept = serde_json::to_string(&first).unwrap();
        let mut second: Uses = serde_json::from_str(&kept).unwrap();
        (1..).zip(&rows).skip(halt).for_each(|(row, event)| assert!(second.take(row, event)));
        assert_eq!(second.take_touched(), whole.clone().take_touched(), "halt after {halt}");
    }
}

fn fold(tablet: &mut Tablet, rows: &[(&[&str], AuditKind)]) -> Vec<Shift> {
    let mut shifts = Shifts::default();
    for (row, (crew, kind)) in (1..).zip(rows) {
        tablet.crew = crew.iter().map(|staff| (*staff).to_owned()).collect();
        if matches!(kind, AuditKind::Started) {
            tablet.restart();
        }
        shifts.take(row, &tablet.event(kind.clone()));
        tablet.wait(60);
    }
    shifts.take_touched()
}

#[test]
fn two_crew_members_have_a_shift_each_and_locking_ends_neither() {
    let mut tablet = Tablet::new("t1", 600);
    let shifts = fold(
        &mut tablet,
        &[
            (&["S1"], AuditKind::SignedIn),
            (&["S1", "S2"], AuditKind::SignedIn),
            (&["S1", "S2"], AuditKind::Locked { automatic: true }),
            (&["S1", "S2"], AuditKind::Reopened { staff_id: "S2".to_owned() }),
            (&["S1", "S2"], AuditKind::CrewRemoved { staff_id: "S1".to_owned() }),
        ],
    );
    let told: Vec<_> = shifts.iter().map(|one| (one.staff.as_str(), one.began, one.ended_at.is_some())).collect();
    assert_eq!(told, [("S1", 1, true), ("S2", 2, false)]);
}

#[test]
fn the_end_of_a_shift_of_a_lease_or_of_the_program_ends_everybodys() {
    for end in [
        AuditKind::SignedOut,
        AuditKind::ReopenFailed { tries_left: 0 },
        AuditKind::LeaseEnded,
        AuditKind::Stopped,
        AuditKind::Started,
    ] {
        let mut tablet = Tablet::new("t1", 600);
        let shifts = fold(&mut tablet, &[(&["S1", "S2"], AuditKind::SignedIn), (&[], end.clone())]);
        assert!(shifts.len() == 2 && shifts.iter().all(|shift| shift.ended_at.is_some()), "{end:?}");
    }
}

#[test]
fn the_same_card_once_more_is_a_new_shift_and_a_code_begins_one_for_both() {
    let mut tablet = Tablet::new("t1", 600);
    let shifts = fold(
        &mut tablet,
        &[
            (&["S1"], AuditKind::SignedIn),
            (&["S1"], AuditKind::SignedIn),
            (&["S2", "S3"], AuditKind::FallbackStarted { code: [1; 8] }),
        ],
    );
    let told: Vec<_> =
        shifts.iter().map(|one| (one.staff.as_str(), one.began, one.ended_at.is_some(), one.fallback)).collect();
    assert_eq!(told, [("S1", 1, true, false), ("S1", 2, true, false), ("S2", 3, false, true), ("S3", 3, false, true)]);
}

/// Rows that are looked through: KAKARI_AUDIT_ROWS, or as many as take no time.
fn rows() -> usize {
    std::env::var("KAKARI_AUDIT_ROWS").ok().and_then(|rows| rows.parse().ok()).unwrap_or(4_000)
}

#[tokio::test]
#[allow(clippy::print_stdout)] // What a run measured is part of what it shows.
async fn rows_are_looked_through_once_and_what_comes_later_alone_after_that() {
    use kakari_region::office::{report, review};
    use std::time::{Duration, Instant};
    let region = crate::region::Region::make().await;
    region.run("INSERT INTO tablet (id, vehicle, state) VALUES ('t1', 'v', 'active')").await;
    let mut tablet = Tablet::new("t1", 60);
    while tablet.len() < rows() {
        tablet.write(AuditKind::SignedIn);
        tablet.write(started(BreakGlassReason::Other));
        for n in 0..40 {
            tablet.write(opened(n, Access::Card));
        }
        tablet.write(ended(BreakGlassEnd::ByCrew));
    }
    let (uses, all) = (tablet.len() / 43, tablet.len());
    tablet.store(&region.pool).await;
    let long = Duration::from_secs(600);
    let begun = Instant::now();
    assert_eq!(kakari_region::watch::catch_up(&region.pool, long).await.unwrap(), 0);
    let first = begun.elapsed();
    let begun = Instant::now();
    assert_eq!(kakari_region::watch::catch_up(&region.pool, long).await.unwrap(), 0);
    let again = begun.elapsed();
    tablet.write(started(BreakGlassReason::Unconscious));
    tablet.store(&region.pool).await;
    assert_eq!(
        kakari_region::watch::catch_up(&region.pool, Duration::ZERO).await.unwrap(),
        1,
        "no time, one row is left"
    );
    assert_eq!(kakari_region::watch::catch_up(&region.pool, long).await.unwrap(), 0);
    let conn = &mut region.conn().await;
    let begun = Instant::now();
    let listed = review::list(conn, 100).await.unwrap();
    let list = begun.elapsed();
    let begun = Instant::now();
    let counted = report::make(conn, chrono::Utc::now()).await.unwrap();
    println!(
        "{all} rows of audit: looked through in {first:?}, again in {again:?}; the list of uses in {list:?}, the figures in {:?}",
        begun.elapsed()
    );
    assert_eq!(counted.reviews.all.uses, i64::try_from(uses).unwrap() + 1);
    assert_eq!(counted.usage.all.search.break_glass.values().sum::<u64>(), uses as u64 + 1);
    assert!(listed.iter().all(|line| line.used.opened.is_empty()), "what a card opened is in no use");
}
