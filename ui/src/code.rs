//! A hand-over's QR code: made once for a text, drawn in whole pixels, gone with the page.

use std::cell::RefCell;

use kakari_session::view::{Screen, View};
use qrcode::bits::Bits;
use qrcode::{Color, EcLevel, QrCode, Version};
use slint::{ComponentHandle, Global, Image, Rgb8Pixel, SharedPixelBuffer};

use crate::glass::{HandoverCode, Spot, TabletWindow};
use crate::pages::Space;
use crate::paint::Rect;

/// Light modules around a code, as ISO/IEC 18004 asks.
const QUIET: usize = 4;
/// The number that says a text is UTF-8, so that no reader has to guess.
const UTF_8: u32 = 26;
/// Bytes of text in the largest code.
const LARGEST: usize = 2952;
/// A module is not drawn wider, so that a short code does not fill the glass with a few squares.
const MOST_PIXELS: u16 = 40;
const DARK: Rgb8Pixel = Rgb8Pixel { r: 0, g: 0, b: 0 };
const LIGHT: Rgb8Pixel = Rgb8Pixel { r: 255, g: 255, b: 255 };

/// One code: true for each dark module, row after row, its light edge with them.
pub(crate) struct Code {
    modules: Vec<bool>,
    side: u16,
    /// What was drawn last, and how many pixels wide a module was.
    drawn: RefCell<(u16, Image)>,
}

impl Code {
    /// The smallest code that holds the text, of less correction only when the text is longer than a hand-over makes
    /// its codes; `None` when none does (see [`fits`]).
    fn new(text: &str) -> Option<Self> {
        let bits_of = |level| (1..=40).find_map(|version| Some((bits(text, Version::Normal(version), level)?, level)));
        let (bits, level) = [EcLevel::M, EcLevel::L].into_iter().find_map(bits_of)?;
        let code = QrCode::with_bits(bits, level).ok()?;
        let (inner, side) = (code.width(), code.width() + 2 * QUIET);
        let mut modules = vec![false; side * side];
        for (at, colour) in code.to_colors().into_iter().enumerate() {
            modules[(at / inner + QUIET) * side + at % inner + QUIET] = colour == Color::Dark;
        }
        Some(Self { modules, side: u16::try_from(side).ok()?, drawn: RefCell::default() })
    }

    /// The picture with so many pixels to a module: drawn here, since the renderer's scaling is a pixel off at edges.
    fn image(&self, module: u16) -> Image {
        let mut drawn = self.drawn.borrow_mut();
        if drawn.0 != module {
            *drawn = (module, self.draw(module));
        }
        drawn.1.clone()
    }

    fn draw(&self, module: u16) -> Image {
        let (side, wide) = (usize::from(self.side), usize::from(module));
        let length = u32::from(self.side) * u32::from(module);
        let mut picture = SharedPixelBuffer::new(length, length);
        for (y, row) in picture.make_mut_slice().chunks_mut(side * wide).enumerate() {
            for (x, pixel) in row.iter_mut().enumerate() {
                *pixel = if self.modules[y / wide * side + x / wide] { DARK } else { LIGHT };
            }
        }
        Image::from_rgb8(picture)
    }
}

/// True when one code can hold the text.
pub(crate) fn fits(text: &str) -> bool {
    text.len() <= LARGEST
}

/// The text as bytes alone: this crate's best fit takes pairs of UTF-8 bytes for Shift JIS letters.
fn bits(text: &str, version: Version, level: EcLevel) -> Option<Bits> {
    let mut bits = Bits::new(version);
    bits.push_eci_designator(UTF_8).ok()?;
    bits.push_byte_data(text.as_bytes()).ok()?;
    bits.push_terminator(level).ok()?;
    Some(bits)
}

/// The code of the view that is on the glass.
#[derive(Default)]
pub(crate) struct ShownCode {
    text: String,
    pub(crate) code: Option<Code>,
}

impl ShownCode {
    /// Modules along a side of the code with its light edge; 0 without a code.
    pub(crate) fn side(&self) -> u16 {
        self.code.as_ref().map_or(0, |code| code.side)
    }

    /// Keeps up with a view: a code that stays is not made again, one that goes is dropped.
    pub(crate) fn follow(&mut self, view: &View) {
        let text = match &view.screen {
            Screen::Handover(handover) => handover.code.as_ref().map(|code| code.text.as_str()),
            _ => None,
        };
        match text {
            None => *self = Self::default(),
            Some(text) if text != self.text => *self = Self { text: text.to_owned(), code: Code::new(text) },
            Some(_) => {}
        }
    }
}

/// Draws the code in the middle of a place, as large as whole pixels allow; without a place, takes it off.
pub(crate) fn show(window: &TabletWindow, code: Option<&Code>, at: Rect, space: Space) {
    // Pixels of the display in one unit.
    let pixels = space.unit * window.window().scale_factor();
    let global = HandoverCode::get(window);
    global.set_label(space.say("引継ぎのQRコード", "QR code of the hand-over").into());
    let Some(code) = code.filter(|_| at.w > 0.0) else {
        global.set_code(Image::default());
        global.set_at(Spot::default());
        return;
    };
    let side = f32::from(code.side);
    let most = (at.w.min(at.h) * pixels / side).floor();
    let module = (1..=MOST_PIXELS).take_while(|pixels| f32::from(*pixels) <= most).last().unwrap_or(1);
    let long = f32::from(module) * side;
    let middle = |start: f32, length: f32| ((start + length / 2.0) * pixels - long / 2.0).round();
    let (x, y) = (middle(at.x, at.w), middle(at.y, at.h));
    global.set_code(code.image(module));
    global.set_at(Spot { x, y, w: long, h: long });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_code_holds_what_it_says_and_no_byte_more() {
        let largest = Code::new(&"a".repeat(LARGEST)).expect("this is what fits");
        assert_eq!(largest.side, 177 + 8);
        assert!(Code::new(&"a".repeat(LARGEST + 1)).is_none());
    }

    #[test]
    fn four_light_modules_stand_around_a_code() {
        let code = Code::new("山田 花子").expect("a short text");
        let side = usize::from(code.side);
        let dark = |x: usize, y: usize| code.modules[y * side + x];
        for along in 0..side {
            for edge in (0..4).chain(side - 4..side) {
                assert!(!dark(along, edge) && !dark(edge, along), "{along} {edge}");
            }
        }
        assert!(dark(4, 4) && dark(side - 5, 4) && dark(4, side - 5), "three corners");
    }
}
