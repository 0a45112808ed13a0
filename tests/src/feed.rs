//! A region's feed in a folder, and the enrolment beside it: what an office writes on a USB stick.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::{TimeDelta, Utc};
use kakari::demo::TrainingRegion;
use kakari_record::seal::{Change, Roster, Row};
use kakari_sync::enrol::{Enrolment, InvitationCode, OfflineEnrolment};
use kakari_sync::{
    DeltaRef, DictionaryRef, Frame, HEAD_NAME, Head, Manifest, ObjectRef, Order, Orders, PackKind, PackName,
    PackWriter, PartRef, ReleaseRef, RosterRef, Settings, Signed, SignedRelease, SnapshotRef,
};
use serde_bytes::ByteBuf;

/// The feed of a training region, published by the test.
pub struct Feed {
    /// Where its objects are.
    pub dir: PathBuf,
    head: Head,
    orders: Orders,
    issued: i64,
}

impl Feed {
    /// A feed with this roster and nobody in it.
    pub fn new(dir: &Path, region: &TrainingRegion, roster: &Roster) -> Self {
        fs::create_dir_all(dir).unwrap();
        let (id, bytes) = region.dictionary();
        let now = Utc::now();
        let head = Head {
            feed: *region.feed().as_bytes(),
            generation: 1,
            sequence: 0,
            records: 0,
            issued_at: now,
            expires_at: now,
            minimum_app: "0.1.0".to_owned(),
            roster: RosterRef { version: 0, object: ObjectRef::of(b"") },
            dictionaries: vec![DictionaryRef { id, object: ObjectRef::of(bytes) }],
            deltas: Vec::new(),
            snapshot: None,
            digests: None,
            orders: None,
            releases: Vec::new(),
        };
        let settings = Settings { lease_days: 30, poll_seconds: 1, metered_bytes_per_day: 10_000_000 };
        let orders = Orders { feed: head.feed, version: 0, settings, orders: Vec::new() };
        let mut feed = Self { dir: dir.to_owned(), head, orders, issued: 0 };
        feed.put(bytes);
        feed.set_orders(region, Vec::new());
        feed.set_roster(region, roster);
        feed
    }

    /// Replaces everything by these rows, in parts of at most `rows_each`.
    pub fn snapshot(&mut self, region: &TrainingRegion, rows: &[Row], rows_each: usize) {
        let sequence = self.head.sequence + rows.len() as u64;
        let parts: Vec<&[Row]> = rows.chunks(rows_each).collect();
        let many = u32::try_from(parts.len()).unwrap();
        let mut number = self.head.sequence;
        let mut size = 0;
        let parts = (0..).zip(&parts).map(|(part, rows)| {
            let mut writer = PackWriter::new();
            for row in *rows {
                number += 1;
                writer.push(&Frame { sequence: number, change: Change::Put(row.clone()) }).unwrap();
            }
            let (packed, unpacked) = writer.finish(self.name(PackKind::Part { sequence, part, parts: many }));
            let object = self.put(&packed);
            size += object.size;
            PartRef { object, unpacked, rows: rows.len() as u64 }
        });
        let parts = parts.collect();
        let records = rows.len() as u64;
        let manifest = Manifest { feed: self.head.feed, generation: self.head.generation, sequence, records, parts };
        let manifest = self.put(&manifest.encode());
        self.head.snapshot = Some(SnapshotRef { sequence, records, size, manifest });
        (self.head.sequence, self.head.records) = (sequence, records);
        self.head.deltas.clear();
        self.publish(region);
    }

    /// Publishes changes as one delta; `records` is how many there are after them.
    pub fn delta(&mut self, region: &TrainingRegion, changes: Vec<Change>, records: u64) {
        let from = self.head.sequence;
        let mut writer = PackWriter::new();
        for (sequence, change) in (from + 1..).zip(changes) {
            writer.push(&Frame { sequence, change }).unwrap();
            self.head.sequence = sequence;
        }
        let to = self.head.sequence;
        let (packed, unpacked) = writer.finish(self.name(PackKind::Delta { from, to }));
        let object = self.put(&packed);
        self.head.deltas.push(DeltaRef { from, to, object, unpacked });
        self.head.records = records;
        self.publish(region);
    }

