//! Rows of a panel, laid out one under the other.

use kakari_session::view::{Language, Row};

use crate::fit::{self, Type};
use crate::glass::Ink;
use crate::paint::{Paint, Rect, tag_width};
use crate::words::{differs_mark, drawable, foreign_mark};

/// One row with every word drawable.
#[derive(Clone)]
pub(crate) struct Item {
    pub(crate) tags: Vec<String>,
    pub(crate) main: String,
    pub(crate) sub: String,
    pub(crate) short: String,
    pub(crate) origin: String,
    pub(crate) unknown: bool,
    /// Not letter for letter what the document says.
    pub(crate) foreign: bool,
}

impl Item {
    /// A row as this language tags it.
    pub(crate) fn of(row: &Row, language: Language) -> Self {
        let [tag, main, sub, short, origin] =
            [&row.tag, &row.main, &row.sub, &row.short, &row.origin].map(|text| drawable(text));
        let mut tags = if tag.text.is_empty() { vec![] } else { vec![tag.text] };
        if row.differs {
            tags.push(differs_mark(language).to_owned());
        }
        let foreign = tag.foreign || main.foreign || sub.foreign || origin.foreign;
        tags.extend(foreign.then(|| foreign_mark(language).to_owned()));
        let short = if short.text.is_empty() { main.text.clone() } else { short.text };
        Self { tags, main: main.text, sub: sub.text, short, origin: origin.text, unknown: row.unknown, foreign }
    }

    /// True of the tag that says so: it is the last.
    pub(crate) fn is_mark(&self, tag: usize) -> bool {
        self.foreign && tag + 1 == self.tags.len()
    }

    /// Where there is only room for a name, the bold words are meant.
    pub(crate) fn by_main(self) -> Self {
        Self { short: self.main.clone(), ..self }
    }

    /// A name and the words beside it.
    pub(crate) fn plain(main: &str, sub: &str, language: Language) -> Self {
        let (main, sub) = (drawable(main), drawable(sub));
        let foreign = main.foreign || sub.foreign;
        let tags = if foreign { vec![foreign_mark(language).to_owned()] } else { vec![] };
        let short = main.text.clone();
        Self { tags, main: main.text, sub: sub.text, short, origin: String::new(), unknown: false, foreign }
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
        paint.tag(Rect::new(0.0, y.max(0.0), style.tags_wide - 16.0, h), tag, style.tag, item.is_mark(index));
    }
    let mut y = paint.lines(x, 0.0, &main.lines, ty, Ink::Normal);
    let sub = Type::regular(style.sub);
    let end = main.lines.iter().map(|line| ty.width(line)).fold(0.0, f32::max) + 28.0;
    if style.beside && !item.sub.is_empty() && end + sub.width(&item.sub) <= room {
        paint.text(x + end, y - ty.line() + (ty.size - sub.size) * 0.4, &item.sub, sub, Ink::Normal);
    } else {
        let (first, left, lines) = below(&item.sub, sub, style, [room - end, room, width]);
        paint.text(x + end, y - ty.line() + (ty.size - sub.size) * 0.4, &first, sub, Ink::Normal);
        // Where rows are dense, the words under a name keep close to it.
        let lift = if style.beside { 5.0 } else { 0.0 };
        y = paint.lines(if left { 0.0 } else { x }, y - lift, &lines, sub, Ink::Normal);
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

/// The words of a row that stand beside its name, whether the others begin under its tags, and those. Dense rows begin
/// beside the name and take the whole width if that saves a line.
fn below(words: &str, ty: Type, style: &Stack, [beside, room, width]: [f32; 3]) -> (String, bool, Vec<String>) {
    let whole = fit::wrap(words, ty, room).lines;
    let mut cuts = words.match_indices(' ').map(|(at, _)| words.split_at(at));
    let Some((first, rest)) = cuts.rfind(|(first, _)| style.beside && ty.width(first) <= beside) else {
        return (String::new(), false, whole);
    };
    let under = [(false, room), (true, width)].map(|(left, room)| (left, fit::wrap(rest, ty, room).lines));
    let fewest = under.into_iter().min_by_key(|(_, lines)| lines.len());
    match fewest {
        Some((left, lines)) if lines.len() < whole.len() => (first.to_owned(), left, lines),
        _ => (String::new(), false, whole),
    }
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
