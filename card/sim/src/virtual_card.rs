//! A card that is not there.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::Fault;
use crate::chip::{Chip, Job};
use crate::piv_chip;

/// Contactless, ISO 14443-4, no historical bytes: says nothing about the kind of card.
const CONTACTLESS_ATR: [u8; 5] = [0x3B, 0x80, 0x80, 0x01, 0x01];

/// A card to be laid on a [`VirtualReader`](crate::VirtualReader). Clones are the same card.
///
/// Its chip runs on a thread of its own that sleeps unless the card is asked; about 0.3 MB each.
#[derive(Clone)]
pub struct VirtualCard {
    inner: Arc<Inner>,
}

struct Inner {
    chip: Chip,
    atr: Vec<u8>,
    run: Mutex<Run>,
}

#[derive(Default)]
struct Run {
    exchanges: usize,
    faults: BTreeMap<usize, Fault>,
    seen: Vec<Vec<u8>>,
}

impl fmt::Debug for VirtualCard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VirtualCard")
    }
}

impl VirtualCard {
    /// A factory-fresh PIV card: PIN 123456, PUK 12345678, the well-known management key, no keys, no objects.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn blank() -> io::Result<Self> {
        Ok(Self::with_chip(&CONTACTLESS_ATR, Chip::start(piv_chip::run)?))
    }

    /// Any other card: its ATR, and what it answers to an APDU.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn answering(atr: &[u8], mut answer: impl FnMut(&[u8]) -> Vec<u8> + Send + 'static) -> io::Result<Self> {
        let chip = Chip::start(move |jobs| {
            while let Ok(job) = jobs.recv() {
                if let Job::Apdu { command, answer: to } = job {
                    let _ = to.send(answer(&command));
                }
            }
        })?;
        Ok(Self::with_chip(atr, chip))
    }

    fn with_chip(atr: &[u8], chip: Chip) -> Self {
        Self { inner: Arc::new(Inner { chip, atr: atr.to_vec(), run: Mutex::default() }) }
    }

    /// Orders a fault, once, at the n-th exchange after an insertion (the first is 1).
    pub fn fail_at_exchange(&self, n: usize, fault: Fault) {
        self.run().faults.insert(n, fault);
    }

    /// [`Fault::Tear`] at the n-th exchange.
    pub fn tear_at_exchange(&self, n: usize) {
        self.fail_at_exchange(n, Fault::Tear);
    }

    /// The commands since the last insertion, as the card saw them.
    #[must_use]
    pub fn seen(&self) -> Vec<Vec<u8>> {
        self.run().seen.clone()
    }

    pub(crate) fn atr(&self) -> &[u8] {
        &self.inner.atr
    }

    pub(crate) fn insert(&self) {
        let mut run = self.run();
        run.exchanges = 0;
        run.seen.clear();
        drop(run);
        self.inner.chip.power();
    }

    pub(crate) fn power(&self) {
        self.inner.chip.power();
    }

    /// The fault ordered for this exchange, if any.
    pub(crate) fn begin(&self, command: &[u8]) -> Option<Fault> {
        let mut run = self.run();
        run.exchanges += 1;
        run.seen.push(command.to_vec());
        let now = run.exchanges;
        run.faults.remove(&now)
    }

    pub(crate) fn answer(&self, command: &[u8]) -> Vec<u8> {
        self.inner.chip.answer(command)
    }

    fn run(&self) -> MutexGuard<'_, Run> {
        self.inner.run.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
