//! Where things stand: no panel over another, no word outside its panel, and the four values unlike each other.

use i_slint_backend_testing::{AccessibleRole, ElementHandle};
use kakari_session::view::{Language, Look, Panel, Screen, Standing, SummaryView, TextSize, Theme, View};
use kakari_ui::Tablet;
use kakari_ui::fit::Type;
use kakari_ui::glass::{Block, Glass, Keys, Tone};
use slint::{Global, Model};

use crate::controls::everything;
use crate::crew::*;
use crate::fixtures::*;
use crate::glass::{FULL, SMALL, TALL, by_role, tablet};

type Edges = (f32, f32, f32, f32);

fn edges(element: &ElementHandle) -> Edges {
    let (at, size) = (element.absolute_position(), element.size());
    (at.x, at.y, at.x + size.width, at.y + size.height)
}

fn overlap(a: Edges, b: Edges) -> bool {
    const SLACK: f32 = 0.6;
    a.0 + SLACK < b.2 && b.0 + SLACK < a.2 && a.1 + SLACK < b.3 && b.1 + SLACK < a.3
}

fn clear_of_each_other(panels: &[ElementHandle], buttons: &[ElementHandle], size: (u32, u32)) {
    let called = |one: &ElementHandle| one.accessible_label().unwrap();
    for one in buttons {
        let inside_notice = called(one) == "了解";
        for panel in panels.iter().filter(|panel| !(inside_notice && called(panel) == "お知らせ")) {
            assert!(!overlap(edges(one), edges(panel)), "{} over {} at {size:?}", called(one), called(panel));
        }
    }
    for (index, one) in panels.iter().enumerate() {
        for other in &panels[index + 1..] {
            assert!(!overlap(edges(one), edges(other)), "{} over {} at {size:?}", called(one), called(other));
        }
    }
}

/// In larger letters too, nothing lies over another, and what must be named is named as in the standard ones.
#[test]
fn larger_letters_hide_no_critical_name_and_push_nothing_off_the_glass() {
    let views = [summary(typical()), summary(extreme()), summary(mixed()), with_notice(), details(extreme_panels())];
    for (size, text) in
        [(FULL, TextSize::Large), (FULL, TextSize::Double), (SMALL, TextSize::Double), (TALL, TextSize::Large)]
    {
        for view in &views {
            let look = Look { text, ..view.look };
            let (standard, glass) =
                (tablet(view, Theme::Day, size), tablet(&View { look, ..view.clone() }, Theme::Day, size));
            let panels = by_role(glass.window(), AccessibleRole::Groupbox);
            let words = by_role(glass.window(), AccessibleRole::Text);
            clear_of_each_other(&panels, &by_role(glass.window(), AccessibleRole::Button), size);
            for panel in &panels {
                let at = edges(panel);
                assert!(at.3 <= size.1 as f32 + 1.0 && at.2 <= size.0 as f32 + 1.0, "{:?}", panel.accessible_label());
            }
            for word in words.iter().filter(|word| word.accessible_label().is_some_and(|said| !said.trim().is_empty()))
            {
                let held = panels.iter().any(|around| holds(around, word));
                assert!(held, "{:?}: {:?} at {size:?}", word.accessible_label(), edges(word));
            }
            if let Screen::Summary(shown) = &view.screen {
                for row in shown.panels.iter().take(2).flat_map(|panel| &panel.rows) {
                    let says = |glass: &Tablet| all_lines(glass).contains(&row.main.replace(' ', ""));
                    assert!(!says(&standard) || says(&glass), "{} is gone at {size:?} {text:?}", row.main);
                }
            }
        }
    }
}

