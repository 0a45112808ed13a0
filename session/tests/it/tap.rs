//! A patient's card, from the reader to the identity check.

use kakari_record::audit::{AuditBasis, AuditKind, CardRefusal};
use kakari_record::model::Consent;
use kakari_session::touch::{Basis, Touch};
use kakari_session::view::{CheckPhoto, Screen};
use kakari_session::{CardOutcome, CardTrouble, Event, OpenPhoto, OpenRecord, OpeningTrouble, StoreTrouble};

use crate::tablet::{Tablet, face, patient, patient_words};

#[test]
fn nothing_is_shown_before_the_audit_row_of_the_opening_is_durable() {
    let mut tablet = Tablet::signed_in();
    tablet.lay_patient_card(CardOutcome::Opened(patient(1)));
    assert_eq!(tablet.screen_name(), "reading");
    assert!(matches!(tablet.audit().last(), Some(AuditKind::RecordOpened { .. })));
    tablet.write_audit();
    assert_eq!(tablet.screen_name(), "check");
}

#[test]
fn the_summary_waits_for_its_own_audit_row() {
    let mut tablet = Tablet::checking(1);
    tablet.touch(Touch::Confirm(Basis::Emergency));
    assert_eq!(tablet.screen_name(), "check");
    let Some(AuditKind::RecordShown { basis, age_seconds, .. }) = tablet.audit().pop() else { panic!("no row") };
    assert_eq!((*basis, *age_seconds), (AuditBasis::Emergency, Some(4 * 24 * 3600)));
    tablet.write_audit();
    assert_eq!(tablet.screen_name(), "summary");
}

#[test]
fn two_touches_of_the_same_button_write_one_row() {
    let mut tablet = Tablet::checking(1);
    tablet.touch(Touch::Confirm(Basis::Emergency));
    tablet.touch(Touch::Confirm(Basis::FamilyAsks));
    let shown = tablet.audit().into_iter().filter(|kind| matches!(kind, AuditKind::RecordShown { .. })).count();
    assert_eq!(shown, 1);
}

#[test]
fn a_row_that_cannot_be_written_shows_nothing() {
    let mut tablet = Tablet::checking(1);
    tablet.touch(Touch::Confirm(Basis::Emergency));
    let attempt = tablet.effects.iter().rev().find_map(crate::tablet::audit_attempt).expect("row");
    tablet.send(Event::AuditFailed(attempt, StoreTrouble::Full));
    assert_eq!(tablet.screen_name(), "check");
    assert!(tablet.notice().expect("notice").sentence.contains("記録を残せない"));
    tablet.send(Event::AuditWritten(attempt));
    assert_eq!(tablet.screen_name(), "check", "a failed row is not a written one");
}

#[test]
fn a_row_that_waits_for_a_full_disk_shows_the_summary_with_a_notice_until_a_row_is_written() {
    let mut tablet = Tablet::checking(1);
    tablet.touch(Touch::Confirm(Basis::Emergency));
    let attempt = tablet.effects.iter().rev().find_map(crate::tablet::audit_attempt).expect("row");
    tablet.send(Event::AuditOwed(attempt));
    assert_eq!(tablet.screen_name(), "summary");
    let sentence = tablet.notice().expect("notice").sentence;
    assert!(sentence.contains("まだ保存できていません"), "{sentence}");
    tablet.touch(Touch::Dismiss);
    assert!(tablet.notice().is_some(), "it stays");
    tablet.touch(Touch::OpenDetails);
    tablet.touch(Touch::ShowVeiled);
    tablet.write_audit();
    tablet.touch(Touch::CloseDetails);
    assert_eq!(tablet.notice(), None, "a written row was written after all that waited");
}

