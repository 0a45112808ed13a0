//! The disk as it ships, booted in a machine with a TPM, a display and a USB card reader: out of the box, enrolled, a tap on the glass, power
//! cuts, and the same disk in somebody else's machine. One tablet's life, in this order: each start takes its time.

use std::path::Path;

use kakari_card_sim::in_own_process;
use kakari_image_tests::{Disk, Machine, Town, Tpm};
use kakari_tests::page::Page;

use crate::steps::{NEXT_PAGE, PATIENCE, cuts, enrol, settle};

const UP: &str = "systemctl is-active kakari-firewall seatd kakari-update.path | sort -u";
const LISTENING: &str = "ss -Htulpn";
const SAYS: &str = "journalctl -b -u kakari-tablet -o cat --no-pager";
/// What our units said at the level of errors.
const OUR_ERRORS: &str = "journalctl -b -p 3 -o cat --no-pager -u 'kakari-*'";

#[test]
fn a_tablet_starts_out_of_the_box_is_enrolled_shows_a_patient_survives_power_cuts_and_opens_nothing_elsewhere() {
    let name = "machine::a_tablet_starts_out_of_the_box_is_enrolled_shows_a_patient_survives_power_cuts_and_opens_nothing_elsewhere";
    in_own_process(name, |dir| {
        let (town, tpm) = (Town::with_residents(dir, &[2]), Tpm::in_dir(&dir.join("tpm")));
        let disk = Disk::shipped(&dir.join("disk"));
        first_start(dir, &disk, &tpm, &town);
        for cut in 1..=cuts(1) {
            power_cut(dir, &disk, &tpm, &town, cut);
        }
        elsewhere(dir, &disk);
    });
}

fn first_start(dir: &Path, disk: &Disk, tpm: &Tpm, town: &Town) {
    let machine = Machine::start(&dir.join("first"), disk, Some(tpm));
    out_of_the_box(&machine);
    enrol(&machine, town);
    tap_on_the_glass(&machine, town);
    sync_sees_no_glass(&machine);
    quiet_and_closed(&machine);
}

fn out_of_the_box(machine: &Machine) {
    drop(machine.wait_for_page("enrolment", PATIENCE));
    println!("from power to the page of enrolment: {:.0} s", machine.on_for().as_secs_f64());
    assert_eq!(machine.guest.run("systemctl is-active kakari-enrol"), "active");
    settle();
    machine.picture("enrolment").assert_is_a_page().for_documents("tablet-first-start");
    assert_eq!(machine.guest.run(UP), "active");
    let sealed = machine
        .guest
        .run("stat -c '%U %a %s' /var/lib/kakari/keys/store-key.cred; ls /var/lib/kakari/store.key 2>&1 || true");
    println!("the store key: {}", sealed.replace('\n', "; "));
    assert!(sealed.starts_with("kakari") && sealed.contains("No such file"), "{sealed}");
}

fn tap_on_the_glass(machine: &Machine, town: &Town) {
    let up = |screen: &str| machine.wait_for_screen(screen, NEXT_PAGE);
    machine.reader.insert(&town.staff.card.card).unwrap();
    up("pin");
    machine.spell("pin", kakari::demo::TRAINING_PIN);
    drop(machine.picture("pin"));
    machine.touch("pin", "決定");
    up("standby");
    machine.picture("standby").assert_is_a_page().for_documents("tablet-standby");
    machine.reader.insert(&town.cards[0].card).unwrap();
    up("check");
    machine.picture("check").assert_is_a_page();
    machine.touch(Page::from("check"), "本人同意");
    println!("a tap through kernel, libccid and pcscd: {}", up("summary").split("card_us").nth(1).unwrap_or_default());
    machine.picture("summary").assert_is_a_page().for_documents("tablet-summary");
    machine.reader.remove().unwrap();
}

