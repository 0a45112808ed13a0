//! Figures and times as these pages say them, all by the same rules as the rest of the glass.

use chrono::{DateTime, Utc};
use kakari_record::audit::BreakGlassReason;
use kakari_record::audit::usage::Took;
use kakari_record::display;
use kakari_record::language::Language;

use crate::view::{Mark, StateLine};

/// 「33,513」
pub(super) fn number(count: u64) -> String {
    display::amount(&count.to_string())
}

/// 「33,513人」, "33,513".
pub(super) fn people(count: u64, language: Language) -> String {
    let count = number(count);
    language.say(format!("{count}人"), count)
}

/// 「3件」, "3".
pub(super) fn items(count: u64, language: Language) -> String {
    let count = number(count);
    language.say(format!("{count}件"), count)
}

/// 「12分前」; a time to come is never young.
pub(super) fn age(at: DateTime<Utc>, now: DateTime<Utc>, language: Language) -> String {
    display::data_age(at, now, language)
}

/// Within what it was: 「41分」, 「30時間」, 「9日」, rounded up, for 「以内」 to be true. A time to come is no age.
pub(super) fn within(at: DateTime<Utc>, now: DateTime<Utc>, language: Language) -> Option<String> {
    let minutes = u64::try_from((now - at).num_seconds()).ok()?.div_ceil(60);
    let (hours, days) = (minutes.div_ceil(60), number(minutes.div_ceil(1440)));
    Some(match (minutes, hours) {
        (..60, _) => language.say(format!("{minutes}分"), format!("{minutes} min")),
        (_, ..48) => language.say(format!("{hours}時間"), format!("{hours} h")),
        _ => language.say(format!("{days}日"), format!("{days} days")),
    })
}

/// 「11/20(金) 02:14」
pub(super) fn clock(at: DateTime<Utc>, language: Language) -> String {
    display::clock(at, language)
}

/// 「02:14」
pub(super) fn time(at: DateTime<Utc>, language: Language) -> String {
    clock(at, language).rsplit(' ').next().unwrap_or_default().to_owned()
}

/// 「意識障害」
pub(super) fn reason(reason: BreakGlassReason, language: Language) -> &'static str {
    display::break_glass_reason(reason, language)
}

/// 「2026/11/20」
pub(super) fn day(at: DateTime<Utc>, language: Language) -> String {
    let day = display::day_of(at);
    language.say(day.format("%Y/%m/%d"), day.format("%-d %b %Y")).to_string()
}

/// 「11/20」
pub(super) fn short_day(at: DateTime<Utc>) -> String {
    display::day_of(at).format("%-m/%-d").to_string()
}

/// 「中央値 6.2秒・95% 14.0秒(31回)」
pub(super) fn took(took: Took, language: Language) -> Option<String> {
    let (median, p95) = (seconds(took.median_ms?), seconds(took.p95_ms?));
    let times = number(took.count);
    Some(language.say(
        format!("中央値 {median}秒・95% {p95}秒({times}回)"),
        format!("median {median} s, 95% {p95} s ({times} times)"),
    ))
}

fn seconds(ms: u32) -> String {
    let tenths = u64::from(ms).div_ceil(100);
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// 「12.3 / 41.9 MB」. What is here is rounded down: it is never said to be whole before it is.
pub(super) fn megabytes(done: u64, of: u64) -> String {
    const TENTH: u64 = 100_000;
    let said = |tenths: u64| format!("{}.{}", tenths / 10, tenths % 10);
    format!("{} / {} MB", said(done.min(of) / TENTH), said(of.div_ceil(TENTH)))
}

/// Of a thousand; nothing of nothing.
pub(super) fn permille(part: u64, of: u64) -> u16 {
    let share = part.min(of).saturating_mul(1000).checked_div(of).unwrap_or(0);
    u16::try_from(share).unwrap_or(1000)
}

/// 「81%」, rounded down.
pub(super) fn percent(part: u64, of: u64) -> String {
    format!("{}%", permille(part, of) / 10)
}

pub(super) fn line(label: &str, value: impl Into<String>, mark: Mark) -> StateLine {
    StateLine { label: label.to_owned(), value: value.into(), mark }
}
