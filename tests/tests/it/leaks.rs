//! Patient words never reach a log, at any level.

use std::process::Command;

use kakari_card_sim::{Fault, in_own_process};
use serde_json::Value;

use kakari_tests::place::{Place, Tapped, Tapping, patient_words};

fn trace(place: &Place, card: &kakari_card_sim::VirtualCard) -> Tapped {
    let mut tapping = Tapping::start(place, "trace");
    loop {
        let Some(line) = tapping.next_line() else { break tapping.finish(Value::Null) };
        match line["wanted"].as_str() {
            Some("staff card") => place.reader().insert(&place.staff[0].card.card),
            Some(_) => place.reader().insert(card),
            None => {
                place.reader().remove();
                break tapping.finish(line);
            }
        }
    }
}

#[test]
fn patient_words_never_appear_in_logs_at_trace_level() {
    in_own_process("leaks::patient_words_never_appear_in_logs_at_trace_level", |dir| {
        let place = Place::with_residents(dir, &[1, 9, 15]);
        let mut logs = String::new();
        for (summary, card) in place.residents.iter().zip(&place.cards) {
            let tapped = trace(&place, &card.card);
            assert_eq!(tapped.outcome["summary"]["identity"]["name"], summary.identity.name, "a summary was shown");
            logs += &tapped.log;
        }
        for (exchange, fault) in [(1, Fault::Tear), (2, Fault::Truncate(30)), (4, Fault::Tear)] {
            place.cards[0].card.fail_at_exchange(exchange, fault);
            let tapped = trace(&place, &place.cards[0].card);
            assert!(!tapped.success, "the fault had its way");
            logs += &tapped.log;
        }
        assert!(logs.lines().count() > 5, "the log must say something at all");
        let words: Vec<String> = place.residents.iter().flat_map(patient_words).collect();
        let pin = kakari::demo::TRAINING_PIN.to_owned();
        for word in words.iter().chain([&pin]) {
            assert!(!logs.contains(word.as_str()), "a patient's word or a PIN in the log");
        }
        println!("{} words looked for in {} log lines: 0 found", words.len(), logs.lines().count());
    });
}

#[test]
fn a_refused_document_is_not_quoted() {
    let dir = tempfile::tempdir().unwrap();
    let text = r#"{"resourceType":"Bundle","type":"collection","timestamp":"2026-04-12T09:00:00+09:00",
        "entry":[{"resource":{"resourceType":"Patient",
        "name":[{"text":"秘密 太郎"}],"birthDate":"1940-13-05"}}]}"#;
    std::fs::write(dir.path().join("bad.json"), text).unwrap();
    let demo = Command::new(kakari_tests::place::kakari())
        .args(["demo", "--no-windows", "--region"])
        .arg(dir.path())
        .env("RUST_LOG", "trace")
        .output()
        .unwrap();
    let said = [demo.stdout, demo.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(!demo.status.success() && said.contains("entry[0].resource.birthDate"), "{said}");
    assert!(!said.contains("秘密") && !said.contains("1940-13-05"), "{said}");
}
