//! The modem, as ModemManager tells it over the system's message bus (its D-Bus reference, interface
//! `org.freedesktop.ModemManager1.Modem`): a Unix socket, and none of the network's.
//!
//! A thread of its own asks, so that a bus that hangs keeps nobody waiting: what does not come in time is not known.

use std::collections::HashMap;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::Duration;

use kakari_session::findings::{Modem, ModemState};
use zbus::blocking::Connection;
use zbus::zvariant::{OwnedObjectPath, OwnedValue};

use super::bus::{self, Bus, Start};

const NAME: &str = "org.freedesktop.ModemManager1";
const PATH: &str = "/org/freedesktop/ModemManager1";
const MODEM: &str = "org.freedesktop.ModemManager1.Modem";
const NETWORK: &str = "org.freedesktop.ModemManager1.Modem.Modem3gpp";
/// MM_MODEM_STATE_FAILED_REASON_SIM_MISSING and _SIM_ERROR.
const SIM_FAULTS: [u32; 2] = [2, 3];
/// No operator's name is longer on the glass.
const OPERATOR: usize = 20;

/// Objects, their interfaces, and those's properties.
type Objects = HashMap<OwnedObjectPath, HashMap<String, Properties>>;
type Properties = HashMap<String, OwnedValue>;

/// A handle to the thread.
pub(super) struct ModemDesk {
    questions: Sender<()>,
    answers: Receiver<Option<Modem>>,
    /// A question has not been answered yet.
    waiting: bool,
}

impl ModemDesk {
    /// Starts the thread.
    pub(super) fn start(bus: Bus) -> std::io::Result<Self> {
        let (questions, asked) = mpsc::channel();
        let (told, answers) = mpsc::channel();
        let work = move || {
            let mut connection = None;
            for () in asked {
                if told.send(look(&bus, &mut connection)).is_err() {
                    return;
                }
            }
        };
        thread::Builder::new().name("modem".to_owned()).spawn(work)?;
        Ok(Self { questions, answers, waiting: false })
    }

    /// What the modem says now; none without one, or when that is not known within `patience`.
    pub(super) fn ask(&mut self, patience: Duration) -> Option<Modem> {
        if !self.waiting && self.questions.send(()).is_err() {
            return None;
        }
        let answer = self.answers.recv_timeout(patience);
        self.waiting = answer.is_err();
        answer.ok().flatten()
    }
}

/// The connection is kept; one that broke is made anew the next time.
fn look(bus: &Bus, connection: &mut Option<Connection>) -> Option<Modem> {
    if connection.is_none() {
        *connection = bus.connect();
    }
    let objects = connection.as_ref().and_then(|connection| match objects(connection) {
        Ok(objects) => Some(objects),
        Err(error) => {
            tracing::debug!(%error, "ModemManager does not answer");
            None
        }
    });
    if objects.is_none() {
        *connection = None;
    }
    best(&objects?)
}

/// Nobody is started for the question.
fn objects(connection: &Connection) -> zbus::Result<Objects> {
    let asked = [NAME, PATH, "org.freedesktop.DBus.ObjectManager", "GetManagedObjects"];
    bus::call(connection, asked, Start::Never, &())
}

/// The one that is furthest.
fn best(objects: &Objects) -> Option<Modem> {
    let modems = objects.values().filter_map(|interfaces| Some(told(interfaces.get(MODEM)?, interfaces.get(NETWORK))));
    modems.max_by_key(|modem| modem.state as u8)
}

fn told(modem: &Properties, network: Option<&Properties>) -> Modem {
    let state = state(number(modem, "State").unwrap_or(0), number(modem, "StateFailedReason").unwrap_or(0));
    let signal = modem.get("SignalQuality").and_then(|value| <(u32, bool)>::try_from(value.try_clone().ok()?).ok());
    let operator: Option<String> =
        network.and_then(|network| network.get("OperatorName")?.try_clone().ok()?.try_into().ok());
    let in_network = matches!(state, ModemState::Registered | ModemState::Connected);
    Modem {
        state,
        operator: operator.map(|name| readable(&name)).unwrap_or_default(),
        signal: signal.and_then(|(percent, _)| u8::try_from(percent.min(100)).ok()).filter(|_| in_network),
        access: access(number(modem, "AccessTechnologies").unwrap_or(0)),
    }
}

/// Whatever a network calls itself, it is a few letters on one line.
fn readable(name: &str) -> String {
    let letters = name.chars().filter(|letter| letter.is_alphanumeric() || " -+.&".contains(*letter));
    letters.take(OPERATOR).collect::<String>().trim().to_owned()
}

fn number<T: TryFrom<OwnedValue>>(properties: &Properties, name: &str) -> Option<T> {
    T::try_from(properties.get(name)?.try_clone().ok()?).ok()
}

/// MMModemState.
fn state(state: i32, failed: u32) -> ModemState {
    match state {
        -1 if SIM_FAULTS.contains(&failed) => ModemState::NoSim,
        ..=-1 => ModemState::Failed,
        2 => ModemState::Locked,
        3 | 4 => ModemState::Off,
        // Unknown, initializing, enabling, enabled, searching.
        0..=7 => ModemState::Searching,
        8..=10 => ModemState::Registered,
        11.. => ModemState::Connected,
    }
}

/// MMModemAccessTechnology: the newest of its bits.
fn access(bits: u32) -> &'static str {
    const NEWEST_FIRST: [(u32, &str); 4] =
        [(1 << 15, "5G"), (1 << 14 | 1 << 16 | 1 << 17, "LTE"), (0x3e0, "3G"), (0x1e, "2G")];
    NEWEST_FIRST.iter().find(|(of, _)| bits & of != 0).map_or("LTE", |(_, name)| name)
}

#[cfg(test)]
#[path = "modem_tests.rs"]
mod tests;
