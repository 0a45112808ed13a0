//! `kakari sync`: the network process. It holds no key that opens a record.

use std::process::ExitCode;
use std::time::Duration;

use chrono::TimeDelta;
use kakari_store::wipe::{self, WipeState};
use kakari_store::{Store, StoreError, StoreKey, SyncSettings};
use kakari_sync::client::schedule::Schedule;
use kakari_sync::client::{Client, Conditions, Origin, Outcome, Problem, StepProgress, WipeOrder, Words};
use serde_json::json;
use tokio::time::{Instant, sleep_until};

use super::progress::{Progress, step_words};
use super::sync_audit::{audit_round, last_refusal};
use super::sync_program::program_facts;
use super::sync_round::{last_round, say};
use super::sync_status::{StatusKeeper, Stays};
use crate::cli::SyncArgs;
use crate::clock;
use crate::config::Config;
use crate::runner::{AuditClerk, sign_audit};
use crate::supervisor::Supervisor;
use crate::sync_notes::{Request, SyncNotes, Wanted};
use crate::tpm_counter::counted;
use crate::tpm_keys::state_dir;
use crate::wiping::{self, Report};

/// This program's version, as heads and reports name it.
pub(super) const APP: &str = env!("CARGO_PKG_VERSION");
/// How often a tablet that is not enrolled, or is erased, is looked at again.
const IDLE: Duration = Duration::from_secs(30);
/// How often it is looked whether the crew asks for a round.
const LOOK: Duration = Duration::from_millis(500);

/// How far sync stands behind the glass (setpriority(2)).
const NICE: i32 = 15;

/// What a round ended with.
#[derive(Debug)]
pub(super) enum Round {
    /// It ran; this came of it.
    Ran(Box<Outcome>),
    /// This tablet belongs to no region.
    NotEnrolled,
    /// The tablet is erased; whether the region knows.
    Erased(Report),
}

pub(crate) fn run(args: &SyncArgs) -> Result<ExitCode, String> {
    let config = args.configured.load()?;
    give_way();
    let origin = args.from.clone().map_or(Origin::Network, Origin::Bundle);
    let conditions = Conditions { metered: config.metered || args.metered, bulk_allowed: args.allow_snapshot };
    let clerk = AuditClerk::new(&config);
    let notes = SyncNotes::in_dir(&config.state);
    let status = StatusKeeper::start(&config.state, if args.once { Stays::NoLonger } else { Stays::On });
    let progress = Progress::new(args.json);
    let looked = Looked::new(if args.once { Supervisor::default() } else { Supervisor::of_environment() });
    let supervisor = looked.supervisor.clone();
    let mut syncing = Syncing {
        config,
        clerk,
        origin,
        conditions,
        progress,
        notes,
        status,
        looked,
        open: None,
        report: Report::default(),
    };
    let once = args.once;
    runtime()?.block_on(async move {
        let _signs = tokio::spawn(give_signs(supervisor));
        let mut schedule = Schedule::every(SyncSettings::default().poll_seconds);
        let mut asked = None;
        loop {
            let round = syncing.round_for(asked.as_ref()).await;
            let code = say(&round, &mut syncing.progress);
            if once {
                return Ok(code);
            }
            let until = Instant::now() + syncing.wait(&mut schedule, &round);
            asked = syncing.asked_before(until).await;
            if asked.is_some() {
                schedule.asked();
            }
        }
    })
}

/// Whoever touches the glass goes before whoever fills the store: on two cores a snapshot would be felt.
fn give_way() {
    if let Err(error) = rustix::process::nice(NICE) {
        tracing::warn!(%error, "sync runs with the priority of the glass");
    }
}

/// One thread for the network; the store blocks it for as long as a transaction takes.
pub(super) fn runtime() -> Result<tokio::runtime::Runtime, String> {
    let made = tokio::runtime::Builder::new_current_thread().enable_all().build();
    made.map_err(|error| format!("no network loop: {error}"))
}

