//! Whom the glass shows. A touch is on its way for a moment; what was meant for one patient must not act on the next.

use kakari_record::seal::RecordId;

use crate::session::Session;
use crate::state::{Other, State};
use crate::touch::Touch;

/// Numbers what the glass shows of people: another patient, another list, another offer is another scene.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scene(u64);

/// Who can be seen, or is offered.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) enum InSight {
    #[default]
    Nobody,
    Check(RecordId),
    Case {
        record: RecordId,
        offered: Option<RecordId>,
    },
    /// Those of a search, in their order; or the one who was chosen.
    Found(Vec<RecordId>),
}

impl Session {
    /// The scene that the next view shows.
    pub fn scene(&self) -> Scene {
        self.scene
    }

    /// After every event: counts a scene when somebody else is in sight now.
    pub(crate) fn follow_scene(&mut self) {
        let now = self.in_sight();
        if now != self.seen {
            self.seen = now;
            self.scene = Scene(self.scene.0.wrapping_add(1));
        }
    }

    fn in_sight(&self) -> InSight {
        match &self.state {
            State::Check(check) => InSight::Check(check.record.id),
            State::Case(case) => {
                let offered = if let Other::Offered(other) = &case.other { Some(other.id) } else { None };
                InSight::Case { record: case.record.id, offered }
            }
            State::Search(search) => InSight::Found(search.in_sight()),
            _ => InSight::Nobody,
        }
    }
}

impl Touch {
    /// Whether it means whoever is in sight. Closed: a new touch has to say.
    pub(crate) fn means_somebody(self) -> bool {
        match self {
            Self::Confirm(_)
            | Self::NotThisPerson
            | Self::WasAnotherPerson
            | Self::OpenDetails
            | Self::CloseDetails
            | Self::ShowVeiled
            | Self::HideVeiled
            | Self::SwitchPatient
            | Self::StayWithPatient
            | Self::CloseCase
            | Self::Choose(_)
            // What was said of one is not yet read of the next.
            | Self::Dismiss
            | Self::OpenHandover
            | Self::CloseHandover
            | Self::TickSection(_)
            | Self::TickUntold
            | Self::ShowCodes
            | Self::HideCodes
            | Self::NextCode
            | Self::SaveDocument
            | Self::SavePaper
            | Self::HandedTo(_) => true,
            Self::Digit(_)
            | Self::EraseDigit
            | Self::SubmitPin
            | Self::Lock
            | Self::AddCrew
            | Self::Cancel
            | Self::EndShift
            | Self::OpenFallback
            | Self::PickStaff(_)
            | Self::TurnStaff(_)
            | Self::NoCard
            | Self::BreakGlass(_)
            | Self::ExtendBreakGlass
            | Self::EndBreakGlass
            | Self::SearchField(_)
            | Self::Kana(_)
            | Self::EraseKana
            | Self::SearchSex(_)
            | Self::ClearSearch
            | Self::DestinationChanged(_)
            | Self::SwitchTheme
            | Self::Speak(_)
            | Self::Darken(_)
            | Self::Enlarge(_)
            | Self::Sound(_)
            | Self::Wake
            | Self::OpenStation(_)
            | Self::CloseStation
            | Self::SyncNow
            | Self::ImportBundle
            | Self::CheckAgain
            | Self::Review(..)
            | Self::Enrol(_) => false,
        }
    }
}
