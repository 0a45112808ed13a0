//! `confirm`: the version on trial has started in order.

use std::io;

use crate::decision::settle;
use crate::facts::{Facts, Found};
use crate::places::Places;
use crate::programs::Programs;
use crate::slots;
use crate::state::State;
use crate::sync::{self, After};

/// Ends the trial when the tablet says that this version has started, and removes the slots that nothing needs any more:
/// the one in force and the one before it stay.
pub(crate) fn confirm(places: &Places, programs: &Programs) -> io::Result<Vec<String>> {
    let _locked = slots::lock_state(places)?;
    let before = State::load(&places.state()).map_err(io::Error::other)?;
    let mut state = before.clone();
    let mut said: Vec<String> =
        settle(&mut state, Found { places, programs }.started().as_deref()).into_iter().collect();
    if state != before {
        state.keep(&places.state())?;
    }
    if state.trial.is_none() {
        let after = if before.trial.is_some() { After::TrialOver } else { After::Started };
        said.extend(sync::follow(places, after));
        slots::tidy(places, &state, false)?;
    }
    Ok(said)
}
