//! Which version the next start gets. Decided by the state and what is found, and by nothing else.

use chrono::{DateTime, Utc};

use crate::facts::Facts;
use crate::state::{Fault, State, Trial, canonical};

/// A new version gets so many starts to show that it starts in order.
pub(crate) const TRIES: u8 = 3;
/// So many starts that did not come as far as its program are not held against it.
const NOT_HELD_AGAINST: u8 = 20;

/// What was decided: the state to write, and what there is to say of it.
#[derive(Debug)]
pub(crate) struct Decision {
    pub(crate) state: State,
    pub(crate) words: Vec<Said>,
}

/// One line for the journal.
#[derive(Debug)]
pub(crate) struct Said {
    words: String,
    /// The tablet may show nothing: whoever reads the journal has to see this.
    error: bool,
}

impl Said {
    pub(crate) fn plain(words: impl Into<String>) -> Self {
        Self { words: words.into(), error: false }
    }

    /// With the priority `err` for the journal (sd-daemon(3)).
    pub(crate) fn line(&self, in_journal: bool) -> String {
        let priority = if self.error && in_journal { "<3>" } else { "" };
        format!("{priority}kakari-update: {}", self.words)
    }
}

/// Decides. `before` is the state as it was read, or why it could not be.
pub(crate) fn decide(before: Result<State, String>, facts: &dyn Facts, now: DateTime<Utc>) -> Decision {
    let mut choice = Choice { state: State::default(), words: Vec::new(), facts, now };
    match before {
        Ok(state) => choice.state = state,
        Err(why) => choice.begin_anew(&why),
    }
    choice.settle();
    choice.try_stuck_again();
    choice.take_ready();
    choice.prefer_packaged();
    choice.leave_broken();
    choice.try_once();
    Decision { state: choice.state, words: choice.words }
}

/// Ends the trial of a version that started in order.
pub(crate) fn settle(state: &mut State, started: Option<&str>) -> Option<String> {
    let version = started?;
    if state.stuck.as_deref() == Some(version) {
        state.stuck = None;
    }
    state.trial.take_if(|trial| trial.version == version)?;
    Some(format!("version {version} started in order: its trial is over"))
}

/// What lies ready and is not staged any more was withdrawn: it is not installed.
pub(crate) fn withdraw(state: &mut State, facts: &dyn Facts) -> Option<String> {
    let staged = facts.staged();
    let version = state.ready.take_if(|ready| staged.as_ref() != Some(ready))?;
    Some(format!("version {version} lay ready and is not offered any more: it is not installed"))
}

struct Choice<'a> {
    state: State,
    words: Vec<Said>,
    facts: &'a dyn Facts,
    now: DateTime<Utc>,
}

