//! Every alert with its reasons and every row with who said so, in leaves that are turned, never scrolled.

use kakari_session::view::DetailsView;

use super::section::{self, Section};
use super::{GAP, Laid, MARGIN, Place, Space, band, banner, enlarged, notice, summary};
use crate::fit::{self, Type};
use crate::glass::{Block, Ink, Page};
use crate::hidden::Hidden;
use crate::key::{Act, Key};
use crate::paint::{Paint, Rect};

/// Between two rows.
pub(super) const ROW_GAP: f32 = 18.0;
const HEAD: f32 = 66.0;
const PAD: f32 = 24.0;
/// Lines kept under the rows for the names on the next leaf.
const NEXT: Type = Type::regular(42.0);
const TAB: (f32, f32) = (224.0, 164.0);
/// The same where a tall banner or a notice leaves room for fewer rows of them: as small as a glove allows.
const NARROW: (f32, f32) = (212.0, 154.0);
const TAB_SIZE: f32 = 40.0;
/// Between two tabs, and between the last and the band.
const APART: f32 = 27.0;

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
    let in_band = in_band(view, space);
    if let Some(problem) = &view.notice {
        notice::over_a_patient(problem, y, !in_band, space, &mut laid);
    }
    let sections = section::of(view);
    let (tabs, at) = rail(&sections, body(view, space), space);
    let times = times(&sections, at, space);
    let (inner, smaller) = enlarged::inside(at, space, times);
    let leaves = leaves(&sections, inner, smaller);
    laid.leaves = leaves.len();
    laid.leaf = place.leaf.min(leaves.len().saturating_sub(1));
    if let Some(leaf) = leaves.get(laid.leaf) {
        let chosen = tab_of(&sections, leaf.section);
        laid.keys.extend(tabs.into_iter().enumerate().map(|(at, tab)| tab.chosen(chosen == Some(at))));
        let paint = |at, space| Some(vec![paint_leaf(&sections[leaf.section], leaf, &leaves, at, space)]);
        laid.blocks.extend(enlarged::lay(at, space, times, paint).into_iter().flatten());
    }
    let band = band::Details {
        veiled: view.panels.iter().map(|panel| panel.veiled).sum(),
        veil_open: place.veil_open,
        dismiss: in_band,
        can_extend: view.can_extend,
        has_earlier: laid.leaf > 0,
        has_later: laid.leaf + 1 < laid.leaves,
    };
    match &view.other_card {
        Some(offer) => summary::other_card(offer, space, &mut laid),
        None => laid.keys.extend(band::details(band, space)),
    }
    laid
}

/// The first leaf of each section.
pub(crate) fn sections(view: &DetailsView, space: Space) -> Vec<usize> {
    let sections = section::of(view);
    let at = rail(&sections, body(view, space), space).1;
    let (inner, smaller) = enlarged::inside(at, space, times(&sections, at, space));
    let leaves = leaves(&sections, inner, smaller);
    let first = |section| leaves.iter().position(|leaf| leaf.section == section).unwrap_or(0);
    (0..sections.len()).map(first).collect()
}

