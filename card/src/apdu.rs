//! Bytes: commands, answers and the TLV objects inside them (ISO 7816-4).

use zeroize::Zeroizing;

/// The instructions this crate sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Instruction {
    /// SELECT by application identifier.
    Select = 0xA4,
    /// GET DATA of a PIV object.
    GetData = 0xCB,
    /// GET RESPONSE, the rest of a long answer.
    GetResponse = 0xC0,
    /// VERIFY a PIN, or ask its counter.
    Verify = 0x20,
    /// CHANGE REFERENCE DATA, a new PIN or PUK.
    ChangeReference = 0x24,
    /// RESET RETRY COUNTER: the PUK sets a new PIN.
    ResetRetryCounter = 0x2C,
    /// GENERAL AUTHENTICATE: key agreement, or the management key's challenge.
    GeneralAuthenticate = 0x87,
    /// GENERATE ASYMMETRIC KEY PAIR.
    GenerateAsymmetric = 0x47,
    /// PUT DATA into a PIV object.
    PutData = 0xDB,
    /// Set the management key (a widely copied extension of the standard).
    SetManagementKey = 0xFF,
}

/// One command: header, up to any number of data bytes, and whether an answer is wanted.
///
/// Wiped on drop, because a PIN may be inside.
#[derive(Clone)]
pub struct Command {
    instruction: Instruction,
    p1: u8,
    p2: u8,
    data: Zeroizing<Vec<u8>>,
    wants_answer: bool,
}

/// A short APDU carries this many data bytes.
const SHORT: usize = 255;
const CHAINED: u8 = 0x10;

impl Command {
    /// A command whose answer is a status word only.
    #[must_use]
    pub fn new(instruction: Instruction, p1: u8, p2: u8, data: &[u8]) -> Self {
        Self { instruction, p1, p2, data: Zeroizing::new(data.to_vec()), wants_answer: false }
    }

    /// The same command, asking for as much answer as the card gives (Le = 00).
    #[must_use]
    pub fn asking(mut self) -> Self {
        self.wants_answer = true;
        self
    }

    /// The APDUs to send, in order: one, or several chained ones (class bit 0x10) when the data is long.
    pub(crate) fn frames(&self) -> Vec<Zeroizing<Vec<u8>>> {
        let pieces: Vec<&[u8]> = if self.data.is_empty() { vec![&[]] } else { self.data.chunks(SHORT).collect() };
        let last = pieces.len() - 1;
        pieces.iter().enumerate().map(|(index, piece)| self.frame(piece, index == last, 0)).collect()
    }

    /// The last APDU again, with the exact Le the card named in a 6Cxx.
    pub(crate) fn frame_with_le(&self, le: u8) -> Zeroizing<Vec<u8>> {
        let tail = self.data.chunks(SHORT).next_back().unwrap_or_default();
        self.frame(tail, true, le)
    }

    fn frame(&self, piece: &[u8], is_last: bool, le: u8) -> Zeroizing<Vec<u8>> {
        let class = if is_last { 0 } else { CHAINED };
        let mut bytes = Zeroizing::new(Vec::with_capacity(6 + piece.len()));
        bytes.extend_from_slice(&[class, self.instruction as u8, self.p1, self.p2]);
        if let (Ok(length), false) = (u8::try_from(piece.len()), piece.is_empty()) {
            bytes.push(length);
            bytes.extend_from_slice(piece);
        }
        if is_last && (self.wants_answer || piece.is_empty() && le != 0) {
            bytes.push(le);
        }
        bytes
    }
}

/// What a status word means here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Status {
    /// 9000.
    Done,
    /// 61xx: more bytes wait for GET RESPONSE (0 = 256 or more).
    More(u8),
    /// 6Cxx: ask again with this Le.
    AskAgain(u8),
    /// 63Cx: not verified, this many tries are left.
    TriesLeft(u8),
    /// 6983: no tries left.
    Blocked,
    /// 6982: the PIN or the management key comes first.
    NotAllowed,
    /// 6A82, 6A88: no such application or object.
    NotFound,
    /// Anything else.
    Other(u16),
}

impl From<u16> for Status {
    fn from(word: u16) -> Self {
        let [high, low] = word.to_be_bytes();
        match (high, low) {
            (0x90, 0x00) => Self::Done,
            (0x61, rest) => Self::More(rest),
            (0x6C, le) => Self::AskAgain(le),
            (0x63, tries) if tries & 0xF0 == 0xC0 => Self::TriesLeft(tries & 0x0F),
            (0x69, 0x83) => Self::Blocked,
            (0x69, 0x82) => Self::NotAllowed,
            (0x6A, 0x82 | 0x88) => Self::NotFound,
            _ => Self::Other(word),
        }
    }
}

