//! Readers unplugged, services killed, stores damaged: the program goes on and the next tap works.

use std::fs;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use kakari_card_sim::in_own_process;
use serde_json::Value;

use kakari_tests::place::{Place, Tapping, kakari};

fn settle() {
    thread::sleep(Duration::from_millis(700));
}

#[test]
fn pcscd_killed_and_restarted_between_the_cards_heals_without_a_restart() {
    in_own_process("trouble::pcscd_killed_and_restarted_between_the_cards_heals_without_a_restart", |dir| {
        let mut place = Place::with_residents(dir, &[1]);
        let mut tapping = Tapping::start(&place, "kakari=info");
        assert_eq!(tapping.next_line().unwrap()["wanted"], "staff card");
        place.stack.kill();
        settle();
        place.stack.restart().unwrap();
        place.reader().insert(&place.staff[0].card.card);
        assert_eq!(tapping.next_line().unwrap()["wanted"], "patient card");
        place.reader().remove();
        place.stack.kill();
        settle();
        let restarted = Instant::now();
        place.stack.restart().unwrap();
        place.reader().insert(&place.cards[0].card);
        let outcome = tapping.next_line().unwrap();
        let healed = restarted.elapsed();
        tapping.finish(outcome).shows(&place.residents[0]);
        println!("healed and read {healed:?} after pcscd was back");
        assert!(healed < Duration::from_secs(10));
    });
}

#[test]
fn a_card_service_that_hangs_is_said_with_what_to_do_and_healed_from_when_it_goes_on() {
    in_own_process(
        "trouble::a_card_service_that_hangs_is_said_with_what_to_do_and_healed_from_when_it_goes_on",
        |dir| {
            let place = Place::with_residents(dir, &[1]);
            let mut tapping = Tapping::start(&place, "kakari=info");
            assert_eq!(tapping.next_line().unwrap()["wanted"], "staff card");
            place.reader().insert(&place.staff[0].card.card);
            assert_eq!(tapping.next_line().unwrap()["wanted"], "patient card");
            place.reader().remove();
            place.stack.freeze();
            let (fit, lines) = check(&place);
            let reader = lines["lines"].as_array().unwrap().iter().find(|line| line["what"] == "リーダー").unwrap();
            assert!(!fit && reader["words"].as_str().unwrap().contains("止まっています"), "{reader}");
            assert!(!reader["next_step"].as_str().unwrap().is_empty());
            place.stack.thaw();
            place.reader().insert(&place.cards[0].card);
            let outcome = tapping.next_line().unwrap();
            tapping.finish(outcome).shows(&place.residents[0]);
        },
    );
}

#[test]
fn a_reader_unplugged_and_plugged_again_heals_without_a_restart() {
    in_own_process("trouble::a_reader_unplugged_and_plugged_again_heals_without_a_restart", |dir| {
        let mut place = Place::with_residents(dir, &[1]);
        let mut tapping = Tapping::start(&place, "kakari=info");
        assert_eq!(tapping.next_line().unwrap()["wanted"], "staff card");
        place.reader().insert(&place.staff[0].card.card);
        assert_eq!(tapping.next_line().unwrap()["wanted"], "patient card");
        place.reader().remove();
        place.stack.kill();
        place.stack.restart_with(0).unwrap();
        settle();
        place.stack.kill();
        place.stack.restart().unwrap();
        place.reader().insert(&place.cards[0].card);
        let outcome = tapping.next_line().unwrap();
        tapping.finish(outcome).shows(&place.residents[0]);
    });
}

#[test]
fn a_reader_that_stops_working_and_recovers_heals_without_a_restart() {
    in_own_process("trouble::a_reader_that_stops_working_and_recovers_heals_without_a_restart", |dir| {
        let place = Place::with_residents(dir, &[1]);
        let tapped = place.tap_when(|wanted| {
            place.reader().fail();
            settle();
            place.reader().recover();
            match wanted {
                "staff card" => place.reader().insert(&place.staff[0].card.card),
                _ => place.reader().insert(&place.cards[0].card),
            }
        });
        tapped.shows(&place.residents[0]);
    });
}

fn check(place: &Place) -> (bool, Value) {
    let checked =
        Command::new(kakari()).args(["check", "--json", "--config"]).arg(&place.tablet.config_path).output().unwrap();
    (checked.status.success(), serde_json::from_slice(&checked.stdout).unwrap())
}

#[test]
fn the_pre_shift_check_passes_on_a_good_tablet_and_names_what_is_wrong_on_others() {
    in_own_process("trouble::the_pre_shift_check_passes_on_a_good_tablet_and_names_what_is_wrong_on_others", |dir| {
        let mut place = Place::with_residents(dir, &[1]);
        let (fit, lines) = check(&place);
        assert!(fit, "{lines}");

        let key = fs::read(&place.tablet.config.store_key).unwrap();
        fs::write(&place.tablet.config.store_key, [7; 32]).unwrap();
        let (fit, lines) = check(&place);
        assert!(!fit && lines.to_string().contains("鍵が合いません"), "{lines}");
        fs::write(&place.tablet.config.store_key, key).unwrap();

        let whole = fs::read(&place.tablet.config.store).unwrap();
        let mut damaged = whole.clone();
        damaged[100..600].fill(0);
        fs::write(&place.tablet.config.store, damaged).unwrap();
        let (fit, lines) = check(&place);
        assert!(!fit && lines.to_string().contains("壊れています"), "{lines}");
        let tapped = place.tap(&place.cards[0].card);
        assert!(tapped.shows_nothing_of(&place.residents).contains("保存データが壊れています"));
        fs::write(&place.tablet.config.store, whole).unwrap();

        place.stack.kill();
        let (fit, lines) = check(&place);
        assert!(!fit && lines.to_string().contains("読取サービスが止まっています"), "{lines}");
    });
}
