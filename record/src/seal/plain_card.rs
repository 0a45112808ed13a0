//! Cards that only say who they are: a FeliCa card's IDm, a Type A card's UID.

use std::fmt;

use ring::digest::{SHA256, digest};

/// Separates this hash from every other.
const REVOCATION_CONTEXT: &[u8] = b"kakari plain card v1\0";

/// What kind of identifier a card without a key of ours has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PlainCardKind {
    /// A FeliCa card's IDm, 8 bytes (JIS X 6319-4).
    Felica,
    /// A Type A card's UID, 4, 7 or 10 bytes (ISO/IEC 14443-3).
    TypeA,
}

/// A card's identifier, which anybody can read and copy: it identifies and proves nothing. Never printed.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PlainCardId {
    kind: PlainCardKind,
    bytes: Vec<u8>,
}

impl PlainCardKind {
    /// The kind as tokens and revocations name it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Felica => "felica",
            Self::TypeA => "type-a",
        }
    }
}

impl PlainCardId {
    /// `None` when the length is none of the kind's, or when the identifier is one that the standards let a card make up
    /// anew: a Type A UID of four bytes that begins with 08 (ISO/IEC 14443-3, 6.4.4), an IDm that begins with 01FE or
    /// 02FE (NFC Forum Digital, NFCID2 of a device).
    pub fn new(kind: PlainCardKind, bytes: &[u8]) -> Option<Self> {
        let fixed = match kind {
            PlainCardKind::Felica => {
                bytes.len() == 8 && !bytes.starts_with(&[0x01, 0xFE]) && !bytes.starts_with(&[0x02, 0xFE])
            }
            PlainCardKind::TypeA => match bytes.len() {
                4 => bytes[0] != 0x08,
                7 | 10 => true,
                _ => false,
            },
        };
        let said = bytes.iter().any(|byte| *byte != 0);
        (fixed && said).then(|| Self { kind, bytes: bytes.to_vec() })
    }

    /// Which kind.
    pub const fn kind(&self) -> PlainCardKind {
        self.kind
    }

    /// The identifier's bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// In capital hexadecimal, as it is printed on lists.
    pub fn hex(&self) -> String {
        self.bytes.iter().map(|byte| format!("{byte:02X}")).collect()
    }

    /// What stands for this card among a roster's refused serial numbers: 20 bytes of a hash, which no certificate's
    /// serial number meets by chance.
    pub fn revocation(&self) -> Vec<u8> {
        let named = [REVOCATION_CONTEXT, self.kind.word().as_bytes(), b"|", &self.bytes].concat();
        digest(&SHA256, &named).as_ref()[..20].to_vec()
    }
}

impl fmt::Debug for PlainCardId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PlainCardId({:?}, [redacted])", self.kind)
    }
}

#[cfg(test)]
mod tests {
    use super::{PlainCardId, PlainCardKind};

    #[test]
    fn an_identifier_that_a_card_makes_up_is_none() {
        let of = |kind, bytes: &[u8]| PlainCardId::new(kind, bytes).is_some();
        assert!(of(PlainCardKind::Felica, &[1, 1, 10, 16, 0x8E, 0x1B, 0xAD, 0x39]));
        assert!(!of(PlainCardKind::Felica, &[0x02, 0xFE, 10, 16, 0x8E, 0x1B, 0xAD, 0x39]));
        assert!(!of(PlainCardKind::Felica, &[1, 2, 3, 4]) && !of(PlainCardKind::TypeA, &[0; 7]));
        assert!(of(PlainCardKind::TypeA, &[4, 1, 2, 3, 4, 5, 6]) && of(PlainCardKind::TypeA, &[0x12, 1, 2, 3]));
        assert!(!of(PlainCardKind::TypeA, &[0x08, 1, 2, 3]) && !of(PlainCardKind::TypeA, &[1, 2, 3]));
    }

    #[test]
    fn the_same_bytes_of_another_kind_are_another_card_and_nothing_is_printed() {
        let felica = PlainCardId::new(PlainCardKind::Felica, &[1; 8]).map(|id| id.revocation());
        assert_eq!(felica.as_ref().map(Vec::len), Some(20));
        let ten = PlainCardId::new(PlainCardKind::TypeA, &[1; 10]);
        assert_ne!(felica, ten.as_ref().map(PlainCardId::revocation));
        assert_eq!(format!("{ten:?}"), "Some(PlainCardId(TypeA, [redacted]))");
    }
}
