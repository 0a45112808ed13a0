//! `kakari check`: is this tablet fit for duty?

use std::process::ExitCode;
use std::sync::mpsc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use kakari_card::{ReaderEvent, ReaderPattern, Watcher};
use kakari_record::display;
use kakari_session::{RosterState, StoreFacts, StoreTrouble};
use kakari_store::{AuditCheck, Store};
use serde::Serialize;
use serde_json::json;

use super::check_sync::{sync_lines, wipe_line};
use crate::cli::CheckArgs;
use crate::config::Config;
use crate::runner::{open_store, public_key, store_trouble};
use crate::{clock, output};

/// A reader is found within milliseconds, or not.
const READER_WAIT: Duration = Duration::from_secs(3);
/// No build of this program is older; a clock before it is wrong.
const NOT_BEFORE: i64 = 1_790_000_000;

/// One line of the check.
#[derive(Debug, Serialize)]
pub(super) struct Line {
    pub(super) what: &'static str,
    pub(super) good: bool,
    pub(super) words: String,
    pub(super) next_step: &'static str,
}

pub(crate) fn run(args: &CheckArgs) -> Result<ExitCode, String> {
    let config = args.configured.load()?;
    let mut lines = vec![reader(&config), clock_line(clock::now().utc)];
    match open_store(&config) {
        Ok((store, _, facts)) => {
            lines.extend(store_lines(&config, &store, &facts));
            lines.extend(sync_lines(&config, &store, &facts));
        }
        Err(trouble) => lines.push(store_line(trouble)),
    }
    lines.extend(wipe_line(&config));
    let fit = lines.iter().all(|line| line.good);
    if args.json {
        output::json(&json!({ "fit": fit, "lines": lines }));
    } else {
        lines.iter().for_each(print);
    }
    Ok(if fit { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn print(line: &Line) {
    let mark = if line.good { "✓" } else { "■" };
    let next = if line.good { String::new() } else { format!(" — {}", line.next_step) };
    output::line(&format!("{mark} {}: {}{next}", line.what, line.words));
}

fn reader(config: &Config) -> Line {
    let (seen, events) = mpsc::channel();
    let watcher = Watcher::start(ReaderPattern::new(&config.reader), move |event| {
        let _ = seen.send(event);
    });
    let mut found = Err("見つかりません");
    while let Ok(event) = events.recv_timeout(READER_WAIT) {
        found = match event {
            ReaderEvent::Ready { reader } => Ok(reader),
            ReaderEvent::ServiceStopped => Err("読取サービスが止まっています"),
            ReaderEvent::NoReader => Err("見つかりません"),
            _ => continue,
        };
        break;
    }
    drop(watcher);
    Line {
        what: "リーダー",
        good: found.is_ok(),
        words: found.unwrap_or_else(str::to_owned),
        next_step: "USBケーブルを挿し直し、pcscd が動いているか確かめてください",
    }
}

fn clock_line(now: DateTime<Utc>) -> Line {
    Line {
        what: "時計",
        good: now.timestamp() >= NOT_BEFORE,
        words: display::clock(now),
        next_step: "端末の時計を合わせてください",
    }
}

fn store_lines(config: &Config, store: &Store, facts: &StoreFacts) -> Vec<Line> {
    let now = clock::now().utc;
    let age = facts.synced_at.map(|at| display::data_age(at, now));
    let fresh = facts.synced_at.is_some_and(|at| at <= now && (now - at).num_days() < 7);
    let audit = store.check_audit(public_key(config).as_deref(), None);
    vec![
        Line {
            what: "保存データ",
            good: facts.records > 0,
            words: format!("{}人", display::amount(&facts.records.to_string())),
            next_step: "署で同期してください",
        },
        Line {
            what: "データの新しさ",
            good: fresh,
            words: age.unwrap_or_else(|| "未同期".to_owned()),
            next_step: "同期し、時計も確かめてください",
        },
        Line {
            what: "名簿",
            good: matches!(facts.roster, RosterState::Believed(_)),
            words: roster_words(&facts.roster).to_owned(),
            next_step: "署で同期し、続くなら地域事務局に連絡してください",
        },
        Line {
            what: "閲覧記録",
            good: audit.as_ref().is_ok_and(AuditCheck::holds),
            words: match audit {
                Ok(check) => match check.faults.first() {
                    None => format!("{}件 つながっています", check.head.sequence),
                    Some(fault) => fault.ja(),
                },
                Err(error) => format!("読めません({:?})", store_trouble(&error)),
            },
            next_step: "kakari audit verify で場所を見て、地域事務局に連絡してください",
        },
    ]
}

fn roster_words(state: &RosterState) -> &'static str {
    match state {
        RosterState::Believed(_) => "署名を確認",
        RosterState::Missing => "まだありません",
        RosterState::NotBelieved => "署名が正しくありません",
    }
}

fn store_line(trouble: StoreTrouble) -> Line {
    let words = match trouble {
        StoreTrouble::Missing => "ありません(未登録)",
        StoreTrouble::NoKey => "鍵が読めません",
        StoreTrouble::WrongKey => "鍵が合いません",
        StoreTrouble::Damaged => "壊れています",
        StoreTrouble::WrongKeyOrDamaged => "鍵違いまたは破損",
        StoreTrouble::Newer => "新しい版のものです",
        StoreTrouble::Full => "空き容量がありません",
        StoreTrouble::Refused => "応答しません",
    };
    Line {
        what: "保存データ",
        good: false,
        words: words.to_owned(),
        next_step: "署で端末を登録し直すか、取り込み直してください",
    }
}
