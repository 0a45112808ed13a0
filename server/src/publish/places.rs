//! What the database keeps of the feed: the newest change of each record, and which objects there are.

use kakari_sync::{DeltaRef, ObjectRef, Sha256};
use sqlx::PgConnection;

use super::PublishError;
use super::number::signed;
use super::packs::Numbered;

const KEEP: &str = "
    INSERT INTO published (record, resident, sequence, version, epoch, removed, frame, sealed)
    SELECT record, resident, sequence, version, epoch, removed, frame, CASE WHEN cards THEN 0 ELSE sequence END
    FROM UNNEST($1::bytea[], $2::bigint[], $3::bigint[], $4::bigint[], $5::int[], $6::bool[], $7::bytea[], $8::bool[])
        AS new (record, resident, sequence, version, epoch, removed, frame, cards)
    ON CONFLICT (record) DO UPDATE SET sequence = excluded.sequence, version = excluded.version,
        epoch = excluded.epoch, removed = excluded.removed, frame = excluded.frame, at = now(),
        sealed = CASE excluded.sealed WHEN 0 THEN published.sealed ELSE excluded.sealed END";

/// Whether anybody can stand anywhere in the feed: before the first snapshot of a generation nobody can.
pub(super) async fn begun(conn: &mut PgConnection) -> Result<bool, PublishError> {
    let begun = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM snapshot) OR EXISTS (SELECT 1 FROM delta)");
    Ok(begun.fetch_one(conn).await?)
}

/// Keeps each record's newest change.
pub(super) async fn keep(conn: &mut PgConnection, numbered: &[Numbered]) -> Result<(), PublishError> {
    let column = |of: fn(&Numbered) -> i64| numbered.iter().map(of).collect::<Vec<i64>>();
    let epochs: Vec<i32> = numbered.iter().map(|one| i32::try_from(one.epoch).unwrap_or(i32::MAX)).collect();
    let frames: Vec<&[u8]> = numbered.iter().map(|one| one.whole.as_ref().unwrap_or(&one.frame).as_slice()).collect();
    sqlx::query(KEEP)
        .bind(numbered.iter().map(|one| one.record.as_bytes().as_slice()).collect::<Vec<_>>())
        .bind(column(|one| one.resident))
        .bind(column(|one| signed(one.sequence)))
        .bind(column(|one| signed(one.version)))
        .bind(epochs)
        .bind(numbered.iter().map(|one| one.removed).collect::<Vec<_>>())
        .bind(frames)
        .bind(numbered.iter().map(|one| one.whole.is_some()).collect::<Vec<_>>())
        .execute(conn)
        .await?;
    Ok(())
}

/// Writes down objects that lie in the store and are about to be named.
pub(super) async fn add_objects(
    conn: &mut PgConnection,
    kind: &str,
    objects: &[ObjectRef],
) -> Result<(), PublishError> {
    sqlx::query(
        "INSERT INTO object (sha256, kind, size) SELECT sha256, $2, size FROM UNNEST($1::bytea[], $3::bigint[])
         AS new (sha256, size) ON CONFLICT (sha256) DO UPDATE SET retired_at = NULL",
    )
    .bind(objects.iter().map(|object| object.sha256.as_bytes().as_slice()).collect::<Vec<_>>())
    .bind(kind)
    .bind(objects.iter().map(|object| signed(object.size)).collect::<Vec<_>>())
    .execute(conn)
    .await?;
    Ok(())
}

/// Adds deltas after those that are there.
pub(super) async fn add_deltas(conn: &mut PgConnection, deltas: &[DeltaRef]) -> Result<(), PublishError> {
    add_objects(conn, "delta", &deltas.iter().map(|delta| delta.object).collect::<Vec<_>>()).await?;
    sqlx::query(
        "INSERT INTO delta (from_sequence, to_sequence, object, unpacked)
         SELECT * FROM UNNEST($1::bigint[], $2::bigint[], $3::bytea[], $4::bigint[])",
    )
    .bind(deltas.iter().map(|delta| signed(delta.from)).collect::<Vec<_>>())
    .bind(deltas.iter().map(|delta| signed(delta.to)).collect::<Vec<_>>())
    .bind(deltas.iter().map(|delta| delta.object.sha256.as_bytes().as_slice()).collect::<Vec<_>>())
    .bind(deltas.iter().map(|delta| signed(delta.unpacked)).collect::<Vec<_>>())
    .execute(conn)
    .await?;
    Ok(())
}

/// From now on no head names objects of these kinds, but for `named`.
pub(super) async fn retire(conn: &mut PgConnection, kinds: &[&str], named: &[Sha256]) -> Result<(), PublishError> {
    sqlx::query(
        "UPDATE object SET retired_at = now() WHERE retired_at IS NULL AND kind = ANY($1) AND sha256 <> ALL($2)",
    )
    .bind(kinds)
    .bind(named.iter().map(|sha256| sha256.as_bytes().as_slice()).collect::<Vec<_>>())
    .execute(conn)
    .await?;
    Ok(())
}

/// The name of an object as the database has it.
pub(super) fn sha256(bytes: Vec<u8>) -> Result<Sha256, PublishError> {
    bytes.try_into().map(Sha256::from_bytes).map_err(|_| PublishError::Damaged("an object's name"))
}
