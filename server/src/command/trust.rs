//! `kakari-region trust`.

use std::fs;
use std::io::{self, BufRead};
use std::path::{Path, PathBuf};

use chrono::Utc;
use clap::{Args, Subcommand};
use kakari_record::seal::{FallbackCode, TrustOffer};
use serde_json::json;
use zeroize::Zeroizing;

use super::client::write_new;
use super::{Answer, Desk, Reply, moment, read, text};
use crate::office::{fallback, trust};
use crate::output;

/// Regions whose residents' cards are read here, and those that read ours. Each direction is agreed by itself.
#[derive(Debug, Subcommand)]
pub(crate) enum TrustCommand {
    /// Writes an offer for another region: with it, that region's crews read the copies on our residents' cards.
    Offer {
        /// The other region's name, as its own office writes it.
        #[arg(long, value_name = "NAME")]
        to: String,
        /// The file, which must not be there yet.
        file: PathBuf,
    },
    /// Accepts another region's offer: from the next publication on our crews read the copies on its residents' cards.
    Accept(AcceptArgs),
    /// Lists whom we trust and to whom we have offered, with offers that a new vault epoch has overtaken.
    List,
    /// Ends the trust in a region: from the next publication on its cards are another region's again.
    End {
        /// Its name.
        name: String,
    },
}

/// An offer and its code.
#[derive(Debug, Args)]
pub(crate) struct AcceptArgs {
    /// The other region's file.
    file: PathBuf,
    /// A file with the code, which has come another way; `-` is the first line of standard input.
    #[arg(long, value_name = "FILE")]
    code_file: PathBuf,
    /// The fingerprint was compared with the other office's: do not ask.
    #[arg(long)]
    yes: bool,
}

pub(crate) async fn run(desk: Desk, command: TrustCommand) -> Answer {
    match command {
        TrustCommand::Offer { to, file } => offer(&desk, &to, &file).await,
        TrustCommand::Accept(args) => accept(&desk, &args).await,
        TrustCommand::List => list(&desk).await,
        TrustCommand::End { name } => {
            let mut tx = desk.begin().await?;
            trust::end(&mut tx, &desk.who, &name).await.map_err(text)?;
            tx.commit().await.map_err(text)?;
            let told = format!("{name} is not trusted any more: tablets refuse its cards from their next look on");
            Ok(Reply::new(told, json!({ "name": name })))
        }
    }
}

/// The file first, then the database: an offer that nobody has is in no table.
async fn offer(desk: &Desk, to: &str, file: &Path) -> Answer {
    let (server, keys) = desk.keys().await?;
    let vault = crate::keys::VaultKeys::load(&desk.pool, &server).await.map_err(text)?;
    let mut tx = desk.begin().await?;
    let offered = trust::offer(&mut tx, &desk.who, &keys, &vault, to, Utc::now()).await.map_err(text)?;
    write_new(file, &offered.sealed)?;
    if let Err(error) = tx.commit().await {
        drop(fs::remove_file(file));
        return Err(text(error));
    }
    let code = fallback::groups(&offered.code);
    let told = format!(
        "{}\ncode         {code}\nfingerprint  {}\n\nThe code is shown this once and kept nowhere. Next: send the file to the \
         office of {to}, tell the code another way (by telephone, to a number that you know), and let them read the \
         fingerprint to you before they accept",
        file.display(),
        offered.fingerprint
    );
    Ok(Reply::new(
        told,
        json!({ "file": file.display().to_string(), "code": code, "fingerprint": offered.fingerprint }),
    ))
}

async fn accept(desk: &Desk, args: &AcceptArgs) -> Answer {
    let offer = trust::open(&read(&args.file)?, &code(&args.code_file)?).map_err(text)?;
    if !args.yes && !is_agreed(&offer)? {
        return Err("nothing was accepted".to_owned());
    }
    let server = desk.server()?;
    let mut tx = desk.begin().await?;
    trust::accept(&mut tx, &desk.who, &server, &offer).await.map_err(text)?;
    tx.commit().await.map_err(text)?;
    let told = format!(
        "{} is trusted, fingerprint {}\nNext: the publisher puts it into the roster. A tablet with an older program \
         keeps the roster that it has until it has the new one: see kakari-region tablet list",
        offer.name,
        offer.fingerprint()
    );
    Ok(Reply::new(told, json!({ "name": offer.name, "fingerprint": offer.fingerprint() })))
}

/// Somebody looks at whom they are about to trust.
fn is_agreed(offer: &TrustOffer) -> Answer<bool> {
    output::say(&format!(
        "offer of '{}' for '{}', made {}; fingerprint  {}\nDoes the other office read the same fingerprint to you? Type yes \
         to trust it",
        offer.name,
        offer.to,
        moment(offer.offered_at),
        offer.fingerprint()
    ));
    Ok(line()?.trim().eq_ignore_ascii_case("yes"))
}

fn code(path: &Path) -> Answer<FallbackCode> {
    let typed = if path == Path::new("-") { Zeroizing::new(line()?.into_bytes()) } else { Zeroizing::new(read(path)?) };
    FallbackCode::parse(typed.trim_ascii()).map_err(|error| format!("the code: {error}"))
}

fn line() -> Answer<String> {
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line).map_err(text)?;
    Ok(line)
}

async fn list(desk: &Desk) -> Answer {
    let mut conn = desk.pool.acquire().await.map_err(text)?;
    let trusted = trust::trusted(&mut conn).await.map_err(text)?;
    let given = trust::given(&mut conn).await.map_err(text)?;
    let mut lines: Vec<String> = trusted
        .iter()
        .map(|one| format!("trusted  {}  epochs {}  offered {}", one.name, epochs(&one.epochs), moment(one.offered_at)))
        .collect();
    lines.extend(given.iter().map(|one| {
        let stale = if one.stale {
            ": overtaken by a new vault epoch, they cannot read copies that are written from now on; offer again"
        } else {
            ""
        };
        format!("offered  {}  epochs {}  {}{stale}", one.name, epochs(&one.epochs), moment(one.at))
    }));
    let told = if lines.is_empty() {
        "no region is trusted, and none was offered anything".to_owned()
    } else {
        lines.join("\n")
    };
    Ok(Reply::new(told, json!({ "trusted": trusted, "offered": given })))
}

fn epochs(epochs: &[i32]) -> String {
    epochs.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
