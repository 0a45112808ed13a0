//! The glass goes dark when nobody touches it, and the first touch only lights it up.

use crate::session::{Session, StoreStatus};
use crate::state::State;

/// Without a touch or a card, where nobody is at work with a patient.
const DIM_MS: u64 = 90_000;

impl Session {
    /// Never where a patient is on the glass, looked for or about to be.
    pub(crate) fn is_dim(&self) -> bool {
        let rests = matches!(self.state, State::Standby(_) | State::SignIn(_) | State::Locked(_) | State::Station(_));
        rests && !matches!(self.store, StoreStatus::Opening) && self.idle_ms() >= DIM_MS
    }
}
