//! A QR code as the rows of its modules, and as a picture.

use std::io::Cursor;

use image::{GrayImage, ImageFormat, Luma};
use kakari_record::handover::ERROR_CORRECTION;
use qrcode::bits::Bits;
use qrcode::types::QrError;
use qrcode::{Color, EcLevel, QrCode, Version};

/// ISO/IEC 18004: light modules on every side.
const QUIET: usize = 4;
/// The designator that says UTF-8 (ECI 26): without it a reader may take the bytes for Shift_JIS.
const UTF_8: u32 = 26;

/// Why there is no code.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NoCode {
    /// More than any version holds: cut it first.
    #[error("the text is too long for one code")]
    TooLong,
    /// The picture could not be written; there is no known way to get here.
    #[error("the picture of the code could not be made")]
    Picture,
}

/// The modules of one code, with the quiet zone around them.
pub struct Matrix {
    /// Modules a side.
    pub width: usize,
    dark: Vec<bool>,
}

/// The smallest code that holds the text: UTF-8 in one segment of bytes, error correction by
/// [`ERROR_CORRECTION`].
///
/// # Errors
///
/// [`NoCode::TooLong`]: see [`kakari_record::handover::codes`].
pub fn qr(text: &str) -> Result<Matrix, NoCode> {
    let code = (1..=40).find_map(|version| in_version(text, version).ok()).ok_or(NoCode::TooLong)?;
    let inner = code.width();
    let width = inner + 2 * QUIET;
    let mut dark = vec![false; width * width];
    for (at, color) in code.into_colors().into_iter().enumerate() {
        dark[(at / inner + QUIET) * width + at % inner + QUIET] = color == Color::Dark;
    }
    Ok(Matrix { width, dark })
}

fn in_version(text: &str, version: i16) -> Result<QrCode, QrError> {
    let level = match ERROR_CORRECTION {
        'M' => EcLevel::M,
        'Q' => EcLevel::Q,
        'H' => EcLevel::H,
        _ => EcLevel::L,
    };
    let mut bits = Bits::new(Version::Normal(version));
    bits.push_eci_designator(UTF_8)?;
    bits.push_byte_data(text.as_bytes())?;
    bits.push_terminator(level)?;
    QrCode::with_bits(bits, level)
}

impl Matrix {
    /// Whether the module is dark.
    pub fn is_dark(&self, x: usize, y: usize) -> bool {
        self.dark[y * self.width + x]
    }

    /// As a PNG with `side` pixels a module.
    ///
    /// # Errors
    ///
    /// [`NoCode::Picture`].
    pub fn png(&self, side: u32) -> Result<Vec<u8>, NoCode> {
        let width = u32::try_from(self.width).map_err(|_| NoCode::TooLong)? * side;
        let module = |pixel: u32| usize::try_from(pixel / side).unwrap_or(usize::MAX);
        let picture =
            GrayImage::from_fn(width, width, |x, y| Luma([if self.is_dark(module(x), module(y)) { 0 } else { 255 }]));
        let mut png = Cursor::new(Vec::new());
        picture.write_to(&mut png, ImageFormat::Png).map_err(|_| NoCode::Picture)?;
        Ok(png.into_inner())
    }
}
