//! Making a backup.

use std::fs::{self, DirBuilder, File};
use std::io::Read;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use chrono::Utc;
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgConnection};

use super::manifest::{self, DUMP, Manifest};
use super::{progress, tools};
use crate::command::{Answer, text};
use crate::keys::ServerKey;

/// What is counted and what is dumped are one moment of the database.
const ONE_MOMENT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// Writes a backup of the database at `url` into `folder`, which must not be there yet. Meanwhile everything goes on.
pub(crate) async fn write(url: &str, server: &ServerKey, folder: &Path) -> Answer<Manifest> {
    if folder.exists() {
        return Err(format!(
            "{} is there already: no backup is ever written over; name another folder",
            folder.display()
        ));
    }
    let partial = Partial::make(folder)?;
    let options = tools::address(url)?;
    let mut conn = PgConnection::connect_with(&options).await.map_err(text)?;
    sqlx::query(ONE_MOMENT).execute(&mut conn).await.map_err(text)?;
    let moment: String = sqlx::query_scalar("SELECT pg_export_snapshot()").fetch_one(&mut conn).await.map_err(text)?;
    let mut manifest = Manifest::of(&mut conn, server, Utc::now()).await?;
    let dump = partial.0.join(DUMP);
    let path = dump.clone();
    tokio::task::spawn_blocking(move || run(&options, &moment, &path)).await.map_err(text)??;
    conn.close().await.map_err(text)?;
    (manifest.sha256, manifest.size) = manifest::hash(&dump)?;
    manifest.save(&partial.0)?;
    partial.finish(folder)?;
    Ok(manifest)
}

fn run(options: &PgConnectOptions, moment: &str, path: &Path) -> Answer<()> {
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    let file = File::options().write(true).create_new(true).mode(0o600).open(path).map_err(failed)?;
    let mut command = tools::tool("pg_dump", options);
    command.args(["--format=custom", "--no-password", "--no-owner", "--no-privileges"]);
    command.arg(format!("--snapshot={moment}"));
    let out = Stdio::from(file.try_clone().map_err(failed)?);
    let mut child = command.stdout(out).spawn().map_err(|error| tools::missing("pg_dump", &error))?;
    let status = progress::wait(&mut child, path).map_err(failed)?;
    if !status.success() {
        let mut said = String::new();
        if let Some(mut stderr) = child.stderr.take() {
            let _ = stderr.read_to_string(&mut said);
        }
        return Err(format!("pg_dump made no backup: {}", said.trim()));
    }
    file.sync_all().map_err(failed)
}

/// A backup that is not one yet: taken away again unless it is finished.
struct Partial(PathBuf);

impl Partial {
    fn make(folder: &Path) -> Answer<Self> {
        let mut name = folder.file_name().ok_or("name a folder for the backup")?.to_owned();
        name.push(".partial");
        let path = folder.with_file_name(name);
        // What an interrupted one left is worth nothing.
        let _ = fs::remove_dir_all(&path);
        let made = DirBuilder::new().mode(0o700).recursive(false).create(&path);
        made.map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(Self(path))
    }

    /// The one step that makes a backup of it.
    fn finish(&self, folder: &Path) -> Answer<()> {
        let sync = |path: &Path| File::open(path)?.sync_all();
        let above = folder.parent().filter(|path| !path.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let done = sync(&self.0).and_then(|()| fs::rename(&self.0, folder)).and_then(|()| sync(above));
        done.map_err(|error| format!("{}: {error}", folder.display()))
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
