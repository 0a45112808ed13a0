//! The search without a card: every control its own touch, nobody missing from the list, no press for somebody else.

use std::collections::BTreeSet;

use i_slint_backend_testing::AccessibleRole;
use kakari_session::touch::{Field, Sex, Touch};
use kakari_session::view::*;
use kakari_ui::Tablet;
use kakari_ui::glass::{Glass, KeyFace, Keys, Tone};
use slint::{Global, Model};

use crate::controls::*;
use crate::fixtures::*;
use crate::glass::{FULL, SMALL, TALL, by_role, tablet, wait};
use crate::seek_views::*;

/// On every page of a case, and on every part of a hand-over.
#[test]
fn more_time_is_one_touch_on_every_page_of_a_case() {
    for size in [FULL, SMALL, TALL] {
        for (_, view) in running_out() {
            assert_eq!(
                touched(&view, "30分延長", size),
                [Touch::ExtendBreakGlass],
                "{} at {size:?}",
                view.screen.name()
            );
        }
        for part in ["項目を選ぶ", "引継ぎ先"] {
            let glass = tablet(&running_out()[4].1, Theme::Day, size);
            tap(&glass, part);
            wait(400);
            let heard = listen(&glass);
            tap(&glass, "30分延長");
            assert_eq!(*heard.borrow(), [Touch::ExtendBreakGlass], "{part} at {size:?}");
        }
    }
}

/// The band makes room for it: a finger that is on its way to another control does not hit the one that comes there.
#[test]
fn a_press_that_began_before_more_time_was_offered_does_nothing() {
    let (_, offered) = running_out().remove(0);
    let Screen::Summary(mut before) = offered.screen.clone() else { unreachable!("a summary") };
    before.can_extend = false;
    let before = View { screen: Screen::Summary(before), ..offered.clone() };
    let glass = glass_of(&before);
    let heard = listen(&glass);
    let at = middle(&button(&glass, "別人だった"));
    press(&glass, at);
    glass.show(&offered);
    lift(&glass, at);
    press(&glass, at);
    lift(&glass, at);
    assert!(heard.borrow().is_empty(), "{:?}", heard.borrow());
}

fn glass_of(view: &View) -> Tablet {
    tablet(view, Theme::Day, FULL)
}

/// Taps a control and says what came of it.
fn touched(view: &View, label: &str, size: (u32, u32)) -> Vec<Touch> {
    let glass = tablet(view, Theme::Day, size);
    let heard = listen(&glass);
    tap(&glass, label);
    heard.borrow().clone()
}

#[test]
fn each_control_of_the_search_is_its_own_touch() {
    let field = Touch::SearchField;
    let cases: Vec<(View, &str, Touch)> = vec![
        (standby(), "カードなし", Touch::NoCard),
        (standby_trouble(), "カードなし", Touch::NoCard),
        (reason(), "やめる", Touch::Cancel),
        (reason_extreme(), "了解", Touch::Dismiss),
        (search_empty(), "氏名(行だけで探せます)", field(Field::NameRows)),
        (search_empty(), "年齢(およそ)", field(Field::Age)),
        (search_empty(), "生年月日(西暦)", field(Field::BirthDate)),
        (search_empty(), "男性", Touch::SearchSex(Some(Sex::Male))),
        (search_empty(), "女性", Touch::SearchSex(Some(Sex::Female))),
        (search_empty(), "性別不明", Touch::SearchSex(None)),
        (search_empty(), "文字入力", field(Field::NameKana)),
        (search_empty(), "1字消す", Touch::EraseKana),
        (search_empty(), "条件を消す", Touch::ClearSearch),
        (search_empty(), "電話・住所", field(Field::Phone)),
        (search_empty(), "番号", field(Field::Number)),
        (search_empty(), "やめる", Touch::EndBreakGlass),
        (search_extreme(), "30分延長", Touch::ExtendBreakGlass),
        (search_noticed(), "了解", Touch::Dismiss),
        (search_birth_date(), "1字消す", Touch::EraseDigit),
        (search_number(), "氏名・年齢など", field(Field::NameRows)),
        (search_number(), "電話", field(Field::Phone)),
        (search_number(), "住所(町名のかなと番地)", field(Field::Address)),
        (search_number(), "16桁の番号", field(Field::Number)),
        (search_kana(), "1字消す", Touch::EraseKana),
        (search_kana(), "行で入力", field(Field::NameRows)),
        (search_kana(), "30分延長", Touch::ExtendBreakGlass),
        (search_kana_noticed(), "行で入力", field(Field::NameRows)),
        (search_address(), "1字消す", Touch::EraseKana),
        (search_address(), "氏名・年齢", field(Field::NameRows)),
        (search_address_noticed(), "番地の区切り", Touch::Kana('-')),
        (search_address_noticed(), "1字消す", Touch::EraseDigit),
        (birth_year(), "1字消す", Touch::EraseDigit),
        (birth_year(), "やめる", Touch::Cancel),
        (birth_year_extreme(), "決定", Touch::SubmitPin),
    ];
    for (view, label, touch) in cases {
        for size in [FULL, TALL] {
            assert_eq!(touched(&view, label, size), [touch], "{label} at {size:?}");
        }
    }
}

