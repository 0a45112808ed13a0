//! `kakari-region ingest`.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use kakari_record::fhir::LARGEST;
use serde_json::{Value, json};

use super::bulk::Bulk;
use super::{Answer, Desk, Reply, text};
use crate::ingest::{self, News, Taken};
use crate::keys::{Identity, Role};
use crate::office::resident;
use crate::output;

/// Files between two words about how far the work is.
const OFTEN: usize = 100;

/// What to take in.
#[derive(Debug, Args)]
pub(crate) struct IngestArgs {
    /// FHIR Bundles in JSON, NDJSON files (of Bundles, or of resources as a bulk export writes them), or folders of
    /// these.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Whose documents these are: an older one of the same sender and kind is replaced.
    #[arg(long, default_value = "office")]
    sender: String,
}

/// What became of everything.
#[derive(Default)]
struct Done {
    first: u64,
    newer: u64,
    same: u64,
    withdrawn: u64,
    /// With remarks.
    remarked: u64,
    refused: Vec<(String, String)>,
    documents: Vec<Value>,
}

pub(crate) async fn run(desk: Desk, args: IngestArgs) -> Answer {
    Identity::new(Role::Sender, &args.sender).map_err(text)?;
    let files = files(&args.files)?;
    let (mut done, mut bulk) = (Done::default(), Bulk::default());
    for (at, file) in files.iter().enumerate() {
        if files.len() > OFTEN && at % OFTEN == 0 {
            output::say(&format!("{at} of {} files", files.len()));
        }
        let name = file.display().to_string();
        match read(file) {
            Err(error) => done.refused.push((name, error)),
            Ok(bytes) if is_lines(file, &bytes) => {
                for (line, bundle) in bulk.add(&bytes).unwrap_or_else(|error| {
                    done.refused.push((name.clone(), error));
                    Vec::new()
                }) {
                    take(&desk, &args.sender, &format!("{name} line {line}"), bundle, &mut done).await?;
                }
            }
            Ok(bytes) => take(&desk, &args.sender, &name, bytes, &mut done).await?,
        }
    }
    for (name, document) in bulk.documents() {
        take(&desk, &args.sender, &name, document, &mut done).await?;
    }
    done.reply()
}

async fn take(desk: &Desk, sender: &str, name: &str, document: Vec<u8>, done: &mut Done) -> Answer<()> {
    let mut conn = desk.pool.acquire().await.map_err(text)?;
    match ingest::take(&mut conn, sender, document).await.map_err(|error| format!("{name}: {error}"))? {
        Ok(taken) => done.note(name, &taken),
        Err(refused) => done.refused.push((name.to_owned(), refused.to_string())),
    }
    Ok(())
}

impl Done {
    fn note(&mut self, name: &str, taken: &Taken) {
        let (count, word) = match taken.news {
            News::First => (&mut self.first, "first"),
            News::Newer => (&mut self.newer, "newer"),
            News::Same => (&mut self.same, "same"),
        };
        *count += 1;
        self.withdrawn += u64::from(taken.consent_withdrawn);
        let remarks: Vec<String> = taken.remarks.iter().map(ToString::to_string).collect();
        self.remarked += u64::from(!remarks.is_empty());
        self.documents.push(json!({
            "file": name, "record": resident::hex(taken.record), "news": word,
            "consent_withdrawn": taken.consent_withdrawn, "remarks": remarks,
        }));
    }

    /// Refusals are told one by one; what was taken stays taken.
    fn reply(self) -> Answer {
        let taken = self.first + self.newer + self.same;
        let told = format!(
            "{taken} documents taken: {} new, {} newer, {} as before; {} withdrew consent; {} refused; of {} not all was \
             taken over (kakari-region preview FILE, or --json, says what)",
            self.first,
            self.newer,
            self.same,
            self.withdrawn,
            self.refused.len(),
            self.remarked
        );
        for (file, error) in &self.refused {
            output::say(&format!("{file}: {error}"));
        }
        let refused: Vec<Value> =
            self.refused.iter().map(|(file, error)| json!({ "file": file, "error": error })).collect();
        let failed = !self.refused.is_empty();
        Ok(Reply { failed, ..Reply::new(told, json!({ "documents": self.documents, "refused": refused })) })
    }
}

/// Files as they are named, and in folders those that end as documents do, by name.
fn files(named: &[PathBuf]) -> Answer<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in named {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let entries = fs::read_dir(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let mut inside: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        inside.retain(|path| {
            path.is_file() && ending(path).is_some_and(|ending| ["json", "ndjson", "jsonl"].contains(&ending))
        });
        inside.sort();
        files.extend(inside);
    }
    if files.is_empty() {
        Err("no documents there: they end in .json, .ndjson or .jsonl".to_owned())
    } else {
        Ok(files)
    }
}

fn ending(path: &Path) -> Option<&str> {
    path.extension().and_then(|ending| ending.to_str())
}

/// NDJSON files hold many documents and may be larger than one.
fn read(path: &Path) -> Answer<Vec<u8>> {
    let about = path.metadata().map_err(text)?;
    let lines = ending(path).is_some_and(|ending| ["ndjson", "jsonl"].contains(&ending));
    if !lines && about.len() > LARGEST as u64 {
        return Err(format!("larger than {LARGEST} bytes: no document of one resident is"));
    }
    fs::read(path).map_err(text)
}

fn is_lines(path: &Path, bytes: &[u8]) -> bool {
    let first = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let many = bytes.contains(&b'\n') && serde_json::from_slice::<Value>(first).is_ok_and(|one| one.is_object());
    ending(path).is_some_and(|ending| ["ndjson", "jsonl"].contains(&ending)) || many
}
