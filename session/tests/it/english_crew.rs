//! A crew that reads English: no word of ours is Japanese, on whatever page; what a document says stays as written.

use kakari_record::audit::BreakGlassReason;
use kakari_record::seal::FallbackWrap;
use kakari_session::touch::{Field, Touch};
use kakari_session::view::{Banner, Language, Notice, Screen};
use kakari_session::{
    CardOutcome, CardTrouble, Effect, Event, OpeningTrouble, ReaderState, ReopenOutcome, RosterState, SaveOutcome,
    SaveTrouble, SearchOutcome, Session, SignInOutcome, StaffCardOutcome, StoreFacts, StoreTrouble,
};

use crate::search::{answer, found, type_digits, type_name};
use crate::tablet::{Tablet, facts, patient, roster};

/// What is quoted, not said by us: names, towns, hospitals, and the kana that were typed.
const QUOTED: [&str; 8] = ["山田", "ヤマダ", "北町総合病院", "北町", "医院", "佐藤", "ヤ マ タ ハ ナ", "ヤ マ タ ハ"];

/// Switched to English on the way, as by the settings' key.
fn reads_english(mut tablet: Tablet) -> Tablet {
    tablet.touch(Touch::Speak(Language::English));
    tablet
}

fn said(notice: &Option<Notice>) -> Vec<String> {
    notice.iter().flat_map(|notice| [notice.sentence.clone(), notice.next_step.clone()]).collect()
}

fn of_banner(banner: &Banner) -> Vec<String> {
    [&banner.sex_age, &banner.birth_date, &banner.information, &banner.card].map(String::clone).to_vec()
}

/// Every word of a page but what is said of a patient's health and what goes to the hospital.
fn words(screen: &Screen) -> Vec<String> {
    match screen {
        Screen::SignIn(view) => {
            let tries = view.tries.clone().unwrap_or_default();
            [vec![view.prompt.clone(), tries], said(&view.notice)].concat()
        }
        Screen::Standby(view) => {
            let lines = view.lines.iter().flat_map(|line| [line.label.clone(), line.value.clone()]).collect();
            [vec![view.prompt.clone(), view.question.clone()], lines, said(&view.notice)].concat()
        }
        Screen::Locked(view) => {
            let tries = view.tries.clone().unwrap_or_default();
            [vec![view.prompt.clone(), view.crew.clone(), tries], said(&view.notice)].concat()
        }
        Screen::Fallback(view) => {
            let staff = view.staff.iter().map(|choice| choice.name.clone()).collect();
            [vec![view.prompt.clone(), view.page.clone()], staff, said(&view.notice)].concat()
        }
        Screen::Reason(view) => {
            let reasons = view.reasons.iter().map(|(_, words)| words.clone()).collect();
            [vec![view.prompt.clone(), view.duration.clone()], reasons, said(&view.notice)].concat()
        }
        Screen::Search(view) => {
            let fields = view.fields.iter().flat_map(|field| [field.label.clone(), field.value.clone()]);
            let people = view.households.iter().flat_map(|household| &household.people);
            let people =
                people.flat_map(|who| [&who.sex_age, &who.birth_date, &who.clinic, &who.name].map(String::clone));
            let titles = view.households.iter().map(|household| household.title.clone());
            let all = fields.chain(people).chain(titles).collect();
            [vec![view.heading.clone(), view.hint.clone()], all, said(&view.notice)].concat()
        }
        Screen::BirthYear(view) => {
            let who = &view.candidate;
            let words = [&view.prompt, &view.digits, &who.sex_age, &who.clinic].map(String::clone).to_vec();
            [words, said(&view.notice)].concat()
        }
        Screen::Handover(view) => {
            let titles = view.sections.iter().map(|section| section.title.clone()).collect();
            let untold = view.untold.iter().map(|untold| untold.words.clone()).collect();
            let code = view.code.iter().flat_map(|code| [code.place.clone(), code.left.clone()]).collect();
            let page = vec![view.duration.clone()];
            [page, of_banner(&view.banner), titles, untold, code, view.done.clone(), said(&view.notice)].concat()
        }
        Screen::Check(view) => [of_banner(&view.banner), said(&view.notice)].concat(),
        Screen::Summary(view) => [of_banner(&view.banner), said(&view.notice)].concat(),
        other => panic!("no words of {}", other.name()),
    }
}

