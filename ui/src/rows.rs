//! Rows of a panel, laid out: one under the other, or running on like a sentence; and the words for those
//! that find no room.

use kakari_session::view::Row;

use crate::fit::{self, Type};
use crate::glass::Ink;
use crate::paint::{Paint, Rect, tag_width};
use crate::words::{FOREIGN_MARK, drawable};

/// One row with every word drawable.
#[derive(Clone)]
pub(crate) struct Item {
    pub(crate) tags: Vec<String>,
    pub(crate) main: String,
    pub(crate) sub: String,
    pub(crate) short: String,
    pub(crate) origin: String,
    pub(crate) unknown: bool,
}

impl From<&Row> for Item {
    fn from(row: &Row) -> Self {
        let [tag, main, sub, short, origin] =
            [&row.tag, &row.main, &row.sub, &row.short, &row.origin].map(|text| drawable(text));
        let mut tags = if tag.text.is_empty() {
            vec![]
        } else {
            vec![tag.text]
        };
        if tag.foreign || main.foreign || sub.foreign || origin.foreign {
            tags.push(FOREIGN_MARK.to_owned());
        }
        let short = if short.text.is_empty() {
            main.text.clone()
        } else {
            short.text
        };
        Self {
            tags,
            main: main.text,
            sub: sub.text,
            short,
            origin: origin.text,
            unknown: row.unknown,
        }
    }
}

/// How rows stand one under the other.
#[derive(Clone, Copy)]
pub(crate) struct Stack {
    /// Sizes of the bold name, the largest first.
    pub(crate) main: &'static [f32],
    /// Size under the name.
    pub(crate) sub: f32,
    /// Size of who said so; 0 leaves it out.
    pub(crate) origin: f32,
    /// Size of the tags.
    pub(crate) tag: f32,
    /// Width kept free for tags left of the names, 0 for tags above their names.
    pub(crate) tags_wide: f32,
    /// True to set the words under the name beside it where they fit.
    pub(crate) beside: bool,
    /// Between two rows.
    pub(crate) gap: f32,
}

/// Width of the column of tags that these rows need.
pub(crate) fn tags_width(items: &[Item], size: f32) -> f32 {
    let widest = |item: &Item| {
        item.tags
            .iter()
            .map(|tag| tag_width(tag, size))
            .fold(0.0, f32::max)
    };
    let widest = items.iter().map(widest).fold(0.0, f32::max);
    if widest > 0.0 { widest + 16.0 } else { 0.0 }
}

/// Paints one row.
pub(crate) fn stacked(item: &Item, style: &Stack, width: f32) -> Paint {
    let mut paint = Paint::default();
    let (x, room) = (style.tags_wide, width - style.tags_wide);
    let (ty, main) = fit::shrink(&item.main, style.main, true, room, 1);
    for (index, tag) in item.tags.iter().enumerate() {
        let h = style.tag + 14.0;
        let y = (ty.line() - h) / 2.0 + index as f32 * (h + 6.0);
        paint.tag(
            Rect::new(0.0, y.max(0.0), style.tags_wide - 16.0, h),
            tag,
            style.tag,
            tag == FOREIGN_MARK,
        );
    }
    let mut y = paint.lines(x, 0.0, &main.lines, ty, Ink::Normal);
    let sub = Type::regular(style.sub);
    let end = main
        .lines
        .iter()
        .map(|line| ty.width(line))
        .fold(0.0, f32::max)
        + 28.0;
    if style.beside && !item.sub.is_empty() && end + sub.width(&item.sub) <= room {
        paint.text(
            x + end,
            y - ty.line() + (ty.size - sub.size) * 0.4,
            &item.sub,
            sub,
            Ink::Normal,
        );
    } else {
        y = paint.lines(
            x,
            y,
            &fit::wrap(&item.sub, sub, room).lines,
            sub,
            Ink::Normal,
        );
    }
    if style.origin > 0.0 {
        said_by(
            item,
            Type::regular(style.origin),
            Rect::new(x, y, room, ty.line()),
            end,
            &mut paint,
        );
    }
    if item.unknown {
        let height = paint.height;
        paint.hatch(Rect::new(-8.0, 0.0, width + 16.0, height));
    }
    paint
}

/// Who said so: at the end of the first line if it fits there, else under everything.
fn said_by(item: &Item, ty: Type, at: Rect, end: f32, paint: &mut Paint) {
    let wide = ty.width(&item.origin);
    if end + 40.0 + wide <= at.w {
        let y = (at.h - ty.line()) / 2.0;
        paint.text(at.x + at.w - wide, y, &item.origin, ty, Ink::Secondary);
    } else {
        paint.lines(
            at.x,
            at.y,
            &fit::wrap(&item.origin, ty, at.w).lines,
            ty,
            Ink::Secondary,
        );
    }
}

/// Rows that find no room, and how to speak of them.
#[derive(Clone, Copy)]
pub(crate) struct Hidden<'a> {
    pub(crate) items: &'a [Item],
    /// 「ほか」
    pub(crate) lead: &'a str,
    /// 「剤」
    pub(crate) unit: &'a str,
    /// Where to find those that are not named: 「は詳細へ」
    pub(crate) onward: &'a str,
}

