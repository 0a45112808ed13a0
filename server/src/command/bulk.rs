//! NDJSON of a bulk export: one file for each kind of resource, many patients. Each patient becomes one document.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::Value;

/// Lines of all files, by whom they are about.
#[derive(Default)]
pub(super) struct Bulk {
    lines: Vec<Line>,
    files: usize,
    broken: bool,
}

struct Line {
    text: String,
    /// `Type/id`.
    key: Option<String>,
    /// `Patient/id` of the one it is about; `None` for what belongs to nobody (a clinic, a medicine).
    patient: Option<String>,
    references: Vec<String>,
}

impl Bulk {
    /// Adds a file. Lines that are whole Bundles are documents of their own and are given back with their numbers.
    ///
    /// # Errors
    ///
    /// One line that cannot be read: then no patient of the export is taken, for nobody knows whose it was.
    pub(super) fn add(&mut self, bytes: &[u8]) -> Result<Vec<(usize, Vec<u8>)>, String> {
        self.files += 1;
        let mut bundles = Vec::new();
        let text = bytes.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(bytes);
        for (at, line) in text.split(|byte| *byte == b'\n').enumerate() {
            if line.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            match serde_json::from_slice::<Value>(line) {
                Ok(value) if value["resourceType"] == "Bundle" => bundles.push((at + 1, line.to_vec())),
                Ok(value) if value["resourceType"].is_string() => self.lines.push(Line::new(&value, line)),
                _ => {
                    self.broken = true;
                    return Err(format!(
                        "line {} is no FHIR resource; nothing of these NDJSON files was taken: have them exported again",
                        at + 1
                    ));
                }
            }
        }
        Ok(bundles)
    }

    /// One document for each patient, named by its place in the export.
    pub(super) fn documents(&self) -> impl Iterator<Item = (String, Vec<u8>)> {
        let mut of_patient: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        let mut shared: HashMap<&str, usize> = HashMap::new();
        for (at, line) in self.lines.iter().enumerate() {
            match (&line.patient, &line.key) {
                (Some(patient), _) => of_patient.entry(patient).or_default().push(at),
                (None, Some(key)) => drop(shared.insert(key, at)),
                (None, None) => {}
            }
        }
        let taken = if self.broken { BTreeMap::new() } else { of_patient };
        taken.into_values().enumerate().map(move |(number, own)| {
            let lines: Vec<&str> =
                self.with_shared(own, &shared).into_iter().map(|at| self.lines[at].text.as_str()).collect();
            (format!("patient {} of {} NDJSON files", number + 1, self.files), lines.join("\n").into_bytes())
        })
    }

    /// A patient's lines, and whatever they lead to that is nobody's.
    fn with_shared(&self, own: Vec<usize>, shared: &HashMap<&str, usize>) -> BTreeSet<usize> {
        let mut taken = BTreeSet::new();
        let mut open = own;
        while let Some(at) = open.pop() {
            if taken.insert(at) {
                open.extend(self.lines[at].references.iter().filter_map(|key| shared.get(key.as_str())));
            }
        }
        taken
    }
}

impl Line {
    fn new(value: &Value, line: &[u8]) -> Self {
        let kind = value["resourceType"].as_str().unwrap_or_default();
        let key = value["id"].as_str().map(|id| format!("{kind}/{id}"));
        let about = || ["subject", "patient", "beneficiary"].iter().find_map(|name| value[*name]["reference"].as_str());
        let patient =
            if kind == "Patient" { key.clone() } else { about().map(key_of).filter(|key| key.starts_with("Patient/")) };
        let mut references = Vec::new();
        collect(value, &mut references);
        Self { text: String::from_utf8_lossy(line).trim().to_owned(), key, patient, references }
    }
}

/// `Type/id` of a reference, whatever server stands before it.
fn key_of(reference: &str) -> String {
    let parts: Vec<&str> = reference.split("/_history/").next().unwrap_or_default().rsplit('/').take(2).collect();
    parts.into_iter().rev().collect::<Vec<_>>().join("/")
}

fn collect(value: &Value, references: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            references.extend(fields.get("reference").and_then(Value::as_str).map(key_of));
            fields.values().for_each(|inner| collect(inner, references));
        }
        Value::Array(items) => items.iter().for_each(|inner| collect(inner, references)),
        _ => {}
    }
}
