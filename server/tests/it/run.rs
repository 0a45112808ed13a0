//! Runs the program.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// The day of every test.
pub(crate) const TODAY: [&str; 2] = ["--today", "2026-11-21"];

/// What the program said.
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) errors: String,
}

impl Said {
    /// The one object of `--json`.
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.out.lines().count(), 1, "one line: {}", self.out);
        serde_json::from_str(&self.out).unwrap()
    }

    /// The lines on standard error about what is wrong; all lines there are the program's own.
    pub(crate) fn complaints(&self) -> Vec<&str> {
        let lines: Vec<&str> = self.errors.lines().collect();
        assert!(lines.iter().all(|line| line.starts_with("kakari-region: ")), "{}", self.errors);
        lines.into_iter().filter(|line| !line.starts_with("kakari-region: reading ")).collect()
    }
}

pub(crate) fn region(part: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/region").join(part)
}

/// Every document of a folder of the sample region.
pub(crate) fn folder(part: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(region(part)).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<_> = entries.filter(|path| path.extension().is_some_and(|ending| ending == "json")).collect();
    paths.sort();
    paths
}

/// `kakari-region preview --today 2026-11-21` with these files and options.
pub(crate) fn preview(files: &[&Path], options: &[&str]) -> Said {
    preview_with(files, options, &[])
}

/// The same with something on standard input.
pub(crate) fn preview_with(files: &[&Path], options: &[&str], input: &[u8]) -> Said {
    let mut program = Command::new(env!("CARGO_BIN_EXE_kakari-region"))
        .arg("preview")
        .args(TODAY)
        .args(options)
        .args(files)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that refuses its files does not read its input.
    let _ = program.stdin.take().unwrap().write_all(input);
    let output = program.wait_with_output().unwrap();
    Said {
        code: output.status.code().unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(&output.stderr))),
        out: String::from_utf8(output.stdout).unwrap(),
        errors: String::from_utf8(output.stderr).unwrap(),
    }
}
