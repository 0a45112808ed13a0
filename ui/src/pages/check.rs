//! The identity check: as large as the glass allows, since this is where a wrong patient is caught.

use kakari_session::view::{Banner, Check, CheckPhoto, Face};

use super::{GAP, Laid, MARGIN, Portrait, Space, band, bar, notice};
use crate::fit::{self, Type};
use crate::glass::{Block, Framing, Ink, Kind, Page, Tone};
use crate::paint::{Paint, Rect, tag_width};
use crate::words::{self, drawable, marked};

const NAMES: [f32; 6] = [168.0, 148.0, 124.0, 104.0, 88.0, 72.0];
/// Sizes of sex, age and birth date, and of the rest.
const FACTS: [(f32, f32); 5] = [(92.0, 62.0), (84.0, 58.0), (76.0, 54.0), (66.0, 50.0), (54.0, 46.0)];
/// Where even under the smallest name nothing else fits: a long address, a long clinic and a notice.
const LEAST: (f32, f32) = (44.0, 38.0);
const LABELS: f32 = 250.0;
/// So many facts are those that tell people apart.
const FIRST: usize = 2;
/// Where the number stands among them: its groups of four are read aloud in one go.
const NUMBER: usize = 3;
/// Heights of the box that a face has, three quarters as wide.
const FACES: [f32; 7] = [480.0, 440.0, 400.0, 360.0, 320.0, 280.0, 240.0];
const HIGHEST: f32 = 480.0;
const HIGHEST_UPRIGHT: f32 = 400.0;
/// Between a face and the edges of its panel.
const INSET: f32 = 24.0;

pub(super) fn lay(check: &Check, space: Space) -> Laid {
    let mut laid = Laid { page: Page::Check, keys: band::check(space), ..Laid::default() };
    let x = MARGIN + 32.0;
    let width = space.w - 2.0 * x;
    let top = bar::HEIGHT + 28.0;
    let mut bottom = if space.portrait() { space.band_top(2) } else { space.h - 264.0 };
    if let Some(problem) = &check.notice {
        bottom -= notice::lay(problem, x, 0.0, width, false, space).height + 16.0;
        laid.blocks.push(notice::lay(problem, x, bottom, width, false, space).block);
    }
    let under = |name: &Paint| Rect::new(x, top + name.height + 16.0, width, bottom - top - name.height - 36.0);
    // Over a notice a large name leaves the facts no room.
    let smallest = NAMES.len() - 1;
    let names = (0..NAMES.len()).map(|skip| (skip == smallest, name(check, &NAMES[skip..], width, space)));
    let mut last = None;
    for (least, name) in names {
        let at = under(&name);
        let (block, portrait, high) = fact_list(check, at, least, space);
        last = Some((name, block, portrait));
        if high <= at.h {
            break;
        }
    }
    let Some((name, block, portrait)) = last else { return laid };
    let at = Rect::new(x, top, width, name.height);
    laid.blocks.extend([name.block(at, Tone::Bare, question(space)), block]);
    laid.portrait = portrait;
    laid
}

fn question(space: Space) -> &'static str {
    space.say("この人ですか?", "Is this the person?")
}

fn name(check: &Check, sizes: &[f32], width: f32, space: Space) -> Paint {
    let asked = question(space);
    let Banner { kana, name, .. } = &check.banner;
    let (kana, name) = (drawable(kana), drawable(name));
    let mut paint = Paint::default();
    let (question, card) = (Type::bold(60.0), Type::regular(46.0));
    let mut y = paint.text(0.0, 0.0, asked, question, Ink::Accent) + 6.0;
    let after = question.width(asked) + 48.0;
    let words = marked(&check.banner.card);
    if let Some((kind, framing)) = doubted(&check.banner) {
        // What is in doubt stands framed, beside the question or under it.
        let wide = tag_width(&words, card.size);
        let (x, top) = if after + 60.0 + wide <= width { (after, 8.0) } else { (0.0, y) };
        paint.figure(x, top + 8.0, 44.0, kind, Ink::Normal);
        paint.framed(Rect::new(x + 60.0, top, wide, 62.0), &words, card.size, framing);
        y = y.max(top + 70.0);
    } else if after + card.width(&words) <= width {
        paint.text(after, 10.0, &words, card, Ink::Secondary);
    } else {
        y = paint.lines(0.0, y, &fit::wrap(&words, card, width).lines, card, Ink::Secondary);
    }
    let above = if kana.text == name.text { "" } else { kana.text.as_str() };
    let (ty, lines) = fit::shrink(above, &[64.0, 56.0, 48.0], false, width, 1);
    y = paint.lines(0.0, y, &lines.lines, ty, Ink::Secondary);
    let foreign = kana.foreign || name.foreign;
    let room = if foreign { width - 200.0 } else { width };
    let (ty, lines) = fit::shrink(&name.text, sizes, true, room, 1);
    if foreign {
        let widest = lines.lines.iter().map(|line| ty.width(line)).fold(0.0, f32::max);
        let mark = words::foreign_mark(space.look.language);
        let at = Rect::new(widest + 30.0, y + ty.line() / 2.0 - 35.0, tag_width(mark, 50.0), 70.0);
        paint.tag(at, mark, 50.0, true);
    }
    paint.lines(0.0, y, &lines.lines, ty, Ink::Normal);
    paint
}

/// A card that proves nothing, or a copy. Without a card the words are enough.
fn doubted(banner: &Banner) -> Option<(Kind, Framing)> {
    super::banner::framing(banner.card_mark).filter(|(_, framing)| *framing == Framing::Doubt)
}

