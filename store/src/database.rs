//! One encrypted file and the connection to it.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension};

use crate::{StoreError, StoreKey};

/// SQLCipher sets itself up at the first keys of a process and does not bear two threads doing so at once: seen as a
/// right key refused in about one of a hundred starts.
static KEYING: Mutex<()> = Mutex::new(());

static CONNECTIONS: AtomicU64 = AtomicU64::new(0);

/// How long to wait for the other process's transaction.
const BUSY: Duration = Duration::from_secs(5);

/// A file that is open.
#[derive(Debug)]
pub(crate) struct Database {
    pub(crate) db: Connection,
    /// Counts this process's connections: what SQLite says of changes is about one of them.
    connection: u64,
    path: PathBuf,
    key: StoreKey,
}

impl Database {
    /// Opens a file that is there; its key is proved by reading the schema.
    pub(crate) fn open(path: &Path, key: &StoreKey) -> rusqlite::Result<Self> {
        Ok(Self::of(connect(path, key, OpenFlags::empty())?, path, key))
    }

    /// Opens a file, which is made when it is not there.
    pub(crate) fn create(path: &Path, key: &StoreKey) -> rusqlite::Result<Self> {
        Ok(Self::of(connect(path, key, OpenFlags::SQLITE_OPEN_CREATE)?, path, key))
    }

    /// Opens a file that is there; nothing is ever written into it.
    pub(crate) fn open_to_read(path: &Path, key: &StoreKey) -> rusqlite::Result<Self> {
        Ok(Self::of(open(path, key, OpenFlags::SQLITE_OPEN_READ_ONLY)?, path, key))
    }

    fn of(db: Connection, path: &Path, key: &StoreKey) -> Self {
        Self { db, connection: CONNECTIONS.fetch_add(1, Ordering::Relaxed), path: path.into(), key: key.clone() }
    }

    /// Does `work`, and once more on a fresh connection if it met damage: SQLite keeps refusing on a connection that
    /// has met a damaged page, also what is whole.
    pub(crate) fn with_fresh_try<T>(
        &mut self,
        mut work: impl FnMut(&mut Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        match work(&mut self.db) {
            Err(StoreError::Damaged) => {
                self.reconnect()?;
                let again = work(&mut self.db);
                if matches!(again, Err(StoreError::Damaged)) {
                    self.reconnect()?;
                }
                again
            }
            done => done,
        }
    }

    /// Begins anew, with whatever is whole.
    pub(crate) fn reconnect(&mut self) -> Result<(), StoreError> {
        *self = Self::open(&self.path, &self.key)?;
        Ok(())
    }

    pub(crate) fn query_one<T>(
        &self,
        sql: &str,
        read: impl FnOnce(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, StoreError> {
        Ok(self.db.prepare_cached(sql)?.query_row([], read).optional()?)
    }

    /// Brings everything that was committed from the log into the file, and empties the log. `false` when the other
    /// process was reading all the while, so that the log is still there.
    pub(crate) fn checkpoint(&self) -> Result<bool, StoreError> {
        Ok(self.db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0))? == 0)
    }

    /// Which of this process's connections this is: another one after damage was met.
    pub(crate) fn connection(&self) -> u64 {
        self.connection
    }

    /// A number that changes when another connection changed the file.
    pub(crate) fn data_version(&self) -> Result<i64, StoreError> {
        Ok(self.db.query_row("PRAGMA data_version", [], |row| row.get(0))?)
    }
}

/// As SQLite keeps it.
pub(crate) fn integer(number: u64) -> Result<i64, rusqlite::Error> {
    i64::try_from(number).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}

fn connect(path: &Path, key: &StoreKey, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let db = open(path, key, flags | OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    db.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    for (pragma, value) in [("synchronous", "FULL"), ("secure_delete", "ON"), ("temp_store", "MEMORY")] {
        db.pragma_update(None, pragma, value)?;
    }
    db.pragma_update(None, "trusted_schema", "OFF")?;
    Ok(db)
}

/// A connection that has proved its key.
fn open(path: &Path, key: &StoreKey, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let _alone = KEYING.lock().unwrap_or_else(PoisonError::into_inner);
    let db = Connection::open_with_flags(path, flags)?;
    db.execute_batch(&key.expose_as_pragma())?;
    // SQLCipher would write its own lines to standard error.
    db.pragma_update(None, "cipher_log_level", "NONE")?;
    db.busy_timeout(BUSY)?;
    db.query_row("SELECT count(*) FROM sqlite_master", [], |_| Ok(()))?;
    Ok(db)
}
