//! Every page in day and night, empty, typical and extreme, as it was when somebody last looked at it.

use kakari_session::view::View;
use kakari_ui::{CardTray, Theme, TrayCard, TrayKind};
use slint::ComponentHandle;

use crate::crew::*;
use crate::fixtures::*;
use crate::glass::{FULL, SMALL, TALL, platform, tablet, wait};
use crate::pictures::compare;

const THEMES: [(Theme, &str); 2] = [(Theme::Day, "day"), (Theme::Night, "night")];

fn look(name: &str, view: &View, size: (u32, u32), failures: &mut Vec<String>) {
    for (theme, word) in THEMES {
        let glass = tablet(view, theme, size);
        let name = format!("{name}-{word}");
        failures.extend(compare(&name, &glass.snapshot().unwrap()).err());
    }
}

pub(crate) fn all_alike(pages: &[(&str, View)], size: (u32, u32)) {
    let mut failures = vec![];
    for (name, view) in pages {
        look(name, view, size, &mut failures);
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn summaries() -> Vec<(&'static str, View)> {
    vec![
        ("summary-empty", summary(summary_of(banner(), vec![], unknown_panels()))),
        ("summary-none", summary(summary_of(banner(), vec![], none_panels()))),
        ("summary-typical", summary(typical())),
        ("summary-mixed", summary(mixed())),
        ("summary-disagreeing", summary(disagreeing())),
        ("details-disagreeing", details(disagreeing().panels)),
        ("summary-extreme", summary(extreme())),
        ("summary-other-card", other_card()),
        ("summary-notice", with_notice()),
        ("summary-training", training(summary(typical()).screen)),
    ]
}

#[test]
fn the_pages_before_a_patient_look_as_before() {
    all_alike(
        &[
            ("starting", starting()),
            ("reading", reading()),
            ("sign-in-empty", sign_in_empty()),
            ("sign-in-typical", sign_in()),
            ("sign-in-extreme", sign_in_extreme()),
            ("standby-typical", standby()),
            ("standby-trouble", standby_trouble()),
            ("standby-training", training(standby().screen)),
            ("standby-unsynced", standby_unsynced()),
            ("sign-in-lease-over", sign_in_lease_over()),
            ("sign-in-erased", sign_in_erased()),
        ],
        FULL,
    );
}

#[test]
fn the_identity_check_looks_as_before() {
    let pages = [("check-empty", check_empty()), ("check-typical", check()), ("check-extreme", check_extreme())];
    all_alike(&pages, FULL);
}

#[test]
fn the_identity_check_with_a_face_looks_as_before() {
    let full = [
        ("check-face", with_face(check())),
        ("check-face-extreme", with_face(check_extreme())),
        ("check-face-empty", with_face(check_empty())),
        ("check-face-missing", without_its_face()),
        ("check-face-training", training(with_face(check()).screen)),
    ];
    all_alike(&full, FULL);
    all_alike(
        &[("small-check-face", with_face(check())), ("small-check-face-extreme", with_face(check_extreme()))],
        SMALL,
    );
    all_alike(
        &[("tall-check-face", with_face(check())), ("tall-check-face-extreme", with_face(check_extreme()))],
        TALL,
    );
}

#[test]
fn the_summary_looks_as_before() {
    all_alike(&summaries(), FULL);
}

#[test]
fn the_details_look_as_before() {
    let pages = [
        ("details-empty", details(unknown_panels())),
        ("details-typical", details(panels())),
        ("details-extreme", details(extreme_panels())),
    ];
    all_alike(&pages, FULL);
}

#[test]
fn smaller_and_upright_glass_look_as_before() {
    let small = [
        ("small-standby", standby()),
        ("small-standby-unsynced", standby_unsynced()),
        ("small-sign-in", sign_in()),
        ("small-check", check_extreme()),
        ("small-summary-typical", summary(typical())),
        ("small-summary-extreme", summary(extreme())),
        ("small-details", details(extreme_panels())),
    ];
    all_alike(&small, SMALL);
    let tall = [
        ("tall-standby", standby_trouble()),
        ("tall-sign-in", sign_in_extreme()),
        ("tall-check", check_extreme()),
        ("tall-summary-typical", summary(typical())),
        ("tall-summary-extreme", summary(extreme())),
        ("tall-details", details(extreme_panels())),
    ];
    all_alike(&tall, TALL);
}

#[test]
fn the_pages_of_a_shift_look_as_before() {
    all_alike(&shift_pages(), FULL);
    all_alike(
        &[("small-locked", locked_extreme()), ("small-fallback", fallback_extreme()), ("small-standby-after", after())],
        SMALL,
    );
    all_alike(
        &[
            ("tall-sign-in-second", second_sign_in()),
            ("tall-locked", locked_extreme()),
            ("tall-fallback", fallback_extreme()),
            ("tall-standby-after", after()),
        ],
        TALL,
    );
}

#[test]
fn the_hand_over_looks_as_before() {
    all_alike(
        &[
            ("handover-empty", handover(handover_empty())),
            ("handover-typical", handover(handover_typical())),
            ("handover-extreme", handover(handover_extreme())),
            ("handover-code", handover(with_code(handover_typical(), 1))),
            ("handover-code-extreme", handover(with_code(handover_extreme(), 2))),
        ],
        FULL,
    );
    all_alike(&[("small-handover-code", handover(with_code(handover_extreme(), 2)))], SMALL);
    all_alike(
        &[
            ("tall-handover", handover(handover_typical())),
            ("tall-handover-code", handover(with_code(handover_typical(), 1))),
            ("tall-handover-code-extreme", handover(with_code(handover_extreme(), 2))),
        ],
        TALL,
    );
}

/// Ticks and receivers are behind a key each.
#[test]
fn the_parts_of_the_hand_over_look_as_before() {
    let mut failures = vec![];
    let parts = [("sections", "項目を選ぶ"), ("receivers", "引継ぎ先")];
    let views = [("typical", handover_typical()), ("extreme", handover_extreme())];
    for (part, key) in parts {
        for (kind, shown) in &views {
            for (size, word) in [(FULL, ""), (TALL, "tall-")] {
                for (theme, light) in THEMES {
                    let glass = opened_at(shown.clone(), key, theme, size);
                    let name = format!("{word}handover-{part}-{kind}-{light}");
                    failures.extend(compare(&name, &glass.snapshot().unwrap()).err());
                }
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn the_card_tray_looks_as_before() {
    platform();
    let tray = CardTray::new().unwrap();
    tray.window().window().set_size(slint::PhysicalSize::new(640, 900));
    tray.open().unwrap();
    tray.show(&cards());
    wait(100);
    compare("tray", &tray.snapshot().unwrap()).unwrap();
}

pub(crate) fn cards() -> Vec<TrayCard> {
    let mut cards: Vec<TrayCard> = (1..=7)
        .map(|number| TrayCard {
            label: format!("訓練 患者{number} 山田 花子"),
            kind: TrayKind::Patient,
            hint: String::new(),
            on_reader: number == 2,
        })
        .collect();
    let staff =
        TrayCard { label: "佐藤 一郎".into(), kind: TrayKind::Staff, hint: "PIN 123456".into(), on_reader: false };
    cards.insert(0, staff);
    cards
}
