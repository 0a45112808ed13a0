//! What sync does to a running tablet.

use std::sync::Arc;

use chrono::TimeDelta;
use kakari_record::audit::{AuditKind, CardRefusal};
use kakari_session::touch::Touch;
use kakari_session::view::{Mark, Screen, StateLine};
use kakari_session::{CardOutcome, Effect, Event, Lease, Receipts, RosterState, SignInOutcome, StoreFacts, WipeStage};

use crate::tablet::{Tablet, crew, facts, moment, patient, patient_words, roster};

fn with_roster(staff: &[(&str, u8)], revoked: &[u8]) -> StoreFacts {
    StoreFacts { roster: RosterState::Believed(Arc::new(roster(staff, revoked))), ..facts() }
}

/// The region was last heard `days` ago; the lease is thirty days.
fn heard(days: i64) -> StoreFacts {
    let left = TimeDelta::days(30 - days);
    StoreFacts { lease: Some(Lease { days: 30, left, wraps_erased: false }), ..facts() }
}

/// As the store is once its wraps are erased.
fn without_wraps() -> StoreFacts {
    let lease = Lease { days: 30, left: TimeDelta::zero(), wraps_erased: true };
    StoreFacts { roster: RosterState::Missing, lease: Some(lease), ..facts() }
}

fn sentence(tablet: &Tablet) -> String {
    tablet.notice().map(|notice| notice.sentence).unwrap_or_default()
}

fn line(tablet: &Tablet, label: &str) -> Option<(String, Mark)> {
    let Screen::Standby(standby) = tablet.screen() else { return None };
    let found = standby.lines.into_iter().find(|line| line.label == label);
    found.map(|StateLine { value, mark, .. }| (value, mark))
}

#[test]
fn new_records_and_their_age_are_seen_without_a_word_from_the_crew() {
    let mut tablet = Tablet::signed_in();
    let changed = StoreFacts { records: 61, synced_at: Some(moment(0).utc), ..facts() };
    tablet.send(Event::StoreChanged(changed));
    assert_eq!(line(&tablet, "登録者"), Some(("61人".into(), Mark::Good)));
    assert_eq!(tablet.session.view().bar.data_age.expect("age").0, "同期 1分前");
    assert_eq!(tablet.session.view().bar.crew, "佐藤", "nobody is locked out for that");
}

#[test]
fn a_crew_member_whom_the_new_roster_does_not_admit_is_locked_out_at_once() {
    for (changed, why) in [
        (with_roster(&[("S0002", 2)], &[]), "not on the roster any more"),
        (with_roster(&[("S0001", 9)], &[]), "on it with another card"),
        (with_roster(&[("S0002", 1)], &[]), "the card is somebody else's now"),
        (with_roster(&[("S0001", 1)], &[1]), "the card is revoked"),
        (StoreFacts { roster: RosterState::NotBelieved, ..facts() }, "no roster to believe"),
    ] {
        for mut tablet in [Tablet::signed_in(), Tablet::checking(1), Tablet::showing(1)] {
            tablet.effects.clear();
            tablet.send(Event::StoreChanged(changed.clone()));
            assert_eq!(tablet.screen_name(), "sign-in", "{why}");
            assert!(tablet.effects.contains(&Effect::ForgetKeys), "{why}");
            assert_eq!(tablet.audit().first(), Some(&&AuditKind::CrewRemoved { staff_id: "S0001".into() }));
            assert!(!sentence(&tablet).is_empty() && tablet.session.view().bar.crew.is_empty());
            assert_eq!(tablet.session.shown().map(|_| ()), None);
        }
    }
}

