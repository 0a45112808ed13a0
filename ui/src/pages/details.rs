//! Every row with who said so, in leaves that are turned, never scrolled.

use kakari_session::view::{DetailsView, Panel, Standing, Topic};

use super::side::{is_unsure, short_title};
use super::{Laid, MARGIN, Place, Space, banner, summary};
use crate::fit::{self, Type};
use crate::glass::{Block, Ink, Kind, Page, Tab, Tone};
use crate::paint::{Paint, Rect};
use crate::rows::{Hidden, Item, Stack, stacked, tags_width};
use crate::words::marked;

const STYLE: Stack =
    Stack { main: &[54.0, 48.0, 44.0], sub: 46.0, origin: 40.0, tag: 36.0, tags_wide: 0.0, beside: false, gap: 18.0 };
const HEAD: f32 = 66.0;
const PAD: f32 = 24.0;
/// Lines kept under the rows for the names on the next leaf.
const NEXT: Type = Type::regular(42.0);
const TAB: (f32, f32) = (224.0, 164.0);
/// Between two tabs.
const APART: f32 = 26.0;

/// Some rows of one section.
struct Leaf {
    section: usize,
    first: usize,
    end: usize,
}

pub(super) fn lay(view: &DetailsView, space: Space, place: Place) -> Laid {
    let mut laid = Laid { page: Page::Details, ..Laid::default() };
    let (block, y) = banner::block(&view.banner, space);
    laid.blocks.push(block);
    summary::other_card(view.other_card.as_ref(), space, &mut laid);
    let body = Rect::new(MARGIN, y, space.inner(), space.band_top() - y);
    let at = rail(&view.panels, body, space, &mut laid);
    let leaves = leaves(&view.panels, at);
    laid.leaves = leaves.len();
    laid.leaf = place.leaf.min(leaves.len().saturating_sub(1));
    if let Some(leaf) = leaves.get(laid.leaf) {
        laid.chosen_tab = tab_of(&view.panels, leaf.section);
        laid.blocks.push(paint_leaf(&view.panels[leaf.section], leaf, &leaves, at));
    }
    let veiled: usize = view.panels.iter().map(|panel| panel.veiled).sum();
    if veiled > 0 {
        laid.show_veiled = format!("非表示{veiled}件\nを見る");
    }
    laid
}

/// The first leaf of each section.
pub(crate) fn sections(view: &DetailsView, space: Space) -> Vec<usize> {
    let (_, y) = banner::block(&view.banner, space);
    let body = Rect::new(MARGIN, y, space.inner(), space.band_top() - y);
    let at = rail(&view.panels, body, space, &mut Laid::default());
    let leaves = leaves(&view.panels, at);
    (0..view.panels.len()).map(|section| leaves.iter().position(|leaf| leaf.section == section).unwrap_or(0)).collect()
}

/// The tabs on the left (on top in portrait), and what is left of the body.
fn rail(panels: &[Panel], body: Rect, space: Space, laid: &mut Laid) -> Rect {
    let tabbed = panels.iter().enumerate().filter(|(_, panel)| has_tab(panels, panel.topic));
    let columns = if space.portrait() { 4 } else { 2 };
    let rows = tabbed.clone().count().div_ceil(columns);
    let wide = if space.portrait() { (body.w - 3.0 * APART) / 4.0 } else { TAB.0 };
    for (index, (section, panel)) in tabbed.enumerate() {
        let (column, row) = (index % columns, index / columns);
        laid.tabs.push(Tab {
            label: short_title(panel.topic).into(),
            count: marked(&panel.count).into(),
            section: i32::try_from(section).unwrap_or(0),
            x: body.x + column as f32 * (wide + APART),
            y: body.y + row as f32 * (TAB.1 + APART),
            w: wide,
            h: TAB.1,
        });
    }
    if space.portrait() {
        let high = rows as f32 * (TAB.1 + APART);
        return Rect { y: body.y + high, h: body.h - high, ..body };
    }
    let taken = 2.0 * TAB.0 + APART + 22.0;
    Rect { x: body.x + taken, w: body.w - taken, ..body }
}

/// Doctors and contacts share a tab, so that every tab is large enough for a glove.
fn has_tab(panels: &[Panel], topic: Topic) -> bool {
    topic != Topic::Doctors || !panels.iter().any(|panel| panel.topic == Topic::Contacts)
}

/// The tab of a section.
fn tab_of(panels: &[Panel], section: usize) -> usize {
    panels[..section].iter().filter(|panel| has_tab(panels, panel.topic)).count()
}

