//! What a tablet believes about the time, in tables.

use chrono::{DateTime, TimeDelta, Utc};
use kakari_sync::client::Refusal;
use kakari_sync::client::trust::{OwnTime, Place, Trust};

use crate::region::{Region, public};

fn at(hours: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap() + TimeDelta::hours(hours)
}

/// Head signed at hour 0, expires at hour 24.
#[test]
fn a_head_is_measured_against_a_clock_that_is_not_itself_doubtful() {
    let mut region = Region::with_residents(1);
    region.issued_at = at(0);
    let head = region.head();
    let bytes = region.sign(&head);
    let key = public(&region.signing);
    let minute = TimeDelta::minutes(1);
    let table = [
        ("at the same time", at(0), None, Ok(())),
        ("in its time", at(23), None, Ok(())),
        ("at its end", at(24), None, Err(Refusal::Freeze)),
        ("long after", at(10_000), None, Err(Refusal::Freeze)),
        ("clock an hour behind", at(-1), None, Ok(())),
        ("clock more than an hour behind", at(-1) - minute, None, Err(Refusal::Future)),
        ("clock years behind, nothing known", at(-50_000), None, Err(Refusal::Future)),
        ("clock years behind and known to be", at(-50_000), Some(at(-5)), Ok(())),
        ("clock behind, known time within", at(-50_000), Some(at(23)), Ok(())),
        ("clock set back to revive an old head", at(1), Some(at(24)), Err(Refusal::Freeze)),
        ("clock set back far to revive an old head", at(-50_000), Some(at(30)), Err(Refusal::Freeze)),
        ("known time before the clock changes nothing", at(5), Some(at(-100)), Ok(())),
        ("known time before the clock, future", at(-2), Some(at(-100)), Err(Refusal::Future)),
    ];
    for (name, now, floor, expected) in table {
        let trust = Trust { region_key: &key, feed: region.feed, highest: None, time: OwnTime { now, floor } };
        assert_eq!(trust.verify_head(&bytes).map(drop), expected, "{name}");
    }
}

#[test]
fn a_head_is_never_lower_than_the_highest_that_was_believed() {
    let mut region = Region::make();
    region.generation = 20;
    region.add(4);
    region.issued_at = at(0);
    let head = region.head();
    let bytes = region.sign(&head);
    let key = public(&region.signing);
    let place = |generation, sequence, hours| Place { generation, sequence, issued_at: at(hours) };
    let table = [
        (None, Ok(())),
        (Some(place(20, 4, 0)), Ok(())),
        (Some(place(20, 3, 0)), Ok(())),
        (Some(place(20, 3, 9)), Ok(())),
        (Some(place(20, 4, 1)), Err(Refusal::Rollback)),
        (Some(place(20, 5, -9)), Err(Refusal::Rollback)),
        (Some(place(21, 0, -9)), Err(Refusal::Rollback)),
        (Some(place(19, 900, 9)), Ok(())),
        (Some(place(4, 900, 9)), Ok(())),
        (Some(place(3, 0, -9)), Err(Refusal::GenerationJump)),
        (Some(place(0, 0, -9)), Err(Refusal::GenerationJump)),
        (Some(place(u64::MAX, 0, -9)), Err(Refusal::Rollback)),
    ];
    for (highest, expected) in table {
        let time = OwnTime { now: at(1), floor: None };
        let trust = Trust { region_key: &key, feed: region.feed, highest, time };
        assert_eq!(trust.verify_head(&bytes).map(drop), expected, "{highest:?}");
    }
}
