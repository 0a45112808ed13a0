//! What documents, summaries and records cost: how many a second, and how many bytes.
//!
//! `KAKARI_BENCH_SECONDS` for each figure of time (2 when not given), `KAKARI_BENCH_RESIDENTS` for the sizes (2,000).
//! Ratios are taken within one run. After the table comes every figure again as a line of JSON.
#![allow(clippy::unwrap_used, clippy::print_stdout)] // A bench that cannot go on should panic; its output is the point.

mod copies;
mod report;
mod sizes;
mod speed;

use std::path::{Path, PathBuf};
use std::{env, fs};

use report::Report;

fn main() {
    let mut report = Report::default();
    speed::measure(&mut report, number("KAKARI_BENCH_SECONDS", 2));
    sizes::measure(&mut report, number("KAKARI_BENCH_RESIDENTS", 2_000));
    copies::measure(&mut report, number("KAKARI_BENCH_RESIDENTS", 2_000));
    report.print_json();
}

fn number(variable: &str, otherwise: u64) -> u64 {
    env::var(variable).map_or(otherwise, |text| text.parse().unwrap_or_else(|_| panic!("{variable} is no number")))
}

/// The documents of a folder of the sample region.
fn documents(folder: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/region").join(folder);
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "json"));
    paths.sort();
    let name = |path: &Path| path.file_stem().unwrap().to_string_lossy().into_owned();
    paths.iter().map(|path| (name(path), fs::read(path).unwrap())).collect()
}
