//! Prints how large invented residents are in CBOR, and how fast they are made.
//!
//! `cargo run --release -p kakari-tests --example generator_sizes -- 660000`

use std::error::Error;
use std::io::Write;
use std::time::Instant;

use kakari_record::cbor;
use kakari_tests::generator::Generator;

fn main() -> Result<(), Box<dyn Error>> {
    let count: usize = std::env::args().nth(1).map_or(Ok(100_000), |text| text.parse())?;
    let started = Instant::now();
    let blocks: usize = Generator::new(1).take(count).map(|resident| resident.medicines.items().len()).sum();
    let made = started.elapsed();
    let mut sizes: Vec<usize> = Generator::new(1).take(count.min(100_000)).map(|it| cbor::encode(&it).len()).collect();
    sizes.sort_unstable();
    let mean = sizes.iter().sum::<usize>() / sizes.len().max(1);
    let at = |percent: usize| sizes.get(sizes.len() * percent / 100).copied().unwrap_or_default();
    writeln!(
        std::io::stdout(),
        "{count} residents in {made:.1?} ({:.1} medicines each); CBOR mean {mean}, median {}, p95 {}, largest {} bytes",
        blocks as f64 / count as f64,
        at(50),
        at(95),
        sizes.last().copied().unwrap_or_default(),
    )?;
    Ok(())
}
