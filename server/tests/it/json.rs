//! `--json`: what programs rely on.

use std::fs;
use std::path::Path;

use kakari_record::fhir::read_document;
use kakari_record::model::{Consent, Summary};
use serde_json::{Value, json};

use crate::run::{folder, preview, region};

const KEYS: [&str; 7] = ["alerts", "documents", "photo_bytes", "refused", "remarks", "summary", "untold_items"];

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn every_document_comes_as_one_object_with_its_whole_summary() {
    for path in [folder("residents"), folder("public")].concat() {
        let said = preview(&[&path], &["--json"]);
        assert_eq!((said.code, said.errors.as_str()), (0, ""), "{}", path.display());
        let whole = said.json();
        assert_eq!(keys(&whole), KEYS);
        let reading = read_document(&fs::read(&path).unwrap()).unwrap();
        if matches!(reading.summary.consent, Consent::Withdrawn { .. }) {
            assert_eq!(keys(&whole["summary"]), ["consent"], "a withdrawn record tells that alone");
            assert_eq!((&whole["alerts"], &whole["untold_items"]), (&json!([]), &json!(0)));
            continue;
        }
        let summary: Summary = serde_json::from_value(whole["summary"].clone()).unwrap();
        assert!(summary == reading.summary, "{}: another summary", path.display());
        let name = path.to_str().unwrap();
        assert_eq!(whole["refused"], json!([]));
        assert_eq!(whole["photo_bytes"], json!(reading.photo.as_ref().map(|photo| photo.jpeg().len())));
        assert_eq!(whole["documents"][0]["file"], name);
        assert_eq!(whole["documents"][0]["as_of"], reading.summary.as_of.to_rfc3339());
        assert_eq!(whole["documents"][0]["source"], json!(reading.summary.source));
        let remarks =
            reading.remarks.iter().map(|it| json!({"file": name, "path": it.path, "reason": it.reason.to_string()}));
        assert_eq!(whole["remarks"], Value::from_iter(remarks));
    }
}

#[test]
fn what_the_patient_has_not_been_told_is_there_and_counted() {
    let whole = preview(&[&region("residents/009-untold-cancer.json")], &["--json"]).json();
    assert_eq!(whole["untold_items"], 1);
    assert_eq!(whole["summary"]["conditions"]["known"][0]["origin"]["untold"], true);
    assert!(!whole["alerts"].to_string().contains("膵"));
    let other = preview(&[&region("residents/002-warfarin-atrial-fibrillation.json")], &["--json"]).json();
    assert_eq!(other["untold_items"], 0);
    assert_eq!(keys(&other["alerts"][0]), ["critical", "label", "reason"]);
}

#[test]
fn a_refusal_is_an_object_too_and_has_no_summary() {
    let (good, bad) = (region("residents/002-warfarin-atrial-fibrillation.json"), Path::new("/nowhere"));
    let said = preview(&[&good, bad], &["--json"]);
    assert_eq!(said.code, 1);
    let whole = said.json();
    assert_eq!(keys(&whole), KEYS);
    assert_eq!(whole["summary"], Value::Null);
    assert_eq!(whole["refused"].as_array().unwrap().len(), 1);
    assert_eq!(whole["refused"][0]["file"], "/nowhere");
    assert!(whole["refused"][0]["error"].as_str().unwrap().starts_with("cannot be read"));
    assert_eq!(said.complaints().len(), 1);
}

#[test]
fn another_form_and_json_do_not_go_together() {
    let said = preview(&[&region("residents/005-pacemaker.json")], &["--json", "--as", "summary"]);
    assert_eq!((said.code, said.out.as_str()), (2, ""));
}
