//! From where the pages are opened, and what ends them.

use std::sync::Arc;

use chrono::TimeDelta;
use kakari_record::audit::AuditKind;
use kakari_session::touch::Touch;
use kakari_session::view::StationPage;
use kakari_session::{CardOutcome, Effect, Event, Lease, RosterState, StoreFacts, WipeStage};

use super::all_well;
use crate::tablet::{Tablet, facts, roster};

fn tabs(tablet: &Tablet) -> Vec<StationPage> {
    tablet.page().tabs.into_iter().map(|(page, _)| page).collect()
}

#[test]
fn before_a_sign_in_the_pages_are_of_the_tablet_alone() {
    let mut tablet = Tablet::started();
    for page in [StationPage::Cases, StationPage::Review, StationPage::Usage] {
        tablet.touch(Touch::OpenStation(page));
        assert_eq!(tablet.screen_name(), "sign-in", "{page:?}");
    }
    tablet.touch(Touch::OpenStation(StationPage::Checks));
    assert_eq!(tabs(&tablet), [StationPage::Sync, StationPage::Checks, StationPage::Settings]);
    assert!(!tablet.page().can_end_shift);
    tablet.touch(Touch::OpenStation(StationPage::Review));
    assert_eq!(tablet.screen_name(), "checks");
    tablet.touch(Touch::OpenStation(StationPage::Sync));
    assert!(!tablet.effects.iter().any(|effect| matches!(effect, Effect::CountUsage(_) | Effect::ReadReview(_))));
    tablet.touch(Touch::CloseStation);
    assert_eq!(tablet.screen_name(), "sign-in");
}

#[test]
fn a_crew_goes_round_all_pages_and_back_to_standby() {
    let mut tablet = Tablet::signed_in();
    tablet.touch(Touch::OpenStation(StationPage::Sync));
    assert_eq!(tabs(&tablet), StationPage::ALL);
    for page in StationPage::ALL {
        tablet.touch(Touch::OpenStation(page));
        assert_eq!(tablet.screen_name(), page.name());
    }
    tablet.touch(Touch::CloseStation);
    assert_eq!(tablet.screen_name(), "standby");
}

#[test]
fn no_page_is_opened_beside_a_patient_or_while_a_pin_is_at_work() {
    for mut tablet in [Tablet::checking(1), Tablet::showing(1)] {
        let before = tablet.screen_name();
        tablet.touch(Touch::OpenStation(StationPage::Sync));
        assert_eq!(tablet.screen_name(), before);
    }
    let mut tablet = Tablet::started();
    tablet.lay_staff_card(Some(3));
    tablet.type_pin("123456");
    tablet.touch(Touch::OpenStation(StationPage::Checks));
    assert_eq!(tablet.screen_name(), "sign-in", "keys that come must find their crew");
}

#[test]
fn a_page_locks_after_five_minutes_and_a_page_without_crew_stays() {
    let mut tablet = Tablet::signed_in().on_page(StationPage::Sync, all_well());
    tablet.wait(299_999);
    assert_eq!(tablet.screen_name(), "sync");
    tablet.wait(1);
    assert_eq!(tablet.screen_name(), "locked");
    assert!(tablet.audit().contains(&&AuditKind::Locked { automatic: true }));
    let mut tablet = Tablet::started().on_page(StationPage::Checks, all_well());
    tablet.wait(3_600_000);
    assert_eq!(tablet.screen_name(), "checks");
}

#[test]
fn a_shift_ends_from_a_page() {
    let mut tablet = Tablet::signed_in().on_page(StationPage::Checks, all_well());
    assert!(tablet.page().can_end_shift);
    tablet.touch(Touch::EndShift);
    assert_eq!(tablet.screen_name(), "sign-in");
    assert!(tablet.effects.contains(&Effect::ForgetKeys) && tablet.audit().contains(&&AuditKind::SignedOut));
}

#[test]
fn erasure_lease_and_roster_end_a_page_as_they_end_standby() {
    let lease = Lease { days: 30, left: TimeDelta::zero(), wraps_erased: false };
    let removed = RosterState::Believed(Arc::new(roster(&[("S0002", 2)], &[])));
    for event in [
        Event::Wiped(WipeStage::Done),
        Event::StoreChanged(StoreFacts { lease: Some(lease), ..facts() }),
        Event::StoreChanged(StoreFacts { roster: removed, ..facts() }),
    ] {
        let mut tablet = Tablet::signed_in().on_page(StationPage::Sync, all_well());
        tablet.send(event);
        assert_eq!(tablet.screen_name(), "sign-in");
        assert!(tablet.effects.contains(&Effect::ForgetKeys) && tablet.session.view().bar.crew.is_empty());
    }
}

#[test]
fn a_lease_that_ended_and_came_back_while_nobody_was_signed_in_locks_nobody_out_later() {
    let lease = |days| Some(Lease { days: 30, left: TimeDelta::days(days), wraps_erased: false });
    let mut tablet = Tablet::started().on_page(StationPage::Sync, all_well());
    tablet.send(Event::StoreChanged(StoreFacts { lease: lease(0), ..facts() }));
    tablet.send(Event::StoreChanged(StoreFacts { lease: lease(30), ..facts() }));
    tablet.touch(Touch::CloseStation);
    tablet.lay_staff_card(Some(3));
    tablet.type_pin("123456");
    let attempt = tablet.sign_in_attempt();
    let member = crate::tablet::crew();
    tablet.send(Event::SignInAnswered(attempt, kakari_session::SignInOutcome::SignedIn(member)));
    tablet.wait(1_000);
    assert_eq!(tablet.screen_name(), "standby");
}

#[test]
fn a_patients_card_goes_before_every_page_but_the_check() {
    for page in StationPage::ALL.into_iter().filter(|page| *page != StationPage::Checks) {
        let mut tablet = Tablet::signed_in();
        tablet.touch(Touch::OpenStation(page));
        tablet.lay_patient_card(CardOutcome::NothingStored);
        assert_eq!(tablet.screen_name(), "standby", "{page:?}");
        assert!(tablet.notice().is_some());
    }
}
