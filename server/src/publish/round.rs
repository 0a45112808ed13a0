//! One round: changes taken, sealed, numbered, packed, committed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Instant;

use kakari_record::seal::{FeedId, Removal};
use sqlx::{Connection, PgConnection};

use super::number::unsigned;
use super::packs::{self, DeltaMaker, Numbered};
use super::resident::{self, Resident, Wanted};
use super::workshop::{Outcome, Unsealable, Workshop};
use super::{Objects, Pace, PublishError, Publisher, changes, places};
use crate::office_log;

const WHO: &str = "publisher";
/// Somebody who holds a resident's row keeps nobody else waiting: that resident's turn is the next round.
const LOCK: &str = "
    SELECT id, consent, status, version FROM resident WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED";

/// What a round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// Changes that it took.
    pub taken: usize,
    /// Residents whose record changed in the feed.
    pub published: u64,
    /// Residents that somebody else was just writing; their turn is the next round.
    pub put_back: usize,
    /// Residents who stay as they were published because their documents do not make one record.
    pub failed: usize,
}

/// What a round knows before it has numbers.
#[derive(Default)]
struct Settled {
    changing: Vec<(Resident, Outcome)>,
    failed: Vec<(Resident, Unsealable)>,
    put_back: BTreeSet<i64>,
}

impl Round {
    /// Whether more may wait.
    pub const fn is_full(&self, pace: &Pace) -> bool {
        self.taken >= pace.batch as usize && self.put_back < self.taken / 2
    }
}

impl Publisher {
    /// Takes the changes that wait, a batch at most, and publishes them. When none waits, records of an older vault key
    /// are sealed anew. All of it or nothing.
    pub async fn round(&mut self) -> Result<Round, PublishError> {
        let mut tx = self.conn.begin().await?;
        let waiting = changes::waiting(&mut tx, self.pace.batch).await?;
        let wanted = if waiting.len() == 0 {
            let left: Vec<i64> = self.left.iter().copied().collect();
            changes::of_old_epochs(&mut tx, self.workshop.epoch(), &left, self.pace.reseal).await?
        } else {
            waiting.residents()
        };
        if wanted.is_empty() {
            tx.rollback().await?;
            return Ok(Round::default());
        }
        let outcomes = seal(&mut tx, &self.workshop, &wanted, self.pace.chunk).await?;
        let settled = settle(&mut tx, outcomes).await?;
        let mut round = Round {
            taken: waiting.len(),
            published: 0,
            put_back: settled.put_back.len(),
            failed: settled.failed.len(),
        };
        waiting.take(&mut tx, &settled.put_back).await?;
        tell_failed(&mut tx, &settled.failed).await?;
        let numbered = number(&mut tx, settled.changing).await?;
        let name = (self.keys.feed, self.generation);
        round.published = write(&mut tx, &self.objects, name, self.pace.delta_len, &numbered).await?;
        tx.commit().await?;
        self.left.extend(settled.failed.iter().map(|(resident, _)| resident.id));
        self.count(&numbered);
        Ok(round)
    }

    fn count(&mut self, numbered: &[Numbered]) {
        let came = numbered.iter().filter(|one| !one.was_there && !one.removed).count() as u64;
        let went = numbered.iter().filter(|one| one.was_there && one.removed).count() as u64;
        self.records = self.records + came - went;
        if !numbered.is_empty() {
            self.times.unnamed = true;
            self.times.changed = Some(Instant::now());
        }
    }
}

/// Reads and seals, some residents at a time, while nobody's rows are locked.
async fn seal(
    conn: &mut PgConnection,
    workshop: &Arc<Workshop>,
    wanted: &[Wanted],
    chunk: usize,
) -> Result<Vec<(Resident, Outcome)>, PublishError> {
    let mut outcomes = Vec::with_capacity(wanted.len());
    let mut sealing = None;
    for wanted in wanted.chunks(chunk.max(1)) {
        let residents = resident::load(conn, wanted, workshop.epoch()).await?;
        outcomes.extend(done(sealing.take()).await?);
        let workshop = Arc::clone(workshop);
        sealing = Some(tokio::task::spawn_blocking(move || workshop.all(residents)));
    }
    outcomes.extend(done(sealing).await?);
    Ok(outcomes)
}

type Sealing = tokio::task::JoinHandle<Result<Vec<(Resident, Outcome)>, PublishError>>;

