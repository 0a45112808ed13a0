//! Finished pieces of a page, in units, and how they become the values that the drawing takes.

use std::rc::Rc;

use slint::{Model, ModelRc, VecModel};

use crate::fit::Type;
use crate::glass::{Area, Block, Figure, Fill, Framing, Ink, Kind, Line, Tag, Tone};

/// A place on the page, in units from its upper left corner.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Rect {
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) w: f32,
    pub(crate) h: f32,
}

impl Rect {
    pub(crate) const fn new(x: f32, y: f32, w: f32, h: f32) -> Self {
        Self { x, y, w, h }
    }

    pub(crate) fn bottom(self) -> f32 {
        self.y + self.h
    }
}

/// Lines, tags and shapes, relative to one corner.
#[derive(Clone, Default)]
pub(crate) struct Paint {
    lines: Vec<Line>,
    tags: Vec<Tag>,
    figures: Vec<Figure>,
    rules: Vec<Area>,
    patches: Vec<Area>,
    fills: Vec<Fill>,
    /// Height of what is painted.
    pub(crate) height: f32,
}

impl Paint {
    /// One line of text in a box of its line height; says where the next line begins.
    pub(crate) fn text(&mut self, x: f32, y: f32, text: &str, ty: Type, ink: Ink) -> f32 {
        let h = ty.line();
        self.lines.push(Line { x, y, h, text: text.into(), size: ty.size, bold: ty.bold, ink });
        self.height = self.height.max(y + h);
        y + h
    }

    /// Lines one under the other.
    pub(crate) fn lines(&mut self, x: f32, y: f32, lines: &[String], ty: Type, ink: Ink) -> f32 {
        lines.iter().fold(y, |y, line| self.text(x, y, line, ty, ink))
    }

    /// A word in a frame, as wide as [`tag_width`] or wider.
    pub(crate) fn tag(&mut self, at: Rect, text: &str, size: f32, filled: bool) {
        self.framed(at, text, size, if filled { Framing::Inverted } else { Framing::Outlined });
    }

    /// The same in a way of its own.
    pub(crate) fn framed(&mut self, at: Rect, text: &str, size: f32, framing: Framing) {
        let Rect { x, y, w, h } = at;
        self.tags.push(Tag { x, y, w, h, text: text.into(), size, framing });
        self.height = self.height.max(at.bottom());
    }

    pub(crate) fn figure(&mut self, x: f32, y: f32, size: f32, kind: Kind, ink: Ink) {
        self.figures.push(Figure { x, y, size, kind, ink });
        self.height = self.height.max(y + size);
    }

    pub(crate) fn rule(&mut self, x: f32, y: f32, w: f32) {
        self.rules.push(Area { x, y, w, h: 2.0, stripes: "".into() });
    }

    /// Filled ground under words of the bar.
    pub(crate) fn pill(&mut self, at: Rect) {
        let Rect { x, y, w, h } = at;
        self.rules.push(Area { x, y, w, h, stripes: "".into() });
    }

    /// A filled box over rules and hatches, under words.
    pub(crate) fn fill(&mut self, at: Rect, ink: Ink) {
        let Rect { x, y, w, h } = at;
        self.fills.push(Fill { x, y, w, h, ink });
        self.height = self.height.max(at.bottom());
    }

    /// Hatched ground under a row that says something is not known.
    pub(crate) fn hatch(&mut self, at: Rect) {
        let Rect { x, y, w, h } = at;
        self.patches.insert(0, Area { x, y, w, h, stripes: stripes(w, h).into() });
    }

    /// Puts another painting into this one.
    pub(crate) fn put(&mut self, x: f32, y: f32, other: Paint) {
        let moved = |ox: &mut f32, oy: &mut f32| {
            *ox += x;
            *oy += y;
        };
        self.height = self.height.max(y + other.height);
        self.lines.extend(other.lines.into_iter().map(|mut one| {
            moved(&mut one.x, &mut one.y);
            one
        }));
        self.tags.extend(other.tags.into_iter().map(|mut one| {
            moved(&mut one.x, &mut one.y);
            one
        }));
        self.figures.extend(other.figures.into_iter().map(|mut one| {
            moved(&mut one.x, &mut one.y);
            one
        }));
        self.rules.extend(other.rules.into_iter().map(|mut one| {
            moved(&mut one.x, &mut one.y);
            one
        }));
        self.patches.extend(other.patches.into_iter().map(|mut one| {
            moved(&mut one.x, &mut one.y);
            one
        }));
        self.fills.extend(other.fills.into_iter().map(|mut one| {
            moved(&mut one.x, &mut one.y);
            one
        }));
    }

