//! Opening a store, and what it says of itself.

use std::cell::{Cell, RefCell};
use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use kakari_record::seal::{FeedId, Point};
use rusqlite::ErrorCode;

use crate::database::Database;
use crate::files::Files;
use crate::set::LiveSet;
use crate::{OpenError, StoreError, StoreKey, schema};

/// An open store. Belongs to one thread; every call blocks on the disk.
#[derive(Debug)]
pub struct Store {
    pub(crate) main: Database,
    /// The set that was live when it was last looked in.
    pub(crate) set: RefCell<Option<LiveSet>>,
    pub(crate) files: Files,
    pub(crate) key: StoreKey,
    /// What [`Store::changed`] last saw.
    pub(crate) seen: Cell<Option<crate::changed::Seen>>,
    /// Signs checkpoints of the audit, where this process may.
    pub(crate) signer: Option<crate::AuditSigner>,
    /// Notices when the store and the file beside it were both put back, where there is a TPM.
    pub(crate) counter: crate::counted::Slot,
    /// Held while this process is the one that syncs.
    pub(crate) syncing: Option<File>,
}

/// What a store is, fixed when the tablet is enrolled, and how full it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The region's feed.
    pub feed: FeedId,
    /// The region's Ed25519 key: what it signed is believed.
    pub region_key: [u8; 32],
    /// The P-256 key of the region's card authority.
    pub card_authority: Point,
    /// True for invented residents: every screen says 訓練.
    pub training: bool,
    /// How many residents' records are here; 0 when none can be read.
    pub records: u64,
    /// When the last sync succeeded, seconds since 1970-01-01 UTC.
    pub synced_at: Option<i64>,
}

impl Store {
    /// Makes a new, empty store. Nothing that exists is overwritten.
    pub fn create(path: &Path, key: StoreKey, facts: &Facts) -> Result<Self, OpenError> {
        if exists(path)? {
            return Err(OpenError::Exists(path.into()));
        }
        let files = Files::of(path);
        key.write_check(path)?;
        let mut main = Database::create(path, &key).map_err(OpenError::Database)?;
        schema::migrate(&mut main.db, schema::MAIN_FILE, &|| files.note_schema())?;
        main.db
            .execute(
                "INSERT INTO facts (one, feed, region_key, card_authority, training, synced_at)
                 VALUES (1, ?1, ?2, ?3, ?4, ?5)",
                (facts.feed.as_bytes(), facts.region_key, facts.card_authority, facts.training, facts.synced_at),
            )
            .map_err(OpenError::Database)?;
        Ok(Self::of(main, path, key))
    }

    /// Opens a store and brings it to this program's schema.
    pub fn open(path: &Path, key: StoreKey) -> Result<Self, OpenError> {
        if !exists(path)? {
            return Err(OpenError::Missing(path.into()));
        }
        let explain = |error: rusqlite::Error| match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => key.explain_failure(path),
            _ => OpenError::Database(error),
        };
        let mut main = crate::reserve::with_room(path, || Database::open(path, &key)).map_err(explain)?;
        let files = Files::of(path);
        schema::migrate(&mut main.db, schema::MAIN_FILE, &|| files.note_schema()).map_err(|error| match error {
            OpenError::Database(error) => explain(error),
            other => other,
        })?;
        Ok(Self::of(main, path, key))
    }

    /// Opens a store as the one process that syncs: refuses when another does, and removes set files that a crash left
    /// behind. Only this process may, for no reader can tell them from one that is just being made.
    pub fn open_to_sync(path: &Path, key: StoreKey) -> Result<Self, OpenError> {
        let mut store = Self::open(path, key)?;
        let lock = store.files.sync_lock();
        let failed = |source| OpenError::File { path: lock.clone(), source };
        let file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&lock);
        let file = file.map_err(failed)?;
        file.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => OpenError::Syncing,
            TryLockError::Error(source) => failed(source),
        })?;
        store.syncing = Some(file);
        store.remove_strays().map_err(OpenError::Tidying)?;
        Ok(store)
    }

    fn of(main: Database, path: &Path, key: StoreKey) -> Self {
        let files = Files::of(path);
        Self {
            main,
            set: RefCell::new(None),
            files,
            key,
            seen: Cell::new(None),
            signer: None,
            counter: crate::counted::Slot::default(),
            syncing: None,
        }
    }

    /// What this store is.
    pub fn facts(&self) -> Result<Facts, StoreError> {
        let read = |row: &rusqlite::Row<'_>| {
            Ok(Facts {
                feed: FeedId::from_bytes(row.get(0)?),
                region_key: row.get(1)?,
                card_authority: row.get(2)?,
                training: row.get(3)?,
                records: 0,
                synced_at: row.get(4)?,
            })
        };
        let sql = "SELECT feed, region_key, card_authority, training, synced_at FROM facts";
        let facts = self.main.query_one(sql, read)?.ok_or(StoreError::Damaged)?;
        Ok(Facts { records: self.records()?, ..facts })
    }

    /// Brings everything that was committed from the logs into the files, and empties the logs.
    pub fn checkpoint(&mut self) -> Result<(), StoreError> {
        self.main.checkpoint()?;
        if let Some(set) = self.set.get_mut() {
            set.database.checkpoint()?;
            set.clear_residue()?;
        }
        Ok(())
    }
}

/// Whether there is a file; not being allowed to know is not the same as none.
fn exists(path: &Path) -> Result<bool, OpenError> {
    path.try_exists().map_err(|source| OpenError::File { path: path.into(), source })
}
