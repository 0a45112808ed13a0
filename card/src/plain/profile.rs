//! Where a region's number-only cards hold their number.

/// Polling: any system.
const EVERY_SYSTEM: u16 = 0xFFFF;
/// JIS X 6319-4: the lower six bits of a service code say how it is used; 001011 is a random service that is read
/// without a key and not written.
const ATTRIBUTE: u16 = 0x3F;
const READ_ONLY: u16 = 0x0B;
/// FeliCa Lite-S User's Manual: its system code, its one read-only service, its user blocks.
const LITE_S_SYSTEM: u16 = 0x88B4;
const LITE_S_SERVICE: u16 = 0x000B;
const LITE_S_LAST_BLOCK: u8 = 13;
/// MIFARE Ultralight: serial number and locks before it.
const FIRST_USER_PAGE: u8 = 4;

/// One make of number-only card that a region uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardProfile {
    /// What the region calls it.
    pub name: String,
    /// Where the number is.
    pub place: Place,
    /// How it is written there.
    pub form: NumberForm,
    /// Its cards are FeliCa Lite-S cards that hold a key of the region's.
    pub has_key: bool,
}

/// A profile as a configuration says it, in plain words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProfileWords<'a> {
    /// What the region calls it.
    pub name: &'a str,
    /// `felica` or `type-a`.
    pub kind: &'a str,
    /// FeliCa: four hexadecimal digits.
    pub system_code: Option<&'a str>,
    /// FeliCa: four hexadecimal digits.
    pub service: Option<&'a str>,
    /// FeliCa: block number.
    pub block: Option<u8>,
    /// Type A: page number.
    pub page: Option<u8>,
    /// `ascii` or `bcd`.
    pub form: &'a str,
    /// Whether its cards hold a key of the region's.
    pub has_key: bool,
}

impl CardProfile {
    /// Checks what a configuration says.
    ///
    /// # Errors
    /// [`ProfileError`] says which profile, what is wrong and what is allowed.
    pub fn new(words: &ProfileWords<'_>) -> Result<Self, ProfileError> {
        let wrong = |what| ProfileError::Wrong { name: words.name.to_owned(), what };
        if words.name.trim().is_empty() {
            return Err(wrong("it has no name"));
        }
        let place = match words.kind {
            "felica" => felica(words).map_err(wrong)?,
            "type-a" => type_a(words).map_err(wrong)?,
            _ => return Err(wrong("kind is \"felica\" or \"type-a\"")),
        };
        let form = match words.form {
            "ascii" => NumberForm::Ascii,
            "bcd" => NumberForm::Bcd,
            _ => return Err(wrong("form is \"ascii\" (16 digits) or \"bcd\" (8 bytes, two digits each)")),
        };
        Ok(Self { name: words.name.to_owned(), place, form, has_key: words.has_key })
    }
}

