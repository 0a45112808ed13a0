//! `kakari touch`: the tablet without a screen, touch by touch.
//!
//! Touches come in as lines, and what the crew would see goes out as lines of JSON, without a word of a patient. For
//! trying a tablet whose glass is broken, and for tests of whole shifts.

use std::io::BufRead;
use std::process::ExitCode;
use std::thread;

use kakari_session::Session;
use kakari_session::touch::Touch;
use kakari_session::view::{Notice, Screen, StaffChoice};
use serde_json::{Value, json};

use super::tap::basis_of;
use crate::cli::{BasisArg, TouchArgs};
use crate::output;
use crate::runner::{Journal, Runner};

/// Runs until `quit`, or until nobody touches any more.
pub(crate) fn run(args: &TouchArgs) -> Result<ExitCode, String> {
    let config = args.configured.load()?;
    let mut last = Value::Null;
    let observer = move |session: &Session, _: &Journal| {
        let seen = look(session);
        if seen != last {
            output::json(&seen);
            last = seen;
        }
    };
    let runner = Runner::start(&config, Box::new(observer)).map_err(|error| format!("no thread: {error}"))?;
    let touch = runner.touches();
    // Lines that nobody reads any more must not keep the program.
    let lines = thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            match touches(line.trim()) {
                _ if line.trim() == "quit" => break,
                Some(touches) => touches.into_iter().for_each(&touch),
                None => output::error("not a touch that is known here; `kakari touch --help` lists them"),
            }
        }
    });
    let _ = lines.join();
    runner.stop();
    Ok(ExitCode::SUCCESS)
}

/// What a line touches. Digits stand for themselves, one after the other.
fn touches(line: &str) -> Option<Vec<Touch>> {
    let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
    let one = |touch| Some(vec![touch]);
    match word {
        "digits" => rest.bytes().map(|digit| digit.is_ascii_digit().then(|| Touch::Digit(digit - b'0'))).collect(),
        "erase" => one(Touch::EraseDigit),
        "submit" => one(Touch::SubmitPin),
        "lock" => one(Touch::Lock),
        "add-crew" => one(Touch::AddCrew),
        "cancel" => one(Touch::Cancel),
        "end-shift" => one(Touch::EndShift),
        "one-time-code" => one(Touch::OpenFallback),
        "pick" => one(Touch::PickStaff(rest.parse().ok()?)),
        "turn" => one(Touch::TurnStaff(rest.parse().ok()?)),
        "confirm" => one(Touch::Confirm(basis_of(BasisArg::Consent))),
        "close" => one(Touch::CloseCase),
        "dismiss" => one(Touch::Dismiss),
        _ => None,
    }
}

/// Nothing of a patient: which screen it is, who is signed in, and what stands in the way.
fn look(session: &Session) -> Value {
    let view = session.view();
    let (prompt, typed, notice, names) = match &view.screen {
        Screen::SignIn(view) => (Some(&view.prompt), view.digits, view.notice.as_ref(), Vec::new()),
        Screen::Standby(view) => (Some(&view.prompt), None, view.notice.as_ref(), Vec::new()),
        Screen::Locked(view) => (Some(&view.prompt), Some(view.digits), view.notice.as_ref(), Vec::new()),
        Screen::Fallback(view) => (Some(&view.prompt), None, view.notice.as_ref(), names_of(&view.staff)),
        _ => (None, None, None, Vec::new()),
    };
    json!({
        "screen": view.screen.name(),
        "crew": view.bar.crew,
        "prompt": prompt,
        "typed": typed,
        "sentence": notice.map(|notice| &notice.sentence),
        "next_step": notice.map(|notice: &Notice| &notice.next_step),
        "names": names,
    })
}

fn names_of(staff: &[StaffChoice]) -> Vec<&str> {
    staff.iter().map(|choice| choice.name.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_touch_or_is_refused_whole() {
        assert_eq!(touches("digits 12"), Some(vec![Touch::Digit(1), Touch::Digit(2)]));
        assert_eq!(touches("pick 3"), Some(vec![Touch::PickStaff(3)]));
        for wrong in ["", "digits 1x", "pick", "turn much", "unlock"] {
            assert_eq!(touches(wrong), None, "{wrong}");
        }
    }
}
