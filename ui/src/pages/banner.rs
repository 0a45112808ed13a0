//! The patient banner: the same words on every page about one patient.

use kakari_session::view::{Banner, Mark};

use super::{GAP, MARGIN, Space, bar, figure_of};
use crate::fit::{self, Type};
use crate::glass::{Block, Ink, Kind, Tone};
use crate::paint::{Paint, Rect, tag_width};
use crate::words::{FOREIGN_MARK, drawable, marked};

const LABEL: Type = Type::regular(40.0);
const APART: f32 = 52.0;
const NAMES: [f32; 4] = [72.0, 64.0, 56.0, 48.0];

/// A label over its value.
struct Group {
    paint: Paint,
    width: f32,
}

type Placed = Vec<(f32, Group)>;

/// The banner under the top bar, as high as its words need.
pub(super) fn block(banner: &Banner, space: Space) -> (Block, f32) {
    let sizes = [48.0, 46.0, 44.0, 42.0, 40.0];
    let on_one = sizes.into_iter().find_map(|size| one_row(banner, size, space));
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
    (paint.block(at, Tone::Banner, "患者"), at.bottom() + GAP)
}

/// Everything side by side, if it fits; card and information at the right side.
fn one_row(banner: &Banner, size: f32, space: Space) -> Option<Placed> {
    let right = space.w - MARGIN;
    let (mut row, mut x) = (Placed::new(), MARGIN);
    let name = name(banner, space.inner() * 0.5);
    for group in [vec![name], facts(banner, size, space.inner())].into_iter().flatten() {
        let wide = group.width;
        row.push((x, group));
        x += wide + APART;
    }
    let last = stacked(card(banner), information(banner, size.min(44.0), space.inner()));
    (x + last.width <= right).then(|| {
        row.push((right - last.width, last));
        row
    })
}

/// Name and card above, the rest below; further rows if even that does not fit.
fn two_rows(banner: &Banner, space: Space) -> Vec<Placed> {
    let right = space.w - MARGIN;
    let card = card(banner);
    let beside = name(banner, space.inner() - card.width - APART);
    let alone = name(banner, space.inner());
    // A name is not broken for the sake of the card beside it.
    let (first, card) = if alone.paint.height < beside.paint.height {
        (vec![(MARGIN, alone)], Some(card))
    } else {
        (vec![(MARGIN, beside), (right - card.width, card)], None)
    };
    let mut rows = vec![first, vec![]];
    let mut x = MARGIN;
    for group in facts(banner, 44.0, space.inner()) {
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
        Some(card) => stacked(card, information(banner, 42.0, room)),
        None => information(banner, 42.0, room),
    };
    if room > right - x {
        rows.push(vec![]);
    }
    if let Some(row) = rows.last_mut() {
        row.push((right - last.width, last));
    }
    rows
}

fn facts(banner: &Banner, size: f32, room: f32) -> Vec<Group> {
    let mut groups = vec![];
    for (label, value) in [("性別・年齢", &banner.sex_age), ("生年月日", &banner.birth_date)] {
        if !value.is_empty() {
            groups.push(labelled(label, &marked(value), size, room));
        }
    }
    groups
}

fn name(banner: &Banner, room: f32) -> Group {
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
        let at = Rect::new(above_wide + 20.0, 2.0, tag_width(FOREIGN_MARK, 34.0), 44.0);
        paint.tag(at, FOREIGN_MARK, 34.0, true);
        above_wide += 20.0 + at.w;
        y = y.max(48.0);
    }
    paint.lines(0.0, y - 4.0, &lines.lines, ty, Ink::Normal);
    paint.height -= 4.0;
    Group { paint, width: above_wide.max(below_wide) }
}

fn labelled(label: &str, value: &str, size: f32, room: f32) -> Group {
    let mut paint = Paint::default();
    let (ty, lines) = fit::shrink(value, &[size, 44.0, 40.0], true, room, 1);
    let y = paint.text(0.0, 0.0, label, LABEL, Ink::Secondary);
    paint.lines(0.0, y + 2.0, &lines.lines, ty, Ink::Normal);
    paint.height += 6.0;
    let widest = lines.lines.iter().map(|line| ty.width(line)).fold(0.0, f32::max);
    Group { paint, width: widest.max(LABEL.width(label)) }
}

/// The state of the card. A card that is gone stands inverted, with a triangle.
fn card(banner: &Banner) -> Group {
    let mut paint = Paint::default();
    let words = marked(&banner.card);
    if banner.card_gone {
        let wide = tag_width(&words, 40.0);
        paint.figure(0.0, 6.0, 42.0, Kind::Triangle, Ink::Normal);
        paint.tag(Rect::new(54.0, 2.0, wide, 50.0), &words, 40.0, true);
        return Group { paint, width: wide + 54.0 };
    }
    paint.text(0.0, 0.0, &words, LABEL, Ink::Secondary);
    Group { paint, width: LABEL.width(&words) }
}

/// How old the information is and who gave it, with a mark unless it is good.
fn information(banner: &Banner, size: f32, room: f32) -> Group {
    let mut paint = Paint::default();
    let good = banner.information_mark == Mark::Good;
    let indent = if good { 0.0 } else { 52.0 };
    let words = format!("情報 {}", marked(&banner.information));
    let (ty, lines) = fit::shrink(&words, &[size, 40.0], true, room - indent, 1);
    if !good {
        let (kind, ink) = figure_of(banner.information_mark);
        paint.figure(0.0, (ty.line() - 38.0) / 2.0, 38.0, kind, ink);
    }
    paint.lines(indent, 0.0, &lines.lines, ty, Ink::Normal);
    paint.height += 6.0;
    let widest = lines.lines.iter().map(|line| ty.width(line)).fold(0.0, f32::max);
    Group { paint, width: widest + indent }
}

/// One group over another, both at the right side.
fn stacked(above: Group, below: Group) -> Group {
    let width = above.width.max(below.width);
    let mut paint = Paint::default();
    let y = above.paint.height + 2.0;
    paint.put(width - above.width, 0.0, above.paint);
    paint.put(width - below.width, y, below.paint);
    Group { paint, width }
}
