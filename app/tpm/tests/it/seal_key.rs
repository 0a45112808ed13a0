//! `packaging/keys/kakari-seal-key` as it is installed, on an emulated TPM.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Output;

use tempfile::TempDir;

use crate::swtpm::{Swtpm, program};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../packaging/keys/kakari-seal-key");

/// A tablet's folder.
pub(crate) struct Tablet(TempDir);

impl Tablet {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("folder"))
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn sealed(&self) -> PathBuf {
        self.path("keys/store-key.cred")
    }

    fn run(&self, tcti: &str, words: &[&str]) -> Output {
        let own = fs::metadata(self.0.path()).expect("folder");
        program("sh")
            .arg(SCRIPT)
            .args(words)
            .env("KAKARI_DIR", self.0.path())
            .env("KAKARI_TPM", tcti)
            .env("KAKARI_OWNER", format!("{}:{}", own.uid(), own.gid()))
            .output()
            .expect("a shell")
    }

    /// As at a start of the machine: it always ends well. What it said.
    pub(crate) fn start(&self, tcti: &str) -> String {
        let output = self.run(tcti, &[]);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            output.status.success() && output.stderr.is_empty(),
            "{said}{}",
            String::from_utf8_lossy(&output.stderr)
        );
        said
    }

    fn adopt(&self, tcti: &str) -> (bool, String) {
        let output = self.run(tcti, &["--adopt"]);
        (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
    }

    fn write_key(&self, bytes: &[u8]) {
        fs::write(self.path("store.key"), bytes).expect("written");
        fs::set_permissions(self.path("store.key"), fs::Permissions::from_mode(0o600)).expect("mode");
    }
}

/// Every byte of every file below.
fn bytes_below(dir: &Path) -> Vec<u8> {
    let entries = fs::read_dir(dir).expect("folder").map(|entry| entry.expect("entry").path());
    entries.flat_map(|path| if path.is_dir() { bytes_below(&path) } else { fs::read(path).expect("bytes") }).collect()
}

#[test]
fn at_the_first_start_a_key_is_made_and_sealed_and_is_nowhere_in_clear() {
    let (emulator, tablet) = (Swtpm::new(), Tablet::new());
    let said = tablet.start(&emulator.tcti());
    assert!(said.contains("sealed it to this machine's TPM"), "{said}");
    let mode = fs::metadata(tablet.sealed()).expect("sealed").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let key = emulator.unseal(&tablet.sealed()).expect("opens");
    assert_eq!(key.len(), 32);
    let on_disk = bytes_below(tablet.0.path());
    assert!(!on_disk.windows(8).any(|bytes| bytes == &key[..8]), "the key in clear is on the disk");
    assert_eq!(fs::read_dir(tablet.path("keys")).expect("folder").count(), 1, "nothing half-made is left");
    let sealed = fs::read(tablet.sealed()).expect("bytes");
    assert_eq!(tablet.start(&emulator.tcti()), "", "at the next start it opens, and nothing is made");
    assert_eq!(fs::read(tablet.sealed()).expect("bytes"), sealed);
}

#[test]
fn a_hundred_keys_are_a_hundred_keys() {
    let (emulator, mut keys) = (Swtpm::new(), BTreeSet::new());
    for _ in 0..100 {
        let tablet = Tablet::new();
        tablet.start(&emulator.tcti());
        keys.insert(emulator.unseal(&tablet.sealed()).expect("opens"));
    }
    assert_eq!(keys.len(), 100);
    assert!(keys.iter().all(|key| key.len() == 32));
}

/// The control is in `cuts.rs` of what a vehicle does: without the script's care three cuts lock systemd's object.
#[test]
fn forty_power_cuts_in_a_row_and_wrong_passwords_do_not_lock_the_store_key() {
    let (mut emulator, tablet) = (Swtpm::new(), Tablet::new());
    tablet.start(&emulator.tcti());
    let key = emulator.unseal(&tablet.sealed()).expect("opens");
    for cut in 1..=40 {
        emulator.cut_power();
        assert_eq!(emulator.unseal(&tablet.sealed()).as_ref(), Some(&key), "after cut {cut}");
    }
    println!("40 of 40 power cuts: the store key opens");
}

