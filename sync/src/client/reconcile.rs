//! Deletion is not trusted to the deltas alone: what the tablet holds is compared with the region's signed digests.

use chrono::TimeDelta;
use kakari_store::Cursor;

use super::outcome::Step;
use super::round::{Client, Round};
use super::{Problem, Refusal, files};
use crate::{Head, digests};

const WANTED_FILE: &str = "snapshot.wanted";
/// Without any reason.
const EVERY: TimeDelta = TimeDelta::days(7);
/// With a reason that stays: not more often than this, so that a row that nobody can take does not fetch snapshots
/// without end.
const AGAIN: TimeDelta = TimeDelta::days(1);

impl Client {
    /// Compares, if it is due and the tablet stands exactly where the digests were taken.
    pub(super) async fn reconcile_if_due(&mut self, round: &mut Round<'_>, head: &Head) -> Result<(), Problem> {
        let Some(named) = head.digests else { return Ok(()) };
        let there = Cursor { generation: head.generation, sequence: named.sequence };
        let compared = round.outcome.differing.is_some() || round.outcome.snapshot;
        if compared || self.store.cursor()? != Some(there) || !self.is_due(round)? {
            return Ok(());
        }
        let theirs = round.fetch(&self.downloads, Step::Reconcile, &named.object).await?;
        let ours = self.store.with_versions(|versions| digests::of(versions))?;
        let differing = digests::differing(&ours, &theirs).map_err(|_| Refusal::MixAndMatch)?;
        let differing = self.unexplained(&differing)?;
        round.outcome.differing = Some(differing);
        if differing > 0 {
            tracing::warn!(differing, "the tablet does not hold what the region holds: a snapshot is wanted");
            files::write_private(&self.state.file(WANTED_FILE), &[])?;
            round.outcome.up_to_date = false;
        }
        Ok(self.store.note_reconciled((self.clock)())?)
    }

    fn is_due(&self, round: &Round<'_>) -> Result<bool, Problem> {
        if self.store.restored_older()? {
            return Ok(true);
        }
        let now = (self.clock)();
        let since = self.store.reconciled_at()?.map(|at| (now - at).abs());
        let reason = round.outcome.set_aside > 0 || round.outcome.count_differs;
        Ok(since.is_none_or(|since| since >= if reason { AGAIN } else { EVERY }))
    }

    /// Buckets that differ, less those of rows that are known to be set aside.
    fn unexplained(&self, differing: &[usize]) -> Result<usize, Problem> {
        let set_aside = self.store.set_aside_rows()?;
        let explained: Vec<_> = set_aside.iter().filter_map(|row| row.record).map(digests::bucket).collect();
        Ok(differing.iter().filter(|bucket| !explained.contains(bucket)).count())
    }

    /// Compares the count of records with the head's; rows that are set aside account for as many.
    pub(super) fn note_count(&self, round: &mut Round<'_>, head: &Head) -> Result<(), Problem> {
        let records = self.store.facts()?.records;
        let set_aside = self.store.set_aside_rows()?.len() as u64;
        round.outcome.count_differs = head.records.abs_diff(records) > set_aside;
        Ok(())
    }

    /// Whether an earlier comparison asked for a snapshot.
    pub(super) fn snapshot_wanted(&self) -> Result<bool, Problem> {
        Ok(files::read(&self.state.file(WANTED_FILE), 1)?.is_some())
    }

    pub(super) fn forget_snapshot_wanted(&self) -> Result<(), Problem> {
        files::remove(&self.state.file(WANTED_FILE))
    }
}
