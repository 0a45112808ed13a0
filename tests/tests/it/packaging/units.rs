//! The units: systemd reads them, judges them tight, and they say what the programs rely on.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use super::{file, told};
use kakari_tests::place::repository;

/// The highest figure of `systemd-analyze security` that a unit may have (0 is nothing at all, 10 is everything).
const MOST: f64 = 3.0;
const STICK: &str = "kakari-stick@.service";

fn units(ending: &str) -> Vec<PathBuf> {
    let dir = repository().join("packaging/systemd");
    let mut found: Vec<_> = fs::read_dir(dir).expect("units").map(|entry| entry.expect("unit").path()).collect();
    found.retain(|path| path.to_string_lossy().ends_with(ending));
    found.sort();
    assert!(!found.is_empty());
    found
}

fn name(path: &std::path::Path) -> String {
    path.file_name().expect("a name").to_string_lossy().into_owned()
}

/// Every value of each word, in the order in which they stand there.
fn words(unit: &str) -> BTreeMap<String, Vec<String>> {
    let mut words: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in super::lines(&file(&format!("systemd/{unit}"))) {
        if let Some((word, value)) = line.split_once('=') {
            words.entry(word.to_owned()).or_default().push(value.to_owned());
        }
    }
    words
}

fn one<'a>(words: &'a BTreeMap<String, Vec<String>>, word: &str) -> &'a str {
    match words.get(word).map(Vec::as_slice) {
        Some([value]) => value,
        other => panic!("{word}: {other:?}"),
    }
}

#[test]
fn systemd_reads_every_unit_without_a_word_of_complaint() {
    let paths = [units(".service"), units(".path"), units(".timer")].concat();
    let answer = told(Command::new("systemd-analyze").arg("verify").args(&paths), "systemd");
    let words = String::from_utf8_lossy(&answer.stderr);
    // The programs are not installed where this runs, and other units of this machine are not ours.
    let ours: Vec<&str> = words
        .lines()
        .filter(|line| line.contains("kakari") && !line.contains("is not executable") && !line.contains("is not-found"))
        .collect();
    assert!(ours.is_empty(), "{ours:#?}");
}

/// `cargo test -p kakari-tests --test it -- each_unit_is_judged --nocapture` prints the figures.
#[test]
fn each_unit_is_judged_tight_and_the_documents_say_its_figure() {
    let document = fs::read_to_string(repository().join("docs/packaging.md")).expect("docs/packaging.md");
    for path in units(".service") {
        let asked = ["security", "--offline=true", "--no-pager"];
        let answer = told(Command::new("systemd-analyze").args(asked).arg(&path), "systemd");
        let text = String::from_utf8_lossy(&answer.stdout).into_owned() + &String::from_utf8_lossy(&answer.stderr);
        let line =
            text.lines().find(|line| line.contains("Overall exposure level")).unwrap_or_else(|| panic!("{text}"));
        let figure = line.rsplit(": ").next().and_then(|rest| rest.split(' ').next()).expect("a figure");
        eprintln!("{} {figure}", name(&path));
        assert!(figure.parse::<f64>().expect("a number") <= MOST, "{line}");
        let row = format!("| `{}` | {figure} |", name(&path));
        assert!(document.contains(&row), "docs/packaging.md does not say {row}");
    }
}

#[test]
fn the_glass_has_no_way_to_a_network_and_lives_under_a_watchdog() {
    let tablet = words("kakari-tablet.service");
    for (word, value) in [
        ("RestrictAddressFamilies", "AF_UNIX AF_NETLINK"),
        ("IPAddressDeny", "any"),
        ("User", "kakari"),
        ("LimitCORE", "0"),
        ("MemorySwapMax", "0"),
        ("Type", "notify"),
        ("NotifyAccess", "all"),
        ("WatchdogSec", "30"),
        ("Restart", "always"),
        ("StartLimitIntervalSec", "0"),
        // Of no use, and more than sync has: see the next test but one.
        ("CapabilityBoundingSet", "CAP_BLOCK_SUSPEND"),
        ("AmbientCapabilities", "CAP_BLOCK_SUSPEND"),
        ("ExecStartPre", "-+/usr/lib/kakari/kakari-update choose"),
        ("ExecStart", "/usr/bin/cage -d -- /usr/bin/kakari run"),
    ] {
        assert_eq!(one(&tablet, word), value, "{word}");
    }
    assert!(!tablet.contains_key("IPAddressAllow"));
}

