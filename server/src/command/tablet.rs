//! `kakari-region tablet`.

use std::path::PathBuf;

use chrono::{TimeDelta, Utc};
use clap::{Args, Subcommand};
use qrcode::render::unicode::Dense1x2;
use qrcode::{EcLevel, QrCode};
use serde_json::json;

use super::{Answer, Desk, Reply, moment, read, text};
use crate::office::{fallback, tablet, wipe};

/// Tablets.
#[derive(Debug, Subcommand)]
pub(crate) enum TabletCommand {
    /// Invites a tablet: shows the code and its QR, once.
    Invite(InviteArgs),
    /// Lists tablets.
    List,
    /// Takes a tablet out of service: none of its certificates is let in any more.
    ///
    /// It keeps its records until its lease ends, and no order reaches it any more. A lost tablet is wiped instead.
    Revoke {
        /// The tablet.
        id: String,
    },
    /// Orders a tablet to erase everything. More than three within an hour need a second officer.
    Wipe {
        /// The tablet.
        id: String,
    },
    /// A second officer agrees to wipes: to those of these tablets, or to all that need it.
    Countersign {
        /// Tablets.
        tablets: Vec<String>,
        /// The officer's Ed25519 key, PKCS #8 in PEM or DER.
        #[arg(long, value_name = "FILE")]
        officer_key: PathBuf,
    },
    /// Gives a one-time code for a crew without staff cards: shows it, once, to be read to them.
    ///
    /// Two of the crew, who are on the roster, begin a shift with it. It begins one within 24 hours, which lasts 12; each
    /// use is reported.
    Fallback {
        /// The tablet.
        id: String,
        /// The staff numbers of the two, with a comma between.
        #[arg(long = "for", required = true, value_delimiter = ',', value_name = "STAFF,STAFF")]
        crew: Vec<String>,
    },
    /// Takes back every wipe that waits for a second officer; those that tablets follow stay.
    WithdrawUnsigned,
    /// Shows or changes how every tablet behaves.
    Settings(SettingsArgs),
}

/// Whom to invite.
#[derive(Debug, Args)]
pub(crate) struct InviteArgs {
    /// The vehicle, as the tablet's top bar shows it.
    #[arg(long)]
    vehicle: String,
    /// The tablet's id; the next free one when not given.
    #[arg(long)]
    id: Option<String>,
    /// Minutes until the invitation is over.
    #[arg(long, default_value_t = 15, value_parser = clap::value_parser!(u16).range(1..=1440))]
    minutes: u16,
    /// Days instead, for an enrolment by USB bundle.
    #[arg(long, conflicts_with = "minutes", value_parser = clap::value_parser!(u16).range(1..=60))]
    bundle_days: Option<u16>,
}

/// What a clerk has to know who would rather have wiped it.
const REVOKED: &str = "revoked: it is let in nowhere from now on. No order reaches it any more, so it cannot be wiped: it \
                       keeps its records until its lease without contact ends (kakari-region tablet settings)";

/// How tablets behave. Without any, shows it.
#[derive(Debug, Args)]
pub(crate) struct SettingsArgs {
    /// Days without contact after which a tablet forgets its wraps.
    #[arg(long)]
    lease_days: Option<u16>,
    /// Seconds between two looks at the head.
    #[arg(long)]
    poll_seconds: Option<u32>,
    /// Bytes that a tablet may move over a metered link in a day.
    #[arg(long)]
    metered_bytes_per_day: Option<u64>,
}

