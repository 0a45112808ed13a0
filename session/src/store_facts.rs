//! What the session knows of the store and of what sync did to it.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use kakari_record::seal::Roster;

use crate::event::CrewMember;

/// What the open store says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreFacts {
    /// Residents in it.
    pub records: u64,
    /// Last successful sync, by the region's clock.
    pub synced_at: Option<DateTime<Utc>>,
    /// Invented residents.
    pub training: bool,
    /// Whether there is a roster to sign in by.
    pub roster: RosterState,
    /// How long this tablet may go on without its region; none where it was never enrolled to a server.
    pub lease: Option<Lease>,
    /// How much of the audit the region has received; none where there is no region to receive it.
    pub receipts: Option<Receipts>,
    /// No true clock stands before this: the newest time that the region signed or sent.
    pub not_before: Option<DateTime<Utc>>,
    /// What was searched without a card in the last twelve hours, read from the audit.
    pub searched: SearchTally,
}

/// What this tablet searched without a card. Counted over restarts and crews.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SearchTally {
    /// People named, each search's new ones.
    pub people: u32,
    /// Records opened.
    pub opened: u32,
}

/// Whether anybody can sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RosterState {
    /// Signed by the region.
    Believed(Arc<Roster>),
    /// None yet.
    Missing,
    /// Not signed by this region, or in a form not known here.
    NotBelieved,
}

impl RosterState {
    /// Whether this member may stay signed in: on the roster with this very card, and the card not refused.
    pub(crate) fn admits(&self, member: &CrewMember) -> bool {
        let Self::Believed(roster) = self else { return false };
        let entry = roster.staff_with_key(member.card.key);
        entry.is_some_and(|entry| entry.staff_id == member.staff_id) && !roster.is_revoked(&member.card.serial)
    }

    /// Whether somebody of this staff number is on the roster, with whatever card.
    pub(crate) fn names(&self, staff_id: &str) -> bool {
        matches!(self, Self::Believed(roster) if roster.staff.iter().any(|entry| entry.staff_id == staff_id))
    }
}

/// How long a tablet may go on without its region. The runner tells it anew at least once a minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// Days from one contact on.
    pub days: u16,
    /// What is left of them; zero or less when it is over.
    pub left: TimeDelta,
    /// True once the wraps are erased. It stays over until the region is heard again, whatever the clock says.
    pub wraps_erased: bool,
}

/// Audit rows and what the region has signed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipts {
    /// Rows without a receipt.
    pub waiting: u64,
    /// The region holds other rows under the same numbers.
    pub in_conflict: bool,
}

/// How far an ordered erasure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WipeStage {
    /// Begun; whatever is still there is being erased.
    Pending,
    /// Nothing is left.
    Done,
}

/// Why the store does not serve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreTrouble {
    /// No store: the tablet is not enrolled.
    Missing,
    /// The key cannot be read.
    NoKey,
    /// The key is another store's.
    WrongKey,
    /// Damaged.
    Damaged,
    /// Wrong key or damaged: cannot be told.
    WrongKeyOrDamaged,
    /// Written by a later version.
    Newer,
    /// The disk is full.
    Full,
    /// Held by the other process, or refused for another reason.
    Refused,
}
