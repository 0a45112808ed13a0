//! What keeps the tablet's clock: whether a time server sets it, and whether it was moved since the program started.

use std::path::Path;

use chrono::{DateTime, Utc};
use kakari_session::Moment;
use kakari_session::findings::ClockFindings;
use zbus::zvariant::{OwnedValue, Value};

use super::bus::{Bus, Start, call};
use crate::clock;

/// systemd-timesyncd touches it once a server has set the clock (systemd-timesyncd.service(8)).
const SYNCHRONISED: &str = "/run/systemd/timesync/synchronized";
/// Less is no step: a server turns a clock slowly.
const STEP_SECONDS: i64 = 60;

/// Remembers when this program started, by both clocks.
#[derive(Debug)]
pub(crate) struct ClockSource {
    began: Moment,
}

impl Default for ClockSource {
    fn default() -> Self {
        Self { began: clock::now() }
    }
}

impl ClockSource {
    /// What keeps it now. Asks the system's bus, which may take half a second.
    pub(super) fn look(&self) -> ClockFindings {
        let synchronised = if Path::new(SYNCHRONISED).exists() { Some(true) } else { told_by_system(&Bus::System) };
        ClockFindings { synchronised, moved_seconds: moved(self.began, clock::now()) }
    }
}

/// By how many seconds the clock went otherwise than the one that never jumps.
fn moved(began: Moment, now: Moment) -> Option<i64> {
    let gone = now.monotonic_ms.saturating_sub(began.monotonic_ms);
    let expected: DateTime<Utc> = began.utc + chrono::TimeDelta::milliseconds(i64::try_from(gone).ok()?);
    let by = (now.utc - expected).num_seconds();
    (by.abs() >= STEP_SECONDS).then_some(by)
}

/// As `timedatectl` says it, of the kernel's own mark (adjtimex(2)): whichever program sets the clock.
fn told_by_system(bus: &Bus) -> Option<bool> {
    const NAME: &str = "org.freedesktop.timedate1";
    let asked = [NAME, "/org/freedesktop/timedate1", "org.freedesktop.DBus.Properties", "Get"];
    let told: OwnedValue = call(&bus.connect()?, asked, Start::May, &(NAME, "NTPSynchronized")).ok()?;
    match &*told {
        Value::Bool(told) => Some(*told),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn a_clock_that_runs_has_not_moved_and_one_that_was_set_has_by_so_much() {
        let began = Moment { utc: DateTime::from_timestamp(1_795_000_000, 0).expect("time"), monotonic_ms: 5_000 };
        let later = |ms: u64, by| Moment {
            utc: began.utc + TimeDelta::milliseconds(i64::try_from(ms).expect("short")) + TimeDelta::seconds(by),
            monotonic_ms: began.monotonic_ms + ms,
        };
        for (ms, by, moved_by) in
            [(3_600_000, 0, None), (3_600_000, 59, None), (3_600_000, 60, Some(60)), (1_000, -7_200, Some(-7_200))]
        {
            assert_eq!(moved(began, later(ms, by)), moved_by, "{by} s after {ms} ms");
        }
    }
}
