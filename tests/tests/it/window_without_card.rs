//! A patient without a card in a real window, by taps on the glass alone, up to a hand-over that a phone can read.

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use kakari_card_sim::in_own_process;
use kakari_tests::display::Display;
use kakari_tests::glass::{CLOSE_CASE, PAGE_GUARD, Tablet, type_pin};
use kakari_tests::place::{Place, patient_words, repository};

/// Places on a glass of 1920×1200, landscape (ui/tests/pictures shows them).
const NO_CARD: (i16, i16) = (207, 1099);
const UNCONSCIOUS: (i16, i16) = (347, 440);
const AGE: (i16, i16) = (722, 145);
const MALE: (i16, i16) = (1450, 145);
const FIRST: (i16, i16) = (1425, 423);
const EMERGENCY: (i16, i16) = (914, 1067);
const HAND_OVER: (i16, i16) = (556, 1099);
const SHOW_CODE: (i16, i16) = (1713, 1099);
const BACK_FROM_CODE: (i16, i16) = (1143, 1099);
const LOCK: (i16, i16) = (1336, 1099);
/// The keys left of the candidates: rows of kana, or digits.
const COLUMNS: [i16; 4] = [134, 366, 599, 831];
const ROWS: [i16; 3] = [354, 590, 827];
/// The year's pad.
const YEAR_COLUMNS: [i16; 3] = [1211, 1487, 1764];
const YEAR_ROWS: [i16; 4] = [214, 496, 778, 1060];
/// PIN and 決定.
const PIN_TAPS: u32 = 7;

/// A finger that counts.
struct Finger<'a> {
    display: &'a Display,
    taps: Cell<u32>,
}

impl Finger<'_> {
    fn tap(&self, (x, y): (i16, i16)) {
        thread::sleep(PAGE_GUARD);
        self.display.tap(x, y);
        self.taps.set(self.taps.get() + 1);
    }

    fn pin(&self) {
        thread::sleep(PAGE_GUARD);
        type_pin(self.display);
        self.taps.set(self.taps.get() + PIN_TAPS);
    }

    fn kana(&self, rows: &str) {
        for row in rows.chars() {
            let place = "アカサタナハマヤラワ".chars().position(|key| key == row).unwrap();
            self.tap((COLUMNS[place % 4], ROWS[place / 4]));
        }
    }

    fn age(&self, digits: &str) {
        for digit in digits.bytes().map(|digit| usize::from(digit - b'0')) {
            let place = if digit == 0 { (3, 2) } else { ((digit - 1) % 3, (digit - 1) / 3) };
            self.tap((COLUMNS[place.0], ROWS[place.1]));
        }
    }

    fn year(&self, digits: &str) {
        for digit in digits.bytes().map(|digit| usize::from(digit - b'0')) {
            let place = if digit == 0 { (1, 3) } else { ((digit - 1) % 3, (digit - 1) / 3) };
            self.tap((YEAR_COLUMNS[place.0], YEAR_ROWS[place.1]));
        }
        self.tap((YEAR_COLUMNS[2], YEAR_ROWS[3]));
    }

    /// What is on the glass once it rests.
    fn picture(&self, name: &str) -> PathBuf {
        thread::sleep(Duration::from_millis(600));
        let path = repository().join("tests/out").join(format!("without-card-{name}.png"));
        self.display.picture(&path);
        path
    }
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
            let finger = Finger { display: &display, taps: Cell::new(0) };
            let tablet = Tablet::start(&place.tablet.config_path, &display, "trace");
            tablet.wait_for("sign-in");
            place.reader().insert(&place.staff[0].card.card);
            tablet.wait_for("pin");
            finger.pin();
            tablet.wait_for("standby");
            place.reader().remove();
            finger.picture("1-standby");
            let before = finger.taps.get();

            finger.tap(NO_CARD);
            tablet.wait_for("reason");
            finger.tap(UNCONSCIOUS);
            tablet.wait_for("search");
            finger.kana("ワタナハカ");
            finger.tap(AGE);
            finger.age("68");
            finger.tap(MALE);
            finger.picture("2-search");
            finger.tap(FIRST);
            tablet.wait_for("birth-year");
            finger.year("1958");
            tablet.wait_for("check");
            finger.picture("3-check");
            finger.tap(EMERGENCY);
            tablet.wait_for("summary");
            println!("{} taps from standby to the summary without a card", finger.taps.get() - before);
            finger.picture("4-summary");

            finger.tap(HAND_OVER);
            tablet.wait_for("hand-over");
            finger.tap(SHOW_CODE);
            // A busy machine draws the code late; what is read in the end is what counts.
            let mut reads = (0..20).map(|_| read_by_zbar(&finger.picture("5-code")));
            let read = reads.find(|read| !read.is_empty()).unwrap_or_default();
            for word in ["ワタナベ", "渡邉", "透析"] {
                assert!(read.contains(word), "the code on the glass says {word}, not only: {read}");
            }
            finger.tap(BACK_FROM_CODE);
            tablet.wait_for("summary");
            finger.tap(CLOSE_CASE);
            tablet.wait_for("standby");
            finger.picture("6-standby");
            finger.tap(LOCK);
            tablet.wait_for("locked");
            finger.picture("7-locked");
            finger.pin();
            tablet.wait_for("standby");
            println!("{} taps in all", finger.taps.get());

            for word in place.residents.iter().flat_map(patient_words) {
                assert!(!tablet.said().contains(&word), "a patient's word in the log");
            }
        },
    );
}
