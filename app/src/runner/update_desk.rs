//! The thread that looks whether a version of the program lies ready. One for which the program has
//! ended and which was not chosen then is not told: a program that ends for it again and again would never be there.

use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use kakari_session::Event;

use super::Input;
use crate::config::Config;
use crate::update;

/// How often it looks.
const LOOK: Duration = Duration::from_secs(10);

/// While it is held, the thread looks.
pub(super) struct Watching {
    _end: Sender<()>,
}

/// Starts the thread.
pub(super) fn watch_updates(config: &Config, inputs: Sender<Input>) -> std::io::Result<Watching> {
    let (end, ended) = mpsc::channel();
    let not_chosen = update::rest_was_in_vain(config).then(update::findings).and_then(|found| found.ready);
    let look = move || {
        let mut told = None;
        while ended.recv_timeout(LOOK) == Err(RecvTimeoutError::Timeout) {
            let ready = update::findings().ready.filter(|version| not_chosen.as_ref() != Some(version));
            if ready != told {
                told.clone_from(&ready);
                // Fails only while the program ends.
                let _ = inputs.send(Input::Event(Event::UpdateReady(ready)));
            }
        }
    };
    thread::Builder::new().name("updates".to_owned()).spawn(look)?;
    Ok(Watching { _end: end })
}
