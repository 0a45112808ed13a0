//! A whole region in a real store.

use std::path::Path;

use kakari_generator::Generator;
use kakari_record::model::Sex;
use kakari_record::seal::{DirectoryEntry, FeedId, VaultKey};
use kakari_store::{DirectoryReader, Facts, Row, SnapshotId, Store, StoreKey};

use crate::made;
use crate::names::Names;

pub(crate) const FEED: FeedId = FeedId::from_bytes([7; 16]);
/// Rows of one part of a snapshot.
const PART: u64 = 4_400;
/// Of so many residents one is searched for.
const OF: u64 = 660;

/// A region's store, and those who are searched for.
pub(crate) struct Town {
    pub(crate) vault: VaultKey,
    pub(crate) searched: Vec<DirectoryEntry>,
    dir: tempfile::TempDir,
}

impl Town {
    /// Invented residents in a snapshot that was taken in.
    pub(crate) fn new(residents: u64) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let key = StoreKey::make_at(&dir.path().join("store.key")).unwrap();
        let facts = Facts {
            feed: FEED,
            region_key: [1; 32],
            card_authority: [2; 65],
            training: true,
            records: 0,
            synced_at: None,
        };
        let mut store = Store::create(&store_path(dir.path()), key, &facts).unwrap();
        let mut town = Self { vault: VaultKey::from_bytes(1, [9; 32].into()), searched: Vec::new(), dir };
        let (names, generator) = (Names::new(), Generator::new(7));
        let parts = u32::try_from(residents.div_ceil(PART)).unwrap();
        let snapshot = SnapshotId { generation: 1, sequence: residents, manifest: [3; 32], parts };
        let mut staging = store.stage(snapshot).unwrap();
        for part in 0..parts {
            let first = u64::from(part) * PART;
            let people = (first..residents.min(first + PART)).map(|n| (n, entry(n, &generator, &names)));
            let rows = people.map(|(n, entry)| town.row(n, entry, residents)).collect();
            staging.put_part(part, rows).unwrap();
        }
        staging.make_live(residents).unwrap().unwrap();
        town
    }

    /// Opens its directory.
    pub(crate) fn reader(&self) -> DirectoryReader {
        let key = StoreKey::load(&self.dir.path().join("store.key")).unwrap();
        DirectoryReader::open(&store_path(self.dir.path()), key).unwrap()
    }

    fn row(&mut self, n: u64, entry: DirectoryEntry, residents: u64) -> Row {
        let row = made::row(FEED, n, 1);
        let directory = entry.seal(&self.vault, FEED, row.record.header().record).unwrap();
        if n.is_multiple_of(OF.min(residents / 200 + 1))
            && entry.birth_date.is_some_and(|date| date.day().is_some())
            && !entry.kana.is_empty()
        {
            self.searched.push(entry);
        }
        Row { directory, ..row }
    }
}

fn store_path(dir: &Path) -> std::path::PathBuf {
    dir.join("kakari.db")
}

fn entry(n: u64, generator: &Generator, names: &Names) -> DirectoryEntry {
    let mut entry = DirectoryEntry::of(&generator.resident(n));
    if !entry.kana.is_empty() {
        entry.kana = names.kana(n, &entry.kana, entry.sex == Sex::Female);
    }
    entry
}