#[test]
fn the_same_roster_again_disturbs_nobody_not_even_a_pin_being_typed() {
    let mut tablet = Tablet::showing(1);
    tablet.send(Event::StoreChanged(with_roster(&[("S0001", 1), ("S0002", 2)], &[7])));
    assert_eq!(tablet.screen_name(), "summary");
    let mut tablet = Tablet::started();
    tablet.lay_staff_card(Some(3));
    tablet.touch(Touch::Digit(1));
    tablet.send(Event::StoreChanged(facts()));
    let Screen::SignIn(view) = tablet.screen() else { panic!("sign-in") };
    assert_eq!(view.digits, Some(1));
}

#[test]
fn a_card_that_waits_on_the_reader_is_asked_once_a_roster_comes() {
    let mut tablet = Tablet::started();
    tablet.send(Event::StoreChanged(StoreFacts { roster: RosterState::Missing, ..facts() }));
    tablet.send(Event::CardArrived);
    tablet.effects.clear();
    tablet.send(Event::StoreChanged(facts()));
    assert!(matches!(tablet.effects.as_slice(), [Effect::ReadStaffCard(_)]));
}

#[test]
fn a_sign_in_that_was_verified_against_the_old_roster_is_refused_and_its_keys_are_wiped() {
    let mut tablet = Tablet::started();
    tablet.lay_staff_card(Some(3));
    tablet.type_pin("123456");
    let attempt = tablet.sign_in_attempt();
    tablet.send(Event::StoreChanged(with_roster(&[("S0001", 1)], &[1])));
    tablet.effects.clear();
    tablet.send(Event::SignInAnswered(attempt, SignInOutcome::SignedIn(crew())));
    assert_eq!(tablet.screen_name(), "sign-in");
    assert!(tablet.effects.contains(&Effect::ForgetKeys));
    assert!(sentence(&tablet).contains("名簿にありません"));
}

#[test]
fn a_lease_warns_from_the_seventh_day_behind_what_is_more_urgent() {
    let mut tablet = Tablet::signed_in();
    tablet.send(Event::StoreChanged(heard(6)));
    assert!(tablet.notice().is_none() && line(&tablet, "同期の期限").is_none());
    tablet.send(Event::StoreChanged(heard(7)));
    assert_eq!(sentence(&tablet), "同期していません。あと23日で使えなくなります");
    assert_eq!(line(&tablet, "同期の期限"), Some(("あと23日".into(), Mark::Caution)));
    tablet.lay_patient_card(CardOutcome::NothingStored);
    assert!(sentence(&tablet).contains("この端末にありません"), "what became of the tap goes first");
}

#[test]
fn a_lease_warning_that_was_read_leaves_its_line_and_comes_back_for_the_next_crew() {
    let mut tablet = Tablet::signed_in();
    tablet.send(Event::StoreChanged(heard(12)));
    tablet.touch(Touch::Dismiss);
    assert!(tablet.notice().is_none());
    tablet.send(Event::StoreChanged(heard(12)));
    assert!(tablet.notice().is_none(), "not a minute later");
    assert_eq!(line(&tablet, "同期の期限"), Some(("あと18日".into(), Mark::Caution)));
    tablet.touch(Touch::EndShift);
    assert_eq!(sentence(&tablet), "同期していません。あと18日で使えなくなります");
}

#[test]
fn no_staff_card_is_asked_for_where_none_could_sign_in() {
    let prompt = |tablet: &Tablet| match tablet.screen() {
        Screen::SignIn(view) => view.prompt,
        other => panic!("{}", other.name()),
    };
    let mut tablet = Tablet::started();
    assert_eq!(prompt(&tablet), "職員カードを置いてください");
    let never = StoreFacts { roster: RosterState::Missing, ..facts() };
    for event in [
        Event::StoreChanged(never),
        Event::StoreChanged(without_wraps()),
        Event::StoreFailed(kakari_session::StoreTrouble::Missing),
        Event::Wiped(WipeStage::Done),
    ] {
        tablet.send(event);
        assert_eq!(prompt(&tablet), "今はサインインできません");
    }
}

