//! One thing and how it stands: its mark, what it is, its value, and what to do about it.

use kakari_session::view::{CheckLine, Mark, StateLine};

use crate::fit::{self, Type};
use crate::glass::{Ink, Tone};
use crate::pages::figure_of;
use crate::paint::Paint;
use crate::words::marked;

const PAD: f32 = 22.0;
const FIGURE: f32 = 40.0;
/// Where words begin.
const WORDS: f32 = PAD + FIGURE + 20.0;
/// Between the label and its value.
const BETWEEN: f32 = 28.0;

/// How close things stand.
#[derive(Clone, Copy)]
pub(in crate::pages) struct Density {
    /// Above and below the words.
    air: f32,
    /// What the thing is called, and what to do about it.
    label: Type,
    step: Type,
    /// Sizes of a value that stands beside its label.
    beside: &'static [f32],
    /// From one to the next.
    pub(in crate::pages) gap: f32,
}

/// Read at arm's length.
pub(in crate::pages) const WIDE: Density = Density {
    air: 11.0,
    label: Type::regular(46.0),
    step: Type::regular(48.0),
    beside: &[50.0, 48.0, 46.0],
    gap: 12.0,
};
/// Where many must stand on one page without leaves.
pub(in crate::pages) const CLOSE: Density = Density {
    air: 4.0,
    label: Type::regular(42.0),
    step: Type::regular(42.0),
    beside: &[50.0, 46.0, 43.0, 40.0],
    gap: 8.0,
};

/// What is said of one thing.
#[derive(Clone, Copy)]
pub(in crate::pages) struct Line<'a> {
    pub(in crate::pages) label: &'a str,
    pub(in crate::pages) value: &'a str,
    pub(in crate::pages) mark: Mark,
    /// Empty for none.
    pub(in crate::pages) next_step: &'a str,
}

impl<'a> From<&'a StateLine> for Line<'a> {
    fn from(line: &'a StateLine) -> Self {
        Self { label: &line.label, value: &line.value, mark: line.mark, next_step: "" }
    }
}

impl<'a> From<&'a CheckLine> for Line<'a> {
    fn from(line: &'a CheckLine) -> Self {
        Self { label: &line.label, value: &line.value, mark: line.mark, next_step: &line.next_step }
    }
}

/// The value stands at the right of its label where both fit, else under it.
pub(in crate::pages) fn card(line: Line<'_>, wide: f32, density: Density) -> Paint {
    let air = density.air;
    let mut paint = Paint::default();
    let room = wide - WORDS - PAD;
    let (kind, ink) = figure_of(line.mark);
    paint.figure(PAD, air + 10.0, FIGURE, kind, ink);
    let (label, value) = (marked(line.label), marked(line.value));
    let beside = room - density.label.width(&label) - BETWEEN;
    let mut sizes = density.beside.iter().map(|size| Type::bold(*size));
    let fits = sizes.find(|ty| ty.width(&value) <= beside);
    let mut y = if let Some(ty) = fits {
        let end = wide - PAD - ty.width(&value);
        paint.text(end, air + (60.0 - ty.line()) / 2.0, &value, ty, Ink::Normal);
        paint.text(WORDS, air + (60.0 - density.label.line()) / 2.0, &label, density.label, Ink::Normal);
        air + 60.0
    } else {
        let y = paint.lines(WORDS, air, &fit::wrap(&label, density.label, room).lines, density.label, Ink::Normal);
        let (ty, lines) = fit::shrink(&value, &density.beside[..2], true, room, 1);
        paint.lines(WORDS, y, &lines.lines, ty, Ink::Normal)
    };
    if !line.next_step.is_empty() {
        let step = fit::wrap(&marked(line.next_step), density.step, room);
        y = paint.lines(WORDS, y, &step.lines, density.step, Ink::Normal);
    }
    paint.height = y + air;
    paint
}

/// A thing that needs somebody stands out; what is not known is hatched.
pub(in crate::pages) fn alarm(mark: Mark) -> Tone {
    match mark {
        Mark::Good => Tone::Plain,
        Mark::Caution => Tone::AlertAmber,
        Mark::Bad => Tone::AlertRed,
        Mark::Unknown => Tone::Unknown,
    }
}

/// The same, where the mark alone says it.
pub(in crate::pages) fn calm(mark: Mark) -> Tone {
    if mark == Mark::Unknown { Tone::Unknown } else { Tone::Plain }
}
