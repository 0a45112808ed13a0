//! Taking a snapshot in: into a set file of its own, part by part, live only when it is whole.

use std::fs::File;

use kakari_record::seal::{FeedId, Row};
use rusqlite::{Connection, OptionalExtension};

use crate::apply::{CACHE, OTHER_REGION, refusal};
use crate::database::integer;
use crate::files::{Room, remove_database, sync_dir};
use crate::rows::{forget_unfound, put_unfound};
use crate::set::{LiveSet, cursor_of};
use crate::set_aside::{SetAside, keep};
use crate::{Applied, Cursor, Delta, Store, StoreError};

mod build;

/// Pages in the log before they are brought into the file: 16 MB.
const LOG_PAGES: u32 = 4096;

/// Which snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SnapshotId {
    /// The feed's generation.
    pub generation: u64,
    /// Everything up to this sequence is in it.
    pub sequence: u64,
    /// SHA-256 of its manifest.
    pub manifest: [u8; 32],
    /// How many parts it has.
    pub parts: u32,
}

/// A snapshot that is being taken in. Dropped, it goes on with the next [`Store::stage`] of the same snapshot, also after
/// a crash.
#[derive(Debug)]
pub struct Staging<'a> {
    store: &'a mut Store,
    set: LiveSet,
    snapshot: SnapshotId,
    feed: FeedId,
    parts_done: u32,
}

/// The snapshot holds another number of records than it says; it was thrown away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the snapshot holds {found} records, not {expected}")]
pub struct CountDiffers {
    /// How many it says.
    pub expected: u64,
    /// How many different records its parts held, those among them that were set aside.
    pub found: u64,
}

