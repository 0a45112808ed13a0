//! `kakari tap`: one tap without a screen, by the same session, the same rules and the same audit.

use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use kakari_record::display;
use kakari_session::touch::{Basis, Touch};
use kakari_session::view::{Notice, Screen};
use kakari_session::{ReaderState, Session};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::cli::{BasisArg, TapArgs};
use crate::runner::{Journal, Runner, Step};
use crate::{clock, output};

/// What the screenless crew sees after each event.
struct Sight {
    screen: Screen,
    reader: ReaderState,
    journal: Journal,
    /// The record as plain lines and as JSON, once it may be shown.
    shown: Option<(Vec<String>, Value)>,
}

pub(crate) fn run(args: &TapArgs) -> Result<ExitCode, String> {
    let config = args.configured.load()?;
    let pin = read_pin(&args.pin_file)?;
    let (seen, sights) = mpsc::channel();
    let observer = move |session: &Session, journal: &Journal| {
        let _ = seen.send(look(session, journal));
    };
    let runner = Runner::start(&config, Box::new(observer)).map_err(|error| format!("no thread: {error}"))?;
    let touch = runner.touches();
    let mut crew = Crew { sights, touch: Box::new(touch), wait: Duration::from_secs(args.wait), json: args.json };
    let done = crew.sign_in(&pin).and_then(|()| crew.tap(args.basis));
    runner.stop();
    done
}

fn look(session: &Session, journal: &Journal) -> Sight {
    let began = Instant::now();
    let screen = session.view().screen;
    let journal = journal.with_view(began.elapsed());
    let shown = session.shown().map(|record| {
        let lines = display::plain(&record.summary, display::day_of(clock::now().utc));
        (lines, serde_json::to_value(record.summary.told()).unwrap_or_default())
    });
    Sight { screen, reader: session.reader(), journal, shown }
}

/// A crew that sees screens and touches them.
struct Crew {
    sights: Receiver<Sight>,
    touch: Box<dyn Fn(Touch)>,
    wait: Duration,
    json: bool,
}

impl Crew {
    fn sign_in(&mut self, pin: &[u8]) -> Result<(), String> {
        self.say("staff card", "職員カードを置いてください");
        let until = Instant::now() + self.wait;
        let mut typed = false;
        loop {
            match self.next(until)?.screen {
                Screen::SignIn(view) if view.digits == Some(0) && !typed && view.notice.is_none() => {
                    typed = true;
                    pin.iter().for_each(|digit| (self.touch)(Touch::Digit(digit - b'0')));
                    (self.touch)(Touch::SubmitPin);
                }
                Screen::SignIn(view) => {
                    if let Some(notice) = view.notice {
                        return Err(words(&notice));
                    }
                }
                Screen::Starting(_) => {}
                _ => return Ok(()),
            }
        }
    }

    fn tap(&mut self, basis: BasisArg) -> Result<ExitCode, String> {
        self.say("patient card", "患者のカードを置いてください");
        let until = Instant::now() + self.wait;
        let mut touched = None;
        loop {
            let sight = self.next(until)?;
            match (&sight.screen, sight.shown) {
                (Screen::Check(_), _) if touched.is_none() => {
                    touched = Some(sight.journal.since_seen_us());
                    (self.touch)(Touch::Confirm(basis_of(basis)));
                }
                (Screen::Standby(standby), _) => {
                    if let Some(notice) = &standby.notice {
                        return Ok(self.refused(notice, &sight.journal));
                    }
                }
                (_, Some((lines, summary))) => {
                    self.print(&lines, &summary, &sight.journal, touched.flatten());
                    return Ok(ExitCode::SUCCESS);
                }
                _ => {}
            }
        }
    }

    /// The next sight with a reader that works: one that is gone is waited for, as a crew would.
    fn next(&self, until: Instant) -> Result<Sight, String> {
        loop {
            let sight = self.sights.recv_timeout(until.saturating_duration_since(Instant::now())).map_err(|_| {
                "no card within the time; see to the reader, lay the card on it and try again".to_owned()
            })?;
            if sight.reader == ReaderState::Ready {
                return Ok(sight);
            }
        }
    }

    /// Tells whoever holds the cards which one is wanted now.
    fn say(&self, wanted: &str, prompt: &str) {
        if self.json {
            output::json(&json!({ "wanted": wanted }));
        } else {
            output::line(prompt);
        }
    }

    fn print(&self, lines: &[String], summary: &Value, journal: &Journal, check_us: Option<u64>) {
        if self.json {
            output::json(&json!({
                "outcome": "shown",
                "steps": journal.steps(),
                "card_us": journal.card_us(),
                "check_us": check_us,
                "total_us": journal.since_seen_us(),
                "summary": summary,
            }));
            return;
        }
        lines.iter().for_each(|line| output::line(line));
        journal.steps().iter().for_each(|step| output::line(&step_words(step)));
        output::line(&format!("{:>10} µs  合計(うちカード {} µs)", total(journal), journal.card_us()));
    }

    fn refused(&self, notice: &Notice, journal: &Journal) -> ExitCode {
        if self.json {
            output::json(&json!({
                "outcome": "not shown",
                "sentence": notice.sentence,
                "next_step": notice.next_step,
                "steps": journal.steps(),
                "total_us": journal.since_seen_us(),
            }));
        } else {
            output::line(&words(notice));
        }
        ExitCode::FAILURE
    }
}

fn total(journal: &Journal) -> u64 {
    journal.steps().iter().map(|step| step.micros).sum()
}

fn step_words(step: &Step) -> String {
    format!("{:>10} µs  {}{}", step.micros, if step.card { "カード " } else { "" }, step.name)
}

fn words(notice: &Notice) -> String {
    format!("{}: {}", notice.sentence, notice.next_step)
}

fn basis_of(basis: BasisArg) -> Basis {
    match basis {
        BasisArg::Consent => Basis::PatientConsents,
        BasisArg::Family => Basis::FamilyAsks,
        BasisArg::Emergency => Basis::Emergency,
    }
}

fn read_pin(path: &Path) -> Result<Zeroizing<Vec<u8>>, String> {
    let bytes = Zeroizing::new(fs::read(path).map_err(|error| format!("cannot read {}: {error}", path.display()))?);
    let pin = Zeroizing::new(bytes.trim_ascii().to_vec());
    let whole = (6..=8).contains(&pin.len()) && pin.iter().all(u8::is_ascii_digit);
    if whole { Ok(pin) } else { Err(format!("{} does not hold a PIN of 6 to 8 digits", path.display())) }
}
