//! The pages round the work and the page of an enrolment: every key its own touch, large and apart, no word cut.

use i_slint_backend_testing::{AccessibleRole, ElementHandle};
use kakari_record::audit::ReviewVerdict;
use kakari_session::touch::{EnrolTouch, Touch};
use kakari_session::view::*;
use kakari_ui::Tablet;

use crate::controls::{APART, FAR, buttons, gap, listen, tap};
use crate::glass::{FULL, SMALL, TALL, by_role, tablet, wait};
use crate::station_views::*;

/// 12.5 mm: nothing here is touched on the road.
const STATION: f32 = 110.0;
/// Keys of the band are as large as on every other page.
const BAND: f32 = 176.0;
const SIZES: [(u32, u32); 3] = [FULL, SMALL, TALL];
const LANGUAGES: [Language; 2] = [Language::Japanese, Language::English];

fn lit(view: View, theme: Theme, size: (u32, u32)) -> Tablet {
    tablet(&view, theme, size)
}

/// Calls this for every page and leaf at every size in both languages.
fn every_leaf(mut look: impl FnMut(&str, &Tablet, (u32, u32), Language)) {
    for size in SIZES {
        for language in LANGUAGES {
            for (name, view) in all(language) {
                let glass = lit(view, Theme::Day, size);
                let mut leaf = 1;
                loop {
                    look(&format!("{name}, leaf {leaf}"), &glass, size, language);
                    let next = language.say("次へ", "Next");
                    let later = buttons(&glass).into_iter().find(|key| called(key) == next);
                    if !later.is_some_and(|key| key.accessible_enabled().unwrap()) {
                        break;
                    }
                    wait(400);
                    tap(&glass, next);
                    wait(400);
                    leaf += 1;
                    assert!(leaf < 60, "{name} never ends");
                }
            }
        }
    }
}

fn called(one: &ElementHandle) -> String {
    one.accessible_label().unwrap().to_string()
}

type Edges = (f32, f32, f32, f32);

fn edges(element: &ElementHandle) -> Edges {
    let (at, size) = (element.absolute_position(), element.size());
    (at.x, at.y, at.x + size.width, at.y + size.height)
}

fn overlap(a: Edges, b: Edges) -> bool {
    const SLACK: f32 = 0.6;
    a.0 + SLACK < b.2 && b.0 + SLACK < a.2 && a.1 + SLACK < b.3 && b.1 + SLACK < a.3
}

fn inside(a: Edges, b: Edges, lean: f32) -> bool {
    a.0 >= b.0 - 1.0 && a.2 <= b.2 + 1.0 && a.1 >= b.1 - lean && a.3 <= b.3 + lean
}

#[test]
fn keys_are_large_apart_and_on_the_glass_and_the_end_of_the_shift_is_far_from_all() {
    every_leaf(|name, glass, size, _| {
        let scale = size.0.min(size.1) as f32 / 1200.0;
        let keys = buttons(glass);
        for (index, one) in keys.iter().enumerate() {
            let at = edges(one);
            let in_band = at.1 > size.1 as f32 - 200.0 * scale;
            let least = if in_band { BAND } else { STATION } * scale - 0.5;
            let (w, h) = (at.2 - at.0, at.3 - at.1);
            assert!(w >= least && h >= least, "{}: {w} x {h} on {name} at {size:?}", called(one));
            assert!(at.0 >= 0.0 && at.1 >= 0.0 && at.2 <= size.0 as f32 && at.3 <= size.1 as f32);
            for other in &keys[index + 1..] {
                let ends = |key: &ElementHandle| ["勤務終了", "End shift"].contains(&called(key).as_str());
                let least = if ends(one) || ends(other) { FAR } else { APART } * scale - 0.6;
                let apart = gap(one, other);
                assert!(apart >= least, "{} and {}: {apart} on {name} at {size:?}", called(one), called(other));
            }
        }
    });
}

#[test]
fn nothing_lies_over_another_and_every_word_stays_inside_its_panel() {
    every_leaf(|name, glass, size, language| {
        let panels = by_role(glass.window(), AccessibleRole::Groupbox);
        let keys = buttons(glass);
        let words = by_role(glass.window(), AccessibleRole::Text);
        for (index, one) in panels.iter().enumerate() {
            let at = edges(one);
            assert!(at.1 >= 0.0 && at.3 <= size.1 as f32 + 0.6, "{} on {name} at {size:?}: {at:?}", called(one));
            for other in &panels[index + 1..] {
                assert!(!overlap(at, edges(other)), "{} over {} on {name}", called(one), called(other));
            }
            for key in keys.iter().filter(|key| called(key) != language.say("了解", "OK")) {
                assert!(!overlap(at, edges(key)), "{} over {} on {name} at {size:?}", called(key), called(one));
            }
        }
        for word in &words {
            let held = panels.iter().any(|panel| inside(edges(word), edges(panel), 4.0));
            assert!(held, "{}: {:?} on {name} at {size:?}", called(word), edges(word));
        }
        for (index, one) in words.iter().enumerate() {
            for other in &words[index + 1..] {
                let ink = |word: &ElementHandle| {
                    let at = edges(word);
                    let lean = (at.3 - at.1) * 0.2;
                    (at.0, at.1 + lean, at.2, at.3 - lean)
                };
                assert!(!overlap(ink(one), ink(other)), "{} over {} on {name}", called(one), called(other));
            }
        }
    });
}

