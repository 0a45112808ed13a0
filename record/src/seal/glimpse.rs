//! What an index needs of a directory entry, read in place: no text of it is copied.
//!
//! Reads exactly what [`super::DirectoryEntry`] writes. Whatever else it meets is left to the whole reader, which is the
//! one that refuses.

use crate::model::{PartialDate, Sex};

/// Kana, birth date and sex of an opened entry.
pub(crate) struct Glimpse<'a> {
    pub(crate) kana: &'a str,
    pub(crate) birth_date: Option<PartialDate>,
    pub(crate) sex: Sex,
}

/// CBOR heads: an array of two, a map of the entry's six fields, and null.
const ARRAY_OF_TWO: u8 = 0x82;
const MAP_OF_SIX: u8 = 0xA6;
const NULL: u8 = 0xF6;
const FIELDS: [&str; 6] = ["name", "kana", "birth_date", "sex", "town", "clinic"];

impl<'a> Glimpse<'a> {
    /// `None` when it is not of the usual form.
    pub(crate) fn read(version: u8, bytes: &'a [u8]) -> Option<Self> {
        let [ARRAY_OF_TWO, found, MAP_OF_SIX, rest @ ..] = bytes else { return None };
        if *found != version {
            return None;
        }
        let mut rest = rest;
        let mut texts = [None; FIELDS.len()];
        for (field, value) in FIELDS.into_iter().zip(&mut texts) {
            if text(&mut rest)? != field {
                return None;
            }
            *value = match (field, rest) {
                ("birth_date", [NULL, after @ ..]) => {
                    rest = after;
                    None
                }
                _ => Some(text(&mut rest)?),
            };
        }
        let [_, kana, birth_date, sex, ..] = texts;
        let birth_date = birth_date.map(str::parse).transpose().ok()?;
        rest.is_empty().then_some(Self { kana: kana?, birth_date, sex: sex_of(sex?)? })
    }
}

/// The next item, a text of definite length below 64 KB.
fn text<'a>(rest: &mut &'a [u8]) -> Option<&'a str> {
    let (length, after) = match *rest {
        [short @ 0x60..=0x77, after @ ..] => (usize::from(short - 0x60), after),
        [0x78, length, after @ ..] => (usize::from(*length), after),
        [0x79, high, low, after @ ..] => (usize::from(u16::from_be_bytes([*high, *low])), after),
        _ => return None,
    };
    let (text, after) = after.split_at_checked(length)?;
    *rest = after;
    std::str::from_utf8(text).ok()
}

fn sex_of(word: &str) -> Option<Sex> {
    match word {
        "female" => Some(Sex::Female),
        "male" => Some(Sex::Male),
        "other" => Some(Sex::Other),
        "unknown" => Some(Sex::Unknown),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::cbor;
    use crate::seal::DirectoryEntry;

    fn entry() -> impl Strategy<Value = DirectoryEntry> {
        let birth_date = proptest::option::of((0_u16..=9999).prop_map(PartialDate::from_year));
        let sex = proptest::sample::select(vec![Sex::Female, Sex::Male, Sex::Other, Sex::Unknown]);
        (any::<String>(), any::<String>(), birth_date, sex, "\\PC{0,300}", any::<String>()).prop_map(
            |(name, kana, birth_date, sex, town, clinic)| DirectoryEntry { name, kana, birth_date, sex, town, clinic },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn a_glimpse_is_what_the_whole_reader_reads(entry in entry()) {
            let mut bytes = Vec::new();
            ciborium::into_writer(&(1_u8, &entry), &mut bytes).expect("written");
            let glimpse = Glimpse::read(1, &bytes).expect("read");
            prop_assert!(glimpse.kana == entry.kana && glimpse.birth_date == entry.birth_date && glimpse.sex == entry.sex);
            prop_assert!(Glimpse::read(2, &bytes).is_none());
        }

        #[test]
        fn what_is_glimpsed_in_harmed_bytes_the_whole_reader_reads_too(
            entry in entry(), at in any::<prop::sample::Index>(), byte: u8,
        ) {
            let mut bytes = Vec::new();
            ciborium::into_writer(&(1_u8, &entry), &mut bytes).expect("written");
            let at = at.index(bytes.len());
            bytes[at] = byte;
            if let Some(glimpse) = Glimpse::read(1, &bytes) {
                let whole: DirectoryEntry = cbor::decode_versioned(1, &bytes).expect("the whole reader reads it");
                prop_assert!(glimpse.kana == whole.kana && glimpse.birth_date == whole.birth_date && glimpse.sex == whole.sex);
            }
        }
    }
}
