//! The search without a card: what is said of somebody, the keys that say it, and who fits.

mod band;
pub(super) mod card;
mod fields;
mod full;
mod list;
mod pads;

use kakari_session::touch::Field;
use kakari_session::view::{Pad, Search, SearchFieldView};

use super::{Laid, MARGIN, Place, Space, bar};
use crate::glass::Page;
use crate::key::{Act, Key};
use crate::paint::Rect;

/// Between two controls, and beside one that cannot be taken back.
const APART: f32 = 26.0;
const FAR: f32 = 72.0;
const FIELD: f32 = 154.0;
const BAND: f32 = 176.0;
const TOP: f32 = bar::HEIGHT + 12.0;

pub(super) fn lay(search: &Search, space: Space, place: Place) -> Laid {
    let mut laid = Laid { page: Page::Search, ..Laid::default() };
    if is_full(search, place) {
        full::put(search, space, &mut laid);
        return laid;
    }
    let zones = Zones::new(space);
    fields::put(search, &zones, space, &mut laid.keys);
    pads::put(search, &zones, space, &mut laid.keys);
    let list = list::put(search, zones.list, place.leaf, space, &mut laid);
    band::put(search, list.turn, space, &mut laid);
    // The last, so that the rows of the others stay what they are.
    laid.keys.extend(list.people);
    laid
}

/// What stays when another view of the search follows: a pad that was put away, a page of the same people.
pub(super) fn kept(place: Place, last: &Search, next: &Search) -> Place {
    let same_people = last.households == next.households;
    Place {
        leaf: if same_people { place.leaf } else { 0 },
        folded: place.folded && last.pad == next.pad,
        ..Place::default()
    }
}

/// Which keys are up: others must not take the rest of a press.
pub(super) fn keys_up(search: &Search, place: Place) -> String {
    format!("{:?} {} {}", search.pad, is_full(search, place), says_more(search))
}

/// True while all kana cover the list. A notice is seen at once: it puts them away.
fn is_full(search: &Search, place: Place) -> bool {
    matches!(search.pad, Pad::Kana | Pad::Address) && !place.folded && search.notice.is_none()
}

fn field(search: &Search, which: Field) -> Option<&SearchFieldView> {
    search.fields.iter().find(|one| one.field == Some(which))
}

/// The name, in whichever way it is typed.
fn name(search: &Search) -> Option<&SearchFieldView> {
    let both = || [Field::NameRows, Field::NameKana].into_iter().filter_map(|which| field(search, which));
    both().find(|one| one.chosen).or_else(|| both().find(|one| !one.value.is_empty())).or_else(|| both().next())
}

fn is_typed_into(search: &Search, which: Field) -> bool {
    field(search, which).is_some_and(|one| one.chosen)
}

fn is_said(search: &Search, which: Field) -> bool {
    field(search, which).is_some_and(|one| !one.value.is_empty())
}

/// True while phone, address and number stand where name, age, birth date and sex do otherwise.
fn says_more(search: &Search) -> bool {
    [Field::Phone, Field::Address, Field::Number].into_iter().any(|which| is_typed_into(search, which))
}

/// Where the parts of the page stand.
struct Zones {
    /// Fields in one row; upright in two.
    fields: Vec<Rect>,
    /// Rows of keys: four columns and three rows; upright five and two.
    pad: Rect,
    list: Rect,
}

impl Zones {
    fn new(space: Space) -> Self {
        let row = |y| Rect::new(MARGIN, y, space.inner(), FIELD);
        if space.portrait() {
            let pad = Rect::new(MARGIN, TOP + 2.0 * (FIELD + APART), space.inner(), 2.0 * 194.0 + APART);
            let top = pad.bottom() + 12.0;
            let bottom = band::top(space) - APART;
            return Self {
                fields: vec![row(TOP), row(TOP + FIELD + APART)],
                pad,
                list: Rect::new(MARGIN, top, space.inner(), bottom - top),
            };
        }
        let pad = Rect::new(MARGIN, TOP + FIELD + APART, 902.0, band::top(space) - FAR - 8.0 - TOP - FIELD - APART);
        let (left, top) = (pad.x + pad.w + 30.0, TOP + FIELD + 12.0);
        let list = Rect::new(left, top, space.w - MARGIN - left, band::top(space) - APART - top);
        Self { fields: vec![row(TOP)], pad, list }
    }
}

/// Places side by side of these widths, the last one taking what is left.
fn side_by_side(at: Rect, widths: &[f32]) -> Vec<Rect> {
    let mut x = at.x;
    let mut places = Vec::new();
    for (index, width) in widths.iter().enumerate() {
        let w = if index + 1 == widths.len() && *width == 0.0 { at.x + at.w - x } else { *width };
        places.push(Rect { x, w, ..at });
        x += w + APART;
    }
    places
}

/// So many rows of so many places, row after row.
fn grid(at: Rect, columns: u8, rows: u8) -> Vec<Rect> {
    let part = |whole: f32, count: u8| (whole - (f32::from(count) - 1.0) * APART) / f32::from(count);
    let (w, h) = (part(at.w, columns), part(at.h, rows));
    let place = |row: u8, column: u8| {
        Rect::new(at.x + f32::from(column) * (w + APART), at.y + f32::from(row) * (h + APART), w, h)
    };
    (0..rows).flat_map(|row| (0..columns).map(move |column| place(row, column))).collect()
}

fn key(text: &str, at: Rect, act: Act) -> Key {
    Key::in_lines(text, at, act)
}
