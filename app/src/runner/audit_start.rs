//! What is written down when the program finds its store: how it ended the last time, and what is new.

use kakari_record::audit::{AuditEvent, AuditKind};
use kakari_store::{AuditSigner, Store, StoreError};
use ring::digest::{SHA256, digest};

use super::audit_clerk::AuditClerk;
use crate::config::Config;
use crate::tpm_keys::{device_keys_in_tpm, state_dir};

/// How far back the last start is looked for at first; then everything is looked at.
const NEAR: u32 = 200;

/// Lets the store sign checkpoints with the tablet's key, which is made when there is none (in training). A tablet whose
/// key cannot be read goes on without, and its audit check says so.
pub(crate) fn sign_audit(config: &Config, store: &mut Store) {
    let key = state_dir(config).and_then(|state| state.make_tablet_key());
    match (key, store.facts()) {
        (Ok(key), Ok(facts)) => {
            tracing::info!(both_in_tpm = device_keys_in_tpm(config), "the tablet's own keys");
            store.sign_audit(AuditSigner::new(key, facts.feed));
        }
        (Err(problem), _) => tracing::error!(%problem, "no checkpoints of the audit: the tablet's key cannot be read"),
        (_, Err(error)) => tracing::error!(%error, "no checkpoints of the audit: the store cannot be read"),
    }
}

/// What this start finds, in the order in which it is written. Nothing when this program has begun in this store already.
pub(super) fn findings(config: &Config, store: &mut Store, clerk: &AuditClerk) -> Result<Vec<AuditKind>, StoreError> {
    let mut found = Vec::new();
    let lost = store.lost_rows()?;
    let last = last_start(store)?;
    if last.as_ref().is_some_and(|last| last.started.boot == clerk.boot()) {
        return Ok(found);
    }
    if lost > 0 {
        found.push(AuditKind::RowsLost { rows: lost });
    }
    if let Some(last) = last {
        if !last.stopped {
            found.push(AuditKind::CrashRecovered);
        }
        if last.started.app != env!("CARGO_PKG_VERSION") {
            found.push(AuditKind::Updated { from: last.started.app });
        }
    }
    let now = config_hash(config);
    let before = store.config_hash()?;
    if before.is_some_and(|before| before != now) {
        found.push(AuditKind::ConfigChanged);
    }
    if before != Some(now)
        && let Err(error) = store.set_config_hash(&now)
    {
        // The next start says it again; what else was found is written all the same.
        tracing::warn!(%error, "the configuration's hash is not kept");
    }
    Ok(found)
}

/// The program's last start, and whether it ended in order.
struct LastStart {
    started: AuditEvent,
    stopped: bool,
}

/// Rows of other programs (`kakari sync`, `kakari audit`) stand between and say nothing of it.
fn last_start(store: &Store) -> Result<Option<LastStart>, StoreError> {
    for count in [NEAR, u32::MAX] {
        let rows = store.last_audit(count)?;
        let mut ended = Vec::new();
        let complete = rows.len() < usize::try_from(count).unwrap_or(usize::MAX);
        for event in rows.into_iter().rev().filter_map(|row| row.event) {
            match event.kind {
                AuditKind::Stopped => ended.push(event.boot),
                AuditKind::Started => {
                    let stopped = ended.contains(&event.boot);
                    return Ok(Some(LastStart { started: event, stopped }));
                }
                _ => {}
            }
        }
        if complete {
            break;
        }
    }
    Ok(None)
}

fn config_hash(config: &Config) -> [u8; 32] {
    let text = toml::to_string(config).unwrap_or_default();
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, text.as_bytes()).as_ref());
    hash
}