    /// At how many heights words stand.
    pub(crate) fn line_count(&self) -> usize {
        self.lines.chunk_by(|a, b| (a.y - b.y).abs() < a.h / 2.0).count()
    }

    /// Only the lines and tags of it.
    pub(crate) fn words(self) -> (Vec<Line>, Vec<Tag>) {
        (self.lines, self.tags)
    }

    /// This painting as a block of the page.
    pub(crate) fn block(self, at: Rect, tone: Tone, title: &str) -> Block {
        let hatched = if tone == Tone::Unknown { stripes(at.w, at.h) } else { String::new() };
        Block {
            x: at.x,
            y: at.y,
            w: at.w,
            h: at.h,
            band: 0.0,
            title: title.into(),
            tone,
            stripes: hatched.into(),
            lines: model(self.lines),
            tags: model(self.tags),
            figures: model(self.figures),
            rules: model(self.rules),
            patches: model(self.patches),
            fills: model(self.fills),
        }
    }
}

/// Enlarges a block with everything in it.
pub(crate) fn scaled(block: &mut Block, times: f32) {
    let all = |sides: &mut [&mut f32]| sides.iter_mut().for_each(|side| **side *= times);
    let Block { x, y, w, h, band, .. } = block;
    all(&mut [x, y, w, h, band]);
    let hatched = |area: &mut Area| {
        if !area.stripes.is_empty() {
            area.stripes = stripes(area.w, area.h).into();
        }
    };
    if !block.stripes.is_empty() {
        block.stripes = stripes(block.w, block.h).into();
    }
    block.lines = each(&block.lines, |one| all(&mut [&mut one.x, &mut one.y, &mut one.h, &mut one.size]));
    block.tags = each(&block.tags, |one| all(&mut [&mut one.x, &mut one.y, &mut one.w, &mut one.h, &mut one.size]));
    block.figures = each(&block.figures, |one| all(&mut [&mut one.x, &mut one.y, &mut one.size]));
    block.rules = each(&block.rules, |one| all(&mut [&mut one.x, &mut one.y, &mut one.w, &mut one.h]));
    block.patches = each(&block.patches, |one| {
        all(&mut [&mut one.x, &mut one.y, &mut one.w, &mut one.h]);
        hatched(one);
    });
}

fn each<T: Clone + 'static>(items: &ModelRc<T>, change: impl Fn(&mut T)) -> ModelRc<T> {
    let changed = items.iter().map(|mut one| {
        change(&mut one);
        one
    });
    model(changed.collect())
}

/// How wide the frame of a tag is.
pub(crate) fn tag_width(text: &str, size: f32) -> f32 {
    Type::bold(size).width(text) + 22.0
}

pub(crate) fn model<T: Clone + 'static>(items: Vec<T>) -> ModelRc<T> {
    ModelRc::from(Rc::new(VecModel::from(items)))
}

/// Path commands of diagonal stripes filling a box, 22 units wide and as far apart.
fn stripes(w: f32, h: f32) -> String {
    const STEP: f32 = 44.0;
    // Fixes the extent of the path, so that it is not scaled to its own bounds.
    let mut path = String::new();
    let mut start = -h;
    while start < w {
        path.push_str(&stripe(start, STEP / 2.0, w, h));
        start += STEP;
    }
    path
}

/// The stripe from (start, h) up to (start + h, 0), cut at the box's sides.
fn stripe(start: f32, wide: f32, w: f32, h: f32) -> String {
    let corners = [(start, h), (start + h, 0.0), (start + h + wide, 0.0), (start + wide, h)];
    let left = cut(&corners, |(x, _)| x, |(x0, y0), (x1, y1)| (0.0, y0 + (y1 - y0) * (0.0 - x0) / (x1 - x0)));
    let both = cut(&left, |(x, _)| w - x, |(x0, y0), (x1, y1)| (w, y0 + (y1 - y0) * (w - x0) / (x1 - x0)));
    let mut path = String::new();
    for (index, (x, y)) in both.iter().enumerate() {
        path.push_str(&format!("{} {x:.1} {y:.1} ", if index == 0 { 'M' } else { 'L' }));
    }
    if !both.is_empty() {
        path.push_str("Z ");
    }
    path
}

type Point = (f32, f32);

/// Cuts a polygon along a line: keeps what has `inside` ≥ 0.
fn cut(corners: &[Point], inside: impl Fn(Point) -> f32, meet: impl Fn(Point, Point) -> Point) -> Vec<Point> {
    let mut out = Vec::new();
    for (index, &here) in corners.iter().enumerate() {
        let next = corners[(index + 1) % corners.len()];
        if inside(here) >= 0.0 {
            out.push(here);
        }
        if (inside(here) >= 0.0) != (inside(next) >= 0.0) {
            out.push(meet(here, next));
        }
    }
    out
}
