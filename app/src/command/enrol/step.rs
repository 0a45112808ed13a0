//! What is done while a tablet is enrolled, and who is told of it.

use std::path::PathBuf;

use kakari_sync::client::{Outcome, StepProgress};

use super::by::By;

/// What is being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doing {
    /// The invitation, the region's keys, the tablet's own, its certificate.
    Invitation,
    /// The configuration and the store.
    Store,
    /// What the region published.
    Feed,
}

/// Something that was done, verified and stored. It stays done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verified {
    /// The region and the tablet proved to each other that they know the invitation; how, when that was noted.
    Invited(Option<By>),
    /// The tablet has its own keys and belongs to the region.
    Enrolled(Enrolled),
    /// A configuration was written here.
    Configuration(PathBuf),
    /// The store is there and opens.
    Store,
    /// The roster is believed, with so many members of staff.
    Roster(u64),
    /// So many records are here, of those that the region's signed head counts.
    Records { here: u64, of: u64 },
}

/// Whose this tablet is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Enrolled {
    pub(super) tablet: String,
    pub(super) vehicle: String,
    pub(super) region: String,
    pub(super) training: bool,
    /// False until the first contact of a tablet that was enrolled without a network.
    pub(super) certified: bool,
}

/// Who is told, in whatever way: lines, a window.
pub(super) trait Teller: Send {
    /// This begins.
    fn doing(&mut self, doing: Doing);
    /// This is done.
    fn verified(&mut self, verified: Verified);
    /// How far the fetching is.
    fn progress(&mut self, step: &StepProgress);
    /// The line broke off; what is missing is asked for again in a moment.
    fn again(&mut self, outcome: &Outcome);
}

/// A tablet that a crew can sign in to and find residents on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ready {
    pub(super) records: u64,
    pub(super) staff: u64,
}
