//! What a tablet tells of itself, as JSON. Nothing of a patient.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A tablet's state after a round of sync.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TabletReport {
    /// Version of the program.
    pub app: String,
    /// The feed's generation; none before the first snapshot.
    pub generation: Option<u64>,
    /// Where the tablet stands in the feed; none before the first snapshot.
    pub sequence: Option<u64>,
    /// How many records it holds.
    pub records: u64,
    /// Version of the roster it believes; none before the first.
    pub roster: Option<u64>,
    /// Audit rows without a receipt.
    pub unreceipted: u64,
    /// Rows that it could not take.
    pub unapplied: Vec<UnappliedRow>,
    /// The tablet's clock.
    pub at: DateTime<Utc>,
    /// What the tablet last refused of the feed, in its own words; none when all was taken.
    pub refused: Option<String>,
}

impl TabletReport {
    /// Longest report that the server reads, in bytes.
    pub const MAX_LEN: usize = 64 * 1024;
    /// Most rows that one report names; the others come with later ones.
    pub const MAX_UNAPPLIED: usize = 100;
}

/// A row that was set aside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnappliedRow {
    /// Its sequence, if that could be read.
    pub sequence: Option<u64>,
    /// Its record id in hexadecimal, if that could be read.
    pub record: Option<String>,
    /// Why.
    pub reason: String,
}
