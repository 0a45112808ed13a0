//! A card that is not there.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::Fault;
use crate::body::{Body, Technology};
use crate::chip::{Chip, Job};
use crate::others::changing_uid;
use crate::piv_chip;

/// Contactless, ISO 14443-4, no historical bytes: says nothing about the kind of card.
const CONTACTLESS_ATR: [u8; 5] = [0x3B, 0x80, 0x80, 0x01, 0x01];

/// What a card was asked, and its answer; `None` is silence.
pub type Heard = (Vec<u8>, Option<Vec<u8>>);

type IsBreach = fn(&[u8], Option<&[u8]>) -> bool;

/// A card to be laid on a [`VirtualReader`](crate::VirtualReader). Clones are the same card.
///
/// A chip that takes APDUs runs on a thread of its own that sleeps unless the card is asked; about 0.3 MB each.
#[derive(Clone)]
pub struct VirtualCard {
    inner: Arc<Inner>,
    is_breach: IsBreach,
}

struct Inner {
    body: Body,
    atr: Vec<u8>,
    run: Mutex<Run>,
}

#[derive(Default)]
struct Run {
    exchanges: usize,
    faults: BTreeMap<usize, Fault>,
    seen: Vec<Vec<u8>>,
    heard: Vec<Heard>,
    breaches: Vec<Vec<u8>>,
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
        let body = Body::apdus(Chip::start(piv_chip::run)?, Technology::TypeA, changing_uid);
        Ok(Self::with_body(&CONTACTLESS_ATR, body))
    }

    /// Any other card: its ATR, and what it answers to an APDU, of whatever class.
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
        Ok(Self::with_body(atr, Body::Raw(chip)))
    }

    pub(crate) fn with_body(atr: &[u8], body: Body) -> Self {
        let inner = Inner { body, atr: atr.to_vec(), run: Mutex::default() };
        Self { inner: Arc::new(inner), is_breach: |_, _| false }
    }

    /// Sets what counts as a breach of somebody's privacy.
    pub(crate) fn guarded(self, is_breach: IsBreach) -> Self {
        Self { is_breach, ..self }
    }

    /// Orders a fault, once, at the n-th exchange after an insertion (the first is 1).
    pub fn fail_at_exchange(&self, n: usize, fault: Fault) {
        self.run().faults.insert(n, fault);
    }

    /// [`Fault::Tear`] at the n-th exchange.
    pub fn tear_at_exchange(&self, n: usize) {
        self.fail_at_exchange(n, Fault::Tear);
    }

    /// Faults that were ordered and did not come are ordered no more.
    pub fn forget_faults(&self) {
        self.run().faults.clear();
    }

    /// The commands since the last insertion, as the reader got them.
    #[must_use]
    pub fn seen(&self) -> Vec<Vec<u8>> {
        self.run().seen.clone()
    }

    /// What the card itself was asked since the last insertion, and answered: APDUs, or frames on the air.
    #[must_use]
    pub fn heard(&self) -> Vec<Heard> {
        self.run().heard.clone()
    }

    /// Everything ever asked of this card that reads or changes what is its holder's business: of other people's cards
    /// nothing may be read. Cards that may be a region's have none.
    #[must_use]
    pub fn breaches(&self) -> Vec<Vec<u8>> {
        self.run().breaches.clone()
    }

    pub(crate) fn atr(&self) -> &[u8] {
        &self.inner.atr
    }

    pub(crate) fn id(&self) -> Vec<u8> {
        self.inner.body.id()
    }

    pub(crate) fn technology(&self) -> Technology {
        self.inner.body.technology()
    }

    pub(crate) fn heard_count(&self) -> usize {
        self.run().heard.len()
    }

    /// Bytes to and from the card in each exchange after the first so many.
    pub(crate) fn exchanges_since(&self, before: usize) -> Vec<(usize, usize)> {
        let length = |heard: &Heard| (heard.0.len(), heard.1.as_ref().map_or(0, Vec::len));
        self.run().heard.iter().skip(before).map(length).collect()
    }

    pub(crate) fn body(&self) -> &Body {
        &self.inner.body
    }

    pub(crate) fn insert(&self) {
        let mut run = self.run();
        run.exchanges = 0;
        run.seen.clear();
        run.heard.clear();
        drop(run);
        self.inner.body.insert();
    }

    pub(crate) fn power(&self) {
        self.inner.body.power();
    }

    /// The fault ordered for this exchange, if any.
    pub(crate) fn begin(&self, command: &[u8]) -> Option<Fault> {
        let mut run = self.run();
        run.exchanges += 1;
        run.seen.push(command.to_vec());
        let now = run.exchanges;
        run.faults.remove(&now)
    }

    /// Asks the card itself; `None` is silence.
    pub(crate) fn hear(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let answer = self.inner.body.hear(bytes);
        let mut run = self.run();
        if (self.is_breach)(bytes, answer.as_deref()) {
            run.breaches.push(bytes.to_vec());
        }
        run.heard.push((bytes.to_vec(), answer.clone()));
        answer
    }

    fn run(&self) -> MutexGuard<'_, Run> {
        self.inner.run.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
