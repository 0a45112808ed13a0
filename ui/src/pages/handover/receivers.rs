//! To whom: one touch each. What was handed over stands beside it, the newest first.

use kakari_session::touch::Touch;
use kakari_session::view::Handover;

use super::{APART, part_band};
use crate::fit::{self, Type};
use crate::glass::{Block, Ink, Tone};
use crate::key::{Act, Key};
use crate::pages::{Laid, Space};
use crate::paint::{Paint, Rect};
use crate::words::marked;

const HEAD: Type = Type::bold(46.0);
const BODY: Type = Type::regular(48.0);
const PAD: f32 = 22.0;
/// What was done takes this much of the width; upright, at least this much of the height.
const DONE: (f32, f32) = (620.0, 280.0);
/// The least and the most height of a receiver.
const HIGH: (f32, f32) = (154.0, 200.0);

pub(super) fn lay(view: &Handover, body: Rect, space: Space, laid: &mut Laid) {
    let (list, done) = areas(view.receivers.len(), body, space);
    if view.receivers.is_empty() {
        laid.blocks.push(nobody(Rect { h: 320.0_f32.min(list.h), ..list }, space));
    }
    let (columns, rows) = grid(view.receivers.len(), list.h);
    let wide = (list.w - (columns as f32 - 1.0) * APART) / columns as f32;
    let high = ((list.h - (rows as f32 - 1.0) * APART) / rows as f32).min(HIGH.1);
    for (index, name) in view.receivers.iter().enumerate() {
        let (column, row) = ((index % columns) as f32, (index / columns) as f32);
        let at = Rect::new(list.x + column * (wide + APART), list.y + row * (high + APART), wide, high);
        laid.keys.push(Key::new(&marked(name), at, Act::Tell(Touch::HandedTo(index))).words(&marked(name), 3));
    }
    laid.blocks.push(what_was_done(view, done, space));
    band(view, space, laid);
}

/// Where the receivers stand and where what was done: beside them, upright under them.
fn areas(count: usize, body: Rect, space: Space) -> (Rect, Rect) {
    let body = Rect { h: body.h - 16.0, ..body };
    if space.portrait() {
        let (_, rows) = grid(count, body.h - DONE.1 - APART);
        let most = rows as f32 * (HIGH.1 + APART) - APART;
        let high = most.min(body.h - DONE.1 - APART);
        let under = Rect { y: body.y + high + APART, h: body.h - high - APART, ..body };
        return (Rect { h: high, ..body }, under);
    }
    // A third column needs the width.
    let done = if grid(count, body.h).0 > 2 { 500.0 } else { DONE.0 };
    let wide = body.w - done - APART;
    (Rect { w: wide, ..body }, Rect { x: body.x + wide + APART, w: done, ..body })
}

/// Columns and rows: two columns, three when two would make the rows too low.
fn grid(count: usize, high: f32) -> (usize, usize) {
    let fits = |columns: &usize| {
        let rows = count.div_ceil(*columns).max(1);
        rows as f32 * (HIGH.0 + APART) - APART <= high
    };
    let columns = [2, 3].into_iter().find(fits).unwrap_or(3);
    (columns, count.div_ceil(columns).max(1))
}

fn band(view: &Handover, space: Space, laid: &mut Laid) {
    let (columns, under) = if space.portrait() { (2, 1) } else { (5, 0) };
    part_band(view, space, laid);
    if view.can_save {
        let document = space.say("文書を保存", "Save document");
        let save = [(document, Touch::SaveDocument), (space.say("A4を保存", "Save A4"), Touch::SavePaper)];
        for ((label, touch), column) in save.into_iter().zip(columns - 2..) {
            laid.keys.push(Key::new(label, space.slot(column, columns, under), Act::Tell(touch)));
        }
    }
}

fn nobody(at: Rect, space: Space) -> Block {
    let mut paint = Paint::default();
    let mut y = PAD;
    let none = space.say("引継ぎ先が登録されていません", "No receivers are registered");
    let ask = space.say("事務局に登録を頼んでください", "Ask the regional office to register them");
    for (words, ty) in [(none, Type::bold(54.0)), (ask, BODY)] {
        y = paint.lines(PAD, y, &fit::wrap(words, ty, at.w - 2.0 * PAD).lines, ty, Ink::Normal) + 12.0;
    }
    paint.block(at, Tone::Unknown, space.say("引継ぎ先なし", "No receivers"))
}

/// As many as find room, and how many more there are.
fn what_was_done(view: &Handover, at: Rect, space: Space) -> Block {
    let title = space.say("引継ぎの記録", "Handed over");
    let mut paint = Paint::default();
    let mut y = paint.text(PAD, 12.0, title, HEAD, Ink::Secondary) + 10.0;
    if view.done.is_empty() {
        let words = space.say("渡した相手を押すと記録します", "Touch who took over: it is recorded");
        paint.lines(PAD, y, &fit::wrap(words, BODY, at.w - 2.0 * PAD).lines, BODY, Ink::Normal);
    }
    let room = at.h - BODY.line() - 12.0;
    for (index, words) in view.done.iter().enumerate() {
        let ty = if index == 0 { Type::bold(48.0) } else { BODY };
        let lines = fit::wrap(&marked(words), ty, at.w - 2.0 * PAD).lines;
        if y + lines.len() as f32 * ty.line() > room {
            let left = view.done.len() - index;
            let more = space.say(format!("ほか{left}件"), format!("{left} more"));
            paint.text(PAD, y, &more, BODY, Ink::Secondary);
            break;
        }
        y = paint.lines(PAD, y, &lines, ty, Ink::Normal) + 14.0;
    }
    paint.block(at, Tone::Plain, title)
}
