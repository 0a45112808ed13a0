//! Rows of the size of sealed ones that are quickly made: everything in them follows from a number and a version, so that
//! a mixture of two versions is seen. Nothing in them opens.

use kakari_record::seal::{FeedId, Header, KeyId, Opener, RecordId, Row, SealedDirectoryEntry, SealedRecord, Token};

/// Bytes of a sealed summary in a training region, on average.
const RECORD: usize = 560;

/// Bytes that follow from what they are for (splitmix64).
struct Stream(u64);

impl Stream {
    fn of(what: u64, n: u64, version: u64) -> Self {
        Self(n.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ version.rotate_left(40) ^ what.rotate_left(56))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn bytes(&mut self, length: usize) -> Vec<u8> {
        let words = std::iter::repeat_with(|| self.next().to_be_bytes()).take(length.div_ceil(8));
        let mut bytes: Vec<u8> = words.flatten().collect();
        bytes.truncate(length);
        bytes
    }

    fn array<const N: usize>(&mut self) -> [u8; N] {
        self.bytes(N).try_into().expect("as long as asked")
    }
}

pub(crate) fn record_id(n: u64) -> RecordId {
    RecordId::from_bytes(Stream::of(1, n, 0).array())
}

pub(crate) fn card_token(n: u64) -> Token {
    Token::from_bytes(Stream::of(2, n, 0).array())
}

pub(crate) fn card_key(n: u64) -> KeyId {
    KeyId::from_bytes(Stream::of(3, n, 0).array())
}

/// The one opener of a version, for the card of `n`.
pub(crate) fn opener(n: u64, version: u64) -> Opener {
    let rest: [u8; Opener::LEN - 8] = Stream::of(4, n, version).array();
    Opener::decode(&[card_key(n).as_bytes().as_slice(), &rest].concat()).expect("an opener")
}

pub(crate) fn record(feed: FeedId, n: u64, version: u64) -> SealedRecord {
    let header = Header {
        feed,
        record: record_id(n),
        version,
        epoch: 1,
        dictionary: 1,
        card_key: KeyId::NONE,
        sealed_at: 1_795_000_000,
    };
    let rest = Stream::of(5, n, version).bytes(RECORD - Header::LEN);
    SealedRecord::decode(&[header.encode().as_slice(), &rest].concat()).expect("a record")
}

pub(crate) fn row(feed: FeedId, n: u64, version: u64) -> Row {
    let mut stream = Stream::of(6, n, 0);
    Row {
        record: record(feed, n, version),
        photo: None,
        card_token: card_token(n),
        openers: vec![opener(n, version)],
        tokens: vec![Token::from_bytes(stream.array()), Token::from_bytes(stream.array())],
        directory: SealedDirectoryEntry {
            birth_year: 1920 + u16::try_from(stream.next() % 100).expect("small"),
            sealed: Stream::of(7, n, version).bytes(120),
        },
    }
}
