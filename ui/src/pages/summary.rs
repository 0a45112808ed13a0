//! The emergency summary on one page: two critical panels on top, the rest under them in lines.

use kakari_session::view::{Language, OtherCard, Panel, SummaryView, Topic};

use super::alerts::{self, Strip};
use super::critical::Critical;
use super::side::{self, Side, Tile};
use super::{GAP, Laid, MARGIN, Space, band, banner, enlarged, notice};
use crate::fit;
use crate::glass::{Block, Ink, Kind, Page, Tone};
use crate::paint::{Paint, Rect};
use crate::words::marked;

/// What the alerts may take of the room before the most telling reasons go: the names of allergies outrank them.
const SHARE_OF_ALERTS: f32 = 0.4;
/// The same upright, where rows are short and the room is high.
const SHARE_OF_ALERTS_UPRIGHT: f32 = 0.5;
/// Where the critical panels would be lower than this, the tiles under them are.
const LEAST: f32 = 200.0;
const LOW_TILE: f32 = 44.0;
/// What the critical panels may take of the body when not everything fits.
const SHARE: f32 = 0.58;
/// The left column's part of the width: medicines have the longer lines.
const LEFT: f32 = 0.46;
/// The same where it takes more to show their doses, and allergies need less.
const NARROW: [f32; 2] = [0.39, 0.32];

pub(super) fn lay(view: &SummaryView, space: Space) -> Laid {
    let mut laid = Laid { page: Page::Summary, ..Laid::default() };
    let (block, mut y) = banner::block(&view.banner, space);
    laid.blocks.push(block);
    let asked = view.other_card.is_some();
    let mut in_band = false;
    if let Some(problem) = &view.notice {
        in_band = !space.portrait() && !asked && !problem.stays;
        y += notice::over_a_patient(problem, y, !in_band, space, &mut laid) + GAP;
    }
    match &view.other_card {
        Some(offer) => other_card(offer, space, &mut laid),
        None => laid.keys.extend(band::summary(in_band, view.can_extend, space)),
    }
    let bottom = space.band_top(if asked { 2 } else { 1 });
    let room = Rect::new(MARGIN, y, space.inner(), bottom - y);
    laid.blocks.extend(body(view, room, space));
    laid
}

/// Alerts and panels in the letters that were chosen: all of them, or the critical panels alone, as large as leaves every
/// name on the glass that must be there.
fn body(view: &SummaryView, room: Rect, space: Space) -> Vec<Block> {
    let larger = enlarged::steps(space).find_map(|times| {
        let whole =
            enlarged::lay(room, space, times, |room, space| roomy(view, &strips(view, room, space), room, space));
        whole.or_else(|| over_tiles(view, room, space, times))
    });
    larger.unwrap_or_else(|| strip_and_panels(view, room, space))
}

/// The critical panels in larger letters, the others as tiles that only say what there is.
fn over_tiles(view: &SummaryView, room: Rect, space: Space, times: f32) -> Option<Vec<Block>> {
    let strip = strips(view, room, space).pop()?;
    let room = under(&strip, room);
    let panels = Panels::new(&view.panels, room, space);
    let tiles: Vec<Tile<'_>> = panels.rest.iter().map(|panel| Tile::new(panel, panels.language)).collect();
    let used = tile_rows(&tiles, room.w).len() as f32 * (side::TILE + GAP);
    let top = Rect { h: room.h - used, ..room };
    let critical = enlarged::lay(top, space, times, |top, space| {
        Panels::new(&view.panels, top, space).critical(top.h, Critical::all_named)
    })?;
    let tiles = paint_tiles(&tiles, Rect { y: top.bottom() + GAP, ..room }, side::TILE);
    Some(strip.blocks.into_iter().chain(critical).chain(tiles).collect())
}

/// Alerts and panels share the room. Reasons that the panels repeat go before panels shrink to a line each, and lines
/// before tiles.
fn strip_and_panels(view: &SummaryView, room: Rect, space: Space) -> Vec<Block> {
    let mut strips = strips(view, room, space);
    if let Some(blocks) = roomy(view, &strips, room, space) {
        return blocks;
    }
    let least = strips.pop().unwrap_or(Strip { blocks: vec![], bottom: room.y });
    let panels = Panels::new(&view.panels, under(&least, room), space);
    let blocks = named(&panels).unwrap_or_else(|| tiled(&panels));
    least.blocks.into_iter().chain(blocks).collect()
}

