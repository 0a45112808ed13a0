//! Locked within a shift: who is on it and a pad for the PIN. 勤務終了 stands far from the digits.

use kakari_session::touch::Touch;
use kakari_session::view::Locked;

use super::{Laid, MARGIN, Space, bar, notice, pad, sign_in};
use crate::fit::{self, Type};
use crate::glass::{Ink, Page, Tone};
use crate::key::{Act, Key};
use crate::paint::{Paint, Rect};
use crate::words::marked;

/// 8 mm and a little.
const FAR: f32 = 74.0;
const END: f32 = 340.0;

pub(super) fn lay(locked: &Locked, space: Space) -> Laid {
    let (words, at) = areas(space);
    let mut laid = Laid { page: Page::Locked, keys: pad::keys(at, true, locked.can_submit, space), ..Laid::default() };
    laid.keys.push(end_shift(at, space));
    laid.keys.push(space.theme_key(Rect::new(MARGIN, space.h - 188.0, 340.0, 176.0)));
    let mut paint = Paint::default();
    let mut y = paint.text(0.0, 0.0, space.say("ロック中", "Locked"), Type::bold(54.0), Ink::Secondary) + 6.0;
    let (ty, lines) = fit::shrink(&marked(&locked.crew), &[84.0, 72.0, 60.0, 50.0], true, words.w, 1);
    y = paint.lines(0.0, y, &lines.lines, ty, Ink::Normal) + 12.0;
    let (ty, lines) = fit::shrink(&marked(&locked.prompt), &[64.0, 56.0, 50.0], true, words.w, 2);
    y = paint.lines(0.0, y, &lines.lines, ty, Ink::Accent) + 26.0;
    laid.blocks.push(paint.block(Rect { h: y, ..words }, Tone::Bare, &locked.prompt));
    y += words.y;
    laid.blocks.push(sign_in::field(locked.digits, Rect::new(words.x, y, words.w, 126.0), space));
    y += 142.0;
    let mut paint = Paint::default();
    let mut under = 0.0;
    if let Some(tries) = &locked.tries {
        under = paint.text(0.0, 0.0, &marked(tries), Type::bold(54.0), Ink::Normal) + 4.0;
    }
    let hint = space.say("職員カードでも開けます", "A staff card opens it too");
    paint.text(0.0, under, hint, Type::regular(48.0), Ink::Normal);
    let high = paint.height;
    laid.blocks.push(paint.block(Rect::new(words.x, y, words.w, high), Tone::Bare, hint));
    if let Some(problem) = &locked.notice {
        let top = y + high + 18.0;
        let bottom = if space.portrait() { at.y - 12.0 } else { space.h - 204.0 };
        let place = Rect::new(words.x, top, words.w, bottom - top);
        laid.blocks.push(notice::within(problem, place, space));
    }
    laid
}

fn areas(space: Space) -> (Rect, Rect) {
    let top = bar::HEIGHT + 36.0;
    if space.portrait() {
        let pad = Rect::new((space.w - 800.0) / 2.0, 838.0, 800.0, 804.0);
        return (Rect::new(MARGIN + 40.0, top, space.inner() - 80.0, 700.0), pad);
    }
    let pad = Rect::new(space.w - MARGIN - 800.0, top + 24.0, 800.0, space.h - top - 64.0);
    (Rect::new(MARGIN + 40.0, top, space.w - 2.0 * MARGIN - 800.0 - 140.0, 640.0), pad)
}

/// In the bottom row, as far from the pad as from what is not meant to be hit with it.
fn end_shift(pad: Rect, space: Space) -> Key {
    let right = if space.portrait() { space.w - MARGIN } else { pad.x - FAR };
    let at = Rect::new(right - END, space.h - 188.0, END, 176.0);
    Key::new(space.say("勤務終了", "End shift"), at, Act::Tell(Touch::EndShift))
}
