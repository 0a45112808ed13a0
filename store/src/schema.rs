//! The schema as an append-only table of steps. A step is never changed once it has landed; it shares no types with
//! the rest of the program.

use rusqlite::{Connection, Transaction};

use crate::OpenError;

/// Step `n` takes a store from schema `n` to `n + 1`.
const STEPS: &[(&str, &str)] = &[
    (
        "sealed records, openers, tokens, directory, roster, dictionaries, audit",
        "CREATE TABLE migration (
        step INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        applied_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))
     ) STRICT;
     -- One row: what this store is.
     CREATE TABLE facts (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        feed BLOB NOT NULL CHECK (length(feed) = 16),
        region_key BLOB NOT NULL CHECK (length(region_key) = 32),
        card_authority BLOB NOT NULL CHECK (length(card_authority) = 65),
        training INTEGER NOT NULL CHECK (training IN (0, 1)),
        records INTEGER NOT NULL DEFAULT 0,
        synced_at INTEGER
     ) STRICT;
     CREATE TABLE record (
        place INTEGER PRIMARY KEY,
        id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
        version INTEGER NOT NULL,
        sealed BLOB NOT NULL
     ) STRICT;
     -- A card's way in: found by the token of its number and the id of its key.
     CREATE TABLE opener (
        token BLOB NOT NULL CHECK (length(token) = 16),
        card_key BLOB NOT NULL CHECK (length(card_key) = 8),
        place INTEGER NOT NULL,
        opener BLOB NOT NULL,
        PRIMARY KEY (token, card_key)
     ) STRICT, WITHOUT ROWID;
     -- Other ways to find a record: phone, house.
     CREATE TABLE token (
        token BLOB NOT NULL CHECK (length(token) = 16),
        place INTEGER NOT NULL,
        PRIMARY KEY (token, place)
     ) STRICT, WITHOUT ROWID;
     CREATE TABLE directory (
        birth_year INTEGER NOT NULL,
        place INTEGER NOT NULL,
        sealed BLOB NOT NULL,
        PRIMARY KEY (birth_year, place)
     ) STRICT, WITHOUT ROWID;
     CREATE INDEX opener_of_record ON opener (place);
     CREATE INDEX token_of_record ON token (place);
     CREATE INDEX directory_of_record ON directory (place);
     CREATE TABLE roster (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        signed BLOB NOT NULL
     ) STRICT;
     CREATE TABLE dictionary (
        id INTEGER PRIMARY KEY,
        bytes BLOB NOT NULL
     ) STRICT;
     CREATE TABLE audit (
        sequence INTEGER PRIMARY KEY,
        previous BLOB NOT NULL CHECK (length(previous) = 32),
        event BLOB NOT NULL,
        hash BLOB NOT NULL CHECK (length(hash) = 32)
     ) STRICT;",
    ),
    (
        "sealed photos",
        "-- Beside the records, not in their rows: a look-up touches few pages, and damage to a photo is no record's.
     CREATE TABLE photo (
        place INTEGER PRIMARY KEY,
        sealed BLOB NOT NULL
     ) STRICT;",
    ),
];

/// Brings the store to the newest schema, each step in its own transaction; refuses a newer one politely.
pub(crate) fn migrate(db: &mut Connection) -> Result<(), OpenError> {
    let known = u32::try_from(STEPS.len()).unwrap_or(u32::MAX);
    let found: u32 = db.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(OpenError::Database)?;
    if found > known {
        return Err(OpenError::Newer { found, known });
    }
    for (step, (name, sql)) in (1..).zip(STEPS).skip(found as usize) {
        let transaction = db.transaction().map_err(OpenError::Database)?;
        apply(&transaction, step, name, sql).and_then(|()| transaction.commit()).map_err(OpenError::Database)?;
    }
    Ok(())
}

fn apply(db: &Transaction<'_>, step: u32, name: &str, sql: &str) -> Result<(), rusqlite::Error> {
    db.execute_batch(sql)?;
    db.execute("INSERT INTO migration (step, name) VALUES (?1, ?2)", (step, name))?;
    db.pragma_update(None, "user_version", step)
}
