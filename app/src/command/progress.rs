//! What people and programs are told while sync goes on. Nothing of a patient.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use kakari_sync::client::{Step, StepProgress};
use serde_json::{Value, json};

use crate::output;

/// A line that rewrites itself changes at most this often; on paper, a line comes this often.
const REWRITE: Duration = Duration::from_millis(100);
const PLAIN: Duration = Duration::from_secs(5);

/// Lines on standard error for people, JSON lines on standard output for programs.
#[derive(Debug)]
pub(crate) struct Progress {
    json: bool,
    terminal: bool,
    /// A line stands there that the next one writes over.
    open: bool,
    last: Option<Instant>,
}

impl Progress {
    pub(crate) fn new(json: bool) -> Self {
        Self { json, terminal: std::io::stderr().is_terminal(), open: false, last: None }
    }

    /// Something happened: `words` for people, `event` for programs.
    pub(crate) fn say(&mut self, words: &str, event: &Value) {
        if self.json {
            output::json(event);
            return;
        }
        self.close();
        output::aside(words);
    }

    /// How far a step is; said only now and then, and always when it is done. People hear of what takes a while.
    pub(crate) fn step(&mut self, words: &str, event: &Value, step: &StepProgress) {
        if !self.json && step.of < WORTH_TELLING {
            return;
        }
        let done = step.done >= step.of;
        let every = if self.terminal && !self.json { REWRITE } else { PLAIN };
        if !done && self.last.is_some_and(|last| last.elapsed() < every) {
            return;
        }
        self.last = Some(Instant::now());
        if self.json {
            output::json(event);
        } else if self.terminal {
            output::rewrite(words);
            self.open = true;
            if done {
                self.close();
            }
        } else {
            output::aside(words);
        }
    }

    fn close(&mut self) {
        if std::mem::take(&mut self.open) {
            output::aside("");
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.close();
    }
}

/// Less than this is here before anybody could read of it.
const WORTH_TELLING: u64 = 200_000;

/// 「全件データ 12.3 / 41.9 MB」, and the same as JSON.
pub(crate) fn step_words(progress: &StepProgress) -> (String, Value) {
    let what = match progress.step {
        Step::Head => "配信の確認",
        Step::Orders => "指示の確認",
        Step::Roster => "名簿",
        Step::Receipts => "閲覧記録の送信",
        Step::Deltas => "更新分",
        Step::Snapshot => "全件データ",
        Step::Reconcile => "照合",
        Step::Program => "新しいプログラム",
        Step::Renewal => "証明書の更新",
        Step::Report => "報告",
    };
    let words = format!("{what} {} / {}", megabytes(progress.done), megabytes(progress.of));
    let event = json!({ "event": "progress", "step": progress.step, "done": progress.done, "of": progress.of });
    (words, event)
}

/// 「12.3 MB」
pub(crate) fn megabytes(bytes: u64) -> String {
    format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000)
}

#[cfg(test)]
mod tests {
    use super::megabytes;

    #[test]
    fn bytes_are_told_in_megabytes_with_one_place() {
        for (bytes, words) in [(0, "0.0 MB"), (99_999, "0.0 MB"), (123_456, "0.1 MB"), (41_950_000, "41.9 MB")] {
            assert_eq!(megabytes(bytes), words);
        }
    }
}
