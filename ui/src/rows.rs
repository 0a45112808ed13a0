//! Rows of a panel, laid out one under the other, and the words for those that find no room.

use kakari_session::view::Row;

use crate::fit::{self, Type};
use crate::glass::Ink;
use crate::paint::{Paint, Rect, tag_width};
use crate::words::{DIFFERS_MARK, FOREIGN_MARK, drawable};

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
        let mut tags = if tag.text.is_empty() { vec![] } else { vec![tag.text] };
        if row.differs {
            tags.push(DIFFERS_MARK.to_owned());
        }
        if tag.foreign || main.foreign || sub.foreign || origin.foreign {
            tags.push(FOREIGN_MARK.to_owned());
        }
        let short = if short.text.is_empty() { main.text.clone() } else { short.text };
        Self { tags, main: main.text, sub: sub.text, short, origin: origin.text, unknown: row.unknown }
    }
}

impl Item {
    /// Where there is only room for a name, the bold words are meant.
    pub(crate) fn by_main(self) -> Self {
        Self { short: self.main.clone(), ..self }
    }

    /// A name and the words beside it.
    pub(crate) fn plain(main: &str, sub: &str) -> Self {
        let (main, sub) = (drawable(main), drawable(sub));
        let tags = if main.foreign || sub.foreign { vec![FOREIGN_MARK.to_owned()] } else { vec![] };
        let short = main.text.clone();
        Self { tags, main: main.text, sub: sub.text, short, origin: String::new(), unknown: false }
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
    let widest = |item: &Item| item.tags.iter().map(|tag| tag_width(tag, size)).fold(0.0, f32::max);
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
        paint.tag(Rect::new(0.0, y.max(0.0), style.tags_wide - 16.0, h), tag, style.tag, tag == FOREIGN_MARK);
    }
    let mut y = paint.lines(x, 0.0, &main.lines, ty, Ink::Normal);
    let sub = Type::regular(style.sub);
    let end = main.lines.iter().map(|line| ty.width(line)).fold(0.0, f32::max) + 28.0;
    if style.beside && !item.sub.is_empty() && end + sub.width(&item.sub) <= room {
        paint.text(x + end, y - ty.line() + (ty.size - sub.size) * 0.4, &item.sub, sub, Ink::Normal);
    } else {
        y = paint.lines(x, y, &fit::wrap(&item.sub, sub, room).lines, sub, Ink::Normal);
    }
    if style.origin > 0.0 {
        said_by(item, Type::regular(style.origin), Rect::new(x, y, room, ty.line()), end, &mut paint);
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
        paint.lines(at.x, at.y, &fit::wrap(&item.origin, ty, at.w).lines, ty, Ink::Secondary);
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
        let names: Vec<&str> = self.items[..count].iter().map(|item| item.short.as_str()).collect();
        format!("{}{}{}: {}", self.lead, self.items.len(), self.unit, names.join(", "))
    }

    /// 「ほか3剤: アムロジピン, …」 in so many lines at most. `None` if not every name finds room.
    pub(crate) fn all_named(&self, ty: Type, width: f32, lines: usize) -> Option<Vec<String>> {
        let wrapped = fit::wrap(&self.names(self.items.len()), ty, width);
        (wrapped.lines.len() <= lines && wrapped.depth == fit::Depth::Phrase).then_some(wrapped.lines)
    }

    /// As many names as find room, and how many more there are; at least the number. Says how many are named.
    pub(crate) fn some_named(&self, ty: Type, width: f32, lines: usize) -> (usize, Vec<String>) {
        let (count, unit, onward) = (self.items.len(), self.unit, self.onward);
        let partly = (1..count.min(MOST_NAMED)).rev().find_map(|named| {
            let words = format!("{}, 残り{}{unit}{onward}", self.names(named), count - named);
            let wrapped = fit::wrap(&words, ty, width);
            (wrapped.lines.len() <= lines && wrapped.depth == fit::Depth::Phrase).then_some((named, wrapped.lines))
        });
        partly.unwrap_or_else(|| (0, vec![format!("{}{count}{unit}{onward}", self.lead)]))
    }
}

/// More names than this in small letters help nobody, and looking for them takes time.
const MOST_NAMED: usize = 10;
