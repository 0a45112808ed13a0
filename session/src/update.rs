//! A new version of the program lies ready: it is taken at rest, never while somebody works with the tablet.

use crate::session::{Session, StoreStatus};
use crate::state::{Back, SignIn, Stage, State};
use crate::view::Mark;
use crate::{Effect, StoreTrouble};

/// The glass is untouched for so long before the program may end.
const REST_MS: u64 = 2 * 60 * 1000;

impl Session {
    /// Whether the store is open.
    pub fn has_store(&self) -> bool {
        matches!(self.store, StoreStatus::Open(_))
    }

    /// Why the store does not open, when it does not.
    pub fn store_trouble(&self) -> Option<StoreTrouble> {
        match self.store {
            StoreStatus::Failed(trouble) => Some(trouble),
            _ => None,
        }
    }

    /// Whether the program is to end, so that it is started anew with another version.
    pub fn ends_for_update(&self) -> bool {
        self.ends_for_update
    }

    pub(crate) fn mind_update(&mut self) -> Vec<Effect> {
        if self.update_ready.is_none() || self.rest_asked || !self.is_at_rest() {
            return Vec::new();
        }
        self.rest_asked = true;
        vec![Effect::NoteRest]
    }

    /// Without the mark that the tablet rests the next start would choose as before: the program stays, until it is told again.
    /// With the mark it ends, unless somebody has come meanwhile; then the mark has to go.
    pub(crate) fn rest_noted(&mut self, kept: bool) -> Vec<Effect> {
        self.ends_for_update = kept && self.is_at_rest();
        self.rest_asked = self.ends_for_update;
        if !kept {
            self.update_ready = None;
        }
        if kept && !self.ends_for_update { vec![Effect::ForgetRest] } else { Vec::new() }
    }

    /// Nobody is signed in and nobody is signing in, no card lies on the reader, nothing is being erased or synced by
    /// hand, no audit row waits in memory, and nobody has touched the glass for a while. A page round the work that somebody
    /// left open, or a word of what a sync came to that nobody has answered, is nobody at work.
    fn is_at_rest(&self) -> bool {
        let empty = matches!(
            &self.state,
            State::SignIn(SignIn { stage: Stage::NoCard, back: Back::Nobody, .. }) | State::Station(_)
        );
        let settled = matches!(self.store, StoreStatus::Open(_) | StoreStatus::Failed(_));
        let busy = self.card_present || self.rows_owed || self.is_syncing() || self.break_glass.is_some();
        empty && settled && !busy && self.crew.is_empty() && self.idle_ms() >= REST_MS
    }

    /// 「0.2.0 勤務終了後に入れ替え」
    pub(crate) fn update_line(&self) -> Option<(String, Mark)> {
        let version = self.update_ready.as_ref()?;
        let words = self.say(format!("{version} 勤務終了後に入れ替え"), format!("{version}, after the shift"));
        Some((words, Mark::Good))
    }
}