#[test]
fn a_store_key_that_was_locked_out_opens_again_at_the_next_start() {
    let (mut emulator, tablet) = (Swtpm::new(), Tablet::new());
    tablet.start(&emulator.tcti());
    let key = emulator.unseal(&tablet.sealed()).expect("opens");
    emulator.tool_works("tpm2_dictionarylockout -s -n 3 -t 3600 -l 3600");
    let mut cuts = 0;
    while emulator.unseal(&tablet.sealed()).is_some() {
        cuts += 1;
        assert!(cuts < 10, "the control: an object of systemd's is locked by power cuts");
        emulator.cut_power();
    }
    println!("without the script's care {cuts} power cuts lock the store key");
    assert_eq!(tablet.start(&emulator.tcti()), "");
    assert_eq!(emulator.unseal(&tablet.sealed()), Some(key));
}

#[test]
fn a_tpm_whose_lockout_password_is_somebody_elses_gets_no_key() {
    let (emulator, tablet) = (Swtpm::new(), Tablet::new());
    emulator.tool_works("tpm2_changeauth -c lockout theirs");
    let said = tablet.start(&emulator.tcti());
    assert!(said.contains("clear the TPM in the machine's set-up"), "{said}");
    assert!(!tablet.sealed().exists());
}

#[test]
fn without_a_tpm_it_says_so_and_the_tablet_starts_with_its_file() {
    let tablet = Tablet::new();
    let said = tablet.start("device:/dev/no-such-tpm");
    assert!(said.contains("no TPM answers") && said.contains("weaker"), "{said}");
    assert!(!tablet.path("keys").exists());
    let (done, said) = tablet.adopt("device:/dev/no-such-tpm");
    assert!(!done && said.contains("nothing was changed"), "{said}");
}

#[test]
fn a_key_file_stays_until_it_is_adopted_and_then_lies_in_the_tpm_alone() {
    let (emulator, tablet) = (Swtpm::new(), Tablet::new());
    tablet.write_key(&[0xA7; 32]);
    let said = tablet.start(&emulator.tcti());
    assert!(said.contains("--adopt") && !tablet.sealed().exists(), "{said}");
    let (done, said) = tablet.adopt(&emulator.tcti());
    assert!(done && said.contains("erased") && said.contains("restart"), "{said}");
    assert!(!tablet.path("store.key").exists());
    assert_eq!(emulator.unseal(&tablet.sealed()).as_deref(), Some([0xA7; 32].as_slice()));
    assert!(tablet.adopt(&emulator.tcti()).0, "once more changes nothing");
    assert_eq!(emulator.unseal(&tablet.sealed()).as_deref(), Some([0xA7; 32].as_slice()));
}

#[test]
fn an_adoption_that_was_cut_off_is_finished_at_the_next_start_and_another_key_is_left_alone() {
    let (emulator, tablet) = (Swtpm::new(), Tablet::new());
    tablet.write_key(&[0xA7; 32]);
    assert!(tablet.adopt(&emulator.tcti()).0);
    tablet.write_key(&[0xA7; 32]);
    fs::write(tablet.path("keys/store-key.cred.making"), [1; 99]).expect("written");
    let said = tablet.start(&emulator.tcti());
    assert!(said.contains("erased") && !tablet.path("store.key").exists(), "{said}");
    tablet.write_key(&[0xB8; 32]);
    let said = tablet.start(&emulator.tcti());
    assert!(said.contains("another key") && tablet.path("store.key").exists(), "{said}");
    assert!(said.contains("Keep both") && !said.to_lowercase().contains("remove"), "{said}");
    for short in [31, 33, 0] {
        let tablet = Tablet::new();
        tablet.write_key(&vec![7; short]);
        let (done, said) = tablet.adopt(&emulator.tcti());
        assert!(!done && said.contains("32 bytes") && tablet.path("store.key").exists(), "{said}");
    }
}

#[test]
fn the_zeros_of_a_key_file_whose_erasure_was_cut_off_are_no_key() {
    let (emulator, tablet) = (Swtpm::new(), Tablet::new());
    tablet.write_key(&[0xA7; 32]);
    assert!(tablet.adopt(&emulator.tcti()).0);
    fs::write(tablet.path("kakari.db"), b"a store").expect("written");
    for tcti in [emulator.tcti(), "device:/dev/no-such-tpm".to_owned(), emulator.tcti()] {
        tablet.write_key(&[0; 32]);
        let said = tablet.start(&tcti);
        assert!(!tablet.path("store.key").exists() && !said.contains("another key"), "{said}");
    }
    assert_eq!(emulator.unseal(&tablet.sealed()).as_deref(), Some([0xA7; 32].as_slice()));
    tablet.write_key(&[0; 32]);
    assert!(tablet.adopt(&emulator.tcti()).0 && !tablet.path("store.key").exists());
}

