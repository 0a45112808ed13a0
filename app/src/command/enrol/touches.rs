//! The window's pages without a window: touches are lines, and each change of the page is a line of JSON, without the code.

use std::io::BufRead;
use std::process::ExitCode;
use std::sync::mpsc;
use std::thread;

use kakari_record::language::Language;
use kakari_session::touch::{EnrolTouch, Touch};
use kakari_session::view::{EnrolmentStage, EnrolmentView, Mark, Screen, View};
use serde_json::{Value, json};

use super::desk::{Desk, Shown};
use crate::cli::EnrolArgs;
use crate::output;

/// Runs until `finish`, or until nobody touches any more.
pub(super) fn run(args: &EnrolArgs) -> Result<ExitCode, String> {
    let (end, ended) = mpsc::channel();
    let done = end.clone();
    let (mut last, mut is_ready) = (Value::Null, false);
    let observer = move |shown| match shown {
        Shown::View(view, ready) => {
            is_ready = ready;
            let seen = look(&view);
            if seen != last {
                output::json(&seen);
                last = seen;
            }
        }
        // Nobody waits any more only while the program ends.
        Shown::Finished => done.send(is_ready).unwrap_or_default(),
    };
    let desk = Desk::start(args, Box::new(observer))?;
    let touch = desk.touches();
    thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            match touches(line.trim()) {
                Some(touches) => touches.into_iter().for_each(&touch),
                None => output::error("not a touch that is known here; `kakari enrol --help` lists them"),
            }
        }
        // Nobody touches any more.
        let _ = end.send(false);
    });
    let ready = ended.recv().unwrap_or(false);
    Ok(if ready { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn touches(line: &str) -> Option<Vec<Touch>> {
    let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
    let enrol = |touch| Some(vec![Touch::Enrol(touch)]);
    match word {
        "way" => enrol(EnrolTouch::Way(rest.parse().ok()?)),
        "letters" => Some(rest.chars().map(|letter| Touch::Enrol(EnrolTouch::Letter(letter))).collect()),
        "erase" => enrol(EnrolTouch::Erase),
        "submit" => enrol(EnrolTouch::Submit),
        "retry" => enrol(EnrolTouch::Retry),
        "back" => enrol(EnrolTouch::Back),
        "finish" => enrol(EnrolTouch::Finish),
        "theme" => Some(vec![Touch::SwitchTheme]),
        "japanese" => Some(vec![Touch::Speak(Language::Japanese)]),
        "english" => Some(vec![Touch::Speak(Language::English)]),
        _ => None,
    }
}

fn look(view: &View) -> Value {
    let Screen::Enrolment(page) = &view.screen else { return Value::Null };
    let notice = page.notice.as_ref();
    let mut seen = json!({
        "prompt": page.prompt,
        "steps": steps(page),
        "sentence": notice.map(|notice| &notice.sentence),
        "next_step": notice.map(|notice| &notice.next_step),
    });
    let (name, facts) = stage(&page.stage);
    seen["stage"] = name.into();
    seen[name] = facts;
    seen
}

fn steps(page: &EnrolmentView) -> Vec<Value> {
    let step = |line: &kakari_session::view::StateLine| json!([line.label, line.value, mark(line.mark)]);
    page.steps.iter().map(step).collect()
}

fn mark(mark: Mark) -> &'static str {
    match mark {
        Mark::Good => "good",
        Mark::Caution => "caution",
        Mark::Bad => "bad",
        Mark::Unknown => "unknown",
    }
}

/// Its name, and what can be told of it. Of a code, how many characters stand there.
fn stage(stage: &EnrolmentStage) -> (&'static str, Value) {
    match stage {
        EnrolmentStage::Choose(ways) => {
            ("choose", ways.iter().map(|way| json!([way.words, way.detail, way.enabled])).collect())
        }
        EnrolmentStage::Code { typed, can_submit, .. } => {
            let there = typed.chars().filter(|letter| !matches!(letter, '_' | ' ')).count();
            ("code", json!({ "typed": there, "can_submit": can_submit }))
        }
        EnrolmentStage::Working(progress) => {
            ("working", json!({ "words": progress.words, "figures": progress.figures, "permille": progress.permille }))
        }
        EnrolmentStage::Stopped { can_retry } => ("stopped", json!({ "can_retry": can_retry })),
        EnrolmentStage::Ready => ("ready", Value::Bool(true)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_touch_or_is_refused_whole() {
        let letters = ['8', 'K'].map(|letter| Touch::Enrol(EnrolTouch::Letter(letter)));
        assert_eq!(touches("letters 8K"), Some(letters.to_vec()));
        assert_eq!(touches("way 2"), Some(vec![Touch::Enrol(EnrolTouch::Way(2))]));
        for wrong in ["", "way", "way x", "press"] {
            assert_eq!(touches(wrong), None, "{wrong}");
        }
    }
}
