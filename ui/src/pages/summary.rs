//! The emergency summary on one page: two critical panels on top, the rest under them in lines.

use kakari_session::view::{OtherCard, Panel, SummaryView, Topic};

use super::critical::Critical;
use super::side::{self, Side, Tile};
use super::{GAP, Laid, MARGIN, Space, alerts, banner, notice};
use crate::fit;
use crate::glass::{Block, Ink, Kind, Page, Tone};
use crate::paint::{Paint, Rect};
use crate::words::marked;

/// What the critical panels may take of the body when not everything fits.
const SHARE: f32 = 0.58;
/// The left column's part of the width: medicines have the longer lines.
const LEFT: f32 = 0.46;

pub(super) fn lay(view: &SummaryView, space: Space) -> Laid {
    let mut laid = Laid { page: Page::Summary, ..Laid::default() };
    let (block, mut y) = banner::block(&view.banner, space);
    laid.blocks.push(block);
    if let Some(problem) = &view.notice {
        let placed = notice::lay(problem, MARGIN, y, space.inner(), true);
        laid.blocks.push(placed.block);
        laid.dismiss = placed.dismiss;
        y += placed.height + GAP;
    }
    let (chips, y) = alerts::lay(&view.alerts, y, space);
    laid.blocks.extend(chips);
    other_card(view.other_card.as_ref(), space, &mut laid);
    let body = Rect::new(MARGIN, y, space.inner(), space.band_top() - y);
    laid.blocks.extend(panels(&view.panels, body, space));
    laid
}

/// The words of the bar that asks about another card, in the place of the bottom band.
pub(super) fn other_card(offer: Option<&OtherCard>, space: Space, laid: &mut Laid) {
    let Some(offer) = offer else { return };
    (laid.other_card, laid.can_switch) = (true, offer.can_switch);
    let top = space.band_top() + 12.0;
    let (w, h) = if space.portrait() { (space.inner(), 176.0) } else { (space.inner() * 0.46, 176.0) };
    let (ty, lines) = fit::shrink(&marked(&offer.words), &[60.0, 54.0, 48.0, 42.0], true, w - 140.0, 2);
    let mut paint = Paint::default();
    paint.figure(24.0, (h - 64.0) / 2.0, 64.0, Kind::Triangle, Ink::Normal);
    paint.lines(120.0, (h - lines.lines.len() as f32 * ty.line()) / 2.0, &lines.lines, ty, Ink::Normal);
    laid.blocks.push(paint.block(Rect::new(MARGIN, top, w, h), Tone::AlertAmber, "別のカード"));
}

/// The room for the panels, cut into columns.
struct Columns {
    body: Rect,
    widths: Vec<f32>,
}

impl Columns {
    fn new(body: Rect, space: Space) -> Self {
        let left = ((body.w - GAP) * LEFT).round();
        let widths = if space.portrait() { vec![body.w] } else { vec![left, body.w - GAP - left] };
        Self { body, widths }
    }

    fn x(&self, column: usize) -> f32 {
        self.body.x + self.widths[..column].iter().map(|width| width + GAP).sum::<f32>()
    }

    fn upright(&self) -> bool {
        self.widths.len() == 1
    }
}

fn panels(panels: &[Panel], body: Rect, space: Space) -> Vec<Block> {
    let columns = Columns::new(body, space);
    let (first, rest): (Vec<&Panel>, Vec<&Panel>) = panels.iter().partition(|panel| is_critical(panel));
    let place = |panel: &Panel| {
        if columns.upright() { 0 } else { column(panel.topic) }
    };
    let critical: Vec<Critical<'_>> =
        first.iter().map(|panel| Critical::new(panel, columns.widths[place(panel)])).collect();
    let mut sides: Vec<Vec<Side<'_>>> = columns.widths.iter().map(|_| vec![]).collect();
    for panel in &rest {
        sides[place(panel)].push(Side::new(panel, columns.widths[place(panel)]));
    }
    let least = tallest(&sides, |_| 1);
    let roomy = split(&critical, &columns, body.h - least - GAP);
    if critical.iter().zip(&roomy).any(|(one, at)| !one.content(at.h)) {
        return tight(&critical, &rest, &columns);
    }
    generous(&critical, &mut sides, &columns)
}

fn is_critical(panel: &Panel) -> bool {
    matches!(panel.topic, Topic::Allergies | Topic::Medicines)
}

/// The same topic always stands on the same side.
fn column(topic: Topic) -> usize {
    match topic {
        Topic::Allergies | Topic::Conditions | Topic::Baseline | Topic::Doctors => 0,
        Topic::Medicines | Topic::Devices | Topic::Findings | Topic::Directives | Topic::Contacts => 1,
    }
}

fn tallest(sides: &[Vec<Side<'_>>], lines: impl Fn(&Side<'_>) -> usize + Copy) -> f32 {
    sides.iter().map(|side| side::height(side, lines)).fold(0.0, f32::max)
}

