//! The glass that goes dark.

use kakari_record::audit::BreakGlassReason;
use kakari_session::touch::Touch;
use kakari_session::view::StationPage;
use kakari_session::{CardOutcome, Event};

use super::all_well;
use crate::tablet::Tablet;

fn is_dim(tablet: &Tablet) -> bool {
    tablet.session.view().dim
}

#[test]
fn the_glass_goes_dark_after_ninety_seconds_where_nobody_is_at_work_with_a_patient() {
    let locked = || {
        let mut tablet = Tablet::signed_in();
        tablet.touch(Touch::Lock);
        tablet
    };
    let page = || Tablet::signed_in().on_page(StationPage::Checks, all_well());
    for mut tablet in [Tablet::started(), Tablet::signed_in(), locked(), page()] {
        let before = tablet.screen_name();
        tablet.wait(89_999);
        assert!(!is_dim(&tablet), "{before}");
        tablet.wait(1);
        assert!(is_dim(&tablet) && tablet.screen_name() == before, "{before}");
    }
}

#[test]
fn it_stays_lit_beside_a_patient_and_on_the_way_to_one() {
    let mut reading = Tablet::signed_in();
    reading.send(Event::CardArrived);
    let mut reason = Tablet::signed_in();
    reason.touch(Touch::NoCard);
    let mut search = Tablet::signed_in();
    search.touch(Touch::NoCard);
    search.touch(Touch::BreakGlass(BreakGlassReason::Unconscious));
    search.write_audit();
    for mut tablet in [reading, reason, search, Tablet::checking(1), Tablet::showing(1)] {
        tablet.wait(200_000);
        assert!(!is_dim(&tablet), "{}", tablet.screen_name());
    }
}

#[test]
fn the_touch_that_wakes_presses_nothing_that_lay_under_the_finger() {
    for touch in [Touch::Lock, Touch::EndShift, Touch::NoCard, Touch::SwitchTheme, Touch::Wake] {
        let mut tablet = Tablet::signed_in();
        tablet.wait(90_000);
        tablet.effects.clear();
        tablet.touch(touch);
        assert!(!is_dim(&tablet) && tablet.effects.is_empty(), "{touch:?}");
        assert_eq!(tablet.screen_name(), "standby", "{touch:?}");
        tablet.touch(Touch::Lock);
        assert_eq!(tablet.screen_name(), "locked", "the second touch counts");
    }
}

#[test]
fn a_card_wakes_and_is_read_at_once() {
    let mut tablet = Tablet::signed_in();
    tablet.wait(90_000);
    tablet.lay_patient_card(CardOutcome::NothingStored);
    assert!(!is_dim(&tablet) && tablet.notice().is_some());
    tablet.wait(90_000);
    tablet.send(Event::CardMute);
    assert!(!is_dim(&tablet) && tablet.notice().is_some(), "what is said of it must be seen");
}

#[test]
fn a_tablet_that_has_just_started_is_lit_however_long_its_clock_has_run() {
    let mut session = kakari_session::Session::new("北町救急1");
    session.update(Event::Tick(crate::tablet::moment(7_200_000)));
    session.update(Event::StoreOpened(crate::tablet::facts()));
    assert!(!session.view().dim);
}
