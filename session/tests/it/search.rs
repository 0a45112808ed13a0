//! Break-glass and the search without a card.

use kakari_record::audit::{Access, AuditKind, BreakGlassEnd, BreakGlassReason, CardRefusal, Closing, LimitStage};
use kakari_record::model::{Consent, Sex};
use kakari_record::seal::{DirectoryEntry, RecordId};
use kakari_session::touch::{Basis, Field, Touch};
use kakari_session::view::{CardMark, Pad, Screen, Search};
use kakari_session::{
    Attempt, Candidate, CardOutcome, Effect, Event, FoundPeople, SearchOutcome, SearchTally, StoreFacts, StoreTrouble,
};

use crate::tablet::{Tablet, audit_attempt, facts, patient, patient_words};

const MINUTE: u64 = 60_000;

/// Somebody whom a search can name; every word carries the mark `C{n}`.
pub(crate) fn candidate(n: u8) -> Candidate {
    let entry = DirectoryEntry {
        name: format!("C{n}山田"),
        kana: format!("C{n}ヤマダ"),
        birth_date: "1940-03-05".parse().ok(),
        sex: Sex::Female,
        town: format!("C{n}北町"),
        clinic: format!("C{n}医院"),
    };
    Candidate { record: RecordId::from_bytes([n; 16]), entry }
}

pub(crate) fn found(people: &[&[u8]]) -> SearchOutcome {
    let household = |people: &&[u8]| people.iter().map(|n| candidate(*n)).collect();
    let households = people.iter().map(household).collect();
    SearchOutcome::Found(Box::new(FoundPeople { households, terms: [7; 16], unsearchable: 3, similar_left_out: false }))
}

fn search_attempt(tablet: &Tablet) -> Option<Attempt> {
    tablet.effects.iter().rev().find_map(|effect| match effect {
        Effect::Search(attempt, _) => Some(*attempt),
        _ => None,
    })
}

fn open_attempt(tablet: &Tablet) -> Option<Attempt> {
    tablet.effects.iter().rev().find_map(|effect| match effect {
        Effect::OpenFound(attempt, _) => Some(*attempt),
        _ => None,
    })
}

pub(crate) fn searching() -> Tablet {
    let mut tablet = Tablet::signed_in();
    tablet.write_audit();
    tablet.touch(Touch::NoCard);
    tablet.touch(Touch::BreakGlass(BreakGlassReason::Unconscious));
    tablet.write_audit();
    assert_eq!(tablet.screen_name(), "search");
    tablet
}

pub(crate) fn type_name(tablet: &mut Tablet, rows: &str) {
    tablet.touch(Touch::SearchField(Field::NameRows));
    rows.chars().for_each(|row| tablet.touch(Touch::Kana(row)));
}

pub(crate) fn type_digits(tablet: &mut Tablet, digits: &str) {
    digits.bytes().for_each(|digit| tablet.touch(Touch::Digit(digit - b'0')));
}

/// Answers the last search; its row is not durable yet.
pub(crate) fn answer(tablet: &mut Tablet, outcome: SearchOutcome) {
    let attempt = search_attempt(tablet).expect("a search");
    tablet.send(Event::Searched(attempt, outcome));
}

pub(crate) fn listing(people: &[&[u8]]) -> Tablet {
    let mut tablet = searching();
    type_name(&mut tablet, "ヤマタハナ");
    answer(&mut tablet, found(people));
    tablet.write_audit();
    tablet
}

fn list(tablet: &Tablet) -> Search {
    let Screen::Search(search) = tablet.screen() else { panic!("no search on the glass") };
    *search
}

fn names(tablet: &Tablet) -> Vec<String> {
    match tablet.screen() {
        Screen::Search(search) => {
            let people = search.households.into_iter().flat_map(|household| household.people);
            people.map(|person| person.name).collect()
        }
        _ => Vec::new(),
    }
}

/// Chosen, the right year typed, the record open; its row is not durable yet.
fn opening(n: u8) -> Tablet {
    let mut tablet = listing(&[&[n]]);
    tablet.touch(Touch::Choose(0));
    type_digits(&mut tablet, "1940");
    tablet.touch(Touch::SubmitPin);
    let attempt = open_attempt(&tablet).expect("opened");
    tablet.send(Event::FoundOpened(attempt, Box::new(CardOutcome::Opened(patient(n)))));
    tablet
}

