//! `kakari touch`: the tablet without a screen, touch by touch.
//!
//! Touches come in as lines, and what the crew would see goes out as lines of JSON, without a word of a patient. For
//! trying a tablet whose glass is broken, and for tests of whole shifts.

use std::io::BufRead;
use std::process::ExitCode;
use std::thread;

use kakari_record::language::Language;
use kakari_session::Session;
use kakari_session::station::{StationBody, StationPage};
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
        "open" => one(Touch::OpenStation(StationPage::ALL.into_iter().find(|page| page.name() == rest)?)),
        "back" => one(Touch::CloseStation),
        "sync-now" => one(Touch::SyncNow),
        "import" => one(Touch::ImportBundle),
        "speak" => one(Touch::Speak(match rest {
            "ja" => Language::Japanese,
            "en" => Language::English,
            _ => return None,
        })),
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
    let page = match &view.screen {
        Screen::Station(page) => Some(page),
        _ => None,
    };
    let notice = notice.or(page.and_then(|page| page.notice.as_ref()));
    json!({
        "screen": view.screen.name(),
        "page": page.map(|page| page.page.name()),
        "lines": page.map(|page| lines_of(&page.body)),
        "progress": page.and_then(|page| progress_of(&page.body)),
        "crew": view.bar.crew,
        "prompt": prompt,
        "typed": typed,
        "sentence": notice.map(|notice| &notice.sentence),
        "next_step": notice.map(|notice: &Notice| &notice.next_step),
        "names": names,
    })
}

/// What a page round the work says, line by line: figures of the tablet alone.
fn lines_of(body: &StationBody) -> Vec<String> {
    match body {
        StationBody::Working(words) => vec![words.clone()],
        StationBody::Sync(sync) => sync.lines.iter().map(|line| format!("{}: {}", line.label, line.value)).collect(),
        StationBody::Checks(checks) => {
            checks.lines.iter().map(|line| format!("{}: {}", line.label, line.value)).collect()
        }
        StationBody::Review(review) => std::iter::once(review.heading.clone())
            .chain(review.rows.iter().map(|row| format!("{} {}", row.heading, row.state)))
            .collect(),
        StationBody::Usage(usage) => std::iter::once(usage.period.clone())
            .chain(usage.lines.iter().map(|line| format!("{}: {}", line.label, line.value)))
            .collect(),
        StationBody::Settings(settings) => settings.about.clone(),
        StationBody::Cases(_) => Vec::new(),
    }
}

fn progress_of(body: &StationBody) -> Option<Value> {
    let StationBody::Sync(sync) = body else { return None };
    let progress = sync.progress.as_ref()?;
    Some(json!({ "words": progress.words, "figures": progress.figures, "permille": progress.permille }))
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
        assert_eq!(touches("open sync"), Some(vec![Touch::OpenStation(StationPage::Sync)]));
        for wrong in ["", "digits 1x", "pick", "turn much", "unlock", "open", "open door", "speak"] {
            assert_eq!(touches(wrong), None, "{wrong}");
        }
    }
}
