//! Processes that are started, listened to and killed.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use crate::Fault;
use crate::place::Place;

/// What a process says, over all its lives.
pub(crate) type Lines = Arc<Mutex<Vec<String>>>;

/// One of the processes.
pub(crate) struct Process {
    role: &'static str,
    place: Place,
    arguments: Vec<String>,
    child: Option<(Child, thread::JoinHandle<()>)>,
    pub(crate) lines: Lines,
    lives: u32,
}

impl Process {
    pub(crate) fn new(role: &'static str, place: &Place, arguments: &[String]) -> Self {
        let (arguments, lines) = (arguments.to_vec(), Lines::default());
        Self { role, place: place.clone(), arguments, child: None, lines, lives: 0 }
    }

    pub(crate) fn arguments(&mut self, arguments: &[String]) {
        self.arguments = arguments.to_vec();
    }

    /// Starts it, unless it runs.
    pub(crate) fn start(&mut self) -> Result<(), Fault> {
        if self.child.is_some() {
            return Ok(());
        }
        self.lives += 1;
        let log = File::options().create(true).append(true).open(self.place.log(self.role))?;
        let mut child = Command::new(std::env::current_exe()?)
            .args(["role", self.role])
            .arg(&self.place.0)
            .args(&self.arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()?;
        let said = child.stdout.take().ok_or("no pipe")?;
        let lines = Arc::clone(&self.lines);
        let listener = thread::spawn(move || {
            // A line without its end was being written when the process was killed: nothing was said.
            let mut reader = BufReader::new(said);
            let mut line = String::new();
            while reader.read_line(&mut line).is_ok_and(|length| length > 0) {
                if let Some(whole) = line.strip_suffix('\n') {
                    lines.lock().unwrap_or_else(PoisonError::into_inner).push(whole.to_owned());
                }
                line.clear();
            }
        });
        self.child = Some((child, listener));
        Ok(())
    }

    /// Kills it with SIGKILL. Whether it was running; an error when it had ended by itself.
    pub(crate) fn kill(&mut self) -> Result<bool, Fault> {
        let Some((mut child, listener)) = self.child.take() else { return Ok(false) };
        let ended = child.try_wait()?;
        child.kill()?;
        child.wait()?;
        let _ = listener.join();
        match ended {
            None => Ok(true),
            Some(status) => Err(format!("{} ended by itself ({status}): {}", self.role, self.log()).into()),
        }
    }

    pub(crate) fn log(&self) -> String {
        let text = std::fs::read_to_string(self.place.log(self.role)).unwrap_or_default();
        let from = text.len().saturating_sub(1_500);
        text.get(from..).unwrap_or_default().to_owned()
    }

    pub(crate) fn said(&self) -> usize {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// The step that the last line told of.
    pub(crate) fn step(&self) -> Option<String> {
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.last()?.strip_prefix("at ").map(str::to_owned)
    }

    /// Waits until it says `what` after line `from`; whether it did in time.
    pub(crate) async fn says(&self, from: usize, patience: Duration, what: impl Fn(&str) -> bool) -> bool {
        let begun = std::time::Instant::now();
        loop {
            let heard = {
                let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
                lines.iter().skip(from).any(|line| what(line))
            };
            if heard || begun.elapsed() > patience {
                return heard;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    pub(crate) fn all(&self) -> Vec<String> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}
