//! Allergies and contraindicated drugs.

use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

use super::{Block, Coded, Origin, redacted};

/// The allergy block together with absences that were confirmed for one category only.
///
/// "No known *food* allergies" never becomes "no known allergies": it stands in `none_for` beside a block that is
/// whatever the rest of the documents made it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, Zeroize)]
#[serde(deny_unknown_fields)]
pub struct Allergies {
    /// The whole block.
    pub block: Block<Allergy>,
    /// Categories of which somebody said that there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub none_for: Vec<CategoryAbsence>,
}

/// Somebody's statement that there is no allergy of one category.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Zeroize)]
#[serde(deny_unknown_fields)]
pub struct CategoryAbsence {
    /// The category that was confirmed.
    pub category: AllergyCategory,
    /// Who said so, and when.
    pub origin: Origin,
}

/// One allergy, intolerance or contraindicated drug.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Zeroize)]
#[serde(deny_unknown_fields)]
pub struct Allergy {
    /// What the patient reacts to, or must not be given.
    pub substance: Coded,
    /// Food, medication or other.
    pub category: AllergyCategory,
    /// What happened, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<String>,
    /// The worst reaction so far.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// How dangerous another exposure would be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub criticality: Option<Criticality>,
    /// How sure it is.
    pub verification: Verification,
    /// True for one that is said to be over (FHIR `inactive`, `resolved`): shown last and marked.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub past: bool,
    /// The sender's note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Who said so, and when.
    pub origin: Origin,
}

/// What kind of substance.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Zeroize)]
#[serde(rename_all = "snake_case")]
pub enum AllergyCategory {
    /// 食物
    Food,
    /// 薬剤
    Medication,
    /// 環境
    Environment,
    /// Not said.
    #[default]
    Unknown,
    /// A category of a later version, or another word, kept as it came.
    #[serde(untagged)]
    Other(String),
}

/// Severity of a reaction (FHIR `reaction-event-severity`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Zeroize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// 軽度
    Mild,
    /// 中等度
    Moderate,
    /// 重度
    Severe,
}

/// How dangerous another exposure would be (FHIR `allergy-intolerance-criticality`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Zeroize)]
#[serde(rename_all = "snake_case")]
pub enum Criticality {
    /// Low.
    Low,
    /// High: may threaten life.
    High,
    /// Could not be assessed.
    UnableToAssess,
}

/// How sure an allergy is. Refuted and mistaken entries are not kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Zeroize)]
#[serde(rename_all = "snake_case")]
pub enum Verification {
    /// 確認済
    Confirmed,
    /// 未確認, including "presumed".
    Unconfirmed,
    /// Not said.
    #[default]
    NotSaid,
}

redacted!(Allergies, CategoryAbsence, Allergy);
