//! A new generation: the feed begins anew from what this database has.

use kakari_sync::{Orders, Signed};
use sqlx::{Connection, PgPool};

use super::number::signed;
use super::{Objects, PublishError, check, locked};
use crate::keys::RegionKeys;
use crate::office_log;

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
    let orders = match head.and_then(|head| head.orders) {
        // Lost with the store they lay in: no tablet compares the version with one that it never saw.
        Some(object) => objects.get(object.sha256).await.ok().and_then(|bytes| version_of(&bytes, keys)).unwrap_or(0),
        None => 0,
    };
    let mut tx = conn.begin().await?;
    // Tablets believe no generation, roster or orders before those that they saw.
    let generation: i64 = sqlx::query_scalar(
        "UPDATE region SET generation = greatest(generation, $1) + 1, roster_version = greatest(roster_version, $2),
            orders_version = greatest(orders_version, $3) RETURNING generation",
    )
    .bind(signed(generation))
    .bind(signed(roster))
    .bind(signed(orders))
    .fetch_one(&mut *tx)
    .await?;
    for statement in [
        "DELETE FROM delta",
        "DELETE FROM snapshot",
        "DELETE FROM digests",
        // Roster and orders are made anew with a version beyond what tablets saw.
        "UPDATE object SET retired_at = now() WHERE retired_at IS NULL AND kind <> 'dictionary'",
        // A code that was given or used after the copy was made looks unused in it.
        "UPDATE fallback_code SET state = 'void', ended_at = now() WHERE state IN ('spare', 'given')",
    ] {
        sqlx::query(statement).execute(&mut *tx).await?;
    }
    office_log::note(&mut tx, who, "generation begun", &generation.to_string()).await?;
    tx.commit().await?;
    u64::try_from(generation).map_err(|_| PublishError::Damaged("the generation"))
}

fn version_of(orders: &[u8], keys: &RegionKeys) -> Option<u64> {
    let orders = Signed::<Orders>::decode(orders).and_then(|signed| signed.verify(&keys.region_key));
    orders.ok().map(|orders| orders.version)
}
