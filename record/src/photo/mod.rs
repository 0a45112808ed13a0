//! The face photo of a resident: made small where a document comes in, decoded on the tablet for one screen.
//!
//! What comes in may be anything that calls itself a picture, so it is decoded under limits, scaled to at most
//! [`Photo::WIDTH`] × [`Photo::HEIGHT`] and written anew: what else the file held (where it was taken, by what camera,
//! a larger picture inside) is not carried on. What is sealed beside a record is always such a JPEG.

mod intake;
mod screen;

use std::fmt;

use zeroize::Zeroizing;

pub use screen::Face;

/// A JPEG of at most [`Photo::LARGEST`] bytes. Wiped on drop, never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Photo(Zeroizing<Vec<u8>>);

impl Photo {
    /// Greatest width, in pixels.
    pub const WIDTH: u32 = 240;
    /// Greatest height, in pixels.
    pub const HEIGHT: u32 = 320;
    /// Most bytes: with the four that tell its length it is 12 KiB when it is sealed.
    pub const LARGEST: usize = 12 * 1024 - 4;

    /// Makes one from a picture as it was taken: JPEG or PNG, turned as its EXIF says, scaled to fit, never enlarged.
    ///
    /// # Errors
    ///
    /// What is wrong with the picture; nothing of it is kept.
    pub fn from_image(bytes: &[u8]) -> Result<Self, PhotoError> {
        intake::make(bytes).map(Self)
    }

    /// The bytes that [`Photo::jpeg`] gave; `None` when they are too many. They are looked into by [`Photo::decode`].
    pub(crate) fn from_jpeg(bytes: Zeroizing<Vec<u8>>) -> Option<Self> {
        (bytes.len() <= Self::LARGEST).then_some(Self(bytes))
    }

    /// The JPEG.
    pub fn jpeg(&self) -> &[u8] {
        &self.0
    }

    /// The pixels for the screen. Takes about a millisecond and at most 1 MiB.
    ///
    /// # Errors
    ///
    /// The bytes are not what [`Photo::from_image`] makes: another format, larger, or damaged.
    pub fn decode(&self) -> Result<Face, PhotoError> {
        screen::decode(&self.0)
    }
}

impl fmt::Debug for Photo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Photo([redacted])")
    }
}

/// Why a picture is no photo to compare a face with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum PhotoError {
    /// The file is larger than any photo for this purpose.
    #[error("the file is larger than 16 MiB")]
    TooManyBytes,
    /// Not JPEG and not PNG, whatever it is called.
    #[error("neither JPEG nor PNG")]
    NotAnImage,
    /// More pixels than are decoded.
    #[error("too many pixels")]
    TooManyPixels,
    /// Fewer pixels than a face can be told by.
    #[error("too few pixels")]
    TooFewPixels,
    /// Cut off, damaged, or of a kind that is not read.
    #[error("damaged, or a kind of picture that is not read")]
    Damaged,
    /// Even at the lowest quality it is too large.
    #[error("does not fit into 12 KiB")]
    DoesNotFit,
}
