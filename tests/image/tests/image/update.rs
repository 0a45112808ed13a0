//! A new version of the program, from the office's stick to the glass, on the disk as it ships; and the power going at moments of it.
//!
//! One machine goes the whole way while everything it writes to its disk is kept. Then its disk is made as it was at some moment: all that
//! was flushed, and of what was not yet, each write or not by chance. A machine starts from it, with the TPM as it was.

use std::env;
use std::ops::Range;
use std::path::Path;

use fastrand::Rng;
use kakari_card_sim::in_own_process;
use kakari_image_tests::{Disk, Machine, Town, Tpm, WriteLog, next_package, package};
use kakari_tests::page::Page;

use crate::steps::{NEXT_PAGE, PATIENCE, RUN, STATE, cuts, enrol, packaged, running, settle};

const STAGED: &str = "ls /var/lib/kakari/state/update/release 2>&1";
const ERRORS: &str = "journalctl -b -p 3 -o cat --no-pager -u 'kakari-*'";
/// So many of the cuts go on until the update is through.
const TO_THE_END: u32 = 2;

/// A tablet's way to its new version.
struct Update<'a> {
    dir: &'a Path,
    before: Disk,
    log: WriteLog,
    /// What the machine asked of its disk from the touch of the key to the end of the trial.
    asked: Range<usize>,
    tpm: Tpm,
    versions: [String; 2],
}

#[test]
fn a_new_version_comes_by_stick_and_a_power_cut_at_any_moment_leaves_a_tablet_that_starts_with_the_old_or_the_new() {
    let name = "update::a_new_version_comes_by_stick_and_a_power_cut_at_any_moment_leaves_a_tablet_that_starts_with_the_old_or_the_new";
    in_own_process(name, |dir| {
        let (mut town, tpm) = (Town::with_residents(dir, &[2]), Tpm::in_dir(&dir.join("tpm")));
        let disk = Disk::shipped(&dir.join("disk"));
        let believed = town.offer(dir, &next_package());
        enrolled(dir, &disk, &tpm, &town, &believed);
        let update = take(dir, &disk, tpm, &town);
        let seed = env::var("KAKARI_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
        let mut chance = Rng::with_seed(seed);
        println!("{} writes and flushes from the key to the end of the trial; cuts by seed {seed}", update.asked.len());
        for cut in 1..=cuts(10) {
            power_cut(&update, &mut chance, cut);
        }
    });
}

/// With who may sign releases in root's file, as root writes it on each tablet.
fn enrolled(dir: &Path, disk: &Disk, tpm: &Tpm, town: &Town, believed: &str) {
    let machine = Machine::start(&dir.join("first"), disk, Some(tpm));
    drop(machine.wait_for_page("enrolment", PATIENCE));
    settle();
    enrol(&machine, town);
    machine.guest.run(&format!("cat >/etc/kakari/release-keys.toml <<'KEYS'\n{believed}KEYS\nsync"));
}

fn take<'a>(dir: &'a Path, disk: &Disk, tpm: Tpm, town: &Town) -> Update<'a> {
    let versions = [package(), next_package()].map(|deb| version_of(&deb));
    let [old, new] = &versions;
    let (before, log) = (disk.copy(&dir.join("before")), WriteLog::begin(&dir.join("writes.log")));
    let machine = Machine::start(&dir.join("update"), &disk.logged(&log), Some(&tpm));
    machine.wait_for_screen("sign-in", PATIENCE);
    assert_eq!(running(&machine), [packaged()], "{old} is the packaged one");
    println!("the stick: {}", machine.plug_in(&town.bundle, NEXT_PAGE));
    machine.touch("sign-in", "点検・設定");
    machine.touch(round_the_work("checks"), "同期・状態");
    drop(machine.picture("sync"));
    let from = log.now();
    machine.touch(round_the_work("sync"), "USBから取込");
    machine.guest.wait_until(STAGED, PATIENCE, |said| !said.contains("No such file"));
    let staged = machine.on_for();
    machine.guest.wait_until(STATE, PATIENCE, |said| said.contains(&format!("ready = \"{new}\"")));
    println!("staged by sync; taken, tried on a copy of the store and ready {:.0} s later", since(&machine, staged));
    machine.picture("update-ready").assert_is_a_page();
    machine.pull_out();
    machine.touch(round_the_work("sync"), "戻る");
    let left = machine.on_for();
    machine.guest.wait_until(STATE, PATIENCE, |said| said.contains(&format!("current = \"{new}\"")));
    println!("{new} is chosen {:.0} s after the last touch; the glass rests for 120", since(&machine, left));
    machine.guest.wait_until(STATE, PATIENCE, |said| !said.contains("[trial]"));
    println!("its trial is over {:.0} s after the last touch", since(&machine, left));
    // Sync stood still during the trial, and goes on with the new program.
    machine.guest.wait_until(RUN, PATIENCE, |said| said.trim() == format!("2 {}", slot(new)));
    let to = log.now();
    settle();
    machine.picture("updated").assert_is_a_page();
    assert_eq!(machine.guest.run("kakari --version"), format!("kakari {new}"));
    assert_eq!(machine.guest.try_run(ERRORS).1, "", "our units say no error");
    drop(machine);
    let asked = log.between(from, to);
    Update { dir, before, log, asked, tpm, versions }
}

