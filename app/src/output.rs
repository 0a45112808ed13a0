//! The one place that prints: lines for people, JSON for programs, errors on standard error.

#![allow(clippy::print_stdout, clippy::print_stderr)]

use serde_json::Value;

/// One line for people.
pub(crate) fn line(text: &str) {
    println!("{text}");
}

/// One JSON value on one line.
pub(crate) fn json(value: &Value) {
    println!("{value}");
}

/// What went wrong, in one line.
pub(crate) fn error(text: &str) {
    eprintln!("kakari: {text}");
}

/// One line for people that is not the answer: how far something is.
pub(crate) fn aside(text: &str) {
    eprintln!("{text}");
}

/// Writes over the line that stands on the terminal.
pub(crate) fn rewrite(text: &str) {
    // To the line's beginning; clear to its end (ECMA-48).
    eprint!("\r\x1b[K{text}");
}
