//! Controls found by their labels: large enough, apart, each its own touch, one press for a bouncing finger.

use std::cell::RefCell;
use std::rc::Rc;

use i_slint_backend_testing::{AccessibleRole, ElementHandle};
use i_slint_core::input::TouchPhase;
use i_slint_core::lengths::LogicalPoint;
use i_slint_core::platform::InternalEvent;
use kakari_session::touch::{Basis, Touch};
use kakari_session::view::{Screen, StationPage, Theme, View};
use kakari_ui::glass::Glass;
use kakari_ui::{CardTray, Tablet};
use slint::platform::{PointerEventButton, WindowEvent};
use slint::{ComponentHandle, Global, LogicalPosition, Model};

use crate::crew::*;
use crate::fixtures::*;
use crate::glass::{FULL, SMALL, TALL, by_role, in_light, platform, tablet, wait};

pub(crate) const FIELD: f32 = 154.0;
pub(crate) const PRIMARY: f32 = 176.0;
pub(crate) const APART: f32 = 26.0;
pub(crate) const FAR: f32 = 70.0;

pub(crate) fn everything() -> Vec<View> {
    let mut all = vec![
        sign_in_empty(),
        sign_in(),
        sign_in_extreme(),
        standby(),
        standby_trouble(),
        standby_unsynced(),
        sign_in_lease_over(),
        sign_in_erased(),
        check(),
        check_extreme(),
        other_card(),
        with_notice(),
        details(panels()),
        details(extreme_panels()),
    ];
    all.extend([typical(), extreme(), mixed()].map(summary));
    all.extend(crew_views());
    all.extend(crate::seek_views::running_out().into_iter().map(|(_, view)| view));
    all
}

pub(crate) fn buttons(tablet: &Tablet) -> Vec<ElementHandle> {
    by_role(tablet.window(), AccessibleRole::Button)
}

pub(crate) fn button(tablet: &Tablet, label: &str) -> ElementHandle {
    let found = buttons(tablet).into_iter().find(|one| one.accessible_label().unwrap() == label);
    found.unwrap_or_else(|| panic!("no button {label}"))
}

pub(crate) fn listen(tablet: &Tablet) -> Rc<RefCell<Vec<Touch>>> {
    let heard = Rc::new(RefCell::new(vec![]));
    let ear = heard.clone();
    tablet.on_touch(move |_, touch| ear.borrow_mut().push(touch));
    heard
}

pub(crate) fn middle(element: &ElementHandle) -> LogicalPosition {
    let (at, size) = (element.absolute_position(), element.size());
    LogicalPosition::new(at.x + size.width / 2.0, at.y + size.height / 2.0)
}

fn send(tablet: &Tablet, event: WindowEvent) {
    tablet.window().window().dispatch_event(event);
}

pub(crate) fn press(tablet: &Tablet, position: LogicalPosition) {
    send(tablet, WindowEvent::PointerPressed { position, button: PointerEventButton::Left });
}

pub(crate) fn lift(tablet: &Tablet, position: LogicalPosition) {
    send(tablet, WindowEvent::PointerReleased { position, button: PointerEventButton::Left });
}

pub(crate) fn tap(tablet: &Tablet, label: &str) {
    let at = middle(&button(tablet, label));
    press(tablet, at);
    lift(tablet, at);
}

pub(crate) fn is_destructive(label: &str) -> bool {
    ["別人だった", "事案を閉じる", "別人・不明", "切替", "勤務終了"].contains(&label)
}

pub(crate) fn gap(one: &ElementHandle, other: &ElementHandle) -> f32 {
    let (a, b) = (one.absolute_position(), other.absolute_position());
    let (sa, sb) = (one.size(), other.size());
    let across = (b.x - a.x - sa.width).max(a.x - b.x - sb.width);
    let down = (b.y - a.y - sa.height).max(a.y - b.y - sb.height);
    across.max(down)
}

#[test]
fn pin_keys_emit_their_digits_and_the_pad_takes_back_and_submits() {
    let glass = tablet(&sign_in_extreme(), Theme::Night, FULL);
    let heard = listen(&glass);
    for digit in 0..=9u8 {
        tap(&glass, &digit.to_string());
        assert_eq!(heard.borrow().last(), Some(&Touch::Digit(digit)));
    }
    tap(&glass, "1字消す");
    tap(&glass, "決定");
    assert_eq!(heard.borrow()[10..], [Touch::EraseDigit, Touch::SubmitPin]);
}