/// Han, kana and full-width forms.
fn is_japanese(c: char) -> bool {
    matches!(c, '\u{3000}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF00}'..='\u{FFEF}')
}

/// Panics at the first Japanese word of ours; returns all of them as one text.
fn english(tablet: &Tablet) -> String {
    let view = tablet.session.view();
    let bar = view.bar.clone();
    let mut all = words(&view.screen);
    all.extend([bar.crew, bar.clock, bar.break_glass.unwrap_or_default()]);
    all.extend([bar.data_age, bar.battery, bar.link].into_iter().flatten().map(|(words, _)| words));
    for words in &all {
        let ours = QUOTED.iter().fold(words.clone(), |words, quoted| words.replace(quoted, ""));
        assert!(!ours.contains(is_japanese), "{}: {words}", view.screen.name());
    }
    all.join("\n")
}

#[test]
fn a_sign_in_speaks_english_whatever_card_is_laid_on() {
    let mut tablet = reads_english(Tablet::started());
    assert!(english(&tablet).contains("staff card"));
    for trouble in [CardTrouble::Expired, CardTrouble::MyNumberCard, CardTrouble::PatientCard, CardTrouble::TornAway] {
        tablet.send(Event::CardArrived);
        let Some(Effect::ReadStaffCard(attempt)) = tablet.effects.pop() else { panic!("no staff card is asked for") };
        english(&tablet);
        tablet.send(Event::StaffCardRead(attempt, StaffCardOutcome::Refused(trouble)));
        let words = english(&tablet);
        assert!(!words.contains("family"), "nobody of the crew asks a family for their own card: {words}");
        tablet.send(Event::CardLeft);
    }
    tablet.lay_staff_card(Some(3));
    tablet.type_pin("111111");
    let attempt = tablet.sign_in_attempt();
    english(&tablet);
    tablet.send(Event::SignInAnswered(attempt, SignInOutcome::WrongPin { tries_left: 1 }));
    assert!(english(&tablet).contains("Wrong PIN. 1 try left"));
}

#[test]
fn a_locked_tablet_speaks_english() {
    let mut tablet = reads_english(Tablet::signed_in());
    tablet.touch(Touch::Lock);
    assert!(english(&tablet).contains("your PIN"));
    tablet.type_pin("111111");
    let Some(Effect::Reopen(attempt, _)) = tablet.effects.pop() else { panic!("no PIN is tried") };
    assert!(english(&tablet).contains("Checking"));
    tablet.send(Event::ReopenAnswered(attempt, ReopenOutcome::WrongPin { tries_left: 2 }));
    assert!(english(&tablet).contains("2 tries left"));
}

#[test]
fn a_start_by_code_speaks_english() {
    let wrap = FallbackWrap { tablet: "kita-1".into(), id: [5; 8], salt: [0; 16], epoch: 1, sealed: vec![0; 48] };
    let mut codes = roster(&[("S0001", 1), ("S0002", 2)], &[]);
    codes.fallback = vec![wrap];
    let mut tablet = reads_english(Tablet::started());
    tablet
        .send(Event::StoreChanged(StoreFacts { roster: RosterState::Believed(std::sync::Arc::new(codes)), ..facts() }));
    tablet.touch(Touch::OpenFallback);
    assert!(english(&tablet).contains("16 digits"));
    tablet.touch(Touch::PickStaff(0));
    tablet.touch(Touch::PickStaff(1));
    type_digits(&mut tablet, "1234567890123456");
    tablet.touch(Touch::SubmitPin);
    assert!(english(&tablet).contains("mistyped"));
}

#[test]
fn standby_speaks_english_of_whatever_went_wrong() {
    let mut tablet = reads_english(Tablet::signed_in());
    for outcome in [
        CardOutcome::NothingStored,
        CardOutcome::NotRegistered,
        CardOutcome::Refused(CardTrouble::OtherRegion),
        CardOutcome::NotOpened(OpeningTrouble::NotOpened),
        CardOutcome::Store(StoreTrouble::Damaged),
    ] {
        tablet.lay_patient_card(outcome);
        tablet.write_audit();
        english(&tablet);
    }
    for state in [ReaderState::Missing, ReaderState::ServiceStopped, ReaderState::Asleep] {
        tablet.send(Event::ReaderChanged(state));
        english(&tablet);
    }
}

