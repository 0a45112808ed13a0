//! Opening a store, and what it says of itself.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use kakari_record::seal::{Dictionary, FeedId, Point, Roster, RosterError, SignedRoster};
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension};

use crate::{OpenError, StoreError, StoreKey, schema};

/// SQLCipher sets itself up at the first keys of a process and does not bear two threads doing so at once: seen as a
/// right key refused in about one of a hundred starts.
static KEYING: Mutex<()> = Mutex::new(());

/// How long to wait for the other process's transaction.
const BUSY: Duration = Duration::from_secs(5);

/// An open store. Belongs to one thread; every call blocks on the disk.
#[derive(Debug)]
pub struct Store {
    pub(crate) db: Connection,
    path: PathBuf,
    key: StoreKey,
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
    /// How many residents' records are here.
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
        key.write_check(path)?;
        let mut db = connect(path, &key, OpenFlags::SQLITE_OPEN_CREATE).map_err(OpenError::Database)?;
        schema::migrate(&mut db)?;
        db.execute(
            "INSERT INTO facts (one, feed, region_key, card_authority, training, synced_at)
             VALUES (1, ?1, ?2, ?3, ?4, ?5)",
            (facts.feed.as_bytes(), facts.region_key, facts.card_authority, facts.training, facts.synced_at),
        )
        .map_err(OpenError::Database)?;
        Ok(Self { db, path: path.into(), key })
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
        let mut db = connect(path, &key, OpenFlags::empty()).map_err(explain)?;
        schema::migrate(&mut db).map_err(|error| match error {
            OpenError::Database(error) => explain(error),
            other => other,
        })?;
        Ok(Self { db, path: path.into(), key })
    }

    /// What this store is.
    pub fn facts(&self) -> Result<Facts, StoreError> {
        let read = |row: &rusqlite::Row<'_>| {
            Ok(Facts {
                feed: FeedId::from_bytes(row.get(0)?),
                region_key: row.get(1)?,
                card_authority: row.get(2)?,
                training: row.get(3)?,
                records: row.get::<_, i64>(4)?.unsigned_abs(),
                synced_at: row.get(5)?,
            })
        };
        let sql = "SELECT feed, region_key, card_authority, training, records, synced_at FROM facts";
        self.query_one(sql, read)?.ok_or(StoreError::Damaged)
    }

    /// Puts a new roster in the place of the old one; it must be signed by this store's region and not be older.
    pub fn set_roster(&mut self, roster: &SignedRoster) -> Result<Result<Roster, RosterError>, StoreError> {
        let facts = self.facts()?;
        let newest = self.roster()?.and_then(Result::ok).map_or(0, |roster| roster.version);
        let verified = roster.verify(&facts.region_key, facts.feed).and_then(|roster| match roster.version {
            version if version < newest => Err(RosterError::Older),
            _ => Ok(roster),
        });
        if verified.is_ok() {
            self.db.execute("INSERT OR REPLACE INTO roster (one, signed) VALUES (1, ?1)", [roster.encode()])?;
        }
        Ok(verified)
    }

    /// The roster, believed only after its signature was checked again; `None` before the first.
    pub fn roster(&self) -> Result<Option<Result<Roster, RosterError>>, StoreError> {
        let facts = self.facts()?;
        let signed: Option<Vec<u8>> = self.query_one("SELECT signed FROM roster", |row| row.get(0))?;
        Ok(signed.map(|bytes| SignedRoster::decode(&bytes)?.verify(&facts.region_key, facts.feed)))
    }

    /// Keeps a compression dictionary; a known one stays as it is.
    pub fn add_dictionary(&mut self, id: u32, bytes: &[u8]) -> Result<(), StoreError> {
        self.db.execute("INSERT OR IGNORE INTO dictionary (id, bytes) VALUES (?1, ?2)", (id, bytes))?;
        Ok(())
    }

    /// Every dictionary, made ready.
    pub fn dictionaries(&self) -> Result<Vec<Dictionary>, StoreError> {
        let mut statement = self.db.prepare("SELECT id, bytes FROM dictionary")?;
        let rows = statement.query_map([], |row| {
            let bytes: Vec<u8> = row.get(1)?;
            Ok(Dictionary::new(row.get(0)?, &bytes))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Brings everything that was committed from the log into the main file, and empties the log.
    pub fn checkpoint(&mut self) -> Result<(), StoreError> {
        Ok(self.db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?)
    }

    /// Does `work`, and once more on a fresh connection if it met damage: SQLite keeps refusing on a connection that
    /// has met a damaged page, also what is whole.
    pub(crate) fn with_fresh_try<T>(
        &mut self,
        mut work: impl FnMut(&mut Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        match work(&mut self.db) {
            Err(StoreError::Damaged) => {
                self.db = connect(&self.path, &self.key, OpenFlags::empty())?;
                let again = work(&mut self.db);
                if matches!(again, Err(StoreError::Damaged)) {
                    self.db = connect(&self.path, &self.key, OpenFlags::empty())?;
                }
                again
            }
            done => done,
        }
    }

    pub(crate) fn query_one<T>(
        &self,
        sql: &str,
        read: impl FnOnce(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, StoreError> {
        Ok(self.db.prepare_cached(sql)?.query_row([], read).optional()?)
    }
}

/// Whether there is a file; not being allowed to know is not the same as none.
fn exists(path: &Path) -> Result<bool, OpenError> {
    path.try_exists().map_err(|source| OpenError::File { path: path.into(), source })
}

/// A connection that has proved its key by reading the schema.
fn connect(path: &Path, key: &StoreKey, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let flags = flags | OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let _alone = KEYING.lock().unwrap_or_else(PoisonError::into_inner);
    let db = Connection::open_with_flags(path, flags)?;
    db.execute_batch(&key.expose_as_pragma())?;
    // SQLCipher would write its own lines to standard error.
    db.pragma_update(None, "cipher_log_level", "NONE")?;
    db.busy_timeout(BUSY)?;
    db.query_row("SELECT count(*) FROM sqlite_master", [], |_| Ok(()))?;
    db.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    for (pragma, value) in [("synchronous", "FULL"), ("secure_delete", "ON"), ("temp_store", "MEMORY")] {
        db.pragma_update(None, pragma, value)?;
    }
    db.pragma_update(None, "trusted_schema", "OFF")?;
    Ok(db)
}
