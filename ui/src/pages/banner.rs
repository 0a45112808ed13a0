//! The patient banner: the same words on every page about one patient.

use kakari_session::view::{Banner, CardMark, Mark};

use super::{GAP, MARGIN, Space, bar, figure_of};
use crate::fit::{self, Type};
use crate::glass::{Block, Framing, Ink, Kind, Tone};
use crate::paint::{Paint, Rect, tag_width};
use crate::words::{drawable, foreign_mark, marked};

const LABEL: Type = Type::regular(40.0);
const APART: f32 = 52.0;
/// Between a label and the words of the card.
const BESIDE: f32 = 28.0;
/// Sizes of those: the longest are a little smaller, since a line more would take the doses off the summary.
const CARDS: [f32; 3] = [40.0, 38.0, 36.0];
/// Between two lines of the card.
const CLOSE: f32 = 46.0;
const NAMES: [f32; 5] = [72.0, 64.0, 56.0, 48.0, 44.0];

/// A label over its value.
struct Group {
    paint: Paint,
    width: f32,
    /// Width of the label alone; of everything where there is none.
    label: f32,
}

impl Group {
    fn new(paint: Paint, width: f32) -> Self {
        Self { paint, width, label: width }
    }
}

type Placed = Vec<(f32, Group)>;
/// How old the information is, in a size, with so much room beside the others.
type Information = fn(&Banner, f32, f32, Space) -> Group;

/// The banner under the top bar, as high as its words need.
pub(super) fn block(banner: &Banner, space: Space) -> (Block, f32) {
    let sizes = [48.0, 46.0, 44.0, 42.0, 40.0];
    let on_one = |card: &dyn Fn(f32) -> Option<Group>, information: Information| {
        sizes.into_iter().find_map(|size| one_row(banner, size, space, card, information))
    };
    let on_words = |information| CARDS.into_iter().find_map(|size| on_one(&|_| Some(card(banner, size)), information));
    let on_one = on_words(information)
        .or_else(|| on_one(&|room| card_in_two(banner, room), information))
        .or_else(|| on_words(information_in_two));
    let rows = on_one.map_or_else(|| two_rows(banner, space), |row| vec![row]);
    let (mut paint, mut height) = (Paint::default(), 0.0);
    for row in rows {
        let high = row.iter().map(|(_, group)| group.paint.height).fold(0.0, f32::max);
        for (x, group) in row {
            let y = height + high - group.paint.height;
            paint.put(x, y, group.paint);
        }
        height += high;
    }
    height += 6.0;
    let at = Rect::new(0.0, bar::HEIGHT, space.w, height);
    (paint.block(at, Tone::Banner, space.say("患者", "Patient")), at.bottom() + GAP)
}

/// Everything side by side, if it fits; card and information at the right side. Words of the card that are longer than
/// the information stand over the last value, beside its label.
fn one_row(
    banner: &Banner,
    size: f32,
    space: Space,
    card: &dyn Fn(f32) -> Option<Group>,
    information: Information,
) -> Option<Placed> {
    let right = space.w - MARGIN;
    let (mut row, mut x) = (Placed::new(), MARGIN);
    let name = name(banner, space.inner() * 0.5, space);
    let facts = facts(banner, size, space);
    let last_label = facts.last().map_or(name.width, |fact| fact.label);
    let mut label_end = x;
    for group in [vec![name], facts].into_iter().flatten() {
        let wide = group.width;
        label_end = x + last_label;
        row.push((x, group));
        x += wide + APART;
    }
    let (card, information) = (card(right - x)?, information(banner, size.min(44.0), right - x, space));
    let fits = x + information.width <= right && label_end + BESIDE + card.width <= right;
    fits.then(|| {
        let last = stacked(card, information);
        row.push((right - last.width, last));
        row
    })
}

