//! Opening the store, and what is read of it: once, and again whenever sync changed something.

use std::sync::Arc;
use std::time::SystemTime;

use chrono::{DateTime, Utc};
use kakari_card::CardAuthority;
use kakari_record::seal::{Dictionary, FeedId, Point, Roster};
use kakari_session::{Lease, Receipts, RosterState, StoreFacts, StoreTrouble};
use kakari_store::{Store, StoreError, StoreKey};

use super::searched;
use super::troubles::{key_trouble, open_trouble, store_trouble};
use crate::clock;
use crate::config::Config;

/// What a card or a roster entry is held against, as the store says it now.
#[derive(Debug)]
pub(crate) struct Trust {
    pub(crate) feed: FeedId,
    /// What the region signs with, and with it the copies on its cards.
    pub(crate) region_key: [u8; 32],
    /// When the store last held everything that the region knew; by the region's clock.
    pub(crate) synced_at: Option<DateTime<Utc>>,
    /// When the region said the newest thing that was believed, a head or a roster, by its own clock as it said it. What a
    /// head takes away is gone from it on, also while the rest that it names is still on the way.
    pub(crate) heard_at: Option<DateTime<Utc>>,
    pub(crate) authority: CardAuthority,
    pub(crate) roster: Option<Arc<Roster>>,
    /// No true clock stands before this: the newest time that the region has signed or sent.
    pub(crate) not_before: DateTime<Utc>,
    pub(crate) dictionaries: Vec<Dictionary>,
    /// A break-glass stands open in the audit.
    pub(crate) break_glass_left_open: bool,
}

impl Trust {
    /// The time that certificates are held against: a clock set back does not make an expired card valid again.
    pub(super) fn card_time(&self) -> SystemTime {
        SystemTime::from(self.not_before).max(SystemTime::now())
    }

    /// Whether the tablet's clock stands before what the region has already signed.
    pub(crate) fn doubts(&self, now: DateTime<Utc>) -> bool {
        now < self.not_before
    }
}

/// Opens the store and reads what cards are held against.
pub(crate) fn open_store(config: &Config) -> Result<(Store, Trust, StoreFacts), StoreTrouble> {
    let path = config.store_key_path();
    if matches!(config.store.try_exists(), Ok(false)) {
        return Err(StoreTrouble::Missing);
    }
    let key = StoreKey::load(&path).map_err(|error| key_trouble(&error))?;
    let mut store = Store::open(&config.store, key).map_err(|error| open_trouble(&error))?;
    // What the other process changes from here on is noticed, also within the first second. When this cannot be asked, the
    // reading below says why.
    let _ = store.changed();
    let (trust, facts) = read_store(&mut store).map_err(|error| store_trouble(&error))?;
    Ok((store, trust, facts))
}

/// Reads what the store says now.
pub(super) fn read_store(store: &mut Store) -> Result<(Trust, StoreFacts), StoreError> {
    let (facts, dictionaries) = (store.facts()?, store.dictionaries()?);
    let roster = match store.roster()? {
        Some(Ok(roster)) => RosterState::Believed(Arc::new(roster)),
        Some(Err(_)) => RosterState::NotBelieved,
        None => RosterState::Missing,
    };
    let believed = match &roster {
        RosterState::Believed(roster) => Some(Arc::clone(roster)),
        RosterState::Missing | RosterState::NotBelieved => None,
    };
    let synced_at = facts.synced_at.and_then(|at| DateTime::from_timestamp(at, 0));
    let searches = searched::read(store, clock::now().utc)?;
    let signed_at = believed.as_ref().map(|roster| roster.issued_at);
    let head_at = store.trusted()?.map(|trusted| trusted.issued_at);
    let trust = Trust {
        feed: facts.feed,
        region_key: facts.region_key,
        synced_at,
        heard_at: signed_at.max(head_at).max(synced_at),
        authority: CardAuthority::new([facts.card_authority]).with_neighbours(neighbours(believed.as_deref())),
        not_before: signed_at.max(synced_at).unwrap_or_default(),
        roster: believed,
        dictionaries,
        break_glass_left_open: searches.left_open,
    };
    let (lease, receipts) = read_sync(store)?;
    let facts = StoreFacts {
        records: facts.records,
        synced_at,
        training: facts.training,
        roster,
        lease,
        receipts,
        not_before: Some(trust.not_before),
        searched: searches.tally,
    };
    Ok((trust, facts))
}

/// Regions whose patients' cards are believed as well: those of the signed roster, and no others.
fn neighbours(roster: Option<&Roster>) -> Vec<([u8; 16], Point)> {
    let neighbours = roster.map(|roster| roster.neighbours.as_slice()).unwrap_or_default();
    neighbours.iter().filter_map(|one| Some((one.feed, one.card_authority()?))).collect()
}

/// What there is to say of the region, for a tablet that has heard from one.
fn read_sync(store: &mut Store) -> Result<(Option<Lease>, Option<Receipts>), StoreError> {
    let wraps_erased = store.wraps_forgotten()?;
    let days = store.settings()?.lease_days;
    let left = store.lease_left(clock::now().utc)?;
    let lease = left.map(|left| Lease { days, left, wraps_erased });
    let audit = store.receipt_state()?;
    let receipts = Receipts { waiting: audit.rows - audit.receipted, in_conflict: audit.in_conflict > 0 };
    Ok((lease, left.map(|_| receipts)))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn a_card_that_expired_stays_expired_when_the_clock_is_set_back() {
        let now = Utc::now();
        let trust = |not_before| Trust {
            feed: FeedId::from_bytes([7; 16]),
            region_key: [1; 32],
            synced_at: None,
            heard_at: None,
            authority: CardAuthority::new([]),
            roster: None,
            not_before,
            dictionaries: Vec::new(),
            break_glass_left_open: false,
        };
        // To whoever asks, a clock that is a year behind is a region that signed something a year from now.
        let signed = now + TimeDelta::days(365);
        let expired = SystemTime::from(signed) - Duration::from_secs(86_400);
        assert!(trust(signed).card_time() > expired, "the card ended a day before what the region signed");
        assert!(trust(signed).doubts(now) && !trust(now - TimeDelta::days(1)).doubts(now));
        let right = trust(now - TimeDelta::days(1)).card_time();
        assert!(right >= SystemTime::from(now) && right < expired, "with a right clock it is the clock that counts");
    }
}
