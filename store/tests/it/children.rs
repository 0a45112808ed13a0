//! Tests whose store is written by another process, which is killed.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

const DIR: &str = "KAKARI_STORE_CHILD_DIR";
const READY: &str = "ready";

/// The folder that a child of this test works in; `None` in the test itself.
pub(crate) fn child_dir() -> Option<PathBuf> {
    env::var_os(DIR).map(PathBuf::from)
}

/// Starts the test `name` once more, as its own child at work in `dir`.
pub(crate) fn start(name: &str, dir: &Path, extra: &[(&str, String)]) -> Child {
    Command::new(env::current_exe().expect("the test's program"))
        .args([name, "--exact", "--nocapture", "--test-threads=1"])
        .env(DIR, dir)
        .envs(extra.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("a child")
}

/// Places that can be repeated (xorshift64).
pub(crate) fn places(mut seed: u64) -> impl Iterator<Item = u64> {
    std::iter::repeat_with(move || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed >> 16
    })
}

/// The child says that it is at work from now on.
pub(crate) fn tell_ready(dir: &Path) {
    fs::write(dir.join(READY), []).expect("told");
}

/// Kills the child (SIGKILL) `after` it said that it is at work.
pub(crate) fn kill_at_work(mut child: Child, dir: &Path, after: Duration) {
    let began = Instant::now();
    while fs::remove_file(dir.join(READY)).is_err() {
        assert!(began.elapsed() < Duration::from_secs(30), "the child did not get to work");
        thread::sleep(Duration::from_millis(1));
    }
    thread::sleep(after);
    child.kill().expect("killed");
    child.wait().expect("ended");
}
