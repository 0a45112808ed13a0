//! The emergency summary on one page: two critical panels on top, the rest under them in lines.

use kakari_session::view::{OtherCard, Panel, Standing, SummaryView, Topic};

use super::critical::Critical;
use super::{GAP, Laid, MARGIN, Space, alerts, banner, notice};
use crate::fit::{self, Type};
use crate::glass::{Block, Ink, Kind, Page, Tone};
use crate::paint::{Paint, Rect};
use crate::rows::{Flow, Hidden, Item};
use crate::words::marked;

const LINE: f32 = 58.0;
const PAD: f32 = 5.0;
const SIZE: f32 = 48.0;
const SIDE: f32 = 20.0;
/// What the critical panels may take of the body when not everything fits.
const SHARE: f32 = 0.56;

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

fn panels(panels: &[Panel], body: Rect, space: Space) -> Vec<Block> {
    let (first, rest): (Vec<&Panel>, Vec<&Panel>) = panels.iter().partition(|panel| is_critical(panel));
    let columns = if space.portrait() { 1 } else { 2 };
    let width = (body.w - GAP * (columns as f32 - 1.0)) / columns as f32;
    let mut sides: Vec<Vec<Side<'_>>> = (0..columns).map(|_| vec![]).collect();
    for panel in rest {
        sides[if columns == 1 { 0 } else { column(panel.topic) }].push(Side::new(panel, width));
    }
    let critical: Vec<Critical<'_>> = first.iter().map(|panel| Critical::new(panel, width)).collect();
    let (top, critical_blocks) = place_critical(&critical, &mut sides, body, width, columns);
    let mut blocks = critical_blocks;
    for (index, side) in sides.iter().enumerate() {
        let x = body.x + index as f32 * (width + GAP);
        blocks.extend(stretch(side, Rect::new(x, top, width, body.bottom() - top)));
    }
    blocks
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

/// Divides the body between the critical panels and the rest, and says where the rest begins.
fn place_critical(
    critical: &[Critical<'_>],
    sides: &mut [Vec<Side<'_>>],
    body: Rect,
    width: f32,
    columns: usize,
) -> (f32, Vec<Block>) {
    let wishes: Vec<f32> = critical.iter().map(Critical::wish).collect();
    let gaps = (critical.len() as f32 - 1.0).max(0.0) * GAP;
    let wish = if columns == 1 { wishes.iter().sum::<f32>() + gaps } else { wishes.iter().copied().fold(0.0, f32::max) };
    let least = sides.iter().map(|side| height(side, |_| 1)).fold(0.0, f32::max);
    let full = sides.iter().map(|side| height(side, |one| one.full)).fold(0.0, f32::max);
    let share = wish.min((body.h - full - GAP).max(body.h * SHARE)).min(body.h - least - GAP);
    for side in sides.iter_mut() {
        grant(side, body.h - share - GAP);
    }
    let used = sides.iter().map(|side| height(side, |one| one.lines)).fold(0.0, f32::max);
    let high = if used > 0.0 { (body.h - used - GAP).min(wish.max(share) + 60.0).max(share) } else { body.h };
    let mut blocks = Vec::new();
    let (mut x, mut y) = (body.x, body.y);
    let total: f32 = wishes.iter().sum();
    for (one, wish) in critical.iter().zip(&wishes) {
        let h = if columns == 1 { (high - gaps) * wish / total } else { high };
        blocks.push(one.block(Rect::new(x, y, width, h)));
        if columns == 1 { y += h + GAP } else { x += width + GAP }
    }
    (body.y + if critical.is_empty() { 0.0 } else { high + GAP }, blocks)
}

fn height(side: &[Side<'_>], lines: impl Fn(&Side<'_>) -> usize) -> f32 {
    let panels: f32 = side.iter().map(|one| lines(one) as f32 * LINE + 2.0 * PAD).sum();
    panels + (side.len() as f32 - 1.0).max(0.0) * GAP
}

/// Gives lines to the panels of a side, one at a time in order, while there is room.
fn grant(side: &mut [Side<'_>], room: f32) {
    loop {
        let mut given = false;
        for index in 0..side.len() {
            if side[index].lines < side[index].full && height(side, |one| one.lines) + LINE <= room {
                side[index].lines += 1;
                given = true;
            }
        }
        if !given {
            return;
        }
    }
}

/// Places the panels of a side so that they fill its height.
fn stretch(side: &[Side<'_>], at: Rect) -> Vec<Block> {
    let slack = (at.h - height(side, |one| one.lines)).max(0.0) / (side.len() as f32).max(1.0);
    let mut y = at.y;
    let mut blocks = Vec::new();
    for one in side {
        let h = one.lines as f32 * LINE + 2.0 * PAD + slack;
        blocks.push(one.block(Rect::new(at.x, y, at.w, h)));
        y += h + GAP;
    }
    blocks
}

/// A panel beside the critical ones: title and rows run on in lines.
struct Side<'a> {
    panel: &'a Panel,
    items: Vec<Item>,
    width: f32,
    /// Lines that show everything.
    full: usize,
    /// Lines it gets.
    lines: usize,
}

impl<'a> Side<'a> {
    fn new(panel: &'a Panel, width: f32) -> Self {
        let mut side = Self { panel, items: panel.rows.iter().map(Item::from).collect(), width, full: 1, lines: 1 };
        side.full = side.flow(side.items.len(), None).count();
        side
    }

    fn title(&self) -> (String, Type) {
        let title = marked(&self.panel.title);
        let count = marked(&self.panel.count);
        (if count.is_empty() { title } else { format!("{title} {count}") }, Type::bold(40.0))
    }

    fn inner(&self) -> f32 {
        self.width - 2.0 * SIDE
    }

    fn flow(&self, rows: usize, more: Option<&[String]>) -> Flow {
        let (title, ty) = self.title();
        let mut flow = Flow::new(self.inner(), 54.0 + ty.width(&title) + 28.0);
        for item in &self.items[..rows] {
            flow.item(item, SIZE);
        }
        for words in more.unwrap_or_default() {
            flow.words(words, Type::regular(44.0), Ink::Normal);
        }
        if self.panel.veiled > 0 {
            flow.words(&format!("非表示{}件は詳細へ", self.panel.veiled), Type::regular(42.0), Ink::Normal);
        }
        flow
    }

    /// As many rows as the lines hold, and the names of the others.
    fn fitted(&self) -> Flow {
        let whole = self.flow(self.items.len(), None);
        if whole.count() <= self.lines {
            return whole;
        }
        let ty = Type::regular(44.0);
        let fits = |flow: &Flow| flow.count() <= self.lines;
        let hidden = |rows: usize| Hidden {
            items: &self.items[rows..],
            lead: if rows > 0 { "ほか" } else { "" },
            unit: "件",
            onward: "は詳細へ",
        };
        let named = (0..self.items.len()).rev().find_map(|rows| {
            let words = hidden(rows).all_named(ty, self.inner(), 1)?;
            Some(self.flow(rows, Some(&words))).filter(fits)
        });
        let counted = || {
            (0..self.items.len()).rev().find_map(|rows| {
                let words = hidden(rows).some_named(ty, self.inner() * 0.6, 1);
                Some(self.flow(rows, Some(&words))).filter(fits)
            })
        };
        let number = || self.flow(0, Some(&[format!("{}件は詳細へ", self.items.len())]));
        named.or_else(counted).unwrap_or_else(number)
    }

    fn block(&self, at: Rect) -> Block {
        let (kind, ink, tone, title_ink) = self.looks();
        let flow = self.fitted();
        let top = (at.h - flow.count() as f32 * LINE) / 2.0;
        let (title, ty) = self.title();
        let mut paint = Paint::default();
        paint.figure(SIDE, top + (LINE - 38.0) / 2.0, 38.0, kind, ink);
        paint.text(SIDE + 54.0, top + (LINE - ty.line()) / 2.0, &title, ty, title_ink);
        paint.put(SIDE, top, flow.paint(LINE));
        paint.block(at, tone, &self.panel.title)
    }

    fn looks(&self) -> (Kind, Ink, Tone, Ink) {
        match (self.panel.standing, self.panel.topic) {
            (Standing::Known, Topic::Doctors | Topic::Contacts) => (Kind::Phone, Ink::Accent, Tone::Plain, Ink::Accent),
            (Standing::Known, _) => (Kind::Dot, Ink::Accent, Tone::Plain, Ink::Accent),
            (Standing::NoneConfirmed, _) => (Kind::Check, Ink::Good, Tone::Confirmed, Ink::Normal),
            (Standing::NotRecorded | Standing::Unavailable, _) => (Kind::Hatch, Ink::Normal, Tone::Unknown, Ink::Normal),
        }
    }
}
