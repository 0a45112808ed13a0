//! What a card is worth: proved, a number that anybody could copy, or a copy that the card carries.

use chrono::TimeDelta;
use kakari_record::audit::{Access, AuditKind};
use kakari_session::look::Look;
use kakari_session::touch::{Basis, Touch};
use kakari_session::view::{Banner, CardMark, Language, Mark, Screen, StationBody, StationPage};
use kakari_session::{CardCopyFacts, CardOutcome, Event, Neighbour, OpenRecord, OpeningTrouble, Session};

use crate::tablet::{Tablet, moment, patient_words, without_photo};

fn by(n: u8, access: Access) -> OpenRecord {
    OpenRecord { access, ..without_photo(n) }
}

/// Written so many hours ago by another region.
fn copy(n: u8, hours: i64) -> OpenRecord {
    let sealed_at = moment(0).utc - TimeDelta::hours(hours);
    let region = Neighbour { feed: [7; 16], name: "西地域".to_owned() };
    let facts = CardCopyFacts { region: Some(region), sealed_at };
    OpenRecord { access: Access::CardCopy, copy: Some(facts), ..without_photo(n) }
}

fn checking(record: OpenRecord) -> Tablet {
    let mut tablet = Tablet::signed_in();
    tablet.lay_patient_card(CardOutcome::Opened(record));
    tablet.write_audit();
    tablet
}

fn showing(record: OpenRecord) -> Tablet {
    let mut tablet = checking(record);
    tablet.touch(Touch::Confirm(Basis::PatientConsents));
    tablet.write_audit();
    tablet
}

fn banner(tablet: &Tablet) -> Banner {
    match tablet.screen() {
        Screen::Check(view) => view.banner,
        Screen::Summary(view) => view.banner,
        screen => panic!("{}", screen.name()),
    }
}

fn rows(tablet: &Tablet) -> Vec<(&'static str, Access)> {
    let of = |kind: &AuditKind| match kind {
        AuditKind::RecordOpened { access, .. } => Some(("opened", *access)),
        AuditKind::RecordShown { access, .. } => Some(("shown", *access)),
        _ => None,
    };
    tablet.audit().into_iter().filter_map(of).collect()
}

#[test]
fn every_way_to_a_record_is_said_on_check_and_summary_and_stands_in_both_rows() {
    let (genuine, unproven) = ("カード ✓ 真正", "カード未認証");
    for (record, mark, words) in [
        (by(1, Access::Card), CardMark::Genuine, genuine),
        (by(1, Access::MacCard), CardMark::Genuine, genuine),
        (by(1, Access::UnprovenCard), CardMark::Unproven, unproven),
        (copy(1, 2), CardMark::Copy, "カード内の写し"),
    ] {
        let access = record.access;
        let mut tablet = checking(record);
        assert_eq!((banner(&tablet).card.as_str(), banner(&tablet).card_mark), (words, mark));
        tablet.touch(Touch::Confirm(Basis::PatientConsents));
        tablet.write_audit();
        assert!(banner(&tablet).card.starts_with(&format!("{words}・本人同意")) && banner(&tablet).card_mark == mark);
        assert_eq!(rows(&tablet), [("opened", access), ("shown", access)]);
    }
}

#[test]
fn a_card_in_doubt_stays_in_doubt_when_it_is_taken_away_and_says_why_it_matters() {
    let mut tablet = checking(by(1, Access::UnprovenCard));
    let notice = tablet.notice().expect("said");
    assert!(notice.sentence.contains("カード未認証") && notice.next_step.contains("生年月日"), "{notice:?}");
    tablet.send(Event::CardLeft);
    assert_eq!(banner(&tablet).card_mark, CardMark::Unproven);
    let tablet = showing(by(1, Access::UnprovenCard));
    assert_eq!(banner(&tablet).card_mark, CardMark::Unproven);
    assert!(tablet.notice().is_none(), "on the summary the mark says it, and takes no dose its room");
}

