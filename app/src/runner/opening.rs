//! Opening the store, and what is read of it: once, and again whenever sync changed something.

use std::sync::Arc;
use std::time::SystemTime;

use chrono::{DateTime, Utc};
use kakari_card::CardAuthority;
use kakari_record::seal::{Dictionary, FeedId, Roster};
use kakari_session::{Lease, Receipts, RosterState, SearchTally, StoreFacts, StoreTrouble};
use kakari_store::{Store, StoreError, StoreKey};

use super::troubles::{key_trouble, open_trouble, store_trouble};
use crate::clock;
use crate::config::Config;

/// What a card or a roster entry is held against, as the store says it now.
#[derive(Debug)]
pub(crate) struct Trust {
    pub(crate) feed: FeedId,
    pub(crate) authority: CardAuthority,
    pub(crate) roster: Option<Arc<Roster>>,
    /// No true clock stands before this: the newest time that the region has signed or sent.
    pub(crate) not_before: DateTime<Utc>,
    pub(crate) dictionaries: Vec<Dictionary>,
}

impl Trust {
    /// The time that certificates are held against: a clock set back does not make an expired card valid again.
    pub(super) fn card_time(&self) -> SystemTime {
        SystemTime::from(self.not_before).max(SystemTime::now())
    }

    /// Whether the tablet's clock stands before what the region has already signed.
    pub(super) fn doubts(&self, now: DateTime<Utc>) -> bool {
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
    let trust = Trust {
        feed: facts.feed,
        authority: CardAuthority::new([facts.card_authority]),
        not_before: believed.as_ref().map(|roster| roster.issued_at).max(synced_at).unwrap_or_default(),
        roster: believed,
        dictionaries,
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
        searched: SearchTally::default(),
    };
    Ok((trust, facts))
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