#[test]
fn the_end_of_a_lease_erases_the_wraps_once_wipes_the_keys_and_locks() {
    let mut tablet = Tablet::signed_in();
    tablet.send(Event::StoreChanged(heard(29)));
    assert_eq!(tablet.screen_name(), "standby");
    tablet.effects.clear();
    tablet.send(Event::StoreChanged(heard(30)));
    tablet.send(Event::StoreChanged(without_wraps()));
    tablet.wait(60_000);
    let count = |wanted: &Effect| tablet.effects.iter().filter(|effect| *effect == wanted).count();
    assert_eq!(count(&Effect::EraseWraps), 1);
    assert!(count(&Effect::ForgetKeys) >= 1);
    assert_eq!(tablet.audit().first(), Some(&&AuditKind::LeaseEnded));
    assert_eq!(tablet.screen_name(), "sign-in");
    assert!(sentence(&tablet).contains("期限が過ぎた"));
    assert!(tablet.session.view().bar.crew.is_empty());
    tablet.effects.clear();
    tablet.send(Event::CardArrived);
    assert!(tablet.effects.is_empty(), "no card is asked for nothing");
}

#[test]
fn an_open_case_outlives_the_lease_but_nothing_else_opens() {
    let mut tablet = Tablet::showing(1);
    tablet.send(Event::StoreChanged(heard(29)));
    tablet.effects.clear();
    tablet.send(Event::StoreChanged(heard(30)));
    assert!(tablet.effects.contains(&Effect::EraseWraps) && tablet.effects.contains(&Effect::ForgetKeys));
    tablet.send(Event::StoreChanged(without_wraps()));
    assert_eq!(tablet.screen_name(), "summary");
    tablet.lay_patient_card(CardOutcome::NothingStored);
    assert_eq!(tablet.audit().last(), Some(&&AuditKind::CardRefused { reason: CardRefusal::NotOpened }));
    assert!(patient_words(&tablet.screen()).contains("P1"));
    tablet.touch(Touch::CloseCase);
    tablet.wait(1_000);
    assert_eq!(tablet.screen_name(), "sign-in");
}

#[test]
fn a_case_that_outlived_the_lease_ends_in_a_sign_in_though_the_region_was_heard_again() {
    let mut tablet = Tablet::showing(1);
    tablet.send(Event::StoreChanged(heard(30)));
    tablet.send(Event::StoreChanged(heard(0)));
    tablet.wait(1_000);
    assert_eq!(tablet.screen_name(), "summary");
    tablet.touch(Touch::CloseCase);
    tablet.wait(1_000);
    assert_eq!(tablet.screen_name(), "sign-in", "the keys are gone: a crew that seems signed in could open nothing");
    assert!(tablet.notice().is_none());
    tablet.lay_staff_card(Some(3));
    tablet.type_pin("123456");
    let attempt = tablet.sign_in_attempt();
    tablet.send(Event::SignInAnswered(attempt, SignInOutcome::SignedIn(crew())));
    tablet.wait(1_000);
    assert_eq!(tablet.screen_name(), "standby", "who has signed in since has keys");
}

#[test]
fn another_patient_who_was_offered_before_the_lease_ended_is_not_opened_after() {
    for answered in [true, false] {
        let mut tablet = Tablet::showing(1);
        tablet.lay_patient_card(CardOutcome::Opened(patient(2)));
        if answered {
            tablet.write_audit();
        }
        tablet.send(Event::StoreChanged(heard(30)));
        tablet.touch(Touch::SwitchPatient);
        assert_eq!(tablet.screen_name(), "summary");
        assert!(!patient_words(&tablet.screen()).contains("P2"));
        assert!(!format!("{:?}", tablet.session).contains("Face("), "the other's record is dropped");
    }
    let mut tablet = Tablet::showing(1);
    tablet.send(Event::StoreChanged(heard(30)));
    tablet.lay_patient_card(CardOutcome::Opened(patient(2)));
    assert_eq!(tablet.audit().last(), Some(&&AuditKind::CardRefused { reason: CardRefusal::NotOpened }));
    assert!(!patient_words(&tablet.screen()).contains("P2"), "nor one that was read while the keys went");
}

