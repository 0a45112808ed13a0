//! The terminal's face: lines for people, JSON lines for programs.

use std::process::ExitCode;

use kakari_record::language::Language::Japanese;
use kakari_sync::client::{Outcome, StepProgress};
use serde_json::json;

use super::super::progress::{Progress, step_words};
use super::super::sync::runtime;
use super::super::sync_words::outcome_words;
use super::order::Order;
use super::refused::NotEnrolled;
use super::refused_words::{Hand, number};
use super::step::{Doing, Enrolled, Ready, Teller, Verified};
use super::work::Work;
use crate::cli::EnrolArgs;

pub(super) fn run(args: &EnrolArgs) -> Result<ExitCode, String> {
    let order = Order::read(args).map_err(|error| error.to_string())?;
    let mut work = Work::of(args)?;
    let mut lines = Lines { progress: Progress::new(args.json) };
    Ok(match runtime()?.block_on(work.go_on(&order, &mut lines)) {
        Ok(ready) => lines.ready(ready),
        Err(not) => lines.stopped(&not),
    })
}

struct Lines {
    progress: Progress,
}

impl Lines {
    fn ready(&mut self, ready: Ready) -> ExitCode {
        let words = match ready.staff {
            0 => format!(
                "■ 登録できました(登録者 {}人)が、名簿に職員がいません。地域事務局で職員カードを登録し、kakari sync で受け取ると使えます",
                number(ready.records)
            ),
            staff => format!("✓ 使えます: 登録者 {}人、職員 {}人", number(ready.records), number(staff)),
        };
        self.progress.say(&words, &json!({ "event": "ready", "records": ready.records, "staff": ready.staff }));
        ExitCode::SUCCESS
    }

    fn stopped(&mut self, not: &NotEnrolled) -> ExitCode {
        let (sentence, next_step) = (not.sentence(Hand::Command, Japanese), not.next_step(Hand::Command, Japanese));
        let event = json!({ "event": "not enrolled", "refused": not.is_refused(), "reason": not.reason(),
            "sentence": sentence, "next_step": next_step });
        self.progress.say(&format!("■ {sentence}: {next_step}"), &event);
        if not.is_refused() { ExitCode::from(3) } else { ExitCode::FAILURE }
    }

    fn enrolled(&mut self, told: &Enrolled) {
        let event =
            json!({ "event": "enrolled", "tablet": told.tablet, "vehicle": told.vehicle, "region": told.region });
        self.progress.say(&format!("{} の端末 {}({})になりました", told.region, told.tablet, told.vehicle), &event);
    }
}

impl Teller for Lines {
    fn doing(&mut self, _: Doing) {}

    fn verified(&mut self, verified: Verified) {
        match verified {
            Verified::Enrolled(told) => self.enrolled(&told),
            Verified::Configuration(path) => {
                let path = path.display().to_string();
                let event = json!({ "event": "configuration", "path": path });
                self.progress.say(&format!("設定を {path} に書きました"), &event);
            }
            // Told when everything is.
            Verified::Invited(_) | Verified::Store | Verified::Roster(_) | Verified::Records { .. } => {}
        }
    }

    fn progress(&mut self, step: &StepProgress) {
        let (words, event) = step_words(step);
        self.progress.step(&words, &event, step);
    }

    fn again(&mut self, outcome: &Outcome) {
        let words = outcome_words(outcome);
        self.progress.say(&format!("{words}。続きを取りに行きます"), &json!({ "event": "again", "words": words }));
    }
}
