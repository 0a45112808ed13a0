//! The figures of docs/CLAIMS.md that a tap has: on the real PC/SC stack, the real store and a real window.
//!
//! `KAKARI_BENCH_SIZES` (residents, comma separated) and `KAKARI_BENCH_TAPS` make it shorter. Ratios are taken within
//! one run; the machine's noise is in every figure.
#![allow(clippy::unwrap_used, clippy::print_stdout)] // A bench that cannot go on should panic; its output is the point.

mod figures;
mod glass;
mod heard;
mod lookup;
mod population;

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use kakari_card_sim::{SOCKET_VARIABLE, Stack};

const DIR_VARIABLE: &str = "KAKARI_BENCH_DIR";

fn main() {
    let Some(dir) = env::var_os(DIR_VARIABLE).map(PathBuf::from) else { start_anew() };
    let sizes = env::var("KAKARI_BENCH_SIZES").unwrap_or_else(|_| "60,33513,660000".to_owned());
    let taps = env::var("KAKARI_BENCH_TAPS").ok().and_then(|taps| taps.parse().ok()).unwrap_or(150);
    for size in sizes.split(',').map(|size| size.trim().parse().unwrap()) {
        measure(&dir.join(format!("{size}")), size, taps);
    }
    fs::remove_dir_all(&dir).unwrap();
}

/// The PC/SC library reads its socket's name from the environment of the process.
fn start_anew() -> ! {
    let dir = tempfile::Builder::new().prefix("kakari-bench-").tempdir().unwrap().keep();
    let error = Command::new(env::current_exe().unwrap())
        .env(SOCKET_VARIABLE, Stack::socket_in(&dir))
        .env(DIR_VARIABLE, &dir)
        .exec();
    panic!("cannot start the bench anew: {error}");
}

fn measure(dir: &Path, residents: usize, taps: usize) {
    fs::create_dir(dir).unwrap();
    println!("\n== {residents} residents in the store");
    let population = population::make(dir, residents);
    lookup::measure(&population);
    glass::measure(&population, taps);
}
