//! The one modal: why somebody is searched for without a card. One touch says it, and the search begins.

use kakari_session::touch::Touch;
use kakari_session::view::Reasons;

use super::{Laid, MARGIN, Space, bar, notice};
use crate::fit::{self, Type};
use crate::glass::{Ink, Page, Tone};
use crate::key::{Act, Key};
use crate::paint::{Paint, Rect};
use crate::words::marked;

const APART: f32 = 30.0;
const BAND: f32 = 176.0;
/// Between a reason and the way back: neither is meant by the other.
const FAR: f32 = 72.0;
const HIGHEST: f32 = 300.0;

pub(super) fn lay(reasons: &Reasons, space: Space) -> Laid {
    let mut laid = Laid { page: Page::Reason, ..Laid::default() };
    let x = MARGIN + 24.0;
    let width = space.w - 2.0 * x;
    let mut y = bar::HEIGHT + 36.0;
    let head = head(reasons, width);
    let high = head.height;
    laid.blocks.push(head.block(Rect::new(x, y, width, high), Tone::Bare, &reasons.prompt));
    y += high + 24.0;
    if let Some(problem) = &reasons.notice {
        let placed = notice::lay(problem, x, y, width, true, space);
        y += placed.height + 24.0;
        laid.blocks.push(placed.block);
        laid.keys.extend(placed.dismiss);
    }
    let band = space.h - 12.0 - BAND;
    put_reasons(reasons, Rect::new(x, y, width, band - FAR - y), space, &mut laid);
    let wide = if space.portrait() { (width - FAR) / 2.0 } else { 420.0 };
    laid.keys.push(space.theme_key(Rect::new(x, band, wide.min(300.0), BAND)));
    let cancel = Rect::new(x + width - wide, band, wide, BAND);
    laid.keys.push(Key::new(space.say("やめる", "Cancel"), cancel, Act::Tell(Touch::Cancel)));
    laid
}

fn head(reasons: &Reasons, width: f32) -> Paint {
    let mut paint = Paint::default();
    let (ty, lines) = fit::shrink(&marked(&reasons.prompt), &[84.0, 76.0, 68.0], true, width, 1);
    let y = paint.lines(0.0, 0.0, &lines.lines, ty, Ink::Normal) + 8.0;
    let (ty, lines) = fit::shrink(&marked(&reasons.duration), &[54.0, 50.0, 46.0], false, width, 2);
    paint.lines(0.0, y, &lines.lines, ty, Ink::Normal);
    paint
}

/// Two rows of three; upright three of two.
fn put_reasons(reasons: &Reasons, at: Rect, space: Space, laid: &mut Laid) {
    let columns = if space.portrait() { 2 } else { 3 };
    let rows = reasons.reasons.len().div_ceil(columns).max(1);
    let wide = (at.w - (columns as f32 - 1.0) * APART) / columns as f32;
    let high = ((at.h - (rows as f32 - 1.0) * APART) / rows as f32).min(HIGHEST);
    for (index, (reason, words)) in reasons.reasons.iter().enumerate() {
        let (column, row) = ((index % columns) as f32, (index / columns) as f32);
        let place = Rect::new(at.x + column * (wide + APART), at.y + row * (high + APART), wide, high);
        let paint = large(&marked(words), place);
        laid.keys.push(Key::new(words, place, Act::Tell(Touch::BreakGlass(*reason))).painted(paint));
    }
}

fn large(words: &str, at: Rect) -> Paint {
    let (ty, lines) = fit::shrink(words, &[88.0, 80.0, 72.0, 64.0, 56.0], true, at.w - 40.0, 1);
    let mut paint = Paint::default();
    let mut y = (at.h - lines.lines.len() as f32 * ty.line()) / 2.0;
    for line in &lines.lines {
        y = paint.text((at.w - Type::width(ty, line)) / 2.0, y, line, ty, Ink::Normal);
    }
    paint
}
