//! Bulk exports: a file for each kind of resource, all of them one document.

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use crate::run::preview;

const PATIENT: &str = r#"{"resourceType":"Patient","id":"p","name":[{"text":"試験 花子"}],"birthDate":"1940-03-05"}"#;
const ALLERGY: &str = r#"{"resourceType":"AllergyIntolerance","patient":{"reference":"Patient/p"},"recordedDate":"2026-04-12","code":{"text":"鶏卵"}}"#;
const SLOT: &str = r#"{"resourceType":"Slot"}"#;

/// Files of a folder of their own.
fn export(files: &[(&str, &str)]) -> (TempDir, Vec<PathBuf>) {
    let dir = tempfile::tempdir().unwrap();
    let write = |(name, text): &(&str, &str)| {
        let path = dir.path().join(name);
        fs::write(&path, text).unwrap();
        path
    };
    let paths = files.iter().map(write).collect();
    (dir, paths)
}

fn shown(files: &[(&str, &str)]) -> crate::run::Said {
    let (_dir, paths) = export(files);
    preview(&paths.iter().map(PathBuf::as_path).collect::<Vec<_>>(), &["--json"])
}

#[test]
fn the_files_of_an_export_are_one_document() {
    let allergies = format!("{ALLERGY}\n{}\n", ALLERGY.replace("鶏卵", "牛乳"));
    let said = shown(&[("Patient.ndjson", PATIENT), ("AllergyIntolerance.ndjson", &allergies)]);
    assert_eq!(said.code, 0, "{}", said.errors);
    let whole = said.json();
    assert_eq!(whole["documents"].as_array().unwrap().len(), 1);
    assert_eq!(whole["summary"]["identity"]["name"], "試験 花子");
    assert_eq!(whole["summary"]["allergies"]["block"]["known"].as_array().unwrap().len(), 2);
}

#[test]
fn a_remark_names_its_own_file_and_the_line_in_it() {
    let rest = format!("{ALLERGY}\n\n{SLOT}\n");
    let said = shown(&[("Patient.ndjson", PATIENT), ("rest.ndjson", &rest)]);
    let remark = said.json()["remarks"].as_array().unwrap().iter().find(|it| it["path"] == "line[3]").cloned();
    assert!(remark.is_some_and(|remark| remark["file"].as_str().unwrap().ends_with("/rest.ndjson")), "{}", said.out);
}

#[test]
fn an_error_names_its_own_file_and_the_line_in_it() {
    let bad = format!("{ALLERGY}\n{}\n", ALLERGY.replace("2026-04-12", "2026-04-31"));
    let said = shown(&[("Patient.ndjson", PATIENT), ("rest.ndjson", &bad)]);
    assert_eq!(said.code, 1);
    let lines = said.complaints();
    assert!(lines.len() == 1 && lines[0].contains("/rest.ndjson: line[2].recordedDate"), "{lines:?}");
}

#[test]
fn lines_are_known_by_what_they_hold_too() {
    let said = shown(&[("patient.json", &format!("{PATIENT}\n{ALLERGY}\n"))]);
    assert_eq!(said.code, 0, "{}", said.errors);
    assert_eq!(said.json()["summary"]["identity"]["name"], "試験 花子");
}

#[test]
fn an_export_of_two_residents_is_refused() {
    let other = PATIENT.replace("\"p\"", "\"q\"").replace("花子", "次郎");
    let said = shown(&[("Patient.ndjson", &format!("{PATIENT}\n{other}\n")), ("rest.ndjson", SLOT)]);
    assert_eq!(said.code, 1);
    assert_eq!(said.json()["summary"], serde_json::Value::Null);
}

#[test]
fn files_that_are_too_large_together_are_refused() {
    let big = format!("{{\"resourceType\":\"Slot\",\"comment\":\"{}\"}}\n", "x".repeat(40 << 20));
    let said = shown(&[("a.ndjson", &big), ("b.ndjson", &big)]);
    assert_eq!(said.code, 1);
    assert!(said.errors.contains("b.ndjson: document too large"), "{}", said.errors);
}
