//! A start without a staff card: names of the roster to touch, a code of sixteen digits, its pad.

use kakari_session::touch::Touch;
use kakari_session::view::{Fallback, StaffChoice};

use super::{Laid, MARGIN, Space, bar, notice, pad};
use crate::fit::{self, Type};
use crate::glass::{Block, Ink, Page, Tone};
use crate::key::{Act, Key};
use crate::paint::{Paint, Rect};
use crate::words::marked;

const APART: f32 = 26.0;
/// Around the key that throws away what was typed.
const FAR: f32 = 72.0;
/// The least and the most height of a name.
const NAME: (f32, f32) = (154.0, 176.0);
/// A name is not narrower.
const NARROWEST: f32 = 240.0;
const CODE: f32 = 116.0;

struct Areas {
    words: Rect,
    code: Rect,
    pad: Rect,
    /// The row of the other keys.
    row: Rect,
}

pub(super) fn lay(fallback: &Fallback, space: Space) -> Laid {
    let Areas { words, code, pad, row } = areas(space);
    let keys = pad::keys(pad, true, fallback.can_submit, space);
    let mut laid = Laid { page: Page::Fallback, keys, ..Laid::default() };
    let (ty, lines) = fit::shrink(&marked(&fallback.prompt), &[54.0, 50.0, 46.0], true, words.w, 2);
    let mut paint = Paint::default();
    let mut y = words.y + paint.lines(0.0, 0.0, &lines.lines, ty, Ink::Accent);
    laid.blocks.push(paint.block(Rect { h: y - words.y, ..words }, Tone::Bare, &fallback.prompt));
    if let Some(problem) = &fallback.notice {
        let placed = notice::lay(problem, words.x, y + 12.0, words.w, false, space);
        y += 12.0 + placed.height;
        laid.blocks.push(placed.block);
    }
    y += 16.0;
    others(fallback, row, space, &mut laid);
    laid.keys.extend(names(&fallback.staff, Rect { y, h: words.bottom() - y, ..words }));
    laid.blocks.push(field(&fallback.code, code, space));
    laid
}

fn areas(space: Space) -> Areas {
    let (top, bottom) = (bar::HEIGHT + 16.0, space.h - 188.0);
    let beside = if space.portrait() { space.inner() } else { space.inner() - 800.0 - 60.0 };
    let row = Rect::new(MARGIN, bottom, beside, 176.0);
    if space.portrait() {
        let pad = Rect::new((space.w - 800.0) / 2.0, bottom - APART - 796.0, 800.0, 796.0);
        let code = Rect::new(pad.x, pad.y - 16.0 - CODE, pad.w, CODE);
        return Areas { words: Rect::new(MARGIN, top, beside, code.y - top - APART), code, pad, row };
    }
    let code = Rect::new(space.w - MARGIN - 800.0, top, 800.0, CODE);
    let under = code.bottom() + 20.0;
    let pad = Rect::new(code.x, under, 800.0, space.h - under - 12.0);
    Areas { words: Rect::new(MARGIN, top, beside, bottom - APART - top), code, pad, row }
}

/// In as few columns as there is height for.
fn names(staff: &[StaffChoice], at: Rect) -> Vec<Key> {
    let most = ((at.w + APART) / (NARROWEST + APART)).floor().max(2.0);
    let rows_fit = ((at.h + APART) / (NAME.0 + APART)).floor().max(1.0);
    let columns = (staff.len() as f32 / rows_fit).ceil().clamp(2.0, most);
    let rows = (staff.len() as f32 / columns).ceil().max(1.0);
    let wide = (at.w - (columns - 1.0) * APART) / columns;
    let high = ((at.h - (rows - 1.0) * APART) / rows).clamp(NAME.0, NAME.1);
    let place = |index: usize| {
        let row = (index as f32 / columns).floor();
        let column = index as f32 - row * columns;
        Rect::new(at.x + column * (wide + APART), at.y + row * (high + APART), wide, high)
    };
    staff.iter().enumerate().map(|(index, one)| name(one, place(index))).collect()
}

fn name(one: &StaffChoice, at: Rect) -> Key {
    let words = marked(&one.name);
    let shown = if one.chosen { format!("✓ {words}") } else { words.clone() };
    Key::new(&words, at, Act::Tell(Touch::PickStaff(one.index))).words(&shown, 2).tick(one.chosen)
}

/// Each group at its own place, so that nothing moves while it is typed; a place that is free is a dot.
fn field(code: &str, at: Rect, space: Space) -> Block {
    let mut paint = Paint::default();
    let groups: Vec<String> = marked(code).split(' ').map(|group| group.replace('_', "・")).collect();
    let wide = (at.w - 24.0) / groups.len() as f32;
    let fits = |size: &f32| Type::bold(*size).width("0000") <= wide - 30.0;
    let ty = Type::bold([72.0, 64.0, 58.0].into_iter().find(fits).unwrap_or(52.0));
    for (index, group) in groups.iter().enumerate() {
        let x = 12.0 + index as f32 * wide + (wide - ty.width("0000")) / 2.0;
        paint.text(x, (at.h - ty.line()) / 2.0, group, ty, Ink::Normal);
    }
    paint.block(at, Tone::Plain, space.say("番号", "Code"))
}

/// Back, apart from the keys beside it since it throws sixteen digits away; day and night; the pages of the list when
/// there is more than one.
fn others(fallback: &Fallback, row: Rect, space: Space, laid: &mut Laid) {
    let wide = (row.w - FAR - 2.0 * APART) / 4.0;
    let place = |column: f32| Rect { x: row.x + FAR - APART + column * (wide + APART), w: wide, ..row };
    laid.keys.push(Key::new(space.say("やめる", "Cancel"), Rect { w: wide, ..row }, Act::Tell(Touch::Cancel)));
    laid.keys.push(space.theme_key(place(1.0)));
    if !fallback.page.is_empty() {
        let turn = |by| Act::Tell(Touch::TurnStaff(by));
        let page = marked(&fallback.page);
        let (earlier, later) = (space.say("前の名前", "Previous"), space.say("次の名前", "Next"));
        laid.keys.push(Key::new(earlier, place(2.0), turn(-1)).words(earlier, 1));
        laid.keys.push(Key::new(later, place(3.0), turn(1)).words(later, 1).under(&page));
    }
}
