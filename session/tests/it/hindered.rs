//! A card that another program uses, and two cards at once.

use kakari_record::audit::{AuditKind, CardRefusal};
use kakari_session::touch::{Basis, Touch};
use kakari_session::view::Screen;
use kakari_session::{CardOutcome, CardTrouble, Effect, Event, ReaderState, StaffCardOutcome};

use crate::tablet::{Tablet, patient, patient_words};

fn says(tablet: &Tablet, words: &str) -> bool {
    tablet.notice().is_some_and(|notice| notice.sentence.contains(words) && !notice.next_step.is_empty())
}

fn patient_reads(tablet: &Tablet) -> usize {
    tablet.effects.iter().filter(|effect| matches!(effect, Effect::ReadPatientCard(_))).count()
}

#[test]
fn a_card_that_another_program_uses_is_said_and_read_when_it_is_free() {
    let mut tablet = Tablet::signed_in();
    tablet.lay_patient_card(CardOutcome::Refused(CardTrouble::Busy));
    assert!(says(&tablet, "リーダーが使用中"), "{:?}", tablet.notice());
    tablet.send(Event::CardFree);
    assert_eq!((tablet.screen_name(), patient_reads(&tablet)), ("reading", 2));
    let attempt = tablet.card_attempt();
    tablet.send(Event::PatientCardRead(attempt, Box::new(CardOutcome::Opened(patient(1)))));
    tablet.write_audit();
    assert_eq!(tablet.screen_name(), "check");
}

#[test]
fn a_card_that_is_held_when_it_is_laid_on_is_said_at_once_and_asked_nothing() {
    let mut tablet = Tablet::signed_in();
    tablet.send(Event::CardBusy);
    assert!(says(&tablet, "リーダーが使用中") && patient_reads(&tablet) == 0);
    tablet.send(Event::CardArrived);
    assert_eq!(tablet.screen_name(), "reading");
}

#[test]
fn a_staff_card_that_was_in_use_is_asked_again() {
    let mut tablet = Tablet::started();
    tablet.send(Event::CardArrived);
    let attempt = tablet.effects.iter().rev().find_map(|effect| match effect {
        Effect::ReadStaffCard(attempt) => Some(*attempt),
        _ => None,
    });
    tablet.send(Event::StaffCardRead(attempt.expect("asked"), StaffCardOutcome::Refused(CardTrouble::Busy)));
    let before = tablet.effects.len();
    tablet.send(Event::CardFree);
    assert!(tablet.effects[before..].iter().any(|effect| matches!(effect, Effect::ReadStaffCard(_))));
}

#[test]
fn a_card_that_becomes_free_reads_nothing_that_was_not_refused_for_it() {
    for mut tablet in [Tablet::signed_in(), Tablet::checking(1), Tablet::showing(1)] {
        let (screen, reads) = (tablet.screen_name(), patient_reads(&tablet));
        tablet.send(Event::CardFree);
        assert_eq!((tablet.screen_name(), patient_reads(&tablet)), (screen, reads));
    }
    let mut gone = Tablet::signed_in();
    gone.lay_patient_card(CardOutcome::Refused(CardTrouble::Busy));
    gone.send(Event::CardLeft);
    gone.send(Event::CardFree);
    assert_eq!(gone.screen_name(), "standby", "it was taken away meanwhile");
    let mut searching = Tablet::signed_in();
    searching.lay_patient_card(CardOutcome::Refused(CardTrouble::Busy));
    searching.touch(Touch::NoCard);
    let screen = searching.screen_name();
    searching.send(Event::CardFree);
    assert_eq!(searching.screen_name(), screen, "the crew has turned to something else");
}

