//! When two words are the same word. Spelling only, nothing fuzzy: a missed likeness shows a thing twice, a wrong one
//! hides it.

use unicode_normalization::UnicodeNormalization;

use crate::fhir::UNNAMED;
use crate::model::{Coded, Identity, Origin};
use crate::table::folded;

/// A name without the accidents of its spelling: NFKC (so also half-width kana), lower case, no spaces, no brackets
/// (their content stays), no 【般】.
pub(super) fn words(text: &str) -> String {
    const BRACKETS: &str = "()[]{}<>「」『』【】〔〕〈〉《》";
    folded(text).replace("【般】", "").chars().filter(|c| !BRACKETS.contains(*c)).collect()
}

/// The same words. Two items that nothing names are not the same item.
pub(super) fn same_words(a: &str, b: &str) -> bool {
    a != UNNAMED && (a == b || words(a) == words(b))
}

/// Both said, and not in the same words.
pub(super) fn contradict(a: Option<&str>, b: Option<&str>) -> bool {
    a.zip(b).is_some_and(|(a, b)| a != b && words(a) != words(b))
}

/// A code of each in one of the `systems`, the same.
pub(super) fn share_code(a: &Coded, b: &Coded, systems: impl Fn(&str) -> bool) -> bool {
    a.codings.iter().any(|code| systems(&code.system) && b.codings.contains(code))
}

/// Adds the codes of `older` in systems in which `name` has none.
pub(super) fn take_codes(name: &mut Coded, older: &Coded) {
    for code in &older.codings {
        if older.code_in(&code.system) == Some(&code.code) && name.code_in(&code.system).is_none() {
            name.codings.push(code.clone());
        }
    }
}

/// Both stated by one and the same named facility.
pub(super) fn same_facility(a: &Origin, b: &Origin) -> bool {
    a.facility.as_deref().zip(b.facility.as_deref()).is_some_and(|(a, b)| words(a) == words(b))
}

/// The digits of a phone.
pub(super) fn digits(phone: &str) -> String {
    phone.nfkc().filter(char::is_ascii_digit).collect()
}

/// The same person's name: NFKC, no spaces or middle dots, and one form for letters of family registers that are only
/// drawn otherwise (髙 and 高).
pub(super) fn same_name(a: &str, b: &str) -> bool {
    let (a, b) = (person(a), person(b));
    !a.is_empty() && a == b
}

/// Same name, or same kana however written. Voiced marks count: ハナコ is not バナコ.
pub(super) fn same_person_name(a: &Identity, b: &Identity) -> bool {
    let kana = a.kana.as_deref().zip(b.kana.as_deref());
    same_name(&a.name, &b.name) || kana.is_some_and(|(a, b)| same_name(a, b))
}

/// A person's name without the accidents of its spelling.
pub(super) fn person(text: &str) -> String {
    text.nfkc()
        .flat_map(char::to_lowercase)
        .filter(|c| !c.is_whitespace() && !"・,，、.".contains(*c))
        .map(letter)
        .collect()
}

fn letter(c: char) -> char {
    match c {
        '髙' => '高',
        '﨑' | '嵜' => '崎',
        '邉' | '邊' => '辺',
        '澤' => '沢',
        '濵' | '濱' => '浜',
        '齋' => '斎',
        '齊' => '斉',
        '廣' => '広',
        '國' => '国',
        '櫻' => '桜',
        '眞' => '真',
        '德' => '徳',
        '𠮷' => '吉',
        'ぁ'..='ゖ' => char::from_u32(u32::from(c) + 0x60).unwrap_or(c),
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_spelling_is_forgiven() {
        for (a, b) in [
            ("【般】ワルファリンＫ錠１ｍｇ", "ワルファリンK錠1mg"),
            ("ﾜｰﾌｧﾘﾝ錠1mg", "ワーファリン錠 1mg"),
            ("バファリン配合錠（Ａ８１）", "バファリン配合錠A81"),
        ] {
            assert!(same_words(a, b), "{a} {b}");
        }
        for (a, b) in [
            ("ワーファリン錠1mg", "ワーファリン錠5mg"),
            ("アマリール錠", "アルマール錠"),
            ("ペニシリン", "ペニシリン系"),
            (UNNAMED, UNNAMED),
        ] {
            assert!(!same_words(a, b), "{a} {b}");
        }
    }

    #[test]
    fn a_name_is_the_same_in_either_form_of_its_letters_but_not_with_other_letters() {
        assert!(same_name("髙橋　一郎", "高橋一郎"));
        assert!(same_name("やまだ はなこ", "ﾔﾏﾀﾞ･ﾊﾅｺ"));
        assert!(!same_name("ヤマダ ハナコ", "ヤマタ ハナコ"));
        assert!(!same_name("高橋一郎", "高橋市郎"));
        assert!(!same_name("", ""));
    }
}