#[test]
fn a_copy_says_whose_it_is_how_old_and_that_parts_may_be_missing() {
    let mut tablet = checking(copy(1, 96));
    let notice = tablet.notice().expect("said");
    assert!(notice.sentence.contains("西地域") && notice.sentence.contains("4日前"), "{notice:?}");
    assert!(notice.next_step.contains("この端末の情報ではなく") && notice.next_step.contains("載っていない項目"));
    tablet.touch(Touch::Confirm(Basis::Emergency));
    tablet.write_audit();
    assert!(tablet.notice().expect("said").next_step.contains("載っていない項目"));
    tablet.touch(Touch::Dismiss);
    let after = banner(&tablet);
    assert!(after.card.contains("カード内の写し") && after.information.contains("西地域"), "{after:?}");
    assert!(tablet.session.view().bar.data_age.expect("an age").0.contains("写し 4日前"));
}

#[test]
fn beside_a_copy_the_bar_tells_its_age_and_not_when_the_tablet_was_synced() {
    let mut tablet = showing(by(1, Access::Card));
    let age = |tablet: &Tablet| tablet.session.view().bar.data_age.expect("an age");
    assert!(age(&tablet).0.contains("同期"));
    for (hours, mark) in [(2, Mark::Good), (90 * 24, Mark::Caution), (365 * 24, Mark::Bad), (-2, Mark::Unknown)] {
        tablet = showing(copy(1, hours));
        let (words, seen) = age(&tablet);
        assert!(words.contains("写し") && !words.contains("同期"), "{words}");
        assert_eq!(seen, mark, "{words}");
    }
    tablet.touch(Touch::CloseCase);
    assert!(age(&tablet).0.contains("同期"), "with the case it goes");
}

#[test]
fn a_tablet_whose_clock_is_in_doubt_says_the_least_age_of_a_copy() {
    let mut tablet = showing(copy(1, 48));
    tablet.set_clock(TimeDelta::days(-30));
    let words = tablet.session.view().bar.data_age.expect("an age").0;
    assert!(words.contains("以上前"), "{words}");
}

#[test]
fn another_card_of_the_same_patient_raises_a_case_by_its_row_and_never_lowers_it() {
    // Of the case, of the card laid on; whether a row is written, and what is said once it is durable.
    let table = [
        (Access::Card, Access::UnprovenCard, false, CardMark::Gone),
        (Access::MacCard, Access::UnprovenCard, false, CardMark::Gone),
        (Access::Card, Access::MacCard, false, CardMark::Genuine),
        (Access::UnprovenCard, Access::UnprovenCard, false, CardMark::Unproven),
        (Access::UnprovenCard, Access::Card, true, CardMark::Genuine),
        (Access::UnprovenCard, Access::MacCard, true, CardMark::Genuine),
    ];
    for (of_case, laid, row, mark) in table {
        let mut tablet = showing(by(1, of_case));
        tablet.send(Event::CardLeft);
        let before = (rows(&tablet).len(), banner(&tablet).card_mark);
        tablet.lay_patient_card(CardOutcome::Opened(by(1, laid)));
        assert_eq!(rows(&tablet).len() - before.0, usize::from(row), "{laid:?} on a case by {of_case:?}");
        if row {
            assert_eq!(banner(&tablet).card_mark, before.1, "{laid:?} says something before its row is durable");
        }
        tablet.write_audit();
        assert_eq!(banner(&tablet).card_mark, mark, "{laid:?} on a case by {of_case:?}");
        let Screen::Summary(view) = tablet.screen() else { panic!("no summary") };
        assert!(view.other_card.is_none() && patient_words(&tablet.screen()).contains("P1"));
    }
}

