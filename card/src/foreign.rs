//! Other people's cards, named by the applications that they answer to. Nothing is read from them.

use crate::CardError;
use crate::kind::ForeignKind;
use crate::piv::{Application, Piv};

/// The likeliest first; a My Number card that carries a licence is named a My Number card.
const CONTACTLESS: [(Application, ForeignKind); 6] = [
    (Application::MyNumber, ForeignKind::MyNumber),
    (Application::DrivingLicence, ForeignKind::DrivingLicence),
    (Application::BankContactless, ForeignKind::Bank),
    (Application::ResidenceCard, ForeignKind::ResidenceCard),
    (Application::Passport, ForeignKind::Passport),
    (Application::MyNumberFace, ForeignKind::MyNumber),
];
const CONTACTS: [(Application, ForeignKind); 3] = [
    (Application::MyNumber, ForeignKind::MyNumber),
    (Application::BankContacts, ForeignKind::Bank),
    (Application::MyNumberFace, ForeignKind::MyNumber),
];
/// PC/SC part 3, section 3.1.3.2.3.1: what a reader writes before the historical bytes of an ISO/IEC 14443-4 card.
const IN_FIELD: [u8; 2] = [0x80, 0x01];

/// Asks for one application after the other: at most six exchanges.
pub(crate) fn name_foreign(piv: &mut Piv) -> Result<ForeignKind, CardError> {
    let known: &[_] = if is_contactless(piv.atr()) { &CONTACTLESS } else { &CONTACTS };
    for (application, kind) in known {
        if piv.has(*application)? {
            return Ok(*kind);
        }
    }
    Ok(ForeignKind::Unknown)
}

fn is_contactless(atr: &[u8]) -> bool {
    matches!(atr, [0x3B, format, rest @ ..] if format & 0xF0 == 0x80 && rest.starts_with(&IN_FIELD))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scripted::ScriptedLink;

    fn named(answers: &[&[u8]], atr: &[u8]) -> (Result<ForeignKind, CardError>, usize) {
        let link = ScriptedLink::new(answers.iter().map(|answer| Ok(answer.to_vec()))).with_atr(atr);
        let mut piv = Piv::new(Box::new(link));
        let kind = name_foreign(&mut piv);
        (kind, piv.exchanges().len())
    }

    const FIELD: [u8; 5] = [0x3B, 0x80, 0x80, 0x01, 0x01];
    const NO: &[u8] = &[0x6A, 0x82];
    const YES: &[u8] = &[0x90, 0x00];

    #[test]
    fn every_card_is_named_by_its_first_application_and_asked_no_further() {
        let expected = [
            ForeignKind::MyNumber,
            ForeignKind::DrivingLicence,
            ForeignKind::Bank,
            ForeignKind::ResidenceCard,
            ForeignKind::Passport,
            ForeignKind::MyNumber,
        ];
        for (at, kind) in expected.into_iter().enumerate() {
            let mut answers = vec![NO; at];
            answers.push(YES);
            assert_eq!(named(&answers, &FIELD), (Ok(kind), at + 1));
        }
        assert_eq!(named(&[NO; 6], &FIELD), (Ok(ForeignKind::Unknown), 6));
    }

    #[test]
    fn a_bank_card_by_its_contacts_is_named_and_not_listened_to() {
        let contacts = [0x3B, 0x6E, 0x00, 0x00];
        assert_eq!(named(&[NO, &[0x61, 0x20]], &contacts), (Ok(ForeignKind::Bank), 2));
        assert_eq!(named(&[NO, NO, NO], &contacts), (Ok(ForeignKind::Unknown), 3));
    }

    #[test]
    fn a_card_torn_away_while_it_is_named_is_not_named() {
        assert_eq!(named(&[NO, &[0x90]], &FIELD).0, Err(CardError::Torn));
        assert_eq!(named(&[NO], &FIELD).0, Err(CardError::Removed));
    }
}
