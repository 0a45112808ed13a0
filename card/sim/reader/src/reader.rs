//! One reader: its socket, the card on it, and the exchange under way.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle, ThreadId};
use std::time::Duration;

use crate::frame::{read_frame, write_frame};

/// Why a request to the card came to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    NoCard,
    ReaderGone,
    Communication,
}

struct Card {
    atr: Vec<u8>,
    generation: u64,
}

#[derive(Default)]
struct State {
    holder: Option<UnixStream>,
    holder_number: u64,
    card: Option<Card>,
    generations: u64,
    /// The generation pcscd has powered up, the only one that gets APDUs.
    powered: Option<u64>,
    /// A card went, and pcscd's event thread has not been shown the empty reader since.
    owes_absence: bool,
    event_thread: Option<ThreadId>,
    /// What the event thread was told since its last wait, and so will believe from the next on.
    told: Option<bool>,
    shown_present: bool,
    gone: bool,
    shown_gone: bool,
    commands: u32,
    answer: Option<Vec<u8>>,
    /// What the holder says of the reader's make, by `SCARD_ATTR` number.
    attributes: BTreeMap<u32, Vec<u8>>,
    stop_waiting: bool,
    closed: bool,
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        self.changed.wait(state).unwrap_or_else(PoisonError::into_inner)
    }
}

pub(crate) struct Reader {
    shared: Arc<Shared>,
    path: PathBuf,
    accepting: Mutex<Option<JoinHandle<()>>>,
}

impl Reader {
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        // A pcscd that was killed leaves its socket file behind.
        let _ = fs::remove_file(path);
        let listener = UnixListener::bind(path)?;
        let shared = Arc::new(Shared { state: Mutex::default(), changed: Condvar::new() });
        let for_thread = Arc::clone(&shared);
        let accepting =
            thread::Builder::new().name("virtual-reader".to_owned()).spawn(move || accept(&listener, &for_thread))?;
        Ok(Self { shared, path: path.to_owned(), accepting: Mutex::new(Some(accepting)) })
    }

    /// Whether a card is there. Between two cards everybody is told "no" until the event thread has believed it.
    pub(crate) fn is_present(&self) -> Result<bool, Failure> {
        let mut state = self.shared.lock();
        let present = state.card.is_some() && !state.owes_absence;
        if state.event_thread.is_none_or(|id| id == thread::current().id()) {
            let gone = state.gone;
            state.shown_gone = gone;
            state.remember_telling(present && !gone);
        }
        if state.gone {
            return Err(Failure::ReaderGone);
        }
        if !present {
            state.powered = None;
        }
        Ok(present)
    }

    /// Returns as soon as [`is_present`](Self::is_present) would say something new, or after the timeout.
    pub(crate) fn wait_for_event(&self, timeout: Duration) {
        let mut state = self.shared.lock();
        state.event_thread = Some(thread::current().id());
        state.believe();
        let nothing_new = |state: &mut State| !state.stop_waiting && !state.has_news();
        let waited = self.shared.changed.wait_timeout_while(state, timeout, nothing_new);
        waited.unwrap_or_else(PoisonError::into_inner).0.stop_waiting = false;
    }

    /// Ends the wait under way, or the next one: pcscd wants its event thread to look at something else.
    pub(crate) fn stop_waiting(&self) {
        self.shared.lock().stop_waiting = true;
        self.shared.changed.notify_all();
    }

    /// Powers the card that pcscd has been shown, and no newer one. Returns its ATR.
    pub(crate) fn power_up(&self) -> Result<Vec<u8>, Failure> {
        let mut state = self.shared.lock();
        if state.gone {
            return Err(Failure::ReaderGone);
        }
        if state.owes_absence {
            return Err(Failure::NoCard);
        }
        let card = state.card.as_ref().ok_or(Failure::NoCard)?;
        let (atr, generation) = (card.atr.clone(), card.generation);
        state.powered = Some(generation);
        state.send(b'P', &[&[1]])?;
        Ok(atr)
    }

    pub(crate) fn power_down(&self) -> Result<(), Failure> {
        let mut state = self.shared.lock();
        state.powered = None;
        state.send(b'P', &[&[0]])
    }

    pub(crate) fn atr(&self) -> Option<Vec<u8>> {
        self.shared.lock().card.as_ref().map(|card| card.atr.clone())
    }

    /// What the holder has said under this number, if anything.
    pub(crate) fn attribute(&self, number: u32) -> Option<Vec<u8>> {
        self.shared.lock().attributes.get(&number).cloned()
    }

    /// Waits for the card's answer as long as it takes, like a real reader with a card that asks for more time.
    pub(crate) fn transmit(&self, command: &[u8]) -> Result<Vec<u8>, Failure> {
        let mut state = self.shared.lock();
        state.check_powered()?;
        let powered = state.powered;
        state.commands = state.commands.wrapping_add(1);
        state.answer = None;
        let number = state.commands.to_be_bytes();
        state.send(b'C', &[&number, command])?;
        loop {
            state.check_powered()?;
            if state.powered != powered {
                return Err(Failure::Communication);
            }
            if let Some(answer) = state.answer.take() {
                return Ok(answer);
            }
            state = self.shared.wait(state);
        }
    }

    /// Ends the threads, which must be over before pcscd unloads this library.
    pub(crate) fn close(&self) {
        self.shared.lock().closed = true;
        self.stop_waiting();
        // Wakes the accepting thread.
        drop(UnixStream::connect(&self.path));
        let accepting = self.accepting.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(accepting) = accepting {
            let _ = accepting.join();
        }
        let _ = fs::remove_file(&self.path);
    }
}