#[test]
fn the_search_speaks_english_from_its_reason_to_the_birth_year() {
    let mut tablet = reads_english(Tablet::signed_in());
    tablet.write_audit();
    tablet.touch(Touch::NoCard);
    assert!(english(&tablet).contains("30 min"));
    tablet.touch(Touch::BreakGlass(BreakGlassReason::Unconscious));
    tablet.write_audit();
    assert!(english(&tablet).contains("Emergency access 30:00 - "));
    for (field, typed) in [(Field::BirthDate, "19401340"), (Field::Age, "200")] {
        tablet.touch(Touch::SearchField(field));
        type_digits(&mut tablet, typed);
        assert!(english(&tablet).contains("Check the "), "{field:?}");
        tablet.touch(Touch::ClearSearch);
    }
    type_name(&mut tablet, "ヤマタハナ");
    assert!(english(&tablet).contains("Searching"));
    answer(&mut tablet, found(&[]));
    tablet.write_audit();
    assert!(english(&tablet).contains("does not mean \"no illness, no allergy\""));
    tablet.touch(Touch::EraseKana);
    assert!(english(&tablet).contains("Enter more"));
    tablet.touch(Touch::Kana('ナ'));
    answer(&mut tablet, SearchOutcome::TooMany { terms: [7; 16] });
    tablet.write_audit();
    assert!(english(&tablet).contains("6 people or more"));
    tablet.touch(Touch::EraseKana);
    tablet.touch(Touch::Kana('ナ'));
    answer(&mut tablet, found(&[&[1, 2]]));
    tablet.write_audit();
    assert!(english(&tablet).contains("Same household: 2"));
    tablet.touch(Touch::Choose(0));
    assert!(english(&tablet).contains("birth year"));
    type_digits(&mut tablet, "1941");
    tablet.touch(Touch::SubmitPin);
    tablet.write_audit();
    assert!(english(&tablet).contains("Wrong birth year. 2 tries left"));
    for _ in 0..8 {
        tablet.wait(4 * 60_000);
        tablet.touch(Touch::EraseDigit);
    }
    assert!(english(&tablet).contains("Emergency access is over"));
}

#[test]
fn the_hand_over_speaks_english_and_what_the_hospital_gets_stays_japanese() {
    let mut tablet = reads_english(Tablet::signed_in());
    let session = std::mem::replace(&mut tablet.session, Session::new(""));
    tablet.session = session.with_receivers(vec!["北町総合病院".to_owned()]).with_place_to_save(true);
    tablet.lay_patient_card(CardOutcome::Opened(patient(1)));
    tablet.write_audit();
    tablet.touch(Touch::Confirm(kakari_session::touch::Basis::Emergency));
    tablet.write_audit();
    assert!(english(&tablet).contains("Female"));
    tablet.touch(Touch::OpenHandover);
    assert!(english(&tablet).contains("Not told to patient: 1 (left out)"));
    tablet.touch(Touch::TickUntold);
    assert!(english(&tablet).contains("Press again"));
    tablet.touch(Touch::TickUntold);
    for touch in [Touch::ShowCodes, Touch::HandedTo(0)] {
        tablet.touch(touch);
        tablet.write_audit();
    }
    let words = english(&tablet);
    for expected in ["15:00 left", "QR shown", "Handed over to 北町総合病院 by QR", "about "] {
        assert!(words.contains(expected), "{expected} in {words}");
    }
    let Screen::Handover(view) = tablet.screen() else { panic!("no hand-over") };
    assert!(view.script.concat().contains("アレルギー"), "read aloud to a Japanese hospital");
    assert!(view.code.is_some_and(|code| code.text.contains("アレルギー")));
    for outcome in
        [SaveOutcome::Saved { file: "handover-1.json".to_owned() }, SaveOutcome::NotSaved(SaveTrouble::NotMounted)]
    {
        tablet.touch(Touch::SaveDocument);
        tablet.write_audit();
        let Some(Effect::Save(attempt, ..)) = tablet.effects.iter().rev().find(|each| matches!(each, Effect::Save(..)))
        else {
            panic!("nothing to save")
        };
        let attempt = *attempt;
        tablet.send(Event::Saved(attempt, outcome));
        english(&tablet);
    }
    tablet.touch(Touch::CloseHandover);
    tablet.touch(Touch::CloseCase);
    assert!(english(&tablet).contains("destination?"));
}
