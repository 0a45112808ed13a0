//! The battery on the glass.

use kakari_session::Event;
use kakari_session::findings::{Battery, Gauges};
use kakari_session::touch::Touch;
use kakari_session::view::Mark;
use kakari_session::{CardOutcome, ReaderState};

use crate::tablet::{Tablet, patient};

fn stands_at(tablet: &mut Tablet, percent: u8, charging: bool) {
    tablet.send(Event::Gauges(Gauges { battery: Some(Battery { percent, charging }), ..Gauges::default() }));
}

fn said(tablet: &Tablet) -> Option<(Mark, String)> {
    tablet.notice().map(|notice| (notice.mark, notice.sentence)).filter(|(_, sentence)| sentence.contains("電池"))
}

#[test]
fn a_battery_is_said_from_twenty_per_cent_and_graver_from_ten_and_not_while_it_is_charged() {
    let mut tablet = Tablet::signed_in();
    for (percent, charging, mark) in [
        (21, false, None),
        (20, false, Some(Mark::Caution)),
        (11, false, Some(Mark::Caution)),
        (10, false, Some(Mark::Bad)),
        (3, true, None),
        (3, false, Some(Mark::Bad)),
    ] {
        stands_at(&mut tablet, percent, charging);
        assert_eq!(said(&tablet).map(|(mark, _)| mark), mark, "{percent} %");
    }
}

#[test]
fn what_was_taken_away_at_twenty_comes_back_at_ten_and_after_charging() {
    let mut tablet = Tablet::signed_in();
    stands_at(&mut tablet, 19, false);
    tablet.touch(Touch::Dismiss);
    assert_eq!(said(&tablet), None);
    stands_at(&mut tablet, 12, false);
    assert_eq!(said(&tablet), None, "read");
    stands_at(&mut tablet, 9, false);
    assert!(said(&tablet).is_some_and(|(_, sentence)| sentence.contains("9%")));
    tablet.touch(Touch::Dismiss);
    stands_at(&mut tablet, 4, false);
    assert_eq!(said(&tablet), None);
    stands_at(&mut tablet, 60, true);
    stands_at(&mut tablet, 18, false);
    assert!(said(&tablet).is_some());
}

#[test]
fn a_touch_takes_away_what_is_seen_and_not_the_battery_behind_it() {
    let mut tablet = Tablet::signed_in();
    stands_at(&mut tablet, 15, false);
    tablet.lay_patient_card(CardOutcome::NothingStored);
    assert_eq!(said(&tablet), None, "what just happened goes first");
    tablet.touch(Touch::Dismiss);
    assert!(said(&tablet).is_some());
    assert!(tablet.notice().is_some_and(|notice| !notice.stays), "what can be taken away says so");
    tablet.send(Event::ReaderChanged(ReaderState::Missing));
    assert!(tablet.notice().is_some_and(|notice| notice.stays));
    tablet.touch(Touch::Dismiss);
    tablet.send(Event::ReaderChanged(ReaderState::Ready));
    assert!(said(&tablet).is_some());
}

#[test]
fn with_a_patient_on_the_glass_only_a_battery_that_takes_them_away_is_said() {
    let mut tablet = Tablet::signed_in();
    tablet.lay_patient_card(CardOutcome::Opened(patient(1)));
    tablet.write_audit();
    tablet.touch(Touch::Confirm(kakari_session::touch::Basis::Emergency));
    tablet.write_audit();
    stands_at(&mut tablet, 15, false);
    assert_eq!(said(&tablet), None);
    stands_at(&mut tablet, 10, false);
    assert!(said(&tablet).is_some());
    tablet.touch(Touch::Dismiss);
    assert_eq!(said(&tablet), None);
    tablet.touch(Touch::CloseCase);
    assert_eq!(said(&tablet), None, "read already");
}
