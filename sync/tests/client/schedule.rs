//! When the next round is: nothing waits here.

use std::time::Duration;

use kakari_sync::client::schedule::{Budget, Schedule};

#[test]
fn rounds_come_at_the_regions_interval_within_bounds() {
    for (asked, given) in [(60, 60), (10, 10), (1, 10), (0, 10), (3_600, 3_600), (1_000_000, 3_600)] {
        assert_eq!(Schedule::every(asked).after(true), Duration::from_secs(given), "{asked}");
    }
}

#[test]
fn failures_wait_longer_each_time_with_jitter_and_never_longer_than_the_interval() {
    let mut schedule = Schedule::every(600).with_seed(7);
    let waits: Vec<_> = (0..12).map(|_| schedule.after(false)).collect();
    for (wait, least) in waits.iter().zip([5, 10, 20, 40, 80, 160, 300, 300, 300, 300, 300, 300]) {
        let most = Duration::from_secs((2 * least).min(600));
        assert!((Duration::from_secs(least)..=most).contains(wait), "{wait:?} for {least} s");
    }
    let mut other = Schedule::every(600).with_seed(8);
    assert_ne!((0..12).map(|_| other.after(false)).collect::<Vec<_>>(), waits, "tablets do not come back together");
    assert_eq!(schedule.after(true), Duration::from_secs(600));
    assert!(schedule.after(false) <= Duration::from_secs(10), "a success begins anew");
}

#[test]
fn a_returned_link_forgets_the_failures() {
    let mut schedule = Schedule::every(3_600).with_seed(1);
    let _ = (0..10).map(|_| schedule.after(false)).max();
    schedule.asked();
    assert!(schedule.after(false) <= Duration::from_secs(10));
}

#[test]
fn the_budget_of_a_day_is_kept_to_the_byte_and_only_on_a_metered_link() {
    for (per_day, spent, bytes, allowed) in [
        (Some(100), 0, 100, true),
        (Some(100), 1, 100, false),
        (Some(100), 200, 0, false),
        (Some(0), 0, 1, false),
        (Some(u64::MAX), u64::MAX, 5, true),
        (None, u64::MAX, u64::MAX, true),
    ] {
        assert_eq!(Budget { per_day, spent }.allows(bytes), allowed, "{per_day:?} {spent} {bytes}");
    }
}
