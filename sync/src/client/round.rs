//! One round of sync, lane by lane. What a lane did stays done when a later one fails.

use chrono::{DateTime, Utc};
use kakari_store::{Contact, Cursor, Store, Trusted};

use super::enrol::{awaits_certificate, fetch_certificate};
use super::outcome::{Conditions, Origin, Outcome, Step, StepProgress};
use super::release::WrongPackage;
use super::schedule::Budget;
use super::staging::Seen;
use super::trust::{OwnTime, Place, Trust};
use super::{
    Downloads, Identity, Link, LinkError, Problem, ProgramFacts, Progress, Refusal, Source, StateDir, enrol, renew, tls,
};
use crate::{Head, Orders, Sha256};

/// A tablet's sync: one identity, one store, one connection.
pub struct Client {
    pub(super) state: StateDir,
    pub(super) identity: Identity,
    pub(super) store: Store,
    pub(super) app: String,
    pub(super) link: Option<Link>,
    pub(super) downloads: Downloads,
    /// The last believed head as it came from the server, and its ETag: believed anew each time.
    pub(super) last_head: Option<(String, Vec<u8>)>,
    pub(super) last_orders: Option<(Sha256, Orders)>,
    pub(super) accounted: u64,
    /// Where the tablet is known to hold exactly what the region held there.
    pub(super) exact: Option<Cursor>,
    pub(super) clock: Box<dyn Fn() -> DateTime<Utc> + Send>,
    /// Looks at what is known of the program; none, and no update of it is fetched.
    pub(super) program: Option<Box<dyn Fn() -> ProgramFacts + Send>>,
    pub(super) wrong_package: Option<WrongPackage>,
    /// The staged package as this process has read it.
    pub(super) seen_package: Option<Seen>,
}

/// Tells how far a step is.
pub type Tell<'a> = &'a mut (dyn FnMut(StepProgress) + Send);

/// What the lanes of one round share.
pub(super) struct Round<'a> {
    pub(super) source: Source,
    pub(super) network: bool,
    pub(super) conditions: Conditions,
    pub(super) outcome: Outcome,
    pub(super) tell: Tell<'a>,
}

impl Round<'_> {
    /// Fetches one object whole.
    pub(super) async fn fetch(
        &mut self,
        downloads: &Downloads,
        step: Step,
        object: &crate::ObjectRef,
    ) -> Result<Vec<u8>, Problem> {
        let tell = &mut *self.tell;
        let mut progress = |Progress { done, of }| tell(StepProgress { step, done, of });
        downloads.fetch_bytes(&self.source, object, &mut progress).await
    }
}

impl Client {
    /// The client of an enrolled tablet; `app` is the program's version (`major.minor.patch`).
    ///
    /// # Errors
    ///
    /// [`Refusal::WrongKey`] when the store was made for another region's key than the identity's.
    pub fn new(state: StateDir, identity: Identity, store: Store, app: &str) -> Result<Self, Problem> {
        let facts = store.facts()?;
        if facts.feed != identity.feed() {
            return Err(Refusal::WrongRegion.into());
        }
        if facts.region_key != identity.enrolment.region_key {
            return Err(Refusal::WrongKey.into());
        }
        Ok(Self {
            link: link_of(&identity)?,
            downloads: Downloads::into(&state.partial_dir())?,
            state,
            identity,
            store,
            app: app.to_owned(),
            last_head: None,
            last_orders: None,
            accounted: 0,
            exact: None,
            clock: Box::new(Utc::now),
            program: None,
            wrong_package: None,
            seen_package: None,
        })
    }

    /// The same with another clock.
    #[must_use]
    pub fn with_clock(self, clock: impl Fn() -> DateTime<Utc> + Send + 'static) -> Self {
        Self { clock: Box::new(clock), ..self }
    }

    /// The same with another link to the server, for other timeouts.
    #[must_use]
    pub fn with_link(self, link: Link) -> Self {
        Self { link: Some(link), ..self }
    }

    /// The same, fetching updates of the program too; `look` is asked whenever a head names a release.
    #[must_use]
    pub fn with_program(self, look: impl Fn() -> ProgramFacts + Send + 'static) -> Self {
        Self { program: Some(Box::new(look)), ..self }
    }

    /// Who the tablet is.
    pub const fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The store.
    pub const fn store(&self) -> &Store {
        &self.store
    }

