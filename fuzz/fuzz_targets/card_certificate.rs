#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kakari_card_checks::card_certificate(bytes));
