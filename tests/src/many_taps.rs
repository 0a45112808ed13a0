//! A running `kakari tap` that is shown many patients' cards, one after the other, and may not answer to each.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use kakari_record::model::Summary;
use serde_json::Value;

use crate::place::{Place, kakari, patient_words};

/// How long anything may take that must come.
const PATIENCE: Duration = Duration::from_secs(10);
/// More taps than any test has.
const ENDLESS: &str = "1000000";

/// The program, signed in and waiting for patients' cards. Killed when it is dropped.
pub struct ManyTaps {
    child: Child,
    lines: Receiver<Value>,
    waiting: bool,
}

/// What came of one card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Came {
    /// The resident at this place, whole, who also stood on the identity check.
    Shown(usize),
    /// A sentence, and nothing of anybody.
    Refused,
    /// No word: the card was gone before it was seen.
    Nothing,
}

/// What a process holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holds {
    /// Threads.
    pub threads: usize,
    /// Open files, sockets and pipes.
    pub descriptors: usize,
    /// Memory in kB.
    pub resident_kb: u64,
}

impl ManyTaps {
    /// Starts the program on the place's tablet and signs in.
    pub fn start(place: &Place) -> Self {
        let mut child = Command::new(kakari())
            .args(["tap", "--json", "--wait", "600", "--basis", "consent", "--taps", ENDLESS, "--pin-file"])
            .arg(place.dir.join("pin"))
            .arg("--config")
            .arg(&place.tablet.config_path)
            .env("RUST_LOG", "kakari=warn")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let (told, heard) = mpsc::channel();
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let _ = told.send(serde_json::from_str(&line).unwrap());
            }
        });
        let mut taps = Self { child, lines: heard, waiting: false };
        assert_eq!(taps.next()["wanted"], "staff card");
        place.reader().insert(&place.staff[0].card.card);
        taps.ready();
        place.reader().remove();
        taps
    }

    /// Waits until the program asks for a patient's card.
    pub fn ready(&mut self) {
        if !std::mem::replace(&mut self.waiting, true) {
            let line = self.next();
            assert_eq!(line["wanted"], "patient card", "something else than a card is wanted");
        }
    }

    /// What comes of the card that was laid on, if anything does within this time. Fails if it is of two residents, or
    /// only a part, or if a refusal has a word of anybody in it.
    pub fn came(&mut self, residents: &[Summary], patience: Duration) -> Came {
        let line = match self.lines.recv_timeout(patience) {
            Ok(line) => line,
            Err(RecvTimeoutError::Timeout) => return Came::Nothing,
            Err(RecvTimeoutError::Disconnected) => panic!("the program has ended"),
        };
        self.waiting = false;
        if line["outcome"] == "shown" {
            return Came::Shown(whole(&line, residents));
        }
        assert_eq!(line["outcome"], "not shown");
        assert!(line["summary"].is_null() && line["sentence"].is_string() && line["next_step"].is_string());
        let said = line.to_string();
        for word in residents.iter().flat_map(patient_words) {
            assert!(!said.contains(&word), "a patient's word in a refusal");
        }
        Came::Refused
    }

    /// The same of a card that must be shown.
    pub fn shows(&mut self, residents: &[Summary]) -> usize {
        match self.came(residents, PATIENCE) {
            Came::Shown(who) => who,
            other => panic!("a whole card on a whole stack: {other:?}"),
        }
    }

    /// What the program holds now.
    pub fn holds(&self) -> Holds {
        holds(self.child.id())
    }

    fn next(&mut self) -> Value {
        self.lines.recv_timeout(PATIENCE).expect("the program has something to say")
    }
}

impl Drop for ManyTaps {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Which resident is shown.
fn whole(line: &Value, residents: &[Summary]) -> usize {
    let shown: Summary = serde_json::from_value(line["summary"].clone()).unwrap();
    let who = residents.iter().position(|summary| shown == summary.told());
    assert_eq!(line["checked"]["name"], shown.identity.name, "another stood on the check");
    who.expect("the documents of one resident, whole")
}

/// What this process holds now.
pub fn holds(process: u32) -> Holds {
    let count = |what: &str| fs::read_dir(format!("/proc/{process}/{what}")).map_or(0, Iterator::count);
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let resident_kb = resident.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0);
    Holds { threads: count("task"), descriptors: count("fd"), resident_kb }
}
