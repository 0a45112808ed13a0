//! The pages round the work: a rail of pages, the body of the chosen one, a band. None shows a patient.

mod cases;
mod chart;
mod checks;
mod columns;
mod leaf;
mod line;
mod progress;
mod review;
mod settings;
mod sync;
mod usage;

use kakari_session::touch::Touch;
use kakari_session::view::{Language, StationBody, StationPage, StationView};

pub(super) use line::{CLOSE, Density, WIDE, card};
pub(super) use progress::panel as progress_panel;

use self::leaf::{Body, Own};
use super::{Laid, MARGIN, Place, Space, bar, notice};
use crate::glass::Page;
use crate::key::{Act, Key};
use crate::paint::Rect;

/// Between two keys.
pub(super) const APART: f32 = 26.0;
/// Around 勤務終了: more than 8 mm.
const FAR: f32 = 72.0;
/// The rail of a wide glass.
const RAIL: f32 = 276.0;
/// The least and the most height of a tab.
const TAB: (f32, f32) = (116.0, 154.0);

/// What the body of a page has for itself.
#[derive(Clone, Copy)]
struct Room {
    /// From left to right.
    whole: f32,
    /// One of two columns; upright there is one, as wide as everything.
    column: f32,
    high: f32,
    columns: usize,
    language: Language,
}

impl Room {
    /// What is left for one column under a head this high, when the leaves are turned.
    fn leaf(self, head: f32) -> f32 {
        self.high - head - leaf::TURN.1 - APART
    }
}

pub(super) fn lay(view: &StationView, space: Space, place: Place) -> Laid {
    let mut laid = Laid { page: Page::Station, ..Laid::default() };
    let mut at = rail(view, space, &mut laid);
    if let Some(problem) = &view.notice {
        let placed = notice::lay(problem, at.x, at.y, at.w, true, space);
        laid.keys.extend(placed.dismiss);
        laid.blocks.push(placed.block);
        let taken = placed.height + APART;
        at = Rect { y: at.y + taken, h: at.h - taken, ..at };
    }
    let columns = if space.portrait() { 1 } else { 2 };
    let column = if space.portrait() { at.w } else { (at.w - leaf::GAP) / 2.0 };
    let room = Room { whole: at.w, column, high: at.h, columns, language: space.look.language };
    let body = body(view, room);
    band(view, &body.own, space, &mut laid);
    leaf::lay(body, at, room, place.leaf, &mut laid);
    laid
}

fn body(view: &StationView, room: Room) -> Body {
    match &view.body {
        // The keys of the page rest at their places.
        StationBody::Working(words) => {
            let own = match view.page {
                StationPage::Sync => sync::own(false, false, room),
                StationPage::Checks => checks::own(false, room),
                _ => vec![],
            };
            Body { own, ..progress::working(words, room) }
        }
        StationBody::Sync(view) => sync::body(view, room),
        StationBody::Checks(view) => checks::body(view, room),
        StationBody::Cases(view) => cases::body(view, room),
        StationBody::Review(view) => review::body(view, room),
        StationBody::Usage(view) => usage::body(view, room),
        StationBody::Settings(view) => settings::body(view, room),
    }
}

/// What tells one page's keys from another's: the page, and whose use of break-glass a row is.
pub(super) fn keys_up(view: &StationView) -> String {
    let mut words = view.page.name().to_owned();
    if let StationBody::Review(review) = &view.body {
        review.rows.iter().for_each(|row| words.push_str(&format!(" {}", row.sequence)));
    }
    words
}

/// The tabs on the left (on top in portrait), and what is left for the body.
fn rail(view: &StationView, space: Space, laid: &mut Laid) -> Rect {
    let (top, bottom) = (bar::HEIGHT + 16.0, space.band_top(1) - 16.0);
    let columns = if space.portrait() { 3 } else { 1 };
    let rows = view.tabs.len().div_ceil(columns).max(1) as f32;
    let wide = if space.portrait() { (space.inner() - 2.0 * APART) / 3.0 } else { RAIL };
    let most = (bottom - top + APART) / rows - APART;
    let high = if space.portrait() { TAB.0 } else { most.clamp(TAB.0, TAB.1) };
    for (index, (page, title)) in view.tabs.iter().enumerate() {
        let (column, row) = ((index % columns) as f32, (index / columns) as f32);
        let at = Rect::new(MARGIN + column * (wide + APART), top + row * (high + APART), wide, high);
        let key = Key::new(title, at, Act::Tell(Touch::OpenStation(*page)));
        laid.keys.push(key.tick(*page == view.page));
    }
    if space.portrait() {
        let under = top + rows * (high + APART);
        return Rect::new(MARGIN, under, space.inner(), bottom - under);
    }
    Rect::new(MARGIN + RAIL + APART, top, space.inner() - RAIL - APART, bottom - top)
}

/// Back, day and night, what this page does; far from them the end of the shift.
fn band(view: &StationView, own: &[Own], space: Space, laid: &mut Laid) {
    let (y, high) = (space.h - 12.0 - 176.0, 176.0);
    let wide = (space.inner() - 3.0 * APART - FAR) / 5.0;
    let place = |column: f32| Rect::new(MARGIN + column * (wide + APART), y, wide, high);
    let say = |ja, en| space.say(ja, en);
    laid.keys.push(Key::new(say("戻る", "Back"), place(0.0), Act::Tell(Touch::CloseStation)));
    laid.keys.push(space.theme_key(place(1.0)));
    for (index, own) in own.iter().enumerate() {
        let key = Key::new(own.words, place(2.0 + index as f32), Act::Tell(own.touch)).words(own.words, 3);
        laid.keys.push(if own.primary { key.primary() } else { key }.enabled(own.enabled));
    }
    if view.can_end_shift {
        let at = Rect::new(space.w - MARGIN - wide, y, wide, high);
        laid.keys.push(Key::new(say("勤務終了", "End shift"), at, Act::Tell(Touch::EndShift)));
    }
}
