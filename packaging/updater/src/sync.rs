//! The process that syncs. It opens the store and so migrates it; it runs no version on trial, or there would be no way back
//! before the glass had even tried. Its unit looks for a trial in `state.toml` too, for the machine's start.

use std::process::Command;

use crate::places::Places;

const SYNC: &str = "kakari-sync.service";

/// What became of the version in force.
#[derive(Clone, Copy, Debug)]
pub(crate) enum After {
    /// The same as before, and not on trial.
    Nothing,
    /// Another, not on trial.
    Switched,
    /// On trial.
    Trial,
    /// Not on trial any more: it started, or was given up, or stays although it did not start.
    TrialOver,
    /// It started, and no trial was on: whoever ended one may have been killed before sync was started again.
    Started,
}

/// Lets sync follow; it may be killed at any moment. Nobody waits for it.
pub(crate) fn follow(places: &Places, after: After) -> Option<String> {
    let order = match after {
        After::Nothing => return None,
        After::Switched => "try-restart",
        After::Trial => "stop",
        After::TrialOver => "restart",
        After::Started => "start",
    };
    let systemctl = places.systemctl();
    if !systemctl.exists() {
        return None;
    }
    let asked = Command::new(systemctl).args(["--no-block", order, SYNC]).output();
    let done = asked.is_ok_and(|output| output.status.success());
    (!done).then(|| format!("systemctl {order} {SYNC} did not work; it follows at the machine's next start"))
}
