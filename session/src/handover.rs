//! The hand-over: what goes, in which way, to whom.

use crate::Effect;
use crate::event::{Attempt, SaveOutcome};
use crate::session::Session;
use crate::state::Case;
use crate::touch::Touch;
use crate::view::Screen;

/// What was chosen for the hand-over of one case.
#[derive(Debug, Default)]
pub(crate) struct Handover {}

impl Session {
    pub(crate) fn handover_touched(&mut self, _touch: Touch) -> Vec<Effect> {
        Vec::new()
    }

    pub(crate) fn saved(&mut self, _attempt: Attempt, _outcome: SaveOutcome) -> Vec<Effect> {
        Vec::new()
    }

    pub(crate) fn handover_view(&self, _case: &Case) -> Screen {
        Screen::Starting(String::new())
    }
}
