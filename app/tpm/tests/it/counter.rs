//! A counter that only goes up.

use kakari_tpm::{Counter, TpmError};

use crate::swtpm::Swtpm;

#[test]
fn it_counts_by_one_and_keeps_its_place_over_restarts() {
    let mut emulator = Swtpm::new();
    let tpm = emulator.tpm();
    assert!(Counter::open(&tpm).expect("asked").is_none());
    let counter = Counter::open_or_define(&tpm).expect("made");
    let first = counter.read().expect("read");
    for n in 1..=20 {
        assert_eq!(counter.increment().expect("counts"), first + n);
    }
    emulator.cut_power();
    let counter = Counter::open(&emulator.tpm()).expect("asked").expect("still there");
    assert_eq!(counter.read().expect("read"), first + 20);
}

#[test]
fn removing_it_and_making_it_anew_does_not_turn_it_back() {
    let emulator = Swtpm::new();
    let tpm = emulator.tpm();
    let counter = Counter::open_or_define(&tpm).expect("made");
    let stood = (0..5).map(|_| counter.increment().expect("counts")).max().expect("counted");
    emulator.tool_works(&format!("tpm2_nvundefine {:#x} -C o", Counter::INDEX));
    assert_eq!(counter.read(), Err(TpmError::NoCounter));
    assert_eq!(counter.increment(), Err(TpmError::NoCounter));
    let again = Counter::open_or_define(&tpm).expect("made").read().expect("read");
    assert!(again > stood, "{again} after {stood}");
}

#[test]
fn something_else_in_its_place_is_told_in_words_and_left_alone() {
    let emulator = Swtpm::new();
    for attributes in ["ownerwrite|ownerread", "ownerwrite|ownerread|authread|authwrite|nt=counter"] {
        emulator.tool_works(&format!("tpm2_nvdefine {:#x} -C o -s 8 -a {attributes}", Counter::INDEX));
        let error = Counter::open_or_define(&emulator.tpm()).expect_err("taken");
        assert_eq!(error, TpmError::CounterTaken { index: Counter::INDEX });
        assert!(error.to_string().contains("tpm2_nvundefine 0x01804b4b"), "{error}");
        emulator.tool_works(&format!("tpm2_nvundefine {:#x} -C o", Counter::INDEX));
    }
}

/// The power went between making it and its first count: there is an index that was never written.
#[test]
fn a_counter_that_was_made_and_never_counted_is_read() {
    let emulator = Swtpm::new();
    let attributes = "ownerwrite|authwrite|ownerread|authread|no_da|nt=counter";
    emulator.tool_works(&format!("tpm2_nvdefine {:#x} -C o -s 8 -a {attributes}", Counter::INDEX));
    let counter = Counter::open_or_define(&emulator.tpm()).expect("ours");
    let first = counter.read().expect("read");
    assert_eq!(counter.increment().expect("counts"), first + 1);
}
