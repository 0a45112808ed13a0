//! Whom to call, what the patient wrote down, and what the patient agreed to.

use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

use super::{Origin, PartialDate, redacted};

/// That an advance directive exists and where it is; never what it says.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Zeroize)]
#[serde(deny_unknown_fields)]
pub struct Directive {
    /// What the document is called.
    pub title: String,
    /// Its date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<PartialDate>,
    /// Where it is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept_at: Option<String>,
    /// Which doctor to call about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doctor: Option<String>,
    /// That doctor's phone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Who said so, and when.
    pub origin: Origin,
}

/// A primary doctor or specialist.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Zeroize)]
#[serde(deny_unknown_fields)]
pub struct PrimaryDoctor {
    /// 「かかりつけ」, 「専門医」.
    pub role: String,
    /// Clinic or hospital.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clinic: Option<String>,
    /// Department.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// Doctor's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doctor: Option<String>,
    /// Phone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Phone at night.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub night_phone: Option<String>,
    /// Who said so, and when.
    pub origin: Origin,
}

/// Somebody to call.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Zeroize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// Name, when it was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// 「長男」, 「妻」.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relation: Option<String>,
    /// Phones, as written, the preferred one first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub phones: Vec<String>,
    /// Who said so, and when.
    pub origin: Origin,
}

/// Consent to viewing in an emergency, given at enrolment.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, Zeroize)]
#[serde(rename_all = "snake_case")]
pub enum Consent {
    /// No statement: a known state, not an error.
    #[default]
    NotRecorded,
    /// Given.
    Given {
        /// When.
        on: Option<PartialDate>,
        /// By whom, when it was not the patient: 「長女」.
        by: Option<String>,
    },
    /// Withdrawn: nothing of the record may be shown.
    Withdrawn {
        /// When.
        on: Option<PartialDate>,
    },
}

redacted!(Directive, PrimaryDoctor, Contact, Consent);
