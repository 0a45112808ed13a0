//! What is written down of every use: who, when, which record, on what basis. Never the patient's name.

mod checkpoint;
mod kind;
mod reason;
pub mod review;
mod tablet_key;
pub mod usage;

use chrono::{DateTime, Utc};
use ring::digest::{Context, SHA256};
use serde::{Deserialize, Serialize};

pub use self::checkpoint::Checkpoint;
pub use self::kind::AuditKind;
pub use self::reason::{
    Access, AuditBasis, AuditedRecord, BreakGlassEnd, BreakGlassReason, CardRefusal, Closing, FallbackRefusal,
    HandoverWay, LimitStage, ReviewVerdict, SignInFailure, TermKind,
};
pub use self::tablet_key::{NoTabletKey, TabletKey, TabletSigner};

/// Hashed before every row, so that no other bytes can pass for one.
const CONTEXT: &[u8] = b"kakari audit v1\0";

/// What the first row of a chain points back to.
pub const CHAIN_BEGINNING: [u8; 32] = [0; 32];

/// The hash of row `sequence` (1 for the first): SHA-256 over context, sequence (u64 big-endian), the previous row's
/// hash, and the event's bytes as they are stored (docs/formats/audit-chain-v1.md).
pub fn chain(sequence: u64, previous: &[u8; 32], event: &[u8]) -> [u8; 32] {
    let mut context = Context::new(&SHA256);
    context.update(CONTEXT);
    context.update(&sequence.to_be_bytes());
    context.update(previous);
    context.update(event);
    let mut hash = [0; 32];
    hash.copy_from_slice(context.finish().as_ref());
    hash
}

/// One event of the audit, complete as it is chained and stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditEvent {
    /// What happened.
    pub kind: AuditKind,
    /// When, as far as this tablet knew, to the millisecond.
    #[serde(with = "chrono::serde::ts_milliseconds")]
    pub at: DateTime<Utc>,
    /// Milliseconds since this boot of the program: orders events whatever the clock does.
    pub monotonic_ms: u64,
    /// Random number of this start of the program.
    pub boot: [u8; 16],
    /// Where the time came from.
    pub time_quality: TimeQuality,
    /// The tablet.
    pub tablet: String,
    /// The vehicle.
    pub vehicle: String,
    /// Staff numbers of the crew signed in.
    pub crew: Vec<String>,
    /// Version of the program.
    pub app: String,
}

/// How far the tablet's time can be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeQuality {
    /// Only the tablet's own clock.
    OwnClock,
    /// The clock stands before the newest thing this tablet knows.
    Doubtful,
}
