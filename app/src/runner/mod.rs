//! Runs what the session asks for.
//!
//! This thread owns the [`Session`]; the store desk owns the store; the card desk talks to cards; the card watcher tells
//! of readers; whatever else may take a while has a thread of its own. They share nothing but messages, and the crew's
//! keys ([`CrewKeys`]), which the session's thread can wipe while a card hangs.

mod audit_clerk;
mod audit_signing;
mod audit_start;
mod audit_watch;
mod audit_writer;
mod bundles;
mod bus;
mod card_desk;
mod cards_here;
mod clock_source;
mod crew_keys;
mod fallback;
mod gauges;
mod journal;
mod links;
mod look_round;
mod modem;
mod opening;
mod patient_card;
mod power;
mod read_through;
mod reader_facts;
mod save_desk;
mod search_desk;
mod searched;
mod sound_desk;
mod staff_card;
mod station_desk;
mod store_desk;
mod sync_desk;
mod tones;
mod troubles;
mod update_desk;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use kakari_card::{CardHere, Presence, ReaderEvent, ReaderPattern, Talker, Watcher};
use kakari_record::audit::{AuditKind, BreakGlassEnd};
use kakari_session::touch::Touch;
use kakari_session::{
    Attempt, CardTrouble, Effect, Event, ReaderState, Scene, Session, SignInOutcome, StaffCardOutcome, StoreFacts,
};

pub(crate) use self::audit_clerk::AuditClerk;
pub(crate) use self::audit_start::sign_audit;
pub(crate) use self::audit_watch::public_key;
use self::audit_writer::Written;
use self::card_desk::{CardDesk, Job};
use self::cards_here::CardsHere;
use self::crew_keys::CrewKeys;
pub(crate) use self::gauges::read_gauges;
use self::gauges::{Watching, watch_gauges};
pub(crate) use self::journal::{Journal, Step};
pub(crate) use self::look_round::Rounds;
pub(crate) use self::opening::{Trust, open_store};
use self::save_desk::SaveDesk;
use self::search_desk::SearchDesk;
use self::sound_desk::SoundDesk;
use self::station_desk::{Request, StationDesk};
use self::store_desk::StoreDesk;
use self::sync_desk::SyncDesk;
use self::update_desk::UpdateDesk;
use crate::clock;
use crate::config::Config;
use crate::kept_look;

/// The session's clock moves at least this often.
const TICK: Duration = Duration::from_secs(1);

/// What reaches the session's thread.
enum Input {
    Event(Event),
    Reader(ReaderEvent),
    /// A card that another program used is free again.
    CardFree(Presence),
    StoreOpened(Arc<Trust>, StoreFacts),
    StoreChanged(Arc<Trust>, StoreFacts),
    CardRead(Event, Vec<Step>),
    AuditWritten(Attempt, Written, Duration),
    Stop,
}

/// Talks to cards, and knows this region's makes of number-only ones. A configuration that was read has no wrong one.
fn talker(config: &Config) -> Talker {
    let profiles = config.card_profiles().unwrap_or_else(|error| {
        tracing::error!(%error, "number-only cards are read by their identifier alone");
        Vec::new()
    });
    Talker::default().with_profiles(profiles)
}

/// The running tablet without its glass.
pub(crate) struct Runner {
    inputs: Sender<Input>,
    thread: Option<JoinHandle<()>>,
}

/// What is told of every change: the session, and what the last tap cost.
pub(crate) type Observer = Box<dyn FnMut(&Session, &Journal) + Send>;

impl Runner {
    /// Starts all threads; returns at once. `observer` runs on the session's thread after every event.
    pub(crate) fn start(config: &Config, observer: Observer) -> std::io::Result<Self> {
        let (inputs, received) = mpsc::channel();
        let watcher = watch(&config.reader, inputs.clone())?;
        let keys = CrewKeys::default();
        let clerk = AuditClerk::new(config);
        let store = StoreDesk::start(config, clerk.clone(), inputs.clone())?;
        let cards =
            CardDesk::start(config.tablet.clone(), talker(config), keys.clone(), store.clone(), inputs.clone())?;
        let files = SaveDesk::start(config, inputs.clone())?;
        let told = inputs.clone();
        let sync = SyncDesk::start(config, move |stage| {
            // The session's thread ends only with the program.
            let _ = told.send(Input::Event(Event::SyncStage(stage)));
        })?;
        let mut at_work = AtWork {
            session: Session::new(config.vehicle.clone())
                .with_look(kept_look::read(&config.state))
                .with_receivers(config.receivers.clone())
                .with_place_to_save(config.handover_dir.is_some()),
            searches: SearchDesk::start(config, keys.clone(), inputs.clone())?,
            started: false,
            clerk,
            journal: Journal::default(),
            here: CardsHere::default(),
            readers: BTreeSet::new(),
            keys,
            store,
            cards,
            files,
            station: StationDesk::start(config, inputs.clone())?,
            sync,
            sound: SoundDesk::start()?,
            observer,
            _watcher: watcher,
            _gauges: watch_gauges(inputs.clone())?,
            updates: UpdateDesk::start(config, inputs.clone())?,
        };
        let thread = thread::Builder::new().name("session".to_owned()).spawn(move || at_work.run(&received))?;
        Ok(Self { inputs, thread: Some(thread) })
    }