#[test]
fn another_patients_card_in_doubt_is_offered_like_any_other() {
    let mut tablet = showing(by(1, Access::Card));
    tablet.lay_patient_card(CardOutcome::Opened(by(2, Access::UnprovenCard)));
    tablet.write_audit();
    let Screen::Summary(view) = tablet.screen() else { panic!("no summary") };
    assert!(view.other_card.expect("an offer").can_switch);
    tablet.touch(Touch::SwitchPatient);
    assert_eq!((banner(&tablet).card_mark, tablet.screen_name()), (CardMark::Unproven, "check"));
    assert_eq!(rows(&tablet).last(), Some(&("opened", Access::UnprovenCard)));
}

#[test]
fn the_same_person_out_of_another_source_is_a_case_of_its_own() {
    for (first, second, words) in
        [(copy(1, 2), by(1, Access::Card), "この端末の情報"), (by(1, Access::Card), copy(1, 2), "カード内の写し")]
    {
        let mut tablet = showing(first);
        let mark = banner(&tablet).card_mark;
        tablet.lay_patient_card(CardOutcome::Opened(second));
        tablet.write_audit();
        let Screen::Summary(view) = tablet.screen() else { panic!("no summary") };
        let offer = view.other_card.expect("an offer");
        assert!(offer.can_switch && offer.words.contains(words), "{}", offer.words);
        assert_eq!(view.banner.card_mark, mark, "nothing is mixed");
        tablet.touch(Touch::SwitchPatient);
        assert_eq!(tablet.screen_name(), "check");
        assert_ne!(banner(&tablet).card_mark, mark);
    }
}

#[test]
fn a_card_in_doubt_takes_over_a_found_case_by_its_own_row_and_not_before() {
    let mut tablet = crate::search::showing(1);
    assert!(banner(&tablet).card.contains("緊急閲覧"));
    tablet.lay_patient_card(CardOutcome::Opened(by(1, Access::UnprovenCard)));
    assert!(banner(&tablet).card.contains("緊急閲覧"), "before its row is durable");
    let started = |tablet: &Tablet| {
        let of = |kind: &&&AuditKind| {
            matches!(kind, AuditKind::BreakGlassEnded { .. } | AuditKind::BreakGlassExtended { .. })
        };
        tablet.audit().iter().filter(of).count()
    };
    tablet.write_audit();
    assert_eq!(banner(&tablet).card_mark, CardMark::Unproven);
    assert_eq!(started(&tablet), 0, "the break-glass goes on as it was");
    assert_eq!(rows(&tablet).last(), Some(&("opened", Access::UnprovenCard)));
}

#[test]
fn a_number_of_two_people_opens_nobody_and_says_so() {
    let mut tablet = Tablet::signed_in();
    tablet.lay_patient_card(CardOutcome::NotOpened(OpeningTrouble::Several));
    assert_eq!(tablet.screen_name(), "standby");
    assert!(tablet.notice().expect("said").sentence.contains("2人以上"));
}

#[test]
fn the_list_of_cases_tells_each_way() {
    for (record, words) in [
        (by(1, Access::UnprovenCard), "カード未認証"),
        (copy(1, 2), "カード内の写し"),
        (by(1, Access::MacCard), "カード"),
    ] {
        let mut tablet = showing(record);
        tablet.touch(Touch::CloseCase);
        assert_eq!(last_case(&mut tablet), format!("{words}・本人同意"));
    }
}

fn last_case(tablet: &mut Tablet) -> String {
    tablet.touch(Touch::OpenStation(StationPage::Cases));
    match tablet.body() {
        StationBody::Cases(view) => view.rows[0].way.clone(),
        _ => panic!("no cases"),
    }
}

#[test]
fn in_english_too() {
    let mut tablet = Tablet::signed_in();
    let session = std::mem::replace(&mut tablet.session, Session::new(""));
    tablet.session = session.with_look(Look { language: Language::English, ..Look::default() });
    tablet.lay_patient_card(CardOutcome::Opened(copy(1, 2)));
    tablet.write_audit();
    assert_eq!(banner(&tablet).card, "Card copy");
    assert!(tablet.notice().expect("said").sentence.contains("by 西地域"));
}

