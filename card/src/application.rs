//! Applications of ISO 7816-4 cards whose presence names a card.

use crate::apdu::{Command, Instruction};

const BY_NAME: u8 = 0x04;
const NO_ANSWER_DATA: u8 = 0x0C;

/// An application that a card may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Application {
    /// Ours, NIST SP 800-73-4.
    Piv,
    /// 公的個人認証AP of the My Number card.
    MyNumber,
    /// 券面AP, which a My Number card keeps when its certificates have run out.
    MyNumberFace,
    /// DF1 of the licence (警察庁, 運転免許証及び運転免許証作成システム等仕様書).
    DrivingLicence,
    /// DF1 of 在留カード and 特別永住者証明書 (出入国在留管理庁, 在留カード等仕様書).
    ResidenceCard,
    /// ICAO Doc 9303 part 10: the travel document's.
    Passport,
    /// EMV: the directory of a contactless card.
    BankContactless,
    /// EMV: the directory of a card by its contacts.
    BankContacts,
}

impl Application {
    const fn name(self) -> &'static [u8] {
        match self {
            Self::Piv => &[0xA0, 0, 0, 3, 8, 0, 0, 0x10, 0],
            Self::MyNumber => &[0xD3, 0x92, 0xF0, 0, 0x26, 1, 0, 0, 0, 1],
            Self::MyNumberFace => &[0xD3, 0x92, 0x10, 0, 0x31, 0, 1, 1, 4, 2],
            Self::DrivingLicence => &[0xA0, 0, 0, 2, 0x31, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
            Self::ResidenceCard => &[0xD3, 0x92, 0xF0, 0, 0x4F, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
            Self::Passport => &[0xA0, 0, 0, 2, 0x47, 0x10, 1],
            Self::BankContactless => b"2PAY.SYS.DDF01",
            Self::BankContacts => b"1PAY.SYS.DDF01",
        }
    }

    /// SELECT. PIV and EMV want to say something of the application; the others are asked for a status word alone.
    pub(crate) fn select(self) -> Command {
        match self {
            Self::Piv | Self::BankContactless | Self::BankContacts => {
                Command::new(Instruction::Select, BY_NAME, 0, self.name()).asking()
            }
            _ => Command::new(Instruction::Select, BY_NAME, NO_ANSWER_DATA, self.name()),
        }
    }
}
