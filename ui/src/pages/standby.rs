//! Standby: the tile to tap, the state of things, what is wrong.

use kakari_session::touch::Touch;
use kakari_session::view::{Mark, Standby, StateLine};

use super::{Laid, MARGIN, Space, bar, figure_of, notice};
use crate::choice::{Act, Key};
use crate::fit::{self, Type};
use crate::glass::{Block, Ink, Page, Tone};
use crate::paint::{Paint, Rect};
use crate::words::marked;

const LINE: f32 = 96.0;
const LINE_GAP: f32 = 22.0;

pub(super) fn lay(standby: &Standby, space: Space) -> Laid {
    let (can_search, can_add_crew) = (standby.can_search, standby.can_add_crew);
    let mut laid = Laid { page: Page::Standby, can_search, can_add_crew, ..Laid::default() };
    let mut bottom = space.band_top(2);
    if !standby.question.is_empty() {
        bottom -= question(&standby.question, bottom, space, &mut laid);
    } else if standby.notice.is_some() {
        // 了解 stands over 勤務終了.
        bottom -= 30.0;
    }
    if let Some(problem) = &standby.notice {
        let probe = notice::lay(problem, MARGIN, 0.0, space.inner(), true);
        bottom -= probe.height + 20.0;
        let placed = notice::lay(problem, MARGIN, bottom, space.inner(), true);
        laid.blocks.push(placed.block);
        laid.dismiss = placed.dismiss;
    }
    let body = Rect::new(MARGIN, bar::HEIGHT, space.inner(), bottom - bar::HEIGHT);
    let lines = standby.lines.len() as f32;
    let whole = lines * LINE + (lines - 1.0).max(0.0) * LINE_GAP;
    // A notice and a question at once leave less room.
    let high = whole.min(body.h - if space.portrait() { 520.0 } else { 30.0 });
    let (line, gap) = (LINE * high / whole.max(1.0), LINE_GAP * high / whole.max(1.0));
    let (tile, column) = halves(body, high, space);
    laid.art = tile;
    // The first line is the reader's.
    laid.art_rests = standby.lines.first().is_some_and(|reader| reader.mark != Mark::Good);
    laid.blocks.push(prompt(&standby.prompt, tile));
    for (index, of) in standby.lines.iter().enumerate() {
        let y = column.y + index as f32 * (line + gap);
        laid.blocks.push(state_line(of, Rect::new(column.x, y, column.w, line)));
    }
    laid
}

/// One quiet line that nobody must answer; says how high it is.
fn question(words: &str, bottom: f32, space: Space, laid: &mut Laid) -> f32 {
    const KEY: (f32, f32) = (190.0, 154.0);
    // Not over 勤務終了; upright, high above it.
    let end = space.slot(3, 5, 0);
    let (right, lift) = if space.portrait() { (space.w - MARGIN, 60.0) } else { (end.x + end.w, 14.0) };
    let (high, keys) = (KEY.1 + lift, 2.0 * KEY.0 + 26.0);
    let at = Rect::new(MARGIN, bottom - high, right - MARGIN - keys - 26.0, KEY.1);
    let mut paint = Paint::default();
    let (ty, lines) = fit::shrink(&marked(words), &[50.0, 46.0, 42.0], false, at.w - 40.0, 1);
    let top = (KEY.1 - lines.lines.len() as f32 * ty.line()) / 2.0;
    paint.lines(0.0, top, &lines.lines, ty, Ink::Secondary);
    laid.blocks.push(paint.block(Rect { x: at.x + 20.0, w: at.w - 20.0, ..at }, Tone::Bare, words));
    for (label, changed, x) in [("はい", true, 0.0), ("いいえ", false, KEY.0 + 26.0)] {
        let place = Rect::new(right - keys + x, at.y, KEY.0, KEY.1);
        laid.choices.push(Key::new(label, place, Act::Tell(Touch::DestinationChanged(changed))));
    }
    high + 14.0
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
