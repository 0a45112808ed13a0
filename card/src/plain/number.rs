//! The sixteen digits in a block.

use zeroize::Zeroizing;

use super::NumberForm;
use crate::certificate::CardNumber;

/// Bytes that hold sixteen digits, two each.
const BCD: usize = 8;

/// The number that a block of sixteen bytes holds; `None` unless it is exactly sixteen digits and nothing else.
#[must_use]
pub fn number_in(block: &[u8; 16], form: NumberForm) -> Option<CardNumber> {
    let digits = Zeroizing::new(match form {
        NumberForm::Ascii => String::from_utf8(block.to_vec()).ok()?,
        NumberForm::Bcd => bcd(block)?,
    });
    CardNumber::new(&digits)
}

fn bcd(block: &[u8; 16]) -> Option<String> {
    let (digits, rest) = block.split_at(BCD);
    let is_filled = rest.iter().all(|byte| *byte == 0x00) || rest.iter().all(|byte| *byte == 0xFF);
    let digits = digits.iter().flat_map(|byte| [byte >> 4, byte & 0x0F]);
    is_filled.then(|| digits.map(|digit| char::from_digit(u32::from(digit), 10)).collect()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixteen_digits_are_a_number_and_nothing_else_is() {
        let ascii = |text: &[u8; 16]| number_in(text, NumberForm::Ascii);
        assert_eq!(ascii(b"1234567890123456").unwrap().expose(), "1234567890123456");
        for wrong in [b"123456789012345 ", b"123456789012345\0", b"12345678901234\xEF\xBC", b"-123456789012345"] {
            assert!(ascii(wrong).is_none());
        }
        assert!(ascii(&[0xFF; 16]).is_none());
    }

    #[test]
    fn packed_digits_want_their_rest_empty() {
        let mut block = [0; 16];
        block[..8].copy_from_slice(&[0x12, 0x34, 0x56, 0x78, 0x90, 0x12, 0x34, 0x56]);
        assert_eq!(number_in(&block, NumberForm::Bcd).unwrap().expose(), "1234567890123456");
        block[8..].fill(0xFF);
        assert!(number_in(&block, NumberForm::Bcd).is_some());
        block[15] = 0;
        assert!(number_in(&block, NumberForm::Bcd).is_none());
        block[8..].fill(0);
        block[7] = 0x5A;
        assert!(number_in(&block, NumberForm::Bcd).is_none());
    }
}
