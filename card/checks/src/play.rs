//! How the bytes of an input become the answers of a card. Half of what a fuzzer makes up would otherwise end at the first
//! status word.

use kakari_card::CardError;

use crate::keys::{PATIENT, STAFF_CARD, tlv};

pub(crate) const DONE: [u8; 2] = [0x90, 0x00];
const LARGEST: usize = 256;

/// What a card plays.
pub(crate) struct Play {
    pub(crate) atr: Vec<u8>,
    pub(crate) answers: Vec<Result<Vec<u8>, CardError>>,
    /// Whether a certificate of the region's was among them.
    pub(crate) genuine: bool,
}

impl Play {
    /// `atr length, atr, { way, length, bytes }`. A way is one of the eight below; what is cut short ends the play.
    pub(crate) fn read(bytes: &[u8]) -> Self {
        let (atr, mut rest) = part(bytes).unwrap_or((&[], &[]));
        let mut play = Self { atr: atr[..atr.len().min(33)].to_vec(), answers: Vec::new(), genuine: false };
        while let Some((way, after)) = rest.split_first() {
            let Some((data, after)) = part(after) else { break };
            play.answer(*way, data);
            rest = after;
        }
        play
    }

    fn answer(&mut self, way: u8, data: &[u8]) {
        match way % 8 {
            // Every byte of the answer is the fuzzer's.
            0 => self.answers.push(Ok(data.to_vec())),
            1 => self.answers.push(Ok([data, &DONE].concat())),
            2 => self.object(&tlv(0x70, data)),
            3 => self.answers.push(Ok([&tlv(0x7C, &tlv(0x82, data))[..], &DONE].concat())),
            4 => {
                self.genuine = true;
                let certificate = if data.is_empty() { &PATIENT } else { &STAFF_CARD };
                self.object(&[tlv(0x70, certificate), vec![0x71, 0x01, 0x00, 0xFE, 0x00]].concat());
            }
            5 => self.answers.push(Err(broken(data))),
            6 => self.answers.push(Ok([data, data, &[0x61, way]].concat())),
            _ => self.answers.push(Ok(vec![0x63, 0xC0 | (way >> 4)])),
        }
    }

    /// As GET DATA answers it, in short pieces.
    fn object(&mut self, content: &[u8]) {
        let object = tlv(0x53, content);
        let pieces = object.chunks(LARGEST).count();
        for (place, piece) in object.chunks(LARGEST).enumerate() {
            let left = object.len() - (place * LARGEST + piece.len());
            let more = [0x61, u8::try_from(left).unwrap_or(0)];
            self.answers.push(Ok([piece, if place + 1 == pieces { &DONE } else { &more }].concat()));
        }
    }
}

/// A way to break.
pub(crate) fn broken(data: &[u8]) -> CardError {
    match data {
        [] => CardError::Torn,
        [_] => CardError::Removed,
        [_, _] => CardError::NoAnswer,
        _ => CardError::Changed,
    }
}

/// A length in one byte, and so many bytes.
pub(crate) fn part(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first()?;
    rest.split_at_checked(usize::from(*length))
}
