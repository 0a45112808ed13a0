//! Hands a page that is laid out to the drawing.

use slint::{ComponentHandle, Global, Rgb8Pixel, SharedPixelBuffer};

use crate::choice;
use crate::glass::{Glass, Guard, Page, Spot, TabletWindow, Theme, Unit};
use crate::pages::{Laid, Portrait, Space};
use crate::paint::{Rect, model};

/// Puts a page on the glass. When it is another page or patient, controls rest for a moment.
pub(crate) fn show(window: &TabletWindow, laid: Laid, space: Space, training: bool) {
    let unit = Unit::get(window);
    unit.set_u(space.unit);
    unit.set_w(space.w);
    unit.set_h(space.h);
    Theme::get(window).set_training(training);
    let glass = Glass::get(window);
    if is_other(&glass, &laid) || choice::are_other(window, &laid.choices) {
        let guard = Guard::get(window);
        guard.set_shut(true);
        guard.set_scene(guard.get_scene().wrapping_add(1));
    }
    show_face(&glass, &laid, unit.get_u() * window.window().scale_factor());
    choice::show(window, laid.choices, laid.choices_theme);
    glass.set_page(laid.page);
    glass.set_patient(laid.patient.into());
    glass.set_blocks(model(laid.blocks));
    glass.set_art(spot(laid.art));
    glass.set_art_live(!laid.art_rests);
    glass.set_dismiss(spot(laid.dismiss));
    glass.set_watermark(laid.watermark.into());
    glass.set_can_dismiss(laid.can_dismiss);
    glass.set_can_extend(laid.can_extend);
    glass.set_can_search(laid.can_search);
    glass.set_can_add_crew(laid.can_add_crew);
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
        || glass.get_can_extend() != laid.can_extend
}

/// Puts the face on the glass in as many pixels as it takes there, or takes it off. One that stays is left alone: the
/// clock moves every second.
fn show_face(glass: &Glass<'_>, laid: &Laid, pixels: f32) {
    let Some(Portrait { face, at }) = &laid.portrait else {
        glass.set_photo(slint::Image::default());
        glass.set_photo_at(spot(Rect::default()));
        return;
    };
    let whole = |length: f32| (length * pixels).round().max(1.0) as u32;
    let (width, height) = (whole(at.w), whole(at.h));
    let size = glass.get_photo().size();
    let stays = glass.get_patient() == laid.patient.as_str() && glass.get_photo_at() == spot(*at);
    if stays && (size.width, size.height) == (width, height) {
        return;
    }
    let face = face.scaled(width, height);
    let buffer = SharedPixelBuffer::<Rgb8Pixel>::clone_from_slice(face.rgb(), face.width(), face.height());
    glass.set_photo(slint::Image::from_rgb8(buffer));
    glass.set_photo_at(spot(*at));
}

fn spot(rect: Rect) -> Spot {
    Spot { x: rect.x, y: rect.y, w: rect.w, h: rect.h }
}
