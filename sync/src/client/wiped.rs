//! The last thing that a wiped tablet does: it tells so, and forgets who it was.

use std::fs;
use std::io::ErrorKind;

use kakari_store::wipe;

use super::identity::ENROLMENT;
use super::{Link, LinkError, Problem, StateDir, files, tls};

/// The enrolment from when the tablet begins to forget.
const FORGOTTEN: &str = "enrolment.forgotten";

/// Tells the server that the wipe with this nonce was carried out. To be called when the store is gone; until the server
/// has answered, the identity stays, so that it can be told again.
pub async fn tell(state: &StateDir, nonce: [u8; 16]) -> Result<(), Problem> {
    let identity = state.load_identity()?.ok_or(Problem::Keys("there is no identity"))?;
    let certificate = identity.certificate.as_ref().ok_or(Problem::Keys("there is no certificate"))?;
    let link = Link::new(tls::mutual(&identity.enrolment.tls_authority, certificate)?)?;
    let body = serde_json::json!({ "nonce": hex::encode(nonce) }).to_string();
    let url = format!("{}/v1/wiped", identity.enrolment.api_url);
    link.post(&url, "application/json", body.into_bytes()).await?.into_body()?;
    Ok(())
}

/// Whether no later try to tell would end otherwise: the region admits this tablet no more, or the tablet has no certificate,
/// and gets none while it is being wiped, or cannot read its own identity.
pub fn is_in_vain(problem: &Problem) -> bool {
    matches!(problem, Problem::Link(LinkError::NotAdmitted | LinkError::NotKnown) | Problem::Keys(_))
}

/// Removes the identity and whatever was being fetched: the very end of a wipe. From its first step on, which is durable, the
/// tablet is enrolled nowhere; cut short by a power cut, it is called again. Zeros go over every file before the folder goes.
pub fn forget_identity(state: &StateDir) -> Result<(), Problem> {
    let failed = |source| Problem::file("the state folder", source);
    let enrolment = state.file(ENROLMENT);
    if enrolment.exists() {
        files::replace(&enrolment, &state.file(FORGOTTEN))?;
    }
    let found = fs::read_dir(state.path()).into_iter().flatten().flatten();
    for file in found.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file())) {
        if let Err(error) = wipe::overwrite(&file.path()) {
            tracing::warn!(%error, "a file of the identity was not overwritten before it goes");
        }
    }
    match fs::remove_dir_all(state.path()) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(failed(error)),
        _ => files::sync_dir(state.path()).map_err(failed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::TlsFault;

    #[test]
    fn only_what_no_later_try_would_change_is_in_vain() {
        let in_vain =
            [LinkError::NotAdmitted.into(), LinkError::NotKnown.into(), Problem::Keys("there is no certificate")];
        assert!(in_vain.iter().all(is_in_vain));
        let later = [
            LinkError::Unreachable,
            LinkError::Silent,
            LinkError::Broken,
            LinkError::NotTheServer(TlsFault::OtherAuthority),
            LinkError::Missing,
            LinkError::Status(500),
        ];
        assert!(!later.map(Problem::from).iter().any(is_in_vain));
    }

    #[test]
    fn forgetting_leaves_nothing_and_may_be_done_again() {
        let place = tempfile::tempdir().expect("a folder");
        let state = StateDir::make(&place.path().join("state")).expect("made");
        for name in [ENROLMENT, "tls.crt"] {
            fs::write(state.file(name), [7; 40]).expect("written");
        }
        forget_identity(&state).expect("forgotten");
        assert!(!state.path().exists());
        forget_identity(&state).expect("nothing is left");
    }
}