/// A card's answer: data and status word. The data is wiped on drop.
pub struct Answer {
    /// Bytes before the status word.
    pub data: Zeroizing<Vec<u8>>,
    /// The status word as sent.
    pub word: u16,
}

impl Answer {
    /// Splits raw bytes. `None` when they are shorter than a status word: a torn exchange, not an answer.
    #[must_use]
    pub fn parse(mut raw: Zeroizing<Vec<u8>>) -> Option<Self> {
        let (_, word) = raw.split_last_chunk::<2>()?;
        let word = u16::from_be_bytes(*word);
        let length = raw.len() - 2;
        raw.truncate(length);
        Some(Self { data: raw, word })
    }

    /// The meaning of the status word.
    #[must_use]
    pub fn status(&self) -> Status {
        Status::from(self.word)
    }
}

/// Takes one BER-TLV object with a one- or two-byte tag off the front: tag, value, and what follows.
#[must_use]
pub fn take_tlv(bytes: &[u8]) -> Option<(u16, &[u8], &[u8])> {
    let (tag, length, rest) = find_head(bytes)?;
    let (value, rest) = rest.split_at_checked(length)?;
    Some((tag, value, rest))
}

/// Tag and announced length of the object that begins here, and what there is of it and after it.
pub(crate) fn find_head(bytes: &[u8]) -> Option<(u16, usize, &[u8])> {
    let (&first, rest) = bytes.split_first()?;
    let (tag, rest) = if first & 0x1F == 0x1F {
        let (&second, rest) = rest.split_first()?;
        (u16::from_be_bytes([first, second]), rest)
    } else {
        (u16::from(first), rest)
    };
    let (length, rest) = take_length(rest)?;
    Some((tag, length, rest))
}

fn take_length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    match bytes {
        [0x82, high, low, rest @ ..] => Some((usize::from(u16::from_be_bytes([*high, *low])), rest)),
        [0x81, length, rest @ ..] => Some((usize::from(*length), rest)),
        [length @ 0..=0x7F, rest @ ..] => Some((usize::from(*length), rest)),
        _ => None,
    }
}

/// The value of the first object with this tag among siblings.
#[must_use]
pub fn find_tlv(mut bytes: &[u8], wanted: u16) -> Option<&[u8]> {
    while let Some((tag, value, rest)) = take_tlv(bytes) {
        if tag == wanted {
            return Some(value);
        }
        bytes = rest;
    }
    None
}

/// Writes one object with a one-byte tag. Values over 65,535 bytes are cut off by `None`.
#[must_use]
pub fn make_tlv(tag: u8, value: &[u8]) -> Option<Vec<u8>> {
    let length = u16::try_from(value.len()).ok()?;
    let mut bytes = vec![tag];
    match (length, length.to_be_bytes()) {
        (0..=0x7F, [_, low]) => bytes.push(low),
        (0x80..=0xFF, [_, low]) => bytes.extend_from_slice(&[0x81, low]),
        (_, [high, low]) => bytes.extend_from_slice(&[0x82, high, low]),
    }
    bytes.extend_from_slice(value);
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_command_is_chained_and_only_its_last_piece_asks() {
        let frames = Command::new(Instruction::PutData, 0x3F, 0xFF, &[7; 300]).asking().frames();
        assert_eq!(frames.len(), 2);
        assert_eq!(frames[0][..5], [0x10, 0xDB, 0x3F, 0xFF, 255]);
        assert_eq!(frames[1][..5], [0x00, 0xDB, 0x3F, 0xFF, 45]);
        assert_eq!((frames[0].len(), frames[1].len()), (5 + 255, 5 + 45 + 1));
    }

    #[test]
    fn an_empty_verify_is_four_bytes() {
        let frames = Command::new(Instruction::Verify, 0, 0x80, &[]).frames();
        assert_eq!(*frames[0], [0x00, 0x20, 0x00, 0x80]);
    }

    #[test]
    fn one_byte_is_not_an_answer() {
        assert!(Answer::parse(Zeroizing::new(vec![0x90])).is_none());
        assert!(Answer::parse(Zeroizing::new(Vec::new())).is_none());
    }

    #[test]
    fn written_objects_are_read_back_at_every_length_form() {
        for length in [0, 1, 127, 128, 255, 256, 65_535] {
            let bytes = make_tlv(0x53, &vec![9; length]).unwrap();
            let (tag, value, rest) = take_tlv(&bytes).unwrap();
            assert_eq!((tag, value.len(), rest.len()), (0x53, length, 0));
        }
    }
}