#[test]
fn a_faulty_audit_is_said_on_standby_and_stops_nobody() {
    let mut tablet = Tablet::signed_in();
    let japanese = "3件目が抜けています".to_owned();
    tablet.send(Event::AuditFaulty { japanese, english: "row 3 is missing".to_owned() });
    assert_eq!(tablet.screen_name(), "standby");
    assert!(tablet.notice().expect("notice").sentence.contains("3件目"));
    tablet.send(Event::CardArrived);
    assert_eq!(tablet.screen_name(), "reading");
}

#[test]
fn the_cards_removal_is_written_down_once_and_only_for_the_open_record() {
    let mut tablet = Tablet::checking(1);
    let removed = |tablet: &Tablet| {
        tablet.audit().into_iter().filter(|kind| matches!(kind, AuditKind::CardRemoved { .. })).count()
    };
    tablet.send(Event::CardLeft);
    assert_eq!(removed(&tablet), 1);
    tablet.send(Event::CardLeft);
    assert_eq!(removed(&tablet), 1);
}

#[test]
fn the_failure_of_another_row_does_not_cancel_the_showing() {
    let mut tablet = Tablet::checking(1);
    let opening = tablet.effects.iter().rev().find_map(crate::tablet::audit_attempt).expect("row");
    tablet.touch(Touch::Confirm(Basis::Emergency));
    tablet.send(Event::AuditFailed(opening, StoreTrouble::Full));
    tablet.write_audit();
    assert_eq!(tablet.screen_name(), "summary");
}

#[test]
fn every_refused_card_says_why_in_its_own_words_and_is_written_down() {
    let mut seen = Vec::new();
    for (outcome, reason) in [
        (CardOutcome::NothingStored, CardRefusal::NothingStored),
        (CardOutcome::NotRegistered, CardRefusal::NotRegistered),
        (CardOutcome::Refused(CardTrouble::TornAway), CardRefusal::Torn),
        (CardOutcome::Refused(CardTrouble::NoAnswer), CardRefusal::Torn),
        (CardOutcome::Refused(CardTrouble::Busy), CardRefusal::Torn),
        (CardOutcome::Refused(CardTrouble::Reader), CardRefusal::Torn),
        (CardOutcome::Refused(CardTrouble::Malformed), CardRefusal::NotOurs),
        (CardOutcome::Refused(CardTrouble::Expired), CardRefusal::NotValidToday),
        (CardOutcome::Refused(CardTrouble::NotYetValid), CardRefusal::NotValidToday),
        (CardOutcome::Refused(CardTrouble::OtherRegion), CardRefusal::OtherRegion),
        (CardOutcome::Refused(CardTrouble::Revoked), CardRefusal::Revoked),
        (CardOutcome::Refused(CardTrouble::MyNumberCard), CardRefusal::NotOurs),
        (CardOutcome::Refused(CardTrouble::DrivingLicence), CardRefusal::NotOurs),
        (CardOutcome::Refused(CardTrouble::NotOurs), CardRefusal::NotOurs),
        (CardOutcome::NotOpened(OpeningTrouble::NotOpened), CardRefusal::NotOpened),
        (CardOutcome::NotOpened(OpeningTrouble::Newer), CardRefusal::NotOpened),
        (CardOutcome::NotOpened(OpeningTrouble::NoKey), CardRefusal::NotOpened),
        (CardOutcome::Store(StoreTrouble::Damaged), CardRefusal::NotOpened),
    ] {
        let mut tablet = Tablet::signed_in();
        tablet.lay_patient_card(outcome);
        assert_eq!(tablet.screen_name(), "standby");
        let sentence = tablet.notice().expect("notice").sentence;
        assert!(!seen.contains(&sentence), "{sentence} is said of two things");
        seen.push(sentence);
        assert_eq!(tablet.audit().last(), Some(&&AuditKind::CardRefused { reason }));
    }
}

#[test]
fn withdrawn_consent_shows_nothing_of_the_record() {
    let mut tablet = Tablet::signed_in();
    let mut record = patient(1);
    record.summary.consent = Consent::Withdrawn { on: None };
    tablet.lay_patient_card(CardOutcome::Opened(record));
    assert_eq!(tablet.screen_name(), "standby");
    assert!(!format!("{:?}", tablet.notice()).contains("P1"));
    assert!(tablet.notice().expect("notice").sentence.contains("取り消されています"));
}

