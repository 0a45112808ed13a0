//! A model tablet: it follows heads and packs, keeps rows in memory, and fails the test at whatever does not fit.

use std::collections::{BTreeMap, BTreeSet};

use kakari_record::model::Summary;
use kakari_record::seal::{Change, Dictionary, KeyId, Keyring, RecordId, Row};
use kakari_region::publish::Objects;
use kakari_sync::{DeltaRef, Frame, Head, Manifest, Pack, PackKind, PackName, digests};

use super::office::Office;

#[derive(Clone, Default)]
pub(crate) struct Tablet {
    generation: u64,
    pub(crate) cursor: Option<u64>,
    pub(crate) rows: BTreeMap<RecordId, Row>,
    /// Snapshots that it took.
    pub(crate) snapshots: u32,
}

impl Tablet {
    /// Takes everything that the head in the store names, each object with its hash.
    pub(crate) async fn follow(&mut self, office: &Office) -> Head {
        let signed = office.objects.get_head().await.unwrap().expect("a head");
        let head = signed.verify(&office.region.keys().await.region_key).unwrap();
        self.take(&office.objects, &head).await;
        head
    }

    pub(crate) async fn take(&mut self, objects: &Objects, head: &Head) {
        assert_eq!(head.deltas.last().map_or(head.sequence, |delta| delta.to), head.sequence, "deltas end at the head");
        assert!(head.deltas.windows(2).all(|pair| pair[0].to == pair[1].from), "no gap between deltas");
        let covered = self.generation == head.generation
            && self.cursor.is_some_and(|at| head.deltas.first().map_or(head.sequence, |delta| delta.from) <= at);
        if !covered {
            let Some(snapshot) = head.snapshot else {
                assert_eq!((head.sequence, head.records), (0, 0), "a feed begins with a snapshot");
                return;
            };
            let manifest = Manifest::decode(&objects.get(snapshot.manifest.sha256).await.unwrap()).unwrap();
            assert_eq!((manifest.sequence, manifest.records), (snapshot.sequence, snapshot.records));
            self.rows.clear();
            for (part, about) in (0..).zip(&manifest.parts) {
                let parts = u32::try_from(manifest.parts.len()).unwrap();
                let kind = PackKind::Part { sequence: manifest.sequence, part, parts };
                let frames = open(objects, head, kind, about.object.sha256, about.unpacked).await;
                assert_eq!(frames.len() as u64, about.rows);
                frames.into_iter().for_each(|frame| self.apply(frame.change));
            }
            assert_eq!(self.rows.len() as u64, snapshot.records);
            (self.generation, self.cursor) = (head.generation, Some(snapshot.sequence));
            self.snapshots += 1;
        }
        for delta in &head.deltas {
            self.take_delta(objects, head, delta).await;
        }
        assert_eq!(self.cursor, Some(head.sequence));
        assert_eq!(self.rows.len() as u64, head.records, "as many records as the head says");
        self.compare(objects, head).await;
    }

    /// Applies a delta from wherever the cursor is.
    pub(crate) async fn take_delta(&mut self, objects: &Objects, head: &Head, delta: &DeltaRef) {
        let at = self.cursor.unwrap();
        if at >= delta.to {
            return;
        }
        assert!(at >= delta.from, "the cursor is covered");
        let kind = PackKind::Delta { from: delta.from, to: delta.to };
        let frames = open(objects, head, kind, delta.object.sha256, delta.unpacked).await;
        assert!(frames.iter().map(|frame| frame.sequence).is_sorted_by(|a, b| a < b), "in order");
        assert!(frames.iter().all(|frame| (delta.from + 1..=delta.to).contains(&frame.sequence)), "of this delta");
        frames.into_iter().filter(|frame| frame.sequence > at).for_each(|frame| self.apply(frame.change));
        self.cursor = Some(delta.to);
    }

    fn apply(&mut self, change: Change) {
        match change {
            Change::Put(row) => {
                let header = *row.record.header();
                if let Some(old) = self.rows.insert(header.record, row) {
                    assert!(old.record.header().version <= header.version, "a version never goes back");
                }
            }
            Change::Cards(cards) => {
                let row = self.rows.get_mut(&cards.record).expect("a record to give cards to");
                assert_eq!(row.record.header().version, cards.version, "the record stays as it is");
                row.openers = cards.openers;
            }
            Change::Remove { record, .. } => drop(self.rows.remove(&record)),
        }
    }

    async fn compare(&self, objects: &Objects, head: &Head) {
        let Some(theirs) = head.digests.filter(|theirs| theirs.sequence == head.sequence) else { return };
        let ours = digests::of(self.rows.iter().map(|(id, row)| (*id, row.record.header().version)));
        let theirs = objects.get(theirs.object.sha256).await.unwrap();
        assert!(digests::differing(&ours, &theirs).unwrap().is_empty(), "the same records in the same versions");
    }

    /// The record as a signed-in crew sees it without a card.
    pub(crate) fn summary(&self, record: RecordId, keys: &Keyring) -> Summary {
        let dictionary = Dictionary::new(1, include_bytes!("../../../../assets/dictionary/1.zdict"));
        self.rows[&record].record.open_with_vault(keys, &dictionary).unwrap()
    }

    pub(crate) fn cards(&self, record: RecordId) -> BTreeSet<KeyId> {
        self.rows[&record].openers.iter().map(|opener| opener.card_key()).collect()
    }
}

async fn open(objects: &Objects, head: &Head, kind: PackKind, name: kakari_sync::Sha256, unpacked: u64) -> Vec<Frame> {
    let packed = objects.get(name).await.unwrap_or_else(|error| panic!("a head names what is not there: {error}"));
    let pack =
        Pack::open(&packed, PackName { feed: head.feed(), generation: head.generation, kind }, unpacked).unwrap();
    pack.frames().unwrap().into_iter().map(|frame| frame.unwrap()).collect()
}
