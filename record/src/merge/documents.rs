//! The documents in one fixed order, and what is noted while their blocks are merged.

use std::collections::BTreeSet;

use zeroize::Zeroizing;

use super::remark::{MergeReason, MergeRemark};
use crate::fhir::{Denial, Reading};
use crate::model::{Disputed, Subject, Summary, Unlisted};

/// A document, and where it stood in what was given.
pub(super) struct Document {
    pub(super) summary: Summary,
    pub(super) denials: Vec<Denial>,
    given: usize,
}

/// All documents, the newest first; of two that were written in the same second their content decides, so that the order
/// in which they were given never does. A document that was given twice is there once.
pub(super) struct Documents {
    pub(super) all: Vec<Document>,
    pub(super) disputed: Vec<Disputed>,
    pub(super) unlisted: BTreeSet<Unlisted>,
    remarks: Vec<MergeRemark>,
}

impl Documents {
    pub(super) fn newest_first(readings: Vec<Reading>) -> Self {
        let keyed = readings.into_iter().enumerate().map(|(given, reading)| {
            let Reading { summary, denials, .. } = reading;
            (content(&summary, &denials), Document { summary, denials, given })
        });
        let mut keyed: Vec<(Zeroizing<String>, Document)> = keyed.collect();
        keyed.sort_by(|(a_key, a), (b_key, b)| {
            let newer = b.summary.as_of.cmp(&a.summary.as_of);
            newer.then_with(|| a_key.cmp(b_key)).then(a.given.cmp(&b.given))
        });
        let mut documents =
            Self { all: Vec::new(), disputed: Vec::new(), unlisted: BTreeSet::new(), remarks: Vec::new() };
        for (_, document) in keyed {
            let known = documents.all.last();
            if known.is_some_and(|one| one.summary == document.summary && one.denials == document.denials) {
                let reason = MergeReason::SameDocument;
                documents.remarks.push(MergeRemark { document: document.given, subject: None, reason });
            } else {
                documents.all.push(document);
            }
        }
        documents
    }

    pub(super) fn newest(&self) -> Option<&Summary> {
        self.all.first().map(|document| &document.summary)
    }

    /// Every summary, the newest first.
    pub(super) fn summaries(&self) -> impl Iterator<Item = &Summary> {
        self.all.iter().map(|document| &document.summary)
    }

    /// Notes something about the document at `rank`, counted from the newest.
    pub(super) fn remark(&mut self, rank: usize, subject: Option<Subject>, reason: MergeReason) {
        let document = self.all[rank].given;
        self.remarks.push(MergeRemark { document, subject, reason });
    }

    /// Disputes in the order of the blocks, remarks in the order of the documents as given.
    pub(super) fn into_notes(mut self) -> (Vec<Disputed>, Vec<MergeRemark>) {
        self.disputed.sort_by_key(|dispute| dispute.subject);
        self.remarks.sort();
        (self.disputed, self.remarks)
    }
}

/// Everything that a document says, as one text to order by; wiped after use.
fn content(summary: &Summary, denials: &[Denial]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(serde_json::to_string(summary).unwrap_or_default());
    for denial in denials {
        let said = serde_json::to_string(&(denial.subject, &denial.name, &denial.origin)).unwrap_or_default();
        text.push_str(&Zeroizing::new(said));
        text.push(if denial.kind == crate::fhir::DenialKind::Refuted { 'r' } else { 'm' });
    }
    text
}
