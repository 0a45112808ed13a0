//! What is done in more than one tablet's life.

use std::env;
use std::time::Duration;

use kakari_image_tests::{Guest, Machine, Town};

/// An emulated processor needs minutes for what a tablet does in seconds.
pub(crate) const PATIENCE: Duration = Duration::from_secs(300);
pub(crate) const NEXT_PAGE: Duration = Duration::from_secs(60);
/// What is in force, waits, or is stuck.
pub(crate) const STATE: &str = "cat /var/lib/kakari-update/state.toml 2>/dev/null";
/// Which programs the glass and sync are.
pub(crate) const RUN: &str = "for exe in /proc/[0-9]*/exe; do readlink $exe; done | grep '/kakari$' | sort | uniq -c";

/// How often the power is cut: `KAKARI_CUTS`, else so often.
pub(crate) fn cuts(usual: u32) -> u32 {
    env::var("KAKARI_CUTS").ok().and_then(|cuts| cuts.parse().ok()).unwrap_or(usual)
}

/// As its user does it: the office's stick is plugged in, and the invitation's code is typed on the glass.
pub(crate) fn enrol(machine: &Machine, town: &Town) {
    let mounted = machine.plug_in(&town.bundle, PATIENCE);
    println!("the stick: {mounted}");
    assert!(["nosuid", "nodev", "noexec"].iter().all(|option| mounted.contains(option)), "{mounted}");
    machine.touch("enrolment", "USBで登録");
    machine.spell("enrolment-code", &town.code.replace('-', ""));
    drop(machine.picture("enrolment-code"));
    machine.touch("enrolment-code", "決定");
    machine.guest.wait_until("ls /var/lib/kakari/kakari.db /etc/kakari/kakari.toml 2>&1", PATIENCE, |said| {
        !said.contains("No such file")
    });
    settle();
    drop(machine.picture("enrolment-working"));
    let is_over = |guest: &Guest| guest.try_run("systemctl is-active kakari-enrol").1 != "active";
    machine.touch_until("enrolment-ready", "終了", PATIENCE, is_over);
    machine.pull_out();
    machine.guest.wait_until("findmnt -n -o TARGET | grep /media || echo none", NEXT_PAGE, |said| said == "none");
    assert_eq!(
        machine.guest.run("ls /var/lib/kakari/store.key 2>/dev/null || echo none"),
        "none",
        "the key is in no file"
    );
    machine.wait_for_screen("sign-in", PATIENCE);
    println!("enrolled; the store opens with the key sealed to the TPM");
}

/// The programs of the glass and of sync, each once.
pub(crate) fn running(machine: &Machine) -> Vec<String> {
    let said = machine.guest.run(RUN);
    said.lines().filter_map(|line| line.split_whitespace().last().map(str::to_owned)).collect()
}

pub(crate) fn packaged() -> String {
    "/usr/lib/kakari/kakari".to_owned()
}

pub(crate) fn settle() {
    std::thread::sleep(Duration::from_secs(5));
}
