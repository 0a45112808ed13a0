//! Documents that are not what they must be: one line that names the place, and nothing stored.

use std::fs;
use std::path::Path;
use std::process::Command;

use kakari_tests::place::{kakari, repository};

/// Runs the demo on a folder in which one good document stands before the bad one.
fn refuse(text: &str) -> String {
    let dir = tempfile::tempdir().unwrap();
    let residents = dir.path().join("residents");
    let work = dir.path().join("tmp");
    fs::create_dir(&residents).unwrap();
    fs::create_dir(&work).unwrap();
    let good = repository().join("assets/region/residents/001-egg-anaphylaxis-child.json");
    fs::copy(good, residents.join("001.json")).unwrap();
    fs::write(residents.join("002.json"), text).unwrap();
    let demo = Command::new(kakari())
        .args(["demo", "--no-windows", "--region"])
        .arg(&residents)
        .env("TMPDIR", &work)
        .output()
        .unwrap();
    assert!(!demo.status.success());
    assert!(!holds_a_store(&work), "something was stored");
    let said = String::from_utf8(demo.stderr).unwrap();
    let lines: Vec<&str> = said.lines().filter(|line| line.starts_with("kakari: ")).collect();
    assert_eq!(lines.len(), 1, "one line: {said}");
    assert!(lines[0].contains("002.json"), "the file is named: {said}");
    lines[0].to_owned()
}

fn holds_a_store(dir: &Path) -> bool {
    fs::read_dir(dir).unwrap().map(Result::unwrap).any(|entry| {
        let path = entry.path();
        path.extension().is_some_and(|extension| extension == "db") || path.is_dir() && holds_a_store(&path)
    })
}

fn patient(extra: &str) -> String {
    format!(
        r#"{{"resourceType":"Bundle","type":"collection","timestamp":"2026-04-12T09:00:00+09:00","entry":[
            {{"resource":{{"resourceType":"Patient","id":"p","name":[{{"text":"試験"}}],"birthDate":"1940-03-05"}}}}{extra}]}}"#
    )
}

#[test]
fn a_file_that_is_not_json_names_line_and_column() {
    let line = refuse("{\n  \"resourceType\": Bundle\n}");
    assert!(line.contains("line 2"), "{line}");
}

#[test]
fn a_document_that_is_not_a_bundle_says_so() {
    let line = refuse(r#"{"type":"document"}"#);
    assert!(line.contains("resourceType") && line.contains("Bundle"), "{line}");
}

#[test]
fn a_wrong_date_names_its_path() {
    let line = refuse(&patient("").replace("1940-03-05", "1940-02-30"));
    assert!(line.contains("entry[0].resource.birthDate"), "{line}");
}

#[test]
fn a_dangling_reference_names_its_path() {
    let line = refuse(&patient(
        r#",{"resource":{"resourceType":"MedicationStatement","status":"active",
            "subject":{"reference":"Patient/p"},"medicationReference":{"reference":"Medication/none"}}}"#,
    ));
    assert!(line.contains("entry[1].resource.medicationReference"), "{line}");
}

#[test]
fn a_folder_without_documents_says_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    let demo = Command::new(kakari()).args(["demo", "--region"]).arg(dir.path()).output().unwrap();
    let said = String::from_utf8(demo.stderr).unwrap();
    assert!(said.contains("--region"), "{said}");
}
