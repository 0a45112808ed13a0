//! Orders of the region to its tablets.

use chrono::{DateTime, TimeDelta, Utc};
use ring::signature::{ED25519, Ed25519KeyPair, UnparsedPublicKey};
use serde::{Deserialize, Serialize};
use serde_bytes::Bytes;

use crate::cbor;
use crate::signed::Statement;

/// What the region tells tablets, all in one signed object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Orders {
    /// The region's feed.
    #[serde(with = "serde_bytes")]
    pub feed: [u8; 16],
    /// Grows with every change.
    pub version: u64,
    /// How every tablet is to behave.
    pub settings: Settings,
    /// Orders to single tablets, oldest first.
    pub orders: Vec<Order>,
}

/// How every tablet of the region is to behave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Days without contact after which a tablet forgets its wraps; warned from the seventh. A tablet takes no fewer
    /// than [`Settings::LEAST_LEASE_DAYS`].
    pub lease_days: u16,
    /// Seconds between two looks at the head. A tablet looks at least daily.
    pub poll_seconds: u32,
    /// Bytes that a tablet may move over a metered link in a day.
    pub metered_bytes_per_day: u64,
}

impl Settings {
    /// No setting makes a lease shorter: a lease of nothing would be a mass wipe without a second officer.
    pub const LEAST_LEASE_DAYS: u16 = 3;
    /// No setting keeps a tablet from looking for longer, in seconds.
    pub const LONGEST_POLL: u32 = 24 * 60 * 60;
}

/// An order to one tablet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// Random; the tablet's receipt names it.
    #[serde(with = "serde_bytes")]
    pub nonce: [u8; 16],
    /// The one tablet that it is for.
    pub tablet: String,
    /// What to do.
    pub kind: OrderKind,
    /// When it was given.
    #[serde(with = "chrono::serde::ts_seconds")]
    pub issued_at: DateTime<Utc>,
    /// When it no longer counts.
    #[serde(with = "chrono::serde::ts_seconds")]
    pub expires_at: DateTime<Utc>,
    /// A second officer's key and Ed25519 signature over [`Order::countersigned`].
    #[serde(with = "cbor::countersignature")]
    pub countersignature: Option<([u8; 32], Vec<u8>)>,
}

/// What a tablet is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum OrderKind {
    /// Erase everything and tell so.
    Wipe,
}

/// A wipe that a second officer has to agree to: too many within an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("more than {} wipe orders within an hour and no second officer's signature", Orders::WIPES_PER_HOUR)]
pub struct MassWipe;

impl Statement for Orders {
    const CONTEXT: &'static [u8] = b"kakari orders v1\0";
    const LIMIT: usize = Self::MAX_LEN;
}

impl Orders {
    /// Longest signed list of orders that anybody reads, in bytes.
    pub const MAX_LEN: usize = 256 * 1024;
    /// Wipe orders within any hour that one officer may give alone.
    pub const WIPES_PER_HOUR: usize = 3;

    /// The wipe that `tablet` is to carry out at `now`, if there is one. `officers` are the keys that the tablet was
    /// given when it was enrolled, never later ones.
    pub fn wipe_of(&self, tablet: &str, now: DateTime<Utc>, officers: &[[u8; 32]]) -> Result<Option<&Order>, MassWipe> {
        let in_force =
            |order: &&Order| order.tablet == tablet && order.kind == OrderKind::Wipe && order.expires_at > now;
        let wanted: Vec<_> = self.orders.iter().filter(in_force).collect();
        // Given alone and among too many, an order waits for one that a second officer signed; it does not stand in its way.
        let times = self.wipe_times();
        let allowed = |order: &&Order| {
            wipes_around(&times, order.issued_at) <= Self::WIPES_PER_HOUR
                || order.is_countersigned(&self.feed, officers)
        };
        match wanted.iter().copied().find(allowed) {
            None if !wanted.is_empty() => Err(MassWipe),
            found => Ok(found),
        }
    }

    /// When each wipe was given, expired ones as well, oldest first.
    fn wipe_times(&self) -> Vec<DateTime<Utc>> {
        let wipes = self.orders.iter().filter(|order| order.kind == OrderKind::Wipe);
        let mut times: Vec<_> = wipes.map(|order| order.issued_at).collect();
        times.sort_unstable();
        times
    }
}

/// The most wipes, the one given at `order` among them, that were given within one hour. `times` are in order.
fn wipes_around(times: &[DateTime<Utc>], order: DateTime<Utc>) -> usize {
    let hour = TimeDelta::hours(1);
    let begins = times.iter().enumerate().filter(|(_, begin)| **begin <= order && order - **begin < hour);
    begins.map(|(at, begin)| times[at..].partition_point(|other| *other - *begin < hour)).max().unwrap_or(0)
}

impl Order {
    /// What a second officer signs: that this order, to this tablet, is meant.
    pub fn countersigned(&self, feed: &[u8; 16]) -> Vec<u8> {
        let (feed, nonce) = (Bytes::new(feed), Bytes::new(&self.nonce));
        let what = (feed, nonce, &self.tablet, self.kind, self.issued_at.timestamp(), self.expires_at.timestamp());
        [b"kakari countersigned order v1\0".as_slice(), &cbor::encode(1, &what)].concat()
    }

    /// Adds the second officer's signature.
    #[must_use]
    pub fn countersign(self, feed: &[u8; 16], officer: &Ed25519KeyPair) -> Self {
        use ring::signature::KeyPair;
        let mut key = [0; 32];
        key.copy_from_slice(officer.public_key().as_ref());
        let signature = officer.sign(&self.countersigned(feed)).as_ref().to_vec();
        Self { countersignature: Some((key, signature)), ..self }
    }

    fn is_countersigned(&self, feed: &[u8; 16], officers: &[[u8; 32]]) -> bool {
        self.countersignature.as_ref().is_some_and(|(key, signature)| {
            officers.contains(key)
                && UnparsedPublicKey::new(&ED25519, key).verify(&self.countersigned(feed), signature).is_ok()
        })
    }
}
