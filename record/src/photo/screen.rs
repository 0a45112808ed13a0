//! The pixels of a photo, for the identity check.

use std::fmt;
use std::io::Cursor;
use std::sync::Arc;

use image::codecs::jpeg::JpegDecoder;
use image::imageops::{self, FilterType};
use image::{ColorType, ImageBuffer, ImageDecoder, Limits, Rgb};
use zeroize::Zeroizing;

use super::{Photo, PhotoError};

const MOST_MEMORY: u64 = 1024 * 1024;

/// A decoded photo. Copies share the pixels; they are wiped with the last of them, and never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Face {
    width: u32,
    height: u32,
    rgb: Arc<Zeroizing<Vec<u8>>>,
}

impl Face {
    /// Pixels across.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Pixels down.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// Red, green and blue of each pixel, row by row from the top.
    pub fn rgb(&self) -> &[u8] {
        &self.rgb
    }

    /// The same face in so many pixels, smoothly; the shape is the caller's to keep.
    #[must_use]
    pub fn scaled(&self, width: u32, height: u32) -> Self {
        let own = ImageBuffer::<Rgb<u8>, &[u8]>::from_raw(self.width, self.height, &self.rgb);
        match own {
            Some(own) if (width, height) != (self.width, self.height) => {
                let rgb = imageops::resize(&own, width, height, FilterType::CatmullRom).into_raw();
                Self { width, height, rgb: Arc::new(Zeroizing::new(rgb)) }
            }
            _ => self.clone(),
        }
    }
}

impl fmt::Debug for Face {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Face([redacted])")
    }
}

pub(super) fn decode(jpeg: &[u8]) -> Result<Face, PhotoError> {
    let mut decoder = JpegDecoder::new(Cursor::new(jpeg)).map_err(|_| PhotoError::NotAnImage)?;
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(Photo::WIDTH);
    limits.max_image_height = Some(Photo::HEIGHT);
    limits.max_alloc = Some(MOST_MEMORY);
    decoder.set_limits(limits).map_err(|_| PhotoError::TooManyPixels)?;
    let (width, height) = decoder.dimensions();
    let bytes = usize::try_from(decoder.total_bytes()).map_err(|_| PhotoError::TooManyPixels)?;
    if decoder.color_type() != ColorType::Rgb8 || width == 0 || height == 0 {
        return Err(PhotoError::Damaged);
    }
    let mut rgb = Zeroizing::new(vec![0; bytes]);
    decoder.read_image(&mut rgb).map_err(|_| PhotoError::Damaged)?;
    Ok(Face { width, height, rgb: Arc::new(rgb) })
}
