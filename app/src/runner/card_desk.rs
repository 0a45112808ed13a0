//! The thread that talks to cards, one job after the other.

use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use kakari_card::{CardHere, Talker};
use kakari_session::{Attempt, Event, PinSubmitted};

use super::crew_keys::CrewKeys;
use super::opening::Trust;
use super::store_desk::StoreDesk;
use super::{Input, patient_card, staff_card};

/// One thing to do with the card that is there.
pub(super) enum Job {
    ReadStaffCard(Attempt, CardHere),
    SignIn(Attempt, CardHere, PinSubmitted),
    ReadPatientCard(Attempt, CardHere),
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
}

impl CardDesk {
    pub(super) fn start(keys: CrewKeys, store: StoreDesk, inputs: Sender<Input>) -> std::io::Result<Self> {
        let (jobs, to_do) = mpsc::channel();
        let tools = Tools { talker: Talker::default(), keys, store };
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
        let input = match job {
            Job::ReadStaffCard(attempt, card) => {
                Input::Event(Event::StaffCardRead(attempt, staff_card::read(tools, &trust, &card)))
            }
            Job::SignIn(attempt, card, sign_in) => {
                Input::Event(Event::SignInAnswered(attempt, staff_card::sign_in(tools, &trust, &card, &sign_in)))
            }
            Job::ReadPatientCard(attempt, card) => {
                let (outcome, steps) = patient_card::read(tools, &trust, &card);
                Input::CardRead(Event::PatientCardRead(attempt, Box::new(outcome)), steps)
            }
        };
        let _ = inputs.send(input);
    }
}