/// Gives signs of life from the loop that everything of this program turns in: while it hangs, none are given.
async fn give_signs(supervisor: Supervisor) {
    let Some(watchdog) = supervisor.watchdog() else { return };
    let mut ticks = tokio::time::interval(watchdog / 3);
    loop {
        ticks.tick().await;
        supervisor.alive();
    }
}

/// Says once that the program is up: when it has looked whether its tablet belongs to a region.
#[derive(Debug)]
pub(super) struct Looked {
    supervisor: Supervisor,
    told: bool,
}

impl Looked {
    pub(super) fn new(supervisor: Supervisor) -> Self {
        Self { supervisor, told: false }
    }

    fn at(&mut self, status: &str) {
        if !std::mem::replace(&mut self.told, true) {
            self.supervisor.ready(status);
        }
    }
}

impl Drop for Looked {
    fn drop(&mut self) {
        self.supervisor.stopping();
    }
}

/// One tablet's sync.
pub(super) struct Syncing {
    pub(super) config: Config,
    pub(super) clerk: AuditClerk,
    pub(super) origin: Origin,
    pub(super) conditions: Conditions,
    pub(super) progress: Progress,
    pub(super) notes: SyncNotes,
    pub(super) status: StatusKeeper,
    /// Whether it was said that this program has looked at its tablet.
    pub(super) looked: Looked,
    /// The client between rounds: it keeps its connection and its place.
    pub(super) open: Option<Client>,
    /// What the region heard of an erasure.
    pub(super) report: Report,
}

impl Syncing {
    /// One round, for the crew or by itself, and what came of it for the glass.
    async fn round_for(&mut self, asked: Option<&Request>) -> Result<Round, Words> {
        let nonce = asked.map(|request| request.nonce.clone());
        self.status.begin(nonce.as_deref());
        let origin = match asked.map(|request| &request.what) {
            Some(Wanted::Import(dir)) => Origin::Bundle(dir.clone()),
            Some(Wanted::Now) | None => self.origin.clone(),
        };
        let round = self.round(&origin, nonce.clone()).await;
        self.status.end(last_round(&round, nonce, clock::now().utc));
        round
    }

    /// Waits for the next round's time, or for somebody who asks for one before.
    async fn asked_before(&self, until: Instant) -> Option<Request> {
        loop {
            if let Some(request) = self.notes.take() {
                return Some(request);
            }
            let now = Instant::now();
            if now >= until {
                return None;
            }
            sleep_until(until.min(now + LOOK)).await;
        }
    }

    /// One round, whatever stands in its way.
    async fn round(&mut self, origin: &Origin, asked: Option<String>) -> Result<Round, Words> {
        if wiping::finish(&self.config).is_some() {
            self.open = None;
            self.looked.at("the tablet is erased");
            return self.tell_erased().await;
        }
        if self.open.is_none() {
            self.open = match self.client() {
                Ok(client) => client,
                Err(words) => {
                    self.looked.at("the tablet's identity or store cannot be read");
                    self.mind_lease();
                    return Err(words);
                }
            };
        }
        let Some(client) = &mut self.open else {
            self.looked.at("the tablet belongs to no region");
            return Ok(Round::NotEnrolled);
        };
        self.looked.at("the region is asked at its times");
        let (progress, glass) = (&mut self.progress, self.status.teller(asked));
        let mut tell = |step: StepProgress| {
            glass(&step);
            let (words, event) = step_words(&step);
            progress.step(&words, &event, &step);
        };
        let had_wraps = has_wraps(client.store());
        let refused = last_refusal(client.store());
        let outcome = client.round(origin, self.conditions, &mut tell).await;
        audit_round(client.store_mut(), &self.clerk, &outcome, refused.as_deref());
        if had_wraps && !has_wraps(client.store()) {
            self.say_lease_over();
        }
        if let Some(order) = outcome.wipe {
            return self.erase(order).await;
        }
        Ok(Round::Ran(Box::new(outcome)))
    }

