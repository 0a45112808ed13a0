//! How a reader takes a FeliCa frame to the card: every maker has a way of its own.

use zeroize::Zeroizing;

use crate::apdu::{make_tlv, take_tlv};

/// A way to a FeliCa card through a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// PC/SC part 3's storage commands with Sony's meaning: a service is selected, its blocks are read and written. The
    /// reader itself speaks to the card; its systems cannot be asked for.
    Storage,
    /// A transparent session (PC/SC part 3, 2.02): frames inside of data objects, `FF C2`.
    Transparent,
    /// The same under another instruction and with a long length: `FF 50`, RC-S300.
    Vendor,
    /// To the reader's PN532: `FF 00 00 00`, InCommunicateThru. ACR122U.
    Direct,
    /// The bare frame behind `FF 00 00 00`. ACR1252U.
    Bare,
}

/// What came back of a frame.
#[derive(Clone, PartialEq, Eq)]
pub enum Heard {
    /// A card's answer.
    Frame(Vec<u8>),
    /// No card answered.
    Silence,
    /// Several cards answered at once.
    Collision,
    /// The reader does not know this way.
    Unknown,
}

/// How long a card may take, in microseconds (little-endian): 0.1 s.
const PATIENCE: [u8; 4] = [0xA0, 0x86, 0x01, 0x00];
const TIMER: [u8; 3] = [0x5F, 0x46, 0x04];
const TRANSCEIVE: u8 = 0x95;
const STATUS: u16 = 0xC0;
const BITS: u16 = 0x92;
const COLLISION: u8 = 0x02;
const ANSWER: u16 = 0x97;
/// PN53x: InCommunicateThru and its answer; the lower six bits of what follows are an error.
const THROUGH: [u8; 2] = [0xD4, 0x42];
const THROUGH_ANSWER: [u8; 2] = [0xD5, 0x43];
const ERROR: u8 = 0x3F;
const ABNORMAL_COLLISION: u8 = 0x06;

impl Way {
    /// By the name in the table of readers.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "storage" => Self::Storage,
            "transparent" => Self::Transparent,
            "vendor" => Self::Vendor,
            "direct" => Self::Direct,
            "bare" => Self::Bare,
            _ => return None,
        })
    }

    /// What a session is begun with, if the way has sessions: begin, then FeliCa as the protocol.
    #[must_use]
    pub fn opening(self) -> &'static [&'static [u8]] {
        match self {
            Self::Transparent => &[&[0xFF, 0xC2, 0, 0, 2, 0x81, 0, 0], &[0xFF, 0xC2, 0, 2, 4, 0x8F, 2, 3, 0, 0]],
            Self::Vendor => &[&[0xFF, 0x50, 0, 0, 2, 0x81, 0, 0], &[0xFF, 0x50, 0, 2, 4, 0x8F, 2, 3, 0, 0]],
            Self::Storage | Self::Direct | Self::Bare => &[],
        }
    }

    /// What ends a session.
    #[must_use]
    pub fn closing(self) -> Option<&'static [u8]> {
        match self {
            Self::Transparent => Some(&[0xFF, 0xC2, 0, 0, 2, 0x82, 0, 0]),
            Self::Vendor => Some(&[0xFF, 0x50, 0, 0, 2, 0x82, 0, 0]),
            Self::Storage | Self::Direct | Self::Bare => None,
        }
    }

    /// The APDU that takes a frame to the card. `None` when this way takes no frames, or none of this length.
    #[must_use]
    pub fn wrap(self, frame: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let mut apdu = Zeroizing::new(Vec::new());
        match self {
            Self::Storage => return None,
            Self::Transparent => {
                let data = [&TIMER[..], &PATIENCE, &make_tlv(TRANSCEIVE, frame)?].concat();
                apdu.extend_from_slice(&[0xFF, 0xC2, 0, 1, u8::try_from(data.len()).ok()?]);
                apdu.extend_from_slice(&data);
                apdu.push(0);
            }
            Self::Vendor => {
                let length = u16::try_from(frame.len()).ok()?.to_be_bytes();
                let data = [&TIMER[..], &PATIENCE, &[TRANSCEIVE, 0x82], &length, frame].concat();
                apdu.extend_from_slice(&[0xFF, 0x50, 0, 1, 0]);
                apdu.extend_from_slice(&u16::try_from(data.len()).ok()?.to_be_bytes());
                apdu.extend_from_slice(&data);
                apdu.extend_from_slice(&[0; 3]);
            }
            Self::Direct | Self::Bare => {
                let head: &[u8] = if self == Self::Direct { &THROUGH } else { &[] };
                apdu.extend_from_slice(&[0xFF, 0, 0, 0, u8::try_from(head.len() + frame.len()).ok()?]);
                apdu.extend_from_slice(head);
                apdu.extend_from_slice(frame);
            }
        }
        Some(apdu)
    }

    /// What is in the reader's answer to [`wrap`](Self::wrap), its status word 9000 taken off.
    #[must_use]
    pub fn unwrap(self, answer: &[u8]) -> Heard {
        match self {
            Self::Storage => Heard::Unknown,
            Self::Transparent | Self::Vendor => session_answer(answer),
            Self::Direct => through_answer(answer),
            Self::Bare if answer.is_empty() => Heard::Silence,
            Self::Bare => Heard::Frame(answer.to_vec()),
        }
    }
}

