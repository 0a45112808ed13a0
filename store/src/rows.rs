//! One row of a set: put in, given other cards, taken away.

use kakari_record::seal::{CardChange, Opener, RecordId, Row, Token};
use rusqlite::{Connection, OptionalExtension};

use crate::StoreError;
use crate::database::integer;

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Put {
    New,
    Replaced,
    /// A newer version is here: nothing was changed.
    Older,
}

/// What became of a change of cards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cards {
    Changed,
    OtherVersion,
    NoRecord,
}

/// Puts a row in the place of an older version of its record, or at the end.
pub(crate) fn put(db: &Connection, row: &Row) -> Result<Put, StoreError> {
    let header = row.record.header();
    let version = integer(header.version)?;
    match place_of(db, header.record)? {
        Some((_, stored)) if stored > version => Ok(Put::Older),
        Some((place, _)) => {
            db.prepare_cached("UPDATE record SET version = ?2 WHERE id = ?1")?
                .execute((header.record.as_bytes(), version))?;
            db.prepare_cached("UPDATE sealed SET record = ?2 WHERE place = ?1")?
                .execute((place, row.record.encode()))?;
            replace_beside(db, place, row)?;
            Ok(Put::Replaced)
        }
        None => {
            let place = db.prepare_cached("INSERT INTO sealed (record) VALUES (?1)")?.insert([row.record.encode()])?;
            db.prepare_cached("INSERT INTO record (id, version, place) VALUES (?1, ?2, ?3)")?.execute((
                header.record.as_bytes(),
                version,
                place,
            ))?;
            put_beside(db, place, row)?;
            Ok(Put::New)
        }
    }
}

/// Gives a record other cards, if it is here in the version that they open.
pub(crate) fn change_cards(db: &Connection, change: &CardChange) -> Result<Cards, StoreError> {
    let version = integer(change.version)?;
    match place_of(db, change.record)? {
        None => Ok(Cards::NoRecord),
        Some((_, stored)) if stored != version => Ok(Cards::OtherVersion),
        Some((place, _)) => {
            forget_cards(db, place)?;
            put_openers(db, place, change.card_token, &change.openers)?;
            put_ways(db, place, change.card_token, &change.openers)?;
            Ok(Cards::Changed)
        }
    }
}

/// Takes a record away with everything beside it. `false` when it is not here.
pub(crate) fn remove(db: &Connection, record: RecordId) -> Result<bool, StoreError> {
    let Some((place, _)) = place_of(db, record)? else { return Ok(false) };
    forget_beside(db, place)?;
    db.prepare_cached("DELETE FROM sealed WHERE place = ?1")?.execute([place])?;
    db.prepare_cached("DELETE FROM record WHERE id = ?1")?.execute([record.as_bytes()])?;
    Ok(true)
}

/// Puts a row's parts in that are kept by place; nothing finds it yet.
pub(crate) fn put_unfound(db: &Connection, place: i64, row: &Row) -> Result<(), StoreError> {
    db.prepare_cached("INSERT INTO sealed (place, record) VALUES (?1, ?2)")?.execute((place, row.record.encode()))?;
    put_openers(db, place, row.card_token, &row.openers)?;
    put_tokens_of(db, place, &row.tokens)?;
    put_directory_and_photo(db, place, row)
}

/// Takes back whatever [`put_unfound`] put in.
pub(crate) fn forget_unfound(db: &Connection, place: i64) -> Result<(), StoreError> {
    for table in ["sealed", "opener", "token_of", "directory", "photo"] {
        db.prepare_cached(&format!("DELETE FROM {table} WHERE place = ?1"))?.execute([place])?;
    }
    Ok(())
}

