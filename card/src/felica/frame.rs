//! Frames of FeliCa (JIS X 6319-4): what is said to a card over the air, and what it answers.
//!
//! A frame begins with its own length. Every answer carries the identifier of the card that gives it; an answer from
//! another card, of another length or with other counts than were asked for, is none.

/// IDm: the identifier that a FeliCa card answers with.
pub type Idm = [u8; 8];
/// One block.
pub type Block = [u8; 16];

/// Polling: whichever system comes first.
pub const ANY_SYSTEM: u16 = 0xFFFF;
/// A card answers no more blocks at once; FeliCa Lite-S no more than four.
pub const MOST_BLOCKS: usize = 15;

const POLLING: u8 = 0x00;
const READ: u8 = 0x06;
const WRITE: u8 = 0x08;
/// Polling: say the system code, too.
const WITH_SYSTEM: u8 = 0x01;
/// A block list element of two bytes, the first service of the list.
const ELEMENT: u8 = 0x80;
const FLAGS: usize = 10;

/// Whoever answered a polling.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Polled {
    /// Who.
    pub idm: Idm,
    /// Its second byte says which chip it is.
    pub pmm: [u8; 8],
    /// Which system answered, where the card says so.
    pub system: Option<u16>,
}

/// What a card says to a command of ours.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Said<T> {
    /// Done.
    Done(T),
    /// Not done; status flags 1 and 2.
    Refused(u8, u8),
}

/// Polling for cards of this system, in one time slot.
#[must_use]
pub fn polling(system: u16) -> Vec<u8> {
    let [high, low] = system.to_be_bytes();
    framed(&[POLLING, high, low, WITH_SYSTEM, 0])
}

/// Read Without Encryption of these blocks of one service.
#[must_use]
pub fn read(idm: &Idm, service: u16, blocks: &[u8]) -> Vec<u8> {
    framed(&command(READ, idm, service, blocks))
}

/// Write Without Encryption of one block.
#[must_use]
pub fn write(idm: &Idm, service: u16, block: u8, data: &Block) -> Vec<u8> {
    let mut body = command(WRITE, idm, service, &[block]);
    body.extend_from_slice(data);
    framed(&body)
}

/// The answer to [`polling`].
#[must_use]
pub fn parse_polled(frame: &[u8]) -> Option<Polled> {
    let body = unframed(frame, POLLING)?;
    let (idm, rest) = body.split_first_chunk::<8>()?;
    let (pmm, rest) = rest.split_first_chunk::<8>()?;
    let system = match rest {
        [] => None,
        [high, low] => Some(u16::from_be_bytes([*high, *low])),
        _ => return None,
    };
    Some(Polled { idm: *idm, pmm: *pmm, system })
}

/// The answer to [`read`] of so many blocks by this card.
#[must_use]
pub fn parse_read(frame: &[u8], idm: &Idm, blocks: usize) -> Option<Said<Vec<Block>>> {
    let data = match flags(unframed(frame, READ)?, idm)? {
        Said::Done(data) => data,
        Said::Refused(one, two) => return Some(Said::Refused(one, two)),
    };
    let (&count, data) = data.split_first()?;
    let (read, rest) = data.as_chunks::<16>();
    (usize::from(count) == blocks && read.len() == blocks && rest.is_empty()).then(|| Said::Done(read.to_vec()))
}

/// The answer to [`write()`] by this card.
#[must_use]
pub fn parse_written(frame: &[u8], idm: &Idm) -> Option<Said<()>> {
    match flags(unframed(frame, WRITE)?, idm)? {
        Said::Done([]) => Some(Said::Done(())),
        Said::Done(_) => None,
        Said::Refused(one, two) => Some(Said::Refused(one, two)),
    }
}

/// Whether two identifiers are of one card: the systems of a card differ in the upper half of the first byte.
#[must_use]
pub fn same_card(one: &Idm, other: &Idm) -> bool {
    one[0] & 0x0F == other[0] & 0x0F && one[1..] == other[1..]
}

fn command(code: u8, idm: &Idm, service: u16, blocks: &[u8]) -> Vec<u8> {
    let [low, high] = service.to_le_bytes();
    let mut body = vec![code];
    body.extend_from_slice(idm);
    // A list of one service; more than fifteen blocks never fit a frame, and are not asked for.
    let count = blocks.len().min(MOST_BLOCKS);
    body.extend_from_slice(&[1, low, high, u8::try_from(count).unwrap_or_default()]);
    body.extend(blocks.iter().take(count).flat_map(|block| [ELEMENT, *block]));
    body
}

