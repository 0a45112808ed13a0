//! Which head is believed.

use chrono::{DateTime, TimeDelta, Utc};
use kakari_record::seal::FeedId;

use super::Refusal;
use crate::{Head, Manifest, ObjectRef, Orders, Pack, ReleaseRef, RosterRef, Signed, WireError, digests};

/// A head may be this much ahead of the tablet's clock.
pub(super) const AHEAD: TimeDelta = TimeDelta::hours(1);
/// A head may be this many generations further: a tablet that was away while its region was restored more than once takes
/// the newest snapshot. Whoever had the region's key could go further by several heads, so a smaller number keeps nobody out.
const GENERATIONS_AHEAD: u64 = 16;
/// Longest dictionary that is read, in bytes.
pub const MAX_DICTIONARY_LEN: u64 = 1024 * 1024;

/// The highest place in the feed that was ever believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The feed's generation.
    pub generation: u64,
    /// The sequence in it.
    pub sequence: u64,
    /// When the head was signed.
    pub issued_at: DateTime<Utc>,
}

/// What a tablet knows about the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnTime {
    /// Its own clock.
    pub now: DateTime<Utc>,
    /// The newest moment that it has proof of (a signed head, a server's answer, its certificate's beginning): it is at
    /// least as late as this, whatever the clock says.
    pub floor: Option<DateTime<Utc>>,
}

/// What a tablet measures a head against.
#[derive(Clone, Copy, Debug)]
pub struct Trust<'a> {
    /// The region's Ed25519 key from the enrolment.
    pub region_key: &'a [u8; 32],
    /// The region's feed from the enrolment.
    pub feed: FeedId,
    /// The highest place that was ever believed; none before the first head.
    pub highest: Option<Place>,
    /// The tablet's time.
    pub time: OwnTime,
}

impl OwnTime {
    /// Whether the clock stands before something that has happened already.
    pub fn is_doubtful(&self) -> bool {
        self.floor.is_some_and(|floor| self.now < floor)
    }

    /// The earliest that it can be now.
    pub fn at_least(&self) -> DateTime<Utc> {
        self.floor.map_or(self.now, |floor| floor.max(self.now))
    }
}

impl Place {
    /// Where a head stands.
    pub const fn of(head: &Head) -> Self {
        Self { generation: head.generation, sequence: head.sequence, issued_at: head.issued_at }
    }
}

impl Trust<'_> {
    /// The head in `bytes`, when all of it is to be believed: signature, feed, generation, place, time, structure.
    pub fn verify_head(&self, bytes: &[u8]) -> Result<Head, Refusal> {
        if bytes.len() > Head::MAX_LEN {
            return Err(Refusal::Endless);
        }
        let head = self.read(bytes)?;
        self.verify_place(&head)?;
        self.verify_time(&head)?;
        verify_structure(&head)?;
        verify_releases(&head)?;
        verify_sizes(&head)?;
        Ok(head)
    }

    fn read(&self, bytes: &[u8]) -> Result<Head, Refusal> {
        let signed = Signed::<Head>::decode(bytes).map_err(|_| Refusal::Arbitrary)?;
        match signed.verify(self.region_key) {
            Ok(head) if head.feed() == self.feed => Ok(head),
            Ok(_) => Err(Refusal::WrongRegion),
            Err(WireError::NotSigned) => Err(match signed.peek() {
                Ok(head) if head.feed() == self.feed => Refusal::WrongKey,
                Ok(_) => Refusal::WrongRegion,
                Err(_) => Refusal::Arbitrary,
            }),
            Err(_) => Err(Refusal::UnknownForm),
        }
    }

    fn verify_place(&self, head: &Head) -> Result<(), Refusal> {
        let Some(highest) = self.highest else { return Ok(()) };
        if head.generation > highest.generation.saturating_add(GENERATIONS_AHEAD) {
            return Err(Refusal::GenerationJump);
        }
        if Place::of(head) < highest { Err(Refusal::Rollback) } else { Ok(()) }
    }

    fn verify_time(&self, head: &Head) -> Result<(), Refusal> {
        if head.expires_at <= self.time.at_least() {
            return Err(Refusal::Freeze);
        }
        let ahead = head.issued_at > self.time.now + AHEAD && !self.time.is_doubtful();
        if ahead { Err(Refusal::Future) } else { Ok(()) }
    }
}

/// Deltas without a gap up to the head's sequence, and a snapshot from which they carry on.
fn verify_structure(head: &Head) -> Result<(), Refusal> {
    let ascending = head.deltas.iter().all(|delta| delta.from < delta.to);
    let without_gap = head.deltas.windows(2).all(|pair| pair[0].to == pair[1].from);
    let snapshot = head.snapshot.map(|snapshot| snapshot.sequence);
    let reached = head.deltas.last().map(|delta| delta.to).or(snapshot).unwrap_or(0);
    let first = head.deltas.first().map(|delta| delta.from);
    let carries_on = match (snapshot, first) {
        (Some(snapshot), Some(first)) => (first..=head.sequence).contains(&snapshot),
        (None, Some(first)) => first == 0,
        _ => true,
    };
    let digests = head.digests.is_none_or(|digests| digests.sequence <= head.sequence);
    let sound = ascending && without_gap && reached == head.sequence && carries_on && digests;
    if sound { Ok(()) } else { Err(Refusal::BeyondPacks) }
}

/// Each architecture once, and what names a version at all.
fn verify_releases(head: &Head) -> Result<(), Refusal> {
    let releases = &head.releases;
    let once = (1..releases.len())
        .all(|at| releases[..at].iter().all(|before| before.architecture != releases[at].architecture));
    let sound = releases.len() <= ReleaseRef::MOST && once && releases.iter().all(ReleaseRef::is_sound);
    if sound { Ok(()) } else { Err(Refusal::ReleaseList) }
}

/// No object is announced longer than anybody reads.
fn verify_sizes(head: &Head) -> Result<(), Refusal> {
    let fits = |object: &ObjectRef, limit: u64| object.size <= limit;
    let pack = Pack::MAX_LEN as u64;
    let deltas = head.deltas.iter().all(|delta| fits(&delta.object, pack) && delta.unpacked <= pack);
    let snapshot = head.snapshot.iter().all(|snapshot| fits(&snapshot.manifest, Manifest::MAX_LEN as u64));
    let digests = head.digests.iter().all(|digests| fits(&digests.object, digests::LEN as u64));
    let orders = head.orders.iter().all(|orders| fits(orders, Orders::MAX_LEN as u64));
    let dictionaries = head.dictionaries.iter().all(|dictionary| fits(&dictionary.object, MAX_DICTIONARY_LEN));
    let roster = fits(&head.roster.object, RosterRef::MAX_LEN);
    let releases = head.releases.iter().all(ReleaseRef::fits);
    let all = [deltas, snapshot, digests, orders, dictionaries, roster, releases];
    if all.into_iter().all(|fits| fits) { Ok(()) } else { Err(Refusal::Endless) }
}
