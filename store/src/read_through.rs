//! The whole store, read page by page: whether each is what was written, how many records there are, and how old they are.

use chrono::{DateTime, Utc};
use kakari_record::seal::Header;
use rusqlite::Connection;

use crate::database::Database;
use crate::set::records_of;
use crate::{Store, StoreError};

/// What reading it found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadThrough {
    /// Every page of both files is what was written (SQLCipher's HMAC over each, then SQLite's own check), and there are
    /// as many records as were applied.
    pub sound: bool,
    /// Records, counted one by one; 0 when a page is damaged.
    pub records: u64,
    /// When they were sealed; none of no records.
    pub sealed: Option<SealedTimes>,
}

/// When the region sealed the records that are here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SealedTimes {
    /// Half of them are older, or as old.
    pub median: DateTime<Utc>,
    /// One in twenty is older, or as old.
    pub p95: DateTime<Utc>,
}

impl Store {
    /// Reads both files from front to back, each as of one moment: as long as the disk takes for all of it. Call it where
    /// nobody waits; the other process and other connections go on meanwhile.
    pub fn read_through(&self) -> Result<ReadThrough, StoreError> {
        let broken = ReadThrough { sound: false, records: 0, sealed: None };
        match (is_whole(&self.main.db), self.with_live(|set| set.map_or(Ok(None), |set| read_set(set).map(Some)))) {
            (Ok(true), Ok(Some(read))) => Ok(read),
            (Ok(true), Ok(None)) => Ok(ReadThrough { sound: true, ..broken }),
            (Ok(false) | Err(StoreError::Damaged), _) | (_, Err(StoreError::Damaged)) => Ok(broken),
            (Err(error), _) | (_, Err(error)) => Err(error),
        }
    }
}

fn read_set(set: &Database) -> Result<ReadThrough, StoreError> {
    let one_moment = set.db.unchecked_transaction()?;
    let whole = is_whole(&one_moment)?;
    let mut times = sealed_times(&one_moment)?;
    let records = times.len() as u64;
    let sealed = percentiles(&mut times);
    Ok(ReadThrough { sound: whole && records == records_of(&one_moment)?, records, sealed })
}

fn is_whole(db: &Connection) -> Result<bool, StoreError> {
    Ok(db.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0))? == "ok")
}

/// Seconds since 1970, of every record: they stand in clear at the front of what is sealed.
fn sealed_times(db: &Connection) -> Result<Vec<u64>, StoreError> {
    let mut statement = db.prepare(&format!("SELECT substr(record, 1, {}) FROM sealed", Header::LEN))?;
    let headers = statement.query_map([], |row| row.get::<_, [u8; Header::LEN]>(0))?;
    headers.map(|header| Ok(Header::decode(&header?).map_err(|_| StoreError::Damaged)?.sealed_at)).collect()
}

fn percentiles(times: &mut [u64]) -> Option<SealedTimes> {
    times.sort_unstable_by(|a, b| b.cmp(a));
    let last = times.len().checked_sub(1)?;
    let at = |percent: usize| {
        let seconds = times.get((last * percent).div_ceil(100)).copied()?;
        DateTime::from_timestamp(i64::try_from(seconds).ok()?, 0)
    };
    Some(SealedTimes { median: at(50)?, p95: at(95)? })
}