    /// Publishes a roster.
    pub fn set_roster(&mut self, region: &TrainingRegion, roster: &Roster) {
        let object = self.put(&roster.sign(region.signing()).unwrap().encode());
        self.head.roster = RosterRef { version: roster.version, object };
        self.publish(region);
    }

    /// Publishes these orders and no others.
    pub fn set_orders(&mut self, region: &TrainingRegion, orders: Vec<Order>) {
        self.orders.version += 1;
        self.orders.orders = orders;
        let object = self.put(&Signed::make(&self.orders, region.signing()).encode());
        self.head.orders = Some(object);
    }

    /// Offers a release of the program: its signed statement, and the package.
    pub fn release(&mut self, region: &TrainingRegion, statement: &[u8], package: &[u8]) {
        let release = SignedRelease::decode(statement).unwrap().peek().unwrap();
        let (statement, package) = (self.put(statement), self.put(package));
        let (version, architecture) = (release.version, release.architecture);
        self.head.releases = vec![ReleaseRef { version, architecture, statement, package }];
        self.publish(region);
    }

    /// Signs the head anew, valid for an hour.
    pub fn publish(&mut self, region: &TrainingRegion) {
        // Heads carry seconds: each is a second newer than the one before, from a while ago on.
        self.issued += 1;
        self.head.issued_at = Utc::now() - TimeDelta::seconds(600) + TimeDelta::seconds(self.issued);
        self.head.expires_at = Utc::now() + TimeDelta::hours(1);
        fs::write(self.dir.join(HEAD_NAME), Signed::make(&self.head, region.signing()).encode()).unwrap();
    }

    /// Puts an enrolment for this tablet beside the feed, for whoever has the code.
    pub fn invite(&self, region: &TrainingRegion, tablet: &str, server: &str, code: &InvitationCode) {
        self.write_invitation(region, tablet, server, code, TimeDelta::minutes(15));
    }

    /// The same, good for `valid` from now on.
    pub fn invite_until(&self, region: &TrainingRegion, tablet: &str, code: &InvitationCode, valid: TimeDelta) {
        self.write_invitation(region, tablet, crate::bundled::NOBODY, code, valid);
    }

    fn write_invitation(
        &self,
        region: &TrainingRegion,
        tablet: &str,
        server: &str,
        code: &InvitationCode,
        valid: TimeDelta,
    ) {
        let enrolment = Enrolment {
            tablet: tablet.to_owned(),
            vehicle: "北町救急1".to_owned(),
            region: "北町訓練地域".to_owned(),
            feed: self.head.feed,
            region_key: region.region_key(),
            card_authority: ByteBuf::from(region.authority().public_key().unwrap()),
            officers: Vec::new(),
            tls_authority: ByteBuf::from(tls_authority()),
            feed_url: format!("{server}/feed"),
            api_url: server.to_owned(),
            enrol_url: server.to_owned(),
            training: true,
            certificates: Vec::new(),
        };
        let offline = OfflineEnrolment::make(&enrolment, &code.derive_keys(), Utc::now() + valid);
        fs::write(self.dir.join(OfflineEnrolment::FILE), offline.encode()).unwrap();
    }

    fn name(&self, kind: PackKind) -> PackName {
        PackName { feed: self.head.feed(), generation: self.head.generation, kind }
    }

    fn put(&self, bytes: &[u8]) -> ObjectRef {
        let object = ObjectRef::of(bytes);
        fs::write(self.dir.join(object.sha256.name()), bytes).unwrap();
        object
    }
}

/// A certificate of an authority that no server here has.
fn tls_authority() -> Vec<u8> {
    let key = rcgen::KeyPair::generate().unwrap();
    let mut params = rcgen::CertificateParams::default();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Constrained(0));
    params.self_signed(&key).unwrap().der().to_vec()
}
