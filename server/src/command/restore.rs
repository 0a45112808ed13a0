//! `kakari-region restore`.

use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use serde_json::json;

use super::{Answer, OfficeArgs, Reply, moment, text};
use crate::backup::{self, Manifest};
use crate::config::RegionConfig;
use crate::keys::ServerKey;

/// Which backup, and what becomes of it.
#[derive(Debug, Args)]
pub(crate) struct RestoreArgs {
    /// The backup to put back.
    #[arg(long, value_name = "DIR", required_unless_present = "check")]
    from: Option<PathBuf>,
    /// Tries this backup out instead: in a database of its own that is dropped again. Once a month, say.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["from", "replace"])]
    check: Option<PathBuf>,
    /// Another database than the one in region.toml: an empty one, or with --check any on the server to try it on.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// What this region's database holds goes away for the backup.
    #[arg(long)]
    replace: bool,
}

pub(crate) async fn run(office: &OfficeArgs, args: &RestoreArgs) -> Answer {
    let config = RegionConfig::load(&office.config).map_err(text)?;
    let url = args.database.as_ref().unwrap_or(&config.database_url);
    let server = ServerKey::load(&config.server_key).map_err(text)?;
    match (&args.check, &args.from) {
        (Some(folder), _) => try_out(url, folder, &verified(folder, &server)?, &server).await,
        (None, Some(folder)) => restore(url, folder, &verified(folder, &server)?, args.replace).await,
        (None, None) => Err("name the backup: --from DIR".to_owned()),
    }
}

/// The manifest, when the dump is whole, of a form that is known, and of the region of this key.
fn verified(folder: &Path, server: &ServerKey) -> Answer<Manifest> {
    let manifest = Manifest::load(folder)?;
    manifest.verify_dump(folder)?;
    if manifest.is_opened_by(server) {
        return Ok(manifest);
    }
    Err(format!(
        "the backup of region '{}' is not opened by this server key: name the right file under server_key in region.toml",
        manifest.region
    ))
}

async fn restore(url: &str, folder: &Path, manifest: &Manifest, replace: bool) -> Answer {
    let begun = Instant::now();
    let restored = backup::restore(url, folder, manifest, replace, true).await?;
    let rows: u64 = manifest.tables.values().sum();
    let last = manifest.last_entry.map(|at| format!("; the newest entry is of {}", moment(at))).unwrap_or_default();
    let told = format!(
        "region '{}' is again as of {}{last}; {rows} rows of {} tables, as many as were backed up\nNothing is published from it yet. \
         What came after is lost here and has to be entered again BEFORE anything is published: withdrawals of consent (else their \
         records are shown again), deaths and removals, lost cards and new ones, staff who left or came, revoked and wiped tablets, \
         documents, new residents, certificates of senders and of the office.\nThen: kakari-region generation next, and kakari-region \
         serve --publish; bundles on sticks are written anew.\nAudit rows come again by themselves from every tablet that is still \
         there. Tablets that enrolled after the backup are refused and enrol anew: kakari-region alert list names them.",
        manifest.region,
        moment(manifest.made_at),
        manifest.tables.len(),
    );
    let seconds = begun.elapsed().as_secs_f64();
    let json = json!({
        "region": manifest.region, "made_at": manifest.made_at, "last_entry": manifest.last_entry, "rows": rows,
        "tables": restored.tables, "replaced_tables": restored.replaced, "seconds": seconds,
    });
    Ok(Reply::new(told, json))
}

async fn try_out(url: &str, folder: &Path, manifest: &Manifest, server: &ServerKey) -> Answer {
    let begun = Instant::now();
    let tried = backup::try_out(url, folder, manifest, server).await?;
    let seconds = begun.elapsed().as_secs_f64();
    let told = format!(
        "{}: this backup can be used. Restored in a database of its own and dropped again in {seconds:.1} s: {} rows of {} tables as \
         counted, the digests of {} records as they were, the server key opens the signing key, the TLS authority and {} vault \
         key(s).\nIt is of {}: what came after it would have to be entered again",
        folder.display(),
        tried.rows,
        tried.tables,
        tried.records,
        tried.vault_keys,
        moment(manifest.made_at),
    );
    let json = json!({
        "usable": true, "rows": tried.rows, "tables": tried.tables, "records": tried.records, "vault_keys": tried.vault_keys,
        "made_at": manifest.made_at, "seconds": seconds,
    });
    Ok(Reply::new(told, json))
}
