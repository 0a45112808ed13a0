//! `kakari tap`: one tap without a screen, by the same session, the same rules and the same audit.

use std::cell::Cell;
use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::rc::Rc;
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use kakari_record::seal::FallbackCode;
use kakari_session::touch::{Basis, Touch};
use kakari_session::view::{Check, Fallback, Notice, Screen, SignIn, Standby};
use kakari_session::{OpenRecord, ReaderState, Scene, Session};
use serde::Serialize;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::hand_over::{self, Hands};
use crate::cli::{BasisArg, TapArgs};
use crate::output;
use crate::runner::{Journal, Runner, Step};

/// What the screenless crew sees after each event.
pub(super) struct Sight {
    pub(super) screen: Screen,
    scene: Scene,
    reader: ReaderState,
    pub(super) journal: Journal,
    /// What is said of the audit whatever else is done.
    audit: Option<Notice>,
    /// The record as plain lines and as JSON, once it may be shown.
    pub(super) shown: Option<(Vec<String>, Value)>,
    /// What led to it, and where it was read: `access` and `copy`.
    led: Value,
}

pub(crate) fn run(args: &TapArgs) -> Result<ExitCode, String> {
    let config = args.hand_over.configure(args.configured.load()?);
    let starting = match (&args.pin_file, &args.fallback_code_file) {
        (Some(path), _) => Starting::Card { pin: read_pin(path)? },
        (None, Some(path)) => Starting::Code { code: read_code(path)?, staff: args.staff.clone() },
        (None, None) => return Err("a PIN file or a one-time code is wanted".to_owned()),
    };
    let (seen, sights) = mpsc::channel();
    let observer = move |session: &Session, journal: &Journal| {
        let _ = seen.send(look(session, journal));
    };
    let runner = Runner::start(&config, Box::new(observer)).map_err(|error| format!("no thread: {error}"))?;
    let mut crew = Crew::new(sights, runner.touches_in(), Duration::from_secs(args.wait), args.json);
    let started = match &starting {
        Starting::Card { pin } => crew.sign_in(pin),
        Starting::Code { code, staff } => crew.start_by_code(code, staff),
    };
    let done = started.and_then(|()| crew.taps(args));
    runner.stop();
    done
}

/// How the shift begins.
enum Starting {
    Card { pin: Zeroizing<Vec<u8>> },
    Code { code: FallbackCode, staff: Vec<String> },
}

pub(super) fn look(session: &Session, journal: &Journal) -> Sight {
    let began = Instant::now();
    let (screen, scene) = (session.view().screen, session.scene());
    let journal = journal.with_view(began.elapsed());
    let shown = session.shown().map(|record| {
        let lines = session.shown_plainly().unwrap_or_default();
        (lines, serde_json::to_value(record.summary.told()).unwrap_or_default())
    });
    let led = session.shown().map(led_by).unwrap_or_default();
    Sight { screen, scene, reader: session.reader(), journal, audit: session.audit_notice(), shown, led }
}

/// The access as the audit writes it, and whose copy it is when it was read from the card.
fn led_by(record: &OpenRecord) -> Value {
    let copy = record
        .copy
        .as_ref()
        .map(|copy| json!({ "region": copy.region.as_ref().map(|region| &region.name), "sealed_at": copy.sealed_at }));
    json!({ "access": record.access, "copy": copy })
}

/// What standby says of a card. What is wrong with the audit is no answer to one.
fn answer<'a>(standby: &'a Standby, audit: Option<&Notice>) -> Option<&'a Notice> {
    standby.notice.as_ref().filter(|notice| Some(*notice) != audit)
}

/// A crew that sees screens and touches them.
pub(super) struct Crew {
    sights: Receiver<Sight>,
    /// Touches what was seen last, whatever has come since.
    pub(super) touch: Box<dyn Fn(Touch)>,
    scene: Rc<Cell<Scene>>,
    pub(super) wait: Duration,
    json: bool,
}

impl Crew {
    pub(super) fn new(
        sights: Receiver<Sight>,
        touches: impl Fn(Scene, Touch) + 'static,
        wait: Duration,
        json: bool,
    ) -> Self {
        let scene = Rc::<Cell<Scene>>::default();
        let seen = Rc::clone(&scene);
        Self { sights, touch: Box::new(move |touch| touches(seen.get(), touch)), scene, wait, json }
    }

