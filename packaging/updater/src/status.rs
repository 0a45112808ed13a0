//! `status`: what is in force, what waits, what failed.

use serde_json::{Value, json};

use crate::facts::{Facts, Found};
use crate::places::Places;
use crate::programs::Programs;
use crate::state::State;

/// For programs: the state, where the link leads, and the packaged version.
pub(crate) fn as_json(places: &Places, programs: &Programs) -> Value {
    let found = Found { places, programs };
    let state = State::load(&places.state());
    json!({
        "state": state.as_ref().ok(),
        "unreadable": state.as_ref().err(),
        "linked": found.linked(),
        "packaged": found.packaged().ok().map(|version| version.to_string()),
    })
}

/// The same for people, a line each.
pub(crate) fn as_lines(places: &Places, programs: &Programs) -> Vec<String> {
    let found = Found { places, programs };
    let packaged = found.packaged().map_or_else(|why| format!("unknown ({why})"), |version| version.to_string());
    let state = match State::load(&places.state()) {
        Ok(state) => state,
        Err(why) => return vec![format!("state.toml cannot be read: {why}; the next start begins a new one")],
    };
    let mut lines = vec![match &state.current {
        Some(version) => format!("in force: version {version} (packaged: {packaged})"),
        None => format!("in force: the packaged program, version {packaged}"),
    }];
    lines.extend(state.previous.iter().map(|version| format!("before it: version {version}")));
    let trial = state.trial.iter();
    lines.extend(trial.map(|trial| format!("on trial: {} starts left", trial.tries_left)));
    lines.extend(state.ready.iter().map(|version| format!("ready: version {version}, at the tablet's next start")));
    lines.extend(state.stuck.iter().map(|version| format!("stuck: version {version} does not start in order")));
    lines.extend(state.failed.iter().map(|failed| format!("failed: version {} ({:?})", failed.version, failed.why)));
    lines
}