/// English words are longer: none may be cut off on its key, at any size, and none of ours stays Japanese.
#[test]
fn keys_hold_their_english_words() {
    let ours =
        [sign_in(), standby(), check(), summary(typical()), other_card(), details(panels()), locked(), with_notice()];
    let japanese = |label: &str| label.chars().any(|c| ('ぁ'..='ヿ').contains(&c) || ('一'..='鿿').contains(&c));
    for size in [FULL, SMALL, TALL] {
        for view in everything() {
            let look = Look { language: Language::English, ..view.look };
            keys_hold_their_words(&tablet(&View { look, ..view }, Theme::Day, size), size);
        }
        for view in &ours {
            let look = Look { language: Language::English, ..view.look };
            let glass = tablet(&View { look, ..view.clone() }, Theme::Day, size);
            for key in Keys::get(glass.window()).get_keys().iter() {
                assert!(
                    !japanese(&key.label) && !japanese(key.text.lines().next().unwrap_or_default()),
                    "{}",
                    key.label
                );
            }
        }
    }
}

#[test]
fn frames_of_households_cross_no_word() {
    for size in [FULL, SMALL, TALL] {
        for view in everything().into_iter().filter(|view| matches!(view.screen, Screen::Search(_))) {
            let glass = tablet(&view, Theme::Day, size);
            let words = by_role(glass.window(), AccessibleRole::Text);
            frames_cross_no_word(&glass, &words, size);
        }
    }
}

#[test]
fn larger_letters_are_larger() {
    let largest = |text| {
        let look = Look { text, ..Look::default() };
        let glass = tablet(&View { look, ..summary(typical()) }, Theme::Day, FULL);
        let blocks = Glass::get(glass.window()).get_blocks();
        let critical = blocks.iter().filter(|block| block.tone == Tone::Red);
        critical.flat_map(|block| block.lines.iter().map(|line| line.size).collect::<Vec<_>>()).fold(0.0, f32::max)
    };
    assert!(largest(TextSize::Double) > 1.2 * largest(TextSize::Standard));
}

fn all_lines(glass: &Tablet) -> String {
    Glass::get(glass.window()).get_blocks().iter().map(|block| lines(&block).replace(' ', "")).collect()
}

/// The frame around a household is no panel: what stands near it is inside or outside, never on its line.
fn frames_cross_no_word(glass: &Tablet, words: &[ElementHandle], size: (u32, u32)) {
    let unit = size.0.min(size.1) as f32 / 1200.0;
    for frame in Keys::get(glass.window()).get_frames().iter() {
        let around = [frame.x, frame.y, frame.x + frame.w, frame.y + frame.h].map(|edge| edge * unit);
        for word in words {
            let at = edges(word);
            // Half of a line box is letters.
            let lean = (at.3 - at.1) * 0.14;
            let ink = (at.0, at.1 + lean, at.2, at.3 - lean);
            let inside = ink.0 > around[0] && ink.2 < around[2] && ink.1 > around[1] && ink.3 < around[3];
            let clear = !overlap(ink, (around[0], around[1], around[2], around[3]));
            assert!(inside || clear, "{:?} on a frame at {size:?}", word.accessible_label());
        }
    }
}

/// The words on a key are not measured by the shaper's boxes: they are as large as they must not be cut.
fn keys_hold_their_words(glass: &Tablet, size: (u32, u32)) {
    for key in Keys::get(glass.window()).get_keys().iter() {
        for line in key.lines.iter() {
            // A line box is higher than its letters: these are what may not be cut.
            let letters = (line.y + line.h * 0.14, line.y + line.h * 0.86);
            assert!(letters.0 >= EDGE && letters.1 <= key.h - EDGE, "{} of {} at {size:?}", line.text, key.label);
        }
        fits(&key.text, key.size, (key.w, key.h), size);
    }
}

/// The line around a key.
const EDGE: f32 = 4.0;

fn fits(words: &str, letters: f32, (w, h): (f32, f32), size: (u32, u32)) {
    let high = words.lines().count() as f32 * letters;
    assert!(high <= h - 2.0 * EDGE, "{words} is {high} high in {h} at {size:?}");
    for line in words.lines() {
        let wide = Type::bold(letters).width(line);
        assert!(wide <= w - 2.0 * EDGE, "{line} is {wide} wide in {w} at {size:?}");
    }
}

