//! `alerts_table.txt`: products as documents name them, and what each raises.

use std::fmt::Write;

use kakari_record::alerts::{AlertKind, tag_for};
use kakari_record::codes;
use kakari_record::language::Language;
use kakari_record::model::Medicine;

use crate::alerts::{coded, fired, medicine};

const TABLE: &str = include_str!("alerts_table.txt");

fn lines() -> impl Iterator<Item = (&'static str, &'static str)> {
    TABLE.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(" → "))
}

/// The product that a line names: by its text, or by a code of a product whose name says nothing.
fn product(words: &str) -> Medicine {
    let system = |prefix: &str| match prefix {
        "yj" => Some(codes::YJ),
        "general" => Some(codes::GENERAL_NAME),
        "hot9" => Some(codes::HOT9),
        "atc" => Some(codes::ATC),
        _ => None,
    };
    let code = words.split_once(':').and_then(|(prefix, code)| Some((system(prefix)?, code)));
    code.map_or_else(|| medicine(words), |(system, code)| coded("先発品A", system, code))
}

fn short(kind: AlertKind) -> &'static str {
    match kind {
        AlertKind::AutoInjector => "自己注射",
        AlertKind::Anticoagulant => "抗凝固",
        AlertKind::Antiplatelet => "抗血小板",
        AlertKind::Insulin => "インスリン",
        AlertKind::Sulfonylurea => "SU",
        AlertKind::Opioid => "オピオイド",
        AlertKind::Antiepileptic => "てんかん",
        AlertKind::Steroid => "ステロイド",
        AlertKind::BetaBlocker => "β遮断",
        AlertKind::Immunosuppressant => "免疫",
        AlertKind::Dialysis => "透析",
        other => other.label(Language::Japanese),
    }
}

/// 「抗凝固」, 「–」, 「– [β遮断(点眼)]」.
fn raised(words: &str) -> String {
    let medicine = product(words);
    let tag = tag_for(&medicine, Language::Japanese);
    let kinds: Vec<&str> = fired(medicine).into_iter().map(short).collect();
    match (kinds.is_empty(), tag) {
        (true, None) => "–".into(),
        (true, Some(tag)) => format!("– [{tag}]"),
        _ => kinds.join("、"),
    }
}

#[test]
fn every_product_raises_what_its_line_says() {
    let mut wrong = String::new();
    for (words, expected) in lines() {
        let found = raised(words);
        if found != expected {
            writeln!(wrong, "{words} → {found}, not {expected}").expect("a line");
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn the_table_is_long_enough_and_has_its_look_alikes() {
    assert!(lines().count() >= 600);
    assert!(lines().filter(|(_, expected)| *expected == "–").count() >= 200);
    let written = TABLE.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).count();
    assert_eq!(written, lines().count(), "a line without an arrow is not read");
}
