//! A second crew member, a lock that a PIN opens again, the end of a shift, and ages while the clock is wrong.

use std::sync::Arc;

use chrono::TimeDelta;
use kakari_record::audit::{AuditKind, Closing};
use kakari_record::seal::KeyId;
use kakari_session::touch::Touch;
use kakari_session::view::{Mark, Screen};
use kakari_session::{
    CardOutcome, CardTrouble, CrewCard, CrewMember, Effect, Event, Moment, ReopenOutcome, RosterState, SignInOutcome,
    StaffCardOutcome, StoreFacts,
};

use crate::tablet::{Tablet, crew, facts, moment, patient, roster};

const HOUR: u64 = 3_600_000;

fn second() -> CrewMember {
    let card = CrewCard { key: KeyId::from_bytes([2; 8]), serial: vec![2] };
    CrewMember { staff_id: "S0002".into(), name: "田中".into(), card }
}

fn two_on_roster() -> StoreFacts {
    let both = roster(&[("S0001", 1), ("S0002", 2)], &[]);
    StoreFacts { roster: RosterState::Believed(Arc::new(both)), ..facts() }
}

fn signed_in() -> Tablet {
    let mut tablet = Tablet::signed_in();
    tablet.send(Event::StoreChanged(two_on_roster()));
    tablet
}

/// The card of the staff member is laid on where a sign-in waits for one.
fn read_staff(tablet: &mut Tablet, staff_id: &str) {
    let Some(Effect::ReadStaffCard(attempt)) = tablet.effects.pop() else { panic!("no staff card is asked for") };
    let staff = StaffCardOutcome::Staff { name: "田中".into(), staff_id: staff_id.into(), tries_left: Some(3) };
    tablet.send(Event::StaffCardRead(attempt, staff));
}

fn with_second() -> Tablet {
    let mut tablet = signed_in();
    tablet.touch(Touch::AddCrew);
    tablet.send(Event::CardArrived);
    read_staff(&mut tablet, "S0002");
    tablet.type_pin("654321");
    let attempt = tablet.sign_in_attempt();
    tablet.send(Event::SignInAnswered(attempt, SignInOutcome::SignedIn(second())));
    tablet.send(Event::CardLeft);
    tablet
}

pub(crate) fn locked() -> Tablet {
    let mut tablet = with_second();
    tablet.touch(Touch::Lock);
    tablet
}

fn reopen(tablet: &mut Tablet, outcome: ReopenOutcome) {
    tablet.type_pin("123456");
    let Some(Effect::Reopen(attempt, _)) = tablet.effects.pop() else { panic!("no PIN is tried") };
    tablet.send(Event::ReopenAnswered(attempt, outcome));
}

fn sentence(tablet: &Tablet) -> String {
    match tablet.screen() {
        Screen::Locked(view) => view.notice,
        _ => tablet.notice(),
    }
    .map(|notice| notice.sentence)
    .unwrap_or_default()
}

fn bar(tablet: &Tablet) -> String {
    tablet.session.view().bar.crew
}

#[test]
fn a_second_crew_member_signs_in_beside_the_first_and_both_stand_on_the_bar_and_in_the_log() {
    let tablet = with_second();
    assert_eq!((tablet.screen_name(), bar(&tablet).as_str()), ("standby", "佐藤・田中"));
    let both = ["S0001".to_owned(), "S0002".to_owned()];
    assert!(
        tablet
            .effects
            .iter()
            .any(|effect| matches!(effect, Effect::Audit(_, AuditKind::SignedIn, crew) if *crew == both))
    );
    let joined = tablet.effects.iter().filter_map(|effect| match effect {
        Effect::SignIn(_, submitted) => Some(submitted.joins),
        _ => None,
    });
    assert_eq!(joined.collect::<Vec<_>>(), [false, true], "the first one's keys stay");
    assert!(!tablet.effects.contains(&Effect::ForgetKeys));
    let Screen::Standby(standby) = tablet.screen() else { panic!("standby") };
    assert!(!standby.can_add_crew, "two are a crew");
}

