//! One journey in a real window: laid cards and taps on the glass, as a crew does it.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use kakari::demo::TRAINING_PIN;
use kakari_card_sim::in_own_process;
use serde_json::Value;

use kakari_tests::display::Display;
use kakari_tests::place::{Place, kakari, patient_words, repository};

/// Where things are on a glass of 1920×1200 (ui/tests/pictures shows them).
const KEY_COLUMNS: [i16; 3] = [1211, 1487, 1764];
const KEY_ROWS: [i16; 4] = [236, 504, 771, 1039];
const PATIENT_CONSENTS: (i16, i16) = (198, 1067);
const DETAILS: (i16, i16) = (193, 1099);
const OTHER_THEME: (i16, i16) = (542, 1099);
const CLOSE_CASE: (i16, i16) = (1331, 1099);
const BAND: (i16, i16) = (900, 1180);

/// The tablet's window and what its log says.
struct Tablet {
    program: Child,
    log: Receiver<Value>,
    said: String,
}

impl Tablet {
    fn start(place: &Place, display: &Display) -> Self {
        let mut program = Command::new(kakari())
            .args(["run", "--log-json", "--config"])
            .arg(&place.tablet.config_path)
            .env("DISPLAY", &display.name)
            .env_remove("WAYLAND_DISPLAY")
            .env("SLINT_SCALE_FACTOR", "1")
            .env("RUST_LOG", "trace")
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(program.stderr.take().unwrap()).lines();
        let (seen, log) = mpsc::channel();
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let _ = seen.send(serde_json::from_str(&line).unwrap_or(Value::String(line)));
            }
        });
        Self { program, log, said: String::new() }
    }

    /// Waits until the tablet says that it shows this screen.
    fn wait_for(&mut self, screen: &str) {
        loop {
            let line = self
                .log
                .recv_timeout(Duration::from_secs(20))
                .unwrap_or_else(|_| panic!("the screen {screen} never came"));
            self.said.push_str(&line.to_string());
            if line["screen"] == screen {
                return;
            }
        }
    }
}

impl Drop for Tablet {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

fn pictures() -> PathBuf {
    repository().join("tests/out")
}

fn type_pin(display: &Display) {
    for digit in TRAINING_PIN.bytes() {
        let (column, row) = match digit - b'0' {
            0 => (1, 3),
            digit => ((digit - 1) % 3, (digit - 1) / 3),
        };
        display.tap(KEY_COLUMNS[usize::from(column)], KEY_ROWS[usize::from(row)]);
        // The same key within 300 ms counts as one press.
        thread::sleep(Duration::from_millis(320));
    }
    display.tap(KEY_COLUMNS[2], KEY_ROWS[3]);
}

#[test]
fn a_crew_signs_in_taps_a_patients_card_reads_the_summary_and_closes_the_case() {
    in_own_process("window::a_crew_signs_in_taps_a_patients_card_reads_the_summary_and_closes_the_case", |dir| {
        let place = Place::with_residents(dir, &[2, 15]);
        let display = Display::start();
        let mut tablet = Tablet::start(&place, &display);
        tablet.wait_for("sign-in");
        let settle = || thread::sleep(Duration::from_millis(400));
        settle();
        place.reader().insert(&place.staff[0].card.card);
        tablet.wait_for("pin");
        settle();
        display.picture(&pictures().join("window-1-sign-in.png"));
        type_pin(&display);
        tablet.wait_for("standby");
        settle();
        display.picture(&pictures().join("window-2-standby.png"));

        place.reader().insert(&place.cards[0].card);
        tablet.wait_for("check");
        settle();
        display.picture(&pictures().join("window-3-check.png"));
        display.tap(PATIENT_CONSENTS.0, PATIENT_CONSENTS.1);
        tablet.wait_for("summary");
        settle();
        display.picture(&pictures().join("window-4-summary.png"));
        let day = display.pixel(BAND.0, BAND.1);
        display.tap(OTHER_THEME.0, OTHER_THEME.1);
        display.wait_for_change(BAND, day);
        settle();
        display.picture(&pictures().join("window-5-summary-night.png"));
        place.reader().remove();
        settle();
        display.tap(DETAILS.0, DETAILS.1);
        tablet.wait_for("details");
        settle();
        display.picture(&pictures().join("window-6-details-card-gone.png"));
        display.tap(DETAILS.0, DETAILS.1);
        tablet.wait_for("summary");
        settle();
        display.tap(CLOSE_CASE.0, CLOSE_CASE.1);
        tablet.wait_for("standby");
        settle();

        place.reader().insert(&place.cards[1].card);
        tablet.wait_for("check");
        settle();
        display.tap(PATIENT_CONSENTS.0, PATIENT_CONSENTS.1);
        tablet.wait_for("summary");
        settle();
        display.picture(&pictures().join("window-7-summary-long.png"));

        for word in place.residents.iter().flat_map(patient_words) {
            assert!(!tablet.said.contains(&word), "a patient's word in the log");
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
        let display = Display::start();
        let mut tablet = Tablet::start(&place, &display);
        tablet.wait_for("sign-in");
        thread::sleep(Duration::from_millis(400));
        display.picture(&pictures().join("window-damaged-store.png"));
        assert!(tablet.said.contains("Damaged"), "{}", tablet.said);
        assert!(tablet.program.try_wait().unwrap().is_none(), "the tablet must run");
    });
}