/// Whether a reader did what a command of a session asks for, as far as no card has to answer.
#[must_use]
pub fn session_done(answer: &[u8]) -> bool {
    matches!(objects(answer), Some(Objects { status: None | Some(0x9000), .. }))
}

/// The data objects of a session's answer.
struct Objects<'a> {
    status: Option<u16>,
    collision: bool,
    frame: Option<&'a [u8]>,
}

/// `None` when it is not data objects to the last byte, or the same is said twice.
fn objects(mut answer: &[u8]) -> Option<Objects<'_>> {
    let mut objects = Objects { status: None, collision: false, frame: None };
    while !answer.is_empty() {
        let (tag, value, rest) = take_tlv(answer)?;
        match (tag, value) {
            (STATUS, [_, one, two]) if objects.status.is_none() => {
                objects.status = Some(u16::from_be_bytes([*one, *two]));
            }
            (ANSWER, frame) if objects.frame.is_none() => objects.frame = Some(frame),
            (STATUS | ANSWER, _) => return None,
            (BITS, [bits, ..]) => objects.collision |= bits & COLLISION != 0,
            _ => {}
        }
        answer = rest;
    }
    Some(objects)
}

fn session_answer(answer: &[u8]) -> Heard {
    match objects(answer) {
        Some(Objects { collision: true, .. }) => Heard::Collision,
        Some(Objects { status: None | Some(0x9000), frame: Some(frame), .. }) if !frame.is_empty() => {
            Heard::Frame(frame.to_vec())
        }
        // 64xx: no answer in time. A session that is done without an answer is one that nobody answered.
        Some(Objects { status: Some(0x9000 | 0x6400..=0x64FF | 0x6300..=0x63FF), .. }) => Heard::Silence,
        _ => Heard::Unknown,
    }
}

fn through_answer(answer: &[u8]) -> Heard {
    let Some([error, frame @ ..]) = answer.strip_prefix(&THROUGH_ANSWER) else {
        return Heard::Unknown;
    };
    match error & ERROR {
        0 if !frame.is_empty() => Heard::Frame(frame.to_vec()),
        ABNORMAL_COLLISION => Heard::Collision,
        _ => Heard::Silence,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(hex: &str) -> Vec<u8> {
        hex::decode(hex.replace(' ', "")).unwrap()
    }

    const POLLING: [u8; 6] = [6, 0, 0xFF, 0xFF, 1, 0];

    /// As half a dozen public programs send it to an RC-S300 (read 2026-11-21), and as it answers: 36 bytes, the IDm at 16.
    #[test]
    fn an_rc_s300_is_spoken_to_as_others_do() {
        let sent = Way::Vendor.wrap(&POLLING).unwrap();
        assert_eq!(*sent, bytes("FF 50 00 01 00 00 11 5F 46 04 A0 86 01 00 95 82 00 06 06 00 FF FF 01 00 00 00 00"));
        let frame = bytes("14 01 0102030405060708 00F1FFFFFFFFFFFF 88B4");
        let answer = [bytes("C0 03 00 90 00 92 01 00 96 02 00 00 97 14"), frame.clone()].concat();
        assert_eq!((answer.len() + 2, answer[16]), (36, 1));
        assert!(Way::Vendor.unwrap(&answer) == Heard::Frame(frame));
        assert!(Way::Vendor.unwrap(&bytes("C0 03 01 64 01")) == Heard::Silence);
        assert!(Way::Vendor.unwrap(&bytes("C0 03 01 6A 81")) == Heard::Unknown);
        assert!(Way::Transparent.unwrap(&bytes("C0 03 00 90 00 92 01 02 97 01 FF")) == Heard::Collision);
    }

    #[test]
    fn a_pn532_is_spoken_to_through_its_reader() {
        assert_eq!(*Way::Direct.wrap(&POLLING).unwrap(), bytes("FF 00 00 00 08 D4 42 06 00 FF FF 01 00"));
        assert!(Way::Direct.unwrap(&bytes("D5 43 00 12 01")) == Heard::Frame(vec![0x12, 0x01]));
        assert!(Way::Direct.unwrap(&bytes("D5 43 01")) == Heard::Silence);
        assert!(Way::Direct.unwrap(&bytes("D5 41 00 12 01")) == Heard::Unknown);
        assert!(Way::Direct.unwrap(&bytes("D5 43 06")) == Heard::Collision);
    }

    #[test]
    fn objects_that_are_cut_short_or_say_it_twice_are_no_answer() {
        let good = bytes("C0 03 00 90 00 97 02 AA BB");
        for length in 1..good.len() {
            assert!(!matches!(session_answer(&good[..length]), Heard::Frame(_)), "cut to {length}");
        }
        assert!(session_answer(&bytes("97 02 AA BB 97 02 AA BB")) == Heard::Unknown);
        assert!(session_done(&[]) && session_done(&bytes("C0 03 00 90 00")) && !session_done(&bytes("C0 03 01 6A 81")));
    }
}