/// Line boxes are higher than letters: a little of them may stand out above and below.
fn holds(panel: &ElementHandle, word: &ElementHandle) -> bool {
    let ((left, top, right, bottom), around) = (edges(word), edges(panel));
    left >= around.0 - 1.0 && right <= around.2 + 1.0 && top >= around.1 - 4.0 && bottom <= around.3 + 4.0
}

fn texts(glass: &Tablet, panel: &ElementHandle) -> String {
    let words = by_role(glass.window(), AccessibleRole::Text);
    words.iter().filter(|word| holds(panel, word)).map(|word| word.accessible_label().unwrap().to_string()).collect()
}

fn faces(glass: &Tablet) -> Vec<ElementHandle> {
    by_role(glass.window(), AccessibleRole::Image)
}

/// Large enough to compare, in its own shape, over no word and no button.
#[test]
fn a_face_is_on_the_check_at_least_as_large_as_a_passport_photo_and_covers_nothing() {
    for size in [FULL, SMALL, TALL] {
        let unit = size.0.min(size.1) as f32 / 1200.0;
        for view in [check(), check_empty(), check_extreme()] {
            assert!(faces(&tablet(&view, Theme::Day, size)).is_empty());
            let glass = tablet(&with_face(view), Theme::Day, size);
            let all = faces(&glass);
            let [face] = all.as_slice() else { panic!("{} faces at {size:?}", all.len()) };
            let drawn = face.size();
            assert!(drawn.width >= 239.0 * unit && drawn.height >= 319.0 * unit, "{drawn:?} at {size:?}");
            assert!((drawn.width / drawn.height - 0.75).abs() < 0.01, "{drawn:?} at {size:?}");
            for role in [AccessibleRole::Text, AccessibleRole::Button] {
                for other in by_role(glass.window(), role) {
                    assert!(!overlap(edges(face), edges(&other)), "over {:?} at {size:?}", other.accessible_label());
                }
            }
        }
    }
}

#[test]
fn the_face_leaves_the_glass_with_the_check() {
    for next in [summary(typical()), details(panels()), standby(), reading(), sign_in(), check()] {
        let glass = tablet(&with_face(check()), Theme::Day, FULL);
        assert_eq!(faces(&glass).len(), 1);
        glass.show(&next);
        assert!(faces(&glass).is_empty());
        assert_eq!(Glass::get(glass.window()).get_photo().size().width, 0, "nothing is kept of it");
    }
}

#[test]
fn what_is_not_known_never_looks_like_none() {
    for panels in [unknown_panels(), none_panels(), mixed().panels, extreme_panels()] {
        for alerts in [vec![], extreme().alerts] {
            let view = summary(summary_of(long_banner(), alerts, panels.clone()));
            for size in [FULL, TALL] {
                let glass = tablet(&view, Theme::Night, size);
                // Of those that are none in part another test speaks.
                let partly = |panel: &&Panel| {
                    panel.standing == Standing::NoneConfirmed && panel.rows.iter().any(|row| row.unknown)
                };
                for panel in panels.iter().filter(|panel| !partly(panel)) {
                    assert_eq!(tone(&glass, panel), looks(panel), "{}", panel.title);
                }
            }
        }
    }
}

fn tone(glass: &Tablet, panel: &Panel) -> (bool, bool, bool) {
    let blocks = Glass::get(glass.window()).get_blocks();
    let block = blocks.iter().filter(|block| block.title == panel.title.as_str()).last().unwrap();
    (block.tone == Tone::Unknown, !block.stripes.is_empty(), block.tone == Tone::Confirmed)
}

/// Nobody confirmed the dialysis: neither the panel nor its tile may look as if somebody had.
#[test]
fn a_panel_that_is_none_in_part_is_never_drawn_as_confirmed() {
    for panels in [partly_none(panels()), partly_none(extreme_panels())] {
        for size in [FULL, SMALL, TALL] {
            let views = [
                summary(summary_of(long_banner(), extreme().alerts, panels.clone())),
                summary(summary_of(banner(), vec![], panels.clone())),
                summary(SummaryView { panels: panels.clone(), ..mixed() }),
                details(panels.clone()),
            ];
            for view in views {
                let glass = tablet(&view, Theme::Day, size);
                for panel in &panels[3..6] {
                    let blocks = Glass::get(glass.window()).get_blocks();
                    for block in blocks.iter().filter(|block| block.title == panel.title.as_str()) {
                        assert!(block.tone != Tone::Confirmed, "{} at {size:?}", panel.title);
                        let hatched = block.tone == Tone::Unknown || block.patches.row_count() > 0;
                        assert!(hatched, "{} at {size:?}: {}", panel.title, lines(&block));
                        assert!(!lines(&block).contains("なし(確認済)") || block.h > 64.0, "{}", lines(&block));
                    }
                }
            }
        }
    }
}

