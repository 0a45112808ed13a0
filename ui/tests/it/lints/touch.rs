//! Keys in millimetres: large enough for a glove and far enough apart, on the panels that the tablet is built with.

use i_slint_backend_testing::ElementHandle;
use kakari_preview::{Preview, all};
use kakari_session::look::{TextSize, Theme};
use kakari_session::view::Language;

use crate::controls::gap;
use crate::shown::{Shown, label_of};

/// A panel and what holds on it, in millimetres. The first is what the screens are drawn for; on the small one everything
/// is as much smaller as its glass.
struct Panel {
    name: &'static str,
    size: (u32, u32),
    per_inch: f32,
    primary: f32,
    field: f32,
    station: f32,
    apart: f32,
    far: f32,
}

const PANELS: [Panel; 3] = [
    Panel { name: "10.1 inch", size: (1920, 1200), ..AS_DRAWN },
    Panel { name: "10.1 inch upright", size: (1200, 1920), ..AS_DRAWN },
    Panel {
        name: "8.0 inch",
        size: (1280, 800),
        per_inch: 189.0,
        primary: 15.7,
        field: 13.7,
        station: 9.8,
        apart: 2.3,
        far: 6.2,
    },
];

const AS_DRAWN: Panel =
    Panel { name: "", size: (0, 0), per_inch: 224.0, primary: 20.0, field: 17.5, station: 12.5, apart: 3.0, far: 8.0 };

/// Rounding to whole pixels, in millimetres.
const SLACK: f32 = 0.15;

/// What cannot be taken back by one more touch.
const DESTRUCTIVE: [&str; 8] = [
    "事案を閉じる",
    "別人だった",
    "別人・不明",
    "勤務終了",
    "Close case",
    "Wrong person",
    "Not this person",
    "End shift",
];

/// Pages that are only used at the station, without gloves.
const STATION: [&str; 12] = [
    "sync",
    "checks",
    "checks-morning",
    "cases",
    "review",
    "usage",
    "settings",
    "enrolment",
    "enrolment-code",
    "enrolment-working",
    "enrolment-stopped",
    "enrolment-ready",
];

/// Pages with fields, tabs, ticks and names beside their keys.
const FIELDS: [&str; 12] = [
    "standby",
    "training",
    "details",
    "none-confirmed",
    "fallback",
    "search",
    "search-kana",
    "search-digits",
    "search-address",
    "search-none",
    "hand-over-sections",
    "hand-over-receivers",
];

fn least(panel: &Panel, preview: &Preview, key: &ElementHandle) -> f32 {
    let bottom = key.absolute_position().y + key.size().height;
    let band = bottom > panel.size.1 as f32 - 30.0 * panel.size.0.min(panel.size.1) as f32 / 1200.0;
    if STATION.contains(&preview.name) {
        panel.station
    } else if FIELDS.contains(&preview.name) && !band && !DESTRUCTIVE.contains(&label_of(key).as_str()) {
        panel.field
    } else {
        panel.primary
    }
}

fn check(panel: &Panel, language: Language) {
    let glass = Shown::new(panel.size);
    let mm = |pixels: f32| pixels * 25.4 / panel.per_inch;
    let mut wrong = vec![];
    for preview in all(language) {
        glass.preview(&preview, Theme::Day, TextSize::Standard);
        let keys = glass.keys();
        let mut say = |words: String| wrong.push(format!("{} {}: {words}", preview.name, preview.case.name()));
        for (index, key) in keys.iter().enumerate() {
            let (label, at, size) = (label_of(key), key.absolute_position(), key.size());
            let (small, least) = (mm(size.width.min(size.height)), least(panel, &preview, key));
            if small < least - SLACK {
                say(format!("{label} is {small:.1} mm, not {least}"));
            }
            let (right, bottom) = (at.x + size.width, at.y + size.height);
            if at.x < 0.0 || at.y < 0.0 || right > panel.size.0 as f32 + 0.5 || bottom > panel.size.1 as f32 + 0.5 {
                say(format!("{label} leaves the glass"));
            }
            for other in &keys[index + 1..] {
                let (other_label, between) = (label_of(other), mm(gap(key, other)));
                let far = [&label, &other_label].iter().any(|label| DESTRUCTIVE.contains(&label.as_str()));
                let least = if far { panel.far } else { panel.apart };
                if between < least - SLACK {
                    say(format!("{label} and {other_label} are {between:.1} mm apart, not {least}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "on {}:\n{}", panel.name, wrong.join("\n"));
}

#[test]
fn keys_are_large_and_apart_on_the_panel_they_are_drawn_for() {
    Language::ALL.into_iter().for_each(|language| check(&PANELS[0], language));
}

#[test]
fn keys_are_large_and_apart_on_the_same_panel_upright() {
    Language::ALL.into_iter().for_each(|language| check(&PANELS[1], language));
}

#[test]
fn keys_are_as_large_and_apart_on_the_small_panel_as_its_glass_allows() {
    Language::ALL.into_iter().for_each(|language| check(&PANELS[2], language));
}