#[test]
fn neither_the_glass_nor_sync_can_read_the_other_ones_memory() {
    for unit in ["kakari-tablet.service", "kakari-enrol.service", "kakari-sync.service"] {
        let words = words(unit);
        let refused: Vec<&str> = words["SystemCallFilter"].iter().filter_map(|line| line.strip_prefix('~')).collect();
        for call in ["@debug", "@privileged", "process_vm_readv", "process_vm_writev", "pidfd_getfd"] {
            assert!(refused.iter().any(|line| line.split(' ').any(|word| word == call)), "{unit} {call}");
        }
        let capability = if unit == "kakari-tablet.service" { "CAP_BLOCK_SUSPEND" } else { "" };
        assert_eq!(
            (one(&words, "CapabilityBoundingSet"), one(&words, "NoNewPrivileges")),
            (capability, "yes"),
            "{unit}"
        );
    }
    // @debug is systemd's word: it has to mean what is meant here.
    let answer = told(Command::new("systemd-analyze").args(["syscall-filter", "--no-pager", "@debug"]), "systemd");
    assert!(String::from_utf8_lossy(&answer.stdout).contains("ptrace"));
}

#[test]
fn sync_has_the_network_and_no_device_but_the_tpm() {
    let sync = words("kakari-sync.service");
    assert_eq!(one(&sync, "DevicePolicy"), "closed");
    assert_eq!(sync["DeviceAllow"], ["char-tpm rw"]);
    assert!(one(&sync, "RestrictAddressFamilies").contains("AF_INET"));
    assert!(!sync.contains_key("IPAddressDeny") && !sync.contains_key("PrivateNetwork"));
    assert_eq!((one(&sync, "Type"), one(&sync, "WatchdogSec")), ("notify", "10min"), "one that hangs is started again");
}

/// A hidden path hides what is there when the unit starts, and a folder that is made anew is seen again; an empty /run hides all.
#[test]
fn who_faces_the_network_or_takes_its_packages_sees_neither_glass_nor_cards_nor_seat_nor_bus() {
    let lookups_and_signs = ["-/run/NetworkManager -/run/systemd/resolve -/run/resolvconf /run/systemd/notify"];
    let none = [""; 0];
    let sees = [("sync", &lookups_and_signs[..]), ("update", &none)];
    for (unit, seen) in sees {
        let words = words(&format!("kakari-{unit}.service"));
        assert_eq!(one(&words, "TemporaryFileSystem"), "/run:ro", "{unit}");
        assert_eq!(words.get("BindReadOnlyPaths").map_or(&[][..], Vec::as_slice), seen, "{unit}");
        assert!(!words.contains_key("BindPaths"), "{unit}");
    }
    let enrol = words("kakari-enrol.service");
    assert_eq!(one(&enrol, "InaccessiblePaths"), "-/run/pcscd -/run/dbus");
    // The folders it is given are there when it starts.
    let after = words("kakari-sync.service")["After"].join(" ");
    assert!(["NetworkManager.service", "systemd-resolved.service"].iter().all(|unit| after.contains(unit)), "{after}");
}

/// systemd looks a file up before the unit's first command has run, and a TPM's driver may come later.
#[test]
fn the_tpm_is_allowed_by_its_kind_and_one_that_hangs_does_not_hold_up_the_tablet() {
    for path in units(".service") {
        let words = words(&name(&path));
        let devices = words.get("DeviceAllow").map_or(String::new(), |devices| devices.join("\n"));
        assert!(!devices.contains("/dev/"), "{}: {devices}", name(&path));
    }
    assert_eq!(words("kakari-key.service")["DeviceAllow"], ["char-tpm rw"]);
    assert_eq!(one(&words("kakari-key.service"), "TimeoutStartSec"), "60");
}

