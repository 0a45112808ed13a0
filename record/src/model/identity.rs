//! Who the patient is.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

use super::{Origin, PartialDate, redacted};

/// Who the patient is, as far as the sender said.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Zeroize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// The region's 16-digit number; absent in documents from outside the region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<CommonNumber>,
    /// Name as written, in kanji or Latin letters.
    pub name: String,
    /// Name in kana.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kana: Option<String>,
    /// Administrative sex.
    pub sex: Sex,
    /// Birth date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birth_date: Option<PartialDate>,
    /// Address, one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Phones, as written, the preferred one first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub phones: Vec<String>,
    /// Blood type and who confirmed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blood_type: Option<BloodType>,
}

/// Administrative sex (FHIR `administrative-gender`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Zeroize)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    /// 女性
    Female,
    /// 男性
    Male,
    /// Neither of the two.
    Other,
    /// Not said.
    #[default]
    Unknown,
}

/// Blood type in words, with who confirmed it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Zeroize)]
#[serde(deny_unknown_fields)]
pub struct BloodType {
    /// For example 「A型 Rh(+)」.
    pub text: String,
    /// Who confirmed it.
    pub origin: Origin,
}

/// The region's 16-digit common number of a resident.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Zeroize)]
#[serde(try_from = "String", into = "String")]
pub struct CommonNumber(String);

/// The text is not 16 ASCII digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a common number: expected 16 digits")]
pub struct NotACommonNumber;

impl CommonNumber {
    /// The 16 digits.
    pub fn digits(&self) -> &str {
        &self.0
    }
}

impl FromStr for CommonNumber {
    type Err = NotACommonNumber;

    fn from_str(text: &str) -> Result<Self, NotACommonNumber> {
        Self::try_from(text.to_owned())
    }
}

impl TryFrom<String> for CommonNumber {
    type Error = NotACommonNumber;

    fn try_from(text: String) -> Result<Self, NotACommonNumber> {
        let whole = text.len() == 16 && text.bytes().all(|b| b.is_ascii_digit());
        if whole { Ok(Self(text)) } else { Err(NotACommonNumber) }
    }
}

impl From<CommonNumber> for String {
    fn from(number: CommonNumber) -> Self {
        number.0
    }
}

impl fmt::Debug for CommonNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CommonNumber([redacted])")
    }
}

redacted!(Identity, BloodType);
