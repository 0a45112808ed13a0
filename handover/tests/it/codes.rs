//! Codes as a camera sees them on the glass, read by zbar.

use std::io::Cursor;
use std::time::Instant;

use image::imageops::{FilterType, fast_blur, resize};
use image::{GrayImage, ImageFormat, Luma};
use kakari_handover::qr;
use kakari_record::handover::{BYTES_A_CODE, codes, joined, text};

use crate::samples::*;

/// The side of the square on the glass, and how many of its pixels are a millimetre at 224 ppi.
const GLASS: u32 = 1000;
const PIXELS_A_MM: f64 = 224.0 / 25.4;

/// The largest whole number of pixels a module with which the code fits the glass.
fn side(width: usize) -> u32 {
    GLASS / u32::try_from(width).unwrap()
}

/// The glass as a camera takes it: smaller, blurred, and turned.
fn taken(png: &[u8], scale: f32, blur: f32, degrees: f32) -> Vec<u8> {
    let glass = image::load_from_memory(png).unwrap().into_luma8();
    let side = (glass.width() as f32 * scale) as u32;
    let small = fast_blur(&resize(&glass, side, side, FilterType::Triangle), blur);
    let (sin, cos) = degrees.to_radians().sin_cos();
    let wide = (side as f32 * 1.25) as u32;
    let picture = GrayImage::from_fn(wide, wide, |x, y| {
        let (x, y) = (x as f32 - wide as f32 / 2.0, y as f32 - wide as f32 / 2.0);
        let (x, y) = (x * cos + y * sin + side as f32 / 2.0, y * cos - x * sin + side as f32 / 2.0);
        let inside = x >= 0.0 && y >= 0.0 && x < (side - 1) as f32 && y < (side - 1) as f32;
        Luma([if inside { between(&small, x, y) } else { 200 }])
    });
    let mut png = Cursor::new(Vec::new());
    picture.write_to(&mut png, ImageFormat::Png).unwrap();
    png.into_inner()
}

fn between(picture: &GrayImage, x: f32, y: f32) -> u8 {
    let at = |x: u32, y: u32| f32::from(picture.get_pixel(x, y).0[0]);
    let (left, top, dx, dy) = (x as u32, y as u32, x.fract(), y.fract());
    let upper = at(left, top) * (1.0 - dx) + at(left + 1, top) * dx;
    let lower = at(left, top + 1) * (1.0 - dx) + at(left + 1, top + 1) * dx;
    (upper * (1.0 - dy) + lower * dy) as u8
}

/// What zbar reads of a picture.
fn read(png: &[u8]) -> String {
    let told = told_by("zbarimg", &["--quiet", "--raw", "-Sdisable", "-Sqr.enable"], png, "code.png", &[]);
    let told = String::from_utf8(told).unwrap();
    told.strip_suffix('\n').unwrap_or(&told).to_owned()
}

/// How the limit of a code was found: prints what zbar reads of 10 pictures of each size.
#[test]
fn the_limit_of_a_code_as_measured() {
    if std::env::var_os("KAKARI_CODE_SIZES").is_none() {
        return;
    }
    let text = residents().iter().map(|(_, summary)| text(summary, today())).collect::<String>();
    let mut sizes: Vec<usize> =
        residents().iter().map(|(_, summary)| kakari_record::handover::text(summary, today()).len()).collect();
    sizes.sort_unstable();
    println!("texts: {sizes:?}");
    for bytes in [800, 1200, 1600, 2200, 2900] {
        let part = &text[..text.floor_char_boundary(bytes)];
        let Ok(code) = qr(part) else { continue };
        let side = side(code.width);
        let png = code.png(side).unwrap();
        let mut line = format!("{bytes} bytes, {} modules, {:.2} mm:", code.width, f64::from(side) / PIXELS_A_MM);
        for (scale, blur) in [(1.0, 1.5), (0.7, 1.0), (0.6, 1.0), (0.5, 1.0)] {
            let good = (0..10).filter(|at| read(&taken(&png, scale, blur, 3.0 * *at as f32 - 13.0)) == part).count();
            line += &format!(" {scale}/{blur} {good}/10");
        }
        println!("{line}");
    }
}

#[test]
fn codes_of_every_sample_resident_are_read_off_the_glass_as_they_were_written() {
    let (mut slowest, mut count, mut most) = (0, 0, 0);
    let mut read_back = |summary: &kakari_record::model::Summary, name: &str| {
        let text = text(summary, today());
        let began = Instant::now();
        let parts = codes(&text);
        let drawn: Vec<_> = parts.iter().map(|part| qr(part).unwrap()).collect();
        slowest = slowest.max(began.elapsed().as_micros());
        (count, most) = (count + parts.len(), most.max(parts.len()));
        let seen: Vec<String> = drawn
            .iter()
            .map(|code| {
                assert!(f64::from(side(code.width)) / PIXELS_A_MM >= 0.4, "{name}: modules too small");
                read(&taken(&code.png(side(code.width)).unwrap(), 0.6, 1.0, 7.0))
            })
            .collect();
        assert!(seen == parts, "{name}: zbar reads something else");
        assert!(joined(&seen).is_some_and(|whole| whole == text), "{name}: the parts are not the text");
    };
    for (name, summary) in residents() {
        read_back(&summary, &name);
    }
    println!("{count} codes, at most {most} a text; cut and drawn in {slowest} µs at most");
}

#[test]
fn parts_say_which_they_are_and_are_cut_at_the_ends_of_lines() {
    let text = text(&resident("015"), today());
    let parts = codes(&text);
    assert!(parts.len() > 1, "the longest of the samples needs more than one");
    for (at, part) in parts.iter().enumerate() {
        assert!(part.len() <= BYTES_A_CODE);
        assert!(part.starts_with(&format!("{}/{}\n", at + 1, parts.len())));
        assert!(part.ends_with('\n'), "cut within a line");
    }
    let mut turned = parts.clone();
    turned.swap(0, 1);
    assert_eq!(joined(&turned), None, "parts in the wrong order are not the text");
    assert_eq!(joined(&parts[1..]), None, "parts that are not all are not the text");
}

#[test]
fn a_line_longer_than_a_code_is_cut_at_a_pause_and_a_word_only_if_it_is_longer_itself() {
    let line = "ワルファリンカリウム、".repeat(60);
    let parts = codes(&line);
    assert!(parts.len() > 1 && parts.iter().all(|part| part.len() <= BYTES_A_CODE && part.ends_with('、')));
    assert_eq!(joined(&parts), Some(line));
    let word = "が".repeat(3000);
    let parts = codes(&word);
    assert!(parts.len() == 6 && joined(&parts) == Some(word), "one word of 9,000 bytes");
}
