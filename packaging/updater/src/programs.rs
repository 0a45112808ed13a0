//! Running a version of the program: as the tablet's user, without root's environment, and not for ever.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use kakari_sync::Version;
use rustix::process::{Pid, Signal, kill_process_group};

use crate::state::canonical;

/// A version or a number is said at once.
const SOON: Duration = Duration::from_secs(20);
/// A store is copied and read.
const PROOF: Duration = Duration::from_secs(900);
/// More is not kept of what a program says.
const MOST: u64 = 16 * 1024;
/// How often a program is looked after.
const LOOK: Duration = Duration::from_millis(5);

/// Who runs them: none means this process's own user, in tests.
#[derive(Clone, Debug)]
pub(crate) struct Programs {
    pub(crate) user: Option<String>,
}

impl Programs {
    /// What `kakari --version` says: `kakari 1.2.3`.
    pub(crate) fn version(&self, program: &Path) -> Result<Version, String> {
        let said = self.run(program, &["--version"], None, SOON)?;
        let word = said.split_whitespace().last().unwrap_or_default();
        canonical(word).ok_or_else(|| "it says no version".to_owned())
    }

    /// What `kakari store-schema` says: the newest schema that it writes.
    pub(crate) fn store_schema(&self, program: &Path) -> Result<u32, String> {
        let said = self.run(program, &["store-schema"], None, SOON)?;
        said.trim().parse().map_err(|_| "it says no schema".to_owned())
    }

    /// Lets it open a copy of the store; says what it said. `key` is the store key where the system keeps it.
    pub(crate) fn prove_store(&self, program: &Path, key: Option<File>) -> Result<String, String> {
        let args: &[&str] = if key.is_some() { &["prove-store", "--key-from-stdin"] } else { &["prove-store"] };
        self.run(program, args, key, PROOF)
    }

    /// Removes what a proof that was cut short has left of its copy of the store.
    pub(crate) fn clear_proof(&self, copy: &Path) -> Result<(), String> {
        self.run(Path::new("/bin/rm"), &["-rf", "--", &copy.to_string_lossy()], None, SOON).map(drop)
    }

    fn run(&self, program: &Path, args: &[&str], input: Option<File>, within: Duration) -> Result<String, String> {
        let mut command = match &self.user {
            None => Command::new(program),
            Some(user) => {
                let mut command = Command::new("/usr/bin/setpriv");
                let user = [format!("--reuid={user}"), format!("--regid={user}")];
                command.args(user).args(["--init-groups", "--no-new-privs", "--inh-caps=-all", "--"]).arg(program);
                command
            }
        };
        command.args(args).env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").current_dir("/").process_group(0);
        command.stdin(input.map_or_else(Stdio::null, Stdio::from)).stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = command.spawn().map_err(|error| format!("it cannot be run: {error}"))?;
        finish(child, within)
    }
}

/// Waits; what does not end in time is ended, with all that it started.
fn finish(mut child: Child, within: Duration) -> Result<String, String> {
    let (said, complained) = (child.stdout.take().map(gather), child.stderr.take().map(gather));
    let (began, group) = (Instant::now(), Pid::from_child(&child));
    let ended = loop {
        match child.try_wait() {
            Ok(None) if began.elapsed() < within => thread::sleep(LOOK),
            Ok(None) => break Err(format!("it did not end within {} s", within.as_secs())),
            Ok(Some(status)) => break Ok(status),
            Err(error) => break Err(error.to_string()),
        }
    };
    // What it may have left running must not hold the pipes. An empty group is an error that says just that.
    let _ = kill_process_group(group, Signal::KILL);
    let _ = child.wait();
    let collect = |pipe: Option<thread::JoinHandle<String>>| pipe.and_then(|pipe| pipe.join().ok()).unwrap_or_default();
    let (said, complained) = (collect(said), collect(complained));
    match ended? {
        status if status.success() => Ok(said),
        status => Err(format!("it ended with {status}: {}", last_line(&complained))),
    }
}

fn gather(pipe: impl Read + Send + 'static) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let mut pipe = pipe.take(MOST);
        // Part of what was said is better than none.
        let _ = pipe.read_to_end(&mut bytes);
        // The rest is let go by, or the program would stand still.
        let _ = io::copy(pipe.get_mut(), &mut io::sink());
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

fn last_line(text: &str) -> String {
    let line = text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("it said nothing");
    line.chars().filter(|letter| !letter.is_control()).take(300).collect()
}
