//! Who was chosen of a list, and the birth year that is typed again.

use std::fmt;

use kakari_record::model::PartialDate;
use zeroize::Zeroizing;

use crate::event::{Attempt, Candidate, OpenRecord};

/// Of a year.
pub(super) const DIGITS: usize = 4;

/// Somebody was chosen. Dropping it wipes who, what was typed, and what was opened.
pub(crate) struct Year {
    pub(super) candidate: Candidate,
    pub(super) digits: Zeroizing<Vec<u8>>,
    pub(super) stage: Stage,
}

#[derive(Debug)]
pub(super) enum Stage {
    /// The year is typed.
    Typing,
    /// A wrong year was typed, which is being written down; nothing can be typed before it is.
    Wrong(Attempt),
    /// The record is being opened.
    Opening(Attempt),
    /// It is open; these rows are not durable yet, so nothing of it is shown.
    Recording(Vec<Attempt>, OpenRecord),
}

impl fmt::Debug for Year {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Year({:?}, {:?}, [redacted])", self.candidate, self.stage)
    }
}

impl Year {
    /// Four digits, the candidate's.
    pub(super) fn is_right(&self) -> bool {
        let typed = std::str::from_utf8(&self.digits).ok().and_then(|digits| digits.parse().ok());
        typed.is_some() && typed == self.candidate.entry.birth_date.map(PartialDate::year)
    }

    pub(super) fn can_submit(&self) -> bool {
        matches!(self.stage, Stage::Typing) && self.digits.len() == DIGITS
    }
}
