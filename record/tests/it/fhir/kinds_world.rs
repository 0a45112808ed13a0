//! Documents of other regions and countries, every form of Bundle, and NDJSON, by heart.
//!
//! `kinds_world.txt` was written from what a clinician would expect of each, not from what the reader gave: its lines as
//! in `residents.txt`, then one line with `!` for every remark.

use std::path::PathBuf;

use kakari_record::fhir::{Reading, read_document};

use super::render::lines;
use super::residents::region;

const KNOWN_BY_HEART: &str = include_str!("kinds_world.txt");

/// Every document of this folder with its file name, in order.
pub(crate) fn world() -> Vec<(String, Vec<u8>)> {
    let files = std::fs::read_dir(region("kinds/world")).expect("assets/region is part of the repository");
    let mut paths: Vec<PathBuf> = files.map(|file| file.expect("readable").path()).collect();
    paths.sort();
    let name = |path: &PathBuf| path.file_stem().expect("a name").to_string_lossy().into_owned();
    paths.iter().map(|path| (name(path), std::fs::read(path).expect("readable"))).collect()
}

fn told(reading: &Reading) -> Vec<String> {
    let remarks = reading.remarks.iter().map(|remark| format!("! {remark}"));
    lines(&reading.summary).into_iter().chain(remarks).collect()
}

#[test]
fn every_kind_of_the_world_reads_as_known_by_heart() {
    let mut wrong = Vec::new();
    let mut chapters = KNOWN_BY_HEART.split("## ").filter(|chapter| !chapter.is_empty());
    for (name, file) in world() {
        let chapter = chapters.next().unwrap_or_default();
        let mut expected = chapter.trim_end().lines();
        let title = expected.next().unwrap_or_default();
        assert!(title.starts_with(&format!("{name}: ")), "kinds_world.txt does not follow the files at {name}");
        let reading = read_document(&file).unwrap_or_else(|refused| panic!("{name}: {refused}"));
        let (mut got, mut expected) = (told(&reading), expected.map(str::to_owned).collect::<Vec<_>>());
        got.sort();
        expected.sort();
        wrong.extend(expected.iter().filter(|line| !got.contains(line)).map(|line| format!("{name}: missing  {line}")));
        wrong.extend(got.iter().filter(|line| !expected.contains(line)).map(|line| format!("{name}: too much {line}")));
        assert!(got.len() == expected.len() || !wrong.is_empty(), "{name}: a line is there twice");
    }
    assert!(chapters.next().is_none(), "kinds_world.txt has more kinds than there are files");
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn there_are_at_least_ten_kinds_of_the_world() {
    assert!(world().len() >= 10);
}

#[test]
fn what_a_directive_of_the_world_says_is_nowhere_in_the_summary() {
    for (name, file) in world() {
        let text = lines(&read_document(&file).expect("readable").summary).join("\n");
        assert!(!text.contains("esuscitat"), "{name} shows the content of a directive");
    }
}
