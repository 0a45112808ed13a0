//! A card that is laid on to try the reader. It opens nothing, whoever's it is.

use crate::Effect;
use crate::event::{Attempt, CardTrouble, StaffCardOutcome};
use crate::problem::Problem;
use crate::session::{Session, StoreStatus};
use crate::state::State;

use super::{StationPage, TestCard};

impl Session {
    /// The card is asked what it is, as at a sign-in. An erased tablet asks none.
    pub(super) fn try_card(&mut self) -> Vec<Effect> {
        if matches!(self.store, StoreStatus::Wiped(_)) {
            return Vec::new();
        }
        let attempt = self.next_attempt();
        let State::Station(station) = &mut self.state else { return Vec::new() };
        (station.testing, station.test_card) = (Some(attempt), Some(TestCard::Asked));
        vec![Effect::ReadStaffCard(attempt)]
    }

    /// Neither name nor number of the card is kept.
    pub(crate) fn test_card_read(&mut self, attempt: Attempt, outcome: &StaffCardOutcome) {
        let now = self.now;
        let State::Station(station) = &mut self.state else { return };
        if station.testing.take_if(|pending| *pending == attempt).is_none() {
            return;
        }
        let kind = match outcome {
            StaffCardOutcome::Staff { .. } => None,
            StaffCardOutcome::Refused(trouble) => Some(*trouble),
        };
        station.test_card = now.map(|now| TestCard::Answered { kind, at: now.utc });
    }

    /// A card that cannot be asked.
    pub(crate) fn card_hindered_on_station(&mut self, trouble: CardTrouble) {
        let now = self.now;
        let State::Station(station) = &mut self.state else { return };
        let tested = match trouble {
            CardTrouble::NoAnswer => Some(TestCard::Mute),
            trouble => now.map(|now| TestCard::Answered { kind: Some(trouble), at: now.utc }),
        };
        match station.page {
            StationPage::Checks => (station.testing, station.test_card) = (None, tested),
            _ => station.say(Problem::Card(trouble)),
        }
    }
}
