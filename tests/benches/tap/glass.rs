//! `kakari run` in a real window: frames as another X client sees them.

use std::cell::RefCell;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use kakari::demo::TRAINING_PIN;
use kakari_tests::display::Display;
use kakari_tests::place::kakari;
use rustix::time::{ClockId, clock_gettime};
use serde_json::Value;

use crate::figures::Figures;
use crate::population::Population;

/// Places on a glass of 1920×1200 (ui/tests/pictures shows them).
const KEY_COLUMNS: [i16; 3] = [1211, 1487, 1764];
const KEY_ROWS: [i16; 4] = [236, 504, 771, 1039];
const PATIENT_CONSENTS: (i16, i16) = (198, 1067);
const CLOSE_CASE: (i16, i16) = (1331, 1099);
/// Inside the button 本人同意, beside its words: its colour is on no other screen at this place.
const CHECK_SPOT: (i16, i16) = (60, 1000);
/// Inside the band of the allergies.
const SUMMARY_SPOT: (i16, i16) = (860, 290);
const IDLE: Duration = Duration::from_secs(60);
/// After a new page no touch counts for 300 ms.
const PAGE_GUARD: Duration = Duration::from_millis(380);
const STARTS: usize = 9;

struct Tablet {
    program: Child,
    log: Receiver<Value>,
    said: RefCell<Vec<String>>,
    began_us: u64,
}

impl Tablet {
    fn start(population: &Population, display: &Display) -> Self {
        let began_us = now_us();
        let mut program = Command::new(kakari())
            .args(["run", "--log-json", "--config"])
            .arg(&population.tablet.config_path)
            .env("DISPLAY", &display.name)
            .env_remove("WAYLAND_DISPLAY")
            .env("SLINT_SCALE_FACTOR", "1")
            .env("RUST_LOG", "kakari=debug")
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(program.stderr.take().unwrap()).lines();
        let (seen, log) = mpsc::channel();
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let _ = seen.send(serde_json::from_str(&line).unwrap_or(Value::Null));
            }
        });
        Self { program, log, said: RefCell::default(), began_us }
    }

    fn wait_for(&self, screen: &str) -> Value {
        loop {
            let line = self
                .log
                .recv_timeout(Duration::from_secs(20))
                .unwrap_or_else(|_| panic!("the screen {screen} never came; the tablet said {:?}", self.said.borrow()));
            self.said.borrow_mut().push(line.to_string());
            if line["screen"] == screen {
                return line;
            }
        }
    }

    fn status(&self, field: &str) -> f64 {
        let text = std::fs::read_to_string(format!("/proc/{}/status", self.program.id())).unwrap();
        let line = text.lines().find(|line| line.starts_with(field)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }

    /// User and system time in seconds.
    fn cpu(&self) -> f64 {
        let text = std::fs::read_to_string(format!("/proc/{}/stat", self.program.id())).unwrap();
        let fields: Vec<&str> = text.rsplit(')').next().unwrap().split_whitespace().collect();
        let ticks: f64 = fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap();
        ticks / 100.0
    }
}