/// The summary of `n`, found by search.
pub(crate) fn showing(n: u8) -> Tablet {
    let mut tablet = opening(n);
    tablet.write_audit();
    tablet.touch(Touch::Confirm(Basis::Emergency));
    tablet.write_audit();
    assert_eq!(tablet.screen_name(), "summary");
    tablet
}

fn sentence(tablet: &Tablet) -> String {
    let notice = match tablet.screen() {
        Screen::Search(view) => view.notice,
        Screen::BirthYear(view) => view.notice,
        Screen::Reason(view) => view.notice,
        _ => tablet.notice(),
    };
    notice.map(|notice| notice.sentence).unwrap_or_default()
}

fn ended(tablet: &Tablet) -> Vec<BreakGlassEnd> {
    let ends = tablet.audit().into_iter().filter_map(|kind| match kind {
        AuditKind::BreakGlassEnded { reason } => Some(*reason),
        _ => None,
    });
    ends.collect()
}

/// Nothing of anybody is held any more: neither who was named nor what was typed.
fn holds_nobody(tablet: &Tablet) -> bool {
    let held = format!("{:?}", tablet.session);
    !["Candidate(", "Typed([redacted])", "Terms(", "OpenRecord", "Face("].iter().any(|mark| held.contains(mark))
}

#[test]
fn nothing_can_be_searched_before_the_reason_is_written_down() {
    let mut tablet = Tablet::signed_in();
    let Screen::Standby(standby) = tablet.screen() else { panic!("no standby") };
    assert!(standby.can_search);
    tablet.touch(Touch::NoCard);
    let Screen::Reason(reasons) = tablet.screen() else { panic!("no reasons") };
    assert_eq!(reasons.reasons.len(), 6);
    tablet.touch(Touch::BreakGlass(BreakGlassReason::CardiacArrest));
    assert_eq!(tablet.screen_name(), "reason", "not before its row is durable");
    assert_eq!(tablet.session.view().bar.break_glass, None);
    tablet.write_audit();
    assert_eq!(tablet.screen_name(), "search");
    assert_eq!(tablet.session.view().bar.break_glass.as_deref(), Some("緊急閲覧 30:00 — 心肺停止"));
    assert!(tablet.effects.contains(&Effect::PrepareSearch));
}

#[test]
fn nobody_without_a_crew_can_search() {
    let mut tablet = Tablet::started();
    tablet.touch(Touch::NoCard);
    tablet.touch(Touch::BreakGlass(BreakGlassReason::Other));
    assert_eq!(tablet.screen_name(), "sign-in");
    assert!(ended(&tablet).is_empty() && !tablet.effects.contains(&Effect::PrepareSearch));
}

#[test]
fn a_reason_that_cannot_be_written_down_begins_nothing() {
    let mut tablet = Tablet::signed_in();
    tablet.touch(Touch::NoCard);
    tablet.touch(Touch::BreakGlass(BreakGlassReason::Other));
    let attempt = tablet.effects.iter().rev().find_map(audit_attempt).expect("a row");
    tablet.send(Event::AuditFailed(attempt, StoreTrouble::Refused));
    assert_eq!(tablet.screen_name(), "reason");
    assert!(sentence(&tablet).contains("閲覧の記録を残せない"));
    tablet.send(Event::AuditWritten(attempt));
    assert_eq!(tablet.screen_name(), "reason", "what failed does not begin later");
}

#[test]
fn the_search_is_live_and_asks_once_enough_is_said_and_only_when_it_changed() {
    let mut tablet = searching();
    type_name(&mut tablet, "ヤマタハ");
    assert_eq!(search_attempt(&tablet), None, "four kana alone are not enough");
    assert_eq!(list(&tablet).heading, "条件を足してください");
    tablet.touch(Touch::SearchSex(Some(Sex::Female)));
    let first = search_attempt(&tablet).expect("three kana and the sex are");
    tablet.touch(Touch::SearchField(Field::Phone));
    type_digits(&mut tablet, "09012");
    assert_eq!(search_attempt(&tablet), Some(first), "half a phone number says nothing yet");
    type_digits(&mut tablet, "345678");
    assert_ne!(search_attempt(&tablet), Some(first));
}

