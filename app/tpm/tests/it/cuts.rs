//! Power cuts, as a vehicle makes them: the TPM is never told that it is to end.

use kakari_tpm::{Counter, SigningKey};

use crate::key::signs;
use crate::seal_key::Tablet;
use crate::swtpm::Swtpm;

const CUTS: u64 = 10;

#[test]
fn ten_power_cuts_in_a_row_take_neither_the_key_nor_the_counter_nor_the_store_key() {
    let mut emulator = Swtpm::new();
    let tablet = Tablet::new();
    tablet.start(&emulator.tcti());
    let store_key = emulator.unseal(&tablet.sealed()).expect("opens");
    let blob = SigningKey::make(&emulator.tpm()).expect("made");
    let first = Counter::open_or_define(&emulator.tpm()).expect("made").read().expect("read");
    for cut in 1..=CUTS {
        // What an object that is protected against guessing counts as a failed try: used, and then no shutdown.
        let tpm = emulator.tpm();
        signs(&SigningKey::load(&tpm, &blob).expect("loads"), b"before");
        emulator.cut_power();
        let tpm = emulator.tpm();
        signs(&SigningKey::load(&tpm, &blob).expect("loads"), b"after");
        let counter = Counter::open(&tpm).expect("asked").expect("there");
        assert_eq!(counter.increment().expect("counts"), first + cut);
        assert_eq!(emulator.unseal(&tablet.sealed()).as_ref(), Some(&store_key), "after cut {cut}");
    }
    println!("{CUTS} of {CUTS} power cuts: key, counter and store key as before");
}

#[test]
fn in_a_tpm_that_was_locked_out_by_wrong_tries_the_key_signs_and_the_store_key_opens_after_a_start() {
    let mut emulator = Swtpm::new();
    let tablet = Tablet::new();
    tablet.start(&emulator.tcti());
    let store_key = emulator.unseal(&tablet.sealed()).expect("opens");
    let blob = SigningKey::make(&emulator.tpm()).expect("made");
    let counter = Counter::open_or_define(&emulator.tpm()).expect("made");
    lock_out(&emulator);
    signs(&SigningKey::load(&emulator.tpm(), &blob).expect("loads"), b"locked out");
    counter.increment().expect("counts");
    emulator.cut_power();
    signs(&SigningKey::load(&emulator.tpm(), &blob).expect("loads"), b"locked out, and cut");
    // What systemd sealed is locked with the rest of that TPM, until kakari-key.service has run.
    assert_eq!(emulator.unseal(&tablet.sealed()), None, "the control");
    assert_eq!(tablet.start(&emulator.tcti()), "");
    assert_eq!(emulator.unseal(&tablet.sealed()).as_ref(), Some(&store_key));
}

/// Somebody else's object with a password, five wrong ones, and then the right one is refused as well.
fn lock_out(emulator: &Swtpm) {
    emulator.tool_works("tpm2_dictionarylockout -s -n 5 -t 3600 -l 3600");
    emulator.tool_works("tpm2_createprimary -C o -G ecc -c other.ctx");
    std::fs::write(emulator.dir().join("secret"), [1; 16]).expect("written");
    emulator.tool_works("tpm2_create -C other.ctx -p right -i secret -u pin.pub -r pin.priv");
    emulator.tool_works("tpm2_flushcontext -t");
    emulator.tool_works("tpm2_load -C other.ctx -u pin.pub -r pin.priv -c pin.ctx");
    emulator.tool_works("tpm2_flushcontext -t");
    for _ in 0..5 {
        assert!(!emulator.tool("tpm2_unseal -c pin.ctx -p wrong").status.success());
        emulator.tool_works("tpm2_flushcontext -t");
    }
    let refused = emulator.tool("tpm2_unseal -c pin.ctx -p right");
    let words = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && words.contains("lockout"), "the control: {words}");
    emulator.tool_works("tpm2_flushcontext -t");
}
