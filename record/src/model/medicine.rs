//! Medicines.

use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

use super::{Coded, Origin, PartialDate, redacted};

/// One medicine as it was prescribed, dispensed or stated.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Zeroize)]
#[serde(deny_unknown_fields)]
pub struct Medicine {
    /// The product as its sender named it, with its codes (YJ, HOT9, general name, ATC …).
    pub product: Coded,
    /// General name (一般名), from the sender or the formulary.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generic: Option<String>,
    /// Strength, as written: 「1mg」.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strength: Option<String>,
    /// Dose form: 「錠」, 「注射液」.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<String>,
    /// Dose at one time, a finished string: 「2錠」, 「8単位」.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dose: Option<String>,
    /// When and how: 「1日1回 夕食後」.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<String>,
    /// Days supplied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u16>,
    /// The day it was dispensed, or else prescribed or stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<PartialDate>,
    /// Who dispensed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pharmacy: Option<String>,
    /// Whether it is taken now.
    pub status: MedicineStatus,
    /// Who said so, and when.
    pub origin: Origin,
}

/// Whether a medicine is taken now, as the documents say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Zeroize)]
#[serde(rename_all = "snake_case")]
pub enum MedicineStatus {
    /// Said to be taken now.
    Current,
    /// The sender did not say; shown with the current ones.
    #[default]
    Unknown,
    /// Paused by the prescriber.
    OnHold,
    /// Stopped or completed.
    Past,
}

redacted!(Medicine);
