//! Which of the readers that are there.

use std::ffi::CString;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::ReaderCare;
use crate::pattern::ReaderPattern;

/// Chooses readers out of those that PC/SC lists: those that the pattern wants, or without a pattern the contactless
/// ones, else all that take cards at all.
#[derive(Debug, Clone)]
pub(crate) struct Choice {
    pattern: ReaderPattern,
    /// A contactless reader has been there: from then on a contact slot built into the tablet does not stand in for it.
    /// Unplugged, it is to be said as missing.
    /// Clones remember it together.
    contactless: Arc<AtomicBool>,
}

impl Choice {
    pub(crate) fn new(pattern: ReaderPattern) -> Self {
        Self { pattern, contactless: Arc::default() }
    }

    pub(crate) fn of(&self, mut names: Vec<CString>) -> Vec<CString> {
        if self.pattern.is_empty() {
            names.retain(|name| !is_inner_slot(&name.to_string_lossy()));
            let here = names.iter().any(|name| is_contactless(&name.to_string_lossy()));
            let contactless = self.contactless.fetch_or(here, Ordering::AcqRel) || here;
            names.retain(|name| !contactless || is_contactless(&name.to_string_lossy()));
        } else {
            names.retain(|name| self.pattern.wants(&name.to_string_lossy()));
        }
        names
    }
}

/// A slot for a chip that stays in the reader (SAM) shows a card for ever and is nobody's.
fn is_inner_slot(reader: &str) -> bool {
    words(reader).any(|word| word == "sam")
}

/// By the table of readers, else by the words that makers put into names.
fn is_contactless(reader: &str) -> bool {
    if let Some(care) = ReaderCare::of(reader) {
        return care.contactless;
    }
    let telling = ["contactless", "picc", "cl", "nfc", "felica", "pasori", "rfid"];
    words(reader).any(|word| telling.contains(&word.as_str()))
}

fn words(reader: &str) -> impl Iterator<Item = String> {
    reader.to_lowercase().split(|c: char| !c.is_alphanumeric()).map(str::to_owned).collect::<Vec<_>>().into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PICC: &str = "ACS ACR1252 Dual Reader [ACR1252 Dual Reader PICC] 00 00";
    const SAM: &str = "ACS ACR1252 Dual Reader [ACR1252 Dual Reader SAM] 00 01";
    const SONY: &str = "SONY FeliCa RC-S300/P (0236798) 01 00";
    const BUILT_IN: &str = "Alcor Micro AU9540 00 00";

    fn chosen(choice: &Choice, names: &[&str]) -> Vec<String> {
        let listed = names.iter().map(|name| CString::new(*name).unwrap()).collect();
        choice.of(listed).into_iter().map(|name| name.into_string().unwrap()).collect()
    }

    #[test]
    fn without_a_pattern_the_contactless_readers_are_chosen_and_never_the_slot_inside() {
        let choice = Choice::new(ReaderPattern::default());
        assert_eq!(chosen(&choice, &[BUILT_IN, PICC, SAM, SONY]), [PICC, SONY]);
        let choice = Choice::new(ReaderPattern::default());
        assert_eq!(chosen(&choice, &[BUILT_IN, SAM]), [BUILT_IN], "the only one that takes cards");
        assert_eq!(chosen(&choice, &[SAM]), [""; 0]);
    }

    #[test]
    fn a_built_in_contact_slot_does_not_stand_in_for_an_unplugged_contactless_reader() {
        let choice = Choice::new(ReaderPattern::default());
        assert_eq!(chosen(&choice, &[BUILT_IN, SONY]), [SONY]);
        assert_eq!(chosen(&choice.clone(), &[BUILT_IN]), [""; 0], "the reader is missing, and is said to be");
        assert_eq!(chosen(&choice, &[BUILT_IN, SONY]), [SONY]);
    }

    #[test]
    fn a_pattern_chooses_alone() {
        let choice = Choice::new(ReaderPattern::new("acr1252*sam"));
        assert_eq!(chosen(&choice, &[PICC, SAM, SONY]), [SAM]);
    }

    #[test]
    fn names_tell_contactless_readers_from_those_with_a_slot() {
        for contactless in [
            PICC,
            SONY,
            "ACS ACR122U PICC Interface 00 00",
            "ACS ACR1252 1S CL Reader PICC 00 00",
            "HID Global OMNIKEY 5022 Smart Card Reader [OMNIKEY 5022 CL] 00 00",
            "Identive CLOUD 3700 F Contactless Reader 00 00",
        ] {
            assert!(is_contactless(contactless), "{contactless}");
        }
        for contact in [BUILT_IN, "Gemalto PC Twin Reader 00 00", "ACS ACR38U-CCID 00 00", "SCM SCR 3310 00 00"] {
            assert!(!is_contactless(contact), "{contact}");
        }
        assert!(is_inner_slot(SAM) && !is_inner_slot("Samsung reader 00 00"));
    }
}