#[test]
fn a_staff_card_laid_on_in_standby_begins_the_second_sign_in_by_itself() {
    let mut tablet = signed_in();
    tablet.lay_patient_card(CardOutcome::Refused(CardTrouble::StaffCard));
    read_staff(&mut tablet, "S0002");
    let Screen::SignIn(view) = tablet.screen() else { panic!("a PIN is asked for") };
    assert_eq!((view.holder.as_deref(), view.digits, view.can_cancel), (Some("田中"), Some(0), true));
    tablet.touch(Touch::Cancel);
    assert_eq!((tablet.screen_name(), bar(&tablet).as_str()), ("standby", "佐藤"));
    let mut crew_of_two = with_second();
    crew_of_two.lay_patient_card(CardOutcome::Refused(CardTrouble::StaffCard));
    assert_eq!(sentence(&crew_of_two), "職員カードです");
}

#[test]
fn the_same_person_twice_is_told_so_and_nothing_is_lost() {
    let mut tablet = signed_in();
    tablet.touch(Touch::AddCrew);
    tablet.send(Event::CardArrived);
    read_staff(&mut tablet, "S0001");
    assert_eq!((tablet.screen_name(), bar(&tablet).as_str()), ("standby", "佐藤"));
    assert_eq!(sentence(&tablet), "この職員カードの人はもうサインインしています");
}

#[test]
fn a_patients_card_goes_before_a_second_sign_in() {
    let mut tablet = signed_in();
    tablet.touch(Touch::AddCrew);
    tablet.send(Event::CardArrived);
    let Some(Effect::ReadStaffCard(attempt)) = tablet.effects.pop() else { panic!("no read") };
    tablet.send(Event::StaffCardRead(attempt, StaffCardOutcome::Refused(CardTrouble::PatientCard)));
    let attempt = tablet.card_attempt();
    tablet.send(Event::PatientCardRead(attempt, Box::new(CardOutcome::Opened(patient(1)))));
    tablet.write_audit();
    assert_eq!(tablet.screen_name(), "check");
}

#[test]
fn a_second_sign_in_that_fails_or_is_left_alone_does_not_sign_the_first_out() {
    let mut tablet = signed_in();
    tablet.touch(Touch::AddCrew);
    tablet.send(Event::CardArrived);
    read_staff(&mut tablet, "S0002");
    tablet.type_pin("000000");
    let attempt = tablet.sign_in_attempt();
    tablet.touch(Touch::Cancel);
    assert_eq!(tablet.screen_name(), "sign-in", "what the card is asked is answered first");
    tablet.send(Event::SignInAnswered(attempt, SignInOutcome::WrongPin { tries_left: 2 }));
    assert_eq!((bar(&tablet).as_str(), sentence(&tablet).as_str()), ("佐藤", "PINが違います。残り2回です"));
    tablet.wait(5 * 60_000);
    assert_eq!(tablet.screen_name(), "locked", "keys are held meanwhile: it locks like standby");
    assert!(tablet.effects.contains(&Effect::SleepKeys));
}

#[test]
fn a_lock_within_the_shift_shows_nothing_of_a_patient_and_a_pin_alone_opens_it_again() {
    let mut tablet = Tablet::showing(1);
    tablet.touch(Touch::Lock);
    assert!(tablet.audit().contains(&&AuditKind::Locked { automatic: false }));
    assert!(matches!(
        tablet.audit()[..],
        [.., AuditKind::CaseClosed { reason: Closing::Locked, .. }, AuditKind::Locked { .. }]
    ));
    assert!(!format!("{:?}", tablet.session).contains("P1"), "the record is wiped");
    let Screen::Locked(view) = tablet.screen() else { panic!("locked") };
    assert_eq!((view.prompt.as_str(), view.crew.as_str(), view.can_submit), ("PINで再開します", "佐藤", false));
    reopen(&mut tablet, ReopenOutcome::Reopened { staff_id: "S0001".into() });
    assert_eq!(tablet.screen_name(), "standby");
    assert_eq!(tablet.audit().last(), Some(&&AuditKind::Reopened { staff_id: "S0001".into() }));
}

