//! The identifier that a memory card answers with.

use super::PlainKind;
use crate::CardError;
use crate::apdu::Status;
use crate::piv::Piv;

/// PC/SC part 3, GET DATA: the card's identifier.
const GET_IDENTIFIER: [u8; 5] = [0xFF, 0xCA, 0, 0, 0];

/// IDm or UID. `None` when the reader does not know how to ask, or what comes is none of this kind's.
pub(crate) fn read_identifier(piv: &mut Piv, kind: PlainKind) -> Result<Option<Vec<u8>>, CardError> {
    let answer = piv.raw("GET IDENTIFIER", &GET_IDENTIFIER)?;
    match (answer.status(), answer.word) {
        (Status::Done, _) => Ok(is_one(kind, &answer.data).then(|| answer.data.to_vec())),
        // What readers say when no card answers any more.
        (_, 0x6300 | 0x6400..=0x64FF) => piv.fail(CardError::Torn),
        _ => Ok(None),
    }
}

/// Whether an identifier is of this kind at all.
fn is_one(kind: PlainKind, id: &[u8]) -> bool {
    match kind {
        PlainKind::Felica => id.len() == 8,
        PlainKind::TypeA => matches!(id.len(), 4 | 7 | 10),
    }
}

/// Whether the standards let a card make this identifier up anew at every tap: a Type A UID of four bytes that begins with
/// 08 (ISO/IEC 14443-3, 6.4.4), an IDm that begins with 01FE or 02FE (NFC Forum Digital, NFCID2). One of zeros alone says
/// nothing either. The same as the record's rule for registered cards; tests/tests/it/identifiers.rs holds them together.
#[must_use]
pub fn is_made_up(kind: PlainKind, id: &[u8]) -> bool {
    let changes = match kind {
        PlainKind::Felica => id.starts_with(&[0x01, 0xFE]) || id.starts_with(&[0x02, 0xFE]),
        PlainKind::TypeA => id.len() == 4 && id[0] == 0x08,
    };
    changes || id.iter().all(|byte| *byte == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_that_a_card_makes_up_is_known() {
        assert!(
            is_made_up(PlainKind::TypeA, &[0x08, 1, 2, 3]) && !is_made_up(PlainKind::TypeA, &[0x08, 1, 2, 3, 4, 5, 6])
        );
        assert!(is_made_up(PlainKind::Felica, &[2, 0xFE, 1, 2, 3, 4, 5, 6]) && is_made_up(PlainKind::Felica, &[0; 8]));
        assert!(!is_made_up(PlainKind::Felica, &[1, 1, 10, 16, 0x8E, 0x1B, 0xAD, 0x39]));
    }

    #[test]
    fn an_identifier_has_its_kinds_length() {
        assert!(is_one(PlainKind::Felica, &[1; 8]) && !is_one(PlainKind::Felica, &[1; 7]));
        assert!(
            is_one(PlainKind::TypeA, &[1; 7]) && !is_one(PlainKind::TypeA, &[1; 8]) && !is_one(PlainKind::TypeA, &[])
        );
    }
}