impl State {
    /// pcscd also asks for presence on the way to each power-up and power-down, from any thread, and tells its
    /// clients nothing of the answer. In the event thread, a power-down is asked for *before* its own asking, and
    /// only while it believes in a card; a power-up *after* it, and only while it does not.
    fn remember_telling(&mut self, present: bool) {
        if self.shown_present || self.told.is_none() {
            self.told = Some(present);
        }
    }

    /// The event thread has acted on what it was told.
    fn believe(&mut self) {
        let Some(present) = self.told.take() else {
            return;
        };
        self.shown_present = present;
        if !present {
            self.owes_absence = false;
        }
    }
}

impl State {
    fn has_news(&self) -> bool {
        self.gone != self.shown_gone || !self.gone && (self.owes_absence || self.card.is_some() != self.shown_present)
    }

    fn check_powered(&self) -> Result<(), Failure> {
        if self.gone {
            return Err(Failure::ReaderGone);
        }
        let card = self.card.as_ref().ok_or(Failure::Communication)?;
        if self.powered == Some(card.generation) { Ok(()) } else { Err(Failure::Communication) }
    }

    fn send(&mut self, kind: u8, body: &[&[u8]]) -> Result<(), Failure> {
        let holder = self.holder.as_mut().ok_or(Failure::NoCard)?;
        write_frame(holder, kind, body).map_err(|_| Failure::Communication)
    }

    fn lay(&mut self, atr: Vec<u8>) {
        self.take_away();
        self.generations += 1;
        self.card = Some(Card { atr, generation: self.generations });
    }

    fn take_away(&mut self) {
        if self.card.take().is_some() {
            self.owes_absence = true;
        }
    }

    /// Answered with the same number, so that the holder can wait until PC/SC would say it.
    fn describe(&mut self, body: &[u8]) {
        if let Some((number, value)) = body.split_first_chunk::<4>() {
            if value.is_empty() {
                self.attributes.remove(&u32::from_be_bytes(*number));
            } else {
                self.attributes.insert(u32::from_be_bytes(*number), value.to_vec());
            }
            // A holder that has gone needs no answer.
            let _ = self.send(b'M', &[number]);
        }
    }

    fn obey(&mut self, kind: u8, body: Vec<u8>) {
        match kind {
            b'I' => self.lay(body),
            b'R' => self.take_away(),
            b'G' => self.gone = true,
            b'B' => self.gone = false,
            b'M' => self.describe(&body),
            b'A' => {
                if let Some((number, answer)) = body.split_first_chunk::<4>()
                    && u32::from_be_bytes(*number) == self.commands
                {
                    self.answer = Some(answer.to_vec());
                }
            }
            _ => {}
        }
    }
}

/// One holder at a time; each gets a thread, so that a newer one is heard at once.
fn accept(listener: &UnixListener, shared: &Arc<Shared>) {
    let mut holders = Vec::new();
    for stream in listener.incoming().flatten() {
        let mut state = shared.lock();
        if let Some(old) = state.holder.take() {
            let _ = old.shutdown(std::net::Shutdown::Both);
        }
        if state.closed {
            break;
        }
        let Ok(reading) = stream.try_clone() else {
            continue;
        };
        state.take_away();
        state.gone = false;
        state.holder = Some(stream);
        state.holder_number += 1;
        let number = state.holder_number;
        shared.changed.notify_all();
        drop(state);
        let for_thread = Arc::clone(shared);
        if let Ok(thread) =
            thread::Builder::new().name("virtual-card".to_owned()).spawn(move || listen(reading, number, &for_thread))
        {
            holders.push(thread);
        }
        holders.retain(|thread| !thread.is_finished());
    }
    for thread in holders {
        let _ = thread.join();
    }
}

/// Does what a holder says until it goes or a newer one comes.
fn listen(mut stream: UnixStream, number: u64, shared: &Shared) {
    loop {
        let frame = read_frame(&mut stream);
        let mut state = shared.lock();
        if state.holder_number != number {
            return;
        }
        let is_over = frame.is_err();
        match frame {
            Ok((kind, body)) => state.obey(kind, body),
            Err(_) => {
                state.holder = None;
                state.take_away();
            }
        }
        shared.changed.notify_all();
        if is_over {
            return;
        }
    }
}