pub(crate) async fn run(desk: Desk, command: TabletCommand) -> Answer {
    match command {
        TabletCommand::Invite(args) => invite(&desk, &args).await,
        TabletCommand::List => {
            let mut conn = desk.pool.acquire().await.map_err(text)?;
            let lines = tablet::list(&mut conn, Utc::now()).await.map_err(text)?;
            Ok(Reply::list("tablets", &lines, line))
        }
        TabletCommand::Revoke { id } => {
            let mut tx = desk.begin().await?;
            let revoked = tablet::revoke(&mut tx, &desk.who, &id).await.map_err(text)?;
            tx.commit().await.map_err(text)?;
            let told = if revoked { REVOKED } else { "was out of service already" };
            Ok(Reply::new(format!("{id} {told}"), json!({ "changed": revoked })))
        }
        TabletCommand::Wipe { id } => wipe(&desk, &id).await,
        TabletCommand::Countersign { tablets, officer_key } => {
            let officer = wipe::read_officer_key(&read(&officer_key)?).map_err(text)?;
            let mut tx = desk.begin().await?;
            let signed = wipe::countersign(&mut tx, &officer, &tablets, Utc::now()).await.map_err(text)?;
            tx.commit().await.map_err(text)?;
            Ok(Reply::new(format!("countersigned: {}", signed.join(" ")), json!({ "countersigned": signed })))
        }
        TabletCommand::WithdrawUnsigned => {
            let mut tx = desk.begin().await?;
            let kept = wipe::withdraw_unsigned(&mut tx, &desk.who, Utc::now()).await.map_err(text)?;
            tx.commit().await.map_err(text)?;
            Ok(Reply::new(format!("taken back: {}", kept.join(" ")), json!({ "taken_back": kept })))
        }
        TabletCommand::Fallback { id, crew } => give(&desk, &id, &crew).await,
        TabletCommand::Settings(args) => settings(&desk, &args).await,
    }
}

async fn give(desk: &Desk, id: &str, crew: &[String]) -> Answer {
    let server = desk.server()?;
    let mut tx = desk.begin().await?;
    let given = fallback::give(&mut tx, &desk.who, &server, id, crew, Utc::now()).await.map_err(text)?;
    tx.commit().await.map_err(text)?;
    let (code, until) = (fallback::groups(&given.code), given.until);
    let arrived = match given.on_tablet {
        Some(true) => "",
        Some(false) => "\nThe tablet has not told that it has this code yet: it takes it at its next sync.",
        None => "\nThe tablet has told nothing of itself yet: it takes the code at its next sync.",
    };
    let told = format!(
        "{code}\nfor tablet {id}, {}; is not shown again\nRead to the crew: カードなしで開始 on the tablet, the two of you \
         ({}), then these 16 digits. It begins one shift, until {}; the shift lasts {} hours. Every use is reported.{arrived}",
        crew.join(" and "),
        crew.join(" and "),
        moment(until),
        fallback::SHIFT_HOURS,
    );
    let json = json!({
        "tablet": id, "code": code, "for": crew, "until": until, "shift_hours": fallback::SHIFT_HOURS,
        "on_tablet": given.on_tablet,
    });
    Ok(Reply::new(told, json))
}

async fn invite(desk: &Desk, args: &InviteArgs) -> Answer {
    let (server, keys) = desk.keys().await?;
    let lasts = args.bundle_days.map_or(TimeDelta::minutes(args.minutes.into()), |days| TimeDelta::days(days.into()));
    let with = (&server, &keys, desk.config.enrol_url.as_str());
    let mut tx = desk.begin().await?;
    let invited =
        tablet::invite(&mut tx, &desk.who, with, (args.id.as_deref(), &args.vehicle), lasts).await.map_err(text)?;
    tx.commit().await.map_err(text)?;
    let (code, words) = (invited.invitation.code.expose(), invited.invitation.expose());
    let url = &invited.invitation.url;
    let told = format!(
        "{}\ntablet {} for {}, until {}\naddress {url}\ncode    {code}\nThe code is a secret until it is used, and is not \
         shown again. {}",
        qr(&words)?,
        invited.tablet,
        args.vehicle,
        moment(invited.expires_at),
        next_of_invitation(args, &invited.tablet, url)
    );
    let json = json!({
        "tablet": invited.tablet, "code": code, "qr": words, "url": invited.invitation.url, "expires_at": invited.expires_at,
    });
    Ok(Reply::new(told, json))
}

