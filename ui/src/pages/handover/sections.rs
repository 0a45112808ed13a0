//! What goes: a key for each section, and one apart for what the patient has not been told.

use kakari_session::touch::Touch;
use kakari_session::view::{Handover, SectionTick, UntoldTick};

use super::{APART, part_band};
use crate::key::{Act, Key};
use crate::pages::{Laid, Space};
use crate::paint::Rect;
use crate::words::marked;

const HIGHEST: f32 = 220.0;
/// What the patient has not been told keeps the distance of what cannot be taken back.
const FAR: f32 = 72.0;
const OWN_ROW: f32 = 160.0;

pub(super) fn lay(view: &Handover, body: Rect, space: Space, laid: &mut Laid) {
    let columns = if space.portrait() { 4 } else { 6 };
    // Upright the last key has a row of its own, for its words.
    let under = if space.portrait() { FAR + OWN_ROW } else { 0.0 };
    let rows = (view.sections.len() + 1).div_ceil(columns);
    let wide = (body.w - (columns as f32 - 1.0) * APART) / columns as f32;
    let high = ((body.h - 16.0 - under - (rows as f32 - 1.0) * APART) / rows as f32).min(HIGHEST);
    let place = |index: usize| {
        let (column, row) = ((index % columns) as f32, (index / columns) as f32);
        Rect::new(body.x + column * (wide + APART), body.y + row * (high + APART), wide, high)
    };
    laid.keys.extend(view.sections.iter().enumerate().map(|(index, one)| section(one, place(index), space)));
    if let Some(one) = &view.untold {
        let first = place(view.sections.len());
        let at = if space.portrait() {
            Rect { y: first.y + high + FAR, h: OWN_ROW, ..body }
        } else {
            let x = first.x + FAR - APART;
            Rect { x, w: body.x + body.w - x, ..first }
        };
        laid.keys.push(untold(one, at, space));
    }
    part_band(view, space, laid);
}

fn section(one: &SectionTick, at: Rect, space: Space) -> Key {
    let title = marked(&one.title);
    let key = Key::new(&title, at, Act::Tell(Touch::TickSection(one.subject))).tick(one.chosen);
    key.under(if one.chosen { space.say("✓ 渡す", "✓ goes") } else { space.say("渡さない", "stays out") })
}

/// Its words say what is included, or what the next touch does; a shape goes with them.
fn untold(one: &UntoldTick, at: Rect, space: Space) -> Key {
    let mark = match (one.chosen, one.asked) {
        (true, _) => "✓ ",
        (false, true) => "▲ ",
        (false, false) => "",
    };
    let words = format!("{mark}{}", marked(&one.words));
    Key::new(space.say("未告知を含める", "Include what the patient was not told"), at, Act::Tell(Touch::TickUntold))
        .words(&words, 3)
        .tick(one.chosen)
}
