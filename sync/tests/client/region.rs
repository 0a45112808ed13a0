//! A region that publishes: sealed rows of invented residents in real packs, under a real signed head.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use kakari_generator::Generator;
use kakari_record::seal::{
    Change, DirectoryEntry, FeedId, Header, KeyId, Packer, Point, RecordId, Removal, Roster, Row, Sealer, Token,
    VaultKey,
};
use kakari_sync::{
    DeltaRef, DictionaryRef, DigestsRef, Frame, Head, Manifest, ObjectRef, Orders, PackKind, PackName, PackWriter,
    PartRef, ReleaseRef, RosterRef, Settings, Signed, SnapshotRef, digests,
};
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair};

use crate::authority::Authority;

const DICTIONARY: &[u8] = include_bytes!("../../../assets/dictionary/1.zdict");
const ROWS_PER_PART: usize = 4;

pub(crate) type Files = BTreeMap<String, Vec<u8>>;

pub(crate) struct Region {
    pub(crate) feed: FeedId,
    pub(crate) signing: Arc<Ed25519KeyPair>,
    pub(crate) authority: Arc<Authority>,
    vault: VaultKey,
    packer: Packer,
    pub(crate) generation: u64,
    pub(crate) sequence: u64,
    pub(crate) current: BTreeMap<RecordId, (u64, Row)>,
    pub(crate) deltas: Vec<DeltaRef>,
    pub(crate) snapshot: Option<SnapshotRef>,
    pub(crate) digests: Option<DigestsRef>,
    pub(crate) orders: Orders,
    pub(crate) releases: Vec<ReleaseRef>,
    pub(crate) issued_at: DateTime<Utc>,
    /// Everything but the head, by name.
    pub(crate) files: Files,
}

pub(crate) fn make_key() -> Ed25519KeyPair {
    let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
    Ed25519KeyPair::from_pkcs8(document.as_ref()).unwrap()
}

pub(crate) fn public(key: &Ed25519KeyPair) -> [u8; 32] {
    key.public_key().as_ref().try_into().unwrap()
}

fn card() -> Point {
    let key = rcgen::KeyPair::generate().unwrap();
    key.public_key_raw().try_into().unwrap()
}

impl Region {
    pub(crate) fn make() -> Self {
        let feed = FeedId::make().unwrap();
        let settings = Settings { lease_days: 30, poll_seconds: 60, metered_bytes_per_day: 20_000_000 };
        Self {
            feed,
            signing: Arc::new(make_key()),
            authority: Arc::new(Authority::make("region")),
            vault: VaultKey::make(1).unwrap(),
            packer: Packer::new(1, DICTIONARY, 3),
            generation: 1,
            sequence: 0,
            current: BTreeMap::new(),
            deltas: Vec::new(),
            snapshot: None,
            digests: None,
            orders: Orders { feed: *feed.as_bytes(), version: 1, settings, orders: Vec::new() },
            releases: Vec::new(),
            issued_at: Utc::now().trunc_subsecs(0) - TimeDelta::minutes(30),
            files: Files::new(),
        }
    }

    /// A region with a snapshot of so many residents.
    pub(crate) fn with_residents(residents: u64) -> Self {
        let mut region = Self::make();
        region.add(residents);
        region.take_snapshot();
        region
    }

    pub(crate) fn row(&self, index: u64) -> Row {
        let summary = Generator::new(4).resident(index);
        let header = Header {
            feed: self.feed,
            record: RecordId::make().unwrap(),
            version: 1,
            epoch: 0,
            dictionary: 0,
            card_key: KeyId::NONE,
            sealed_at: Utc::now().timestamp().unsigned_abs(),
        };
        let sealer = Sealer { vault: &self.vault, packer: &self.packer };
        let sealed = sealer.seal(header, &summary, None, &[card()]).unwrap();
        Row {
            card_token: Token::of_card(&self.vault, summary.identity.number.as_ref().unwrap()),
            openers: sealed.openers,
            tokens: Vec::new(),
            directory: DirectoryEntry::of(&summary).seal(&self.vault, self.feed, header.record).unwrap(),
            record: sealed.record,
            photo: None,
        }
    }

    /// New residents, each one change, all in one delta pack.
    pub(crate) fn add(&mut self, residents: u64) {
        let frames: Vec<_> = (1..=residents)
            .map(|more| Frame { sequence: self.sequence + more, change: Change::Put(self.row(self.sequence + more)) })
            .collect();
        self.publish(&frames);
    }

    /// The first resident withdraws.
    pub(crate) fn withdraw_first(&mut self) -> RecordId {
        let record = *self.current.keys().next().unwrap();
        let change = Change::Remove { record, reason: Removal::Withdrawn };
        self.publish(&[Frame { sequence: self.sequence + 1, change }]);
        record
    }

