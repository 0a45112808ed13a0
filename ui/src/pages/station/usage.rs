//! Figures of this tablet's use: lines first, then the charts.

use kakari_session::view::UsageView;

use super::leaf::{self, Body, Piece};
use super::line::{self, calm};
use super::{Room, chart, review};

pub(super) fn body(view: &UsageView, room: Room) -> Body {
    let head = review::heading(&view.period, room.whole);
    let high = room.leaf(head.high() + leaf::GAP);
    let card = |line| Piece::new(line::card(line, room.column, line::WIDE), room.column, calm(line.mark), line.label);
    let mut pieces: Vec<Piece> = view.lines.iter().map(|line| card(line.into())).collect();
    let charts = view.charts.iter().flat_map(|one| chart::pieces(one, room.column, high));
    for (index, chart) in charts.enumerate() {
        pieces.push(if index == 0 { chart.fresh() } else { chart });
    }
    Body { head: Some(head), pieces, columns: room.columns, ..Body::default() }
}
