//! `kakari-region release`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use kakari_sync::{ObjectRef, Release, ReleaseKeys, SignedRelease, WireError};
use serde_json::{Value, json};

use super::release_sign::{self, SignArgs};
use super::{Answer, Desk, OfficeArgs, Reply, block_on, moment, read, text};
use crate::office;
use crate::publish::{Objects, release as published};
use crate::release;

/// Releases of the tablet's program. `key` and `sign` need neither the region nor its database: they belong on a machine
/// without a network.
#[derive(Debug, Subcommand)]
pub(crate) enum ReleaseCommand {
    /// Makes a release key in a file, and shows what tablets have to know of it.
    Key {
        /// The new file: the key's only copy. It belongs on no server.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Signs a package for the tablets. A statement that is there gets one more signature.
    Sign(SignArgs),
    /// Offers a signed package to every tablet, from the next head on.
    Offer(OfferArgs),
    /// Lists what is offered, and what was.
    List,
    /// Offers nothing of an architecture any more; tablets keep what they run.
    Withdraw {
        /// As Debian names it: amd64, arm64.
        architecture: String,
    },
}

/// What to offer.
#[derive(Debug, Args)]
pub(crate) struct OfferArgs {
    /// The signed statement.
    #[arg(long, value_name = "FILE")]
    statement: PathBuf,
    /// The package that it names.
    #[arg(long, value_name = "FILE.deb")]
    package: PathBuf,
    /// The release keys that tablets have; release_keys in region.toml when not given.
    #[arg(long, value_name = "FILE")]
    keys: Option<PathBuf>,
    /// Also when it is older than the one that was offered before.
    #[arg(long)]
    allow_older: bool,
}

pub(crate) fn run(args: &OfficeArgs, command: ReleaseCommand) -> Result<ExitCode, String> {
    match command {
        ReleaseCommand::Key { out } => block_on(args, async { release_sign::key(&out) }),
        ReleaseCommand::Sign(sign_args) => block_on(args, async { release_sign::sign(&sign_args) }),
        ReleaseCommand::Offer(offer_args) => super::run(args, |desk| async move { offer(&desk, &offer_args).await }),
        ReleaseCommand::List => super::run(args, |desk| async move { list(&desk).await }),
        ReleaseCommand::Withdraw { architecture } => {
            super::run(args, |desk| async move { withdraw(&desk, &architecture).await })
        }
    }
}

async fn offer(desk: &Desk, args: &OfferArgs) -> Answer {
    let statement = read(&args.statement)?;
    let package = release::read_package(&args.package)?;
    let release = believed(&statement, &keys(desk, args)?, &args.statement)?;
    if ObjectRef::of(&package) != release.package {
        return Err(format!("{}: is not the package that the statement names", args.package.display()));
    }
    let objects = Objects::open(&desk.config.feed).map_err(text)?;
    let mut tx = desk.begin().await?;
    let named = ObjectRef::of(&statement);
    let new = office::release::offer(&mut tx, &desk.who, &release, named, args.allow_older).await.map_err(text)?;
    published::put(&mut tx, &objects, statement, package).await.map_err(text)?;
    published::retire_ended(&mut tx).await.map_err(text)?;
    tx.commit().await.map_err(text)?;
    let told = format!(
        "{} {}, {} MB, {} Tablets fetch it over Wi-Fi or from a USB bundle and install it when nobody works with them; \
         kakari-region tablet list shows who has it",
        release.architecture,
        release.version,
        release.package.size.div_ceil(1_000_000),
        if new { "is offered from the next head on." } else { "was offered already." }
    );
    Ok(Reply::new(told, json!({ "release": about(&release), "changed": new })))
}

fn keys(desk: &Desk, args: &OfferArgs) -> Answer<ReleaseKeys> {
    let file = args.keys.as_ref().or(desk.config.release_keys.as_ref()).ok_or(
        "which release keys do the tablets have? Give --keys release-keys.toml, or release_keys in region.toml",
    )?;
    release::read_keys(file)
}

/// The release, when tablets with these keys would believe it.
fn believed(statement: &[u8], keys: &ReleaseKeys, path: &Path) -> Answer<Release> {
    let signed = SignedRelease::decode(statement).and_then(|signed| signed.verify(keys));
    signed.map_err(|error| match error {
        WireError::NotSigned => format!(
            "{}: not signed by {} of the release keys that tablets have: they would refuse it",
            path.display(),
            keys.threshold
        ),
        other => format!("{}: no statement of a release: {other}", path.display()),
    })
}

async fn list(desk: &Desk) -> Answer {
    let mut conn = desk.pool.acquire().await.map_err(text)?;
    let lines = office::release::list(&mut conn).await.map_err(text)?;
    Ok(Reply::list("releases", &lines, |line| {
        let ended = match (&line.ended_at, &line.ended_by) {
            (Some(at), Some(by)) => format!("until {} by {by}", moment(*at)),
            _ if line.lost => "NOT OFFERED: its files are no longer in the feed's store, offer it again".to_owned(),
            _ => "offered".to_owned(),
        };
        let megabytes = u64::try_from(line.package_size).unwrap_or(0).div_ceil(1_000_000);
        format!(
            "{}  {}  {megabytes} MB  since {} by {}  {ended}",
            line.architecture,
            line.version,
            moment(line.offered_at),
            line.offered_by
        )
    }))
}

async fn withdraw(desk: &Desk, architecture: &str) -> Answer {
    let mut tx = desk.begin().await?;
    let version = office::release::withdraw(&mut tx, &desk.who, architecture).await.map_err(text)?;
    published::retire_ended(&mut tx).await.map_err(text)?;
    tx.commit().await.map_err(text)?;
    let told = format!(
        "{architecture} {version} is withdrawn: from the next head on nobody fetches it, and who has not installed it yet \
         does not, once it has that head. Tablets that run it keep it"
    );
    Ok(Reply::new(told, json!({ "architecture": architecture, "version": version })))
}

pub(super) fn about(release: &Release) -> Value {
    json!({
        "version": release.version, "architecture": release.architecture, "package": release.package.sha256.name(),
        "size": release.package.size, "store_schema": release.store_schema, "oldest": release.oldest,
        "made_at": release.made_at,
    })
}
