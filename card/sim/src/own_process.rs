//! Tests that need a PC/SC library of their own.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::stack::{SOCKET_VARIABLE, Stack};

const DIR_VARIABLE: &str = "KAKARI_OWN_PROCESS_DIR";
/// Seconds for tests that were asked for more rounds than usual.
const LONGEST_VARIABLE: &str = "KAKARI_LONGEST_TEST";
const LONGEST_TEST: Duration = Duration::from_secs(900);

/// Runs the body of the test `name` (its full path as the test runner prints it) in a child process whose PC/SC
/// library looks for pcscd in a fresh directory. The body gets that directory and starts its [`Stack`] there.
///
/// Works the same under `cargo test` and nextest. The child's output becomes this test's.
///
/// # Panics
/// When the child fails, takes longer than fifteen minutes (or `KAKARI_LONGEST_TEST` seconds), or did not run the body
/// (a wrong name).
pub fn in_own_process(name: &str, body: impl FnOnce(&Path)) {
    if let Some(dir) = env::var_os(DIR_VARIABLE) {
        let dir = PathBuf::from(dir);
        body(&dir);
        fs::write(ran(&dir), name).expect("the test's directory is writable");
        return;
    }
    let dir = tempfile::Builder::new().prefix("kakari").tempdir().expect("a temporary directory");
    let mut child = Command::new(env::current_exe().expect("the test's own program"))
        .args([name, "--exact", "--nocapture"])
        .env(SOCKET_VARIABLE, Stack::socket_in(dir.path()))
        .env(DIR_VARIABLE, dir.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the test's own program starts");
    let output = [follow(child.stdout.take()), follow(child.stderr.take())];
    let longest = longest_test();
    let status = wait(&mut child, longest);
    output.into_iter().for_each(|thread| drop(thread.join()));
    let status = status.unwrap_or_else(|| panic!("{name}: still running after {longest:?}"));
    assert!(status.success(), "{name}: failed in its own process ({status}); its output is above");
    assert!(ran(dir.path()).exists(), "{name}: no such test; give in_own_process the path the test runner prints");
}

fn longest_test() -> Duration {
    let asked = env::var(LONGEST_VARIABLE).ok().and_then(|seconds| seconds.parse().ok());
    asked.map_or(LONGEST_TEST, Duration::from_secs)
}

/// `None` if it had to be killed.
fn wait(child: &mut Child, longest: Duration) -> Option<ExitStatus> {
    let started = Instant::now();
    while started.elapsed() < longest {
        if let Some(status) = child.try_wait().expect("a child can be waited for") {
            return Some(status);
        }
        thread::sleep(Duration::from_millis(5));
    }
    let _ = child.kill();
    let _ = child.wait();
    None
}

fn ran(dir: &Path) -> PathBuf {
    dir.join("ran")
}

/// Repeats what a child says, through the test runner's capture.
fn follow(pipe: Option<impl Read + Send + 'static>) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        // Line by line: a test of minutes says how far it is.
        for line in pipe.into_iter().flat_map(|pipe| BufReader::new(pipe).split(b'\n')).map_while(Result::ok) {
            eprintln!("{}", String::from_utf8_lossy(&line));
        }
    })
}
