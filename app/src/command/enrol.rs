//! `kakari enrol`: an invitation becomes a tablet that is ready for duty. Every step is stored before the next, so the same
//! command goes on where it was interrupted.

use std::fs;
use std::io::{self, Read};
use std::path::Path;
use std::process::ExitCode;

use chrono::Utc;
use kakari_record::audit::AuditKind;
use kakari_store::Store;
use kakari_store::wipe::{self, WipeState};
use kakari_sync::client::schedule::Schedule;
use kakari_sync::client::{Client, Conditions, Identity, Origin, Outcome, Problem, StateDir, Step, enrol};
use kakari_sync::enrol::{Invitation, InvitationCode};
use serde_json::json;
use tokio::time::sleep;

use super::enrol_words::{NotEnrolled, Refused, number};
use super::progress::{Progress, step_words};
use super::sync::{APP, open_store, runtime};
use super::sync_words::outcome_words;
use crate::cli::EnrolArgs;
use crate::config::Config;
use crate::runner::{AuditClerk, sign_audit};
use crate::wiping;

/// Rounds that are tried for the first snapshot before a person is asked to run the command again.
const TRIES: u32 = 4;

pub(crate) fn run(args: &EnrolArgs) -> Result<ExitCode, String> {
    let invited = Invited::read(args).map_err(|error| error.to_string())?;
    let written = if args.config.exists() { Some(Config::load(&args.config)) } else { None };
    let written = written.transpose().map_err(|error| error.to_string())?;
    let config = written.clone().unwrap_or_else(|| Config::in_dir(&args.state));
    let mut enrolling = Enrolling { args, config, progress: Progress::new(args.json) };
    let done = runtime()?.block_on(enrolling.work(&invited, written.is_some()));
    Ok(match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(not) => {
            let event = json!({ "event": "not enrolled", "refused": not.is_refused(), "reason": not.reason(),
                "sentence": not.sentence(), "next_step": not.next_step() });
            enrolling.progress.say(&format!("■ {}: {}", not.sentence(), not.next_step()), &event);
            if not.is_refused() { ExitCode::from(3) } else { ExitCode::FAILURE }
        }
    })
}

/// What the office gave.
struct Invited {
    code: InvitationCode,
    /// Where to enrol over the network, with the keys that the invitation's QR code pins.
    invitation: Option<Invitation>,
}

impl Invited {
    fn read(args: &EnrolArgs) -> Result<Self, Refused> {
        if let Some(file) = &args.invitation {
            let text = read_text(file).map_err(|source| Refused::Unreadable(file.clone(), source))?;
            let invitation = Invitation::parse(&text).map_err(|_| Refused::NoInvitation(file.clone()))?;
            return Ok(Self { code: invitation.code.clone(), invitation: Some(invitation) });
        }
        let code = InvitationCode::parse(args.code.as_deref().unwrap_or_default()).map_err(|_| Refused::NoCode)?;
        match (&args.server, &args.from) {
            (Some(url), _) if !url.starts_with("https://") => Err(Refused::NoServer),
            (Some(url), _) => {
                let invitation = Invitation { url: url.clone(), code: code.clone(), pins: None };
                Ok(Self { code, invitation: Some(invitation) })
            }
            (None, Some(_)) => Ok(Self { code, invitation: None }),
            (None, None) => Err(Refused::NoServer),
        }
    }
}

struct Enrolling<'a> {
    args: &'a EnrolArgs,
    config: Config,
    progress: Progress,
}

