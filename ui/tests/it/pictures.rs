//! Pictures kept in `tests/pictures` and what is drawn now. `UPDATE_PICTURES=1` keeps what is drawn now.

use std::fs::{self, File};
use std::io::{BufReader, BufWriter};
use std::path::{Path, PathBuf};

use slint::{Rgba8Pixel, SharedPixelBuffer};

/// A pixel counts as different when one of its colours differs by more.
const SLIGHT: u8 = 24;
/// So many different pixels in a million are let pass.
const FEW: usize = 30;

type Picture = SharedPixelBuffer<Rgba8Pixel>;

/// Compares with the picture of that name; leaves what was drawn and the difference beside the build when not alike.
pub(crate) fn compare(name: &str, drawn: &Picture) -> Result<(), String> {
    let kept_path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pictures").join(format!("{name}.png"));
    if std::env::var_os("UPDATE_PICTURES").is_some() {
        save(&kept_path, drawn);
        return Ok(());
    }
    let Some(kept) = load(&kept_path) else {
        save(&kept_path, drawn);
        return Err(format!("{name}: there was no picture; look at the one now in {}", kept_path.display()));
    };
    if (kept.width(), kept.as_bytes()) == (drawn.width(), drawn.as_bytes()) {
        return Ok(());
    }
    let different = differing(&kept, drawn);
    let all = drawn.as_slice().len();
    if different.len() * 1_000_000 <= all * FEW {
        return Ok(());
    }
    let out = out_dir();
    save(&out.join(format!("{name}.actual.png")), drawn);
    save(&out.join(format!("{name}.diff.png")), &marked(drawn, &different));
    Err(format!("{name}: {} of {all} pixels differ; see {}", different.len(), out.display()))
}

fn out_dir() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("pictures")
}

fn differing(kept: &Picture, drawn: &Picture) -> Vec<usize> {
    if (kept.width(), kept.height()) != (drawn.width(), drawn.height()) {
        return (0..drawn.as_slice().len()).collect();
    }
    let far = |a: u8, b: u8| a.abs_diff(b) > SLIGHT;
    let pairs = kept.as_slice().iter().zip(drawn.as_slice());
    pairs.enumerate().filter(|(_, (a, b))| far(a.r, b.r) || far(a.g, b.g) || far(a.b, b.b)).map(|(at, _)| at).collect()
}

fn marked(drawn: &Picture, different: &[usize]) -> Picture {
    let mut out = drawn.clone();
    let pixels = out.make_mut_slice();
    pixels.iter_mut().for_each(|pixel| (pixel.r, pixel.g, pixel.b) = (pixel.r / 3, pixel.g / 3, pixel.b / 3));
    for at in different {
        pixels[*at] = Rgba8Pixel { r: 255, g: 0, b: 255, a: 255 };
    }
    out
}

fn save(path: &Path, picture: &Picture) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut encoder = png::Encoder::new(BufWriter::new(File::create(path).unwrap()), picture.width(), picture.height());
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::High);
    let bytes: Vec<u8> = picture.as_slice().iter().flat_map(|pixel| [pixel.r, pixel.g, pixel.b]).collect();
    encoder.write_header().unwrap().write_image_data(&bytes).unwrap();
}

fn load(path: &Path) -> Option<Picture> {
    let mut decoder = png::Decoder::new(BufReader::new(File::open(path).ok()?));
    // The library widens the pixels; it is built with the optimizer, this file is not.
    decoder.set_transformations(png::Transformations::ALPHA);
    let mut reader = decoder.read_info().unwrap();
    let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut bytes).unwrap();
    Some(Picture::clone_from_slice(&bytes, info.width, info.height))
}