#[test]
fn wraps_are_called_erased_only_once_they_are() {
    let mut tablet = Tablet::started();
    tablet.send(Event::StoreChanged(heard(30)));
    assert!(sentence(&tablet).contains("鍵を消しています"), "{}", sentence(&tablet));
    tablet.send(Event::StoreChanged(without_wraps()));
    assert!(sentence(&tablet).contains("鍵を消しました"), "{}", sentence(&tablet));
}

#[test]
fn a_store_that_is_opened_anew_has_a_lease_of_its_own() {
    let mut tablet = Tablet::started();
    tablet.send(Event::StoreChanged(heard(30)));
    tablet.send(Event::Wiped(WipeStage::Done));
    tablet.effects.clear();
    tablet.send(Event::StoreOpened(heard(30)));
    tablet.wait(1_000);
    assert!(tablet.effects.contains(&Effect::EraseWraps), "the wraps of the store before were others");
}

#[test]
fn a_sign_in_that_ends_after_the_lease_is_refused() {
    let mut tablet = Tablet::started();
    tablet.lay_staff_card(Some(3));
    tablet.type_pin("123456");
    let attempt = tablet.sign_in_attempt();
    tablet.send(Event::StoreChanged(heard(30)));
    tablet.effects.clear();
    tablet.send(Event::SignInAnswered(attempt, SignInOutcome::SignedIn(crew())));
    assert_eq!((tablet.screen_name(), tablet.effects.as_slice()), ("sign-in", [Effect::ForgetKeys].as_slice()));
}

#[test]
fn only_the_region_brings_an_ended_lease_back() {
    let mut tablet = Tablet::started();
    tablet.send(Event::StoreChanged(StoreFacts { lease: heard(0).lease, ..without_wraps() }));
    tablet.send(Event::StoreChanged(without_wraps()));
    assert!(sentence(&tablet).contains("期限が過ぎた"));
    tablet.send(Event::StoreChanged(heard(0)));
    assert!(tablet.notice().is_none());
    tablet.effects.clear();
    tablet.send(Event::StoreChanged(heard(30)));
    assert!(tablet.effects.contains(&Effect::EraseWraps), "the next lease ends as the first did");
}

#[test]
fn an_ordered_erasure_takes_everything_from_the_glass_and_says_so() {
    for mut tablet in [Tablet::signed_in(), Tablet::checking(1), Tablet::showing(1)] {
        tablet.effects.clear();
        tablet.send(Event::Wiped(WipeStage::Pending));
        assert_eq!(tablet.effects, [Effect::ForgetKeys]);
        assert!(sentence(&tablet).contains("消去しています"));
        tablet.send(Event::Wiped(WipeStage::Done));
        assert!(sentence(&tablet).contains("消去しました"));
        assert!(patient_words(&tablet.screen()).is_empty() && tablet.session.shown().is_none());
        tablet.effects.clear();
        tablet.send(Event::CardArrived);
        assert!(tablet.effects.is_empty(), "no card is read on an erased tablet");
    }
}

#[test]
fn nothing_is_called_sent_before_the_region_has_signed_for_it() {
    let mut tablet = Tablet::signed_in();
    assert_eq!(line(&tablet, "閲覧記録"), None);
    for (waiting, in_conflict, value, mark) in [
        (0, false, "受領済", Mark::Good),
        (1_200, false, "未送信 1,200件", Mark::Unknown),
        (3, true, "要確認 3件", Mark::Caution),
    ] {
        let receipts = Some(Receipts { waiting, in_conflict });
        tablet.send(Event::StoreChanged(StoreFacts { receipts, ..facts() }));
        assert_eq!(line(&tablet, "閲覧記録"), Some((value.to_owned(), mark)));
    }
}
