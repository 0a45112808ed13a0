//! The four values of a block: the most important safety rule of the product.

use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

use super::{Origin, redacted};

/// One block of the summary: known, none as confirmed by somebody, not recorded, or not available here.
///
/// `Known` is never empty: an empty list says nothing, so it reads as [`Block::NotRecorded`] ([`Block::from_items`]).
/// Nothing turns missing, failed or unknown data into [`Block::NoneConfirmed`].
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Block<T> {
    /// Something is known; the list has at least one item.
    Known(Vec<T>),
    /// Somebody said that there is none, and when.
    NoneConfirmed(Absence),
    /// Nobody said anything: not the same as none.
    #[default]
    NotRecorded,
    /// It exists or may exist, but cannot be shown on this tablet now.
    Unavailable(Unavailability),
}

impl<T> Block<T> {
    /// `Known` when there is at least one item, else `NotRecorded`. Never "none".
    pub fn from_items(items: Vec<T>) -> Self {
        if items.is_empty() { Self::NotRecorded } else { Self::Known(items) }
    }

    /// The known items; empty for the other three values, so never a proof of absence.
    pub fn items(&self) -> &[T] {
        match self {
            Self::Known(items) => items,
            _ => &[],
        }
    }
}

impl<T: Zeroize> Zeroize for Block<T> {
    fn zeroize(&mut self) {
        match self {
            Self::Known(items) => items.zeroize(),
            Self::NoneConfirmed(absence) => absence.zeroize(),
            Self::NotRecorded | Self::Unavailable(_) => {}
        }
        *self = Self::NotRecorded;
    }
}

impl<T> std::fmt::Debug for Block<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Known(_) => "Known([redacted])",
            Self::NoneConfirmed(_) => "NoneConfirmed([redacted])",
            Self::NotRecorded => "NotRecorded",
            Self::Unavailable(_) => "Unavailable",
        })
    }
}

/// Somebody's statement that there is none.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Zeroize)]
#[serde(deny_unknown_fields)]
pub struct Absence {
    /// Who said so, and when.
    pub origin: Origin,
}

/// Why a block cannot be shown here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Zeroize)]
#[serde(rename_all = "snake_case")]
pub enum Unavailability {
    /// The sealed part did not open.
    NotOpened,
    /// The resident or the sender did not permit it.
    NotPermitted,
    /// It has not reached this tablet yet.
    NotSynced,
    /// The sender's document held it in a form that this version does not understand.
    NotUnderstood,
    /// The crew left it out of a hand-over: only in what was handed over.
    LeftOut,
    /// It did not fit into the copy that the patient's card carries: only in what was read from such a copy.
    NotOnCard,
}

redacted!(Absence);
