//! The thread that looks at battery and link for the bar, and tells of each change.

use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use kakari_session::Event;
use kakari_session::findings::Gauges;

use super::Input;
use super::links::{NETWORKS, any_link_up};
use super::power::{POWER, battery};

/// How often it looks.
const LOOK: Duration = Duration::from_secs(10);

/// While it is held, the thread looks.
pub(super) struct Watching {
    _end: Sender<()>,
}

/// Starts the thread.
pub(super) fn watch_gauges(inputs: Sender<Input>) -> std::io::Result<Watching> {
    let (end, ended) = mpsc::channel();
    let look = move || {
        let mut told = Gauges::default();
        loop {
            let now = read_gauges();
            if now != told {
                told = now;
                // Fails only while the program ends.
                let _ = inputs.send(Input::Event(Event::Gauges(now)));
            }
            if ended.recv_timeout(LOOK) != Err(RecvTimeoutError::Timeout) {
                return;
            }
        }
    };
    thread::Builder::new().name("gauges".to_owned()).spawn(look)?;
    Ok(Watching { _end: end })
}

/// What they say now.
pub(crate) fn read_gauges() -> Gauges {
    Gauges { battery: battery(Path::new(POWER)), link: any_link_up(Path::new(NETWORKS)) }
}
