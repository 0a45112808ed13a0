//! `kakari run` in a real window: frames as another X client sees them.

use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use kakari_card_sim::Fault;
use kakari_tests::display::Display;
use kakari_tests::glass::{CLOSE_CASE, PAGE_GUARD, PATIENT_CONSENTS, Tablet, type_pin};
use kakari_tests::place::kakari;
use rustix::time::{ClockId, clock_gettime};

use crate::figures::Figures;
use crate::heard::Heard;
use crate::population::Population;

/// Inside the button 本人同意, beside its words: its colour is on no other screen at this place.
const CHECK_SPOT: (i16, i16) = (60, 1000);
/// Where the check has its second blue button and the summary a plain one, whoever the patient is.
const SUMMARY_SPOT: (i16, i16) = (420, 1160);
/// In the edge round the window that says a card was seen, and its colour by day (ui/pages/tokens.slint).
const EDGE_SPOT: (i16, i16) = (4, 600);
const EDGE: u32 = 0x1E7A4C;
const EDGES: usize = 30;
const IDLE: Duration = Duration::from_secs(60);
const STARTS: usize = 9;

fn start(population: &Population, display: &Display) -> Tablet {
    Tablet::start(&population.tablet.config_path, display, "kakari=debug")
}

/// A line of `/proc/PID/status`, in KiB.
fn status(tablet: &Tablet, field: &str) -> f64 {
    let text = std::fs::read_to_string(format!("/proc/{}/status", tablet.id())).unwrap();
    let line = text.lines().find(|line| line.starts_with(field)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// User and system time in seconds.
fn cpu(tablet: &Tablet) -> f64 {
    let text = std::fs::read_to_string(format!("/proc/{}/stat", tablet.id())).unwrap();
    let fields: Vec<&str> = text.rsplit(')').next().unwrap().split_whitespace().collect();
    let ticks: f64 = fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap();
    ticks / 100.0
}

pub(crate) fn measure(population: &Population, taps: usize) {
    let display = Display::start();
    starts(population, &display);
    let heard = Heard::in_dir(&population.dir);
    let program = heard.through(Command::new(kakari()));
    let tablet = Tablet::start_by(program, &population.tablet.config_path, &display, "kakari=debug");
    tablet.wait_for("sign-in");
    let idle = (cpu(&tablet), Instant::now());
    thread::sleep(IDLE);
    println!(
        "{:<58} {:.2} %",
        "idle CPU over a minute (aim ≤ 0.2 %)",
        (cpu(&tablet) - idle.0) / idle.1.elapsed().as_secs_f64() * 100.0
    );
    sign_in(population, &display, &tablet);
    let colours = colours(population, &display, &tablet);
    let mut figures: [Vec<f64>; 7] = Default::default();
    for round in 0..taps {
        let tap = tap(population, &display, &tablet, &heard, round, colours);
        figures.iter_mut().zip(tap).for_each(|(all, one)| all.push(one));
    }
    let [check, summary, card, whole, check_view, summary_view, sound] = figures.map(Figures::new);
    check.print_ms("card seen → identity check's first frame, minus the card", "   (aim ≤ 25 ms p99)");
    summary.print_ms("touch released → summary's first frame", "   (aim ≤ 25 ms p99)");
    edges(population, &display, &tablet).print_ms("card laid → the edge, of a card that is slow", "   (aim ≤ 100 ms)");
    sound.print_ms("card laid → the tone is with the sound device", "   (aim ≤ 100 ms)");
    card.print_ms("the virtual card's own exchanges", "");
    whole.print_ms("card laid → identity check's first frame, whole", "");
    check_view.print_ms("of it: card seen → its view is ready, minus the card", "");
    summary_view.print_ms("of it: touch released → summary's view is ready", "");
    println!(
        "{:<58} {:.1} MB, of it own {:.1} MB (aim ≤ 64 MB)",
        "resident memory after the taps",
        status(&tablet, "VmRSS:") / 1024.0,
        status(&tablet, "RssAnon:") / 1024.0
    );
}

/// From the program's start to the screen that a crew can sign in on; the disk cache is warm after the first.
fn starts(population: &Population, display: &Display) {
    let mut ready = Vec::new();
    for _ in 0..STARTS {
        let began = now_us();
        let tablet = start(population, display);
        let line = tablet.wait_for("sign-in");
        ready.push((line["at_us"].as_u64().unwrap() - began) as f64);
    }
    Figures::new(ready).print_ms("start → ready for sign-in", "   (aim ≤ 300 ms)");
}

fn sign_in(population: &Population, display: &Display, tablet: &Tablet) {
    population.stack.reader(0).insert(&population.staff.card.card);
    tablet.wait_for("pin");
    thread::sleep(Duration::from_millis(400));
    type_pin(display);
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

/// One tap; microseconds: to the check without the card, to the summary, the card's own, the whole to the check, the two
/// views, to the tone.
fn tap(
    population: &Population,
    display: &Display,
    tablet: &Tablet,
    heard: &Heard,
    round: usize,
    (check_colour, summary_colour): (u32, u32),
) -> [f64; 7] {
    let (_, card) = &population.patients[round % population.patients.len()];
    let tone = heard.next_tone();
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
    let ready = at(&line);
    let summary_ready = at(&tablet.wait_for("summary"));
    thread::sleep(PAGE_GUARD);
    close(population, display, tablet);
    [
        drawn.saturating_sub(seen + own) as f64,
        (shown - touched) as f64,
        own as f64,
        (drawn - laid) as f64,
        ready.saturating_sub(seen + own) as f64,
        summary_ready.saturating_sub(touched) as f64,
        tone.join().unwrap().saturating_sub(laid) as f64,
    ]
}

/// A card that does not answer: the edge says that it was seen. One that answers at once is seen by its page alone.
fn edges(population: &Population, display: &Display, tablet: &Tablet) -> Figures {
    let (_, card) = &population.patients[0];
    let edges = (0..EDGES).map(|_| {
        card.card.fail_at_exchange(1, Fault::Hang);
        let laid = now_us();
        population.stack.reader(0).insert(&card.card);
        let seen = first_frame(display, EDGE_SPOT, EDGE);
        population.stack.reader(0).remove();
        tablet.wait_for("standby");
        thread::sleep(PAGE_GUARD);
        (seen - laid) as f64
    });
    Figures::new(edges.collect())
}

/// When the view of this log line was ready.
fn at(line: &serde_json::Value) -> u64 {
    line["at_us"].as_u64().unwrap()
}

/// When the pixel first has the colour, as an X client sees it that is told of every drawing.
fn first_frame(display: &Display, spot: (i16, i16), colour: u32) -> u64 {
    display.wait_for_colour(spot, colour);
    now_us()
}

pub(crate) fn now_us() -> u64 {
    let time = clock_gettime(ClockId::Boottime);
    time.tv_sec as u64 * 1_000_000 + time.tv_nsec as u64 / 1000
}