fn items(panel: &Panel) -> Vec<Item> {
    panel.rows.iter().map(Item::from).collect()
}

fn painted(items: &[Item], width: f32) -> Vec<Paint> {
    let style = Stack { tags_wide: tags_width(items, STYLE.tag), ..STYLE };
    items.iter().map(|item| stacked(item, &style, width - 2.0 * PAD)).collect()
}

fn leaves(panels: &[Panel], at: Rect) -> Vec<Leaf> {
    let room = at.h - HEAD - 2.0 * NEXT.line() - 16.0;
    let mut leaves = Vec::new();
    for (section, panel) in panels.iter().enumerate() {
        let (mut first, mut used) = (0, 0.0);
        let rows = painted(&items(panel), at.w);
        for (index, row) in rows.iter().enumerate() {
            if used + row.height > room && index > first {
                leaves.push(Leaf { section, first, end: index });
                (first, used) = (index, 0.0);
            }
            used += row.height + STYLE.gap;
        }
        leaves.push(Leaf { section, first, end: rows.len() });
    }
    leaves
}

fn paint_leaf(panel: &Panel, leaf: &Leaf, leaves: &[Leaf], at: Rect) -> Block {
    let items = items(panel);
    let mut paint = Paint::default();
    head(panel, leaf, leaves, at, &mut paint);
    let mut y = HEAD;
    for (index, row) in painted(&items, at.w).into_iter().enumerate() {
        if (leaf.first..leaf.end).contains(&index) {
            if index > leaf.first {
                paint.rule(PAD, y - STYLE.gap / 2.0, at.w - 2.0 * PAD);
            }
            let high = row.height;
            paint.put(PAD, y, row);
            y += high + STYLE.gap;
        }
    }
    let hidden = Hidden { items: &items[leaf.end..], lead: "▼ 次に", unit: "件", onward: "" };
    let width = at.w - 2.0 * PAD;
    let words = if hidden.items.is_empty() {
        fit::wrap(&marked(&panel.footer), NEXT, width).lines
    } else {
        hidden.all_named(NEXT, width, 2).unwrap_or_else(|| hidden.some_named(NEXT, width, 2).1)
    };
    let foot = at.h - words.len() as f32 * NEXT.line() - 8.0;
    paint.lines(PAD, foot, &words, NEXT, if hidden.items.is_empty() { Ink::Secondary } else { Ink::Accent });
    paint.block(at, tone(panel), &panel.title)
}

fn head(panel: &Panel, leaf: &Leaf, leaves: &[Leaf], at: Rect, paint: &mut Paint) {
    let ty = Type::bold(46.0);
    let (kind, ink) = match (panel.standing, panel.topic) {
        _ if is_partly_none(panel) => (Kind::Hatch, Ink::Normal),
        (Standing::NoneConfirmed, _) => (Kind::Check, Ink::Good),
        (Standing::NotRecorded | Standing::Unavailable, _) => (Kind::Hatch, Ink::Normal),
        (_, Topic::Allergies) => (Kind::Octagon, Ink::Red),
        (_, Topic::Medicines) => (Kind::Triangle, Ink::Normal),
        _ => (Kind::Dot, Ink::Accent),
    };
    paint.figure(PAD, 12.0, 42.0, kind, ink);
    let title = format!("{} {}", marked(&panel.title), marked(&panel.count));
    paint.text(PAD + 58.0, 6.0, title.trim(), ty, Ink::Normal);
    let of_section: Vec<usize> = leaves.iter().filter(|one| one.section == leaf.section).map(|one| one.first).collect();
    if of_section.len() > 1 {
        let number = of_section.iter().position(|first| *first == leaf.first).unwrap_or(0) + 1;
        let words = format!("{number}/{}ページ", of_section.len());
        paint.text(at.w - PAD - ty.width(&words), 6.0, &words, ty, Ink::Normal);
    }
}

fn tone(panel: &Panel) -> Tone {
    match panel.standing {
        Standing::Known => Tone::Plain,
        Standing::NoneConfirmed if is_partly_none(panel) => Tone::Plain,
        Standing::NoneConfirmed => Tone::Confirmed,
        Standing::NotRecorded | Standing::Unavailable => Tone::Unknown,
    }
}

/// Confirmed for the leading block alone. Allergies keep their mark: their title then names no other block.
fn is_partly_none(panel: &Panel) -> bool {
    panel.standing == Standing::NoneConfirmed && panel.topic != Topic::Allergies && is_unsure(panel)
}
