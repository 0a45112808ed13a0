//! `kakari check`: is this tablet fit for duty? The same lines as the tablet's own page says.

use std::process::ExitCode;
use std::sync::mpsc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use kakari_card::{ReaderEvent, ReaderPattern, Watcher};
use kakari_record::language::Language;
use kakari_session::ReaderState;
use kakari_session::station::{CheckFacts, CheckLine, check_lines, is_fit};
use kakari_session::view::Mark;
use serde_json::{Value, json};

use crate::cli::CheckArgs;
use crate::config::Config;
use crate::runner::{Rounds, open_store, read_gauges};
use crate::{clock, output, wiping};

/// A reader is found within milliseconds, or not.
const READER_WAIT: Duration = Duration::from_secs(3);
/// No build of this program is older; a clock before it is wrong.
const NOT_BEFORE: i64 = 1_790_000_000;

pub(crate) fn run(args: &CheckArgs) -> Result<ExitCode, String> {
    let config = args.configured.load()?;
    let now = clock::now().utc;
    let (reader, name) = reader(&config);
    let opened = open_store(&config).ok();
    let facts = CheckFacts {
        reader,
        test_card: None,
        store: opened.as_ref().map(|(_, _, facts)| facts),
        wiped: wiping::stage(&config),
        findings: &Rounds::once().look(&config, name),
        gauges: read_gauges(),
        clock_doubtful: is_doubtful(now) || opened.as_ref().is_some_and(|(_, trust, _)| trust.doubts(now)),
    };
    let lines = check_lines(&facts, now, Language::Japanese);
    let fit = is_fit(&lines);
    if args.json {
        output::json(&json!({ "fit": fit, "lines": lines.iter().map(line_json).collect::<Vec<_>>() }));
    } else {
        lines.iter().for_each(print);
    }
    Ok(if fit { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn is_doubtful(now: DateTime<Utc>) -> bool {
    now.timestamp() < NOT_BEFORE
}

fn print(line: &CheckLine) {
    let mark = match line.mark {
        Mark::Good => "✓",
        Mark::Caution => "▲",
        Mark::Bad => "■",
        Mark::Unknown => "▨",
    };
    let next = if line.next_step.is_empty() { String::new() } else { format!(" — {}", line.next_step) };
    output::line(&format!("{mark} {}: {}{next}", line.label, line.value));
}

/// `good` says what it always did: nothing of this line keeps the tablet from duty.
fn line_json(line: &CheckLine) -> Value {
    let mark = match line.mark {
        Mark::Good => "good",
        Mark::Caution => "caution",
        Mark::Bad => "bad",
        Mark::Unknown => "unknown",
    };
    json!({ "what": line.label, "good": line.mark != Mark::Bad, "mark": mark, "words": line.value,
        "next_step": line.next_step })
}

/// The reader's state, and its name if it works.
fn reader(config: &Config) -> (ReaderState, Option<String>) {
    let (seen, events) = mpsc::channel();
    let watcher = Watcher::start(ReaderPattern::new(&config.reader), move |event| {
        let _ = seen.send(event);
    });
    let mut found = (ReaderState::Missing, None);
    while let Ok(event) = events.recv_timeout(READER_WAIT) {
        found = match event {
            ReaderEvent::Ready { reader } => (ReaderState::Ready, Some(reader)),
            ReaderEvent::ServiceStopped => (ReaderState::ServiceStopped, None),
            ReaderEvent::NoReader => found,
            _ => continue,
        };
        break;
    }
    drop(watcher);
    found
}