#[test]
fn a_tablet_that_was_erased_shows_the_enrolment_with_a_key_made_anew() {
    let unit = file("systemd/kakari-tablet.service").replace("\\\n", "");
    let line = unit.lines().find_map(|line| line.strip_prefix("ExecStopPost=-+/bin/sh -c '")).expect("the line");
    let script = line.strip_suffix('\'').expect("its end");
    let place = tempfile::tempdir().expect("a folder");
    let [mark, store, said] = ["enrolment.cbor", "kakari.db", "said"].map(|name| place.path().join(name));
    let script = script
        .replace("/var/lib/kakari/state/enrolment.cbor", &mark.display().to_string())
        .replace("/var/lib/kakari/kakari.db", &store.display().to_string())
        .replace("exec /bin/systemctl", &format!("echo >{}", said.display()));
    let run = || told(Command::new("/bin/sh").args(["-c", &script]), "dash");
    let asked = "--no-block restart kakari-key.service kakari-sync.service kakari-enrol.service\n";
    fs::write(&mark, b"x").expect("written");
    fs::write(&store, b"x").expect("written");
    run();
    assert!(!said.exists(), "an enrolled tablet is left alone");
    for (gone, when) in [(&store, "its region does not know yet"), (&mark, "its region knows")] {
        fs::remove_file(gone).expect("removed");
        run();
        assert_eq!(fs::read_to_string(&said).expect("systemctl was asked"), asked, "{when}");
        fs::remove_file(&said).expect("removed");
    }
    assert!(words("kakari-enrol.service")["After"].join(" ").contains("kakari-key.service"), "the key first");
}

#[test]
fn whoever_opens_the_store_is_given_the_sealed_key_or_starts_without_it() {
    for unit in ["kakari-tablet.service", "kakari-enrol.service", "kakari-sync.service", "kakari-update.service"] {
        let words = words(unit);
        let sealed = "kakari-store-key:/var/lib/kakari/keys/store-key.cred";
        assert_eq!(one(&words, "LoadCredentialEncrypted"), sealed, "{unit}");
        // systemd 252 takes no default without a byte; an empty line counts as none (app/src/config.rs).
        assert_eq!(one(&words, "SetCredential"), "kakari-store-key:\\n", "{unit}");
    }
}

#[test]
fn of_the_glass_and_the_enrolment_one_starts_and_never_both() {
    let mark = |unit: &str| words(unit)["ConditionPathExists"].clone();
    let enrolled = mark("kakari-tablet.service");
    let [enrolment, configuration, store, half_made] = enrolled.as_slice() else { panic!("{enrolled:?}") };
    let turned =
        enrolled.iter().map(|path| path.strip_prefix('!').map_or(format!("|!{path}"), |path| format!("|{path}")));
    assert_eq!(mark("kakari-enrol.service"), turned.collect::<Vec<_>>());
    assert_eq!(
        half_made, "!/var/lib/kakari/state/store.making",
        "a store that the power left half made is the enrolment's"
    );
    assert!(store.ends_with("/kakari.db"));
    // Sync tells of an erasure when there is no store any more.
    assert_eq!(mark("kakari-sync.service"), [enrolment, configuration, half_made].map(String::clone));
}

#[test]
fn what_could_not_be_taken_is_tried_again_and_what_was_withdrawn_is_put_away() {
    let timer = words("kakari-update.timer");
    assert_eq!((one(&timer, "OnBootSec"), one(&timer, "OnUnitInactiveSec")), ("10min", "6h"));
    assert!(
        !words("kakari-update.service").contains_key("ConditionPathExists"),
        "it has to run when nothing is staged"
    );
}

/// The line of `kakari-sync.service`, run on a state with a trial, one without, and none.
#[test]
fn sync_does_not_start_while_a_version_is_on_trial() {
    let words = words("kakari-sync.service");
    let (_, line) = one(&words, "ExecCondition").split_once("-c ").expect("a shell's line");
    let place = tempfile::tempdir().expect("a folder");
    let [state, wipe] = ["state.toml", "kakari.db.wipe"].map(|name| place.path().join(name));
    let line = line.trim_matches('"').replace("/var/lib/kakari-update/state.toml", &state.display().to_string());
    let line = line.replace("/var/lib/kakari/kakari.db.wipe", &wipe.display().to_string());
    let starts = || told(Command::new("sh").args(["-c", &line]), "dash").status.success();
    assert!(starts(), "no update was ever taken");
    fs::write(&state, "current = \"0.2.0\"\n").expect("written");
    assert!(starts());
    fs::write(&state, "current = \"0.2.0\"\n\n[trial]\nversion = \"0.2.0\"\ntries_left = 2\n").expect("written");
    assert!(!starts());
    fs::write(&wipe, "").expect("written");
    assert!(starts(), "there is no store left to migrate, and the region waits to be told");
}

