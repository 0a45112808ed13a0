//! Reading the directory, for a search without a card.

use std::path::Path;

use kakari_record::seal::{RecordId, SealedDirectoryEntry, SealedRecord, Token};
use rusqlite::{Connection, OptionalExtension};

use crate::database::Database;
use crate::lookup::photo_of;
use crate::{OpenError, Store, StoreError, StoreKey, StoredPhoto};

/// Reads the directory of the live set on a connection of its own, so that a search on a thread of its own never waits for
/// the store desk. After [`StoreError::Damaged`] the next call works again on what is whole.
#[derive(Debug)]
pub struct DirectoryReader {
    store: Store,
}

/// Which rows were read: of which set, in which state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SetStamp {
    set: Option<u64>,
    connection: u64,
    version: i64,
}

/// One entry, with what its household is told by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectoryRow {
    /// Where it stands in the set.
    pub place: i64,
    /// Whose it is.
    pub record: RecordId,
    /// The entry.
    pub entry: SealedDirectoryEntry,
    /// Tokens of the phones and the house.
    pub tokens: Vec<Token>,
}

impl DirectoryReader {
    /// Opens a store's directory.
    pub fn open(path: &Path, key: StoreKey) -> Result<Self, OpenError> {
        Ok(Self { store: Store::open(path, key)? })
    }

    /// Changes whenever rows may have changed: then everything that was read before is stale, places too. Take it before
    /// the first read, and again after the last.
    pub fn stamp(&mut self) -> Result<SetStamp, StoreError> {
        let live = self.store.live()?;
        Ok(match live.as_ref() {
            None => SetStamp { set: None, connection: 0, version: 0 },
            Some(set) => SetStamp {
                set: Some(set.number),
                connection: set.database.connection(),
                version: set.database.data_version()?,
            },
        })
    }

    /// Gives every entry of a birth year (0: not known), in the order of their places, and answers how many there were. On
    /// an error some may have been given.
    pub fn year(
        &mut self,
        birth_year: u16,
        mut each: impl FnMut(i64, RecordId, &SealedDirectoryEntry),
    ) -> Result<u64, StoreError> {
        self.read(0, |set| year(&set.db, birth_year, &mut each))
    }

    /// The birth years that somebody has, in order. Costs one step into the index for each, not one for each resident.
    pub fn years_present(&mut self) -> Result<Vec<u16>, StoreError> {
        self.read(Vec::new(), |set| years_present(&set.db))
    }

    /// The entries at these places, in their order; a place that is empty by now is left out.
    pub fn entries(&mut self, places: &[i64]) -> Result<Vec<DirectoryRow>, StoreError> {
        let found = |set: &mut Database| places.iter().map(|place| entry(&set.db, *place)).collect();
        let found: Vec<Option<DirectoryRow>> = self.read(Vec::new(), found)?;
        Ok(found.into_iter().flatten().collect())
    }

    /// The places of those with one of these tokens (a phone or house under each vault key in use), in order. Of more than
    /// `most`, `most + 1`.
    pub fn places_by_token(&mut self, tokens: &[Token], most: usize) -> Result<Vec<i64>, StoreError> {
        let most = i64::try_from(most).unwrap_or(i64::MAX).saturating_add(1);
        let sql = "SELECT place FROM token WHERE token = ?1 ORDER BY place LIMIT ?2";
        let mut places = self.read(Vec::new(), |set| places(&set.db, sql, tokens, most))?;
        places.truncate(usize::try_from(most).unwrap_or(usize::MAX));
        Ok(places)
    }

    /// The places of those with one of these tokens of a 16-digit number, in order; whichever cards they have.
    pub fn places_by_card(&mut self, tokens: &[Token]) -> Result<Vec<i64>, StoreError> {
        let sql = "SELECT DISTINCT place FROM way WHERE token = ?1 ORDER BY place LIMIT ?2";
        self.read(Vec::new(), |set| places(&set.db, sql, tokens, i64::MAX))
    }

