//! This shift's cases.

use kakari_record::audit::AuditKind;
use kakari_session::touch::{Basis, Touch};
use kakari_session::view::{CaseRow, Language, StationBody, StationPage};
use kakari_session::{CardOutcome, Effect, Event};

use crate::tablet::{Tablet, patient};

fn rows(tablet: &mut Tablet) -> Vec<CaseRow> {
    tablet.touch(Touch::OpenStation(StationPage::Cases));
    let StationBody::Cases(view) = tablet.body() else { panic!("cases") };
    assert_eq!(view.rows.is_empty(), !view.empty.is_empty());
    tablet.touch(Touch::CloseStation);
    view.rows
}

fn open(tablet: &mut Tablet, n: u8, basis: Basis) {
    tablet.lay_patient_card(CardOutcome::Opened(patient(n)));
    tablet.write_audit();
    tablet.touch(Touch::Confirm(basis));
    tablet.write_audit();
    tablet.effects.clear();
}

fn hand_over(tablet: &mut Tablet, durable: bool) {
    tablet.touch(Touch::OpenHandover);
    tablet.touch(Touch::HandedTo(0));
    if durable {
        tablet.write_audit();
    }
}

fn with_receivers() -> Tablet {
    let mut tablet = Tablet::signed_in();
    let session = std::mem::replace(&mut tablet.session, kakari_session::Session::new(""));
    tablet.session = session.with_receivers(vec!["北町総合病院".to_owned()]);
    tablet
}

#[test]
fn a_case_is_a_time_a_way_and_an_outcome_the_newest_first() {
    let mut tablet = with_receivers();
    assert!(rows(&mut tablet).is_empty());
    open(&mut tablet, 1, Basis::PatientConsents);
    hand_over(&mut tablet, true);
    tablet.wait(28 * 60_000);
    tablet.touch(Touch::CloseCase);
    open(&mut tablet, 2, Basis::Emergency);
    tablet.touch(Touch::WasAnotherPerson);
    let rows = rows(&mut tablet);
    assert_eq!(rows.len(), 2);
    assert_eq!(
        (rows[0].way.as_str(), rows[0].outcome.as_str()),
        ("カード・意識なし・緊急", "引継ぎの記録なし・別人だった")
    );
    assert_eq!((rows[1].way.as_str(), rows[1].outcome.as_str()), ("カード・本人同意", "北町総合病院へ引継ぎ(口頭)"));
    let (from, to) = rows[1].time.split_once('〜').expect("from and to");
    assert!(from != to && to == rows[0].time.split_once('〜').expect("from").0, "{rows:?}");
}

#[test]
fn a_hand_over_is_said_once_its_row_is_durable_also_after_its_case_and_of_no_other() {
    let mut tablet = with_receivers();
    open(&mut tablet, 1, Basis::FamilyAsks);
    hand_over(&mut tablet, false);
    let row = |effect: &Effect| match effect {
        Effect::Audit(attempt, AuditKind::HandedOver { .. }, _) => Some(*attempt),
        _ => None,
    };
    let handed = tablet.effects.iter().find_map(row).expect("a row");
    tablet.touch(Touch::CloseCase);
    assert_eq!(rows(&mut tablet)[0].outcome, "引継ぎの記録なし", "not before it is written");
    open(&mut tablet, 2, Basis::Emergency);
    tablet.send(Event::AuditWritten(handed));
    tablet.touch(Touch::CloseCase);
    let said: Vec<String> = rows(&mut tablet).into_iter().map(|row| row.outcome).collect();
    assert_eq!(said, ["引継ぎの記録なし", "北町総合病院へ引継ぎ(口頭)"]);
}

#[test]
fn nothing_of_a_patient_is_in_what_is_remembered() {
    let mut tablet = with_receivers();
    for n in [1, 2] {
        open(&mut tablet, n, Basis::PatientConsents);
        tablet.touch(Touch::CloseCase);
    }
    let said = format!("{:?} {:?}", rows(&mut tablet), tablet.session);
    assert!(!said.contains("P1") && !said.contains("P2") && !said.contains("RecordId"), "{said}");
}

#[test]
fn a_switch_to_another_patient_is_two_cases() {
    let mut tablet = with_receivers();
    open(&mut tablet, 1, Basis::PatientConsents);
    tablet.lay_patient_card(CardOutcome::Opened(patient(2)));
    tablet.write_audit();
    tablet.touch(Touch::SwitchPatient);
    tablet.touch(Touch::Confirm(Basis::PatientConsents));
    tablet.write_audit();
    tablet.touch(Touch::CloseCase);
    let outcomes: Vec<String> = rows(&mut tablet).into_iter().map(|row| row.outcome).collect();
    assert_eq!(outcomes, ["引継ぎの記録なし", "引継ぎの記録なし・別の患者に切替"]);
}

#[test]
fn a_lock_keeps_the_shifts_cases_and_its_end_forgets_them() {
    let mut tablet = with_receivers();
    open(&mut tablet, 1, Basis::PatientConsents);
    tablet.touch(Touch::Lock);
    tablet.type_pin("123456");
    let Some(Effect::Reopen(attempt, _)) = tablet.effects.pop() else { panic!("no PIN is tried") };
    let reopened = kakari_session::ReopenOutcome::Reopened { staff_id: "S0001".into() };
    tablet.send(Event::ReopenAnswered(attempt, reopened));
    assert_eq!(rows(&mut tablet)[0].outcome, "引継ぎの記録なし・ロックで終了");
    tablet.touch(Touch::EndShift);
    tablet.lay_staff_card(Some(3));
    tablet.type_pin("123456");
    let attempt = tablet.sign_in_attempt();
    let member = crate::tablet::crew();
    tablet.send(Event::SignInAnswered(attempt, kakari_session::SignInOutcome::SignedIn(member)));
    assert!(rows(&mut tablet).is_empty());
}

#[test]
fn in_english_only_the_receivers_name_stays_as_it_is() {
    let mut tablet = with_receivers();
    tablet.touch(Touch::Speak(Language::English));
    open(&mut tablet, 1, Basis::PatientConsents);
    hand_over(&mut tablet, true);
    tablet.touch(Touch::CloseCase);
    let row = rows(&mut tablet).remove(0);
    assert_eq!(row.outcome.replace("北町総合病院", "X"), "handed over to X (spoken)");
    assert_eq!(row.way, "Card, patient agrees");
}
