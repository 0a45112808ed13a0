//! What a record can be looked up by, without the store knowing by what.

use std::fmt;

use ring::hmac;
use unicode_normalization::UnicodeNormalization;

use super::keys::Purpose;
use super::{PlainCardId, VaultKey};
use crate::model::CommonNumber;

/// HMAC-SHA256 under the vault's `index` key over `kind|value`, cut to 16 bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Token([u8; 16]);

impl Token {
    /// Length of a token.
    pub const LEN: usize = 16;

    /// The token of a card's common number.
    pub fn of_card(vault: &VaultKey, number: &CommonNumber) -> Self {
        Self::derive(vault, "card", number.digits())
    }

    /// The token of a card that only says who it is: its IDm or UID.
    pub fn of_plain_card(vault: &VaultKey, card: &PlainCardId) -> Self {
        Self::derive(vault, card.kind().word(), &card.hex())
    }

    /// The token of a phone number, whatever stands between its digits.
    pub fn of_phone(vault: &VaultKey, phone: &str) -> Self {
        Self::derive(vault, "phone", &digits_of(phone))
    }

    /// The token of a household's address: 「北町1丁目2番3号」 and 「北町１−２−３」 are the same house.
    pub fn of_house(vault: &VaultKey, address: &str) -> Self {
        Self::derive(vault, "house", &fold_address(address))
    }

    /// The token of the household at `address` of a resident; none where it names a town alone, whose residents are no
    /// household.
    pub fn of_household(vault: &VaultKey, address: &str) -> Option<Self> {
        names_a_house(address).then(|| Self::of_house(vault, address))
    }

    /// Its bytes, as they are stored and sent.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// A token as it was stored or sent.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The kind keeps a value of one kind from ever being mistaken for another's.
    pub(crate) fn derive(vault: &VaultKey, kind: &str, value: &str) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &*vault.derive(Purpose::Index));
        let mut context = hmac::Context::with_key(&key);
        for part in [kind, "|", value] {
            context.update(part.as_bytes());
        }
        let mut token = [0; Self::LEN];
        token.copy_from_slice(&context.sign().as_ref()[..Self::LEN]);
        Self(token)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token([redacted])")
    }
}

/// The digits of a phone number, whatever stands between them.
pub(crate) fn digits_of(phone: &str) -> String {
    phone.nfkc().filter(char::is_ascii_digit).collect()
}

/// An address as its token sees it.
pub(crate) fn fold_address(address: &str) -> String {
    let mut text: String = address.nfkc().filter(|c| !c.is_whitespace()).collect();
    for word in ["丁目", "番地の", "番地", "番", "号", "−", "‐", "–", "—", "ー", "の"] {
        text = text.replace(word, "-");
    }
    let parts: Vec<&str> = text.split('-').filter(|part| !part.is_empty()).collect();
    parts.join("-")
}

/// Whether an address goes on to a house: a number behind its 丁目, if it has one, in figures or as 二番地・三号.
pub(crate) fn names_a_house(address: &str) -> bool {
    let text: String = address.nfkc().collect();
    let house = text.rsplit("丁目").next().unwrap_or_default();
    let kanji = |c: char| "〇一二三四五六七八九十百千".contains(c);
    let counted =
        |unit: &str| house.match_indices(unit).any(|(at, _)| house[..at].chars().next_back().is_some_and(kanji));
    house.chars().any(char::is_numeric) || counted("番地") || counted("号")
}

#[cfg(test)]
mod tests {
    use super::{fold_address, names_a_house};

    #[test]
    fn a_town_alone_names_no_house() {
        for town in ["", "北町", "北町1丁目", "北町１丁目", "北町一丁目", "東京都三鷹市", "千代田区三番町", "施設"]
        {
            assert!(!names_a_house(town), "{town}");
        }
        for house in ["北町1丁目2番3号", "北町１−２−３", "北町123", "北町一丁目2", "北町一丁目二番三号", "北町五番地"]
        {
            assert!(names_a_house(house), "{house}");
        }
    }

    #[test]
    fn the_same_house_however_it_is_written_is_one_house() {
        for written in ["北町1丁目2番3号", "北町１−２−３", "北町 1-2-3", "北町1丁目2番地の3", "北町１ー２ー３"]
        {
            assert_eq!(fold_address(written), "北町1-2-3", "{written}");
        }
        assert_ne!(fold_address("北町1-23"), fold_address("北町1-2-3"));
    }
}
