//! Residents' cards. The office registers the public half; the key never leaves the card.

use kakari_record::model::CommonNumber;
use sqlx::PgConnection;

use super::resident::{self, Locked};
use super::{CardCertificate, Office, OfficeError};
use crate::change::{self, What};
use crate::office_log;

pub use super::card_list::{Line, list};

/// Why a card no longer opens anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Lost or stolen.
    Lost,
    /// Another one stands in its place.
    Replaced,
}

impl Ended {
    const fn word(self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::Replaced => "replaced",
        }
    }
}

/// Registers a resident's card: from the next publication on it opens the record.
pub async fn register(conn: &mut PgConnection, who: &str, number: &CommonNumber, card: &CardCertificate) -> Office<()> {
    let locked = resident::lock_known(conn, number).await?;
    card.check_holder(number.digits(), false)?;
    put(conn, who, &locked, card).await?;
    Ok(change::note(conn, locked.id, What::Cards).await?)
}

/// A card is lost: it opens nothing from the next publication on, and tablets refuse it. False when it was already.
pub async fn lose(conn: &mut PgConnection, who: &str, serial: &[u8]) -> Office<bool> {
    let Some(resident) = end(conn, who, serial, Ended::Lost).await? else { return Ok(false) };
    change::note(conn, resident, What::Cards).await?;
    Ok(true)
}

/// Registers `card` in the place of the one with `old` serial, for the same resident.
pub async fn reissue(conn: &mut PgConnection, who: &str, old: &[u8], card: &CardCertificate) -> Office<()> {
    let number = holder(conn, old).await?;
    let locked = resident::lock_known(conn, &number).await?;
    card.check_holder(number.digits(), false)?;
    put(conn, who, &locked, card).await?;
    end(conn, who, old, Ended::Replaced).await?;
    Ok(change::note(conn, locked.id, What::Cards).await?)
}

/// Whose card it is, or was.
pub(super) async fn holder(conn: &mut PgConnection, serial: &[u8]) -> Office<CommonNumber> {
    let number: Option<String> =
        sqlx::query_scalar("SELECT r.number FROM card c JOIN resident r ON r.id = c.resident WHERE c.serial = $1")
            .bind(serial)
            .fetch_optional(conn)
            .await?;
    resident::number(&number.ok_or_else(unknown)?)
}

/// Puts a card of a resident whose row is locked.
pub(super) async fn put(conn: &mut PgConnection, who: &str, of: &Locked, card: &CardCertificate) -> Office<()> {
    let put = sqlx::query(
        "INSERT INTO card (serial, resident, public_key, state, valid_until)
         SELECT $1, $2, $3, 'active', $4 WHERE NOT EXISTS (SELECT FROM card WHERE public_key = $3)
         AND NOT EXISTS (SELECT FROM staff_card WHERE public_key = $3 OR serial = $1) ON CONFLICT DO NOTHING",
    )
    .bind(&card.serial)
    .bind(of.id)
    .bind(card.public_key.as_slice())
    .bind(card.valid_until);
    if put.execute(&mut *conn).await?.rows_affected() == 0 {
        return Err(OfficeError::refused(
            "a card with this serial or this key is registered already; every card has its own (kakari-region card list)",
        ));
    }
    Ok(office_log::note(conn, who, "card registered", &hex::encode(&card.serial)).await?)
}

/// The resident whose card ended; `None` when it had before.
pub(super) async fn end(conn: &mut PgConnection, who: &str, serial: &[u8], how: Ended) -> Office<Option<i64>> {
    // The resident's row first, as everywhere: two who end cards of one resident wait for each other.
    let resident: Option<i64> = sqlx::query_scalar(
        "SELECT id FROM resident WHERE id = (SELECT resident FROM card WHERE serial = $1) FOR UPDATE",
    )
    .bind(serial)
    .fetch_optional(&mut *conn)
    .await?;
    let resident = resident.ok_or_else(unknown)?;
    let ended = sqlx::query("UPDATE card SET state = $2, ended_at = now() WHERE serial = $1 AND state = 'active'")
        .bind(serial)
        .bind(how.word())
        .execute(&mut *conn)
        .await?;
    if ended.rows_affected() == 0 {
        return Ok(None);
    }
    office_log::note(conn, who, &format!("card {}", how.word()), &hex::encode(serial)).await?;
    Ok(Some(resident))
}

fn unknown() -> OfficeError {
    OfficeError::refused("no card with this serial is registered: see kakari-region card list")
}
