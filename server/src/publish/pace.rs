//! How often and how much.

use std::time::Duration;

use kakari_sync::Pack;

use crate::office::fallback::KEPT;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(86_400);

/// How often the publisher does what, and how much at once. The default is what a region runs with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Most changes in one round; bounds memory together with `chunk`.
    pub batch: u32,
    /// Residents whose documents are in memory at once.
    pub chunk: usize,
    /// A new delta is closed before it grows beyond so many bytes, unpacked.
    pub delta_len: usize,
    /// And a part of a snapshot.
    pub part_len: usize,
    /// Between two looks for changes.
    pub poll: Duration,
    /// Between two looks at staff, cards, orders and keys.
    pub standing_every: Duration,
    /// A head is signed anew after this at the latest.
    pub head_every: Duration,
    /// A head is not believed longer than this.
    pub head_lasts: Duration,
    /// Deltas are merged when the head has more than these...
    pub deltas_wanted: usize,
    /// ...and with more than these also young ones.
    pub deltas_most: usize,
    /// Only deltas at least this old are merged, so that a tablet that looks regularly never takes anything twice.
    pub merge_after: Duration,
    /// Deltas before the snapshot are kept at least this long, so that a tablet that was away needs no snapshot.
    pub deltas_kept: Duration,
    /// Objects that no head names any more are deleted after this.
    pub retired_kept: Duration,
    /// A snapshot is made at least so often when anything changed.
    pub snapshot_every: Duration,
    /// And at most so often.
    pub snapshot_spacing: Duration,
    /// A snapshot is made when the deltas since the last one weigh more than this percentage of it.
    pub snapshot_share: u64,
    /// Digests are made at least so often when anything changed...
    pub digests_every: Duration,
    /// ...or when nothing has changed for so long.
    pub digests_idle: Duration,
    /// Records of an older vault key that are sealed anew in one idle round.
    pub reseal: u32,
    /// One-time codes of each tablet in service that are spare or given.
    pub codes: usize,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            batch: 2_000,
            chunk: 200,
            delta_len: Pack::DELTA_LEN,
            part_len: Pack::PART_LEN,
            poll: Duration::from_secs(1),
            standing_every: Duration::from_secs(5),
            head_every: MINUTE,
            head_lasts: DAY,
            deltas_wanted: 16,
            deltas_most: 40,
            merge_after: 15 * MINUTE,
            deltas_kept: 2 * DAY,
            retired_kept: DAY,
            snapshot_every: 7 * DAY,
            snapshot_spacing: 10 * MINUTE,
            snapshot_share: 20,
            digests_every: HOUR,
            digests_idle: 5 * MINUTE,
            reseal: 500,
            codes: KEPT,
        }
    }
}
