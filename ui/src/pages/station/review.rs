//! Uses of break-glass. Beside one that may be judged stand the two verdicts.

use kakari_session::touch::{ReviewVerdict, Touch};
use kakari_session::view::{Mark, ReviewRow, ReviewView};

use super::leaf::{Body, GAP, Piece, Press};
use super::{APART, Room, cases};
use crate::fit::{self, Type};
use crate::glass::{Ink, Tone};
use crate::pages::figure_of;
use crate::paint::{Paint, Rect};
use crate::words::marked;

const PAD: f32 = 22.0;
const AIR: f32 = 14.0;
const FIGURE: f32 = 40.0;
const WORDS: f32 = PAD + FIGURE + 20.0;
const HEADING: Type = Type::bold(50.0);
const STATE: Type = Type::bold(44.0);
const FIGURES: Type = Type::regular(48.0);
const CREW: Type = Type::regular(44.0);
/// Between words on one line.
const BESIDE: f32 = 40.0;
/// One verdict.
const KEY: f32 = 236.0;
/// The least height of a row with keys beside it, and the height of keys under one.
const LEAST: f32 = 154.0;
const UPRIGHT: f32 = 116.0;

pub(super) fn body(view: &ReviewView, room: Room) -> Body {
    let mut pieces: Vec<Piece> = view.rows.iter().map(|row| one(row, room)).collect();
    if !view.empty.is_empty() {
        pieces.push(cases::nothing(&view.empty, room.whole));
    }
    Body { head: Some(heading(&view.heading, room.whole)), pieces, columns: 1, ..Body::default() }
}

/// One line over everything that follows.
pub(super) fn heading(words: &str, wide: f32) -> Piece {
    let mut paint = Paint::default();
    let (ty, lines) = fit::shrink(&marked(words), &[56.0, 50.0], true, wide - 2.0 * PAD, 1);
    paint.lines(PAD, 0.0, &lines.lines, ty, Ink::Normal);
    Piece::new(paint, wide, Tone::Bare, words)
}

fn one(row: &ReviewRow, room: Room) -> Piece {
    if !row.can_judge {
        return Piece::new(words(row, room.whole), room.whole, Tone::Plain, &row.heading);
    }
    let upright = room.columns == 1;
    let wide = room.whole - if upright { 0.0 } else { 2.0 * (KEY + APART) };
    let mut paint = words(row, wide);
    if !upright {
        paint.height = paint.height.max(LEAST);
    }
    let say = |ja, en| room.language.say(ja, en);
    let verdicts =
        [(say("妥当", "Justified"), ReviewVerdict::Justified), (say("要確認", "Question"), ReviewVerdict::Questioned)];
    // Beside the words; upright under them.
    let at = |index: usize| {
        let x = room.whole - KEY - (1 - index) as f32 * (KEY + APART);
        if upright { Rect::new(x, paint.height + GAP, KEY, UPRIGHT) } else { Rect::new(x, 0.0, KEY, paint.height) }
    };
    let press = |(index, (words, verdict)): (usize, (&str, ReviewVerdict))| Press {
        label: format!("{words} {}", row.heading),
        words: words.to_owned(),
        at: at(index),
        touch: Touch::Review(row.sequence, verdict),
        chosen: None,
    };
    let keys = verdicts.into_iter().enumerate().map(press).collect();
    Piece { keys, ..Piece::new(paint, wide, Tone::Plain, &row.heading) }
}

/// What it was, its figures, who it was; how it stands is at the right of the first line or of the last.
fn words(row: &ReviewRow, wide: f32) -> Paint {
    let mut paint = Paint::default();
    let room = wide - WORDS - PAD;
    let (kind, ink) = figure_of(row.mark);
    paint.figure(PAD, AIR + 10.0, FIGURE, kind, ink);
    let heading = fit::wrap(&marked(&row.heading), HEADING, room).lines;
    let figures = fit::wrap(&marked(&row.figures), FIGURES, room).lines;
    let (state, crew) = (marked(&row.state), marked(&row.crew));
    let first = end(&heading, HEADING) + STATE.width(&state) <= room && heading.len() == 1;
    let mut y = paint.lines(WORDS, AIR, &heading, HEADING, Ink::Normal);
    y = paint.lines(WORDS, y, &figures, FIGURES, Ink::Normal);
    let mut last = end(&figures, FIGURES);
    if last + CREW.width(&crew) <= room {
        paint.text(WORDS + last, y - FIGURES.line() + 2.0, &crew, CREW, Ink::Secondary);
        last += CREW.width(&crew) + BESIDE;
    } else {
        let crew = fit::wrap(&crew, CREW, room).lines;
        y = paint.lines(WORDS, y, &crew, CREW, Ink::Secondary);
        last = end(&crew, CREW);
    }
    let ink = if row.mark == Mark::Good { Ink::Secondary } else { Ink::Normal };
    if first || last + STATE.width(&state) <= room {
        let at = if first { AIR + 4.0 } else { y - STATE.line() - 2.0 };
        paint.text(wide - PAD - STATE.width(&state), at, &state, STATE, ink);
    } else {
        y = paint.lines(WORDS, y, &fit::wrap(&state, STATE, room).lines, STATE, ink);
    }
    paint.height = y + AIR;
    paint
}

/// Where something may stand beside the last of these lines.
fn end(lines: &[String], ty: Type) -> f32 {
    lines.last().map_or(0.0, |line| ty.width(line)) + BESIDE
}