async fn done(sealing: Option<Sealing>) -> Result<Vec<(Resident, Outcome)>, PublishError> {
    match sealing {
        Some(sealing) => sealing.await.map_err(|_| PublishError::Fault)?,
        None => Ok(Vec::new()),
    }
}

/// Locks the residents whose records are to change. Who withdrew consent, or moved, while they were sealed is removed.
async fn settle(conn: &mut PgConnection, outcomes: Vec<(Resident, Outcome)>) -> Result<Settled, PublishError> {
    let mut settled = Settled::default();
    let mut changing: Vec<(Resident, Outcome)> = Vec::with_capacity(outcomes.len());
    for (resident, outcome) in outcomes {
        match outcome {
            Outcome::Nothing => {}
            Outcome::Failed(why) => settled.failed.push((resident, why)),
            outcome => changing.push((resident, outcome)),
        }
    }
    let ids: Vec<i64> = changing.iter().map(|(resident, _)| resident.id).collect();
    let rows: Vec<(i64, String, String, i64)> = sqlx::query_as(LOCK).bind(ids).fetch_all(conn).await?;
    let locked: BTreeMap<i64, (Option<Removal>, u64)> = rows
        .into_iter()
        .map(|(id, consent, status, version)| (id, (resident::gone(&consent, &status), unsigned(version))))
        .collect();
    for (resident, outcome) in changing {
        match locked.get(&resident.id) {
            Some((gone, version)) if *version == resident.version => match (gone, &outcome) {
                (Some(_), Outcome::Put(_) | Outcome::Cards(..)) if !resident.is_published() => {}
                (Some(why), Outcome::Put(_) | Outcome::Cards(..)) => {
                    settled.changing.push((resident, Outcome::Remove(*why)));
                }
                _ => settled.changing.push((resident, outcome)),
            },
            _ => {
                settled.put_back.insert(resident.id);
            }
        }
    }
    // What has to go goes first.
    settled.changing.sort_by_key(|(resident, outcome)| (!matches!(outcome, Outcome::Remove(_)), resident.id));
    Ok(settled)
}

/// Gives out the sequence numbers, and the versions with them.
async fn number(conn: &mut PgConnection, changing: Vec<(Resident, Outcome)>) -> Result<Vec<Numbered>, PublishError> {
    let count = changing.len();
    if count == 0 {
        return Ok(Vec::new());
    }
    let sealed = changing.iter().filter(|(_, outcome)| matches!(outcome, Outcome::Put(_)));
    let sealed: Vec<i64> = sealed.map(|(resident, _)| resident.id).collect();
    sqlx::query("UPDATE resident SET version = version + 1 WHERE id = ANY($1)")
        .bind(sealed)
        .execute(&mut *conn)
        .await?;
    let last: i64 = sqlx::query_scalar("UPDATE region SET sequence = sequence + $1 RETURNING sequence")
        .bind(i64::try_from(count).unwrap_or(i64::MAX))
        .fetch_one(conn)
        .await?;
    let first = unsigned(last) - count as u64 + 1;
    let numbered = (first..).zip(changing);
    numbered
        .filter_map(|(sequence, (resident, outcome))| Numbered::new(&resident, outcome, sequence).transpose())
        .collect()
}

/// Writes the deltas, if anybody can stand in the feed yet, and keeps each record's newest change; how many.
async fn write(
    conn: &mut PgConnection,
    objects: &Objects,
    (feed, generation): (FeedId, u64),
    delta_len: usize,
    numbered: &[Numbered],
) -> Result<u64, PublishError> {
    let (Some(first), Some(last)) = (numbered.first(), numbered.last()) else { return Ok(0) };
    if places::begun(conn).await? {
        let mut maker = DeltaMaker::new(feed, generation, first.sequence - 1, delta_len);
        numbered.iter().try_for_each(|one| maker.push(one.sequence, &one.frame))?;
        let deltas = packs::put(objects, maker.finish(last.sequence)).await?;
        places::add_deltas(conn, &deltas).await?;
    }
    places::keep(conn, numbered).await?;
    Ok(last.sequence - first.sequence + 1)
}

async fn tell_failed(conn: &mut PgConnection, failed: &[(Resident, Unsealable)]) -> Result<(), PublishError> {
    for (resident, why) in failed {
        tracing::error!(record = %resident.record, "not published anew, tablets keep what they have: {why}");
        office_log::note(conn, WHO, &format!("not published: {why}"), &resident.record.to_string()).await?;
    }
    Ok(())
}
