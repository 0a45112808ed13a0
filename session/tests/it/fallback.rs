//! A start without a staff card.

use std::sync::Arc;

use kakari_record::audit::{AuditKind, FallbackRefusal};
use kakari_record::seal::{FallbackWrap, KeyId, Roster};
use kakari_session::touch::Touch;
use kakari_session::view::{Fallback, Mark, Screen};
use kakari_session::{
    CrewCard, CrewMember, Effect, Event, FallbackOutcome, ReopenOutcome, RosterState, StoreFacts, StoreTrouble,
};

use crate::tablet::{Tablet, facts, roster};

const HOUR: u64 = 3_600_000;
/// Its last digit is the check digit.
const CODE: &str = "0000079927398713";

fn with_codes(staff: &[(&str, u8)]) -> StoreFacts {
    let wrap = FallbackWrap { tablet: "kita-1".into(), id: [5; 8], salt: [0; 16], epoch: 1, sealed: vec![0; 48] };
    let roster = Roster { fallback: vec![wrap], ..roster(staff, &[]) };
    StoreFacts { roster: RosterState::Believed(Arc::new(roster)), ..facts() }
}

fn member(staff_id: &str, name: &str) -> CrewMember {
    CrewMember { staff_id: staff_id.into(), name: name.into(), card: CrewCard { key: KeyId::NONE, serial: Vec::new() } }
}

const STAFF: [(&str, u8); 3] = [("S0001", 1), ("S0002", 2), ("S0003", 3)];

/// Two are chosen and a whole code stands there.
pub(crate) fn typed(code: &str) -> Tablet {
    let mut tablet = Tablet::started();
    tablet.send(Event::StoreChanged(with_codes(&STAFF)));
    tablet.touch(Touch::OpenFallback);
    tablet.touch(Touch::PickStaff(0));
    tablet.touch(Touch::PickStaff(2));
    type_code(&mut tablet, code);
    tablet
}

fn type_code(tablet: &mut Tablet, code: &str) {
    code.bytes().for_each(|digit| tablet.touch(Touch::Digit(digit - b'0')));
}

fn view(tablet: &Tablet) -> Fallback {
    let Screen::Fallback(view) = tablet.screen() else { panic!("{}", tablet.screen_name()) };
    view
}

fn sentence(tablet: &Tablet) -> String {
    let notice = match tablet.screen() {
        Screen::Fallback(view) => view.notice,
        Screen::Locked(view) => view.notice,
        _ => tablet.notice(),
    };
    notice.map(|notice| notice.sentence).unwrap_or_default()
}

fn submit(tablet: &mut Tablet, outcome: FallbackOutcome) {
    tablet.touch(Touch::SubmitPin);
    let Some(Effect::StartFallback(attempt, ..)) = tablet.effects.pop() else { panic!("no code is tried") };
    tablet.send(Event::FallbackAnswered(attempt, outcome));
}

pub(crate) fn started() -> Tablet {
    let mut tablet = typed(CODE);
    let crew = vec![member("S0001", "佐藤"), member("S0003", "鈴木")];
    submit(&mut tablet, FallbackOutcome::Started { crew, code: [5; 8] });
    tablet
}

#[test]
fn two_names_and_a_code_start_a_shift_that_says_how_long_it_lasts() {
    let tablet = started();
    assert_eq!((tablet.screen_name(), tablet.session.view().bar.crew.as_str()), ("standby", "佐藤・鈴木"));
    let crew = ["S0001".to_owned(), "S0003".to_owned()];
    let row = tablet.effects.iter().find_map(|effect| match effect {
        Effect::Audit(_, AuditKind::FallbackStarted { code }, crew) => Some((*code, crew.clone())),
        _ => None,
    });
    assert_eq!(row, Some(([5; 8], crew.to_vec())));
    let Screen::Standby(standby) = tablet.screen() else { panic!("standby") };
    let line = standby.lines.iter().find(|line| line.label == "勤務").expect("a line");
    assert_eq!((line.value.as_str(), line.mark), ("職員カードなし あと12時間", Mark::Caution));
    assert!(!standby.can_add_crew);
}