impl Choice<'_> {
    fn say(&mut self, words: impl Into<String>) {
        self.words.push(Said::plain(words));
    }

    fn say_error(&mut self, words: impl Into<String>) {
        self.words.push(Said { words: words.into(), error: true });
    }

    /// A version that did not start, and is all that can open the store, is tried again with each start of the machine.
    fn try_stuck_again(&mut self) {
        let Some(version) = self.state.stuck.clone() else { return };
        if self.facts.said_stuck() {
            return self.say_error(format!(
                "version {version} does not start in order, and there is no way back: the glass says so until the machine's next start"
            ));
        }
        if self.state.trial.is_none() {
            self.say(format!(
                "version {version} did not start in order: the machine has started, and it is tried again"
            ));
            self.state.trial = Some(Trial { version, tries_left: TRIES, not_begun: 0 });
        }
    }

    /// Without its state a tablet goes by the packaged program, unless that cannot open the store any more.
    fn begin_anew(&mut self, why: &str) {
        self.say(format!("state.toml cannot be read ({why}): a new one is begun"));
        let linked = self.facts.linked().filter(|version| self.facts.runs(version));
        match linked.map(|version| (self.may_go_back_to(None), version)) {
            Some((Err(why), version)) => {
                self.say(format!("version {version} stays in force: {why}"));
                self.state.current = Some(version);
            }
            _ => self.say("the packaged program is in force"),
        }
    }

    fn settle(&mut self) {
        if self.state.trial.is_some() || self.state.stuck.is_some() {
            let words = settle(&mut self.state, self.facts.started().as_deref());
            self.words.extend(words.map(Said::plain));
        }
    }

    /// Only what has not started in order may be left without its word: a glass that crashed may have been in a case. So may the
    /// packaged one that stands in for a stuck version.
    fn may_switch(&self) -> bool {
        self.facts.rests() || self.state.trial.is_some()
    }

    /// A version that waits is in force from now on, on trial.
    fn take_ready(&mut self) {
        if let Some(words) = withdraw(&mut self.state, self.facts) {
            self.say(words);
        }
        if self.state.ready.is_some() && !self.may_switch() {
            return self.say("a version waits until the tablet rests");
        }
        let Some(version) = self.state.ready.take() else { return };
        if self.state.has_given_up(&version) {
            return self.say(format!("version {version} is not chosen: it failed before"));
        }
        if !self.facts.runs(&version) {
            self.say(format!("version {version} is not chosen: its program is gone or empty"));
            return self.state.note_failed(&version, Fault::Broken, self.now);
        }
        let current = self.state.current.replace(version.clone());
        // What was on trial itself, or is stuck, is nothing to go back to.
        if self.state.trial.is_none() && self.state.stuck.is_none() {
            self.state.previous = current;
        }
        self.state.stuck = None;
        self.say(format!("version {version} is chosen"));
        self.state.trial = Some(Trial { version, tries_left: TRIES, not_begun: 0 });
    }

    /// The station has installed a package that is as new or newer.
    fn prefer_packaged(&mut self) {
        let Some(current) = self.state.current.as_deref().and_then(canonical) else { return };
        match self.facts.packaged() {
            Ok(packaged) if packaged >= current => {
                self.say(format!("the packaged program, version {packaged}, goes before version {current}"));
                self.leave_to(None);
            }
            Ok(_) => {}
            Err(why) => self.say(format!("the packaged program does not say its version: {why}")),
        }
    }

    /// What is not there cannot be stayed with.
    fn leave_broken(&mut self) {
        while let Some(version) = self.state.current.clone().filter(|version| !self.facts.runs(version)) {
            self.say(format!("the program of version {version} is gone or empty"));
            self.state.note_failed(&version, Fault::Broken, self.now);
            let to = self.way_back();
            if let Err(why) = self.may_go_back_to(to.as_deref()) {
                self.say(why);
            }
            self.leave_to(to);
        }
    }

    /// Each start takes a try; when none is left the version before comes back, if it can open the store.
    fn try_once(&mut self) {
        let Some(trial) = &mut self.state.trial else { return };
        let is_first = trial.tries_left == TRIES;
        if !is_first && trial.not_begun < NOT_HELD_AGAINST && !self.facts.begun() {
            trial.not_begun += 1;
            return self.say("the compositor did not come as far as the program: that start does not count");
        }
        if let Some(left) = trial.tries_left.checked_sub(1) {
            trial.tries_left = left;
            return;
        }
        let version = trial.version.clone();
        self.state.trial = None;
        self.state.note_failed(&version, Fault::NeverStarted, self.now);
        let to = self.way_back();
        match self.may_go_back_to(to.as_deref()) {
            Ok(()) => {
                self.say_error(format!("version {version} did not start in order {TRIES} times: it is given up"));
                self.leave_to(to);
            }
            Err(why) => {
                self.say_error(format!("version {version} did not start in order {TRIES} times, and stays: {why}"));
                self.state.stuck = Some(version);
            }
        }
    }

    fn way_back(&self) -> Option<String> {
        let current = self.state.current.as_ref();
        self.state.previous.clone().filter(|version| Some(version) != current && self.facts.runs(version))
    }

    fn leave_to(&mut self, version: Option<String>) {
        self.say(match &version {
            Some(version) => format!("version {version} is in force"),
            None => "the packaged program is in force".to_owned(),
        });
        self.state.current = version;
        self.state.previous = None;
        self.state.trial = None;
        self.state.stuck = None;
    }

    /// A program that writes an older schema than the store may have cannot open it. Where that cannot be known, nothing is
    /// taken back.
    fn may_go_back_to(&self, version: Option<&str>) -> Result<(), String> {
        let name = version.map_or_else(|| "the packaged program".to_owned(), |version| format!("version {version}"));
        let noted =
            self.facts.noted_schema().map_err(|why| format!("the store's schema note cannot be read: {why}"))?;
        let Some(noted) = noted else { return Ok(()) };
        let known = self.facts.schema_of(version);
        match known.map_err(|why| format!("{name} does not say which stores it opens: {why}"))? {
            known if known < noted => {
                Err(format!("{name} opens stores up to schema {known}, and this one may have {noted}"))
            }
            _ => Ok(()),
        }
    }
}
