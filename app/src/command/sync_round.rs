//! What a round did: in words for who started the program; for the glass as figures, and why it did not do all that was
//! due, in both languages.

use std::process::ExitCode;

use chrono::{DateTime, Utc};
use kakari_sync::client::{Outcome, Waits, Words};
use serde_json::json;

use super::progress::{Progress, megabytes};
use super::sync::Round;
use super::sync_words::{exit_code, outcome_json, outcome_words};
use crate::sentence::begun;
use crate::sync_notes::LastRound;
use crate::wiping::Report;

/// Says what came of a round; the exit code if it was the only one.
pub(super) fn say(round: &Result<Round, Words>, progress: &mut Progress) -> ExitCode {
    match round {
        Ok(Round::Ran(outcome)) => {
            let words = outcome_words(outcome);
            progress.say(&words, &outcome_json(outcome, &words));
            exit_code(outcome)
        }
        Ok(Round::NotEnrolled) => {
            let words = "この端末はまだ登録されていません。kakari enrol で登録してください";
            progress.say(words, &json!({ "event": "not enrolled", "words": words }));
            ExitCode::from(4)
        }
        Ok(Round::Erased(report)) => {
            let (told, words) = match report {
                Report::Past => (None, "地域事務局の指示でこの端末を消去しました"),
                Report::Made => (Some(true), "地域事務局の指示でこの端末を消去し、報告しました"),
                Report::Owed => (Some(false), "地域事務局の指示でこの端末を消去しました。報告はまだ届いていません"),
                Report::Refused => (
                    Some(false),
                    "地域事務局の指示でこの端末を消去しました。地域は報告を受け付けません。事務局に知らせてください",
                ),
            };
            progress.say(words, &json!({ "event": "erased", "told": told, "words": words }));
            ExitCode::from(4)
        }
        Err(words) => {
            let words = words.to_string();
            progress.say(&words, &json!({ "event": "failed", "words": words }));
            ExitCode::FAILURE
        }
    }
}

/// What is left of a round for who looks later; `asked` is the request that it carried out.
pub(super) fn last_round(round: &Result<Round, Words>, asked: Option<String>, at: DateTime<Utc>) -> LastRound {
    let nothing = LastRound { asked, at, put: 0, removed: 0, receipted: 0, failed: None };
    match round {
        Ok(Round::Ran(outcome)) => LastRound {
            put: outcome.put,
            removed: outcome.removed,
            receipted: outcome.receipted,
            failed: not_done(outcome),
            ..nothing
        },
        Ok(Round::NotEnrolled) => {
            failed(nothing, "この端末はまだ登録されていません", "This tablet is not enrolled yet")
        }
        Ok(Round::Erased(_)) => failed(
            nothing,
            "地域事務局の指示でこの端末を消去しました",
            "This tablet was erased by order of the regional office",
        ),
        Err(words) => LastRound { failed: Some(sentences(words.clone())), ..nothing },
    }
}

/// What went wrong first; else what the office has to look at; else what waits.
fn not_done(outcome: &Outcome) -> Option<(String, String)> {
    let told = |ja: String, en: String| Some((ja, en));
    if let Some(words) = outcome.words() {
        return Some(sentences(words));
    }
    if outcome.conflict {
        return told(
            "閲覧記録が地域の控えと合いません(要確認)".to_owned(),
            "The access log does not match the region's copy".to_owned(),
        );
    }
    match outcome.waits? {
        Waits::ForWifi { bytes } => told(
            format!("全件データ {} は署のWi-FiかUSBを待っています", megabytes(bytes)),
            format!("All records ({}) wait for the station's Wi-Fi or a USB stick", megabytes(bytes)),
        ),
        Waits::ProgramForWifi { bytes } => told(
            format!("新しいプログラム {} は署のWi-FiかUSBを待っています", megabytes(bytes)),
            format!("The new program ({}) waits for the station's Wi-Fi or a USB stick", megabytes(bytes)),
        ),
        Waits::ForTomorrow => told(
            "今日の通信量を使い切りました。続きは明日か、署のWi-Fiで".to_owned(),
            "Today's mobile data is used up; it goes on tomorrow or on the station's Wi-Fi".to_owned(),
        ),
    }
}

fn failed(round: LastRound, ja: &str, en: &str) -> LastRound {
    LastRound { failed: Some((ja.to_owned(), en.to_owned())), ..round }
}

fn sentences(words: Words) -> (String, String) {
    (words.ja, begun(&words.en))
}

#[cfg(test)]
mod tests {
    use kakari_sync::client::{Failure, LinkError, Step};

    use super::*;

    #[test]
    fn what_was_not_done_is_said_in_both_languages_the_worst_first() {
        let said = |outcome: Outcome| last_round(&Ok(Round::Ran(Box::new(outcome))), None, Utc::now()).failed;
        assert_eq!(said(Outcome::default()), None);
        let waits = Outcome { waits: Some(Waits::ForWifi { bytes: 41_900_000 }), ..Outcome::default() };
        let (ja, en) = said(waits).expect("it waits");
        assert!(ja.contains("41.9 MB") && en.contains("41.9 MB") && en.is_ascii(), "{ja} {en}");
        let waits = Outcome { waits: Some(Waits::ProgramForWifi { bytes: 41_900_000 }), ..Outcome::default() };
        let (ja, en) = said(waits).expect("it waits");
        assert!(ja.contains("プログラム 41.9 MB") && en.contains("program (41.9 MB)") && en.is_ascii(), "{ja} {en}");
        let problem = LinkError::Unreachable.into();
        let both = Outcome {
            failures: vec![Failure { step: Step::Head, problem }],
            conflict: true,
            waits: Some(Waits::ForTomorrow),
            ..Outcome::default()
        };
        let (ja, en) = said(both).expect("it failed");
        assert_eq!((ja.as_str(), en.as_str()), ("サーバーに接続できません。", "No connection to the server"));
    }
}
