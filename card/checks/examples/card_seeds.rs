//! Writes what the fuzz targets of cards begin with.
//!
//! `cargo run -p kakari-card-checks --example card_seeds -- fuzz/corpus`, or `fuzz/seed.sh`.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use kakari_card_checks::seeds;

fn main() -> Result<(), Box<dyn Error>> {
    let Some(corpus) = std::env::args_os().nth(1).map(PathBuf::from) else {
        return Err("where is the corpus written?".into());
    };
    write(&corpus.join("card_answers"), seeds::card_answers())?;
    write(&corpus.join("card_certificate"), seeds::card_certificate())?;
    write(&corpus.join("felica_frames"), seeds::felica_frames())?;
    write(&corpus.join("plain_answers"), seeds::plain_answers())?;
    Ok(())
}

fn write(folder: &Path, seeds: Vec<(&str, Vec<u8>)>) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    seeds.into_iter().try_for_each(|(name, bytes)| fs::write(folder.join(name), bytes))
}
