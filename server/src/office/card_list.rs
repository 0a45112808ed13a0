//! Residents' cards of every kind, as the office sees them.

use std::fmt;

use chrono::{DateTime, Utc};
use kakari_record::model::CommonNumber;
use serde::Serialize;
use sqlx::{FromRow, PgConnection};

use super::Office;

/// A card as the office sees it.
#[derive(Clone, Serialize, FromRow)]
pub struct Line {
    /// Serial in hexadecimal; of a number-only card `felica:IDM` or `type-a:UID`.
    pub serial: String,
    /// `certificate`, `felica`, `type-a`.
    pub kind: String,
    /// The resident's record id in hexadecimal.
    pub record: String,
    /// `active`, `lost`, `replaced`, `mistaken`.
    pub state: String,
    /// The end of its time, where its certificate was seen.
    pub valid_until: Option<DateTime<Utc>>,
    /// The epoch of the key that was written to a number-only card.
    pub key_epoch: Option<i32>,
    /// `current`, `old`, `retired`.
    pub key_state: Option<String>,
    /// When it was registered.
    pub created_at: DateTime<Utc>,
    /// When it was lost or replaced, or taken back.
    pub ended_at: Option<DateTime<Utc>>,
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Line({}, {}, [redacted])", self.record, self.kind)
    }
}

/// $1: a common number or NULL for all. $2: only those in use whose key is of another epoch than the current one.
const LINES: &str = "
    SELECT * FROM (
        SELECT encode(c.serial, 'hex') AS serial, 'certificate' AS kind, encode(r.record, 'hex') AS record, c.state,
            c.valid_until, NULL::integer AS key_epoch, NULL::text AS key_state, c.created_at, c.ended_at
        FROM card c JOIN resident r ON r.id = c.resident WHERE ($1::text IS NULL OR r.number = $1) AND NOT $2
        UNION ALL
        SELECT p.kind || ':' || upper(encode(p.identifier, 'hex')), p.kind, encode(r.record, 'hex'), p.state,
            NULL, p.key_epoch, e.state, p.created_at, p.ended_at
        FROM plain_card p JOIN resident r ON r.id = p.resident LEFT JOIN vault_epoch e ON e.epoch = p.key_epoch
        WHERE ($1::text IS NULL OR r.number = $1) AND (NOT $2 OR (p.state = 'active' AND e.state <> 'current'))
    ) AS every ORDER BY created_at DESC, serial LIMIT $3";

/// Cards, the newest first: of one resident, or at most `limit` of all.
pub async fn list(conn: &mut PgConnection, number: Option<&CommonNumber>, limit: i64) -> Office<Vec<Line>> {
    let lines = sqlx::query_as(LINES).bind(number.map(CommonNumber::digits)).bind(false).bind(limit);
    Ok(lines.fetch_all(conn).await?)
}

/// Cards in use whose key was derived from another vault key than the current one: they are to be replaced.
pub async fn with_old_keys(conn: &mut PgConnection, number: Option<&CommonNumber>, limit: i64) -> Office<Vec<Line>> {
    let lines = sqlx::query_as(LINES).bind(number.map(CommonNumber::digits)).bind(true).bind(limit);
    Ok(lines.fetch_all(conn).await?)
}
