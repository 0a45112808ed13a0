//! The far side of a conversation: the one thread that calls PC/SC for it.

use std::ffi::CString;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender};
use std::thread;
use std::time::Duration;

use pcsc::{Card, Context, Disposition, Protocols, ReaderState, Scope, ShareMode, State, Transaction};
use zeroize::Zeroizing;

use crate::CardError;
use crate::known::is_one_insertion;
use crate::threads::Threads;

/// Holds any short answer, and one of the largest extended ones our objects can fill.
const ANSWER_ROOM: usize = 4096 + 2;
/// A header; PC/SC drivers take shorter frames for something else, or hang.
const SHORTEST_COMMAND: usize = 4;

/// Far longer than pcscd takes from showing a card to counting it.
const COUNT_SETTLES: Duration = Duration::from_millis(1);

pub(crate) struct Target {
    pub(crate) reader: CString,
    /// The insertion the watcher saw, in PC/SC's own count; `None` = whatever is there.
    pub(crate) event_count: Option<u32>,
}

/// The caller's ear while a conversation opens.
pub(crate) struct Opening {
    /// Hears how it went: the ATR.
    pub(crate) opened: Sender<Result<Vec<u8>, CardError>>,
    /// Set when the reader answers and somebody else uses its card: whoever waits then waits for them.
    pub(crate) in_use: Arc<AtomicBool>,
    /// The conversations under way in this process.
    pub(crate) talking: Threads,
}

/// What a worker has to say at its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// Its conversation was had, or failed.
    Heard,
    /// Another program let go of the card only after the caller had given up. It is free now.
    FreeTooLate,
    /// Another program holds the card for itself alone.
    Held,
}

pub(crate) enum Job {
    Transmit {
        command: Zeroizing<Vec<u8>>,
        reply: Sender<Result<Zeroizing<Vec<u8>>, CardError>>,
    },
    SameCard {
        reply: Sender<Result<(), CardError>>,
    },
    /// The card is about to see a PIN: it must not keep that state when we are gone.
    ResetAtEnd,
    Leave {
        reply: Sender<Result<(), CardError>>,
    },
}

/// How the card is to be left, and whom to tell how the leaving went.
struct Leaving {
    disposition: Disposition,
    reply: Option<Sender<Result<(), CardError>>>,
    ended: Ended,
}

impl Leaving {
    const fn untouched() -> Self {
        Self { disposition: Disposition::LeaveCard, reply: None, ended: Ended::Heard }
    }
}

/// Runs one conversation from connection to leaving. Says through `opened` how the opening went (the ATR), then
/// does jobs until told to leave or until the other side is gone. Leaves the card unreset on every way out, unless it
/// has seen a PIN: dropping a PC/SC card would reset it for everybody.
pub(crate) fn converse(target: &Target, opening: &Opening, jobs: &Receiver<Job>) -> Ended {
    let (context, mut card, count, atr) = match open(target, opening) {
        Ok(open) => open,
        Err(error) => {
            let _ = opening.opened.send(Err(error));
            return if error == CardError::Busy { Ended::Held } else { Ended::Heard };
        }
    };
    let leaving = match card.transaction2() {
        Ok(transaction) => {
            let _talking = opening.talking.one_more(usize::MAX);
            let leaving = greet_and_serve(&context, &transaction, target, (count, atr), &opening.opened, jobs);
            // A reset belongs inside the transaction, before anybody else can speak to the card. Fails only when the card
            // or the service is gone, and the transaction with it.
            let _ = transaction.end(leaving.disposition);
            leaving
        }
        Err((_, error)) => {
            let _ = opening.opened.send(Err(error.into()));
            Leaving::untouched()
        }
    };
    let left = leave(card);
    if let Some(reply) = leaving.reply {
        let _ = reply.send(left);
    }
    leaving.ended
}