#[test]
fn each_reason_row_kana_and_digit_is_its_own_touch() {
    for size in [FULL, TALL] {
        let Screen::Reason(shown) = reason().screen else { unreachable!("reasons") };
        for (reason_of, words) in shown.reasons {
            assert_eq!(touched(&reason(), &words, size), [Touch::BreakGlass(reason_of)]);
        }
        let every = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン";
        let digits = |view: View| (view, "0123456789");
        let pads = [(search_empty(), "アカサタナハマヤラワ"), (search_kana(), every), (search_address(), every)];
        let numbers = [search_birth_date(), search_number(), search_address_noticed(), birth_year()].map(digits);
        for (view, keys) in pads.into_iter().chain(numbers) {
            let glass = tablet(&view, Theme::Day, size);
            let heard = listen(&glass);
            for key in keys.chars() {
                tap(&glass, &key.to_string());
                let touch = key.to_digit(10).map_or(Touch::Kana(key), |digit| Touch::Digit(digit as u8));
                assert_eq!(heard.borrow().last(), Some(&touch), "{key} at {size:?}");
            }
            assert_eq!(heard.borrow().len(), keys.chars().count(), "quick different keys all count");
        }
    }
}

#[test]
fn a_year_that_is_not_whole_or_being_opened_is_not_submitted() {
    for (view, label) in [(birth_year(), "決定"), (birth_year_opening(), "決定"), (birth_year_opening(), "5")] {
        assert!(touched(&view, label, FULL).is_empty(), "{label}");
    }
}

#[test]
fn without_a_search_the_standby_offers_none() {
    let Screen::Standby(shown) = standby().screen else { unreachable!("a standby") };
    let glass = glass_of(&view(Screen::Standby(Standby { can_search: false, ..shown })));
    assert!(buttons(&glass).iter().all(|one| one.accessible_label().unwrap() != "カードなし"));
}

/// 22 mm for the ten rows, 20 for what begins, ends and types, 17.5 for the rest.
fn least(label: &str, view: &View) -> f32 {
    let Screen::Search(search) = &view.screen else { return PRIMARY };
    let kana = label.chars().count() == 1 && !label.chars().all(|c| c.is_ascii_digit());
    let field = search.fields.iter().any(|one| one.label == label);
    let person = search.households.iter().flat_map(|one| &one.people).any(|one| label.starts_with(&one.kana));
    match label {
        _ if kana && search.pad == Pad::Rows => 194.0,
        "男性" | "女性" | "性別不明" | "文字入力" | "1字消す" | "番地の区切り" | "氏名・年齢など" => {
            FIELD
        }
        _ if kana || field || person => FIELD,
        _ => PRIMARY,
    }
}

