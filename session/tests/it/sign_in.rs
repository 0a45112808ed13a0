//! Sign-in.

use kakari_record::audit::{AuditKind, SignInFailure};
use kakari_session::touch::Touch;
use kakari_session::view::Screen;
use kakari_session::{
    CardTrouble, Effect, Event, ReaderState, RosterState, SignInOutcome, StaffCardOutcome, StoreFacts, StoreTrouble,
};

use crate::tablet::{Tablet, crew, facts};

fn digits(tablet: &Tablet) -> Option<u8> {
    match tablet.screen() {
        Screen::SignIn(view) => view.digits,
        _ => None,
    }
}

#[test]
fn a_staff_card_and_its_pin_open_standby() {
    let tablet = Tablet::signed_in();
    assert_eq!(tablet.screen_name(), "standby");
    assert_eq!(tablet.session.view().bar.crew, "佐藤");
    assert!(tablet.audit().contains(&&AuditKind::SignedIn));
}

#[test]
fn digits_count_up_and_down_and_stop_at_eight() {
    let mut tablet = Tablet::started();
    assert_eq!(digits(&tablet), None, "no pad without a card");
    tablet.lay_staff_card(Some(3));
    for _ in 0..12 {
        tablet.touch(Touch::Digit(1));
    }
    assert_eq!(digits(&tablet), Some(8));
    tablet.touch(Touch::EraseDigit);
    assert_eq!(digits(&tablet), Some(7));
}

#[test]
fn a_short_pin_is_not_sent_to_the_card() {
    let mut tablet = Tablet::started();
    tablet.lay_staff_card(Some(3));
    tablet.type_pin("12345");
    assert!(!tablet.effects.iter().any(|effect| matches!(effect, Effect::SignIn(..))));
}

#[test]
fn a_wrong_pin_shows_the_tries_left_and_empties_the_field() {
    let mut tablet = Tablet::started();
    tablet.lay_staff_card(Some(3));
    tablet.type_pin("111111");
    let attempt = tablet.sign_in_attempt();
    tablet.send(Event::SignInAnswered(attempt, SignInOutcome::WrongPin { tries_left: 2 }));
    assert_eq!(tablet.notice().expect("notice").sentence, "PINが違います。残り2回です");
    assert_eq!(digits(&tablet), Some(0));
    assert!(
        tablet
            .audit()
            .contains(&&AuditKind::SignInFailed { reason: SignInFailure::WrongPin, staff_id: Some("S0001".into()) })
    );
}

#[test]
fn a_card_that_says_nothing_of_its_tries_asks_for_agreement_before_the_pin_is_shown() {
    let mut tablet = Tablet::started();
    tablet.lay_staff_card(None);
    tablet.type_pin("111111");
    let attempt = tablet.sign_in_attempt();
    tablet.send(Event::SignInAnswered(attempt, SignInOutcome::LastTry));
    assert!(tablet.notice().expect("notice").sentence.starts_with("最後の1回です"));
    assert_eq!(digits(&tablet), Some(0));
    tablet.type_pin("111111");
    let agreed = tablet.effects.iter().rev().find_map(|effect| match effect {
        Effect::SignIn(_, submitted) => Some(submitted.last_try_agreed),
        _ => None,
    });
    assert_eq!(agreed, Some(true));
}

#[test]
fn a_card_that_unwraps_no_key_signs_nobody_in() {
    let mut tablet = Tablet::started();
    tablet.lay_staff_card(Some(3));
    tablet.type_pin("111111");
    let attempt = tablet.sign_in_attempt();
    tablet.send(Event::SignInAnswered(attempt, SignInOutcome::NoKeys));
    assert_eq!(tablet.screen_name(), "sign-in");
    assert!(tablet.notice().expect("notice").sentence.contains("鍵を開けません"));
}

