//! The last thing that a wiped tablet does: it tells so, and forgets who it was.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use kakari_store::wipe;

use super::{Link, LinkError, Problem, StateDir, files, tls};

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

/// Whether no later try to tell would end otherwise: the region admits this tablet no more or has no such order any more, or the
/// tablet has no certificate, and gets none while it is being wiped, or cannot read its own identity.
pub fn is_in_vain(problem: &Problem) -> bool {
    matches!(
        problem,
        Problem::Link(LinkError::NotAdmitted | LinkError::NotKnown | LinkError::Missing) | Problem::Keys(_)
    )
}

/// Removes the state folder at `state`, with the identity and whatever was being fetched: the very end of a wipe. The folder is
/// moved aside first, durably: from then on the tablet is enrolled nowhere. Cut short by a power cut, it is called again, or
/// [`finish_forgetting`] is.
pub fn forget_identity(state: &Path) -> Result<(), Problem> {
    finish_forgetting(state)?;
    if state.exists() {
        files::replace(state, &aside(state))?;
    }
    finish_forgetting(state)
}

/// Removes what a power cut left of an identity that is being forgotten; never one in force. Zeros go over every file before
/// the folder goes.
pub fn finish_forgetting(state: &Path) -> Result<(), Problem> {
    let aside = aside(state);
    let failed = |source| Problem::file("the state folder", source);
    if aside.is_symlink() {
        return files::remove(&aside);
    }
    let found = match fs::read_dir(&aside) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        found => found.map_err(failed)?,
    };
    for file in found.flatten().filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file())) {
        if let Err(error) = wipe::overwrite(&file.path()) {
            tracing::warn!(%error, "a file of the identity was not overwritten before it goes");
        }
    }
    match fs::remove_dir_all(&aside) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(failed(error)),
        _ => files::sync_dir(&aside).map_err(failed),
    }
}

/// Where the state folder lies while it is being forgotten.
fn aside(state: &Path) -> PathBuf {
    let mut name = state.file_name().unwrap_or_default().to_owned();
    name.push(".forgotten");
    state.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::TlsFault;
    use crate::client::identity::ENROLMENT;

    #[test]
    fn only_what_no_later_try_would_change_is_in_vain() {
        let told = [LinkError::NotAdmitted, LinkError::NotKnown, LinkError::Missing].map(Problem::from);
        assert!(told.iter().all(is_in_vain) && is_in_vain(&Problem::Keys("there is no certificate")));
        let later = [
            LinkError::Unreachable,
            LinkError::Silent,
            LinkError::Broken,
            LinkError::NotTheServer(TlsFault::OtherAuthority),
            LinkError::Status(500),
        ];
        assert!(!later.map(Problem::from).iter().any(is_in_vain));
    }

    #[test]
    fn forgetting_leaves_nothing_and_may_be_done_again() {
        let place = tempfile::tempdir().expect("a folder");
        let state = state_in(place.path());
        forget_identity(&state).expect("forgotten");
        assert_eq!(fs::read_dir(place.path()).expect("there").count(), 0);
        forget_identity(&state).expect("nothing is left");
    }

    #[test]
    fn what_a_power_cut_left_goes_and_an_identity_in_force_stays() {
        let place = tempfile::tempdir().expect("a folder");
        let state = half_forgotten_and_begun_anew(place.path());
        finish_forgetting(&state).expect("finished");
        assert!(!aside(&state).exists() && state.join("tls.key").exists());
        finish_forgetting(&state).expect("nothing is left");
        assert!(state.join("tls.key").exists());
    }

    #[test]
    fn a_tablet_that_forgets_once_more_forgets_what_the_first_time_left_too() {
        let place = tempfile::tempdir().expect("a folder");
        let state = half_forgotten_and_begun_anew(place.path());
        forget_identity(&state).expect("forgotten");
        assert_eq!(fs::read_dir(place.path()).expect("there").count(), 0);
    }

    #[test]
    fn a_link_in_its_place_is_not_followed_and_a_slash_at_the_end_means_the_same_folder() {
        let place = tempfile::tempdir().expect("a folder");
        let state = state_in(place.path());
        let others = place.path().join("others");
        fs::create_dir(&others).expect("made");
        fs::write(others.join("file"), [7; 40]).expect("written");
        std::os::unix::fs::symlink(&others, aside(&state)).expect("linked");
        forget_identity(&place.path().join("state/")).expect("forgotten");
        let left: Vec<_> = fs::read_dir(place.path()).expect("there").map(|found| found.expect("one").path()).collect();
        assert_eq!((left, fs::read(others.join("file")).expect("there")), (vec![others], vec![7; 40]));
    }

    /// What a power cut left of an identity, and one that came since.
    fn half_forgotten_and_begun_anew(place: &Path) -> PathBuf {
        let state = state_in(place);
        fs::rename(&state, aside(&state)).expect("moved");
        state_in(place)
    }

    /// A state folder with an identity and a download.
    fn state_in(place: &Path) -> PathBuf {
        let path = place.join("state");
        let state = StateDir::make(&path).expect("made");
        for name in [ENROLMENT, "tls.key"] {
            fs::write(state.file(name), [7; 40]).expect("written");
        }
        fs::create_dir_all(state.partial_dir()).expect("made");
        path
    }
}
