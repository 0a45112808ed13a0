//! `kakari-region backup`.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::{Answer, Desk, Reply, moment};
use crate::backup::{self, DUMP};

/// Where the backup goes.
#[derive(Debug, Args)]
pub(crate) struct BackupArgs {
    /// A folder that is not there yet; it holds residents' documents, so keep it as you keep those.
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
}

pub(crate) async fn run(desk: Desk, args: BackupArgs) -> Answer {
    let (server, _) = desk.keys().await?;
    let manifest = backup::write(&desk.config.database_url, &server, &args.to).await?;
    let rows: u64 = manifest.tables.values().sum();
    let told = format!(
        "{}: region '{}' as of {}, generation {}, sequence {}; {rows} rows of {} tables, {} MB\nThe server key is not in it, and \
         without the key this backup is worth nothing. Keep the key's copy apart: {}\nNext: kakari-region restore --check {}",
        args.to.display(),
        manifest.region,
        moment(manifest.made_at),
        manifest.generation,
        manifest.sequence,
        manifest.tables.len(),
        manifest.size.div_ceil(1_000_000),
        desk.config.server_key.display(),
        args.to.display()
    );
    let json = json!({ "folder": args.to, "dump": args.to.join(DUMP), "rows": rows, "manifest": manifest });
    Ok(Reply::new(told, json))
}
