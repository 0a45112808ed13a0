//! Hands a page that is laid out to the drawing.

use slint::Global;

use crate::glass::{Glass, Guard, Page, Spot, TabletWindow, Theme, Unit};
use crate::pages::{Laid, Space};
use crate::paint::{Rect, model};

/// Puts a page on the glass. When it is another page or patient, controls rest for a moment.
pub(crate) fn show(window: &TabletWindow, laid: Laid, space: Space, training: bool) {
    let unit = Unit::get(window);
    unit.set_u(space.unit);
    unit.set_w(space.w);
    unit.set_h(space.h);
    Theme::get(window).set_training(training);
    let glass = Glass::get(window);
    if is_other(&glass, &laid) {
        let guard = Guard::get(window);
        guard.set_shut(true);
        guard.set_scene(guard.get_scene().wrapping_add(1));
    }
    glass.set_page(laid.page);
    glass.set_patient(laid.patient.into());
    glass.set_blocks(model(laid.blocks));
    glass.set_art(spot(laid.art));
    glass.set_art_live(!laid.art_rests);
    glass.set_dismiss(spot(laid.dismiss));
    glass.set_watermark(laid.watermark.into());
    glass.set_can_dismiss(laid.can_dismiss);
    glass.set_pin_open(laid.pin_open);
    glass.set_can_submit(laid.can_submit);
    glass.set_other_card(laid.other_card);
    glass.set_can_switch(laid.can_switch);
    if laid.page == Page::Details {
        glass.set_tabs(model(laid.tabs));
        glass.set_chosen_tab(laid.chosen_tab.and_then(|tab| i32::try_from(tab).ok()).unwrap_or(-1));
    }
    glass.set_has_earlier(laid.leaf > 0);
    glass.set_has_later(laid.leaf + 1 < laid.leaves);
    glass.set_show_veiled(laid.show_veiled.into());
}

/// True when controls come up that were not there, or are about somebody else: another page, another patient,
/// the question about another card.
fn is_other(glass: &Glass<'_>, laid: &Laid) -> bool {
    glass.get_page() != laid.page
        || glass.get_patient() != laid.patient.as_str()
        || glass.get_other_card() != laid.other_card
        || glass.get_can_dismiss() != laid.can_dismiss
}

fn spot(rect: Rect) -> Spot {
    Spot { x: rect.x, y: rect.y, w: rect.w, h: rect.h }
}
