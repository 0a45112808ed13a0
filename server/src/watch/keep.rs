//! What was found, into the database.

use std::collections::BTreeMap;

use kakari_record::audit::TimeQuality;
use kakari_record::seal::FeedId;
use sqlx::{FromRow, PgConnection};

use super::Told;
use super::finding::{Finding, FindingKind};
use super::shifts::Shift;
use super::uses::Use;
use crate::office::review;

/// Where a tablet was left off.
#[derive(FromRow)]
pub(super) struct Place {
    pub(super) looked: i64,
    pub(super) carried: String,
    /// The last row that is stored.
    pub(super) last: i64,
    /// The tablet's key, of 32 or 65 bytes; none before it enrolled.
    pub(super) key: Option<Vec<u8>>,
    feed: Vec<u8>,
}

impl Place {
    pub(super) fn feed(&self) -> FeedId {
        FeedId::from_bytes(self.feed.as_slice().try_into().unwrap_or_default())
    }
}

/// Locks a tablet's place, so that each row is taken once.
pub(super) async fn lock(conn: &mut PgConnection, tablet: &str) -> Result<Place, sqlx::Error> {
    sqlx::query("INSERT INTO watch (tablet) VALUES ($1) ON CONFLICT DO NOTHING")
        .bind(tablet)
        .execute(&mut *conn)
        .await?;
    sqlx::query_as(
        "SELECT w.looked, w.carried, t.audit_last AS last, t.tablet_key AS key, r.feed
         FROM watch w JOIN tablet t ON t.id = w.tablet CROSS JOIN region r WHERE w.tablet = $1 FOR UPDATE OF w",
    )
    .bind(tablet)
    .fetch_one(conn)
    .await
}

/// The hashes of these rows of a tablet's chain.
pub(super) async fn hashes(
    conn: &mut PgConnection,
    tablet: &str,
    rows: &[i64],
) -> Result<BTreeMap<i64, Vec<u8>>, sqlx::Error> {
    if rows.is_empty() {
        return Ok(BTreeMap::new());
    }
    let stored = sqlx::query_as("SELECT sequence, hash FROM audit WHERE tablet = $1 AND sequence = ANY ($2)");
    let stored: Vec<(i64, Vec<u8>)> = stored.bind(tablet).bind(rows).fetch_all(conn).await?;
    Ok(stored.into_iter().collect())
}

/// Looked through up to here.
pub(super) async fn place(
    conn: &mut PgConnection,
    tablet: &str,
    looked: i64,
    carried: &str,
) -> Result<(), sqlx::Error> {
    let kept = sqlx::query("UPDATE watch SET looked = $2, carried = $3 WHERE tablet = $1");
    kept.bind(tablet).bind(looked).bind(carried).execute(conn).await?;
    Ok(())
}

pub(super) async fn uses(conn: &mut PgConnection, tablet: &str, uses: &[Use]) -> Result<(), sqlx::Error> {
    for one in uses {
        sqlx::query(
            "INSERT INTO break_glass (tablet, sequence, at, use) VALUES ($1, $2, $3, $4)
             ON CONFLICT (tablet, sequence) DO UPDATE SET use = $4",
        )
        .bind(tablet)
        .bind(number(one.sequence)?)
        .bind(one.at)
        .bind(json(one)?)
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

pub(super) async fn shifts(conn: &mut PgConnection, tablet: &str, shifts: &[Shift]) -> Result<(), sqlx::Error> {
    for shift in shifts {
        sqlx::query(
            "INSERT INTO shift (tablet, began, staff, at, ended_at, fallback, doubtful) VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (tablet, began, staff) DO UPDATE SET ended_at = $5",
        )
        .bind(tablet)
        .bind(number(shift.began)?)
        .bind(&shift.staff)
        .bind(shift.at)
        .bind(shift.ended_at)
        .bind(shift.fallback)
        .bind(shift.quality == TimeQuality::Doubtful)
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

/// Keeps what somebody found on the tablet itself.
pub(super) async fn reviews(conn: &mut PgConnection, tablet: &str, told: &[Told]) -> Result<(), sqlx::Error> {
    for review in told {
        sqlx::query(
            "INSERT INTO review (tablet, sequence, verdict, by, at, on_tablet) SELECT tablet, sequence, $3, $4, $5, true
             FROM break_glass WHERE tablet = $1 AND sequence = $2",
        )
        .bind(tablet)
        .bind(number(review.of)?)
        .bind(review::word(review.verdict))
        .bind(&review.by)
        .bind(review.at)
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

/// Keeps what was found; a code that began a shift is used, whatever it was before.
pub(super) async fn findings(conn: &mut PgConnection, tablet: &str, found: &[Finding]) -> Result<(), sqlx::Error> {
    for finding in found {
        sqlx::query(
            "INSERT INTO finding (tablet, sequence, kind, at, detail) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        )
        .bind(tablet)
        .bind(number(finding.sequence)?)
        .bind(finding.kind.word())
        .bind(finding.at)
        .bind(json(&finding.kind)?)
        .execute(&mut *conn)
        .await?;
        if let FindingKind::Fallback { code, .. } = &finding.kind {
            let used = sqlx::query(
                "UPDATE fallback_code SET state = 'used', used_at = $3, ended_at = now()
                 WHERE tablet = $1 AND id = decode($2, 'hex') AND state <> 'used'",
            );
            used.bind(tablet).bind(code).bind(finding.at).execute(&mut *conn).await?;
        }
    }
    Ok(())
}

fn json(value: &impl serde::Serialize) -> Result<String, sqlx::Error> {
    serde_json::to_string(value).map_err(|error| sqlx::Error::Encode(error.into()))
}

fn number(sequence: u64) -> Result<i64, sqlx::Error> {
    i64::try_from(sequence).map_err(|error| sqlx::Error::Encode(error.into()))
}
