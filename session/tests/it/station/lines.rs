//! What the bar tells of the tablet, and that no page mixes its languages.

use kakari_session::Event;
use kakari_session::findings::{Gauges, Link, SyncPart, SyncStage};
use kakari_session::touch::Touch;
use kakari_session::view::{Language, Mark, StationPage};

use super::{all_well, did, gauges};
use crate::tablet::Tablet;

#[test]
fn the_bar_tells_battery_and_link_where_they_are_known() {
    let mut tablet = Tablet::signed_in();
    let bar = tablet.session.view().bar;
    assert!(bar.battery.is_none() && bar.link.is_none());
    for (percent, charging, mark) in [
        (78, false, Mark::Good),
        (21, false, Mark::Good),
        (20, false, Mark::Caution),
        (10, false, Mark::Bad),
        (9, false, Mark::Bad),
        (9, true, Mark::Good),
    ] {
        tablet.send(Event::Gauges(gauges(percent, charging)));
        assert_eq!(tablet.session.view().bar.battery, Some((format!("電池{percent}%"), mark)));
    }
    tablet.touch(Touch::Speak(Language::English));
    assert_eq!(tablet.session.view().bar.battery.expect("battery").0, "Battery 9%");
    assert_eq!(tablet.session.view().bar.link, Some(("LTE 72%".to_owned(), Mark::Good)));
    tablet.send(Event::Gauges(Gauges { link: Some(Link::Mobile), ..Gauges::default() }));
    assert_eq!(tablet.session.view().bar.link, Some(("Link up".to_owned(), Mark::Good)), "by the kernel alone");
    tablet.send(Event::Gauges(Gauges { link: Some(Link::Down), ..Gauges::default() }));
    let link = tablet.session.view().bar.link.expect("link");
    assert_eq!(link, ("No link".to_owned(), Mark::Unknown), "a tablet without a link is no fault");
}

#[test]
fn in_english_no_page_says_a_japanese_word() {
    let japanese =
        |text: &str| text.chars().any(|letter| ('\u{3000}'..='\u{9fff}').contains(&letter) || letter > '\u{ff00}');
    for stage in [
        SyncStage::Asked,
        SyncStage::Fetching { part: SyncPart::Everything, done: 12_300_000, of: 41_900_000 },
        SyncStage::Done(did(1, 2)),
        SyncStage::NoAnswer,
        SyncStage::NoBundle,
    ] {
        let mut tablet = Tablet::signed_in();
        tablet.touch(Touch::Speak(Language::English));
        tablet.send(Event::SyncStage(stage));
        for page in
            [StationPage::Sync, StationPage::Checks, StationPage::Cases, StationPage::Review, StationPage::Usage]
        {
            tablet.touch(Touch::OpenStation(page));
            assert!(!japanese(&format!("{:?}", tablet.page())), "{:?}", tablet.page());
            if matches!(page, StationPage::Sync | StationPage::Checks) {
                tablet.find(all_well());
                assert!(!japanese(&format!("{:?}", tablet.page())), "{:?}", tablet.page());
            }
        }
    }
}
