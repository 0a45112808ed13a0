//! The thread that looks at battery, link and modem for the bar, and tells of each change.

use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use kakari_session::Event;
use kakari_session::findings::Gauges;

use super::Input;
use super::bus::{Bus, PATIENCE};
use super::links::{NETWORKS, best_link};
use super::modem::ModemDesk;
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
    let mut modem = ModemDesk::start(Bus::System)?;
    let look = move || {
        let mut told = Gauges::default();
        loop {
            let now = gauges(&mut modem);
            if now != told {
                told = now.clone();
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
    match ModemDesk::start(Bus::System) {
        Ok(mut modem) => gauges(&mut modem),
        Err(_) => Gauges { modem: None, ..of_the_kernel() },
    }
}

fn gauges(modem: &mut ModemDesk) -> Gauges {
    Gauges { modem: modem.ask(PATIENCE), ..of_the_kernel() }
}

/// What its files tell, without asking anybody.
fn of_the_kernel() -> Gauges {
    Gauges { battery: battery(Path::new(POWER)), link: best_link(Path::new(NETWORKS)), modem: None }
}