#[test]
fn nobody_is_named_before_the_row_of_the_search_is_durable() {
    let mut tablet = searching();
    type_name(&mut tablet, "ヤマタハナ");
    answer(&mut tablet, found(&[&[1], &[2, 3]]));
    assert!(names(&tablet).is_empty());
    assert_eq!(list(&tablet).heading, "探しています");
    tablet.write_audit();
    assert_eq!(names(&tablet), ["C1山田", "C2山田", "C3山田"]);
    let view = list(&tablet);
    assert_eq!(view.heading, "候補 3人");
    assert_eq!(view.households[1].title, "同じ世帯 2人");
    assert_eq!(view.households[1].people[1].index, 2);
    let kind = tablet.audit().into_iter().find(|kind| matches!(kind, AuditKind::Searched { .. })).expect("a row");
    let AuditKind::Searched { named, newly, too_many, terms, .. } = kind else { panic!("no search") };
    assert_eq!((*named, *newly, *too_many, *terms), (3, 3, false, [7; 16]));
}

#[test]
fn a_search_that_cannot_be_written_down_names_nobody() {
    let mut tablet = searching();
    type_name(&mut tablet, "ヤマタハナ");
    answer(&mut tablet, found(&[&[1]]));
    let attempt = tablet.effects.iter().rev().find_map(audit_attempt).expect("a row");
    tablet.send(Event::AuditFailed(attempt, StoreTrouble::Refused));
    assert!(names(&tablet).is_empty() && sentence(&tablet).contains("閲覧の記録を残せない"));
    assert!(!format!("{:?}", tablet.session).contains("Candidate("));
}

#[test]
fn more_than_five_households_or_eight_people_are_nobody_whoever_hands_them_over() {
    for people in [vec![&[1_u8][..]; 6], vec![&[1, 2, 3, 4, 5, 6, 7, 8, 9][..]]] {
        let tablet = listing(&people);
        assert!(names(&tablet).is_empty());
        assert_eq!(list(&tablet).heading, "6人以上");
        assert!(tablet.audit().iter().any(|kind| matches!(kind, AuditKind::Searched { named: 0, too_many: true, .. })));
    }
}

#[test]
fn a_late_answer_to_other_terms_paints_nothing() {
    let mut tablet = searching();
    type_name(&mut tablet, "ヤマタハナ");
    let first = search_attempt(&tablet).expect("a search");
    tablet.touch(Touch::Kana('カ'));
    tablet.send(Event::Searched(first, found(&[&[1]])));
    tablet.write_audit();
    assert!(names(&tablet).is_empty() && !format!("{:?}", tablet.session).contains("Candidate("));
    answer(&mut tablet, found(&[&[2]]));
    tablet.write_audit();
    assert_eq!(names(&tablet), ["C2山田"]);
    tablet.touch(Touch::EraseKana);
    assert!(names(&tablet).is_empty(), "whoever was named for other terms goes with them");
}

#[test]
fn an_empty_answer_says_what_it_does_not_mean() {
    let tablet = listing(&[]);
    let view = list(&tablet);
    assert_eq!(view.heading, "見つかりません");
    for word in ["「病気・アレルギーなし」ではありません", "3人", "12分前"] {
        assert!(view.hint.contains(word), "{word} in {}", view.hint);
    }
}

#[test]
fn a_date_that_cannot_be_is_not_searched_as_if_it_had_not_been_typed() {
    let mut tablet = listing(&[&[1]]);
    let before = search_attempt(&tablet);
    tablet.touch(Touch::SearchField(Field::BirthDate));
    type_digits(&mut tablet, "19401340");
    assert_eq!(list(&tablet).heading, "生年月日を確かめてください");
    assert!(names(&tablet).is_empty());
    let asked: Vec<_> = tablet.effects.iter().filter(|effect| matches!(effect, Effect::Search(..))).collect();
    assert_ne!(search_attempt(&tablet), before, "its year alone was asked by on the way");
    assert_eq!(asked.len(), 2, "and neither the month 13 nor the day 40");
}

