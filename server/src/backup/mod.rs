//! Backups of the region's database, and what makes one worth having: that it was restored once.
//!
//! A backup is a folder: `region.dump` (PostgreSQL's custom form, made by the system's `pg_dump`) and `manifest.json`, which
//! says what is in it. The folder is written under another name and renamed at the end, so half a backup never looks whole.
//! The server key is never in it: either alone opens nothing, both together open everything.

mod manifest;
mod progress;
mod restore;
mod tools;
mod try_out;
mod write;

pub(crate) use manifest::{DUMP, Manifest};
pub(crate) use restore::restore;
pub(crate) use try_out::try_out;
pub(crate) use write::write;

use sqlx::{AssertSqlSafe, PgConnection};
use std::collections::BTreeMap;

/// Tables of the region, and how many rows each has.
pub(crate) type Counts = BTreeMap<String, u64>;

/// Counts every row of every table, in the caller's transaction.
async fn counts(conn: &mut PgConnection) -> Result<Counts, sqlx::Error> {
    let mut counts = Counts::new();
    for table in tables(conn).await? {
        let sql = format!("SELECT count(*) FROM {}", quoted(&table));
        let rows: i64 = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut *conn).await?;
        counts.insert(table, rows.unsigned_abs());
    }
    Ok(counts)
}

async fn tables(conn: &mut PgConnection) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        .fetch_all(conn)
        .await
}

/// A table's name as SQL takes it.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
