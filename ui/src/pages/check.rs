//! The identity check: as large as the glass allows, since this is where a wrong patient is caught.

use kakari_session::view::{Banner, Check};

use super::{Laid, MARGIN, Space, bar, notice};
use crate::fit::{self, Type};
use crate::glass::{Block, Ink, Page, Tone};
use crate::paint::{Paint, Rect, tag_width};
use crate::words::{FOREIGN_MARK, drawable, marked};

const NAMES: [f32; 6] = [168.0, 148.0, 124.0, 104.0, 88.0, 72.0];
/// Sizes of sex, age and birth date, and of the rest.
const FACTS: [(f32, f32); 5] = [(92.0, 62.0), (84.0, 58.0), (76.0, 54.0), (66.0, 50.0), (54.0, 46.0)];
const LABELS: f32 = 250.0;
/// So many facts are those that tell people apart.
const FIRST: usize = 2;

pub(super) fn lay(check: &Check, space: Space) -> Laid {
    let mut laid = Laid { page: Page::Check, ..Laid::default() };
    let x = MARGIN + 32.0;
    let width = space.w - 2.0 * x;
    let top = bar::HEIGHT + 28.0;
    let mut bottom = if space.portrait() { space.band_top(2) } else { space.h - 264.0 };
    if let Some(problem) = &check.notice {
        bottom -= notice::lay(problem, x, 0.0, width, false).height + 16.0;
        laid.blocks.push(notice::lay(problem, x, bottom, width, false).block);
    }
    let name = name(check, width);
    let high = name.height;
    laid.blocks.push(name.block(Rect::new(x, top, width, high), Tone::Bare, "この人ですか?"));
    let facts = Rect::new(x, top + high + 16.0, width, bottom - top - high - 36.0);
    laid.blocks.push(fact_list(check, facts));
    laid
}

fn name(check: &Check, width: f32) -> Paint {
    let Banner { kana, name, .. } = &check.banner;
    let (kana, name) = (drawable(kana), drawable(name));
    let mut paint = Paint::default();
    let (question, card) = (Type::bold(60.0), Type::regular(46.0));
    let mut y = paint.text(0.0, 0.0, "この人ですか?", question, Ink::Accent) + 6.0;
    let after = question.width("この人ですか?") + 48.0;
    paint.text(after, 10.0, &marked(&check.banner.card), card, Ink::Secondary);
    let above = if kana.text == name.text { "" } else { kana.text.as_str() };
    let (ty, lines) = fit::shrink(above, &[64.0, 56.0, 48.0], false, width, 1);
    y = paint.lines(0.0, y, &lines.lines, ty, Ink::Secondary);
    let foreign = kana.foreign || name.foreign;
    let room = if foreign { width - 200.0 } else { width };
    let (ty, lines) = fit::shrink(&name.text, &NAMES, true, room, 1);
    if foreign {
        let widest = lines.lines.iter().map(|line| ty.width(line)).fold(0.0, f32::max);
        let at = Rect::new(widest + 30.0, y + ty.line() / 2.0 - 35.0, tag_width(FOREIGN_MARK, 50.0), 70.0);
        paint.tag(at, FOREIGN_MARK, 50.0, true);
    }
    paint.lines(0.0, y, &lines.lines, ty, Ink::Normal);
    paint
}

fn fact_list(check: &Check, at: Rect) -> Block {
    let banner = &check.banner;
    let facts = [
        ("性別・年齢", &banner.sex_age),
        ("生年月日", &banner.birth_date),
        ("住所", &check.address),
        ("共通番号", &check.number),
        ("情報", &banner.information),
    ];
    let painted = FACTS.map(|sizes| paint_facts(&facts, sizes, at.w));
    let fits = painted.iter().position(|paint| paint.height <= at.h - 40.0).unwrap_or(FACTS.len() - 1);
    let mut outer = Paint::default();
    if let Some(facts) = painted.into_iter().nth(fits) {
        let top = ((at.h - facts.height) / 2.0).max(0.0);
        outer.put(0.0, top, facts);
    }
    outer.block(at, Tone::Plain, "本人確認")
}

fn paint_facts(facts: &[(&str, &String)], sizes: (f32, f32), width: f32) -> Paint {
    let mut paint = Paint::default();
    let label_type = Type::regular(44.0);
    let mut y = 0.0;
    for (index, (label, value)) in facts.iter().enumerate() {
        if value.is_empty() {
            continue;
        }
        let (value, size) = (marked(value), if index < FIRST { sizes.0 } else { sizes.1 });
        let (ty, lines) = fit::shrink(&value, &[size], true, width - LABELS - 72.0, 1);
        let shift = (ty.line() - label_type.line()) / 2.0 + (ty.size - label_type.size) * 0.2;
        paint.text(36.0, y + shift, label, label_type, Ink::Secondary);
        y = paint.lines(36.0 + LABELS, y, &lines.lines, ty, Ink::Normal) + 4.0;
    }
    paint
}
