//! Which drug a product is: general name and class, from `assets/tables/formulary.csv`.
//!
//! A name that is not in the table yields nothing; nothing is guessed from a part of a name.

use std::sync::LazyLock;

use crate::codes;
use crate::model::{Coded, Medicine};
use crate::table::{self, folded, is_katakana};

/// One drug of the table.
#[derive(Debug, PartialEq, Eq)]
pub struct Drug {
    /// General name to show: 「ワルファリンカリウム」. Parts of a combination are joined by 「・」.
    pub generic: &'static str,
    /// Class word: 「抗凝固」, 「降圧(Ca拮抗)」.
    pub class: &'static str,
    /// Brands, the most usual first; empty where the general name is the usual one.
    pub brands: Vec<&'static str>,
    /// First seven characters of the YJ code (class, ingredient, route); empty where they are not certain.
    pub yj: &'static str,
    /// The names by which a product begins, folded: brands, general name, and its stem without salt.
    names: Vec<String>,
}

static DRUGS: LazyLock<Vec<Drug>> = LazyLock::new(|| {
    table::rows(include_str!("../../assets/tables/formulary.csv"))
        .map(|[generic, stem, brands, yj, class]| {
            let brands: Vec<&str> = brands.split('/').filter(|brand| !brand.is_empty()).collect();
            let names = brands.iter().chain([&generic, &stem]).filter(|name| !name.is_empty());
            Drug { names: names.map(|name| folded(name)).collect(), generic, class, brands, yj }
        })
        .collect()
});

/// Every drug of the table.
pub fn drugs() -> &'static [Drug] {
    &DRUGS
}

/// The drug that a medicine is, by its YJ code and by its name. When the two name different drugs there is no answer:
/// one of them is wrong, and the sender's own words are shown instead.
pub fn drug_of(medicine: &Medicine) -> Option<&'static Drug> {
    match (by_code(&medicine.product), by_name(&medicine.product.text)) {
        (Some(coded), Some(named)) if coded.generic != named.generic => None,
        (coded, named) => named.or(coded),
    }
}

/// The class word of a medicine: 「降圧(Ca拮抗)」.
pub fn class_of(medicine: &Medicine) -> Option<&'static str> {
    let stated = || medicine.generic.as_deref().and_then(by_name);
    drug_of(medicine).or_else(stated).map(|drug| drug.class)
}

fn by_code(product: &Coded) -> Option<&'static Drug> {
    let code = product.code_in(codes::YJ)?;
    DRUGS.iter().find(|drug| !drug.yj.is_empty() && code.starts_with(drug.yj))
}

/// The drug whose name begins the text; the longest name wins, so that 「ヒューマログミックス」 is not 「ヒューマログ」.
pub fn by_name(text: &str) -> Option<&'static Drug> {
    let text = folded(text);
    let text = ["【般】", "[般]", "(般)"].iter().find_map(|mark| text.strip_prefix(mark)).unwrap_or(&text);
    let text = without_strength(text);
    let names = DRUGS.iter().flat_map(|drug| drug.names.iter().map(move |name| (drug, name)));
    let found = names.filter(|(drug, name)| begins(text, name, drug)).max_by_key(|(_, name)| name.len());
    found.map(|(drug, _)| drug)
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
const FOLLOWERS: [&str; 40] = [
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
];

fn ends_the_name(rest: &str) -> bool {
    let letters = rest.starts_with(|c: char| is_katakana(c) || c == '-');
    !letters || FOLLOWERS.iter().any(|word| rest.starts_with(word))
}
