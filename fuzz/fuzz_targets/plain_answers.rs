#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kakari_card_checks::plain_answers(bytes));
