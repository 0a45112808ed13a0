//! The reader's own part of a conversation: the commands of class FF, which a reader answers itself by speaking to the
//! card in the card's own language. Which of them it knows depends on its make.

mod acr122u;
mod apdu;
mod felica;
mod storage;
mod tlv;
mod transparent;

use apdu::Apdu;

use crate::VirtualCard;
use crate::atr::of_memory_card;
use crate::body::{Body, Technology};

const PSEUDO_CLASS: u8 = 0xFF;

pub(super) const DONE: [u8; 2] = [0x90, 0x00];
pub(super) const FAILED: [u8; 2] = [0x63, 0x00];
pub(super) const WRONG_LENGTH: [u8; 2] = [0x67, 0x00];
pub(super) const NOT_AUTHORISED: [u8; 2] = [0x69, 0x82];
pub(super) const NO_SESSION: [u8; 2] = [0x69, 0x85];
pub(super) const NOT_SUPPORTED: [u8; 2] = [0x6A, 0x81];
pub(super) const NOT_FOUND: [u8; 2] = [0x6A, 0x82];
const NO_SUCH_CLASS: [u8; 2] = [0x6E, 0x00];

/// Which commands of class FF a reader answers. All contactless ones give the identifier (`FF CA`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ReaderModel {
    /// Everything below, for tests that are not about readers.
    #[default]
    Everything,
    /// Sony RC-S300: transparent session in the maker's form (`FF 50`), with long commands.
    RcS300,
    /// Sony RC-S380 on its maker's driver and readers like it: FeliCa blocks as storage (`FF A4`, `FF B0`, `FF D6`).
    Storage,
    /// PC/SC part 3, supplement: transparent session (`FF C2`), as ACR1552U and RC-S660.
    Transparent,
    /// ACR1252U: the standard's transparent session, and bare FeliCa frames behind `FF 00 00 00`.
    Acr1252u,
    /// ACR122U: its radio chip's own commands (`FF 00 00 00`); no command over 255 bytes of data.
    Acr122u,
    /// Storage commands for Type A alone; FeliCa and Type B cards only say their identifier.
    TypeAOnly,
    /// A contact reader: class FF is refused.
    Contact,
}

impl ReaderModel {
    fn has_storage_for(self, technology: Technology) -> bool {
        match technology {
            Technology::Felica => matches!(self, Self::Everything | Self::Storage),
            _ => self != Self::Contact,
        }
    }

    /// The instruction of its transparent session.
    fn has_session(self, instruction: u8) -> bool {
        match self {
            Self::Everything => matches!(instruction, transparent::STANDARD | transparent::SONY),
            Self::RcS300 => instruction == transparent::SONY,
            Self::Transparent | Self::Acr1252u => instruction == transparent::STANDARD,
            _ => false,
        }
    }

    fn has_chip_commands(self) -> bool {
        matches!(self, Self::Everything | Self::Acr122u)
    }

    /// The ATR that this make of reader invents: ACR122U calls a FeliCa card one of Type A with a name of its own.
    pub(crate) fn atr(self, card: &VirtualCard) -> Vec<u8> {
        let is_felica = card.technology() == Technology::Felica;
        if is_felica && self == Self::Acr122u { of_memory_card(0x03, 0xF011) } else { card.atr().to_vec() }
    }

    pub(super) fn is_sonys(self) -> bool {
        matches!(self, Self::Everything | Self::RcS300 | Self::Storage)
    }
}

/// A reader, from one card's power-up to the next.
#[derive(Default)]
pub(crate) struct Front {
    pub(crate) model: ReaderModel,
    /// The FeliCa service that `FF A4` chose.
    service: Option<u16>,
    in_session: bool,
    /// What a transparent session was switched to; the card's own until then.
    switched: Option<Technology>,
}

impl Front {
    /// Forgets everything but its make.
    pub(crate) fn reset(&mut self) {
        *self = Self { model: self.model, ..Self::default() };
    }

    /// Answers, asking the card where that is needed.
    pub(crate) fn answer(&mut self, card: &VirtualCard, command: &[u8]) -> Vec<u8> {
        let is_own = command.first() == Some(&PSEUDO_CLASS) && !matches!(card.body(), Body::Raw(_));
        if is_own {
            return self.own(card, command);
        }
        match card.body() {
            Body::Air { .. } => NO_SUCH_CLASS.to_vec(),
            // A chip that takes APDUs always answers.
            _ => card.hear(command).unwrap_or_else(|| FAILED.to_vec()),
        }
    }

    fn own(&mut self, card: &VirtualCard, command: &[u8]) -> Vec<u8> {
        if self.model == ReaderModel::Contact {
            return NO_SUCH_CLASS.to_vec();
        }
        let Some(apdu) = Apdu::parse(command) else {
            return WRONG_LENGTH.to_vec();
        };
        if apdu.is_long && self.model == ReaderModel::Acr122u {
            return WRONG_LENGTH.to_vec();
        }
        let technology = card.body().technology();
        match apdu.instruction {
            0xCA => storage::identifier(card, self.model, &apdu),
            0x82 | 0x86 | 0xA4 | 0xB0 | 0xD6 if self.model.has_storage_for(technology) => self.storage(card, &apdu),
            instruction if self.model.has_session(instruction) => self.session(card, &apdu),
            0x00 if self.model.has_chip_commands() => acr122u::answer(card, &apdu),
            0x00 if self.model == ReaderModel::Acr1252u => bare(card, &apdu),
            _ => NOT_SUPPORTED.to_vec(),
        }
    }
}

/// The frame and nothing else, there and back.
fn bare(card: &VirtualCard, apdu: &Apdu<'_>) -> Vec<u8> {
    let answer = if (apdu.p1, apdu.p2) == (0, 0) { card.hear(apdu.data) } else { None };
    answer.map_or_else(|| FAILED.to_vec(), |answer| [&answer[..], &DONE].concat())
}
