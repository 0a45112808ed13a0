//! Sign-in: what to do on the left, the PIN pad on the right; one above the other in portrait.

use kakari_session::touch::Touch;
use kakari_session::view::{SignIn, StationPage};

use super::{Laid, MARGIN, Space, bar, notice, pad};
use crate::fit::{self, Type};
use crate::glass::{Block, Ink, Kind, Page, Tone};
use crate::key::{Act, Key};
use crate::paint::{Paint, Rect};
use crate::words::marked;

/// The longest PIN.
const PLACES: u8 = 8;

pub(super) fn lay(sign_in: &SignIn, space: Space) -> Laid {
    let (words, keys) = areas(space);
    let mut laid = Laid {
        page: Page::SignIn,
        keys: pad::keys(keys, sign_in.digits.is_some(), sign_in.can_submit, space),
        ..Laid::default()
    };
    others(sign_in, keys, &mut laid, space);
    let mut paint = Paint::default();
    let mut y = 0.0;
    if let Some(holder) = &sign_in.holder {
        let (ty, lines) = fit::shrink(&marked(holder), &[72.0, 60.0, 50.0], true, words.w, 1);
        y = paint.lines(0.0, y, &lines.lines, ty, Ink::Normal) + 16.0;
    }
    let (ty, lines) = fit::shrink(&marked(&sign_in.prompt), &[64.0, 56.0, 50.0], true, words.w, 2);
    y = paint.lines(0.0, y, &lines.lines, ty, Ink::Accent) + 30.0;
    laid.blocks.push(paint.block(Rect { h: y, ..words }, Tone::Bare, &sign_in.prompt));
    y += words.y;
    if let Some(digits) = sign_in.digits {
        laid.blocks.push(field(digits, Rect::new(words.x, y, words.w, 126.0), space));
        y += 150.0;
    }
    if let Some(tries) = &sign_in.tries {
        let (ty, mut paint) = (Type::bold(54.0), Paint::default());
        paint.text(0.0, 0.0, &marked(tries), ty, Ink::Normal);
        laid.blocks.push(paint.block(Rect::new(words.x, y, words.w, ty.line()), Tone::Bare, tries));
        y += ty.line() + 20.0;
    }
    if let Some(problem) = &sign_in.notice {
        laid.blocks.push(notice::lay(problem, words.x, y, words.w, false, space).block);
    }
    laid
}

/// In the bottom row: day and night; back to those who are signed in, or what can be looked at before anybody is; the
/// way without a card.
fn others(sign_in: &SignIn, pad: Rect, laid: &mut Laid, space: Space) {
    let right = if space.portrait() { space.w - MARGIN } else { pad.x - 60.0 };
    let wide = (right - MARGIN - 2.0 * 26.0) / 3.0;
    let place = |column: f32| Rect::new(MARGIN + column * (wide + 26.0), space.h - 188.0, wide, 176.0);
    laid.keys.push(space.theme_key(place(0.0)));
    laid.keys.push(if sign_in.can_cancel {
        Key::new(space.say("やめる", "Cancel"), place(1.0), Act::Tell(Touch::Cancel))
    } else {
        let label = space.say("点検・設定", "Check / settings");
        Key::new(label, place(1.0), Act::Tell(Touch::OpenStation(StationPage::Checks)))
    });
    if sign_in.can_fallback {
        let label = space.say("カードなしで開始", "Start without card");
        laid.keys.push(Key::new(label, place(2.0), Act::Tell(Touch::OpenFallback)));
    }
}

fn areas(space: Space) -> (Rect, Rect) {
    let top = bar::HEIGHT + 60.0;
    if space.portrait() {
        let pad = Rect::new((space.w - 800.0) / 2.0, 850.0, 800.0, 820.0);
        return (Rect::new(MARGIN + 40.0, top, space.inner() - 80.0, 700.0), pad);
    }
    let pad = Rect::new(space.w - MARGIN - 800.0, top, 800.0, space.h - top - 40.0);
    (Rect::new(MARGIN + 40.0, top, space.w - 2.0 * MARGIN - 800.0 - 140.0, 640.0), pad)
}

/// As many dots as digits; rings for the rest of the longest PIN would say how long it is, so there are none.
pub(super) fn field(digits: u8, at: Rect, space: Space) -> Block {
    let mut paint = Paint::default();
    let step = (at.w - 60.0) / f32::from(PLACES);
    for place in 0..digits.min(PLACES) {
        let x = 30.0 + f32::from(place) * step + (step - 54.0) / 2.0;
        paint.figure(x, (at.h - 54.0) / 2.0, 54.0, Kind::Dot, Ink::Normal);
    }
    paint.block(at, Tone::Plain, &space.say(format!("PIN {digits}桁"), format!("PIN, {digits} digits")))
}
