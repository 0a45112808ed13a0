//! Every alert with its reasons and every row with who said so, in leaves that are turned, never scrolled.

use kakari_session::view::DetailsView;

use super::section::{self, Section};
use super::{Laid, MARGIN, Place, Space, banner, summary};
use crate::fit::{self, Type};
use crate::glass::{Block, Ink, Page, Tab};
use crate::paint::{Paint, Rect};
use crate::rows::Hidden;

/// Between two rows.
pub(super) const ROW_GAP: f32 = 18.0;
const HEAD: f32 = 66.0;
const PAD: f32 = 24.0;
/// Lines kept under the rows for the names on the next leaf.
const NEXT: Type = Type::regular(42.0);
const TAB: (f32, f32) = (224.0, 164.0);
const TAB_TYPE: Type = Type::bold(40.0);
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
    laid.can_extend = view.can_extend && !laid.other_card;
    let sections = section::of(view);
    let (tabs, at) = rail(&sections, body(view, y, space), space);
    laid.tabs = tabs;
    let leaves = leaves(&sections, at);
    laid.leaves = leaves.len();
    laid.leaf = place.leaf.min(leaves.len().saturating_sub(1));
    if let Some(leaf) = leaves.get(laid.leaf) {
        laid.chosen_tab = tab_of(&sections, leaf.section);
        laid.blocks.push(paint_leaf(&sections[leaf.section], leaf, &leaves, at));
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
    let sections = section::of(view);
    let leaves = leaves(&sections, rail(&sections, body(view, y, space), space).1);
    let first = |section| leaves.iter().position(|leaf| leaf.section == section).unwrap_or(0);
    (0..sections.len()).map(first).collect()
}

fn body(view: &DetailsView, y: f32, space: Space) -> Rect {
    let bottom = space.band_top(if view.other_card.is_some() || view.can_extend { 2 } else { 1 });
    Rect::new(MARGIN, y, space.inner(), bottom - y)
}

/// The tabs on the left (on top in portrait), and what is left of the body.
fn rail(sections: &[Section<'_>], body: Rect, space: Space) -> (Vec<Tab>, Rect) {
    let columns = if space.portrait() { 4 } else { 2 };
    let wide = if space.portrait() { (body.w - 3.0 * APART) / 4.0 } else { TAB.0 };
    let mut tabs: Vec<Tab> = vec![];
    for (section, one) in sections.iter().enumerate() {
        let Some((label, count)) = one.tab(sections) else { continue };
        let (column, row) = (tabs.len() % columns, tabs.len() / columns);
        let mut lines = vec![label.to_owned()];
        if TAB_TYPE.width(label) > wide - 20.0 {
            lines = label.split('・').map(str::to_owned).collect();
        }
        lines.extend((!count.is_empty()).then_some(count));
        tabs.push(Tab {
            label: label.into(),
            text: lines.join("\n").into(),
            section: i32::try_from(section).unwrap_or(0),
            x: body.x + column as f32 * (wide + APART),
            y: body.y + row as f32 * (TAB.1 + APART),
            w: wide,
            h: TAB.1,
        });
    }
    let high = tabs.len().div_ceil(columns) as f32 * (TAB.1 + APART);
    if space.portrait() {
        return (tabs, Rect { y: body.y + high, h: body.h - high, ..body });
    }
    let taken = 2.0 * TAB.0 + APART + 22.0;
    (tabs, Rect { x: body.x + taken, w: body.w - taken, ..body })
}

/// The tab of a section; the alerts have none.
fn tab_of(sections: &[Section<'_>], section: usize) -> Option<usize> {
    sections[..=section].iter().filter(|one| one.tab(sections).is_some()).count().checked_sub(1)
}

fn leaves(sections: &[Section<'_>], at: Rect) -> Vec<Leaf> {
    let room = at.h - HEAD - 2.0 * NEXT.line() - 16.0;
    let mut leaves = Vec::new();
    for (section, one) in sections.iter().enumerate() {
        let (mut first, mut used) = (0, 0.0);
        let rows = one.painted(at.w - 2.0 * PAD);
        for (index, row) in rows.iter().enumerate() {
            if used + row.height > room && index > first {
                leaves.push(Leaf { section, first, end: index });
                (first, used) = (index, 0.0);
            }
            used += row.height + ROW_GAP;
        }
        leaves.push(Leaf { section, first, end: rows.len() });
    }
    leaves
}

fn paint_leaf(section: &Section<'_>, leaf: &Leaf, leaves: &[Leaf], at: Rect) -> Block {
    let items = section.items();
    let mut paint = Paint::default();
    head(section, leaf, leaves, at, &mut paint);
    let mut y = HEAD;
    for (index, row) in section.painted(at.w - 2.0 * PAD).into_iter().enumerate() {
        if (leaf.first..leaf.end).contains(&index) {
            if index > leaf.first {
                paint.rule(PAD, y - ROW_GAP / 2.0, at.w - 2.0 * PAD);
            }
            let high = row.height;
            paint.put(PAD, y, row);
            y += high + ROW_GAP;
        }
    }
    let hidden = Hidden { items: &items[leaf.end..], lead: "▼ 次に", unit: "件", onward: "" };
    let width = at.w - 2.0 * PAD;
    let words = if hidden.items.is_empty() {
        fit::wrap(&section.footer(), NEXT, width).lines
    } else {
        hidden.all_named(NEXT, width, 2).unwrap_or_else(|| hidden.some_named(NEXT, width, 2).1)
    };
    let foot = at.h - words.len() as f32 * NEXT.line() - 8.0;
    paint.lines(PAD, foot, &words, NEXT, if hidden.items.is_empty() { Ink::Secondary } else { Ink::Accent });
    paint.block(at, section.tone(), section.title())
}

fn head(section: &Section<'_>, leaf: &Leaf, leaves: &[Leaf], at: Rect, paint: &mut Paint) {
    let ty = Type::bold(46.0);
    let (kind, ink) = section.figure();
    paint.figure(PAD, 12.0, 42.0, kind, ink);
    paint.text(PAD + 58.0, 6.0, &section.head(), ty, Ink::Normal);
    let of_section: Vec<usize> = leaves.iter().filter(|one| one.section == leaf.section).map(|one| one.first).collect();
    if of_section.len() > 1 {
        let number = of_section.iter().position(|first| *first == leaf.first).unwrap_or(0) + 1;
        let words = format!("{number}/{}ページ", of_section.len());
        paint.text(at.w - PAD - ty.width(&words), 6.0, &words, ty, Ink::Normal);
    }
}
