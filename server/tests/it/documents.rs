//! Documents that are taken in.

use std::fs;
use std::path::Path;

use chrono::NaiveDate;
use kakari_record::fhir::read_document;
use kakari_record::{display, handover};

use crate::run::{folder, preview, preview_with, region};

const REMARKS: &str = "【取り込まなかったもの】";

#[test]
fn every_document_of_the_sample_region_shows_all_its_lines_and_all_its_remarks() {
    let today = NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();
    for path in [folder("residents"), folder("public")].concat() {
        let said = preview(&[&path], &["--all"]);
        assert_eq!((said.code, said.errors.as_str()), (0, ""), "{}", path.display());
        let reading = read_document(&fs::read(&path).unwrap()).unwrap();
        let (summary, remarks) = said.out.split_once(&format!("{REMARKS}\n")).unwrap();
        let photo = reading.photo.as_ref().map(|photo| format!("【顔写真】\n  あり({} バイト)\n", photo.jpeg().len()));
        let expected = display::plain(&reading.summary, today).join("\n") + "\n" + &photo.unwrap_or_default();
        assert!(summary == expected, "{}: another summary", path.display());
        for remark in &reading.remarks {
            assert!(remarks.contains(&format!("    {remark}\n")), "{}: {remark} is missing", path.display());
        }
        assert_eq!(remarks.contains(path.to_str().unwrap()), !reading.remarks.is_empty());
    }
}

#[test]
fn a_document_without_remarks_says_so_and_does_not_claim_that_all_was_taken_in() {
    let said = preview(&[&region("residents/005-pacemaker.json")], &[]);
    assert!(
        said.out
            .ends_with(&format!("{REMARKS}\n  注記はありません(要約の対象でない細目や説明文は、一つずつ示しません)\n")),
        "{}",
        said.out
    );
}

#[test]
fn a_reason_that_comes_often_is_counted_unless_all_are_wanted() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("slots.json");
    let slots = r#",{"resource":{"resourceType":"Slot"}}"#.repeat(40);
    fs::write(&path, with_entries(&slots)).unwrap();
    let reason = "not part of the emergency summary";
    let short = preview(&[&path], &[]).out;
    assert_eq!(short.matches(reason).count(), 5, "{short}");
    assert!(short.contains(&format!("    … 36 more (--all names each): {reason}\n")), "{short}");
    let long = preview(&[&path], &["--all"]).out;
    assert_eq!(long.matches(reason).count(), 40, "{long}");
    assert!(long.contains(&format!("    entry[40].resource: {reason}\n")), "{long}");
}

#[test]
fn what_the_patient_has_not_been_told_is_counted_and_not_named() {
    let said = preview(&[&region("residents/009-untold-cancer.json")], &[]);
    assert!(said.out.contains("表示していない項目 1件") && !said.out.contains("膵頭部癌"), "{}", said.out);
}

#[test]
fn a_record_whose_consent_was_withdrawn_tells_that_alone() {
    let said = preview(&[&region("residents/018-consent-withdrawn.json")], &[]);
    assert!(said.out.starts_with("閲覧同意 撤回 2026/03/31\n【取り込まなかったもの】"), "{}", said.out);
}

#[test]
fn the_document_for_another_hospital_reads_as_what_the_patient_has_been_told() {
    let path = region("residents/009-untold-cancer.json");
    let said = preview(&[&path], &["--as", "ips"]);
    assert_eq!((said.code, said.errors.as_str()), (0, ""));
    let told = read_document(&fs::read(&path).unwrap()).unwrap().summary.told();
    assert!(read_document(said.out.as_bytes()).unwrap().summary == told);
    assert!(!said.out.contains("膵頭部癌"));
}

#[test]
fn a_hand_over_is_what_the_tablet_would_say() {
    let today = NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();
    for path in folder("residents") {
        let summary = read_document(&fs::read(&path).unwrap()).unwrap().summary;
        assert!(preview(&[&path], &["--as", "text"]).out == handover::text(&summary, today), "{}", path.display());
        let (said, script) = (preview(&[&path], &["--as", "script"]), handover::script(&summary, today));
        let mut lines = said.out.lines();
        assert!(script.lines.iter().all(|line| lines.next() == Some(line.words.as_str())), "{}", path.display());
        let read_back = script.read_back.as_ref().map(|words| format!("復唱: {words}"));
        assert!(read_back.is_none_or(|words| lines.next() == Some(words.as_str())), "{}", path.display());
        assert_eq!((lines.next(), lines.next()), (Some(format!("(約{}秒)", script.seconds()).as_str()), None));
    }
}

#[test]
fn the_remarks_on_a_document_that_leaves_are_beside_it() {
    let path = region("public/jp-clins-referral.json");
    let said = preview(&[&path], &["--as", "ips"]);
    assert!(said.errors.contains("entry[2].resource: not part of the emergency summary"), "{}", said.errors);
    assert!(read_document(said.out.as_bytes()).is_ok());
}

#[test]
fn no_document_leaves_once_consent_was_withdrawn() {
    let said = preview(&[&region("residents/018-consent-withdrawn.json")], &["--as", "ips"]);
    assert_eq!((said.code, said.out.as_str()), (1, ""));
    assert!(said.complaints()[0].contains("consent withdrawn"), "{}", said.errors);
}

#[test]
fn the_day_that_was_given_is_the_day_that_ages_count_to() {
    let path = region("residents/005-pacemaker.json");
    let later = preview(&[&path], &["--today", "2027-11-21"]);
    assert_eq!(later.code, 2, "--today is given once");
    let now = std::process::Command::new(env!("CARGO_BIN_EXE_kakari-region"))
        .args(["preview", "--today", "2027-11-21"])
        .arg(&path)
        .output()
        .unwrap();
    let out = String::from_utf8(now.stdout).unwrap();
    assert!(preview(&[&path], &[]).out.contains("77歳") && out.contains("78歳"), "{out}");
}

#[test]
fn standard_input_is_a_document_like_any_other() {
    let path = region("residents/002-warfarin-atrial-fibrillation.json");
    let piped = preview_with(&[Path::new("-")], &[], &fs::read(&path).unwrap());
    assert_eq!((piped.code, piped.errors.as_str()), (0, ""));
    assert_eq!(piped.out, preview(&[&path], &[]).out);
    let twice = preview_with(&[Path::new("-"), Path::new("-")], &[], b"");
    assert_eq!((twice.code, twice.out.as_str()), (2, ""));
}

#[test]
fn many_files_say_how_far_the_work_is() {
    let path = region("residents/005-pacemaker.json");
    let said = preview(&vec![&*path; 21], &[]);
    assert_eq!((said.code, said.errors.lines().count()), (0, 21), "{}", said.errors);
    assert!(said.errors.contains(&format!("reading 21 of 21: {}", path.display())), "{}", said.errors);
    assert_eq!(preview(&[&*path; 20], &[]).errors, "");
}

#[test]
fn nothing_is_written_beside_the_documents() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("one.json");
    fs::copy(region("residents/005-pacemaker.json"), &path).unwrap();
    preview(&[&path], &[]);
    preview(&[&path], &["--json"]);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
}

/// A Bundle about a resident of these tests, with entries after the patient's.
pub(crate) fn with_entries(entries: &str) -> String {
    format!(
        r#"{{"resourceType":"Bundle","type":"collection","timestamp":"2026-04-12T09:00:00+09:00","entry":[
            {{"resource":{{"resourceType":"Patient","id":"p","name":[{{"text":"試験 花子"}}],"birthDate":"1940-03-05"}}}}{entries}]}}"#
    )
}
