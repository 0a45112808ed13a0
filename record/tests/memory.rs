//! How much memory and time the worst documents take: each is read in a process of its own, whose peak the kernel counts
//! (`VmHWM`), so that nothing else moves the figures and no memory that an earlier document left behind hides them.
#![cfg(target_os = "linux")]
#![expect(clippy::print_stdout, reason = "the figures go from process to process and to the reader in lines")]

use std::process::Command;
use std::time::Instant;

use kakari_record::fhir::read_document;

/// What reading may take beside the file itself.
const MOST_MEGABYTES: u64 = 1024;
/// Names the document to a process of its own.
const NUMBER: &str = "KAKARI_WORST_DOCUMENT";
const TOLD: &str = "measured: ";
/// No document keeps a reader busy for longer; an unoptimised build on a slow machine needs most of it.
const LONGEST_SECONDS: u64 = 60;

/// A figure of `/proc/self/status` in kilobytes.
fn kilobytes(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("needs /proc");
    let line = status.lines().find(|line| line.starts_with(name)).expect("a kernel that counts the peak");
    line.split_whitespace().nth(1).and_then(|figure| figure.parse().ok()).expect("a figure")
}

/// In a process of its own: reads one of the worst documents and tells the peak above what was there before, in
/// megabytes, and the seconds.
fn read_one(number: usize) {
    let (what, file) = worst(number).expect("a document of this number");
    std::fs::write("/proc/self/clear_refs", "5").expect("needs a kernel that resets the peak");
    let (before, start) = (kilobytes("VmRSS:"), Instant::now());
    drop(read_document(file.as_bytes()));
    let peak = kilobytes("VmHWM:").saturating_sub(before) / 1024;
    println!("{TOLD}{peak} {} {what}: {} MB in", start.elapsed().as_secs(), file.len() / (1024 * 1024));
}

fn bundle(entries: &str) -> String {
    format!(
        "{{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"timestamp\":\"2026-01-01\",\"entry\":[{entries}null]}}"
    )
}

fn resources(count: usize, one: impl Fn(usize) -> String) -> String {
    let patient = r#"{"resource":{"resourceType":"Patient","id":"p","name":[{"text":"x"}]}},"#.to_owned();
    std::iter::once(patient).chain((0..count).map(|i| format!("{{\"resource\":{}}},", one(i)))).collect()
}

/// The worst documents by number; made one at a time, because each is large.
fn worst(number: usize) -> Option<(&'static str, String)> {
    let text = || "x".repeat(60 * 1024 * 1024);
    let chain = || format!("{}1{},", "{\"a\":".repeat(110), "}".repeat(110));
    let subject = r#""subject":{"reference":"Patient/p"}"#;
    let team = |member: &str| {
        let participants =
            (0..100_000).map(|i| format!("{{\"member\":{{\"reference\":\"Practitioner/{member}{}\"}}}},", i % 9000));
        format!(
            "{{\"resourceType\":\"CareTeam\",{subject},\"participant\":[{}null]}}",
            participants.collect::<String>()
        )
    };
    let doctor = |i: usize| match i {
        0 => team("d"),
        role if role < 9000 => format!(
            "{{\"resourceType\":\"PractitionerRole\",\"practitioner\":{{\"reference\":\"Practitioner/d{i}\"}}}}"
        ),
        _ => format!("{{\"resourceType\":\"Practitioner\",\"id\":\"d{}\",\"name\":[{{\"text\":\"x\"}}]}}", i - 9000),
    };
    let blood = |i: usize| {
        let code = r#""code":{"coding":[{"system":"http://loinc.org","code":"882-1"}]}"#;
        format!("{{\"resourceType\":\"Observation\",{subject},{code},\"valueString\":\"{i}\"}}")
    };
    let contained =
        || (0..200_000).map(|i| format!("{{\"resourceType\":\"Medication\",\"id\":\"m{i}\"}},")).collect::<String>();
    let holder = |_| {
        format!(
            "{{\"resourceType\":\"MedicationStatement\",{subject},\"contained\":[{}null],\"medicationReference\":{{\"reference\":\"#m9\"}}}}",
            contained()
        )
    };
    Some(match number {
        0 => (
            "a text of 60 MB",
            bundle(&format!("{{\"resource\":{{\"resourceType\":\"Patient\",\"id\":\"{}\"}}}},", text())),
        ),
        1 => ("a text of 60 MB with an escape", bundle(&format!("{{\"resource\":{{\"id\":\"\\n{}\"}}}},", text()))),
        2 => ("a key of 60 MB", bundle(&format!("{{\"{}\":1}},", text()))),
        3 => ("60 MB of brackets", "[".repeat(60 * 1024 * 1024)),
        4 => ("60 MB of empty objects", bundle(&"{},".repeat(20 * 1024 * 1024))),
        5 => ("a million objects in chains", bundle(&chain().repeat(9000))),
        6 => ("60 MB of lines", "{\"resourceType\":\"Flag\"}\n".repeat(2_700_000)),
        7 => ("60 MB of blank lines", "\n".repeat(60 * 1024 * 1024)),
        8 => ("18,000 doctors in 100,000 places", bundle(&resources(18_000, doctor))),
        9 => ("49,000 blood types that differ", bundle(&resources(49_000, blood))),
        10 => ("200,000 contained resources", bundle(&resources(1, holder))),
        _ => return None,
    })
}

#[test]
fn the_worst_documents_end_soon_and_within_the_memory_that_is_promised() {
    if let Ok(number) = std::env::var(NUMBER) {
        return read_one(number.parse().expect("a number"));
    }
    let mut too_much = Vec::new();
    for number in 0..11 {
        let mut reader = Command::new(std::env::current_exe().expect("this test"));
        let reader = reader.args(["--nocapture", "--test-threads=1"]).env(NUMBER, number.to_string());
        let output = reader.output().expect("this test starts itself");
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        let line = told.lines().find_map(|line| line.split_once(TOLD)).map_or("", |(_, line)| line);
        println!("peak MB, seconds, document: {line}");
        let figures: Vec<u64> = line.split(' ').take(2).filter_map(|figure| figure.parse().ok()).collect();
        let good =
            matches!(figures.as_slice(), [peak, seconds] if *peak <= MOST_MEGABYTES && *seconds <= LONGEST_SECONDS);
        if !output.status.success() || !good {
            too_much.push(format!("document {number}: {line}"));
        }
    }
    assert!(too_much.is_empty(), "{too_much:?}");
}
