//! What SQLCipher does with the same bytes when nothing else is asked of it: one table each, what it is found by as
//! indexes, 5,000 rows a transaction, 64 MB of cache, nothing brought to the disk before the end.

use std::path::Path;

use kakari_store::Row;
use rusqlite::{Connection, Statement};

use crate::{PACK, Took, changed, kakari::FEED, made, timed};

const BATCH: u64 = 5_000;
const TABLES: &str = "
    CREATE TABLE record (place INTEGER PRIMARY KEY, id BLOB NOT NULL, version INTEGER NOT NULL, sealed BLOB NOT NULL);
    CREATE TABLE opener (token BLOB NOT NULL, card_key BLOB NOT NULL, place INTEGER NOT NULL, opener BLOB NOT NULL);
    CREATE TABLE token (token BLOB NOT NULL, place INTEGER NOT NULL);
    CREATE TABLE directory (birth_year INTEGER NOT NULL, place INTEGER NOT NULL, sealed BLOB NOT NULL);";
const INDEXES: &str = "
    CREATE UNIQUE INDEX record_by_id ON record (id);
    CREATE UNIQUE INDEX opener_by_token ON opener (token, card_key);
    CREATE INDEX opener_of_record ON opener (place);
    CREATE UNIQUE INDEX token_by_token ON token (token, place);
    CREATE INDEX token_of_record ON token (place);
    CREATE INDEX directory_by_year ON directory (birth_year, place);
    CREATE INDEX directory_of_record ON directory (place);";

/// Inserts with the indexes there; then new versions of a fiftieth.
pub(crate) fn with_indexes(dir: &Path, records: u64) -> (Took, Took) {
    let db = open(&dir.join("bare.db"));
    db.execute_batch(&format!("{TABLES}{INDEXES}")).unwrap();
    let mut load = insert(&db, records);
    timed(&mut load, || checkpoint(&db));
    db.execute_batch("PRAGMA synchronous = FULL").unwrap();
    (load, update(&db, records))
}

/// Inserts, then the indexes; how much memory that takes is not asked.
pub(crate) fn indexes_after(dir: &Path, records: u64) -> Took {
    let db = open(&dir.join("after.db"));
    db.execute_batch(TABLES).unwrap();
    let mut took = insert(&db, records);
    timed(&mut took, || {
        db.execute_batch(INDEXES).unwrap();
        checkpoint(&db);
    });
    took
}

fn open(path: &Path) -> Connection {
    let db = Connection::open(path).unwrap();
    db.pragma_update(None, "key", format!("x'{}'", "5a".repeat(32))).unwrap();
    db.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;").unwrap();
    db
}

fn checkpoint(db: &Connection) {
    db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
}

fn insert(db: &Connection, records: u64) -> Took {
    let mut took = Took::default();
    let mut inserts = Inserts::new(db);
    for first in (0..records).step_by(usize::try_from(BATCH).unwrap()) {
        let rows: Vec<_> = (first..records.min(first + BATCH)).map(|n| made::row(FEED, n, 1)).collect();
        timed(&mut took, || {
            db.execute_batch("BEGIN").unwrap();
            rows.iter().zip(first..).for_each(|(row, place)| inserts.row(i64::try_from(place).unwrap(), row));
            db.execute_batch("COMMIT").unwrap();
        });
    }
    took
}

struct Inserts<'a> {
    record: Statement<'a>,
    opener: Statement<'a>,
    token: Statement<'a>,
    directory: Statement<'a>,
}

impl<'a> Inserts<'a> {
    fn new(db: &'a Connection) -> Self {
        Self {
            record: db.prepare("INSERT INTO record VALUES (?1, ?2, ?3, ?4)").unwrap(),
            opener: db.prepare("INSERT INTO opener VALUES (?1, ?2, ?3, ?4)").unwrap(),
            token: db.prepare("INSERT INTO token VALUES (?1, ?2)").unwrap(),
            directory: db.prepare("INSERT INTO directory VALUES (?1, ?2, ?3)").unwrap(),
        }
    }

    fn row(&mut self, place: i64, row: &Row) {
        let id = row.record.header().record;
        self.record.execute((place, id.as_bytes(), 1, row.record.encode())).unwrap();
        for opener in &row.openers {
            let key = opener.card_key();
            self.opener.execute((row.card_token.as_bytes(), key.as_bytes(), place, opener.encode())).unwrap();
        }
        for token in &row.tokens {
            self.token.execute((token.as_bytes(), place)).unwrap();
        }
        self.directory.execute((row.directory.birth_year, place, &row.directory.sealed)).unwrap();
    }
}

/// The same bytes by the shortest way: the record by its id, the rest by its place.
fn update(db: &Connection, records: u64) -> Took {
    let mut took = Took::default();
    let mut find = db.prepare("SELECT place FROM record WHERE id = ?1").unwrap();
    let mut record = db.prepare("UPDATE record SET version = 2, sealed = ?2 WHERE place = ?1").unwrap();
    let mut opener = db.prepare("UPDATE opener SET opener = ?2 WHERE place = ?1").unwrap();
    let mut directory = db.prepare("UPDATE directory SET sealed = ?2 WHERE place = ?1").unwrap();
    for pack in changed(records).chunks(PACK) {
        let rows: Vec<_> = pack.iter().map(|n| made::row(FEED, *n, 2)).collect();
        timed(&mut took, || {
            db.execute_batch("BEGIN").unwrap();
            for row in &rows {
                let id = row.record.header().record;
                let place: i64 = find.query_row([id.as_bytes()], |row| row.get(0)).unwrap();
                record.execute((place, row.record.encode())).unwrap();
                opener.execute((place, row.openers[0].encode())).unwrap();
                directory.execute((place, &row.directory.sealed)).unwrap();
            }
            db.execute_batch("COMMIT").unwrap();
        });
    }
    took
}