/// Letters that are too small to be read at arm's length, and words that would be cut by their key.
#[test]
fn words_on_keys_fit_and_are_large() {
    use kakari_ui::fit::Type;
    use kakari_ui::glass::Keys;
    use slint::{Global, Model};
    every_leaf(|name, glass, size, _| {
        for key in Keys::get(glass.window()).get_keys().iter() {
            // More ways than anybody meets are said in smaller letters rather than in part.
            let least = if name.starts_with("enrolment-ways-many") { 36.0 } else { 40.0 };
            assert!(key.size >= least, "{} is {} on {name} at {size:?}", key.text, key.size);
            let high = key.text.lines().count() as f32 * key.size;
            assert!(high <= key.h - 8.0, "{} on {name} at {size:?}", key.text);
            for line in key.text.lines() {
                assert!(Type::bold(key.size).width(line) <= key.w - 8.0, "{line} on {name} at {size:?}");
            }
        }
    });
}

/// In English nothing is Japanese but what a record or the language's own name says.
#[test]
fn keys_speak_the_language_of_the_view() {
    for (name, view) in all(Language::English) {
        let glass = lit(view, Theme::Day, FULL);
        for key in buttons(&glass) {
            let label = called(&key);
            assert!(label.is_ascii() || label.starts_with("言語 Language") || label == "日本語", "{label} on {name}");
        }
    }
}

#[test]
fn every_line_is_on_some_leaf() {
    for (size, language) in [(FULL, Language::Japanese), (TALL, Language::English)] {
        for (name, view) in stations(language) {
            let expected = match &view.screen {
                Screen::Station(station) => match &station.body {
                    StationBody::Checks(checks) => checks.lines.iter().map(|line| line.label.clone()).collect(),
                    StationBody::Cases(cases) => cases.rows.iter().map(|row| row.time.clone()).collect(),
                    StationBody::Review(review) => review.rows.iter().map(|row| row.heading.clone()).collect(),
                    _ => vec![],
                },
                _ => vec![],
            };
            let glass = lit(view, Theme::Day, size);
            let mut seen: Vec<String> = vec![];
            loop {
                seen.extend(by_role(glass.window(), AccessibleRole::Groupbox).iter().map(called));
                let next = language.say("次へ", "Next");
                let later = buttons(&glass).into_iter().find(|key| called(key) == next);
                if !later.is_some_and(|key| key.accessible_enabled().unwrap()) {
                    break;
                }
                wait(400);
                tap(&glass, next);
                wait(400);
            }
            for title in expected {
                assert!(seen.contains(&title), "{title} of {name} is on no leaf");
            }
        }
    }
}

fn says(view: View, keys: &[(&str, Touch)]) {
    let glass = lit(view, Theme::Day, FULL);
    let heard = listen(&glass);
    for (label, touch) in keys {
        heard.borrow_mut().clear();
        tap(&glass, label);
        wait(400);
        assert_eq!(heard.borrow().as_slice(), [*touch], "{label}");
    }
}

#[test]
fn every_page_has_its_tabs_and_its_band() {
    let every = [
        ("同期・状態", Touch::OpenStation(StationPage::Sync)),
        ("点検", Touch::OpenStation(StationPage::Checks)),
        ("直近の事案", Touch::OpenStation(StationPage::Cases)),
        ("緊急閲覧の確認", Touch::OpenStation(StationPage::Review)),
        ("利用状況", Touch::OpenStation(StationPage::Usage)),
        ("設定", Touch::OpenStation(StationPage::Settings)),
        ("戻る", Touch::CloseStation),
        ("夜の画面", Touch::SwitchTheme),
        ("勤務終了", Touch::EndShift),
    ];
    for (_, view) in stations(Language::Japanese) {
        says(view, &every);
    }
}

#[test]
fn a_page_does_what_its_own_keys_say() {
    let language = Language::English;
    says(checks_typical(language), &[("Check again", Touch::CheckAgain)]);
    says(sync_typical(language), &[("Import from USB", Touch::ImportBundle)]);
    let judged = |verdict| Touch::Review(412, verdict);
    let heading = "Fri 11/20 02:14 Unconscious";
    says(
        review_typical(language),
        &[
            (&format!("Justified {heading}"), judged(ReviewVerdict::Justified)),
            (&format!("Question {heading}"), judged(ReviewVerdict::Questioned)),
        ],
    );
    says(
        settings(1, language),
        &[
            ("言語 Language 日本語", Touch::Speak(Language::Japanese)),
            ("Night colours Red only", Touch::Darken(Dark::Red)),
            ("Text of patient pages Largest x2", Touch::Enlarge(TextSize::Double)),
            ("Sound Off", Touch::Sound(false)),
        ],
    );
    let noticed = noticed(sync_typical(language), ("No stick", "Put one in"));
    says(noticed, &[("OK", Touch::Dismiss)]);
}