#[test]
fn every_control_of_the_search_is_large_enough_apart_and_on_the_glass() {
    let ours = |view: &View| matches!(view.screen, Screen::Reason(_) | Screen::Search(_) | Screen::BirthYear(_));
    for size in [FULL, SMALL, TALL] {
        let unit = size.0.min(size.1) as f32 / 1200.0;
        for view in all().into_iter().filter(ours) {
            let glass = tablet(&view, Theme::Day, size);
            let all = buttons(&glass);
            for (index, one) in all.iter().enumerate() {
                let (label, at, extent) = (one.accessible_label().unwrap(), one.absolute_position(), one.size());
                let least = least(&label, &view) * unit - 0.5;
                assert!(extent.width >= least && extent.height >= least, "{label}: {extent:?} at {size:?}");
                assert!(at.x >= 0.0 && at.x + extent.width <= size.0 as f32, "{label} at {size:?}");
                assert!(at.y >= 0.0 && at.y + extent.height <= size.1 as f32, "{label} at {size:?}");
                for other in &all[index + 1..] {
                    let other_label = other.accessible_label().unwrap();
                    let taking = |label: &str| ["やめる", "条件を消す"].contains(&label);
                    let taken = matches!(view.screen, Screen::Search(_)) && (taking(&label) || taking(&other_label));
                    let least = if taken { FAR } else { APART } * unit - 1.0;
                    let gap = gap(one, other);
                    assert!(gap >= least, "{label} and {other_label}: {gap} at {size:?}");
                }
            }
        }
    }
}

fn people(glass: &Tablet) -> Vec<String> {
    keys_of_people(glass).into_iter().map(|one| one.label.to_string()).collect()
}

/// A person's key is painted, and says of which sex they are.
fn keys_of_people(glass: &Tablet) -> Vec<KeyFace> {
    let keys = Keys::get(glass.window()).get_keys();
    keys.iter().filter(|key| key.label.contains('性') && key.lines.row_count() > 0).collect()
}

/// Everybody once, with every word; the page says which of how many.
#[test]
fn turning_the_list_names_everybody_once_and_leaves_nothing_out() {
    for size in [FULL, SMALL, TALL] {
        for view in [search_typical(), search_household(), search_extreme(), search_noticed()] {
            let Screen::Search(search) = &view.screen else { unreachable!("a search") };
            let everybody: Vec<&CandidateView> = search.households.iter().flat_map(|one| &one.people).collect();
            let glass = tablet(&view, Theme::Day, size);
            let heard = listen(&glass);
            let mut seen = vec![];
            while seen.len() < everybody.len() {
                for label in people(&glass) {
                    assert_words(&glass, &label, everybody[seen.len()]);
                    tap(&glass, &label);
                    assert_eq!(heard.borrow().last(), Some(&Touch::Choose(seen.len())), "{label} at {size:?}");
                    seen.push(label);
                }
                let turn = buttons(&glass).into_iter().map(|one| one.accessible_label().unwrap().to_string());
                let turn = turn.into_iter().find(|one| one.starts_with("次の") || one.starts_with("最初の"));
                assert!(turn.is_some() || seen.len() == everybody.len(), "the rest is behind a button");
                turn.iter().for_each(|turn| tap(&glass, turn));
                wait(350);
            }
            assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), everybody.len());
            assert_eq!(heard.borrow().len(), everybody.len());
        }
    }
}

fn assert_words(glass: &Tablet, label: &str, person: &CandidateView) {
    let shown = keys_of_people(glass).into_iter().find(|one| one.label == label).unwrap();
    let shown: String = shown.lines.iter().map(|line| line.text.replace(' ', "")).collect();
    for words in [&person.kana, &person.sex_age, &person.birth_date, &person.town, &person.clinic] {
        assert!(shown.contains(&words.replace(' ', "")), "{words} in {shown}");
    }
    let name = person.name.replace(' ', "").replace('\u{E000}', "□");
    assert!(shown.contains(&name) && !shown.contains('…'), "{name} in {shown}");
}

#[test]
fn a_household_has_one_frame_around_its_people() {
    let glass = glass_of(&search_household());
    let keys = Keys::get(glass.window());
    let frames: Vec<_> = keys.get_frames().iter().collect();
    let [frame] = frames.as_slice() else { panic!("{} frames", frames.len()) };
    let people = keys_of_people(&glass);
    assert_eq!(people.len(), 3);
    for one in people {
        assert!(one.x > frame.x && one.x + one.w < frame.x + frame.w, "{}", one.label);
        assert!(one.y > frame.y && one.y + one.h < frame.y + frame.h, "{}", one.label);
    }
    assert_eq!(Keys::get(glass_of(&search_typical()).window()).get_frames().row_count(), 0);
}

