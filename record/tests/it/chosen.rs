//! What is chosen for a hospital: what was left out says so in every form, and comes back from FHIR as it went.

use chrono::NaiveDate;
use kakari_record::alerts::alerts;
use kakari_record::display;
use kakari_record::fhir::{read_document, write_chosen};
use kakari_record::handover::{Chosen, CopyOnCard, Part, Provenance, Selection};
use kakari_record::language::Language;
use kakari_record::model::*;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use crate::fhir::residents::documents;
use crate::strategy;

const LEFT_OUT: &str = "この引き継ぎに含めていません";

fn today() -> NaiveDate {
    "2026-11-21".parse().expect("a date")
}

fn resident(begin: &str) -> Summary {
    let all = documents("residents");
    let (_, json) = all.iter().find(|(name, _)| name.starts_with(begin)).expect("there");
    read_document(json).expect("readable").summary
}

fn without(subjects: &[Subject]) -> Selection {
    let mut selection = Selection::everything_told();
    selection.sections.retain(|subject| !subjects.contains(subject));
    selection
}

fn said(chosen: &Chosen) -> String {
    let script = chosen.script(today());
    let lines: Vec<&str> = script.lines.iter().map(|line| line.words.as_str()).collect();
    format!("{} {}", lines.join(" "), script.read_back.unwrap_or_default())
}

#[test]
fn every_section_that_is_left_out_says_so_and_is_neither_none_nor_not_recorded() {
    for (_, json) in documents("residents") {
        let summary = read_document(&json).expect("readable").summary;
        for subject in Subject::ALL {
            let chosen = Chosen::of(&summary, &without(&[subject]));
            if chosen.is_withdrawn() {
                continue;
            }
            let text = chosen.text(today());
            let title = format!("【{}】 {LEFT_OUT}", subject.title(Language::Japanese));
            assert!(text.lines().any(|line| line == title), "{text}");
            assert!(said(&chosen).contains(LEFT_OUT), "{subject:?} is not said to be left out");
        }
    }
}

#[test]
fn what_raises_an_alert_and_is_left_out_is_said_before_anything_else() {
    let summary = resident("002");
    let chosen = Chosen::of(&summary, &without(&[Subject::Medicines, Subject::Doctors]));
    assert_eq!(chosen.weighty(), [Subject::Medicines]);
    let text = chosen.text(today());
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[1], "■ この引き継ぎに含めていません: 服薬。救急隊・本人・家族に確かめてください");
    assert!(!text.contains("ワルファリン") && text.contains("含めていない項目の注意は載せていません"));
    let script = chosen.script(today());
    assert_eq!(script.lines[1].part, Part::LeftOut);
    assert_eq!(script.lines[1].words, "はじめに、服用中の薬は、この引き継ぎに含めていません。");
    assert!(alerts(chosen.summary(), Language::Japanese).is_empty());
    let nobody = Chosen::of(&resident("008"), &without(&[Subject::Allergies]));
    assert_eq!(
        nobody.weighty(),
        [Subject::Allergies],
        "also where nothing is recorded: it says nothing of the patient"
    );
}

#[test]
fn untold_items_go_only_where_chosen_marked_and_never_in_the_script() {
    let summary = resident("009");
    let word = &summary.conditions.items().iter().find(|item| item.origin.untold).expect("there is one").name.text;
    let all = Selection { untold: true, ..Selection::everything_told() };
    let (told, whole) = (Chosen::of(&summary, &Selection::everything_told()), Chosen::of(&summary, &all));
    assert!(!told.text(today()).contains(word.as_str()) && told.kept_back() > 0 && told.untold() == 0);
    assert!(whole.kept_back() == 0 && whole.untold() > 0);
    let text = whole.text(today());
    assert!(text.contains(&format!("【未告知】{word}")) && text.contains("話さないでください"), "{text}");
    assert!(!said(&whole).contains(word.as_str()));
    let document = write_chosen(&whole, summary.as_of).expect("not withdrawn");
    let document = String::from_utf8(document.to_vec()).expect("UTF-8");
    assert!(document.contains("\"code\":\"NOPAT\"") && document.contains(&format!("【未告知】{word}")));
    let section = Chosen::of(&summary, &Selection { untold: true, ..without(&[Subject::Conditions]) });
    assert!(!section.text(today()).contains(word.as_str()), "a section that is left out takes its untold items along");
}

#[test]
fn a_withdrawn_record_is_nothing_but_that_whatever_is_chosen() {
    let summary = resident("018");
    let everything = Selection { untold: true, ..Selection::everything_told() };
    for selection in [everything, without(&Subject::ALL)] {
        let chosen = Chosen::of(&summary, &selection);
        assert!(chosen.is_withdrawn() && chosen.summary().identity.name.is_empty());
        assert_eq!(chosen.text(today()).lines().count(), 2);
        assert!(write_chosen(&chosen, summary.as_of).is_err());
    }
}

