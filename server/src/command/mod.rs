//! The office's commands: one file for each noun.

mod any_card;
pub(crate) mod backup;
mod bulk;
pub(crate) mod bundle;
pub(crate) mod card;
pub(crate) mod client;
#[cfg(feature = "desk")]
pub(crate) mod copy;
pub(crate) mod epoch;
pub(crate) mod generation;
pub(crate) mod ingest;
pub(crate) mod init;
#[cfg(feature = "desk")]
pub(crate) mod issue;
#[cfg(feature = "desk")]
mod issue_felica;
pub(crate) mod officer;
pub(crate) mod publish;
pub(crate) mod release;
mod release_sign;
pub(crate) mod report;
pub(crate) mod resident;
pub(crate) mod restore;
pub(crate) mod review;
pub(crate) mod serve;
pub(crate) mod staff;
pub(crate) mod tablet;
pub(crate) mod trust;

use std::fs;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use chrono::{DateTime, FixedOffset, Utc};
use clap::Args;
use serde::Serialize;
use serde_json::{Value, json};
use sqlx::{PgPool, Postgres, Transaction};

use crate::config::RegionConfig;
use crate::keys::{KeyError, RegionKeys, ServerKey};
use crate::{db, output};

/// Japan is so many seconds before UTC, the whole year.
const JAPAN: i32 = 9 * 3_600;

/// What every command of the office takes.
#[derive(Debug, Args)]
pub(crate) struct OfficeArgs {
    /// The region's configuration.
    #[arg(long, global = true, env = "KAKARI_REGION", default_value = "region.toml", value_name = "FILE")]
    pub(crate) config: PathBuf,
    /// Who does this, for the office's log; the login name when not given.
    #[arg(long, global = true, env = "KAKARI_BY", value_name = "NAME")]
    pub(crate) by: Option<String>,
    /// One JSON object instead of text.
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

/// What a command answers: for people, and for programs.
pub(crate) struct Reply {
    pub(crate) text: String,
    pub(crate) json: Value,
    /// Something was refused beside what was done.
    pub(crate) failed: bool,
}

/// Why a command did nothing: one line.
pub(crate) type Answer<T = Reply> = Result<T, String>;

/// The region that a command works on.
pub(crate) struct Desk {
    pub(crate) config: RegionConfig,
    pub(crate) pool: PgPool,
    pub(crate) who: String,
}

impl Desk {
    async fn open(args: &OfficeArgs) -> Answer<Self> {
        let config = RegionConfig::load(&args.config).map_err(text)?;
        let pool = db::connect(&config).await.map_err(text)?;
        Ok(Self { config, pool, who: args.who() })
    }

    /// The server key.
    pub(crate) fn server(&self) -> Answer<ServerKey> {
        ServerKey::load(&self.config.server_key).map_err(text)
    }

    /// The region's keys, and the server key that opens them.
    pub(crate) async fn keys(&self) -> Answer<(ServerKey, RegionKeys)> {
        let server = self.server()?;
        let keys: Result<_, KeyError> = RegionKeys::load(&self.pool, &server).await;
        Ok((server, keys.map_err(text)?))
    }

    /// A transaction: what a command does becomes true at its end or not at all.
    pub(crate) async fn begin(&self) -> Answer<Transaction<'static, Postgres>> {
        self.pool.begin().await.map_err(text)
    }
}

impl OfficeArgs {
    pub(crate) fn who(&self) -> String {
        let login = || ["USER", "LOGNAME"].iter().find_map(|name| std::env::var(name).ok());
        self.by.clone().or_else(login).unwrap_or_else(|| "office".to_owned())
    }
}

impl Reply {
    pub(crate) fn new(text: impl Into<String>, json: Value) -> Self {
        Self { text: text.into(), json, failed: false }
    }

    /// A list: `lines` for people, `{"<name>": [...]}` for programs.
    pub(crate) fn list<T: Serialize>(name: &str, items: &[T], line: impl Fn(&T) -> String) -> Self {
        let lines: Vec<String> = items.iter().map(line).collect();
        let text = if lines.is_empty() { format!("no {name}") } else { lines.join("\n") };
        Self::new(text, json!({ name: items }))
    }
}

/// Runs a command on its region and prints what it answers.
pub(crate) fn run<F: Future<Output = Answer>>(
    args: &OfficeArgs,
    command: impl FnOnce(Desk) -> F,
) -> Result<ExitCode, String> {
    block_on(args, async { command(Desk::open(args).await?).await })
}

/// The same for a command that has no region yet.
pub(crate) fn block_on(args: &OfficeArgs, command: impl Future<Output = Answer>) -> Result<ExitCode, String> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(text)?;
    let reply = runtime.block_on(command)?;
    output::print(&if args.json { format!("{}\n", reply.json) } else { format!("{}\n", reply.text.trim_end()) })?;
    Ok(if reply.failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// An error's one line.
pub(crate) fn text(error: impl ToString) -> String {
    error.to_string()
}

/// A file as it is given on the command line.
pub(crate) fn read(path: &Path) -> Answer<Vec<u8>> {
    fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// A moment as people read it: by the clock on the office's wall.
pub(crate) fn moment(at: DateTime<Utc>) -> String {
    match FixedOffset::east_opt(JAPAN) {
        Some(japan) => at.with_timezone(&japan).format("%Y-%m-%d %H:%M JST").to_string(),
        None => at.to_rfc3339(),
    }
}

#[cfg(test)]
mod tests {
    use super::moment;

    #[test]
    fn a_moment_is_told_by_the_clock_on_the_offices_wall() {
        assert_eq!(moment("2026-11-20T23:16:00Z".parse().unwrap_or_default()), "2026-11-21 08:16 JST");
    }
}