#[test]
fn each_field_has_its_keys_and_shows_what_was_typed() {
    let mut tablet = searching();
    assert_eq!(list(&tablet).pad, Pad::Rows);
    for (field, pad, typed, shown) in [
        (Field::Age, Pad::Digits, "85", "85 ±5"),
        (Field::BirthDate, Pad::Digits, "194003", "1940年03月"),
        (Field::Phone, Pad::Digits, "0123", "0123"),
        (Field::Number, Pad::Digits, "12345", "1234 5"),
        (Field::Address, Pad::Address, "12", "12"),
    ] {
        tablet.touch(Touch::SearchField(field));
        type_digits(&mut tablet, typed);
        let view = list(&tablet);
        assert_eq!(view.pad, pad);
        let field = view.fields.iter().find(|each| each.field == Some(field)).expect("the field");
        assert!(field.chosen && field.value == shown, "{}", field.value);
    }
    tablet.touch(Touch::SearchField(Field::NameKana));
    "ヤマダ".chars().for_each(|kana| tablet.touch(Touch::Kana(kana)));
    assert_eq!(list(&tablet).fields[0].value, "ヤ マ ダ");
    tablet.touch(Touch::SearchField(Field::NameRows));
    assert_eq!(list(&tablet).fields[0].value, "ヤ マ タ", "kana go on as their rows");
    tablet.touch(Touch::ClearSearch);
    assert!(list(&tablet).fields.iter().all(|field| field.value.is_empty()));
}

#[test]
fn choosing_asks_for_the_birth_year_and_shows_no_birth_date_and_no_age() {
    let mut tablet = listing(&[&[1], &[2]]);
    tablet.touch(Touch::Choose(1));
    let Screen::BirthYear(view) = tablet.screen() else { panic!("no birth year") };
    assert_eq!((view.candidate.name.as_str(), view.candidate.birth_date.as_str()), ("C2山田", ""));
    assert_eq!((view.candidate.sex_age.as_str(), view.digits.as_str(), view.can_submit), ("女性", "____", false));
    type_digits(&mut tablet, "1940");
    tablet.touch(Touch::SubmitPin);
    assert!(tablet.effects.contains(&Effect::OpenFound(open_attempt(&tablet).expect("asked"), candidate(2).record)));
}

#[test]
fn a_candidate_without_a_birth_date_goes_straight_to_the_identity_check() {
    let mut tablet = searching();
    type_name(&mut tablet, "ヤマタハナ");
    let mut who = candidate(1);
    who.entry.birth_date = None;
    let people = FoundPeople { households: vec![vec![who]], terms: [7; 16], unsearchable: 0, similar_left_out: false };
    answer(&mut tablet, SearchOutcome::Found(Box::new(people)));
    tablet.write_audit();
    tablet.touch(Touch::Choose(0));
    let mut record = patient(1);
    record.summary.identity.birth_date = None;
    let attempt = open_attempt(&tablet).expect("opened at once");
    tablet.send(Event::FoundOpened(attempt, Box::new(CardOutcome::Opened(record))));
    tablet.write_audit();
    let Screen::Check(check) = tablet.screen() else { panic!("no check") };
    assert_eq!(check.banner.birth_date, "生年月日 未記録");
}

#[test]
fn a_wrong_birth_year_is_written_down_before_it_is_told_and_the_third_ends_the_search() {
    let mut tablet = listing(&[&[1]]);
    tablet.touch(Touch::Choose(0));
    for left in [2, 1] {
        type_digits(&mut tablet, "1941");
        tablet.touch(Touch::SubmitPin);
        type_digits(&mut tablet, "1940");
        tablet.touch(Touch::SubmitPin);
        assert_eq!(open_attempt(&tablet), None, "no next try before the row of the last");
        assert_eq!(sentence(&tablet), "");
        tablet.write_audit();
        assert!(sentence(&tablet).contains(&format!("残り{left}回")));
        tablet.touch(Touch::Cancel);
        answer(&mut tablet, found(&[&[1]]));
        tablet.write_audit();
        tablet.touch(Touch::Choose(0));
    }
    type_digits(&mut tablet, "1939");
    tablet.touch(Touch::SubmitPin);
    tablet.write_audit();
    assert_eq!(tablet.screen_name(), "reason");
    assert!(sentence(&tablet).contains("3回違った"));
    assert_eq!(ended(&tablet), [BreakGlassEnd::Limit]);
    assert!(holds_nobody(&tablet) && tablet.effects.contains(&Effect::ForgetSearch));
    assert_eq!(tablet.audit().iter().filter(|kind| matches!(kind, AuditKind::BirthYearWrong { .. })).count(), 3);
}

