//! A patient without a card in a real window, by taps on the glass alone, up to a hand-over that a phone can read.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use kakari_card_sim::in_own_process;
use kakari_tests::display::Display;
use kakari_tests::finger::Finger;
use kakari_tests::glass::Tablet;
use kakari_tests::place::{Place, age, patient_words, repository};

/// The first of a short list: higher or lower, as the words of the list are, but always here.
const FIRST: (i16, i16) = (1425, 423);

/// What is on the glass once it rests.
fn picture(display: &Display, name: &str) -> PathBuf {
    thread::sleep(Duration::from_millis(600));
    let path = repository().join("tests/out").join(format!("without-card-{name}.png"));
    display.picture(&path);
    path
}

fn read_by_zbar(picture: &Path) -> String {
    let read = Command::new("zbarimg").args(["--raw", "--quiet"]).arg(picture).output().expect("scripts/setup.sh test");
    String::from_utf8(read.stdout).unwrap()
}

#[test]
fn a_patient_without_a_card_is_found_shown_and_handed_over_by_taps_alone() {
    in_own_process(
        "window_without_card::a_patient_without_a_card_is_found_shown_and_handed_over_by_taps_alone",
        |dir| {
            let place = Place::with_residents(dir, &[3, 2, 12]);
            let display = Display::start();
            let finger = Finger::on(&display);
            let tablet = Tablet::start(&place.tablet.config_path, &display, "trace");
            tablet.wait_for("sign-in");
            place.reader().insert(&place.staff[0].card.card);
            tablet.wait_for("pin");
            finger.pin("pin");
            tablet.wait_for("standby");
            place.reader().remove();
            picture(&display, "1-standby");
            let before = finger.taps();

            finger.tap("standby", "カードなし");
            tablet.wait_for("reason");
            finger.tap("reason", "意識障害");
            tablet.wait_for("search");
            finger.spell("search", "ワタナハカ");
            finger.tap("search", "年齢(およそ)");
            finger.spell("search-digits", &age(&place.residents[0]).to_string());
            finger.tap("search", "男性");
            picture(&display, "2-search");
            finger.tap_at(FIRST);
            tablet.wait_for("birth-year");
            finger.spell("birth-year", "1958");
            finger.tap("birth-year", "決定");
            tablet.wait_for("check");
            picture(&display, "3-check");
            finger.tap("check", "意識なし・緊急");
            tablet.wait_for("summary");
            println!("{} taps from standby to the summary without a card", finger.taps() - before);
            picture(&display, "4-summary");

            finger.tap("found", "引継ぎ");
            tablet.wait_for("hand-over");
            finger.tap("hand-over", "QRを表示");
            // A busy machine draws the code late; what is read in the end is what counts.
            let mut reads = (0..20).map(|_| read_by_zbar(&picture(&display, "5-code")));
            let read = reads.find(|read| !read.is_empty()).unwrap_or_default();
            for word in ["ワタナベ", "渡邉", "透析"] {
                assert!(read.contains(word), "the code on the glass says {word}, not only: {read}");
            }
            finger.tap("hand-over-code", "要約へ戻る");
            tablet.wait_for("summary");
            finger.tap("found", "事案を閉じる");
            tablet.wait_for("standby");
            picture(&display, "6-standby");
            finger.tap("standby", "ロック");
            tablet.wait_for("locked");
            picture(&display, "7-locked");
            finger.pin("locked");
            tablet.wait_for("standby");
            println!("{} taps in all", finger.taps());

            for word in place.residents.iter().flat_map(patient_words) {
                assert!(!tablet.said().contains(&word), "a patient's word in the log");
            }
        },
    );
}
