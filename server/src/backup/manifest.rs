//! What a backup says of itself.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use chrono::{DateTime, Utc};
use kakari_record::seal::RecordId;
use kakari_sync::digests;
use ring::digest::{Context, SHA256};
use ring::hmac;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use super::{Counts, counts};
use crate::command::{Answer, text};
use crate::keys::ServerKey;

/// The dump's file in a backup's folder.
pub(crate) const DUMP: &str = "region.dump";
const NAME: &str = "manifest.json";
const FORM: u8 = 1;
/// Longest manifest that is read, in bytes.
const LONGEST: u64 = 1024 * 1024;

/// `manifest.json`: form 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    form: u8,
    /// Version of the program that made it.
    pub(crate) program: String,
    pub(crate) made_at: DateTime<Utc>,
    pub(crate) region: String,
    /// The region's feed, hex.
    pub(crate) feed: String,
    /// The newest step of the tables.
    pub(crate) step: i64,
    pub(crate) generation: i64,
    pub(crate) sequence: i64,
    pub(crate) roster_version: i64,
    pub(crate) orders_version: i64,
    /// Newest line of the office's log.
    pub(crate) last_entry: Option<DateTime<Utc>>,
    /// SHA-256 over the digests of every published record with its version, hex.
    pub(crate) records: String,
    /// Rows of each table.
    pub(crate) tables: Counts,
    /// Tells the region's server key from others and says nothing about it, hex.
    pub(crate) server_key: String,
    /// SHA-256 of the dump, hex.
    pub(crate) sha256: String,
    /// Its size in bytes.
    pub(crate) size: u64,
}

impl Manifest {
    /// What the database is at this moment of the caller's transaction; of the dump nothing yet.
    pub(crate) async fn of(conn: &mut PgConnection, server: &ServerKey, now: DateTime<Utc>) -> Answer<Self> {
        let (region, feed, generation, sequence, roster_version, orders_version): (
            String,
            Vec<u8>,
            i64,
            i64,
            i64,
            i64,
        ) = sqlx::query_as("SELECT name, feed, generation, sequence, roster_version, orders_version FROM region")
            .fetch_optional(&mut *conn)
            .await
            .map_err(text)?
            .ok_or("this database holds no region: there is nothing to back up")?;
        let step = sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations").fetch_one(&mut *conn).await;
        let last_entry = sqlx::query_scalar("SELECT max(at) FROM office_log").fetch_one(&mut *conn).await;
        Ok(Self {
            form: FORM,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            made_at: now,
            region,
            feed: hex::encode(feed),
            step: step.map_err(text)?,
            generation,
            sequence,
            roster_version,
            orders_version,
            last_entry: last_entry.map_err(text)?,
            records: records(&mut *conn).await?,
            tables: counts(conn).await.map_err(text)?,
            server_key: mark_of(server),
            sha256: String::new(),
            size: 0,
        })
    }

    /// Reads the manifest in `folder`.
    pub(crate) fn load(folder: &Path) -> Answer<Self> {
        let path = folder.join(NAME);
        let no = |why: String| format!("{}: {why}; this is no whole backup: take another one", path.display());
        let mut bytes = Vec::new();
        let file = File::open(&path).map_err(|error| no(error.to_string()))?;
        file.take(LONGEST).read_to_end(&mut bytes).map_err(|error| no(error.to_string()))?;
        let manifest: Self = serde_json::from_slice(&bytes).map_err(|error| no(error.to_string()))?;
        if manifest.form != FORM {
            return Err(format!(
                "{}: form {} is of a newer kakari-region: install that one",
                path.display(),
                manifest.form
            ));
        }
        Ok(manifest)
    }

    pub(super) fn save(&self, folder: &Path) -> Answer<()> {
        let path = folder.join(NAME);
        let bytes = serde_json::to_vec_pretty(self).map_err(text)?;
        let written = fs::write(&path, bytes).and_then(|()| File::open(&path)?.sync_all());
        written.map_err(|error| format!("{}: {error}", path.display()))
    }

    /// Whether the dump in `folder` is the one that was written.
    pub(crate) fn verify_dump(&self, folder: &Path) -> Answer<()> {
        let path = folder.join(DUMP);
        let (sha256, size) = hash(&path)?;
        if (sha256.as_str(), size) == (self.sha256.as_str(), self.size) {
            return Ok(());
        }
        Err(format!(
            "{}: not the file that was backed up ({size} bytes, {} were written): damaged or exchanged; take another backup",
            path.display(),
            self.size
        ))
    }

    /// Whether `server` is the key that opens this backup's keys.
    pub(crate) fn is_opened_by(&self, server: &ServerKey) -> bool {
        self.server_key == mark_of(server)
    }
}

/// SHA-256 (hex) and size of a file.
pub(super) fn hash(path: &Path) -> Answer<(String, u64)> {
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    let mut file = File::open(path).map_err(failed)?;
    let (mut context, mut size, mut buffer) = (Context::new(&SHA256), 0, vec![0; 1 << 20]);
    loop {
        let read = file.read(&mut buffer).map_err(failed)?;
        if read == 0 {
            return Ok((hex::encode(context.finish()), size));
        }
        context.update(&buffer[..read]);
        size += read as u64;
    }
}

/// The digests that a tablet compares, in one number.
pub(super) async fn records(conn: &mut PgConnection) -> Answer<String> {
    let rows: Vec<(Vec<u8>, i64)> = sqlx::query_as("SELECT record, version FROM published WHERE NOT removed")
        .fetch_all(conn)
        .await
        .map_err(text)?;
    let known = rows
        .into_iter()
        .filter_map(|(record, version)| Some((RecordId::from_bytes(record.try_into().ok()?), version.unsigned_abs())));
    Ok(hex::encode(ring::digest::digest(&SHA256, &digests::of(known))))
}

/// An HMAC under the key: 256 random bits cannot be guessed from it.
fn mark_of(server: &ServerKey) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, server.expose());
    hex::encode(&hmac::sign(&key, b"kakari backup v1").as_ref()[..16])
}