#[test]
fn the_way_without_a_card_is_offered_only_where_there_are_codes() {
    let offered = |tablet: &Tablet| matches!(tablet.screen(), Screen::SignIn(view) if view.can_fallback);
    let mut tablet = Tablet::started();
    assert!(!offered(&tablet));
    tablet.touch(Touch::OpenFallback);
    assert_eq!(tablet.screen_name(), "sign-in");
    tablet.send(Event::StoreChanged(with_codes(&STAFF)));
    assert!(offered(&tablet));
}

#[test]
fn names_come_in_pages_and_at_most_two_are_chosen() {
    let many: Vec<(String, u8)> = (1..=19).map(|n| (format!("S{n:04}"), n)).collect();
    let many: Vec<(&str, u8)> = many.iter().map(|(staff_id, card)| (staff_id.as_str(), *card)).collect();
    let mut tablet = Tablet::started();
    tablet.send(Event::StoreChanged(with_codes(&many)));
    tablet.touch(Touch::OpenFallback);
    assert_eq!((view(&tablet).staff.len(), view(&tablet).page.as_str()), (8, "1/3"));
    (0..9).for_each(|_| tablet.touch(Touch::TurnStaff(1)));
    let last = view(&tablet);
    assert_eq!((last.staff[0].index, last.staff[2].name.as_str(), last.page.as_str()), (16, "佐藤 S0019", "3/3"));
    [16, 17, 18].into_iter().for_each(|index| tablet.touch(Touch::PickStaff(index)));
    let chosen = |tablet: &Tablet| view(tablet).staff.iter().map(|choice| choice.chosen).collect::<Vec<_>>();
    assert_eq!(chosen(&tablet), [true, true, false]);
    tablet.touch(Touch::PickStaff(16));
    tablet.touch(Touch::PickStaff(18));
    assert_eq!(chosen(&tablet), [false, true, true]);
}

#[test]
fn a_misheard_digit_is_told_and_spends_no_try() {
    let mut tablet = typed("0000079927398714");
    assert_eq!(view(&tablet).code.as_str(), "0000 0799 2739 8714");
    tablet.effects.clear();
    for _ in 0..9 {
        tablet.touch(Touch::SubmitPin);
    }
    assert!(tablet.effects.is_empty(), "nothing was tried and nothing written");
    assert!(sentence(&tablet).contains("打ち間違い"));
    tablet.touch(Touch::EraseDigit);
    assert_eq!(view(&tablet).code.as_str(), "0000 0799 2739 871_");
    tablet.touch(Touch::Digit(3));
    tablet.touch(Touch::SubmitPin);
    assert!(matches!(tablet.effects.as_slice(), [Effect::StartFallback(..)]));
}

#[test]
fn five_wrong_codes_are_a_pause_of_fifteen_minutes_that_leaving_does_not_shorten() {
    let wrong = || FallbackOutcome::Refused(FallbackRefusal::WrongCode);
    let mut tablet = typed(CODE);
    for left in [4, 3, 2, 1] {
        submit(&mut tablet, wrong());
        assert!(sentence(&tablet).contains(&format!("残り{left}回")), "{}", sentence(&tablet));
        type_code(&mut tablet, CODE);
    }
    submit(&mut tablet, wrong());
    assert!(sentence(&tablet).contains("あと15分"));
    tablet.touch(Touch::Cancel);
    tablet.touch(Touch::OpenFallback);
    tablet.touch(Touch::PickStaff(0));
    tablet.touch(Touch::PickStaff(1));
    type_code(&mut tablet, CODE);
    tablet.wait(2 * 60_000);
    tablet.effects.clear();
    tablet.touch(Touch::SubmitPin);
    assert!(tablet.effects.is_empty() && sentence(&tablet).contains("あと13分"), "{}", sentence(&tablet));
    tablet.wait(13 * 60_000);
    assert_eq!(tablet.screen_name(), "sign-in", "nobody touched: what was typed is wiped");
    tablet.touch(Touch::Wake);
    tablet.touch(Touch::OpenFallback);
    tablet.touch(Touch::PickStaff(0));
    tablet.touch(Touch::PickStaff(1));
    type_code(&mut tablet, CODE);
    tablet.touch(Touch::SubmitPin);
    assert!(matches!(tablet.effects.last(), Some(Effect::StartFallback(..))));
}

