//! When data deserves a warning for its age (assets/tables/freshness.csv).

use chrono::{DateTime, Utc};

use crate::view::Mark;

const TABLE: &str = include_str!("../../assets/tables/freshness.csv");

/// What is aging.
#[derive(Clone, Copy)]
pub(crate) enum Aging {
    /// What the documents say of a patient.
    Information,
    /// The whole feed on this tablet.
    Feed,
}

/// The mark for data of `as_of`. A clock that stands before it makes the age unknown, never young.
pub(crate) fn mark(aging: Aging, as_of: DateTime<Utc>, now: DateTime<Utc>) -> Mark {
    let days = (now - as_of).num_days();
    let (caution, bad) = limits(aging);
    if now < as_of {
        Mark::Unknown
    } else if days >= bad {
        Mark::Bad
    } else if days >= caution {
        Mark::Caution
    } else {
        Mark::Good
    }
}

/// Without a row in the table every age is bad: a lost limit must not make data look fresh.
fn limits(aging: Aging) -> (i64, i64) {
    let name = match aging {
        Aging::Information => "information",
        Aging::Feed => "feed",
    };
    let row = TABLE.lines().map(|line| line.split(',').collect::<Vec<_>>());
    row.filter_map(|fields| match fields.as_slice() {
        [what, caution, bad] if *what == name => Some((caution.parse().ok()?, bad.parse().ok()?)),
        _ => None,
    })
    .next()
    .unwrap_or((0, 0))
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn data_grows_old_and_a_clock_behind_it_says_unknown() {
        let as_of = DateTime::from_timestamp(1_795_000_000, 0).expect("time");
        for (days, information, feed) in [
            (-1, Mark::Unknown, Mark::Unknown),
            (0, Mark::Good, Mark::Good),
            (1, Mark::Good, Mark::Caution),
            (7, Mark::Good, Mark::Bad),
            (90, Mark::Caution, Mark::Bad),
            (365, Mark::Bad, Mark::Bad),
        ] {
            let now = as_of + TimeDelta::days(days);
            assert_eq!(mark(Aging::Information, as_of, now), information, "{days} days");
            assert_eq!(mark(Aging::Feed, as_of, now), feed, "{days} days");
        }
    }
}
