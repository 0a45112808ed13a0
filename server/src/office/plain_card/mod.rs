//! Residents' number-only cards: known by an identifier that anybody can read, and by nothing else.

mod identifier;
pub mod import;
mod keyed;

use kakari_record::model::CommonNumber;
use kakari_record::seal::PlainCardId;
use sqlx::PgConnection;

use super::resident::{self, Locked};
use super::{Office, OfficeError};
use crate::change::{self, What};
use crate::office_log;

pub use identifier::{IdentifierError, caution, identifier, kind};
pub use keyed::{Stood, register_with_key, take_back};

/// Why a card is a resident's no longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Lost or stolen: tablets refuse it for good.
    Lost,
    /// Another one stands in its place: tablets refuse it for good.
    Replaced,
    /// It never was this resident's; it may be registered for whose it is.
    Mistaken,
}

impl End {
    const fn word(self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::Replaced => "replaced",
            Self::Mistaken => "mistaken",
        }
    }
}

/// Registers a resident's card: from the next publication on a crew that is signed in finds the record by it. False when
/// it is registered for this resident already.
pub async fn register(conn: &mut PgConnection, who: &str, number: &CommonNumber, card: &PlainCardId) -> Office<bool> {
    let locked = resident::lock_known(conn, number).await?;
    let new = put(conn, who, &locked, card).await?;
    if new {
        change::note(conn, locked.id, What::Record).await?;
    }
    Ok(new)
}

/// Ends an active card. False when it had ended before.
pub async fn end(conn: &mut PgConnection, who: &str, card: &PlainCardId, how: End) -> Office<bool> {
    let resident = lock_holder(conn, card).await?;
    let ended = end_locked(conn, who, card, how).await?;
    if ended {
        change::note(conn, resident, What::Record).await?;
    }
    Ok(ended)
}

/// Whose card it is, or was.
pub(super) async fn holder(conn: &mut PgConnection, card: &PlainCardId) -> Office<CommonNumber> {
    let number: Option<String> = sqlx::query_scalar(
        "SELECT r.number FROM plain_card c JOIN resident r ON r.id = c.resident
         WHERE c.kind = $1 AND c.identifier = $2 AND c.state <> 'mistaken'",
    )
    .bind(card.kind().word())
    .bind(card.as_bytes())
    .fetch_optional(conn)
    .await?;
    resident::number(&number.ok_or_else(unknown)?)
}

/// Puts a card of a resident whose row is locked. False when it is there just so.
pub(super) async fn put(conn: &mut PgConnection, who: &str, of: &Locked, card: &PlainCardId) -> Office<bool> {
    let put = sqlx::query(
        "INSERT INTO plain_card (kind, identifier, revocation, resident, state) VALUES ($1, $2, $3, $4, 'active')
         ON CONFLICT (kind, identifier) WHERE state <> 'mistaken' DO NOTHING",
    )
    .bind(card.kind().word())
    .bind(card.as_bytes())
    .bind(card.revocation())
    .bind(of.id);
    if put.execute(&mut *conn).await?.rows_affected() == 1 {
        office_log::note(conn, who, "number-only card registered", &resident::hex(of.record)).await?;
        return Ok(true);
    }
    let (resident, state): (i64, String) = sqlx::query_as(
        "SELECT resident, state FROM plain_card WHERE kind = $1 AND identifier = $2 AND state <> 'mistaken'",
    )
    .bind(card.kind().word())
    .bind(card.as_bytes())
    .fetch_one(conn)
    .await?;
    match refusal(resident == of.id, &state) {
        None => Ok(false),
        Some(why) => Err(OfficeError::refused(why)),
    }
}

/// Ends a card whose holder's row is locked.
pub(super) async fn end_locked(conn: &mut PgConnection, who: &str, card: &PlainCardId, how: End) -> Office<bool> {
    let record: Option<String> = sqlx::query_scalar(
        "UPDATE plain_card c SET state = $3, ended_at = now() FROM resident r
         WHERE r.id = c.resident AND c.kind = $1 AND c.identifier = $2 AND c.state = 'active'
         RETURNING encode(r.record, 'hex')",
    )
    .bind(card.kind().word())
    .bind(card.as_bytes())
    .bind(how.word())
    .fetch_optional(&mut *conn)
    .await?;
    let Some(record) = record else { return Ok(false) };
    office_log::note(conn, who, &format!("number-only card {}", how.word()), &record).await?;
    Ok(true)
}

/// Why a card that is registered is not registered once more; `None` when it is this resident's and in use.
fn refusal(same: bool, state: &str) -> Option<&'static str> {
    match (same, state) {
        (true, "active") => None,
        (false, "active") => {
            Some("this card is registered for another resident; if that was a mistake: kakari-region card unregister")
        }
        _ => Some("this card was reported lost, or replaced, and stays refused: give the resident another one"),
    }
}

/// The resident's row first, as everywhere: two who end cards of one resident wait for each other.
async fn lock_holder(conn: &mut PgConnection, card: &PlainCardId) -> Office<i64> {
    let resident: Option<i64> = sqlx::query_scalar(
        "SELECT id FROM resident WHERE id = (SELECT resident FROM plain_card
         WHERE kind = $1 AND identifier = $2 AND state <> 'mistaken') FOR UPDATE",
    )
    .bind(card.kind().word())
    .bind(card.as_bytes())
    .fetch_optional(conn)
    .await?;
    resident.ok_or_else(unknown)
}

fn unknown() -> OfficeError {
    OfficeError::refused("no such number-only card is registered: see kakari-region card list")
}
