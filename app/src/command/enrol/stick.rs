//! What a stick brings: the text of an invitation's QR code as a file, a bundle. Nothing of it is believed here.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use kakari_sync::HEAD_NAME;
use kakari_sync::enrol::{Invitation, OfflineEnrolment};
use zeroize::Zeroizing;

/// `/media/kakari`, `/media/USER/STICK`, and a folder on the stick.
const DEEPEST: u32 = 3;
/// More entries than that in one folder are not a stick for a tablet: it is not looked through.
const MOST: usize = 500;
/// So many invitations have a place on the page.
const INVITATIONS: usize = 3;

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// Invitations with the names of their files.
    pub(super) invitations: Vec<(String, Invitation)>,
    /// A folder with a feed, and whether an enrolment is beside it.
    pub(super) bundle: Option<Bundle>,
}

/// A folder that `kakari-region bundle` wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bundle {
    pub(super) dir: PathBuf,
    /// A tablet can be enrolled from it, not only synced.
    pub(super) invites: bool,
}

impl Bundle {
    pub(super) fn at(dir: &Path) -> Option<Self> {
        let has = |name| dir.join(name).is_file();
        has(HEAD_NAME).then(|| Self { dir: dir.to_owned(), invites: has(OfflineEnrolment::FILE) })
    }
}

impl Found {
    /// Looks through the folder under which sticks are mounted.
    pub(super) fn under(stick: &Path) -> Self {
        let mut found = Self::default();
        found.look(stick, 0);
        found
    }

    fn look(&mut self, dir: &Path, depth: u32) {
        if let Some(bundle) = Bundle::at(dir) {
            // One that invites goes before one that does not.
            if self.bundle.as_ref().is_none_or(|before| bundle.invites && !before.invites) {
                self.bundle = Some(bundle);
            }
            return;
        }
        let mut entries: Vec<PathBuf> =
            fs::read_dir(dir).into_iter().flatten().flatten().take(MOST).map(|entry| entry.path()).collect();
        // The same order each time: a key on the page stays where it is.
        entries.sort();
        for path in entries {
            // A link could lead anywhere, and round.
            let Ok(kind) = path.symlink_metadata().map(|data| data.file_type()) else { continue };
            if kind.is_dir() && depth < DEEPEST {
                self.look(&path, depth + 1);
            } else if kind.is_file()
                && self.invitations.len() < INVITATIONS
                && let Some(invitation) = invitation_in(&path)
            {
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                self.invitations.push((name, invitation));
            }
        }
    }
}

fn invitation_in(path: &Path) -> Option<Invitation> {
    let longest = u64::try_from(Invitation::MAX_LEN).ok()?;
    if path.metadata().ok()?.len() > longest {
        return None;
    }
    let mut text = Zeroizing::new(String::with_capacity(Invitation::MAX_LEN + 1));
    fs::File::open(path).ok()?.take(longest).read_to_string(&mut text).ok()?;
    // Editors put a mark before what they save.
    Invitation::parse(text.trim_start_matches('\u{feff}')).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // A test that cannot go on should panic.

    use super::*;

    fn invitation() -> String {
        "kakari-enrol:1 https://region.example:8444 8K2M-4XYZ-0001\r\n".to_owned()
    }

    #[test]
    fn an_invitation_and_a_bundle_are_found_where_a_stick_is_mounted() {
        let media = tempfile::tempdir().unwrap();
        assert_eq!(Found::under(media.path()), Found::default());
        let stick = media.path().join("station/STICK");
        fs::create_dir_all(stick.join("feed")).unwrap();
        fs::write(stick.join("invitation.txt"), format!("\u{feff}{}", invitation())).unwrap();
        fs::write(stick.join("holiday.jpg"), vec![0xFF; 2000]).unwrap();
        fs::write(stick.join("note.txt"), "kakari-enrol:1 http://region.example 8K2M-4XYZ-0001").unwrap();
        fs::write(stick.join("feed").join(HEAD_NAME), "head").unwrap();
        let found = Found::under(media.path());
        assert_eq!(found.invitations.len(), 1, "{found:?}");
        assert_eq!(found.invitations[0].0, "invitation.txt");
        assert_eq!(found.bundle, Some(Bundle { dir: stick.join("feed"), invites: false }));
        fs::write(stick.join("feed").join(OfflineEnrolment::FILE), "enrolment").unwrap();
        assert!(Found::under(media.path()).bundle.is_some_and(|bundle| bundle.invites));
        assert!(!format!("{found:?}").contains("8K2M"), "no code in what is printed");
    }

    #[test]
    fn no_link_is_followed_and_nothing_deeper_is_looked_at() {
        let media = tempfile::tempdir().unwrap();
        let deep = media.path().join("a/b/c/d");
        fs::create_dir_all(&deep).unwrap();
        fs::write(deep.join("invitation"), invitation()).unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        fs::write(elsewhere.path().join("invitation"), invitation()).unwrap();
        std::os::unix::fs::symlink(elsewhere.path(), media.path().join("link")).unwrap();
        std::os::unix::fs::symlink(elsewhere.path().join("invitation"), media.path().join("file")).unwrap();
        assert_eq!(Found::under(media.path()), Found::default());
    }
}
