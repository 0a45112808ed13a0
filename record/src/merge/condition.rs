//! Conditions.

use super::index::Keys;
use super::item::{Differs, Item};
use super::spelling::{same_words, share_code, take_codes, words};
use crate::codes;
use crate::display;
use crate::language::Language;
use crate::model::{Coded, Condition, ConditionStatus};

impl Item for Condition {
    fn keys(&self) -> Keys {
        let exact = |system: &str| matches!(system, codes::MEDIS_DISEASE | codes::SNOMED | codes::ICD10);
        let full = format!("{}{}", self.side.as_deref().unwrap_or_default(), self.name.text);
        Keys::default().words(plain_name(&full)).codes(&self.name, exact)
    }

    fn same_thing(&self, other: &Self) -> bool {
        same_disease((&self.name, self.side.as_deref()), (&other.name, other.side.as_deref()))
    }

    fn differs_from(&self, shown: &Self) -> Differs {
        let full = |one: &Self| format!("{}{}", one.side.as_deref().unwrap_or_default(), plain_name(&one.name.text));
        let status = match self.status {
            ConditionStatus::Active => "継続中",
            ConditionStatus::Unknown => "",
            ConditionStatus::Remission => "寛解",
            ConditionStatus::Inactive => "現在は活動なし",
            ConditionStatus::Resolved => "治癒",
        };
        let onset = self.onset.filter(|mine| shown.onset.is_none_or(|theirs| !theirs.may_be(*mine)));
        Differs::of_names(&full(self), &full(shown))
            .say(self.status != shown.status, status)
            .say(self.suspected && !shown.suspected, "疑い")
            .say(!self.suspected && shown.suspected, "確定")
            .say(
                onset.is_some(),
                onset.map(|day| format!("{}発症", display::date(day, Language::Japanese))).unwrap_or_default(),
            )
            .text(self.note.as_deref().filter(|note| shown.note.as_deref() != Some(note)), None)
    }

    /// Codes always; the onset only of one that is not over: a new pneumonia did not begin with the old one.
    fn take_gaps(&mut self, older: &Self) {
        take_codes(&mut self.name, &older.name);
        let lasting = matches!(older.status, ConditionStatus::Active | ConditionStatus::Unknown);
        if self.onset.is_none() && lasting {
            self.onset = older.onset;
        }
    }

    fn is_named(&self, name: &Coded) -> bool {
        same_disease((&self.name, self.side.as_deref()), (name, None))
    }

    fn is_exactly(&self, name: &Coded) -> bool {
        let full = format!("{}{}", self.side.as_deref().unwrap_or_default(), self.name.text);
        same_words(&full, &name.text)
    }
}

/// By name with its side; by code only on the same side. Where both have a standard disease number (MEDIS), a coarser
/// ICD-10 code does not make two diseases one.
fn same_disease(a: (&Coded, Option<&str>), b: (&Coded, Option<&str>)) -> bool {
    let full = |(name, side): (&Coded, Option<&str>)| format!("{}{}", side.unwrap_or_default(), name.text);
    let (a_full, b_full) = (full(a), full(b));
    let medis = |name: &Coded| name.code_in(codes::MEDIS_DISEASE).is_some();
    let fine = medis(a.0) && medis(b.0);
    let exact = |system: &str| match system {
        codes::MEDIS_DISEASE | codes::SNOMED => true,
        codes::ICD10 => !fine,
        _ => false,
    };
    let same_code = share_code(a.0, b.0, exact) && sides(&a_full) == sides(&b_full);
    same_words(plain_name(&a_full), plain_name(&b_full)) || same_code
}

/// Without 「の疑い」: the same disease, less sure.
fn plain_name(text: &str) -> &str {
    let bare = text.trim_end_matches("疑い");
    if bare.len() == text.len() { text } else { bare.trim_end_matches('の') }
}

/// Which sides the words name: left, right, both.
fn sides(text: &str) -> [bool; 3] {
    let text = words(text);
    ["左", "右", "両"].map(|side| text.contains(side))
}