/// What is known of them, their face, and how high the words are.
fn fact_list(check: &Check, at: Rect, least: bool, space: Space) -> (Block, Option<Portrait>, f32) {
    let banner = &check.banner;
    let missing = match &check.photo {
        CheckPhoto::Missing(words) => words.clone(),
        CheckPhoto::None | CheckPhoto::Shown(_) => String::new(),
    };
    let facts = [
        (space.say("性別・年齢", "Sex, age"), &banner.sex_age),
        (space.say("生年月日", "Born"), &banner.birth_date),
        (space.say("住所", "Address"), &check.address),
        (space.say("共通番号", "Number"), &check.number),
        (space.say("情報", "Data"), &banner.information),
        (space.say("写真", "Photo"), &missing),
    ];
    let (painted, portrait) = match &check.photo {
        CheckPhoto::Shown(face) => beside(&facts, face, at, least, space),
        CheckPhoto::None | CheckPhoto::Missing(_) => (alone(&facts, at, least), None),
    };
    let high = painted.height;
    let middle = ((at.h - high) / 2.0).max(0.0);
    let top = match &portrait {
        // Rows that run on under the face begin where it does.
        Some(face) if space.portrait() || painted.height > face.at.h => INSET.min(middle),
        _ => middle,
    };
    let mut outer = Paint::default();
    outer.put(0.0, top, painted);
    (outer.block(at, Tone::Plain, space.say("本人確認", "Identity check")), portrait, high)
}

type Fact<'a> = (&'a str, &'a String);

/// The facts as large as they fit; `least` when the name will not give way any more.
fn alone(facts: &[Fact<'_>], at: Rect, least: bool) -> Paint {
    let painted = FACTS.map(|sizes| paint_facts(facts, sizes, |_| at.w));
    let fits = painted.iter().position(|paint| paint.height <= at.h - 40.0).unwrap_or(FACTS.len() - 1);
    let painted = painted.into_iter().nth(fits).unwrap_or_default();
    if least && painted.height > at.h { paint_facts(facts, LEAST, |_| at.w) } else { painted }
}

/// The facts with a face on their right: the largest face that leaves them readable and the number in one line.
fn beside(facts: &[Fact<'_>], face: &Face, at: Rect, least: bool, space: Space) -> (Paint, Option<Portrait>) {
    let highest = if space.portrait() { HIGHEST_UPRIGHT } else { HIGHEST };
    let sizes: Vec<_> =
        FACTS.into_iter().filter(|size| Type::bold(size.1).width(facts[NUMBER].1) <= room(at.w)).collect();
    for some in [&sizes[..sizes.len().saturating_sub(1)], &sizes] {
        for high in FACES.into_iter().filter(|high| *high <= highest.min(at.h - 2.0 * INSET)) {
            let (w, h) = within(face, high);
            let painted = some.iter().map(|size| match space.portrait() {
                true => paint_upright(facts, *size, at.w, w, h),
                false => paint_facts(facts, *size, |y| if y < h + GAP { at.w - w - INSET } else { at.w }),
            });
            if let Some(painted) = painted.into_iter().find(|paint| paint.height <= at.h - 40.0) {
                let place = Rect::new(at.x + at.w - w - INSET, at.y + INSET, w, h);
                return (painted, Some(Portrait { face: face.clone(), at: place }));
            }
        }
    }
    // Words tell a person better than a face that pushes them out.
    (alone(facts, at, least), None)
}

/// The size of a face in a box so high and three quarters of that wide; its shape is kept.
fn within(face: &Face, high: f32) -> (f32, f32) {
    let (w, h) = (face.width() as f32, face.height() as f32);
    let scale = (high * 0.75 / w).min(high / h);
    (w * scale, h * scale)
}

/// The width for the words of a row in a panel so wide.
fn room(width: f32) -> f32 {
    width - LABELS - 72.0
}

/// `width` says how wide a row may be that begins at a height.
fn paint_facts(facts: &[Fact<'_>], sizes: (f32, f32), width: impl Fn(f32) -> f32) -> Paint {
    let mut paint = Paint::default();
    let label_type = Type::regular(sizes.1.min(44.0));
    let mut y = 0.0;
    for (index, (label, value)) in facts.iter().enumerate() {
        if value.is_empty() {
            continue;
        }
        let (value, size) = (marked(value), if index < FIRST { sizes.0 } else { sizes.1 });
        let (ty, lines) = fit::shrink(&value, &[size], true, room(width(y)), 1);
        let shift = (ty.line() - label_type.line()) / 2.0 + (ty.size - label_type.size) * 0.2;
        paint.text(36.0, y + shift, label, label_type, Ink::Secondary);
        y = paint.lines(36.0 + LABELS, y, &lines.lines, ty, Ink::Normal) + 4.0;
    }
    paint
}

/// On a narrow glass what tells people apart stands beside the face, under its labels so that it stays large; the rest
/// stands under both. A birth date has two lines, the year and the day.
fn paint_upright(facts: &[Fact<'_>], sizes: (f32, f32), width: f32, face_width: f32, face_height: f32) -> Paint {
    let mut paint = Paint::default();
    let label_type = Type::regular(44.0);
    let smaller: Vec<f32> = FACTS.iter().map(|size| size.0).filter(|size| *size <= sizes.0).collect();
    let mut y = 0.0;
    for ((label, value), most) in facts[..FIRST].iter().zip(1..) {
        let narrow = width - face_width - INSET - 72.0;
        let (ty, lines) = fit::shrink(&marked(value), &smaller, true, narrow, most);
        y = paint.text(36.0, y, label, label_type, Ink::Secondary);
        y = paint.lines(36.0, y, &lines.lines, ty, Ink::Normal) + 16.0;
    }
    let rest = paint_facts(&facts[FIRST..], (sizes.1, sizes.1), |_| width);
    paint.put(0.0, y.max(face_height + INSET), rest);
    paint
}
