//! One change of one record, as bytes.
//!
//! A frame is its length after these four bytes (u32), its kind (u8), its sequence (u64) and the kind's body; all numbers
//! are big-endian. docs/formats/feed-v1.md describes each body.

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
    /// Longest frame without the four bytes of its length: a record, its photo and what stands beside them are far
    /// shorter.
    pub const MAX_LEN: usize = 256 * 1024;
    /// No kind is shorter than a removal: kind, sequence, record, reason.
    pub(crate) const MIN_LEN: usize = 1 + 8 + 16 + 1;

    /// Appends the frame's bytes, its length first.
    ///
    /// # Errors
    ///
    /// [`WireError::TooLong`] when it would be longer than [`Frame::MAX_LEN`], or more cards or tokens than a frame
    /// counts (255). `bytes` is as it was before. One resident's change that cannot be sent must never stop the others'.
    pub fn encode(&self, bytes: &mut Vec<u8>) -> Result<(), WireError> {
        let mut body = Vec::new();
        match &self.change {
            Change::Put(row) => {
                self.begin(PUT, &mut body);
                put_row(row, &mut body)?;
            }
            Change::Cards(cards) => {
                self.begin(CARDS, &mut body);
                put_cards(cards, &mut body)?;
            }
            Change::Remove { record, reason } => {
                self.begin(REMOVE, &mut body);
                body.extend_from_slice(record.as_bytes());
                body.push(reason_code(*reason));
            }
        }
        if body.len() > Self::MAX_LEN {
            return Err(WireError::TooLong);
        }
        put_blob(&body, bytes)
    }

    fn begin(&self, kind: u8, body: &mut Vec<u8>) {
        body.push(kind);
        body.extend_from_slice(&self.sequence.to_be_bytes());
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
        let body = take_blob(rest).map_err(|_| WireError::Malformed("frame length"))?;
        if body.len() < Self::MIN_LEN {
            return Err(WireError::Malformed("frame shorter than any"));
        }
        Ok(Some(Self::decode(body, feed)))
    }

    fn decode(body: &[u8], feed: FeedId) -> Result<Self, BadFrame> {
        let mut rest = body;
        let bad = |sequence, record| move |reason| BadFrame { sequence, record, reason };
        let [kind] = take(&mut rest).map_err(bad(None, None))?;
        let sequence = u64::from_be_bytes(take(&mut rest).map_err(bad(None, None))?);
        let record = record_of(kind, rest);
        let bad = bad(Some(sequence), record);
        if body.len() > Self::MAX_LEN {
            return Err(bad("longer than it may be"));
        }
        let change = match kind {
            PUT => Change::Put(take_row(&mut rest).map_err(bad)?),
            CARDS => Change::Cards(take_cards(&mut rest).map_err(bad)?),
            REMOVE => Change::Remove {
                record: RecordId::from_bytes(take(&mut rest).map_err(bad)?),
                reason: take_reason(&mut rest).map_err(bad)?,
            },
            _ => return Err(bad("a kind that this program does not know")),
        };
        match &change {
            _ if !rest.is_empty() => Err(bad("bytes after its end")),
            Change::Put(row) if row.record.header().feed != feed => Err(bad("another region's record")),
            _ => Ok(Self { sequence, change }),
        }
    }
}

/// The record of a frame that may turn out to be bad: it stands first in every kind's body.
fn record_of(kind: u8, body: &[u8]) -> Option<RecordId> {
    let mut rest = body;
    match kind {
        PUT => SealedRecord::decode(take_blob(&mut rest).ok()?).ok().map(|record| record.header().record),
        CARDS | REMOVE => take(&mut rest).ok().map(RecordId::from_bytes),
        _ => None,
    }
}

fn put_row(row: &Row, bytes: &mut Vec<u8>) -> Result<(), WireError> {
    put_blob(&row.record.encode(), bytes)?;
    put_blob(row.photo.as_ref().map_or(&[], SealedPhoto::encode), bytes)?;
    bytes.extend_from_slice(row.card_token.as_bytes());
    put_openers(&row.openers, bytes)?;
    bytes.push(length8(row.tokens.len())?);
    row.tokens.iter().for_each(|token| bytes.extend_from_slice(token.as_bytes()));
    bytes.extend_from_slice(&row.directory.birth_year.to_be_bytes());
    put_blob(&row.directory.sealed, bytes)
}

fn take_row(rest: &mut &[u8]) -> Result<Row, &'static str> {
    let record = SealedRecord::decode(take_blob(rest)?).map_err(|_| "not a sealed record")?;
    let photo = match take_blob(rest)? {
        [] => None,
        photo => Some(SealedPhoto::decode(photo).map_err(|_| "not a sealed photo")?),
    };
    let card_token = Token::from_bytes(take(rest)?);
    let openers = take_openers(rest)?;
    let [tokens] = take(rest)?;
    let tokens = (0..tokens).map(|_| take(rest).map(Token::from_bytes)).collect::<Result<_, _>>()?;
    let birth_year = u16::from_be_bytes(take(rest)?);
    let directory = SealedDirectoryEntry { birth_year, sealed: take_blob(rest)?.to_vec() };
    Ok(Row { record, photo, card_token, openers, tokens, directory })
}

fn put_cards(cards: &CardChange, bytes: &mut Vec<u8>) -> Result<(), WireError> {
    bytes.extend_from_slice(cards.record.as_bytes());
    bytes.extend_from_slice(&cards.version.to_be_bytes());
    bytes.extend_from_slice(cards.card_token.as_bytes());
    put_openers(&cards.openers, bytes)
}

fn take_cards(rest: &mut &[u8]) -> Result<CardChange, &'static str> {
    Ok(CardChange {
        record: RecordId::from_bytes(take(rest)?),
        version: u64::from_be_bytes(take(rest)?),
        card_token: Token::from_bytes(take(rest)?),
        openers: take_openers(rest)?,
    })
}

fn put_openers(openers: &[Opener], bytes: &mut Vec<u8>) -> Result<(), WireError> {
    bytes.push(length8(openers.len())?);
    openers.iter().for_each(|opener| bytes.extend_from_slice(&opener.encode()));
    Ok(())
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

fn put_blob(blob: &[u8], bytes: &mut Vec<u8>) -> Result<(), WireError> {
    let length = u32::try_from(blob.len()).map_err(|_| WireError::TooLong)?;
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(blob);
    Ok(())
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

fn length8(count: usize) -> Result<u8, WireError> {
    u8::try_from(count).map_err(|_| WireError::TooLong)
}
