//! The invented residents' documents.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use kakari_record::fhir;
use kakari_record::model::Summary;
use kakari_record::photo::Photo;

use super::DemoError;

/// An invented resident, as one document tells of them.
#[derive(Clone, Debug)]
pub struct Resident {
    /// What the crew may see.
    pub summary: Summary,
    /// The face, if the document has one.
    pub photo: Option<Photo>,
}

/// Reads every `*.json` of the folder, in the order of their names; all of them or none.
pub fn read_folder(folder: &Path) -> Result<Vec<Resident>, DemoError> {
    let paths = documents_in(folder)?;
    if paths.is_empty() {
        return Err(DemoError::NoDocuments(folder.into()));
    }
    let mut numbers = HashSet::new();
    let mut residents = Vec::with_capacity(paths.len());
    for path in paths {
        let resident = read_document(&path)?;
        let number = resident.summary.identity.number.clone().ok_or_else(|| DemoError::NoNumber(path.clone()))?;
        if !numbers.insert(number) {
            return Err(DemoError::SameResident(path));
        }
        residents.push(resident);
    }
    Ok(residents)
}

fn read_document(path: &Path) -> Result<Resident, DemoError> {
    let bytes = fs::read(path).map_err(|source| DemoError::File { path: path.into(), source })?;
    let reading = fhir::read_document(&bytes).map_err(|source| DemoError::Document { path: path.into(), source })?;
    Ok(Resident { summary: reading.summary, photo: reading.photo })
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
