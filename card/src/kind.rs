//! Other people's cards, told apart without reading anything from them.

/// A card that is not one of the region's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ForeignKind {
    /// マイナンバーカード: it answers to the name of its public authentication application.
    MyNumber,
    /// 運転免許証: it answers to the name of its first directory.
    DrivingLicence,
    /// 在留カード.
    ResidenceCard,
    /// A passport or another document of ICAO's.
    Passport,
    /// A bank's or credit card (EMV).
    Bank,
    /// A FeliCa card of trains and buses (system code 0003), or the same in a phone.
    Transit,
    /// Another FeliCa card: shops', members', phones'.
    Felica,
    /// A MIFARE or similar memory card.
    MemoryCard,
    /// A card whose identifier is made up anew at every tap: a Type B memory card, some phones.
    ChangingIdentifier,
    /// Two cards answered at once.
    TwoCards,
    /// A card with applications, none of them known here.
    Unknown,
}

/// What kind of card the reader's own ATR speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Medium {
    /// FeliCa.
    Felica,
    /// ISO/IEC 14443-3 Type A. `has_pages`: its pages are read without a key.
    TypeA { has_pages: bool },
    /// ISO/IEC 14443-3 Type B: its PUPI is made up anew at every tap.
    TypeB,
    /// Something else without applications.
    Other,
}

/// PC/SC part 3, section 3.1.3.2.3: the ATR a contactless reader invents for a memory card carries the PC/SC RID,
/// then the standard (SS) the card follows and its name (NN).
const MEMORY_CARD: [u8; 12] = [0x3B, 0x8F, 0x80, 0x01, 0x80, 0x4F, 0x0C, 0xA0, 0x00, 0x00, 0x03, 0x06];

/// What the ATR alone says. `None` means: an ISO 7816 card, ask it by SELECT.
pub(crate) fn medium(atr: &[u8]) -> Option<Medium> {
    Some(match atr.strip_prefix(&MEMORY_CARD)? {
        // ACR122U calls FeliCa a Type A card of the name F011 (212 kbit/s) or F012 (424).
        [0x11, ..] | [0x03, 0xF0, 0x11 | 0x12, ..] => Medium::Felica,
        // MIFARE Classic 1K, 4K and Mini, and MIFARE Plus: every sector wants a key first.
        [0x01..=0x03, 0x00, 0x01 | 0x02 | 0x26 | 0x36..=0x39, ..] => Medium::TypeA { has_pages: false },
        [0x01..=0x03, ..] => Medium::TypeA { has_pages: true },
        [0x05..=0x07, ..] => Medium::TypeB,
        _ => Medium::Other,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(standard_and_name: &str) -> Option<Medium> {
        medium(&hex::decode(format!("3B8F8001804F0CA000000306{standard_and_name}0000000042")).unwrap())
    }

    #[test]
    fn a_memory_card_is_known_by_its_atr() {
        assert_eq!(of("11003B"), Some(Medium::Felica));
        assert_eq!(of("03F011"), Some(Medium::Felica));
        assert_eq!(of("030001"), Some(Medium::TypeA { has_pages: false }));
        assert_eq!(of("030003"), Some(Medium::TypeA { has_pages: true }));
        assert_eq!((of("050007"), of("060008")), (Some(Medium::TypeB), Some(Medium::TypeB)));
        assert_eq!((of("0B0014"), of("000000")), (Some(Medium::Other), Some(Medium::Other)));
    }

    #[test]
    fn an_iso_card_must_be_asked() {
        assert_eq!(medium(&[0x3B, 0x80, 0x80, 0x01, 0x01]), None);
        assert_eq!(medium(&[]), None);
    }
}