impl Drop for Tablet {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

pub(crate) fn measure(population: &Population, taps: usize) {
    let display = Display::start();
    starts(population, &display);
    let tablet = Tablet::start(population, &display);
    tablet.wait_for("sign-in");
    let idle = (tablet.cpu(), Instant::now());
    thread::sleep(IDLE);
    println!(
        "{:<58} {:.2} %",
        "idle CPU over a minute (aim ≤ 0.2 %)",
        (tablet.cpu() - idle.0) / idle.1.elapsed().as_secs_f64() * 100.0
    );
    sign_in(population, &display, &tablet);
    let colours = colours(population, &display, &tablet);
    let mut figures: [Vec<f64>; 4] = Default::default();
    for round in 0..taps {
        let tap = tap(population, &display, &tablet, round, colours);
        figures.iter_mut().zip(tap).for_each(|(all, one)| all.push(one));
    }
    let [check, summary, card, whole] = figures.map(Figures::new);
    check.print_ms("card seen → identity check's first frame, minus the card", "   (aim ≤ 25 ms p99)");
    summary.print_ms("touch released → summary's first frame", "   (aim ≤ 25 ms p99)");
    card.print_ms("the virtual card's own exchanges", "");
    whole.print_ms("card laid → identity check's first frame, whole", "");
    println!(
        "{:<58} {:.1} MB, of it own {:.1} MB (aim ≤ 64 MB)",
        "resident memory after the taps",
        tablet.status("VmRSS:") / 1024.0,
        tablet.status("RssAnon:") / 1024.0
    );
}

/// From the program's start to the screen that a crew can sign in on; the disk cache is warm after the first.
fn starts(population: &Population, display: &Display) {
    let mut ready = Vec::new();
    for _ in 0..STARTS {
        let tablet = Tablet::start(population, display);
        let line = tablet.wait_for("sign-in");
        ready.push((line["at_us"].as_u64().unwrap() - tablet.began_us) as f64);
    }
    Figures::new(ready).print_ms("start → ready for sign-in", "   (aim ≤ 300 ms)");
}

fn sign_in(population: &Population, display: &Display, tablet: &Tablet) {
    population.stack.reader(0).insert(&population.staff.card.card);
    tablet.wait_for("pin");
    thread::sleep(Duration::from_millis(400));
    for digit in TRAINING_PIN.bytes() {
        let (column, row) = match digit - b'0' {
            0 => (1, 3),
            digit => ((digit - 1) % 3, (digit - 1) / 3),
        };
        display.tap(KEY_COLUMNS[usize::from(column)], KEY_ROWS[usize::from(row)]);
        thread::sleep(Duration::from_millis(320));
    }
    display.tap(KEY_COLUMNS[2], KEY_ROWS[3]);
    tablet.wait_for("standby");
    population.stack.reader(0).remove();
    thread::sleep(Duration::from_millis(300));
}

/// The colours by which the two screens are known.
fn colours(population: &Population, display: &Display, tablet: &Tablet) -> (u32, u32) {
    population.stack.reader(0).insert(&population.patients[0].1.card);
    tablet.wait_for("check");
    thread::sleep(Duration::from_millis(300));
    let check = display.pixel(CHECK_SPOT.0, CHECK_SPOT.1);
    display.tap(PATIENT_CONSENTS.0, PATIENT_CONSENTS.1);
    tablet.wait_for("summary");
    thread::sleep(Duration::from_millis(300));
    let summary = display.pixel(SUMMARY_SPOT.0, SUMMARY_SPOT.1);
    close(population, display, tablet);
    (check, summary)
}

fn close(population: &Population, display: &Display, tablet: &Tablet) {
    display.tap(CLOSE_CASE.0, CLOSE_CASE.1);
    tablet.wait_for("standby");
    population.stack.reader(0).remove();
    thread::sleep(PAGE_GUARD);
}

/// One tap; microseconds: to the check without the card, to the summary, the card's own, the whole to the check.
fn tap(
    population: &Population,
    display: &Display,
    tablet: &Tablet,
    round: usize,
    (check_colour, summary_colour): (u32, u32),
) -> [f64; 4] {
    let (_, card) = &population.patients[round % population.patients.len()];
    let laid = now_us();
    population.stack.reader(0).insert(&card.card);
    let drawn = first_frame(display, CHECK_SPOT, check_colour);
    let line = tablet.wait_for("check");
    let (seen, own) = (line["card_seen_us"].as_u64().unwrap(), line["card_us"].as_u64().unwrap());
    thread::sleep(PAGE_GUARD);
    display.press(PATIENT_CONSENTS.0, PATIENT_CONSENTS.1);
    let touched = now_us();
    display.release();
    let shown = first_frame(display, SUMMARY_SPOT, summary_colour);
    tablet.wait_for("summary");
    thread::sleep(PAGE_GUARD);
    close(population, display, tablet);
    [drawn.saturating_sub(seen + own) as f64, (shown - touched) as f64, own as f64, (drawn - laid) as f64]
}

/// When the pixel first has the colour, as an X client sees it that is told of every drawing.
fn first_frame(display: &Display, spot: (i16, i16), colour: u32) -> u64 {
    display.wait_for_colour(spot, colour);
    now_us()
}

fn now_us() -> u64 {
    let time = clock_gettime(ClockId::Boottime);
    time.tv_sec as u64 * 1_000_000 + time.tv_nsec as u64 / 1000
}
