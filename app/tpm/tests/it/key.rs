//! A key that signs in the TPM and nowhere else.

use std::time::Instant;

use kakari_record::device_key::{DeviceKey, DeviceKeyError};
use kakari_tpm::{SigningKey, Tpm, TpmError};
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

use crate::swtpm::Swtpm;

pub(crate) fn signs(key: &SigningKey, message: &[u8]) {
    let signature = key.sign(message).expect("signs");
    let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key.public_point());
    public.verify(message, &signature).expect("the signature is of this key and message");
}

/// More than enough that one r or s in two hundred begins with a zero byte, and far more than a TPM holds objects.
#[test]
fn six_hundred_signatures_in_a_row_verify_and_leave_nothing_loaded() {
    let emulator = Swtpm::new();
    let tpm = emulator.tpm();
    let key = SigningKey::load(&tpm, &SigningKey::make(&tpm).expect("made")).expect("loads");
    let begun = Instant::now();
    let mut short = 0;
    for n in 0..600_u32 {
        let message = n.to_be_bytes();
        let signature = key.sign(&message).expect("signs");
        short += usize::from(signature[0] == 0 || signature[32] == 0);
        let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key.public_point());
        public.verify(&message, &signature).unwrap_or_else(|_| panic!("signature {n} does not verify"));
    }
    let each = begun.elapsed() / 600;
    println!("600 signatures verified, {each:?} each; {short} with a number that begins with a zero byte");
    let loaded = emulator.tool("tpm2_getcap handles-transient");
    assert!(loaded.status.success() && loaded.stdout.is_empty(), "{}", String::from_utf8_lossy(&loaded.stdout));
}

#[test]
fn two_that_share_the_tpm_both_sign() {
    let emulator = Swtpm::new();
    let blob = SigningKey::make(&emulator.tpm()).expect("made");
    std::thread::scope(|threads| {
        for _ in 0..2 {
            // Each its own way to the device, as two processes have.
            threads.spawn(|| {
                let key = SigningKey::load(&emulator.tpm(), &blob).expect("loads");
                (0..20_u8).for_each(|n| signs(&key, &[n]));
            });
        }
    });
}

#[test]
fn a_tpm_that_is_away_says_so_and_the_key_signs_again_when_it_is_back() {
    let mut emulator = Swtpm::new();
    let tpm = emulator.tpm();
    let blob = SigningKey::make(&tpm).expect("made");
    let key = SigningKey::load(&tpm, &blob).expect("loads");
    emulator.go_away();
    assert!(!tpm.is_here());
    let error = key.prove().expect_err("nobody is there");
    assert!(matches!(error, TpmError::Away { .. }), "{error:?}");
    assert!(error.to_string().contains("group tss"), "{error}");
    assert!(matches!(key.sign(b"x"), Err(DeviceKeyError::Device(words)) if words.contains("does not answer")));
    emulator.cut_power();
    let key = SigningKey::load(&emulator.tpm(), &blob).expect("loads");
    signs(&key, b"back");
}

#[test]
fn a_name_of_nothing_a_missing_device_and_a_damaged_blob_are_told_apart() {
    assert!(matches!(Tpm::open("usb:1"), Err(TpmError::Name(_))));
    assert!(matches!(Tpm::open("device:/dev/no-such-tpm"), Err(TpmError::Away { .. })));
    let emulator = Swtpm::new();
    let tpm = emulator.tpm();
    let blob = SigningKey::make(&tpm).expect("made");
    for cut in 0..blob.len() {
        assert_eq!(SigningKey::load(&tpm, &blob[..cut]).err(), Some(TpmError::Blob), "cut at {cut}");
    }
    assert_eq!(SigningKey::load(&tpm, &[blob.as_slice(), &[0]].concat()).err(), Some(TpmError::Blob));
    for place in 0..blob.len() {
        let mut flipped = blob.clone();
        flipped[place] ^= 1;
        let key = SigningKey::load(&tpm, &flipped);
        assert!(key.is_err() || key.is_ok_and(|key| key.prove().is_err()), "a flipped bit in byte {place} went unseen");
    }
}
