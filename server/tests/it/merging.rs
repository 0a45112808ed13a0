//! Several documents of one resident, and documents of two.

use std::fs;

use kakari_record::fhir::read_document;
use kakari_record::merge::merge;
use kakari_record::model::Summary;
use serde_json::json;

use crate::documents::with_entries;
use crate::run::{preview, region};

/// A document of the same resident with an allergy.
fn document(facility: &str, written: &str, substance: &str) -> String {
    with_entries(&format!(
        r#",{{"resource":{{"resourceType":"AllergyIntolerance","patient":{{"reference":"Patient/p"}},
            "recordedDate":"{written}","code":{{"text":"{substance}"}},"recorder":{{"display":"{facility}"}}}}}}"#
    ))
    .replace("2026-04-12", written)
}

#[test]
fn two_documents_of_one_resident_are_one_summary_in_any_order() {
    let dir = tempfile::tempdir().unwrap();
    let (old, new) = (dir.path().join("old.json"), dir.path().join("new.json"));
    let (egg, milk) = (document("北町病院", "2024-02-03", "鶏卵"), document("東町医院", "2026-04-12", "牛乳"));
    fs::write(&old, &egg).unwrap();
    fs::write(&new, &milk).unwrap();
    let expected = merge([egg, milk].iter().map(|json| read_document(json.as_bytes()).unwrap()).collect()).unwrap();
    for files in [[&*old, &*new], [&*new, &*old]] {
        let said = preview(&files, &["--json"]);
        assert_eq!((said.code, said.errors.as_str()), (0, ""));
        let whole = said.json();
        let summary: Summary = serde_json::from_value(whole["summary"].clone()).unwrap();
        assert!(summary == expected.summary, "another summary: {}", said.out);
        let documents = whole["documents"].as_array().unwrap().iter().map(|document| document["file"].clone());
        assert!(documents.eq(files.map(|file| json!(file))), "{}", said.out);
    }
    let text = preview(&[&old, &new], &[]).out;
    assert!(text.contains("鶏卵") && text.contains("牛乳"), "{text}");
}

#[test]
fn the_same_document_twice_is_taken_once_and_that_is_said() {
    let path = region("residents/002-warfarin-atrial-fibrillation.json");
    let said = preview(&[&path, &path], &["--json"]);
    assert_eq!(said.code, 0, "{}", said.errors);
    let once: Summary = serde_json::from_value(preview(&[&path], &["--json"]).json()["summary"].clone()).unwrap();
    let twice: Summary = serde_json::from_value(said.json()["summary"].clone()).unwrap();
    assert!(once == twice);
    let remarks = said.json()["remarks"].clone();
    let expected = json!({"file": path, "path": "document", "reason": "says the same as another one, taken once"});
    assert!(remarks.as_array().unwrap().contains(&expected), "{remarks}");
}

#[test]
fn documents_of_two_residents_are_refused_and_nobody_is_named() {
    // Twins: family name, address and birth date are the same.
    let (elder, younger) = (region("residents/020-twin-elder.json"), region("residents/021-twin-younger.json"));
    let said = preview(&[&elder, &younger], &[]);
    assert_eq!((said.code, said.out.as_str()), (1, ""));
    let lines = said.complaints();
    assert_eq!(lines.len(), 1, "{lines:?}");
    let both = [&elder, &younger].iter().all(|path| lines[0].contains(path.to_str().unwrap()));
    assert!(both && lines[0].contains("not shown to be about the same person"), "{lines:?}");
    let name = read_document(&fs::read(&elder).unwrap()).unwrap().summary.identity.name.clone();
    assert!(!lines[0].contains(&name));
    let whole = preview(&[&elder, &younger], &["--json"]).json();
    assert_eq!(whole["summary"], serde_json::Value::Null);
    assert_eq!(whole["refused"][0]["file"], json!(younger));
}