/// How large the letters are: no row may be higher than a leaf.
fn times(sections: &[Section<'_>], at: Rect, space: Space) -> f32 {
    let fits = |times: &f32| {
        let (inner, smaller) = enlarged::inside(at, space, *times);
        let rows = sections.iter().flat_map(|one| one.painted(inner.w - 2.0 * PAD, smaller));
        rows.map(|row| row.height).fold(0.0, f32::max) <= room(inner)
    };
    enlarged::steps(space).find(fits).unwrap_or(1.0)
}

/// Height for the rows of a leaf.
fn room(at: Rect) -> f32 {
    at.h - HEAD - 2.0 * NEXT.line() - 16.0
}

/// True when the key that takes the notice away stands in the band: there it costs the rows nothing.
fn in_band(view: &DetailsView, space: Space) -> bool {
    let has_room = !space.portrait() && view.other_card.is_none() && !view.can_extend;
    has_room && view.notice.as_ref().is_some_and(|notice| !notice.stays)
}

/// Under banner and notice.
fn body(view: &DetailsView, space: Space) -> Rect {
    let (_, mut y) = banner::block(&view.banner, space);
    if let Some(problem) = &view.notice {
        y += notice::over_a_patient(problem, y, !in_band(view, space), space, &mut Laid::default()) + GAP;
    }
    let bottom = space.band_top(if view.other_card.is_some() || view.can_extend { 2 } else { 1 });
    Rect::new(MARGIN, y, space.inner(), bottom - y)
}

/// The tabs on the left (on top in portrait), and what is left of the body.
fn rail(sections: &[Section<'_>], body: Rect, space: Space) -> (Vec<Key>, Rect) {
    let count = sections.iter().filter(|one| one.has_tab(sections)).count();
    let (columns, wide, high) = tab_size(count, body, space);
    let mut tabs: Vec<Key> = vec![];
    for (section, one) in sections.iter().enumerate() {
        let Some((label, count)) = one.tab(sections, space) else { continue };
        let (column, row) = (tabs.len() % columns, tabs.len() / columns);
        let (x, y) = (body.x + column as f32 * (wide + APART), body.y + row as f32 * (high + APART));
        let mut lines = vec![label.to_owned()];
        if Type::bold(TAB_SIZE).width(label) > wide - 20.0 {
            lines =
                label.split_inclusive(['・', ' ']).map(|part| part.trim_end_matches(['・', ' ']).to_owned()).collect();
        }
        lines.extend((!count.is_empty()).then_some(count));
        let key = Key::new(label, Rect::new(x, y, wide, high), Act::Jump(section));
        tabs.push(key.written(&lines.join("\n"), TAB_SIZE));
    }
    if space.portrait() {
        let taken = count.div_ceil(columns) as f32 * (high + APART);
        return (tabs, Rect { y: body.y + taken, h: body.h - taken, ..body });
    }
    let taken = columns as f32 * (wide + APART) - APART + 22.0;
    (tabs, Rect { x: body.x + taken, w: body.w - taken, ..body })
}

/// How many tabs stand beside each other, and how wide and high each is: in as few columns as keep them off the band.
fn tab_size(count: usize, body: Rect, space: Space) -> (usize, f32, f32) {
    if space.portrait() {
        return (4, (body.w - 3.0 * APART) / 4.0, TAB.1);
    }
    // The band begins a little under the body.
    let high = |columns: usize| (body.h - 15.0 + APART) / count.div_ceil(columns).max(1) as f32 - APART;
    let columns = (2..4).find(|columns| high(*columns) >= NARROW.1).unwrap_or(4);
    let wide = if columns == 2 { TAB.0 } else { NARROW.0 };
    (columns, wide, high(columns).clamp(NARROW.1, TAB.1))
}

/// The tab of a section; the alerts have none.
fn tab_of(sections: &[Section<'_>], section: usize) -> Option<usize> {
    sections[..=section].iter().filter(|one| one.has_tab(sections)).count().checked_sub(1)
}

fn leaves(sections: &[Section<'_>], at: Rect, space: Space) -> Vec<Leaf> {
    let room = room(at);
    let mut leaves = Vec::new();
    for (section, one) in sections.iter().enumerate() {
        let (mut first, mut used) = (0, 0.0);
        let rows = one.painted(at.w - 2.0 * PAD, space);
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

fn paint_leaf(section: &Section<'_>, leaf: &Leaf, leaves: &[Leaf], at: Rect, space: Space) -> Block {
    let items = section.items(space);
    let mut paint = Paint::default();
    head(section, leaf, leaves, at, space, &mut paint);
    let mut y = HEAD;
    for (index, row) in section.painted(at.w - 2.0 * PAD, space).into_iter().enumerate() {
        if (leaf.first..leaf.end).contains(&index) {
            if index > leaf.first {
                paint.rule(PAD, y - ROW_GAP / 2.0, at.w - 2.0 * PAD);
            }
            let high = row.height;
            paint.put(PAD, y, row);
            y += high + ROW_GAP;
        }
    }
    let hidden = Hidden::next(&items[leaf.end..], space.look.language);
    let width = at.w - 2.0 * PAD;
    let words = if hidden.is_empty() {
        fit::wrap(&section.footer(), NEXT, width).lines
    } else {
        hidden.all_named(NEXT, width, 2).unwrap_or_else(|| hidden.some_named(NEXT, width, 2).1)
    };
    let foot = at.h - words.len() as f32 * NEXT.line() - 8.0;
    paint.lines(PAD, foot, &words, NEXT, if hidden.is_empty() { Ink::Secondary } else { Ink::Accent });
    paint.block(at, section.tone(), section.title(space))
}

fn head(section: &Section<'_>, leaf: &Leaf, leaves: &[Leaf], at: Rect, space: Space, paint: &mut Paint) {
    let ty = Type::bold(46.0);
    let (kind, ink) = section.figure();
    paint.figure(PAD, 12.0, 42.0, kind, ink);
    let (title, room) = (section.head(space), at.w - 2.0 * PAD - 58.0 - 150.0);
    let size = [46.0, 40.0, 34.0, 28.0].into_iter().find(|size| Type::bold(*size).width(&title) <= room);
    paint.text(PAD + 58.0, 6.0, &title, Type::bold(size.unwrap_or(24.0)), Ink::Normal);
    let of_section: Vec<usize> = leaves.iter().filter(|one| one.section == leaf.section).map(|one| one.first).collect();
    if of_section.len() > 1 {
        let number = of_section.iter().position(|first| *first == leaf.first).unwrap_or(0) + 1;
        let words = space.say(format!("{number}/{}ページ", of_section.len()), format!("{number}/{}", of_section.len()));
        paint.text(at.w - PAD - ty.width(&words), 6.0, &words, ty, Ink::Normal);
    }
}
