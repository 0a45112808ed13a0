//! The pages: what a view looks like, in units, before anything is drawn.

mod alerts;
mod band;
mod banner;
mod bar;
mod birth_year;
mod check;
mod critical;
mod details;
mod enlarged;
mod enrolment;
mod fallback;
mod handover;
mod locked;
mod notice;
mod pad;
mod plain;
mod reason;
mod search;
mod section;
mod side;
mod sign_in;
mod standby;
mod station;
mod summary;
mod watermark;

use kakari_session::touch::Touch;
use kakari_session::view::{Banner, Bar, Face, Handover, Look, Mark, Notice, Screen, Theme, View};

use crate::glass::{Block, Ink, Kind, Page};
use crate::key::{Act, Key, Part};
use crate::paint::Rect;

pub(crate) use details::sections;

/// Left and right of everything.
const MARGIN: f32 = 32.0;
/// Between two panels.
const GAP: f32 = 9.0;

/// The window in units, whose shorter side is 1200, and how it looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Space {
    pub(crate) w: f32,
    pub(crate) h: f32,
    /// Logical pixels in one unit.
    pub(crate) unit: f32,
    pub(crate) look: Look,
}

impl Space {
    /// From the window's size in logical pixels; a window without a size yet counts as 1920×1200.
    pub(crate) fn new(width: f32, height: f32, look: Look) -> Self {
        let (width, height) = if width < 1.0 || height < 1.0 { (1920.0, 1200.0) } else { (width, height) };
        let unit = width.min(height) / 1200.0;
        Self { w: width / unit, h: height / unit, unit, look }
    }

    /// The wording of the language that the crew reads.
    pub(crate) fn say<T>(self, japanese: T, english: T) -> T {
        self.look.language.say(japanese, english)
    }

    pub(crate) fn portrait(self) -> bool {
        self.w < self.h
    }

    /// Where a bottom band of so many rows begins; a wide glass has room for all buttons in one.
    fn band_top(self, rows: u8) -> f32 {
        self.h - if self.portrait() && rows > 1 { 448.0 } else { 200.0 }
    }

    /// The place of a key in a band of so many columns, with so many rows under it.
    fn slot(self, column: u8, columns: u8, under: u8) -> Rect {
        let apart = 26.0;
        let wide = (self.inner() - (f32::from(columns) - 1.0) * apart) / f32::from(columns);
        let y = self.h - 12.0 - 176.0 - f32::from(under) * 248.0;
        Rect::new(MARGIN + f32::from(column) * (wide + apart), y, wide, 176.0)
    }

    fn inner(self) -> f32 {
        self.w - 2.0 * MARGIN
    }

    /// The key of day and night, on every page.
    pub(crate) fn theme_key(self, at: Rect) -> Key {
        let label = match self.look.theme {
            Theme::Day => self.say("夜の画面", "Night"),
            Theme::Night | Theme::Red => self.say("昼の画面", "Day"),
        };
        Key::new(label, at, Act::Tell(Touch::SwitchTheme))
    }

    /// The key that takes a notice away; none where it stays until its cause is mended.
    pub(crate) fn dismiss_key(self, notice: &Notice, at: Rect) -> Option<Key> {
        (!notice.stays).then(|| Key::new(self.say("了解", "OK"), at, Act::Tell(Touch::Dismiss)))
    }

    /// More time for the emergency search that led here.
    pub(crate) fn extend_key(self, at: Rect) -> Key {
        let label = self.say("30分延長", "30 min more");
        let key = Key::new(label, at, Act::Tell(Touch::ExtendBreakGlass));
        let narrow = self.say("30分\n延長", "30 min\nmore");
        // Beside a code the keys are narrow: two large lines instead of a small one.
        if at.w < 460.0 { key.written(narrow, 50.0) } else { key }
    }
}

/// What the tablet remembers about the glass between two views.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    /// The page of the details, or of what is read aloud at a hand-over.
    pub(crate) leaf: usize,
    /// How many there are, of a list that turns in a circle.
    pub(crate) leaves: usize,
    /// What of a hand-over is shown.
    pub(crate) part: Part,
    /// Modules along a side of its code, 0 for none.
    pub(crate) code_side: u16,
    /// True after the second touch showed what is kept from the patient's eyes.
    pub(crate) veil_open: bool,
    /// The full pad of the search is put away.
    pub(crate) folded: bool,
}