    pub(crate) fn publish(&mut self, frames: &[Frame]) {
        let from = self.sequence;
        self.sequence = frames.last().unwrap().sequence;
        for frame in frames {
            match &frame.change {
                Change::Put(row) => drop(self.current.insert(frame.change.record(), (frame.sequence, row.clone()))),
                Change::Remove { record, .. } => drop(self.current.remove(record)),
                Change::Cards(_) => {}
            }
        }
        let named = self.delta(from, self.sequence, self.generation, self.feed, frames);
        self.deltas.push(named);
        self.tick();
    }

    /// A delta pack in the files; the head does not name it yet.
    pub(crate) fn delta(&mut self, from: u64, to: u64, generation: u64, feed: FeedId, frames: &[Frame]) -> DeltaRef {
        let mut writer = PackWriter::new();
        frames.iter().for_each(|frame| writer.push(frame).unwrap());
        let (packed, unpacked) = writer.finish(PackName { feed, generation, kind: PackKind::Delta { from, to } });
        DeltaRef { from, to, object: self.put(&packed), unpacked }
    }

    /// A snapshot of everything; earlier deltas go.
    pub(crate) fn take_snapshot(&mut self) {
        let rows: Vec<_> = self.current.values().map(|(sequence, row)| (*sequence, row.clone())).collect();
        let parts: Vec<Vec<Frame>> = rows.chunks(ROWS_PER_PART).map(frames_of).collect();
        self.snapshot = Some(self.snapshot_of(&parts, rows.len() as u64));
        self.deltas.clear();
        let versions = self.current.iter().map(|(record, (_, row))| (*record, row.record.header().version));
        let digests = digests::of(versions);
        self.digests = Some(DigestsRef { sequence: self.sequence, object: self.put(&digests) });
        self.tick();
    }

    pub(crate) fn snapshot_of(&mut self, parts: &[Vec<Frame>], records: u64) -> SnapshotRef {
        let count = u32::try_from(parts.len()).unwrap();
        let sequence = self.sequence;
        let refs: Vec<_> = (0..)
            .zip(parts)
            .map(|(part, frames)| {
                let mut writer = PackWriter::new();
                frames.iter().for_each(|frame| writer.push(frame).unwrap());
                let kind = PackKind::Part { sequence, part, parts: count };
                let (packed, unpacked) = writer.finish(PackName { feed: self.feed, generation: self.generation, kind });
                PartRef { object: self.put(&packed), unpacked, rows: frames.len() as u64 }
            })
            .collect();
        let size = refs.iter().map(|part| part.object.size).sum();
        let feed = *self.feed.as_bytes();
        let manifest = Manifest { feed, generation: self.generation, sequence, records, parts: refs };
        SnapshotRef { sequence, records, size, manifest: self.put(&manifest.encode()) }
    }

    /// Time goes on: the next head is newer.
    pub(crate) fn tick(&mut self) {
        self.issued_at += TimeDelta::seconds(1);
    }

    pub(crate) fn put(&mut self, bytes: &[u8]) -> ObjectRef {
        let object = ObjectRef::of(bytes);
        self.files.insert(object.sha256.name(), bytes.to_vec());
        object
    }

    pub(crate) fn head(&mut self) -> Head {
        let roster = self.roster(1).sign(&self.signing).unwrap().encode();
        let roster = RosterRef { version: 1, object: self.put(&roster) };
        let orders = Signed::make(&self.orders, &self.signing).encode();
        Head {
            feed: *self.feed.as_bytes(),
            generation: self.generation,
            sequence: self.sequence,
            records: self.current.len() as u64,
            issued_at: self.issued_at,
            expires_at: self.issued_at + TimeDelta::hours(24),
            minimum_app: "0.1.0".to_owned(),
            roster,
            dictionaries: vec![DictionaryRef { id: 1, object: self.put(DICTIONARY) }],
            deltas: self.deltas.clone(),
            snapshot: self.snapshot,
            digests: self.digests,
            orders: Some(self.put(&orders)),
            releases: self.releases.clone(),
        }
    }

    pub(crate) fn roster(&self, version: u64) -> Roster {
        let issued_at = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
        Roster {
            feed: *self.feed.as_bytes(),
            version,
            issued_at,
            staff: Vec::new(),
            revoked: Vec::new(),
            fallback: Vec::new(),
            neighbours: Vec::new(),
        }
    }

    pub(crate) fn sign(&self, head: &Head) -> Vec<u8> {
        Signed::make(head, &self.signing).encode()
    }

    /// Every file of the feed as it is now.
    pub(crate) fn published(&mut self) -> Files {
        let head = self.head();
        let signed = self.sign(&head);
        let mut files = self.files.clone();
        files.insert("head".to_owned(), signed);
        files
    }
}

pub(crate) fn frames_of(rows: &[(u64, Row)]) -> Vec<Frame> {
    rows.iter().map(|(sequence, row)| Frame { sequence: *sequence, change: Change::Put(row.clone()) }).collect()
}
