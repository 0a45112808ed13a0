//! How far something is: words, figures, a bar. Without figures the bar is hatched; nothing moves.

use kakari_session::view::ProgressView;

use super::leaf::{Body, Piece};
use super::{Room, chart};
use crate::fit::{self, Type};
use crate::glass::{Ink, Tone};
use crate::paint::{Paint, Rect};
use crate::words::marked;

const PAD: f32 = 24.0;
const AIR: f32 = 18.0;
const FIGURES: Type = Type::bold(54.0);
const TRACK: f32 = 40.0;

/// A panel as wide as this.
pub(in crate::pages) fn panel(view: &ProgressView, wide: f32) -> Paint {
    let room = wide - 2.0 * PAD;
    let mut paint = Paint::default();
    let (ty, words) = fit::shrink(&marked(&view.words), &[54.0, 50.0, 48.0], true, room, 2);
    let mut y = paint.lines(PAD, AIR, &words.lines, ty, Ink::Normal) + 10.0;
    let track = Rect::new(PAD, y, room, TRACK);
    match view.permille {
        Some(permille) => chart::filled(track, permille, &mut paint),
        None => paint.hatch(track),
    }
    y += TRACK;
    if !view.figures.is_empty() {
        y = paint.lines(PAD, y + 10.0, &fit::wrap(&marked(&view.figures), FIGURES, room).lines, FIGURES, Ink::Normal);
    }
    paint.height = y + AIR;
    paint
}

/// A body that is still being put together.
pub(super) fn working(words: &str, room: Room) -> Body {
    let view = ProgressView { words: words.to_owned(), figures: String::new(), permille: None };
    let piece = Piece::new(panel(&view, room.whole), room.whole, Tone::Plain, words);
    Body { pieces: vec![piece], columns: 1, ..Body::default() }
}
