//! Everything up to one sequence, in parts. Written while rounds go on, with no more than one part in memory.

use futures_util::TryStreamExt;
use kakari_record::seal::{FeedId, RecordId};
use kakari_sync::{Manifest, ObjectRef, Pack, PackKind, PackName, PackWriter, PartRef, digests};
use sqlx::{Connection, PgConnection, PgPool};

use super::number::{signed, unsigned};
use super::objects::Objects;
use super::{PublishError, places};

const SIZES: &str = "
    SELECT record, version, octet_length(frame) FROM published WHERE NOT removed ORDER BY record";
const FRAMES: &str = "SELECT frame FROM published WHERE NOT removed ORDER BY record";

/// A snapshot whose objects lie in the store; no head names it yet.
pub(super) struct Taken {
    sequence: u64,
    records: u64,
    size: u64,
    manifest: ObjectRef,
    parts: Vec<ObjectRef>,
    digests: ObjectRef,
}

/// Where each part ends: how many records it has.
#[derive(Default)]
struct Division {
    parts: Vec<u64>,
    length: usize,
}

/// Writes a snapshot of what is published now.
pub(super) async fn take(
    pool: PgPool,
    objects: Objects,
    feed: FeedId,
    generation: u64,
    part_len: usize,
) -> Result<Taken, PublishError> {
    let mut tx = pool.begin().await?;
    sqlx::query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY").execute(&mut *tx).await?;
    let sequence: i64 = sqlx::query_scalar("SELECT sequence FROM region").fetch_one(&mut *tx).await?;
    let sequence = unsigned(sequence);
    let (division, versions) = divide(&mut tx, part_len).await?;
    let records = versions.len() as u64;
    let written = write(&mut tx, &objects, &division, |part, parts| PackName {
        feed,
        generation,
        kind: PackKind::Part { sequence, part, parts },
    });
    let parts = written.await?;
    tx.rollback().await?;
    let size = parts.iter().map(|part| part.object.size).sum();
    let names = parts.iter().map(|part| part.object).collect();
    let manifest = Manifest { feed: *feed.as_bytes(), generation, sequence, records, parts }.encode();
    if manifest.len() > Manifest::MAX_LEN {
        return Err(PublishError::Damaged("the count of records"));
    }
    let digests = objects.put(digests::of(versions)).await?;
    Ok(Taken { sequence, records, size, manifest: objects.put(manifest).await?, parts: names, digests })
}

/// The digests of what is published now, and the sequence they were taken at.
pub(super) async fn digest(conn: &mut PgConnection, objects: &Objects) -> Result<(u64, ObjectRef), PublishError> {
    let sequence: i64 = sqlx::query_scalar("SELECT sequence FROM region").fetch_one(&mut *conn).await?;
    let rows: Vec<(Vec<u8>, i64)> =
        sqlx::query_as("SELECT record, version FROM published WHERE NOT removed ORDER BY record")
            .fetch_all(conn)
            .await?;
    let versions: Vec<_> = rows.into_iter().map(|(id, version)| known(id, version)).collect::<Result<_, _>>()?;
    Ok((unsigned(sequence), objects.put(digests::of(versions)).await?))
}

async fn divide(conn: &mut PgConnection, part_len: usize) -> Result<(Division, Vec<(RecordId, u64)>), PublishError> {
    let (mut division, mut versions) = (Division::default(), Vec::new());
    let mut rows = sqlx::query_as::<_, (Vec<u8>, i64, i32)>(SIZES).fetch(conn);
    while let Some((record, version, length)) = rows.try_next().await? {
        division.add(usize::try_from(length).unwrap_or(0), part_len);
        versions.push(known(record, version)?);
    }
    Ok((division, versions))
}

async fn write(
    conn: &mut PgConnection,
    objects: &Objects,
    division: &Division,
    name: impl Fn(u32, u32) -> PackName,
) -> Result<Vec<PartRef>, PublishError> {
    let count = u32::try_from(division.parts.len()).map_err(|_| PublishError::Damaged("the count of records"))?;
    let mut parts = Vec::with_capacity(division.parts.len());
    let mut frames = sqlx::query_scalar::<_, Vec<u8>>(FRAMES).fetch(conn);
    for (part, &rows) in (0..count).zip(&division.parts) {
        let mut writer = PackWriter::new();
        for _ in 0..rows {
            // The transaction sees the same rows twice.
            let frame = frames.try_next().await?.ok_or(PublishError::Fault)?;
            writer.push_encoded(&frame).map_err(|_| PublishError::Fault)?;
        }
        let name = name(part, count);
        let packing = tokio::task::spawn_blocking(move || writer.finish(name));
        let (bytes, unpacked) = packing.await.map_err(|_| PublishError::Fault)?;
        parts.push(PartRef { object: objects.put(bytes).await?, unpacked, rows });
    }
    Ok(parts)
}

fn known(record: Vec<u8>, version: i64) -> Result<(RecordId, u64), PublishError> {
    let record = record.try_into().map_err(|_| PublishError::Damaged("a record's id"))?;
    Ok((RecordId::from_bytes(record), unsigned(version)))
}

impl Division {
    fn add(&mut self, length: usize, part_len: usize) {
        match self.parts.last_mut() {
            Some(rows) if self.length + length <= part_len => {
                *rows += 1;
                self.length += length;
            }
            _ => {
                self.parts.push(1);
                self.length = Pack::HEADER_LEN + length;
            }
        }
    }
}

impl Taken {
    /// Puts it, and its digests, in the place of the ones before.
    pub(super) async fn register(&self, conn: &mut PgConnection) -> Result<(), PublishError> {
        let mut tx = conn.begin().await?;
        places::add_objects(&mut tx, "part", &self.parts).await?;
        places::add_objects(&mut tx, "manifest", &[self.manifest]).await?;
        sqlx::query("DELETE FROM snapshot").execute(&mut *tx).await?;
        sqlx::query("INSERT INTO snapshot (sequence, records, size, manifest) VALUES ($1, $2, $3, $4)")
            .bind(signed(self.sequence))
            .bind(signed(self.records))
            .bind(signed(self.size))
            .bind(self.manifest.sha256.as_bytes().as_slice())
            .execute(&mut *tx)
            .await?;
        let mut named: Vec<_> = self.parts.iter().map(|part| part.sha256).collect();
        named.push(self.manifest.sha256);
        places::retire(&mut tx, &["part", "manifest"], &named).await?;
        place_digests(&mut tx, self.sequence, self.digests).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Puts digests in the place of the ones before, unless those are newer.
pub(super) async fn place_digests(
    conn: &mut PgConnection,
    sequence: u64,
    object: ObjectRef,
) -> Result<(), PublishError> {
    let newest: Option<i64> = sqlx::query_scalar("SELECT max(sequence) FROM digests").fetch_one(&mut *conn).await?;
    if newest.is_some_and(|newest| unsigned(newest) > sequence) {
        return Ok(());
    }
    places::add_objects(conn, "digests", &[object]).await?;
    sqlx::query("DELETE FROM digests").execute(&mut *conn).await?;
    sqlx::query("INSERT INTO digests (sequence, object) VALUES ($1, $2)")
        .bind(signed(sequence))
        .bind(object.sha256.as_bytes().as_slice())
        .execute(&mut *conn)
        .await?;
    places::retire(conn, &["digests"], &[object.sha256]).await
}
