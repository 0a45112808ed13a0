//! Finding the sealed record of a card that only says who it is: no opener is this card's, so its token is all there is.

use kakari_record::seal::{SealedRecord, Token};
use rusqlite::Connection;

use crate::lookup::photo_of;
use crate::{Store, StoreError, StoredPhoto};

/// Whom a card's number or identifier is registered for.
#[derive(Debug)]
pub enum Registered {
    /// One resident.
    One {
        /// The sealed record.
        record: SealedRecord,
        /// The photo beside it.
        photo: StoredPhoto,
    },
    /// More than one: nobody can say whose card it is, so none of them is given.
    Several,
    /// Nobody.
    Nobody,
}

/// The same before the photo is looked for.
enum Place {
    One(i64, SealedRecord),
    Several,
    Nobody,
}

impl Store {
    /// Looks for the one resident with any of these tokens (the same value under each vault key in use), in the set that
    /// is live at this moment: among the numbers of cards and among what is registered beside them. After
    /// [`StoreError::Damaged`] the next call works again on what is whole.
    pub fn find_registered(&mut self, tokens: &[Token]) -> Result<Registered, StoreError> {
        let mut live = self.live()?;
        let Some(set) = live.as_mut() else { return Ok(Registered::Nobody) };
        Ok(match set.database.with_fresh_try(|db| look_for(db, tokens))? {
            Place::One(place, record) => {
                let photo = photo_of(&mut set.database, place, &record);
                Registered::One { record, photo }
            }
            Place::Several => Registered::Several,
            Place::Nobody => Registered::Nobody,
        })
    }
}

/// In one transaction: sync may put another resident's record in a place that has become empty.
fn look_for(db: &mut Connection, tokens: &[Token]) -> Result<Place, StoreError> {
    let moment = db.transaction()?;
    match places(&moment, tokens)?.as_slice() {
        [] => Ok(Place::Nobody),
        [place] => Ok(Place::One(*place, sealed(&moment, *place)?)),
        _ => Ok(Place::Several),
    }
}

/// Where residents stand who have one of these tokens; two are as good as many.
fn places(db: &Connection, tokens: &[Token]) -> Result<Vec<i64>, StoreError> {
    let sql = "SELECT place FROM token WHERE token = ?1 UNION SELECT place FROM way WHERE token = ?1 LIMIT 2";
    let mut statement = db.prepare_cached(sql)?;
    let mut places = Vec::new();
    for token in tokens {
        let found = statement.query_map([token.as_bytes()], |row| row.get(0))?;
        places.extend(found.collect::<Result<Vec<i64>, _>>()?);
    }
    places.sort_unstable();
    places.dedup();
    Ok(places)
}

/// A token whose record is gone is damage, never absence.
fn sealed(db: &Connection, place: i64) -> Result<SealedRecord, StoreError> {
    let mut statement = db.prepare_cached("SELECT record FROM sealed WHERE place = ?1")?;
    let mut rows = statement.query([place])?;
    let row = rows.next()?.ok_or(StoreError::Damaged)?;
    let bytes = row.get_ref(0)?.as_blob().map_err(|_| StoreError::Damaged)?;
    SealedRecord::decode(bytes).map_err(|_| StoreError::Damaged)
}
