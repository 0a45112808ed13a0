//! What each card's own secrets are derived from.

use std::fmt;

use ring::hkdf::{HKDF_SHA256, KeyType, Salt};
use zeroize::Zeroizing;

use super::ManagementKey;
use crate::certificate::CertificateSerial;
use crate::pin::Pin;

const SALT: &[u8] = b"kakari issuing secret v1";
const PIN_DIGITS: usize = 6;
const PUK_DIGITS: usize = 8;

/// A region's secret for issuing. Management key, PUK and first PIN of each card are derived from it and the serial of the
/// card's certificate (HKDF-SHA256), so none of them is kept, and an issue that broke off is gone on with by the same ones.
/// Wiped on drop.
#[derive(Clone)]
pub struct IssuingSecret(Zeroizing<[u8; 32]>);

impl fmt::Debug for IssuingSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IssuingSecret[redacted]")
    }
}

struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

impl IssuingSecret {
    /// The secret as it was kept.
    #[must_use]
    pub fn from_bytes(bytes: Zeroizing<[u8; 32]>) -> Self {
        Self(bytes)
    }

    /// The management keys that a card of this serial may have, in the order in which an issue offers them: AES-256, AES-192,
    /// AES-128, three-key 3DES. The card has the first that its kind takes.
    #[must_use]
    pub fn management_keys(&self, serial: &CertificateSerial) -> Vec<ManagementKey> {
        let aes = [("aes-256", 32), ("aes-192", 24), ("aes-128", 16)];
        let aes = aes.into_iter().filter_map(|(name, length)| {
            ManagementKey::aes(&self.derive(&format!("management {name}"), serial, 0, length)?)
        });
        let triple_des = self.derive("management 3des", serial, 0, 24);
        let triple_des = triple_des.and_then(|key| Some(ManagementKey::triple_des(key.as_slice().try_into().ok()?)));
        aes.chain(triple_des).collect()
    }

    /// The card's PUK: eight digits.
    #[must_use]
    pub fn puk(&self, serial: &CertificateSerial) -> Option<Pin> {
        Pin::new(&self.digits("puk", serial, PUK_DIGITS)?)
    }

    /// The PIN that the card is handed out with.
    #[must_use]
    pub fn first_pin(&self, serial: &CertificateSerial) -> Option<Pin> {
        Pin::new(&self.first_pin_digits(serial)?)
    }

    /// The same in six digits, for the letter to the holder and nothing else.
    #[must_use]
    pub fn first_pin_digits(&self, serial: &CertificateSerial) -> Option<Zeroizing<String>> {
        self.digits("pin", serial, PIN_DIGITS)
    }

    /// The first in a row of derived ones that nobody would guess.
    fn digits(&self, label: &str, serial: &CertificateSerial, count: usize) -> Option<Zeroizing<String>> {
        let mut tries = (0..u8::MAX).filter_map(|round| {
            let bytes = self.derive(label, serial, round, 8)?;
            let number = u64::from_be_bytes(bytes.as_slice().try_into().ok()?);
            let all = Zeroizing::new(format!("{number:020}"));
            Some(Zeroizing::new(all.get(all.len() - count..)?.to_owned()))
        });
        tries.find(|digits| !is_easy(digits.as_bytes()))
    }

    fn derive(&self, label: &str, serial: &CertificateSerial, round: u8, length: usize) -> Option<Zeroizing<Vec<u8>>> {
        let mut bytes = Zeroizing::new(vec![0; length]);
        let secret = Salt::new(HKDF_SHA256, SALT).extract(&*self.0);
        let info = [label.as_bytes(), &[0, round], serial.as_bytes()];
        secret.expand(&info, Length(length)).and_then(|key| key.fill(&mut bytes)).ok()?;
        Some(bytes)
    }
}

/// One digit again and again, or each one step from the one before: the factory's are among these.
fn is_easy(digits: &[u8]) -> bool {
    let steps = |step: i16| digits.windows(2).all(|pair| i16::from(pair[1]) - i16::from(pair[0]) == step);
    (-1..=1).any(steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(first: u8) -> IssuingSecret {
        let mut bytes = [7; 32];
        bytes[0] = first;
        IssuingSecret::from_bytes(Zeroizing::new(bytes))
    }

    fn serial(byte: u8) -> CertificateSerial {
        CertificateSerial::new(&[0x40, byte])
    }

    #[test]
    fn each_card_of_each_region_has_secrets_of_its_own_and_always_the_same() {
        let one = secret(1);
        assert_eq!(one.management_keys(&serial(1)).len(), 4);
        assert!(one.management_keys(&serial(1)) == secret(1).management_keys(&serial(1)));
        for (other, of) in [(secret(2), serial(1)), (secret(1), serial(2))] {
            let theirs = other.management_keys(&of);
            assert!(one.management_keys(&serial(1)).iter().all(|key| !theirs.contains(key)));
            assert_ne!(one.first_pin_digits(&serial(1)), other.first_pin_digits(&of));
            assert_ne!(one.puk(&serial(1)).unwrap().padded(), other.puk(&of).unwrap().padded());
        }
    }

    #[test]
    fn a_first_pin_has_six_digits_that_nobody_would_guess() {
        for byte in 0..=255 {
            let digits = secret(1).first_pin_digits(&serial(byte)).unwrap();
            assert!(digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_digit()));
        }
        assert!([b"123456", b"654321", b"000000", b"777777"].iter().all(|pin| is_easy(*pin)));
        assert!(!is_easy(b"112345") && !is_easy(b"901234"));
    }

    /// Worked out by other software: HKDF-SHA256 with this salt, info = label 00 round serial.
    #[test]
    fn the_derivation_is_the_one_written_down() {
        let key = secret(7).derive("management aes-256", &serial(1), 0, 32).unwrap();
        assert_eq!(hex::encode(&*key), "34ad64a672f8fca122483cbcba24e6eaa0e8ffd84acc6d6e905cd5d9cbd33036");
    }
}
