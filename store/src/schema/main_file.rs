//! The main file: what the tablet is, its roster, its audit, and what sync knows.

use super::Step;

/// Step `n` takes the main file from schema `n` to `n + 1`.
pub(crate) const STEPS: &[Step] = &[
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
    (
        "records in set files of their own, and what sync knows",
        "-- No tablet was enrolled before this step: a training store's rows are loaded anew.
     DROP TABLE record;
     DROP TABLE opener;
     DROP TABLE token;
     DROP TABLE directory;
     DROP TABLE photo;
     -- The set that is looked in, and the number that the next one gets: no number is given twice.
     ALTER TABLE facts DROP COLUMN records;
     ALTER TABLE facts ADD COLUMN live INTEGER;
     ALTER TABLE facts ADD COLUMN next_set INTEGER NOT NULL DEFAULT 1;
     -- Stays when the wraps are forgotten.
     ALTER TABLE facts ADD COLUMN roster_version INTEGER;
     -- This file was found to be older than the maximum kept beside it, and nobody has reconciled it since.
     ALTER TABLE facts ADD COLUMN restored_older INTEGER NOT NULL DEFAULT 0 CHECK (restored_older IN (0, 1));
     ALTER TABLE facts ADD COLUMN reconciled_at INTEGER;
     -- The snapshot that is being taken in, if any.
     CREATE TABLE staging (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        number INTEGER NOT NULL,
        generation INTEGER NOT NULL,
        sequence INTEGER NOT NULL,
        manifest BLOB NOT NULL CHECK (length(manifest) = 32),
        parts INTEGER NOT NULL
     ) STRICT;
     -- The highest that was ever trusted.
     CREATE TABLE trusted (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        generation INTEGER NOT NULL,
        sequence INTEGER NOT NULL,
        issued_at INTEGER NOT NULL,
        roster INTEGER NOT NULL,
        orders INTEGER NOT NULL
     ) STRICT;
     -- Audit rows up to `last` have the server's receipt; from `conflict` on it holds others.
     CREATE TABLE receipt (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        last INTEGER NOT NULL DEFAULT 0,
        conflict INTEGER
     ) STRICT;
     INSERT INTO receipt (one) VALUES (1);
     -- The last contact; `reached` is how far time had come when it was last looked at, `looked` what the clock said.
     CREATE TABLE contact (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        server_time INTEGER NOT NULL,
        own_time INTEGER NOT NULL,
        reached INTEGER NOT NULL,
        looked INTEGER NOT NULL
     ) STRICT;
     CREATE TABLE settings (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        lease_days INTEGER NOT NULL,
        poll_seconds INTEGER NOT NULL,
        metered_bytes_per_day INTEGER NOT NULL
     ) STRICT;
     -- Bytes moved over a metered link, by day (days since 1970-01-01).
     CREATE TABLE spent (
        day INTEGER PRIMARY KEY,
        bytes INTEGER NOT NULL
     ) STRICT;
     CREATE TABLE sync_state (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        last_attempt INTEGER,
        last_success INTEGER,
        server_ahead_seconds INTEGER,
        last_refusal TEXT,
        rows_new INTEGER NOT NULL,
        rows_failed INTEGER NOT NULL
     ) STRICT;",
    ),
    (
        "one-time codes that were used",
        "-- Never emptied: a roster may bring a code again.
     CREATE TABLE used_code (
        id BLOB PRIMARY KEY CHECK (length(id) = 8),
        at INTEGER NOT NULL
     ) STRICT, WITHOUT ROWID;",
    ),
    (
        "checkpoints, receipted head, what was verified, what the program found at its last start",
        "-- Hash of the last row with the server's receipt.
     ALTER TABLE receipt ADD COLUMN head BLOB CHECK (length(head) = 32);
     -- The newest checkpoint's row, the last row that was verified with its hash, and the configuration's hash.
     CREATE TABLE audit_mark (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        checkpoint INTEGER NOT NULL DEFAULT 0,
        verified INTEGER NOT NULL DEFAULT 0,
        verified_hash BLOB CHECK (length(verified_hash) = 32),
        config BLOB CHECK (length(config) = 32)
     ) STRICT;
     INSERT INTO audit_mark (one) VALUES (1);",
    ),
    (
        "where the TPM's counter stood",
        "-- Where the counter stands, or will once it has counted; and the head at which it last did.
     ALTER TABLE trusted ADD COLUMN counter INTEGER;
     ALTER TABLE trusted ADD COLUMN counted_generation INTEGER;
     ALTER TABLE trusted ADD COLUMN counted_at INTEGER;",
    ),
];