/// The answer to the last kana comes while the finger is on its way to somebody of the answer before.
#[test]
fn a_press_that_began_on_one_person_never_chooses_another() {
    let mut others = eight();
    others.truncate(1);
    let (two, family) = (search_typical(), search_of(found(others)));
    let glass = glass_of(&two);
    let heard = listen(&glass);
    let first = people(&glass).remove(0);
    let at = middle(&button(&glass, &first));
    press(&glass, at);
    glass.show(&family);
    wait(1000);
    lift(&glass, at);
    assert!(heard.borrow().is_empty(), "the finger lay on somebody else");
    glass.show(&two);
    wait(200);
    tap(&glass, &first);
    assert!(heard.borrow().is_empty(), "aimed at before it changed");
    // Another change begins the rest anew.
    glass.show(&family);
    wait(200);
    let now = people(&glass).remove(1);
    tap(&glass, &now);
    assert!(heard.borrow().is_empty(), "the rest began anew");
    wait(350);
    tap(&glass, &now);
    assert_eq!(*heard.borrow(), [Touch::Choose(1)]);
}

#[test]
fn typing_goes_on_while_the_list_changes_and_a_bounce_is_one_kana() {
    let glass = glass_of(&search_empty());
    let heard = listen(&glass);
    let answers = [search_running(), search_too_many(), search_typical(), search_running(), search_household()];
    for (key, answer) in ["ヤ", "マ", "タ", "ハ", "ナ"].into_iter().zip(answers) {
        tap(&glass, key);
        glass.show(&answer);
        wait(40);
        tap(&glass, key);
        wait(40);
    }
    assert_eq!(*heard.borrow(), ['ヤ', 'マ', 'タ', 'ハ', 'ナ'].map(Touch::Kana));
    wait(350);
    tap(&glass, "ナ");
    assert_eq!(heard.borrow().len(), 6, "the same kana again after a while");
}

#[test]
fn a_finger_bouncing_on_the_way_to_all_kana_types_none() {
    let glass = glass_of(&search_empty());
    let heard = listen(&glass);
    let at = middle(&button(&glass, "文字入力"));
    press(&glass, at);
    lift(&glass, at);
    glass.show(&search_kana());
    wait(60);
    press(&glass, at);
    lift(&glass, at);
    assert_eq!(*heard.borrow(), [Touch::SearchField(Field::NameKana)]);
}

#[test]
fn all_kana_are_put_away_to_see_the_list_and_come_back() {
    for size in [FULL, SMALL, TALL] {
        let glass = tablet(&search_kana(), Theme::Day, size);
        let heard = listen(&glass);
        assert!(people(&glass).is_empty());
        tap(&glass, "候補を見る");
        wait(350);
        assert_eq!(people(&glass).len(), 2);
        glass.show(&search_kana());
        assert_eq!(people(&glass).len(), 2, "the clock does not bring them back");
        tap(&glass, "文字入力を続ける");
        wait(350);
        tap(&glass, "ネ");
        assert_eq!(*heard.borrow(), [Touch::Kana('ネ')]);
        glass.show(&search_kana_noticed());
        assert!(words(&glass).contains("選んだ人の情報が端末からなくなりました"), "a notice is not behind the keys");
    }
}

#[test]
fn an_address_has_kana_and_digits() {
    for size in [FULL, TALL] {
        let glass = tablet(&search_address(), Theme::Day, size);
        let heard = listen(&glass);
        for step in ["キ", "数字と候補へ", "7", "番地の区切り", "かな入力", "タ"] {
            tap(&glass, step);
            wait(350);
        }
        let expected = [Touch::Kana('キ'), Touch::Digit(7), Touch::Kana('-'), Touch::Kana('タ')];
        assert_eq!(*heard.borrow(), expected);
    }
}

fn words(glass: &Tablet) -> String {
    let words = by_role(glass.window(), AccessibleRole::Text);
    words.iter().map(|word| word.accessible_label().unwrap().to_string()).collect::<Vec<_>>().join("\n")
}

#[test]
fn no_answer_looks_like_another() {
    let mut looks = vec![];
    for view in
        [search_empty(), search_running(), search_too_many(), search_nobody(), search_mistyped(), search_typical()]
    {
        let Screen::Search(search) = &view.screen else { unreachable!("a search") };
        let glass = glass_of(&view);
        let blocks = Glass::get(glass.window()).get_blocks();
        let block = blocks.iter().find(|block| block.title == search.heading.as_str()).unwrap();
        assert!(words(&glass).replace(['\n', ' '], "").contains(&search.hint.replace(' ', "")), "{}", search.hint);
        looks.push((block.tone, block.figures.row_count(), people(&glass).len()));
    }
    assert_eq!(looks[3].0, Tone::Unknown, "that nobody is found is not that there is nobody");
    assert_eq!(looks[2].0, Tone::AlertAmber);
    for (index, look) in looks.iter().enumerate() {
        assert!(!looks[index + 1..].contains(look), "{look:?}");
    }
}

