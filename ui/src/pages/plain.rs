//! Pages of a few words: the tablet starts, a card is read.

use super::{Laid, MARGIN, Space, bar};
use crate::fit::{self, Type};
use crate::glass::{Ink, Page, Tone};
use crate::paint::{Paint, Rect};
use crate::words::marked;

pub(super) fn words(page: Page, words: &str, space: Space) -> Laid {
    let width = space.inner().min(1400.0);
    let (ty, lines) = fit::shrink(&marked(words), &[84.0, 72.0, 60.0], true, width - 80.0, 2);
    let height = lines.lines.len() as f32 * ty.line() + 120.0;
    let mut paint = Paint::default();
    let mut y = 60.0;
    for line in &lines.lines {
        y = paint.text((width - ty.width(line)) / 2.0, y, line, ty, Ink::Normal);
    }
    let top = bar::HEIGHT + (space.h - bar::HEIGHT - height) / 2.0;
    let at = Rect::new(MARGIN + (space.inner() - width) / 2.0, top, width, height);
    let mut blocks = vec![paint.block(at, Tone::Plain, words)];
    if page == Page::Reading {
        blocks.push(hint(space.say("カードを動かさないでください", "Do not move the card"), at, space));
    }
    Laid { page, blocks, ..Laid::default() }
}

fn hint(words: &str, under: Rect, space: Space) -> crate::glass::Block {
    let ty = Type::regular(52.0);
    let mut paint = Paint::default();
    paint.text((space.inner() - ty.width(words)) / 2.0, 0.0, words, ty, Ink::Normal);
    paint.block(Rect::new(MARGIN, under.bottom() + 40.0, space.inner(), ty.line()), Tone::Bare, words)
}
