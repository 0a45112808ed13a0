//! A batch into the database: all of it or nothing, each row once.

use chrono::{DateTime, Utc};
use kakari_sync::AuditBatch;
use sqlx::{PgConnection, PgPool, Row};

use crate::office_log;

/// What became of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// All of its rows are stored for good.
    Stored {
        /// When its last row came, this time or before.
        received_at: DateTime<Utc>,
    },
    /// Rows before it are not here.
    Gap {
        /// The row that is expected.
        expected: u64,
    },
    /// Other rows stand where these should.
    Conflict,
}

/// Locks the tablet's row, so that its batches come one after another. The receipt is a promise: whatever the database's
/// setting is, this commit waits for the disk.
const LOCK: &str = "SELECT audit_last, audit_head, set_config('synchronous_commit', 'on', true) \
     FROM tablet WHERE id = $1 FOR UPDATE";
const INSERT: &str = "WITH stored AS (\
     INSERT INTO audit (tablet, sequence, event, hash) \
     SELECT $1, r.sequence, r.event, r.hash FROM unnest($2::bigint[], $3::bytea[], $4::bytea[]) r(sequence, event, hash)) \
     UPDATE tablet SET audit_last = $5, audit_head = $6, last_contact = now() WHERE id = $1 RETURNING now()";

/// Stores the rows of `batch` (whose hashes these are) that are not stored yet.
pub(super) async fn store(pool: &PgPool, batch: &AuditBatch, hashes: &[[u8; 32]]) -> Result<Outcome, sqlx::Error> {
    let mut tx = pool.begin().await?;
    let row = sqlx::query(LOCK).bind(&batch.tablet).fetch_one(&mut *tx).await?;
    let (known, head): (i64, Vec<u8>) = (row.try_get(0)?, row.try_get(1)?);
    let known = u64::try_from(known).unwrap_or_default();
    if batch.first > known.saturating_add(1) {
        return Ok(Outcome::Gap { expected: known.saturating_add(1) });
    }
    if !follows(&mut tx, batch, hashes, known, &head).await? {
        note_conflict(&mut tx, batch).await?;
        tx.commit().await?;
        return Ok(Outcome::Conflict);
    }
    let received_at = if batch.last() > known {
        insert(&mut tx, batch, hashes, known).await?
    } else {
        let stored = sqlx::query_scalar("SELECT received_at FROM audit WHERE tablet = $1 AND sequence = $2");
        stored.bind(&batch.tablet).bind(number(batch.last())?).fetch_one(&mut *tx).await?
    };
    tx.commit().await?;
    Ok(Outcome::Stored { received_at })
}

/// Whether the batch continues the chain that is stored. Each hash covers every row before it, so where both have a row,
/// one equal hash means that all of them are equal up to there.
async fn follows(
    conn: &mut PgConnection,
    batch: &AuditBatch,
    hashes: &[[u8; 32]],
    known: u64,
    head: &[u8],
) -> Result<bool, sqlx::Error> {
    let common = known.min(batch.last());
    let Some(index) = common.checked_sub(batch.first) else { return Ok(batch.previous == head) };
    let ours: Option<Vec<u8>> = sqlx::query_scalar("SELECT hash FROM audit WHERE tablet = $1 AND sequence = $2")
        .bind(&batch.tablet)
        .bind(number(common)?)
        .fetch_optional(conn)
        .await?;
    let theirs = usize::try_from(index).ok().and_then(|index| hashes.get(index));
    Ok(theirs.map(|hash| hash.as_slice()) == ours.as_deref() && ours.is_some())
}

async fn insert(
    conn: &mut PgConnection,
    batch: &AuditBatch,
    hashes: &[[u8; 32]],
    known: u64,
) -> Result<DateTime<Utc>, sqlx::Error> {
    let (mut sequences, mut events, mut new) = (Vec::new(), Vec::new(), Vec::new());
    let rows = (batch.first..).zip(batch.events.iter().zip(hashes));
    for (sequence, (event, hash)) in rows.filter(|(sequence, _)| *sequence > known) {
        sequences.push(number(sequence)?);
        events.push(event.as_slice());
        new.push(hash.as_slice());
    }
    sqlx::query_scalar(INSERT)
        .bind(&batch.tablet)
        .bind(sequences)
        .bind(events)
        .bind(new)
        .bind(number(batch.last())?)
        .bind(batch.head.as_slice())
        .fetch_one(conn)
        .await
}

/// Once for each place, however often the tablet tries again.
async fn note_conflict(conn: &mut PgConnection, batch: &AuditBatch) -> Result<(), sqlx::Error> {
    let subject = format!("{} from row {}", batch.tablet, batch.first);
    let noted = sqlx::query_scalar("SELECT EXISTS (SELECT FROM office_log WHERE what = $1 AND subject = $2)");
    if !noted.bind(office_log::CONFLICT).bind(&subject).fetch_one(&mut *conn).await? {
        office_log::note(conn, &format!("tablet {}", batch.tablet), office_log::CONFLICT, &subject).await?;
    }
    Ok(())
}

/// A sequence as the database counts; the batch's own check keeps it far below the end.
fn number(sequence: u64) -> Result<i64, sqlx::Error> {
    i64::try_from(sequence).map_err(|error| sqlx::Error::Encode(error.into()))
}