/// Name and card above, the rest below; further rows if even that does not fit.
fn two_rows(banner: &Banner, space: Space) -> Vec<Placed> {
    let right = space.w - MARGIN;
    let alone = name(banner, space.inner(), space);
    let fits =
        |card: &Group| name(banner, space.inner() - card.width - APART, space).paint.height <= alone.paint.height;
    let half = space.inner() * 0.5;
    let whole = || card(banner, CARDS[0]);
    let long = whole().width > space.inner() * 0.7;
    let in_two = long.then(|| card_in_two(banner, half)).flatten();
    let smaller = Some(card(banner, CARDS[2]));
    let card = [Some(whole()), smaller, in_two].into_iter().flatten().find(fits);
    let too_wide = whole().width > space.inner();
    let last = || too_wide.then(|| card_in_two(banner, space.inner())).flatten().unwrap_or_else(whole);
    let card = card.unwrap_or_else(last);
    let beside = name(banner, space.inner() - card.width - APART, space);
    // A name is not broken for the sake of the card beside it.
    let (first, card) = if alone.paint.height < beside.paint.height {
        (vec![(MARGIN, alone)], Some(card))
    } else {
        (vec![(MARGIN, beside), (right - card.width, card)], None)
    };
    let mut rows = vec![first, vec![]];
    let mut x = MARGIN;
    for group in facts(banner, 44.0, space) {
        if x + group.width > right && x > MARGIN {
            rows.push(vec![]);
            x = MARGIN;
        }
        let wide = group.width;
        if let Some(row) = rows.last_mut() {
            row.push((x, group));
        }
        x += wide + APART;
    }
    let least = card.as_ref().map_or(520.0, |card| card.width.max(520.0));
    let room = if right - x > least { right - x } else { space.inner() };
    let last = match card {
        Some(card) => stacked(card, information_within(banner, 42.0, room, space)),
        None => information_within(banner, 42.0, room, space),
    };
    if room > right - x {
        rows.push(vec![]);
    }
    if let Some(row) = rows.last_mut() {
        row.push((right - last.width, last));
    }
    rows
}

fn facts(banner: &Banner, size: f32, space: Space) -> Vec<Group> {
    let mut groups = vec![];
    for (label, value) in
        [(space.say("性別・年齢", "Sex, age"), &banner.sex_age), (space.say("生年月日", "Born"), &banner.birth_date)]
    {
        if !value.is_empty() {
            groups.push(labelled(label, &marked(value), size, space.inner()));
        }
    }
    groups
}

fn name(banner: &Banner, room: f32, space: Space) -> Group {
    let mut paint = Paint::default();
    let (kana, name) = (drawable(&banner.kana), drawable(&banner.name));
    // A name that is its own kana is not said twice.
    let above = if kana.text == name.text { "" } else { kana.text.as_str() };
    let (small, above) = fit::shrink(above, &[40.0, 36.0], false, room - 140.0, 1);
    let (ty, lines) = fit::shrink(&name.text, &NAMES, true, room, 1);
    let widest = |ty: Type, lines: &[String]| lines.iter().map(|line| ty.width(line)).fold(0.0, f32::max);
    let (mut above_wide, below_wide) = (widest(small, &above.lines), widest(ty, &lines.lines));
    let mut y = paint.lines(0.0, 0.0, &above.lines, small, Ink::Secondary);
    if kana.foreign || name.foreign {
        let mark = foreign_mark(space.look.language);
        let at = Rect::new(above_wide + 20.0, 2.0, tag_width(mark, 34.0), 44.0);
        paint.tag(at, mark, 34.0, true);
        above_wide += 20.0 + at.w;
        y = y.max(48.0);
    }
    paint.lines(0.0, y - 4.0, &lines.lines, ty, Ink::Normal);
    paint.height -= 4.0;
    Group::new(paint, above_wide.max(below_wide))
}

fn labelled(label: &str, value: &str, size: f32, room: f32) -> Group {
    let mut paint = Paint::default();
    let (ty, lines) = fit::shrink(value, &[size, 44.0, 40.0], true, room, 1);
    let y = paint.text(0.0, 0.0, label, LABEL, Ink::Secondary);
    paint.lines(0.0, y + 2.0, &lines.lines, ty, Ink::Normal);
    paint.height += 6.0;
    let widest = lines.lines.iter().map(|line| ty.width(line)).fold(0.0, f32::max);
    Group { paint, width: widest.max(LABEL.width(label)), label: LABEL.width(label) }
}

/// How the words of a card stand that is not there and genuine: framed, with a shape before them.
pub(super) fn framing(mark: CardMark) -> Option<(Kind, Framing)> {
    match mark {
        CardMark::Genuine => None,
        CardMark::Gone => Some((Kind::Triangle, Framing::Inverted)),
        CardMark::Unproven => Some((Kind::Triangle, Framing::Doubt)),
        CardMark::Copy => Some((Kind::Hatch, Framing::Doubt)),
    }
}

/// The state of the card.
fn card(banner: &Banner, size: f32) -> Group {
    let mut paint = Paint::default();
    let words = marked(&banner.card);
    if let Some((kind, framing)) = framing(banner.card_mark) {
        let wide = tag_width(&words, size);
        paint.figure(0.0, 6.0, 42.0, kind, Ink::Normal);
        paint.framed(Rect::new(54.0, 2.0, wide, 50.0), &words, size, framing);
        return Group::new(paint, wide + 54.0);
    }
    let ty = Type::regular(size);
    paint.text(0.0, 0.0, &words, ty, Ink::Secondary);
    Group::new(paint, ty.width(&words))
}