/// The sentence that there is none is no item.
#[test]
fn sentences_are_never_counted_as_items() {
    for panels in [none_panels(), unknown_panels(), partly_none(none_panels())] {
        for size in [FULL, SMALL, TALL] {
            let view = summary(summary_of(banner(), vec![], panels.clone()));
            let glass = tablet(&view, Theme::Day, size);
            for block in Glass::get(glass.window()).get_blocks().iter().skip(2) {
                assert!(!lines(&block).contains('件'), "{} at {size:?}", lines(&block));
            }
        }
    }
}

#[test]
fn a_row_nobody_knows_is_hatched_inside_the_confirmed_allergies() {
    let mut panels = panels();
    panels[0] = partly_none_allergies();
    for view in [summary(summary_of(banner(), vec![], panels.clone())), details(panels.clone())] {
        let glass = tablet(&view, Theme::Day, FULL);
        let tabs = by_role(glass.window(), AccessibleRole::Button);
        if let Some(tab) = tabs.iter().find(|one| one.accessible_label().unwrap() == "アレルギー") {
            tab.invoke_accessible_default_action();
        }
        let blocks = Glass::get(glass.window()).get_blocks();
        let block = blocks.iter().find(|block| block.title == "アレルギー").unwrap();
        assert!(block.patches.row_count() > 0 && lines(&block).contains("アレルギー"));
    }
}

#[test]
fn a_tile_counts_what_is_known_and_says_that_a_part_is_not() {
    let mut panels = extreme_panels();
    panels[3].rows.push(unsaid("妊娠 未記録(なしではありません)"));
    let glass = tablet(&summary(summary_of(long_banner(), extreme().alerts, panels.clone())), Theme::Day, SMALL);
    let blocks = Glass::get(glass.window()).get_blocks();
    let block = blocks.iter().find(|block| block.title == panels[3].title.as_str()).unwrap();
    assert!(lines(&block).contains(&panels[3].count) && lines(&block).contains("一部不明"), "{}", lines(&block));
    assert!(block.patches.row_count() > 0);
}

fn lines(block: &Block) -> String {
    let words: Vec<String> = block.lines.iter().map(|line| line.text.to_string()).collect();
    words.join(" ")
}

/// A notice, or an upright glass, does not turn diseases and phone numbers into counts.
#[test]
fn diseases_and_numbers_are_named_before_they_are_counted() {
    for (view, size) in [(with_notice(), FULL), (summary(typical()), FULL), (summary(typical()), TALL)] {
        let glass = tablet(&view, Theme::Day, size);
        let blocks = Glass::get(glass.window()).get_blocks();
        let words: String = blocks.iter().map(|block| lines(&block)).collect();
        for named in ["心房細動", "2型糖尿病", "脳梗塞後遺症", "048-000-1111", "090-0000-5678"] {
            assert!(words.contains(named), "{named} at {size:?}");
        }
        let notice = blocks.iter().find(|block| block.title == "お知らせ");
        assert!(notice.is_none_or(|notice| notice.h <= 90.0));
    }
}

