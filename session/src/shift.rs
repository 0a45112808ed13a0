//! The shift: a second crew member, locked and opened again by a PIN, started without a staff card, ended.

use crate::Effect;
use crate::event::{Attempt, FallbackOutcome, ReopenOutcome};
use crate::session::Session;
use crate::touch::Touch;
use crate::view::{Fallback as FallbackView, Locked as LockedView};

/// Locked within a shift.
#[derive(Debug, Default)]
pub(crate) struct Locked {}

/// A start without a staff card.
#[derive(Debug, Default)]
pub(crate) struct Fallback {}

impl Session {
    pub(crate) fn shift_touched(&mut self, _touch: Touch) -> Vec<Effect> {
        Vec::new()
    }

    pub(crate) fn reopen_answered(&mut self, _attempt: Attempt, _outcome: ReopenOutcome) -> Vec<Effect> {
        Vec::new()
    }

    pub(crate) fn fallback_answered(&mut self, _attempt: Attempt, _outcome: FallbackOutcome) -> Vec<Effect> {
        Vec::new()
    }

    pub(crate) fn locked_view(&self, _locked: &Locked) -> LockedView {
        LockedView {
            prompt: "PINで再開します".to_owned(),
            crew: String::new(),
            digits: 0,
            tries: None,
            can_submit: false,
            notice: None,
        }
    }

    pub(crate) fn fallback_view(&self, _fallback: &Fallback) -> FallbackView {
        FallbackView {
            prompt: String::new(),
            staff: Vec::new(),
            page: String::new(),
            code: String::new(),
            can_submit: false,
            notice: None,
        }
    }
}
