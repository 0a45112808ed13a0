//! `choose`: before each start of the tablet, and never in its way. What cannot be done is said, and the start goes on.

use std::fs;
use std::io;

use chrono::Utc;

use crate::decision::{Decision, Said, decide};
use crate::facts::{BEGUN, Facts, Found, REST, STARTED, target};
use crate::places::Places;
use crate::programs::Programs;
use crate::state::State;
use crate::sync::{self, After};
use crate::{durable, slots};

/// Chooses; what there is to say goes to the journal.
pub(crate) fn choose(places: &Places, programs: &Programs) -> Vec<Said> {
    let mut words = Vec::new();
    match try_choose(places, programs, &mut words) {
        Ok(after) => words.extend(sync::follow(places, after).map(Said::plain)),
        Err(error) => words.push(Said::plain(format!("nothing was switched: {error}; the tablet starts as it is"))),
    }
    words
}

fn try_choose(places: &Places, programs: &Programs, words: &mut Vec<Said>) -> io::Result<After> {
    let _locked = slots::lock_state(places)?;
    let (before, found) = (State::load(&places.state()), Found { places, programs });
    let known = before.clone().ok();
    let Decision { state, words: said } = decide(before, &found, Utc::now());
    words.extend(said);
    let begins = state.trial.is_some() && state.trial.as_ref().map(|trial| &trial.version) != trial_of(&known);
    if begins {
        // Only a start that is still to come ends a trial.
        forget(places, STARTED);
    }
    // The state first: cut here, the next start finds the link behind it and puts it right.
    if known.as_ref() != Some(&state) {
        state.keep(&places.state())?;
    }
    let switched = follow(places, &found, state.current.as_deref())?;
    mark_stuck(places, state.stuck.is_some() && state.trial.is_none());
    forget(places, BEGUN);
    // Last: a mark that is still there tells the tablet that nothing was chosen.
    forget(places, REST);
    let was_on_trial = known.is_none_or(|state| state.trial.is_some());
    Ok(match (state.trial.is_some(), was_on_trial) {
        (true, _) => After::Trial,
        (false, true) => After::TrialOver,
        (false, false) if switched => After::Switched,
        (false, false) => After::Nothing,
    })
}

fn trial_of(state: &Option<State>) -> Option<&String> {
    state.as_ref().and_then(|state| state.trial.as_ref()).map(|trial| &trial.version)
}

/// Lets the link lead to where the state says. True when it led elsewhere.
fn follow(places: &Places, found: &Found<'_>, current: Option<&str>) -> io::Result<bool> {
    let there = fs::symlink_metadata(places.link()).is_ok();
    match current {
        Some(version) if found.linked().as_deref() == Some(version) => Ok(false),
        Some(version) => durable::relink(&places.link(), &target(version)).map(|()| true),
        None if there => durable::unlink(&places.link()).map(|()| true),
        None => Ok(false),
    }
}

/// Lets the glass be the packaged program's, or not.
fn mark_stuck(places: &Places, stuck: bool) {
    let _ = if stuck { fs::write(places.stuck(), "") } else { fs::remove_file(places.stuck()) };
}

fn forget(places: &Places, name: &str) {
    let dir = places.tablet_dir();
    // A folder that the tablet's user has led elsewhere is let be: its word ends nothing but its own trial.
    if let Ok(Some(_)) = crate::foreign::open(&dir, name) {
        let _ = crate::foreign::remove(&dir, name);
    }
}
