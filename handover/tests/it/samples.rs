//! Whose pages are made here, and the programs that read them back.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use kakari_generator::Generator;
use kakari_handover::{Faces, Made, paper};
use kakari_record::fhir::read_document;
use kakari_record::handover::{Chosen, Selection};
use kakari_record::model::Summary;

/// Every sample resident with the file's name.
pub(crate) fn residents() -> Vec<(String, Summary)> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/region/residents");
    let mut files: Vec<PathBuf> = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|ext| ext == "json"));
    files.sort();
    let name = |path: &Path| path.file_stem().unwrap().to_string_lossy().into_owned();
    files.iter().map(|path| (name(path), read_document(&fs::read(path).unwrap()).unwrap().summary)).collect()
}

/// The sample resident whose file begins so.
pub(crate) fn resident(begin: &str) -> Summary {
    residents().into_iter().find(|(name, _)| name.starts_with(begin)).unwrap().1
}

/// Invented ones.
pub(crate) fn generated(count: usize) -> Vec<(String, Summary)> {
    Generator::new(5).take(count).enumerate().map(|(at, summary)| (format!("generated {at}"), summary)).collect()
}

/// The day on which they are handed over.
pub(crate) fn today() -> chrono::NaiveDate {
    "2026-11-20".parse().unwrap()
}

pub(crate) fn whole(summary: &Summary) -> Chosen {
    Chosen::of(summary, &Selection::everything_told())
}

pub(crate) fn made() -> Made {
    Made { at: Generator::now(), vehicle: "北町救急1".to_owned(), training: false }
}

pub(crate) fn pdf(chosen: &Chosen, faces: &Faces) -> Vec<u8> {
    paper(chosen, &made(), faces).unwrap().to_vec()
}

/// What a program answers to these bytes in a file. It is a part of the checks, not left out where it is missing.
pub(crate) fn told_by(program: &str, before: &[&str], bytes: &[u8], name: &str, after: &[&str]) -> Vec<u8> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(name);
    fs::write(&path, bytes).unwrap();
    let mut command = Command::new(program);
    command.args(before).arg(&path).args(after).stderr(Stdio::null());
    let out = command.output().unwrap_or_else(|_| panic!("{program} is needed: scripts/setup.sh test installs it"));
    out.stdout
}

/// The words of a PDF as pdftotext reads them, without its line and page breaks.
pub(crate) fn words_of(pdf: &[u8]) -> String {
    let text = String::from_utf8(told_by("pdftotext", &["-enc", "UTF-8"], pdf, "page.pdf", &["-"])).unwrap();
    squeezed(&text)
}

/// Without blanks: a line of a page may end anywhere.
pub(crate) fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect()
}