/// The same copy, written by the region of this feed.
fn of_feed(feed: u8) -> OpenRecord {
    let record = copy(1, 2);
    let sealed_at = record.copy.as_ref().expect("a copy").sealed_at;
    let region = Neighbour { feed: [feed; 16], name: "西地域".to_owned() };
    OpenRecord { copy: Some(CardCopyFacts { region: Some(region), sealed_at }), ..record }
}

#[test]
fn the_rows_of_a_neighbours_record_name_its_feed_and_those_of_an_own_one_none() {
    let feeds = |record| -> Vec<Option<[u8; 16]>> {
        let of = |kind: &AuditKind| match kind {
            AuditKind::RecordOpened { neighbour, .. } | AuditKind::RecordShown { neighbour, .. } => Some(*neighbour),
            _ => None,
        };
        showing(record).audit().into_iter().filter_map(of).collect()
    };
    assert_eq!(feeds(copy(1, 2)), [Some([7; 16]); 2]);
    let mut own = copy(1, 2);
    own.copy.as_mut().expect("a copy").region = None;
    assert_eq!(feeds(own), [None; 2]);
    assert_eq!(feeds(by(1, Access::UnprovenCard)), [None; 2]);
}

#[test]
fn the_same_number_of_a_record_in_another_region_is_another_record() {
    let mut tablet = showing(of_feed(7));
    tablet.lay_patient_card(CardOutcome::Opened(of_feed(7)));
    let offered = |tablet: &Tablet| match tablet.screen() {
        Screen::Summary(view) => view.other_card.is_some(),
        screen => panic!("{}", screen.name()),
    };
    assert!(!offered(&tablet), "it is simply back");
    tablet.lay_patient_card(CardOutcome::Opened(of_feed(8)));
    tablet.write_audit();
    assert!(offered(&tablet));
    tablet.touch(Touch::SwitchPatient);
    assert_eq!(tablet.screen_name(), "check");
}

/// What is read aloud at once after who it is, what the codes begin with, and what a tablet without a glass prints first.
fn opening(tablet: &mut Tablet) -> [String; 3] {
    let plain = tablet.session.shown_plainly().expect("a case").swap_remove(0);
    tablet.touch(Touch::OpenHandover);
    tablet.touch(Touch::ShowCodes);
    tablet.write_audit();
    let Screen::Handover(view) = tablet.screen() else { panic!("no hand-over") };
    let code = view.code.expect("codes").text;
    [view.script[1].clone(), code.lines().nth(1).unwrap_or_default().to_owned(), plain]
}

#[test]
fn a_hospital_is_told_in_the_opening_that_a_card_proved_nothing_or_that_it_was_a_copy() {
    for words in opening(&mut showing(by(1, Access::UnprovenCard))) {
        assert!(words.contains("未認証") && words.contains("本人確認は氏名"), "{words}");
    }
    for words in opening(&mut showing(copy(1, 96))) {
        assert!(words.contains("西地域") && words.contains("写し") && words.contains("載っていない項目"), "{words}");
    }
    for words in opening(&mut showing(by(1, Access::MacCard))) {
        assert!(!words.contains("未認証") && !words.contains("写し"), "{words}");
    }
}

#[test]
fn a_card_that_proves_itself_later_takes_the_doubt_out_of_the_hand_over_and_its_codes_away() {
    let mut tablet = showing(by(1, Access::UnprovenCard));
    opening(&mut tablet);
    tablet.lay_patient_card(CardOutcome::Opened(by(1, Access::Card)));
    tablet.write_audit();
    let Screen::Handover(view) = tablet.screen() else { panic!("no hand-over") };
    assert!(view.code.is_none(), "they said that the card had proved nothing");
    assert!(!view.script.join("").contains("未認証"), "{:?}", view.script);
}
