//! What of a record goes with a hand-over.

use std::collections::BTreeSet;

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::model::{Subject, Summary, redacted};

/// Which sections go, and whether what the patient has not been told goes with them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// The sections that go. Who the patient is always goes.
    pub sections: BTreeSet<Subject>,
    /// True only after a second touch: 未告知 goes too.
    pub untold: bool,
}

impl Selection {
    /// Every section, without what the patient has not been told.
    pub fn everything_told() -> Self {
        Self { sections: Subject::ALL.into_iter().collect(), untold: false }
    }
}

/// A record as it goes to a hospital. A section that was left out says so; it never reads as "none" or "not recorded".
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Chosen {
    pub(crate) summary: Summary,
    #[zeroize(skip)]
    pub(crate) left_out: Vec<Subject>,
}

impl Chosen {
    /// What `selection` leaves of `summary`.
    pub fn of(summary: &Summary, selection: &Selection) -> Self {
        let left_out = Subject::ALL.into_iter().filter(|subject| !selection.sections.contains(subject)).collect();
        let summary = if selection.untold { summary.clone() } else { summary.told() };
        Self { summary, left_out }
    }
}

redacted!(Chosen);