#[test]
fn of_two_cards_neither_is_read_until_one_is_left() {
    let mut tablet = Tablet::signed_in();
    tablet.send(Event::CardArrived);
    let attempt = tablet.card_attempt();
    tablet.send(Event::SecondCard);
    assert!(says(&tablet, "カードが2枚"), "{:?}", tablet.notice());
    assert!(matches!(tablet.audit().last(), Some(AuditKind::CardRefused { reason: CardRefusal::TwoCards })));
    tablet.send(Event::PatientCardRead(attempt, Box::new(CardOutcome::Opened(patient(1)))));
    assert_eq!((tablet.screen_name(), patient_reads(&tablet)), ("standby", 1), "a late answer paints nothing");
    tablet.send(Event::SecondCardLeft);
    assert_eq!((tablet.screen_name(), patient_reads(&tablet)), ("reading", 2));
}

#[test]
fn a_patient_in_sight_stays_while_a_second_card_lies_there_and_after_it_went() {
    let mut tablet = Tablet::checking(1);
    let before = patient_words(&tablet.screen());
    tablet.send(Event::SecondCard);
    assert!(says(&tablet, "カードが2枚") && patient_words(&tablet.screen()) == before);
    tablet.send(Event::SecondCardLeft);
    assert_eq!((tablet.screen_name(), tablet.notice(), patient_reads(&tablet)), ("check", None, 1));
    tablet.touch(Touch::Confirm(Basis::Emergency));
    tablet.write_audit();
    let before = patient_words(&tablet.screen());
    tablet.send(Event::SecondCard);
    assert!(says(&tablet, "カードが2枚") && patient_words(&tablet.screen()) == before);
    tablet.send(Event::SecondCardLeft);
    assert_eq!((tablet.screen_name(), tablet.notice(), patient_reads(&tablet)), ("summary", None, 1));
    assert!(!tablet.audit().iter().any(|kind| matches!(kind, AuditKind::CardRemoved { .. })), "it lay there all along");
}

#[test]
fn another_patients_card_being_read_beside_a_case_is_dropped_when_there_are_two() {
    let mut tablet = Tablet::showing(1);
    tablet.send(Event::CardLeft);
    tablet.send(Event::CardArrived);
    let attempt = tablet.card_attempt();
    tablet.send(Event::SecondCard);
    tablet.send(Event::PatientCardRead(attempt, Box::new(CardOutcome::Opened(patient(2)))));
    tablet.write_audit();
    let Screen::Summary(view) = tablet.screen() else { panic!("{}", tablet.screen_name()) };
    assert!(view.other_card.is_none() && patient_words(&tablet.screen()).contains("P1"));
    assert!(!patient_words(&tablet.screen()).contains("P2"));
    // The card that is left is the other patient's: it is read again, and offered.
    tablet.send(Event::CardLeft);
    tablet.send(Event::CardArrived);
    let attempt = tablet.card_attempt();
    tablet.send(Event::PatientCardRead(attempt, Box::new(CardOutcome::Opened(patient(2)))));
    tablet.write_audit();
    let Screen::Summary(view) = tablet.screen() else { panic!("{}", tablet.screen_name()) };
    assert!(view.other_card.is_some_and(|other| other.can_switch) && view.notice.is_none());
}

#[test]
fn a_pin_that_is_being_typed_survives_a_second_card() {
    let mut tablet = Tablet::started();
    tablet.lay_staff_card(Some(3));
    tablet.touch(Touch::Digit(1));
    tablet.send(Event::SecondCard);
    assert!(says(&tablet, "カードが2枚"));
    tablet.send(Event::SecondCardLeft);
    let Screen::SignIn(view) = tablet.screen() else { panic!("{}", tablet.screen_name()) };
    assert_eq!((view.digits, view.notice), (Some(1), None));
}

/// What the runner tells when the card service hangs: see the watcher's own tests for how soon.
#[test]
fn a_service_that_hangs_or_stops_is_said_with_what_to_do_wherever_cards_are_laid() {
    for mut tablet in [Tablet::started(), Tablet::signed_in()] {
        tablet.send(Event::ReaderChanged(ReaderState::ServiceStopped));
        assert!(says(&tablet, "読取サービスが止まっています"), "{:?}", tablet.notice());
        tablet.send(Event::ReaderChanged(ReaderState::Ready));
        assert_eq!(tablet.notice(), None, "it has healed");
    }
}
