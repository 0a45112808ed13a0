//! The disk in another machine: everything of the tablet is there, but its TPM is not.

use std::fs;
use std::path::Path;

use kakari_record::device_key::DeviceKey;
use kakari_record::seal::FeedId;
use kakari_store::wipe::{self, Paths, WipeState};
use kakari_store::{Facts, KeyError, OpenError, Store, StoreKey};
use kakari_tpm::{Counter, SigningKey, TpmError};

use crate::key::signs;
use crate::seal_key::Tablet;
use crate::swtpm::Swtpm;

fn facts() -> Facts {
    Facts {
        feed: FeedId::from_bytes([7; 16]),
        region_key: [1; 32],
        card_authority: [4; 65],
        training: false,
        records: 0,
        synced_at: None,
    }
}

/// The key as systemd puts it into a service's memory.
fn as_credential(key: &[u8], to: &Path) -> StoreKey {
    use std::os::unix::fs::PermissionsExt;
    fs::write(to, key).expect("written");
    fs::set_permissions(to, fs::Permissions::from_mode(0o600)).expect("mode");
    StoreKey::load(to).expect("a key")
}

#[test]
fn moving_the_disk_to_another_machine_opens_nothing() {
    let (own, tablet, memory) = (Swtpm::new(), Tablet::new(), tempfile::tempdir().expect("folder"));
    tablet.start(&own.tcti());
    let key = as_credential(&own.unseal(&tablet.sealed()).expect("opens"), &memory.path().join("key"));
    drop(Store::create(&tablet.path("kakari.db"), key, &facts()).expect("made"));
    fs::write(tablet.path("tablet.tpm"), SigningKey::make(&own.tpm()).expect("made")).expect("written");
    Counter::open_or_define(&own.tpm()).expect("made").increment().expect("counts");

    // Another machine, with all of it.
    let other = Swtpm::new();
    assert_eq!(other.unseal(&tablet.sealed()), None);
    let blob = fs::read(tablet.path("tablet.tpm")).expect("bytes");
    let signing = SigningKey::load(&other.tpm(), &blob).expect("the file is whole");
    assert_eq!(signing.prove(), Err(TpmError::OtherTpm));
    assert!(signing.sign(b"as this tablet").is_err());
    assert!(Counter::open(&other.tpm()).expect("asked").is_none());
    // What the disk has of the key is its sealed form: no key at all, and whatever 32 bytes of it are taken open nothing.
    assert!(matches!(StoreKey::load(&tablet.sealed()), Err(KeyError::Length(_))));
    let sealed = fs::read(tablet.sealed()).expect("bytes");
    for start in (0..sealed.len() - 32).step_by(16) {
        let guess = as_credential(&sealed[start..start + 32], &memory.path().join("guess"));
        assert!(matches!(Store::open(&tablet.path("kakari.db"), guess), Err(OpenError::WrongKey)), "at {start}");
    }
    let said = tablet.start(&other.tcti());
    assert!(said.contains("the disk comes from another tablet"), "{said}");

    // The control: back in its own machine it all opens.
    tablet.start(&own.tcti());
    let key = as_credential(&own.unseal(&tablet.sealed()).expect("opens"), &memory.path().join("key"));
    assert_eq!(Store::open(&tablet.path("kakari.db"), key).expect("opens").facts().expect("reads"), facts());
    signs(&SigningKey::load(&own.tpm(), &blob).expect("loads"), b"back");
}

#[test]
fn after_a_wipe_there_is_nothing_that_the_tablets_own_tpm_could_open() {
    let (own, tablet, memory) = (Swtpm::new(), Tablet::new(), tempfile::tempdir().expect("folder"));
    tablet.start(&own.tcti());
    let in_memory = memory.path().join("key");
    let key = as_credential(&own.unseal(&tablet.sealed()).expect("opens"), &in_memory);
    drop(Store::create(&tablet.path("kakari.db"), key, &facts()).expect("made"));
    let paths = Paths {
        store: tablet.path("kakari.db"),
        key: tablet.sealed(),
        key_in_memory: Some(in_memory),
        also: Vec::new(),
        folders: Vec::new(),
    };
    let copy = fs::read(tablet.sealed()).expect("bytes");
    wipe::begin(&paths, [9; 16]).expect("begun");
    wipe::finish_telling(&paths, |step| {
        if *step == wipe::Step::KeyFile {
            assert_eq!(
                own.unseal(&tablet.sealed()),
                None,
                "overwritten: nothing to restore from the name that is left"
            );
        }
    })
    .expect("finished");
    assert_eq!(wipe::state(&paths).expect("reads"), WipeState::Done { nonce: [9; 16] });
    assert!(!tablet.sealed().exists() && own.unseal(&tablet.sealed()).is_none());
    // The control, and what is not promised: whoever kept a copy of the sealed file still has the TPM to open it.
    fs::write(memory.path().join("copy"), copy).expect("written");
    assert!(own.unseal(&memory.path().join("copy")).is_some());
    // Another start makes another key, for another enrolment.
    assert!(tablet.start(&own.tcti()).contains("made the store key"));
}
