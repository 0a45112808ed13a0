#![no_main]

use kakari_fuzz::tree;
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};

fuzz_target!(|bytes: &[u8]| kakari_checks::fhir_document(bytes));

// Bytes changed at random are mostly no JSON any more; half of the time the document's tree is changed instead.
fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    match seed.is_multiple_of(2).then(|| tree::mutate(&data[..size], seed)).flatten() {
        Some(json) if json.len() <= max_size => {
            data[..json.len()].copy_from_slice(&json);
            json.len()
        }
        _ => fuzzer_mutate(data, size, max_size),
    }
});