#[test]
fn what_cannot_be_done_says_nothing() {
    let glass = lit(sync_typical(Language::Japanese), Theme::Day, FULL);
    let heard = listen(&glass);
    tap(&glass, "今すぐ同期");
    assert!(heard.borrow().is_empty());
    let mut view = sync_typical(Language::Japanese);
    let Screen::Station(station) = &mut view.screen else { panic!("no station") };
    station.can_end_shift = false;
    let glass = lit(view, Theme::Day, FULL);
    assert!(buttons(&glass).iter().all(|key| called(key) != "勤務終了"));
}

/// A use of break-glass that nobody may judge has no keys.
#[test]
fn nobody_is_asked_to_judge_what_he_may_not() {
    let glass = lit(review_typical(Language::Japanese), Theme::Day, FULL);
    let judged = || buttons(&glass).iter().map(called).filter(|label| label.starts_with("妥当")).collect::<Vec<_>>();
    let mut keys = judged();
    tap(&glass, "次へ");
    keys.extend(judged());
    assert_eq!(keys, ["妥当 11/20(金) 02:14 意識障害", "妥当 11/10(火) 17:02 意識障害"]);
}

#[test]
fn an_enrolment_is_typed_and_goes_on_and_back() {
    let whole = code("8K2M  4ZZZ  9QXW", true, Language::Japanese);
    let glass = lit(whole.clone(), Theme::Day, FULL);
    let heard = listen(&glass);
    for letter in CODE.chars() {
        tap(&glass, &letter.to_string());
        wait(400);
    }
    let letters: Vec<Touch> = CODE.chars().map(|letter| enrol(EnrolTouch::Letter(letter))).collect();
    assert_eq!(*heard.borrow(), letters);
    says(
        whole,
        &[
            ("1字消す", enrol(EnrolTouch::Erase)),
            ("決定", enrol(EnrolTouch::Submit)),
            ("最初に戻る", enrol(EnrolTouch::Back)),
            ("夜の画面", Touch::SwitchTheme),
        ],
    );
    says(
        ways(Language::English),
        &[("Enrol over the network", enrol(EnrolTouch::Way(0))), ("Go on", enrol(EnrolTouch::Way(2)))],
    );
    let of = |name: &str| enrolments(Language::English).into_iter().find(|one| one.0 == name).unwrap().1;
    says(of("enrolment-stopped"), &[("Try again", enrol(EnrolTouch::Retry)), ("Start over", enrol(EnrolTouch::Back))]);
    says(of("enrolment-ready"), &[("Finish", enrol(EnrolTouch::Finish))]);
}

/// A finger that types must not wait between two letters: the keys are the same.
#[test]
fn a_letter_that_is_typed_shuts_nothing() {
    let glass = lit(code("8K2M  4_ _ _  _ _ _ _", false, Language::Japanese), Theme::Day, FULL);
    let heard = listen(&glass);
    tap(&glass, "Z");
    glass.show(&code("8K2M  4Z_ _  _ _ _ _", false, Language::Japanese));
    tap(&glass, "X");
    assert_eq!(heard.borrow().len(), 2);
}

/// Another page's key must not be pressed by a finger that bounces.
#[test]
fn another_page_and_another_leaf_rest_for_a_moment() {
    let glass = lit(review_typical(Language::Japanese), Theme::Day, FULL);
    let heard = listen(&glass);
    let mut fewer = review_typical(Language::Japanese);
    let Screen::Station(station) = &mut fewer.screen else { panic!("no station") };
    let StationBody::Review(review) = &mut station.body else { panic!("no review") };
    review.rows.remove(1);
    glass.show(&fewer);
    tap(&glass, "妥当 11/20(金) 02:14 意識障害");
    assert!(heard.borrow().is_empty(), "the rows moved under the finger");
    wait(500);
    tap(&glass, "妥当 11/20(金) 02:14 意識障害");
    assert_eq!(heard.borrow().len(), 1);
}

#[test]
fn a_leaf_stays_while_its_page_does() {
    let extreme = |(name, _): &Named| *name == "station-review-extreme";
    let view = stations(Language::Japanese).into_iter().find(extreme).unwrap().1;
    let glass = lit(view.clone(), Theme::Day, FULL);
    tap(&glass, "次へ");
    glass.show(&view);
    let earlier = buttons(&glass).into_iter().find(|key| called(key) == "前へ").unwrap();
    assert!(earlier.accessible_enabled().unwrap(), "it went back to the first leaf");
}
