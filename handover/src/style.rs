//! Sizes in points, and colours: those of the day theme, every one readable in grey.

/// A colour as red, green, blue.
pub(crate) type Rgb = (u8, u8, u8);

pub(crate) const INK: Rgb = (0x0e, 0x14, 0x18);
pub(crate) const SECOND: Rgb = (0x46, 0x52, 0x5a);
pub(crate) const LINE: Rgb = (0x9a, 0xa5, 0xab);
pub(crate) const WHITE: Rgb = (0xff, 0xff, 0xff);
pub(crate) const RED: Rgb = (0xb3, 0x26, 0x1e);
pub(crate) const AMBER: Rgb = (0xf6, 0xaa, 0x00);
pub(crate) const GREEN: Rgb = (0x1e, 0x7a, 0x4c);
pub(crate) const HATCH: Rgb = (0xd3, 0xd8, 0xdb);
pub(crate) const DARK: Rgb = (0x17, 0x23, 0x2b);
pub(crate) const TRAINING: Rgb = (0xe4, 0xdf, 0xee);

/// A4.
pub(crate) const WIDTH: f32 = 595.28;
pub(crate) const HEIGHT: f32 = 841.89;
pub(crate) const MARGIN: f32 = 36.0;
/// Where the body ends; the foot is under it.
pub(crate) const BOTTOM: f32 = HEIGHT - 52.0;
/// Width of the body.
pub(crate) const BODY: f32 = WIDTH - 2.0 * MARGIN;

/// How a stretch of text looks.
#[derive(Clone, Copy, PartialEq)]
pub(crate) struct Style {
    pub(crate) size: f32,
    pub(crate) bold: bool,
    pub(crate) color: Rgb,
}

impl Style {
    pub(crate) const fn regular(size: f32) -> Self {
        Self { size, bold: false, color: INK }
    }

    pub(crate) const fn bold(size: f32) -> Self {
        Self { size, bold: true, color: INK }
    }

    pub(crate) const fn in_color(self, color: Rgb) -> Self {
        Self { color, ..self }
    }
}
