//! Putting sealed rows in.

use kakari_record::seal::Row;
use rusqlite::{OptionalExtension, Transaction};

use crate::{Store, StoreError};

/// Pages kept in memory while loading: 64 MB, so that random keys do not read the file again and again.
const LOADING_CACHE: &str = "-65536";
const USUAL_CACHE: &str = "-2048";

impl Store {
    /// Puts rows in, `batch` rows a transaction, replacing older versions of the same records; an older version never
    /// replaces a newer one. Returns how many rows were put in. What was committed stays when a later row fails.
    pub fn load(&mut self, rows: impl IntoIterator<Item = Row>, batch: usize) -> Result<u64, StoreError> {
        self.db.pragma_update(None, "cache_size", LOADING_CACHE)?;
        let loaded = self.load_batches(rows.into_iter(), batch.max(1));
        self.db.pragma_update(None, "cache_size", USUAL_CACHE)?;
        self.checkpoint()?;
        loaded
    }

    fn load_batches(&mut self, mut rows: impl Iterator<Item = Row>, batch: usize) -> Result<u64, StoreError> {
        let mut loaded = 0;
        loop {
            let transaction = self.db.transaction()?;
            let (mut taken, mut new) = (0, 0_i64);
            for row in rows.by_ref().take(batch) {
                taken += 1;
                let put = put(&transaction, &row)?;
                loaded += u64::from(put != Put::Older);
                new += i64::from(put == Put::New);
            }
            transaction.execute("UPDATE facts SET records = records + ?1", [new])?;
            transaction.commit()?;
            if taken < batch {
                return Ok(loaded);
            }
        }
    }
}

/// What became of a row.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Put {
    New,
    Replaced,
    Older,
}

fn put(db: &Transaction<'_>, row: &Row) -> Result<Put, StoreError> {
    let header = row.record.header();
    let version = i64::try_from(header.version).map_err(|_| StoreError::Damaged)?;
    let mut find = db.prepare_cached("SELECT place, version FROM record WHERE id = ?1")?;
    let known: Option<(i64, i64)> =
        find.query_row([header.record.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    match known {
        Some((_, stored)) if stored > version => Ok(Put::Older),
        Some((place, _)) => {
            forget_beside(db, place)?;
            db.prepare_cached("UPDATE record SET version = ?2, sealed = ?3 WHERE place = ?1")?.execute((
                place,
                version,
                row.record.encode(),
            ))?;
            put_beside(db, place, row)?;
            Ok(Put::Replaced)
        }
        None => {
            let place = db.prepare_cached("INSERT INTO record (id, version, sealed) VALUES (?1, ?2, ?3)")?.insert((
                header.record.as_bytes(),
                version,
                row.record.encode(),
            ))?;
            put_beside(db, place, row)?;
            Ok(Put::New)
        }
    }
}

fn forget_beside(db: &Transaction<'_>, place: i64) -> Result<(), StoreError> {
    for table in ["opener", "token", "directory", "photo"] {
        db.prepare_cached(&format!("DELETE FROM {table} WHERE place = ?1"))?.execute([place])?;
    }
    Ok(())
}

fn put_beside(db: &Transaction<'_>, place: i64, row: &Row) -> Result<(), StoreError> {
    let mut opener =
        db.prepare_cached("INSERT INTO opener (token, card_key, place, opener) VALUES (?1, ?2, ?3, ?4)")?;
    for each in &row.openers {
        opener.execute((row.card_token.as_bytes(), each.card_key().as_bytes(), place, each.encode()))?;
    }
    let mut token = db.prepare_cached("INSERT OR IGNORE INTO token (token, place) VALUES (?1, ?2)")?;
    for each in &row.tokens {
        token.execute((each.as_bytes(), place))?;
    }
    db.prepare_cached("INSERT INTO directory (birth_year, place, sealed) VALUES (?1, ?2, ?3)")?.execute((
        row.directory.birth_year,
        place,
        &row.directory.sealed,
    ))?;
    if let Some(photo) = &row.photo {
        db.prepare_cached("INSERT INTO photo (place, sealed) VALUES (?1, ?2)")?.execute((place, photo.encode()))?;
    }
    Ok(())
}
