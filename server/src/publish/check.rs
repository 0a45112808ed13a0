//! Whether the database and the feed in the store fit together.

use chrono::{DateTime, Utc};
use kakari_sync::{Head, ObjectRef, Orders, Signed, WireError};
use sqlx::PgConnection;

use super::number::unsigned;
use super::objects::{Objects, ObjectsError};
use super::{PublishError, places};
use crate::keys::RegionKeys;

/// Objects that the database knows and the store has not.
#[derive(Debug, Default)]
pub(super) struct Missing {
    /// Deltas, by where they begin and end.
    pub(super) deltas: Vec<(u64, u64)>,
    objects: Vec<ObjectRef>,
}

/// The head in the store, when this region signed it.
pub(super) async fn believed_head(objects: &Objects, keys: &RegionKeys) -> Result<Option<Head>, PublishError> {
    let Some(signed) = objects.get_head().await? else { return Ok(None) };
    let head = signed.verify(&keys.region_key).map_err(|error| match error {
        WireError::NotSigned => PublishError::AnotherRegion,
        _ => ObjectsError::Head.into(),
    })?;
    if head.feed() == keys.feed { Ok(Some(head)) } else { Err(PublishError::AnotherRegion) }
}

/// Refuses to go on from a database that is older than what tablets may have seen.
pub(super) async fn stored_head(
    conn: &mut PgConnection,
    objects: &Objects,
    keys: &RegionKeys,
) -> Result<(), PublishError> {
    let backup_at: Option<DateTime<Utc>> =
        sqlx::query_scalar("SELECT backup_at FROM restored").fetch_optional(&mut *conn).await?;
    if let Some(at) = backup_at {
        return Err(PublishError::FromBackup { backup_at: crate::command::moment(at) });
    }
    let Some(head) = believed_head(objects, keys).await? else { return Ok(()) };
    let (generation, sequence, roster, orders): (i64, i64, i64, i64) =
        sqlx::query_as("SELECT generation, sequence, roster_version, orders_version FROM region")
            .fetch_one(conn)
            .await?;
    let (generation, sequence) = (unsigned(generation), unsigned(sequence));
    let ahead = head.sequence > sequence || head.roster.version > unsigned(roster);
    let newer =
        head.generation == generation && (ahead || orders_version(&head, objects, keys).await > unsigned(orders));
    if newer || head.generation > generation {
        let (feed_generation, feed_sequence) = (head.generation, head.sequence);
        return Err(PublishError::Restored { feed_generation, feed_sequence, generation, sequence });
    }
    Ok(())
}

/// The version of the orders that a head names. Zero when they were lost with the store they lay in: no tablet compares the
/// version with one that it never saw.
pub(super) async fn orders_version(head: &Head, objects: &Objects, keys: &RegionKeys) -> u64 {
    let Some(object) = head.orders else { return 0 };
    let Ok(bytes) = objects.get(object.sha256).await else { return 0 };
    let orders = Signed::<Orders>::decode(&bytes).and_then(|signed| signed.verify(&keys.region_key));
    orders.map_or(0, |orders| orders.version)
}

/// What the store has lost, or never had: after a move to another store that is everything.
pub(super) async fn missing(conn: &mut PgConnection, objects: &Objects) -> Result<Missing, PublishError> {
    /// An object, and where it begins and ends if it is a delta.
    type Known = (Vec<u8>, i64, Option<i64>, Option<i64>);
    let rows: Vec<Known> = sqlx::query_as(
        "SELECT o.sha256, o.size, d.from_sequence, d.to_sequence FROM object o LEFT JOIN delta d ON d.object = o.sha256
         WHERE o.retired_at IS NULL ORDER BY d.from_sequence",
    )
    .fetch_all(conn)
    .await?;
    let mut missing = Missing::default();
    for (sha256, size, from, to) in rows {
        let object = ObjectRef { sha256: places::sha256(sha256)?, size: unsigned(size) };
        if !objects.has(&object).await? {
            missing.objects.push(object);
            missing.deltas.extend(from.zip(to).map(|(from, to)| (unsigned(from), unsigned(to))));
        }
    }
    Ok(missing)
}

/// Forgets objects that are missing, and what rests on them: they are made anew. Deltas are left to who remakes them.
pub(super) async fn forget(conn: &mut PgConnection, missing: &Missing) -> Result<(), PublishError> {
    if missing.objects.is_empty() {
        return Ok(());
    }
    tracing::warn!("{} objects are missing from the feed's store and are made anew", missing.objects.len());
    let names: Vec<&[u8]> = missing.objects.iter().map(|object| object.sha256.as_bytes().as_slice()).collect();
    let lost_part = "EXISTS (SELECT 1 FROM object WHERE kind IN ('part', 'manifest') AND sha256 = ANY($1))";
    for statement in [
        "DELETE FROM digests WHERE object = ANY($1)",
        &format!("DELETE FROM snapshot WHERE {lost_part}"),
        "UPDATE object SET retired_at = now() WHERE sha256 = ANY($1) AND kind <> 'delta'",
    ] {
        sqlx::query(sqlx::AssertSqlSafe(statement)).bind(&names).execute(&mut *conn).await?;
    }
    Ok(())
}
