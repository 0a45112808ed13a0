//! The search without a card: what is typed, who fits, and the birth year typed again.

use crate::Effect;
use crate::event::{Attempt, CardOutcome, SearchOutcome};
use crate::problem::Problem;
use crate::session::Session;
use crate::touch::Touch;
use crate::view::{Reasons, Screen};

/// The search, in whichever step it is.
#[derive(Debug, Default)]
pub(crate) struct Search {}

impl Session {
    pub(crate) fn search_touched(&mut self, _touch: Touch) -> Vec<Effect> {
        Vec::new()
    }

    pub(crate) fn searched(&mut self, _attempt: Attempt, _outcome: SearchOutcome) -> Vec<Effect> {
        Vec::new()
    }

    pub(crate) fn found_opened(&mut self, _attempt: Attempt, _outcome: CardOutcome) -> Vec<Effect> {
        Vec::new()
    }

    pub(crate) fn reasons_view(&self, _problem: Option<&Problem>) -> Reasons {
        Reasons { prompt: String::new(), reasons: Vec::new(), duration: String::new(), notice: None }
    }

    pub(crate) fn search_view(&self, _search: &Search) -> Screen {
        Screen::Starting(String::new())
    }
}
