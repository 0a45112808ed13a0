//! A name as one byte a kana: what `fold_kana` keeps of it, and besides where a word begins, where a vowel is long, and
//! which ジ, ズ and オ are written ヂ, ヅ and ヲ.

use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use crate::seal::{fold_one, to_katakana};

const KANA: &str = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモラリルレロヤユヨワン";
/// ン
pub(super) const N: u8 = 44;
/// ー, and whatever dash stands for it.
pub(super) const LONG: u8 = 45;
/// ヂ, ヅ, ヲ.
pub(super) const DI: u8 = 46;
pub(super) const DU: u8 = 47;
pub(super) const WO: u8 = 48;
const DIGITS: u8 = 50;
const LATIN: u8 = 60;
/// From here on letters of other scripts, several of them to a code: it finds one name more now and then, never one less.
const OTHER: u8 = 86;
const OTHERS: u32 = 42;
/// How many codes there are.
pub(super) const CODES: usize = 128;
/// Set on the first unit of every word but the first.
pub(super) const WORD: u8 = 0x80;
/// Units kept of a name.
const MOST: usize = 120;

/// The units of a name as somebody wrote it; empty when there is nothing to search by.
pub(super) fn units(name: &str) -> Zeroizing<Vec<u8>> {
    match name.chars().all(|c| usual(c).is_some()) {
        true => joined(name.chars().filter_map(usual)),
        false => joined(name.nfkc().map(to_katakana).flat_map(codes_of)),
    }
}

/// Codes in the order of the name, `None` between words.
fn joined(codes: impl Iterator<Item = Option<u8>>) -> Zeroizing<Vec<u8>> {
    let mut units = Zeroizing::new(Vec::with_capacity(MOST));
    let mut gap = false;
    for code in codes {
        match code {
            Some(_) if units.len() == MOST => break,
            Some(code) => {
                let first = gap && !units.is_empty();
                units.push(if first { code | WORD } else { code });
                gap = false;
            }
            None => gap = true,
        }
    }
    units
}

/// The code of a letter that nearly every name is made of, without the way through Unicode; nothing for any other.
fn usual(c: char) -> Option<Option<u8>> {
    static KATAKANA: LazyLock<Vec<Option<u8>>> =
        LazyLock::new(|| ('ァ'..='ヶ').map(|c| codes_of(c).next().flatten()).collect());
    match c {
        ' ' | '\u{3000}' => Some(None),
        'ー' => Some(Some(LONG)),
        'ァ'..='ヶ' => KATAKANA.get(usize::try_from(u32::from(c) - u32::from('ァ')).ok()?).copied(),
        _ => None,
    }
}

/// The codes of one character; `None` where it ends a word. A mark over the kana before it has none at all.
fn codes_of(c: char) -> impl Iterator<Item = Option<u8>> {
    let own = match c {
        'ー' | '-' | '‐' | '‑' | '–' | '—' | '―' | '−' | '~' | '〜' => Some(LONG),
        'ヂ' => Some(DI),
        'ヅ' => Some(DU),
        'ヲ' => Some(WO),
        _ => None,
    };
    let folded =
        own.is_none().then(|| std::iter::once(c).nfd().filter(|c| !is_mark(*c)).map(|c| fold_one(c).map(code)));
    own.into_iter().map(Some).chain(folded.into_iter().flatten())
}

/// Combining marks: what NFD takes off a letter.
fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

fn code(c: char) -> u8 {
    match c {
        '0'..='9' => DIGITS + nth(c, '0'),
        'A'..='Z' => LATIN + nth(c, 'A'),
        c => {
            let kana = KANA.chars().position(|kana| kana == c).and_then(|at| u8::try_from(at).ok());
            kana.unwrap_or_else(|| OTHER + u8::try_from(u32::from(c) % OTHERS).unwrap_or_default())
        }
    }
}

fn nth(c: char, first: char) -> u8 {
    u8::try_from(u32::from(c) - u32::from(first)).unwrap_or_default()
}

