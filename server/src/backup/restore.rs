//! Putting a backup back.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Stdio};
use std::thread;

use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgConnection};

use super::{Counts, DUMP, Manifest, counts, quoted, tables, tools};
use crate::command::{Answer, text};
use crate::patience::Patience;
use crate::{db, publish};

/// What was restored.
pub(crate) struct Restored {
    /// Rows of each table, as they are now in the database.
    pub(crate) tables: Counts,
    /// Tables of an earlier region's database that went away for it.
    pub(crate) replaced: usize,
}

/// Restores the backup in `folder`, which was verified, into the database at `url`: whole, in one transaction, or not at
/// all. `mark` says that nothing may be published from it before a new generation.
pub(crate) async fn restore(
    url: &str,
    folder: &Path,
    manifest: &Manifest,
    replace: bool,
    mark: bool,
) -> Answer<Restored> {
    let options = tools::address(url)?;
    let mut conn = connect(&options).await?;
    alone(&mut conn).await?;
    let there = tables(&mut conn).await.map_err(text)?;
    replaceable(&mut conn, &there, manifest, replace).await?;
    let (begin, end) = (before(&there), after(manifest, mark));
    let dump = folder.join(DUMP);
    tokio::task::spawn_blocking(move || run(&options, dump, &begin, &end)).await.map_err(text)??;
    let tables = counts(&mut conn).await.map_err(text)?;
    conn.close().await.map_err(text)?;
    // What this program needs beyond the backup's tables.
    db::connect_to(url).await.map_err(text)?.close().await;
    Ok(Restored { tables, replaced: there.len() })
}

async fn connect(options: &PgConnectOptions) -> Answer<PgConnection> {
    PgConnection::connect_with(options).await.map_err(|error| {
        let name = options.get_database().unwrap_or_default();
        format!("the database does not answer: {error}; is PostgreSQL running, and is there an empty database? (createdb {name})")
    })
}

/// Nobody of ours may be at work in it. The publisher's lock is ours until this connection ends.
async fn alone(conn: &mut PgConnection) -> Answer<()> {
    let nobody = "SELECT count(*) = 0 FROM pg_stat_activity \
        WHERE datname = current_database() AND application_name = 'kakari-region'";
    let mut patience = Patience::new();
    let alone = loop {
        let alone: bool = sqlx::query_scalar(nobody).fetch_one(&mut *conn).await.map_err(text)?;
        if alone || !patience.lasts().await {
            break alone;
        }
    };
    if !alone || !publish::lock(conn).await.map_err(text)? {
        return Err(
            "kakari-region is at work in this database: end serve and publish first (systemctl stop kakari-region)"
                .to_owned(),
        );
    }
    Ok(())
}

/// Only an empty database, or with `--replace` this very region's.
async fn replaceable(conn: &mut PgConnection, there: &[String], manifest: &Manifest, replace: bool) -> Answer<()> {
    if there.is_empty() {
        return Ok(());
    }
    let region = there.iter().any(|table| table == "region");
    let feed: Option<Vec<u8>> = match region {
        true => sqlx::query_scalar("SELECT feed FROM region").fetch_optional(conn).await.ok().flatten(),
        false => None,
    };
    match feed.map(hex::encode) {
        Some(feed) if feed == manifest.feed && replace => Ok(()),
        Some(feed) if feed == manifest.feed => {
            Err("the database holds this region already: with --replace everything in it goes away for the backup"
                .to_owned())
        }
        _ => {
            Err("the database is not empty and is not this region's: nothing was touched; name an empty one".to_owned())
        }
    }
}

fn before(there: &[String]) -> String {
    let names: Vec<String> = there.iter().map(|table| quoted(table)).collect();
    let drop = if names.is_empty() { String::new() } else { format!("DROP TABLE {} CASCADE;\n", names.join(", ")) };
    format!("BEGIN;\n{drop}")
}

/// Every table has as many rows as were counted, or nothing was restored.
fn after(manifest: &Manifest, mark: bool) -> String {
    let count = |(table, rows): (&String, &u64)| {
        let (table, name) = (quoted(table), table.replace('\'', "''"));
        format!(
            "DO $kakari$ BEGIN IF (SELECT count(*) FROM public.{table}) <> {rows} THEN \
             RAISE EXCEPTION 'table {name} has not the rows that were backed up'; END IF; END $kakari$;\n"
        )
    };
    let counted: String = manifest.tables.iter().map(count).collect();
    let at = manifest.made_at.to_rfc3339();
    let marked = format!(
        "CREATE TABLE IF NOT EXISTS public.restored (one boolean PRIMARY KEY DEFAULT true CHECK (one), \
         backup_at timestamptz NOT NULL, at timestamptz NOT NULL DEFAULT now());\n\
         DELETE FROM public.restored;\nINSERT INTO public.restored (backup_at) VALUES ('{at}');\n"
    );
    format!("{counted}{}COMMIT;\n", if mark { marked } else { String::new() })
}

/// `pg_restore | psql`, between our two ends. Whatever breaks before the last line, psql never sees it and takes all back.
fn run(options: &PgConnectOptions, dump: PathBuf, begin: &str, end: &str) -> Answer<()> {
    let mut psql = tools::tool("psql", options);
    psql.args(["--no-psqlrc", "--quiet", "--no-password", "--set=ON_ERROR_STOP=1"]).stdin(Stdio::piped());
    let mut psql = psql.spawn().map_err(|error| tools::missing("psql", &error))?;
    let said = listen(&mut psql);
    let fed = match psql.stdin.take() {
        Some(stdin) => feed(stdin, options, &dump, begin, end),
        None => Err("psql takes nothing".to_owned()),
    };
    let status = psql.wait().map_err(text)?;
    let words = said.join().unwrap_or_default();
    match (fed, status.success()) {
        (Ok(()), true) => Ok(()),
        (Err(fault), true) => Err(format!("nothing was restored: {fault}")),
        (_, false) => Err(format!("nothing was restored: {}", words.trim())),
    }
}

fn feed(mut stdin: ChildStdin, options: &PgConnectOptions, dump: &Path, begin: &str, end: &str) -> Answer<()> {
    stdin.write_all(begin.as_bytes()).map_err(text)?;
    let mut restore = tools::tool("pg_restore", options);
    restore.args(["--file=-", "--no-owner", "--no-privileges"]).arg(dump).stdout(Stdio::piped());
    let mut restore = restore.spawn().map_err(|error| tools::missing("pg_restore", &error))?;
    let said = listen(&mut restore);
    let copied = match restore.stdout.take() {
        Some(mut out) => std::io::copy(&mut out, &mut stdin).map(drop).map_err(text),
        None => Err("pg_restore gives nothing".to_owned()),
    };
    let status = restore.wait().map_err(text)?;
    if !status.success() {
        return Err(said.join().unwrap_or_default());
    }
    copied?;
    stdin.write_all(end.as_bytes()).map_err(text)
}

/// What a program says while it works: read beside, so that it is never kept waiting.
fn listen(child: &mut Child) -> thread::JoinHandle<String> {
    let stderr = child.stderr.take();
    thread::spawn(move || {
        let mut said = String::new();
        if let Some(mut stderr) = stderr {
            let _ = stderr.read_to_string(&mut said);
        }
        said
    })
}