impl Place {
    /// What stays of it when a view follows another: nothing, unless the page is the same.
    pub(crate) fn kept(self, last: Option<&View>, next: &View) -> Self {
        let code = |handover: &Handover| handover.code.is_some();
        match (last.map(|view| &view.screen), &next.screen) {
            (Some(Screen::Details(_)), Screen::Details(_)) => self,
            (Some(Screen::Station(last)), Screen::Station(next)) if last.page == next.page => self,
            (Some(Screen::Search(last)), Screen::Search(next)) => search::kept(self, last, next),
            (Some(Screen::Handover(last)), Screen::Handover(next)) if code(last) == code(next) => self,
            (Some(Screen::Handover(_)), Screen::Handover(_)) => Self { leaf: 0, ..self },
            _ => Self::default(),
        }
    }
}

/// A face and its place.
pub(crate) struct Portrait {
    pub(crate) face: Face,
    pub(crate) at: Rect,
}

/// One page, laid out.
#[derive(Default)]
pub(crate) struct Laid {
    pub(crate) page: Page,
    pub(crate) blocks: Vec<Block>,
    /// Every key of the page.
    pub(crate) keys: Vec<Key>,
    /// Around keys that belong together.
    pub(crate) frames: Vec<Rect>,
    /// Where the picture of a card goes; no width, no picture.
    pub(crate) art: Rect,
    /// Nothing answers a card that is laid on now.
    pub(crate) art_rests: bool,
    pub(crate) watermark: String,
    /// Only on the identity check.
    pub(crate) portrait: Option<Portrait>,
    pub(crate) leaf: usize,
    pub(crate) leaves: usize,
    /// Where the code of a hand-over goes; no width, no code.
    pub(crate) code_at: Rect,
    /// Tells patients apart; empty on pages about nobody.
    pub(crate) patient: String,
}

/// Lays out a view.
pub(crate) fn lay(view: &View, space: Space, place: Place) -> Laid {
    let mut laid = match &view.screen {
        Screen::Starting(words) => plain::words(Page::Starting, words, space),
        Screen::Reading(words) => plain::words(Page::Reading, words, space),
        Screen::SignIn(sign_in) => sign_in::lay(sign_in, space),
        Screen::Standby(standby) => standby::lay(standby, space),
        Screen::Check(check) => check::lay(check, space),
        Screen::Summary(summary) => summary::lay(summary, space),
        Screen::Details(details) => details::lay(details, space, place),
        Screen::Reason(reasons) => reason::lay(reasons, space),
        Screen::Search(search) => search::lay(search, space, place),
        Screen::BirthYear(year) => birth_year::lay(year, space),
        Screen::Locked(locked) => locked::lay(locked, space),
        Screen::Fallback(fallback) => fallback::lay(fallback, space),
        Screen::Handover(handover) => handover::lay(handover, space, place),
        Screen::Station(station) => station::lay(station, space, place),
        Screen::Enrolment(enrolment) => enrolment::lay(enrolment, view.look, space),
    };
    laid.patient = patient(&view.screen, place);
    laid.blocks.insert(0, bar::block(&view.bar, view.training, space));
    if view.training {
        laid.watermark = watermark::commands(space);
    }
    if view.dim {
        // Nothing under it is there to be pressed.
        laid.keys = vec![cover(space)];
    }
    laid
}

/// Over everything while nobody looks: the touch that lights the glass up presses nothing else.
fn cover(space: Space) -> Key {
    let words = space.say("画面に触れると明るくなります", "Touch to light up");
    Key::new(words, Rect::new(0.0, 0.0, space.w, space.h), Act::Tell(Touch::Wake)).cover()
}

/// Whom a page is about, in words that no two patients share: what is touched on one's page is never meant for another.
fn patient(screen: &Screen, place: Place) -> String {
    let key = |banner: &Banner, number: &str| [&banner.name, &banner.kana, &banner.birth_date, number].join("\n");
    match screen {
        Screen::Check(check) => key(&check.banner, &check.number),
        Screen::Summary(summary) => key(&summary.banner, ""),
        Screen::Details(details) => key(&details.banner, ""),
        Screen::BirthYear(year) => {
            [&year.candidate.name, &year.candidate.kana, &year.candidate.town].map(String::as_str).join("\n")
        }
        // Other keys come up under the finger.
        Screen::Search(search) => search::keys_up(search, place),
        Screen::Handover(handover) => key(&handover.banner, ""),
        Screen::Station(station) => station::keys_up(station),
        Screen::Enrolment(enrolment) => enrolment::keys_up(enrolment),
        _ => String::new(),
    }
}

/// The shape and ink of a judgement on a panel.
fn figure_of(mark: Mark) -> (Kind, Ink) {
    match mark {
        Mark::Good => (Kind::Check, Ink::Good),
        Mark::Caution => (Kind::Triangle, Ink::Normal),
        Mark::Bad => (Kind::Octagon, Ink::Red),
        Mark::Unknown => (Kind::Hatch, Ink::Normal),
    }
}

/// True when a bar says nothing at all.
fn is_blank(bar: &Bar) -> bool {
    bar == &Bar::default()
}
