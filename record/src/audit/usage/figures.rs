//! Figures made of many: medians, and ages in steps.

use serde::{Deserialize, Serialize};

const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;

/// How long something took, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Took {
    /// How often it was timed.
    pub count: u64,
    /// Half of the times it took no longer.
    pub median_ms: Option<u32>,
    /// 95 of 100 times it took no longer.
    pub p95_ms: Option<u32>,
}

impl Took {
    /// Of these times, in any order.
    pub fn of(mut times: Vec<u32>) -> Self {
        times.sort_unstable();
        Self { count: times.len() as u64, median_ms: nearest(&times, 50), p95_ms: nearest(&times, 95) }
    }
}

/// The value that `percent` of 100 do not exceed (nearest rank); none of nothing.
fn nearest<T: Copy>(sorted: &[T], percent: usize) -> Option<T> {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.checked_sub(1)?).copied()
}

/// How old information was when it was shown, in steps, each without the one before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ages {
    /// Under an hour.
    pub hour: u64,
    /// Under a day.
    pub day: u64,
    /// Under a week.
    pub week: u64,
    /// Under thirty days.
    pub month: u64,
    /// Older.
    pub older: u64,
    /// The clock stood before it.
    pub unknown: u64,
    /// The middle one, in seconds; none when no age is known.
    pub median_seconds: Option<u64>,
}

impl Ages {
    /// Of these ages in seconds, in any order, and of as many that are not known.
    pub fn of(mut ages: Vec<u64>, unknown: u64) -> Self {
        ages.sort_unstable();
        let under = |limit| ages.partition_point(|age| *age < limit) as u64;
        let (hour, day, week, month) = (under(HOUR), under(DAY), under(7 * DAY), under(30 * DAY));
        Self {
            hour,
            day: day - hour,
            week: week - day,
            month: month - week,
            older: ages.len() as u64 - month,
            unknown,
            median_seconds: nearest(&ages, 50),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_and_the_95th_are_values_that_occurred() {
        let took = Took::of((1..=100).rev().collect());
        assert_eq!(took, Took { count: 100, median_ms: Some(50), p95_ms: Some(95) });
        assert_eq!(Took::of(vec![7]), Took { count: 1, median_ms: Some(7), p95_ms: Some(7) });
        assert_eq!(Took::of(Vec::new()), Took::default());
    }

    #[test]
    fn every_age_is_in_exactly_one_step() {
        let ages = Ages::of(vec![0, 3_599, 3_600, DAY, 7 * DAY - 1, 7 * DAY, 30 * DAY], 2);
        assert_eq!((ages.hour, ages.day, ages.week, ages.month, ages.older, ages.unknown), (2, 1, 2, 1, 1, 2));
        assert_eq!(ages.median_seconds, Some(DAY));
    }
}
