//! A set file: the records of one snapshot and the deltas since.
//!
//! Rows stand in the order in which they came; what they are found by stands in narrow tables beside them (`record` by
//! id, `way` by a card's token, `token` by others). A snapshot thus fills each file front to back and builds those three
//! at the end, in memory that does not grow with the region.

use super::Step;

/// The schema that a look-up by card needs. Later steps rewrite tables of a whole region: only who reads or writes those
/// waits for them, or is refused when the disk has no room.
pub(crate) const LOOK_UP: usize = 1;

/// Step `n` takes a set file from schema `n` to `n + 1`.
pub(crate) const STEPS: &[Step] = &[
    (
    "records of one snapshot and the deltas since",
    "CREATE TABLE migration (
        step INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        applied_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))
     ) STRICT;
     -- One row: where this set stands in the feed (nowhere when it was loaded without one), how many records it holds,
     -- and whether removed rows may still stand in the log.
     CREATE TABLE cursor (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        generation INTEGER,
        sequence INTEGER,
        records INTEGER NOT NULL DEFAULT 0,
        residue INTEGER NOT NULL DEFAULT 0 CHECK (residue IN (0, 1))
     ) STRICT;
     INSERT INTO cursor (one) VALUES (1);
     CREATE TABLE record (
        id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
        version INTEGER NOT NULL,
        place INTEGER NOT NULL
     ) STRICT, WITHOUT ROWID;
     CREATE TABLE sealed (
        place INTEGER PRIMARY KEY,
        record BLOB NOT NULL
     ) STRICT;
     CREATE TABLE opener (
        place INTEGER NOT NULL,
        card_key BLOB NOT NULL CHECK (length(card_key) = 8),
        token BLOB NOT NULL CHECK (length(token) = 16),
        opener BLOB NOT NULL,
        PRIMARY KEY (place, card_key)
     ) STRICT, WITHOUT ROWID;
     -- A card's way in: found by the token of its number and the id of its key.
     CREATE TABLE way (
        token BLOB NOT NULL,
        card_key BLOB NOT NULL,
        place INTEGER NOT NULL,
        PRIMARY KEY (token, card_key)
     ) STRICT, WITHOUT ROWID;
     -- Other ways to find a record: phone, house.
     CREATE TABLE token_of (
        place INTEGER NOT NULL,
        token BLOB NOT NULL CHECK (length(token) = 16),
        PRIMARY KEY (place, token)
     ) STRICT, WITHOUT ROWID;
     CREATE TABLE token (
        token BLOB NOT NULL,
        place INTEGER NOT NULL,
        PRIMARY KEY (token, place)
     ) STRICT, WITHOUT ROWID;
     CREATE TABLE directory (
        birth_year INTEGER NOT NULL,
        place INTEGER NOT NULL,
        sealed BLOB NOT NULL,
        PRIMARY KEY (birth_year, place)
     ) STRICT, WITHOUT ROWID;
     CREATE INDEX directory_of_record ON directory (place);
     -- Beside the records, not in their rows: a look-up touches few pages, and damage to a photo is no record's.
     CREATE TABLE photo (
        place INTEGER PRIMARY KEY,
        sealed BLOB NOT NULL
     ) STRICT;
     -- Rows that could not be taken, and why. Nothing of their content.
     CREATE TABLE set_aside (
        place INTEGER PRIMARY KEY,
        sequence INTEGER,
        record BLOB CHECK (length(record) = 16),
        reason TEXT NOT NULL
     ) STRICT;
     -- While a snapshot is taken in: how far, and its records before they can be found.
     CREATE TABLE staged (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        parts INTEGER NOT NULL DEFAULT 0,
        slices INTEGER,
        built INTEGER NOT NULL DEFAULT 0
     ) STRICT;
     CREATE TABLE arrival (
        place INTEGER PRIMARY KEY,
        id BLOB NOT NULL CHECK (length(id) = 16),
        version INTEGER NOT NULL
     ) STRICT;",
    ),
    (
        "directory entries with their record's id",
        "-- What is sealed is bound to the id, which stands in clear in every sealed record behind magic and feed. Read in
     -- the order of the records, so that each page is read once and memory does not grow with the region.
     CREATE TABLE entry (
        birth_year INTEGER NOT NULL,
        place INTEGER NOT NULL,
        record BLOB NOT NULL CHECK (length(record) = 16),
        sealed BLOB NOT NULL,
        PRIMARY KEY (birth_year, place)
     ) STRICT, WITHOUT ROWID;
     INSERT INTO entry (birth_year, place, record, sealed)
        SELECT directory.birth_year, directory.place, substr(sealed.record, 21, 16), directory.sealed
        FROM sealed CROSS JOIN directory ON directory.place = sealed.place ORDER BY sealed.place;
     DROP TABLE directory;
     ALTER TABLE entry RENAME TO directory;
     CREATE INDEX directory_of_record ON directory (place);",
    ),
];
