//! How a break-glass ends, how it is made longer, and how much can be guessed in one and in many.

use std::sync::Arc;

use chrono::TimeDelta;
use kakari_record::audit::{AuditKind, BreakGlassEnd, BreakGlassReason};
use kakari_session::touch::{Basis, Touch};
use kakari_session::view::{Notice, Screen};
use kakari_session::{CardOutcome, Event, FoundPeople, Lease, RosterState, SearchOutcome, StoreFacts, WipeStage};

use crate::fallback;
use crate::search::{answer, candidate, found, searching, showing, type_digits, type_name};
use crate::tablet::{Tablet, facts, patient, patient_words, roster};

const MINUTE: u64 = 60_000;

/// What the page of a case says of its time: whether more can be asked for, and its notice.
fn time_of(screen: &Screen) -> (bool, Option<Notice>) {
    match screen {
        Screen::Summary(view) => (view.can_extend, view.notice.clone()),
        Screen::Details(view) => (view.can_extend, None),
        Screen::Handover(view) => (view.can_extend, view.notice.clone()),
        other => panic!("{} is no page of a case", other.name()),
    }
}

#[test]
fn a_case_that_was_found_by_search_says_that_it_will_close_and_can_be_given_more_time_on_every_page() {
    let mut tablet = showing(1);
    tablet.wait(24 * MINUTE);
    assert_eq!(time_of(&tablet.screen()), (false, None));
    tablet.wait(2 * MINUTE);
    for page in [Touch::OpenDetails, Touch::CloseDetails, Touch::OpenHandover] {
        tablet.touch(page);
        let (can_extend, notice) = time_of(&tablet.screen());
        assert!(can_extend, "{page:?}");
        assert!(page == Touch::OpenDetails || notice.is_some_and(|notice| notice.sentence.contains("閉じます")));
    }
    tablet.touch(Touch::ExtendBreakGlass);
    assert!(!time_of(&tablet.screen()).0, "asked for already");
    tablet.write_audit();
    assert_eq!(time_of(&tablet.screen()), (false, None));
    tablet.wait(29 * MINUTE);
    assert!(patient_words(&tablet.screen()).is_empty() && time_of(&tablet.screen()).0, "on the page of the hand-over");
    tablet.wait(2 * MINUTE);
    assert_eq!(tablet.screen_name(), "standby");
}

#[test]
fn a_case_of_a_card_says_nothing_of_a_break_glass_that_ends() {
    let mut tablet = searching();
    tablet.lay_patient_card(CardOutcome::Opened(patient(2)));
    tablet.write_audit();
    tablet.touch(Touch::Confirm(Basis::PatientConsents));
    tablet.write_audit();
    tablet.wait(27 * MINUTE);
    assert_eq!(time_of(&tablet.screen()), (false, None));
    tablet.wait(5 * MINUTE);
    assert_eq!(tablet.screen_name(), "summary", "the card's case stays");
}

fn without_the_crew() -> StoreFacts {
    let roster = RosterState::Believed(Arc::new(roster(&[("S0002", 2)], &[])));
    StoreFacts { roster, ..facts() }
}

fn over() -> StoreFacts {
    let lease = Lease { days: 30, left: TimeDelta::zero(), wraps_erased: false };
    StoreFacts { lease: Some(lease), ..facts() }
}

fn ends(tablet: &Tablet) -> Vec<BreakGlassEnd> {
    let reason = |kind: &&AuditKind| match kind {
        AuditKind::BreakGlassEnded { reason } => Some(*reason),
        _ => None,
    };
    tablet.audit().iter().filter_map(reason).collect()
}

