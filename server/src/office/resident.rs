//! Residents: who they are to the office, and whether anything of them may be published.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use kakari_record::model::CommonNumber;
use kakari_record::seal::RecordId;
use serde::Serialize;
use sqlx::{FromRow, PgConnection, Row};

use super::{Office, OfficeError};
use crate::change::{self, What};
use crate::keys::KeyError;
use crate::office_log;

/// Consent to being seen in an emergency. Only `given` is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Consent {
    /// The resident agreed.
    Given,
    /// The resident took it back, or refused.
    Withdrawn,
    /// Nobody has asked yet.
    Absent,
}

/// Whether somebody still is a resident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Status {
    /// Lives here.
    Resident,
    /// Moved to another region.
    Moved,
    /// Died.
    Deceased,
}

macro_rules! words {
    ($name:ident { $($variant:ident = $word:literal),* }) => {
        impl $name {
            /// Its word in the database.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }
        }
        impl FromStr for $name {
            type Err = OfficeError;
            fn from_str(word: &str) -> Office<Self> {
                match word {
                    $($word => Ok(Self::$variant),)*
                    _ => Err(OfficeError::refused(concat!("one of:", $(" ", $word),*))),
                }
            }
        }
    };
}
words!(Consent { Given = "given", Withdrawn = "withdrawn", Absent = "absent" });
words!(Status { Resident = "resident", Moved = "moved", Deceased = "deceased" });

/// A resident's row, locked until the transaction ends.
pub struct Locked {
    /// Key in the database.
    pub id: i64,
    /// The record.
    pub record: RecordId,
    /// Consent as it stands.
    pub consent: Consent,
    /// Since when.
    pub consent_at: DateTime<Utc>,
    /// Status as it stands.
    pub status: Status,
}

/// A resident as the office sees one. The number is a patient's: for the office's eyes, never for a log.
#[derive(Clone, Serialize, FromRow)]
pub struct Line {
    /// The 16-digit common number.
    pub number: String,
    /// Record id in hexadecimal.
    pub record: String,
    /// `given`, `withdrawn`, `absent`.
    pub consent: String,
    /// Since when.
    pub consent_at: DateTime<Utc>,
    /// `resident`, `moved`, `deceased`.
    pub status: String,
    /// Version of the last sealing; 0 before the first.
    pub version: i64,
    /// Documents that are kept.
    pub documents: i64,
    /// Cards in use, of every kind.
    pub cards: i64,
    /// Whether tablets are given the record.
    pub published: bool,
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Line({}, [redacted])", self.record)
    }
}

const LINE: &str = "SELECT r.number, encode(r.record, 'hex') AS record, r.consent, r.consent_at, r.status, r.version,
    (SELECT count(*) FROM document d WHERE d.resident = r.id) AS documents,
    (SELECT count(*) FROM card c WHERE c.resident = r.id AND c.state = 'active')
        + (SELECT count(*) FROM plain_card c WHERE c.resident = r.id AND c.state = 'active') AS cards,
    EXISTS (SELECT FROM published p WHERE p.record = r.record AND NOT p.removed) AS published
    FROM resident r";

/// Reads a common number as it was typed; spaces and hyphens do not count.
pub fn number(typed: &str) -> Office<CommonNumber> {
    let digits: String = typed.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    digits.parse().map_err(|_| OfficeError::refused("not a common number: it has sixteen digits"))
}

/// Locks a resident's row.
pub async fn lock(conn: &mut PgConnection, number: &CommonNumber) -> Office<Option<Locked>> {
    let row = sqlx::query("SELECT id, record, consent, consent_at, status FROM resident WHERE number = $1 FOR UPDATE");
    let Some(row) = row.bind(number.digits()).fetch_optional(conn).await? else { return Ok(None) };
    let record = row.try_get::<Vec<u8>, _>("record")?.try_into().map_err(|_| KeyError::Damaged("record id"))?;
    Ok(Some(Locked {
        id: row.try_get("id")?,
        record: RecordId::from_bytes(record),
        consent: row.try_get::<String, _>("consent")?.parse()?,
        consent_at: row.try_get("consent_at")?,
        status: row.try_get::<String, _>("status")?.parse()?,
    }))
}

/// As [`lock`], when there has to be one.
pub async fn lock_known(conn: &mut PgConnection, number: &CommonNumber) -> Office<Locked> {
    lock(conn, number).await?.ok_or_else(unknown)
}

fn unknown() -> OfficeError {
    OfficeError::refused("no resident has this number: check it, or add the resident (kakari-region resident add)")
}

