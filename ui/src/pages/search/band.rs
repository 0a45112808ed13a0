//! The bottom band of the search: what takes something away on the left, under the keys and apart from them.

use kakari_session::touch::{Field, Touch};
use kakari_session::view::{Pad, Search};

use super::list::Turn;
use super::{APART, BAND, FAR, is_said, says_more};
use crate::board::{Act, Key};
use crate::pages::{Laid, MARGIN, Space};
use crate::paint::Rect;

const WIDEST: f32 = 362.0;

/// One place of the band.
enum Slot {
    Key { label: String, text: String, act: Act, edged: bool, filled: bool },
    Theme,
}

impl Slot {
    fn new(text: &str, act: Act) -> Self {
        Self::Key { label: text.replace('\n', ""), text: text.into(), act, edged: false, filled: false }
    }
}

/// Where the band begins: upright it has two rows.
pub(super) fn top(space: Space) -> f32 {
    space.h - 12.0 - BAND - if space.portrait() { FAR + BAND } else { 0.0 }
}

pub(super) fn put(search: &Search, turn: Option<Turn>, space: Space, laid: &mut Laid) {
    let far = vec![plain("やめる", Touch::EndBreakGlass), plain("条件を\n消す", Touch::ClearSearch)];
    let near = near(search, turn);
    let bottom = space.h - 12.0 - BAND;
    if space.portrait() {
        row(far, vec![Slot::Theme], bottom, space, laid);
        row(vec![], near, bottom - FAR - BAND, space, laid);
    } else {
        row(far, [Slot::Theme].into_iter().chain(near).collect(), bottom, space, laid);
    }
}

/// What can be pressed by mistake without harm; the list's own button is the last, under the list.
fn near(search: &Search, turn: Option<Turn>) -> Vec<Slot> {
    let mut slots = vec![];
    if says_more(search) {
        if search.pad == Pad::Address {
            slots.push(Slot::new("かな\n入力", Act::Fold(false)));
        }
    } else {
        slots.push(more(
            "電話・\n住所",
            Field::Phone,
            is_said(search, Field::Phone) || is_said(search, Field::Address),
        ));
        slots.push(more("番号", Field::Number, is_said(search, Field::Number)));
    }
    if search.can_extend {
        slots.push(plain("30分\n延長", Touch::ExtendBreakGlass));
    }
    if search.notice.is_some() {
        slots.push(plain("了解", Touch::Dismiss));
    }
    slots.extend(turn.map(|turn| Slot::Key {
        label: turn.words.replace('\n', ""),
        text: turn.words,
        act: Act::Turn,
        edged: false,
        filled: true,
    }));
    slots
}

fn plain(text: &str, touch: Touch) -> Slot {
    Slot::new(text, Act::Tell(touch))
}

/// A way to fields that are not on the glass; it says when something stands in them.
fn more(text: &str, field: Field, said: bool) -> Slot {
    let label = text.replace('\n', "");
    let text = if said { format!("{label}\n入力あり") } else { text.to_owned() };
    Slot::Key { label, text, act: Act::Tell(Touch::SearchField(field)), edged: said, filled: false }
}

/// One row: those of `far` keep their distance from everything.
fn row(far: Vec<Slot>, near: Vec<Slot>, y: f32, space: Space, laid: &mut Laid) {
    let (count, distant) = ((far.len() + near.len()) as f32, far.len());
    let gaps = distant as f32 * FAR + (count - 1.0 - distant as f32).max(0.0) * APART;
    // A single button is not as wide as the glass.
    let wide = ((space.inner() - gaps) / count).min(WIDEST);
    let mut x = MARGIN;
    for (index, slot) in far.into_iter().chain(near).enumerate() {
        let at = Rect::new(x, y, wide, BAND);
        match slot {
            Slot::Theme => laid.board.theme_at = at,
            Slot::Key { label, text, act, edged, filled } => {
                laid.board.keys.push(Key::new(&label, &text, at, act).edged(edged).filled(filled));
            }
        }
        x += wide + if index < distant { FAR } else { APART };
    }
}