#[test]
fn three_wrong_pins_take_the_shift_away() {
    let mut tablet = locked();
    reopen(&mut tablet, ReopenOutcome::WrongPin { tries_left: 2 });
    assert_eq!(sentence(&tablet), "PINが違います。残り2回です");
    reopen(&mut tablet, ReopenOutcome::WrongPin { tries_left: 1 });
    let Screen::Locked(view) = tablet.screen() else { panic!("locked") };
    assert_eq!(view.tries.as_deref(), Some("残り1回"));
    reopen(&mut tablet, ReopenOutcome::WrongPin { tries_left: 0 });
    assert_eq!((tablet.screen_name(), bar(&tablet).as_str()), ("sign-in", ""));
    assert_eq!(sentence(&tablet), "3回間違えたため、鍵を消しました");
    assert!(tablet.effects.contains(&Effect::ForgetKeys));
    assert!(tablet.audit().contains(&&AuditKind::ReopenFailed { tries_left: 0 }));
}

#[test]
fn a_staff_card_on_a_locked_tablet_is_another_crew_and_the_one_before_goes() {
    let mut tablet = locked();
    tablet.send(Event::CardArrived);
    read_staff(&mut tablet, "S0002");
    tablet.touch(Touch::Cancel);
    assert_eq!(tablet.screen_name(), "locked", "left, the crew is still there");
    tablet.send(Event::CardArrived);
    read_staff(&mut tablet, "S0002");
    tablet.type_pin("654321");
    let attempt = tablet.sign_in_attempt();
    tablet.send(Event::SignInAnswered(attempt, SignInOutcome::SignedIn(second())));
    assert_eq!((tablet.screen_name(), bar(&tablet).as_str()), ("standby", "田中"));
    assert!(matches!(tablet.audit()[..], [.., AuditKind::SignedOut, AuditKind::SignedIn]));
}

#[test]
fn a_patients_card_on_a_locked_tablet_is_told_what_comes_first() {
    let mut tablet = locked();
    tablet.send(Event::CardArrived);
    let Some(Effect::ReadStaffCard(attempt)) = tablet.effects.pop() else { panic!("no read") };
    tablet.send(Event::StaffCardRead(attempt, StaffCardOutcome::Refused(CardTrouble::PatientCard)));
    assert_eq!((tablet.screen_name(), sentence(&tablet).as_str()), ("locked", "患者のカードです"));
}

#[test]
fn the_end_of_a_shift_takes_everything_and_is_written_down() {
    for mut tablet in [with_second(), locked()] {
        tablet.effects.clear();
        tablet.touch(Touch::EndShift);
        assert_eq!((tablet.screen_name(), bar(&tablet).as_str()), ("sign-in", ""));
        assert_eq!(tablet.audit(), [&AuditKind::SignedOut]);
        assert!(tablet.effects.contains(&Effect::ForgetKeys));
    }
    let mut tablet = Tablet::showing(1);
    tablet.touch(Touch::EndShift);
    assert_eq!(tablet.screen_name(), "summary", "a case is closed by its own touch first");
}

