//! Choices that a page places itself, what each does, and how they reach the glass without losing a press.

use kakari_session::touch::Touch;
use slint::{Global, Model};

use crate::fit::{self, Type};
use crate::glass::{self, Choices, Spot, TabletWindow};
use crate::paint::{Rect, model};

/// Sizes of the words on a key, the largest first; the last only for words that would not fit otherwise.
const SIZES: [f32; 6] = [50.0, 46.0, 43.0, 40.0, 36.0, 32.0];
/// From one line to the next, of the size.
const LEADING: f32 = 1.06;
/// Left and right of the words.
const PAD: f32 = 14.0;

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    /// Tells the session.
    Tell(Touch),
    /// Turns so many leaves of the same page.
    Turn(i32),
    /// Shows another part of the hand-over.
    Show(Part),
}

/// What of a hand-over is on the glass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Part {
    /// What is read aloud, and the code once it was asked for.
    #[default]
    Script,
    /// What goes.
    Sections,
    /// To whom.
    Receivers,
}

/// A key at its place, in units.
#[derive(Clone)]
pub(crate) struct Key {
    key: glass::Choice,
    pub(crate) act: Act,
}

impl Key {
    /// A key that says what it is called, in as few and large lines as fit.
    pub(crate) fn new(label: &str, at: Rect, act: Act) -> Self {
        let Rect { x, y, w, h } = at;
        let key = glass::Choice { label: label.into(), x, y, w, h, enabled: true, ..glass::Choice::default() };
        Self { key, act }.words(label, 2)
    }

    /// Other words on it than its label, in so many lines if they can be.
    pub(crate) fn words(mut self, text: &str, lines: usize) -> Self {
        let (room, high) = (self.key.w - 2.0 * PAD, self.key.h - PAD);
        let (mut ty, mut wrapped) = fit::shrink(text, &SIZES[..4], true, room, lines);
        for size in SIZES {
            if size >= ty.size {
                continue;
            }
            if wrapped.lines.len() as f32 * ty.size * LEADING <= high {
                break;
            }
            ty = Type::bold(size);
            wrapped = fit::wrap(text, ty, room);
        }
        self.key.text = wrapped.lines.join("\n").into();
        self.key.size = ty.size;
        self
    }

    /// Under them, smaller, a second line.
    pub(crate) fn under(mut self, text: &str) -> Self {
        self.key.text = format!("{}\n{text}", self.key.text).into();
        self.key.size = self.key.size.min(44.0);
        self
    }

    pub(crate) fn primary(mut self) -> Self {
        self.key.primary = true;
        self
    }

    pub(crate) fn enabled(mut self, enabled: bool) -> Self {
        self.key.enabled = enabled;
        self
    }

    /// A key that is chosen or not.
    pub(crate) fn tick(mut self, chosen: bool) -> Self {
        (self.key.tick, self.key.chosen) = (true, chosen);
        self
    }

    fn is_at_the_place_of(&self, other: &glass::Choice) -> bool {
        let of = |key: &glass::Choice| (key.label.clone(), key.x, key.y, key.w, key.h);
        of(&self.key) == of(other)
    }
}

/// True when other keys come up, or the same ones elsewhere.
pub(crate) fn are_other(window: &TabletWindow, keys: &[Key]) -> bool {
    let now = Choices::get(window).get_choices();
    now.row_count() != keys.len() || now.iter().zip(keys).any(|(now, next)| !next.is_at_the_place_of(&now))
}

/// Puts keys on the glass. Those that stay are the same to a finger that rests on one: the clock moves every second.
pub(crate) fn show(window: &TabletWindow, keys: Vec<Key>, theme_at: Rect) {
    let global = Choices::get(window);
    let Rect { x, y, w, h } = theme_at;
    global.set_theme_at(Spot { x, y, w, h });
    let now = global.get_choices();
    let keys: Vec<glass::Choice> = keys.into_iter().map(|one| one.key).collect();
    if now.row_count() != keys.len() {
        return global.set_choices(model(keys));
    }
    for (row, key) in keys.into_iter().enumerate() {
        if now.row_data(row).as_ref() != Some(&key) {
            now.set_row_data(row, key);
        }
    }
}

/// Calls this with the place of every key that is pressed.
pub(crate) fn on_pressed(window: &TabletWindow, listener: impl Fn(usize) + 'static) {
    Choices::get(window).on_pressed(move |index| {
        if let Ok(index) = usize::try_from(index) {
            listener(index);
        }
    });
}
