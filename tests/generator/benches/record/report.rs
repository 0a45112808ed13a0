//! Figures as a table while they come, and as JSON lines at the end.

use serde_json::{Value, json};

/// What was measured so far.
#[derive(Default)]
pub(crate) struct Report {
    lines: Vec<Value>,
}

impl Report {
    /// A heading of the table.
    pub(crate) fn part(&self, title: &str) {
        println!("\n== {title}");
    }

    /// One figure.
    pub(crate) fn figure(&mut self, what: &str, value: f64, unit: &str) {
        self.noted(what, value, unit, "");
    }

    /// One figure with what it is to be compared with.
    pub(crate) fn noted(&mut self, what: &str, value: f64, unit: &str, note: &str) {
        let shown = if value < 10.0 { format!("{value:.3}") } else { grouped(value) };
        println!("{what:<72} {shown:>12} {unit:<10} {note}");
        self.lines.push(json!({ "what": what, "value": value, "unit": unit, "note": note }));
    }

    /// Every figure again, for programs.
    pub(crate) fn print_json(&self) {
        println!();
        self.lines.iter().for_each(|line| println!("{line}"));
    }
}

/// 12,345
fn grouped(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
