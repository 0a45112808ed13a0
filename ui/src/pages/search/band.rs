//! The bottom band of the search: what takes something away on the left, under the keys and apart from them.

use kakari_session::touch::{Field, Touch};
use kakari_session::view::{Pad, Search};

use super::list::Turn;
use super::{APART, BAND, FAR, is_said, says_more};
use crate::key::{Act, Key};
use crate::pages::{Laid, MARGIN, Space};
use crate::paint::Rect;

const WIDEST: f32 = 362.0;

/// One place of the band: its words and what it does, and how it looks.
struct Slot {
    text: String,
    act: Act,
    look: Weight,
}

enum Weight {
    Plain,
    /// Something stands in what it leads to, and the key says so.
    Said(&'static str),
    /// Turns the list, and rests with it.
    Turns,
    Theme,
}

impl Slot {
    fn new(text: &str, act: Act) -> Self {
        Self { text: text.into(), act, look: Weight::Plain }
    }

    fn theme() -> Self {
        Self { look: Weight::Theme, ..plain("", Touch::SwitchTheme) }
    }

    fn key(self, at: Rect, space: Space) -> Key {
        match self.look {
            Weight::Theme => space.theme_key(at),
            Weight::Plain => Key::in_lines(&self.text, at, self.act),
            Weight::Said(said) => {
                let first = space.say(self.text.replace('\n', ""), self.text.clone());
                let words = format!("{first}\n{said}");
                Key::in_lines(&self.text, at, self.act).written(&words, 56.0).edged(true)
            }
            Weight::Turns => Key::in_lines(&self.text, at, self.act).primary().listed(),
        }
    }
}

/// Where the band begins: upright it has two rows.
pub(super) fn top(space: Space) -> f32 {
    space.h - 12.0 - BAND - if space.portrait() { FAR + BAND } else { 0.0 }
}

pub(super) fn put(search: &Search, turn: Option<Turn>, space: Space, laid: &mut Laid) {
    let far = vec![
        plain(space.say("やめる", "Cancel"), Touch::EndBreakGlass),
        plain(space.say("条件を\n消す", "Clear\nsearch"), Touch::ClearSearch),
    ];
    let near = near(search, turn, space);
    let bottom = space.h - 12.0 - BAND;
    if space.portrait() {
        row(far, vec![Slot::theme()], bottom, space, laid);
        row(vec![], near, bottom - FAR - BAND, space, laid);
    } else {
        row(far, [Slot::theme()].into_iter().chain(near).collect(), bottom, space, laid);
    }
}

/// What can be pressed by mistake without harm; the list's own key is the last, under the list.
fn near(search: &Search, turn: Option<Turn>, space: Space) -> Vec<Slot> {
    let mut slots = vec![];
    if says_more(search) {
        if search.pad == Pad::Address {
            slots.push(Slot::new(space.say("かな\n入力", "Kana"), Act::Fold(false)));
        }
    } else {
        let said = is_said(search, Field::Phone) || is_said(search, Field::Address);
        slots.push(more(space.say("電話・\n住所", "Phone,\naddress"), Field::Phone, said, space));
        slots.push(more(space.say("番号", "Number"), Field::Number, is_said(search, Field::Number), space));
    }
    if search.can_extend {
        slots.push(plain(space.say("30分\n延長", "30 min\nmore"), Touch::ExtendBreakGlass));
    }
    if search.notice.as_ref().is_some_and(|notice| !notice.stays) {
        slots.push(plain(space.say("了解", "OK"), Touch::Dismiss));
    }
    slots.extend(turn.map(|turn| Slot { text: turn.words, act: Act::TurnRound, look: Weight::Turns }));
    slots
}

fn plain(text: &str, touch: Touch) -> Slot {
    Slot::new(text, Act::Tell(touch))
}

/// A way to fields that are not on the glass; it says when something stands in them.
fn more(text: &str, field: Field, said: bool, space: Space) -> Slot {
    let slot = Slot::new(text, Act::Tell(Touch::SearchField(field)));
    let look = if said { Weight::Said(space.say("入力あり", "filled in")) } else { Weight::Plain };
    Slot { look, ..slot }
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
        laid.keys.push(slot.key(at, space));
        x += wide + if index < distant { FAR } else { APART };
    }
}
