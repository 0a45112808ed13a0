//! Every screen in every theme, language and case, as it was when somebody last looked at it.

use kakari_preview::{Case, Preview, all, every_problem, names, one};
use kakari_session::look::{TextSize, Theme};
use kakari_session::view::Language;
use kakari_ui::CardTray;
use slint::ComponentHandle;

use crate::fixtures::cards;
use crate::glass::{FULL, SMALL, TALL, platform, wait};
use crate::pictures::{Area, compare};
use crate::shown::{Shown, label_of};

/// The words for a theme and a language in a picture's name.
fn words(theme: Theme, language: Language) -> (&'static str, &'static str) {
    let theme = match theme {
        Theme::Day => "day",
        Theme::Night => "night",
        Theme::Red => "red",
    };
    (theme, language.say("ja", "en"))
}

/// Draws previews in one theme and compares them with the pictures of their names.
fn look(previews: &[Preview], theme: Theme, size: (u32, u32), front: &str) {
    let glass = Shown::new(size);
    let mut failures = vec![];
    for preview in previews {
        glass.preview(preview, theme, TextSize::Standard);
        let (light, language) = words(theme, preview.view.look.language);
        let name = format!("{front}{}-{}-{light}-{language}", preview.name, preview.case.name());
        failures.extend(compare(&name, &glass.picture(), |area| place(&glass, area)).err());
    }
    said(&failures);
}

fn said(failures: &[String]) {
    assert!(failures.is_empty(), "{} pictures:\n{}", failures.len(), failures.join("\n"));
}

/// What the middle of an area stands in: the smallest key or block around it.
fn place(glass: &Shown, (x, y, w, h): Area) -> String {
    let (x, y) = ((x + w / 2) as f32, (y + h / 2) as f32);
    let holds = |one: &i_slint_backend_testing::ElementHandle| {
        let (at, size) = (one.absolute_position(), one.size());
        x >= at.x && x <= at.x + size.width && y >= at.y && y <= at.y + size.height
    };
    let around = glass.keys().into_iter().chain(glass.panels()).filter(holds);
    let extent = |one: &i_slint_backend_testing::ElementHandle| one.size().width * one.size().height;
    let least = around.min_by(|a, b| extent(a).total_cmp(&extent(b)));
    least.map_or_else(|| "no block".to_owned(), |one| format!("「{}」", label_of(&one)))
}

macro_rules! matrix {
    ($($name:ident: $theme:ident, $language:ident;)+) => {$(
        #[test]
        fn $name() {
            look(&all(Language::$language), Theme::$theme, SMALL, "");
        }
    )+};
}

// One test for each, so that they are drawn side by side.
matrix! {
    every_screen_by_day_in_japanese_looks_as_before: Day, Japanese;
    every_screen_by_day_in_english_looks_as_before: Day, English;
    every_screen_by_night_in_japanese_looks_as_before: Night, Japanese;
    every_screen_by_night_in_english_looks_as_before: Night, English;
    every_screen_in_red_in_japanese_looks_as_before: Red, Japanese;
    every_screen_in_red_in_english_looks_as_before: Red, English;
}

fn typical() -> Vec<Preview> {
    names().filter_map(|name| one(name, Case::Typical, Language::Japanese)).collect()
}

#[test]
fn every_screen_on_the_full_glass_looks_as_before() {
    look(&typical(), Theme::Day, FULL, "wide-");
}

#[test]
fn every_screen_on_upright_glass_looks_as_before() {
    look(&typical(), Theme::Day, TALL, "tall-");
}

#[test]
fn every_problem_looks_as_before_in_both_languages() {
    let glass = Shown::new(SMALL);
    let mut failures = vec![];
    for language in Language::ALL {
        for problem in every_problem(language) {
            glass.show(&problem.view);
            let name = format!("problem-{}-{}", problem.name, words(Theme::Day, language).1);
            failures.extend(compare(&name, &glass.picture(), |area| place(&glass, area)).err());
        }
    }
    said(&failures);
}

#[test]
fn the_card_tray_looks_as_before() {
    platform();
    let tray = CardTray::new().unwrap();
    tray.window().window().set_size(slint::PhysicalSize::new(640, 900));
    tray.open().unwrap();
    tray.show(&cards());
    wait(100);
    compare("tray", &tray.snapshot().unwrap(), |_| "the tray".to_owned()).unwrap();
}