#[test]
fn a_found_record_is_shown_only_after_its_rows_and_says_that_there_is_no_card() {
    let mut tablet = opening(1);
    assert_eq!(tablet.screen_name(), "birth-year");
    tablet.write_audit();
    let Screen::Check(check) = tablet.screen() else { panic!("no check") };
    assert_eq!(check.banner.card, "カードなし・緊急閲覧(意識障害)");
    assert_eq!(check.banner.card_mark, CardMark::Gone);
    tablet.wait(2_000);
    tablet.touch(Touch::Confirm(Basis::Emergency));
    assert_eq!(tablet.screen_name(), "check");
    tablet.write_audit();
    let Screen::Summary(summary) = tablet.screen() else { panic!("no summary") };
    assert!(summary.banner.card.starts_with("カードなし・緊急閲覧(意識障害)・意識なし・緊急"));
    let took: Vec<_> = tablet
        .audit()
        .into_iter()
        .filter_map(|kind| match kind {
            AuditKind::RecordOpened { access: Access::Search, took_ms, .. }
            | AuditKind::RecordShown { access: Access::Search, took_ms, .. } => Some(*took_ms),
            _ => None,
        })
        .collect();
    assert_eq!(took, [Some(0), Some(2_000)]);
}

#[test]
fn the_time_from_the_card_seen_is_written_down_too() {
    let mut tablet = Tablet::signed_in();
    tablet.send(Event::CardArrived);
    let attempt = tablet.card_attempt();
    tablet.wait(300);
    tablet.send(Event::PatientCardRead(attempt, Box::new(CardOutcome::Opened(patient(1)))));
    let opened = tablet.audit().into_iter().next_back();
    assert!(matches!(opened, Some(AuditKind::RecordOpened { access: Access::Card, took_ms: Some(300), .. })));
}

#[test]
fn withdrawn_consent_and_a_record_that_went_show_nothing_of_it() {
    for (outcome, words, reason) in [
        ({ Some(()) }, "同意が取り消されています", CardRefusal::ConsentWithdrawn),
        (None, "端末からなくなりました", CardRefusal::NothingStored),
    ] {
        let mut tablet = listing(&[&[1]]);
        tablet.touch(Touch::Choose(0));
        type_digits(&mut tablet, "1940");
        tablet.touch(Touch::SubmitPin);
        let outcome = match outcome {
            Some(()) => {
                let mut record = patient(1);
                record.summary.consent = Consent::Withdrawn { on: None };
                CardOutcome::Opened(record)
            }
            None => CardOutcome::NothingStored,
        };
        let attempt = open_attempt(&tablet).expect("asked");
        tablet.send(Event::FoundOpened(attempt, Box::new(outcome)));
        tablet.write_audit();
        assert_eq!(tablet.screen_name(), "search");
        assert!(sentence(&tablet).contains(words) && holds_nobody(&tablet));
        let kinds = tablet.audit();
        assert!(kinds.iter().any(|kind| matches!(kind, AuditKind::FoundRefused { reason: why, .. } if *why == reason)));
    }
}

#[test]
fn another_record_than_the_chosen_one_is_not_shown() {
    let mut tablet = listing(&[&[1]]);
    tablet.touch(Touch::Choose(0));
    type_digits(&mut tablet, "1940");
    tablet.touch(Touch::SubmitPin);
    let attempt = open_attempt(&tablet).expect("asked");
    tablet.send(Event::FoundOpened(attempt, Box::new(CardOutcome::Opened(patient(2)))));
    tablet.write_audit();
    assert_eq!((tablet.screen_name(), patient_words(&tablet.screen()).as_str()), ("search", ""));
}

#[test]
fn somebody_else_on_the_check_leads_back_to_a_fresh_search() {
    let mut tablet = opening(1);
    tablet.write_audit();
    tablet.touch(Touch::NotThisPerson);
    assert_eq!(tablet.screen_name(), "search");
    assert!(holds_nobody(&tablet));
}

