//! Trains the zstd dictionary that sealed records are packed with, and writes it to `assets/dictionary/1.zdict`.
//!
//! A dictionary that has been used is never trained again: packed records name it by its number. Run once, with
//! `cargo run --release -p kakari-tests --example train_dictionary -- assets/dictionary/1.zdict`.

use std::error::Error;
use std::io::Write;

use kakari_record::cbor;
use kakari_tests::generator::Generator;

const SEED: u64 = 20_261_120;
const TRAINED_ON: u64 = 20_000;
/// Residents that the training has not seen.
const TRIED_ON: std::ops::Range<u64> = 1_000_000..1_005_000;
const SIZE: usize = 64 * 1024;
const LEVEL: i32 = 19;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("which file shall be written?")?;
    let generator = Generator::new(SEED);
    let (mut samples, mut sizes) = (Vec::new(), Vec::new());
    for index in 0..TRAINED_ON {
        let bytes = cbor::encode(&generator.resident(index));
        sizes.push(bytes.len());
        samples.extend_from_slice(&bytes);
    }
    let dictionary = zstd::dict::from_continuous(&samples, &sizes, SIZE)?;
    std::fs::write(&path, &dictionary)?;
    let (raw, packed) = try_out(&generator, &dictionary)?;
    writeln!(std::io::stdout(), "{path}: {} bytes; {raw} bytes of CBOR become {packed} on average", dictionary.len())?;
    Ok(())
}

/// Mean size before and after.
fn try_out(generator: &Generator, dictionary: &[u8]) -> Result<(usize, usize), Box<dyn Error>> {
    let mut compressor = zstd::bulk::Compressor::with_dictionary(LEVEL, dictionary)?;
    let (mut raw, mut packed, mut count) = (0, 0, 0);
    for index in TRIED_ON {
        let bytes = cbor::encode(&generator.resident(index));
        raw += bytes.len();
        packed += compressor.compress(&bytes)?.len();
        count += 1;
    }
    Ok((raw / count, packed / count))
}