/// What to type where. The code itself is in neither command twice: it stands above.
fn next_of_invitation(args: &InviteArgs, tablet: &str, url: &str) -> String {
    if args.bundle_days.is_some() {
        return format!(
            "Next, here:\n  kakari-region bundle FOLDER-ON-THE-STICK --tablet {tablet}\nthen on the tablet:\n  kakari enrol \
             --code CODE --from FOLDER-ON-THE-STICK"
        );
    }
    format!(
        "Next, on the tablet, either:\n  kakari enrol --invitation -      (scan the QR code)\n  kakari enrol --code CODE \
         --server {url}"
    )
}

/// Two rows of the code in each line; light on dark, as terminals are.
fn qr(words: &str) -> Answer<String> {
    let code = QrCode::with_error_correction_level(words, EcLevel::L).map_err(text)?;
    Ok(code.render::<Dense1x2>().dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).build())
}

/// One tablet in a line.
pub(super) fn line(line: &tablet::Line) -> String {
    let contact =
        line.last_contact.map_or_else(|| "no contact yet".to_owned(), |at| format!("last contact {}", moment(at)));
    if line.state == "wiped" {
        // What it told before it erased itself is no longer so.
        return format!("{}  {}  {}  {contact}", line.id, line.vehicle, line.state);
    }
    let lease = line.lease_days_left.map(|days| format!("  lease {days} days left")).unwrap_or_default();
    let behind = line.behind.map(|behind| format!("  {behind} behind")).unwrap_or_default();
    let report = line.report.as_ref().map(|report| {
        let refused = report.refused.as_ref().map(|why| format!("  refused: {why}")).unwrap_or_default();
        format!(
            "  {} records  {} audit rows without receipt  {} rows not taken  version {}{}{refused}",
            report.records,
            report.unreceipted,
            report.unapplied.len(),
            report.app,
            offered(&report.app, &line.offered)
        )
    });
    format!("{}  {}  {}  {contact}{lease}{behind}{}", line.id, line.vehicle, line.state, report.unwrap_or_default())
}

/// What else is offered than the program that runs.
fn offered(app: &str, offered: &[String]) -> String {
    match offered {
        [] => String::new(),
        offered if offered.iter().any(|version| version == app) => " (as offered)".to_owned(),
        offered => format!(" ({} is offered)", offered.join(", ")),
    }
}

async fn wipe(desk: &Desk, id: &str) -> Answer {
    let mut tx = desk.begin().await?;
    let ordered = wipe::order(&mut tx, &desk.who, id, Utc::now()).await.map_err(text)?;
    tx.commit().await.map_err(text)?;
    let mut told = format!(
        "{id} is ordered to erase everything when it next has contact, if that is before {}; then it shows as wiped in \
         kakari-region tablet list. Until then leave it unrevoked: revoked, it could not fetch the order",
        moment(ordered.order.expires_at)
    );
    if !ordered.unsigned.is_empty() {
        told.push_str(&format!(
            "\nmore than three within an hour: no tablet follows the orders to {} before another officer has signed \
             them:\n  kakari-region tablet countersign --officer-key FILE",
            ordered.unsigned.join(" ")
        ));
    }
    let nonce = hex::encode(ordered.order.nonce);
    Ok(Reply::new(told, json!({ "tablet": id, "nonce": nonce, "needs_countersignature": ordered.unsigned })))
}

async fn settings(desk: &Desk, args: &SettingsArgs) -> Answer {
    let mut tx = desk.begin().await?;
    let before = tablet::settings(&mut tx).await.map_err(text)?;
    let mut settings = before.clone();
    settings.lease_days = args.lease_days.unwrap_or(before.lease_days);
    settings.poll_seconds = args.poll_seconds.unwrap_or(before.poll_seconds);
    settings.metered_bytes_per_day = args.metered_bytes_per_day.unwrap_or(before.metered_bytes_per_day);
    if settings != before {
        tablet::set_settings(&mut tx, &desk.who, &settings).await.map_err(text)?;
        tx.commit().await.map_err(text)?;
    }
    let told = format!(
        "lease {} days, a look every {} seconds, {} bytes a day over a metered link",
        settings.lease_days, settings.poll_seconds, settings.metered_bytes_per_day
    );
    Ok(Reply::new(told, json!(settings)))
}