/// As the user that sync is, in what sync sees of the machine: from there a picture of a patient could be taken.
fn sync_sees_no_glass(machine: &Machine) {
    let main = |unit: &str| machine.guest.run(&format!("systemctl show -p MainPID --value {unit}"));
    machine.guest.wait_until("systemctl is-active kakari-sync", NEXT_PAGE, |said| said == "active");
    let (sync, glass) = (main("kakari-sync"), main("kakari-tablet"));
    let as_sync = format!(
        "nsenter -t {sync} -m setpriv --reuid kakari --regid kakari --init-groups --inh-caps=-all --bounding-set=-all"
    );
    assert!(machine.guest.run("ls /run/kakari").contains("wayland-0"), "the control: it is there");
    let ways = ["/run/kakari", "/run/pcscd", "/run/seatd.sock", "/run/dbus"].map(str::to_owned);
    for way in ways.into_iter().chain([format!("/proc/{glass}/root/run/kakari/wayland-0")]) {
        let (code, said) = machine.guest.try_run(&format!("{as_sync} ls -d {way}"));
        assert!(code != 0 && said.contains("No such file"), "{way}: {said}");
    }
    assert_eq!(machine.guest.run("cat /proc/sys/kernel/yama/ptrace_scope"), "2");
    println!("in sync's namespace: no glass, no cards, no seat, no message bus");
}

fn quiet_and_closed(machine: &Machine) {
    let listening = machine.guest.run(LISTENING);
    println!("ss -tulpn lists {} sockets", listening.lines().count());
    assert_eq!(listening, "", "nothing listens");
    let errors = machine.guest.try_run(OUR_ERRORS).1;
    assert_eq!(errors, "", "our units say no error");
    for unit in ["kakari-tablet", "kakari-sync", "kakari-enrol", "kakari-key", "kakari-firewall"] {
        let judged = machine.guest.try_run(&format!("systemd-analyze security --no-pager {unit} | tail -n 1")).1;
        println!("{}", judged.trim_start_matches(|letter: char| !letter.is_ascii()).trim());
    }
    let theirs = "for id in $(cat /sys/fs/cgroup/system.slice/kakari-tablet.service/cgroup.procs); do ss -Hap | grep \"pid=$id,\"; done";
    let sockets = machine.guest.try_run(theirs).1;
    println!("kakari-tablet.service: {} sockets, of the internet: {}", sockets.lines().count(), internet(&sockets));
    assert!(sockets.lines().count() > 0 && internet(&sockets) == 0, "{sockets}");
}

fn internet(sockets: &str) -> usize {
    sockets.lines().filter(|line| ["tcp", "udp", "raw", "p_"].iter().any(|kind| line.starts_with(kind))).count()
}

/// pcscd falls: the tablet looks past it, and the next card is seen.
fn heals(machine: &Machine, town: &Town) {
    machine.guest.run("systemctl is-active pcscd && systemctl kill -s KILL pcscd; sleep 3");
    machine.reader.insert(&town.staff.card.card).unwrap();
    machine.wait_for_screen("pin", PATIENCE);
    machine.reader.remove().unwrap();
    println!("pcscd killed under the tablet: the next card is seen");
}

/// The machine before was not shut down: its drop is the cut.
fn power_cut(dir: &Path, disk: &Disk, tpm: &Tpm, town: &Town, cut: u32) {
    let machine = Machine::start(&dir.join("cut"), disk, Some(tpm));
    machine.wait_for_screen("sign-in", PATIENCE);
    println!("power cut {cut}: the glass is up again after {:.0} s, store open", machine.on_for().as_secs_f64());
    assert_eq!(machine.guest.run(UP), "active");
    if cut == 1 {
        heals(&machine, town);
    }
}

/// Somebody takes the disk and puts it into a machine of his own.
fn elsewhere(dir: &Path, disk: &Disk) {
    let (disk, tpm) = (disk.copy(&dir.join("stolen")), Tpm::in_dir(&dir.join("another-tpm")));
    let machine = Machine::start(&dir.join("elsewhere"), &disk, Some(&tpm));
    let state = machine.guest.wait_until("systemctl show -p Result,ExecMainStatus,NRestarts kakari-tablet; journalctl -b -u kakari-tablet -o cat --no-pager | tail -n 20", PATIENCE, |said| {
        said.contains("credential") || said.contains("kakari::screen")
    });
    settle();
    let _ = machine.picture("another-tpm");
    println!("another machine's TPM: {state}");
    let opened = "systemd-creds decrypt --name=kakari-store-key /var/lib/kakari/keys/store-key.cred - >/dev/null 2>&1 && echo opened || echo closed";
    assert_eq!(machine.guest.run(opened), "closed", "the sealed key opens nothing here");
    // The glass is up and says so; there is no store, so nobody signs in.
    machine
        .guest
        .wait_until(SAYS, NEXT_PAGE, |said| said.contains("the store does not serve") && said.contains("NoKey"));
}
