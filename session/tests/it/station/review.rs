//! Uses of break-glass and who may judge them.

use kakari_record::audit::review::{BreakGlassUse, Ended, Reviewed};
use kakari_record::audit::{AuditKind, AuditedRecord, BreakGlassEnd, BreakGlassReason, ReviewVerdict};
use kakari_record::seal::{KeyId, RecordId};
use kakari_session::touch::Touch;
use kakari_session::view::{Mark, ReviewRow, ReviewView, StationBody, StationPage};
use kakari_session::{Attempt, CrewCard, CrewMember, Effect, Event, SignInOutcome, StaffCardOutcome, StoreTrouble};

use crate::tablet::{Tablet, facts, moment, roster};

fn used(sequence: u64, crew: &[&str]) -> BreakGlassUse {
    BreakGlassUse {
        sequence,
        began: moment(0).utc,
        crew: crew.iter().map(|staff_id| (*staff_id).to_owned()).collect(),
        tablet: "kita-1".into(),
        vehicle: "北町救急1".into(),
        reason: BreakGlassReason::Unconscious,
        extended: 0,
        searches: 3,
        too_many: 0,
        people: 2,
        birth_year_wrong: 0,
        opened: vec![AuditedRecord::new(RecordId::from_bytes([7; 16]), 1)],
        shown: Vec::new(),
        ended: Some(Ended { at: moment(0).utc, reason: BreakGlassEnd::CaseClosed, seconds: Some(700) }),
        reviewed: None,
    }
}

fn judged(sequence: u64, crew: &[&str], reviewer: &str) -> BreakGlassUse {
    let reviewed = Reviewed { verdict: ReviewVerdict::Justified, reviewer: reviewer.into(), at: moment(0).utc };
    BreakGlassUse { reviewed: Some(reviewed), ..used(sequence, crew) }
}

fn asked(tablet: &Tablet) -> Attempt {
    tablet
        .asked(|effect| match effect {
            Effect::ReadReview(attempt) => Some(*attempt),
            _ => None,
        })
        .expect("the uses are asked for")
}

fn reviewing(uses: Vec<BreakGlassUse>) -> Tablet {
    let mut tablet = Tablet::signed_in();
    tablet.touch(Touch::OpenStation(StationPage::Review));
    assert!(tablet.is_working());
    let attempt = asked(&tablet);
    tablet.send(Event::Reviewed(attempt, Ok(uses)));
    tablet.effects.clear();
    tablet
}

fn view(tablet: &Tablet) -> ReviewView {
    let StationBody::Review(view) = tablet.body() else { panic!("review") };
    view
}

fn rows(tablet: &Tablet) -> Vec<ReviewRow> {
    view(tablet).rows
}

#[test]
fn uses_that_nobody_has_looked_at_go_first_and_the_newest_of_them() {
    let tablet = reviewing(vec![used(3, &["S0009"]), judged(8, &["S0009"], "S0100"), used(21, &["S0009"])]);
    assert_eq!(view(&tablet).heading, "未確認 2件・全 3件");
    let order: Vec<u64> = rows(&tablet).iter().map(|row| row.sequence).collect();
    assert_eq!(order, [21, 3, 8]);
    let row = &rows(&tablet)[0];
    assert!(row.heading.ends_with("意識障害"), "{}", row.heading);
    assert_eq!(row.figures, "検索 3回・表示 2人・開いた記録 1件・12分・事案の終了");
    assert_eq!((row.state.as_str(), row.mark), ("未確認", Mark::Caution));
    assert!(rows(&tablet)[2].state.starts_with("妥当(S0100"), "{}", rows(&tablet)[2].state);
}

#[test]
fn nobody_judges_a_use_that_they_were_part_of() {
    let mut tablet = reviewing(vec![used(3, &["S0001"]), used(4, &["S0001", "S0002"]), used(5, &["S0002"])]);
    let may: Vec<(u64, bool)> = rows(&tablet).iter().map(|row| (row.sequence, row.can_judge)).collect();
    assert_eq!(may, [(5, true), (4, false), (3, false)]);
    for sequence in [3, 4, 99] {
        tablet.touch(Touch::Review(sequence, ReviewVerdict::Justified));
        assert!(tablet.effects.is_empty(), "{sequence}");
    }
}