#[test]
fn a_pad_that_is_closed_or_not_full_says_nothing() {
    let glass = tablet(&sign_in_empty(), Theme::Day, FULL);
    let heard = listen(&glass);
    tap(&glass, "5");
    assert!(heard.borrow().is_empty());
    let glass = tablet(&sign_in(), Theme::Day, FULL);
    let heard = listen(&glass);
    tap(&glass, "決定");
    assert!(heard.borrow().is_empty());
}

#[test]
fn the_card_picture_rests_while_no_card_can_be_read() {
    for (view, live) in [(standby(), true), (standby_trouble(), false)] {
        assert_eq!(Glass::get(tablet(&view, Theme::Day, FULL).window()).get_art_live(), live);
    }
}

#[test]
fn each_button_is_its_own_touch() {
    let cases: Vec<(View, &str, Touch)> = vec![
        (check(), "本人同意", Touch::Confirm(Basis::PatientConsents)),
        (check(), "家族の求め", Touch::Confirm(Basis::FamilyAsks)),
        (check(), "意識なし・緊急", Touch::Confirm(Basis::Emergency)),
        (check(), "別人・不明", Touch::NotThisPerson),
        (summary(typical()), "詳細", Touch::OpenDetails),
        (summary(typical()), "別人だった", Touch::WasAnotherPerson),
        (summary(typical()), "事案を閉じる", Touch::CloseCase),
        (summary(typical()), "引継ぎ", Touch::OpenHandover),
        (details(panels()), "引継ぎ", Touch::OpenHandover),
        (standby(), "ロック", Touch::Lock),
        (standby(), "直近の事案", Touch::OpenStation(StationPage::Cases)),
        (standby(), "同期・点検", Touch::OpenStation(StationPage::Sync)),
        (sign_in(), "点検・設定", Touch::OpenStation(StationPage::Checks)),
        (with_notice(), "了解", Touch::Dismiss),
        (standby_trouble(), "了解", Touch::Dismiss),
        (other_card(), "切替", Touch::SwitchPatient),
        (other_card(), "このまま", Touch::StayWithPatient),
        (details(panels()), "要約へ戻る", Touch::CloseDetails),
    ];
    for (view, label, touch) in cases {
        let glass = tablet(&view, Theme::Day, FULL);
        let heard = listen(&glass);
        tap(&glass, label);
        assert_eq!(*heard.borrow(), [touch], "{label}");
    }
}

#[test]
fn a_bounce_is_one_press_and_a_second_press_counts_after_a_while() {
    let glass = tablet(&sign_in(), Theme::Day, FULL);
    let heard = listen(&glass);
    tap(&glass, "1");
    wait(200);
    tap(&glass, "1");
    assert_eq!(heard.borrow().len(), 1);
    wait(310);
    tap(&glass, "1");
    assert_eq!(heard.borrow().len(), 2);
}

#[test]
fn sliding_off_a_control_cancels_the_press() {
    let glass = tablet(&summary(typical()), Theme::Day, FULL);
    let heard = listen(&glass);
    let at = middle(&button(&glass, "事案を閉じる"));
    let off = LogicalPosition::new(at.x, at.y - 400.0);
    press(&glass, at);
    send(&glass, WindowEvent::PointerMoved { position: off });
    lift(&glass, off);
    assert!(heard.borrow().is_empty());
}

/// Of views that come fast only the last is drawn: the next patient's page may follow at once.
#[test]
fn a_touch_meant_for_one_patient_never_acts_on_the_next() {
    let other = || {
        let Screen::Check(mut shown) = check().screen else { unreachable!() };
        (shown.banner.name, shown.number) = ("鈴木 一郎".into(), "2345 6789 0123 4567".into());
        view(Screen::Check(shown))
    };
    let glass = tablet(&check(), Theme::Day, FULL);
    let heard = listen(&glass);
    glass.show(&other());
    tap(&glass, "本人同意");
    assert!(heard.borrow().is_empty());
    wait(350);
    tap(&glass, "本人同意");
    assert_eq!(heard.borrow().len(), 1);
    // A finger that lay on the first patient's button when the second came up.
    wait(350);
    let at = middle(&button(&glass, "意識なし・緊急"));
    press(&glass, at);
    glass.show(&check());
    wait(1000);
    lift(&glass, at);
    assert_eq!(heard.borrow().len(), 1);
    wait(350);
    tap(&glass, "意識なし・緊急");
    assert_eq!(heard.borrow().len(), 2);
}

