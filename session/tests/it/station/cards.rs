//! Cards laid on beside a page.

use kakari_session::touch::Touch;
use kakari_session::view::{CheckLine, Mark, StationBody, StationPage};
use kakari_session::{Attempt, CardTrouble, Effect, Event, RosterState, StaffCardOutcome, StoreFacts, WipeStage};

use super::all_well;
use crate::tablet::{Tablet, facts};

fn checking() -> Tablet {
    Tablet::signed_in().on_page(StationPage::Checks, all_well())
}

fn test_line(tablet: &Tablet) -> CheckLine {
    let StationBody::Checks(view) = tablet.body() else { panic!("checks") };
    view.lines[1].clone()
}

fn asked(tablet: &Tablet) -> Attempt {
    tablet
        .asked(|effect| match effect {
            Effect::ReadStaffCard(attempt) => Some(*attempt),
            _ => None,
        })
        .expect("the card is asked")
}

fn lay(tablet: &mut Tablet, outcome: StaffCardOutcome) {
    tablet.send(Event::CardArrived);
    let attempt = asked(tablet);
    tablet.send(Event::StaffCardRead(attempt, outcome));
}

#[test]
fn any_card_tries_the_reader_on_the_page_of_the_check_and_opens_nothing() {
    for (trouble, words) in [
        (CardTrouble::PatientCard, "患者のカードが応答(開いていません)"),
        (CardTrouble::MyNumberCard, "マイナンバーカードが応答"),
        (CardTrouble::DrivingLicence, "運転免許証が応答"),
        (CardTrouble::Revoked, "使用停止のカードが応答"),
    ] {
        let mut tablet = checking();
        assert_eq!(test_line(&tablet).mark, Mark::Unknown);
        tablet.effects.clear();
        lay(&mut tablet, StaffCardOutcome::Refused(trouble));
        let line = test_line(&tablet);
        assert!(line.value.starts_with(words) && line.mark == Mark::Good && line.next_step.is_empty(), "{line:?}");
        assert_eq!(tablet.screen_name(), "checks");
        assert!(!tablet.effects.iter().any(|effect| matches!(effect, Effect::ReadPatientCard(_))));
        assert!(tablet.audit().is_empty(), "a card that tries the reader is no tap");
    }
}

#[test]
fn a_staff_card_on_the_check_signs_nobody_in_and_its_name_is_not_kept() {
    let mut tablet = Tablet::started().on_page(StationPage::Checks, all_well());
    let staff = StaffCardOutcome::Staff { name: "高橋".into(), staff_id: "S0777".into(), tries_left: Some(3) };
    lay(&mut tablet, staff);
    assert!(test_line(&tablet).value.starts_with("職員カードが応答"));
    assert_eq!(tablet.screen_name(), "checks");
    let held = format!("{:?} {:?}", tablet.session, tablet.body());
    assert!(!held.contains("高橋") && !held.contains("S0777"));
}

#[test]
fn a_card_that_does_not_answer_is_said_with_what_to_do() {
    let mut tablet = checking();
    lay(&mut tablet, StaffCardOutcome::Refused(CardTrouble::TornAway));
    assert_eq!(test_line(&tablet).mark, Mark::Bad);
    assert!(!test_line(&tablet).next_step.is_empty());
    tablet.send(Event::CardMute);
    assert_eq!(test_line(&tablet).value, "応答しません");
}

#[test]
fn an_answer_about_an_earlier_card_says_nothing_of_the_next() {
    let mut tablet = checking();
    tablet.send(Event::CardArrived);
    let early = asked(&tablet);
    tablet.send(Event::CardLeft);
    tablet.send(Event::CardArrived);
    tablet.send(Event::StaffCardRead(early, StaffCardOutcome::Refused(CardTrouble::PatientCard)));
    assert_eq!(test_line(&tablet).value, "読んでいます");
}

#[test]
fn a_card_goes_to_sign_in_from_the_other_pages_where_somebody_could_sign_in() {
    for page in [StationPage::Sync, StationPage::Settings] {
        let mut tablet = Tablet::started();
        tablet.touch(Touch::OpenStation(page));
        tablet.lay_staff_card(Some(3));
        assert_eq!(tablet.screen_name(), "pin");
        let mut tablet = Tablet::started();
        tablet.send(Event::StoreChanged(StoreFacts { roster: RosterState::Missing, ..facts() }));
        tablet.touch(Touch::OpenStation(page));
        tablet.send(Event::CardArrived);
        assert_eq!(tablet.screen_name(), page.name(), "a sign-in that cannot be is no answer to a card");
    }
}

#[test]
fn an_erased_tablet_asks_no_card_on_any_page() {
    let mut tablet = Tablet::started();
    tablet.send(Event::Wiped(WipeStage::Done));
    for page in [StationPage::Sync, StationPage::Checks, StationPage::Settings] {
        tablet.touch(Touch::OpenStation(page));
        tablet.effects.clear();
        tablet.send(Event::CardArrived);
        assert!(tablet.effects.is_empty(), "{page:?}");
    }
}