fn power_cut(update: &Update<'_>, chance: &mut Rng, cut: u32) {
    let [old, new] = &update.versions;
    let number = chance.usize(update.asked.clone());
    let (disk, left) = update.log.cut(&update.before, number, || chance.bool(), &update.dir.join("cut-disk"));
    let tpm = update.tpm.copy(&update.dir.join("cut-tpm"));
    let machine = Machine::start(&update.dir.join("cut"), &disk, Some(&tpm));
    machine.wait_for_screen("sign-in", PATIENCE);
    let up = machine.on_for().as_secs_f64();
    let version = machine.guest.run("kakari --version").replace("kakari ", "");
    println!(
        "cut {cut}: at {} of {}, {} later writes kept and {} lost: up after {up:.0} s with {version}, store open; staged: {}",
        number - update.asked.start,
        update.asked.len(),
        left.kept,
        left.lost,
        if is_staged(&machine) { "yes" } else { "no" },
    );
    let expected = if version == *new { slot(new) } else { packaged() };
    assert!(version == *old || version == *new, "{version}");
    // Before the trial's end sync does not run, so there is one of them or two.
    machine.guest.wait_until(STATE, PATIENCE, |said| !said.contains("[trial]"));
    assert_eq!(running(&machine), [expected]);
    if cut <= TO_THE_END && is_staged(&machine) {
        machine.guest.wait_until(STATE, 2 * PATIENCE, |said| {
            said.contains(&format!("current = \"{new}\"")) && !said.contains("[trial]")
        });
        machine.guest.wait_until(RUN, PATIENCE, |said| said.trim() == format!("2 {}", slot(new)));
        println!("cut {cut}: the update went on by itself, and is through");
    }
}

/// A page before anybody signed in.
fn round_the_work(page: &'static str) -> Page {
    Page::from(page).empty()
}

fn is_staged(machine: &Machine) -> bool {
    machine.guest.try_run(STAGED).0 == 0
}

fn slot(version: &str) -> String {
    format!("/var/lib/kakari-update/slots/{version}/kakari")
}

fn since(machine: &Machine, moment: std::time::Duration) -> f64 {
    (machine.on_for() - moment).as_secs_f64()
}

/// `kakari_0.1.0_amd64.deb`: 0.1.0
fn version_of(deb: &Path) -> String {
    let name = deb.file_name().unwrap().to_str().unwrap();
    name.split('_').nth(1).unwrap().to_owned()
}
