//! Controls that a page places and words itself, what each does, and how they reach the glass without losing a press.

use std::rc::Rc;
use std::time::Duration;

use kakari_session::touch::Touch;
use slint::{ComponentHandle, Global, Model, ModelRc, Timer, TimerMode, VecModel};

use crate::fit::Type;
use crate::glass::{self, BoardKey, Guard, Ink, Line, Spot, TabletWindow, Tag};
use crate::paint::{Paint, Rect, model};

/// How long people that have just come up, or changed places, do not answer.
const LIST_RESTS: Duration = Duration::from_millis(300);
const SIZES: [f32; 7] = [60.0, 56.0, 50.0, 46.0, 43.0, 40.0, 36.0];
/// Left and right of the words.
const PAD: f32 = 14.0;

/// What a control does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Act {
    /// Tells the session.
    Tell(Touch),
    /// The next people of the list; after the last the first again.
    Turn,
    /// Puts the full pad away to see the list, or back.
    Fold(bool),
}

/// A control at its place, in units.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Key {
    pub(crate) at: Rect,
    pub(crate) act: Act,
    label: String,
    text: String,
    size: f32,
    filled: bool,
    edged: bool,
    enabled: bool,
    lines: Vec<Line>,
    tags: Vec<Tag>,
}

impl Key {
    /// A control with these words on it, as large as they fit; a line ends only at a line break.
    pub(crate) fn new(label: &str, text: &str, at: Rect, act: Act) -> Self {
        Self {
            text: text.into(),
            size: 0.0,
            lines: vec![],
            tags: vec![],
            ..Self::painted(label, Paint::default(), at, act)
        }
        .at_most(56.0)
    }

    /// A control with lines of its own, relative to its corner.
    pub(crate) fn painted(label: &str, paint: Paint, at: Rect, act: Act) -> Self {
        let (lines, tags) = paint.words();
        let (label, text, size) = (label.to_owned(), String::new(), 50.0);
        Self { at, act, label, text, size, filled: false, edged: false, enabled: true, lines, tags }
    }

    /// The words no larger than that.
    pub(crate) fn at_most(mut self, most: f32) -> Self {
        let fits =
            |size: &f32| self.text.split('\n').all(|line| Type::bold(*size).width(line) <= self.at.w - 2.0 * PAD);
        let sizes = [most].into_iter().chain(SIZES.into_iter().filter(|size| *size < most));
        self.size = sizes.into_iter().find(fits).unwrap_or(SIZES[SIZES.len() - 1]);
        self
    }

    /// Filled: the next step, or what is chosen.
    pub(crate) fn filled(mut self, filled: bool) -> Self {
        self.filled = filled;
        self
    }

    /// With a strong edge: what is typed goes here.
    pub(crate) fn edged(mut self, edged: bool) -> Self {
        self.edged = edged;
        self
    }

    pub(crate) fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }

    fn drawn(&self, listed: bool) -> BoardKey {
        let Rect { x, y, w, h } = self.at;
        BoardKey {
            label: self.label.as_str().into(),
            text: self.text.as_str().into(),
            size: self.size,
            x,
            y,
            w,
            h,
            filled: self.filled,
            edged: self.edged,
            enabled: self.enabled,
            listed,
            lines: model(self.lines.clone()),
            tags: model(self.tags.clone()),
        }
    }
}

/// A large word over a small one, both in the middle.
pub(crate) fn two_words(above: &str, below: &str, at: Rect) -> Paint {
    let (big, small) = (Type::bold(84.0), Type::regular(40.0));
    let high = big.line() + small.line() - 10.0;
    let mut paint = Paint::default();
    let y = paint.text((at.w - big.width(above)) / 2.0, (at.h - high) / 2.0, above, big, Ink::Normal);
    paint.text((at.w - small.width(below)) / 2.0, y - 10.0, below, small, Ink::Secondary);
    paint
}

/// Everything that a page places itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Plan {
    pub(crate) keys: Vec<Key>,
    /// Those that are chosen from.
    pub(crate) people: Vec<Key>,
    /// Around households.
    pub(crate) frames: Vec<Rect>,
    pub(crate) theme_at: Rect,
}

/// What stands on the glass of it.
pub(crate) struct Board {
    plan: Plan,
    keys: Rc<VecModel<BoardKey>>,
    people: Rc<VecModel<BoardKey>>,
    rest: Timer,
}

impl Default for Board {
    fn default() -> Self {
        let empty = || Rc::new(VecModel::default());
        Self { plan: Plan::default(), keys: empty(), people: empty(), rest: Timer::default() }
    }
}

impl Board {
    /// What the control of this place does.
    pub(crate) fn pressed(&self, index: i32) -> Option<Act> {
        usize::try_from(index).ok().and_then(|index| self.plan.keys.get(index)).map(|key| key.act)
    }

    /// What the person of this place does.
    pub(crate) fn chosen(&self, index: i32) -> Option<Act> {
        usize::try_from(index).ok().and_then(|index| self.plan.people.get(index)).map(|key| key.act)
    }

    /// Puts a plan on the glass. A control that stays keeps the press that rests on it; people that are not all the
    /// same as before rest for a moment, and a press that began on others does not count.
    pub(crate) fn show(&mut self, window: &TabletWindow, plan: Plan) {
        let board = glass::Board::get(window);
        if self.plan == Plan::default() {
            board.set_keys(ModelRc::from(self.keys.clone()));
            board.set_people(ModelRc::from(self.people.clone()));
        }
        let who = |plan: &Plan| plan.people.iter().map(|key| (key.label.clone(), key.act, key.at)).collect::<Vec<_>>();
        if who(&self.plan) != who(&plan) {
            self.rest_list(window);
        }
        refresh(&self.keys, &self.plan.keys, &plan.keys, false);
        refresh(&self.people, &self.plan.people, &plan.people, true);
        if self.plan.frames != plan.frames {
            board.set_frames(model(plan.frames.iter().copied().map(spot).collect()));
        }
        board.set_theme_at(spot(plan.theme_at));
        self.plan = plan;
    }

    fn rest_list(&mut self, window: &TabletWindow) {
        let guard = Guard::get(window);
        guard.set_list_shut(true);
        guard.set_list(guard.get_list().wrapping_add(1));
        let window = window.as_weak();
        self.rest.start(TimerMode::SingleShot, LIST_RESTS, move || {
            if let Some(window) = window.upgrade() {
                Guard::get(&window).set_list_shut(false);
            }
        });
    }
}

/// Changes the rows that are not as before, and no other.
fn refresh(model: &VecModel<BoardKey>, before: &[Key], now: &[Key], listed: bool) {
    for row in (now.len()..before.len()).rev() {
        model.remove(row);
    }
    for (row, key) in now.iter().enumerate() {
        match before.get(row) {
            Some(same) if same == key => {}
            Some(_) => model.set_row_data(row, key.drawn(listed)),
            None => model.push(key.drawn(listed)),
        }
    }
}

fn spot(rect: Rect) -> Spot {
    Spot { x: rect.x, y: rect.y, w: rect.w, h: rect.h }
}
