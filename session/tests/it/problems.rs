//! The words of every problem, in both languages.

use kakari_session::every_notice;
use kakari_session::view::{Language, Notice};

/// Two lines of the widest notice on the smallest glass: 34 kanji or 60 letters each, less what a line break costs.
const KANJI: usize = 64;
const LETTERS: usize = 114;
/// Latin words that everybody in an ambulance reads.
const LATIN: [&str; 9] = ["IC", "PIN", "USB", "QR", "Wi-Fi", "LTE", "kakari", "enrol", "--window"];
/// What a next step tells somebody to do.
const VERBS: [&str; 28] = [
    "ask", "bring", "call", "check", "choose", "compare", "connect", "enrol", "enter", "get", "go", "hand", "insert",
    "keep", "load", "plug", "press", "pull", "put", "restart", "search", "sign", "sync", "take", "tell", "update",
    "use", "wait",
];

fn both() -> Vec<(&'static str, Notice, Notice)> {
    let english = every_notice(Language::English).into_iter().map(|(_, notice)| notice);
    every_notice(Language::Japanese).into_iter().zip(english).map(|((name, ja), en)| (name, ja, en)).collect()
}

fn parts(notice: &Notice) -> [&str; 2] {
    [&notice.sentence, &notice.next_step]
}

#[test]
fn every_problem_is_one_sentence_and_one_next_step_in_each_of_two_languages() {
    let both = both();
    assert!(both.len() > 90, "{} notices", both.len());
    for (name, ja, en) in both {
        for (japanese, english) in parts(&ja).into_iter().zip(parts(&en)) {
            assert!(!japanese.trim().is_empty() && !english.trim().is_empty(), "{name} says nothing");
            assert_ne!(japanese, english, "{name}");
        }
        assert_eq!(ja.mark, en.mark, "{name}");
        assert!(!ja.sentence.ends_with("ください"), "{name}: what happened, not what to do: {}", ja.sentence);
        assert!(!en.sentence.ends_with('.') && !en.next_step.ends_with('.'), "{name}: {en:?}");
    }
}

#[test]
fn no_problem_mixes_its_languages() {
    for (name, ja, en) in both() {
        for english in parts(&en) {
            assert!(english.is_ascii(), "{name}: {english}");
        }
        for japanese in parts(&ja) {
            let letters = |c: char| !(c.is_ascii_alphabetic() || c == '-');
            let latin = japanese.split(letters).filter(|word| !word.is_empty());
            latin.for_each(|word| assert!(LATIN.contains(&word), "{name}: {word} in {japanese}"));
        }
    }
}

#[test]
fn no_problem_is_longer_than_two_lines_and_two() {
    let half = |c: char| if c.is_ascii() { 1 } else { 2 };
    for (name, ja, en) in both() {
        for japanese in parts(&ja) {
            let kanji = japanese.chars().map(half).sum::<usize>().div_ceil(2);
            assert!(kanji <= KANJI, "{name}: {kanji} kanji: {japanese}");
        }
        for english in parts(&en) {
            assert!(english.len() <= LETTERS, "{name}: {} letters: {english}", english.len());
        }
    }
}

#[test]
fn every_problem_ends_in_what_to_do() {
    for (name, ja, en) in both() {
        assert!(ja.next_step.ends_with("ください"), "{name}: {}", ja.next_step);
        let last = en.next_step.rsplit(". ").next().expect("a sentence").to_lowercase();
        let first_word = |clause: &str| clause.split(' ').next().is_some_and(|word| VERBS.contains(&word));
        assert!(last.split([',', ':']).any(|clause| first_word(clause.trim())), "{name}: {}", en.next_step);
    }
}

#[test]
fn what_is_not_known_here_is_never_said_to_be_none() {
    let of = |problem: &'static str| both().into_iter().filter(move |(name, ..)| *name == problem);
    for (name, ja, en) in of("NothingStored").chain(of("FoundGone")) {
        assert!(ja.next_step.contains("「病気・アレルギーなし」ではありません"), "{name}");
        assert!(en.next_step.contains("does not mean \"no illness, no allergy\""), "{name}");
    }
    for (_, ja, en) in of("PartUnavailable") {
        assert!(ja.next_step.contains("「なし」ではありません") && en.next_step.contains("does not mean \"none\""));
    }
}
