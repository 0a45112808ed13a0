//! Consent: the newest statement counts, and a withdrawal unless a consent was surely given after it.

use chrono::{DateTime, Utc};

use super::documents::Documents;
use super::remark::MergeReason;
use crate::model::{Consent, PartialDate};

pub(super) fn merged(documents: &mut Documents) -> Consent {
    let all: Vec<Consent> = documents.summaries().map(|summary| summary.consent.clone()).collect();
    let written: Vec<DateTime<Utc>> = documents.summaries().map(|summary| summary.as_of).collect();
    let standing = (0..all.len()).filter(|at| !is_overruled(*at, &all, &written)).map(|at| &all[at]);
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

/// A withdrawal that is surely older than a consent, and not in a later document than that: what a later document says is
/// no longer in force is not, whatever day it bears.
fn is_overruled(at: usize, all: &[Consent], written: &[DateTime<Utc>]) -> bool {
    let Consent::Withdrawn { on: Some(withdrawn) } = &all[at] else { return false };
    all.iter().zip(written).any(|(other, day)| {
        let Consent::Given { on: Some(given), .. } = other else { return false };
        withdrawn.is_surely_before(*given) && *day >= written[at]
    })
}