impl Store {
    /// Begins to take a snapshot in, or goes on with the same one; another one that was begun is thrown away. What is
    /// live stays so meanwhile.
    ///
    /// # Errors
    ///
    /// [`StoreError::Full`], here and later, before the disk is: the audit goes on, and what is in stays for the next time.
    pub fn stage(&mut self, snapshot: SnapshotId) -> Result<Staging<'_>, StoreError> {
        self.files.leave_room(Room::Snapshot)?;
        let feed = self.facts()?.feed;
        let begun = self.staged()?;
        let set = match begun {
            Some((number, id)) if id == snapshot => self.resume(number)?,
            Some((number, _)) => {
                self.drop_staged(number)?;
                None
            }
            None => None,
        };
        let set = set.map_or_else(|| self.begin(&snapshot), Ok)?;
        set.database.db.pragma_update(None, "cache_size", CACHE)?;
        // Durable when it becomes live; a set that a power cut left behind is whole up to its last checkpoint.
        set.database.db.pragma_update(None, "synchronous", "NORMAL")?;
        set.database.db.pragma_update(None, "secure_delete", "OFF")?;
        set.database.db.pragma_update_and_check(None, "wal_autocheckpoint", LOG_PAGES, |_| Ok(()))?;
        let parts_done = set.database.db.query_row("SELECT parts FROM staged", [], |row| row.get(0)).optional()?;
        Ok(Staging { store: self, set, snapshot, feed, parts_done: parts_done.unwrap_or(snapshot.parts) })
    }

    fn staged(&self) -> Result<Option<(u64, SnapshotId)>, StoreError> {
        let sql = "SELECT number, generation, sequence, manifest, parts FROM staging";
        self.main.query_one(sql, |row| {
            let number = |column| row.get::<_, i64>(column).map(i64::unsigned_abs);
            let id =
                SnapshotId { generation: number(1)?, sequence: number(2)?, manifest: row.get(3)?, parts: row.get(4)? };
            Ok((number(0)?, id))
        })
    }

    /// The set that was begun, if it is there and whole enough to go on with.
    fn resume(&mut self, number: u64) -> Result<Option<LiveSet>, StoreError> {
        let marked = |mut set: LiveSet| {
            set.catch_up()?;
            let begun: i64 = set.database.db.query_row(
                "SELECT (SELECT count(*) FROM staged) + (SELECT count(generation) FROM cursor)",
                [],
                |row| row.get(0),
            )?;
            Ok((begun > 0).then_some(set))
        };
        match LiveSet::open(&self.files, &self.key, number).and_then(marked) {
            Ok(Some(set)) => Ok(Some(set)),
            Ok(None) | Err(StoreError::Damaged) => {
                self.drop_staged(number)?;
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    fn begin(&mut self, snapshot: &SnapshotId) -> Result<LiveSet, StoreError> {
        let (generation, sequence) = (integer(snapshot.generation)?, integer(snapshot.sequence)?);
        let number = self.give_number(|db, number| {
            db.execute(
                "INSERT INTO staging (one, number, generation, sequence, manifest, parts) VALUES (1, ?1, ?2, ?3, ?4, ?5)",
                (number, generation, sequence, snapshot.manifest, snapshot.parts),
            )
            .map(drop)
        })?;
        let set = LiveSet::create(&self.files, &self.key, number)?;
        set.database.db.execute("INSERT INTO staged (one) VALUES (1)", [])?;
        Ok(set)
    }

    fn drop_staged(&mut self, number: u64) -> Result<(), StoreError> {
        self.main.db.execute("DELETE FROM staging", [])?;
        Ok(remove_database(&self.files.set(number))?)
    }
}

impl Staging<'_> {
    /// How many parts are in, from the first on: the next to put has this number.
    pub fn parts_done(&self) -> u32 {
        self.parts_done
    }

    /// Puts one part's rows in, in one transaction. A part that is in already changes nothing. A row that the database
    /// refuses for its own sake is set aside.
    pub fn put_part(&mut self, part: u32, rows: Vec<Row>) -> Result<(), StoreError> {
        if part < self.parts_done {
            return Ok(());
        }
        if part > self.parts_done {
            return Err(StoreError::PartMissing { part, wanted: self.parts_done });
        }
        self.store.files.leave_room(Room::Snapshot)?;
        let transaction = self.set.database.db.transaction()?;
        let last: Option<i64> = transaction.query_row("SELECT max(place) FROM sealed", [], |row| row.get(0))?;
        for (row, place) in rows.iter().zip(last.unwrap_or(0) + 1..) {
            arrive(&transaction, self.feed, place, row)?;
        }
        transaction.execute("UPDATE staged SET parts = ?1", [part + 1])?;
        transaction.commit()?;
        self.parts_done = part + 1;
        Ok(())
    }

    /// Keeps a row of this snapshot that the caller could not read.
    pub fn set_aside(&mut self, row: &SetAside) -> Result<(), StoreError> {
        keep(&self.set.database.db, row)
    }

    /// Takes a delta into the snapshot before it becomes live, so that nobody ever looks in an older set than the one
    /// before. `expected` as in [`Staging::make_live`].
    pub fn catch_up(&mut self, expected: u64, delta: &Delta) -> Result<Result<Applied, CountDiffers>, StoreError> {
        if let Err(differs) = self.finish(expected)? {
            return Ok(Err(differs));
        }
        self.set.apply(self.feed, delta).map(Ok)
    }

    /// Makes the snapshot live, if every part is in and it holds as many records as it says; the set before is removed.
    /// All of it is durable before anybody looks in it. Otherwise it is thrown away and what was live stays.
    pub fn make_live(mut self, expected: u64) -> Result<Result<(), CountDiffers>, StoreError> {
        if let Err(differs) = self.finish(expected)? {
            let Self { store, set, .. } = self;
            let number = set.number;
            drop(set);
            store.drop_staged(number)?;
            return Ok(Err(differs));
        }
        self.set.database.checkpoint()?;
        let Self { store, set, .. } = self;
        let number = set.number;
        drop(set);
        File::open(store.files.set(number))?.sync_all()?;
        sync_dir(store.files.dir())?;
        store.switch(number)?;
        Ok(Ok(()))
    }

    /// Builds what rows are found by, counts, and sets the cursor. Done once; goes on where a crash stopped it.
    fn finish(&mut self, expected: u64) -> Result<Result<(), CountDiffers>, StoreError> {
        if cursor_of(&self.set.database.db)?.is_some() {
            return Ok(Ok(()));
        }
        let files = &self.store.files;
        let found = match self.parts_done < self.snapshot.parts {
            true => 0,
            false => build::build(&mut self.set.database.db, &|| files.leave_room(Room::Snapshot))?,
        };
        if found != expected {
            return Ok(Err(CountDiffers { expected, found }));
        }
        let at = Cursor { generation: self.snapshot.generation, sequence: self.snapshot.sequence };
        build::close(&mut self.set.database.db, at)?;
        Ok(Ok(()))
    }
}

impl Store {
    /// One small transaction: the new set is live. The old one's files go after it, or at the next start.
    fn switch(&mut self, number: u64) -> Result<(), StoreError> {
        let old = self.live_number()?;
        let transaction = self.main.db.transaction()?;
        transaction.execute("UPDATE facts SET live = ?1", [integer(number)?])?;
        transaction.execute("DELETE FROM staging", [])?;
        transaction.commit()?;
        *self.set.get_mut() = None;
        match old {
            Some(old) if old != number => Ok(remove_database(&self.files.set(old))?),
            _ => Ok(()),
        }
    }
}

/// Puts one row at its place, or sets it aside.
fn arrive(db: &Connection, feed: FeedId, place: i64, row: &Row) -> Result<(), StoreError> {
    let record = row.record.header().record;
    let reason = if row.record.header().feed == feed {
        match try_arrive(db, place, row) {
            Ok(()) => return Ok(()),
            Err(error) => refusal(&error).ok_or(error)?,
        }
    } else {
        OTHER_REGION
    };
    forget_unfound(db, place)?;
    keep(db, &SetAside { sequence: None, record: Some(record), reason: reason.to_owned() })
}

fn try_arrive(db: &Connection, place: i64, row: &Row) -> Result<(), StoreError> {
    let header = row.record.header();
    let version = integer(header.version)?;
    put_unfound(db, place, row)?;
    db.prepare_cached("INSERT INTO arrival (place, id, version) VALUES (?1, ?2, ?3)")?.execute((
        place,
        header.record.as_bytes(),
        version,
    ))?;
    Ok(())
}
