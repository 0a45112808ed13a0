//! Conditions.

use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

use super::{Coded, Origin, PartialDate, redacted};

/// One disease, problem or past illness.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Zeroize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Name as its sender wrote it, with its codes (MEDIS standard disease, ICD-10 …).
    pub name: Coded,
    /// Side of the body, when it is not part of the name: 「左」.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub side: Option<String>,
    /// When it began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub onset: Option<PartialDate>,
    /// Active or over.
    pub status: ConditionStatus,
    /// True when it is only suspected (疑い).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub suspected: bool,
    /// The sender's note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Who said so, and when.
    pub origin: Origin,
}

/// Whether a condition is there now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Zeroize)]
#[serde(rename_all = "snake_case")]
pub enum ConditionStatus {
    /// Active, recurring or relapsed.
    Active,
    /// Not said.
    #[default]
    Unknown,
    /// In remission.
    Remission,
    /// Without symptoms now; said to be neither in remission nor resolved.
    Inactive,
    /// Resolved: history.
    Resolved,
}

redacted!(Condition);