#[test]
fn the_last_try_is_spent_only_after_it_was_named() {
    let mut tablet = Tablet::started();
    tablet.lay_staff_card(Some(1));
    tablet.type_pin("111111");
    assert!(!tablet.effects.iter().any(|effect| matches!(effect, Effect::SignIn(..))));
    assert!(tablet.notice().expect("notice").sentence.starts_with("最後の1回です"));
    tablet.touch(Touch::SubmitPin);
    tablet.sign_in_attempt();
}

#[test]
fn a_blocked_card_says_whom_to_call() {
    let mut tablet = Tablet::started();
    tablet.lay_staff_card(Some(0));
    let notice = tablet.notice().expect("notice");
    assert!(notice.sentence.contains("ロック") && notice.next_step.contains("事務局"));
    assert_eq!(digits(&tablet), None);
}

#[test]
fn taking_the_card_away_wipes_what_was_typed() {
    let mut tablet = Tablet::started();
    tablet.lay_staff_card(Some(3));
    tablet.touch(Touch::Digit(1));
    tablet.send(Event::CardLeft);
    assert_eq!(digits(&tablet), None);
    tablet.lay_staff_card(Some(3));
    assert_eq!(digits(&tablet), Some(0));
}

#[test]
fn keys_that_come_too_late_are_wiped_again() {
    let mut tablet = Tablet::started();
    tablet.lay_staff_card(Some(3));
    tablet.type_pin("123456");
    let attempt = tablet.sign_in_attempt();
    tablet.send(Event::CardLeft);
    tablet.send(Event::CardArrived);
    tablet.effects.clear();
    tablet.send(Event::SignInAnswered(attempt, SignInOutcome::SignedIn(crew())));
    assert_eq!(tablet.effects, [Effect::ForgetKeys]);
    assert_eq!(tablet.screen_name(), "sign-in");
}

#[test]
fn a_patients_card_at_sign_in_is_named_and_not_opened() {
    let mut tablet = Tablet::started();
    tablet.send(Event::CardArrived);
    let Some(Effect::ReadStaffCard(attempt)) = tablet.effects.pop() else { panic!("no read") };
    tablet.send(Event::StaffCardRead(attempt, StaffCardOutcome::Refused(CardTrouble::PatientCard)));
    assert_eq!(tablet.notice().expect("notice").sentence, "患者のカードです");
}

#[test]
fn without_a_store_or_a_roster_the_tablet_starts_and_says_why_nobody_can_sign_in() {
    for (event, sentence) in [
        (Event::StoreFailed(StoreTrouble::Damaged), "保存データが壊れています"),
        (Event::StoreFailed(StoreTrouble::WrongKey), "保存データの鍵が合いません"),
        (Event::StoreOpened(StoreFacts { roster: RosterState::Missing, ..facts() }), "職員の名簿がまだ届いていません"),
    ] {
        let mut tablet = Tablet::started();
        tablet.send(event);
        tablet.effects.clear();
        tablet.send(Event::CardArrived);
        assert_eq!(tablet.notice().expect("notice").sentence, sentence);
        assert!(tablet.effects.is_empty(), "no card is read for nothing");
    }
}

#[test]
fn a_reader_fault_is_named_until_it_is_mended() {
    let mut tablet = Tablet::signed_in();
    for state in [ReaderState::Missing, ReaderState::ServiceStopped, ReaderState::Asleep] {
        tablet.send(Event::ReaderChanged(state));
        assert!(tablet.notice().is_some(), "{state:?}");
    }
    tablet.send(Event::ReaderChanged(ReaderState::Ready));
    assert!(tablet.notice().is_none());
}

#[test]
fn five_minutes_without_a_touch_lock_and_wipe() {
    let mut tablet = Tablet::signed_in();
    tablet.wait(4 * 60_000);
    assert_eq!(tablet.screen_name(), "standby");
    tablet.wait(60_000);
    assert_eq!(tablet.screen_name(), "locked");
    assert!(tablet.effects.contains(&Effect::SleepKeys));
    assert!(tablet.audit().contains(&&AuditKind::Locked { automatic: true }));
}
