//! Finding a region's files on a stick: a folder with a feed's head in it. Whether they are believed is for sync to say.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use kakari_sync::HEAD_NAME;

/// How deep below the place of the sticks: `/media/USER/STICK/FOLDER`.
const DEPTH: usize = 3;
/// More folders than an office's stick has are not looked through.
const MOST: usize = 1000;

/// The folder with the newest head at `dir` or below it; nearer ones are looked at first, and no link is followed.
pub(super) fn find_bundle(dir: &Path) -> Option<PathBuf> {
    let (mut level, mut looked, mut found) = (vec![dir.to_owned()], 0, Vec::new());
    for depth in 0..=DEPTH {
        level.truncate(MOST - looked);
        looked += level.len();
        found.extend(level.iter().filter_map(|dir| Some((head_of(dir)?, dir.clone()))));
        if depth < DEPTH {
            level = level.iter().flat_map(|dir| folders_in(dir)).collect();
        }
    }
    found.into_iter().max_by_key(|(head, _)| *head).map(|(_, dir)| dir)
}

/// When its head was written; only a plain file is one.
fn head_of(dir: &Path) -> Option<SystemTime> {
    let head = fs::symlink_metadata(dir.join(HEAD_NAME)).ok().filter(fs::Metadata::is_file)?;
    Some(head.modified().unwrap_or(SystemTime::UNIX_EPOCH))
}

fn folders_in(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    let folders = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
    folders.map(|entry| entry.path()).take(MOST).collect()
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_newest_feed_on_a_stick_is_found_and_nothing_beyond_a_link_or_too_deep() {
        let place = tempfile::tempdir().expect("a folder");
        let media = place.path().join("media");
        assert_eq!(find_bundle(&media), None, "no stick");
        let feed = |dir: &str, seconds: u64| {
            let dir = media.join(dir);
            fs::create_dir_all(&dir).expect("made");
            let head = File::create(dir.join(HEAD_NAME)).expect("made");
            head.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)).expect("set");
            dir
        };
        feed("crew/stick/2026/11", 900);
        assert_eq!(find_bundle(&media), None, "too deep");
        let older = feed("crew/stick/bundle", 100);
        fs::create_dir_all(media.join("other/holiday")).expect("made");
        assert_eq!(find_bundle(&media), Some(older));
        let newer = feed("other", 200);
        assert_eq!(find_bundle(&media), Some(newer.clone()));
        let away = place.path().join("away");
        fs::create_dir_all(&away).expect("made");
        fs::write(away.join(HEAD_NAME), b"").expect("written");
        std::os::unix::fs::symlink(&away, media.join("link")).expect("linked");
        fs::create_dir_all(media.join("folder").join(HEAD_NAME)).expect("made");
        assert_eq!(find_bundle(&media), Some(newer));
    }
}
