//! How the glass looks and sounds: each choice a row of keys, the one that holds filled. Under them what this is.

use kakari_session::view::{SettingView, SettingsView};

use super::leaf::{Body, Piece, Press};
use super::{APART, Room};
use crate::fit::{self, Type};
use crate::glass::{Ink, Tone};
use crate::paint::{Paint, Rect};
use crate::words::marked;

const PAD: f32 = 26.0;
const AIR: f32 = 16.0;
const ABOUT: Type = Type::regular(44.0);
/// A row of keys is not lower.
const LEAST: f32 = 132.0;
/// The titles take so much of the width.
const TITLE: f32 = 0.29;

pub(super) fn body(view: &SettingsView, room: Room) -> Body {
    let mut pieces: Vec<Piece> = view.choices.iter().map(|one| choice(one, room.whole)).collect();
    pieces.extend(about(&view.about, room));
    Body { pieces, columns: 1, ..Body::default() }
}

fn choice(of: &SettingView, whole: f32) -> Piece {
    let wide = (whole * TITLE).round();
    let mut paint = Paint::default();
    let (ty, lines) = fit::shrink(&marked(&of.title), &[50.0, 46.0], true, wide, 2);
    let high = (lines.lines.len() as f32 * ty.line() + 2.0 * AIR).max(LEAST);
    paint.lines(0.0, (high - lines.lines.len() as f32 * ty.line()) / 2.0, &lines.lines, ty, Ink::Normal);
    paint.height = high;
    let count = of.options.len().max(1) as f32;
    let key = (whole - wide - APART - (count - 1.0) * APART) / count;
    let press = |(index, option): (usize, &kakari_session::view::SettingOption)| Press {
        label: format!("{} {}", of.title, option.words),
        words: marked(&option.words),
        at: Rect::new(wide + APART + index as f32 * (key + APART), 0.0, key, high),
        touch: option.touch,
        chosen: Some(option.chosen),
    };
    let keys = of.options.iter().enumerate().map(press).collect();
    Piece { keys, ..Piece::new(paint, wide, Tone::Bare, &of.title) }
}

/// Lines to read, in as few panels as they fit in.
fn about(lines: &[String], room: Room) -> Vec<Piece> {
    let wrapped: Vec<String> =
        lines.iter().flat_map(|line| fit::wrap(&marked(line), ABOUT, room.whole - 2.0 * PAD).lines).collect();
    let most = ((room.high / 4.0 / ABOUT.line()).floor() as usize).max(1);
    let title = room.language.say("この端末のソフト", "About");
    let panel = |lines: &[String]| {
        let mut paint = Paint::default();
        paint.height = paint.lines(PAD, AIR, lines, ABOUT, Ink::Secondary) + AIR;
        Piece::new(paint, room.whole, Tone::Plain, title)
    };
    wrapped.chunks(most).map(panel).collect()
}