fn felica(words: &ProfileWords<'_>) -> Result<Place, &'static str> {
    if words.page.is_some() {
        return Err("page is for kind \"type-a\"; a FeliCa profile has system_code, service and block");
    }
    let system = words.system_code.and_then(four_digits).filter(|code| *code != EVERY_SYSTEM);
    let system = system.ok_or("system_code is four hexadecimal digits, \"88B4\" for FeliCa Lite-S, and no wildcard")?;
    let service = words.service.and_then(four_digits).filter(|code| code & ATTRIBUTE == READ_ONLY);
    let service = service.ok_or("service is four hexadecimal digits of a service that is read without a key (000B)")?;
    let block = words.block.ok_or("block is the number of the block that holds the number")?;
    if words.has_key && (system != LITE_S_SYSTEM || service != LITE_S_SERVICE || block > LITE_S_LAST_BLOCK) {
        return Err("has_key is for FeliCa Lite-S: system_code \"88B4\", service \"000B\", block 0 to 13");
    }
    Ok(Place::Felica { system, service, block })
}

fn type_a(words: &ProfileWords<'_>) -> Result<Place, &'static str> {
    if words.system_code.is_some() || words.service.is_some() || words.block.is_some() {
        return Err("system_code, service and block are for kind \"felica\"; a Type A profile has page");
    }
    if words.has_key {
        return Err("has_key is for FeliCa Lite-S; a Type A card proves nothing here");
    }
    let page = words.page.filter(|page| *page >= FIRST_USER_PAGE);
    Ok(Place::TypeA { page: page.ok_or("page is the first of the four pages with the number, 4 or later")? })
}

fn four_digits(text: &str) -> Option<u16> {
    let plain = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    plain.then(|| u16::from_str_radix(text, 16).ok()).flatten()
}

/// Where on a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// In a block of a service of a FeliCa system, readable without a key.
    Felica {
        /// System code, as printed: 88B4 for Lite-S.
        system: u16,
        /// Service code, as printed: 000B for Lite-S's read-only service.
        service: u16,
        /// Block number.
        block: u8,
    },
    /// In the 16 bytes from this page on of a Type A memory card (MIFARE Ultralight and NTAG: page of 4 bytes).
    TypeA {
        /// Page number.
        page: u8,
    },
}

/// How the sixteen digits are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NumberForm {
    /// 16 ASCII digits.
    Ascii,
    /// 8 bytes, two digits each, the rest of the block zero or FF.
    Bcd,
}

/// Why a profile is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProfileError {
    /// Which setting, and what it may be.
    #[error("card profile '{name}': {what}")]
    Wrong {
        /// Of which profile.
        name: String,
        /// What is wrong and what is allowed.
        what: &'static str,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    const LITE_S: ProfileWords<'static> = ProfileWords {
        name: "見守りカード",
        kind: "felica",
        system_code: Some("88B4"),
        service: Some("000B"),
        block: Some(0),
        page: None,
        form: "ascii",
        has_key: true,
    };

    #[test]
    fn what_a_configuration_says_becomes_a_profile() {
        let profile = CardProfile::new(&LITE_S).unwrap();
        assert_eq!(profile.place, Place::Felica { system: 0x88B4, service: 0x000B, block: 0 });
        assert!(profile.has_key && profile.form == NumberForm::Ascii);
        let ntag = ProfileWords { name: "NTAG", kind: "type-a", page: Some(4), form: "bcd", ..ProfileWords::default() };
        assert_eq!(CardProfile::new(&ntag).unwrap().place, Place::TypeA { page: 4 });
    }

    #[test]
    fn a_wrong_profile_says_which_and_what_is_allowed() {
        let wrong = [
            (ProfileWords { name: " ", ..LITE_S }, "name"),
            (ProfileWords { kind: "mifare", ..LITE_S }, "kind is"),
            (ProfileWords { form: "hex", ..LITE_S }, "form is"),
            (ProfileWords { system_code: Some("FFFF"), ..LITE_S }, "wildcard"),
            (ProfileWords { system_code: Some("+8B4"), ..LITE_S }, "four hexadecimal"),
            (ProfileWords { service: Some("0008"), ..LITE_S }, "without a key"),
            (ProfileWords { service: None, ..LITE_S }, "without a key"),
            (ProfileWords { block: None, ..LITE_S }, "block is"),
            (ProfileWords { block: Some(14), ..LITE_S }, "0 to 13"),
            (ProfileWords { system_code: Some("FE00"), ..LITE_S }, "Lite-S"),
            (ProfileWords { page: Some(4), ..LITE_S }, "page is for"),
            (ProfileWords { kind: "type-a", ..LITE_S }, "are for kind"),
            (
                ProfileWords { name: "N", kind: "type-a", page: Some(3), form: "bcd", ..Default::default() },
                "4 or later",
            ),
        ];
        for (words, says) in wrong {
            let error = CardProfile::new(&words).unwrap_err().to_string();
            assert!(error.contains(says) && error.contains(words.name), "{error}");
        }
    }
}
