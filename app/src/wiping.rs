//! An ordered erasure: the store first, then the region is told, then the identity goes.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use kakari_session::WipeStage;
use kakari_store::wipe::{self, Paths, WipeState};
use kakari_sync::client::{Problem, StateDir, wiped};

use crate::config::Config;

/// What is erased of this tablet. Its identity is not in it: without it the region could not be told.
pub(crate) fn paths(config: &Config) -> Paths {
    Paths {
        store: config.store.clone(),
        key: config.store_key_path(),
        also: Vec::new(),
        folders: vec![config.state.join("partial")],
    }
}

/// How far an erasure is, if one was ordered. A marker that cannot be read is taken for one.
pub(crate) fn state(config: &Config) -> WipeState {
    wipe::state(&paths(config)).unwrap_or_else(|error| {
        tracing::error!(%error, "the mark of an erasure cannot be read");
        WipeState::Pending { nonce: [0; 16] }
    })
}

/// The same for the glass.
pub(crate) fn stage(config: &Config) -> Option<WipeStage> {
    match state(config) {
        WipeState::None => None,
        WipeState::Pending { .. } => Some(WipeStage::Pending),
        WipeState::Done { .. } => Some(WipeStage::Done),
    }
}

/// Finishes what was ordered, by whichever process sees it first.
pub(crate) fn finish(config: &Config) -> Option<WipeStage> {
    if let WipeState::Pending { .. } = state(config)
        && let Err(error) = wipe::finish(&paths(config))
    {
        tracing::error!(%error, "the erasure is not finished yet");
    }
    stage(config)
}

/// Whether the region still has to be told.
pub(crate) fn is_untold(config: &Config) -> bool {
    config.state.join("enrolment.cbor").exists()
}

/// Tells the region that everything is erased; then the tablet forgets who it was. Until the region has answered, it
/// stays able to tell.
pub(crate) async fn tell(config: &Config, nonce: [u8; 16]) -> Result<(), Problem> {
    let state = StateDir::make(&config.state)?;
    wiped::tell(&state, nonce).await?;
    forget(&state)
}

/// Zeros over every file of the identity before the folder goes.
fn forget(state: &StateDir) -> Result<(), Problem> {
    let files = fs::read_dir(state.path()).into_iter().flatten().flatten();
    for file in files.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file())) {
        if let Err(error) = overwrite(&file.path()) {
            tracing::warn!(%error, "a file of the identity was not overwritten before it goes");
        }
    }
    wiped::forget_identity(state)
}

fn overwrite(path: &Path) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).open(path)?;
    let length = usize::try_from(file.metadata()?.len()).unwrap_or(0);
    file.write_all(&vec![0; length])?;
    file.sync_all()
}
