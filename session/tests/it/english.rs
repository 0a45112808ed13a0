//! With English on the glass no word of ours is Japanese. What records and rosters say is made ASCII here or taken out,
//! so that every Japanese character that is left is ours.

use std::path::Path;

use chrono::TimeDelta;
use kakari_record::fhir::read_document;
use kakari_record::model::{Block, Consent, Summary};
use kakari_session::touch::{Basis, Touch};
use kakari_session::view::{Banner, CandidateView, CheckPhoto, Language, Look, Notice, Panel, Screen};
use kakari_session::{CardOutcome, Event, OpenPhoto, OpenRecord, ReaderState, Receipts, Session, StoreFacts};
use serde_json::Value;

use crate::tablet::{Tablet, facts, patient};
use crate::{fallback, handover, search, shift};

/// What the rosters and searches of these tests call people and places, and a name as it was typed.
const NAMES: [&str; 14] = [
    "ヤ マ タ ハ ナ",
    "佐藤",
    "田中",
    "鈴木",
    "北町救急1",
    "北町総合病院",
    "東町中央病院",
    "山田",
    "ヤマダ",
    "北町",
    "医院",
    "ペニシリン",
    "発疹",
    "高血圧症",
];

fn is_japanese(c: char) -> bool {
    matches!(c, '\u{3000}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}')
}

fn assert_english(said: Vec<String>, whose: &str) {
    for words in said {
        let ours = NAMES.iter().fold(words.clone(), |words, name| words.replace(name, ""));
        assert!(!ours.contains(is_japanese), "{whose}: {words}");
    }
}

/// From now on the tablet speaks English.
fn in_english(mut tablet: Tablet) -> Tablet {
    let session = std::mem::replace(&mut tablet.session, Session::new(""));
    tablet.session = session.with_look(Look { language: Language::English, ..Look::default() });
    tablet
}

fn banner(said: &mut Vec<String>, banner: &Banner) {
    let Banner { kana, name, sex_age, birth_date, information, card, .. } = banner.clone();
    said.extend([kana, name, sex_age, birth_date, information, card]);
}

fn panels(said: &mut Vec<String>, panels: &[Panel]) {
    for panel in panels {
        said.extend([panel.title.clone(), panel.count.clone(), panel.footer.clone()]);
        for row in panel.rows.clone() {
            said.extend([row.tag, row.main, row.sub, row.short, row.origin]);
        }
    }
}

fn candidate(said: &mut Vec<String>, who: CandidateView) {
    said.extend([who.kana, who.name, who.sex_age, who.birth_date, who.town, who.clinic]);
}

/// Every word of the body but its notice. The script, the read-back and the code of a hand-over are Japanese on purpose.
fn words(screen: &Screen) -> Vec<String> {
    let mut said = Vec::new();
    match screen.clone() {
        Screen::Starting(words) | Screen::Reading(words) => said.push(words),
        Screen::SignIn(view) => said.extend(view.tries.into_iter().chain([view.prompt])),
        Screen::Standby(view) => {
            said.extend([view.prompt, view.question]);
            said.extend(view.lines.into_iter().flat_map(|line| [line.label, line.value]));
        }
        Screen::Check(view) => {
            banner(&mut said, &view.banner);
            said.extend([view.address.clone(), view.number.clone()]);
            if let CheckPhoto::Missing(words) = &view.photo {
                said.push(words.clone());
            }
        }
        Screen::Summary(view) => {
            banner(&mut said, &view.banner);
            said.extend(view.alerts.iter().flat_map(|chip| [chip.label.clone(), chip.reason.clone()]));
            panels(&mut said, &view.panels);
            said.extend(view.other_card.iter().map(|other| other.words.clone()));
        }
        Screen::Details(view) => {
            banner(&mut said, &view.banner);
            said.extend(view.alerts.iter().flat_map(|chip| [chip.label.clone(), chip.reason.clone()]));
            panels(&mut said, &view.panels);
        }
        Screen::Locked(view) => said.extend(view.tries.into_iter().chain([view.prompt])),
        Screen::Fallback(view) => said.extend([view.prompt, view.page, view.code.to_string()]),
        Screen::Reason(view) => {
            said.extend([view.prompt, view.duration]);
            said.extend(view.reasons.into_iter().map(|(_, words)| words));
        }
        Screen::Search(view) => {
            said.extend([view.heading.clone(), view.hint.clone()]);
            said.extend(view.fields.iter().flat_map(|field| [field.label.clone(), field.value.clone()]));
            for household in view.households.clone() {
                said.push(household.title);
                household.people.into_iter().for_each(|who| candidate(&mut said, who));
            }
        }
        Screen::BirthYear(view) => {
            said.extend([view.prompt.clone(), view.digits.clone()]);
            candidate(&mut said, view.candidate);
        }
        Screen::Handover(view) => {
            banner(&mut said, &view.banner);
            said.push(view.duration.clone());
            said.extend(view.sections.iter().map(|section| section.title.clone()));
            said.extend(view.untold.iter().map(|untold| untold.words.clone()));
            said.extend(view.code.iter().flat_map(|code| [code.place.clone(), code.left.clone()]));
            said.extend(view.done.clone());
        }
        Screen::Station(_) | Screen::Enrolment(_) => panic!("{} has tests of its own", screen.name()),
    }
    said
}

