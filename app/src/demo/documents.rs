//! The invented residents' documents.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use kakari_record::fhir;
use kakari_record::model::Summary;

use super::DemoError;

/// Reads every `*.json` of the folder, in the order of their names; all of them or none.
pub fn read_folder(folder: &Path) -> Result<Vec<Summary>, DemoError> {
    let paths = documents_in(folder)?;
    if paths.is_empty() {
        return Err(DemoError::NoDocuments(folder.into()));
    }
    let mut numbers = HashSet::new();
    let mut residents = Vec::with_capacity(paths.len());
    for path in paths {
        let summary = read_document(&path)?;
        let number = summary.identity.number.clone().ok_or_else(|| DemoError::NoNumber(path.clone()))?;
        if !numbers.insert(number) {
            return Err(DemoError::SameResident(path));
        }
        residents.push(summary);
    }
    Ok(residents)
}

fn read_document(path: &Path) -> Result<Summary, DemoError> {
    let bytes = fs::read(path).map_err(|source| DemoError::File { path: path.into(), source })?;
    let reading = fhir::read_document(&bytes).map_err(|source| DemoError::Document { path: path.into(), source })?;
    Ok(reading.summary)
}

fn documents_in(folder: &Path) -> Result<Vec<PathBuf>, DemoError> {
    let failed = |source| DemoError::File { path: folder.into(), source };
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}
