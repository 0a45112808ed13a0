//! FeliCa cards (JIS X 6319-4): what they answer on the air.
//!
//! A frame is a length that counts itself, a code, and a body; preamble, sync code and checksum are the reader's.

mod copies;
mod lite_s;
mod lite_s_access;
mod lite_s_blocks;
mod lite_s_mac;
mod pair;
mod standard;

pub(crate) use copies::{Copied, Replayed};
pub(crate) use lite_s::LiteSChip;
pub use lite_s_blocks::LiteS;
pub(crate) use pair::Pair;
pub(crate) use standard::{Service, Standard, System};

pub(crate) const POLLING: u8 = 0x00;
pub(crate) const REQUEST_SERVICE: u8 = 0x02;
pub(crate) const READ: u8 = 0x06;
pub(crate) const WRITE: u8 = 0x08;
pub(crate) const REQUEST_SYSTEM_CODE: u8 = 0x0C;
const ASKS_SYSTEM_CODE: u8 = 0x01;

pub(crate) type Block = [u8; 16];

/// How a FeliCa card refuses: status flags 1 and 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Flags(pub(crate) u8, pub(crate) u8);

pub(crate) const WRONG_SERVICE_COUNT: Flags = Flags(0xFF, 0xA1);
pub(crate) const WRONG_BLOCK_COUNT: Flags = Flags(0xFF, 0xA2);
pub(crate) const WRONG_SERVICE: Flags = Flags(0xFF, 0xA6);

impl Flags {
    /// A refusal because of the n-th block of the list (from 0): flag 1 has that block's bit.
    pub(crate) fn at(index: usize, flag2: u8) -> Self {
        Self(1_u8.checked_shl(u32::try_from(index).unwrap_or(0)).unwrap_or(0xFF), flag2)
    }
}

/// Puts the length in front.
pub(crate) fn frame(parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    let mut frame = vec![u8::try_from(body.len() + 1).unwrap_or(0)];
    frame.extend_from_slice(&body);
    frame
}

/// The code and what follows it, of a frame whose length is right.
pub(crate) fn open(frame: &[u8]) -> Option<(u8, &[u8])> {
    let (length, rest) = frame.split_first()?;
    let (code, body) = rest.split_first()?;
    (usize::from(*length) == frame.len()).then_some((*code, body))
}

/// Answers Polling for one of these system codes; FF in the asked code stands for any byte.
pub(crate) fn answer_polling(body: &[u8], idm: [u8; 8], pmm: [u8; 8], codes: &[u16]) -> Option<Vec<u8>> {
    let [high, low, wants, _slots] = *body else {
        return None;
    };
    let fits = |code: &&u16| {
        let [h, l] = code.to_be_bytes();
        (high == 0xFF || high == h) && (low == 0xFF || low == l)
    };
    let code = codes.iter().find(fits)?.to_be_bytes();
    let told = if wants == ASKS_SYSTEM_CODE { &code[..] } else { &[] };
    Some(frame(&[&[POLLING + 1], &idm, &pmm, told]))
}

/// Services and blocks of Read or Write Without Encryption, and what follows the lists.
pub(crate) struct Asked<'a> {
    pub(crate) services: Vec<u16>,
    /// Index into `services`, block number.
    pub(crate) blocks: Vec<(usize, u16)>,
    pub(crate) data: &'a [u8],
}

/// Takes the lists apart; `None` when they are cut short.
pub(crate) fn parse_lists(body: &[u8]) -> Option<Asked<'_>> {
    let (count, rest) = body.split_first()?;
    let (codes, rest) = rest.split_at_checked(usize::from(*count) * 2)?;
    let services = codes.chunks_exact(2).map(|code| u16::from_le_bytes([code[0], code[1]])).collect();
    let (count, mut rest) = rest.split_first()?;
    let mut blocks = Vec::new();
    for _ in 0..*count {
        let (first, after) = rest.split_first()?;
        // The top bit says that the number has one byte.
        let length = if first & 0x80 == 0 { 2 } else { 1 };
        let (number, after) = after.split_at_checked(length)?;
        let number = number.iter().rev().fold(0, |value, byte| value << 8 | u16::from(*byte));
        blocks.push((usize::from(first & 0x0F), number));
        rest = after;
    }
    Some(Asked { services, blocks, data: rest })
}

/// The answer to a read.
pub(crate) fn answer_read(idm: [u8; 8], read: Result<Vec<Block>, Flags>) -> Vec<u8> {
    match read {
        Ok(blocks) => {
            let count = u8::try_from(blocks.len()).unwrap_or(0);
            frame(&[&[READ + 1], &idm, &[0, 0, count], &blocks.concat()])
        }
        Err(Flags(one, two)) => frame(&[&[READ + 1], &idm, &[one, two]]),
    }
}

/// The answer to a write.
pub(crate) fn answer_write(idm: [u8; 8], written: Result<(), Flags>) -> Vec<u8> {
    let Flags(one, two) = written.err().unwrap_or(Flags(0, 0));
    frame(&[&[WRITE + 1], &idm, &[one, two]])
}
