//! The hand-over: what is read aloud first, the code beside it once asked for; what goes and to whom on parts of their
//! own, since a tick or a receiver must be hit by a glove.

mod receivers;
mod script;
mod sections;

use kakari_session::touch::Touch;
use kakari_session::view::{CodeView, Handover};

use super::{GAP, Laid, MARGIN, Place, Space, band, banner, notice};
use crate::fit::{self, Type};
use crate::glass::{Block, Ink, Page, Tone};
use crate::key::{Act, Key, Part};
use crate::paint::{Paint, Rect};
use crate::words::marked;

/// Between two keys.
const APART: f32 = 26.0;
/// Upright, a code leaves this much of the width to itself.
const UPRIGHT_CODE: f32 = 930.0;
/// What the words keep under it: their head and two lines.
const UPRIGHT_WORDS: f32 = 232.0;
const BESIDE_CODE: f32 = 840.0;

pub(super) fn lay(view: &Handover, space: Space, place: Place) -> Laid {
    let mut laid = Laid { page: Page::Handover, ..Laid::default() };
    let (block, y) = banner::block(&view.banner, space);
    laid.blocks.push(block);
    match (place.part, &view.code) {
        (Part::Script, None) => read_aloud(view, y, space, place.leaf, &mut laid),
        (Part::Script, Some(code)) if space.portrait() => over(view, code, y, space, place, &mut laid),
        (Part::Script, Some(code)) => beside(view, code, y, space, place.leaf, &mut laid),
        (Part::Sections, _) => sections::lay(view, body(view, y, 1, space, &mut laid), space, &mut laid),
        (Part::Receivers, _) => receivers::lay(view, body(view, y, 2, space, &mut laid), space, &mut laid),
    }
    laid
}

/// Under the banner and the notice, over a band of so many rows upright.
fn body(view: &Handover, y: f32, rows: u8, space: Space, laid: &mut Laid) -> Rect {
    let top = y + problem(view, Rect::new(MARGIN, y, space.inner(), 0.0), space, laid);
    Rect::new(MARGIN, top, space.inner(), space.band_top(rows) - top)
}

/// The notice at the top of a place; says how much of it that takes.
fn problem(view: &Handover, at: Rect, space: Space, laid: &mut Laid) -> f32 {
    let Some(problem) = &view.notice else { return 0.0 };
    let block = notice::strip(problem, at.x, at.y, at.w, space);
    let high = block.h;
    laid.blocks.push(block);
    high + GAP
}

/// Before a code is asked for, the words have the whole glass.
fn read_aloud(view: &Handover, y: f32, space: Space, leaf: usize, laid: &mut Laid) {
    let at = body(view, y, 2, space, laid);
    let show = |at| Key::new(space.say("QRを表示", "Show QR"), at, Act::Tell(Touch::ShowCodes)).primary();
    if space.portrait() {
        script::lay(view, at, None, leaf, space, laid);
        let columns = if view.can_extend { 4 } else { 3 };
        laid.keys.push(show(space.slot(0, columns, 1)));
        laid.keys.push(sections_key(space.slot(1, columns, 1), space));
        laid.keys.push(receivers_key(space.slot(2, columns, 1), space));
        laid.keys.extend(extend_key(view, space.slot(3, columns, 1), space));
        return under(space.slot(0, 4, 0), space, laid);
    }
    let turn = Rect::new(at.x + at.w - 200.0, at.y, 200.0, at.h - 12.0);
    script::lay(view, at, Some(turn), leaf, space, laid);
    let columns = if view.can_extend { 6 } else { 5 };
    laid.keys.push(back(space.slot(0, columns, 0), space));
    laid.keys.push(space.theme_key(space.slot(1, columns, 0)));
    laid.keys.push(sections_key(space.slot(2, columns, 0), space));
    laid.keys.push(receivers_key(space.slot(3, columns, 0), space));
    laid.keys.extend(extend_key(view, space.slot(4, columns, 0), space));
    laid.keys.push(show(space.slot(columns - 1, columns, 0)));
}

/// The code down to the edge of the glass on the left; on the right its time, the words, two rows of keys.
fn beside(view: &Handover, code: &CodeView, y: f32, space: Space, leaf: usize, laid: &mut Laid) {
    let side = (space.h - 12.0 - y).min(space.inner() - BESIDE_CODE - APART);
    let left = Rect::new(MARGIN, y, side, space.h - 12.0 - y);
    let x = left.x + side + APART;
    let right = Rect::new(x, y, space.w - MARGIN - x, left.h);
    put_code(code, left, space, laid);
    let row = Rect { y: right.bottom() - 176.0, h: 176.0, ..right };
    let upper = Rect { y: row.y - APART - 176.0, ..row };
    let used = time(code, right, space, laid);
    let top = right.y + used + problem(view, Rect { y: right.y + used, ..right }, space, laid);
    script::lay(view, Rect { y: top, h: upper.y - APART - top, ..right }, None, leaf, space, laid);
    code_keys(view, code, upper, space, laid);
    under(Rect { w: (row.w - 3.0 * APART) / 4.0, ..row }, space, laid);
}

/// Upright the code stands over the words.
fn over(view: &Handover, code: &CodeView, y: f32, space: Space, place: Place, laid: &mut Laid) {
    let top = y + problem(view, Rect::new(MARGIN, y, space.inner(), 0.0), space, laid);
    let top = top + time(code, Rect::new(MARGIN, top, space.inner(), 0.0), space, laid);
    let keys = Rect { y: space.h - 188.0 - 176.0 - APART, w: space.inner(), ..space.slot(0, 1, 0) };
    let bottom = keys.y - GAP;
    let side = whole(UPRIGHT_CODE.min(bottom - top - UPRIGHT_WORDS), place.code_side, space);
    put_code(code, Rect::new((space.w - side) / 2.0, top, side, side), space, laid);
    let words = Rect::new(MARGIN, top + side + GAP, space.inner(), bottom - top - side - GAP);
    script::lay(view, words, None, place.leaf, space, laid);
    code_keys(view, code, keys, space, laid);
    under(space.slot(0, 4, 0), space, laid);
}

