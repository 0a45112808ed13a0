//! Delta packs as they get older: merged, dropped, remade.

use futures_util::TryStreamExt;
use kakari_record::seal::FeedId;
use kakari_sync::{DeltaRef, Frame, ObjectRef, Pack};
use sqlx::{Connection, PgConnection};

use super::check::Missing;
use super::merging::{self, Live};
use super::number::{signed, unsigned};
use super::packs::{self, DeltaMaker};
use super::{PublishError, Publisher, places};

const NAMED: &str = "
    SELECT d.from_sequence, d.to_sequence, d.object, o.size, d.unpacked FROM delta d JOIN object o ON o.sha256 = d.object
    ORDER BY d.from_sequence";
/// Old enough to be merged; old enough to be dropped when a snapshot stands in; bytes of what a pack made now would hold.
const AGES: &str = "
    SELECT o.created_at < now() - make_interval(secs => $1), o.created_at < now() - make_interval(secs => $2),
        (SELECT coalesce(sum(octet_length(p.frame)), 0)::bigint FROM published p
            WHERE $3 AND p.sequence > d.from_sequence AND p.sequence <= d.to_sequence)
    FROM delta d JOIN object o ON o.sha256 = d.object ORDER BY d.from_sequence";
/// The newest changes of this run; and records that were sealed in it, whose cards changed after it: a later delta has
/// only their cards, which are of no use without the record.
const FRAMES: &str = "
    SELECT sequence, frame FROM published WHERE sequence > $1 AND sequence <= $2
    UNION ALL SELECT sealed, frame FROM published
        WHERE NOT removed AND sealed < sequence AND sealed > $1 AND sealed <= $2 AND sequence > $2
    ORDER BY 1";

/// Every delta, oldest first, as the head names it.
pub(super) async fn named(conn: &mut PgConnection) -> Result<Vec<DeltaRef>, PublishError> {
    let rows: Vec<(i64, i64, Vec<u8>, i64, i64)> = sqlx::query_as(NAMED).fetch_all(conn).await?;
    let named = rows.into_iter().map(|(from, to, object, size, unpacked)| {
        let object = ObjectRef { sha256: places::sha256(object)?, size: unsigned(size) };
        Ok(DeltaRef { from: unsigned(from), to: unsigned(to), object, unpacked: unsigned(unpacked) })
    });
    named.collect()
}

impl Publisher {
    /// Merges deltas until the head has few enough, and drops those that a snapshot stands in for.
    pub(super) async fn tend_deltas(&mut self) -> Result<(), PublishError> {
        loop {
            let deltas = named(&mut self.conn).await?;
            let ages: Vec<(bool, bool, i64)> = sqlx::query_as(AGES)
                .bind(self.pace.merge_after.as_secs_f64())
                .bind(self.pace.deltas_kept.as_secs_f64())
                .bind(deltas.len() > self.pace.deltas_wanted)
                .fetch_all(&mut self.conn)
                .await?;
            let live: Vec<Live> = ages.iter().map(|&(old, _, bytes)| Live { bytes: unsigned(bytes), old }).collect();
            let Some(run) = merging::plan(&live, &self.pace) else {
                let spent = ages.iter().take_while(|(_, spent, _)| *spent).count();
                return self.drop_spent(&deltas, spent).await;
            };
            self.remake_delta(deltas[run.start].from, deltas[run.end - 1].to).await?;
        }
    }

    /// Makes the deltas anew that the store has lost.
    pub(super) async fn remake(&mut self, missing: &Missing) -> Result<(), PublishError> {
        for (from, to) in &missing.deltas {
            self.remake_delta(*from, *to).await?;
        }
        Ok(())
    }

    /// Writes the newest change of each record whose newest change is in (`from`, `to`] as deltas in the place of those
    /// that are there now. A tablet that stands anywhere in between skips what it has.
    async fn remake_delta(&mut self, from: u64, to: u64) -> Result<(), PublishError> {
        let mut maker = DeltaMaker::new(self.keys.feed, self.generation, from, Pack::PART_LEN);
        {
            let frames = sqlx::query_as::<_, (i64, Vec<u8>)>(FRAMES).bind(signed(from)).bind(signed(to));
            let mut frames = frames.fetch(&mut self.conn);
            while let Some((sequence, frame)) = frames.try_next().await? {
                maker.push(unsigned(sequence), &numbered(frame, unsigned(sequence), self.keys.feed)?)?;
            }
        }
        let deltas = packs::put(&self.objects, maker.finish(to)).await?;
        let mut tx = self.conn.begin().await?;
        delete(&mut tx, from, to).await?;
        places::add_deltas(&mut tx, &deltas).await?;
        tx.commit().await?;
        self.times.unnamed = true;
        Ok(())
    }

    /// Drops the oldest deltas before the snapshot: the `spent` first, as long as what lies before it is no longer small
    /// beside it; and as many as are too many for a head.
    async fn drop_spent(&mut self, deltas: &[DeltaRef], spent: usize) -> Result<(), PublishError> {
        let snapshot: Option<(i64, i64)> =
            sqlx::query_as("SELECT sequence, size FROM snapshot ORDER BY sequence DESC LIMIT 1")
                .fetch_optional(&mut self.conn)
                .await?;
        let Some((sequence, size)) = snapshot else { return Ok(()) };
        let before = deltas.iter().take_while(|delta| delta.to <= unsigned(sequence));
        let small = unsigned(size) / 100 * self.pace.snapshot_share;
        let mut bytes: u64 = before.clone().map(|delta| delta.object.size).sum();
        let mut floor = None;
        for (index, delta) in before.enumerate() {
            if deltas.len() - index <= self.pace.deltas_most && !(index < spent && bytes > small) {
                break;
            }
            floor = Some(delta.to);
            bytes -= delta.object.size;
        }
        if let Some(floor) = floor {
            let mut tx = self.conn.begin().await?;
            delete(&mut tx, 0, floor).await?;
            tx.commit().await?;
            self.times.unnamed = true;
        }
        Ok(())
    }
}

/// The frame under this number, whatever number it was kept under.
fn numbered(bytes: Vec<u8>, sequence: u64, feed: FeedId) -> Result<Vec<u8>, PublishError> {
    match Frame::decode_next(&mut bytes.as_slice(), feed) {
        Ok(Some(Ok(frame))) if frame.sequence == sequence => Ok(bytes),
        Ok(Some(Ok(frame))) => {
            let mut bytes = Vec::with_capacity(bytes.len());
            Frame { sequence, ..frame }.encode(&mut bytes).map_err(|_| PublishError::Fault)?;
            Ok(bytes)
        }
        _ => Err(PublishError::Damaged("a published frame")),
    }
}

/// Deletes the deltas within (`from`, `to`]; their objects stay for those who are just fetching them.
async fn delete(conn: &mut PgConnection, from: u64, to: u64) -> Result<(), PublishError> {
    let objects: Vec<Vec<u8>> =
        sqlx::query_scalar("DELETE FROM delta WHERE from_sequence >= $1 AND to_sequence <= $2 RETURNING object")
            .bind(signed(from))
            .bind(signed(to))
            .fetch_all(&mut *conn)
            .await?;
    sqlx::query("UPDATE object SET retired_at = now() WHERE sha256 = ANY($1)").bind(objects).execute(conn).await?;
    Ok(())
}
