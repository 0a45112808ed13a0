//! What a record can be looked up by, without the store knowing by what.

use std::fmt;

use ring::hmac;
use unicode_normalization::UnicodeNormalization;

use super::VaultKey;
use super::keys::Purpose;
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

    /// The token of a phone number, whatever stands between its digits.
    pub fn of_phone(vault: &VaultKey, phone: &str) -> Self {
        let digits: String = phone.nfkc().filter(char::is_ascii_digit).collect();
        Self::derive(vault, "phone", &digits)
    }

    /// The token of a household's address: 「北町1丁目2番3号」 and 「北町１−２−３」 are the same house.
    pub fn of_house(vault: &VaultKey, address: &str) -> Self {
        Self::derive(vault, "house", &fold_address(address))
    }

    /// Its bytes, as they are stored and sent.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// A token as it was stored or sent.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    fn derive(vault: &VaultKey, kind: &str, value: &str) -> Self {
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

fn fold_address(address: &str) -> String {
    let mut text: String = address.nfkc().filter(|c| !c.is_whitespace()).collect();
    for word in ["丁目", "番地の", "番地", "番", "号", "−", "‐", "–", "—", "ー", "の"] {
        text = text.replace(word, "-");
    }
    let parts: Vec<&str> = text.split('-').filter(|part| !part.is_empty()).collect();
    parts.join("-")
}

#[cfg(test)]
mod tests {
    use super::fold_address;

    #[test]
    fn the_same_house_however_it_is_written_is_one_house() {
        for written in ["北町1丁目2番3号", "北町１−２−３", "北町 1-2-3", "北町1丁目2番地の3", "北町１ー２ー３"]
        {
            assert_eq!(fold_address(written), "北町1-2-3", "{written}");
        }
        assert_ne!(fold_address("北町1-23"), fold_address("北町1-2-3"));
    }
}
