//! One journey in a real window: laid cards and taps on the glass, as a crew does it.

use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use kakari_card_sim::in_own_process;
use kakari_tests::display::Display;
use kakari_tests::finger::Finger;
use kakari_tests::glass::Tablet;
use kakari_tests::place::{Place, patient_words, repository};

/// In the bottom band, beside the buttons.
const BAND: (i16, i16) = (900, 1180);

fn pictures() -> PathBuf {
    repository().join("tests/out")
}

#[test]
fn a_crew_signs_in_taps_a_patients_card_reads_the_summary_and_closes_the_case() {
    in_own_process("window::a_crew_signs_in_taps_a_patients_card_reads_the_summary_and_closes_the_case", |dir| {
        let place = Place::with_residents(dir, &[2, 15]);
        let display = Display::start();
        let finger = Finger::on(&display);
        let tablet = Tablet::start(&place.tablet.config_path, &display, "trace");
        tablet.wait_for("sign-in");
        let settle = || thread::sleep(Duration::from_millis(400));
        settle();
        place.reader().insert(&place.staff[0].card.card);
        tablet.wait_for("pin");
        settle();
        display.picture(&pictures().join("window-1-sign-in.png"));
        finger.pin("pin");
        tablet.wait_for("standby");
        settle();
        display.picture(&pictures().join("window-2-standby.png"));

        place.reader().insert(&place.cards[0].card);
        tablet.wait_for("check");
        settle();
        display.picture(&pictures().join("window-3-check.png"));
        finger.tap("check", "本人同意");
        tablet.wait_for("summary");
        settle();
        display.picture(&pictures().join("window-4-summary.png"));
        let day = display.pixel(BAND.0, BAND.1);
        finger.tap("summary", "夜の画面");
        display.wait_for_change(BAND, day);
        settle();
        display.picture(&pictures().join("window-5-summary-night.png"));
        place.reader().remove();
        settle();
        finger.tap("summary", "詳細");
        tablet.wait_for("details");
        settle();
        display.picture(&pictures().join("window-6-details-card-gone.png"));
        finger.tap("details", "要約へ戻る");
        tablet.wait_for("summary");
        settle();
        finger.tap("summary", "事案を閉じる");
        tablet.wait_for("standby");
        settle();

        place.reader().insert(&place.cards[1].card);
        tablet.wait_for("check");
        settle();
        finger.tap("check", "本人同意");
        tablet.wait_for("summary");
        settle();
        display.picture(&pictures().join("window-7-summary-long.png"));

        for word in place.residents.iter().flat_map(patient_words) {
            assert!(!tablet.said().contains(&word), "a patient's word in the log");
        }
    });
}

#[test]
fn with_a_damaged_store_the_tablet_still_starts_and_says_so() {
    in_own_process("window::with_a_damaged_store_the_tablet_still_starts_and_says_so", |dir| {
        let place = Place::with_residents(dir, &[2]);
        let mut bytes = std::fs::read(&place.tablet.config.store).unwrap();
        bytes[64..4096].fill(0x5A);
        std::fs::write(&place.tablet.config.store, bytes).unwrap();
        says_what_the_store_is(&place, "Damaged", "window-damaged-store.png");
    });
}

/// What the packaged program meets where a newer version has migrated the store and does not start.
#[test]
fn with_a_store_of_a_newer_version_the_tablet_still_starts_and_says_so() {
    in_own_process("window::with_a_store_of_a_newer_version_the_tablet_still_starts_and_says_so", |dir| {
        let place = Place::with_residents(dir, &[2]);
        place.unlocked(&place.tablet.config.store).pragma_update(None, "user_version", 99).unwrap();
        says_what_the_store_is(&place, "Newer", "window-newer-store.png");
    });
}

/// A version that came into force beside the glass, for instance the one that syncs, migrates the store under it.
#[test]
fn a_glass_under_which_the_store_becomes_a_newer_versions_serves_it_no_more_and_says_so() {
    let name = "window::a_glass_under_which_the_store_becomes_a_newer_versions_serves_it_no_more_and_says_so";
    in_own_process(name, |dir| {
        let place = Place::with_residents(dir, &[2]);
        let display = Display::start();
        let mut tablet = Tablet::start(&place.tablet.config_path, &display, "trace");
        tablet.wait_for("sign-in");
        place.unlocked(&place.tablet.config.store).pragma_update(None, "user_version", 99).unwrap();
        tablet.wait_for_words("Newer");
        assert!(tablet.runs(), "the tablet must run");
    });
}

fn says_what_the_store_is(place: &Place, trouble: &str, picture: &str) {
    let display = Display::start();
    let mut tablet = Tablet::start(&place.tablet.config_path, &display, "trace");
    tablet.wait_for("sign-in");
    thread::sleep(Duration::from_millis(400));
    display.picture(&pictures().join(picture));
    assert!(tablet.said().contains(trouble), "{}", tablet.said());
    assert!(tablet.runs(), "the tablet must run");
}
