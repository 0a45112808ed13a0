//! What is due besides rounds: deltas merged, snapshots, digests, what nobody names any more deleted.

use std::time::Instant;

use sqlx::{Connection, FromRow, PgConnection};

use super::number::unsigned;
use super::{Pace, PublishError, Publisher, deltas, places, snapshot};

/// Objects that one round of clearing deletes at most.
const CLEARED: i64 = 200;

/// What is due.
#[derive(Debug, FromRow)]
struct Due {
    sequence: i64,
    /// The newest snapshot's.
    taken: Option<i64>,
    size: Option<i64>,
    /// It is younger than the spacing; it is older than the longest time.
    fresh: Option<bool>,
    stale: Option<bool>,
    /// The newest digests'.
    digested: Option<i64>,
    digests_stale: Option<bool>,
}

const DUE: &str = "
    SELECT r.sequence, s.sequence AS taken, s.size,
        s.created_at > now() - make_interval(secs => $1) AS fresh,
        s.created_at < now() - make_interval(secs => $2) AS stale,
        d.sequence AS digested, d.created_at < now() - make_interval(secs => $3) AS digests_stale
    FROM region r LEFT JOIN snapshot s ON true LEFT JOIN digests d ON true
    ORDER BY s.sequence DESC, d.sequence DESC LIMIT 1";

impl Publisher {
    /// Does what is due. A first snapshot is waited for; a later one is written while rounds go on.
    pub async fn upkeep(&mut self) -> Result<(), PublishError> {
        self.times.upkeep = Some(Instant::now());
        if self.snapshot.as_ref().is_some_and(|task| task.is_finished()) {
            self.finish_snapshot().await?;
        }
        self.tend_deltas().await?;
        let due = due(&mut self.conn, &self.pace).await?;
        if self.snapshot.is_none() && self.wants_snapshot(&due).await? {
            let (pool, objects) = (self.pool.clone(), self.objects.clone());
            let taking = snapshot::take(pool, objects, self.keys.feed, self.generation, self.pace.part_len);
            self.snapshot = Some(tokio::spawn(taking));
            if due.taken.is_none() {
                self.finish_snapshot().await?;
            }
        } else if self.wants_digests(&due) {
            let (sequence, object) = snapshot::digest(&mut self.conn, &self.objects).await?;
            snapshot::place_digests(&mut self.conn, sequence, object).await?;
            self.times.unnamed = true;
        }
        Ok(())
    }

    /// Waits for the snapshot that is being written, if one is.
    pub(super) async fn finish_snapshot(&mut self) -> Result<(), PublishError> {
        let Some(task) = self.snapshot.take() else { return Ok(()) };
        let taken = task.await.map_err(|_| PublishError::Fault)??;
        taken.register(&mut self.conn).await?;
        self.times.unnamed = true;
        Ok(())
    }

    /// Deletes objects that no head has named for long, and tombstones behind which nobody can stand.
    pub(super) async fn clear(&mut self) -> Result<(), PublishError> {
        let retired: Vec<Vec<u8>> = sqlx::query_scalar(
            "SELECT sha256 FROM object WHERE retired_at < now() - make_interval(secs => $1) ORDER BY retired_at LIMIT $2",
        )
        .bind(self.pace.retired_kept.as_secs_f64())
        .bind(CLEARED)
        .fetch_all(&mut self.conn)
        .await?;
        for name in retired {
            // A release may be offered again by another process at this moment: who has the row goes first.
            let mut tx = self.conn.begin().await?;
            let gone = sqlx::query("DELETE FROM object WHERE sha256 = $1 AND retired_at IS NOT NULL")
                .bind(&name)
                .execute(&mut *tx)
                .await?;
            if gone.rows_affected() > 0 {
                self.objects.remove(places::sha256(name)?).await?;
            }
            tx.commit().await?;
        }
        // Twice the lease, and never one that a tablet could still need on the way through the deltas.
        sqlx::query(
            "DELETE FROM published WHERE removed AND at < now() - make_interval(days => 2 * (SELECT lease_days FROM region))
             AND sequence <= coalesce((SELECT min(from_sequence) FROM delta), (SELECT max(sequence) FROM snapshot), 0)",
        )
        .execute(&mut self.conn)
        .await?;
        Ok(())
    }

    async fn wants_snapshot(&mut self, due: &Due) -> Result<bool, PublishError> {
        let (Some(taken), Some(size)) = (due.taken, due.size) else { return Ok(due.sequence > 0) };
        if taken == due.sequence || due.fresh == Some(true) {
            return Ok(false);
        }
        let deltas = deltas::named(&mut self.conn).await?;
        let since = deltas.iter().filter(|delta| delta.from >= unsigned(taken));
        let since: u64 = since.map(|delta| delta.object.size).sum();
        Ok(due.stale == Some(true) || since > unsigned(size) / 100 * self.pace.snapshot_share)
    }

    fn wants_digests(&self, due: &Due) -> bool {
        let idle = self.times.changed.is_none_or(|changed| changed.elapsed() >= self.pace.digests_idle);
        due.taken.is_some()
            && due.digested != Some(due.sequence)
            && (due.digested.is_none() || due.digests_stale == Some(true) || idle)
    }
}

async fn due(conn: &mut PgConnection, pace: &Pace) -> Result<Due, PublishError> {
    let due = sqlx::query_as(DUE)
        .bind(pace.snapshot_spacing.as_secs_f64())
        .bind(pace.snapshot_every.as_secs_f64())
        .bind(pace.digests_every.as_secs_f64());
    Ok(due.fetch_one(conn).await?)
}