#[test]
fn conditions_that_are_not_on_the_glass_are_said() {
    let glass = glass_of(&search_extreme());
    for label in ["電話・住所", "番号"] {
        let key = Keys::get(glass.window()).get_keys().iter().find(|key| key.label == label).unwrap();
        assert!(key.text.ends_with("入力あり") && key.edged, "{}", key.text);
    }
    for size in [FULL, SMALL, TALL] {
        let words = words(&tablet(&search_number(), Theme::Day, size)).replace(['\n', ' '], "");
        assert!(words.contains("ヤマタハナカサタナハマヤ・105±5・1940年12月31日・女性"), "{words}");
    }
}

/// On every page, the case that it led to as well.
#[test]
fn the_countdown_stands_in_the_bar_for_as_long_as_it_lasts() {
    let pages =
        [search_typical(), search_kana(), birth_year(), check(), summary(typical()), details(panels()), standby()];
    for size in [FULL, SMALL, TALL] {
        for mut page in pages.clone() {
            for countdown in ["緊急閲覧 4:59 — 意識障害", LONGEST_COUNTDOWN] {
                page.bar.break_glass = Some(countdown.to_owned());
                let glass = tablet(&page, Theme::Night, size);
                let blocks = Glass::get(glass.window()).get_blocks();
                let bar = blocks.iter().next().unwrap();
                let line = bar.lines.iter().find(|line| line.text == countdown).unwrap();
                assert!(line.size >= 30.0, "{} at {size:?}", line.size);
                assert_eq!(bar.rules.row_count(), 1, "amber ground");
            }
            page.bar.break_glass = None;
            let glass = tablet(&page, Theme::Night, size);
            assert_eq!(Glass::get(glass.window()).get_blocks().iter().next().unwrap().rules.row_count(), 0);
        }
    }
}

#[test]
fn the_page_that_asks_for_the_year_shows_no_birth_date() {
    let Screen::BirthYear(mut shown) = birth_year().screen else { unreachable!("a birth year") };
    shown.candidate = hanako();
    let words = words(&glass_of(&view(Screen::BirthYear(shown))));
    assert!(!words.contains("1940") && !words.contains("3月5日"), "{words}");
    assert!(words.contains("ヤマダ ハナコ") && words.contains("さくら医院"), "{words}");
}

#[test]
fn day_and_night_are_one_tap_on_every_page_of_the_search() {
    for view in all() {
        let glass = glass_of(&view);
        let heard = listen(&glass);
        tap(&glass, "夜の画面");
        assert_eq!(*heard.borrow(), [Touch::SwitchTheme], "{}", view.screen.name());
    }
}

/// It takes no room from the patient, on any glass.
#[test]
fn more_time_takes_nothing_off_the_summary() {
    let (_, with) = running_out().remove(0);
    let Screen::Summary(mut shown) = with.screen.clone() else { unreachable!("a summary") };
    shown.can_extend = false;
    let without = View { screen: Screen::Summary(shown), ..with.clone() };
    for size in [FULL, SMALL, TALL] {
        let panels = |view: &View| -> Vec<(String, f32, f32, usize)> {
            let glass = tablet(view, Theme::Day, size);
            let blocks = Glass::get(glass.window()).get_blocks();
            blocks.iter().map(|one| (one.title.to_string(), one.y, one.h, one.lines.row_count())).collect()
        };
        assert_eq!(panels(&with), panels(&without), "{size:?}");
    }
}

/// The words of a search are longer than those of a card: they may not push the doses off the summary.
#[test]
fn a_case_that_was_found_shows_the_same_medicines_as_one_by_card() {
    let doses = |view: &View| {
        let glass = glass_of(view);
        let blocks = Glass::get(glass.window()).get_blocks();
        let block = blocks.iter().find(|block| block.title == "要注意薬・服薬").unwrap();
        block.lines.iter().filter(|line| line.text.contains("1日1回")).count()
    };
    assert!(doses(&summary_found()) > 0);
    assert_eq!(doses(&summary_found()), doses(&summary(typical())));
}
