//! What documents say is not so, beside documents that say it is.

use super::documents::Documents;
use super::engine::{Group, Statement};
use super::item::{Differs, Item};
use super::spelling::same_facility;
use crate::fhir::{Denial, DenialKind};
use crate::model::Subject;

impl Documents {
    /// Takes out the statements that the facility which made them takes back in a later document, and gives the documents
    /// they stood in. In one document an entry beside its void twin is the corrected one and stays.
    pub(super) fn take_back<T: Item>(&self, subject: Subject, statements: &mut Vec<Statement<T>>) -> Vec<usize> {
        let mut taken = Vec::new();
        statements.retain(|statement| {
            let stated = self.all[statement.rank].summary.as_of;
            let later = self.all.iter().filter(|document| document.summary.as_of > stated);
            let back = later.flat_map(|document| &document.denials).any(|denial| {
                denial.kind == DenialKind::Mistake
                    && same_facility(&denial.origin, statement.item.origin())
                    && same_entry(denial, &statement.item)
                    && speaks_of(denial, subject, &statement.item)
            });
            if back {
                taken.push(statement.rank);
            }
            !back
        });
        taken
    }

    /// Whoever refutes or voids an item that stays is named beside it, however old: it is not for the merge to decide.
    pub(super) fn add_denials<T: Item>(&self, subject: Subject, groups: &mut [Group<T>]) {
        for (rank, document) in self.all.iter().enumerate() {
            for denial in &document.denials {
                let void = denial.kind == DenialKind::Mistake;
                for group in groups.iter_mut().filter(|group| speaks_of(denial, subject, &group.shown)) {
                    if !(void && group.rank == rank) {
                        let words = if void { "誤記として取消" } else { "否定" };
                        group.add(&denial.origin, Differs::default().say(true, words));
                    }
                }
            }
        }
    }
}

/// As far as the words, the codes and the day tell, the very entry that was taken back. In doubt it is another one.
fn same_entry<T: Item>(denial: &Denial, item: &T) -> bool {
    let same_day = item.when().is_none_or(|day| denial.origin.recorded == Some(day));
    same_day && item.is_exactly(&denial.name)
}

fn speaks_of<T: Item>(denial: &Denial, subject: Subject, item: &T) -> bool {
    // Allergies and contraindicated drugs come out of the same kind of resource.
    let drug = |subject| matches!(subject, Subject::Allergies | Subject::Contraindications);
    let block = denial.subject == subject || (drug(denial.subject) && drug(subject));
    let event = !T::DATED || denial.origin.recorded == item.when();
    block && event && item.is_named(&denial.name)
}
