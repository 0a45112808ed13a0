//! A version that has migrated the store and does not start: no way back, and yet no black glass.

use kakari_card_sim::in_own_process;
use kakari_image_tests::{Disk, Machine, Town, Tpm};

use crate::steps::{PATIENCE, RUN, STATE, enrol, packaged, running, settle};

/// Put there as root's program would: in force, on trial, its glass ends at once, and only it opens what the store may be by now. (The
/// store is not touched, so here the packaged program opens it.)
const UNSOUND: &str = r#"set -e
mkdir -p /var/lib/kakari-update/slots/0.9.0
cat >/var/lib/kakari-update/slots/0.9.0/kakari <<'PROGRAM'
#!/bin/sh
case $1 in
--version) echo kakari 0.9.0 ;;
store-schema) echo 99 ;;
run) exit 1 ;;
*) exec /usr/lib/kakari/kakari "$@" ;;
esac
PROGRAM
chmod 755 /var/lib/kakari-update/slots/0.9.0/kakari
printf 'current = "0.9.0"\n[trial]\nversion = "0.9.0"\ntries_left = 3\n' >/var/lib/kakari-update/state.toml
ln -sfn slots/0.9.0 /var/lib/kakari-update/current
echo 99 >/var/lib/kakari/kakari.db.schema
sync"#;
const TRIED: &str = "journalctl -b -o cat --no-pager -u kakari-tablet | grep -c 'Starting kakari-tablet'";
const ERRORS: &str = "journalctl -b -p 3 -o cat --no-pager -u kakari-tablet";

#[test]
fn where_a_version_does_not_start_and_cannot_be_taken_back_the_packaged_glass_is_there_at_every_start() {
    let name =
        "stuck::where_a_version_does_not_start_and_cannot_be_taken_back_the_packaged_glass_is_there_at_every_start";
    in_own_process(name, |dir| {
        let (town, tpm) = (Town::with_residents(dir, &[2]), Tpm::in_dir(&dir.join("tpm")));
        let disk = Disk::shipped(&dir.join("disk"));
        let machine = Machine::start(&dir.join("first"), &disk, Some(&tpm));
        drop(machine.wait_for_page("enrolment", PATIENCE));
        settle();
        enrol(&machine, &town);
        machine.guest.run(UNSOUND);
        drop(machine);
        for start in 1..=2 {
            let machine = Machine::start(&dir.join("stuck"), &disk, Some(&tpm));
            machine.wait_for_screen("sign-in", PATIENCE);
            let (up, tried) = (machine.on_for().as_secs_f64(), machine.guest.run(TRIED));
            assert_eq!(tried, "4", "three of the version in force, then the packaged one");
            println!("start {start}: {tried} starts of the unit, then the packaged glass, {up:.0} s after power");
            machine.picture("stuck").assert_is_a_page();
            let state = machine.guest.run(STATE);
            assert!(state.contains("stuck = \"0.9.0\"") && !state.contains("[trial]"), "{state}");
            machine.guest.run("test -e /run/kakari-stuck");
            assert!(machine.guest.run(ERRORS).contains("0.9.0 did not start in order"));
            // Sync was stopped for the trial, and goes on; its program of the version in force gives the word to the packaged one.
            machine.guest.wait_until(RUN, PATIENCE, |said| said.trim() == format!("2 {}", packaged()));
            assert_eq!(running(&machine), [packaged()]);
        }
    });
}
