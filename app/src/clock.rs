//! Now, in the two ways the product needs it.

use chrono::Utc;
use kakari_session::Moment;
use rustix::time::{ClockId, clock_gettime};

/// The tablet's clock, and one that never jumps (`CLOCK_BOOTTIME`, milliseconds: it goes on while
/// the tablet sleeps, so that a lid closed on an open case locks it).
pub(crate) fn now() -> Moment {
    Moment { utc: Utc::now(), monotonic_ms: monotonic_us() / 1000 }
}

/// `CLOCK_BOOTTIME` in microseconds: comparable between the processes of one machine.
pub(crate) fn monotonic_us() -> u64 {
    let time = clock_gettime(ClockId::Boottime);
    let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
    seconds * 1_000_000 + u64::try_from(time.tv_nsec).unwrap_or_default() / 1000
}
