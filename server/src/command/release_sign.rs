//! `kakari-region release key` and `sign`: what is done with a release key, on a machine without a network.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use kakari_sync::{Release, SignedRelease, WireError};
use serde_json::json;

use super::release::about;
use super::{Answer, Reply, read, text};
use crate::office::wipe::read_officer_key;
use crate::release::{self, ByHand};

/// What to sign.
#[derive(Debug, Args)]
pub(crate) struct SignArgs {
    /// The Debian package of the tablet's program.
    #[arg(long, value_name = "FILE.deb")]
    package: PathBuf,
    /// A release key: Ed25519, PKCS #8 in PEM or DER.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Where the statement is, or is to be; beside the package, with .release after its name, when not given.
    #[arg(long, value_name = "FILE")]
    statement: Option<PathBuf>,
    /// The newest schema of the store that the program writes, where the package does not say it.
    #[arg(long, value_name = "NUMBER")]
    store_schema: Option<u32>,
    /// The oldest version that the program may replace, where the package does not say it.
    #[arg(long, value_name = "VERSION")]
    oldest: Option<String>,
}

pub(super) fn key(out: &Path) -> Answer {
    let public = hex::encode(release::make_key(out)?);
    let told = format!(
        "{} is a release key, the only copy: keep it off every server, with a copy in another safe place\npublic  \
         {public}\nIn release-keys.toml of every tablet and of this office:\n  threshold = 1\n  keys = [\"{public}\"]",
        out.display()
    );
    Ok(Reply::new(told, json!({ "key": out, "public": public })))
}

pub(super) fn sign(args: &SignArgs) -> Answer {
    let key = read_officer_key(&read(&args.key)?).map_err(text)?;
    let by_hand = ByHand { store_schema: args.store_schema, oldest: args.oldest.clone() };
    let release = release::describe(&args.package, &by_hand)?;
    let path = args.statement.clone().unwrap_or_else(|| {
        let mut name = args.package.clone().into_os_string();
        name.push(".release");
        name.into()
    });
    let mut signed = if path.exists() { begun(&path, &release)? } else { SignedRelease::of(&release) };
    signed.sign(&key);
    put(&path, &signed.encode()).map_err(|error| format!("{}: {error}", path.display()))?;
    let signers: Vec<String> = signed.signers().map(hex::encode).collect();
    let told = format!(
        "{} {} ({}), store schema {}, in the place of {} and later\nsigned by {}\nNext, at the office:\n  kakari-region \
         release offer --statement {} --package {}",
        release.architecture,
        release.version,
        release.package.sha256,
        release.store_schema,
        release.oldest,
        signers.join(" "),
        path.display(),
        args.package.display()
    );
    Ok(Reply::new(told, json!({ "release": about(&release), "statement": path, "signers": signers })))
}

/// The statement that another has signed, when it says the same of the same package.
fn begun(path: &Path, release: &Release) -> Answer<SignedRelease> {
    let none = |error: WireError| format!("{}: no statement of a release: {error}", path.display());
    let signed = SignedRelease::decode(&read(path)?).map_err(none)?;
    let said = signed.peek().map_err(none)?;
    if (Release { made_at: release.made_at, ..said }) == *release {
        Ok(signed)
    } else {
        Err(format!("{}: is about another package, or says something else of it; nothing was signed", path.display()))
    }
}

/// Whole or not at all: the signature of who signed before is in the file.
fn put(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".making");
    fs::write(&beside, bytes)?;
    fs::File::open(&beside)?.sync_all()?;
    fs::rename(beside, path)
}