    pub(super) fn sign_in(&mut self, pin: &[u8]) -> Result<(), String> {
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

    /// Chooses the names page by page, then types the code.
    fn start_by_code(&mut self, code: &FallbackCode, staff: &[String]) -> Result<(), String> {
        let until = Instant::now() + self.wait;
        let (mut missing, mut page, mut opened, mut typed) = (staff.to_vec(), None, false, false);
        loop {
            match self.next(until)?.screen {
                Screen::Starting(_) => {}
                Screen::SignIn(view) if view.can_fallback && !opened => {
                    opened = true;
                    (self.touch)(Touch::OpenFallback);
                }
                Screen::SignIn(SignIn { notice: Some(notice), .. }) => return Err(words(&notice)),
                Screen::SignIn(_) if !opened => {
                    return Err(
                        "この端末に使える番号がありません: 署で同期するか、職員カードを使ってください".to_owned()
                    );
                }
                Screen::SignIn(_) => {}
                Screen::Fallback(Fallback { notice: Some(notice), .. }) => return Err(words(&notice)),
                // Each touch is answered by a sight of its own; a page is looked through once.
                Screen::Fallback(view) if page.as_ref() == Some(&view.page) && !missing.is_empty() => {}
                Screen::Fallback(view) if !missing.is_empty() => {
                    self.choose(&view, &mut missing)?;
                    page = Some(view.page);
                }
                Screen::Fallback(_) if !typed => {
                    typed = true;
                    code.expose().iter().for_each(|digit| (self.touch)(Touch::Digit(digit - b'0')));
                    (self.touch)(Touch::SubmitPin);
                }
                Screen::Fallback(_) => {}
                _ => return Ok(()),
            }
        }
    }

    /// The last one's exit code.
    fn taps(&mut self, args: &TapArgs) -> Result<ExitCode, String> {
        let mut ahead = None;
        for _ in 1..args.taps {
            self.tap(args, ahead)?;
            ahead = self.close()?;
        }
        self.tap(args, ahead)
    }

    /// Closes the case, so that nothing of it is taken for the next patient's; neither is a refusal. Returns the check of
    /// a card that has come meanwhile.
    fn close(&mut self) -> Result<Option<Sight>, String> {
        let mut meant = self.scene.get();
        (self.touch)(Touch::CloseCase);
        let until = Instant::now() + self.wait;
        let mut dismissed = false;
        loop {
            let sight = self.next(until)?;
            match (&sight.screen, &sight.shown) {
                (Screen::Check(_), None) => return Ok(Some(sight)),
                (Screen::Standby(standby), None) if answer(standby, sight.audit.as_ref()).is_none() => return Ok(None),
                (Screen::Standby(_), None) if !dismissed => {
                    dismissed = true;
                    (self.touch)(Touch::Dismiss);
                }
                // Offered beside another card, the case is another scene.
                (_, Some(_)) if sight.scene != meant => {
                    meant = sight.scene;
                    (self.touch)(Touch::CloseCase);
                }
                _ => {}
            }
        }
    }

    /// Touches those of the wanted who stand on this page, and turns it when some are left.
    fn choose(&self, view: &Fallback, missing: &mut Vec<String>) -> Result<(), String> {
        missing.retain(|staff_id| {
            let found = view.staff.iter().find(|choice| choice.name.ends_with(&format!(" {staff_id}")));
            found.inspect(|choice| (self.touch)(Touch::PickStaff(choice.index))).is_none()
        });
        let last = view.page.split_once('/').is_none_or(|(page, pages)| page == pages);
        match missing.is_empty() {
            false if last => Err("選んだ人が名簿にありません: 職員番号を確かめてください".to_owned()),
            false => {
                (self.touch)(Touch::TurnStaff(1));
                Ok(())
            }
            true => Ok(()),
        }
    }

    fn tap(&mut self, args: &TapArgs, mut ahead: Option<Sight>) -> Result<ExitCode, String> {
        self.say("patient card", "患者のカードを置いてください");
        let until = Instant::now() + self.wait;
        let (mut touched, mut checked) = (None, None);
        loop {
            let sight = ahead.take().map_or_else(|| self.next(until), Ok)?;
            match (&sight.screen, sight.shown) {
                // Another card's check is another question.
                (Screen::Check(check), _) if checked.as_ref().is_none_or(|(scene, _)| *scene != sight.scene) => {
                    touched = Some(sight.journal.since_seen_us());
                    checked = Some((sight.scene, Checked::of(check)));
                    (self.touch)(Touch::Confirm(basis_of(args.basis)));
                }
                (Screen::Standby(standby), _) => {
                    if let Some(notice) = answer(standby, sight.audit.as_ref()) {
                        return Ok(self.refused(notice, &sight.journal));
                    }
                }
                // Somebody else's staff card is asked for its PIN, which nobody is here to type.
                (Screen::SignIn(view), _) if view.digits.is_some() => {
                    return Err("職員カードです: 患者のかかりつけ医カードを置いてください".to_owned());
                }
                (_, Some((lines, summary))) => {
                    let until = Instant::now() + self.wait;
                    let next = || self.next(until).map(|sight| sight.screen);
                    let handed = Hands { next: &next, touch: &self.touch }.hand_over(&args.hand_over)?;
                    let checked = checked.map(|(_, checked)| checked);
                    let shown = Shown { lines: &lines, summary: &summary, led: &sight.led };
                    self.print(&shown, &sight.journal, touched.flatten(), checked, handed.as_ref());
                    return Ok(ExitCode::SUCCESS);
                }
                _ => {}
            }
        }
    }

    /// The next sight with a reader that works: one that is gone is waited for, as a crew would.
    pub(super) fn next(&self, until: Instant) -> Result<Sight, String> {
        loop {
            let sight = self.sights.recv_timeout(until.saturating_duration_since(Instant::now())).map_err(|_| {
                "no card within the time; see to the reader, lay the card on it and try again".to_owned()
            })?;
            self.scene.set(sight.scene);
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

    fn print(
        &self,
        shown: &Shown<'_>,
        journal: &Journal,
        check_us: Option<u64>,
        checked: Option<Checked>,
        handed: Option<&Value>,
    ) {
        if self.json {
            output::json(&json!({
                "hand_over": handed,
                "outcome": "shown",
                "steps": journal.steps(),
                "card_us": journal.card_us(),
                "check_us": check_us,
                "checked": checked,
                "total_us": journal.since_seen_us(),
                "access": shown.led["access"],
                "copy": shown.led["copy"],
                "summary": shown.summary,
            }));
            return;
        }
        match handed {
            Some(handed) => hand_over::lines(handed).iter().for_each(|line| output::line(line)),
            None => shown.lines.iter().for_each(|line| output::line(line)),
        }
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

/// A record that may be printed.
struct Shown<'a> {
    lines: &'a [String],
    summary: &'a Value,
    led: &'a Value,
}

/// Who stood on the identity check that was confirmed, and what the card was said to be worth.
#[derive(Serialize)]
struct Checked {
    name: String,
    number: String,
    card: String,
}

impl Checked {
    fn of(check: &Check) -> Self {
        Self { name: check.banner.name.clone(), number: check.number.clone(), card: check.banner.card.clone() }
    }
}

fn total(journal: &Journal) -> u64 {
    journal.steps().iter().map(|step| step.micros).sum()
}

pub(super) fn step_words(step: &Step) -> String {
    format!("{:>10} µs  {}{}", step.micros, if step.card { "カード " } else { "" }, step.name)
}

pub(super) fn words(notice: &Notice) -> String {
    format!("{}: {}", notice.sentence, notice.next_step)
}

pub(super) fn basis_of(basis: BasisArg) -> Basis {
    match basis {
        BasisArg::Consent => Basis::PatientConsents,
        BasisArg::Family => Basis::FamilyAsks,
        BasisArg::Emergency => Basis::Emergency,
    }
}

fn read_code(path: &Path) -> Result<FallbackCode, String> {
    let bytes = Zeroizing::new(fs::read(path).map_err(|error| format!("cannot read {}: {error}", path.display()))?);
    FallbackCode::parse(bytes.trim_ascii()).map_err(|error| format!("{}: {error}", path.display()))
}

pub(super) fn read_pin(path: &Path) -> Result<Zeroizing<Vec<u8>>, String> {
    let bytes = Zeroizing::new(fs::read(path).map_err(|error| format!("cannot read {}: {error}", path.display()))?);
    let pin = Zeroizing::new(bytes.trim_ascii().to_vec());
    let whole = (6..=8).contains(&pin.len()) && pin.iter().all(u8::is_ascii_digit);
    if whole { Ok(pin) } else { Err(format!("{} does not hold a PIN of 6 to 8 digits", path.display())) }
}
