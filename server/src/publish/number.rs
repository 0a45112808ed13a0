//! Numbers between the database, which has signed ones, and the wire.

/// A count or sequence that the database keeps; none is ever negative.
pub(super) fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// The same the other way round; no region counts beyond 2^63.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
