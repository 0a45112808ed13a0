//! Consent: the newest statement counts, and a withdrawal unless a consent was surely given after it.

use super::documents::Documents;
use super::remark::MergeReason;
use crate::model::{Consent, PartialDate};

pub(super) fn merged(documents: &mut Documents) -> Consent {
    let all: Vec<Consent> = documents.summaries().map(|summary| summary.consent.clone()).collect();
    let standing = all.iter().filter(|one| !is_overruled(one, &all));
    // Of withdrawals that stand one without a date leads, else the newest; the same of consents.
    let counts = standing.max_by_key(|one| rank(one)).cloned().unwrap_or_default();
    for (at, one) in all.iter().enumerate() {
        if *one != Consent::NotRecorded && *one != counts {
            documents.remark(at, None, MergeReason::ConsentReplaced);
        }
    }
    counts
}

fn rank(consent: &Consent) -> (u8, bool, Option<PartialDate>, Option<&str>) {
    match consent {
        Consent::NotRecorded => (0, false, None, None),
        Consent::Given { on, by } => (1, on.is_some(), *on, by.as_deref()),
        Consent::Withdrawn { on } => (2, on.is_none(), *on, None),
    }
}

/// A withdrawal that is surely older than a consent.
fn is_overruled(consent: &Consent, all: &[Consent]) -> bool {
    let Consent::Withdrawn { on: Some(withdrawn) } = consent else { return false };
    all.iter()
        .any(|other| matches!(other, Consent::Given { on: Some(given), .. } if withdrawn.is_surely_before(*given)))
}
