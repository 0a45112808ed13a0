//! What came of a round, in words, as JSON, and as an exit code.

use std::process::ExitCode;

use kakari_record::display;
use kakari_sync::client::{Outcome, Waits};
use serde_json::{Value, json};

use super::progress::megabytes;

/// One line for people: what went wrong first, else what was done, then what waits.
pub(super) fn outcome_words(outcome: &Outcome) -> String {
    let mut words = match outcome.words() {
        Some(problem) => vec![problem.ja],
        None => vec![done_words(outcome)],
    };
    if outcome.conflict {
        words.push("閲覧記録が地域の控えと合いません(要確認)。地域事務局に連絡してください".to_owned());
    }
    if outcome.set_aside > 0 {
        words.push(format!("{}件は取り込めず、別に置きました", number(outcome.set_aside)));
    }
    match outcome.waits {
        Some(Waits::ForWifi { bytes }) => words.push(format!(
            "全件データ {} は署のWi-FiかUSBを待っています(今すぐなら --allow-snapshot)",
            megabytes(bytes)
        )),
        Some(Waits::ForTomorrow) => words.push("今日の通信量を使い切りました。続きは明日か、署のWi-Fiで".to_owned()),
        Some(Waits::ProgramForWifi { bytes }) => {
            words.push(format!("新しいプログラム {} は署のWi-FiかUSBを待っています", megabytes(bytes)));
        }
        None => {}
    }
    if let Some(version) = &outcome.staged {
        words.push(format!("新しいプログラム {version} を受け取りました。使っていないときに入れ替わります"));
    }
    words.join("。").replace("。。", "。")
}

fn done_words(outcome: &Outcome) -> String {
    let parts = [
        (outcome.snapshot, "全件を入れ替えました".to_owned()),
        (outcome.put > 0 && !outcome.snapshot, format!("更新 {}件", number(outcome.put))),
        (outcome.cards > 0, format!("カードの変更 {}件", number(outcome.cards))),
        (outcome.removed > 0, format!("削除 {}件", number(outcome.removed))),
        (outcome.receipted > 0, format!("閲覧記録の受領 {}件", number(outcome.receipted))),
    ];
    let parts: Vec<String> = parts.into_iter().filter(|(counts, _)| *counts).map(|(_, words)| words).collect();
    match (parts.is_empty(), outcome.up_to_date) {
        (true, true) => "最新です".to_owned(),
        (true, false) => "新しいものはありませんでした".to_owned(),
        (false, _) => format!("同期しました: {}", parts.join("、")),
    }
}

/// The same for programs.
pub(super) fn outcome_json(outcome: &Outcome, words: &str) -> Value {
    let waits = outcome.waits.map(|waits| match waits {
        Waits::ForWifi { bytes } => json!({ "for": "wifi", "bytes": bytes }),
        Waits::ForTomorrow => json!({ "for": "tomorrow" }),
        Waits::ProgramForWifi { bytes } => json!({ "for": "wifi", "program": true, "bytes": bytes }),
    });
    let failures = outcome.failures.iter();
    let failures: Vec<Value> =
        failures.map(|failure| json!({ "step": failure.step, "words": failure.problem.to_string() })).collect();
    json!({
        "event": "round",
        "success": outcome.is_success(),
        "contact": outcome.contact,
        "up_to_date": outcome.up_to_date,
        "generation": outcome.head.map(|head| head.generation),
        "sequence": outcome.head.map(|head| head.sequence),
        "snapshot": outcome.snapshot,
        "put": outcome.put,
        "cards": outcome.cards,
        "removed": outcome.removed,
        "set_aside": outcome.set_aside,
        "receipted": outcome.receipted,
        "conflict": outcome.conflict,
        "waits": waits,
        "staged": outcome.staged,
        "bytes": outcome.bytes,
        "server_ahead_ms": outcome.server_ahead_ms,
        "failures": failures,
        "words": words,
    })
}

/// 0 when all that was due was done, 3 when something of the feed was refused, 1 for the rest.
pub(super) fn exit_code(outcome: &Outcome) -> ExitCode {
    match outcome.refusal() {
        Some(_) => ExitCode::from(3),
        None if outcome.is_success() => ExitCode::SUCCESS,
        None => ExitCode::FAILURE,
    }
}

fn number(count: u64) -> String {
    display::amount(&count.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_program_that_lies_ready_is_told_beside_what_the_round_did() {
        let staged = Outcome { staged: Some("0.7.0".to_owned()), up_to_date: true, put: 3, ..Outcome::default() };
        let words = outcome_words(&staged);
        assert!(words.contains("更新 3件") && words.contains("新しいプログラム 0.7.0 を受け取りました"), "{words}");
        assert_eq!(outcome_json(&staged, &words)["staged"], "0.7.0");
        let waits = Outcome { waits: Some(Waits::ProgramForWifi { bytes: 41_900_000 }), ..Outcome::default() };
        let words = outcome_words(&waits);
        assert!(words.contains("41.9 MB") && words.contains("Wi-Fi"), "{words}");
        assert_eq!(outcome_json(&waits, &words)["waits"]["program"], true);
    }
}
