//! Pieces of a body in one or two columns, in leaves that are turned, never scrolled.

use kakari_session::touch::Touch;

use super::columns::{Size, flow, leaves};
use super::{APART, Room};
use crate::fit::Type;
use crate::glass::{Ink, Tone};
use crate::key::{Act, Key};
use crate::pages::Laid;
use crate::paint::{Paint, Rect};

/// Between two pieces without keys.
pub(super) const GAP: f32 = 12.0;
/// The keys that turn.
pub(super) const TURN: (f32, f32) = (320.0, 116.0);
/// Under keys of a body: the end of the shift is far from them.
const CLEAR: f32 = 48.0;

/// What one page says and does.
#[derive(Default)]
pub(super) struct Body {
    /// Above the columns of every leaf.
    pub(super) head: Option<Piece>,
    pub(super) pieces: Vec<Piece>,
    /// The same in smaller letters and closer together, for when they do not fit on one leaf; empty for none.
    pub(super) closer: Vec<Piece>,
    pub(super) columns: usize,
    /// Its keys in the band: two at most.
    pub(super) own: Vec<Own>,
}

/// A key of the page in the band.
pub(super) struct Own {
    pub(super) words: &'static str,
    pub(super) touch: Touch,
    pub(super) primary: bool,
    pub(super) enabled: bool,
}

/// What is never parted: a panel, and the keys beside it.
pub(super) struct Piece {
    pub(super) paint: Paint,
    pub(super) wide: f32,
    pub(super) tone: Tone,
    pub(super) title: String,
    pub(super) keys: Vec<Press>,
    /// Begins another column.
    pub(super) fresh: bool,
    /// What is lighter comes first where not everything fits on one leaf.
    pub(super) weight: u8,
}

/// A key of a piece, its place counted from the piece's corner.
pub(super) struct Press {
    pub(super) label: String,
    pub(super) words: String,
    pub(super) at: Rect,
    pub(super) touch: Touch,
    /// For keys that are chosen or not.
    pub(super) chosen: Option<bool>,
}

impl Piece {
    pub(super) fn new(paint: Paint, wide: f32, tone: Tone, title: &str) -> Self {
        Self { paint, wide, tone, title: title.to_owned(), keys: vec![], fresh: false, weight: 0 }
    }

    pub(super) fn fresh(self) -> Self {
        Self { fresh: true, ..self }
    }

    pub(super) fn high(&self) -> f32 {
        self.keys.iter().map(|key| key.at.bottom()).fold(self.paint.height, f32::max)
    }

    /// What it takes above the columns.
    pub(super) fn taken(&self) -> f32 {
        self.high() + self.gap()
    }

    /// Keys keep a greater distance than panels.
    fn gap(&self) -> f32 {
        if self.keys.is_empty() { GAP } else { APART }
    }

    fn place(self, x: f32, y: f32, laid: &mut Laid) {
        let high = self.paint.height;
        for key in self.keys {
            let at = Rect { x: x + key.at.x, y: y + key.at.y, ..key.at };
            let made = Key::new(&key.label, at, Act::Tell(key.touch)).words(&key.words, 2);
            laid.keys.push(if let Some(chosen) = key.chosen { made.tick(chosen) } else { made });
        }
        laid.blocks.push(self.paint.block(Rect::new(x, y, self.wide, high), self.tone, &self.title));
    }
}

pub(super) fn lay(body: Body, mut at: Rect, room: Room, leaf: usize, laid: &mut Laid) {
    if let Some(head) = body.head {
        let taken = head.taken();
        head.place(at.x, at.y, laid);
        at = Rect { y: at.y + taken, h: at.h - taken, ..at };
    }
    let mut pieces = body.pieces;
    let mut spots = flow(&sizes(&pieces, CLEAR), at.h, body.columns);
    laid.leaves = leaves(&spots);
    if laid.leaves > 1 && !body.closer.is_empty() {
        pieces = body.closer;
        spots = flow(&sizes(&pieces, CLEAR), at.h, body.columns);
        laid.leaves = leaves(&spots);
    }
    if laid.leaves > 1 {
        pieces.sort_by_key(|piece| piece.weight);
        spots = flow(&sizes(&pieces, 0.0), at.h - TURN.1 - APART, body.columns);
        laid.leaves = leaves(&spots);
    }
    laid.leaf = leaf.min(laid.leaves - 1);
    for (piece, spot) in pieces.into_iter().zip(spots) {
        if spot.leaf == laid.leaf {
            piece.place(at.x + spot.column as f32 * (room.column + GAP), at.y + spot.y, laid);
        }
    }
    if laid.leaves > 1 {
        turn(Rect { y: at.bottom() - TURN.1, h: TURN.1, ..at }, room, laid);
    }
}

/// Under keys so much more is left free.
fn sizes(pieces: &[Piece], clear: f32) -> Vec<Size> {
    let size = |piece: &Piece| Size {
        tall: piece.high(),
        clear: if piece.keys.is_empty() { 0.0 } else { clear },
        gap: piece.gap(),
        fresh: piece.fresh,
    };
    pieces.iter().map(size).collect()
}

/// The leaf before, the leaf after, which one this is. Not at the right: there is the end of the shift.
fn turn(at: Rect, room: Room, laid: &mut Laid) {
    let say = |ja, en| room.language.say(ja, en);
    let earlier = Key::new(say("前へ", "Previous"), Rect { w: TURN.0, ..at }, Act::Turn(-1));
    let later = Rect { x: at.x + TURN.0 + APART, w: TURN.0, ..at };
    let later = Key::new(say("次へ", "Next"), later, Act::Turn(1));
    laid.keys.push(earlier.enabled(laid.leaf > 0));
    laid.keys.push(later.enabled(laid.leaf + 1 < laid.leaves));
    let (ty, words) = (Type::bold(50.0), format!("{} / {}", laid.leaf + 1, laid.leaves));
    let taken = 2.0 * (TURN.0 + APART);
    let beside = Rect { x: at.x + taken, w: at.w - taken, ..at };
    let mut paint = Paint::default();
    paint.text(APART, (at.h - ty.line()) / 2.0, &words, ty, Ink::Secondary);
    laid.blocks.push(paint.block(beside, Tone::Bare, say("ページ", "Leaf")));
}