#[test]
fn the_doctors_have_a_tab_that_opens_at_them() {
    for size in [FULL, TALL] {
        let glass = tablet(&details(extreme_panels()), Theme::Day, size);
        tap(&glass, "かかりつけ・連絡先");
        wait(350);
        let groups = by_role(glass.window(), AccessibleRole::Groupbox);
        assert!(groups.iter().any(|one| one.accessible_label().unwrap() == "かかりつけ"), "at {size:?}");
    }
}

#[test]
fn a_finger_still_bouncing_does_not_press_what_came_up_under_it() {
    let glass = tablet(&check(), Theme::Day, FULL);
    let heard = listen(&glass);
    glass.show(&summary(typical()));
    tap(&glass, "詳細");
    assert!(heard.borrow().is_empty());
    wait(350);
    tap(&glass, "詳細");
    assert_eq!(*heard.borrow(), [Touch::OpenDetails]);
}

/// Slint 1.18.1 lets a held button click when a second finger lands, and once more when the first lifts.
#[test]
fn a_second_finger_does_not_press_a_held_button_twice() {
    for held in [50, 400, 1500] {
        let glass = tablet(&sign_in(), Theme::Day, FULL);
        let heard = listen(&glass);
        let at = middle(&button(&glass, "5"));
        let palm = LogicalPosition::new(300.0, 900.0);
        finger(&glass, 1, at, TouchPhase::Started);
        wait(50);
        finger(&glass, 2, palm, TouchPhase::Started);
        wait(held);
        finger(&glass, 2, palm, TouchPhase::Ended);
        finger(&glass, 1, at, TouchPhase::Ended);
        wait(50);
        assert_eq!(heard.borrow().len(), 1, "after {held} ms");
        wait(400);
        finger(&glass, 3, at, TouchPhase::Started);
        wait(50);
        finger(&glass, 3, at, TouchPhase::Ended);
        assert_eq!(heard.borrow().len(), 2, "the next press counts");
    }
}

fn finger(tablet: &Tablet, id: i32, at: LogicalPosition, phase: TouchPhase) {
    let position = LogicalPoint::new(at.x, at.y);
    send(tablet, WindowEvent::internal(InternalEvent::Touch { id, position, phase }));
}

#[test]
fn day_and_night_are_one_tap_on_every_page() {
    for view in everything() {
        if matches!(&view.screen, kakari_session::view::Screen::Summary(one) if one.other_card.is_some()) {
            continue;
        }
        let glass = tablet(&view, Theme::Day, FULL);
        let heard = listen(&glass);
        tap(&glass, "夜の画面");
        for theme in [Theme::Night, Theme::Red] {
            glass.show(&in_light(&view, theme));
            wait(350);
            tap(&glass, "昼の画面");
        }
        assert_eq!(*heard.borrow(), [Touch::SwitchTheme; 3]);
    }
}

/// The clock moves every second, and a finger may lie on any key when it does.
#[test]
fn every_key_that_stays_keeps_the_finger_that_lies_on_it() {
    let cases = [
        (details(panels()), "病名"),
        (details(panels()), "次へ"),
        (summary(typical()), "詳細"),
        (standby(), "ロック"),
        (sign_in(), "5"),
        (check(), "本人同意"),
    ];
    for (view, label) in cases {
        let glass = tablet(&view, Theme::Day, FULL);
        let heard = listen(&glass);
        let at = middle(&button(&glass, label));
        let before = words_of(&glass);
        press(&glass, at);
        let mut next = view.clone();
        next.bar.clock = "11/20(金) 02:15".into();
        glass.show(&next);
        wait(100);
        lift(&glass, at);
        wait(50);
        let turned = words_of(&glass) != before;
        assert!(turned || heard.borrow().len() == 1, "{label} did nothing");
    }
}

/// What the body shows, without the clock.
fn words_of(glass: &Tablet) -> Vec<String> {
    let blocks = Glass::get(glass.window()).get_blocks();
    blocks.iter().skip(1).map(|block| block.lines.iter().map(|line| line.text.to_string()).collect()).collect()
}

#[test]
fn two_pages_that_follow_each_other_quickly_rest_from_the_second_on() {
    let glass = tablet(&check(), Theme::Day, FULL);
    let heard = listen(&glass);
    glass.show(&summary(typical()));
    wait(250);
    glass.show(&check());
    wait(150);
    tap(&glass, "本人同意");
    assert!(heard.borrow().is_empty(), "400 ms after the first, 150 after the second");
    wait(200);
    tap(&glass, "本人同意");
    assert_eq!(heard.borrow().len(), 1);
}

