//! One change of one record, as bytes.
//!
//! A frame is its length after these four bytes (u32), its kind (u8), its sequence (u64) and the kind's body; all numbers
//! are big-endian. docs/FORMATS.md describes each body.

use kakari_record::seal::{
    CardChange, Change, FeedId, Opener, RecordId, Removal, Row, SealedDirectoryEntry, SealedPhoto, SealedRecord, Token,
};

use crate::WireError;

const PUT: u8 = 1;
const CARDS: u8 = 2;
const REMOVE: u8 = 3;

/// One change and its place in the feed's sequence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The change's number: one sequence over all records, given out by the one publisher.
    pub sequence: u64,
    /// What changes.
    pub change: Change,
}

/// A frame that cannot be taken. The others of its pack can.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("row cannot be taken: {reason}")]
pub struct BadFrame {
    /// Its sequence, if that could be read.
    pub sequence: Option<u64>,
    /// Its record, if that could be read.
    pub record: Option<RecordId>,
    /// Why.
    pub reason: &'static str,
}

impl Frame {
    /// Longest frame, in bytes: a record, its photo and what stands beside them are far shorter.
    pub const MAX_LEN: usize = 256 * 1024;

    /// Appends the frame's bytes, its length first.
    pub fn encode(&self, bytes: &mut Vec<u8>) {
        let begin = bytes.len();
        bytes.extend_from_slice(&[0; 4]);
        match &self.change {
            Change::Put(row) => {
                self.begin(PUT, bytes);
                put_row(row, bytes);
            }
            Change::Cards(cards) => {
                self.begin(CARDS, bytes);
                put_cards(cards, bytes);
            }
            Change::Remove { record, reason } => {
                self.begin(REMOVE, bytes);
                bytes.extend_from_slice(record.as_bytes());
                bytes.push(reason_code(*reason));
            }
        }
        let length = length32(bytes.len() - begin - 4);
        bytes[begin..begin + 4].copy_from_slice(&length);
    }

    fn begin(&self, kind: u8, bytes: &mut Vec<u8>) {
        bytes.push(kind);
        bytes.extend_from_slice(&self.sequence.to_be_bytes());
    }

    /// Reads the next frame of `rest` and moves it on. `None` at the end.
    ///
    /// # Errors
    ///
    /// [`WireError`] when no next frame can be found, so that the whole pack is of no use; [`BadFrame`] inside when only
    /// this one is.
    pub fn decode_next(rest: &mut &[u8], feed: FeedId) -> Result<Option<Result<Self, BadFrame>>, WireError> {
        if rest.is_empty() {
            return Ok(None);
        }
        let length: [u8; 4] = take(rest).map_err(|_| WireError::Malformed("frame length"))?;
        let length = usize::try_from(u32::from_be_bytes(length)).map_err(|_| WireError::TooLong)?;
        if length > Self::MAX_LEN {
            return Err(WireError::TooLong);
        }
        let (body, after) = rest.split_at_checked(length).ok_or(WireError::Malformed("frame"))?;
        *rest = after;
        Ok(Some(Self::decode(body, feed)))
    }

    fn decode(body: &[u8], feed: FeedId) -> Result<Self, BadFrame> {
        let mut rest = body;
        let unread = |reason| BadFrame { sequence: None, record: None, reason };
        let [kind] = take(&mut rest).map_err(unread)?;
        let sequence = u64::from_be_bytes(take(&mut rest).map_err(unread)?);
        let bad = |reason| BadFrame { sequence: Some(sequence), record: None, reason };
        let change = match kind {
            PUT => Change::Put(take_row(&mut rest).map_err(bad)?),
            CARDS => Change::Cards(take_cards(&mut rest).map_err(bad)?),
            REMOVE => Change::Remove {
                record: RecordId::from_bytes(take(&mut rest).map_err(bad)?),
                reason: take_reason(&mut rest).map_err(bad)?,
            },
            _ => return Err(bad("a kind that this program does not know")),
        };
        let of_record = |reason| BadFrame { sequence: Some(sequence), record: Some(change.record()), reason };
        if !rest.is_empty() {
            return Err(of_record("bytes after its end"));
        }
        match &change {
            Change::Put(row) if row.record.header().feed != feed => Err(of_record("another region's record")),
            _ => Ok(Self { sequence, change }),
        }
    }
}

