//! What is to be seen: finished words, in the order of their weight. Nothing is formatted after this.
//!
//! A screen that shows a patient owns everything it shows about that patient, banner and body built from one value.

mod handover;
mod patient;
mod search;
mod shift;
mod summary;

use std::fmt;

pub use kakari_record::audit::BreakGlassReason;
pub use kakari_record::language::Language;
pub use kakari_record::model::Subject;
pub use kakari_record::photo::Face;

pub use self::handover::*;
pub use self::patient::*;
pub use self::search::*;
pub use self::shift::*;
pub use self::summary::*;
pub use crate::enrolment::*;
pub use crate::look::{Dark, Look, TextSize, Theme};
use crate::scene::Scene;
pub use crate::station::{
    BarView, CaseRow, CasesView, ChartView, CheckLine, ChecksView, ProgressView, ReviewRow, ReviewView, SettingOption,
    SettingView, SettingsView, StationBody, StationPage, StationView, SyncView, UsageView,
};

/// Everything on the glass at one moment.
#[derive(Clone, PartialEq, Eq)]
pub struct View {
    /// The bar on top.
    pub bar: Bar,
    /// The body under it.
    pub screen: Screen,
    /// True for a training store: the 訓練 watermark lies over everything.
    pub training: bool,
    /// The colours, the language that the words are in, the size of letters.
    pub look: Look,
    /// Nobody has touched the glass for a while: it is dark, and the first touch only lights it up.
    pub dim: bool,
    /// A card has just been seen: the green edge.
    pub card_seen: bool,
    /// What a touch on this view is told with ([`crate::Event::TouchedIn`]).
    pub scene: Scene,
}

/// The top bar. Parts that this tablet cannot know are `None` and leave no mark.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bar {
    /// 「北町救急1」
    pub vehicle: String,
    /// 「佐藤・田中」, empty before sign-in.
    pub crew: String,
    /// 「11/20(金) 02:14」
    pub clock: String,
    /// 「データ 12分前」, with its mark.
    pub data_age: Option<(String, Mark)>,
    /// 「緊急閲覧 29:40 — 意識障害」, while records may be searched for without a card.
    pub break_glass: Option<String>,
    /// 「電池78%」, with its mark.
    pub battery: Option<(String, Mark)>,
    /// 「通信あり」, with its mark.
    pub link: Option<(String, Mark)>,
}

/// A small judgement: always word + shape + colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// ✓
    Good,
    /// ▲
    Caution,
    /// ■
    Bad,
    /// ▨ not known
    Unknown,
}

/// The body.
#[derive(Clone, PartialEq, Eq)]
pub enum Screen {
    /// Before the store is open: what is being done.
    Starting(String),
    /// Staff card and PIN.
    SignIn(SignIn),
    /// Waiting for a patient's card.
    Standby(Standby),
    /// A card is being read: what is being done.
    Reading(String),
    /// Is this the person?
    Check(Box<Check>),
    /// The emergency summary.
    Summary(Box<SummaryView>),
    /// Every item of the same summary, by section.
    Details(Box<DetailsView>),
    /// Locked within a shift: a PIN alone opens it again.
    Locked(Locked),
    /// Nobody has a staff card that works: two names and a one-time code.
    Fallback(Fallback),
    /// The one modal: why a record is searched for without a card.
    Reason(Reasons),
    /// The search.
    Search(Box<Search>),
    /// Who was chosen, and the birth year typed again.
    BirthYear(Box<BirthYear>),
    /// What the hospital gets.
    Handover(Box<Handover>),
    /// A page round the work: sync, check, cases, review, usage, settings.
    Station(Box<StationView>),
    /// A tablet becomes one of a region: a program of its own drives this page.
    Enrolment(Box<EnrolmentView>),
}

impl Screen {
    /// Its name in the log; says nothing of a patient.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Starting(_) => "starting",
            Self::SignIn(view) if view.digits.is_some() => "pin",
            Self::SignIn(_) => "sign-in",
            Self::Standby(_) => "standby",
            Self::Reading(_) => "reading",
            Self::Check(_) => "check",
            Self::Summary(_) => "summary",
            Self::Details(_) => "details",
            Self::Locked(_) => "locked",
            Self::Fallback(_) => "fallback",
            Self::Reason(_) => "reason",
            Self::Search(_) => "search",
            Self::BirthYear(_) => "birth-year",
            Self::Handover(_) => "hand-over",
            Self::Station(view) => view.page.name(),
            Self::Enrolment(_) => "enrolment",
        }
    }
}

/// What is wrong, in one sentence, and what to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// How bad.
    pub mark: Mark,
    /// 「リーダーがありません」
    pub sentence: String,
    /// 「USBケーブルを確かめてください」
    pub next_step: String,
    /// True when no touch takes it away: it goes when its cause does.
    pub stays: bool,
}

impl Notice {
    /// The same, until its cause is mended.
    #[must_use]
    pub fn standing(self) -> Self {
        Self { stays: true, ..self }
    }
}

/// Patient words never reach a log through `Debug`.
macro_rules! redacted {
    ($($name:ty),+ $(,)?) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "([redacted])"))
            }
        }
    )+};
}
redacted!(View, Screen, Banner, Check, CheckPhoto, SummaryView, DetailsView, OtherCard, AlertChip, Panel, Row);
redacted!(Fallback, Search, SearchFieldView, HouseholdView, CandidateView, BirthYear, Handover, CodeView);
