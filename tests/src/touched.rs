//! A running `kakari touch`: touches go in, and what the crew sees comes out.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::place::{Place, kakari};

/// How long something that a crew sees may take here.
const PATIENCE: Duration = Duration::from_secs(20);

/// The program without a screen. Killed when it is dropped.
pub struct Touched {
    child: Child,
    hand: ChildStdin,
    seen: Receiver<Value>,
    last: Value,
}

impl Touched {
    /// Starts it on the place's tablet.
    pub fn start(place: &Place) -> Self {
        Self::at(&place.tablet.config_path)
    }

    /// Starts it with this configuration.
    pub fn at(config: &Path) -> Self {
        let mut child = Command::new(kakari())
            .args(["touch", "--config"])
            .arg(config)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (hand, lines) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()).lines());
        let (told, seen) = mpsc::channel();
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let _ = told.send(serde_json::from_str(&line).unwrap());
            }
        });
        Self { child, hand, seen, last: Value::Null }
    }

    /// Its process, for who looks into its memory.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Touches what the line says.
    pub fn touch(&mut self, line: &str) -> &mut Self {
        writeln!(self.hand, "{line}").unwrap();
        self
    }

    /// Types digits and submits them.
    pub fn submit(&mut self, digits: &str) -> &mut Self {
        self.touch(&format!("digits {digits}")).touch("submit")
    }

    /// Waits until the crew sees what is wanted.
    pub fn until(&mut self, wanted: &str, is: impl Fn(&Value) -> bool) -> &Value {
        let until = Instant::now() + PATIENCE;
        while !is(&self.last) {
            let left = until.saturating_duration_since(Instant::now());
            self.last = self.seen.recv_timeout(left).unwrap_or_else(|_| panic!("not {wanted}, but {}", self.last));
        }
        &self.last
    }

    /// Waits for this screen.
    pub fn screen(&mut self, name: &str) -> &Value {
        self.until(name, |seen| seen["screen"] == name)
    }

    /// Waits for a sentence with these words in it.
    pub fn says(&mut self, words: &str) -> &Value {
        self.until(words, |seen| seen["sentence"].as_str().is_some_and(|sentence| sentence.contains(words)))
    }

    /// Kills it (SIGKILL).
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Touched {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
