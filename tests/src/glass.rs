//! A running `kakari run` in a window of ours, and what its log says.

use std::cell::RefCell;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::display::Display;
use crate::finger::Finger;
use crate::page::Page;
use crate::place::kakari;

/// 本人同意 on the identity check.
pub static PATIENT_CONSENTS: LazyLock<(i16, i16)> = LazyLock::new(|| Page::from("check").key("本人同意"));
/// 事案を閉じる on the summary.
pub static CLOSE_CASE: LazyLock<(i16, i16)> = LazyLock::new(|| Page::from("summary").key("事案を閉じる"));
/// After a new page no touch counts for 300 ms, nor does a second press of one key; the window draws the page after it is told.
pub const PAGE_GUARD: Duration = Duration::from_millis(550);

/// The tablet's program. Ends when it is dropped.
pub struct Tablet {
    program: Child,
    log: Receiver<Value>,
    said: RefCell<String>,
}

impl Tablet {
    /// Starts the program with this configuration on this display, its log as JSON at the given `RUST_LOG`.
    pub fn start(config: &Path, display: &Display, log: &str) -> Self {
        Self::start_by(Command::new(kakari()), config, display, log)
    }

    /// The same, begun by this command: `strace …`, and the program as its last word.
    pub fn start_by(mut program: Command, config: &Path, display: &Display, log: &str) -> Self {
        let mut program = program
            .args(["run", "--log-json", "--config"])
            .arg(config)
            .env("DISPLAY", &display.name)
            .env_remove("WAYLAND_DISPLAY")
            .env("SLINT_SCALE_FACTOR", "1")
            .env("RUST_LOG", log)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(program.stderr.take().unwrap()).lines();
        let (seen, log) = mpsc::channel();
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let _ = seen.send(serde_json::from_str(&line).unwrap_or(Value::String(line)));
            }
        });
        Self { program, log, said: RefCell::default() }
    }

    /// Waits until the log says that this screen is shown, twenty seconds at most; returns that line.
    pub fn wait_for(&self, screen: &str) -> Value {
        loop {
            let line = self
                .log
                .recv_timeout(Duration::from_secs(20))
                .unwrap_or_else(|_| panic!("the screen {screen} never came; the log says {}", self.said()));
            self.said.borrow_mut().push_str(&line.to_string());
            if line["screen"] == screen {
                return line;
            }
        }
    }

    /// Waits until the log says these words, twenty seconds from line to line at most.
    pub fn wait_for_words(&self, words: &str) {
        while !self.said().contains(words) {
            let line = self.log.recv_timeout(Duration::from_secs(20));
            let line = line.unwrap_or_else(|_| panic!("{words} was never said; the log says {}", self.said()));
            self.said.borrow_mut().push_str(&line.to_string());
        }
    }

    /// The log up to the last screen that was waited for.
    pub fn said(&self) -> String {
        self.said.borrow().clone()
    }

    /// Whether the program still runs.
    pub fn runs(&mut self) -> bool {
        self.program.try_wait().unwrap().is_none()
    }

    /// Its process number.
    pub fn id(&self) -> u32 {
        self.program.id()
    }
}

impl Drop for Tablet {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

/// Types the training PIN and 決定.
pub fn type_pin(display: &Display) {
    Finger::on(display).pin("pin");
}
