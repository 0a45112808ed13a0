//! Crews: who may sign in to a tablet, and with which card.

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::{FromRow, PgConnection};

use super::{CardCertificate, Office, OfficeError};
use crate::office_log;

const LONGEST: usize = 64;

/// A staff member as the office sees one.
#[derive(Clone, Debug, Serialize, FromRow)]
pub struct Line {
    /// Staff number.
    pub id: String,
    /// Name as the tablet's top bar shows it.
    pub name: String,
    /// `active`, `left`.
    pub state: String,
    /// Serials in hexadecimal of the cards that sign in.
    pub cards: Vec<String>,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// When they left.
    pub ended_at: Option<DateTime<Utc>>,
}

/// Adds somebody. Whoever left comes back under the same number, with a new card.
pub async fn add(conn: &mut PgConnection, who: &str, id: &str, name: &str) -> Office<()> {
    let fits = |text: &str| !text.trim().is_empty() && text.len() <= LONGEST && !text.chars().any(char::is_control);
    if !fits(id) || !fits(name) {
        return Err(OfficeError::refused("a staff number and a name have 1 to 64 bytes, in one line"));
    }
    let added = sqlx::query(
        "INSERT INTO staff (id, name, state) VALUES ($1, $2, 'active') ON CONFLICT (id)
         DO UPDATE SET name = $2, state = 'active', ended_at = NULL WHERE staff.state = 'left'",
    )
    .bind(id)
    .bind(name)
    .execute(&mut *conn)
    .await?;
    if added.rows_affected() == 0 {
        return Err(OfficeError::refused("somebody active has this staff number already (kakari-region staff list)"));
    }
    Ok(office_log::note(conn, who, "staff added", id).await?)
}

/// Somebody leaves: the next roster is without them, and their cards are refused.
pub async fn leave(conn: &mut PgConnection, who: &str, id: &str) -> Office<bool> {
    let left = sqlx::query("UPDATE staff SET state = 'left', ended_at = now() WHERE id = $1 AND state = 'active'")
        .bind(id)
        .execute(&mut *conn)
        .await?;
    if left.rows_affected() == 0 {
        known(conn, id).await?;
        return Ok(false);
    }
    sqlx::query("UPDATE staff_card SET state = 'replaced', ended_at = now() WHERE staff = $1 AND state = 'active'")
        .bind(id)
        .execute(&mut *conn)
        .await?;
    office_log::note(conn, who, "staff left", id).await?;
    Ok(true)
}

/// Registers a staff card: from the next roster on it signs in.
pub async fn register_card(conn: &mut PgConnection, who: &str, id: &str, card: &CardCertificate) -> Office<()> {
    if known(conn, id).await? != "active" {
        return Err(OfficeError::refused("this staff member has left: add them again before the card"));
    }
    card.check_holder(id, true)?;
    let put = sqlx::query(
        "INSERT INTO staff_card (serial, staff, public_key, state)
         SELECT $1, $2, $3, 'active' WHERE NOT EXISTS (SELECT FROM staff_card WHERE public_key = $3)
         AND NOT EXISTS (SELECT FROM card WHERE public_key = $3 OR serial = $1) ON CONFLICT DO NOTHING",
    )
    .bind(&card.serial)
    .bind(id)
    .bind(card.public_key.as_slice())
    .execute(&mut *conn)
    .await?;
    if put.rows_affected() == 0 {
        return Err(OfficeError::refused("a card with this serial or this key is registered already"));
    }
    Ok(office_log::note(conn, who, "staff card registered", &hex::encode(&card.serial)).await?)
}

/// A staff card is lost: the next roster is without it. False when it was already.
pub async fn lose_card(conn: &mut PgConnection, who: &str, serial: &[u8]) -> Office<bool> {
    let lost =
        sqlx::query("UPDATE staff_card SET state = 'lost', ended_at = now() WHERE serial = $1 AND state = 'active'")
            .bind(serial)
            .execute(&mut *conn)
            .await?;
    if lost.rows_affected() == 0 {
        let here: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM staff_card WHERE serial = $1)")
            .bind(serial)
            .fetch_one(conn)
            .await?;
        let unknown = "no staff card with this serial is registered: see kakari-region staff list";
        return if here { Ok(false) } else { Err(OfficeError::refused(unknown)) };
    }
    office_log::note(conn, who, "staff card lost", &hex::encode(serial)).await?;
    Ok(true)
}

/// Another card stands in the place of this one: the next roster is without it.
pub async fn replace_card(conn: &mut PgConnection, who: &str, serial: &[u8]) -> Office<()> {
    sqlx::query("UPDATE staff_card SET state = 'replaced', ended_at = now() WHERE serial = $1 AND state = 'active'")
        .bind(serial)
        .execute(&mut *conn)
        .await?;
    Ok(office_log::note(conn, who, "staff card replaced", &hex::encode(serial)).await?)
}

/// Everybody, in the order of their numbers.
pub async fn list(conn: &mut PgConnection) -> Office<Vec<Line>> {
    let lines = sqlx::query_as(
        "SELECT s.id, s.name, s.state, s.created_at, s.ended_at, ARRAY(SELECT encode(c.serial, 'hex') FROM staff_card c
         WHERE c.staff = s.id AND c.state = 'active' ORDER BY c.created_at) AS cards FROM staff s ORDER BY s.id",
    )
    .fetch_all(conn)
    .await?;
    Ok(lines)
}

/// The state of somebody that there has to be.
async fn known(conn: &mut PgConnection, id: &str) -> Office<String> {
    let state = sqlx::query_scalar("SELECT state FROM staff WHERE id = $1 FOR UPDATE").bind(id).fetch_optional(conn);
    let unknown = || OfficeError::refused("nobody has this staff number: see kakari-region staff list");
    state.await?.ok_or_else(unknown)
}
