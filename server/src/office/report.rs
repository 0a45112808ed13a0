//! Use and state of the region, in figures. Nothing of a patient.

pub mod figures;
mod walk;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::PgConnection;

pub use self::walk::{Figures, Kinds, UNKNOWN};
use super::review::{self, Reviews};
use super::{Office, epoch, tablet};

/// The report.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The region's name.
    pub region: String,
    /// The feed's generation.
    pub generation: i64,
    /// The last sequence number.
    pub sequence: i64,
    /// Residents by consent; those who moved or died are not among them.
    pub residents: BTreeMap<String, i64>,
    /// Residents who moved or died.
    pub gone: i64,
    /// Records that tablets are given.
    pub published: i64,
    /// Changes that wait for the publisher.
    pub waiting: i64,
    /// Documents that are kept.
    pub documents: i64,
    /// Residents' cards by state.
    pub cards: BTreeMap<String, i64>,
    /// Vault epochs.
    pub epochs: Vec<epoch::Line>,
    /// Tablets.
    pub tablets: Vec<tablet::Line>,
    /// Audit events by month (in Japan) and kind, with its reason or basis: `card_refused.revoked`.
    pub events: BTreeMap<String, Kinds>,
    /// What crews did, in figures.
    pub usage: Figures,
    /// Uses of break-glass and how many of them somebody has looked at.
    pub reviews: Reviews,
}

/// Counts everything. Walks the whole audit.
pub async fn make(conn: &mut PgConnection, now: DateTime<Utc>) -> Office<Report> {
    let (region, generation, sequence) =
        sqlx::query_as("SELECT name, generation, sequence FROM region").fetch_one(&mut *conn).await?;
    let (gone, published, waiting, documents) = sqlx::query_as(
        "SELECT (SELECT count(*) FROM resident WHERE status <> 'resident'),
                (SELECT count(*) FROM published WHERE NOT removed),
                (SELECT count(*) FROM change), (SELECT count(*) FROM document)",
    )
    .fetch_one(&mut *conn)
    .await?;
    let (events, usage) = walk::walk(conn).await?;
    Ok(Report {
        region,
        generation,
        sequence,
        residents: counts(conn, "SELECT consent, count(*) FROM resident WHERE status = 'resident' GROUP BY consent")
            .await?,
        gone,
        published,
        waiting,
        documents,
        cards: counts(conn, CARDS).await?,
        epochs: epoch::list(conn).await?,
        tablets: tablet::list(conn, now).await?,
        events,
        usage,
        reviews: review::counts(conn).await?,
    })
}

/// A registration that was a mistake is no card that ever was.
const CARDS: &str = "
    SELECT state, count(*) FROM (SELECT state FROM card UNION ALL SELECT state FROM plain_card WHERE state <> 'mistaken')
    AS every GROUP BY state";

async fn counts(conn: &mut PgConnection, sql: &'static str) -> Office<BTreeMap<String, i64>> {
    let rows: Vec<(String, i64)> = sqlx::query_as(sql).fetch_all(conn).await?;
    Ok(rows.into_iter().collect())
}
