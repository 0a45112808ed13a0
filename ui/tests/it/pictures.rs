//! Pictures kept in `tests/pictures` and what is drawn now. `UPDATE_PICTURES=1` keeps what is drawn now.

use std::collections::{BTreeSet, HashMap};
use std::fs::{self, File};
use std::io::{BufReader, BufWriter};
use std::path::{Path, PathBuf};

use slint::Rgba8Pixel;

use crate::shown::Picture;

/// A pixel counts as different when one of its colours differs by more.
const SLIGHT: u8 = 24;
/// So many different pixels in a million are let pass.
const FEW: usize = 30;

/// A box of pixels: left, top, width, height.
pub(crate) type Area = (usize, usize, usize, usize);

/// Compares with the picture of that name. When they are not alike, what was drawn and the difference are left beside
/// the build, and one line says where it is and, by `place`, in which block.
pub(crate) fn compare(name: &str, drawn: &Picture, place: impl Fn(Area) -> String) -> Result<(), String> {
    let kept_path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pictures").join(format!("{name}.png"));
    if std::env::var_os("UPDATE_PICTURES").is_some() {
        save(&kept_path, drawn);
        return Ok(());
    }
    let Some(kept) = load(&kept_path) else {
        return Err(format!("{name}: there is no picture; make pictures draws it, look at it before you commit it"));
    };
    if (kept.width(), kept.as_bytes()) == (drawn.width(), drawn.as_bytes()) {
        return Ok(());
    }
    if (kept.width(), kept.height()) != (drawn.width(), drawn.height()) {
        return Err(format!(
            "{name}: kept {}×{}, drawn {}×{}",
            kept.width(),
            kept.height(),
            drawn.width(),
            drawn.height()
        ));
    }
    let different = differing(&kept, drawn);
    let all = drawn.as_slice().len();
    if different.len() * 1_000_000 <= all * FEW {
        return Ok(());
    }
    let around = around(&different, drawn.width() as usize);
    let out = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("pictures");
    save(&out.join(format!("{name}.actual.png")), drawn);
    save(&out.join(format!("{name}.diff.png")), &side_by_side(&kept, drawn, &different, around));
    let (x, y, w, h) = around;
    let (count, place) = (different.len(), place(around));
    Err(format!("{name}: {count} pixels differ in ({x},{y},{w},{h}), in {place}; see {}", out.display()))
}

fn differing(kept: &Picture, drawn: &Picture) -> Vec<usize> {
    let far = |a: u8, b: u8| a.abs_diff(b) > SLIGHT;
    let pairs = kept.as_slice().iter().zip(drawn.as_slice());
    pairs.enumerate().filter(|(_, (a, b))| far(a.r, b.r) || far(a.g, b.g) || far(a.b, b.b)).map(|(at, _)| at).collect()
}

fn around(different: &[usize], wide: usize) -> Area {
    let columns = || different.iter().map(|at| at % wide);
    let (left, right) = (columns().min().unwrap_or(0), columns().max().unwrap_or(0));
    let (top, bottom) = (different.first().map_or(0, |at| at / wide), different.last().map_or(0, |at| at / wide));
    (left, top, right - left + 1, bottom - top + 1)
}

/// Kept, drawn, and the different pixels on a dim ground; a frame around them in each.
fn side_by_side(kept: &Picture, drawn: &Picture, different: &[usize], around: Area) -> Picture {
    let (wide, high) = (drawn.width(), drawn.height());
    let mut marked = drawn.clone();
    let pixels = marked.make_mut_slice();
    pixels.iter_mut().for_each(|pixel| (pixel.r, pixel.g, pixel.b) = (pixel.r / 3, pixel.g / 3, pixel.b / 3));
    different.iter().for_each(|at| pixels[*at] = MARK);
    let mut out = Picture::new(wide * 3, high);
    let parts = [framed(kept, around), framed(drawn, around), framed(&marked, around)];
    let rows = out.make_mut_slice().chunks_exact_mut(wide as usize * 3);
    for (y, row) in rows.enumerate() {
        for (part, place) in parts.iter().zip(row.chunks_exact_mut(wide as usize)) {
            place.copy_from_slice(&part.as_slice()[y * wide as usize..][..wide as usize]);
        }
    }
    out
}