fn notice(screen: &Screen) -> Vec<String> {
    let notice: Option<Notice> = match screen.clone() {
        Screen::SignIn(view) => view.notice,
        Screen::Standby(view) => view.notice,
        Screen::Check(view) => view.notice,
        Screen::Summary(view) => view.notice,
        Screen::Locked(view) => view.notice,
        Screen::Fallback(view) => view.notice,
        Screen::Reason(view) => view.notice,
        Screen::Search(view) => view.notice,
        Screen::BirthYear(view) => view.notice,
        Screen::Handover(view) => view.notice,
        _ => None,
    };
    notice.into_iter().flat_map(|notice| [notice.sentence, notice.next_step]).collect()
}

fn bar(tablet: &Tablet) -> Vec<String> {
    let bar = tablet.session.view().bar;
    [bar.vehicle, bar.crew, bar.clock].into_iter().chain(bar.data_age.map(|(age, _)| age)).collect()
}

/// Every word on the glass but the notice, and the time left of an emergency search.
fn assert_glass(tablet: &Tablet, whose: &str) {
    assert_english(bar(tablet), whose);
    assert_english(words(&tablet.screen()), &format!("{whose}, {}", tablet.screen_name()));
}

/// The same record, each word that is not ASCII replaced by one that is. Codes are dropped: a known one would bring the
/// formulary's Japanese name, which is left as it is.
fn in_ascii(summary: &Summary) -> Summary {
    fn replace(value: &mut Value) {
        match value {
            Value::String(text) if !text.is_ascii() => *text = "Word".to_owned(),
            Value::Array(values) => values.iter_mut().for_each(replace),
            Value::Object(fields) => fields.values_mut().for_each(replace),
            _ => {}
        }
    }
    let mut value = serde_json::to_value(summary).expect("a summary has a form");
    replace(&mut value);
    let mut summary: Summary = serde_json::from_value(value).expect("the same form");
    if let Block::Known(medicines) = &mut summary.medicines {
        medicines.iter_mut().for_each(|item| item.product.codings.clear());
    }
    summary
}

/// Every invented resident of the sample region who consents.
fn residents() -> Vec<(String, Summary)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/region/residents");
    let files = std::fs::read_dir(folder).expect("assets/region is part of the repository");
    let read = |path: std::path::PathBuf| {
        let json = std::fs::read(&path).expect("readable");
        let summary = read_document(&json).expect("a document that reads").summary;
        (path.file_stem().expect("a name").to_string_lossy().into_owned(), in_ascii(&summary))
    };
    let consents = |(_, summary): &(String, Summary)| !matches!(summary.consent, Consent::Withdrawn { .. });
    let paths = files.map(|entry| entry.expect("readable").path());
    paths.filter(|path| path.extension().is_some_and(|ext| ext == "json")).map(read).filter(consents).collect()
}

/// The identity check of this summary is on the glass.
fn checking(summary: Summary) -> Tablet {
    let mut tablet = in_english(Tablet::signed_in());
    let record = OpenRecord { summary, photo: OpenPhoto::NotOpened, ..patient(1) };
    tablet.lay_patient_card(CardOutcome::Opened(record));
    tablet.write_audit();
    tablet
}

#[test]
fn every_page_about_every_resident_is_in_english() {
    let residents = residents();
    assert!(residents.len() > 50);
    for (name, summary) in residents {
        let mut tablet = checking(summary);
        assert_glass(&tablet, &name);
        tablet.touch(Touch::Confirm(Basis::FamilyAsks));
        tablet.write_audit();
        assert_eq!(tablet.screen_name(), "summary", "{name}");
        assert_glass(&tablet, &name);
        tablet.send(Event::CardLeft);
        tablet.touch(Touch::OpenDetails);
        tablet.touch(Touch::ShowVeiled);
        assert_eq!(tablet.screen_name(), "details", "{name}");
        assert_glass(&tablet, &name);
        tablet.set_clock(TimeDelta::days(-3));
        assert_glass(&tablet, &name);
    }
}

