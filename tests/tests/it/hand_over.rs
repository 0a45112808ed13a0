//! The hand-over without a screen, read back by programs that are not ours.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use kakari_card_sim::in_own_process;
use kakari_record::audit::{AuditKind, HandoverWay};
use kakari_record::fhir::read_document;

use kakari_tests::place::{Place, Tapped, kakari};

/// One tap that ends with this hand-over.
fn hand_over(place: &Place, words: &str) -> Tapped {
    let mut program = Command::new("sh");
    program.args(["-c", &format!("exec \"$0\" \"$@\" {words}")]).arg(kakari());
    place.tap_by(program, |wanted| match wanted {
        "staff card" => place.reader().insert(&place.staff[0].card.card),
        _ => place.reader().insert(&place.cards[0].card),
    })
}

/// The way, whether 未告知 went, and the receiver of every hand-over in the log.
fn rows(place: &Place) -> Vec<(HandoverWay, bool, Option<String>)> {
    let key = kakari_store::StoreKey::load(&place.tablet.config.store_key).unwrap();
    let store = kakari_store::Store::open(&place.tablet.config.store, key).unwrap();
    store.verify_audit().unwrap().unwrap();
    let rows = store.last_audit(40).unwrap();
    let handed = rows.iter().filter_map(|row| match &row.event.as_ref().unwrap().kind {
        AuditKind::HandedOver { way, untold, receiver, .. } => Some((*way, *untold, receiver.clone())),
        _ => None,
    });
    handed.collect()
}

fn files(dir: &Path) -> Vec<PathBuf> {
    fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn a_document_and_a_page_go_to_a_folder_under_names_that_say_nothing_of_a_patient() {
    in_own_process(
        "hand_over::a_document_and_a_page_go_to_a_folder_under_names_that_say_nothing_of_a_patient",
        |dir| {
            let place = Place::with_residents(dir, &[2]);
            let stick = dir.join("stick");
            fs::create_dir(&stick).unwrap();
            let to = format!("--to {}", stick.display());
            let tapped = hand_over(&place, &format!("--hand-over fhir {to} --receiver 北町総合病院"));
            tapped.shows(&place.residents[0]);
            let name = tapped.outcome["hand_over"]["came"]["file"].as_str().unwrap().to_owned();
            let document = fs::read(stick.join(&name)).unwrap();
            assert!(read_document(&document).unwrap().summary == place.residents[0].told());
            assert!(name.starts_with("kakari-") && name.ends_with(".json") && name.is_ascii());

            hand_over(&place, &format!("--hand-over pdf {to}")).shows(&place.residents[0]);
            assert_eq!(files(&stick).len(), 2, "two files, and no part of one");
            let page = files(&stick).into_iter().find(|path| path.extension().is_some_and(|ext| ext == "pdf")).unwrap();
            let words = Command::new("pdftotext").arg(page).arg("-").output().expect("scripts/setup.sh test").stdout;
            assert!(String::from_utf8(words).unwrap().contains("ワルファリンカリウム"));
            let document = (HandoverWay::Document, false, None);
            let told = (HandoverWay::Document, false, Some("北町総合病院".to_owned()));
            assert_eq!(rows(&place), [document, told, (HandoverWay::Paper, false, None)]);
        },
    );
}

#[test]
fn a_folder_that_is_not_there_is_said_and_nothing_is_written() {
    in_own_process("hand_over::a_folder_that_is_not_there_is_said_and_nothing_is_written", |dir| {
        let place = Place::with_residents(dir, &[2]);
        let tapped = hand_over(&place, &format!("--hand-over pdf --to {}", dir.join("nowhere").display()));
        let sentence = tapped.shows_nothing_of(&place.residents);
        assert!(sentence.contains("保存先のフォルダーがありません"), "{sentence}");
    });
}

#[test]
fn text_script_and_codes_are_the_same_hand_over_with_a_row_each() {
    in_own_process("hand_over::text_script_and_codes_are_the_same_hand_over_with_a_row_each", |dir| {
        let place = Place::with_residents(dir, &[2]);
        let text = hand_over(&place, "--hand-over text");
        let text = text.outcome["hand_over"]["came"]["text"].as_str().unwrap().to_owned();
        assert!(text.contains("ワルファリンカリウム"));
        let script = hand_over(&place, "--hand-over script --sections allergies,doctors --receiver 東町中央病院");
        assert!(script.outcome["hand_over"]["script"].to_string().contains("含めていません"));
        hand_over(&place, &format!("--hand-over qr --to {}", dir.display()));
        let code = dir.join("kakari-handover-1.png");
        let read = Command::new("zbarimg").args(["--quiet", "--raw"]).arg(code).output();
        assert_eq!(String::from_utf8(read.expect("scripts/setup.sh test").stdout).unwrap().trim_end(), text.trim_end());
        let spoken = (HandoverWay::Spoken, false, Some("東町中央病院".to_owned()));
        assert_eq!(rows(&place), [(HandoverWay::Qr, false, None), spoken, (HandoverWay::Qr, false, None)]);
    });
}
