//! How a version is taken, tried, kept, and given up.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use kakari_update::Fault;

use crate::deb::program;
use crate::tablet::{REST, Tablet};

const LINK: &str = "var/lib/kakari-update/current";
const STATE: &str = "var/lib/kakari-update/state.toml";
const NOTE: &str = "var/lib/kakari/kakari.db.schema";

#[test]
fn a_sound_release_is_ready_then_chosen_then_kept_with_the_one_before() {
    let tablet = Tablet::new();
    tablet.stage_sound("1.1.0");
    assert!(tablet.run("take").words.contains("version 1.1.0 is ready"));
    assert_eq!((tablet.in_force().as_str(), tablet.state().ready.as_deref()), ("1.0.0", Some("1.1.0")));
    assert!(tablet.run("take").words.contains("is here already"), "taking again changes nothing");
    assert!(tablet.rest_and_choose().contains("version 1.1.0 is chosen"));
    let trial = tablet.state().trial.expect("on trial");
    assert_eq!((tablet.in_force().as_str(), trial.tries_left), ("1.1.0", 2));
    tablet.started("1.1.0");
    assert!(tablet.run("confirm").words.contains("its trial is over") && tablet.state().trial.is_none());
    tablet.update_to("1.2.0");
    tablet.update_to("1.3.0");
    assert_eq!(tablet.slots(), ["1.2.0", "1.3.0"], "the one in force and the one before");
    let kept = tablet.path("var/lib/kakari-update/slots/1.3.0");
    assert!(kept.join("copyright.kakari").exists() && kept.join("release").exists() && !kept.join("README").exists());
    let mode = fs::metadata(kept.join("kakari")).expect("there").permissions().mode();
    assert_eq!(mode & 0o7777, 0o755);
    tablet.stage_sound("1.2.5");
    assert!(tablet.run("take").words.contains("not newer than 1.3.0"), "the highest that was in force counts");
}

#[test]
fn a_version_that_crashes_at_once_is_given_up_after_three_starts_and_never_taken_again() {
    let tablet = Tablet::new();
    tablet.update_to("1.1.0");
    tablet.stage_sound("1.2.0");
    assert!(tablet.run("take").ok);
    tablet.rest();
    for start in 1..=3 {
        tablet.choose();
        assert_eq!(tablet.in_force(), "1.2.0", "start {start}");
    }
    assert!(tablet.choose().contains("it is given up"));
    assert_eq!(tablet.in_force(), "1.1.0");
    let failed = tablet.state().failed;
    assert_eq!((failed[0].version.as_str(), failed[0].why), ("1.2.0", Fault::NeverStarted));
    assert!(tablet.run("take").words.contains("failed on this tablet before"));
    tablet.started("1.2.0");
    assert!(tablet.run("confirm").ok && tablet.in_force() == "1.1.0", "too late");
    tablet.update_to("1.3.0");
}

#[test]
fn a_word_of_an_earlier_start_ends_no_trial_and_power_lost_after_a_start_costs_none() {
    let tablet = Tablet::new();
    tablet.started("1.1.0");
    tablet.stage_sound("1.1.0");
    assert!(tablet.run("take").ok);
    tablet.rest_and_choose();
    assert!(tablet.run("confirm").ok && tablet.state().trial.is_some(), "it has not started since it was chosen");
    // Started in order, and cut before anybody could confirm.
    tablet.started("1.1.0");
    assert!(tablet.choose().contains("its trial is over"));
    (0..5).for_each(|_| drop(tablet.choose()));
    assert_eq!(tablet.in_force(), "1.1.0");
}

#[test]
fn a_version_that_has_migrated_the_store_beyond_the_one_before_stays_and_says_so() {
    let tablet = Tablet::new();
    tablet.stage_program("1.1.0", &program("1.1.0", 8));
    assert!(tablet.run("take").ok);
    fs::write(tablet.path(NOTE), "8\n").expect("noted");
    tablet.rest();
    let words: Vec<String> = (0..4).map(|_| tablet.choose()).collect();
    assert!(words[3].contains("opens stores up to schema 7, and this one may have 8"), "{words:?}");
    assert_eq!((tablet.in_force().as_str(), tablet.state().stuck.as_deref()), ("1.1.0", Some("1.1.0")));
    tablet.choose();
    assert_eq!(tablet.in_force(), "1.1.0");
    tablet.started("1.1.0");
    assert!(tablet.run("confirm").ok && tablet.state().stuck.is_none(), "it started after all");
    tablet.choose();
    assert_eq!(tablet.on_the_glass(), "1.1.0");
}

