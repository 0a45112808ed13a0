//! What is being done over everything; how fresh the data is, and how old what was seen was.

use kakari_session::touch::Touch;
use kakari_session::view::SyncView;

use super::leaf::{Body, Own, Piece};
use super::line::{self, Density, calm};
use super::{Room, chart, progress};
use crate::glass::Tone;

pub(super) fn body(view: &SyncView, room: Room) -> Body {
    // What is being done stands over everything: it is never on a later leaf.
    let head = view
        .progress
        .as_ref()
        .map(|view| Piece::new(progress::panel(view, room.whole), room.whole, Tone::Plain, &view.words));
    let leaf = room.leaf(head.as_ref().map_or(0.0, Piece::taken));
    let pieces = |density| pieces(view, density, room, leaf);
    let (pieces, closer) = (pieces(line::WIDE), pieces(line::CLOSE));
    Body { head, pieces, closer, columns: room.columns, own: own(view.can_sync, view.can_import, room) }
}

/// The chart is no higher than a leaf.
fn pieces(view: &SyncView, density: Density, room: Room, leaf: f32) -> Vec<Piece> {
    let card = |line| Piece::new(line::card(line, room.column, density), room.column, calm(line.mark), line.label);
    let lines = view.lines.iter().map(|line| card(line.into()));
    let ages = view.ages.iter().flat_map(|ages| chart::pieces(ages, room.column, leaf));
    lines.chain(ages).collect()
}

pub(super) fn own(can_sync: bool, can_import: bool, room: Room) -> Vec<Own> {
    let (sync, import) = (("今すぐ同期", "Sync now"), ("USBから取込", "Import from USB"));
    let key = |(ja, en), touch, primary, enabled| Own { words: room.language.say(ja, en), touch, primary, enabled };
    vec![key(sync, Touch::SyncNow, true, can_sync), key(import, Touch::ImportBundle, false, can_import)]
}
