//! PINs of staff cards.

use std::fmt;

use zeroize::ZeroizeOnDrop;

const PADDING: u8 = 0xFF;

/// Six to eight digits, padded with FF as SP 800-73-4 wants them. Wiped on drop, never printed.
#[derive(ZeroizeOnDrop)]
pub struct Pin([u8; 8]);

impl Pin {
    /// `None` unless six to eight ASCII digits. The caller wipes its own copy.
    #[must_use]
    pub fn new(digits: &str) -> Option<Self> {
        let bytes = digits.as_bytes();
        if !(6..=8).contains(&bytes.len()) || !bytes.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let mut padded = [PADDING; 8];
        padded[..bytes.len()].copy_from_slice(bytes);
        Some(Self(padded))
    }

    /// The padded form, for the VERIFY command only.
    pub(crate) fn padded(&self) -> &[u8; 8] {
        &self.0
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin[redacted]")
    }
}

/// What came of showing a PIN to a staff card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PinOutcome {
    /// Right; the card's counter is full again.
    Accepted,
    /// Wrong.
    Wrong {
        /// Tries left; at least one.
        tries_left: u8,
    },
    /// Not shown to the card: only one try is left, or the card does not say how many. Show it with
    /// [`Conversation::verify_pin_spending_last_try`](crate::Conversation::verify_pin_spending_last_try)
    /// after a person has agreed to that.
    LastTry,
    /// No tries left. Only the issuing office can help.
    Blocked,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_six_to_eight_digits_padded_with_ff() {
        assert_eq!(Pin::new("123456").unwrap().padded(), b"123456\xFF\xFF");
        assert_eq!(Pin::new("12345678").unwrap().padded(), b"12345678");
        for wrong in ["", "12345", "123456789", "12345a", "１２３４５６"] {
            assert!(Pin::new(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn a_pin_is_never_printed() {
        assert_eq!(format!("{:?}", Pin::new("135790")), "Some(Pin[redacted])");
    }
}
