//! A number-only card's identifier, as it is typed or stands in a table.

use kakari_record::seal::{PlainCardId, PlainCardKind};

/// The first byte of a UID of four bytes that is only the beginning of a longer one (ISO/IEC 14443-3, cascade tag).
const CASCADE_TAG: u8 = 0x88;
/// The first byte of a UID of four bytes that the card makes up at every tap (ISO/IEC 14443-3).
const RANDOM: u8 = 0x08;
/// The low half of the first byte of a UID of four bytes that several cards have (ISO/IEC 14443-3).
const NOT_UNIQUE: u8 = 0x0F;

/// Why an identifier is not taken. None quotes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdentifierError {
    /// No such kind.
    #[error("the kind of a number-only card is felica or type-a")]
    Kind,
    /// Something else than hexadecimal digits.
    #[error("an identifier is written in hexadecimal, two digits for each byte (a spreadsheet may have cut a zero)")]
    NotHex,
    /// An IDm of another length.
    #[error("the IDm of a FeliCa card has 8 bytes: 16 hexadecimal digits (a spreadsheet may have cut zeros)")]
    FelicaLength,
    /// A UID of another length.
    #[error("the UID of a Type A card has 4, 7 or 10 bytes: 8, 14 or 20 hexadecimal digits")]
    TypeALength,
    /// Only zeros.
    #[error("an identifier of zeros is nobody's: read the card again")]
    Zero,
    /// An IDm that a device makes up.
    #[error("an IDm that begins with 01FE or 02FE is made up anew at each tap: this device cannot be a patient's card")]
    MadeUpIdm,
    /// A random UID.
    #[error(
        "a UID of four bytes that begins with 08 is made up anew at each tap: this card cannot be a patient's card"
    )]
    MadeUpUid,
    /// Half a UID.
    #[error(
        "a UID of four bytes that begins with 88 is the first part of a longer one, and other cards begin alike: read all of it"
    )]
    CutUid,
    /// Several cards have it.
    #[error(
        "a UID of four bytes with an F in the second digit is not unique (ISO/IEC 14443-3): another person's card may have the same"
    )]
    NotUnique,
    /// Not taken by [`PlainCardId`] for a reason that has no words here.
    #[error("tablets do not take this identifier")]
    NotTaken,
}

/// A kind by its word.
pub fn kind(word: &str) -> Result<PlainCardKind, IdentifierError> {
    let known = [PlainCardKind::Felica, PlainCardKind::TypeA];
    known.into_iter().find(|kind| kind.word() == word).ok_or(IdentifierError::Kind)
}

/// An identifier as it was typed: hexadecimal; colons, hyphens and spaces do not count.
///
/// A Type A UID that several cards have by their standard is refused, and not only warned of: on a tablet nothing would
/// tell the other card from this one.
pub fn identifier(kind: PlainCardKind, typed: &str) -> Result<PlainCardId, IdentifierError> {
    let digits: String = typed.chars().filter(|c| !matches!(c, ':' | '-' | ' ')).collect();
    let bytes = hex::decode(digits).map_err(|_| IdentifierError::NotHex)?;
    match (kind, bytes.as_slice()) {
        (PlainCardKind::Felica, bytes) if bytes.len() != 8 => Err(IdentifierError::FelicaLength),
        (PlainCardKind::TypeA, bytes) if ![4, 7, 10].contains(&bytes.len()) => Err(IdentifierError::TypeALength),
        (_, bytes) if bytes.iter().all(|byte| *byte == 0) => Err(IdentifierError::Zero),
        (PlainCardKind::Felica, [0x01 | 0x02, 0xFE, ..]) => Err(IdentifierError::MadeUpIdm),
        (PlainCardKind::TypeA, [RANDOM, _, _, _]) => Err(IdentifierError::MadeUpUid),
        (PlainCardKind::TypeA, [CASCADE_TAG, _, _, _]) => Err(IdentifierError::CutUid),
        (PlainCardKind::TypeA, [first, _, _, _]) if first & 0x0F == NOT_UNIQUE => Err(IdentifierError::NotUnique),
        (kind, bytes) => PlainCardId::new(kind, bytes).ok_or(IdentifierError::NotTaken),
    }
}

/// What the office has to know of an identifier that it takes all the same.
pub fn caution(card: &PlainCardId) -> Option<&'static str> {
    (card.as_bytes().len() == 4).then_some(
        "a UID of four bytes is not promised to be the only one of its kind: give this resident a card with a key when you can",
    )
}

#[cfg(test)]
mod tests {
    use kakari_record::seal::PlainCardKind::{Felica, TypeA};

    use super::{IdentifierError, caution, identifier, kind};

    #[test]
    fn an_identifier_is_read_however_it_is_written_and_refused_with_the_reason() {
        let read = |kind, typed| identifier(kind, typed).map(|id| id.hex());
        assert_eq!(read(Felica, "01:01:0a 10-8e1bad39"), Ok("01010A108E1BAD39".to_owned()));
        assert_eq!(read(TypeA, "04A1B2C3D4E5F6"), Ok("04A1B2C3D4E5F6".to_owned()));
        for (kind, typed, why) in [
            (Felica, "1010A108E1BAD39", IdentifierError::NotHex),
            (Felica, "01010A108E1BAD", IdentifierError::FelicaLength),
            (Felica, "", IdentifierError::FelicaLength),
            (Felica, "0000000000000000", IdentifierError::Zero),
            (Felica, "02FE0A108E1BAD39", IdentifierError::MadeUpIdm),
            (Felica, "01FE0A108E1BAD39", IdentifierError::MadeUpIdm),
            (TypeA, "0411223344", IdentifierError::TypeALength),
            (TypeA, "00000000000000", IdentifierError::Zero),
            (TypeA, "08112233", IdentifierError::MadeUpUid),
            (TypeA, "88041122", IdentifierError::CutUid),
            (TypeA, "3F112233", IdentifierError::NotUnique),
            (TypeA, "zz112233", IdentifierError::NotHex),
        ] {
            assert_eq!(read(kind, typed), Err(why), "{typed}");
        }
        assert_eq!((kind("felica"), kind("type-a")), (Ok(Felica), Ok(TypeA)));
        assert_eq!(kind("type-b"), Err(IdentifierError::Kind));
    }

    #[test]
    fn a_uid_of_four_bytes_is_taken_with_a_word_of_caution() {
        let said = |typed| caution(&identifier(TypeA, typed).unwrap_or_else(|why| panic!("{why}"))).is_some();
        assert!(said("12112233") && !said("04A1B2C3D4E5F6"));
    }
}
