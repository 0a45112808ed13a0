//! The drug that a product's name begins with.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::{DRUGS, Drug};
use crate::table::{folded, is_katakana};

/// The drug whose name begins the text; the longest name wins, so that 「ヒューマログミックス」 is not 「ヒューマログ」.
pub fn by_name(text: &str) -> Option<&'static Drug> {
    let text = folded(text);
    let text = ["【般】", "[般]", "(般)"].iter().find_map(|mark| text.strip_prefix(mark)).unwrap_or(&text);
    let text = without_strength(text);
    beginning(text).or_else(|| PREFIXES.iter().find_map(|prefix| beginning(text.strip_prefix(prefix)?)))
}

/// What a name may begin with before the drug: how it is given, to whom, and the makers of Kampo extracts.
const PREFIXES: [&str; 12] = [
    "注射用",
    "経口用",
    "小児用",
    "ツムラ",
    "クラシエ",
    "コタロー",
    "オースギ",
    "三和",
    "ジュンコウ",
    "マツウラ",
    "本草",
    "jps",
];

/// The names by their first letter.
static NAMES: LazyLock<HashMap<char, Vec<(&'static Drug, &'static str)>>> = LazyLock::new(|| {
    let mut names: HashMap<char, Vec<(&'static Drug, &'static str)>> = HashMap::new();
    for drug in DRUGS.iter() {
        for name in &drug.names {
            names.entry(name.chars().next().unwrap_or_default()).or_default().push((drug, name));
        }
    }
    names
});

fn beginning(text: &str) -> Option<&'static Drug> {
    let names = NAMES.get(&text.chars().next()?)?;
    let found = names.iter().filter(|(drug, name)| begins(text, name, drug)).max_by_key(|(_, name)| name.len());
    found.map(|(drug, _)| *drug)
}

/// Some products begin with their strength: 「5mgセルシン錠」.
fn without_strength(text: &str) -> &str {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let unit = ["mg", "μg", "g", "%"].iter().find_map(|unit| rest.strip_prefix(unit));
    if rest.len() < text.len() { unit.unwrap_or(text) } else { text }
}

/// Whether the text is this name, followed by nothing that could make it another drug.
fn begins(text: &str, name: &str, drug: &Drug) -> bool {
    let Some(rest) = text.strip_prefix(name) else { return false };
    let combination = text.contains("配合") || rest.starts_with(['・', '/', '+', ',']);
    let known_combination = drug.generic.contains('・') || name.contains("配合");
    (!combination || known_combination) && ends_the_name(rest)
}

/// Words that may follow a drug's name in katakana without making it another drug: forms, devices, salts.
const FOLLOWERS: [&str; 50] = [
    "テープ",
    "カプセル",
    "シロップ",
    "ドライシロップ",
    "ゲル",
    "クリーム",
    "ローション",
    "パッチ",
    "スプレー",
    "エアゾール",
    "エアー",
    "キット",
    "シリンジ",
    "ペン",
    "カート",
    "バッグ",
    "フレックス",
    "ソロスター",
    "ミリオペン",
    "イノレット",
    "ペンフィル",
    "オプティクリック",
    "エリプタ",
    "ディスカス",
    "ロタディスク",
    "ネブライザ",
    "タービュヘイラー",
    "レスピマット",
    "ナトリウム",
    "カリウム",
    "カルシウム",
    "マグネシウム",
    "メシル",
    "マレイン",
    "フマル",
    "コハク",
    "ザイディス",
    "エキス",
    "インヘラー",
    "フィルム",
    "ゼリー",
    "パップ",
    "サポ",
    "ツイストヘラー",
    "スイングヘラー",
    "クリックヘラー",
    "エアロスフィア",
    "オートインジェクター",
    "オートクリックス",
    "シュアパル",
];

fn ends_the_name(rest: &str) -> bool {
    let letters = rest.starts_with(|c: char| is_katakana(c) || c == '-');
    !letters || FOLLOWERS.iter().any(|word| rest.starts_with(word))
}
