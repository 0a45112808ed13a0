//! Use and state of the region, in figures. Nothing of a patient.

mod usage;

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, Utc};
use kakari_record::audit::AuditEvent;
use kakari_record::cbor;
use serde::Serialize;
use sqlx::PgConnection;

pub use self::usage::Usage;
use super::{Office, epoch, tablet};

/// The form of audit rows.
const EVENT_FORM: u8 = 1;
const PAGE: i64 = 5_000;
const JAPAN: FixedOffset = match FixedOffset::east_opt(9 * 3_600) {
    Some(japan) => japan,
    None => panic!("nine hours are less than a day"),
};

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
    pub events: BTreeMap<String, BTreeMap<String, u64>>,
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
        cards: counts(conn, "SELECT state, count(*) FROM card GROUP BY state").await?,
        epochs: epoch::list(conn).await?,
        tablets: tablet::list(conn, now).await?,
        events: events(conn).await?,
    })
}

async fn counts(conn: &mut PgConnection, sql: &'static str) -> Office<BTreeMap<String, i64>> {
    let rows: Vec<(String, i64)> = sqlx::query_as(sql).fetch_all(conn).await?;
    Ok(rows.into_iter().collect())
}

/// Page by page: an audit of years does not fit into memory.
async fn events(conn: &mut PgConnection) -> Office<BTreeMap<String, BTreeMap<String, u64>>> {
    let mut months: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
    let mut after = (String::new(), 0_i64);
    loop {
        let page: Vec<(String, i64, Vec<u8>)> = sqlx::query_as(
            "SELECT tablet, sequence, event FROM audit WHERE (tablet, sequence) > ($1, $2)
             ORDER BY tablet, sequence LIMIT $3",
        )
        .bind(&after.0)
        .bind(after.1)
        .bind(PAGE)
        .fetch_all(&mut *conn)
        .await?;
        let Some((tablet, sequence, _)) = page.last() else { return Ok(months) };
        after = (tablet.clone(), *sequence);
        for (_, _, bytes) in &page {
            let (month, kind) = month_and_kind(bytes);
            *months.entry(month).or_default().entry(kind).or_default() += 1;
        }
    }
}

fn month_and_kind(bytes: &[u8]) -> (String, String) {
    match cbor::decode_versioned::<AuditEvent>(EVENT_FORM, bytes) {
        Ok(event) => (event.at.with_timezone(&JAPAN).format("%Y-%m").to_string(), usage::kind_of(&event)),
        Err(_) => ("unknown".to_owned(), "of a later version".to_owned()),
    }
}
