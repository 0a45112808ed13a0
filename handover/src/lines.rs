//! Text into lines: broken between characters of Japanese, never within a word of Latin letters or katakana or a number
//! with its unit, unless it alone is longer than a line.

use crate::faces::{Drawn, Faces};
use crate::style::Style;

/// A stretch of text in one style.
pub(crate) struct Run {
    pub(crate) text: String,
    pub(crate) style: Style,
}

impl Run {
    pub(crate) fn new(text: impl Into<String>, style: Style) -> Self {
        Self { text: text.into(), style }
    }
}

/// One character in its place.
#[derive(Clone, Copy)]
pub(crate) struct Placed {
    pub(crate) c: char,
    /// `None` for a mark that is not drawn: it goes with the character before it.
    pub(crate) drawn: Option<Drawn>,
    pub(crate) style: Style,
}

impl Placed {
    fn width(&self) -> f32 {
        self.drawn.map_or(0.0, |drawn| drawn.advance * self.style.size)
    }
}

/// A line of characters.
pub(crate) type Line = Vec<Placed>;

/// Breaks the runs into lines of at most `width` points.
pub(crate) fn broken(faces: &Faces, runs: &[Run], width: f32) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut rest = placed(faces, runs);
    while !rest.is_empty() {
        let after = rest.split_off(fitting(&rest, width));
        lines.push(std::mem::replace(&mut rest, after));
        let blanks = rest.iter().take_while(|one| one.c == ' ').count();
        // The blank at which a line was broken ends that line.
        if let Some(line) = lines.last_mut() {
            line.extend(rest.drain(..blanks));
        }
    }
    lines
}

/// How tall a line is for its largest style.
pub(crate) fn height(line: &[Placed]) -> f32 {
    line.iter().map(|one| one.style.size).fold(0.0, f32::max) * 1.32
}

/// How wide a line is.
pub(crate) fn width(line: &[Placed]) -> f32 {
    line.iter().map(Placed::width).sum()
}

fn placed(faces: &Faces, runs: &[Run]) -> Line {
    let of_run = |run: &Run| {
        let style = run.style;
        let one = move |c: char| {
            let c = if c.is_control() { ' ' } else { c };
            Placed { c, drawn: faces.drawn(c, style.bold), style }
        };
        run.text.chars().map(one).collect::<Vec<_>>()
    };
    runs.iter().flat_map(of_run).collect()
}

/// How many characters go on the line: at least one.
fn fitting(rest: &[Placed], width: f32) -> usize {
    let mut sum = 0.0;
    let over = rest.iter().position(|one| {
        sum += one.width();
        sum > width && one.c != ' '
    });
    let Some(over) = over else { return rest.len() };
    let good = (1..=over).rev().find(|at| may_break(rest[at - 1].c, rest[*at].c));
    good.unwrap_or(over).max(1)
}

/// Whether a line may end between the two.
fn may_break(before: char, after: char) -> bool {
    let clings =
        |c: char| "、。，．・：；！？)]｝）」』】〉》〕ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ分%％:,.".contains(c);
    let opens = |c: char| "([｛（「『【〈《〔".contains(c);
    let word = |c: char| c.is_alphanumeric() && c < '\u{2e80}' || ".,-/+'~%".contains(c);
    let katakana = |c: char| ('ァ'..='ヿ').contains(&c);
    if before == ' ' || after == ' ' {
        return after != ' ';
    }
    // A number keeps its unit, and a name in katakana its letters.
    let joined = (word(before) && word(after))
        || (before.is_ascii_digit() && after.is_alphanumeric())
        || (katakana(before) && katakana(after));
    !(clings(after) || opens(before) || joined)
}
