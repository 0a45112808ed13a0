//! The store itself.

use std::path::Path;

use kakari_record::seal::FeedId;
use kakari_store::{Change, Cursor, Delta, Facts, SnapshotId, Store, StoreKey};

use crate::{PACK, PART, Took, changed, made, timed};

pub(crate) const FEED: FeedId = FeedId::from_bytes([7; 16]);

pub(crate) struct Tablet {
    store: Store,
}

impl Tablet {
    pub(crate) fn new(dir: &Path) -> Self {
        let key = StoreKey::make_at(&dir.join("store.key")).unwrap();
        let facts = Facts {
            feed: FEED,
            region_key: [1; 32],
            card_authority: [2; 65],
            training: true,
            records: 0,
            synced_at: None,
        };
        Self { store: Store::create(&dir.join("kakari.db"), key, &facts).unwrap() }
    }

    /// The time the store took; making the rows is not in it.
    pub(crate) fn snapshot(&mut self, records: u64) -> Took {
        let parts = u32::try_from(records.div_ceil(PART)).unwrap();
        let snapshot = SnapshotId { generation: 1, sequence: records, manifest: [3; 32], parts };
        let mut took = Took::default();
        let mut staging = timed(&mut took, || self.store.stage(snapshot).unwrap());
        for part in 0..parts {
            let first = u64::from(part) * PART;
            let rows: Vec<_> = (first..records.min(first + PART)).map(|n| made::row(FEED, n, 1)).collect();
            timed(&mut took, || staging.put_part(part, rows).unwrap());
        }
        timed(&mut took, || staging.make_live(records).unwrap().unwrap());
        took
    }

    /// New versions of a fiftieth of the records, pack by pack, each durable.
    pub(crate) fn delta(&mut self, records: u64) -> Took {
        let mut took = Took::default();
        let mut sequence = records;
        for pack in changed(records).chunks(PACK) {
            let from = Cursor { generation: 1, sequence };
            let changes = pack.iter().zip(sequence + 1..);
            let changes: Vec<_> = changes.map(|(n, at)| (at, Change::Put(made::row(FEED, *n, 2)))).collect();
            sequence += changes.len() as u64;
            let delta = Delta { from, to: sequence, changes, records_after: Some(records) };
            let applied = timed(&mut took, || self.store.apply(delta).unwrap());
            assert!(applied.put == pack.len() as u64 && !applied.count_differs);
        }
        took
    }
}
