//! This shift's cases: when, how the record was opened, what became of it. Nobody's name.

use kakari_session::view::{CaseRow, CasesView};

use super::Room;
use super::leaf::{Body, Piece};
use crate::fit::{self, Type};
use crate::glass::{Ink, Tone};
use crate::paint::Paint;
use crate::words::marked;

const PAD: f32 = 26.0;
const AIR: f32 = 16.0;
const TIME: Type = Type::bold(54.0);
const WAY: Type = Type::bold(50.0);
const OUTCOME: Type = Type::regular(48.0);

pub(super) fn body(view: &CasesView, room: Room) -> Body {
    let mut pieces: Vec<Piece> = view.rows.iter().map(|row| case(row, room.whole)).collect();
    if !view.empty.is_empty() {
        pieces.push(nothing(&view.empty, room.whole));
    }
    Body { pieces, columns: 1, ..Body::default() }
}

/// The time on the left, the way and under it what became of it.
fn case(row: &CaseRow, wide: f32) -> Piece {
    let mut paint = Paint::default();
    let time = marked(&row.time);
    let x = PAD + TIME.width(&time).max(TIME.width("00:00 – 00:00")) + 40.0;
    let room = wide - x - PAD;
    paint.text(PAD, AIR, &time, TIME, Ink::Normal);
    let y = paint.lines(x, AIR + 2.0, &fit::wrap(&marked(&row.way), WAY, room).lines, WAY, Ink::Normal);
    let y = paint.lines(x, y, &fit::wrap(&marked(&row.outcome), OUTCOME, room).lines, OUTCOME, Ink::Normal);
    paint.height = y + AIR;
    Piece::new(paint, wide, Tone::Plain, &row.time)
}

/// That there are no rows, in words.
pub(super) fn nothing(words: &str, wide: f32) -> Piece {
    let mut paint = Paint::default();
    let (ty, lines) = fit::shrink(&marked(words), &[60.0, 54.0], false, wide - 2.0 * PAD, 1);
    let mut y = 60.0;
    for line in &lines.lines {
        y = paint.text((wide - ty.width(line)) / 2.0, y, line, ty, Ink::Secondary);
    }
    paint.height = y + 60.0;
    Piece::new(paint, wide, Tone::Plain, words)
}