/// A tablet whose version in force does not start, and has migrated the store beyond the packaged program.
fn stuck_at(version: &str) -> Tablet {
    let tablet = Tablet::new();
    tablet.stage_program(version, &program(version, 8));
    assert!(tablet.run("take").ok);
    fs::write(tablet.path(NOTE), "8\n").expect("noted");
    tablet.rest();
    for start in 1..=3 {
        tablet.choose();
        assert_eq!(tablet.on_the_glass(), version, "start {start}");
    }
    tablet.choose();
    assert_eq!((tablet.state().stuck.as_deref(), tablet.state().trial), (Some(version), None));
    tablet
}

#[test]
fn a_stuck_version_is_told_of_by_the_packaged_glass_and_tried_again_with_each_start_of_the_machine() {
    let tablet = stuck_at("1.1.0");
    for _ in 0..5 {
        assert_eq!((tablet.on_the_glass().as_str(), tablet.in_force().as_str()), ("1.0.0", "1.1.0"), "sync goes on");
        assert!(tablet.choose().contains("there is no way back"));
    }
    tablet.start_machine();
    for start in 1..=3 {
        let words = tablet.choose();
        assert!(start > 1 || words.contains("it is tried again"), "{words}");
        assert_eq!(tablet.on_the_glass(), "1.1.0", "start {start}");
    }
    assert!(tablet.choose().contains("and stays"));
    assert_eq!((tablet.on_the_glass().as_str(), tablet.in_force().as_str()), ("1.0.0", "1.1.0"));
    tablet.start_machine();
    tablet.choose();
    tablet.started("1.1.0");
    assert!(tablet.run("confirm").ok);
    tablet.choose();
    assert_eq!((tablet.state().stuck, tablet.state().trial, tablet.on_the_glass().as_str()), (None, None, "1.1.0"));
}

#[test]
fn starts_that_the_compositor_failed_are_not_held_against_a_version_and_not_waited_for_without_end() {
    let tablet = Tablet::new();
    tablet.stage_sound("1.1.0");
    assert!(tablet.run("take").ok);
    tablet.rest_and_choose();
    for start in 1..=20 {
        assert!(tablet.choose_anew().contains("does not count"), "start {start}");
        assert_eq!((tablet.in_force().as_str(), tablet.state().trial.expect("on trial").tries_left), ("1.1.0", 2));
    }
    // The starter says so by itself.
    assert_eq!(tablet.on_the_glass(), "1.1.0");
    assert!(!tablet.choose_anew().contains("does not count"));
    (0..2).for_each(|_| drop(tablet.choose_anew()));
    assert_eq!(tablet.in_force(), "1.0.0", "given up all the same");
}

#[test]
fn a_newer_version_takes_the_place_of_a_stuck_one_and_neither_of_them_is_gone_back_to() {
    for machine_starts in [false, true] {
        let tablet = stuck_at("1.1.0");
        if machine_starts {
            tablet.start_machine();
            tablet.choose();
        }
        tablet.stage_program("1.2.0", &program("1.2.0", 8));
        assert!(tablet.run("take").ok);
        if !machine_starts {
            assert!(tablet.choose().contains("waits until the tablet rests"), "the packaged glass may be in a case");
            tablet.rest();
        }
        assert!(tablet.choose().contains("version 1.2.0 is chosen"));
        assert_eq!((tablet.on_the_glass().as_str(), tablet.state().stuck), ("1.2.0", None));
        (0..3).for_each(|_| drop(tablet.choose()));
        assert_eq!((tablet.state().stuck.as_deref(), tablet.on_the_glass().as_str()), (Some("1.2.0"), "1.0.0"));
        tablet.install("1.2.0", 8);
        tablet.choose();
        assert_eq!((tablet.on_the_glass().as_str(), tablet.in_force().as_str()), ("1.2.0", "1.2.0"));
        assert_eq!(tablet.state().stuck, None, "the station has installed the package");
    }
}

#[test]
fn a_migration_that_was_never_noted_holds_nothing_back() {
    for note in [None, Some("7\n")] {
        let tablet = Tablet::new();
        tablet.stage_program("1.1.0", &program("1.1.0", 8));
        assert!(tablet.run("take").ok);
        note.into_iter().for_each(|note| fs::write(tablet.path(NOTE), note).expect("noted"));
        tablet.rest();
        (0..4).for_each(|_| drop(tablet.choose()));
        assert_eq!(tablet.in_force(), "1.0.0", "{note:?}");
    }
}

#[test]
fn a_package_that_the_station_installs_goes_before_an_older_slot() {
    let tablet = Tablet::new();
    tablet.update_to("1.1.0");
    tablet.install("1.2.0", 7);
    assert!(tablet.choose().contains("goes before version 1.1.0"));
    assert_eq!((tablet.in_force().as_str(), tablet.path(LINK).exists()), ("1.2.0", false));
    tablet.update_to("1.3.0");
}

