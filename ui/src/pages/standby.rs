//! Standby: the tile to tap, the state of things, what is wrong.

use kakari_session::touch::Touch;
use kakari_session::view::{Mark, Standby, StateLine, StationPage};

use super::{Laid, MARGIN, Space, bar, figure_of, notice};
use crate::fit::{self, Type};
use crate::glass::{Block, Ink, Page, Tone};
use crate::key::{Act, Key};
use crate::paint::{Paint, Rect};
use crate::words::marked;

const LINE: f32 = 96.0;
const LINE_GAP: f32 = 22.0;

pub(super) fn lay(standby: &Standby, space: Space) -> Laid {
    let mut laid = Laid { page: Page::Standby, keys: band(standby, space), ..Laid::default() };
    let mut bottom = space.band_top(2);
    if !standby.question.is_empty() {
        bottom -= question(&standby.question, bottom, space, &mut laid);
    }
    if let Some(problem) = &standby.notice {
        let probe = notice::lay(problem, MARGIN, 0.0, space.inner(), true, space);
        bottom -= probe.height + 20.0;
        let placed = notice::lay(problem, MARGIN, bottom, space.inner(), true, space);
        laid.blocks.push(placed.block);
        laid.keys.extend(placed.dismiss);
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

/// The search stands first, also when no reader works. Upright the pages round the work and the crew have a row of
/// their own above.
fn band(standby: &Standby, space: Space) -> Vec<Key> {
    let places: [(u8, u8); 5] = if space.portrait() {
        [(0, 0), (0, 1), (1, 1), (1, 0), (2, 0)]
    } else {
        [(0, 0), (1, 0), (2, 0), (3, 0), (4, 0)]
    };
    let columns = if space.portrait() { 3 } else { 5 };
    let [search, crew, sync, light, lock] = places.map(|(column, under)| space.slot(column, columns, under));
    let mut keys = vec![];
    if standby.can_search {
        keys.push(Key::new(space.say("カードなし", "No card"), search, Act::Tell(Touch::NoCard)).primary());
    }
    keys.push(if standby.can_add_crew {
        Key::new(space.say("乗務員を追加", "Add crew"), crew, Act::Tell(Touch::AddCrew))
    } else {
        Key::new(space.say("直近の事案", "Cases"), crew, Act::Tell(Touch::OpenStation(StationPage::Cases)))
    });
    let label = space.say("同期・点検", "Sync / check");
    keys.push(Key::new(label, sync, Act::Tell(Touch::OpenStation(StationPage::Sync))));
    keys.push(space.theme_key(light));
    keys.push(Key::new(space.say("ロック", "Lock"), lock, Act::Tell(Touch::Lock)));
    keys
}

/// One quiet line that nobody must answer; says how high it is.
fn question(words: &str, bottom: f32, space: Space, laid: &mut Laid) -> f32 {
    const KEY: (f32, f32) = (190.0, 154.0);
    let (right, lift) = (space.w - MARGIN, if space.portrait() { 60.0 } else { 14.0 });
    let (high, keys) = (KEY.1 + lift, 2.0 * KEY.0 + 26.0);
    let at = Rect::new(MARGIN, bottom - high, right - MARGIN - keys - 26.0, KEY.1);
    let mut paint = Paint::default();
    let (ty, lines) = fit::shrink(&marked(words), &[50.0, 46.0, 42.0], false, at.w - 40.0, 1);
    let top = (KEY.1 - lines.lines.len() as f32 * ty.line()) / 2.0;
    paint.lines(0.0, top, &lines.lines, ty, Ink::Secondary);
    laid.blocks.push(paint.block(Rect { x: at.x + 20.0, w: at.w - 20.0, ..at }, Tone::Bare, words));
    for (label, changed, x) in [(space.say("はい", "Yes"), true, 0.0), (space.say("いいえ", "No"), false, KEY.0 + 26.0)]
    {
        let place = Rect::new(right - keys + x, at.y, KEY.0, KEY.1);
        laid.keys.push(Key::new(label, place, Act::Tell(Touch::DestinationChanged(changed))));
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
    let value = marked(&line.value);
    let (mut ty, mut words) = fit::shrink(&value, &[52.0, 46.0, 40.0], true, room, 1);
    if words.lines.len() > 1 {
        // Two lines in the height of one; never a third.
        (ty, words) = fit::shrink(&value, &[38.0, 35.0, 32.0], true, room, 2);
    }
    let mut y = (at.h - words.lines.len() as f32 * ty.line()) / 2.0;
    for words in &words.lines {
        y = paint.text(at.w - 30.0 - ty.width(words), y, words, ty, Ink::Normal);
    }
    paint.block(at, Tone::Plain, &line.label)
}
