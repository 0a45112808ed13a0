//! Whether the glass answers while the tablet's store takes in a whole new snapshot in another process.
//!
//! `KAKARI_BENCH_RESIDENTS` (33,513) and `KAKARI_BENCH_TOUCHES` (200) make it shorter.
#![allow(clippy::unwrap_used, clippy::print_stdout)] // A bench that cannot go on should panic; its output is the point.

#[path = "../tap/figures.rs"]
#[allow(dead_code)] // Nothing here is so quick that it is said in microseconds.
mod figures;
mod tablet;
mod touches;

use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use figures::Figures;
use kakari_card_sim::{SOCKET_VARIABLE, Stack};
use tablet::Place;
use touches::Glass;

const DIR_VARIABLE: &str = "KAKARI_BENCH_DIR";

fn main() {
    let Some(dir) = env::var_os(DIR_VARIABLE).map(PathBuf::from) else { start_anew() };
    let number = |name, usual| env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(usual);
    let (residents, touches) = (number("KAKARI_BENCH_RESIDENTS", 33_513), number("KAKARI_BENCH_TOUCHES", 200));
    let mut place = Place::make(&dir, residents);
    let glass = Glass::open(&place);
    println!("== touch released → its answer's first frame, {residents} residents, a touch every half second");
    let mut hand = glass.touches();
    Figures::new(hand.by_ref().take(touches).collect()).print_ms("nothing else to do", "");
    let (during, applied) = while_applying(&mut place, &mut hand, touches);
    drop(hand);
    during.print_ms("while a new snapshot is taken in", "   (aim ≤ 100 ms p99)");
    applied.print_ms("a whole round of `kakari sync --once --from`", "");
    drop((glass, place));
    fs::remove_dir_all(&dir).unwrap();
}

/// One snapshot after the other until there were enough touches. A touch counts if the round still ran when it was
/// answered.
fn while_applying(place: &mut Place, hand: &mut impl Iterator<Item = f64>, touches: usize) -> (Figures, Figures) {
    let (mut answers, mut rounds) = (Vec::new(), Vec::new());
    while answers.len() < touches {
        place.publish();
        let began = Instant::now();
        let mut sync = place.sync().stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // Reading the head and the first part comes before.
        thread::sleep(Duration::from_millis(100));
        let ended = loop {
            let answer = hand.next().unwrap();
            match sync.try_wait().unwrap() {
                None => answers.push(answer),
                Some(ended) => break ended,
            }
        };
        assert!(ended.success(), "the round failed: {ended}");
        rounds.push(began.elapsed().as_micros() as f64);
    }
    (Figures::new(answers), Figures::new(rounds))
}

/// The PC/SC library reads its socket's name from the environment of the process.
fn start_anew() -> ! {
    let dir = tempfile::Builder::new().prefix("kakari-busy-").tempdir().unwrap().keep();
    let error = Command::new(env::current_exe().unwrap())
        .env(SOCKET_VARIABLE, Stack::socket_in(&dir))
        .env(DIR_VARIABLE, &dir)
        .exec();
    panic!("cannot start the bench anew: {error}");
}
