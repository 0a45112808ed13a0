//! Memory cards as files: identifier and blocks (PC/SC part 3, 3.2.2.1).

use super::apdu::Apdu;
use super::{DONE, FAILED, Front, NOT_AUTHORISED, NOT_FOUND, NOT_SUPPORTED, ReaderModel, WRONG_LENGTH, felica};
use crate::VirtualCard;
use crate::body::Technology;

const BLOCK: usize = 16;
const PAGE: usize = 4;
const LIST: u8 = 0x80;
const READ_PAGES: u8 = 0x30;
const WRITE_PAGE: u8 = 0xA2;

/// `FF CA 00 00`: UID, PUPI or IDm; `FF CA 01 00` on Sony's readers: PMm.
pub(super) fn identifier(card: &VirtualCard, model: ReaderModel, apdu: &Apdu<'_>) -> Vec<u8> {
    let told = match (apdu.p1, apdu.p2) {
        (0, 0) => Some(card.id()),
        (1, 0) if model.is_sonys() => card.body().make(),
        _ => None,
    };
    told.map_or_else(|| NOT_SUPPORTED.to_vec(), |told| cut(told, apdu.expected))
}

/// By the expected length: all of it, 6Cxx when there is more, 6282 when there is less.
fn cut(data: Vec<u8>, expected: Option<usize>) -> Vec<u8> {
    let length = u8::try_from(data.len()).unwrap_or(0);
    match expected.unwrap_or(0) {
        expected if expected != 0 && expected < data.len() => vec![0x6C, length],
        expected if expected > data.len() => [&data[..], &[0x62, 0x82]].concat(),
        _ => [&data[..], &DONE].concat(),
    }
}

impl Front {
    pub(super) fn storage(&mut self, card: &VirtualCard, apdu: &Apdu<'_>) -> Vec<u8> {
        let is_felica = card.body().technology() == Technology::Felica;
        match apdu.instruction {
            0xA4 if is_felica => self.select_service(apdu),
            0xB0 if is_felica => self.read_felica(card, apdu),
            0xD6 if is_felica => self.write_felica(card, apdu),
            // A key is taken into the reader; whether it fits shows when it is used.
            0x82 => DONE.to_vec(),
            0x86 => FAILED.to_vec(),
            0xB0 => self.read_pages(card, apdu),
            0xD6 => self.write_page(card, apdu),
            _ => NOT_SUPPORTED.to_vec(),
        }
    }

    fn select_service(&mut self, apdu: &Apdu<'_>) -> Vec<u8> {
        let (0x00, 0x01, [low, high]) = (apdu.p1, apdu.p2, apdu.data) else {
            return WRONG_LENGTH.to_vec();
        };
        self.service = Some(u16::from_le_bytes([*low, *high]));
        DONE.to_vec()
    }

    fn read_felica(&self, card: &VirtualCard, apdu: &Apdu<'_>) -> Vec<u8> {
        // One block by its number, or a list of elements of two bytes as it goes on the air.
        let one = [0x80, apdu.p2];
        let list = match (apdu.p1, apdu.data) {
            (0x00, []) => &one[..],
            (LIST, list) if list.len() == usize::from(apdu.p2) * 2 => list,
            _ => return WRONG_LENGTH.to_vec(),
        };
        let blocks = self.service.and_then(|service| felica::read_blocks(card, service, list));
        blocks.map_or_else(|| NOT_FOUND.to_vec(), |blocks| cut(blocks, apdu.expected))
    }

    fn write_felica(&self, card: &VirtualCard, apdu: &Apdu<'_>) -> Vec<u8> {
        if apdu.data.len() != BLOCK {
            return WRONG_LENGTH.to_vec();
        }
        let written = self.service.is_some_and(|service| felica::write_block(card, service, apdu.p2, apdu.data));
        if written { DONE.to_vec() } else { self.refusal() }
    }

    fn read_pages(&self, card: &VirtualCard, apdu: &Apdu<'_>) -> Vec<u8> {
        let pages = card.hear(&[READ_PAGES, apdu.p2]);
        pages.map_or_else(
            || self.refusal(),
            |mut pages| {
                pages.truncate(apdu.expected.filter(|length| *length > 0).unwrap_or(BLOCK));
                [&pages[..], &DONE].concat()
            },
        )
    }

    fn write_page(&self, card: &VirtualCard, apdu: &Apdu<'_>) -> Vec<u8> {
        if apdu.data.len() != PAGE {
            return WRONG_LENGTH.to_vec();
        }
        let written = card.hear(&[&[WRITE_PAGE, apdu.p2], apdu.data].concat());
        if written.is_some() { DONE.to_vec() } else { self.refusal() }
    }

    /// ACR122U says "failed" where others say "not authorised".
    fn refusal(&self) -> Vec<u8> {
        if self.model == ReaderModel::Acr122u { FAILED.to_vec() } else { NOT_AUTHORISED.to_vec() }
    }
}