    /// The store, to write audit rows between two rounds.
    pub const fn store_mut(&mut self) -> &mut Store {
        &mut self.store
    }

    /// The store again, when the client is done.
    pub fn into_store(self) -> Store {
        self.store
    }

    /// One round. Orders come first; receipts before data; every lane that can be done is done whatever became of the
    /// one before it. A wipe order ends the round at once: the caller carries it out.
    pub async fn round(&mut self, origin: &Origin, conditions: Conditions, tell: Tell<'_>) -> Outcome {
        let before = self.moved();
        let mut outcome = Outcome::default();
        if let Err(problem) = self.be_certified(origin).await {
            outcome.fail(Step::Renewal, problem);
        }
        let mut outcome = match self.source(origin) {
            Ok(source) => {
                let network = source.is_network();
                let mut round = Round { source, network, conditions, outcome, tell };
                self.lanes(&mut round).await;
                round.outcome
            }
            Err(problem) => {
                outcome.fail(Step::Head, problem);
                outcome
            }
        };
        outcome.bytes = self.moved().saturating_sub(before);
        self.account(conditions, &mut outcome);
        self.keep(&mut outcome);
        outcome
    }

    async fn lanes(&mut self, round: &mut Round<'_>) {
        let head = match self.fetch_head(round).await {
            Ok(head) => Some(head),
            Err(problem) => {
                // Without the tablet's key every other request would only fail again.
                let keyless = matches!(problem, Problem::Device(_));
                round.outcome.fail(Step::Head, problem);
                if keyless {
                    return;
                }
                None
            }
        };
        round.outcome.head = head.as_ref().map(Place::of);
        round.outcome.head_records = head.as_ref().map(|head| head.records);
        if let Some(head) = &head {
            self.orders_lane(round, head).await;
            if round.outcome.wipe.is_some() {
                return;
            }
            self.roster_lane(round, head).await;
        }
        if round.network {
            self.receipts_lane(round).await;
        }
        if let Some(head) = &head {
            self.data_lanes(round, head).await;
            self.program_lane(round, head).await;
        }
        if round.network {
            self.renewal_lane(round).await;
            self.report_lane(round).await;
        } else if let Some(head) = &head {
            self.note_bundle(round, head);
        }
    }

    /// The head, believed. The trusted maximum is raised before anything that it names is fetched.
    async fn fetch_head(&mut self, round: &mut Round<'_>) -> Result<Head, Problem> {
        let known = self.last_head.as_ref().filter(|_| round.network);
        let fetched = round.source.fetch_head(known.map(|(etag, _)| etag.as_str())).await?;
        let (bytes, etag) = match (fetched, known) {
            (super::FetchedHead::New { bytes, etag }, _) => (bytes, etag),
            (super::FetchedHead::Unchanged, Some((etag, bytes))) => (bytes.clone(), Some(etag.clone())),
            (super::FetchedHead::Unchanged, None) => return Err(LinkError::Nonsense("304 to nothing").into()),
        };
        let region_key = &self.identity.enrolment.region_key;
        let trust = Trust { region_key, feed: self.identity.feed(), highest: self.highest()?, time: self.own_time()? };
        let head = trust.verify_head(&bytes)?;
        self.trust(|trusted| Trusted {
            generation: head.generation,
            sequence: head.sequence,
            issued_at: head.issued_at,
            ..trusted
        })?;
        if round.network {
            self.last_head = etag.map(|etag| (etag, bytes));
        }
        Ok(head)
    }

    /// Raises the trusted maximum.
    pub(super) fn trust(&mut self, raise: impl FnOnce(Trusted) -> Trusted) -> Result<(), Problem> {
        let nothing = Trusted { generation: 0, sequence: 0, issued_at: DateTime::UNIX_EPOCH, roster: 0, orders: 0 };
        let before = self.store.trusted()?;
        let raised = raise(before.unwrap_or(nothing));
        if before != Some(raised) {
            self.store.trust(&raised)?;
        }
        Ok(())
    }

    /// The highest place that this tablet ever believed, or stands at.
    fn highest(&self) -> Result<Option<Place>, Problem> {
        let trusted = self.store.trusted()?.map(|trusted| Place {
            generation: trusted.generation,
            sequence: trusted.sequence,
            issued_at: trusted.issued_at,
        });
        let cursor = self.store.cursor()?.map(|cursor| Place {
            generation: cursor.generation,
            sequence: cursor.sequence,
            issued_at: DateTime::UNIX_EPOCH,
        });
        Ok(trusted.max(cursor))
    }