    /// A round minds the lease; where none can be, it ends all the same.
    fn mind_lease(&mut self) {
        match open_store(&self.config).map(|mut store| end_lease(&mut store)) {
            Ok(Ok(true)) => self.say_lease_over(),
            Ok(Err(error)) => tracing::error!(%error, "it cannot be seen whether the lease is over"),
            // What does not open opens nobody's record either.
            Ok(Ok(false)) | Err(_) => {}
        }
    }

    fn say_lease_over(&mut self) {
        self.progress.say(
            "同期の期限が過ぎたため、名簿の鍵を消しました。登録者の情報は残っていますが、開けません",
            &json!({ "event": "lease over" }),
        );
    }

    /// Carries an order out at once: the mark first, so that whoever starts next finishes it.
    async fn erase(&mut self, order: WipeOrder) -> Result<Round, Words> {
        let begun = wipe::begin(&wiping::paths(&self.config), order.nonce);
        begun.map_err(|error| Words {
            ja: "地域事務局の指示による消去を始められません。続けて試みます".to_owned(),
            en: format!("an ordered erasure cannot be begun: {error}; it is tried again"),
        })?;
        tracing::warn!("the region has ordered this tablet to erase itself");
        self.open = None;
        wiping::finish(&self.config);
        self.tell_erased().await
    }

    async fn tell_erased(&mut self) -> Result<Round, Words> {
        let WipeState::Done { nonce } = wiping::state(&self.config) else {
            return Err(Words {
                ja: "地域事務局の指示でこの端末を消去しています。まだ終わっていません。続けます".to_owned(),
                en: "the regional office has ordered this tablet to erase itself; that is not done yet and goes on"
                    .to_owned(),
            });
        };
        if !wiping::is_untold(&self.config) {
            return Ok(Round::Erased(self.report));
        }
        self.report = wiping::tell(&self.config, nonce).await.unwrap_or_else(|problem| {
            tracing::warn!(%problem, "the region does not know of the erasure yet");
            Report::Owed
        });
        Ok(Round::Erased(self.report))
    }

    /// The client of this tablet; none while it belongs to no region.
    fn client(&self) -> Result<Option<Client>, Words> {
        if !self.config.state.exists() {
            return Ok(None);
        }
        let words = |problem: Problem| problem.words();
        let state = state_dir(&self.config).map_err(words)?;
        let Some(identity) = state.load_identity().map_err(words)? else { return Ok(None) };
        let mut store = open_store(&self.config)
            .map_err(|en| Words { ja: "端末のデータベースを開けません".to_owned(), en })?;
        sign_audit(&self.config, &mut store);
        let client = Client::new(state, identity, store, APP).map_err(words)?;
        Ok(Some(client.with_program(program_facts)))
    }

    fn wait(&self, schedule: &mut Schedule, round: &Result<Round, Words>) -> Duration {
        let settings = self.open.as_ref().and_then(|client| client.store().settings().ok());
        if let Some(settings) = settings {
            schedule.set_interval(settings.poll_seconds);
        }
        match round {
            Ok(Round::Ran(outcome)) => schedule.after(outcome.contact || outcome.up_to_date),
            Ok(Round::Erased(Report::Owed)) | Err(_) => schedule.after(false),
            Ok(Round::NotEnrolled | Round::Erased(_)) => IDLE,
        }
    }
}

/// The store, as the one process that syncs.
pub(super) fn open_store(config: &Config) -> Result<Store, String> {
    let key = StoreKey::load(&config.store_key_path()).map_err(|error| error.to_string())?;
    let store = Store::open_to_sync(&config.store, key).map_err(|error| error.to_string())?;
    Ok(counted(store, config))
}

fn has_wraps(store: &Store) -> bool {
    matches!(store.roster(), Ok(Some(_)))
}

/// Erases the wraps when the lease is over; says whether it did.
fn end_lease(store: &mut Store) -> Result<bool, StoreError> {
    let left = store.lease_left(clock::now().utc)?;
    let over = left.is_some_and(|left| left <= TimeDelta::zero()) && !store.wraps_forgotten()?;
    if over {
        store.forget_wraps()?;
    }
    Ok(over)
}
