//! Whether the copy on a card of the own region says more than the store may say.

use chrono::{DateTime, Utc};
use kakari_record::seal::{FeedId, Header};

/// What the tablet has of the card's resident.
pub(super) struct Known<'a> {
    pub(super) feed: FeedId,
    /// When the region said the newest thing that was believed, by its own clock.
    pub(super) heard_at: DateTime<Utc>,
    pub(super) stored: Option<&'a Header>,
}

impl Known<'_> {
    /// Only what was sealed after the region's newest word: all before it may have been taken away since. Beside a stored
    /// record, only a later version of it.
    pub(super) fn is_less_than(&self, copy: &Header) -> bool {
        copy.feed == self.feed
            && sealed_at(copy).is_some_and(|at| at > self.heard_at)
            && self.stored.is_none_or(|stored| stored.record == copy.record && stored.version < copy.version)
    }
}

pub(super) fn sealed_at(header: &Header) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(i64::try_from(header.sealed_at).ok()?, 0)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use kakari_record::seal::{KeyId, RecordId};

    use super::*;

    #[test]
    fn a_copy_from_before_the_regions_newest_word_says_nothing() {
        let (feed, heard_at) =
            (FeedId::from_bytes([7; 16]), DateTime::from_timestamp(1_800_000_000, 0).expect("a time"));
        let record = RecordId::make().expect("random");
        let of = |seconds, version| Header {
            feed,
            record,
            version,
            epoch: 1,
            dictionary: 0,
            card_key: KeyId::NONE,
            sealed_at: (heard_at + TimeDelta::seconds(seconds)).timestamp().unsigned_abs(),
        };
        let nothing = Known { feed, heard_at, stored: None };
        assert!(nothing.is_less_than(&of(1, 3)));
        assert!(!nothing.is_less_than(&of(0, 3)) && !nothing.is_less_than(&of(-60, 3)));
        assert!(!nothing.is_less_than(&Header { feed: FeedId::from_bytes([8; 16]), ..of(1, 3) }), "another region's");
        let stored = of(-3600, 3);
        let known = Known { stored: Some(&stored), ..nothing };
        assert!(known.is_less_than(&of(1, 4)));
        assert!(!known.is_less_than(&of(1, 3)) && !known.is_less_than(&of(-60, 4)));
        assert!(
            !known.is_less_than(&Header { record: RecordId::make().expect("random"), ..of(1, 4) }),
            "another record"
        );
    }
}