    /// The tablet's clock, and the newest moment that it has proof of.
    pub(super) fn own_time(&self) -> Result<OwnTime, Problem> {
        let trusted = self.store.trusted()?.map(|trusted| trusted.issued_at);
        let contact = self.store.contact()?.map(|contact| contact.server_time);
        let certified = self.identity.certificate.as_ref().map(|certificate| certificate.not_before);
        Ok(OwnTime { now: (self.clock)(), floor: trusted.max(contact).max(certified) })
    }

    /// A tablet that was enrolled from a bundle fetches its certificate at the first contact. The code may outlive that by a
    /// power cut.
    async fn be_certified(&mut self, origin: &Origin) -> Result<(), Problem> {
        if *origin != Origin::Network || !awaits_certificate(&self.state)? {
            return Ok(());
        }
        if self.identity.certificate.is_some() {
            return enrol::forget_code(&self.state);
        }
        self.identity = match fetch_certificate(&self.state, &self.identity, &self.app).await {
            Ok(identity) => identity,
            Err(enrol::EnrolError::Problem(problem)) => return Err(problem),
            Err(_) => return Err(LinkError::NotAdmitted.into()),
        };
        self.link = link_of(&self.identity)?;
        Ok(())
    }

    fn source(&self, origin: &Origin) -> Result<Source, Problem> {
        Ok(match origin {
            Origin::Bundle(dir) => Source::Folder(dir.clone()),
            Origin::Network => {
                let link = self.link.clone().ok_or(Problem::Keys("there is no certificate yet"))?;
                Source::Http { link, url: self.identity.enrolment.feed_url.trim_end_matches('/').to_owned() }
            }
        })
    }

    async fn renewal_lane(&mut self, round: &mut Round<'_>) {
        let Some(link) = self.link.clone() else { return };
        if !self.identity.certificate.as_ref().is_some_and(|own| renew::is_due(own, (self.clock)())) {
            return;
        }
        match renew::renew(&self.state, &link, &self.identity.enrolment.api_url).await {
            Ok(certificate) => {
                let moved = self.moved();
                self.identity.certificate = Some(certificate);
                match link_of(&self.identity) {
                    Ok(link) => {
                        self.link = link;
                        self.link.iter().for_each(|link| link.count(usize::try_from(moved).unwrap_or(0)));
                    }
                    Err(problem) => round.outcome.fail(Step::Renewal, problem),
                }
            }
            Err(problem) => round.outcome.fail(Step::Renewal, problem),
        }
    }

    /// A bundle is news from the region as of the moment its head was signed; the same one again is none.
    fn note_bundle(&mut self, round: &mut Round<'_>, head: &Head) {
        let noted = self.store.contact().and_then(|before| {
            let newer = before.is_none_or(|before| before.server_time < head.issued_at);
            let contact = Contact { server_time: head.issued_at, own_time: (self.clock)() };
            if newer { self.store.note_contact(&contact) } else { Ok(()) }
        });
        if let Err(error) = noted {
            round.outcome.fail(Step::Report, error);
        }
    }

    pub(super) fn moved(&self) -> u64 {
        self.link.as_ref().map_or(0, Link::moved)
    }

    /// Writes down what moved over a metered link since the last time.
    pub(super) fn account(&mut self, conditions: Conditions, outcome: &mut Outcome) {
        let moved = self.moved();
        let new = moved.saturating_sub(self.accounted);
        self.accounted = moved;
        if conditions.metered && new > 0 {
            let day = (self.clock)().date_naive();
            if let Err(error) = self.store.spend(day, new) {
                outcome.fail(Step::Report, error);
            }
        }
    }

    pub(super) fn budget(&self, round: &Round<'_>) -> Result<Budget, Problem> {
        let metered = round.conditions.metered && round.network;
        let per_day = metered.then_some(self.store.settings()?.metered_bytes_per_day);
        Ok(Budget { per_day, spent: self.store.spent_today((self.clock)().date_naive())? })
    }
}

pub(super) fn link_of(identity: &Identity) -> Result<Option<Link>, Problem> {
    let authority = &identity.enrolment.tls_authority;
    identity.certificate.as_ref().map(|own| Link::new(tls::mutual(authority, own)?)).transpose()
}
