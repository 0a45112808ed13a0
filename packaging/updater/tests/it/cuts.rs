//! Power cuts: the process is killed at the entry of every system call that leaves something on the disk, one run for each.

use std::fs;
use std::process::Command;

use crate::tablet::{Tablet, said};

/// Every call by which `kakari-update` changes what lies on the disk, or opens what it changes.
const CALLS: [&str; 14] = [
    "openat",
    "openat2",
    "write",
    "fsync",
    "rename",
    "symlink",
    "unlink",
    "unlinkat",
    "rmdir",
    "mkdir",
    "fchmod",
    "chmod",
    "flock",
    "copy_file_range",
];
const COMMANDS: [&str; 3] = ["take", "choose", "confirm"];

/// In force 1.2.0 and before it 1.1.0; 1.3.0 on its way, up to just before this command.
fn before(command: &str) -> Tablet {
    let tablet = Tablet::new();
    tablet.update_to("1.1.0");
    tablet.update_to("1.2.0");
    tablet.stage_sound("1.3.0");
    for done in COMMANDS.iter().take_while(|done| **done != command) {
        if *done == "choose" {
            tablet.rest();
        }
        assert!(tablet.run(done).ok);
        if *done == "choose" {
            tablet.started("1.3.0");
        }
    }
    if command == "choose" {
        tablet.rest();
    }
    tablet
}

/// Kills at the `n`-th call; false when the command ended before that.
fn cut(tablet: &Tablet, command: &str, call: &str, n: usize) -> bool {
    let inject = format!("inject={call}:signal=KILL:when={n}");
    let words = tablet.command(command);
    let mut run = Command::new("strace");
    run.args(["-qq", "-o", "/dev/null", "-e", &format!("trace={call}"), "-e", &inject]);
    let output = run.args(&words).output().expect("strace is there: apt-get install strace");
    let said = said(&output);
    assert!(!said.words.contains("strace:"), "{}", said.words);
    !said.ok
}

/// The old program or the new, whole; and the update goes on to its end.
fn comes_to_its_end(tablet: &Tablet, at: &str) -> &'static str {
    let left = tablet.in_force();
    assert!(["1.2.0", "1.3.0"].contains(&left.as_str()), "{at}: {left} was left in force");
    tablet.choose();
    let first = match tablet.in_force().as_str() {
        "1.2.0" => "old",
        "1.3.0" => "new",
        other => panic!("{at}: {other} is in force"),
    };
    assert!(tablet.run("take").ok, "{at}");
    tablet.rest_and_choose();
    assert_eq!(tablet.in_force(), "1.3.0", "{at}");
    tablet.started("1.3.0");
    assert!(tablet.run("confirm").ok, "{at}");
    assert!(tablet.run("take").words.contains("here already"), "{at}");
    let state = tablet.state();
    assert_eq!((state.current.as_deref(), state.previous.as_deref()), (Some("1.3.0"), Some("1.2.0")), "{at}");
    assert!(state.ready.is_none() && state.trial.is_none() && state.failed.is_empty(), "{at}: {state:?}");
    assert_eq!(tablet.slots(), ["1.2.0", "1.3.0"], "{at}");
    assert!(!tablet.path("var/lib/kakari-update/work").exists(), "{at}");
    first
}

fn cut_everywhere(command: &str) -> usize {
    let base = before(command);
    let (mut cuts, mut old) = (0, 0);
    for call in CALLS {
        for n in 1.. {
            let tablet = base.copy();
            let at = format!("{command}, {call} {n}");
            if !cut(&tablet, command, call, n) {
                break;
            }
            cuts += 1;
            let first = comes_to_its_end(&tablet, &at);
            old += usize::from(first == "old");
        }
    }
    println!(
        "{command}: {cuts} cuts, each came to its end; right after the cut {old} old, {} new, none half",
        cuts - old
    );
    cuts
}

#[test]
fn a_cut_of_take_anywhere_leaves_the_old_program_and_the_update_comes_to_its_end() {
    assert!(cut_everywhere("take") >= 50);
}

#[test]
fn a_cut_of_choose_anywhere_leaves_the_old_program_or_the_new_one() {
    assert!(cut_everywhere("choose") >= 20);
}

#[test]
fn a_cut_of_confirm_anywhere_leaves_the_new_program_and_the_one_before() {
    assert!(cut_everywhere("confirm") >= 20);
}

#[test]
fn a_cut_while_a_version_is_given_up_leaves_one_of_both() {
    let base = before("confirm");
    fs::remove_file(base.path("var/lib/kakari/state/update/started")).expect("removed");
    base.choose();
    base.choose();
    let mut cuts = 0;
    for call in ["openat", "write", "fsync", "rename", "symlink", "unlink"] {
        for n in 1.. {
            let tablet = base.copy();
            if !cut(&tablet, "choose", call, n) {
                break;
            }
            cuts += 1;
            tablet.choose();
            assert_eq!(tablet.in_force(), "1.2.0", "{call} {n}");
            assert!(tablet.state().has_given_up("1.3.0"), "{call} {n}");
        }
    }
    println!("going back: {cuts} cuts, each time the version before was in force at the next start");
    assert!(cuts >= 15);
}
