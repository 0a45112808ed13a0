//! A new generation: the feed begins anew from what this database has.

use sqlx::{Connection, PgPool};

use super::number::signed;
use super::{Objects, PublishError, check, locked};
use crate::keys::RegionKeys;
use crate::office_log;

/// More versions of a roster or of orders than a region has between a backup and its restore.
const FAR_BEYOND: i64 = 1_000_000;

/// Begins the next generation: after a database was restored from an older copy its sequence numbers mean something else
/// than what tablets have seen, so every tablet has to take a snapshot. Returns the new generation.
///
/// # Errors
///
/// [`PublishError::Busy`] while a publisher runs: end it first.
pub async fn next(pool: &PgPool, keys: &RegionKeys, objects: &Objects, who: &str) -> Result<u64, PublishError> {
    let mut conn = locked(pool).await?;
    let head = check::believed_head(objects, keys).await?;
    let (generation, roster) = head.as_ref().map_or((0, 0), |head| (head.generation, head.roster.version));
    let orders = match &head {
        Some(head) => check::orders_version(head, objects, keys).await,
        None => 0,
    };
    let lost = head.is_none();
    let mut tx = conn.begin().await?;
    // Tablets believe no generation, roster or orders before those that they saw. Where the feed was lost with the database
    // nobody can say which those were: far beyond them is as good.
    let restored: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM restored)").fetch_one(&mut *tx).await?;
    let beyond = if lost && restored { FAR_BEYOND } else { 0 };
    let generation: i64 = sqlx::query_scalar(
        "UPDATE region SET generation = greatest(generation, $1) + 1, roster_version = greatest(roster_version, $2) + $4,
            orders_version = greatest(orders_version, $3) + $4 RETURNING generation",
    )
    .bind(signed(generation))
    .bind(signed(roster))
    .bind(signed(orders))
    .bind(beyond)
    .fetch_one(&mut *tx)
    .await?;
    for statement in [
        "DELETE FROM restored",
        "DELETE FROM delta",
        "DELETE FROM snapshot",
        "DELETE FROM digests",
        // Roster and orders are made anew with a version beyond what tablets saw.
        "UPDATE object SET retired_at = now() WHERE retired_at IS NULL AND kind NOT IN ('dictionary', 'release')",
        // A code that was given or used after the copy was made looks unused in it.
        "UPDATE fallback_code SET state = 'void', ended_at = now() WHERE state IN ('spare', 'given')",
    ] {
        sqlx::query(statement).execute(&mut *tx).await?;
    }
    office_log::note(&mut tx, who, "generation begun", &generation.to_string()).await?;
    tx.commit().await?;
    u64::try_from(generation).map_err(|_| PublishError::Damaged("the generation"))
}