/// Every label is on the summary, with the reasons that no other word can stand for; the details have all of it.
#[test]
fn no_alert_goes_missing_and_the_telling_ones_keep_their_reasons() {
    let telling = ["アナフィラキシー", "アレルギー", "透析", "妊娠", "感染症"];
    for size in [FULL, SMALL, TALL] {
        for (alerts, banner) in [(extreme().alerts, long_banner()), (every_alert(), banner())] {
            let view = summary(summary_of(banner, alerts.clone(), extreme_panels()));
            let glass = tablet(&view, Theme::Day, size);
            let blocks = Glass::get(glass.window()).get_blocks();
            for alert in &alerts {
                let chip = blocks.iter().find(|block| block.title == alert.label.as_str());
                let chip = chip.unwrap_or_else(|| panic!("{} at {size:?}", alert.label));
                let kept = telling.iter().any(|word| alert.label.contains(word));
                let said = lines(&chip).replace(' ', "").contains(&alert.reason.replace(' ', ""));
                assert!(
                    said || !kept || alerts.len() == every_alert().len(),
                    "{} at {size:?}: {}",
                    alert.label,
                    lines(&chip)
                );
            }
        }
    }
}

#[test]
fn the_details_begin_with_every_alert_and_its_reason() {
    for size in [FULL, SMALL, TALL] {
        let Screen::Details(mut shown) = details(panels()).screen else { unreachable!() };
        shown.alerts.truncate(5);
        let glass = tablet(&view(Screen::Details(shown.clone())), Theme::Day, size);
        let blocks = Glass::get(glass.window()).get_blocks();
        let words = lines(&blocks.iter().find(|block| block.title == "注意").unwrap());
        for alert in &shown.alerts {
            assert!(words.contains(&alert.label) && words.contains(&alert.reason), "{} in {words}", alert.label);
        }
    }
}

/// Hatched ground twice over for the unknown, an outline only for what someone confirmed.
fn looks(panel: &Panel) -> (bool, bool, bool) {
    match panel.standing {
        Standing::Known => (false, false, false),
        Standing::NoneConfirmed => (false, false, true),
        Standing::NotRecorded | Standing::Unavailable => (true, true, false),
    }
}

/// Every allergy is on the summary by its name, or the page says how many more there are.
#[test]
fn no_allergy_goes_missing_without_a_word() {
    for size in [FULL, SMALL, TALL] {
        for count in 1..=10 {
            let mut one = extreme();
            one.panels[0].rows.truncate(count);
            one.panels[0].count = format!("{count}件");
            let names: Vec<String> = one.panels[0].rows.iter().map(|row| row.short.clone()).collect();
            let glass = tablet(&summary(one), Theme::Day, size);
            let panel = by_role(glass.window(), AccessibleRole::Groupbox);
            let panel = panel.iter().find(|one| one.accessible_label().unwrap() == "アレルギー・禁忌");
            let panel = panel.unwrap_or_else(|| panic!("{count} at {size:?}"));
            let text = texts(&glass, panel);
            let missing = names.iter().filter(|name| !text.contains(name.as_str())).count();
            assert!(missing == 0 || text.contains("は詳細へ"), "{missing} of {count} missing: {text}");
        }
    }
}

#[test]
fn turning_the_leaves_of_the_details_shows_every_row_once() {
    for mut view in [details(extreme_panels()), details(panels())] {
        let Screen::Details(shown) = &mut view.screen else { unreachable!() };
        // The footer is the origin that all rows share.
        shown.panels.iter_mut().for_each(|panel| panel.footer.clear());
        let rows = shown.panels.iter().flat_map(|panel| &panel.rows);
        let rows = rows.filter(|row| !row.origin.is_empty()).count();
        let glass = tablet(&view, Theme::Day, FULL);
        let mut seen = origins(&glass);
        while crate::controls::button(&glass, "次へ").accessible_enabled() == Some(true) {
            let next = by_role(glass.window(), AccessibleRole::Button);
            let next = next.iter().find(|one| one.accessible_label().unwrap() == "次へ").unwrap();
            next.invoke_accessible_default_action();
            crate::glass::wait(350);
            seen += origins(&glass);
        }
        assert_eq!(seen, rows);
    }
}

/// One origin stands beside each row.
fn origins(glass: &Tablet) -> usize {
    let words = by_role(glass.window(), AccessibleRole::Text);
    words.iter().filter(|word| word.accessible_label().unwrap() == "2026/04/12 北町総合病院").count()
}
