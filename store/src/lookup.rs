//! Finding the sealed record that belongs to a card.

use kakari_record::seal::{KeyId, Opener, SealedRecord, Token};
use rusqlite::Connection;

use crate::{Store, StoreError};

/// What is stored for a card.
#[derive(Debug)]
pub enum Found {
    /// The record and this card's way into it.
    Record {
        /// The sealed record.
        record: SealedRecord,
        /// This card's opener.
        opener: Opener,
    },
    /// The resident is here, but this card was replaced by another.
    OtherCard,
    /// Nobody of that number is here.
    Nothing,
}

impl Store {
    /// Looks for the record of the card with this number (as tokens under each vault key in use, the newest first)
    /// and this key. After [`StoreError::Damaged`] the next call works again on what is whole.
    pub fn find_by_card(&mut self, tokens: &[Token], card_key: KeyId) -> Result<Found, StoreError> {
        self.with_fresh_try(|db| look_for(db, tokens, card_key))
    }
}

fn look_for(db: &Connection, tokens: &[Token], card_key: KeyId) -> Result<Found, StoreError> {
    let mut seen = Found::Nothing;
    for token in tokens {
        match look_for_one(db, token, card_key)? {
            found @ Found::Record { .. } => return Ok(found),
            Found::OtherCard => seen = Found::OtherCard,
            Found::Nothing => {}
        }
    }
    Ok(seen)
}

/// An opener whose record is gone is damage, never absence.
fn look_for_one(db: &Connection, token: &Token, card_key: KeyId) -> Result<Found, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT opener.card_key, opener.opener, record.sealed
         FROM opener LEFT JOIN record ON record.place = opener.place WHERE opener.token = ?1",
    )?;
    let mut rows = statement.query([token.as_bytes()])?;
    let mut seen = Found::Nothing;
    while let Some(row) = rows.next()? {
        if row.get_ref(0)?.as_blob().ok() != Some(card_key.as_bytes()) {
            seen = Found::OtherCard;
            continue;
        }
        let blob = |column| row.get_ref(column).ok().and_then(|value| value.as_blob().ok()).unwrap_or_default();
        let opener = Opener::decode(blob(1)).map_err(|_| StoreError::Damaged)?;
        let record = SealedRecord::decode(blob(2)).map_err(|_| StoreError::Damaged)?;
        return Ok(Found::Record { record, opener });
    }
    Ok(seen)
}