#[test]
fn a_patients_card_is_better_than_any_search_and_takes_over_a_found_case() {
    let mut tablet = listing(&[&[1]]);
    tablet.lay_patient_card(CardOutcome::Opened(patient(2)));
    tablet.write_audit();
    assert_eq!(tablet.screen_name(), "check");
    assert!(!format!("{:?}", tablet.session).contains("Candidate("));
    tablet.touch(Touch::NotThisPerson);
    tablet.touch(Touch::NoCard);
    assert_eq!(tablet.screen_name(), "search", "the reason was given");

    let mut tablet = showing(1);
    tablet.lay_patient_card(CardOutcome::Opened(patient(1)));
    tablet.write_audit();
    tablet.wait(31 * MINUTE);
    assert_eq!(tablet.screen_name(), "summary", "its own card is there: it does not end with the break-glass");
    let Screen::Summary(summary) = tablet.screen() else { panic!("no summary") };
    assert!(summary.banner.card.starts_with("カード ✓ 真正"));
    assert_eq!(ended(&tablet), [BreakGlassEnd::Expired]);
}

#[test]
fn thirty_minutes_end_the_search_and_the_case_that_it_led_to() {
    let mut tablet = searching();
    // Somebody is at it, or the tablet would lock.
    (0..29).for_each(|_| {
        tablet.wait(MINUTE);
        tablet.touch(Touch::Dismiss);
    });
    assert_eq!(tablet.screen_name(), "search");
    tablet.wait(MINUTE);
    assert_eq!(tablet.screen_name(), "reason");
    assert_eq!(ended(&tablet), [BreakGlassEnd::Expired]);
    assert!(sentence(&tablet).contains("時間が終わりました"));

    let mut tablet = showing(1);
    tablet.wait(30 * MINUTE);
    assert_eq!(tablet.screen_name(), "standby");
    assert!(sentence(&tablet).contains("時間が終わりました") && holds_nobody(&tablet));
    let closed = |kind: &&&AuditKind| matches!(kind, AuditKind::CaseClosed { reason: Closing::Expired, .. });
    assert_eq!(tablet.audit().iter().filter(closed).count(), 1);
    assert_eq!(ended(&tablet), [BreakGlassEnd::Expired]);
}

#[test]
fn the_last_five_minutes_can_be_thirty_more_and_only_from_their_row_on() {
    let mut tablet = showing(1);
    tablet.wait(24 * MINUTE);
    tablet.touch(Touch::ExtendBreakGlass);
    assert!(!tablet.audit().iter().any(|kind| matches!(kind, AuditKind::BreakGlassExtended { .. })), "too early");
    tablet.wait(2 * MINUTE);
    tablet.touch(Touch::ExtendBreakGlass);
    assert_eq!(tablet.session.view().bar.break_glass.as_deref(), Some("緊急閲覧 04:00 — 意識障害"));
    tablet.write_audit();
    assert_eq!(tablet.session.view().bar.break_glass.as_deref(), Some("緊急閲覧 30:00 — 意識障害"));
    tablet.wait(29 * MINUTE);
    assert_eq!(tablet.screen_name(), "summary");

    let mut tablet = showing(1);
    tablet.wait(29 * MINUTE);
    tablet.touch(Touch::ExtendBreakGlass);
    tablet.wait(MINUTE);
    tablet.write_audit();
    assert_eq!((tablet.screen_name(), tablet.session.view().bar.break_glass), ("standby", None), "a late row is late");
}

#[test]
fn closing_the_case_locking_and_stopping_end_it_and_wipe_what_was_found() {
    for (touch, reason) in [
        (Touch::CloseCase, BreakGlassEnd::CaseClosed),
        (Touch::WasAnotherPerson, BreakGlassEnd::CaseClosed),
        (Touch::Lock, BreakGlassEnd::CaseClosed),
    ] {
        let mut tablet = showing(1);
        tablet.touch(touch);
        assert_eq!(ended(&tablet), [reason]);
        assert!(holds_nobody(&tablet) && tablet.effects.contains(&Effect::ForgetSearch));
    }
    for (touch, reason) in [(Touch::EndBreakGlass, BreakGlassEnd::ByCrew), (Touch::Lock, BreakGlassEnd::Locked)] {
        let mut tablet = listing(&[&[1]]);
        tablet.touch(touch);
        assert_eq!(ended(&tablet), [reason]);
        assert!(holds_nobody(&tablet) && tablet.session.view().bar.break_glass.is_none());
    }
}

fn tallied(people: u32, opened: u32) -> Event {
    Event::StoreChanged(StoreFacts { searched: SearchTally { people, opened }, ..facts() })
}

