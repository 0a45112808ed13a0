//! When the next round is, and what it may cost. Nothing here waits or reads a clock.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};

/// First wait after a failure.
const FIRST: Duration = Duration::from_secs(5);
/// Bounds of the interval that a region may ask for.
const INTERVAL: std::ops::RangeInclusive<u32> = 10..=3_600;

/// Decides when the next round is.
#[derive(Debug)]
pub struct Schedule {
    interval: Duration,
    backoff: Option<ExponentialBackoff>,
    seed: Option<u64>,
}

/// The day's bytes over the metered link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Allowed in a day; none on a link that costs nothing.
    pub per_day: Option<u64>,
    /// Spent today.
    pub spent: u64,
}

impl Schedule {
    /// Rounds every `poll_seconds`, kept between ten seconds and an hour.
    pub fn every(poll_seconds: u32) -> Self {
        Self { interval: bounded(poll_seconds), backoff: None, seed: None }
    }

    /// The same with jitter that is the same every time.
    #[must_use]
    pub fn with_seed(self, seed: u64) -> Self {
        Self { seed: Some(seed), ..self }
    }

    /// Changes the interval, as the region's settings say.
    pub fn set_interval(&mut self, poll_seconds: u32) {
        self.interval = bounded(poll_seconds);
    }

    /// How long to wait after a round that reached the server, or did not. After failures in a row the waits double from
    /// five seconds up to the interval, each with jitter, so that thousands of tablets do not come back together.
    pub fn after(&mut self, reached: bool) -> Duration {
        if reached {
            self.backoff = None;
            return self.interval;
        }
        let (interval, seed) = (self.interval, self.seed);
        let backoff = self.backoff.get_or_insert_with(|| {
            let waits = ExponentialBuilder::new().with_min_delay(FIRST).with_max_delay(interval / 2);
            let waits = waits.without_max_times().with_jitter();
            seed.map_or(waits, |seed| waits.with_jitter_seed(seed)).build()
        });
        backoff.next().unwrap_or(interval).min(interval)
    }

    /// The link has returned, or somebody asked: the next round is now and failures are forgotten.
    pub fn asked(&mut self) {
        self.backoff = None;
    }
}

impl Budget {
    /// Whether so many more bytes are within it.
    pub const fn allows(&self, bytes: u64) -> bool {
        match self.per_day {
            Some(per_day) => self.spent.saturating_add(bytes) <= per_day,
            None => true,
        }
    }
}

fn bounded(poll_seconds: u32) -> Duration {
    Duration::from_secs(u64::from(poll_seconds.clamp(*INTERVAL.start(), *INTERVAL.end())))
}
