//! The set of records that is live, and how a change of it is noticed.

use std::cell::RefMut;
use std::path::PathBuf;

use kakari_record::seal::RecordId;
use rusqlite::{Connection, TransactionBehavior};

use crate::database::{Database, integer};
use crate::files::{Files, remove_database};
use crate::{OpenError, Store, StoreError, StoreKey, schema};

/// Where a set stands in the feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    /// The feed's generation.
    pub generation: u64,
    /// Everything up to this sequence is in.
    pub sequence: u64,
}

/// A set file that is open.
#[derive(Debug)]
pub(crate) struct LiveSet {
    pub(crate) number: u64,
    pub(crate) database: Database,
    files: Files,
}

impl LiveSet {
    /// Opens a set to look records up in. Who does anything else with its rows calls [`LiveSet::catch_up`] first.
    pub(crate) fn open(files: &Files, key: &StoreKey, number: u64) -> Result<Self, StoreError> {
        let path = files.set(number);
        if !path.try_exists().unwrap_or(true) {
            return Err(StoreError::Damaged);
        }
        let mut database = Database::open(&path, key)?;
        migrate(&mut database.db, schema::LOOK_UP, files)?;
        Ok(Self { number, database, files: files.clone() })
    }

    /// Brings the set to this program's schema. Look-ups go on meanwhile, on other connections.
    pub(crate) fn catch_up(&mut self) -> Result<(), StoreError> {
        migrate(&mut self.database.db, schema::SET_FILE.len(), &self.files)
    }

    pub(crate) fn create(files: &Files, key: &StoreKey, number: u64) -> Result<Self, StoreError> {
        let path = files.set(number);
        remove_database(&path)?;
        let mut database = Database::create(&path, key)?;
        migrate(&mut database.db, schema::SET_FILE.len(), files)?;
        Ok(Self { number, database, files: files.clone() })
    }
}

impl Store {
    /// Where the live set stands; `None` before the first snapshot, and when the set cannot be used any more, so that
    /// only a new snapshot helps.
    pub fn cursor(&self) -> Result<Option<Cursor>, StoreError> {
        let read = |set: Option<&Database>| set.map_or(Ok(None), |set| cursor_of(&set.db));
        match self.with_live(read) {
            Err(StoreError::Damaged) => {
                tracing::warn!("the live set cannot be used; a new snapshot is needed");
                Ok(None)
            }
            other => other,
        }
    }

    /// How many records can be looked for; 0 when the set cannot be read.
    pub(crate) fn records(&self) -> Result<u64, StoreError> {
        match self.with_live(|set| set.map_or(Ok(0), |set| records_of(&set.db))) {
            Err(StoreError::Damaged) => Ok(0),
            other => other,
        }
    }

    /// The file of the live set.
    pub fn live_set_path(&self) -> Result<Option<PathBuf>, StoreError> {
        Ok(self.live_number()?.map(|number| self.files.set(number)))
    }

    /// Gives an iterator over (record, version) of the live set in the order of the ids, all of one moment: what
    /// digests are made of. Nothing comes before the first snapshot.
    pub fn with_versions<T>(
        &self,
        work: impl FnOnce(&mut dyn Iterator<Item = (RecordId, u64)>) -> T,
    ) -> Result<T, StoreError> {
        self.with_live(|set| match set {
            None => Ok(work(&mut std::iter::empty())),
            Some(set) => versions(&set.db, work),
        })
    }

    pub(crate) fn live_number(&self) -> Result<Option<u64>, StoreError> {
        let live = self.main.query_one("SELECT live FROM facts", |row| row.get::<_, Option<i64>>(0))?;
        Ok(live.ok_or(StoreError::Damaged)?.map(i64::unsigned_abs))
    }

    pub(crate) fn with_live<T>(
        &self,
        work: impl FnOnce(Option<&Database>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        work(self.live()?.as_ref().map(|set| &set.database))
    }

    /// The live set, opened anew if the other process has put another in its place.
    pub(crate) fn live(&self) -> Result<RefMut<'_, Option<LiveSet>>, StoreError> {
        let mut held = self.set.borrow_mut();
        let mut live = self.live_number()?;
        // A set that was just replaced has no file any more: then there is a newer one.
        for _ in 0..8 {
            if held.as_ref().map(|set| set.number) == live {
                return Ok(held);
            }
            *held = None;
            let opened = live.map(|number| LiveSet::open(&self.files, &self.key, number)).transpose();
            let now = self.live_number()?;
            if now == live {
                *held = opened?;
            }
            live = now;
        }
        Err(StoreError::Busy)
    }

    /// A number that no set had before, also not in a store file that was restored since.
    pub(crate) fn give_number(
        &mut self,
        use_it: impl FnOnce(&Connection, i64) -> rusqlite::Result<()>,
    ) -> Result<u64, StoreError> {
        let on_disk = self.files.sets()?.last().copied().unwrap_or(0);
        let transaction = self.main.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let next: i64 = transaction.query_row("SELECT next_set FROM facts", [], |row| row.get(0))?;
        let number = next.unsigned_abs().max(on_disk.saturating_add(1));
        transaction.execute("UPDATE facts SET next_set = ?1", [integer(number)? + 1])?;
        use_it(&transaction, integer(number)?)?;
        transaction.commit()?;
        Ok(number)
    }

    /// Removes the files of sets that are neither live nor being made. Only by the process that syncs.
    pub(crate) fn remove_strays(&mut self) -> Result<(), StoreError> {
        let live = self.live_number()?;
        let staged = self.main.query_one("SELECT number FROM staging", |row| row.get::<_, i64>(0))?;
        for number in self.files.sets()? {
            if live != Some(number) && staged.map(i64::unsigned_abs) != Some(number) {
                remove_database(&self.files.set(number))?;
            }
        }
        Ok(())
    }
}

pub(crate) fn cursor_of(db: &Connection) -> Result<Option<Cursor>, StoreError> {
    let mut statement = db.prepare_cached("SELECT generation, sequence FROM cursor")?;
    let (generation, sequence): (Option<i64>, Option<i64>) =
        statement.query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(generation.zip(sequence).map(|(generation, sequence)| Cursor {
        generation: generation.unsigned_abs(),
        sequence: sequence.unsigned_abs(),
    }))
}

pub(crate) fn records_of(db: &Connection) -> Result<u64, StoreError> {
    let mut statement = db.prepare_cached("SELECT records FROM cursor")?;
    Ok(statement.query_row([], |row| row.get::<_, i64>(0))?.unsigned_abs())
}

fn versions<T>(
    db: &Connection,
    work: impl FnOnce(&mut dyn Iterator<Item = (RecordId, u64)>) -> T,
) -> Result<T, StoreError> {
    let mut statement = db.prepare("SELECT id, version FROM record ORDER BY id")?;
    let mut failed = None;
    let rows =
        statement.query_map([], |row| Ok((RecordId::from_bytes(row.get(0)?), row.get::<_, i64>(1)?.unsigned_abs())))?;
    let mut rows = rows.map_while(|row| row.map_err(|error| failed = Some(error)).ok());
    let done = work(&mut rows);
    drop(rows);
    failed.map_or(Ok(done), |error| Err(error.into()))
}

fn migrate(db: &mut Connection, wanted: usize, files: &Files) -> Result<(), StoreError> {
    schema::migrate_to(db, schema::SET_FILE, wanted, &|| files.note_schema()).map_err(|error| match error {
        OpenError::Noting(source) => source.into(),
        OpenError::Database(error) => error.into(),
        OpenError::Newer { .. } => StoreError::NewerSet,
        _ => StoreError::Damaged,
    })
}
