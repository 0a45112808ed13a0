//! Standby: the tile to tap, the state of things, what is wrong.

use kakari_session::view::{Mark, Standby, StateLine};

use super::{Laid, MARGIN, Space, bar, figure_of, notice};
use crate::fit::{self, Type};
use crate::glass::{Block, Ink, Page, Tone};
use crate::paint::{Paint, Rect};
use crate::words::marked;

const LINE: f32 = 96.0;
const LINE_GAP: f32 = 22.0;

pub(super) fn lay(standby: &Standby, space: Space) -> Laid {
    let mut laid = Laid { page: Page::Standby, ..Laid::default() };
    // Two buttons need one row, upright too.
    let mut bottom = space.h - 200.0;
    if let Some(problem) = &standby.notice {
        let probe = notice::lay(problem, MARGIN, 0.0, space.inner(), true);
        bottom -= probe.height + 20.0;
        let placed = notice::lay(problem, MARGIN, bottom, space.inner(), true);
        laid.blocks.push(placed.block);
        laid.dismiss = placed.dismiss;
    }
    let body = Rect::new(MARGIN, bar::HEIGHT, space.inner(), bottom - bar::HEIGHT);
    let lines = standby.lines.len() as f32;
    let high = lines * LINE + (lines - 1.0).max(0.0) * LINE_GAP;
    let (tile, column) = halves(body, high, space);
    laid.art = tile;
    // The first line is the reader's.
    laid.art_rests = standby.lines.first().is_some_and(|reader| reader.mark != Mark::Good);
    laid.blocks.push(prompt(&standby.prompt, tile));
    for (index, line) in standby.lines.iter().enumerate() {
        let y = column.y + index as f32 * (LINE + LINE_GAP);
        laid.blocks.push(state_line(line, Rect::new(column.x, y, column.w, LINE)));
    }
    laid
}

/// The tile beside the lines; above them in portrait.
fn halves(body: Rect, lines: f32, space: Space) -> (Rect, Rect) {
    if space.portrait() {
        let high = (body.h - lines - 120.0).clamp(400.0, 620.0);
        let tile = Rect::new((space.w - 720.0) / 2.0, body.y + 40.0, 720.0, high);
        return (tile, Rect::new(body.x + 110.0, tile.bottom() + 40.0, body.w - 220.0, lines));
    }
    let (wide, high) = (720.0, (body.h - 60.0).min(620.0));
    let left = (space.w - wide - 90.0 - 780.0) / 2.0;
    let middle = body.y + body.h / 2.0;
    let tile = Rect::new(left, middle - high / 2.0, wide, high);
    (tile, Rect::new(left + wide + 90.0, middle - lines / 2.0, 780.0, lines))
}

fn prompt(words: &str, tile: Rect) -> Block {
    let mut paint = Paint::default();
    let (ty, lines) = fit::shrink(&marked(words), &[92.0, 80.0, 68.0, 56.0], true, tile.w - 60.0, 1);
    let mut y = 0.0;
    for line in &lines.lines {
        y = paint.text((tile.w - ty.width(line)) / 2.0, y, line, ty, Ink::Normal);
    }
    let at = Rect::new(tile.x, tile.bottom() - 70.0 - y, tile.w, y);
    paint.block(at, Tone::Bare, words)
}

fn state_line(line: &StateLine, at: Rect) -> Block {
    let mut paint = Paint::default();
    let (kind, ink) = figure_of(line.mark);
    paint.figure(28.0, (at.h - 40.0) / 2.0, 40.0, kind, ink);
    let label = marked(&line.label);
    let label_type = Type::regular(46.0);
    paint.text(92.0, (at.h - label_type.line()) / 2.0, &label, label_type, Ink::Normal);
    let room = at.w - 92.0 - label_type.width(&label) - 60.0;
    let (ty, words) = fit::shrink(&marked(&line.value), &[52.0, 46.0, 40.0], true, room, 1);
    let mut y = (at.h - words.lines.len() as f32 * ty.line()) / 2.0;
    for words in &words.lines {
        y = paint.text(at.w - 30.0 - ty.width(words), y, words, ty, Ink::Normal);
    }
    let tone = if line.mark == Mark::Unknown { Tone::Unknown } else { Tone::Plain };
    paint.block(at, tone, &line.label)
}
