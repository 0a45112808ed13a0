//! The lanes of the records: deltas where the tablet stands in their reach, else a snapshot and the deltas after it.

use std::collections::BTreeMap;

use kakari_store::{Cursor, SnapshotId};
use serde::{Deserialize, Serialize};

use super::outcome::{Outcome, Step, StepProgress, Waits};
use super::packs::{self, DeltaRows};
use super::round::{Client, Round};
use super::{Problem, Progress, Refusal, files};
use crate::{DeltaRef, Head, Manifest, SnapshotRef, cbor};

/// Rows of a begun snapshot that could not be read at all, by part.
const UNREAD_LEN: usize = 1024 * 1024;
const UNREAD_FILE: &str = "snapshot.unread";
const FORM: u8 = 1;

/// How to come to where the head is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Plan {
    /// The tablet is there.
    Nothing,
    /// By the deltas beyond this sequence.
    Deltas(u64),
    /// By the snapshot, or from nothing where there is none, and the deltas after it.
    Everything,
}

#[derive(Default, Serialize, Deserialize)]
struct Unread {
    manifest: [u8; 32],
    rows: BTreeMap<u32, u64>,
}

impl Client {
    pub(super) async fn data_lanes(&mut self, round: &mut Round<'_>, head: &Head) {
        if is_older(&self.app, &head.minimum_app) {
            return round.outcome.fail(Step::Deltas, Refusal::AppTooOld { needs: head.minimum_app.clone() });
        }
        match self.has_dictionaries(head) {
            Ok(true) => {}
            // Why, the lane that fetches them has said.
            Ok(false) => return,
            Err(problem) => return round.outcome.fail(Step::Deltas, problem),
        }
        if let Err(problem) = self.reconcile_if_exact(round, head).await {
            round.outcome.fail(Step::Reconcile, problem);
        }
        let plan = match self.plan(round, head) {
            Ok(plan) => plan,
            Err(problem) => return round.outcome.fail(Step::Deltas, problem),
        };
        let (step, done) = match plan {
            Plan::Nothing => (Step::Deltas, Ok(())),
            Plan::Deltas(from) => (Step::Deltas, self.take_deltas(round, head, from).await),
            Plan::Everything => (Step::Snapshot, self.take_everything(round, head).await),
        };
        if let Err(problem) = done {
            round.outcome.fail(step, problem);
        }
        if let Err(problem) = self.close_data(round, head).await {
            round.outcome.fail(Step::Reconcile, problem);
        }
    }

    /// Whether the tablet is where the head is, and whether it holds as many records.
    async fn close_data(&mut self, round: &mut Round<'_>, head: &Head) -> Result<(), Problem> {
        let there = Cursor { generation: head.generation, sequence: head.sequence };
        round.outcome.up_to_date = self.store.cursor()? == Some(there) && !self.snapshot_wanted()?;
        if self.store.cursor()? != Some(there) {
            return Ok(());
        }
        self.exact = Some(there);
        self.note_count(round, head)?;
        self.reconcile_if_due(round, head).await?;
        // Somebody is missing here, or should be gone: nobody may call that current.
        round.outcome.up_to_date &= !round.outcome.count_differs;
        if round.outcome.up_to_date {
            self.downloads.keep_only(&[])?;
        }
        Ok(())
    }

    /// Whether every dictionary is here that a row may be packed with. A row that nobody can unpack must not take the
    /// place of one that opens.
    fn has_dictionaries(&self, head: &Head) -> Result<bool, Problem> {
        let here = self.store.dictionary_ids()?;
        Ok(head.dictionaries.iter().all(|dictionary| here.contains(&dictionary.id)))
    }

    /// Compares digests only where the tablet is known to hold exactly what the region held at that sequence. A merged
    /// delta leaves out what changed again after it, so on the way through such deltas the tablet stands at sequences
    /// whose rows it never had.
    async fn reconcile_if_exact(&mut self, round: &mut Round<'_>, head: &Head) -> Result<(), Problem> {
        match self.exact {
            Some(exact) if self.store.cursor()? == Some(exact) => self.reconcile_if_due(round, head).await,
            _ => Ok(()),
        }
    }