    /// A handle for whoever sees the crew's touches.
    pub(crate) fn touches(&self) -> impl Fn(Touch) + Clone + Send + 'static {
        let inputs = self.inputs.clone();
        move |touch| {
            // The session's thread ends only with the program.
            let _ = inputs.send(Input::Event(Event::Touched(touch)));
        }
    }

    /// The same for touches on a view that is older than the session may be.
    pub(crate) fn touches_in(&self) -> impl Fn(Scene, Touch) + Clone + Send + 'static {
        let inputs = self.inputs.clone();
        move |scene, touch| {
            let _ = inputs.send(Input::Event(Event::TouchedIn(scene, touch)));
        }
    }

    /// Locks, so that keys are wiped, and waits for the session's thread.
    pub(crate) fn stop(mut self) {
        let _ = self.inputs.send(Input::Stop);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn watch(pattern: &str, inputs: Sender<Input>) -> std::io::Result<Watcher> {
    Watcher::start(ReaderPattern::new(pattern), move |event| {
        let _ = inputs.send(Input::Reader(event));
    })
}

/// The session's thread.
struct AtWork {
    session: Session,
    clerk: AuditClerk,
    journal: Journal,
    here: CardsHere,
    /// Those that work: with two, one unplugged is no trouble.
    readers: BTreeSet<String>,
    keys: CrewKeys,
    store: StoreDesk,
    cards: CardDesk,
    searches: SearchDesk,
    /// The store was open once: what stands open in the audit after that is this program's own.
    started: bool,
    files: SaveDesk,
    station: StationDesk,
    sync: SyncDesk,
    sound: SoundDesk,
    observer: Observer,
    _watcher: Watcher,
    _gauges: Watching,
    updates: UpdateDesk,
}

impl AtWork {
    fn run(&mut self, inputs: &Receiver<Input>) {
        loop {
            let events = match inputs.recv_timeout(TICK) {
                Ok(Input::Stop) | Err(RecvTimeoutError::Disconnected) => break,
                Ok(Input::Reader(event)) => self.reader_event(event),
                Ok(input) => self.understand(input).into_iter().collect(),
                Err(RecvTimeoutError::Timeout) => Vec::new(),
            };
            self.tell(Event::Tick(clock::now()));
            for event in events {
                self.tell(event);
            }
            (self.observer)(&self.session, &self.journal);
        }
        self.tell(Event::Touched(Touch::Lock));
        self.keys.forget();
        self.store.finish(self.clerk.stopped());
    }

    fn tell(&mut self, event: Event) {
        let began = Instant::now();
        let effects = self.session.update(event);
        for effect in effects {
            self.carry_out(effect);
        }
        self.journal.session_took(began.elapsed());
    }

    /// Keeps what only the runner needs to know; the rest is an event.
    fn understand(&mut self, input: Input) -> Option<Event> {
        match input {
            Input::Event(event) => {
                if matches!(event, Event::Touched(_) | Event::TouchedIn(..)) {
                    self.journal.touched();
                }
                Some(event)
            }
            Input::CardFree(presence) => self.here.free(presence),
            Input::StoreOpened(trust, facts) => {
                self.end_what_was_left_open(&trust);
                self.trust(trust);
                Some(Event::StoreOpened(facts))
            }
            Input::StoreChanged(trust, facts) => {
                self.trust(trust);
                Some(Event::StoreChanged(facts))
            }
            Input::CardRead(event, steps) => {
                self.journal.card_read(steps);
                Some(event)
            }
            Input::AuditWritten(attempt, written, took) => {
                self.journal.audit_written(took);
                Some(match written {
                    Written::Durable => Event::AuditWritten(attempt),
                    Written::Owed => Event::AuditOwed(attempt),
                })
            }
            Input::Reader(_) | Input::Stop => None,
        }
    }

    /// A break-glass never outlives the program. Its end goes before every other row of this start.
    fn end_what_was_left_open(&mut self, trust: &Trust) {
        if !self.started && trust.break_glass_left_open {
            let ended = AuditKind::BreakGlassEnded { reason: BreakGlassEnd::Restarted };
            self.store.audit(Attempt::default(), self.clerk.event(ended, Vec::new()));
        }
        self.started = true;
    }

    /// Cards and the clock are held against this from now on.
    fn trust(&mut self, trust: Arc<Trust>) {
        self.clerk.trust(Arc::clone(&trust));
        self.searches.trust(Arc::clone(&trust));
        self.cards.trust(trust);
    }

    fn reader_event(&mut self, event: ReaderEvent) -> Vec<Event> {
        match event {
            ReaderEvent::CardArrived(card) => {
                self.journal.card_seen(&card);
                vec![self.here.arrived(card)]
            }
            ReaderEvent::CardLeft { presence } => self.here.left(presence),
            _ => self.reader_changed(event).into_iter().collect(),
        }
    }

    fn reader_changed(&mut self, event: ReaderEvent) -> Option<Event> {
        match event {
            ReaderEvent::Ready { reader } => {
                self.readers.insert(reader);
                Some(Event::ReaderChanged(ReaderState::Ready))
            }
            ReaderEvent::Gone { reader } => {
                self.readers.remove(&reader);
                self.readers.is_empty().then_some(Event::ReaderChanged(ReaderState::Asleep))
            }
            ReaderEvent::NoReader => Some(self.no_reader(ReaderState::Missing)),
            ReaderEvent::ServiceStopped => Some(self.no_reader(ReaderState::ServiceStopped)),
            ReaderEvent::Mute { .. } => Some(Event::CardMute),
            ReaderEvent::InUse { .. } => Some(Event::CardBusy),
            _ => None,
        }
    }

    fn no_reader(&mut self, state: ReaderState) -> Event {
        self.readers.clear();
        Event::ReaderChanged(state)
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::ReadStaffCard(attempt) => self.ask_card(
                |card| Job::ReadStaffCard(attempt, card),
                Event::StaffCardRead(attempt, StaffCardOutcome::Refused(CardTrouble::TornAway)),
            ),
            Effect::SignIn(attempt, sign_in) => {
                let ticket = self.keys.ticket();
                self.ask_card(
                    |card| Job::SignIn(attempt, ticket, card, sign_in),
                    Event::SignInAnswered(attempt, SignInOutcome::Refused(CardTrouble::TornAway)),
                );
            }
            Effect::ReadPatientCard(attempt) => self.ask_card(
                |card| Job::ReadPatientCard(attempt, card),
                Event::PatientCardRead(attempt, Box::new(troubles::torn())),
            ),
            Effect::Audit(attempt, kind, crew) => self.store.audit(attempt, self.clerk.event(kind, crew)),
            Effect::ForgetKeys => {
                self.keys.forget();
                self.searches.forget();
            }
            Effect::SleepKeys => {
                self.keys.sleep();
                self.searches.forget();
            }
            Effect::Reopen(attempt, pin) => self.cards.ask(Job::Reopen(attempt, self.keys.ticket(), pin)),
            Effect::StartFallback(attempt, code, staff) => {
                self.cards.ask(Job::StartFallback(attempt, self.keys.ticket(), code, staff));
            }
            Effect::PrepareSearch => self.searches.prepare(),
            Effect::ForgetSearch => self.searches.forget(),
            Effect::Search(attempt, terms) => {
                self.journal.asked();
                self.searches.search(attempt, terms);
            }
            Effect::OpenFound(attempt, record) => {
                self.journal.asked();
                self.searches.open(attempt, record);
            }
            Effect::Save(attempt, save_as, chosen) => {
                self.files.save(attempt, save_as, chosen, self.session.view().training);
            }
            Effect::EraseWraps => self.store.erase_wraps(),
            Effect::KeepLook(look) => self.station.ask(Request::KeepLook(look)),
            Effect::LookRound(attempt) => {
                self.station.ask(Request::LookRound(attempt, self.readers.first().cloned()));
            }
            Effect::ReadReview(attempt) => self.station.ask(Request::ReadReview(attempt)),
            Effect::CountUsage(attempt) => self.station.ask(Request::CountUsage(attempt)),
            Effect::SyncNow => self.sync.now(),
            Effect::ImportBundle => self.sync.import(),
            Effect::Sound(cue) => self.sound.play(cue),
            Effect::NoteRest => self.updates.note_rest(),
            Effect::ForgetRest => self.updates.forget_rest(),
        }
    }

    /// A card that is gone already is answered for at once.
    fn ask_card(&mut self, job: impl FnOnce(CardHere) -> Job, torn: Event) {
        match self.here.current().cloned() {
            Some(card) => self.cards.ask(job(card)),
            None => self.tell(torn),
        }
    }
}