/// The alerts with ever fewer reasons.
fn strips(view: &SummaryView, room: Rect, space: Space) -> Vec<Strip> {
    let mut strips: Vec<Strip> = Vec::new();
    let share = if space.portrait() { SHARE_OF_ALERTS_UPRIGHT } else { SHARE_OF_ALERTS };
    for rows in if space.portrait() { &[4, 3, 2, 1][..] } else { &[3, 2, 1] } {
        let strip = alerts::lay(&view.alerts, room.y, space, *rows, room.h * share);
        if strips.last().is_none_or(|last| strip.bottom < last.bottom) {
            strips.push(strip);
        }
    }
    strips
}

fn under(strip: &Strip, room: Rect) -> Rect {
    Rect { y: strip.bottom, h: room.bottom() - strip.bottom, ..room }
}

/// One way to lay the panels out; none where something critical finds no room.
type Form = fn(&Panels<'_>) -> Option<Vec<Block>>;

/// The page on which nothing critical goes without its words.
fn roomy(view: &SummaryView, strips: &[Strip], room: Rect, space: Space) -> Option<Vec<Block>> {
    let narrow = NARROW.into_iter().filter(|_| !space.portrait()).map(|left| (lined as Form, left));
    [(generous as Form, LEFT), (lined, LEFT)].into_iter().chain(narrow).find_map(|(form, left)| {
        strips.iter().find_map(|strip| {
            let blocks = form(&Panels::parted(&view.panels, under(strip, room), left, space))?;
            Some(strip.blocks.iter().cloned().chain(blocks).collect())
        })
    })
}

/// The question about another card, in the place of the bottom band.
pub(super) fn other_card(offer: &OtherCard, space: Space, laid: &mut Laid) {
    band::other_card(offer, space, laid);
    let top = space.band_top(2) + 12.0;
    let (w, h) = if space.portrait() { (space.inner(), 176.0) } else { (space.inner() * 0.46, 176.0) };
    let (ty, lines) = fit::shrink(&marked(&offer.words), &[60.0, 54.0, 48.0, 42.0], true, w - 140.0, 2);
    let mut paint = Paint::default();
    paint.figure(24.0, (h - 64.0) / 2.0, 64.0, Kind::Triangle, Ink::Normal);
    paint.lines(120.0, (h - lines.lines.len() as f32 * ty.line()) / 2.0, &lines.lines, ty, Ink::Normal);
    laid.blocks.push(paint.block(
        Rect::new(MARGIN, top, w, h),
        Tone::AlertAmber,
        space.say("別のカード", "Another card"),
    ));
}

/// The room for the panels, cut into columns.
struct Columns {
    body: Rect,
    widths: Vec<f32>,
}

impl Columns {
    fn new(body: Rect, left: f32, space: Space) -> Self {
        let left = ((body.w - GAP) * left).round();
        let widths = if space.portrait() { vec![body.w] } else { vec![left, body.w - GAP - left] };
        Self { body, widths }
    }

    fn x(&self, column: usize) -> f32 {
        self.body.x + self.widths[..column].iter().map(|width| width + GAP).sum::<f32>()
    }

    fn place(&self, topic: Topic) -> usize {
        if self.upright() { 0 } else { column(topic) }
    }

    fn upright(&self) -> bool {
        self.widths.len() == 1
    }
}

/// The panels of a summary and where they may stand.
struct Panels<'a> {
    critical: Vec<Critical<'a>>,
    rest: Vec<&'a Panel>,
    columns: Columns,
    language: Language,
}

impl<'a> Panels<'a> {
    fn new(panels: &'a [Panel], body: Rect, space: Space) -> Self {
        Self::parted(panels, body, LEFT, space)
    }

    /// With so much of the width for the left column.
    fn parted(panels: &'a [Panel], body: Rect, left: f32, space: Space) -> Self {
        let columns = Columns::new(body, left, space);
        let language = space.look.language;
        let (first, rest): (Vec<&Panel>, Vec<&Panel>) = panels.iter().partition(|panel| is_critical(panel));
        let critical = first
            .iter()
            .map(|panel| Critical::new(panel, columns.widths[columns.place(panel.topic)], language))
            .collect();
        Self { critical, rest, columns, language }
    }