const MARK: Rgba8Pixel = Rgba8Pixel { r: 255, g: 0, b: 255, a: 255 };

fn framed(picture: &Picture, (x, y, w, h): Area) -> Picture {
    const APART: usize = 6;
    let mut out = picture.clone();
    let (wide, high) = (picture.width() as usize, picture.height() as usize);
    let (left, top) = (x.saturating_sub(APART), y.saturating_sub(APART));
    let (right, bottom) = ((x + w + APART).min(wide - 1), (y + h + APART).min(high - 1));
    let pixels = out.make_mut_slice();
    for x in left..=right {
        (pixels[top * wide + x], pixels[bottom * wide + x]) = (MARK, MARK);
    }
    for y in top..=bottom {
        (pixels[y * wide + left], pixels[y * wide + right]) = (MARK, MARK);
    }
    out
}

/// Steps from dark to light that the fringes of letters are kept in.
const STEPS: f32 = 9.0;

/// Small: a colour that fills a five-hundredth is kept as it is, the fringes of letters in few steps, by far less than
/// counts as different. Few colours are kept as their numbers, those of a face as they are.
fn save(path: &Path, picture: &Picture) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut encoder = png::Encoder::new(BufWriter::new(File::create(path).unwrap()), picture.width(), picture.height());
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::High);
    encoder.set_filter(png::Filter::NoFilter);
    let bytes = match numbered(picture) {
        Some((palette, numbers)) => {
            encoder.set_color(png::ColorType::Indexed);
            encoder.set_palette(palette);
            numbers
        }
        None => {
            encoder.set_color(png::ColorType::Rgb);
            picture.as_slice().iter().flat_map(|pixel| [pixel.r, pixel.g, pixel.b]).collect()
        }
    };
    encoder.write_header().unwrap().write_image_data(&bytes).unwrap();
}

type Colour = [u8; 3];

/// The palette and each pixel's number in it; none for more colours than a palette holds.
fn numbered(picture: &Picture) -> Option<(Vec<u8>, Vec<u8>)> {
    let colour = |pixel: &Rgba8Pixel| [pixel.r, pixel.g, pixel.b];
    let runs = || picture.as_slice().chunk_by(|a, b| a == b);
    let mut counts: HashMap<Colour, usize> = HashMap::new();
    runs().for_each(|run| *counts.entry(colour(&run[0])).or_default() += run.len());
    let many = picture.as_slice().len() / 500;
    let step = |part: u8| ((f32::from(part) / 255.0 * STEPS).round() / STEPS * 255.0).round() as u8;
    let kept = |of: Colour, count: usize| if count >= many { of } else { of.map(step) };
    let palette: BTreeSet<Colour> = counts.iter().map(|(of, count)| kept(*of, *count)).collect();
    let number = |of: &Colour| palette.iter().position(|one| one == of).and_then(|at| u8::try_from(at).ok());
    let numbers: Option<HashMap<Colour, u8>> =
        counts.iter().map(|(of, count)| Some((*of, number(&kept(*of, *count))?))).collect();
    let numbers = numbers?;
    let pixels = runs().flat_map(|run| std::iter::repeat_n(numbers[&colour(&run[0])], run.len())).collect();
    Some((palette.into_iter().flatten().collect(), pixels))
}

fn load(path: &Path) -> Option<Picture> {
    let mut decoder = png::Decoder::new(BufReader::new(File::open(path).ok()?));
    // The library widens the pixels; it is built with the optimizer, this file is not.
    decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::ALPHA);
    let mut reader = decoder.read_info().unwrap();
    let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut bytes).unwrap();
    Some(Picture::clone_from_slice(&bytes, info.width, info.height))
}