fn limits(tablet: &Tablet) -> Vec<(LimitStage, u32, u32)> {
    let rows = tablet.audit().into_iter().filter_map(|kind| match kind {
        AuditKind::SearchLimit { stage, people, opened } => Some((*stage, *people, *opened)),
        _ => None,
    });
    rows.collect()
}

#[test]
fn more_people_than_a_shift_needs_are_told_to_the_office_and_then_stopped() {
    let mut tablet = searching();
    tablet.send(tallied(59, 0));
    type_name(&mut tablet, "ヤマタハナ");
    answer(&mut tablet, found(&[&[1], &[2]]));
    tablet.write_audit();
    assert_eq!(limits(&tablet), [(LimitStage::Alerted, 61, 0)]);
    assert_eq!(names(&tablet).len(), 2);
    assert!(sentence(&tablet).contains("事務局に知らせます"));
    tablet.touch(Touch::Kana('ア'));
    answer(&mut tablet, found(&[&[1]]));
    tablet.write_audit();
    assert_eq!(limits(&tablet).len(), 1, "told once, and nobody is counted twice");

    tablet.send(tallied(149, 0));
    tablet.touch(Touch::Kana('ア'));
    answer(&mut tablet, found(&[&[4], &[5]]));
    tablet.write_audit();
    assert_eq!(limits(&tablet)[1..], [(LimitStage::Stopped, 151, 0)]);
    assert_eq!(names(&tablet).len(), 2, "the last list can be used");
    tablet.touch(Touch::Kana('ア'));
    assert_eq!(tablet.screen_name(), "reason");
    assert_eq!(ended(&tablet), [BreakGlassEnd::Limit]);
    tablet.touch(Touch::BreakGlass(BreakGlassReason::Other));
    tablet.write_audit();
    assert_eq!(tablet.screen_name(), "reason");
    assert!(sentence(&tablet).contains("上限に達しました"));
}

#[test]
fn the_row_of_a_limit_has_to_be_durable_before_anybody_is_named() {
    let mut tablet = searching();
    tablet.send(tallied(59, 0));
    type_name(&mut tablet, "ヤマタハナ");
    let before = tablet.effects.len();
    answer(&mut tablet, found(&[&[1]]));
    let rows: Vec<Attempt> = tablet.effects[before..].iter().filter_map(audit_attempt).collect();
    assert_eq!(rows.len(), 2);
    tablet.send(Event::AuditFailed(rows[0], StoreTrouble::Refused));
    tablet.send(Event::AuditWritten(rows[1]));
    assert!(names(&tablet).is_empty());
}

#[test]
fn twenty_five_records_without_a_card_are_the_last() {
    let mut tablet = listing(&[&[1]]);
    tablet.send(tallied(0, 24));
    tablet.touch(Touch::Choose(0));
    type_digits(&mut tablet, "1940");
    tablet.touch(Touch::SubmitPin);
    let attempt = open_attempt(&tablet).expect("opened");
    tablet.send(Event::FoundOpened(attempt, Box::new(CardOutcome::Opened(patient(1)))));
    tablet.write_audit();
    assert_eq!(limits(&tablet), [(LimitStage::Stopped, 0, 25)]);
    assert_eq!(tablet.screen_name(), "check", "this one is shown");
    tablet.touch(Touch::NotThisPerson);
    type_name(&mut tablet, "ヤマタハナ");
    assert_eq!((tablet.screen_name(), ended(&tablet)), ("reason", vec![BreakGlassEnd::Limit]));
}

#[test]
fn a_clock_that_jumps_neither_prolongs_nor_shortens_it() {
    let mut tablet = searching();
    let mut moment = crate::tablet::moment(0);
    for (minutes, year) in (1..30_u64).zip([1970, 2036, 2026].into_iter().cycle()) {
        moment.monotonic_ms = minutes * MINUTE;
        moment.utc = format!("{year}-01-01T00:00:00Z").parse().expect("a time");
        tablet.send(Event::Tick(moment));
        tablet.touch(Touch::Dismiss);
        let left = tablet.session.view().bar.break_glass.expect("still");
        assert!(left.contains(&format!("{:02}:00", 30 - minutes)), "{left}");
    }
    moment.monotonic_ms = 30 * MINUTE;
    tablet.send(Event::Tick(moment));
    assert_eq!(ended(&tablet), [BreakGlassEnd::Expired]);
}