/// The code as `fold_kana` has it: ヂ is ジ, ヅ is ズ, ヲ is オ.
pub(super) fn folded(code: u8) -> u8 {
    match code {
        DI => 11,
        DU => 12,
        WO => 4,
        code => code,
    }
}

/// The vowel of a kana, 0–4 for ア–オ.
fn vowel(code: u8) -> Option<u8> {
    match code {
        0..=39 => Some(code % 5),
        40 | 43 => Some(0),
        DI => Some(1),
        41 | DU => Some(2),
        42 | WO => Some(4),
        _ => None,
    }
}

/// The first kana of the row; nothing for ン and ー, which have none; other letters stand for themselves.
pub(super) fn row(code: u8) -> Option<u8> {
    match folded(code) {
        N | LONG => None,
        kana @ 0..=39 => Some(kana - kana % 5),
        40..=42 => Some(40),
        other => Some(other),
    }
}

/// Whether `code` may only make the vowel of the kana before it long: オ in オオノ, ウ in サトウ, イ in ケイコ.
pub(super) fn lengthens(before: u8, code: u8) -> bool {
    match (vowel(before), folded(code)) {
        (_, LONG) => true,
        (Some(vowel), lengthening @ 0..=4) => {
            vowel == lengthening || (vowel, lengthening) == (4, 2) || (vowel, lengthening) == (3, 1)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::seal::fold_kana;

    /// The letters of folded units, as `fold_kana` writes them.
    fn letters(units: &[u8]) -> String {
        let kana: Vec<char> = KANA.chars().collect();
        let letter = |unit: &u8| match folded(unit & !WORD) {
            LONG => None,
            code @ DIGITS..LATIN => Some(char::from(b'0' + code - DIGITS)),
            code @ LATIN..OTHER => Some(char::from(b'A' + code - LATIN)),
            code => Some(kana.get(usize::from(code)).copied().unwrap_or('?')),
        };
        units.iter().filter_map(letter).collect()
    }

    fn kana() -> impl Strategy<Value = String> {
        "[ァ-ヶーぁ-ゖー 　・･ｦ-ﾟA-Za-z0-9\u{3099}-]{0,30}"
    }

    proptest! {
        #[test]
        fn units_are_what_the_fold_keeps(name in kana()) {
            prop_assert_eq!(letters(&units(&name)), fold_kana(&name));
        }

        #[test]
        fn usual_letters_have_the_codes_that_unicode_gives_them(name in "[ァ-ヶー 　]{0,30}") {
            prop_assert_eq!(units(&name), joined(name.nfkc().map(to_katakana).flat_map(codes_of)));
        }

        #[test]
        fn any_text_has_units_within_the_codes_and_words_begin_after_the_first(name in any::<String>()) {
            let units = units(&name);
            prop_assert!(units.len() <= MOST && units.iter().all(|unit| usize::from(unit & !WORD) < CODES));
            prop_assert!(units.first().is_none_or(|unit| unit & WORD == 0));
        }
    }

    #[test]
    fn a_vowel_lengthens_only_its_like() {
        for (name, lengthened) in [
            ("オオノ", "オノ"),
            ("サトウ", "サト"),
            ("ユウコ", "ユコ"),
            ("ケイコ", "ケコ"),
            ("シイナ", "シナ"),
            ("オーノ", "オノ"),
            ("マアサ", "マサ"),
            ("ネエ", "ネ"),
            ("アオイ", "アオイ"),
            ("ナオエ", "ナオエ"),
            ("ウエ", "ウエ"),
        ] {
            let all = units(name);
            let before = std::iter::once(None).chain(all.iter().copied().map(Some));
            let kept: Vec<u8> = before
                .zip(all.iter())
                .filter(|(before, unit)| !before.is_some_and(|b| lengthens(b, **unit)))
                .map(|(_, unit)| *unit)
                .collect();
            assert_eq!(kept, *units(lengthened), "{name}");
        }
    }
}
