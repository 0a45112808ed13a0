//! The words that are read aloud, and what the hospital is asked to repeat, in leaves that are turned.

use kakari_session::view::Handover;

use super::{APART, turns};
use crate::fit::{self, Type};
use crate::glass::{Ink, Tone};
use crate::pages::{GAP, Laid, Space};
use crate::paint::{Paint, Rect};
use crate::words::marked;

/// Sizes of the words that are read with the whole glass to themselves, and beside a code.
const ALONE: f32 = 54.0;
const BESIDE: f32 = 48.0;
const HEAD: Type = Type::bold(46.0);
const PAD: f32 = 22.0;
/// Between two parts.
const BETWEEN: f32 = 14.0;

/// Lines that stay together.
struct Part {
    head: Option<&'static str>,
    lines: Vec<String>,
    ty: Type,
}

impl Part {
    fn height(&self) -> f32 {
        self.head.map_or(0.0, |_| HEAD.line()) + self.lines.len() as f32 * self.ty.line()
    }
}

/// One leaf of the words; when there are more, their keys stand in `turn`, or wherever the caller puts them.
pub(super) fn lay(view: &Handover, at: Rect, turn: Option<Rect>, leaf: usize, space: Space, laid: &mut Laid) {
    let mut leaves = leaves(view, at, space);
    let narrow = Rect { w: at.w - turn.map_or(0.0, |turn| turn.w + APART), ..at };
    let mut place = at;
    if leaves.len() > 1 && turn.is_some() {
        place = narrow;
        leaves = self::leaves(view, place, space);
    }
    (laid.leaves, laid.leaf) = (leaves.len(), leaf.min(leaves.len().saturating_sub(1)));
    let mut paint = Paint::default();
    head(view, laid, place, space, &mut paint);
    let mut y = HEAD.line() + PAD;
    for part in leaves.get(laid.leaf).into_iter().flatten() {
        if let Some(words) = part.head {
            y = paint.text(PAD, y, words, HEAD, Ink::Accent);
        }
        for line in &part.lines {
            paint.text(PAD, y, line, part.ty, Ink::Normal);
            y += part.ty.line();
        }
        y += BETWEEN;
    }
    laid.blocks.push(paint.block(Rect { h: place.h - GAP, ..place }, Tone::Plain, title(space)));
    if let (Some(turn), true) = (turn, laid.leaves > 1) {
        let half = Rect { h: ((turn.h - APART) / 2.0).min(260.0), ..turn };
        laid.keys.extend(turns(half, Rect { y: half.bottom() + APART, ..half }, space, laid));
    }
}

fn title(space: Space) -> &'static str {
    space.say("読み上げ", "Read aloud")
}

fn head(view: &Handover, laid: &Laid, at: Rect, space: Space, paint: &mut Paint) {
    paint.text(PAD, 8.0, title(space), HEAD, Ink::Secondary);
    let end = PAD + HEAD.width(title(space)) + 24.0;
    paint.text(end, 8.0, &marked(&view.duration), HEAD, Ink::Secondary);
    if laid.leaves > 1 {
        let (leaf, of) = (laid.leaf + 1, laid.leaves);
        let words = space.say(format!("{leaf}/{of}ページ"), format!("{leaf}/{of}"));
        paint.text(at.w - PAD - HEAD.width(&words), 8.0, &words, HEAD, Ink::Normal);
    }
}

/// As many whole parts on each leaf as find room; one longer than a leaf runs on.
fn leaves(view: &Handover, at: Rect, space: Space) -> Vec<Vec<Part>> {
    let room = at.h - GAP - HEAD.line() - PAD - 8.0;
    let (mut leaves, mut used) = (vec![vec![]], 0.0);
    for part in parts(view, at.w - 2.0 * PAD, space).into_iter().flat_map(|part| cut(part, room)) {
        if used + part.height() > room && used > 0.0 {
            leaves.push(vec![]);
            used = 0.0;
        }
        used += part.height() + BETWEEN;
        if let Some(leaf) = leaves.last_mut() {
            leaf.push(part);
        }
    }
    leaves
}

fn parts(view: &Handover, width: f32, space: Space) -> Vec<Part> {
    let size = if view.code.is_some() { BESIDE } else { ALONE };
    let part = |head, words: &String, ty| Part { head, lines: fit::wrap(&marked(words), ty, width).lines, ty };
    let script = view.script.iter().map(|words| part(None, words, Type::regular(size)));
    let repeat = space.say("復唱してもらう", "Have it repeated");
    script.chain(view.read_back.iter().map(|words| part(Some(repeat), words, Type::bold(size)))).collect()
}

/// A part in pieces that a leaf can hold.
fn cut(part: Part, room: f32) -> Vec<Part> {
    if part.height() <= room {
        return vec![part];
    }
    let most = ((room - HEAD.line()) / part.ty.line()).floor().max(1.0) as usize;
    let Part { head, lines, ty } = part;
    let piece =
        |(index, lines): (usize, &[String])| Part { head: head.filter(|_| index == 0), lines: lines.to_vec(), ty };
    lines.chunks(most).enumerate().map(piece).collect()
}
