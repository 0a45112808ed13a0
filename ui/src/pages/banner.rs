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

/// The banner under the top bar, as high as its words need.
pub(super) fn block(banner: &Banner, space: Space) -> (Block, f32) {
    let (mut rows, mut height) = (arrange(banner, 40.0, space), 0.0);
    for size in [48.0, 44.0] {
        let larger = arrange(banner, size, space);
        if larger.len() <= rows.len() {
            rows = larger;
            break;
        }
    }
    let mut paint = Paint::default();
    for row in rows {
        let high = row.iter().map(|(_, group)| group.paint.height).fold(0.0, f32::max);
        for (x, group) in row {
            let y = height + high - group.paint.height;
            paint.put(x, y, group.paint);
        }
        height += high;
    }
    height += 8.0;
    let at = Rect::new(0.0, bar::HEIGHT, space.w, height);
    (paint.block(at, Tone::Banner, "患者"), at.bottom() + GAP)
}

/// Groups in rows with their places; the last stands at the right side.
fn arrange(banner: &Banner, size: f32, space: Space) -> Vec<Vec<(f32, Group)>> {
    let mut rows: Vec<Vec<(f32, Group)>> = vec![vec![]];
    let mut x = MARGIN;
    let right = space.w - MARGIN;
    let last = information(banner, size, space.inner());
    for group in groups(banner, size, space.inner()) {
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
    if x + last.width > right {
        rows.push(vec![(MARGIN, last)]);
    } else if let Some(row) = rows.last_mut() {
        row.push((right - last.width, last));
    }
    rows
}

fn groups(banner: &Banner, size: f32, room: f32) -> Vec<Group> {
    let mut groups = vec![name(banner, room)];
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
    let foreign = kana.foreign || name.foreign;
    let mark = if foreign { tag_width(FOREIGN_MARK, 36.0) + 20.0 } else { 0.0 };
    let (small, above) = fit::shrink(&kana.text, &[40.0, 36.0], false, room, 1);
    let (ty, lines) = fit::shrink(&name.text, &NAMES, true, (room - mark).min(1100.0), 1);
    let y = paint.lines(0.0, 2.0, &above.lines, small, Ink::Secondary);
    paint.lines(0.0, y - 2.0, &lines.lines, ty, Ink::Normal);
    let mut width = lines.lines.iter().map(|line| ty.width(line)).fold(0.0, f32::max);
    if foreign {
        let at = Rect::new(width + 20.0, y + (ty.line() - 50.0) / 2.0, mark - 20.0, 50.0);
        paint.tag(at, FOREIGN_MARK, 36.0, true);
        width += mark;
    }
    let width = above.lines.iter().map(|line| small.width(line)).fold(width, f32::max);
    Group { paint, width }
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

/// The card above the age of the information, with its mark. A card that is gone stands inverted.
fn information(banner: &Banner, size: f32, room: f32) -> Group {
    let mut paint = Paint::default();
    let card = marked(&banner.card);
    let words = format!("情報 {}", marked(&banner.information));
    let (ty, lines) = fit::shrink(&words, &[size.min(44.0), 40.0], true, room - 60.0, 1);
    let widest = lines.lines.iter().map(|line| ty.width(line)).fold(0.0, f32::max);
    let card_wide = if banner.card_gone { tag_width(&card, 40.0) + 60.0 } else { LABEL.width(&card) };
    let width = (widest + 54.0).max(card_wide);
    if banner.card_gone {
        paint.figure(width - card_wide + 4.0, 6.0, 44.0, Kind::Triangle, Ink::Normal);
        paint.tag(Rect::new(width - card_wide + 60.0, 2.0, card_wide - 60.0, 52.0), &card, 40.0, true);
    } else {
        paint.text(width - card_wide, 0.0, &card, LABEL, Ink::Secondary);
    }
    let mut y = paint.height + 4.0;
    for (index, line) in lines.lines.iter().enumerate() {
        let x = width - ty.width(line);
        if index == 0 && banner.information_mark != Mark::Good {
            let (kind, ink) = figure_of(banner.information_mark);
            paint.figure(x - 52.0, y + (ty.line() - 38.0) / 2.0, 38.0, kind, ink);
        }
        y = paint.text(x, y, line, ty, Ink::Normal);
    }
    paint.height += 6.0;
    Group { paint, width }
}
