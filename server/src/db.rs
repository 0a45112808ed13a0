//! The database: one region each.

use std::borrow::Cow;
use std::str::FromStr;
use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx_core::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx_core::sql_str::SqlSafeStr;

use crate::config::RegionConfig;

/// Every step of the schema, oldest first. Append only: a step that ran somewhere never changes.
const STEPS: &[(i64, &str, &str)] = &[
    (1, "region", include_str!("../migrations/0001_region.sql")),
    (2, "publish", include_str!("../migrations/0002_publish.sql")),
    (3, "crew", include_str!("../migrations/0003_crew.sql")),
    (4, "issue", include_str!("../migrations/0004_issue.sql")),
    (5, "trust", include_str!("../migrations/0005_trust.sql")),
    (6, "plain cards", include_str!("../migrations/0006_plain_cards.sql")),
    (7, "releases", include_str!("../migrations/0007_releases.sql")),
    (8, "device keys", include_str!("../migrations/0008_device_keys.sql")),
    (9, "restored", include_str!("../migrations/0009_restored.sql")),
];
const CONNECTIONS: u32 = 16;
const PATIENCE: Duration = Duration::from_secs(10);

/// Why the database cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DbError {
    /// The address has not the form of one.
    #[error("database_url is no PostgreSQL address: postgres://user@host/database")]
    Address,
    /// Nobody answers there, or not to us.
    #[error("the database does not answer: {0}; check that PostgreSQL runs and that database_url names it")]
    Unreachable(#[source] sqlx::Error),
    /// A later program has been here.
    #[error("the database is of a newer kakari-region (step {0} of its tables is not known here): install that one")]
    Newer(i64),
    /// A step did not run.
    #[error("the database's tables could not be made: {0}")]
    Migration(#[source] MigrateError),
}

/// Connects and brings the tables up to this program's. Several may do so at once; one does the work.
pub async fn connect(config: &RegionConfig) -> Result<PgPool, DbError> {
    connect_to(&config.database_url).await
}

/// As [`connect`], before there is a configuration.
pub async fn connect_to(database_url: &str) -> Result<PgPool, DbError> {
    let options = PgConnectOptions::from_str(database_url).map_err(|_| DbError::Address)?;
    let pool = PgPoolOptions::new().max_connections(CONNECTIONS).acquire_timeout(PATIENCE);
    let pool = pool.connect_with(options.application_name("kakari-region")).await.map_err(DbError::Unreachable)?;
    migrate(&pool).await?;
    Ok(pool)
}

async fn migrate(pool: &PgPool) -> Result<(), DbError> {
    let step = |&(version, name, sql): &(i64, &'static str, &'static str)| {
        Migration::new(version, Cow::Borrowed(name), MigrationType::Simple, sql.into_sql_str(), false)
    };
    Migrator::with_migrations(STEPS.iter().map(step).collect()).run(pool).await.map_err(|error| match error {
        MigrateError::VersionMissing(step) => DbError::Newer(step),
        other => DbError::Migration(other),
    })
}
