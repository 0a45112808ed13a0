//! Every sample resident by heart. `residents.txt` was written from the scenarios, not from what the reader gave.

use std::path::{Path, PathBuf};

use kakari_record::fhir::read_document;

use super::render::lines;

const KNOWN_BY_HEART: &str = include_str!("residents.txt");

/// A file of the sample region.
pub(crate) fn region(part: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/region").join(part)
}

/// Every document of a folder of the sample region, with its file name, in order.
pub(crate) fn documents(folder: &str) -> Vec<(String, Vec<u8>)> {
    let mut all: Vec<_> = std::fs::read_dir(region(folder))
        .expect("assets/region is part of the repository")
        .map(|entry| entry.expect("readable").path())
        .filter(|path| path.extension().is_some_and(|ext| ext == "json"))
        .map(|path| {
            (path.file_stem().expect("a name").to_string_lossy().into_owned(), std::fs::read(&path).expect("readable"))
        })
        .collect();
    all.sort();
    all
}

/// Compares what every document of a folder reads as with its chapter of a table known by heart.
pub(crate) fn compare(folder: &str, table: &str, lines: impl Fn(&[u8]) -> Vec<String>) {
    let mut wrong = Vec::new();
    let mut chapters = table.split("## ").filter(|chapter| !chapter.is_empty());
    for (name, json) in documents(folder) {
        let chapter = chapters.next().unwrap_or_default();
        let mut expected = chapter.trim_end().lines();
        let title = expected.next().unwrap_or_default();
        assert!(title.starts_with(&format!("{name}: ")), "the table does not follow the files at {name}");
        let got = lines(&json);
        let expected: Vec<&str> = expected.collect();
        for line in expected.iter().filter(|line| !got.iter().any(|got| got == *line)) {
            wrong.push(format!("{name}: missing  {line}"));
        }
        for line in got.iter().filter(|line| !expected.contains(&line.as_str())) {
            wrong.push(format!("{name}: too much {line}"));
        }
        assert!(got.len() == expected.len() || !wrong.is_empty(), "{name}: a line is there twice");
    }
    assert!(chapters.next().is_none(), "the table has more chapters than there are files");
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_resident_reads_as_known_by_heart() {
    compare("residents", KNOWN_BY_HEART, |json| {
        lines(&read_document(json).unwrap_or_else(|refused| panic!("{refused}")).summary)
    });
}

#[test]
fn the_region_has_at_least_sixty_two_residents_with_numbers_of_their_own() {
    let mut numbers: Vec<String> = documents("residents")
        .iter()
        .filter_map(|(_, json)| {
            read_document(json).ok()?.summary.identity.number.as_ref().map(|n| n.digits().to_owned())
        })
        .collect();
    let all = numbers.len();
    numbers.sort();
    numbers.dedup();
    assert!(numbers.len() >= 62);
    assert_eq!(numbers.len(), all);
}

#[test]
fn what_an_advance_directive_says_is_nowhere_in_the_summary() {
    for (name, json) in documents("residents") {
        let text = lines(&read_document(&json).expect("readable").summary).join("\n");
        for word in ["DNAR", "蘇生", "延命"] {
            assert!(!text.contains(word), "{name} shows the content of a directive");
        }
    }
}
