//! A picture as it was taken becomes a small JPEG.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, RgbImage};
use zeroize::Zeroizing;

use super::{Photo, PhotoError};

const MOST_BYTES: usize = 16 * 1024 * 1024;
/// Longest side of a picture that is decoded.
const LONGEST: u32 = 8192;
/// Most memory for its pixels: a photo of 21 million pixels in RGB.
const MOST_MEMORY: u64 = 64 * 1024 * 1024;
/// Fewest pixels across or down that a face can be told by.
const FEWEST: u32 = 32;
/// Tried in this order until one fits.
const QUALITIES: [u8; 7] = [88, 80, 72, 64, 54, 42, 30];
/// Parts of the full size, tried in this order, each at all qualities.
const PARTS: [(u32, u32); 3] = [(1, 1), (3, 4), (1, 2)];
/// What shows through where a picture is transparent.
const BEHIND: u32 = 0xFF;

pub(super) fn make(bytes: &[u8]) -> Result<Zeroizing<Vec<u8>>, PhotoError> {
    let (picture, turn) = decode(bytes)?;
    let mut picture = fit(picture, turn);
    picture.apply_orientation(turn);
    if picture.width() < FEWEST || picture.height() < FEWEST {
        return Err(PhotoError::TooFewPixels);
    }
    let picture = opaque(&picture);
    for (part, of) in PARTS {
        let scaled = scale(&picture, part, of);
        for quality in QUALITIES {
            let jpeg = encode(&scaled, quality)?;
            if jpeg.len() <= Photo::LARGEST {
                return Ok(jpeg);
            }
        }
    }
    Err(PhotoError::DoesNotFit)
}

/// The picture as it is stored, and how it is to be turned. Its first bytes say what it is, not its sender.
fn decode(bytes: &[u8]) -> Result<(DynamicImage, Orientation), PhotoError> {
    if bytes.len() > MOST_BYTES {
        return Err(PhotoError::TooManyBytes);
    }
    let format = match image::guess_format(bytes) {
        Ok(format @ (ImageFormat::Jpeg | ImageFormat::Png)) => format,
        _ => return Err(PhotoError::NotAnImage),
    };
    if format == ImageFormat::Jpeg && !has_end(bytes) {
        return Err(PhotoError::Damaged);
    }
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(LONGEST);
    limits.max_image_height = Some(LONGEST);
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(refuse)?;
    if decoder.total_bytes() > MOST_MEMORY {
        return Err(PhotoError::TooManyPixels);
    }
    let turn = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    Ok((DynamicImage::from_decoder(decoder).map_err(refuse)?, turn))
}

fn refuse(error: ImageError) -> PhotoError {
    match error {
        ImageError::Limits(_) => PhotoError::TooManyPixels,
        _ => PhotoError::Damaged,
    }
}

/// Whether a JPEG has its end marker after the picture began (ITU-T T.81, B.1.1). The decoder fills up in grey what was
/// cut off; half a face is none.
fn has_end(jpeg: &[u8]) -> bool {
    const START_OF_SCAN: u8 = 0xDA;
    let mut rest = jpeg.get(2..).unwrap_or_default();
    while let [0xFF, marker, high, low, ..] = *rest {
        if marker == START_OF_SCAN {
            return rest.windows(2).any(|pair| pair == [0xFF, 0xD9]);
        }
        let length = if marker == 0xFF { 1 } else { 2 + usize::from(u16::from_be_bytes([high, low])) };
        rest = rest.get(length..).unwrap_or_default();
    }
    false
}

/// Within width and height once it is turned; never enlarged.
fn fit(picture: DynamicImage, turn: Orientation) -> DynamicImage {
    let lies = matches!(
        turn,
        Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH
    );
    let (width, height) = if lies { (Photo::HEIGHT, Photo::WIDTH) } else { (Photo::WIDTH, Photo::HEIGHT) };
    if picture.width() <= width && picture.height() <= height {
        return picture;
    }
    picture.resize(width, height, FilterType::Lanczos3)
}

/// Red, green and blue, with white behind what is transparent.
fn opaque(picture: &DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.to_rgb8();
    }
    let picture = picture.to_rgba8();
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [red, green, blue, alpha] = picture.get_pixel(x, y).0;
        let over = |colour: u8| {
            let mixed = (u32::from(colour) * u32::from(alpha) + BEHIND * (255 - u32::from(alpha))) / 255;
            u8::try_from(mixed).unwrap_or(u8::MAX)
        };
        image::Rgb([over(red), over(green), over(blue)])
    })
}

fn scale(picture: &RgbImage, part: u32, of: u32) -> RgbImage {
    let (width, height) = (picture.width() * part / of, picture.height() * part / of);
    if part == of { picture.clone() } else { image::imageops::resize(picture, width, height, FilterType::Lanczos3) }
}

fn encode(picture: &RgbImage, quality: u8) -> Result<Zeroizing<Vec<u8>>, PhotoError> {
    // Room enough that it does not move while it grows and leave a copy behind.
    let mut jpeg = Zeroizing::new(Vec::with_capacity(256 * 1024));
    JpegEncoder::new_with_quality(&mut *jpeg, quality).encode_image(picture).map_err(|_| PhotoError::Damaged)?;
    Ok(jpeg)
}
