//! Transparent sessions: frames to the card as they are (PC/SC part 3, supplement 1; Sony's form of it).
//!
//! | command | standard | Sony |
//! |---|---|---|
//! | manage the session: 81 start, 82 end, 83 field off, 84 field on | `FF C2 00 00` | `FF 50 00 00` |
//! | exchange: 5F46 time limit, 90 flags, 95 frame | `FF C2 00 01` | `FF 50 00 01` |
//! | switch the protocol: 8F 00 Type A, 01 Type B, 03 FeliCa | `FF C2 00 02` | `FF 50 00 02` |
//!
//! Answers: C0 status (which object failed, and why), 92 bits of the last byte, 96 what the chip reports, 97 frame.

use super::apdu::Apdu;
use super::{DONE, Front, NO_SESSION, NOT_SUPPORTED, WRONG_LENGTH, tlv};
use crate::VirtualCard;
use crate::body::Technology;

pub(super) const STANDARD: u8 = 0xC2;
pub(super) const SONY: u8 = 0x50;

const MANAGE: u8 = 0x00;
const EXCHANGE: u8 = 0x01;
const SWITCH: u8 = 0x02;

const STATUS: u8 = 0xC0;
const ALL_WELL: [u8; 3] = [0x00, 0x90, 0x00];
/// The first object failed: no answer from the card.
const SILENCE: [u8; 3] = [0x01, 0x64, 0x01];

impl Front {
    pub(super) fn session(&mut self, card: &VirtualCard, apdu: &Apdu<'_>) -> Vec<u8> {
        if !self.in_session && apdu.p2 != MANAGE {
            return NO_SESSION.to_vec();
        }
        let answered = match (apdu.p1, apdu.p2) {
            (0, MANAGE) => self.manage(apdu.data),
            (0, SWITCH) => self.switch(apdu.data),
            (0, EXCHANGE) => self.exchange(card, apdu.data),
            _ => return NOT_SUPPORTED.to_vec(),
        };
        answered.map_or_else(|| WRONG_LENGTH.to_vec(), |answer| [&answer[..], &DONE].concat())
    }

    fn manage(&mut self, objects: &[u8]) -> Option<Vec<u8>> {
        let (tag, _, _) = tlv::take(objects)?;
        match tag {
            0x81 => (self.in_session, self.switched) = (true, None),
            0x82 => (self.in_session, self.switched) = (false, None),
            _ => {}
        }
        Some(tlv::make(STATUS, &ALL_WELL))
    }

    fn switch(&mut self, objects: &[u8]) -> Option<Vec<u8>> {
        let (0x8F, [standard, _layer], _) = tlv::take(objects)? else {
            return None;
        };
        self.switched = match standard {
            0x00 => Some(Technology::TypeA),
            0x01 => Some(Technology::TypeB),
            0x03 => Some(Technology::Felica),
            _ => return Some(tlv::make(STATUS, &[0x01, 0x6A, 0x81])),
        };
        Some(tlv::make(STATUS, &ALL_WELL))
    }

    fn exchange(&self, card: &VirtualCard, mut objects: &[u8]) -> Option<Vec<u8>> {
        let mut frame = None;
        while !objects.is_empty() {
            let (tag, value, rest) = tlv::take(objects)?;
            if tag == 0x95 {
                frame = Some(value);
            }
            objects = rest;
        }
        let technology = card.body().technology();
        let hears = self.switched.is_none_or(|switched| switched == technology);
        let answer = hears.then(|| card.hear(frame?)).flatten();
        Some(match answer {
            Some(answer) => [
                tlv::make(STATUS, &ALL_WELL),
                tlv::make(0x92, &[0]),
                tlv::make(0x96, &[0, 0]),
                tlv::make(0x97, &answer),
            ]
            .concat(),
            None => tlv::make(STATUS, &SILENCE),
        })
    }
}