    fn plan(&self, round: &mut Round<'_>, head: &Head) -> Result<Plan, Problem> {
        let Some(cursor) = self.store.cursor()? else { return Ok(Plan::Everything) };
        if cursor.generation != head.generation {
            return Ok(Plan::Everything);
        }
        // A snapshot that the digests asked for does not keep the deltas waiting.
        if let (true, Some(snapshot)) = (self.snapshot_wanted()?, head.snapshot) {
            if is_free(round) {
                return Ok(Plan::Everything);
            }
            round.outcome.waits = Some(Waits::ForWifi { bytes: snapshot.size });
        }
        if cursor.sequence == head.sequence {
            return Ok(Plan::Nothing);
        }
        let covered = head.deltas.first().is_some_and(|first| first.from <= cursor.sequence);
        let covered = covered && cursor.sequence < head.sequence;
        Ok(if covered { Plan::Deltas(cursor.sequence) } else { Plan::Everything })
    }

    async fn take_deltas(&mut self, round: &mut Round<'_>, head: &Head, from: u64) -> Result<(), Problem> {
        for named in head.deltas.iter().filter(|delta| delta.to > from) {
            if !self.budget(round)?.allows(named.object.size) {
                round.outcome.waits = Some(Waits::ForTomorrow);
                return Ok(());
            }
            let rows = self.fetch_delta(round, head, named).await?;
            let before = self.store.cursor()?;
            let at = before.map_or(0, |cursor| cursor.sequence);
            let whole = before.is_some() && self.exact == before && rows.are_all_after(at);
            let DeltaRows { delta, set_aside } = rows;
            let new = set_aside.iter().filter(|row| row.sequence.is_none_or(|sequence| sequence > at));
            for row in new {
                self.store.set_aside(row)?;
                round.outcome.set_aside += 1;
            }
            let applied = self.store.apply(delta)?;
            count(&mut round.outcome, &applied);
            self.account(round.conditions, &mut round.outcome);
            self.exact = if whole { self.store.cursor()? } else { None };
            self.reconcile_if_exact(round, head).await?;
        }
        Ok(())
    }

    async fn fetch_delta(
        &mut self,
        round: &mut Round<'_>,
        head: &Head,
        named: &DeltaRef,
    ) -> Result<DeltaRows, Problem> {
        let packed = round.fetch(&self.downloads, Step::Deltas, &named.object).await?;
        Ok(packs::open_delta(head, named, &packed)?)
    }

    /// The snapshot, then the deltas after it, and only then is any of it live.
    async fn take_everything(&mut self, round: &mut Round<'_>, head: &Head) -> Result<(), Problem> {
        let Some(snapshot) = head.snapshot else {
            let nothing = SnapshotId { generation: head.generation, sequence: 0, manifest: [0; 32], parts: 0 };
            return self.catch_up(round, head, nothing, 0).await.map(drop);
        };
        if !is_free(round) {
            round.outcome.waits = Some(Waits::ForWifi { bytes: snapshot.size });
            return Ok(());
        }
        let bytes = round.fetch(&self.downloads, Step::Snapshot, &snapshot.manifest).await?;
        let manifest = packs::open_manifest(head, &snapshot, &bytes)?;
        let parts = u32::try_from(manifest.parts.len()).map_err(|_| Refusal::Endless)?;
        let id = SnapshotId {
            generation: head.generation,
            sequence: snapshot.sequence,
            manifest: *snapshot.manifest.sha256.as_bytes(),
            parts,
        };
        let unread = self.take_parts(round, &snapshot, &manifest, id).await?;
        if !self.catch_up(round, head, id, snapshot.records.saturating_sub(unread)).await? {
            return Ok(());
        }
        round.outcome.snapshot = true;
        files::remove(&self.state.file(UNREAD_FILE))?;
        self.forget_snapshot_wanted()?;
        Ok(self.store.note_reconciled((self.clock)())?)
    }

