//! Written words as they are read aloud: no symbols, units as words.

use chrono::{Datelike, NaiveDate};

use crate::model::PartialDate;

/// Units that stand behind a number, the longer before those that they begin with.
const UNITS: [(&str, &str); 19] = [
    ("mmHg", "ミリ水銀"),
    ("mEq", "ミリイクイバレント"),
    ("mcg", "マイクログラム"),
    ("μg", "マイクログラム"),
    ("µg", "マイクログラム"),
    ("mg", "ミリグラム"),
    ("mL", "ミリリットル"),
    ("ml", "ミリリットル"),
    ("dL", "デシリットル"),
    ("kg", "キログラム"),
    ("km", "キロメートル"),
    ("cm", "センチ"),
    ("mm", "ミリ"),
    ("IU", "国際単位"),
    ("g", "グラム"),
    ("L", "リットル"),
    ("U", "単位"),
    ("%", "パーセント"),
    ("％", "パーセント"),
];

/// Between two units: 「ミリグラムパーデシリットル」.
const PER: &str = "パー";

/// Symbols that have a word of their own.
const SAID: [(char, &str); 16] = [
    ('+', "プラス"),
    ('±', "プラスマイナス"),
    ('×', "かける"),
    ('÷', "割る"),
    ('=', "イコール"),
    ('<', "未満 "),
    ('>', "を超える "),
    ('≤', "以下 "),
    ('≥', "以上 "),
    ('〜', "から"),
    ('~', "から"),
    ('&', "と"),
    ('→', "から"),
    ('%', "パーセント"),
    ('α', "アルファ"),
    ('β', "ベータ"),
];

/// The text without symbols: 「0.15mg」 becomes 「0点15ミリグラム」, 「150/90」 「150の90」, 「Rh(-)」 「Rhマイナス」; brackets and other marks
/// become a pause, commas inside a number go.
pub fn aloud(text: &str) -> String {
    let text: String = text.replace("(-)", "マイナス").replace("(+)", "プラス").chars().map(half_width).collect();
    let text = text.replace("(-)", "マイナス").replace("(+)", "プラス");
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some(c) = rest.chars().next() {
        let number = out.ends_with(|c: char| c.is_ascii_digit());
        let amount = out.trim_end().ends_with(|c: char| c.is_ascii_digit()) || out.ends_with(PER);
        let unit = UNITS.iter().find(|(unit, _)| amount && is_unit(rest, unit));
        if let Some((unit, words)) = unit {
            out.truncate(out.trim_end().len());
            out.push_str(words);
            rest = &rest[unit.len()..];
            continue;
        }
        rest = &rest[c.len_utf8()..];
        let digit_next = rest.starts_with(|c: char| c.is_ascii_digit());
        match c {
            ',' if number && digit_next => {}
            '.' if number && digit_next => out.push('点'),
            '/' if number && digit_next => out.push('の'),
            '/' if ends_in_unit(&out) && UNITS.iter().any(|(unit, _)| is_unit(rest, unit)) => out.push_str(PER),
            '-' if out.ends_with(latin) && rest.starts_with(char::is_alphanumeric) => out.push(' '),
            _ => match SAID.into_iter().find(|(symbol, _)| *symbol == c) {
                Some((_, words)) => out.push_str(words),
                None if c.is_alphanumeric() || is_mark_of_a_word(c) => out.push(c),
                None if c.is_whitespace() => out.push(' '),
                None => pause(&mut out),
            },
        }
    }
    let spoken = out.trim_matches(|c: char| c == '、' || c.is_whitespace());
    spoken.split_whitespace().collect::<Vec<_>>().join(" ").replace(" 、", "、").replace("、 ", "、")
}

fn ends_in_unit(said: &str) -> bool {
    UNITS.iter().any(|(_, words)| said.ends_with(words))
}

/// A unit that no further letter follows: 「mg」, not 「mgx」.
fn is_unit(rest: &str, unit: &str) -> bool {
    rest.strip_prefix(unit).is_some_and(|after| !after.starts_with(|c: char| c.is_ascii_alphabetic()))
}

fn latin(c: char) -> bool {
    c.is_ascii_alphanumeric()
}

/// Full-width ASCII as ASCII; nothing else, so that no character of a name changes.
fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        other => other,
    }
}

/// Long vowels, iteration marks, and marks that belong to the letter before them.
fn is_mark_of_a_word(c: char) -> bool {
    matches!(
        c,
        'ー' | '々' | '〇' | 'ゝ' | 'ゞ' | 'ヽ' | 'ヾ' | '、' | '。' | '\u{3099}' | '\u{309a}' | '\u{fe00}'
            ..='\u{fe0f}'
    ) || matches!(c, '\u{300}'..='\u{36f}' | '\u{e0100}'..='\u{e01ef}')
}

fn pause(out: &mut String) {
    if !out.is_empty() && !out.ends_with('、') {
        out.push('、');
    }
}

/// 「4月12日」 in the year of `today`, else 「2025年4月12日」; less when less is known.
pub(super) fn day(date: PartialDate, today: NaiveDate) -> String {
    let year = if i32::from(date.year()) == today.year() { String::new() } else { format!("{}年", date.year()) };
    match (date.month(), date.day()) {
        (_, Some(day)) => format!("{year}{}月{}日", day.month(), day.day()),
        (Some(month), None) => format!("{year}{month}月"),
        (None, None) => format!("{}年", date.year()),
    }
}

/// A name aloud; one of symbols alone is said to be there.
pub(super) fn name(text: &str) -> String {
    Some(aloud(text)).filter(|name| !name.is_empty()).unwrap_or_else(|| "記号だけの記載".to_owned())
}

/// Things in a row.
pub(super) fn list(names: &[String]) -> String {
    names.join("、")
}
