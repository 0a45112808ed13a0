//! 緊急閲覧: for how long records may be searched for without a card, and why.

use kakari_record::audit::BreakGlassReason;

/// Declared, and its row is durable.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BreakGlass {
    pub(crate) reason: BreakGlassReason,
    /// By the clock that never jumps.
    pub(crate) ends_ms: u64,
}
