//! Documents and files that are refused: one line each, nothing shown, exit code 1.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::documents::with_entries;
use crate::run::{preview, preview_with, region};

/// The one line about a file with this content.
fn refuse(name: &str, content: &[u8]) -> String {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(name);
    fs::write(&path, content).unwrap();
    refuse_file(&path)
}

fn refuse_file(path: &Path) -> String {
    let said = preview(&[path], &[]);
    assert_eq!((said.code, said.out.as_str()), (1, ""), "{}", said.errors);
    let lines = said.complaints();
    assert_eq!(lines.len(), 1, "{}", said.errors);
    let about = format!("kakari-region: {}: ", path.display());
    lines[0].strip_prefix(&about).unwrap_or_else(|| panic!("the file is not named: {}", lines[0])).to_owned()
}

#[test]
fn a_broken_file_names_line_and_column() {
    let line = refuse("broken.json", b"{\n  \"resourceType\": Bundle\n}");
    assert!(line.starts_with("not JSON: line 2, column 1"), "{line}");
    assert!(line.ends_with("nothing of it was taken: have its sender correct it"), "{line}");
}

#[test]
fn a_wrong_value_names_its_json_path_and_is_not_quoted() {
    let line = refuse("date.json", with_entries("").replace("1940-03-05", "1940-02-30").as_bytes());
    assert!(line.contains("entry[0].resource.birthDate") && !line.contains("1940"), "{line}");
}

#[test]
fn a_missing_file_is_told() {
    let line = refuse_file(Path::new("/nowhere/at all.json"));
    assert!(line.starts_with("cannot be read: No such file or directory"), "{line}");
}

#[test]
fn a_folder_says_how_its_documents_are_named() {
    let dir = tempfile::tempdir().unwrap();
    let line = refuse_file(dir.path());
    assert!(line.contains("is a folder") && line.ends_with(&format!("{}/*.json", dir.path().display())), "{line}");
}

#[test]
fn an_empty_file_is_no_document() {
    assert!(refuse("empty.json", b"").starts_with("is empty"));
    assert!(refuse("blank.json", b" \n\n").starts_with("is empty"));
}

#[test]
fn shift_jis_is_told_with_its_first_byte() {
    let line = refuse("sjis.json", b"{\"name\":\"\x8e\x52\x93\x63\"}");
    assert!(line.starts_with("not UTF-8 from byte 9 on"), "{line}");
}

#[test]
fn a_hundred_megabytes_are_refused_without_being_read() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("huge.json");
    let file = fs::File::create(&path).unwrap();
    file.set_len(100 * 1024 * 1024).unwrap();
    let began = Instant::now();
    let line = refuse_file(&path);
    assert!(line.starts_with("document too large: 104857600 bytes (at most 67108864)"), "{line}");
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
}

#[test]
fn an_endless_input_ends_at_the_limit_in_bounded_memory() {
    let program = env!("CARGO_BIN_EXE_kakari-region");
    // 256 MB of address space for everything; the program is ended by the system when it asks for more.
    let script = format!("ulimit -v 262144; exec '{program}' preview /dev/zero");
    let output = Command::new("sh").args(["-c", &script]).output().unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{errors}");
    assert!(errors.contains("/dev/zero: document too large: 67108865 bytes"), "{errors}");
}

#[test]
fn one_refused_document_refuses_all_and_every_refusal_is_told() {
    let (good, missing, folder) =
        (region("residents/005-pacemaker.json"), PathBuf::from("/nowhere"), region("residents"));
    let said = preview(&[&good, &missing, &folder], &[]);
    assert_eq!((said.code, said.out.as_str()), (1, ""));
    let lines = said.complaints();
    assert!(lines.len() == 2 && lines[0].contains("/nowhere") && lines[1].contains("is a folder"), "{lines:?}");
}

#[test]
fn a_wrong_command_line_is_another_exit_code() {
    for options in [&["--as", "poem"][..], &["--today", "2026-02-30"], &["--unknown"]] {
        assert_eq!(preview(&[&region("residents/005-pacemaker.json")], options).code, 2);
    }
    assert_eq!(preview(&[], &[]).code, 2);
}

#[test]
fn no_value_of_a_document_is_on_standard_error() {
    let bad =
        with_entries(r#",{"resource":{"resourceType":"Condition","subject":{"reference":"Patient/someone-else"}}}"#);
    let said = preview_with(&[Path::new("-")], &[], bad.as_bytes());
    assert_eq!(said.code, 1);
    assert!(said.errors.contains("standard input: ") && !said.errors.contains("試験"), "{}", said.errors);
    assert!(!said.errors.contains("someone-else"), "{}", said.errors);
}
