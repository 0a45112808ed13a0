//! Hands a page that is laid out to the drawing.

use kakari_session::view::{Theme as Colours, View};
use slint::{ComponentHandle, Global, Rgb8Pixel, SharedPixelBuffer};

use crate::glass::{Glass, Keys as KeysOfGlass, Light, Spot, TabletWindow, Theme, Unit};
use crate::keys::Keys;
use crate::pages::{Laid, Portrait, Space};
use crate::paint::{Rect, model};

/// Puts a page on the glass. When it is another page or patient, every key rests for a moment.
pub(crate) fn show(window: &TabletWindow, keys: &mut Keys, laid: Laid, space: Space, view: &View) {
    let unit = Unit::get(window);
    unit.set_u(space.unit);
    unit.set_w(space.w);
    unit.set_h(space.h);
    let theme = Theme::get(window);
    theme.set_training(view.training);
    let now = light(view.look.theme);
    let same_light = theme.get_light() == now;
    theme.set_light(now);
    let glass = Glass::get(window);
    let is_other_page = glass.get_page() != laid.page || glass.get_patient() != laid.patient.as_str();
    show_face(&glass, &laid, unit.get_u() * window.window().scale_factor(), now, same_light);
    keys.show(window, laid.keys, is_other_page);
    KeysOfGlass::get(window).set_frames(model(laid.frames.into_iter().map(spot).collect()));
    glass.set_title(space.say("救急カード要約", "Emergency card summary").into());
    glass.set_photo_label(space.say("顔写真", "Photo of the face").into());
    glass.set_card_seen(view.card_seen);
    glass.set_page(laid.page);
    glass.set_patient(laid.patient.into());
    glass.set_blocks(model(laid.blocks));
    glass.set_art(spot(laid.art));
    glass.set_art_live(!laid.art_rests);
    glass.set_watermark(laid.watermark.into());
}

fn light(theme: Colours) -> Light {
    match theme {
        Colours::Day => Light::Day,
        Colours::Night => Light::Night,
        Colours::Red => Light::Red,
    }
}

/// Puts the face on the glass in as many pixels as it takes there, or takes it off. One that stays is left alone: the
/// clock moves every second.
fn show_face(glass: &Glass<'_>, laid: &Laid, pixels: f32, light: Light, same_light: bool) {
    let Some(Portrait { face, at }) = &laid.portrait else {
        glass.set_photo(slint::Image::default());
        glass.set_photo_at(spot(Rect::default()));
        return;
    };
    let whole = |length: f32| (length * pixels).round().max(1.0) as u32;
    let (width, height) = (whole(at.w), whole(at.h));
    let size = glass.get_photo().size();
    let stays = glass.get_patient() == laid.patient.as_str() && glass.get_photo_at() == spot(*at);
    if stays && same_light && (size.width, size.height) == (width, height) {
        return;
    }
    let face = face.scaled(width, height);
    let mut buffer = SharedPixelBuffer::<Rgb8Pixel>::clone_from_slice(face.rgb(), face.width(), face.height());
    if light == Light::Red {
        buffer.make_mut_slice().iter_mut().for_each(redden);
    }
    glass.set_photo(slint::Image::from_rgb8(buffer));
    glass.set_photo_at(spot(*at));
}

/// As bright as it was, in red alone: eyes that are used to the dark stay so.
fn redden(pixel: &mut Rgb8Pixel) {
    let Rgb8Pixel { r, g, b } = *pixel;
    let bright = (u32::from(r) * 299 + u32::from(g) * 587 + u32::from(b) * 114) / 1000;
    *pixel = Rgb8Pixel { r: u8::try_from(bright).unwrap_or(u8::MAX), g: 0, b: 0 };
}

fn spot(rect: Rect) -> Spot {
    Spot { x: rect.x, y: rect.y, w: rect.w, h: rect.h }
}