fn place_of(db: &Connection, record: RecordId) -> Result<Option<(i64, i64)>, StoreError> {
    let mut find = db.prepare_cached("SELECT place, version FROM record WHERE id = ?1")?;
    Ok(find.query_row([record.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

fn forget_cards(db: &Connection, place: i64) -> Result<(), StoreError> {
    db.prepare_cached(
        "DELETE FROM way WHERE place = ?1
         AND (token, card_key) IN (SELECT token, card_key FROM opener WHERE place = ?1)",
    )?
    .execute([place])?;
    db.prepare_cached("DELETE FROM opener WHERE place = ?1")?.execute([place])?;
    Ok(())
}

/// Forgets what stands beside a sealed record.
pub(crate) fn forget_beside(db: &Connection, place: i64) -> Result<(), StoreError> {
    forget_cards(db, place)?;
    forget_tokens(db, place)?;
    for table in ["directory", "photo"] {
        db.prepare_cached(&format!("DELETE FROM {table} WHERE place = ?1"))?.execute([place])?;
    }
    Ok(())
}

fn forget_tokens(db: &Connection, place: i64) -> Result<(), StoreError> {
    db.prepare_cached("DELETE FROM token WHERE place = ?1 AND token IN (SELECT token FROM token_of WHERE place = ?1)")?
        .execute([place])?;
    db.prepare_cached("DELETE FROM token_of WHERE place = ?1")?.execute([place])?;
    Ok(())
}

fn put_beside(db: &Connection, place: i64, row: &Row) -> Result<(), StoreError> {
    put_openers(db, place, row.card_token, &row.openers)?;
    put_ways(db, place, row.card_token, &row.openers)?;
    put_tokens_of(db, place, &row.tokens)?;
    put_tokens(db, place, &row.tokens)?;
    put_directory_and_photo(db, place, row)
}

/// A newer version mostly has the cards, the tokens and the birth year of the one before: then nothing that a record is
/// found by is written again.
fn replace_beside(db: &Connection, place: i64, row: &Row) -> Result<(), StoreError> {
    if same_cards(db, place, row)? {
        let mut opener = db.prepare_cached("UPDATE opener SET opener = ?3 WHERE place = ?1 AND card_key = ?2")?;
        for each in &row.openers {
            opener.execute((place, each.card_key().as_bytes(), each.encode()))?;
        }
    } else {
        forget_cards(db, place)?;
        put_openers(db, place, row.card_token, &row.openers)?;
        put_ways(db, place, row.card_token, &row.openers)?;
    }
    if !same_tokens(db, place, &row.tokens)? {
        forget_tokens(db, place)?;
        put_tokens_of(db, place, &row.tokens)?;
        put_tokens(db, place, &row.tokens)?;
    }
    for table in ["directory", "photo"] {
        db.prepare_cached(&format!("DELETE FROM {table} WHERE place = ?1"))?.execute([place])?;
    }
    put_directory_and_photo(db, place, row)
}

fn same_cards(db: &Connection, place: i64, row: &Row) -> Result<bool, StoreError> {
    let mut statement = db.prepare_cached("SELECT token, card_key FROM opener WHERE place = ?1")?;
    let stored = statement.query_map([place], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut stored: Vec<([u8; 16], [u8; 8])> = stored.collect::<Result<_, _>>()?;
    let mut new: Vec<_> =
        row.openers.iter().map(|each| (*row.card_token.as_bytes(), *each.card_key().as_bytes())).collect();
    stored.sort_unstable();
    new.sort_unstable();
    Ok(stored == new)
}

fn same_tokens(db: &Connection, place: i64, tokens: &[Token]) -> Result<bool, StoreError> {
    let mut statement = db.prepare_cached("SELECT token FROM token_of WHERE place = ?1 ORDER BY token")?;
    let stored: Vec<[u8; 16]> = statement.query_map([place], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let mut new: Vec<_> = tokens.iter().map(|token| *token.as_bytes()).collect();
    new.sort_unstable();
    new.dedup();
    Ok(stored == new)
}

fn put_openers(db: &Connection, place: i64, card_token: Token, openers: &[Opener]) -> Result<(), StoreError> {
    let mut opener =
        db.prepare_cached("INSERT INTO opener (place, card_key, token, opener) VALUES (?1, ?2, ?3, ?4)")?;
    for each in openers {
        opener.execute((place, each.card_key().as_bytes(), card_token.as_bytes(), each.encode()))?;
    }
    Ok(())
}

fn put_ways(db: &Connection, place: i64, card_token: Token, openers: &[Opener]) -> Result<(), StoreError> {
    let mut way = db.prepare_cached("INSERT INTO way (token, card_key, place) VALUES (?1, ?2, ?3)")?;
    for each in openers {
        way.execute((card_token.as_bytes(), each.card_key().as_bytes(), place))?;
    }
    Ok(())
}

fn put_tokens_of(db: &Connection, place: i64, tokens: &[Token]) -> Result<(), StoreError> {
    let mut token = db.prepare_cached("INSERT OR IGNORE INTO token_of (place, token) VALUES (?1, ?2)")?;
    for each in tokens {
        token.execute((place, each.as_bytes()))?;
    }
    Ok(())
}

fn put_tokens(db: &Connection, place: i64, tokens: &[Token]) -> Result<(), StoreError> {
    let mut token = db.prepare_cached("INSERT OR IGNORE INTO token (token, place) VALUES (?1, ?2)")?;
    for each in tokens {
        token.execute((each.as_bytes(), place))?;
    }
    Ok(())
}

fn put_directory_and_photo(db: &Connection, place: i64, row: &Row) -> Result<(), StoreError> {
    let directory = "INSERT INTO directory (birth_year, place, record, sealed) VALUES (?1, ?2, ?3, ?4)";
    db.prepare_cached(directory)?.execute((
        row.directory.birth_year,
        place,
        row.record.header().record.as_bytes(),
        &row.directory.sealed,
    ))?;
    if let Some(photo) = &row.photo {
        db.prepare_cached("INSERT INTO photo (place, sealed) VALUES (?1, ?2)")?.execute((place, photo.encode()))?;
    }
    Ok(())
}
