//! The red strip: what changes what a crew does, each with the item it was read from.
//!
//! Facts, never advice. An empty strip proves nothing: a block that is not recorded raises no alert. 未告知 conditions and
//! stopped medicines never raise one. Which medicines count is a table, `assets/tables/alerts.csv`.

mod blocks;
mod kind;
mod rule;

pub use blocks::weight;
pub use kind::AlertKind;

use crate::display;
use crate::language::Language;
use crate::model::{Block, Medicine, MedicineStatus, Stated, Summary, redacted};

/// One alert of the strip.
#[derive(Clone, PartialEq, Eq)]
pub struct Alert {
    /// What it warns of; alerts sort by it, the worst first.
    pub kind: AlertKind,
    /// Octagon (must not be given) or triangle (caution).
    pub critical: bool,
    /// 「抗凝固薬」
    pub label: &'static str,
    /// Every item it was read from, joined by 「、」 or a semicolon: 「ワルファリンカリウム」.
    pub reason: String,
}

redacted!(Alert);

impl Alert {
    /// ■ or ▲, where there is only text.
    pub fn mark(&self) -> char {
        if self.critical { '■' } else { '▲' }
    }
}

/// Every alert of the summary, one of each kind, the worst first.
pub fn alerts(summary: &Summary, language: Language) -> Vec<Alert> {
    let mut findings = blocks::findings(summary, language);
    findings.extend(told(&summary.medicines).flat_map(|item| medicine(item, language)));
    findings.sort_by_key(|(kind, _)| *kind);
    let mut alerts: Vec<Alert> = Vec::new();
    for (kind, reason) in findings {
        match alerts.last_mut() {
            Some(last) if last.kind == kind => join(&mut last.reason, &reason, language.say("、", "; ")),
            _ => alerts.push(Alert { kind, critical: kind.is_critical(), label: kind.label(language), reason }),
        }
    }
    alerts
}

/// The small class word for a medicine's row: 「抗凝固」, 「血糖降下」, 「β遮断(点眼)」; `None` for one of no such class.
/// Also for a stopped medicine: it says what the medicine is, not that it is taken.
pub fn tag_for(medicine: &Medicine, language: Language) -> Option<&'static str> {
    rule::tag(&rule::Names::of(medicine), language)
}

/// The worst alert that a medicine raises, to sort by; `None` for one that raises none: a stopped one, an ointment.
pub fn rank_of(medicine: &Medicine) -> Option<AlertKind> {
    raised(medicine).into_iter().next()
}

/// Whether a medicine raises an alert.
pub fn fires(medicine: &Medicine) -> bool {
    rank_of(medicine).is_some()
}

fn medicine(medicine: &Medicine, language: Language) -> Vec<(AlertKind, String)> {
    raised(medicine).into_iter().map(|kind| (kind, display::medicine(medicine, language).main)).collect()
}

/// The kinds of alert that a medicine raises, the worst first.
fn raised(medicine: &Medicine) -> Vec<AlertKind> {
    match medicine.status {
        MedicineStatus::Past => Vec::new(),
        _ => rule::kinds(&rule::Names::of(medicine)),
    }
}

fn join(reasons: &mut String, reason: &str, between: &str) {
    if !reasons.split(between).any(|known| known == reason) {
        reasons.push_str(between);
        reasons.push_str(reason);
    }
}

/// The items that the patient has been told of; no alert comes from any other.
fn told<T: Stated>(block: &Block<T>) -> impl Iterator<Item = &T> {
    block.items().iter().filter(|item| !item.origin().untold)
}
