//! A small region: its keys, its records, and stores in temporary folders.

use std::path::PathBuf;

use chrono::DateTime;
use kakari_record::model::{Identity, Sex, Summary};
use kakari_record::photo::Photo;
use kakari_record::seal::{
    Dictionary, DirectoryEntry, FeedId, Header, KeyId, Keyring, Packer, Point, RecordId, Roster, SealError,
    SealedPhoto, SealedRecord, Sealer, SignedRoster, Token, VaultKey,
};
use kakari_store::{Facts, Row, Store, StoreKey};
use ring::agreement::{ECDH_P256, EphemeralPrivateKey};
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair};
use tempfile::TempDir;

const DICTIONARY: &[u8] = include_bytes!("../../../assets/dictionary/1.zdict");

pub(crate) struct Region {
    pub(crate) feed: FeedId,
    pub(crate) vault: VaultKey,
    packer: Packer,
    pub(crate) dir: TempDir,
}

/// A card that exists only as a public key: enough for look-ups.
pub(crate) fn make_card() -> Point {
    let key = EphemeralPrivateKey::generate(&ECDH_P256, &SystemRandom::new()).expect("random");
    key.compute_public_key().expect("public").as_ref().try_into().expect("65 bytes")
}

pub(crate) fn summary_of(n: u64) -> Summary {
    let identity = Identity {
        number: format!("{n:016}").parse().ok(),
        name: format!("試験 {n}"),
        kana: Some("シケン".into()),
        sex: Sex::Unknown,
        birth_date: "1950-01-02".parse().ok(),
        address: Some(format!("北町{n}番")),
        phones: vec![format!("048-000-{n:04}")],
        blood_type: None,
    };
    Summary::nothing_recorded(identity, DateTime::from_timestamp(1_795_000_000, 0).expect("time"))
}

impl Region {
    pub(crate) fn new() -> Self {
        Self {
            feed: FeedId::from_bytes([7; 16]),
            vault: VaultKey::from_bytes(1, [9; 32].into()),
            packer: Packer::new(1, DICTIONARY, 3),
            dir: tempfile::tempdir().expect("temp dir"),
        }
    }

    pub(crate) fn facts(&self) -> Facts {
        Facts {
            feed: self.feed,
            region_key: signing_key().public_key().as_ref().try_into().expect("32 bytes"),
            card_authority: [2; 65],
            training: true,
            records: 0,
            synced_at: Some(1_795_000_000),
        }
    }

    pub(crate) fn store_path(&self) -> PathBuf {
        self.dir.path().join("kakari.db")
    }

    pub(crate) fn key(&self) -> StoreKey {
        let path = self.dir.path().join("store.key");
        if path.exists() { StoreKey::load(&path) } else { StoreKey::make_at(&path) }.expect("key")
    }

    pub(crate) fn create(&self) -> Store {
        Store::create(&self.store_path(), self.key(), &self.facts()).expect("created")
    }

    pub(crate) fn open(&self) -> Store {
        Store::open(&self.store_path(), self.key()).expect("opens")
    }

    pub(crate) fn row(&self, n: u64, version: u64, cards: &[Point]) -> Row {
        self.row_with(n, version, cards, None)
    }

    pub(crate) fn row_with(&self, n: u64, version: u64, cards: &[Point], photo: Option<&Photo>) -> Row {
        self.row_of(n, version, 1_795_000_000, cards, photo)
    }

    /// `sealed_at` in seconds since 1970.
    pub(crate) fn row_of(&self, n: u64, version: u64, sealed_at: u64, cards: &[Point], photo: Option<&Photo>) -> Row {
        let summary = summary_of(n);
        let mut id = [0; 16];
        id[8..].copy_from_slice(&n.to_be_bytes());
        let header = Header {
            feed: self.feed,
            record: RecordId::from_bytes(id),
            version,
            epoch: 0,
            dictionary: 0,
            card_key: KeyId::NONE,
            sealed_at,
        };
        let sealer = Sealer { vault: &self.vault, packer: &self.packer };
        let sealed = sealer.seal(header, &summary, photo, cards).expect("sealed");
        Row {
            card_token: self.token(n),
            openers: sealed.openers,
            tokens: vec![Token::of_phone(&self.vault, &summary.identity.phones[0])],
            directory: DirectoryEntry::of(&summary).seal(&self.vault, self.feed, header.record).expect("sealed"),
            record: sealed.record,
            photo: sealed.photo,
        }
    }

    pub(crate) fn token(&self, n: u64) -> Token {
        Token::of_card(&self.vault, &format!("{n:016}").parse().expect("number"))
    }

    pub(crate) fn open_record(&self, record: &SealedRecord) -> Summary {
        let keys = Keyring::new(vec![self.vault.clone()]);
        record.open_with_vault(&keys, &Dictionary::new(1, DICTIONARY)).expect("opens")
    }

    pub(crate) fn open_photo(&self, photo: &SealedPhoto, record: &SealedRecord) -> Result<Photo, SealError> {
        let keys = Keyring::new(vec![self.vault.clone()]);
        photo.open(record.header(), &record.unlock_with_vault(&keys).expect("unlocks"))
    }
}

impl Region {
    /// A roster without staff, of the region whose key [`Region::facts`] names.
    pub(crate) fn signed_roster(&self, version: u64) -> SignedRoster {
        let issued_at = DateTime::from_timestamp(1_795_000_000, 0).expect("time");
        let feed = *self.feed.as_bytes();
        let roster = Roster {
            feed,
            version,
            issued_at,
            staff: Vec::new(),
            revoked: Vec::new(),
            fallback: Vec::new(),
            neighbours: Vec::new(),
        };
        roster.sign(&signing_key()).expect("signed")
    }
}

fn signing_key() -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[3; 32]).expect("seed")
}

/// A connection of somebody who has the store key and no scruples.
impl Region {
    pub(crate) fn raw(&self) -> rusqlite::Connection {
        self.raw_at(&self.store_path())
    }

    /// The same in the live set.
    pub(crate) fn raw_set(&self) -> rusqlite::Connection {
        self.raw_at(&self.set_path())
    }

    pub(crate) fn set_path(&self) -> PathBuf {
        self.open().live_set_path().expect("reads").expect("a set")
    }

    pub(crate) fn raw_at(&self, path: &std::path::Path) -> rusqlite::Connection {
        let db = rusqlite::Connection::open(path).expect("opens");
        let key = std::fs::read(self.dir.path().join("store.key")).expect("key");
        let hex: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
        db.pragma_update(None, "key", format!("x'{hex}'")).expect("key");
        db
    }

    /// Whatever is written into this table finds the disk full: SQLite says the same of numbers that are used up.
    pub(crate) fn fill_up(&self, what: &str) {
        self.raw()
            .execute_batch(&format!(
                "CREATE TABLE used_up (id INTEGER PRIMARY KEY AUTOINCREMENT);
                 INSERT INTO used_up VALUES (9223372036854775807);
                 CREATE TRIGGER full BEFORE {what} BEGIN INSERT INTO used_up (id) VALUES (NULL); END"
            ))
            .expect("filled up");
    }
}