#[test]
fn a_key_of_another_tpm_is_set_aside_with_what_is_lost_and_comes_back_with_its_tpm() {
    let (own, other, tablet) = (Swtpm::new(), Swtpm::new(), Tablet::new());
    tablet.start(&own.tcti());
    let key = own.unseal(&tablet.sealed());
    fs::write(tablet.path("kakari.db"), b"a store").expect("written");
    for tcti in [other.tcti(), other.tcti()] {
        let said = tablet.start(&tcti);
        assert!(said.contains("cleared or replaced") && said.contains("enrol the tablet anew"), "{said}");
        assert!(!tablet.sealed().exists(), "systemd would not start the tablet with it");
    }
    let away = tablet.start("device:/dev/no-such-tpm");
    assert!(!away.contains("weaker"), "{away}");
    assert_eq!(tablet.start(&own.tcti()), "");
    assert_eq!(own.unseal(&tablet.sealed()), key);
}

#[test]
fn a_key_that_was_set_aside_does_not_come_back_over_the_key_file_of_the_store_that_is_here_now() {
    let (emulator, tablet) = (Swtpm::new(), Tablet::new());
    tablet.start(&emulator.tcti());
    let old = emulator.unseal(&tablet.sealed());
    let aside = tablet.path("keys/store-key.cred.aside");
    tablet.start("device:/dev/no-such-tpm");
    assert!(aside.exists());
    tablet.write_key(&[0xB8; 32]);
    fs::write(tablet.path("kakari.db"), b"a store made with the file").expect("written");
    for _ in 0..2 {
        let said = tablet.start(&emulator.tcti());
        assert!(said.contains("goes on with") && said.contains("stays where it is"), "{said}");
        assert!(!tablet.sealed().exists(), "it would go before the file");
        assert_eq!(fs::read(tablet.path("store.key")).expect("the file"), [0xB8; 32]);
        assert_eq!(emulator.unseal(&aside), old, "nothing is thrown away");
    }
    fs::remove_file(tablet.path("store.key")).expect("removed");
    assert_eq!(tablet.start(&emulator.tcti()), "");
    assert_eq!(emulator.unseal(&tablet.sealed()), old);
}

#[test]
fn a_key_that_was_set_aside_before_its_file_was_erased_comes_back_and_the_file_goes() {
    let (emulator, tablet) = (Swtpm::new(), Tablet::new());
    tablet.write_key(&[0xA7; 32]);
    assert!(tablet.adopt(&emulator.tcti()).0);
    tablet.write_key(&[0xA7; 32]);
    tablet.start("device:/dev/no-such-tpm");
    let said = tablet.start(&emulator.tcti());
    assert!(said.contains("erased") && !tablet.path("store.key").exists(), "{said}");
    assert_eq!(emulator.unseal(&tablet.sealed()).as_deref(), Some([0xA7; 32].as_slice()));
}

#[test]
fn nobody_is_told_to_erase_a_tablet_that_goes_on_with_its_key_file() {
    let (own, other, tablet) = (Swtpm::new(), Swtpm::new(), Tablet::new());
    tablet.start(&own.tcti());
    tablet.write_key(&[0xB8; 32]);
    fs::write(tablet.path("kakari.db"), b"a store").expect("written");
    let said = tablet.start(&other.tcti());
    assert!(said.contains("goes on with") && !said.contains("Erase"), "{said}");
    assert!(!tablet.sealed().exists() && tablet.path("store.key").exists());
}

#[test]
fn while_a_tablet_is_being_erased_no_key_is_made_and_after_it_one_is() {
    let (emulator, tablet) = (Swtpm::new(), Tablet::new());
    let marker = |how: u8| [b"KKW1".as_slice(), &[how], &[0; 16]].concat();
    fs::write(tablet.path("kakari.db.wipe"), marker(1)).expect("written");
    assert!(tablet.start(&emulator.tcti()).contains("being erased") && !tablet.sealed().exists());
    fs::write(tablet.path("kakari.db.wipe"), marker(2)).expect("written");
    tablet.start(&emulator.tcti());
    assert!(tablet.sealed().exists());
}