    /// The critical panels in a height, if it is enough for what they must say.
    fn critical(&self, high: f32, enough: fn(&Critical<'a>, f32) -> bool) -> Option<Vec<Block>> {
        let places = split(&self.critical, &self.columns, high);
        let enough = self.critical.iter().zip(&places).all(|(one, at)| enough(one, at.h));
        enough.then(|| self.critical.iter().zip(places).map(|(one, at)| one.block(at)).collect())
    }
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
fn generous(panels: &Panels<'_>) -> Option<Vec<Block>> {
    let Panels { critical, rest, columns, language } = panels;
    let mut sides: Vec<Vec<Side<'_>>> = columns.widths.iter().map(|_| vec![]).collect();
    for panel in rest {
        let place = columns.place(panel.topic);
        sides[place].push(Side::new(panel, columns.widths[place], *language));
    }
    panels.critical(columns.body.h - tallest(&sides, |_| 1) - GAP, Critical::content)?;
    let mut blocks = Vec::new();
    for (index, side) in sides.iter_mut().enumerate() {
        let ours = |one: &&Critical<'_>| columns.place(one.topic()) == index;
        let mine: Vec<&Critical<'_>> = critical.iter().filter(ours).collect();
        let at = Rect { x: columns.x(index), w: columns.widths[index], ..columns.body };
        blocks.extend(fill(&mine, side, at));
    }
    Some(blocks)
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

/// Diseases and phone numbers keep a line; the others are tiles that only say what there is.
fn lined(panels: &Panels<'_>) -> Option<Vec<Block>> {
    lines_under(panels, Critical::content)
}

/// As [`lined`], with the doses left to the details.
fn named(panels: &Panels<'_>) -> Option<Vec<Block>> {
    lines_under(panels, Critical::all_named)
}

fn lines_under<'a>(panels: &Panels<'a>, enough: fn(&Critical<'a>, f32) -> bool) -> Option<Vec<Block>> {
    let (body, upright) = (panels.columns.body, panels.columns.upright());
    let is_line = |panel: &&&Panel| matches!(panel.topic, Topic::Conditions | Topic::Doctors | Topic::Contacts);
    let (lines, others): (Vec<&Panel>, Vec<&Panel>) = panels.rest.iter().partition(is_line);
    let tiles: Vec<Tile<'_>> = others.into_iter().map(|panel| Tile::new(panel, panels.language)).collect();
    let (phones, first): (Vec<&Panel>, Vec<&Panel>) =
        lines.into_iter().partition(|panel| !upright && panel.topic != Topic::Conditions);
    let rows: Vec<Vec<&Panel>> =
        first.into_iter().map(|panel| vec![panel]).chain((!phones.is_empty()).then_some(phones)).collect();
    let used = (rows.len() + tile_rows(&tiles, body.w).len()) as f32 * (side::TILE + GAP);
    let mut blocks = panels.critical(body.h - used, enough)?;
    let mut y = body.bottom() - used + GAP;
    for row in rows {
        let wide = (body.w - GAP * (row.len() as f32 - 1.0)) / row.len() as f32;
        for (index, panel) in row.into_iter().enumerate() {
            let at = Rect::new(body.x + index as f32 * (wide + GAP), y, wide, side::TILE);
            blocks.extend(side::stretch(&[Side::line(panel, wide, panels.language)], at));
        }
        y += side::TILE + GAP;
    }
    blocks.extend(paint_tiles(&tiles, Rect { y, ..body }, side::TILE));
    Some(blocks)
}

/// When allergies or warned medicines need the room: the others as tiles that only say what there is.
fn tiled(panels: &Panels<'_>) -> Vec<Block> {
    let Panels { critical, rest, columns, language } = panels;
    let body = columns.body;
    let tiles: Vec<Tile<'_>> = rest.iter().map(|panel| Tile::new(panel, *language)).collect();
    let rows = tile_rows(&tiles, body.w).len() as f32;
    let left = |tile: f32| body.h - rows * (tile + GAP);
    let tile = if left(side::TILE) < LEAST { LOW_TILE } else { side::TILE };
    let high = left(tile);
    let mut blocks: Vec<Block> =
        critical.iter().zip(split(critical, columns, high)).map(|(one, at)| one.block(at)).collect();
    blocks.extend(paint_tiles(&tiles, Rect { y: body.y + high + GAP, ..body }, tile));
    blocks
}

fn paint_tiles(tiles: &[Tile<'_>], body: Rect, high: f32) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut y = body.y;
    for row in tile_rows(tiles, body.w) {
        let slack = (body.w - wide(row)) / row.len() as f32;
        let mut x = body.x;
        for tile in row {
            let at = Rect::new(x, y, tile.width() + slack, high);
            blocks.push(tile.block(at));
            x += at.w + GAP;
        }
        y += high + GAP;
    }
    blocks
}

/// Tiles side by side in as few rows as hold them, evenly if they can be.
fn tile_rows<'t, 'p>(tiles: &'t [Tile<'p>], width: f32) -> Vec<&'t [Tile<'p>]> {
    let mut filled: Vec<&[Tile<'_>]> = vec![];
    let mut left = tiles;
    while !left.is_empty() {
        let count = (1..=left.len()).rev().find(|count| wide(&left[..*count]) <= width).unwrap_or(1);
        filled.push(&left[..count]);
        left = &left[count..];
    }
    let even: Vec<&[Tile<'_>]> = tiles.chunks(tiles.len().div_ceil(filled.len().max(1)).max(1)).collect();
    if even.iter().all(|row| wide(row) <= width) { even } else { filled }
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
