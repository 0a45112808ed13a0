//! What the office is told of the tablets' audit: uses of break-glass, shifts, single rows that somebody should look at.
//!
//! Rows are looked through once, in the order of each tablet's chain, after they were stored: a receipt never waits for
//! it, and nothing that goes wrong here can keep a row from being acknowledged. How far a tablet was looked through, and
//! what was under way there, lies in `watch`; whoever opens a page, runs a command, or serves ([`keep_up`]) goes on from
//! there, one at a time for each tablet.

mod checkpoint;
mod finding;
mod keep;
pub mod shifts;
pub mod uses;

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use kakari_record::audit::{AuditEvent, AuditKind, Checkpoint, ReviewVerdict};
use kakari_record::cbor;
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, PgPool};

use checkpoint::{Claimed, Owner};
pub use finding::{Finding, FindingKind};
use shifts::Shifts;
use uses::Uses;

/// The form of audit rows.
pub(crate) const EVENT_FORM: u8 = 1;
const PAGE: i64 = 2_000;
const EVERY: Duration = Duration::from_secs(5);

/// What is under way on a tablet at the row up to which it was looked through.
#[derive(Default, Serialize, Deserialize)]
struct Carried {
    #[serde(default)]
    uses: Uses,
    #[serde(default)]
    shifts: Shifts,
}

/// A row as it is stored.
#[derive(sqlx::FromRow)]
struct Row {
    sequence: i64,
    event: Vec<u8>,
}

/// A row as this program reads it: none when a later version wrote it.
pub(crate) fn read(event: &[u8]) -> Option<AuditEvent> {
    cbor::decode_versioned(EVENT_FORM, event).ok()
}

/// Looks through what has come since the last time, for `most` at the longest. How many rows are left.
///
/// # Errors
///
/// Those of the database; what was looked through until then stays so.
pub async fn catch_up(pool: &PgPool, most: Duration) -> Result<u64, sqlx::Error> {
    let begun = Instant::now();
    let mut conn = pool.acquire().await?;
    let behind: Vec<(String, i64)> = sqlx::query_as(
        "SELECT t.id, t.audit_last - coalesce(w.looked, 0) FROM tablet t LEFT JOIN watch w ON w.tablet = t.id
         WHERE t.audit_last > coalesce(w.looked, 0) ORDER BY t.id",
    )
    .fetch_all(&mut *conn)
    .await?;
    let mut left = 0;
    for (tablet, mut rows) in behind {
        while rows > 0 && begun.elapsed() < most {
            rows = look(&mut conn, &tablet).await?;
        }
        left += u64::try_from(rows).unwrap_or(0);
    }
    Ok(left)
}

/// Looks through what comes until `stop`: so what a tablet told is known also when nobody opens a page.
pub async fn keep_up(pool: PgPool, stop: impl Future<Output = ()>) {
    tokio::pin!(stop);
    loop {
        if let Err(error) = catch_up(&pool, EVERY).await {
            tracing::warn!("the tablets' audit could not be looked through: {error}");
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            () = &mut stop => return,
        }
    }
}

/// A page of one tablet's rows, in one transaction. How many rows are left.
async fn look(conn: &mut PgConnection, tablet: &str) -> Result<i64, sqlx::Error> {
    let mut tx = sqlx::Connection::begin(conn).await?;
    let place = keep::lock(&mut tx, tablet).await?;
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT sequence, event FROM audit WHERE tablet = $1 AND sequence > $2 ORDER BY sequence LIMIT $3",
    )
    .bind(tablet)
    .bind(place.looked)
    .bind(PAGE)
    .fetch_all(&mut *tx)
    .await?;
    let Some(last) = rows.last().map(|row| row.sequence) else { return Ok(0) };
    let mut carried: Carried = serde_json::from_str(&place.carried).unwrap_or_default();
    let mut found = Found::default();
    for row in &rows {
        found.take(&mut carried, row);
    }
    let owner = Owner { tablet, feed: place.feed(), key: place.key.as_deref() };
    let reviews = std::mem::take(&mut found.reviews);
    let findings = found.finish(&owner, &mut tx).await?;
    keep::findings(&mut tx, tablet, &findings).await?;
    keep::uses(&mut tx, tablet, &carried.uses.take_touched()).await?;
    keep::reviews(&mut tx, tablet, &reviews).await?;
    keep::shifts(&mut tx, tablet, &carried.shifts.take_touched()).await?;
    let text = serde_json::to_string(&carried).map_err(|error| sqlx::Error::Encode(error.into()))?;
    keep::place(&mut tx, tablet, last, &text).await?;
    tx.commit().await?;
    Ok(place.last - last)
}

/// What a page of rows tells.
#[derive(Default)]
struct Found {
    findings: Vec<Finding>,
    checkpoints: Vec<Claimed>,
    reviews: Vec<Told>,
}

/// What somebody at the station found, as the tablet's own audit has it.
struct Told {
    of: u64,
    verdict: ReviewVerdict,
    by: String,
    at: DateTime<Utc>,
}

impl Found {
    fn take(&mut self, carried: &mut Carried, row: &Row) {
        let Some(event) = read(&row.event) else {
            carried.uses.take_unread();
            return;
        };
        let sequence = u64::try_from(row.sequence).unwrap_or_default();
        if !carried.uses.take(sequence, &event) {
            self.findings.push(Finding::without_break_glass(sequence, &event));
        }
        carried.shifts.take(sequence, &event);
        self.findings.extend(Finding::of(sequence, &event));
        match &event.kind {
            AuditKind::BreakGlassReviewed { sequence, verdict, reviewer } => {
                self.reviews.push(Told { of: *sequence, verdict: *verdict, by: reviewer.clone(), at: event.at });
            }
            AuditKind::Checkpoint { .. } => {
                let checkpoint = Checkpoint::of(&event.kind);
                self.checkpoints.push(Claimed { row: sequence, event, checkpoint });
            }
            _ => {}
        }
    }

    /// Holds the checkpoints against the chain that is stored.
    async fn finish(mut self, owner: &Owner<'_>, conn: &mut PgConnection) -> Result<Vec<Finding>, sqlx::Error> {
        let rows: Vec<i64> = self.checkpoints.iter().filter_map(Claimed::of_row).collect();
        let hashes = keep::hashes(conn, owner.tablet, &rows).await?;
        for claimed in &self.checkpoints {
            let stored = claimed.of_row().and_then(|row| hashes.get(&row));
            if !claimed.holds(owner, stored.map(Vec::as_slice)) {
                self.findings.push(Finding::wrong_checkpoint(claimed.row, &claimed.event));
            }
        }
        Ok(self.findings)
    }
}
