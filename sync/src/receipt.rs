//! Audit rows out, a signed receipt back.

use chrono::{DateTime, Utc};
use kakari_record::audit;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use crate::signed::Statement;
use crate::{WireError, cbor};

const FORM: u8 = 1;

/// Audit rows of one tablet, in the order of its chain and without a gap. Known by (tablet, first, last, head): sent
/// again, it is the same batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditBatch {
    /// The tablet; must be the one that its certificate names.
    pub tablet: String,
    /// Sequence of the first row.
    pub first: u64,
    /// Hash of the row before the first; zeros before row 1.
    #[serde(with = "serde_bytes")]
    pub previous: [u8; 32],
    /// The rows' events, exactly as they were chained.
    pub events: Vec<ByteBuf>,
    /// Hash of the last row.
    #[serde(with = "serde_bytes")]
    pub head: [u8; 32],
}

/// What the region received for good. Only this marks rows 受領済.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// The region's feed.
    #[serde(with = "serde_bytes")]
    pub feed: [u8; 16],
    /// Whose rows.
    pub tablet: String,
    /// Every row up to and with this one is stored.
    pub last: u64,
    /// Its hash, so that the receipt is for this chain and no other.
    #[serde(with = "serde_bytes")]
    pub head: [u8; 32],
    /// The server's clock.
    #[serde(with = "chrono::serde::ts_milliseconds")]
    pub received_at: DateTime<Utc>,
}

impl Statement for Receipt {
    const CONTEXT: &'static [u8] = b"kakari receipt v1\0";
    const LIMIT: usize = Self::MAX_LEN;
}

impl Receipt {
    /// Longest signed receipt that anybody reads, in bytes.
    pub const MAX_LEN: usize = 4 * 1024;
}

impl AuditBatch {
    /// Most rows in one batch.
    pub const MAX_ROWS: usize = 500;
    /// No chain is longer: both ends keep a sequence as a signed number of 64 bits.
    const MAX_SEQUENCE: u64 = i64::MAX.cast_unsigned();
    /// Longest batch that the server reads, in bytes. A batch closes at [`AuditBatch::MAX_ROWS`], or before it grows
    /// beyond this.
    pub const MAX_LEN: usize = 1024 * 1024;

    /// Sequence of the last row.
    pub fn last(&self) -> u64 {
        let count = u64::try_from(self.events.len()).unwrap_or(u64::MAX);
        self.first.saturating_add(count).saturating_sub(1)
    }

    /// The hash of each row, when the rows follow from `previous` and end in `head`.
    pub fn hashes(&self) -> Result<Vec<[u8; 32]>, WireError> {
        let count = u64::try_from(self.events.len()).map_err(|_| WireError::TooLong)?;
        let last = self.first.checked_add(count).filter(|end| *end <= Self::MAX_SEQUENCE);
        if !(1..=Self::MAX_ROWS).contains(&self.events.len()) || self.first < 1 || last.is_none() {
            return Err(WireError::Malformed("count of rows"));
        }
        let mut previous = self.previous;
        let rows = (self.first..).zip(&self.events);
        let hashes: Vec<_> = rows
            .map(|(sequence, event)| {
                previous = audit::chain(sequence, &previous, event);
                previous
            })
            .collect();
        if previous == self.head { Ok(hashes) } else { Err(WireError::Malformed("chain")) }
    }

    /// As it is sent.
    pub fn encode(&self) -> Vec<u8> {
        cbor::encode(FORM, self)
    }

    /// Reads what [`AuditBatch::encode`] wrote.
    pub fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        cbor::decode(FORM, bytes, Self::MAX_LEN)
    }
}
