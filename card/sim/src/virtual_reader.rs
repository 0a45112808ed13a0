//! The card holder's end of a virtual reader.

use std::fmt;
use std::io::{self, Read};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use pcsc::{Context, Scope};

use crate::front::Front;
use crate::reader_state::State;
use crate::{Fault, LinkModel, ReaderFacts, ReaderModel, VirtualCard};

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
    front: Mutex<Front>,
    changed: Condvar,
}

impl VirtualReader {
    /// The hand of the reader that a pcscd of somebody else's has at this path (its `DEVICENAME`), whenever that pcscd runs.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn start(name: &str, path: &Path) -> io::Result<Self> {
        let shared = Arc::new(Shared {
            path: path.to_owned(),
            state: Mutex::default(),
            front: Mutex::default(),
            changed: Condvar::new(),
        });
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

    pub(crate) fn lay_mute(&self) {
        self.shared.lock().lay_mute();
    }

    /// Makes it a reader of this model, whatever its name says. A card that lies there should be laid on anew.
    pub fn set_model(&self, model: ReaderModel) {
        let mut front = self.shared.front();
        front.model = model;
        front.reset();
        drop(front);
        self.shared.lock().model = model;
    }

    /// Lets every exchange take as long as it would on this line; without one it takes none.
    pub fn set_link(&self, link: Option<LinkModel>) {
        self.shared.lock().link = link;
    }

    /// Takes the card away, if one is there.
    pub fn remove(&self) {
        self.shared.lock().take_away();
    }

    /// Waits until PC/SC says that nothing lies here: of a card taken away it learns a moment later.
    ///
    /// # Errors
    /// What PC/SC refused; [`pcsc::Error::Timeout`] when a card is seen for longer than `patience`.
    pub fn wait_until_empty(&self, patience: Duration) -> Result<(), pcsc::Error> {
        let deadline = Instant::now() + patience;
        let context = Context::establish(Scope::System)?;
        let listed = context.list_readers_owned()?;
        let name = listed.into_iter().find(|name| name.to_string_lossy().starts_with(&self.name));
        let mut seen = [pcsc::ReaderState::new(name.ok_or(pcsc::Error::UnknownReader)?, pcsc::State::UNAWARE)];
        loop {
            context.get_status_change(deadline.saturating_duration_since(Instant::now()), &mut seen)?;
            if seen[0].event_state().contains(pcsc::State::EMPTY) {
                return Ok(());
            }
            seen[0].sync_current_state();
        }
    }

    /// Says what make of reader this is, and waits until PC/SC would answer so (up to a second). Without it PC/SC is told
    /// nothing. Survives a restart of pcscd.
    pub fn describe(&self, facts: &ReaderFacts) {
        let mut state = self.shared.lock();
        state.facts = facts.clone();
        state.tell_facts();
        drop(state);
        self.shared.wait_for(Instant::now() + Duration::from_secs(1), |state| state.untold == 0);
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
        self.shared.wait_for(deadline, |state| state.driver.is_some() && state.untold == 0)
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

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn front(&self) -> MutexGuard<'_, Front> {
        self.front.lock().unwrap_or_else(PoisonError::into_inner)
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
            let mut state = self.lock();
            (state.driver, state.untold) = (None, 0);
            drop(state);
            self.changed.notify_all();
        }
    }

    fn greet(&self, driver: UnixStream) {
        let mut state = self.lock();
        state.driver = Some(driver);
        state.tell_facts();
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
            (Some((b'M', _)), _) => {
                let mut state = self.lock();
                state.untold = state.untold.saturating_sub(1);
                drop(state);
                self.changed.notify_all();
            }
            (Some((b'P', _)), Some(card)) => {
                self.front().reset();
                card.power();
            }
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
            let before = card.heard_count();
            let answer = self.front().answer(card, command);
            let link = self.lock().link;
            if let Some(link) = link {
                thread::sleep(link.wait(command, &card.exchanges_since(before)));
            }
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