/// Every panel gets its lines, the critical ones the rest; each column for itself.
fn generous(critical: &[Critical<'_>], sides: &mut [Vec<Side<'_>>], columns: &Columns) -> Vec<Block> {
    let mut blocks = Vec::new();
    for (index, side) in sides.iter_mut().enumerate() {
        let ours = |one: &&Critical<'_>| columns.upright() || column(one.topic()) == index;
        let mine: Vec<&Critical<'_>> = critical.iter().filter(ours).collect();
        let at = Rect { x: columns.x(index), w: columns.widths[index], ..columns.body };
        blocks.extend(fill(&mine, side, at));
    }
    blocks
}

/// One column: critical panels above, the others below, nothing left over.
fn fill(critical: &[&Critical<'_>], side: &mut [Side<'_>], at: Rect) -> Vec<Block> {
    let gaps = critical.len().saturating_sub(1) as f32 * GAP;
    let wish = critical.iter().map(|one| one.wish()).sum::<f32>() + gaps;
    let need = critical.iter().map(|one| one.need()).sum::<f32>() + gaps;
    let most = at.h - side::height(side, |_| 1) - GAP;
    let left = at.h - side::height(side, |one| one.full) - GAP;
    let share = wish.min(left.max(need.min(at.h * SHARE))).min(most);
    let enough = stacked(critical, Rect { h: share, ..at }).iter().zip(critical).all(|(at, one)| one.content(at.h));
    let share = if enough { share } else { most };
    side::grant(side, at.h - share - GAP);
    let used = side::height(side, |one| one.lines);
    let high = if side.is_empty() { at.h } else { (at.h - used - GAP).min(wish + 80.0).max(share) };
    let top = at.y + if critical.is_empty() { 0.0 } else { high + GAP };
    let places = stacked(critical, Rect { h: high, ..at });
    let mut blocks: Vec<Block> = critical.iter().zip(places).map(|(one, at)| one.block(at)).collect();
    blocks.extend(side::stretch(side, Rect { y: top, h: at.bottom() - top, ..at }));
    blocks
}

/// When allergies or warned medicines need the room: the others as tiles that only say what there is.
fn tight(critical: &[Critical<'_>], rest: &[&Panel], columns: &Columns) -> Vec<Block> {
    let body = columns.body;
    let tiles: Vec<Tile<'_>> = rest.iter().map(|panel| Tile::new(panel)).collect();
    let rows = tile_rows(&tiles, body.w);
    let high = body.h - rows.len() as f32 * (side::TILE + GAP);
    let mut blocks: Vec<Block> =
        critical.iter().zip(split(critical, columns, high)).map(|(one, at)| one.block(at)).collect();
    let mut y = body.y + high + GAP;
    for row in rows {
        let slack = (body.w - wide(row)) / row.len() as f32;
        let mut x = body.x;
        for tile in row {
            let at = Rect::new(x, y, tile.width() + slack, side::TILE);
            blocks.push(tile.block(at));
            x += at.w + GAP;
        }
        y += side::TILE + GAP;
    }
    blocks
}

/// Tiles side by side as many as a row holds.
fn tile_rows<'t, 'p>(tiles: &'t [Tile<'p>], width: f32) -> Vec<&'t [Tile<'p>]> {
    let (mut rows, mut left) = (Vec::new(), tiles);
    while !left.is_empty() {
        let most = (1..=left.len()).rev().find(|count| wide(&left[..*count]) <= width).unwrap_or(1);
        let (row, others) = left.split_at(most);
        rows.push(row);
        left = others;
    }
    rows
}

fn wide(row: &[Tile<'_>]) -> f32 {
    row.iter().map(Tile::width).sum::<f32>() + (row.len() as f32 - 1.0) * GAP
}

/// Where the critical panels stand in a height: side by side, or one above the other.
fn split(critical: &[Critical<'_>], columns: &Columns, high: f32) -> Vec<Rect> {
    let body = Rect { h: high, ..columns.body };
    if columns.upright() {
        return stacked(&critical.iter().collect::<Vec<_>>(), body);
    }
    let place = |one: &Critical<'_>| column(one.topic());
    let at = |one: &Critical<'_>| Rect { x: columns.x(place(one)), w: columns.widths[place(one)], ..body };
    critical.iter().map(at).collect()
}

/// One above the other: the first what it wishes, up to a half, the last what is left.
fn stacked(critical: &[&Critical<'_>], at: Rect) -> Vec<Rect> {
    let mut y = at.y;
    let mut places = Vec::new();
    for (index, one) in critical.iter().enumerate() {
        let last = index + 1 == critical.len();
        let h = if last { at.bottom() - y } else { one.wish().min(at.h * 0.5) };
        places.push(Rect { y, h, ..at });
        y += h + GAP;
    }
    places
}
