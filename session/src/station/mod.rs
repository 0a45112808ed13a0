//! The pages round the work: sync, pre-shift check, this shift's cases, review, usage, settings. None shows a patient.
//!
//! They are opened from standby, or before anybody signed in; then they show the tablet alone, and nothing of any use.

mod asking;
mod cases;
mod check_clock;
mod check_contact;
mod check_data;
mod check_device;
mod check_keys;
mod check_link;
mod check_reader;
mod check_version;
mod checks;
mod cues;
mod gauges;
mod page;
mod review;
mod settings;
mod sync;
mod sync_lines;
mod test_card;
mod usage;
mod view;
mod wake;
mod words;

use kakari_record::audit::review::BreakGlassUse;
use kakari_record::audit::usage::Usage;
use kakari_record::language::Language;

use crate::Effect;
use crate::event::Attempt;
use crate::findings::Findings;
use crate::problem::Problem;
use crate::session::{Session, StoreStatus};
use crate::state::{SignIn, Stage, State};
use crate::touch::Touch;
use asking::Asked;
pub(crate) use cases::CaseNotes;
pub use checks::{CheckFacts, TestCard, check_lines, is_fit, verdict};
pub(crate) use sync::SyncAsked;
pub use view::*;

/// Which page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StationPage {
    /// How fresh the data is, and what sync does.
    #[default]
    Sync,
    /// Is the tablet fit for duty?
    Checks,
    /// This shift's cases.
    Cases,
    /// Uses of break-glass, and whether somebody has looked at them.
    Review,
    /// Figures of this tablet's use.
    Usage,
    /// How the glass looks and sounds.
    Settings,
}

impl StationPage {
    /// All of them, in the order of the rail.
    pub const ALL: [Self; 6] = [Self::Sync, Self::Checks, Self::Cases, Self::Review, Self::Usage, Self::Settings];

    /// Its name in the log.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sync => "sync",
            Self::Checks => "checks",
            Self::Cases => "cases",
            Self::Review => "review",
            Self::Usage => "usage",
            Self::Settings => "settings",
        }
    }

    fn title(self, language: Language) -> &'static str {
        match self {
            Self::Sync => language.say("同期・状態", "Sync"),
            Self::Checks => language.say("点検", "Check"),
            Self::Cases => language.say("直近の事案", "Cases"),
            Self::Review => language.say("緊急閲覧の確認", "Review"),
            Self::Usage => language.say("利用状況", "Usage"),
            Self::Settings => language.say("設定", "Settings"),
        }
    }

    /// Whether it says nothing but how the tablet is, so that nobody has to be signed in.
    fn is_of_tablet(self) -> bool {
        matches!(self, Self::Sync | Self::Checks | Self::Settings)
    }
}

/// The pages as they stand.
#[derive(Debug, Default)]
pub(crate) struct Station {
    page: StationPage,
    round: Asked<Findings>,
    review: Asked<Vec<BreakGlassUse>>,
    usage: Asked<Usage>,
    test_card: Option<TestCard>,
    /// The card on the reader is being asked what it is.
    testing: Option<Attempt>,
    /// The row of a review, until it is durable.
    reviewing: Option<Attempt>,
    problem: Option<Problem>,
}

impl Station {
    /// What went wrong just now.
    fn say(&mut self, problem: Problem) {
        self.problem = Some(problem);
    }

    /// A review that is not written down did not happen.
    pub(crate) fn audit_failed(&mut self, attempt: Attempt, problem: Problem) {
        self.reviewing.take_if(|pending| *pending == attempt);
        self.say(problem);
    }
}

impl Session {
    pub(crate) fn station_touched(&mut self, touch: Touch) -> Vec<Effect> {
        match touch {
            Touch::OpenStation(page) => self.open_station(page),
            Touch::CloseStation => self.close_station(),
            Touch::SyncNow | Touch::ImportBundle => self.ask_for_sync(touch),
            Touch::CheckAgain => self.look_again(),
            Touch::Review(sequence, verdict) => self.review(sequence, verdict),
            _ => Vec::new(),
        }
    }

    /// A PIN that a card is at work with is answered first: its keys must have somewhere to go.
    fn open_station(&mut self, page: StationPage) -> Vec<Effect> {
        let allowed = page.is_of_tablet() || !self.crew.is_empty();
        if !allowed || matches!(self.store, StoreStatus::Opening) {
            return Vec::new();
        }
        match &mut self.state {
            State::Station(station) => (station.page, station.problem) = (page, None),
            State::SignIn(SignIn { stage: Stage::Verifying(..), .. }) => return Vec::new(),
            State::SignIn(_) if !self.crew.is_empty() => return Vec::new(),
            State::Standby(_) | State::SignIn(_) => {
                self.state = State::Station(Box::new(Station { page, ..Station::default() }));
            }
            _ => return Vec::new(),
        }
        self.ask_for_page()
    }

    fn close_station(&mut self) -> Vec<Effect> {
        if !matches!(self.state, State::Station(_)) {
            return Vec::new();
        }
        if self.crew.is_empty() {
            self.state = State::SignIn(SignIn::default());
            return self.look_for_staff_card();
        }
        self.state = State::Standby(None);
        Vec::new()
    }

    /// A patient goes before everything that is looked at here; on the page of the check any card only tries the
    /// reader.
    pub(crate) fn card_on_station(&mut self) -> Vec<Effect> {
        let State::Station(station) = &self.state else { return Vec::new() };
        match station.page {
            StationPage::Checks => self.try_card(),
            _ if !self.crew.is_empty() => self.read_patient_card(),
            _ if self.can_sign_in() => self.close_station(),
            _ => Vec::new(),
        }
    }

    /// Takes away what is said, and only that.
    pub(crate) fn dismiss_on_station(&mut self, nothing_stands: bool) {
        let State::Station(station) = &self.state else { return };
        self.warning_read |= nothing_stands && self.station_says_what_stands(station);
        if station.page == StationPage::Sync {
            self.forget_sync_answer();
        }
        if let State::Station(station) = &mut self.state {
            station.problem = None;
        }
    }
}
