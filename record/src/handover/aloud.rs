//! Written words as they are read aloud: no symbols, units as words.

use chrono::{Datelike, NaiveDate};

use super::fold::fold;
use super::number::{comparison, counter, number};
use crate::model::PartialDate;

/// Units that stand behind a number, the longer before those that they begin with.
const UNITS: [(&str, &str); 28] = [
    ("mmHg", "ミリ水銀"),
    ("mEq", "ミリイクイバレント"),
    ("mmol", "ミリモル"),
    ("MCG", "マイクログラム"),
    ("MG", "ミリグラム"),
    ("ML", "ミリリットル"),
    ("ng", "ナノグラム"),
    ("pg", "ピコグラム"),
    ("cc", "シーシー"),
    ("dl", "デシリットル"),
    ("LogIU", "ログ国際単位"),
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
    ('≠', "と異なり、"),
    ('≒', "およそ"),
    ('〜', "から"),
    ('~', "から"),
    ('&', "と"),
    ('→', "から"),
    ('%', "パーセント"),
    ('‰', "パーミル"),
    ('°', "度"),
    ('α', "アルファ"),
    ('β', "ベータ"),
];

/// The text without symbols: 「0.15mg」 becomes 「0点15ミリグラム」, 「150/90」 「150の90」, 「1/2錠」 「2分の1錠」, 「2-1-0」 「2、1、0」,
/// 「Rh(-)」 「Rhマイナス」, 「≦60」 「60以下」; brackets and other marks become a pause.
///
/// What stands between two 「、」 is heard as it is alone, so that no sign reaches into the next of a list.
pub fn aloud(text: &str) -> String {
    let parts = text.split(['、', '､']).map(part_aloud).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("、")
}

fn part_aloud(text: &str) -> String {
    let text = fold(text);
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some(c) = rest.chars().next() {
        if let Some((words, len)) = unit(rest, &out).or_else(|| compared(rest, &out)) {
            out.truncate(out.trim_end().len());
            out.push_str(&words);
            rest = &rest[len..];
        } else if let Some((words, len)) = number(rest, &out) {
            if words.contains("分の") && out.trim_end().ends_with(|c: char| c.is_ascii_digit()) {
                out.truncate(out.trim_end().len());
                out.push('と');
            }
            out.push_str(&words);
            rest = &rest[len..];
        } else {
            rest = &rest[c.len_utf8()..];
            sign(c, rest, &mut out);
        }
    }
    let spoken = out.split_whitespace().collect::<Vec<_>>().join(" ").replace(" 、", "、").replace("、 ", "、");
    spoken.split('、').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("、")
}

/// What one character adds that begins neither a number nor a unit.
fn sign(c: char, rest: &str, out: &mut String) {
    let number = out.ends_with(|c: char| c.is_ascii_digit());
    let digit_next = rest.starts_with(|c: char| c.is_ascii_digit());
    match c {
        '/' if number && digit_next => out.push('の'),
        '/' if ends_in_unit(out) && UNITS.iter().any(|(unit, _)| is_unit(rest, unit)) => out.push_str(PER),
        'ー' if number && digit_next => pause(out),
        '-' | '−' => dash(c, rest, out),
        '^' if number && digit_next => out.push('の'),
        // 「C.O.I」 and 「Crohn's」 are one word.
        '\'' | '’' if ends_in_letter(out) && rest.starts_with(char::is_alphabetic) => {}
        '.' if initial(out) && rest.starts_with(latin) => {}
        _ => match SAID.into_iter().find(|(symbol, _)| *symbol == c) {
            Some((_, words)) => out.push_str(words),
            None if c.is_alphanumeric() || is_mark_of_a_word(c) => out.push(c),
            None if c.is_whitespace() => out.push(' '),
            None => pause(out),
        },
    }
}

