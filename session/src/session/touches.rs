//! Each touch goes to the page that it is of; a dark glass is only lit up.

use kakari_record::audit::Closing;

use super::Session;
use crate::Effect;
use crate::state::State;
use crate::touch::Touch;

impl Session {
    pub(super) fn touched(&mut self, touch: Touch) -> Vec<Effect> {
        let wakes = self.is_dim();
        self.stay_awake();
        // Nobody presses what they cannot see.
        if wakes {
            return Vec::new();
        }
        self.before_touch(touch);
        match touch {
            Touch::Digit(_) | Touch::EraseDigit | Touch::SubmitPin | Touch::Cancel if self.is_searching() => {
                self.search_touched(touch)
            }
            Touch::Digit(digit) => self.pin_digit(digit),
            Touch::EraseDigit => self.erase_digit(),
            Touch::SubmitPin => self.submit_pin(),
            Touch::Confirm(basis) => self.confirm(basis),
            Touch::NotThisPerson => self.reject_identity(),
            Touch::WasAnotherPerson => self.close_case(Closing::WrongPerson),
            Touch::CloseCase => self.close_case(Closing::ByCrew),
            Touch::OpenDetails | Touch::CloseDetails | Touch::ShowVeiled | Touch::HideVeiled => self.turn_page(touch),
            Touch::SwitchPatient => self.switch_patient(),
            Touch::StayWithPatient => self.stay_with_patient(),
            Touch::Lock => self.lock(false),
            Touch::Dismiss => self.dismiss(),
            Touch::AddCrew
            | Touch::Cancel
            | Touch::EndShift
            | Touch::OpenFallback
            | Touch::PickStaff(_)
            | Touch::TurnStaff(_) => self.shift_touched(touch),
            Touch::NoCard
            | Touch::BreakGlass(_)
            | Touch::ExtendBreakGlass
            | Touch::EndBreakGlass
            | Touch::SearchField(_)
            | Touch::Kana(_)
            | Touch::EraseKana
            | Touch::SearchSex(_)
            | Touch::ClearSearch
            | Touch::Choose(_) => self.search_touched(touch),
            Touch::OpenHandover
            | Touch::CloseHandover
            | Touch::TickSection(_)
            | Touch::TickUntold
            | Touch::ShowCodes
            | Touch::HideCodes
            | Touch::NextCode
            | Touch::SaveDocument
            | Touch::SavePaper
            | Touch::HandedTo(_)
            | Touch::DestinationChanged(_) => self.handover_touched(touch),
            Touch::SwitchTheme | Touch::Speak(_) | Touch::Darken(_) | Touch::Enlarge(_) | Touch::Sound(_) => {
                self.look_touched(touch)
            }
            // The touch itself has woken the glass.
            Touch::Wake | Touch::Enrol(_) => Vec::new(),
            Touch::OpenStation(_)
            | Touch::CloseStation
            | Touch::SyncNow
            | Touch::ImportBundle
            | Touch::CheckAgain
            | Touch::Review(..) => self.station_touched(touch),
        }
    }

    fn dismiss(&mut self) -> Vec<Effect> {
        let nothing_stands = self.standing_problem().is_none();
        if self.battery_is_said() {
            self.dismiss_battery();
            return Vec::new();
        }
        match &mut self.state {
            State::SignIn(sign_in) => sign_in.problem = None,
            State::Standby(None) => self.warning_read |= nothing_stands,
            State::Standby(problem) => *problem = None,
            State::Check(check) => check.problem = None,
            State::Case(case) => case.problem = None,
            State::Locked(locked) => locked.problem = None,
            State::Fallback(fallback) => fallback.problem = None,
            State::Reason(problem) => *problem = None,
            State::Search(search) => search.problem = None,
            State::Station(_) => self.dismiss_on_station(nothing_stands),
            State::Reading(_) => {}
        }
        Vec::new()
    }

    fn is_searching(&self) -> bool {
        matches!(self.state, State::Reason(_) | State::Search(_))
    }
}