    /// A record by its id, with its photo; nothing when it is not here any more.
    pub fn record(&mut self, record: RecordId) -> Result<Option<(SealedRecord, StoredPhoto)>, StoreError> {
        self.read(None, |set| {
            let Some((place, sealed)) = sealed(&set.db, record)? else { return Ok(None) };
            let photo = photo_of(set, place, &sealed);
            Ok(Some((sealed, photo)))
        })
    }

    /// Reads in the live set; `nothing` when there is none yet.
    fn read<T>(
        &mut self,
        nothing: T,
        work: impl FnOnce(&mut Database) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut live = self.store.live()?;
        let Some(set) = live.as_mut() else { return Ok(nothing) };
        set.catch_up()?;
        let read = work(&mut set.database);
        if matches!(read, Err(StoreError::Damaged)) {
            set.database.reconnect()?;
        }
        read
    }
}

fn year(
    db: &Connection,
    birth_year: u16,
    each: &mut impl FnMut(i64, RecordId, &SealedDirectoryEntry),
) -> Result<u64, StoreError> {
    let sql = "SELECT place, record, sealed FROM directory WHERE birth_year = ?1 ORDER BY place";
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query([birth_year])?;
    let (mut entry, mut count) = (SealedDirectoryEntry { birth_year, sealed: Vec::new() }, 0);
    while let Some(row) = rows.next()? {
        entry.sealed.clear();
        entry.sealed.extend_from_slice(row.get_ref(2)?.as_blob().map_err(|_| StoreError::Damaged)?);
        each(row.get(0)?, RecordId::from_bytes(row.get(1)?), &entry);
        count += 1;
    }
    Ok(count)
}

fn years_present(db: &Connection) -> Result<Vec<u16>, StoreError> {
    let sql = "WITH RECURSIVE present(year) AS (
                   SELECT min(birth_year) FROM directory
                   UNION ALL SELECT (SELECT min(birth_year) FROM directory WHERE birth_year > year) FROM present
                   WHERE year IS NOT NULL)
               SELECT year FROM present WHERE year IS NOT NULL";
    let mut statement = db.prepare_cached(sql)?;
    let years = statement.query_map([], |row| row.get(0))?;
    Ok(years.collect::<Result<_, _>>()?)
}

fn entry(db: &Connection, place: i64) -> Result<Option<DirectoryRow>, StoreError> {
    let mut statement = db.prepare_cached("SELECT birth_year, record, sealed FROM directory WHERE place = ?1")?;
    let found = statement.query_row([place], |row| {
        let entry = SealedDirectoryEntry { birth_year: row.get(0)?, sealed: row.get(2)? };
        Ok(DirectoryRow { place, record: RecordId::from_bytes(row.get(1)?), entry, tokens: Vec::new() })
    });
    let Some(mut found) = found.optional()? else { return Ok(None) };
    let mut statement = db.prepare_cached("SELECT token FROM token_of WHERE place = ?1")?;
    let tokens = statement.query_map([place], |row| row.get(0).map(Token::from_bytes))?;
    found.tokens = tokens.collect::<Result<_, _>>()?;
    Ok(Some(found))
}

fn places(db: &Connection, sql: &str, tokens: &[Token], most: i64) -> Result<Vec<i64>, StoreError> {
    let mut statement = db.prepare_cached(sql)?;
    let mut places = Vec::new();
    for token in tokens {
        let found = statement.query_map((token.as_bytes(), most), |row| row.get(0))?;
        places.extend(found.collect::<Result<Vec<i64>, _>>()?);
    }
    places.sort_unstable();
    places.dedup();
    Ok(places)
}

/// A record whose row says that it is here and which is not is damage, never absence.
fn sealed(db: &Connection, record: RecordId) -> Result<Option<(i64, SealedRecord)>, StoreError> {
    let sql = "SELECT record.place, sealed.record FROM record LEFT JOIN sealed USING (place) WHERE record.id = ?1";
    let mut statement = db.prepare_cached(sql)?;
    let found = statement.query_row([record.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let Some((place, bytes)): Option<(i64, Option<Vec<u8>>)> = found else { return Ok(None) };
    let sealed = SealedRecord::decode(&bytes.unwrap_or_default()).map_err(|_| StoreError::Damaged)?;
    if sealed.header().record == record { Ok(Some((place, sealed))) } else { Err(StoreError::Damaged) }
}
