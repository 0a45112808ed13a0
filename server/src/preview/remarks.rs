//! What was left out or taken otherwise, with the file and the place in it.

use kakari_record::fhir::Remark;
use kakari_record::language::Language;
use kakari_record::merge::MergeRemark;
use serde::Serialize;

use super::document::Document;
use super::place::Place;

/// A reason that comes oftener in one file is counted.
const NAMED: usize = 5;

/// One remark on one file.
#[derive(Serialize)]
pub(crate) struct Told {
    /// The file's name.
    pub(crate) file: String,
    /// JSON path in it, or the title of the block for what merging left out.
    pub(crate) path: String,
    /// Why, in words.
    pub(crate) reason: String,
}

/// The remarks on one document.
pub(crate) fn of_document(document: &Document) -> Vec<Told> {
    document.reading.remarks.iter().map(|remark| told(&document.place, remark)).collect()
}

fn told(place: &Place, remark: &Remark) -> Told {
    let (file, path) = place.of_path(&remark.path);
    Told { file, path, reason: remark.reason.to_string() }
}

/// A remark on what merging did with a document; its path is the block's title.
pub(crate) fn of_merging(file: &str, remark: &MergeRemark) -> Told {
    let path = remark.subject.map_or("document", |subject| subject.title(Language::Japanese));
    Told { file: file.to_owned(), path: path.to_owned(), reason: remark.reason.to_string() }
}

/// Lines for people: a line for each file, below it `path: reason`. Of a reason that comes often in one file the first
/// few, and how many more, unless `all` are wanted.
pub(crate) fn lines(remarks: &[Told], all: bool) -> Vec<String> {
    let mut lines = Vec::new();
    for (file, of_file) in grouped(remarks.iter(), |told| &told.file) {
        lines.push(format!("  {file}"));
        for (reason, same) in grouped(of_file.into_iter(), |told| &told.reason) {
            let named = if all || same.len() <= NAMED { same.len() } else { NAMED - 1 };
            lines.extend(same.iter().take(named).map(|told| format!("    {}: {reason}", told.path)));
            if named < same.len() {
                lines.push(format!("    … {} more (--all names each): {reason}", same.len() - named));
            }
        }
    }
    lines
}

/// In the order in which each group's first comes.
fn grouped<'a>(
    remarks: impl Iterator<Item = &'a Told>,
    key: impl Fn(&'a Told) -> &'a String,
) -> Vec<(&'a str, Vec<&'a Told>)> {
    let mut groups: Vec<(&str, Vec<&Told>)> = Vec::new();
    for told in remarks {
        match groups.iter_mut().find(|(name, _)| *name == key(told).as_str()) {
            Some((_, group)) => group.push(told),
            None => groups.push((key(told), vec![told])),
        }
    }
    groups
}