#[test]
fn after_twelve_hours_a_locked_tablet_wants_a_card_and_a_crew_at_work_is_left_alone() {
    let mut tablet = Tablet::showing(1);
    tablet.wait(7 * HOUR);
    tablet.touch(Touch::CloseCase);
    tablet.touch(Touch::Lock);
    tablet.wait(5 * HOUR - 1);
    assert_eq!(tablet.screen_name(), "locked");
    tablet.wait(1);
    assert_eq!(tablet.screen_name(), "sign-in");
    assert!(sentence(&tablet).contains("12時間たったため"));
    assert!(tablet.effects.contains(&Effect::ForgetKeys));

    let mut tablet = Tablet::checking(1);
    for _ in 0..12 * 15 {
        tablet.wait(4 * 60_000);
        tablet.touch(Touch::Dismiss);
    }
    assert_eq!(tablet.screen_name(), "check");
    tablet.touch(Touch::Lock);
    assert_eq!(tablet.screen_name(), "sign-in", "but its lock is a full one");
}

#[test]
fn a_member_whom_a_new_roster_removes_is_locked_out_also_of_a_locked_tablet() {
    for mut tablet in [with_second(), locked()] {
        tablet.effects.clear();
        let only_one = roster(&[("S0001", 1)], &[]);
        tablet.send(Event::StoreChanged(StoreFacts { roster: RosterState::Believed(Arc::new(only_one)), ..facts() }));
        assert_eq!((tablet.screen_name(), bar(&tablet).as_str()), ("sign-in", ""));
        assert_eq!(tablet.audit()[0], &AuditKind::CrewRemoved { staff_id: "S0002".into() });
        assert!(tablet.effects.contains(&Effect::ForgetKeys) && sentence(&tablet).contains("名簿から外れた"));
    }
}

#[test]
fn keys_that_come_after_the_lock_go_again_and_leave_what_the_pin_opens() {
    let mut tablet = signed_in();
    tablet.touch(Touch::AddCrew);
    tablet.send(Event::CardArrived);
    read_staff(&mut tablet, "S0002");
    tablet.type_pin("654321");
    let attempt = tablet.sign_in_attempt();
    tablet.touch(Touch::Lock);
    tablet.effects.clear();
    tablet.send(Event::SignInAnswered(attempt, SignInOutcome::SignedIn(second())));
    assert_eq!(tablet.effects, [Effect::SleepKeys]);
    assert_eq!((tablet.screen_name(), bar(&tablet).as_str()), ("locked", "佐藤"));
}

#[test]
fn a_clock_that_steps_is_written_down_and_ages_are_said_to_be_the_least() {
    let mut tablet = Tablet::showing(1);
    let now = moment(60_000);
    tablet.send(Event::Tick(now));
    tablet.send(Event::Tick(Moment { utc: now.utc - TimeDelta::days(3), monotonic_ms: 61_000 }));
    assert_eq!(tablet.audit().last(), Some(&&AuditKind::ClockStepped { by_seconds: -3 * 86_400 - 1 }));
    let Screen::Summary(view) = tablet.screen() else { panic!("summary") };
    assert!(view.banner.sex_age.ends_with("歳以上"), "{}", view.banner.sex_age);
    assert!(view.banner.information.starts_with("4日以上前"), "{}", view.banner.information);
    assert_eq!(view.banner.information_mark, Mark::Unknown);
    assert_eq!(view.notice.expect("notice").sentence, "端末の時計が合っていません");
    let age = tablet.session.view().bar.data_age.expect("age");
    assert_eq!(age, ("同期 14分以上前".to_owned(), Mark::Unknown));
    tablet.touch(Touch::CloseCase);
    assert_eq!(sentence(&tablet), "端末の時計が合っていません");
}

#[test]
fn a_clock_before_what_the_region_signed_tells_the_least_from_the_start() {
    let mut tablet = Tablet::started();
    let region = moment(0).utc + TimeDelta::days(40);
    tablet.send(Event::StoreChanged(StoreFacts { not_before: Some(region), ..facts() }));
    assert_eq!(tablet.session.view().bar.data_age.expect("age").0, "同期 41日以上前");
    assert!(!tablet.audit().iter().any(|kind| matches!(kind, AuditKind::ClockStepped { .. })), "it did not step");
    assert_eq!(crew().name, "佐藤");
}
