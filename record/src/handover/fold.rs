//! Signs of one meaning as one sign, before they are read aloud.

use unicode_normalization::UnicodeNormalization;

/// Powers, of which the compatible form would be part of the number: 「10³」 is no 103.
const POWERS: &str = "⁰¹²³⁴⁵⁶⁷⁸⁹";
/// Numerals that the compatible form would turn into Latin letters: 「Ⅱ型」 is 「2型」.
const ROMAN: &str = "ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫ";

/// What SNOMED CT writes behind a name to say of which kind it is; nobody says it.
const TAGS: [&str; 8] = [
    " (disorder)",
    " (finding)",
    " (occupation)",
    " (organism)",
    " (physical object)",
    " (procedure)",
    " (product)",
    " (substance)",
];

/// The text in its compatible form (㎎ is mg, Ａ is A), with one sign for each meaning. No number grows by a digit that
/// stood above it, in a circle or in a fraction.
pub(super) fn fold(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let after_digit = out.ends_with(|c: char| c.is_ascii_digit());
        if c == '⁻' && rest.peek().is_some_and(|next| POWERS.contains(*next)) || POWERS.contains(c) {
            let mut power = if c == '⁻' { "マイナス".to_owned() } else { c.nfkc().collect() };
            while let Some(next) = rest.next_if(|next| POWERS.contains(*next)) {
                power.extend(next.nfkc());
            }
            let of = out.ends_with(|c: char| c.is_ascii_alphanumeric());
            out += &if of { format!("の{power}乗") } else { format!("、{power}、") };
            continue;
        }
        if let Some(number) = ROMAN.chars().position(|roman| roman == c) {
            out += &format!("{}{}", if after_digit { "、" } else { "" }, number + 1);
            continue;
        }
        let plain: String = c.nfkc().collect();
        let is_digit = ('０'..='９').contains(&c) || c.is_ascii_digit();
        let digits = !is_digit && plain.contains(|c: char| c.is_ascii_digit());
        match c {
            '…' | '‥' => out.push('、'),
            '①'..='⑳' => out += &format!("、{plain}、"),
            _ if digits && after_digit => out += &format!("{}{plain}", if plain.contains('⁄') { "と" } else { "、" }),
            _ => out += &plain,
        }
        if digits && rest.peek().is_some_and(|next| next.is_numeric()) {
            out.push('、');
        }
    }
    let out = TAGS.iter().fold(out, |out, tag| out.replace(tag, ""));
    let one: String = brackets(out.nfkc().map(one_sign).collect());
    let pairs = [("(−)", "マイナス"), ("(-)", "マイナス"), ("(+)", "プラス"), ("+/-", "±"), ("<=", "≤"), (">=", "≥")];
    let pairs = pairs.into_iter().chain([
        ("->", "→"),
        ("°C", "度"),
        ("°F", "度、華氏"),
        ("の記載なし", "は不明"),
        ("...", "、"),
        ("..", "、"),
    ]);
    pairs.fold(one, |text, (written, sign)| text.replace(written, sign))
}

fn one_sign(c: char) -> char {
    match c {
        '‐' | '‑' | '‒' | '–' | '﹣' => '-',
        '≦' | '⩽' => '≤',
        '≧' | '⩾' => '≥',
        '⁄' | '∕' => '/',
        '∼' => '~',
        '≈' => '≒',
        other => other,
    }
}

/// 「<内科>」 and 「<1>」 are brackets, 「<60」 and 「K<3.5 Na>150」 are not; no pair reaches over a 「、」 into the next of a list.
fn brackets(text: String) -> String {
    let number =
        |text: &str| text.trim_start_matches([' ', '-', '−', '=', '.']).starts_with(|c: char| c.is_ascii_digit());
    let Some((before, rest)) = text.split_once('<') else { return text };
    let pair = rest.split_once('>').filter(|(within, after)| {
        let all_digits = within.chars().all(|c| c.is_ascii_digit());
        !within.contains(['<', '、', '。']) && !number(after) && (all_digits || !number(within))
    });
    match pair {
        Some((within, after)) => format!("{before}、{within}、{}", brackets(after.to_owned())),
        None => format!("{before}<{}", brackets(rest.to_owned())),
    }
}