fn framed(body: &[u8]) -> Vec<u8> {
    let length = u8::try_from(body.len() + 1).unwrap_or_default();
    let mut frame = vec![length];
    frame.extend_from_slice(body);
    frame
}

/// What is behind the length and the response code, which is the command's plus one.
fn unframed(frame: &[u8], command: u8) -> Option<&[u8]> {
    match frame {
        [length, code, body @ ..] if usize::from(*length) == frame.len() && *code == command + 1 => Some(body),
        _ => None,
    }
}

/// What is behind the identifier and the two status flags.
fn flags<'a>(body: &'a [u8], idm: &Idm) -> Option<Said<&'a [u8]>> {
    let (head, data) = body.split_at_checked(FLAGS)?;
    match head.strip_prefix(idm)? {
        [0, 0] => Some(Said::Done(data)),
        [0, _] => None,
        [one, two] => Some(Said::Refused(*one, *two)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IDM: Idm = [1, 2, 3, 4, 5, 6, 7, 8];

    fn bytes(hex: &str) -> Vec<u8> {
        hex::decode(hex.replace(' ', "")).unwrap()
    }

    /// The frames as the tests of nfcpy (tests/test_tag_tt3_sony.py, read 2026-11-21) expect them on the air.
    #[test]
    fn commands_are_those_that_others_send() {
        assert_eq!(read(&IDM, 0x000B, &[0x82, 0x81]), bytes("12 06 0102030405060708 010b00 0280828081"));
        let challenge = std::array::from_fn(|at| u8::try_from(if at < 8 { 7 - at } else { 23 - at }).unwrap());
        let written = bytes("20 08 0102030405060708 010900 018080 0706050403020100 0f0e0d0c0b0a0908");
        assert_eq!(write(&IDM, 0x0009, 0x80, &challenge), written);
        assert_eq!(polling(ANY_SYSTEM), bytes("06 00 ffff 01 00"));
    }

    #[test]
    fn a_polling_is_answered_with_or_without_the_system() {
        let polled = parse_polled(&bytes("14 01 0102030405060708 00F1FFFFFFFFFFFF 88B4")).unwrap();
        assert!(polled.idm == IDM && polled.pmm[1] == 0xF1 && polled.system == Some(0x88B4));
        let polled = parse_polled(&bytes("12 01 0102030405060708 00F1FFFFFFFFFFFF")).unwrap();
        assert!(polled.system.is_none());
    }

    #[test]
    fn an_answer_that_is_not_quite_the_one_asked_for_is_none() {
        let good = bytes("1d 07 0102030405060708 0000 01 31323334353637383930313233343536");
        let is_done =
            |frame: &[u8]| matches!(parse_read(frame, &IDM, 1), Some(Said::Done(blocks)) if blocks.len() == 1);
        assert!(is_done(&good));
        for length in 0..good.len() {
            assert!(parse_read(&good[..length], &IDM, 1).is_none(), "cut to {length}");
        }
        for (at, what) in
            [(0, "length"), (1, "code"), (2, "identifier"), (9, "identifier"), (11, "flags"), (12, "count")]
        {
            let mut bad = good.clone();
            bad[at] ^= 0x01;
            assert!(parse_read(&bad, &IDM, 1).is_none(), "{what}");
        }
        assert!(parse_read(&good, &IDM, 2).is_none());
        let refused = bytes("0c 07 0102030405060708 01A8");
        assert!(parse_read(&refused, &IDM, 1) == Some(Said::Refused(1, 0xA8)));
        assert!(parse_written(&bytes("0c 09 0102030405060708 0000"), &IDM) == Some(Said::Done(())));
        assert!(parse_written(&bytes("0c 09 0102030405060709 0000"), &IDM).is_none());
    }

    #[test]
    fn the_systems_of_one_card_differ_in_half_a_byte() {
        assert!(same_card(&IDM, &[0x11, 2, 3, 4, 5, 6, 7, 8]));
        assert!(!same_card(&IDM, &[2, 2, 3, 4, 5, 6, 7, 8]) && !same_card(&IDM, &[1, 2, 3, 4, 5, 6, 7, 9]));
    }
}
