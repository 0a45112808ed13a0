//! Hand-over to a hospital: a page of text, and a script to be read aloud on the phone.
//!
//! [`Chosen`] says what of a record goes. The page has what the patient has not been told (未告知) only where that was
//! chosen, and marked; the script never. Of a record whose consent was withdrawn they tell that,
//! and nothing else. No clock: `today` is an argument.

mod aloud;
mod body;
mod chosen;
mod codes;
mod fold;
mod medicines;
mod number;
mod pace;
mod page;
mod people;
mod provenance;
mod safety;
mod standing;

use chrono::NaiveDate;

pub use aloud::aloud;
pub use chosen::{Chosen, Selection};
pub use codes::{BYTES_A_CODE, ERROR_CORRECTION, codes, joined};
pub use page::text;
pub use provenance::{CopyOnCard, Provenance};

use crate::model::{Subject, Summary, redacted};

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
    /// How the record was come by, where the hospital has to know it.
    Provenance,
    /// Which weighty sections were left out.
    LeftOut,
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

/// The script of a record without anything left out.
pub fn script(summary: &Summary, today: NaiveDate) -> Script {
    Chosen::of(summary, &Selection::everything_told()).script(today)
}

impl Chosen {
    /// The script. 未告知 is never read aloud, also where it was chosen: the patient or the family may hear it.
    pub fn script(&self, today: NaiveDate) -> Script {
        if self.is_withdrawn() {
            return Script { lines: vec![Line { part: Part::Who, words: WITHDRAWN.to_owned() }], read_back: None };
        }
        let told = self.summary().told();
        let parts = [
            (Part::Who, people::who(&told.identity, today)),
            (Part::Provenance, self.provenance().aloud(today)),
            (Part::LeftOut, left_out(self.weighty())),
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
}

/// 「はじめに、アレルギー、薬の禁忌は、この引き継ぎに含めていません。」
fn left_out(subjects: &[Subject]) -> String {
    let names: Vec<String> = subjects.iter().map(|subject| standing::name(*subject).to_owned()).collect();
    if names.is_empty() {
        return String::new();
    }
    format!("はじめに、{}は、この引き継ぎに含めていません。", aloud::list(&names))
}