/// Other programs may have exchanged the card while we waited for our turn.
fn greet_and_serve(
    context: &Context,
    card: &Transaction<'_>,
    target: &Target,
    (count, atr): (u32, Vec<u8>),
    opened: &Sender<Result<Vec<u8>, CardError>>,
    jobs: &Receiver<Job>,
) -> Leaving {
    let greeting = same_card(context, card, target, count).map(|()| atr);
    let is_open = greeting.is_ok();
    match opened.send(greeting) {
        Err(_) if is_open => return Leaving { ended: Ended::FreeTooLate, ..Leaving::untouched() },
        Ok(()) if is_open => {}
        _ => return Leaving::untouched(),
    }
    serve(context, card, target, count, jobs)
}

fn open(target: &Target, opening: &Opening) -> Result<(Context, Card, u32, Vec<u8>), CardError> {
    let context = Context::establish(Scope::User)?;
    let state = look(&context, target)?;
    // The watcher's count comes first: ours may already be that of another card, one step on.
    let count = target.event_count.unwrap_or(state.event_count());
    if !is_one_insertion(count, state.event_count()) {
        return Err(CardError::Changed);
    }
    if !state.event_state().contains(State::PRESENT) {
        return Err(CardError::Removed);
    }
    // From here on pcscd keeps us waiting for as long as somebody else is in a transaction.
    opening.in_use.store(state.event_state().contains(State::INUSE), Ordering::Release);
    let card = context.connect(&target.reader, ShareMode::Shared, Protocols::ANY)?;
    Ok((context, card, count, state.atr().to_vec()))
}

/// What the reader shows now; returns at once.
fn look(context: &Context, target: &Target) -> Result<ReaderState, CardError> {
    let mut states = [ReaderState::new(target.reader.clone(), State::UNAWARE)];
    context.get_status_change(Duration::ZERO, &mut states)?;
    let [state] = states;
    if state.event_state().intersects(State::UNAVAILABLE | State::UNKNOWN | State::IGNORE) {
        return Err(CardError::ReaderGone);
    }
    Ok(state)
}

/// Both sources are asked: the service's count of insertions, and the handle, which knows of resets.
fn same_card(context: &Context, card: &Transaction<'_>, target: &Target, count: u32) -> Result<(), CardError> {
    card.status2_owned()?;
    let mut state = look(context, target)?;
    if state.event_count() != count {
        // Either the count read at the opening was not yet up to date, or this one is not.
        thread::sleep(COUNT_SETTLES);
        state = look(context, target)?;
    }
    if !is_one_insertion(count, state.event_count()) {
        return Err(CardError::Changed);
    }
    if state.event_state().contains(State::PRESENT) { Ok(()) } else { Err(CardError::Removed) }
}

/// Does jobs until it is told to leave (then whom to tell is returned) or the other side is gone.
fn serve(context: &Context, card: &Transaction<'_>, target: &Target, count: u32, jobs: &Receiver<Job>) -> Leaving {
    let mut leaving = Leaving::untouched();
    while let Ok(job) = jobs.recv() {
        match job {
            Job::Transmit { command, reply } => drop(reply.send(transmit(card, &command))),
            Job::SameCard { reply } => drop(reply.send(same_card(context, card, target, count))),
            Job::ResetAtEnd => leaving.disposition = Disposition::ResetCard,
            Job::Leave { reply } => {
                leaving.reply = Some(reply);
                break;
            }
        }
    }
    leaving
}

fn transmit(card: &Transaction<'_>, command: &[u8]) -> Result<Zeroizing<Vec<u8>>, CardError> {
    if command.len() < SHORTEST_COMMAND {
        return Err(CardError::Malformed { what: "our own command" });
    }
    let mut room = Zeroizing::new(vec![0; ANSWER_ROOM]);
    let length = card.transmit(command, &mut room)?.len();
    room.truncate(length);
    Ok(room)
}

/// On failure the handle is dead, and dropping it (which asks for a reset) reaches no card.
pub(crate) fn leave(card: Card) -> Result<(), CardError> {
    card.disconnect(Disposition::LeaveCard).map_err(|(_, error)| error.into())
}