#[test]
fn a_dark_glass_lights_up_and_does_nothing_else() {
    for view in everything() {
        let dim = View { dim: true, ..view.clone() };
        let glass = tablet(&view, Theme::Day, FULL);
        let at = buttons(&glass).first().map(middle);
        glass.show(&dim);
        wait(350);
        let heard = listen(&glass);
        assert_eq!(buttons(&glass).len(), 1, "there is nothing else to press");
        let at = at.unwrap_or(LogicalPosition::new(900.0, 900.0));
        press(&glass, at);
        lift(&glass, at);
        assert_eq!(*heard.borrow(), [Touch::Wake]);
        glass.show(&view);
        press(&glass, at);
        lift(&glass, at);
        assert_eq!(heard.borrow().len(), 1, "the second tap of the same finger presses nothing");
    }
}

#[test]
fn a_card_that_is_seen_has_its_edge_at_once() {
    let glass = tablet(&standby(), Theme::Day, FULL);
    let edge = |glass: &Tablet| glass.snapshot().unwrap().as_slice()[1920 * 600 + 5];
    let before = edge(&glass);
    glass.show(&View { card_seen: true, ..standby() });
    assert_ne!(edge(&glass), before);
    glass.show(&standby());
    assert_eq!(edge(&glass), before);
}

#[test]
fn a_notice_that_stays_has_no_key_that_would_do_nothing() {
    let mut view = standby_trouble();
    let Screen::Standby(shown) = &mut view.screen else { unreachable!() };
    shown.notice.as_mut().unwrap().stays = true;
    let glass = tablet(&view, Theme::Day, FULL);
    assert!(buttons(&glass).iter().all(|one| one.accessible_label().unwrap() != "了解"));
}

#[test]
fn the_details_say_what_is_wrong_and_it_can_be_taken_away() {
    for size in [FULL, SMALL, TALL] {
        let mut view = details(panels());
        let Screen::Details(shown) = &mut view.screen else { unreachable!() };
        shown.notice = Some(notice(kakari_session::view::Mark::Bad, "リーダーがありません", "確かめてください"));
        let glass = tablet(&view, Theme::Day, size);
        let heard = listen(&glass);
        tap(&glass, "了解");
        assert_eq!(*heard.borrow(), [Touch::Dismiss]);
    }
}

#[test]
fn the_second_touch_shows_and_hides_what_the_patient_was_not_told() {
    let glass = tablet(&details(extreme_panels()), Theme::Day, FULL);
    let heard = listen(&glass);
    tap(&glass, "非表示1件を見る");
    let mut open = extreme_panels();
    open[2].veiled = 0;
    glass.show(&details(open));
    wait(350);
    tap(&glass, "再び隠す");
    assert_eq!(*heard.borrow(), [Touch::ShowVeiled, Touch::HideVeiled]);
}

#[test]
fn the_tray_lays_cards_on_and_takes_them_away() {
    platform();
    let tray = CardTray::new().unwrap();
    tray.window().window().set_size(slint::PhysicalSize::new(640, 900));
    tray.open().unwrap();
    let heard = Rc::new(RefCell::new(vec![]));
    let (on, off) = (heard.clone(), heard.clone());
    tray.on_insert(move |index| on.borrow_mut().push(Some(index)));
    tray.on_remove(move || off.borrow_mut().push(None));
    tray.show(&cards());
    press_in_tray(&tray, "取る 訓練 患者2 山田 花子");
    let mut cards = cards();
    cards[2].on_reader = false;
    tray.show(&cards);
    press_in_tray(&tray, "次へ");
    press_in_tray(&tray, "置く 訓練 患者6 山田 花子");
    assert_eq!(*heard.borrow(), [None, Some(6)]);
}

fn press_in_tray(tray: &CardTray, label: &str) {
    let all = by_role(tray.window(), AccessibleRole::Button);
    let labels: Vec<_> = all.iter().map(|one| one.accessible_label().unwrap()).collect();
    let one = all.into_iter().find(|one| one.accessible_label().unwrap() == label);
    let one = one.unwrap_or_else(|| panic!("no button {label} in {labels:?}"));
    one.invoke_accessible_default_action();
    wait(350);
}
