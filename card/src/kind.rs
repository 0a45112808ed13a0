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

/// PC/SC part 3, section 3.1.3.2.3: the ATR a contactless reader invents for a memory card carries the PC/SC RID,
/// then the standard (SS) the card follows.
const MEMORY_CARD: [u8; 12] = [0x3B, 0x8F, 0x80, 0x01, 0x80, 0x4F, 0x0C, 0xA0, 0x00, 0x00, 0x03, 0x06];
const FELICA: u8 = 0x11;

/// What the ATR alone says. `None` means: an ISO 7816 card, ask it by SELECT.
pub(crate) fn kind_by_atr(atr: &[u8]) -> Option<ForeignKind> {
    match atr.strip_prefix(&MEMORY_CARD)? {
        [FELICA, ..] => Some(ForeignKind::Felica),
        _ => Some(ForeignKind::MemoryCard),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_felica_card_is_known_by_its_atr() {
        let atr = hex::decode("3B8F8001804F0CA00000030611003B0000000042").unwrap();
        assert_eq!(kind_by_atr(&atr), Some(ForeignKind::Felica));
    }

    #[test]
    fn an_iso_card_must_be_asked() {
        assert_eq!(kind_by_atr(&[0x3B, 0x80, 0x80, 0x01, 0x01]), None);
        assert_eq!(kind_by_atr(&[]), None);
    }
}
