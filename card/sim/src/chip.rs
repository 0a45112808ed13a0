//! A chip: power and APDUs in, answers out. Each runs on a thread of its own and sleeps until asked.

use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

/// What a reader does to a chip.
pub(crate) enum Job {
    /// Power was switched: the chip forgets everything that is not stored.
    Power,
    /// An APDU, and where its answer goes.
    Apdu { command: Vec<u8>, answer: Sender<Vec<u8>> },
}

/// The wires to a chip. The chip's thread ends when the last copy is dropped.
#[derive(Clone)]
pub(crate) struct Chip(Sender<Job>);

/// 6F00: no precise diagnosis.
const BROKEN: [u8; 2] = [0x6F, 0x00];

impl Chip {
    /// Starts a chip; `run` gets its jobs until there are no more.
    pub(crate) fn start(run: impl FnOnce(&Receiver<Job>) + Send + 'static) -> std::io::Result<Self> {
        let (sender, jobs) = mpsc::channel();
        thread::Builder::new().name("chip".to_owned()).spawn(move || run(&jobs))?;
        Ok(Self(sender))
    }

    pub(crate) fn power(&self) {
        // A chip whose thread has died is noticed at the next APDU.
        let _ = self.0.send(Job::Power);
    }

    pub(crate) fn answer(&self, command: &[u8]) -> Vec<u8> {
        let (answer, wait) = mpsc::channel();
        let sent = self.0.send(Job::Apdu { command: command.to_vec(), answer });
        sent.ok().and_then(|()| wait.recv().ok()).unwrap_or_else(|| BROKEN.to_vec())
    }
}