impl Hidden<'_> {
    fn names(&self, count: usize) -> String {
        let names: Vec<&str> = self.items[..count]
            .iter()
            .map(|item| item.short.as_str())
            .collect();
        format!(
            "{}{}{}: {}",
            self.lead,
            self.items.len(),
            self.unit,
            names.join(", ")
        )
    }

    /// 「ほか3剤: アムロジピン, …」 in so many lines at most. `None` if not every name finds room.
    pub(crate) fn all_named(&self, ty: Type, width: f32, lines: usize) -> Option<Vec<String>> {
        let wrapped = fit::wrap(&self.names(self.items.len()), ty, width);
        (wrapped.lines.len() <= lines && wrapped.depth == fit::Depth::Phrase)
            .then_some(wrapped.lines)
    }

    /// As many names as find room, and how many more there are; at least the number.
    pub(crate) fn some_named(&self, ty: Type, width: f32, lines: usize) -> Vec<String> {
        let count = self.items.len();
        let partly = (1..count).rev().find_map(|named| {
            let words = format!(
                "{}, 残り{}{}{}",
                self.names(named),
                count - named,
                self.unit,
                self.onward
            );
            let wrapped = fit::wrap(&words, ty, width);
            (wrapped.lines.len() <= lines && wrapped.depth == fit::Depth::Phrase)
                .then_some(wrapped.lines)
        });
        partly.unwrap_or_else(|| vec![format!("{}{count}{}{}", self.lead, self.unit, self.onward)])
    }
}

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
    hatched: bool,
}

struct Part<'a> {
    text: &'a str,
    ty: Type,
    ink: Ink,
    framed: bool,
    hatched: bool,
}

impl Part<'_> {
    fn width(&self) -> f32 {
        if self.framed {
            tag_width(self.text, self.ty.size)
        } else {
            self.ty.width(self.text)
        }
    }
}

const PART_GAP: f32 = 14.0;
const ITEM_GAP: f32 = 40.0;

impl Flow {
    /// Begins `indent` units into the first line and `hang` units into every other.
    pub(crate) fn new(width: f32, indent: f32, hang: f32) -> Self {
        Self {
            lines: vec![vec![]],
            pen: indent,
            width,
            hang,
        }
    }

    pub(crate) fn count(&self) -> usize {
        self.lines.len()
    }

    /// Adds a row: its tags, its bold name, the words beside it.
    pub(crate) fn item(&mut self, item: &Item, size: f32) {
        let hatched = item.unknown;
        let part = |text, ty, framed| Part {
            text,
            ty,
            ink: Ink::Normal,
            framed,
            hatched,
        };
        let mut parts: Vec<Part<'_>> = Vec::new();
        parts.extend(
            item.tags
                .iter()
                .map(|tag| part(tag, Type::bold(size * 0.76), true)),
        );
        parts.push(part(&item.main, Type::bold(size), false));
        if !item.sub.is_empty() {
            parts.push(part(&item.sub, Type::regular(size * 0.9), false));
        }
        self.parts(&parts);
    }

    /// Adds words that are no row.
    pub(crate) fn words(&mut self, text: &str, ty: Type, ink: Ink) {
        self.parts(&[Part {
            text,
            ty,
            ink,
            framed: false,
            hatched: false,
        }]);
    }

    fn parts(&mut self, parts: &[Part<'_>]) {
        let gaps = PART_GAP * (parts.len() as f32 - 1.0);
        let whole: f32 = parts.iter().map(Part::width).sum::<f32>() + gaps;
        let begun = self.lines.last().is_some_and(|line| !line.is_empty());
        let lead = if begun { ITEM_GAP } else { 0.0 };
        let first = parts.first().map_or(0.0, Part::width);
        let room = self.width - self.pen - lead;
        if self.pen > self.hang
            && (first > room || (whole > room && whole <= self.width - self.hang))
        {
            self.line();
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
        let left = if self.width - self.pen >= self.width * 0.5 {
            self.pen
        } else {
            self.hang
        };
        if self.pen > left {
            self.line();
        }
        for (index, line) in fit::wrap(part.text, part.ty, self.width - left)
            .lines
            .into_iter()
            .enumerate()
        {
            if index > 0 {
                self.line();
                self.pen = left;
            }
            self.push(part, line);
        }
    }

    fn push(&mut self, part: &Part<'_>, text: String) {
        let Part {
            ty,
            ink,
            framed,
            hatched,
            ..
        } = *part;
        let wide = Part {
            text: &text,
            ..*part
        }
        .width();
        let run = Run {
            x: self.pen,
            text,
            ty,
            ink,
            framed,
            hatched,
        };
        self.pen += wide;
        if let Some(line) = self.lines.last_mut() {
            line.push(run);
        }
    }

    fn separate(&mut self) {
        let ty = Type::regular(36.0);
        let x = self.pen + (ITEM_GAP - ty.width("・")) / 2.0;
        let run = Run {
            x,
            text: "・".into(),
            ty,
            ink: Ink::Secondary,
            framed: false,
            hatched: false,
        };
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
        let wide = if self.framed {
            tag_width(&self.text, self.ty.size)
        } else {
            self.ty.width(&self.text)
        };
        if self.hatched {
            paint.hatch(Rect::new(self.x - 6.0, y, wide + 12.0, height));
        }
        if self.framed {
            let h = self.ty.size + 12.0;
            let at = Rect::new(self.x, y + (height - h) / 2.0, wide, h);
            paint.tag(at, &self.text, self.ty.size, self.text == FOREIGN_MARK);
        } else {
            paint.text(
                self.x,
                y + (height - self.ty.line()) / 2.0,
                &self.text,
                self.ty,
                self.ink,
            );
        }
    }
}
