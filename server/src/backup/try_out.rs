//! The drill: a backup is put into a database of its own, looked at, and taken away again.

use std::path::Path;
use std::process;

use chrono::Utc;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection};

use super::manifest;
use super::{Manifest, counts, quoted, restore, tools};
use crate::command::{Answer, text};
use crate::db;
use crate::keys::{RegionKeys, ServerKey, VaultKeys};

/// What the drill found: all of it was as it should be.
pub(crate) struct Tried {
    /// Tables that were compared.
    pub(crate) tables: usize,
    /// Rows in them.
    pub(crate) rows: u64,
    /// Vault keys that the server key opened, beside the signing key and the TLS authority.
    pub(crate) vault_keys: u64,
    /// Published records whose digests were compared.
    pub(crate) records: u64,
}

/// Tries the backup out beside the database at `url`, in one that is made for it and dropped at the end.
pub(crate) async fn try_out(url: &str, folder: &Path, manifest: &Manifest, server: &ServerKey) -> Answer<Tried> {
    let options = tools::address(url)?;
    let scratch = format!("kakari_drill_{}_{}", Utc::now().timestamp(), process::id());
    let mut conn = PgConnection::connect_with(&options).await.map_err(text)?;
    let make = format!("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'", quoted(&scratch));
    sqlx::query(AssertSqlSafe(make)).execute(&mut conn).await.map_err(|error| {
        let user = options.get_username();
        format!("no database for the drill: {error}; let the user make one: ALTER ROLE \"{user}\" CREATEDB")
    })?;
    let tried = look(&options.clone().database(&scratch), folder, manifest, server).await;
    let drop = format!("DROP DATABASE {} WITH (FORCE)", quoted(&scratch));
    let dropped = sqlx::query(AssertSqlSafe(drop)).execute(&mut conn).await;
    let tried = tried?;
    dropped.map_err(|error| format!("the drill's database {scratch} is still there: {error}; drop it"))?;
    Ok(tried)
}

async fn look(options: &PgConnectOptions, folder: &Path, manifest: &Manifest, server: &ServerKey) -> Answer<Tried> {
    let url = options.to_url_lossy().to_string();
    restore(&url, folder, manifest, false, false).await?;
    let pool = db::connect_to(&url).await.map_err(text)?;
    let tried = compare(&pool, manifest, server).await;
    pool.close().await;
    tried
}

async fn compare(pool: &sqlx::PgPool, manifest: &Manifest, server: &ServerKey) -> Answer<Tried> {
    RegionKeys::load(pool, server).await.map_err(text)?;
    VaultKeys::load(pool, server).await.map_err(text)?;
    let mut conn = pool.acquire().await.map_err(text)?;
    let now = counts(&mut conn).await.map_err(text)?;
    // A step of the tables that is newer than the backup adds its own rows, and is told of by the step alone.
    let differs = |(table, rows): &(&String, &u64)| *table != "_sqlx_migrations" && now.get(*table) != Some(*rows);
    if let Some((table, rows)) = manifest.tables.iter().find(differs) {
        return Err(format!(
            "table {table} had {rows} rows, and has {:?} now: this backup cannot be used",
            now.get(table)
        ));
    }
    if manifest::records(&mut conn).await? != manifest.records {
        return Err("the records' digests differ from the manifest's: this backup cannot be used".to_owned());
    }
    let (records, vault_keys): (i64, i64) = sqlx::query_as(
        "SELECT (SELECT count(*) FROM published WHERE NOT removed), (SELECT count(*) FROM vault_epoch WHERE state <> 'retired')",
    )
    .fetch_one(&mut *conn)
    .await
    .map_err(text)?;
    Ok(Tried {
        tables: manifest.tables.len(),
        rows: manifest.tables.values().sum(),
        vault_keys: vault_keys.unsigned_abs(),
        records: records.unsigned_abs(),
    })
}
