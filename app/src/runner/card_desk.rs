//! The thread that talks to cards and unwraps keys, one job after the other.

use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use kakari_card::{CardHere, Talker};
use kakari_record::seal::{Keyring, scrub_stack};
use kakari_session::{Attempt, Event, PinDigits, PinSubmitted, ReopenOutcome};

use super::crew_keys::{CrewKeys, Reopening, Ticket};
use super::opening::Trust;
use super::store_desk::StoreDesk;
use super::{Input, fallback, patient_card, staff_card};

/// One thing to do with the card that is there.
pub(super) enum Job {
    ReadStaffCard(Attempt, CardHere),
    SignIn(Attempt, Ticket, CardHere, PinSubmitted),
    ReadPatientCard(Attempt, CardHere),
    Reopen(Attempt, Ticket, PinDigits),
    StartFallback(Attempt, Ticket, PinDigits, Vec<String>),
}

/// Made once the crew knows that it is signed in: what its PIN opens again.
pub(super) struct Later {
    pub(super) ticket: Ticket,
    pub(super) staff_id: String,
    pub(super) pin: PinDigits,
    pub(super) keys: Keyring,
}

/// A handle to the thread.
pub(super) struct CardDesk {
    jobs: Sender<(Job, Arc<Trust>)>,
    trust: Mutex<Option<Arc<Trust>>>,
}

/// What a job needs.
pub(super) struct Tools {
    pub(super) talker: Talker,
    pub(super) keys: CrewKeys,
    pub(super) store: StoreDesk,
    pub(super) torn_copy: patient_card::TornCopy,
    /// This tablet's name, as its one-time codes are made for.
    pub(super) tablet: String,
}

impl CardDesk {
    pub(super) fn start(
        tablet: String,
        talker: Talker,
        keys: CrewKeys,
        store: StoreDesk,
        inputs: Sender<Input>,
    ) -> std::io::Result<Self> {
        let (jobs, to_do) = mpsc::channel();
        let free = inputs.clone();
        let talker = talker.telling_when_free(move |presence| {
            let _ = free.send(Input::CardFree(presence));
        });
        let tools = Tools { talker, keys, store, torn_copy: Default::default(), tablet };
        thread::Builder::new().name("card-desk".to_owned()).spawn(move || work(&tools, &to_do, &inputs))?;
        Ok(Self { jobs, trust: Mutex::default() })
    }

    /// What cards are held against from now on.
    pub(super) fn trust(&self, trust: Arc<Trust>) {
        *self.trust.lock().unwrap_or_else(PoisonError::into_inner) = Some(trust);
    }

    /// Queues a job. Before the store is open nothing is asked of cards: the session asks for nothing.
    pub(super) fn ask(&self, job: Job) {
        let trust = self.trust.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(trust) = trust {
            let _ = self.jobs.send((job, trust));
        }
    }
}

fn work(tools: &Tools, to_do: &Receiver<(Job, Arc<Trust>)>, inputs: &Sender<Input>) {
    for (job, trust) in to_do {
        let mut later = None;
        let input = match job {
            Job::ReadStaffCard(attempt, card) => {
                Input::Event(Event::StaffCardRead(attempt, staff_card::read(tools, &trust, &card)))
            }
            Job::SignIn(attempt, ticket, card, submitted) => {
                let (outcome, wrap) = staff_card::sign_in(tools, &trust, ticket, &card, &submitted);
                later = wrap;
                Input::Event(Event::SignInAnswered(attempt, outcome))
            }
            Job::Reopen(attempt, ticket, pin) => Input::Event(Event::ReopenAnswered(
                attempt,
                match tools.keys.reopen(ticket, pin.expose()) {
                    Reopening::Reopened { staff_id } => ReopenOutcome::Reopened { staff_id },
                    Reopening::Wrong { tries_left } => ReopenOutcome::WrongPin { tries_left },
                    Reopening::Gone => ReopenOutcome::Gone,
                },
            )),
            Job::StartFallback(attempt, ticket, code, staff) => {
                let (outcome, wrap) = fallback::start(tools, &trust, ticket, &code, &staff);
                later = wrap;
                Input::Event(Event::FallbackAnswered(attempt, outcome))
            }
            Job::ReadPatientCard(attempt, card) => {
                let (outcome, steps) = patient_card::read(tools, &trust, &card);
                Input::CardRead(Event::PatientCardRead(attempt, Box::new(outcome)), steps)
            }
        };
        scrub_stack();
        let _ = inputs.send(input);
        if let Some(later) = later {
            fallback::wrap(tools, later);
            scrub_stack();
        }
    }
}