#[test]
fn every_refusal_has_its_own_sentence_and_row() {
    let mut seen = Vec::new();
    for reason in
        [FallbackRefusal::WrongCode, FallbackRefusal::Used, FallbackRefusal::NoCodes, FallbackRefusal::NotOnRoster]
    {
        let mut tablet = typed(CODE);
        submit(&mut tablet, FallbackOutcome::Refused(reason));
        assert!(!seen.contains(&sentence(&tablet)), "{}", sentence(&tablet));
        seen.push(sentence(&tablet));
        assert_eq!(tablet.audit().last(), Some(&&AuditKind::FallbackRefused { reason }));
        assert!(tablet.session.view().bar.crew.is_empty());
    }
    let mut tablet = typed(CODE);
    submit(&mut tablet, FallbackOutcome::Store(StoreTrouble::Full));
    assert!(sentence(&tablet).contains("使用済みにできない"));
}

#[test]
fn after_twelve_hours_the_keys_go_and_an_open_case_stays_until_it_is_closed() {
    use crate::tablet::patient;
    use kakari_session::CardOutcome;
    use kakari_session::touch::Basis;
    let mut tablet = started();
    tablet.wait(5 * HOUR);
    reopen(&mut tablet);
    tablet.lay_patient_card(CardOutcome::Opened(patient(1)));
    tablet.write_audit();
    tablet.touch(Touch::Confirm(Basis::Emergency));
    tablet.write_audit();
    tablet.effects.clear();
    tablet.wait(7 * HOUR);
    assert_eq!(tablet.effects, [Effect::ForgetKeys]);
    assert_eq!(tablet.screen_name(), "summary");
    tablet.lay_patient_card(CardOutcome::Opened(patient(2)));
    assert!(!format!("{:?}", tablet.session).contains("P2"), "nothing more opens");
    tablet.touch(Touch::CloseCase);
    tablet.wait(1_000);
    assert_eq!(
        (tablet.screen_name(), sentence(&tablet).as_str()),
        ("sign-in", "責任者の番号で始めた勤務の12時間が終わりました")
    );
    assert!(tablet.audit().contains(&&AuditKind::SignedOut));
}

/// It locked by itself; the code opens it again.
fn reopen(tablet: &mut Tablet) {
    assert_eq!(tablet.screen_name(), "locked");
    tablet.touch(Touch::Wake);
    let Screen::Locked(view) = tablet.screen() else { panic!("locked") };
    assert_eq!(view.prompt, "勤務を始めたときの16桁の番号で再開します");
    type_code(tablet, CODE);
    tablet.touch(Touch::SubmitPin);
    let Some(Effect::Reopen(attempt, _)) = tablet.effects.pop() else { panic!("no code is tried") };
    tablet.send(Event::ReopenAnswered(attempt, ReopenOutcome::Reopened { staff_id: "S0001".into() }));
    assert_eq!(tablet.screen_name(), "standby");
}

#[test]
fn a_new_card_for_a_member_who_came_without_one_disturbs_nobody_and_a_removed_member_ends_the_shift() {
    let mut tablet = started();
    tablet.send(Event::StoreChanged(with_codes(&[("S0001", 9), ("S0003", 3)])));
    assert_eq!(tablet.screen_name(), "standby");
    for locked in [false, true] {
        let mut tablet = started();
        if locked {
            tablet.touch(Touch::Lock);
        }
        tablet.effects.clear();
        tablet.send(Event::StoreChanged(with_codes(&[("S0001", 1)])));
        assert_eq!(tablet.screen_name(), "sign-in");
        assert_eq!(tablet.audit()[0], &AuditKind::CrewRemoved { staff_id: "S0003".into() });
        assert!(tablet.effects.contains(&Effect::ForgetKeys));
    }
}

#[test]
fn a_code_that_is_answered_when_nobody_waits_leaves_no_keys_and_its_row() {
    let mut tablet = typed(CODE);
    tablet.touch(Touch::SubmitPin);
    let Some(Effect::StartFallback(attempt, ..)) = tablet.effects.pop() else { panic!("no code is tried") };
    tablet.send(Event::Wiped(kakari_session::WipeStage::Done));
    tablet.effects.clear();
    let crew = vec![member("S0001", "佐藤"), member("S0003", "鈴木")];
    tablet.send(Event::FallbackAnswered(attempt, FallbackOutcome::Started { crew, code: [5; 8] }));
    assert!(tablet.effects.contains(&Effect::ForgetKeys) && tablet.session.view().bar.crew.is_empty());
    assert!(tablet.audit().contains(&&AuditKind::FallbackStarted { code: [5; 8] }));
}
