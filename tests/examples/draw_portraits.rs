//! Draws the faces of the sample residents, so that none of them is a real person's, and puts them into their
//! documents: `cargo run -p kakari-tests --example draw_portraits`.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::fmt::Write as _;
use std::path::Path;

use image::{ImageFormat, Rgb, RgbImage};
use kakari_record::photo::Photo;
use kakari_tests::place::repository;

const WIDTH: u32 = 480;
const HEIGHT: u32 = 640;
/// Points of each pixel that are looked at, across and down.
const POINTS: u32 = 3;

type Colour = [u8; 3];
type Inside = Box<dyn Fn(f32, f32) -> bool>;

/// What tells two children with the same eyes apart.
struct Child {
    file: &'static str,
    hair: Colour,
    dress: Colour,
    wall: Colour,
    tails: bool,
    mole: bool,
}

const CHILDREN: [Child; 2] = [
    Child {
        file: "020-twin-elder.json",
        hair: [38, 30, 28],
        dress: [196, 74, 82],
        wall: [196, 208, 214],
        tails: false,
        mole: false,
    },
    Child {
        file: "021-twin-younger.json",
        hair: [58, 42, 34],
        dress: [84, 124, 168],
        wall: [214, 208, 192],
        tails: true,
        mole: true,
    },
];

const SKIN: Colour = [238, 204, 178];
const SHADE: Colour = [222, 182, 154];
const CHEEK: Colour = [236, 184, 164];
const DARK: Colour = [40, 30, 30];
const WHITE: Colour = [250, 250, 248];
const LIP: Colour = [190, 96, 92];
const RIBBON: Colour = [232, 190, 70];

fn main() {
    for child in &CHILDREN {
        let photo = Photo::from_image(&png(&draw(child))).unwrap();
        let path = repository().join("assets/region/residents").join(child.file);
        put_into(&path, photo.jpeg());
        println!("{}: {} bytes", child.file, photo.jpeg().len());
    }
}

fn ellipse(x: f32, y: f32, across: f32, down: f32) -> Inside {
    Box::new(move |px, py| ((px - x) / across).powi(2) + ((py - y) / down).powi(2) <= 1.0)
}

fn both(one: Inside, other: Inside) -> Inside {
    Box::new(move |x, y| one(x, y) && other(x, y))
}

fn above(line: f32) -> Inside {
    Box::new(move |_, y| y < line)
}

fn below(line: f32) -> Inside {
    Box::new(move |_, y| y > line)
}

/// A bow that opens upwards (`up`) or downwards, `thick` at its middle.
fn bow(x: f32, y: f32, across: f32, down: f32, thick: f32) -> Inside {
    let (outer, inner) = (ellipse(x, y, across, down), ellipse(x, y - thick, across, down));
    both(both(outer, Box::new(move |x, y| !inner(x, y))), below(y))
}

/// The layers of a picture, the hindmost first, in a field of 480 × 640.
fn layers(child: &Child) -> Vec<(Colour, Inside)> {
    let mut layers: Vec<(Colour, Inside)> = Vec::new();
    if child.tails {
        for side in [-1.0, 1.0] {
            layers.push((child.hair, ellipse(240.0 + side * 172.0, 370.0, 44.0, 116.0)));
            layers.push((RIBBON, ellipse(240.0 + side * 156.0, 272.0, 26.0, 22.0)));
        }
    } else {
        layers.push((child.hair, both(ellipse(240.0, 310.0, 176.0, 196.0), above(438.0))));
    }
    layers.push((child.hair, ellipse(240.0, 262.0, 158.0, 172.0)));
    layers.push((child.dress, ellipse(240.0, 690.0, 212.0, 178.0)));
    layers.push((SHADE, both(ellipse(240.0, 500.0, 54.0, 92.0), below(400.0))));
    layers.push((WHITE, both(ellipse(240.0, 560.0, 92.0, 40.0), below(556.0))));
    for side in [-1.0, 1.0] {
        layers.push((SHADE, ellipse(240.0 + side * 132.0, 330.0, 22.0, 34.0)));
    }
    layers.push((SKIN, ellipse(240.0, 316.0, 132.0, 164.0)));
    layers.push((child.hair, both(ellipse(240.0, 222.0, 140.0, 110.0), above(236.0))));
    for side in [-1.0, 1.0] {
        let x = 240.0 + side * 56.0;
        layers.push((CHEEK, ellipse(240.0 + side * 76.0, 380.0, 28.0, 20.0)));
        layers.push((DARK, both(ellipse(x, 290.0, 34.0, 14.0), above(284.0))));
        layers.push((WHITE, ellipse(x, 324.0, 28.0, 19.0)));
        layers.push((DARK, ellipse(x, 324.0, 16.0, 18.0)));
        layers.push((WHITE, ellipse(x + 5.0, 317.0, 5.0, 5.0)));
        layers.push((DARK, bow(x, 332.0, 32.0, -28.0, -7.0)));
    }
    layers.push((SHADE, bow(240.0, 366.0, 18.0, 14.0, 8.0)));
    layers.push((LIP, bow(240.0, 410.0, 42.0, 26.0, 13.0)));
    if child.mole {
        layers.push((DARK, ellipse(296.0, 420.0, 6.0, 6.0)));
    }
    layers
}

fn draw(child: &Child) -> RgbImage {
    let layers = layers(child);
    let colour = |x: f32, y: f32| {
        let over = layers.iter().rev().find(|(_, inside)| inside(x, y));
        over.map_or(child.wall, |(colour, _)| *colour)
    };
    RgbImage::from_fn(WIDTH, HEIGHT, |x, y| {
        let mut sum = [0_u32; 3];
        for point in 0..POINTS * POINTS {
            let within = |at: u32, point: u32| at as f32 + (point as f32 + 0.5) / POINTS as f32;
            let seen = colour(within(x, point % POINTS), within(y, point / POINTS));
            sum.iter_mut().zip(seen).for_each(|(sum, seen)| *sum += u32::from(seen));
        }
        Rgb(sum.map(|sum| u8::try_from(sum / (POINTS * POINTS)).unwrap_or(u8::MAX)))
    })
}

fn png(picture: &RgbImage) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// Puts the picture after the patient's birth date, or in the place of the one that is there; all else stays to the
/// letter.
fn put_into(path: &Path, jpeg: &[u8]) {
    let text = std::fs::read_to_string(path).unwrap();
    let mut kept = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.trim_start().starts_with("\"photo\": [") {
            lines.by_ref().find(|line| line.trim_start().starts_with("],")).unwrap();
            continue;
        }
        writeln!(kept, "{line}").unwrap();
        if line.trim_start().starts_with("\"birthDate\":") {
            let indent = &line[..line.len() - line.trim_start().len()];
            let data = base64(jpeg);
            writeln!(kept, "{indent}\"photo\": [\n{indent}  {{\n{indent}    \"contentType\": \"image/jpeg\",").unwrap();
            writeln!(kept, "{indent}    \"data\": \"{data}\",\n{indent}    \"creation\": \"2026-03-02\"").unwrap();
            writeln!(kept, "{indent}  }}\n{indent}],").unwrap();
        }
    }
    std::fs::write(path, kept).unwrap();
}

/// RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for part in bytes.chunks(3) {
        let joined = (0..3).fold(0, |joined, at| joined << 8 | usize::from(part.get(at).copied().unwrap_or_default()));
        for digit in 0..4 {
            let known = digit <= part.len();
            text.push(if known { DIGITS[joined >> (18 - 6 * digit) & 63] as char } else { '=' });
        }
    }
    text
}