/// What the installation switches on is what there is to switch on.
#[test]
fn every_unit_of_the_tablet_is_switched_on_and_off_by_the_package() {
    let mut there: Vec<String> =
        [units(".service"), units(".path"), units(".timer")].concat().iter().map(|path| name(path)).collect();
    // The server's, and the one that udev asks for.
    there.retain(|unit| unit != "kakari-region.service" && unit != STICK);
    there.sort();
    for script in ["postinst", "postrm"] {
        let text = file(&format!("debian/kakari/{script}"));
        let (_, rest) = text.split_once("units=\"").expect("the list");
        let mut said: Vec<&str> = rest.split_once('"').expect("its end").0.split_whitespace().collect();
        said.sort_unstable();
        assert_eq!(said, there, "{script}");
    }
}

/// It mounts nothing itself: what it mounted would be seen by nobody else. And it goes when the stick goes.
#[test]
fn a_stick_is_mounted_by_systemd_for_as_long_as_it_is_in_and_whoever_reads_it_sees_it() {
    let stick = words(STICK);
    for (word, value) in [
        ("BindsTo", "dev-%i.device"),
        ("After", "dev-%i.device"),
        ("Type", "oneshot"),
        ("RemainAfterExit", "yes"),
        ("ExecStart", "/usr/lib/kakari/kakari-stick mount %i"),
        ("ExecStop", "-/usr/lib/kakari/kakari-stick unmount %i"),
        ("CapabilityBoundingSet", ""),
    ] {
        assert_eq!(one(&stick, word), value, "{word}");
    }
    let rules = file("udev/94-kakari-sticks.rules");
    assert!(rules.contains("ENV{SYSTEMD_WANTS}+=\"kakari-stick@%k.service\"") && rules.contains("TAG+=\"systemd\""));
    for unit in ["kakari-tablet.service", "kakari-enrol.service", "kakari-sync.service"] {
        let text = file(&format!("systemd/{unit}"));
        let blind = ["MountFlags=", "RootDirectory=", "PrivateUsers=yes"];
        assert!(blind.iter().all(|word| !text.contains(word)), "{unit} would not see a stick that comes later");
        let hides = |line: &&str| line.starts_with("TemporaryFileSystem=") || line.starts_with("InaccessiblePaths=");
        let mut hidden = text.lines().filter(hides).flat_map(|line| line.split(['=', ' ']).skip(1));
        assert!(hidden.all(|path| path.trim_start_matches('-').starts_with("/run")), "{unit}");
    }
    assert!(words("kakari-tablet.service")["ReadWritePaths"].contains(&"-/media".to_owned()), "a file for a hospital");
}

/// After an erasure a new key has to be there before the enrolment reads it, so the key's unit does not stay up: whoever wants it runs
/// it anew. A glass that is started again after a fall does not wait for it.
#[test]
fn each_enrolment_has_a_key_made_first_and_a_glass_that_fell_waits_for_none() {
    let key = words("kakari-key.service");
    assert!(one(&key, "Type") == "oneshot" && !key.contains_key("RemainAfterExit"));
    let wants =
        |unit: &str| words(unit).get("Wants").into_iter().flatten().any(|line| line.contains("kakari-key.service"));
    assert!(wants("kakari-enrol.service") && !wants("kakari-tablet.service") && !wants("kakari-sync.service"));
    for unit in ["kakari-tablet.service", "kakari-enrol.service", "kakari-sync.service"] {
        assert!(words(unit)["After"].iter().any(|line| line.contains("kakari-key.service")), "{unit}");
    }
}