/// The same in two lines close together, the lower no wider than that: it must not take the room of what lies under the
/// banner.
fn card_in_two(banner: &Banner, room: f32) -> Option<Group> {
    let (words, frame) = (marked(&banner.card), framing(banner.card_mark));
    let wide = |line: &String| if frame.is_some() { tag_width(line, LABEL.size) } else { LABEL.width(line) };
    let parts = [0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9];
    let lines = parts.into_iter().map(|part| fit::wrap(&words, LABEL, LABEL.width(&words) * part)).find(|wrapped| {
        wrapped.lines.len() == 2 && wrapped.depth == fit::Depth::Phrase && wide(&wrapped.lines[1]) <= room
    });
    let lines = lines?.lines;
    let widest = lines.iter().map(wide).fold(0.0, f32::max);
    let left = if frame.is_some() { 54.0 } else { 0.0 };
    let mut paint = Paint::default();
    for (line, y) in lines.iter().zip([0.0, CLOSE]) {
        let (x, w) = (left + widest - wide(line), wide(line));
        match frame {
            Some((_, framing)) => paint.framed(Rect::new(x, y, w, CLOSE), line, LABEL.size, framing),
            None => {
                paint.text(x, y, line, LABEL, Ink::Secondary);
            }
        }
    }
    if let Some((kind, _)) = frame {
        paint.figure(left + widest - wide(&lines[0]) - 54.0, 2.0, 42.0, kind, Ink::Normal);
    }
    paint.height = 2.0 * CLOSE;
    Some(Group::new(paint, left + widest))
}

/// How old the information is and who gave it, with a mark unless it is good.
fn information(banner: &Banner, size: f32, _: f32, space: Space) -> Group {
    information_within(banner, size, space.inner(), space)
}

fn information_within(banner: &Banner, size: f32, room: f32, space: Space) -> Group {
    let mut paint = Paint::default();
    let good = banner.information_mark == Mark::Good;
    let indent = if good { 0.0 } else { 52.0 };
    let words = format!("{} {}", space.say("情報", "Data"), marked(&banner.information));
    let (mut ty, mut lines) = fit::shrink(&words, &[size, 40.0], true, room - indent, 1);
    if lines.lines.len() > 2 {
        // A third line would push down everything under the banner.
        (ty, lines) = fit::shrink(&words, &CARDS, true, room - indent, 2);
    }
    if !good {
        let (kind, ink) = figure_of(banner.information_mark);
        paint.figure(0.0, (ty.line() - 38.0) / 2.0, 38.0, kind, ink);
    }
    paint.lines(indent, 0.0, &lines.lines, ty, Ink::Normal);
    paint.height += 6.0;
    let widest = lines.lines.iter().map(|line| ty.width(line)).fold(0.0, f32::max);
    Group::new(paint, widest + indent)
}

/// The same in two lines close together: under one line of the card it is as high as kana and name.
fn information_in_two(banner: &Banner, size: f32, room: f32, space: Space) -> Group {
    let whole = information(banner, size, room, space);
    let words = format!("{} {}", space.say("情報", "Data"), marked(&banner.information));
    let indent = if banner.information_mark == Mark::Good { 0.0 } else { 52.0 };
    let in_two = CARDS.into_iter().find_map(|size| {
        let ty = Type::bold(size);
        let wrapped = fit::wrap(&words, ty, (room - indent).max(0.0));
        (wrapped.lines.len() == 2 && wrapped.depth == fit::Depth::Phrase).then_some((ty, wrapped))
    });
    let Some((ty, wrapped)) = in_two else { return whole };
    let widest = wrapped.lines.iter().map(|line| ty.width(line)).fold(0.0, f32::max) + indent;
    let mut paint = Paint::default();
    if indent > 0.0 {
        let (kind, ink) = figure_of(banner.information_mark);
        let x = widest - ty.width(&wrapped.lines[0]) - indent;
        paint.figure(x, (CLOSE - 38.0) / 2.0, 38.0, kind, ink);
    }
    for (line, y) in wrapped.lines.iter().zip([0.0, CLOSE]) {
        paint.text(widest - ty.width(line), y, line, ty, Ink::Normal);
    }
    paint.height = 2.0 * CLOSE;
    Group::new(paint, widest)
}

/// One group over another, both at the right side.
fn stacked(above: Group, below: Group) -> Group {
    let width = above.width.max(below.width);
    let mut paint = Paint::default();
    let y = above.paint.height + 2.0;
    paint.put(width - above.width, 0.0, above.paint);
    paint.put(width - below.width, y, below.paint);
    Group::new(paint, width)
}
