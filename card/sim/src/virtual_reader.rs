//! The card holder's end of a virtual reader.

use std::fmt;
use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::{Fault, VirtualCard};

const RETRY: Duration = Duration::from_millis(10);

/// A reader of a [`Stack`](crate::Stack), and the hand that lays cards on it.
///
/// Survives a restart of pcscd: a card that lies on it still lies on it afterwards. The protocol is described in
/// the crate `kakari-virtual-reader`.
pub struct VirtualReader {
    name: String,
    shared: Arc<Shared>,
}

impl fmt::Debug for VirtualReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VirtualReader({:?})", self.name)
    }
}

struct Shared {
    path: PathBuf,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    driver: Option<UnixStream>,
    card: Option<VirtualCard>,
    is_gone: bool,
    is_over: bool,
}

impl VirtualReader {
    pub(crate) fn start(name: &str, path: &Path) -> io::Result<Self> {
        let shared = Arc::new(Shared { path: path.to_owned(), state: Mutex::default(), changed: Condvar::new() });
        let for_thread = Arc::clone(&shared);
        thread::Builder::new().name("virtual-reader".to_owned()).spawn(move || for_thread.run())?;
        Ok(Self { name: name.to_owned(), shared })
    }

    /// The name PC/SC lists it under.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Lays a card on the reader; one that lies there is exchanged for it at once.
    pub fn insert(&self, card: &VirtualCard) {
        self.shared.lock().lay(card.clone());
    }

    /// Takes the card away, if one is there.
    pub fn remove(&self) {
        self.shared.lock().take_away();
    }

    /// The reader stops working, as if its cable were pulled halfway (IFD 617). PC/SC goes on listing it.
    pub fn fail(&self) {
        self.shared.lock().set_gone(true);
    }

    /// The reader works again; a card on it counts as newly laid.
    pub fn recover(&self) {
        let mut state = self.shared.lock();
        if let Some(card) = state.card.clone() {
            state.lay(card);
        }
        state.set_gone(false);
    }

    pub(crate) fn wait_until_connected(&self, deadline: Instant) -> bool {
        self.shared.wait_for(deadline, |state| state.driver.is_some())
    }

    pub(crate) fn wait_until_disconnected(&self, deadline: Instant) -> bool {
        self.shared.wait_for(deadline, |state| state.driver.is_none())
    }
}

impl Drop for VirtualReader {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.is_over = true;
        if let Some(driver) = state.driver.take() {
            let _ = driver.shutdown(std::net::Shutdown::Both);
        }
    }
}

impl State {
    fn lay(&mut self, card: VirtualCard) {
        card.insert();
        self.send(b'I', &[card.atr()]);
        self.card = Some(card);
    }

    fn take_away(&mut self) {
        self.card = None;
        self.send(b'R', &[]);
    }

    fn set_gone(&mut self, is_gone: bool) {
        self.is_gone = is_gone;
        self.send(if is_gone { b'G' } else { b'B' }, &[]);
    }

    /// A driver that is gone is noticed by the reading thread.
    fn send(&mut self, kind: u8, body: &[&[u8]]) {
        let Some(driver) = self.driver.as_mut() else {
            return;
        };
        let length = 1 + body.iter().map(|part| part.len()).sum::<usize>();
        let Ok(length) = u32::try_from(length) else {
            return;
        };
        let mut frame = length.to_be_bytes().to_vec();
        frame.push(kind);
        body.iter().for_each(|part| frame.extend_from_slice(part));
        let _ = driver.write_all(&frame);
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait_for(&self, deadline: Instant, is_so: impl Fn(&State) -> bool) -> bool {
        let left = deadline.saturating_duration_since(Instant::now());
        let waited = self.changed.wait_timeout_while(self.lock(), left, |state| !is_so(state));
        is_so(&waited.unwrap_or_else(PoisonError::into_inner).0)
    }

    /// Connects whenever there is a driver, until the reader is dropped.
    fn run(&self) {
        while !self.lock().is_over {
            let Ok(stream) = UnixStream::connect(&self.path) else {
                thread::sleep(RETRY);
                continue;
            };
            let Ok(mut reading) = stream.try_clone() else {
                continue;
            };
            self.greet(stream);
            while self.serve(&mut reading).is_ok() {}
            self.lock().driver = None;
            self.changed.notify_all();
        }
    }

    fn greet(&self, driver: UnixStream) {
        let mut state = self.lock();
        state.driver = Some(driver);
        if state.is_gone {
            state.set_gone(true);
        }
        if let Some(card) = state.card.clone() {
            state.lay(card);
        }
        drop(state);
        self.changed.notify_all();
    }

    fn serve(&self, driver: &mut UnixStream) -> io::Result<()> {
        let mut length = [0; 4];
        driver.read_exact(&mut length)?;
        let mut frame = vec![0; usize::try_from(u32::from_be_bytes(length)).unwrap_or(0)];
        driver.read_exact(&mut frame)?;
        let card = self.lock().card.clone();
        match (frame.split_first(), card) {
            (Some((b'P', _)), Some(card)) => card.power(),
            (Some((b'C', body)), Some(card)) => {
                if let Some((number, command)) = body.split_first_chunk::<4>() {
                    self.answer(&card, *number, command);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn answer(&self, card: &VirtualCard, number: [u8; 4], command: &[u8]) {
        let answer = |keep: usize| {
            let answer = card.answer(command);
            self.lock().send(b'A', &[&number, &answer[..keep.min(answer.len())]]);
        };
        match card.begin(command) {
            None => answer(usize::MAX),
            Some(Fault::Tear) => self.lock().take_away(),
            Some(Fault::Hang) => {}
            Some(Fault::Truncate(keep)) => answer(keep),
            Some(Fault::SwapBefore(other)) => self.lock().lay(other),
            Some(Fault::SwapAfter(other)) => {
                answer(usize::MAX);
                self.lock().lay(other);
            }
        }
    }
}