#[test]
fn a_document_of_what_was_chosen_is_read_back_as_it_was() {
    let subjects = prop::collection::vec(prop::sample::select(Subject::ALL.to_vec()), 0..8);
    let config = ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() };
    let property = |(summary, left_out, untold): (Summary, Vec<Subject>, bool)| {
        let chosen = Chosen::of(&summary, &Selection { untold, ..without(&left_out) });
        let Ok(document) = write_chosen(&chosen, summary.as_of) else { return Ok(()) };
        let read = read_document(&document).expect("our own document").summary;
        prop_assert!(read == *chosen.summary(), "{:?} {untold}", left_out);
        Ok(())
    };
    let values = (strategy::summary(), subjects, any::<bool>());
    if let Err(broken) = TestRunner::new(config).run(&values, property) {
        panic!("{broken}");
    }
}

/// `KAKARI_EVERY_SECTION=1` leaves every section out of every sample; without it each is left out of every fourth.
#[test]
fn samples_without_any_one_section_are_read_back_as_they_went() {
    let every = if std::env::var_os("KAKARI_EVERY_SECTION").is_some() { 1 } else { 4 };
    for (place, (name, json)) in documents("residents").into_iter().enumerate() {
        let summary = read_document(&json).expect("readable").summary;
        for untold in [false, true] {
            for subject in Subject::ALL.into_iter().skip(place % every).step_by(every) {
                let chosen = Chosen::of(&summary, &Selection { untold, ..without(&[subject]) });
                let Ok(document) = write_chosen(&chosen, summary.as_of) else { continue };
                let read = read_document(&document).expect("our own document").summary;
                assert!(read == *chosen.summary(), "{name} without {subject:?}, untold {untold}");
                assert!(String::from_utf8_lossy(&document).contains("withheld"));
            }
        }
    }
}

fn copy_of(region: Option<&str>) -> CopyOnCard {
    CopyOnCard { region: region.map(str::to_owned), written: "2026-11-16T20:00:00Z".parse().expect("a time") }
}

#[test]
fn a_card_in_doubt_and_a_cards_copy_are_said_in_the_opening_of_script_text_and_document() {
    let unproven = Provenance { unproven_card: true, copy: None };
    let neighbours = Provenance { unproven_card: false, copy: Some(copy_of(Some("西地域"))) };
    let own = Provenance { unproven_card: false, copy: Some(copy_of(None)) };
    for (come_by, spoken, written, part) in [
        (
            unproven,
            "カードは未認証で、本人確認は氏名と生年月日によります。",
            "■ カード未認証: 本人確認は氏名・生年月日によります",
            "unprovenCard",
        ),
        (
            neighbours,
            "情報は、西地域が11月17日にカードへ書いた写しで、載っていない項目があるかもしれません。",
            "■ カード内の写し: 西地域が2026/11/17に書いたもので、載っていない項目があるかもしれません",
            "cardCopy",
        ),
        (
            own,
            "情報は、11月17日にカードへ書いた写しで、載っていない項目があるかもしれません。",
            "■ カード内の写し: 2026/11/17に書いたもので、載っていない項目があるかもしれません",
            "cardCopy",
        ),
    ] {
        let chosen = Chosen::of(&resident("002"), &without(&[Subject::Allergies])).come_by(come_by);
        let script = chosen.script(today());
        assert_eq!((script.lines[1].part, script.lines[1].words.as_str()), (Part::Provenance, spoken));
        assert_eq!(script.lines[2].part, Part::LeftOut);
        assert_eq!(chosen.text(today()).lines().nth(1), Some(written));
        let bytes = write_chosen(&chosen, "2026-11-21T03:00:00Z".parse().expect("a time")).expect("written");
        let bundle: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
        let composition = &bundle["entry"][0]["resource"];
        assert!(composition["text"]["div"].as_str().expect("words").contains(written));
        assert_eq!(composition["extension"][0]["extension"][0]["url"], part);
        let read = read_document(&bytes).expect("readable").summary;
        assert!(read == *chosen.summary(), "it comes back as it went");
    }
}

#[test]
fn a_card_that_proved_itself_leaves_every_form_as_it_was() {
    let plain = Chosen::of(&resident("002"), &Selection::everything_told());
    let come_by = plain.clone().come_by(Provenance::default());
    assert!(said(&plain) == said(&come_by) && plain.text(today()) == come_by.text(today()));
    let at = "2026-11-21T03:00:00Z".parse().expect("a time");
    let document = write_chosen(&come_by, at).expect("written");
    assert_eq!(
        plain.text(today()).lines().nth(1),
        display::plain(plain.summary(), today()).first().map(String::as_str)
    );
    let bundle: serde_json::Value = serde_json::from_slice(&document).expect("JSON");
    assert!(bundle["entry"][0]["resource"]["text"].is_null());
}

#[test]
fn of_a_withdrawn_record_a_hospital_hears_nothing_of_its_card() {
    let mut summary = resident("002");
    summary.consent = Consent::Withdrawn { on: None };
    let come_by = Provenance { unproven_card: true, copy: Some(copy_of(None)) };
    let chosen = Chosen::of(&summary, &Selection::everything_told()).come_by(come_by);
    assert_eq!(chosen.script(today()).lines.len(), 1);
    assert!(!chosen.text(today()).contains("カード"));
}