/// Adds a resident.
pub async fn add(conn: &mut PgConnection, who: &str, number: &CommonNumber, consent: Consent) -> Office<RecordId> {
    let record = RecordId::make().map_err(|_| KeyError::NoRandom)?;
    let added =
        sqlx::query("INSERT INTO resident (number, record, consent) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
            .bind(number.digits())
            .bind(record.as_bytes().as_slice())
            .bind(consent.word())
            .execute(&mut *conn)
            .await?;
    if added.rows_affected() == 0 {
        return Err(OfficeError::refused("a resident with this number is here already; nothing was changed"));
    }
    office_log::note(conn, who, &format!("resident added, consent {}", consent.word()), &hex(record)).await?;
    Ok(record)
}

/// Writes down what the resident said. True when that is something new.
pub async fn set_consent(conn: &mut PgConnection, who: &str, number: &CommonNumber, consent: Consent) -> Office<bool> {
    let locked = lock_known(conn, number).await?;
    if locked.consent == consent {
        return Ok(false);
    }
    set_consent_of(conn, who, &locked, consent).await?;
    Ok(true)
}

/// The same for a row that is locked.
pub(crate) async fn set_consent_of(conn: &mut PgConnection, who: &str, of: &Locked, consent: Consent) -> Office<()> {
    sqlx::query("UPDATE resident SET consent = $2, consent_at = now() WHERE id = $1")
        .bind(of.id)
        .bind(consent.word())
        .execute(&mut *conn)
        .await?;
    change::note(conn, of.id, what_now(consent, of.status)).await?;
    office_log::note(conn, who, &format!("consent {}", consent.word()), &hex(of.record)).await?;
    Ok(())
}

/// Writes down that somebody moved, died, or is back. True when that is something new.
pub async fn set_status(conn: &mut PgConnection, who: &str, number: &CommonNumber, status: Status) -> Office<bool> {
    let locked = lock_known(conn, number).await?;
    if locked.status == status {
        return Ok(false);
    }
    sqlx::query("UPDATE resident SET status = $2 WHERE id = $1")
        .bind(locked.id)
        .bind(status.word())
        .execute(&mut *conn)
        .await?;
    change::note(conn, locked.id, what_now(locked.consent, status)).await?;
    office_log::note(conn, who, &format!("status {}", status.word()), &hex(locked.record)).await?;
    Ok(true)
}

/// What the publisher has to do for somebody of this consent and status.
pub(crate) fn what_now(consent: Consent, status: Status) -> What {
    if consent == Consent::Given && status == Status::Resident { What::Record } else { What::Removal }
}

/// One resident; `None` when nobody has the number.
pub async fn show(conn: &mut PgConnection, number: &CommonNumber) -> Office<Option<Line>> {
    let query = sqlx::AssertSqlSafe(format!("{LINE} WHERE r.number = $1"));
    Ok(sqlx::query_as(query).bind(number.digits()).fetch_optional(conn).await?)
}

/// Residents in the order of their numbers, at most `limit`, those after `after`.
pub async fn list(
    conn: &mut PgConnection,
    consent: Option<Consent>,
    after: Option<&CommonNumber>,
    limit: i64,
) -> Office<Vec<Line>> {
    let query = sqlx::AssertSqlSafe(format!(
        "{LINE} WHERE ($1::text IS NULL OR r.consent = $1) AND r.number > $2 ORDER BY r.number LIMIT $3"
    ));
    let after = after.map_or("", CommonNumber::digits);
    Ok(sqlx::query_as(query).bind(consent.map(Consent::word)).bind(after).bind(limit).fetch_all(conn).await?)
}

/// A record id as the log and the screen have it.
pub fn hex(record: RecordId) -> String {
    hex::encode(record.as_bytes())
}

/// A document as the office sees it: never what is in it.
#[derive(Clone, Debug, Serialize, FromRow)]
pub struct DocumentLine {
    /// Who sent it.
    pub sender: String,
    /// Which kind.
    pub kind: String,
    /// When it was written.
    pub as_of: DateTime<Utc>,
    /// When it came.
    pub received_at: DateTime<Utc>,
}

/// A resident's documents, the newest first.
pub async fn documents(conn: &mut PgConnection, number: &CommonNumber) -> Office<Vec<DocumentLine>> {
    let lines = sqlx::query_as(
        "SELECT d.sender, d.kind, d.as_of, d.received_at FROM document d JOIN resident r ON r.id = d.resident
         WHERE r.number = $1 ORDER BY d.as_of DESC, d.id",
    );
    Ok(lines.bind(number.digits()).fetch_all(conn).await?)
}