#[test]
fn consent_that_nobody_recorded_is_a_known_state_and_not_an_error() {
    let mut tablet = Tablet::signed_in();
    let mut record = patient(1);
    record.summary.consent = Consent::NotRecorded;
    tablet.lay_patient_card(CardOutcome::Opened(record));
    tablet.write_audit();
    assert_eq!(tablet.screen_name(), "check");
    assert!(tablet.notice().expect("notice").sentence.contains("同意は未記録"));
}

#[test]
fn a_late_answer_about_the_card_before_paints_nothing() {
    let mut tablet = Tablet::signed_in();
    tablet.send(Event::CardArrived);
    let first = tablet.card_attempt();
    tablet.send(Event::CardLeft);
    tablet.send(Event::CardArrived);
    tablet.send(Event::PatientCardRead(first, Box::new(CardOutcome::Opened(patient(1)))));
    tablet.write_audit();
    assert_eq!(tablet.screen_name(), "reading");
    let second = tablet.card_attempt();
    tablet.send(Event::PatientCardRead(second, Box::new(CardOutcome::Opened(patient(2)))));
    tablet.write_audit();
    assert!(patient_words(&tablet.screen()).contains("P2") && !patient_words(&tablet.screen()).contains("P1"));
}

#[test]
fn another_person_closes_the_check_and_is_written_down() {
    let mut tablet = Tablet::checking(1);
    tablet.touch(Touch::NotThisPerson);
    assert_eq!(tablet.screen_name(), "standby");
    assert!(matches!(tablet.audit().last(), Some(AuditKind::IdentityRejected { .. })));
}

#[test]
fn a_clock_behind_the_data_is_said_and_the_age_never_younger_than_true() {
    let mut tablet = Tablet::signed_in();
    let mut record = patient(1);
    record.summary.as_of += chrono::TimeDelta::days(30);
    tablet.lay_patient_card(CardOutcome::Opened(record));
    tablet.write_audit();
    assert!(tablet.notice().expect("notice").sentence.contains("時計"));
    let Screen::Check(check) = tablet.screen() else { panic!("no check") };
    assert!(!check.banner.information.contains("今日"), "{}", check.banner.information);
}

#[test]
fn the_face_is_on_the_check_and_leaves_with_it() {
    let holds_face = |tablet: &Tablet| format!("{:?}", tablet.session).contains("Face(");
    let mut tablet = Tablet::checking(1);
    let Screen::Check(check) = tablet.screen() else { panic!("no check") };
    assert!(check.photo == CheckPhoto::Shown(face(1)) && holds_face(&tablet), "what is looked for is there");
    tablet.touch(Touch::Confirm(Basis::PatientConsents));
    tablet.write_audit();
    assert_eq!(tablet.screen_name(), "summary");
    assert!(!holds_face(&tablet));
    for leave in [Touch::NotThisPerson, Touch::Lock] {
        let mut tablet = Tablet::checking(2);
        tablet.touch(leave);
        assert!(!holds_face(&tablet));
    }
}

#[test]
fn a_face_that_does_not_open_is_said_and_stops_nothing() {
    for (photo, expected) in
        [(OpenPhoto::None, CheckPhoto::None), (OpenPhoto::NotOpened, CheckPhoto::Missing("開けません".to_owned()))]
    {
        let mut tablet = Tablet::signed_in();
        tablet.lay_patient_card(CardOutcome::Opened(OpenRecord { photo, ..patient(1) }));
        tablet.write_audit();
        let Screen::Check(check) = tablet.screen() else { panic!("no check") };
        assert!(check.photo == expected && check.notice.is_none());
        tablet.touch(Touch::Confirm(Basis::Emergency));
        tablet.write_audit();
        assert_eq!(tablet.screen_name(), "summary");
    }
}