/// A hyphen between numbers or words, a minus before a number, or a negative finding behind a word.
fn dash(c: char, rest: &str, out: &mut String) {
    let near = if c == '−' { rest.trim_start() } else { rest };
    let digit_next = near.trim_start_matches('.').starts_with(|c: char| c.is_ascii_digit());
    let after_word = out.ends_with(|c: char| c.is_alphanumeric() || c == 'ー');
    let after_number = out.ends_with(|c: char| c.is_ascii_digit()) || ends_in_unit(out);
    let word_next = rest.starts_with(char::is_alphanumeric);
    let at_end = !rest.trim_start().starts_with(char::is_alphanumeric) && !rest.starts_with(['-', '−']);
    match () {
        () if after_number => pause(out),
        () if digit_next && (c == '−' || !hyphenated(out)) => out.push_str("マイナス"),
        () if word_next && after_word => out.push(' '),
        () if at_end && !out.trim_end().is_empty() && !out.trim_end().ends_with('、') => out.push_str("マイナス"),
        () if !word_next && tested(out) => out.push_str("マイナス"),
        () => pause(out),
    }
}

/// What a sign behind it says the result of: 「Rh- A型」, 「HBs抗原- HCV抗体+」.
fn tested(said: &str) -> bool {
    ["抗原", "抗体", "反応"].iter().any(|word| said.ends_with(word))
        || said.ends_with(|c: char| c.is_ascii_alphabetic())
}

/// Behind Latin letters and katakana a hyphen joins: 「TS-1」, 「ソリタ-3号」.
fn hyphenated(said: &str) -> bool {
    said.ends_with(|c: char| c.is_ascii_alphabetic() || ('ァ'..='ー').contains(&c))
}

/// A capital that stands alone or among capitals: the 「C」 and the 「O」 of 「C.O.I」.
fn initial(said: &str) -> bool {
    let word = said.trim_end_matches(latin);
    word.len() < said.len() && said[word.len()..].chars().all(|c| c.is_ascii_uppercase())
}

fn latin(c: char) -> bool {
    c.is_ascii_alphabetic()
}

fn ends_in_letter(said: &str) -> bool {
    said.ends_with(|c: char| c.is_alphabetic() && c < '\u{250}')
}

/// A unit behind a number, or behind another unit.
fn unit(rest: &str, said: &str) -> Option<(String, usize)> {
    let amount = said.trim_end().ends_with(|c: char| c.is_ascii_digit()) || said.ends_with(PER);
    let (unit, words) = UNITS.iter().find(|(unit, _)| amount && is_unit(rest, unit))?;
    Some(((*words).to_owned(), unit.len()))
}

/// 「<60mg/dL」 as 「60ミリグラムパーデシリットル未満」: always behind the amount.
fn compared(rest: &str, said: &str) -> Option<(String, usize)> {
    let sign = rest.chars().next()?;
    let (before_it, behind_it, plain) = comparison(sign)?;
    let after = &rest[sign.len_utf8()..];
    if let Some((amount, len)) = amount(after) {
        let gap = if said.is_empty() || said.ends_with('、') { "" } else { " " };
        return Some((format!("{gap}{amount}{before_it}"), sign.len_utf8() + len));
    }
    let counted = said.trim_end().ends_with(|c: char| c.is_ascii_digit()) || ends_in_unit(said.trim_end());
    Some((if counted { format!("{behind_it} ") } else { plain.to_owned() }, sign.len_utf8()))
}

/// A number with its sign, its units and its counter.
fn amount(text: &str) -> Option<(String, usize)> {
    let trimmed = text.trim_start();
    let positive = trimmed.trim_start_matches(['-', '−']);
    let minus = if positive.len() < trimmed.len() { "マイナス" } else { "" };
    let (mut said, len) = number(positive, "")?;
    let mut rest = &positive[len..];
    while let Some((words, len)) = unit(rest.trim_start(), &said) {
        said += &words;
        rest = &rest.trim_start()[len..];
        if let Some(more) = rest.strip_prefix('/').filter(|more| UNITS.iter().any(|(unit, _)| is_unit(more, unit))) {
            said += PER;
            rest = more;
        }
    }
    let (word, rest) = rest.split_at(counter(rest));
    Some((format!("{minus}{said}{word}"), text.len() - rest.len()))
}

fn ends_in_unit(said: &str) -> bool {
    UNITS.iter().any(|(_, words)| said.ends_with(words))
}

/// A unit that no further letter follows: 「mg」, not 「mgx」.
fn is_unit(rest: &str, unit: &str) -> bool {
    rest.strip_prefix(unit).is_some_and(|after| !after.starts_with(|c: char| c.is_ascii_alphabetic()))
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
