//! The PIV chip: `piv-authenticator` and the transport that it leaves to its host (selection, chaining).

use std::sync::mpsc::Receiver;

use iso7816::command::CommandView;
use piv_authenticator::{Authenticator, Client, Options};
use trussed::ClientImplementation;
use trussed::pipe::{ServiceEndpoint, TrussedChannel};
use trussed::service::Service;
use trussed::types::CoreContext;
use trussed::virt::{Store, StoreConfig};

use crate::chip::Job;
use crate::parts::{BACKENDS, Dispatch, Inline, Platform};

const CHAINED: u8 = 0x10;
const SELECT: u8 = 0xA4;
const GET_RESPONSE: u8 = 0xC0;
const SHORT_ANSWER: usize = 256;
const LONGEST_ANSWER: usize = 4096;

const DONE: [u8; 2] = [0x90, 0x00];
const NOT_FOUND: [u8; 2] = [0x6A, 0x82];
const NOTHING_SELECTED: [u8; 2] = [0x6D, 0x00];
const WRONG_LENGTH: [u8; 2] = [0x67, 0x00];
const NOTHING_WAITS: [u8; 2] = [0x69, 0x85];

/// Runs one card's chip until the card is dropped. What it stores lives in this call's RAM.
pub(crate) fn run(jobs: &Receiver<Job>) {
    StoreConfig::ram().with_store(|store| while power_cycle(store, jobs) {});
}

/// From one power-up to the next; `false` when the card is no more.
fn power_cycle(store: Store<'_>, jobs: &Receiver<Job>) -> bool {
    let channel = TrussedChannel::new();
    let Some((requester, responder)) = channel.split() else {
        return false;
    };
    let context = CoreContext::new(littlefs2_core::path!("piv").into());
    let endpoint = ServiceEndpoint::new(responder, context, BACKENDS);
    let service = Service::with_dispatch(Platform::new(store), Dispatch::new());
    let client: ClientImplementation<'_, _, Dispatch> =
        ClientImplementation::new(requester, Inline { service, endpoint }, None);
    let mut application = Transport::new(Authenticator::new(client, Options::default()));
    while let Ok(job) = jobs.recv() {
        match job {
            Job::Power => return true,
            // The reader may have stopped waiting; the card cannot know.
            Job::Apdu { command, answer } => drop(answer.send(application.answer(&command))),
        }
    }
    false
}

/// ISO 7816-4 around the application.
struct Transport<T> {
    application: Authenticator<T>,
    is_selected: bool,
    chained: Vec<u8>,
    waiting: Vec<u8>,
}

impl<T: Client> Transport<T> {
    fn new(application: Authenticator<T>) -> Self {
        Self { application, is_selected: false, chained: Vec::new(), waiting: Vec::new() }
    }

    fn answer(&mut self, command: &[u8]) -> Vec<u8> {
        let Ok(view) = CommandView::try_from(command) else {
            return WRONG_LENGTH.to_vec();
        };
        let [class, instruction, p1, p2] = [command[0], command[1], command[2], command[3]];
        if instruction == GET_RESPONSE {
            return if self.waiting.is_empty() { NOTHING_WAITS.to_vec() } else { self.next_piece(SHORT_ANSWER) };
        }
        self.waiting.clear();
        self.chained.extend_from_slice(view.data());
        if class & CHAINED != 0 {
            return DONE.to_vec();
        }
        let data = std::mem::take(&mut self.chained);
        match self.dispatch([class, instruction, p1, p2], &data) {
            DONE if view.extended => self.next_piece(LONGEST_ANSWER),
            DONE => self.next_piece(SHORT_ANSWER),
            status => status.to_vec(),
        }
    }

    fn dispatch(&mut self, header: [u8; 4], data: &[u8]) -> [u8; 2] {
        if header[1] == SELECT {
            self.is_selected = self.ask(header, data) == DONE;
            return if self.is_selected { DONE } else { NOT_FOUND };
        }
        if self.is_selected { self.ask(header, data) } else { NOTHING_SELECTED }
    }

    /// Hands the whole command over in extended form; the answer goes to `waiting`.
    fn ask(&mut self, header: [u8; 4], data: &[u8]) -> [u8; 2] {
        let Ok(length) = u16::try_from(data.len()) else {
            return WRONG_LENGTH;
        };
        let mut whole = header.to_vec();
        whole.push(0);
        if length > 0 {
            whole.extend_from_slice(&length.to_be_bytes());
            whole.extend_from_slice(data);
        }
        whole.extend_from_slice(&[0, 0]);
        let Ok(view) = CommandView::try_from(whole.as_slice()) else {
            return WRONG_LENGTH;
        };
        let mut reply = heapless::Vec::<u8, LONGEST_ANSWER>::new();
        let result = self.application.respond(view, reply.as_mut_view());
        self.waiting = reply.to_vec();
        result.map_or_else(<[u8; 2]>::from, |()| DONE)
    }

    fn next_piece(&mut self, largest: usize) -> Vec<u8> {
        let rest = self.waiting.split_off(self.waiting.len().min(largest));
        let mut piece = std::mem::replace(&mut self.waiting, rest);
        match u8::try_from(self.waiting.len()) {
            Ok(0) => piece.extend_from_slice(&DONE),
            Ok(left) => piece.extend_from_slice(&[0x61, left]),
            Err(_) => piece.extend_from_slice(&[0x61, 0x00]),
        }
        piece
    }
}
