//! The check without windows: what a crew does in a shift, by the ordinary commands on the real stack, each step timed.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use kakari_card_sim::VirtualReader;
use kakari_record::seal::FallbackCode;
use serde_json::Value;

use super::examples::Example;
use super::{DemoError, Enrolled, TRAINING_PIN, TrainingCard, TrainingStaff};
use crate::output;

/// How long a change of the screen may take here.
const PATIENCE: Duration = Duration::from_secs(30);

/// A tablet, and the hand that lays the cards.
pub(super) struct Rehearsal<'a> {
    pub(super) enrolled: &'a Enrolled,
    pub(super) reader: &'a VirtualReader,
    pub(super) staff: &'a [TrainingStaff],
    pub(super) patient: &'a TrainingCard,
}

impl Rehearsal<'_> {
    /// Every step; the first that fails ends it.
    pub(super) fn run(&self, without_card: Option<Example>, code: &FallbackCode) -> Result<ExitCode, DemoError> {
        let pin_path = self.enrolled.config_path.with_file_name("pin");
        fs::write(&pin_path, TRAINING_PIN).map_err(|source| DemoError::File { path: pin_path.clone(), source })?;
        let pin = pin_path.display().to_string();
        let tap = ["tap", "--pin-file", &pin, "--basis", "consent", "--hand-over", "text"];
        let mut fit = self.step("カードで要約と引継ぎの文", || self.command(&tap))?;
        if let Some(example) = without_card.filter(|_| fit) {
            fit = self.step("カードなしの検索で要約", || self.search(&pin, &example))?;
        }
        fit = fit && self.step("二人の勤務、ロック、PINだけで再開", || self.lock())?;
        fit = fit && self.step("一度だけの番号で開始", || self.start_by(code))?;
        fit = fit && self.step("閲覧記録の確認", || self.command(&["audit", "verify"]))?;
        Ok(if fit { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    fn step(&self, what: &str, work: impl FnOnce() -> Result<bool, DemoError>) -> Result<bool, DemoError> {
        output::line(&format!("\n—— {what}"));
        let began = Instant::now();
        let done = work();
        self.reader.remove();
        let done = done?;
        output::line(&format!("{} {what}({:.1}秒)", if done { "✓" } else { "✗" }, began.elapsed().as_secs_f64()));
        Ok(done)
    }

    fn search(&self, pin: &str, example: &Example) -> Result<bool, DemoError> {
        let (age, year) = (example.age.to_string(), example.birth_year().to_string());
        let sex = if example.female { "female" } else { "male" };
        output::line(&format!("kakari search --rows {} --age {age} --sex {sex}", example.rows));
        let whom = ["--rows", &example.rows, "--age", &age, "--sex", sex, "--choose", "0", "--birth-year", &year];
        let words = [&["search", "--pin-file", pin, "--reason", "unconscious"][..], &whom].concat();
        self.command(&words)
    }

    /// A command of this program to its end; lays the cards that it asks for.
    fn command(&self, words: &[&str]) -> Result<bool, DemoError> {
        let mut tablet = self.start(words)?;
        let lines = tablet.stdout.take().map(BufReader::new);
        for line in lines.into_iter().flat_map(BufRead::lines).map_while(Result::ok) {
            output::line(&line);
            if line.starts_with("職員カード") {
                self.reader.insert(&self.staff[0].card.card);
            } else if line.starts_with("患者のカード") {
                self.reader.insert(&self.patient.card);
            }
        }
        Ok(tablet.wait().map_err(|source| DemoError::System { what: "the tablet was lost", source })?.success())
    }

    /// Two sign in, the tablet is locked, and a PIN alone opens it again.
    fn lock(&self) -> Result<bool, DemoError> {
        let mut glass = Glass::of(self.start(&["touch"])?);
        let pin = format!("digits {TRAINING_PIN}\nsubmit");
        glass.until("サインインの画面", |seen| seen["screen"] == "sign-in")?;
        for (member, crew) in self.staff.iter().zip(1..) {
            self.reader.insert(&member.card.card);
            glass.until("PINの画面", |seen| seen["screen"] == "pin")?;
            glass.touch(&pin);
            let names = move |seen: &Value| seen["crew"].as_str().map_or(0, |names| names.split('・').count());
            glass.until("待機", |seen| seen["screen"] == "standby" && names(seen) == crew)?;
            self.reader.remove();
        }
        glass.touch("lock");
        glass.until("ロック", |seen| seen["screen"] == "locked")?;
        glass.touch(&pin);
        glass.until("再開", |seen| seen["screen"] == "standby")?;
        glass.touch("end-shift");
        glass.until("勤務終了", |seen| seen["screen"] == "sign-in")?;
        glass.quit()
    }

    /// Nobody has a staff card: two names and the supervisor's code.
    fn start_by(&self, code: &FallbackCode) -> Result<bool, DemoError> {
        let mut glass = Glass::of(self.start(&["touch"])?);
        glass.until("サインインの画面", |seen| seen["screen"] == "sign-in")?;
        glass.touch("one-time-code");
        glass.until("名前の一覧", |seen| seen["screen"] == "fallback")?;
        let digits = String::from_utf8_lossy(code.expose()).into_owned();
        glass.touch(&format!("pick 0\npick 1\ndigits {digits}\nsubmit"));
        glass.until("待機", |seen| seen["screen"] == "standby")?;
        glass.quit()
    }

    fn start(&self, words: &[&str]) -> Result<Child, DemoError> {
        let failed = |source| DemoError::System { what: "cannot start the tablet", source };
        let mut command = Command::new(env::current_exe().map_err(failed)?);
        command.args(words).arg("--config").arg(&self.enrolled.config_path);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().map_err(failed)
    }
}

/// A running `kakari touch`. Ended when it is dropped.
struct Glass {
    tablet: Child,
    seen: Receiver<Value>,
}

impl Glass {
    fn of(mut tablet: Child) -> Self {
        let (told, seen) = mpsc::channel();
        let lines = tablet.stdout.take().map(BufReader::new);
        thread::spawn(move || {
            for line in lines.into_iter().flat_map(BufRead::lines).map_while(Result::ok) {
                // Nobody listens any more once the step is done.
                let _ = told.send(serde_json::from_str(&line).unwrap_or_default());
            }
        });
        Self { tablet, seen }
    }

    /// Lines for the glass; a tablet that is gone is seen by the next wait.
    fn touch(&mut self, lines: &str) {
        if let Some(hand) = self.tablet.stdin.as_mut() {
            let _ = writeln!(hand, "{lines}");
        }
    }

    /// Waits for a screen, and prints what it says.
    fn until(&mut self, step: &'static str, is: impl Fn(&Value) -> bool) -> Result<(), DemoError> {
        let until = Instant::now() + PATIENCE;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let stuck = DemoError::Stuck { step, seconds: PATIENCE.as_secs() };
            let seen = self.seen.recv_timeout(left).map_err(|_| stuck)?;
            if is(&seen) {
                let word = |name: &str| seen[name].as_str().unwrap_or_default().to_owned();
                output::line(&format!("{step}: {} {}", word("crew"), word("prompt")));
                return Ok(());
            }
        }
    }

    fn quit(mut self) -> Result<bool, DemoError> {
        self.touch("quit");
        let done = self.tablet.wait().map_err(|source| DemoError::System { what: "the tablet was lost", source })?;
        Ok(done.success())
    }
}

impl Drop for Glass {
    fn drop(&mut self) {
        let _ = self.tablet.kill();
        let _ = self.tablet.wait();
    }
}
