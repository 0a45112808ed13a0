//! Is the tablet fit for duty? The verdict over everything, then its lines with what to do.

use kakari_session::touch::Touch;
use kakari_session::view::{ChecksView, Mark};

use super::Room;
use super::leaf::{Body, Own, Piece};
use super::line::{self, Line, alarm};
use crate::fit::{self, Type};
use crate::glass::{Ink, Tone};
use crate::pages::figure_of;
use crate::paint::Paint;
use crate::words::marked;

const FIGURE: f32 = 76.0;
const PAD: f32 = 26.0;
const WHEN: Type = Type::regular(46.0);

pub(super) fn body(view: &ChecksView, room: Room) -> Body {
    let card = |line: Line<'_>, density| {
        let piece = Piece::new(line::card(line, room.column, density), room.column, alarm(line.mark), line.label);
        Piece { weight: weight(line.mark), ..piece }
    };
    let pieces = |density| view.lines.iter().map(|line| card(line.into(), density)).collect();
    Body {
        head: Some(verdict(view, room.whole)),
        pieces: pieces(line::WIDE),
        closer: pieces(line::CLOSE),
        columns: room.columns,
        own: own(true, room),
    }
}

pub(super) fn own(enabled: bool, room: Room) -> Vec<Own> {
    let words = room.language.say("もう一度点検", "Check again");
    vec![Own { words, touch: Touch::CheckAgain, primary: true, enabled }]
}

/// What somebody must do is never on a later leaf than what is well.
fn weight(mark: Mark) -> u8 {
    match mark {
        Mark::Bad => 0,
        Mark::Caution => 1,
        Mark::Unknown => 2,
        Mark::Good => 3,
    }
}

/// Large enough to be read from the door of the garage.
fn verdict(view: &ChecksView, wide: f32) -> Piece {
    let mut paint = Paint::default();
    let (kind, ink) = figure_of(view.mark);
    let x = PAD + FIGURE + 26.0;
    let when = marked(&view.checked_at);
    let room = wide - x - PAD;
    let beside = room - WHEN.width(&when) - 30.0;
    let words = marked(&view.verdict);
    let (ty, lines) = fit::shrink(&words, &[80.0, 72.0, 64.0], true, beside, 1);
    let (ty, lines, apart) = if lines.lines.len() == 1 { (ty, lines, false) } else { with_when_under(&words, room) };
    let mut y = paint.lines(x, 16.0, &lines.lines, ty, Ink::Normal);
    if apart {
        y = paint.text(x, y, &when, WHEN, Ink::Secondary);
    }
    let high = y + 16.0;
    if !apart {
        paint.text(wide - PAD - WHEN.width(&when), (high - WHEN.line()) / 2.0, &when, WHEN, Ink::Secondary);
    }
    paint.figure(PAD, (high - FIGURE) / 2.0, FIGURE, kind, ink);
    paint.height = high;
    let tone = if view.mark == Mark::Good { Tone::Confirmed } else { alarm(view.mark) };
    Piece::new(paint, wide, tone, &view.verdict)
}

fn with_when_under(words: &str, room: f32) -> (Type, fit::Wrapped, bool) {
    let (ty, lines) = fit::shrink(words, &[80.0, 72.0, 64.0], true, room, 1);
    (ty, lines, true)
}