/// What a code of so many modules takes of a length when each has whole pixels: the rest is for the words.
fn whole(most: f32, modules: u16, space: Space) -> f32 {
    let modules = f32::from(modules.max(1));
    (most * space.unit / modules).floor().max(1.0) * modules / space.unit
}

fn put_code(code: &CodeView, at: Rect, space: Space, laid: &mut Laid) {
    laid.code_at = at;
    if !crate::code::fits(&code.text) {
        laid.code_at = Rect::default();
        laid.blocks.push(too_long(at, space));
    }
}

/// The session splits long texts; should one be longer all the same, nothing partial is drawn.
fn too_long(at: Rect, space: Space) -> Block {
    let mut paint = Paint::default();
    let mut y = at.h / 2.0 - 130.0;
    let words = space.say(
        ["QRに入りきらない長さです", "読み上げか文書で渡してください"],
        ["Too long for a QR code", "Read it aloud or hand over the document"],
    );
    for words in words {
        let (ty, lines) = fit::shrink(words, &[60.0, 50.0, 44.0], true, at.w - 60.0, 2);
        y = paint.lines(30.0, y, &lines.lines, ty, Ink::Normal) + 20.0;
    }
    paint.block(at, Tone::Unknown, space.say("QRなし", "No QR"))
}

/// Which code of how many, and how long it stays; says how high that is.
fn time(code: &CodeView, at: Rect, space: Space, laid: &mut Laid) -> f32 {
    let (place, left) = (marked(&code.place), marked(&code.left));
    let words = if place.is_empty() { "QR".to_owned() } else { format!("QR {place}") };
    let mut paint = Paint::default();
    let ty = Type::bold(60.0);
    let h = ty.line() + 8.0;
    paint.text(20.0, 4.0, &words, ty, Ink::Normal);
    paint.text(at.w - 20.0 - ty.width(&left), 4.0, &left, ty, Ink::Accent);
    laid.blocks.push(paint.block(Rect { h, ..at }, Tone::Plain, space.say("QRの残り時間", "Time left of the QR")));
    h + GAP
}

/// What concerns the code, in a row of this place.
fn code_keys(view: &Handover, code: &CodeView, at: Rect, space: Space, laid: &mut Laid) {
    let several = !code.place.is_empty();
    let count = if several { 3.0 } else { 2.0 } + if view.can_extend { 1.0 } else { 0.0 };
    let wide = (at.w - (count - 1.0) * APART) / count;
    let mut x = at.x;
    let mut next = || {
        let place = Rect::new(x, at.y, wide, at.h);
        x += wide + APART;
        place
    };
    if several {
        laid.keys.push(Key::new(space.say("次のコード", "Next code"), next(), Act::Tell(Touch::NextCode)).primary());
    }
    laid.keys.push(Key::new(space.say("QRを消す", "Hide QR"), next(), Act::Tell(Touch::HideCodes)));
    laid.keys.push(receivers_key(next(), space));
    laid.keys.extend(extend_key(view, next(), space));
}

/// Back, day and night; beside them the leaves of the words turn.
fn under(first: Rect, space: Space, laid: &mut Laid) {
    let place = |column: f32| Rect { x: first.x + column * (first.w + APART), ..first };
    laid.keys.push(back(place(0.0), space));
    laid.keys.push(space.theme_key(place(1.0)));
    if laid.leaves > 1 {
        laid.keys.extend(turns(place(2.0), place(3.0), space, laid));
    }
}

fn turns(earlier: Rect, later: Rect, space: Space, laid: &Laid) -> [Key; 2] {
    [
        band::turn(space.say("前へ", "Previous"), -1, earlier).enabled(laid.leaf > 0),
        band::turn(space.say("次へ", "Next"), 1, later).enabled(laid.leaf + 1 < laid.leaves),
    ]
}

fn back(at: Rect, space: Space) -> Key {
    Key::new(space.say("要約へ戻る", "Back to summary"), at, Act::Tell(Touch::CloseHandover))
}

/// More time for the emergency search that led here, while it runs out.
fn extend_key(view: &Handover, at: Rect, space: Space) -> Option<Key> {
    view.can_extend.then(|| space.extend_key(at))
}

fn sections_key(at: Rect, space: Space) -> Key {
    Key::new(space.say("項目を選ぶ", "Choose parts"), at, Act::Show(Part::Sections))
}

fn receivers_key(at: Rect, space: Space) -> Key {
    Key::new(space.say("引継ぎ先", "Handed to"), at, Act::Show(Part::Receivers))
}

/// Under a part of its own: the way back to the words, day and night, more time while it runs out.
fn part_band(view: &Handover, space: Space, laid: &mut Laid) {
    let columns = match (space.portrait(), view.can_extend) {
        (false, _) => 5,
        (true, false) => 2,
        (true, true) => 3,
    };
    laid.keys.push(to_script(space.slot(0, columns, 0), space));
    laid.keys.push(space.theme_key(space.slot(1, columns, 0)));
    laid.keys.extend(extend_key(view, space.slot(2, columns, 0), space));
}

/// From a part of its own back to the words.
fn to_script(at: Rect, space: Space) -> Key {
    Key::new(space.say("引継ぎへ戻る", "Back to hand-over"), at, Act::Show(Part::Script)).primary()
}
