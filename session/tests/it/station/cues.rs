//! What is heard and seen at the edge when a card is laid on.

use kakari_session::look::Cue;
use kakari_session::touch::Touch;
use kakari_session::{CardOutcome, CardTrouble, Effect, Event, Session, StaffCardOutcome, WipeStage};

use crate::tablet::{Tablet, facts, moment, patient};

fn heard(tablet: &Tablet) -> Vec<Cue> {
    let cues = tablet.effects.iter().filter_map(|effect| match effect {
        Effect::Sound(cue) => Some(*cue),
        _ => None,
    });
    cues.collect()
}

fn is_seen(tablet: &Tablet) -> bool {
    tablet.session.view().card_seen
}

#[test]
fn a_card_is_heard_before_anything_else_is_done_and_again_when_it_was_read() {
    let mut tablet = Tablet::signed_in();
    tablet.effects.clear();
    tablet.send(Event::CardArrived);
    assert!(matches!(tablet.effects.as_slice(), [Effect::Sound(Cue::CardSeen), Effect::ReadPatientCard(_)]));
    let attempt = tablet.card_attempt();
    tablet.send(Event::PatientCardRead(attempt, Box::new(CardOutcome::Opened(patient(1)))));
    assert_eq!(heard(&tablet), [Cue::CardSeen], "not before its row is durable");
    tablet.write_audit();
    assert_eq!((heard(&tablet), tablet.screen_name()), (vec![Cue::CardSeen, Cue::Done], "check"));
}

#[test]
fn the_edge_stays_while_the_card_is_read_and_goes_with_the_next_screen() {
    let mut tablet = Tablet::signed_in();
    assert!(!is_seen(&tablet));
    tablet.send(Event::CardArrived);
    tablet.wait(3_000);
    assert!(is_seen(&tablet), "it must not be taken away yet");
    let attempt = tablet.card_attempt();
    tablet.send(Event::PatientCardRead(attempt, Box::new(CardOutcome::NothingStored)));
    assert!(!is_seen(&tablet), "a green edge round bad news");
}

#[test]
fn a_cards_problem_is_heard_as_trouble_wherever_it_is_said() {
    let mut tablet = Tablet::signed_in();
    tablet.effects.clear();
    tablet.lay_patient_card(CardOutcome::Refused(CardTrouble::TornAway));
    assert_eq!(heard(&tablet), [Cue::CardSeen, Cue::Trouble]);
    let mut tablet = Tablet::showing(1);
    tablet.effects.clear();
    tablet.lay_patient_card(CardOutcome::NothingStored);
    assert_eq!(heard(&tablet), [Cue::CardSeen, Cue::Trouble]);
    let mut tablet = Tablet::started();
    tablet.send(Event::CardArrived);
    let Some(Effect::ReadStaffCard(attempt)) = tablet.effects.pop() else { panic!("the card is asked") };
    tablet.effects.clear();
    tablet.send(Event::StaffCardRead(attempt, StaffCardOutcome::Refused(CardTrouble::MyNumberCard)));
    assert_eq!(heard(&tablet), [Cue::Trouble]);
    tablet.send(Event::CardMute);
    assert_eq!(heard(&tablet), [Cue::Trouble, Cue::Trouble]);
}

#[test]
fn a_staff_card_that_asks_for_its_pin_is_done() {
    let mut tablet = Tablet::started();
    tablet.lay_staff_card(Some(3));
    assert_eq!(heard(&tablet), [Cue::CardSeen, Cue::Done]);
    let mut tablet = Tablet::started();
    tablet.lay_staff_card(Some(0));
    assert_eq!(heard(&tablet), [Cue::CardSeen, Cue::Trouble], "a blocked card");
}

#[test]
fn a_card_that_lay_there_at_the_start_or_of_which_nothing_is_asked_is_not_heard() {
    let mut session = Session::new("北町救急1");
    let mut effects = session.update(Event::Tick(moment(0)));
    effects.extend(session.update(Event::CardArrived));
    effects.extend(session.update(Event::StoreOpened(facts())));
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Sound(_))), "{effects:?}");
    let mut tablet = Tablet::started();
    tablet.send(Event::Wiped(WipeStage::Done));
    tablet.effects.clear();
    tablet.send(Event::CardArrived);
    assert!(heard(&tablet).is_empty() && !is_seen(&tablet));
}

#[test]
fn a_silent_tablet_shows_the_edge_and_sounds_nothing() {
    let mut tablet = Tablet::signed_in();
    tablet.touch(Touch::Sound(false));
    tablet.effects.clear();
    tablet.send(Event::CardArrived);
    assert!(is_seen(&tablet));
    tablet.send(Event::CardMute);
    assert!(heard(&tablet).is_empty());
}

#[test]
fn a_late_answer_sounds_nothing() {
    let mut tablet = Tablet::signed_in();
    tablet.send(Event::CardArrived);
    let attempt = tablet.card_attempt();
    tablet.touch(Touch::Lock);
    tablet.effects.clear();
    tablet.send(Event::PatientCardRead(attempt, Box::new(CardOutcome::Opened(patient(1)))));
    assert!(heard(&tablet).is_empty());
}