#[test]
fn every_way_out_of_a_break_glass_writes_its_end_once() {
    type Way = (&'static str, fn() -> Tablet, fn(&mut Tablet), BreakGlassEnd);
    let ways: [Way; 11] = [
        ("やめる", searching, |tablet| tablet.touch(Touch::EndBreakGlass), BreakGlassEnd::ByCrew),
        ("its time", searching, |tablet| tablet.wait(30 * MINUTE), BreakGlassEnd::Expired),
        ("its time with a case", || showing(1), |tablet| tablet.wait(30 * MINUTE), BreakGlassEnd::Expired),
        ("ロック", searching, |tablet| tablet.touch(Touch::Lock), BreakGlassEnd::Locked),
        ("left alone", searching, |tablet| tablet.wait(5 * MINUTE), BreakGlassEnd::Locked),
        ("a locked case", || showing(1), |tablet| tablet.touch(Touch::Lock), BreakGlassEnd::CaseClosed),
        ("a closed case", || showing(1), |tablet| tablet.touch(Touch::CloseCase), BreakGlassEnd::CaseClosed),
        ("another person", || showing(1), |tablet| tablet.touch(Touch::WasAnotherPerson), BreakGlassEnd::CaseClosed),
        (
            "a crew member off the roster",
            searching,
            |tablet| tablet.send(Event::StoreChanged(without_the_crew())),
            BreakGlassEnd::Locked,
        ),
        ("the lease", searching, |tablet| tablet.send(Event::StoreChanged(over())), BreakGlassEnd::Locked),
        (
            "another card",
            || showing(1),
            |tablet| {
                tablet.lay_patient_card(CardOutcome::Opened(patient(2)));
                tablet.write_audit();
                tablet.touch(Touch::SwitchPatient);
            },
            BreakGlassEnd::CaseClosed,
        ),
    ];
    for (way, begin, end, reason) in ways {
        let mut tablet = begin();
        end(&mut tablet);
        assert_eq!(ends(&tablet), [reason], "{way}");
        assert_eq!(tablet.session.view().bar.break_glass, None, "{way}");
        // Nor a second time, whatever comes after.
        tablet.write_audit();
        tablet.touch(Touch::CloseCase);
        tablet.touch(Touch::Lock);
        tablet.wait(40 * MINUTE);
        assert_eq!(ends(&tablet).len(), 1, "{way}, later");
    }
}

#[test]
fn the_end_of_a_shift_ends_a_break_glass_that_goes_on_in_standby() {
    let mut tablet = searching();
    tablet.lay_patient_card(CardOutcome::NothingStored);
    assert_eq!(tablet.screen_name(), "standby");
    assert!(tablet.session.view().bar.break_glass.is_some());
    tablet.touch(Touch::EndShift);
    assert_eq!(ends(&tablet), [BreakGlassEnd::Locked]);
}

#[test]
fn twelve_hours_by_code_end_a_break_glass() {
    let mut tablet = fallback::started();
    for _ in 0..178 {
        tablet.wait(4 * MINUTE);
        tablet.touch(Touch::Dismiss);
    }
    tablet.touch(Touch::NoCard);
    tablet.touch(Touch::BreakGlass(BreakGlassReason::Unconscious));
    tablet.write_audit();
    assert_eq!(tablet.screen_name(), "search");
    (0..3).for_each(|_| {
        tablet.wait(3 * MINUTE);
        tablet.touch(Touch::Dismiss);
    });
    assert_eq!((tablet.screen_name(), ends(&tablet)), ("sign-in", vec![BreakGlassEnd::Locked]));
}

/// The log goes with everything else: there is nowhere to write to.
#[test]
fn an_erased_tablet_searches_no_more() {
    let mut tablet = showing(1);
    tablet.send(Event::Wiped(WipeStage::Done));
    assert!(ends(&tablet).is_empty() && tablet.session.view().bar.break_glass.is_none());
    tablet.touch(Touch::NoCard);
    assert_eq!(tablet.screen_name(), "sign-in");
}

/// Three wrong years end a break-glass; a new one is another reason on the record, and names count on.
#[test]
fn birth_years_of_one_person_after_another_cannot_be_guessed_without_end() {
    let mut tablet = searching();
    let (mut named, mut guesses) = (0_u8, 0);
    while tablet.screen_name() == "search" && named < 255 {
        named += 1;
        type_name(&mut tablet, "ヤマタハナ");
        answer(&mut tablet, found(&[&[named]]));
        tablet.write_audit();
        tablet.touch(Touch::Choose(0));
        while tablet.screen_name() == "birth-year" {
            guesses += 1;
            type_digits(&mut tablet, "1941");
            tablet.touch(Touch::SubmitPin);
            tablet.write_audit();
        }
        assert_eq!(tablet.screen_name(), "reason", "after three wrong years");
        tablet.effects.clear();
        tablet.touch(Touch::Dismiss);
        tablet.touch(Touch::BreakGlass(BreakGlassReason::Other));
        tablet.write_audit();
    }
    println!("{named} people named, {guesses} years guessed, then nothing more");
    assert_eq!((named, guesses), (150, 450));
    let Screen::Reason(view) = tablet.screen() else { panic!("{}", tablet.screen_name()) };
    assert!(view.notice.is_some_and(|notice| notice.sentence.contains("上限に達しました")));
}

#[test]
fn a_list_without_the_similar_names_says_that_there_are_others() {
    for similar_left_out in [true, false] {
        let mut tablet = searching();
        type_name(&mut tablet, "ヤマタハナ");
        let people =
            FoundPeople { households: vec![vec![candidate(1)]], terms: [7; 16], unsearchable: 0, similar_left_out };
        answer(&mut tablet, SearchOutcome::Found(Box::new(people)));
        tablet.write_audit();
        let Screen::Search(view) = tablet.screen() else { panic!("no search") };
        assert_eq!(view.hint.contains("似た名前の人がほかにもいます"), similar_left_out, "{}", view.hint);
    }
}

/// A clock that was set back makes neither a candidate nor a record on the glass younger.
#[test]
fn ages_of_candidates_and_plain_lines_are_told_by_the_clock_that_never_runs_back() {
    let mut tablet = searching();
    tablet.set_clock(-TimeDelta::days(3_653));
    type_name(&mut tablet, "ヤマタハナ");
    answer(&mut tablet, found(&[&[1]]));
    tablet.write_audit();
    let Screen::Search(view) = tablet.screen() else { panic!("no search") };
    assert_eq!(view.households[0].people[0].sex_age, "女性 86歳以上");
    let mut tablet = Tablet::showing(1);
    let before = tablet.session.shown_plainly().expect("a case");
    tablet.set_clock(-TimeDelta::days(3_653));
    let after = tablet.session.shown_plainly().expect("a case");
    assert!(after[0].contains("端末の時計が合っていません"), "{}", after[0]);
    assert_eq!(after[1..], before, "the same ages");
}