    /// Puts every part in that is not in yet. The answer is how many of its rows could not be read at all.
    async fn take_parts(
        &mut self,
        round: &mut Round<'_>,
        snapshot: &SnapshotRef,
        manifest: &Manifest,
        id: SnapshotId,
    ) -> Result<u64, Problem> {
        let wanted: Vec<_> = manifest.parts.iter().map(|part| part.object.sha256).collect();
        self.downloads.keep_only(&wanted)?;
        let mut unread = self.unread(id)?;
        let (mut staging, mut before) = (self.store.stage(id)?, 0);
        for (part, named) in (0..).zip(&manifest.parts) {
            if part >= staging.parts_done() {
                let (tell, of) = (&mut *round.tell, snapshot.size);
                let mut progress =
                    |now: Progress| tell(StepProgress { step: Step::Snapshot, done: before + now.done, of });
                let packed = self.downloads.fetch_bytes(&round.source, &named.object, &mut progress).await?;
                let rows = packs::open_part(manifest, part, named, &packed)?;
                let nameless = rows.set_aside.iter().filter(|row| row.record.is_none()).count() as u64;
                if nameless > 0 {
                    unread.rows.insert(part, nameless);
                    files::write_private(&self.state.file(UNREAD_FILE), &cbor::encode(FORM, &unread))?;
                }
                for row in &rows.set_aside {
                    staging.set_aside(row)?;
                }
                round.outcome.set_aside += rows.set_aside.len() as u64;
                round.outcome.put += rows.rows.len() as u64;
                staging.put_part(part, rows.rows)?;
            }
            before += named.object.size;
        }
        Ok(unread.rows.values().sum())
    }

    fn unread(&self, id: SnapshotId) -> Result<Unread, Problem> {
        let stored = files::read(&self.state.file(UNREAD_FILE), UNREAD_LEN as u64)?;
        let stored: Option<Unread> = stored.and_then(|bytes| cbor::decode(FORM, &bytes, UNREAD_LEN).ok());
        let same = stored.filter(|stored| stored.manifest == id.manifest);
        Ok(same.unwrap_or(Unread { manifest: id.manifest, rows: BTreeMap::new() }))
    }

    /// Takes the deltas after the snapshot into it and makes it live: nobody ever looks in an older set than before.
    /// False when bytes are waiting.
    async fn catch_up(
        &mut self,
        round: &mut Round<'_>,
        head: &Head,
        id: SnapshotId,
        expected: u64,
    ) -> Result<bool, Problem> {
        for named in head.deltas.iter().filter(|delta| delta.to > id.sequence) {
            if !self.budget(round)?.allows(named.object.size) && !round.conditions.bulk_allowed {
                round.outcome.waits = Some(Waits::ForTomorrow);
                return Ok(false);
            }
            let DeltaRows { delta, set_aside } = self.fetch_delta(round, head, named).await?;
            let mut staging = self.store.stage(id)?;
            match staging.catch_up(expected, &delta)? {
                Ok(applied) => count(&mut round.outcome, &applied),
                Err(differs) => return Err(count_differs(differs).into()),
            }
            for row in &set_aside {
                staging.set_aside(row)?;
            }
            round.outcome.set_aside += set_aside.len() as u64;
        }
        match self.store.stage(id)?.make_live(expected)? {
            Ok(()) => Ok(true),
            Err(differs) => Err(count_differs(differs).into()),
        }
    }
}

/// Whether what is large may come now: a snapshot, the program.
pub(super) const fn is_free(round: &Round<'_>) -> bool {
    !round.network || !round.conditions.metered || round.conditions.bulk_allowed
}

const fn count_differs(differs: kakari_store::CountDiffers) -> Refusal {
    Refusal::CountDiffers { expected: differs.expected, found: differs.found }
}

fn count(outcome: &mut Outcome, applied: &kakari_store::Applied) {
    outcome.put += applied.put;
    outcome.cards += applied.cards;
    outcome.removed += applied.removed;
    outcome.set_aside += applied.set_aside.len() as u64;
}

/// Whether version `own` is before `needed`; what is no version is before everything.
fn is_older(own: &str, needed: &str) -> bool {
    let numbers = |version: &str| -> Option<Vec<u64>> {
        let numbers: Vec<_> = version.split('.').map(str::parse).collect::<Result<_, _>>().ok()?;
        (numbers.len() == 3).then_some(numbers)
    };
    numbers(needed).is_none_or(|needed| numbers(own).is_none_or(|own| own < needed))
}