fn put_row(row: &Row, bytes: &mut Vec<u8>) {
    bytes.extend_from_slice(row.card_token.as_bytes());
    put_openers(&row.openers, bytes);
    bytes.push(length8(row.tokens.len()));
    row.tokens.iter().for_each(|token| bytes.extend_from_slice(token.as_bytes()));
    bytes.extend_from_slice(&row.directory.birth_year.to_be_bytes());
    put_blob(&row.directory.sealed, bytes);
    put_blob(&row.record.encode(), bytes);
    match &row.photo {
        Some(photo) => put_blob(photo.encode(), bytes),
        None => put_blob(&[], bytes),
    }
}

fn take_row(rest: &mut &[u8]) -> Result<Row, &'static str> {
    let card_token = Token::from_bytes(take(rest)?);
    let openers = take_openers(rest)?;
    let [tokens] = take(rest)?;
    let tokens = (0..tokens).map(|_| take(rest).map(Token::from_bytes)).collect::<Result<_, _>>()?;
    let birth_year = u16::from_be_bytes(take(rest)?);
    let directory = SealedDirectoryEntry { birth_year, sealed: take_blob(rest)?.to_vec() };
    let record = SealedRecord::decode(take_blob(rest)?).map_err(|_| "not a sealed record")?;
    let photo = match take_blob(rest)? {
        [] => None,
        photo => Some(SealedPhoto::decode(photo).map_err(|_| "not a sealed photo")?),
    };
    Ok(Row { record, photo, card_token, openers, tokens, directory })
}

fn put_cards(cards: &CardChange, bytes: &mut Vec<u8>) {
    bytes.extend_from_slice(cards.record.as_bytes());
    bytes.extend_from_slice(&cards.version.to_be_bytes());
    bytes.extend_from_slice(cards.card_token.as_bytes());
    put_openers(&cards.openers, bytes);
}

fn take_cards(rest: &mut &[u8]) -> Result<CardChange, &'static str> {
    Ok(CardChange {
        record: RecordId::from_bytes(take(rest)?),
        version: u64::from_be_bytes(take(rest)?),
        card_token: Token::from_bytes(take(rest)?),
        openers: take_openers(rest)?,
    })
}

fn put_openers(openers: &[Opener], bytes: &mut Vec<u8>) {
    bytes.push(length8(openers.len()));
    openers.iter().for_each(|opener| bytes.extend_from_slice(&opener.encode()));
}

fn take_openers(rest: &mut &[u8]) -> Result<Vec<Opener>, &'static str> {
    let [count] = take(rest)?;
    (0..count).map(|_| Opener::decode(&take::<{ Opener::LEN }>(rest)?).map_err(|_| "not an opener")).collect()
}

const fn reason_code(reason: Removal) -> u8 {
    match reason {
        Removal::Withdrawn => 1,
        Removal::Deceased => 2,
        Removal::Moved => 3,
    }
}

fn take_reason(rest: &mut &[u8]) -> Result<Removal, &'static str> {
    match take::<1>(rest)? {
        [1] => Ok(Removal::Withdrawn),
        [2] => Ok(Removal::Deceased),
        [3] => Ok(Removal::Moved),
        _ => Err("an unknown reason of removal"),
    }
}

fn put_blob(blob: &[u8], bytes: &mut Vec<u8>) {
    bytes.extend_from_slice(&length32(blob.len()));
    bytes.extend_from_slice(blob);
}

fn take_blob<'a>(rest: &mut &'a [u8]) -> Result<&'a [u8], &'static str> {
    let length = usize::try_from(u32::from_be_bytes(take(rest)?)).map_err(|_| "a length beyond the frame")?;
    let (blob, after) = rest.split_at_checked(length).ok_or("a length beyond the frame")?;
    *rest = after;
    Ok(blob)
}

fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], &'static str> {
    let (head, tail) = rest.split_first_chunk().ok_or("too short")?;
    *rest = tail;
    Ok(*head)
}

fn length8(count: usize) -> u8 {
    u8::try_from(count).unwrap_or_else(|_| unreachable!("a resident has a few cards, phones and one house"))
}

fn length32(length: usize) -> [u8; 4] {
    u32::try_from(length).unwrap_or_else(|_| unreachable!("a frame is shorter than Frame::MAX_LEN")).to_be_bytes()
}
