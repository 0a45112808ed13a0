//! Rows of a panel running on like a sentence, each kept whole where a line can hold it.

use crate::fit::{self, Type};
use crate::glass::Ink;
use crate::paint::{Paint, Rect, tag_width};
use crate::rows::Item;

/// Rows running on in lines, each kept whole where a line can hold it.
#[derive(Clone)]
pub(crate) struct Flow {
    lines: Vec<Vec<Run>>,
    pen: f32,
    width: f32,
    /// Where every line but the first begins.
    hang: f32,
}

#[derive(Clone)]
struct Run {
    x: f32,
    text: String,
    ty: Type,
    ink: Ink,
    framed: bool,
    filled: bool,
    hatched: bool,
}

struct Part<'a> {
    text: &'a str,
    ty: Type,
    ink: Ink,
    framed: bool,
    /// Says that something is not letter for letter as it was written.
    filled: bool,
    hatched: bool,
}

impl Part<'_> {
    fn width(&self) -> f32 {
        if self.framed { tag_width(self.text, self.ty.size) } else { self.ty.width(self.text) }
    }
}

const PART_GAP: f32 = 14.0;
const ITEM_GAP: f32 = 40.0;

impl Flow {
    /// Begins `indent` units into the first line and `hang` units into every other.
    pub(crate) fn new(width: f32, indent: f32, hang: f32) -> Self {
        Self { lines: vec![vec![]], pen: indent, width, hang }
    }

    pub(crate) fn count(&self) -> usize {
        self.lines.len()
    }

    /// Adds a row: its tags, its bold name, the words beside it.
    pub(crate) fn item(&mut self, item: &Item, size: f32) {
        let hatched = item.unknown;
        let part = |text, ty, framed| Part { text, ty, ink: Ink::Normal, framed, filled: false, hatched };
        let mut parts: Vec<Part<'_>> = Vec::new();
        let tag = |(at, tag)| Part { filled: item.is_mark(at), ..part(tag, Type::bold(size * 0.76), true) };
        parts.extend(item.tags.iter().map(String::as_str).enumerate().map(tag));
        parts.push(part(&item.main, Type::bold(size), false));
        if !item.sub.is_empty() {
            parts.push(part(&item.sub, Type::regular(size * 0.9), false));
        }
        self.parts(&parts);
    }

    /// Adds words that are no row; an arrow follows without a dot.
    pub(crate) fn words(&mut self, text: &str, ty: Type, ink: Ink) {
        self.parts(&[Part { text, ty, ink, framed: false, filled: false, hatched: false }]);
    }

    fn parts(&mut self, parts: &[Part<'_>]) {
        let gaps = PART_GAP * (parts.len() as f32 - 1.0);
        let whole: f32 = parts.iter().map(Part::width).sum::<f32>() + gaps;
        let begun = self.lines.last().is_some_and(|line| !line.is_empty());
        let lead = if begun { ITEM_GAP } else { 0.0 };
        let first = parts.first().map_or(0.0, Part::width);
        let first_text = parts.first().map_or("", |part| part.text);
        let room = self.width - self.pen - lead;
        if self.pen > self.hang && (first > room || (whole > room && whole <= self.width - self.hang)) {
            self.line();
        } else if begun && first_text.starts_with('→') {
            self.pen += PART_GAP;
        } else if begun {
            self.separate();
        }
        for (index, part) in parts.iter().enumerate() {
            self.part(part, index > 0);
        }
    }

    fn part(&mut self, part: &Part<'_>, follows: bool) {
        if follows && self.pen > self.hang {
            self.pen += PART_GAP;
        }
        if self.pen + part.width() <= self.width {
            return self.push(part, part.text.to_owned());
        }
        let left = if self.width - self.pen >= self.width * 0.5 { self.pen } else { self.hang };
        if self.pen > left {
            self.line();
        }
        for (index, line) in fit::wrap(part.text, part.ty, self.width - left).lines.into_iter().enumerate() {
            if index > 0 {
                self.line();
                self.pen = left;
            }
            self.push(part, line);
        }
    }

    fn push(&mut self, part: &Part<'_>, text: String) {
        let Part { ty, ink, framed, filled, hatched, .. } = *part;
        let wide = Part { text: &text, ..*part }.width();
        let run = Run { x: self.pen, text, ty, ink, framed, filled, hatched };
        self.pen += wide;
        if let Some(line) = self.lines.last_mut() {
            line.push(run);
        }
    }

    fn separate(&mut self) {
        let ty = Type::regular(36.0);
        let x = self.pen + (ITEM_GAP - ty.width("・")) / 2.0;
        let run = Run { x, text: "・".into(), ty, ink: Ink::Secondary, framed: false, filled: false, hatched: false };
        self.pen += ITEM_GAP;
        if let Some(line) = self.lines.last_mut() {
            line.push(run);
        }
    }

    fn line(&mut self) {
        self.lines.push(vec![]);
        self.pen = self.hang;
    }

    /// Paints the lines, each `height` high.
    pub(crate) fn paint(self, height: f32) -> Paint {
        let mut paint = Paint::default();
        for (index, line) in self.lines.into_iter().enumerate() {
            let y = index as f32 * height;
            for run in line {
                run.paint(&mut paint, y, height);
            }
            paint.height = y + height;
        }
        paint
    }
}

impl Run {
    fn paint(&self, paint: &mut Paint, y: f32, height: f32) {
        let wide = if self.framed { tag_width(&self.text, self.ty.size) } else { self.ty.width(&self.text) };
        if self.hatched {
            paint.hatch(Rect::new(self.x - 6.0, y, wide + 12.0, height));
        }
        if self.framed {
            let h = self.ty.size + 12.0;
            let at = Rect::new(self.x, y + (height - h) / 2.0, wide, h);
            paint.tag(at, &self.text, self.ty.size, self.filled);
        } else {
            paint.text(self.x, y + (height - self.ty.line()) / 2.0, &self.text, self.ty, self.ink);
        }
    }
}
