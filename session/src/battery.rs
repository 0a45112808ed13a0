//! A battery that runs low is said at two marks; what the crew has taken away at the first is said again at the second.

use crate::findings::{Battery, Gauges};
use crate::problem::Problem;
use crate::session::Session;
use crate::state::{Other, State};

/// The first mark, in per cent.
pub(crate) const LOW: u8 = 20;
/// The second: the tablet will soon be dark.
pub(crate) const VERY_LOW: u8 = 10;

impl Session {
    /// What the crew has taken away is said anew once the battery was charged meanwhile.
    pub(crate) fn gauged(&mut self, gauges: Gauges) {
        self.gauges = gauges;
        if self.battery_mark().is_none() {
            self.battery_read = None;
        }
    }

    /// What is to be said of the battery; nothing while it is being charged.
    pub(crate) fn battery_problem(&self) -> Option<Problem> {
        let mark = self.battery_mark()?;
        let news = self.battery_read.is_none_or(|read| mark < read);
        let percent = self.gauges.battery?.percent;
        news.then_some(Problem::BatteryLow { percent })
    }

    /// The same where a patient is on the glass: only what would take the patient away with it.
    pub(crate) fn battery_nearly_empty(&self) -> Option<Problem> {
        self.battery_problem().filter(|_| self.battery_mark() == Some(VERY_LOW))
    }

    /// Whether it is what a touch that takes a notice away takes away now.
    pub(crate) fn battery_is_said(&self) -> bool {
        let alone = match &self.state {
            State::SignIn(sign_in) => sign_in.problem.is_none(),
            State::Standby(problem) => problem.is_none(),
            State::Locked(locked) => locked.problem.is_none(),
            State::Fallback(fallback) => fallback.problem.is_none(),
            State::Case(case) => {
                let other = matches!(case.other, Other::None);
                return other
                    && case.problem.is_none()
                    && !self.ends_soon(case)
                    && self.battery_nearly_empty().is_some();
            }
            State::Station(station) => self.station_says_what_stands(station),
            State::Reading(_) | State::Check(_) | State::Reason(_) | State::Search(_) => false,
        };
        alone && self.standing_problem().is_none() && self.battery_problem().is_some()
    }

    /// The crew has taken it away.
    pub(crate) fn dismiss_battery(&mut self) {
        self.battery_read = self.battery_mark();
    }

    /// The mark that it stands at or below.
    fn battery_mark(&self) -> Option<u8> {
        let Battery { percent, charging } = self.gauges.battery?;
        if charging { None } else { [VERY_LOW, LOW].into_iter().find(|mark| percent <= *mark) }
    }
}
