//! The pages round the work: sync, pre-shift check, this shift's cases, review, usage, settings. None shows a patient.

mod view;

use kakari_record::audit::review::BreakGlassUse;
use kakari_record::audit::usage::Usage;

use kakari_record::language::Language;

use crate::Effect;
use crate::event::{Attempt, Event};
use crate::findings::{Findings, SyncStage};
use crate::look::Look;
use crate::session::Session;
use crate::state::{SignIn, State};
use crate::touch::Touch;
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
}

/// The pages as they stand.
#[derive(Debug, Default)]
pub(crate) struct Station {
    pub(crate) page: StationPage,
    /// True when it was opened before anybody signed in.
    pub(crate) from_sign_in: bool,
    pub(crate) pending: Option<Attempt>,
    pub(crate) findings: Option<Findings>,
    pub(crate) sync: Option<SyncStage>,
    pub(crate) review: Option<Vec<BreakGlassUse>>,
    pub(crate) usage: Option<Usage>,
}

impl Session {
    /// How the glass looks and sounds.
    pub fn look(&self) -> Look {
        self.look
    }

    /// The same, as it was chosen before this start.
    #[must_use]
    pub fn with_look(mut self, look: Look) -> Self {
        self.look = look;
        self
    }

    pub(crate) fn look_touched(&mut self, touch: Touch) -> Vec<Effect> {
        let look = match touch {
            Touch::SwitchTheme => self.look.switched(),
            Touch::Speak(language) => Look { language, ..self.look },
            Touch::Darken(dark) => self.look.darkened(dark),
            Touch::Enlarge(text) => Look { text, ..self.look },
            Touch::Sound(sound) => Look { sound, ..self.look },
            _ => return Vec::new(),
        };
        if look == self.look {
            return Vec::new();
        }
        self.look = look;
        vec![Effect::KeepLook(look)]
    }

    pub(crate) fn station_touched(&mut self, touch: Touch) -> Vec<Effect> {
        match touch {
            Touch::OpenStation(page) => self.open_station(page),
            Touch::CloseStation => self.close_station(),
            _ => Vec::new(),
        }
    }

    fn open_station(&mut self, page: StationPage) -> Vec<Effect> {
        let from_sign_in = match &self.state {
            State::Standby(_) => false,
            State::SignIn(_) if self.crew.is_empty() => true,
            State::Station(station) => station.from_sign_in,
            _ => return Vec::new(),
        };
        self.state = State::Station(Box::new(Station { page, from_sign_in, ..Station::default() }));
        Vec::new()
    }

    fn close_station(&mut self) -> Vec<Effect> {
        let State::Station(station) = &self.state else { return Vec::new() };
        if station.from_sign_in {
            self.state = State::SignIn(SignIn::default());
            return self.look_for_staff_card();
        }
        self.state = State::Standby(None);
        Vec::new()
    }

    pub(crate) fn station_view(&self, station: &Station) -> StationView {
        let language = self.look.language;
        StationView {
            page: station.page,
            tabs: StationPage::ALL.into_iter().map(|page| (page, page.title(language).to_owned())).collect(),
            body: StationBody::Working(language.say("確かめています", "Looking").to_owned()),
            can_end_shift: !self.crew.is_empty(),
            notice: None,
        }
    }

    pub(crate) fn is_dim(&self) -> bool {
        false
    }

    pub(crate) fn card_is_seen(&self) -> bool {
        false
    }

    pub(crate) fn station_answered(&mut self, event: Event) -> Vec<Effect> {
        let State::Station(station) = &mut self.state else { return Vec::new() };
        match event {
            Event::LookedRound(attempt, findings) if station.pending == Some(attempt) => {
                station.findings = Some(*findings);
            }
            Event::Reviewed(attempt, Ok(uses)) if station.pending == Some(attempt) => station.review = Some(uses),
            Event::Counted(attempt, Ok(usage)) if station.pending == Some(attempt) => station.usage = Some(*usage),
            Event::SyncStage(stage) => station.sync = Some(stage),
            _ => {}
        }
        Vec::new()
    }
}
