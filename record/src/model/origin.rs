//! Where a statement comes from, when it was recorded, and what it is called in which code system.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Duration, Months, NaiveDate};
use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

use super::redacted;

/// Who stated an item, when, and what other documents say of the same thing.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, Zeroize)]
#[serde(deny_unknown_fields)]
pub struct Origin {
    /// Hospital, clinic or pharmacy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facility: Option<String>,
    /// The person who recorded or asserted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// The day it was recorded, as exactly as the sender said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorded: Option<PartialDate>,
    /// True when the patient has **not** been told (未告知): never on a screen, strip, script or code that the
    /// patient can see without a second touch.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub untold: bool,
    /// Other documents about the same thing, the newest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<AlsoStated>,
}

/// Another document about the same thing.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, Zeroize)]
#[serde(deny_unknown_fields)]
pub struct AlsoStated {
    /// Hospital, clinic or pharmacy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facility: Option<String>,
    /// The person who recorded or asserted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// The day it was recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorded: Option<PartialDate>,
    /// What it says otherwise, in finished words: 「1日3回」, 「否定」; nothing when it says the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub differs: Option<String>,
}

impl AlsoStated {
    /// In `differs`, of an item that the newest statement calls over: this one has it as present.
    pub const PRESENT: &str = "現在もあり";
}

/// A thing named in words, with the codes the sender gave for it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, Zeroize)]
#[serde(deny_unknown_fields)]
pub struct Coded {
    /// The words to show; never empty.
    pub text: String,
    /// Codes in their systems, in the sender's order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub codings: Vec<Coding>,
}

impl Coded {
    /// A thing known by its words alone.
    pub fn from_text(text: impl Into<String>) -> Self {
        Self { text: text.into(), codings: Vec::new() }
    }

    /// The first code in `system`, if the sender gave one.
    pub fn code_in(&self, system: &str) -> Option<&str> {
        self.codings.iter().find(|coding| coding.system == system).map(|coding| coding.code.as_str())
    }
}

/// One code in one code system.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Zeroize)]
#[serde(deny_unknown_fields)]
pub struct Coding {
    /// Canonical URL of the system ([`crate::codes`]); a system that has none keeps its own name.
    pub system: String,
    /// The code itself.
    pub code: String,
}

/// A date as exact as its sender knew it: year, month or day (FHIR R4 `date`, without times).
///
/// Sorts by time; a less exact date sorts before the more exact ones that it covers.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PartialDate {
    year: u16,
    month: Option<u8>,
    day: Option<u8>,
}

/// The text is not a calendar date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a date: expected YYYY, YYYY-MM or YYYY-MM-DD")]
pub struct PartialDateError;

impl PartialDate {
    /// Only the year is known.
    pub const fn from_year(year: u16) -> Self {
        Self { year, month: None, day: None }
    }

    /// Year, month and day of a date that was one before; 0 for a month or day that is not known.
    pub(crate) fn of(year: u16, month: u8, day: u8) -> Self {
        let known = |n: u8| (n != 0).then_some(n);
        Self { year, month: known(month), day: known(day) }
    }

    /// The year.
    pub const fn year(self) -> u16 {
        self.year
    }

    /// The month 1–12, if known.
    pub const fn month(self) -> Option<u8> {
        self.month
    }

    /// The whole date, if its day is known.
    pub fn day(self) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(self.year.into(), self.month?.into(), self.day?.into())
    }

    /// The first day that the date may mean.
    pub fn earliest(self) -> NaiveDate {
        let (month, day) = (self.month.unwrap_or(1), self.day.unwrap_or(1));
        NaiveDate::from_ymd_opt(self.year.into(), month.into(), day.into()).unwrap_or(NaiveDate::MIN)
    }

    /// The last day that the date may mean.
    pub fn latest(self) -> NaiveDate {
        let months = if self.month.is_some() { 1 } else { 12 };
        self.day().unwrap_or_else(|| {
            let after = self.earliest().checked_add_months(Months::new(months));
            after.map_or(NaiveDate::MAX, |day| day - Duration::days(1))
        })
    }

    /// True when it is before `other` whatever days the two mean.
    pub fn is_surely_before(self, other: Self) -> bool {
        self.latest() < other.earliest()
    }

    /// True when both may mean the same day.
    pub fn may_be(self, other: Self) -> bool {
        !self.is_surely_before(other) && !other.is_surely_before(self)
    }
}

impl From<NaiveDate> for PartialDate {
    /// Years outside 0–9999 do not occur in FHIR dates; they saturate.
    fn from(date: NaiveDate) -> Self {
        let narrow = |n: u32| u8::try_from(n).ok();
        Self {
            year: u16::try_from(date.year().clamp(0, 9999)).unwrap_or_default(),
            month: narrow(date.month()),
            day: narrow(date.day()),
        }
    }
}

impl FromStr for PartialDate {
    type Err = PartialDateError;

    fn from_str(text: &str) -> Result<Self, PartialDateError> {
        let mut parts = text.split('-');
        let mut field = |width: usize| match parts.next() {
            None => Ok(None),
            Some(p) if p.len() == width && p.bytes().all(|b| b.is_ascii_digit()) => {
                p.parse::<u16>().map(Some).map_err(|_| PartialDateError)
            }
            Some(_) => Err(PartialDateError),
        };
        let (year, month, day) = (field(4)?.ok_or(PartialDateError)?, field(2)?, field(2)?);
        if parts.next().is_some() {
            return Err(PartialDateError);
        }
        let narrow = |n: Option<u16>| n.map(u8::try_from).transpose().map_err(|_| PartialDateError);
        let date = Self { year, month: narrow(month)?, day: narrow(day)? };
        let (month, day) = (month.unwrap_or(1), day.unwrap_or(1));
        NaiveDate::from_ymd_opt(year.into(), month.into(), day.into()).map(|_| date).ok_or(PartialDateError)
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        if let Some(month) = self.month {
            write!(f, "-{month:02}")?;
        }
        if let Some(day) = self.day {
            write!(f, "-{day:02}")?;
        }
        Ok(())
    }
}

impl TryFrom<String> for PartialDate {
    type Error = PartialDateError;

    fn try_from(text: String) -> Result<Self, PartialDateError> {
        text.parse()
    }
}

impl From<PartialDate> for String {
    fn from(date: PartialDate) -> Self {
        date.to_string()
    }
}

impl Zeroize for PartialDate {
    fn zeroize(&mut self) {
        *self = Self::from_year(0);
    }
}

redacted!(Origin, AlsoStated, Coded, Coding, PartialDate);
