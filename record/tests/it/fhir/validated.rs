//! FHIR out, before an independent validator: the R4 4.0.1 models of PyPI's fhir.resources, and the rules of IPS.

use std::collections::HashSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use kakari_record::fhir::{read_document, write_chosen, write_document};
use kakari_record::handover::{Chosen, CopyOnCard, Provenance, Selection};
use kakari_record::model::{Consent, Summary};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde_json::Value;

use super::residents::documents;
use crate::strategy;

/// Documents of every resident, of both public documents, of summaries of every kind, and one that a card in doubt and
/// its copy led to.
fn written() -> Vec<(String, String)> {
    let json = |summary: &Summary| {
        let at = "2026-11-21T03:00:00Z".parse().expect("a time");
        String::from_utf8(write_document(summary, at).expect("not withdrawn").to_vec()).expect("UTF-8")
    };
    let mut all = Vec::new();
    for (name, document) in documents("residents").into_iter().chain(documents("public")) {
        let summary = read_document(&document).expect("readable").summary;
        if !matches!(summary.consent, Consent::Withdrawn { .. }) {
            all.push((name, json(&summary)));
        }
    }
    let mut runner = TestRunner::deterministic();
    let kinds = strategy::summary();
    for number in 0..200 {
        let summary = kinds.new_tree(&mut runner).expect("a summary").current();
        all.push((format!("random-{number}"), json(&summary)));
    }
    let written = "2026-11-16T20:00:00Z".parse().expect("a time");
    let copy = CopyOnCard { region: Some("西<地>域&".to_owned()), written };
    let come_by = Provenance { unproven_card: true, copy: Some(copy) };
    let chosen = Chosen::of(&kinds.new_tree(&mut runner).expect("a summary").current(), &Selection::everything_told());
    let document = write_chosen(&chosen.come_by(come_by), written).expect("not withdrawn");
    all.push(("come by otherwise".to_owned(), String::from_utf8(document.to_vec()).expect("UTF-8")));
    all
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The Python that has the validator. Fails with how to get it.
fn python() -> PathBuf {
    let script = repository().join("scripts/validator.sh");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("validator");
    let made = Command::new(&script).arg(folder).output().expect("scripts/validator.sh runs");
    let said = String::from_utf8_lossy(&made.stderr);
    assert!(made.status.success(), "the FHIR validator is not there, so nothing is validated.\n{said}");
    PathBuf::from(String::from_utf8_lossy(&made.stdout).trim())
}

/// What the validator says of documents, in one process.
pub(super) fn validate(all: Vec<(String, String)>) -> Vec<String> {
    let mut validator = Command::new(python())
        .arg(repository().join("tests/validator/validate.py"))
        .env("PYTHONIOENCODING", "utf-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the validator starts");
    let mut lines = validator.stdin.take().expect("a pipe");
    let count = all.len();
    let writer = std::thread::spawn(move || all.iter().try_for_each(|(name, json)| writeln!(lines, "{name}\t{json}")));
    let done = validator.wait_with_output().expect("the validator ends");
    assert!(done.status.success(), "the validator broke");
    writer.join().expect("no panic").expect("everything was handed over");
    let mut said: Vec<String> = String::from_utf8_lossy(&done.stdout).lines().map(str::to_owned).collect();
    assert_eq!(said.pop(), Some(format!("validated {count}")));
    said
}

#[test]
fn an_independent_validator_accepts_every_document() {
    let all = written();
    assert_eq!(all.len(), 268);
    let said = validate(all);
    assert!(said.is_empty(), "{}", said.join("\n"));
}

#[test]
fn the_validator_finds_what_is_wrong() {
    let (_, good) = written().into_iter().find(|(name, _)| name.starts_with("002")).expect("002 is a resident");
    let broken = [
        ("a code", good.replace(r#""status":"final""#, r#""status":"finished""#)),
        ("an element", good.replace(r#""gender":"#, r#""sex":"#)),
        ("a date", good.replace(r#""birthDate":"1944-03-05""#, r#""birthDate":"1944/03/05""#)),
        ("a target", good.replace(r#""custodian":{"reference":""#, r#""custodian":{"reference":"no-"#)),
        ("a missing element", good.replace(r#","title":"救急サマリー""#, "")),
    ];
    for (what, json) in broken {
        assert_ne!(json, good, "{what} is as it was");
        assert!(!validate(vec![(what.to_owned(), json)]).is_empty(), "{what} is accepted");
    }
}

#[test]
fn every_document_has_the_shape_of_an_international_patient_summary() {
    let mut wrong = Vec::new();
    for (name, json) in written() {
        let bundle: Value = serde_json::from_str(&json).expect("JSON");
        wrong.extend(faults(&bundle).into_iter().map(|fault| format!("{name}: {fault}")));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// What IPS asks of the Bundle and its Composition, and the invariants of R4 that bind documents.
fn faults(bundle: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    let mut check = |good: bool, fault: String| {
        if !good {
            faults.push(fault);
        }
    };
    let entries = bundle["entry"].as_array().expect("entries");
    let composition = &entries[0]["resource"];
    check(bundle["type"] == "document", "no document".into());
    check(bundle["identifier"]["system"].is_string() && bundle["timestamp"].is_string(), "bdl-9, bdl-10".into());
    check(composition["resourceType"] == "Composition", "the first entry is no Composition".into());
    check(composition["type"]["coding"][0]["code"] == "60591-5", "not a patient summary by its type".into());
    let urls: Vec<&str> = entries.iter().filter_map(|entry| entry["fullUrl"].as_str()).collect();
    let once: HashSet<&str> = urls.iter().copied().collect();
    check(urls.len() == entries.len() && once.len() == urls.len(), "fullUrls not unique".into());
    for entry in entries {
        let id = entry["resource"]["id"].as_str().unwrap_or_default();
        check(entry["fullUrl"] == format!("urn:uuid:{id}"), format!("{id} is not the end of its fullUrl"));
    }
    let mut reached = HashSet::new();
    reach(composition, entries, &mut reached, &mut |address| {
        check(once.contains(address), format!("{address} dangles"))
    });
    let sections = composition["section"].as_array().expect("sections");
    for required in ["48765-2", "10160-0", "11450-4"] {
        let there = sections.iter().filter(|section| section["code"]["coding"][0]["code"] == required).count();
        check(there == 1, format!("section {required} is there {there} times"));
    }
    let mut codes = HashSet::new();
    for section in sections {
        let title = section["title"].as_str().unwrap_or_default();
        check(codes.insert(section["code"].to_string()), format!("section {title} is there twice"));
        check(section["text"]["div"].as_str().is_some_and(|div| div.contains("<li>")), format!("{title} has no text"));
        let (listed, empty) = (section["entry"].is_array(), section["emptyReason"].is_object());
        check(!(listed && empty), format!("cmp-2: {title} has entries and an empty reason"));
        check(!title.is_empty() && !title.is_ascii(), "a title that is not Japanese".into());
        let loinc = section["code"]["coding"][0]["system"] == "http://loinc.org";
        let contacts = section["code"]["coding"][0]["code"] == "contacts";
        check(!loinc || listed || empty, format!("{title} says neither items nor why there are none"));
        check(loinc || contacts || listed || empty, format!("{title} says nothing"));
        check(!section["section"].is_array(), format!("{title} has a section inside"));
    }
    // Every entry but the Composition is reachable from it, as a document has to be.
    check(reached.len() + 1 == urls.len(), format!("{} entries that nothing leads to", urls.len() - 1 - reached.len()));
    faults
}

/// Follows every reference from `from` on, each address once.
fn reach(from: &Value, entries: &[Value], reached: &mut HashSet<String>, found: &mut impl FnMut(&str)) {
    match from {
        Value::Array(items) => items.iter().for_each(|item| reach(item, entries, reached, found)),
        Value::Object(fields) => {
            for (key, value) in fields {
                let address = value.as_str().filter(|_| key == "reference");
                let Some(address) = address.filter(|address| !reached.contains(*address)) else {
                    reach(value, entries, reached, found);
                    continue;
                };
                found(address);
                if let Some(entry) = entries.iter().find(|entry| entry["fullUrl"] == address) {
                    reached.insert(address.to_owned());
                    reach(&entry["resource"], entries, reached, found);
                }
            }
        }
        _ => {}
    }
}
