//! What one TPM sealed, another does not open; and the policy that it was sealed under.

use std::time::Instant;

use kakari_record::device_key::DeviceKey;
use kakari_tpm::{Counter, SigningKey, TpmError};

use crate::swtpm::Swtpm;

const OTHERS: usize = 100;
const SECRET: &[u8] = &[0xC3; 32];

#[test]
fn a_hundred_other_tpms_open_neither_the_store_key_nor_the_signing_key() {
    let own = Swtpm::new();
    let sealed = own.dir().join("store-key.cred");
    own.seal(SECRET, &sealed);
    let blob = SigningKey::make(&own.tpm()).expect("made");
    let begun = Instant::now();
    for n in 0..OTHERS {
        let other = Swtpm::new();
        assert_eq!(other.unseal(&sealed), None, "TPM {n} opened the store key");
        let key = SigningKey::load(&other.tpm(), &blob).expect("loads");
        assert_eq!(key.prove(), Err(TpmError::OtherTpm), "TPM {n} signed");
        assert!(key.sign(b"x").is_err());
        assert!(Counter::open(&other.tpm()).expect("asked").is_none());
    }
    println!("{OTHERS} of {OTHERS} other TPMs opened neither, in {:?}", begun.elapsed());
    // The control: its own opens both.
    assert_eq!(own.unseal(&sealed).as_deref(), Some(SECRET));
    assert_eq!(SigningKey::load(&own.tpm(), &blob).expect("loads").prove(), Ok(()));
}

#[test]
fn a_tpm_that_was_cleared_opens_neither_any_more_and_its_counter_is_gone() {
    let own = Swtpm::new();
    let sealed = own.dir().join("store-key.cred");
    own.seal(SECRET, &sealed);
    let blob = SigningKey::make(&own.tpm()).expect("made");
    Counter::open_or_define(&own.tpm()).expect("made");
    own.tool_works("tpm2_clear");
    assert_eq!(own.unseal(&sealed), None);
    let error = SigningKey::load(&own.tpm(), &blob).expect("loads").prove().expect_err("cleared");
    assert!(matches!(error, TpmError::OtherTpm) && error.to_string().contains("enrol the tablet anew"), "{error}");
    assert!(Counter::open(&own.tpm()).expect("asked").is_none());
}

#[test]
fn the_store_key_opens_only_while_register_23_is_as_at_boot() {
    let mut own = Swtpm::new();
    let sealed = own.dir().join("store-key.cred");
    own.seal(SECRET, &sealed);
    own.tool_works(&format!("tpm2_pcrextend 23:sha256={}", "ab".repeat(32)));
    assert_eq!(own.unseal(&sealed), None, "the policy names the register");
    own.cut_power();
    assert_eq!(own.unseal(&sealed).as_deref(), Some(SECRET));
}

/// The control to the one above, and the reason for no register of the boot: a dbx update or another signed system changes or
/// does not change those, and says nothing about who starts the tablet.
#[test]
fn what_the_firmware_and_the_boot_loader_measure_does_not_matter() {
    let own = Swtpm::new();
    let sealed = own.dir().join("store-key.cred");
    own.seal(SECRET, &sealed);
    for register in [0, 2, 4, 7, 11, 14] {
        own.tool_works(&format!("tpm2_pcrextend {register}:sha256={}", "cd".repeat(32)));
    }
    assert_eq!(own.unseal(&sealed).as_deref(), Some(SECRET));
}