/// What happens to the files, and what the next start says of it.
type Damage = (&'static str, fn(&Tablet), &'static str, &'static str);

#[test]
fn whatever_is_damaged_the_tablet_starts_with_a_program_that_runs_and_the_words_say_so() {
    let damages: [Damage; 7] = [
        ("state.toml unreadable", |t| fs::write(t.path(STATE), "ready = [").expect("w"), "cannot be read", "1.0.0"),
        ("state.toml of zeros", |t| fs::write(t.path(STATE), [0; 200]).expect("w"), "cannot be read", "1.0.0"),
        ("state.toml gone", |t| fs::remove_file(t.path(STATE)).expect("w"), "", "1.0.0"),
        (
            "state.toml unreadable, the store beyond the packaged program",
            |t| {
                fs::write(t.path(STATE), "x").expect("w");
                fs::write(t.path(NOTE), "9").expect("w");
            },
            "stays in force",
            "1.2.0",
        ),
        (
            "an empty program",
            |t| fs::write(t.path("var/lib/kakari-update/slots/1.2.0/kakari"), "").expect("w"),
            "gone or empty",
            "1.1.0",
        ),
        (
            "both slots gone",
            |t| fs::remove_dir_all(t.path("var/lib/kakari-update/slots")).expect("w"),
            "the packaged program is in force",
            "1.0.0",
        ),
        ("the link gone", |t| fs::remove_file(t.path(LINK)).expect("w"), "", "1.2.0"),
    ];
    for (name, damage, says, in_force) in damages {
        let tablet = Tablet::new();
        tablet.update_to("1.1.0");
        tablet.update_to("1.2.0");
        damage(&tablet);
        let said = tablet.choose();
        assert!(said.contains(says), "{name}: {said}");
        assert_eq!(tablet.in_force(), in_force, "{name}");
        tablet.choose();
        assert_eq!(tablet.in_force(), in_force, "{name}, once more");
    }
}

#[test]
fn nothing_that_choose_meets_ends_a_start() {
    let tablet = Tablet::new();
    tablet.stage_sound("1.1.0");
    assert!(tablet.run("take").ok);
    // Not even a folder where the state should be, nor a packaged program that hangs on nothing but is not there.
    fs::remove_file(tablet.path("usr/lib/kakari/kakari")).expect("removed");
    assert!(tablet.rest_and_choose().contains("does not say its version"));
    assert_eq!(tablet.in_force(), "1.1.0");
    fs::remove_dir_all(tablet.path("var/lib/kakari-update")).expect("removed");
    fs::write(tablet.path("var/lib/kakari-update"), "a file").expect("written");
    assert!(tablet.choose().contains("nothing was switched"));
}

#[test]
fn a_glass_that_crashed_comes_back_as_it_was_and_a_ready_version_waits_until_the_tablet_rests() {
    let tablet = Tablet::new();
    tablet.update_to("1.1.0");
    tablet.stage_sound("1.2.0");
    assert!(tablet.run("take").ok);
    for start in 1..=4 {
        assert!(tablet.choose().contains("waits until the tablet rests"), "start {start}");
        assert_eq!((tablet.in_force().as_str(), tablet.state().ready.as_deref()), ("1.1.0", Some("1.2.0")));
    }
    tablet.rest_and_choose();
    assert_eq!(tablet.in_force(), "1.2.0");
    assert!(!tablet.path(REST).exists(), "one mark is one choice");
}

#[test]
fn a_version_that_never_started_is_replaced_at_once() {
    let tablet = Tablet::new();
    tablet.stage_sound("1.1.0");
    assert!(tablet.run("take").ok);
    tablet.rest_and_choose();
    tablet.stage_sound("1.2.0");
    assert!(tablet.run("take").ok);
    tablet.choose();
    assert_eq!(tablet.in_force(), "1.2.0");
}

#[test]
fn a_mark_that_is_a_link_is_no_mark_and_nothing_is_removed_through_it() {
    let tablet = Tablet::new();
    tablet.stage_sound("1.1.0");
    assert!(tablet.run("take").ok);
    symlink(tablet.path("etc/kakari/release-keys.toml"), tablet.path(REST)).expect("made");
    tablet.choose();
    assert_eq!(tablet.in_force(), "1.0.0");
    assert!(tablet.path("etc/kakari/release-keys.toml").exists());
}

const STATEMENT: &str = "var/lib/kakari/state/update/release";

#[test]
fn a_version_that_is_withdrawn_while_it_lies_ready_is_not_installed() {
    for by_take in [true, false] {
        let tablet = Tablet::new();
        tablet.stage_sound("1.1.0");
        assert!(tablet.run("take").ok);
        fs::remove_file(tablet.path(STATEMENT)).expect("withdrawn");
        if by_take {
            assert!(tablet.run("take").words.contains("is not offered any more"));
            assert_eq!((tablet.state().ready, tablet.slots()), (None, vec![]));
        }
        let words = tablet.rest_and_choose();
        assert!(by_take || words.contains("is not offered any more"), "{words}");
        assert_eq!((tablet.in_force().as_str(), tablet.state().ready), ("1.0.0", None));
        // Offered again, or another one in its place.
        tablet.update_to("1.1.0");
    }
}

#[test]
fn a_lower_version_that_takes_the_place_of_the_ready_one_is_taken() {
    let tablet = Tablet::new();
    tablet.stage_sound("1.2.0");
    assert!(tablet.run("take").ok);
    tablet.stage_sound("1.1.0");
    assert!(tablet.run("take").ok);
    assert_eq!((tablet.state().ready.as_deref(), tablet.slots()), (Some("1.1.0"), vec!["1.1.0".to_owned()]));
}

/// What was asked of systemd since it was looked at last.
fn asked(tablet: &Tablet) -> String {
    let said = fs::read_to_string(tablet.path("asked")).unwrap_or_default();
    let _ = fs::remove_file(tablet.path("asked"));
    said.replace("--no-block ", "").replace(" kakari-sync.service\n", " ").trim().to_owned()
}

#[test]
fn the_process_that_syncs_runs_no_version_on_trial_and_any_other_that_comes_into_force() {
    let tablet = Tablet::new();
    fs::create_dir_all(tablet.path("usr/bin")).expect("made");
    let words = tablet.path("asked");
    tablet.write_program("usr/bin/systemctl", &format!("#!/bin/sh\necho \"$@\" >> {}\n", words.display()));
    tablet.choose();
    assert_eq!(asked(&tablet), "");
    tablet.stage_sound("1.1.0");
    assert!(tablet.run("take").ok);
    tablet.rest_and_choose();
    assert_eq!(asked(&tablet), "stop");
    tablet.started("1.1.0");
    assert!(tablet.run("confirm").ok);
    assert_eq!(asked(&tablet), "restart");
    // Again, as after one that was killed before it could ask; sync that runs already takes no notice.
    assert!(tablet.run("confirm").ok);
    assert_eq!(asked(&tablet), "start");
    tablet.choose();
    assert_eq!(asked(&tablet), "");
    tablet.stage_sound("1.2.0");
    assert!(tablet.run("take").ok);
    tablet.rest();
    (0..4).for_each(|_| drop(tablet.choose()));
    assert_eq!((asked(&tablet).as_str(), tablet.in_force().as_str()), ("stop stop stop restart", "1.1.0"));
    tablet.install("1.3.0", 7);
    tablet.choose();
    assert_eq!(asked(&tablet), "try-restart");
}

#[test]
fn a_version_that_is_given_up_or_stuck_is_an_error_in_the_journal() {
    for (schema, says) in [(7, "it is given up"), (8, "there is no way back")] {
        let tablet = Tablet::new();
        tablet.stage_program("1.1.0", &program("1.1.0", 8));
        assert!(tablet.run("take").ok);
        fs::write(tablet.path(NOTE), format!("{schema}\n")).expect("noted");
        tablet.rest();
        let words: Vec<String> = (0..5)
            .map(|_| {
                tablet.begun();
                tablet.run_in_journal("choose").words
            })
            .collect();
        assert!(
            words.iter().any(|words| words.contains("<3>kakari-update: version 1.1.0") && words.contains(says)),
            "{words:?}"
        );
    }
}

#[test]
fn the_copy_that_a_proof_left_when_the_power_went_is_removed_though_nothing_is_staged() {
    let tablet = Tablet::new();
    let copy = tablet.path("var/lib/kakari/kakari.db.proof");
    fs::create_dir(&copy).expect("made");
    fs::write(copy.join("kakari.db"), [7; 4096]).expect("written");
    assert!(tablet.run("take").ok);
    assert!(!copy.exists());
    // A link of the tablet's user leads root nowhere.
    let elsewhere = tablet.path("elsewhere");
    fs::create_dir(&elsewhere).expect("made");
    fs::write(elsewhere.join("a file"), "stays").expect("written");
    std::os::unix::fs::symlink(&elsewhere, &copy).expect("linked");
    assert!(tablet.run("take").ok);
    assert!(fs::symlink_metadata(&copy).is_err() && elsewhere.join("a file").exists());
}
