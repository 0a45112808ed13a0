//! A running `kakari enrol --touches`: the window's pages, touched by lines.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::place::kakari;

/// Longest time for a page to come: four tries over a dead line take about forty seconds.
const PATIENCE: Duration = Duration::from_secs(120);

/// A tablet's folder.
pub struct Fresh {
    /// Everything of the tablet, its configuration, its stick.
    pub dir: PathBuf,
}

/// The program. Ends, as by a power cut, when it is dropped.
pub struct Enrolling {
    program: Child,
    touches: Option<ChildStdin>,
    pages: Receiver<Value>,
    log: Receiver<String>,
    /// Everything it printed.
    pub printed: String,
}

impl Fresh {
    /// A tablet that belongs to nobody.
    pub fn in_dir(dir: &Path) -> Self {
        std::fs::create_dir_all(dir.join("media/STICK")).unwrap();
        Self { dir: dir.to_owned() }
    }

    /// A file on its stick.
    pub fn on_stick(&self, name: &str) -> PathBuf {
        self.dir.join("media/STICK").join(name)
    }

    /// Where the tablet keeps its identity.
    pub fn state(&self) -> PathBuf {
        self.dir.join("tablet/state")
    }

    /// Starts the program with these words more.
    pub fn start(&self, words: &[&str]) -> Enrolling {
        let mut command = Command::new(kakari());
        command.args(["enrol", "--touches", "--state"]).arg(self.dir.join("tablet"));
        command.arg("--config").arg(self.dir.join("kakari.toml")).arg("--usb").arg(self.dir.join("media"));
        command.args(words).env("RUST_LOG", "debug,rustls=info,hyper=info");
        let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut program = pipes.spawn().unwrap();
        let (seen, pages) = mpsc::channel();
        let out = BufReader::new(program.stdout.take().unwrap());
        thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                let _ = seen.send(serde_json::from_str(&line).unwrap());
            }
        });
        let (said, log) = mpsc::channel();
        let err = program.stderr.take().unwrap();
        thread::spawn(move || said.send(std::io::read_to_string(err).unwrap_or_default()));
        let touches = program.stdin.take();
        Enrolling { program, touches, pages, log, printed: String::new() }
    }
}

impl Enrolling {
    /// Touches.
    pub fn touch(&mut self, line: &str) {
        writeln!(self.touches.as_mut().unwrap(), "{line}").unwrap();
    }

    /// Waits for a page of which this holds.
    pub fn wait_until(&mut self, what: &str, holds: impl Fn(&Value) -> bool) -> Value {
        let until = Instant::now() + PATIENCE;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let Ok(page) = self.pages.recv_timeout(left) else {
                panic!("{what} never came; pages: {}", self.printed);
            };
            self.printed.push_str(&format!("{page}\n"));
            if holds(&page) {
                return page;
            }
        }
    }

    /// Waits for a page of this stage.
    pub fn wait_for(&mut self, stage: &str) -> Value {
        self.wait_until(stage, |page| page["stage"] == stage)
    }

    /// Ends as by a power cut; the log.
    pub fn kill(mut self) -> String {
        self.program.kill().unwrap();
        self.program.wait().unwrap();
        self.log.recv().unwrap()
    }

    /// Touches the last key; the exit code and the log.
    pub fn finish(mut self) -> (Option<i32>, String) {
        self.touch("finish");
        let code = self.program.wait().unwrap().code();
        (code, self.log.recv().unwrap())
    }
}

impl Drop for Enrolling {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}