#[test]
fn the_whole_way_of_a_card_speaks_english() {
    let mut tablet = in_english(Tablet::started());
    assert_glass(&tablet, "nobody signed in");
    tablet.lay_staff_card(Some(2));
    assert_glass(&tablet, "PIN");
    tablet.type_pin("123456");
    assert_glass(&tablet, "PIN is checked");
    let mut tablet = in_english(Tablet::signed_in());
    assert_glass(&tablet, "waiting");
    tablet.send(Event::CardArrived);
    assert_glass(&tablet, "reading");
    let mut tablet = in_english(Tablet::showing(1));
    tablet.send(Event::CardLeft);
    tablet.send(Event::CardArrived);
    assert_glass(&tablet, "another card is read");
    let attempt = tablet.card_attempt();
    tablet.send(Event::PatientCardRead(attempt, Box::new(CardOutcome::Opened(patient(2)))));
    tablet.write_audit();
    assert_glass(&tablet, "another card was read");
    let starting = Session::new("").with_look(Look { language: Language::English, ..Look::default() });
    assert_english(words(&starting.view().screen), "starting");
}

#[test]
fn the_lines_of_standby_are_in_english_whatever_they_say() {
    let receipts = |waiting, in_conflict| StoreFacts { receipts: Some(Receipts { waiting, in_conflict }), ..facts() };
    let stands = [
        facts(),
        StoreFacts { synced_at: None, ..facts() },
        receipts(0, false),
        receipts(1234, false),
        receipts(3, true),
    ];
    for facts in stands {
        let mut tablet = in_english(Tablet::signed_in());
        tablet.send(Event::StoreChanged(facts));
        for reader in [
            ReaderState::Unknown,
            ReaderState::Missing,
            ReaderState::ServiceStopped,
            ReaderState::Asleep,
            ReaderState::Ready,
        ] {
            tablet.send(Event::ReaderChanged(reader));
            assert_glass(&tablet, "standby");
        }
    }
}

/// What the crew reads of patient 1, word by word.
#[test]
fn a_summary_in_english_reads_as_a_physician_would_write_it() {
    let tablet = in_english(Tablet::showing(1));
    let Screen::Summary(view) = tablet.screen() else { panic!("no summary") };
    let card = view.banner.card.rsplit_once(' ').expect("a time").0;
    assert_eq!((view.banner.sex_age.as_str(), card), ("Female, 86 y", "Card ✓ genuine, Patient agrees"));
    assert_eq!(view.banner.birth_date, "5 Mar 1940 (Showa 15)");
    assert!(view.banner.information.starts_with("4 days ago ("), "{}", view.banner.information);
    let panel = |at: usize| {
        let panel = &view.panels[at];
        let rows: Vec<&str> = panel.rows.iter().map(|row| row.main.as_str()).collect();
        (panel.title.as_str(), panel.count.as_str(), rows)
    };
    let unsaid = "Contraindicated drugs: Not recorded (this is not \"none\")";
    assert_eq!(panel(0), ("Allergies / contraindications", "1 item", vec!["P1ペニシリン", unsaid]));
    assert_eq!(panel(1), ("Medicines", "", vec!["Not recorded (this is not \"none\")"]));
    assert_eq!(panel(2), ("Conditions", "1 item", vec!["P1高血圧症"]));
}

#[test]
fn the_ways_beside_the_card_speak_english() {
    let mut reason = Tablet::signed_in();
    reason.write_audit();
    reason.touch(Touch::NoCard);
    let mut year = search::listing(&[&[1]]);
    year.touch(Touch::Choose(0));
    let mut codes = handover::handing_over();
    codes.touch(Touch::ShowCodes);
    codes.write_audit();
    for (name, tablet) in [
        ("locked", shift::locked()),
        ("fallback", fallback::typed("0000079927398713")),
        ("fallback shift", fallback::started()),
        ("reason", reason),
        ("search", search::searching()),
        ("found", search::listing(&[&[1], &[2, 3]])),
        ("birth year", year),
        ("found by search", search::showing(1)),
        ("hand-over", codes),
    ] {
        let tablet = in_english(tablet);
        assert_glass(&tablet, name);
        assert_english(tablet.session.view().bar.break_glass.into_iter().collect(), name);
    }
}

#[test]
fn what_went_wrong_is_said_in_english() {
    let mut tablet = in_english(Tablet::signed_in());
    for reader in [ReaderState::Missing, ReaderState::ServiceStopped, ReaderState::Asleep] {
        tablet.send(Event::ReaderChanged(reader));
        assert_english(notice(&tablet.screen()), "reader");
    }
    for outcome in [CardOutcome::NothingStored, CardOutcome::NotRegistered] {
        let mut tablet = in_english(Tablet::signed_in());
        tablet.lay_patient_card(outcome);
        tablet.write_audit();
        assert!(!notice(&tablet.screen()).is_empty());
        assert_english(notice(&tablet.screen()), "card");
    }
}
