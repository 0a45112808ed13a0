//! Time goes on: what ends by itself, and how long nobody has touched the glass.

use kakari_record::audit::{AuditKind, Closing};

use super::{Session, StoreStatus};
use crate::Effect;
use crate::event::Moment;
use crate::state::State;

/// Locks when nobody has touched the glass and no case is open.
const AUTO_LOCK_MS: u64 = 5 * 60 * 1000;
/// A forgotten case ends.
const CASE_END_MS: u64 = 8 * 60 * 60 * 1000;

impl Session {
    pub(super) fn tick(&mut self, moment: Moment) -> Vec<Effect> {
        if self.now.replace(moment).is_none() {
            self.stay_awake();
        }
        self.ages.tick(moment);
        let mut effects = self.mind_clock();
        effects.extend(self.mind_shift());
        effects.extend(self.mind_lease());
        effects.extend(self.mind_break_glass(moment));
        effects.extend(self.mind_time(moment));
        effects.extend(self.mind_station(moment));
        effects.extend(self.mind_update());
        effects
    }

    /// A step of the clock is written down where there is a log to write it to.
    fn mind_clock(&mut self) -> Vec<Effect> {
        let step = matches!(self.store, StoreStatus::Open(_)).then(|| self.ages.take_step()).flatten();
        step.map(|by_seconds| self.audit(AuditKind::ClockStepped { by_seconds })).into_iter().collect()
    }

    fn mind_time(&mut self, moment: Moment) -> Vec<Effect> {
        self.mind_codes(moment);
        let idle = self.idle_ms() >= AUTO_LOCK_MS;
        match &self.state {
            State::Case(case) if moment.monotonic_ms.saturating_sub(case.since.monotonic_ms) >= CASE_END_MS => {
                self.close_case(Closing::Expired)
            }
            State::Case(_) | State::Locked(_) => Vec::new(),
            State::SignIn(_) if self.crew.is_empty() => Vec::new(),
            _ if idle => self.lock(true),
            _ => Vec::new(),
        }
    }

    pub(crate) fn stay_awake(&mut self) {
        self.last_touch_ms = self.now.map_or(0, |now| now.monotonic_ms);
    }

    /// How long nobody has touched the glass or laid a card on.
    pub(crate) fn idle_ms(&self) -> u64 {
        self.now_ms().saturating_sub(self.last_touch_ms)
    }

    /// The clock that never jumps.
    pub(crate) fn now_ms(&self) -> u64 {
        self.now.map_or(0, |now| now.monotonic_ms)
    }

    /// Since the card was seen, or somebody was chosen.
    pub(crate) fn took_ms(&self) -> Option<u32> {
        let took = self.now_ms().checked_sub(self.began_ms?)?;
        u32::try_from(took).ok()
    }
}
