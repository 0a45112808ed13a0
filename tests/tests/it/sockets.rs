//! The tablet's window and its taps never speak to a network; what syncs is a process of its own.

use std::thread;
use std::time::Duration;

use kakari_card_sim::in_own_process;
use kakari_tests::display::Display;
use kakari_tests::finger::Finger;
use kakari_tests::glass::Tablet;
use kakari_tests::place::Place;
use kakari_tests::watched::{Sockets, kakari_watched};

#[test]
fn a_whole_tap_in_the_window_opens_no_internet_socket() {
    in_own_process("sockets::a_whole_tap_in_the_window_opens_no_internet_socket", |dir| {
        let place = Place::with_residents(dir, &[2]);
        let (display, log) = (Display::start(), dir.join("window.strace"));
        let tablet = Tablet::start_by(kakari_watched(&log), &place.tablet.config_path, &display, "kakari=info");
        let settle = || thread::sleep(Duration::from_millis(500));
        tablet.wait_for("sign-in");
        settle();
        place.reader().insert(&place.staff[0].card.card);
        tablet.wait_for("pin");
        settle();
        Finger::on(&display).pin("pin");
        tablet.wait_for("standby");
        settle();
        place.reader().insert(&place.cards[0].card);
        tablet.wait_for("check");
        settle();
        Finger::on(&display).tap("check", "本人同意");
        tablet.wait_for("summary");
        drop(tablet);
        let sockets = Sockets::seen(&log);
        println!("kakari run: {sockets:?}");
        assert!(sockets.local > 0, "strace sees the display's and the readers' sockets");
        assert_eq!(sockets.internet, 0);
    });
}

#[test]
fn a_tap_without_a_window_opens_no_internet_socket() {
    in_own_process("sockets::a_tap_without_a_window_opens_no_internet_socket", |dir| {
        let (place, log) = (Place::with_residents(dir, &[2]), dir.join("tap.strace"));
        let tapped = place.tap_by(kakari_watched(&log), |wanted| match wanted {
            "staff card" => place.reader().insert(&place.staff[0].card.card),
            _ => place.reader().insert(&place.cards[0].card),
        });
        tapped.shows(&place.residents[0]);
        let sockets = Sockets::seen(&log);
        println!("kakari tap: {sockets:?}");
        assert!(sockets.local > 0, "strace sees the readers' sockets");
        assert_eq!(sockets.internet, 0);
    });
}
