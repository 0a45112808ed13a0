//! Every screen alone, so that it can be opened, pictured and linted without a tablet.
//!
//! The views come out of the real session, which is played the part of its runner and shown invented residents that were
//! read from real documents: words, order and languages are the product's own. Only the enrolment, which no session
//! drives, is made by hand. The residents and crews are made up.

mod case;
mod crew;
mod enrolment;
mod handover;
mod people;
mod problems;
mod search;
mod shift;
mod station;
mod tablet;

use kakari_session::look::Look;
use kakari_session::view::{Language, View};

/// A screen as it can be met.
#[derive(Clone)]
pub struct Preview {
    /// The screen's name in the log, with the part or pad that is up: 「search-kana」.
    pub name: &'static str,
    /// How much there is to show.
    pub case: Case,
    /// The key that has to be pressed first, for a part that the glass alone remembers.
    pub press: Option<&'static str>,
    /// What is to be seen, by day and in letters of standard size.
    pub view: View,
}

/// How much there is to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Case {
    /// As little as there can be.
    Empty,
    /// An ordinary day.
    Typical,
    /// As much as there can be, and the longest words of it.
    Extreme,
}

impl Case {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Empty, Self::Typical, Self::Extreme];

    /// Its name in the name of a picture.
    pub fn name(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Typical => "typical",
            Self::Extreme => "extreme",
        }
    }

    pub(crate) fn pick<T>(self, empty: T, typical: T, extreme: T) -> T {
        match self {
            Self::Empty => empty,
            Self::Typical => typical,
            Self::Extreme => extreme,
        }
    }
}

/// A problem's notice on a screen where it occurs.
#[derive(Clone)]
pub struct ProblemPreview {
    /// 「reader-missing」
    pub name: &'static str,
    /// What is to be seen.
    pub view: View,
}

/// Every screen in each of its cases, in the order of a shift.
pub fn all(language: Language) -> Vec<Preview> {
    let of_screen = |screen| Case::ALL.map(|case| preview(screen, case, language));
    screens().flat_map(of_screen).collect()
}

/// One screen in one case.
pub fn one(name: &str, case: Case, language: Language) -> Option<Preview> {
    screens().find(|(screen, _)| *screen == name).map(|screen| preview(screen, case, language))
}

/// The names of all screens, in the order of a shift.
pub fn names() -> impl Iterator<Item = &'static str> {
    screens().map(|(name, _)| name)
}

/// Every problem that the session can meet, where the crew meets it.
pub fn every_problem(language: Language) -> Vec<ProblemPreview> {
    problems::all(Look { language, ..Look::default() })
}

/// The summary of this resident, opened by their card: what the session says of any record.
pub fn summary_of(record: kakari_session::OpenRecord, look: Look) -> View {
    let mut tablet = tablet::Tablet::signed_in(look, Case::Typical);
    tablet.show(record);
    tablet.view()
}

/// A screen's name and how it comes about.
type Screen = (&'static str, fn(Look, Case) -> View);

fn screens() -> impl Iterator<Item = Screen> {
    let before = shift::SCREENS.into_iter().chain(case::SCREENS).chain(search::SCREENS);
    before.chain(handover::SCREENS).chain(station::SCREENS).chain(enrolment::SCREENS)
}

fn preview((name, make): Screen, case: Case, language: Language) -> Preview {
    let look = Look { language, ..Look::default() };
    Preview { name, case, press: handover::press(name, language), view: make(look, case) }
}
