//! How long a tablet may go on without hearing from its region.

use chrono::TimeDelta;

use crate::store_facts::Lease;

/// Warned from the seventh day without contact.
const WARNED_FROM: TimeDelta = TimeDelta::days(7);

/// Where a lease stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeaseState {
    /// The region was heard not long ago.
    Fresh,
    /// The region has not been heard for a week or more.
    NearlyOver {
        /// Days left, the last one begun counting as one.
        days_left: i64,
    },
    /// The wraps go, and with them every way to open a record.
    Over,
}

impl Lease {
    /// Where it stands.
    pub fn state(&self) -> LeaseState {
        let elapsed = TimeDelta::days(self.days.into()) - self.left;
        if self.wraps_erased || self.left <= TimeDelta::zero() {
            LeaseState::Over
        } else if elapsed >= WARNED_FROM {
            LeaseState::NearlyOver { days_left: (self.left - TimeDelta::seconds(1)).num_days() + 1 }
        } else {
            LeaseState::Fresh
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lease_warns_from_the_seventh_day_and_ends_with_its_last() {
        for (hours_gone, state) in [
            (0, LeaseState::Fresh),
            (7 * 24 - 1, LeaseState::Fresh),
            (7 * 24, LeaseState::NearlyOver { days_left: 23 }),
            (7 * 24 + 1, LeaseState::NearlyOver { days_left: 23 }),
            (30 * 24 - 1, LeaseState::NearlyOver { days_left: 1 }),
            (30 * 24, LeaseState::Over),
            (400 * 24, LeaseState::Over),
        ] {
            let left = TimeDelta::days(30) - TimeDelta::hours(hours_gone);
            assert_eq!(Lease { days: 30, left, wraps_erased: false }.state(), state, "{hours_gone} hours");
        }
    }

    #[test]
    fn erased_wraps_end_a_lease_of_which_days_are_left() {
        let lease = Lease { days: 30, left: TimeDelta::days(29), wraps_erased: true };
        assert_eq!(lease.state(), LeaseState::Over);
    }
}
