//! A key at its place on the glass: what stands on it, how it is called, what it does.

use kakari_session::touch::Touch;

use crate::fit::{self, Type};
use crate::glass::{KeyFace, Line, Tag};
use crate::paint::{Paint, Rect, model};

/// Sizes of the words on a key, the largest first; the last only for words that would not fit otherwise.
const SIZES: [f32; 6] = [50.0, 46.0, 43.0, 40.0, 36.0, 32.0];
/// The same of words that are large where they are few.
const LARGE: [f32; 9] = [64.0, 60.0, 56.0, 50.0, 46.0, 43.0, 40.0, 36.0, 32.0];
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
    /// The next people of the list; after the last the first again.
    TurnRound,
    /// The first leaf of a section of the details.
    Jump(usize),
    /// Shows another part of the hand-over.
    Show(Part),
    /// Puts the full pad away to see the list, or back.
    Fold(bool),
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
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Key {
    pub(crate) at: Rect,
    pub(crate) act: Act,
    pub(crate) label: String,
    /// One of a list that changes while it is looked at: all of it rests when one of them changes.
    pub(crate) listed: bool,
    text: String,
    size: f32,
    primary: bool,
    enabled: bool,
    tick: bool,
    chosen: bool,
    edged: bool,
    cover: bool,
    lines: Vec<Line>,
    tags: Vec<Tag>,
}

impl Key {
    /// A key that says what it is called, in as few and large lines as fit.
    pub(crate) fn new(label: &str, at: Rect, act: Act) -> Self {
        let blank = Self {
            at,
            act,
            label: label.to_owned(),
            listed: false,
            text: String::new(),
            size: SIZES[0],
            primary: false,
            enabled: true,
            tick: false,
            chosen: false,
            edged: false,
            cover: false,
            lines: vec![],
            tags: vec![],
        };
        blank.words(label, 2)
    }

    /// A key whose words end their lines where they say; it is called the same in one line.
    pub(crate) fn in_lines(text: &str, at: Rect, act: Act) -> Self {
        Self::new(&in_one_line(text), at, act).written(text, 56.0)
    }

    /// Other words on it than its label, in so many lines if they can be.
    pub(crate) fn words(mut self, text: &str, lines: usize) -> Self {
        let (room, high) = (self.at.w - 2.0 * PAD, self.at.h - PAD);
        let (mut ty, mut wrapped) = fit::shrink(text, &SIZES[..4], true, room, lines);
        for size in SIZES {
            if size >= ty.size {
                continue;
            }
            if wrapped.lines.len() as f32 * ty.size * LEADING <= high && wrapped.depth < fit::Depth::Letter {
                break;
            }
            ty = Type::bold(size);
            wrapped = fit::wrap(text, ty, room);
        }
        self.text = wrapped.lines.join("\n");
        self.size = ty.size;
        self
    }

    /// The same with lines that end only at a line break, no larger than that.
    pub(crate) fn written(mut self, text: &str, most: f32) -> Self {
        let (room, high) = (self.at.w - 2.0 * PAD, self.at.h - PAD);
        let count = text.split('\n').count() as f32;
        let wide = |size: f32| text.split('\n').map(|line| Type::bold(size).width(line)).fold(0.0, f32::max);
        let fits = |size: &f32| wide(*size) <= room && count * size * LEADING <= high;
        let sizes = [most].into_iter().chain(LARGE.into_iter().filter(|size| *size < most));
        self.size = sizes.into_iter().find(fits).unwrap_or(LARGE[LARGE.len() - 1]);
        self.text = text.to_owned();
        self
    }

    /// Under them, smaller, a second line.
    pub(crate) fn under(mut self, text: &str) -> Self {
        self.text = format!("{}\n{text}", self.text);
        let wide = Type::bold(1.0).width(text).max(0.1);
        self.size = self.size.min(44.0).min((self.at.w - 2.0 * PAD) / wide).max(SIZES[SIZES.len() - 1]);
        self
    }

    /// Lines and tags of its own in the place of words, relative to its corner.
    pub(crate) fn painted(mut self, paint: Paint) -> Self {
        (self.lines, self.tags) = paint.words();
        self.text = String::new();
        self
    }

    /// The next step.
    pub(crate) fn primary(mut self) -> Self {
        self.primary = true;
        self
    }

    pub(crate) fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }

    /// One of several of which one is chosen.
    pub(crate) fn chosen(mut self, chosen: bool) -> Self {
        self.chosen = chosen;
        self
    }

    /// A key that is chosen or not.
    pub(crate) fn tick(mut self, chosen: bool) -> Self {
        (self.tick, self.chosen) = (true, chosen);
        self
    }

    /// With a strong edge: what is typed goes here.
    pub(crate) fn edged(mut self, edged: bool) -> Self {
        self.edged = edged;
        self
    }

    /// One of a list that changes while it is looked at.
    pub(crate) fn listed(mut self) -> Self {
        self.listed = true;
        self
    }

    /// The dark over everything.
    pub(crate) fn cover(mut self) -> Self {
        self.cover = true;
        self
    }

    /// True when a finger that rests on one of them may act on the other: it does the same, at the same place, for the
    /// same person. The key of day and night is called otherwise after it did what it does.
    pub(crate) fn is(&self, other: &Self) -> bool {
        let named = self.label == other.label || self.act == Act::Tell(Touch::SwitchTheme);
        named && (self.at, self.act) == (other.at, other.act)
    }

    /// As the drawing takes it: `stand` changes when another key takes its row, `rests` keeps it from answering.
    pub(crate) fn face(&self, stand: i32, rests: bool) -> KeyFace {
        let Rect { x, y, w, h } = self.at;
        KeyFace {
            label: self.label.as_str().into(),
            text: self.text.as_str().into(),
            size: self.size,
            x,
            y,
            w,
            h,
            primary: self.primary,
            enabled: self.enabled,
            tick: self.tick,
            chosen: self.chosen,
            edged: self.edged,
            cover: self.cover,
            stand,
            rests,
            lines: model(self.lines.clone()),
            tags: model(self.tags.clone()),
        }
    }
}

/// The lines of a key as one says them: English words stay apart.
fn in_one_line(text: &str) -> String {
    let (japanese, english) = (text.replace('\n', ""), text.replace('\n', " "));
    if text.is_ascii() { english } else { japanese }
}
