//! The running window notices within seconds, and without a restart, what the other process did.

use std::time::{Duration, Instant};

use chrono::{TimeDelta, Utc};
use kakari_card_sim::in_own_process;
use kakari_store::wipe::{self, Paths, WipeState};
use kakari_store::{Contact, Store, StoreKey};
use kakari_tests::display::Display;
use kakari_tests::glass::{PAGE_GUARD, Tablet, type_pin};
use kakari_tests::place::Place;

/// What a crew must not wait longer for.
const SOON: Duration = Duration::from_secs(8);

/// The store as the process that syncs has it open.
fn other_process(place: &Place) -> Store {
    let key = StoreKey::load(&place.tablet.config.store_key).unwrap();
    Store::open(&place.tablet.config.store, key).unwrap()
}

/// A roster of this version, with the staff or with nobody.
fn set_roster(place: &Place, version: u64, with_staff: bool) {
    let staff: Vec<_> = place.staff.iter().map(|member| ("S0001", "佐藤", member.card.public_key)).collect();
    let staff = if with_staff { staff } else { Vec::new() };
    let roster = place.region.roster_of(version, &staff, &[]).unwrap();
    other_process(place).set_roster(&roster.sign(place.region.signing()).unwrap()).unwrap().unwrap();
}

fn sign_in(place: &Place, display: &Display, tablet: &Tablet) {
    place.reader().insert(&place.staff[0].card.card);
    tablet.wait_for("pin");
    std::thread::sleep(PAGE_GUARD);
    type_pin(display);
    tablet.wait_for("standby");
    place.reader().remove();
}

#[test]
fn a_roster_a_lease_and_an_erasure_count_at_once_in_the_running_window() {
    in_own_process("noticing::a_roster_a_lease_and_an_erasure_count_at_once_in_the_running_window", |dir| {
        let place = Place::with_residents(dir, &[2]);
        let display = Display::start();
        let tablet = Tablet::start(&place.tablet.config_path, &display, "kakari=info");
        tablet.wait_for("sign-in");
        sign_in(&place, &display, &tablet);

        let changed = Instant::now();
        set_roster(&place, 2, false);
        tablet.wait_for("sign-in");
        println!("locked out {:?} after the roster", changed.elapsed());
        assert!(changed.elapsed() < SOON);
        set_roster(&place, 3, true);
        std::thread::sleep(Duration::from_secs(2));
        sign_in(&place, &display, &tablet);

        let long_ago = Utc::now() - TimeDelta::days(31);
        let changed = Instant::now();
        other_process(&place).note_contact(&Contact { server_time: long_ago, own_time: long_ago }).unwrap();
        tablet.wait_for("sign-in");
        println!("locked {:?} after the lease was seen to be over", changed.elapsed());
        assert!(changed.elapsed() < SOON);
        let until = Instant::now() + SOON;
        while !other_process(&place).wraps_forgotten().unwrap() {
            assert!(Instant::now() < until, "the window erases the wraps also when nobody syncs");
            std::thread::sleep(Duration::from_millis(200));
        }
        assert_eq!(other_process(&place).facts().unwrap().records, 1, "and only them");

        let config = &place.tablet.config;
        let (store, key) = (config.store.clone(), config.store_key.clone());
        let paths = Paths { store, key, key_in_memory: None, also: Vec::new(), folders: Vec::new() };
        // Something that cannot be erased at first.
        let in_the_way = config.state.join("partial");
        std::fs::create_dir_all(&config.state).unwrap();
        std::fs::write(&in_the_way, b"a file where a folder should be").unwrap();
        wipe::begin(&paths, [7; 16]).unwrap();
        let until = Instant::now() + SOON;
        while config.store.exists() || config.store_key.exists() {
            assert!(Instant::now() < until, "whoever sees the order first carries it out");
            std::thread::sleep(Duration::from_millis(200));
        }
        assert_eq!(wipe::state(&paths).unwrap(), WipeState::Pending { nonce: [7; 16] });
        std::fs::remove_file(&in_the_way).unwrap();
        let until = Instant::now() + SOON;
        while wipe::state(&paths).unwrap() != (WipeState::Done { nonce: [7; 16] }) {
            assert!(Instant::now() < until, "what could not be erased is tried again without a restart");
            std::thread::sleep(Duration::from_millis(200));
        }
        std::thread::sleep(Duration::from_millis(1_500));
        display.picture(&kakari_tests::place::repository().join("tests/out/window-erased.png"));
    });
}