impl Enrolling<'_> {
    async fn work(&mut self, invited: &Invited, configured: bool) -> Result<(), NotEnrolled> {
        self.leave_erasure()?;
        let state = StateDir::make(&self.config.state)?;
        let identity = self.identity(&state, invited).await?;
        let told = &identity.enrolment;
        let event =
            json!({ "event": "enrolled", "tablet": told.tablet, "vehicle": told.vehicle, "region": told.region });
        self.progress.say(&format!("{} の端末 {}({})になりました", told.region, told.tablet, told.vehicle), &event);
        self.settle_config(&identity, configured)?;
        let fresh = !self.config.store.exists();
        drop(enrol::make_store(&state, &identity, &self.config.store, &self.config.store_key_path())?);
        let mut store = open_store(&self.config).map_err(NotEnrolled::Store)?;
        sign_audit(&self.config, &mut store);
        if fresh && let Err(error) = store.append_audit(&AuditClerk::new(&self.config).own(AuditKind::Enrolled)) {
            tracing::error!(%error, "the enrolment is not in the audit");
        }
        let client = Client::new(state, identity, store, APP)?;
        self.fill(client).await
    }

    /// An erased tablet may begin anew once its region knows that it was erased.
    fn leave_erasure(&self) -> Result<(), NotEnrolled> {
        wiping::finish(&self.config);
        match wiping::state(&self.config) {
            WipeState::None => Ok(()),
            WipeState::Done { .. } if !wiping::is_untold(&self.config) => {
                wipe::forget(&wiping::paths(&self.config)).map_err(NotEnrolled::File)
            }
            WipeState::Pending { .. } | WipeState::Done { .. } => Err(NotEnrolled::BeingErased),
        }
    }

    /// Who this tablet is: as it is stored already, or as the region says now.
    async fn identity(&self, state: &StateDir, invited: &Invited) -> Result<Identity, NotEnrolled> {
        if let Some(identity) = state.load_identity()? {
            return Ok(identity);
        }
        Ok(match (&self.args.from, &invited.invitation) {
            (Some(bundle), _) => enrol::enrol_from_bundle(state, bundle, &invited.code, Utc::now())?,
            (None, Some(invitation)) => enrol::enrol(state, invitation, APP).await?,
            (None, None) => unreachable!("refused when it was read"),
        })
    }

    /// Writes a configuration if there is none; one that is there has to name the same tablet.
    fn settle_config(&mut self, identity: &Identity, configured: bool) -> Result<(), NotEnrolled> {
        let told = &identity.enrolment;
        if configured {
            let same = self.config.tablet == told.tablet;
            return if same { Ok(()) } else { Err(NotEnrolled::OtherTablet(told.tablet.clone())) };
        }
        let (tablet, vehicle) = (told.tablet.clone(), told.vehicle.clone());
        self.config = Config { tablet, vehicle, metered: self.args.metered, ..self.config.clone() };
        self.config.write(&self.args.config).map_err(NotEnrolled::File)?;
        let path = self.args.config.display().to_string();
        self.progress.say(&format!("設定を {path} に書きました"), &json!({ "event": "configuration", "path": path }));
        Ok(())
    }

    /// Fetches until everything that the head names is here and counted.
    async fn fill(&mut self, mut client: Client) -> Result<(), NotEnrolled> {
        let origin = self.args.from.clone().map_or(Origin::Network, Origin::Bundle);
        let metered = self.config.metered || self.args.metered;
        let conditions = Conditions { metered, bulk_allowed: self.args.allow_snapshot };
        let mut schedule = Schedule::every(30);
        for attempt in 1..=TRIES {
            let outcome = self.round(&mut client, &origin, conditions).await;
            if let Some(ready) = Ready::of(client.store(), &outcome) {
                self.say_ready(&ready);
                return Ok(());
            }
            let link = outcome.failures.iter().all(|failure| matches!(failure.problem, Problem::Link(_)));
            // What a folder lacks it lacks the next second too.
            if !link || outcome.failures.is_empty() || self.args.from.is_some() || attempt == TRIES {
                return Err(NotEnrolled::NotFilled {
                    refused: outcome.refusal().is_some(),
                    words: outcome_words(&outcome),
                });
            }
            let words = outcome_words(&outcome);
            self.progress.say(&format!("{words}。続きを取りに行きます"), &json!({ "event": "again", "words": words }));
            sleep(schedule.after(false)).await;
        }
        unreachable!("the last try answers")
    }

    async fn round(&mut self, client: &mut Client, origin: &Origin, conditions: Conditions) -> Outcome {
        let progress = &mut self.progress;
        client
            .round(origin, conditions, &mut |step| {
                let (words, event) = step_words(&step);
                progress.step(&words, &event, &step);
            })
            .await
    }

    fn say_ready(&mut self, ready: &Ready) {
        let words = match ready.staff {
            0 => format!(
                "■ 登録できました(登録者 {}人)が、名簿に職員がいません。地域事務局で職員カードを登録し、kakari sync で受け取ると使えます",
                number(ready.records)
            ),
            staff => format!("✓ 使えます: 登録者 {}人、職員 {}人", number(ready.records), number(staff)),
        };
        self.progress.say(&words, &json!({ "event": "ready", "records": ready.records, "staff": ready.staff }));
    }
}

/// A tablet that a crew can sign in to and find residents on.
struct Ready {
    records: u64,
    staff: u64,
}

impl Ready {
    /// Only when everything is here and verified: the records of the head, counted, and a roster that is believed.
    fn of(store: &Store, outcome: &Outcome) -> Option<Self> {
        let roster = store.roster().ok()??.ok()?;
        // Receipts, a renewal and the report can wait; nothing else can.
        let later = |step| matches!(step, Step::Receipts | Step::Renewal | Step::Report);
        let whole = outcome.failures.iter().all(|failure| later(failure.step)) && outcome.refusal().is_none();
        let standing = store.cursor().ok()?.is_some() && outcome.up_to_date && whole;
        let records = store.facts().ok()?.records;
        standing.then_some(Self { records, staff: roster.staff.len() as u64 })
    }
}

/// The text of a file, or of standard input for `-`.
fn read_text(file: &Path) -> io::Result<String> {
    if file == Path::new("-") {
        let mut text = String::new();
        io::stdin().take(4096).read_to_string(&mut text)?;
        Ok(text)
    } else {
        fs::read_to_string(file)
    }
}
