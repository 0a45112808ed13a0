//! The usual state: what is said to be usual, and of single measurements the newest of each kind.

use super::bundle::Document;
use super::newest::{Dated, newest};
use super::observation::Finding;
use super::topic::PressurePart;
use crate::model::{Baseline, BaselineKind, Block, PartialDate};

/// Everything said about the usual state, before the newest is chosen.
#[derive(Default)]
pub(super) struct Usual {
    items: Vec<Item>,
    halves: Vec<(PressurePart, String, Finding)>,
}

struct Item {
    path: String,
    measured: Option<Option<PartialDate>>,
    baseline: Baseline,
}

impl Usual {
    /// A single measurement is not yet the usual state, and says that it is one.
    pub(super) fn add(&mut self, path: &str, kind: BaselineKind, finding: Finding) {
        let word = ["普段", "平常", "通常", "生活"].iter().any(|word| finding.name.text.contains(word));
        let said_usual = word || kind == BaselineKind::DailyLiving;
        let mut text = finding.result.words;
        if !said_usual {
            text.push_str("(測定値)");
        }
        if let Some(note) = finding.note {
            text = format!("{text} {note}");
        }
        let measured = (!said_usual).then_some(finding.date);
        self.items.push(Item {
            path: path.to_owned(),
            measured,
            baseline: Baseline { kind, text, origin: finding.origin },
        });
    }

    /// The upper or the lower value of a blood pressure, where each is a result of its own.
    pub(super) fn add_half(&mut self, path: &str, part: PressurePart, finding: Finding) {
        self.halves.push((part, path.to_owned(), finding));
    }

    pub(super) fn block(mut self, document: &Document<'_>) -> Block<Baseline> {
        self.pair();
        let paths: Vec<String> = self.items.iter_mut().map(|item| std::mem::take(&mut item.path)).collect();
        let results = self.items.into_iter().zip(&paths).map(|(item, path)| Dated {
            kind: item.measured.map(|_| item.baseline.kind.clone()),
            date: item.measured.flatten(),
            path,
            item: item.baseline,
        });
        Block::from_items(newest(document, results.collect()))
    }

    /// Joins each upper value with the next lower one of the same day.
    fn pair(&mut self) {
        let (upper, mut lower): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.halves).into_iter().partition(|(part, ..)| *part == PressurePart::Systolic);
        for (_, path, mut finding) in upper {
            let partner = lower.iter().position(|(_, _, other)| other.date == finding.date);
            match partner.map(|at| lower.remove(at)) {
                Some((_, _, other)) => {
                    let words = finding.result.words.trim_end_matches(" mmHg").to_owned();
                    finding.result.words = format!("{words}/{}", other.result.words);
                    finding.origin.untold |= other.origin.untold;
                }
                None => finding.result.words = format!("{} {}", finding.name.text, finding.result.words),
            }
            self.add(&path, BaselineKind::BloodPressure, finding);
        }
        for (_, path, mut finding) in lower {
            finding.result.words = format!("{} {}", finding.name.text, finding.result.words);
            self.add(&path, BaselineKind::BloodPressure, finding);
        }
    }
}
