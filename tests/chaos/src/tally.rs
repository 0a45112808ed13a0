//! How often what really happened: a schedule without faults proves nothing.

use std::fmt;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::plan::Who;
use crate::proxy::Happened;

/// Counts of one schedule, or of all.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) changes: u64,
    pub(crate) audit_rows: u64,
    pub(crate) lookups: u64,
    pub(crate) snapshots: u64,
    /// Kills of server, publisher, sync, tap.
    kills: [u64; 4],
    /// Kills while the tablet was at snapshot, deltas, receipts.
    during: [u64; 3],
    /// Cut, delayed, throttled, swallowed, deafened, late, overtaken, replayed, refused.
    line: [u64; 9],
    slowest: Duration,
}

const KILLS: [&str; 4] = ["server", "publisher", "sync", "tap"];
const DURING: [&str; 3] = ["snapshot", "deltas", "receipts"];
const LINE: [&str; 9] =
    ["cut", "delayed", "throttled", "half open", "deaf", "late", "overtaken", "replayed", "refused"];

impl Tally {
    pub(crate) fn killed(&mut self, who: Who, step: Option<&str>) {
        let at = match who {
            Who::Server => 0,
            Who::Publisher => 1,
            Who::Sync => 2,
            Who::Tap => 3,
        };
        self.kills[at] += 1;
        let during = match step {
            Some("Snapshot") => 0,
            Some("Deltas") => 1,
            Some("Receipts") => 2,
            _ => return,
        };
        self.during[during] += 1;
    }

    pub(crate) fn settled(&mut self, took: Duration) {
        self.slowest = self.slowest.max(took);
    }

    pub(crate) fn add(&mut self, happened: &Happened) {
        let counters = [
            &happened.cut,
            &happened.delayed,
            &happened.throttled,
            &happened.swallowed,
            &happened.deafened,
            &happened.late,
            &happened.overtaken,
            &happened.replayed,
            &happened.refused,
        ];
        self.line.iter_mut().zip(counters).for_each(|(sum, counter)| *sum += counter.load(Ordering::Relaxed));
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        self.changes += other.changes;
        self.audit_rows += other.audit_rows;
        self.lookups += other.lookups;
        self.snapshots += other.snapshots;
        self.kills.iter_mut().zip(other.kills).for_each(|(sum, more)| *sum += more);
        self.during.iter_mut().zip(other.during).for_each(|(sum, more)| *sum += more);
        self.line.iter_mut().zip(other.line).for_each(|(sum, more)| *sum += more);
        self.slowest = self.slowest.max(other.slowest);
    }

    /// What never happened, though it should have.
    pub(crate) fn missing(&self) -> Vec<&'static str> {
        let kinds =
            KILLS.iter().zip(self.kills).chain(DURING.iter().zip(self.during)).chain(LINE.iter().zip(self.line));
        let rest = [("changes", self.changes), ("audit rows", self.audit_rows), ("snapshots", self.snapshots)];
        let kinds = kinds.map(|(name, count)| (*name, count)).chain(rest);
        kinds.filter(|(_, count)| *count == 0).map(|(name, _)| name).collect()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} changes, {} audit rows, {} look-ups, ", self.changes, self.audit_rows, self.lookups)?;
        write!(f, "{} snapshots taken; kill -9:", self.snapshots)?;
        KILLS.iter().zip(self.kills).try_for_each(|(name, count)| write!(f, " {name} {count}"))?;
        write!(f, "; of them during")?;
        DURING.iter().zip(self.during).try_for_each(|(name, count)| write!(f, " {name} {count}"))?;
        write!(f, "; line:")?;
        LINE.iter().zip(self.line).try_for_each(|(name, count)| write!(f, " {name} {count}"))?;
        write!(f, "; agreed again within {} ms", self.slowest.as_millis())
    }
}
