//! Hand-over to a hospital: a page of text, and a script to be read aloud on the phone.
//!
//! Both leave out what the patient has not been told (未告知). Of a record whose consent was withdrawn they tell that,
//! and nothing else. No clock: `today` is an argument.

mod aloud;
mod body;
mod chosen;
mod fold;
mod medicines;
mod number;
mod pace;
mod people;
mod safety;
mod standing;

use chrono::NaiveDate;

pub use aloud::aloud;
pub use chosen::{Chosen, Selection};

use crate::display;
use crate::model::{Consent, Summary, redacted};

/// 「閲覧の同意が撤回されているため、この方の記録はお伝えできません。」
const WITHDRAWN: &str = "閲覧の同意が撤回されているため、この方の記録はお伝えできません。";
/// Said every time, so that it gives nothing away.
const END: &str = "以上は要点のみです。";

/// What the crew reads aloud, in this order.
#[derive(Clone, PartialEq, Eq)]
pub struct Script {
    /// Finished sentences, part by part.
    pub lines: Vec<Line>,
    /// What the hospital is asked to repeat; `None` when there is nothing to tell.
    pub read_back: Option<String>,
}

/// One part of the script.
#[derive(Clone, PartialEq, Eq)]
pub struct Line {
    /// Which part.
    pub part: Part,
    /// One or more sentences, free of symbols.
    pub words: String,
}

redacted!(Script, Line);

/// The parts of the script, in the order in which they are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Name, age, sex, birth date; of a withdrawn record its only sentence.
    Who,
    /// Allergies.
    Allergies,
    /// Contraindicated drugs.
    Contraindications,
    /// Medicines, those of high risk first.
    Medicines,
    /// Conditions.
    Conditions,
    /// Devices, dialysis, pregnancy, infections that call for precautions, communication.
    Body,
    /// Whether a directive exists.
    Directives,
    /// Which other blocks are none as confirmed, not recorded, or not available.
    Missing,
    /// Whom else to ask.
    Doctors,
    /// Whose data it is, how old it is, and that it is not all.
    Source,
}

impl Script {
    /// How long the lines take to read, without the read-back, rounded up: morae at 7 a second, a usual rate of clear speech.
    /// Kana count as they are spoken, a kanji and a digit as two, a Latin letter as two, a full stop as three.
    pub fn seconds(&self) -> u32 {
        let morae: u32 = self.lines.iter().map(|line| pace::morae(&line.words)).sum();
        morae.div_ceil(pace::MORAE_PER_SECOND)
    }
}

/// The summary on a page of text, to paste or to print: every block, the words of the screens, dates absolute and relative.
pub fn text(summary: &Summary, today: NaiveDate) -> String {
    let mut lines = vec!["救急サマリー(引き継ぎ)".to_owned()];
    for line in display::plain(&summary.told(), today) {
        // A block of one sentence takes one line, so that it all fits on a page.
        let sentence = line.strip_prefix("  ").filter(|line| !line.starts_with(['-', '?', '■', '▲', ' ']));
        match (sentence, lines.last_mut()) {
            (Some(sentence), Some(title)) if title.ends_with('】') => *title = format!("{title} {sentence}"),
            _ => lines.push(line),
        }
    }
    let left_out = summary.untold_items();
    if left_out > 0 && !is_withdrawn(summary) {
        lines.push(format!("この文書に載せていない項目 {left_out}件"));
    }
    lines.join("\n") + "\n"
}

/// The script.
pub fn script(summary: &Summary, today: NaiveDate) -> Script {
    if is_withdrawn(summary) {
        return Script { lines: vec![Line { part: Part::Who, words: WITHDRAWN.to_owned() }], read_back: None };
    }
    let told = summary.told();
    let parts = [
        (Part::Who, people::who(&told.identity, today)),
        (Part::Allergies, safety::allergies(&told, today)),
        (Part::Contraindications, safety::contraindications(&told, today)),
        (Part::Medicines, medicines::medicines(&told, today)),
        (Part::Conditions, body::conditions(&told, today)),
        (Part::Body, body::body(&told, today)),
        (Part::Directives, people::directives(&told, today)),
        (Part::Missing, standing::missing(&told, today)),
        (Part::Doctors, people::doctors(&told, today)),
        (Part::Source, format!("{}{END}", people::source(&told, today))),
    ];
    let lines = parts.into_iter().filter(|(_, words)| !words.is_empty());
    let lines = lines.map(|(part, words)| Line { part, words }).collect();
    Script { lines, read_back: Some(people::read_back(&told, today)) }
}

fn is_withdrawn(summary: &Summary) -> bool {
    matches!(summary.consent, Consent::Withdrawn { .. })
}
