//! Writes what the fuzz targets begin with, made from the sample region.
//!
//! `cargo run -p kakari-checks --example fuzz_seeds -- assets/region fuzz/corpus`, or `fuzz/seed.sh`.

use std::error::Error;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use kakari_checks::seeds;
use kakari_record::cbor;
use kakari_record::fhir::read_document;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(region), Some(corpus)) = (arguments.next(), arguments.next()) else {
        return Err("which region is read, and where is the corpus written?".into());
    };
    let mut documents = Vec::new();
    collect(&region, &mut documents)?;
    for path in &documents {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        seed(&corpus, &name, &fs::read(path)?)?;
    }
    write(&corpus, "roster", "two-staff", &seeds::roster())?;
    write(&corpus, "roster", "two-staff-and-codes", &seeds::roster_with_codes())?;
    write(&corpus, "roster", "two-staff-and-neighbours", &seeds::roster_with_neighbours())?;
    writeln!(io::stdout(), "{}: seeds from {} documents", corpus.display(), documents.len())?;
    Ok(())
}

fn seed(corpus: &Path, name: &str, json: &[u8]) -> io::Result<()> {
    // Without its spaces a mutation hits something. NDJSON is no one value and stays as it is.
    let value: Result<serde_json::Value, _> = serde_json::from_slice(json);
    write(
        corpus,
        "fhir_document",
        name,
        &value.map_or_else(|_| json.to_vec(), |value| value.to_string().into_bytes()),
    )?;
    // A document that is refused is a seed as well, but no record.
    let Ok(reading) = read_document(json) else { return Ok(()) };
    write(corpus, "summary_bytes", name, &cbor::encode(&reading.summary))?;
    for (layer, bytes) in seeds::sealed_record(&reading.summary).iter().enumerate() {
        write(corpus, "sealed_record", &format!("{name}-{layer}"), bytes)?;
    }
    Ok(())
}

/// Every document below a folder.
fn collect(folder: &Path, documents: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, documents)?;
        } else if path.extension().is_some_and(|extension| extension == "json" || extension == "ndjson") {
            documents.push(path);
        }
    }
    Ok(())
}

fn write(corpus: &Path, target: &str, name: &str, bytes: &[u8]) -> io::Result<()> {
    let dir = corpus.join(target);
    fs::create_dir_all(&dir)?;
    fs::write(dir.join(name), bytes)
}
