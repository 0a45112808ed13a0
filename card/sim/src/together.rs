//! Two cards on one reader.

use crate::body::Technology;
use crate::{VirtualCard, VirtualReader};

/// What PC/SC is shown when two cards lie on one reader. It has no word for it. These are what the standards' anti-collision
/// allows; which of them a reader shows with which cards was not measured here on hardware.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Together {
    /// The reader found one first (Type A before Type B before FeliCa, or the first of one kind) and speaks with that alone.
    OneAnswers,
    /// Two FeliCa cards: the reader has named the first, and the second is quicker to a polling. Two cards of other kinds are
    /// as in [`OneAnswers`](Self::OneAnswers).
    BothAnswer,
    /// They answered over each other: something is there, and it cannot be powered.
    NobodyAnswers,
}

impl VirtualReader {
    /// Lays two cards on at once.
    pub fn insert_two(&self, one: &VirtualCard, other: &VirtualCard, together: Together) {
        let are_felica = [one, other].iter().all(|card| card.technology() == Technology::Felica);
        match together {
            Together::NobodyAnswers => self.lay_mute(),
            Together::BothAnswer if are_felica => self.insert(&VirtualCard::felica_pair(one, other)),
            _ if other.technology() < one.technology() => self.insert(other),
            _ => self.insert(one),
        }
    }
}
