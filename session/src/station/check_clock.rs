//! The line of the check that is about the clock: what it shows, what it was held against, and what keeps it.

use chrono::{DateTime, Utc};
use kakari_record::language::Language;

use crate::findings::ClockFindings;
use crate::view::Mark;

use super::checks::{CheckFacts, checked};
use super::view::CheckLine;
use super::words;

/// A clock that is off by more seconds misleads about ages and certificates.
const CLOCK_OFF: u64 = 60;

/// By the region's signed time where it is known, then by a time server; a clock behind what the region has signed is
/// wrong for certain.
pub(super) fn clock(facts: &CheckFacts<'_>, now: DateTime<Utc>, language: Language) -> CheckLine {
    let ahead = facts.findings.region.as_ref().and_then(|region| region.ahead_seconds);
    let (quality, mark) = match (facts.clock_doubtful, ahead) {
        (true, _) => (Some(language.say("遅れています", "behind").to_owned()), Mark::Bad),
        (false, Some(ahead)) if clock_off(Some(ahead)) => (Some(difference(ahead, language)), Mark::Caution),
        (false, Some(ahead)) => (Some(difference(ahead, language)), Mark::Good),
        (false, None) => (None, alone(facts.findings.clock)),
    };
    let kept = kept_by(facts.findings.clock, language);
    let said: Vec<String> = quality.into_iter().chain(kept).collect();
    let next = match mark {
        Mark::Unknown => language.say("ほかの時計と見比べてください", "Compare it with another clock"),
        _ => language.say("端末の時計を合わせてください", "Set the tablet's clock"),
    };
    let value = format!("{} {}", words::clock(now, language), said.join(language.say("・", ", ")));
    checked(language.say("時計", "Clock"), value, mark, next)
}

/// Without a region to compare with.
fn alone(clock: ClockFindings) -> Mark {
    match clock {
        ClockFindings { synchronised: Some(true), .. } => Mark::Good,
        ClockFindings { moved_seconds: Some(_), .. } => Mark::Caution,
        ClockFindings { .. } => Mark::Unknown,
    }
}

/// 「時刻サーバーと同期」, 「内蔵時計のみ・7,200秒動きました」
fn kept_by(clock: ClockFindings, language: Language) -> Vec<String> {
    let kept = match clock.synchronised {
        Some(true) => language.say("NTP同期", "NTP"),
        Some(false) => language.say("内蔵時計のみ", "own clock only"),
        None => language.say("同期は不明", "source unknown"),
    };
    let moved = clock.moved_seconds.map(|by| {
        let by = words::number(by.unsigned_abs());
        language.say(format!("{by}秒動きました"), format!("moved by {by} s"))
    });
    [kept.to_owned()].into_iter().chain(moved).collect()
}

/// Whether the region's clock shows another time.
pub(super) fn clock_off(ahead_seconds: Option<i64>) -> bool {
    ahead_seconds.is_some_and(|ahead| ahead.unsigned_abs() >= CLOCK_OFF)
}

/// 「地域の時刻との差 2秒」
pub(super) fn difference(ahead_seconds: i64, language: Language) -> String {
    let seconds = words::number(ahead_seconds.unsigned_abs());
    language.say(format!("地域の時刻との差 {seconds}秒"), format!("{seconds} s from the region's time"))
}