#[test]
fn a_crew_of_two_judges_only_what_neither_had_a_part_in() {
    let mut tablet = Tablet::signed_in();
    let both = kakari_session::RosterState::Believed(std::sync::Arc::new(roster(&[("S0001", 1), ("S0002", 2)], &[])));
    tablet.send(Event::StoreChanged(kakari_session::StoreFacts { roster: both, ..facts() }));
    tablet.touch(Touch::AddCrew);
    tablet.send(Event::CardArrived);
    let Some(Effect::ReadStaffCard(attempt)) = tablet.effects.pop() else { panic!("the card is asked") };
    let staff = StaffCardOutcome::Staff { name: "田中".into(), staff_id: "S0002".into(), tries_left: Some(3) };
    tablet.send(Event::StaffCardRead(attempt, staff));
    tablet.type_pin("123456");
    let attempt = tablet.sign_in_attempt();
    let card = CrewCard { key: KeyId::from_bytes([2; 8]), serial: vec![2] };
    let member = CrewMember { staff_id: "S0002".into(), name: "田中".into(), card };
    tablet.send(Event::SignInAnswered(attempt, SignInOutcome::SignedIn(member)));
    tablet.touch(Touch::OpenStation(StationPage::Review));
    let attempt = asked(&tablet);
    tablet.send(Event::Reviewed(attempt, Ok(vec![used(3, &["S0001"]), used(4, &["S0002"]), used(5, &["S0009"])])));
    tablet.effects.clear();
    // The glass does not know whose finger it is.
    for sequence in [3, 4] {
        tablet.touch(Touch::Review(sequence, ReviewVerdict::Justified));
        assert!(tablet.effects.is_empty(), "{sequence}");
    }
    tablet.touch(Touch::Review(5, ReviewVerdict::Questioned));
    let row =
        AuditKind::BreakGlassReviewed { sequence: 5, verdict: ReviewVerdict::Questioned, reviewer: "S0001".into() };
    assert_eq!(tablet.audit(), [&row]);
}

#[test]
fn a_verdict_is_read_back_once_it_is_durable() {
    let mut tablet = reviewing(vec![used(5, &["S0002"])]);
    tablet.touch(Touch::Review(5, ReviewVerdict::Justified));
    assert_eq!(rows(&tablet)[0].state, "未確認", "not before it is written");
    tablet.touch(Touch::Review(5, ReviewVerdict::Questioned));
    assert_eq!(tablet.audit().len(), 1, "one after the other");
    tablet.write_audit();
    let attempt = asked(&tablet);
    tablet.send(Event::Reviewed(attempt, Ok(vec![judged(5, &["S0002"], "S0001")])));
    assert_eq!(rows(&tablet)[0].mark, Mark::Good);
    assert!(rows(&tablet)[0].can_judge, "one's own slip can be put right");
}

#[test]
fn what_somebody_else_has_judged_stays_theirs() {
    let mut tablet = reviewing(vec![judged(5, &["S0002"], "S0100")]);
    assert!(!rows(&tablet)[0].can_judge);
    tablet.touch(Touch::Review(5, ReviewVerdict::Questioned));
    assert!(tablet.effects.is_empty());
}

#[test]
fn a_verdict_that_cannot_be_written_is_said_and_can_be_given_again() {
    let mut tablet = reviewing(vec![used(5, &["S0002"])]);
    tablet.touch(Touch::Review(5, ReviewVerdict::Justified));
    let Some(Effect::Audit(attempt, ..)) = tablet.effects.pop() else { panic!("a row") };
    tablet.send(Event::AuditFailed(attempt, StoreTrouble::Refused));
    assert!(tablet.page().notice.is_some());
    tablet.touch(Touch::Review(5, ReviewVerdict::Justified));
    assert_eq!(tablet.audit().len(), 1);
}

#[test]
fn an_audit_that_cannot_be_read_is_not_said_to_be_without_uses() {
    let mut tablet = Tablet::signed_in();
    tablet.touch(Touch::OpenStation(StationPage::Review));
    let attempt = asked(&tablet);
    tablet.send(Event::Reviewed(attempt, Err(StoreTrouble::Refused)));
    assert_eq!(tablet.body(), StationBody::Working("記録を読めませんでした".to_owned()));
    assert!(tablet.page().notice.is_some());
    tablet.touch(Touch::CheckAgain);
    let attempt = asked(&tablet);
    tablet.send(Event::Reviewed(attempt, Ok(Vec::new())));
    assert_eq!(view(&tablet).empty, "緊急閲覧はありません");
    assert!(tablet.page().notice.is_none());
}
