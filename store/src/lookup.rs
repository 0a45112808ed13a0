//! Finding the sealed record that belongs to a card.

use kakari_record::seal::{KeyId, Opener, SealedPhoto, SealedRecord, Token};
use rusqlite::{Connection, OptionalExtension};

use crate::database::{Database, integer};
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
        /// The photo beside it.
        photo: StoredPhoto,
    },
    /// The resident is here, but this card was replaced by another.
    OtherCard,
    /// Nobody of that number is here.
    Nothing,
}

/// The photo beside a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoredPhoto {
    /// There is none.
    None,
    /// Sealed.
    Sealed(SealedPhoto),
    /// There is one, and it cannot be read. That never stops its record.
    Unreadable,
}

impl Store {
    /// Looks for the record of the card with this number (as tokens under each vault key in use, the newest first)
    /// and this key, in the set that is live at this moment. After [`StoreError::Damaged`] the next call works again on
    /// what is whole.
    pub fn find_by_card(&mut self, tokens: &[Token], card_key: KeyId) -> Result<Found, StoreError> {
        let mut live = self.live()?;
        let Some(set) = live.as_mut() else { return Ok(Found::Nothing) };
        let way = set.database.with_fresh_try(|db| look_for(db, tokens, card_key))?;
        Ok(match way {
            Way::Record { place, record, opener } => {
                let photo = photo_of(&mut set.database, place, &record);
                Found::Record { record, opener, photo }
            }
            Way::OtherCard => Found::OtherCard,
            Way::Nothing => Found::Nothing,
        })
    }
}

/// Read apart from the record, which opens also when this fails. The photo of another version, or of another record
/// that has come to this place since, is none.
pub(crate) fn photo_of(set: &mut Database, place: i64, record: &SealedRecord) -> StoredPhoto {
    let (id, version) = (record.header().record, record.header().version);
    let sealed = set.with_fresh_try(|db| {
        let sql = "SELECT photo.sealed FROM photo JOIN record USING (place)
                   WHERE photo.place = ?1 AND record.id = ?2 AND record.version = ?3";
        let mut statement = db.prepare_cached(sql)?;
        let asked = (place, id.as_bytes(), integer(version)?);
        Ok(statement.query_row(asked, |row| row.get::<_, Vec<u8>>(0)).optional()?)
    });
    match sealed.map(|sealed| sealed.map(|bytes| SealedPhoto::decode(&bytes))) {
        Ok(None) => StoredPhoto::None,
        Ok(Some(Ok(photo))) => StoredPhoto::Sealed(photo),
        Ok(Some(Err(_))) => StoredPhoto::Unreadable,
        Err(error) => {
            tracing::warn!(%error, "a photo cannot be read");
            StoredPhoto::Unreadable
        }
    }
}

/// A record and where it stands.
enum Way {
    Record { place: i64, record: SealedRecord, opener: Opener },
    OtherCard,
    Nothing,
}

fn look_for(db: &Connection, tokens: &[Token], card_key: KeyId) -> Result<Way, StoreError> {
    let mut seen = Way::Nothing;
    for token in tokens {
        match look_for_one(db, token, card_key)? {
            found @ Way::Record { .. } => return Ok(found),
            Way::OtherCard => seen = Way::OtherCard,
            Way::Nothing => {}
        }
    }
    Ok(seen)
}

/// A way whose opener or record is gone is damage, never absence.
fn look_for_one(db: &Connection, token: &Token, card_key: KeyId) -> Result<Way, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT way.card_key, opener.opener, sealed.record, way.place FROM way
         LEFT JOIN opener ON opener.place = way.place AND opener.card_key = way.card_key
         LEFT JOIN sealed ON sealed.place = way.place WHERE way.token = ?1",
    )?;
    let mut rows = statement.query([token.as_bytes()])?;
    let mut seen = Way::Nothing;
    while let Some(row) = rows.next()? {
        if row.get_ref(0)?.as_blob().ok() != Some(card_key.as_bytes()) {
            seen = Way::OtherCard;
            continue;
        }
        let blob = |column| row.get_ref(column).ok().and_then(|value| value.as_blob().ok()).unwrap_or_default();
        let opener = Opener::decode(blob(1)).map_err(|_| StoreError::Damaged)?;
        let record = SealedRecord::decode(blob(2)).map_err(|_| StoreError::Damaged)?;
        return Ok(Way::Record { place: row.get(3)?, record, opener });
    }
    Ok(seen)
}
