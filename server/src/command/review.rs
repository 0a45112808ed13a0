//! `kakari-region review` and `kakari-region alert`.

use std::time::Duration;

use clap::{Subcommand, ValueEnum};
use kakari_record::audit::ReviewVerdict;
use serde_json::json;

use super::{Answer, Desk, Reply, moment, text};
use crate::office::alerts::{self, Alert, Given, OneOfTwo, What};
use crate::office::review::{self, Line, UseName};
use crate::watch::{self, FindingKind};

/// As long as a command looks through the audit before it answers.
const PATIENCE: Duration = Duration::from_secs(60);

/// Uses of break-glass.
#[derive(Debug, Subcommand)]
pub(crate) enum ReviewCommand {
    /// Lists uses: those nobody has looked at first.
    List {
        /// How many of those, and of the others, at most.
        #[arg(long, default_value_t = 100)]
        most: u16,
    },
    /// Writes down what somebody found.
    Mark {
        /// Which use, as the list names it.
        #[arg(value_name = "TABLET/ROW")]
        name: UseName,
        /// What was found.
        #[arg(value_enum)]
        verdict: Verdict,
        /// In words, without a patient's name.
        #[arg(long, default_value = "")]
        note: String,
    },
}

/// What somebody found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Verdict {
    /// As it should be.
    Justified,
    /// To be asked about.
    Questioned,
}

/// Alerts.
#[derive(Debug, Subcommand)]
pub(crate) enum AlertCommand {
    /// Lists what nobody has seen to yet.
    List,
    /// Somebody has seen to it: it is not told any more.
    Dismiss {
        /// Which, as the list names it.
        name: String,
    },
}

pub(crate) async fn run(desk: Desk, command: ReviewCommand) -> Answer {
    watch::catch_up(&desk.pool, PATIENCE).await.map_err(text)?;
    let mut tx = desk.begin().await?;
    let reply = match command {
        ReviewCommand::List { most } => {
            Reply::list("uses", &review::list(&mut tx, most.into()).await.map_err(text)?, line)
        }
        ReviewCommand::Mark { name, verdict, note } => {
            let verdict = match verdict {
                Verdict::Justified => ReviewVerdict::Justified,
                Verdict::Questioned => ReviewVerdict::Questioned,
            };
            let of = (name.tablet.as_str(), name.sequence);
            review::mark(&mut tx, &desk.who, of, verdict, &note).await.map_err(text)?;
            let word = review::word(verdict);
            let json = json!({ "tablet": name.tablet, "sequence": name.sequence, "verdict": word });
            Reply::new(format!("{}/{} {word}", name.tablet, name.sequence), json)
        }
    };
    tx.commit().await.map_err(text)?;
    Ok(reply)
}

pub(crate) async fn alerts(desk: Desk, command: AlertCommand) -> Answer {
    watch::catch_up(&desk.pool, PATIENCE).await.map_err(text)?;
    let mut tx = desk.begin().await?;
    let reply = match command {
        AlertCommand::List => Reply::list("alerts", &alerts::list(&mut tx).await.map_err(text)?, alert),
        AlertCommand::Dismiss { name } => {
            alerts::dismiss(&mut tx, &desk.who, &name).await.map_err(text)?;
            Reply::new(format!("{name} is seen to"), json!({ "name": name }))
        }
    };
    tx.commit().await.map_err(text)?;
    Ok(reply)
}

fn line(line: &Line) -> String {
    let used = &line.used;
    let review = line.review.as_ref().map_or_else(
        || "nobody has looked at it".to_owned(),
        |review| format!("{} by {} {}", review::word(review.verdict), review.by, moment(review.at)),
    );
    let length = used.ended.as_ref().map_or_else(
        || "no end told".to_owned(),
        |ended| ended.seconds.map_or_else(|| "length unknown".to_owned(), |seconds| format!("{seconds} s")),
    );
    format!(
        "{}/{}  {}  {}  {}  {}  {length}  {} searches, {} people named, {} records opened, {} shown  {review}",
        line.tablet,
        used.sequence,
        moment(used.at),
        used.vehicle,
        used.crew.join(","),
        word(&used.reason),
        used.searches,
        used.named,
        used.opened.len(),
        used.shown()
    )
}

fn alert(alert: &Alert) -> String {
    let what = match &alert.what {
        What::Row { tablet, sequence, found, given } => {
            format!("{tablet} row {sequence}: {}", row(found, given.as_ref()))
        }
        What::Conflict { subject } => format!("audit rows in conflict: {subject}"),
        What::UnknownCertificate { role, subject, last_seen } => format!(
            "{role} {subject} has a certificate that is not known here, given out after the backup that was restored; last came {}: \
             enrol it anew",
            moment(*last_seen)
        ),
        What::TwoTablets { staff, first, second } => {
            format!("{staff} is signed in on two tablets: {}; {}", one_of_two(first), one_of_two(second))
        }
    };
    format!("{}  {}  {what}", alert.name, moment(alert.at))
}

fn row(found: &FindingKind, given: Option<&Given>) -> String {
    match found {
        FindingKind::Limit { stage, people, opened, crew } => format!(
            "more searches than a shift needs ({}): {people} people named, {opened} records opened, crew {}",
            word(stage),
            crew.join(",")
        ),
        FindingKind::Fallback { crew, .. } => {
            let given = match given {
                Some(Given::By { by, to }) => format!("given by {by} for {to}"),
                Some(Given::Nobody) => "which nobody had given".to_owned(),
                Some(Given::Unknown) | None => "which is not known here".to_owned(),
            };
            format!("a shift begun with a one-time code, {given}, crew {}", crew.join(","))
        }
        FindingKind::Checkpoint { .. } => "a checkpoint that this tablet's chain and key do not bear out".to_owned(),
        FindingKind::WithoutBreakGlass { crew } => {
            format!("a record opened without a card and without break-glass, crew {}", crew.join(","))
        }
    }
}

fn one_of_two(shift: &OneOfTwo) -> String {
    let end = shift.ended_at.map_or_else(|| "no end told".to_owned(), |at| format!("until {}", moment(at)));
    format!("{} from {} {end}", shift.tablet, moment(shift.at))
}

/// A word as the audit writes it.
fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}
