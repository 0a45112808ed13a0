//! The code of a hand-over, read back from a picture of the whole glass by a reader that is not ours.

use std::io::Write;
use std::process::Command;

use kakari_session::view::Theme;
use kakari_session::view::{CodeView, Handover};
use kakari_ui::Tablet;
use kakari_ui::glass::HandoverCode;
use slint::{Global, Rgba8Pixel};

use crate::crew::{code_text, handover, handover_typical, opened_at, with_code};
use crate::fixtures::{standby, summary, typical};
use crate::glass::{FULL, SMALL, TALL, tablet};

/// What a hand-over puts into one code at most, and what the largest code holds at all.
const LARGEST_USED: usize = 1100;
const LARGEST: usize = 2952;

fn of(text: &str) -> Handover {
    let code = CodeView { text: text.to_owned(), place: "1/2".to_owned(), left: "あと14:20".to_owned() };
    Handover { code: Some(code), ..handover_typical() }
}

/// What `zbarimg` (Debian: zbar-tools) reads on the glass.
fn read(glass: &Tablet) -> String {
    let picture = glass.snapshot().unwrap();
    let mut file = tempfile();
    writeln!(file.0, "P5 {} {} 255", picture.width(), picture.height()).unwrap();
    let grey = |pixel: &Rgba8Pixel| ((u16::from(pixel.r) + u16::from(pixel.g) + u16::from(pixel.b)) / 3) as u8;
    file.0.write_all(&picture.as_slice().iter().map(grey).collect::<Vec<u8>>()).unwrap();
    let reader =
        Command::new("zbarimg").args(["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable"]).arg(&file.1).output();
    let said = reader.expect("zbarimg is not there: apt-get install zbar-tools");
    std::fs::remove_file(&file.1).unwrap();
    String::from_utf8(said.stdout).unwrap()
}

fn tempfile() -> (std::fs::File, std::path::PathBuf) {
    let name = format!("code-{}-{:?}.pgm", std::process::id(), std::thread::current().id());
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    (std::fs::File::create(&path).unwrap(), path)
}

fn reads_back(bytes: usize) {
    let text = code_text(bytes);
    for theme in [Theme::Day, Theme::Night] {
        for size in [FULL, SMALL, TALL] {
            let glass = tablet(&handover(of(&text)), theme, size);
            assert_eq!(read(&glass).trim_end(), text.trim_end(), "{bytes} bytes, {theme:?}, {size:?}");
        }
    }
}

#[test]
fn a_short_code_reads_back() {
    reads_back(300);
}

#[test]
fn a_code_of_a_thousand_bytes_reads_back() {
    reads_back(1000);
}

#[test]
fn the_largest_code_of_a_hand_over_reads_back() {
    reads_back(LARGEST_USED);
}

#[test]
fn even_the_largest_code_there_is_reads_back() {
    let text = code_text(LARGEST);
    let glass = tablet(&handover(of(&text)), Theme::Night, FULL);
    assert_eq!(read(&glass).trim_end(), text.trim_end());
}

#[test]
fn nothing_partial_is_drawn_of_a_text_that_is_too_long() {
    let glass = tablet(&handover(of(&"あ".repeat(1000))), Theme::Day, FULL);
    assert_eq!(HandoverCode::get(glass.window()).get_at().w, 0.0);
    assert_eq!(read(&glass), "");
}

/// Every module is a square of whole pixels, black or white, with four white ones around all.
#[test]
fn a_code_is_crisp_and_large_by_day_and_by_night() {
    for theme in [Theme::Day, Theme::Night] {
        for (size, least) in [(FULL, 800.0), (SMALL, 500.0), (TALL, 740.0)] {
            for bytes in [300, LARGEST_USED] {
                let glass = tablet(&handover(of(&code_text(bytes))), theme, size);
                let at = HandoverCode::get(glass.window()).get_at();
                assert!(at.w >= least && at.w == at.h, "{} at {size:?}", at.w);
                modules_are_squares(&glass, at.x as usize, at.y as usize, at.w as usize);
            }
        }
    }
}

/// Along the diagonal the first dark pixel ends the four light modules, which says how wide one is.
fn modules_are_squares(glass: &Tablet, left: usize, top: usize, side: usize) {
    let picture = glass.snapshot().unwrap();
    let wide = picture.width() as usize;
    let pixel = |x: usize, y: usize| {
        let drawn = picture.as_slice()[(top + y) * wide + left + x];
        (drawn.r, drawn.g, drawn.b)
    };
    let quiet = (0..side).find(|at| pixel(*at, *at) != (255, 255, 255)).unwrap();
    let module = quiet / 4;
    assert!(module >= 3 && quiet.is_multiple_of(4) && side.is_multiple_of(module), "{module} of {side}");
    for y in 0..side {
        for x in 0..side {
            let drawn = pixel(x, y);
            assert!(drawn == (0, 0, 0) || drawn == (255, 255, 255), "{drawn:?}");
            assert_eq!(drawn, pixel(x / module * module, y / module * module), "{x},{y}");
        }
    }
}

#[test]
fn no_code_is_on_the_glass_before_it_was_asked_for_nor_after_the_page() {
    let shown = |glass: &Tablet| HandoverCode::get(glass.window()).get_code().size().width > 0;
    let glass = tablet(&handover(handover_typical()), Theme::Day, FULL);
    assert!(!shown(&glass) && read(&glass).is_empty());
    for next in [summary(typical()), standby(), handover(handover_typical())] {
        glass.show(&handover(with_code(handover_typical(), 1)));
        assert!(shown(&glass));
        glass.show(&next);
        assert!(!shown(&glass) && read(&glass).is_empty(), "nothing is kept of it");
    }
    let glass = opened_at(with_code(handover_typical(), 1), "引継ぎ先", Theme::Day, FULL);
    assert!(!shown(&glass));
}
