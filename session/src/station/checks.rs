//! The pre-shift check: is this tablet fit for duty?
//!
//! The page on the glass and `kakari check` print the same lines: [`check_lines`] is a pure function of what was found.

use chrono::{DateTime, Utc};
use kakari_record::language::Language;

use crate::event::{CardTrouble, ReaderState};
use crate::findings::{Findings, Gauges};
use crate::store_facts::{StoreFacts, WipeStage};
use crate::view::Mark;

use super::view::CheckLine;
use super::{check_clock, check_contact, check_data, check_device, check_keys, check_version};

/// What the check judges by. On the glass the session knows most of it; `kakari check` asks for it once.
#[derive(Clone, Debug)]
pub struct CheckFacts<'a> {
    /// The reader as it was last told; its name is in the findings.
    pub reader: ReaderState,
    /// The card that was laid on to try the reader; none when none was.
    pub test_card: Option<TestCard>,
    /// The open store; none when it does not open, and [`Findings::store`] says why.
    pub store: Option<&'a StoreFacts>,
    /// An erasure that the region has ordered.
    pub wiped: Option<WipeStage>,
    /// What the runner found when it looked round the tablet.
    pub findings: &'a Findings,
    /// Battery and network link.
    pub gauges: Gauges,
    /// The tablet's clock stands before a time that the region has signed.
    pub clock_doubtful: bool,
}

/// A card that was laid on to try the reader. It opens nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TestCard {
    /// It is being asked.
    Asked,
    /// It answered, as a staff card (`None`) or as what it was refused for.
    Answered {
        /// What it was.
        kind: Option<CardTrouble>,
        /// When.
        at: DateTime<Utc>,
    },
    /// Something lies on the reader that does not answer.
    Mute,
}

/// The twelve lines of the check, in the order of the page. `now` is the time that ages are told by: on the glass the
/// session's clock that never runs backwards, on the command line the tablet's own.
///
/// Every line that is not good says what to do next; one that is good has an empty `next_step`.
pub fn check_lines(facts: &CheckFacts<'_>, now: DateTime<Utc>, language: Language) -> Vec<CheckLine> {
    vec![
        check_device::reader(facts, language),
        check_device::test_card(facts.test_card, language),
        check_data::store(facts, now, language),
        check_data::data_age(facts, now, language),
        check_data::lease(facts, language),
        check_data::access_log(facts, now, language),
        check_clock::clock(facts, now, language),
        check_keys::keys(facts, language),
        check_device::disk(facts.findings.disk_free_mb, language),
        check_device::battery(facts.gauges.battery, language),
        check_contact::contact(facts, now, language),
        check_version::version(facts.findings, language),
    ]
}

/// Whether nothing that these lines say keeps the tablet from duty: cautions and unknowns do not.
pub fn is_fit(lines: &[CheckLine]) -> bool {
    lines.iter().all(|line| line.mark != Mark::Bad)
}

/// 「出動できます」, or how many lines are to be looked at. Training data is for no patient, however good the lines are.
pub fn verdict(lines: &[CheckLine], training: bool, language: Language) -> (String, Mark) {
    let bad = lines.iter().filter(|line| line.mark == Mark::Bad).count();
    let rest = lines.iter().filter(|line| !matches!(line.mark, Mark::Good | Mark::Bad)).count();
    let (words, mark) = match (bad, rest) {
        (0, 0) => (language.say("出動できます", "Fit for duty").to_owned(), Mark::Good),
        (0, _) => (
            language
                .say(format!("出動できます・{rest}件を確かめてください"), format!("Fit for duty, {rest} to look at")),
            Mark::Caution,
        ),
        _ => (
            language.say(format!("出動の前に{bad}件を直してください"), format!("{bad} to put right before duty")),
            Mark::Bad,
        ),
    };
    match training {
        false => (words, mark),
        true => {
            let training =
                language.say("訓練用の端末です。出動には使えません", "Training tablet, not for duty").to_owned();
            let mark = if mark == Mark::Bad { Mark::Bad } else { Mark::Caution };
            let to_do = (bad + rest > 0).then(|| {
                language.say(format!("・{}件を確かめてください", bad + rest), format!(", {} to look at", bad + rest))
            });
            (training + &to_do.unwrap_or_default(), mark)
        }
    }
}

/// A line; what is good needs no next step.
pub(super) fn checked(label: &str, value: impl Into<String>, mark: Mark, next_step: &str) -> CheckLine {
    let next_step = if mark == Mark::Good { "" } else { next_step };
    CheckLine { label: label.to_owned(), value: value.into(), mark, next_step: next_step.to_owned() }
}

/// The worse of two.
pub(super) fn worse(one: Mark, other: Mark) -> Mark {
    let weight = |mark| match mark {
        Mark::Good => 0,
        Mark::Unknown => 1,
        Mark::Caution => 2,
        Mark::Bad => 3,
    };
    if weight(other) > weight(one) { other } else { one }
}
