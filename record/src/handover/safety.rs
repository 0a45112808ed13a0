//! Allergies and contraindicated drugs aloud. What is critical on the strip is never left out.

use chrono::NaiveDate;

use super::aloud::{self, aloud, list};
use super::standing::{all_differences, disputes, none_for, sentence};
use crate::alerts::weight;
use crate::display;
use crate::model::{Allergy, Severity, Subject, Summary, Verification};

/// How many allergies are told with their reactions beside the grave ones, which are all told.
const MOST: usize = 3;

/// Grave ones first; of those left over the number and the names.
pub(super) fn allergies(summary: &Summary, today: NaiveDate) -> String {
    let block = &summary.allergies.block;
    let mut items: Vec<&Allergy> = block.items().iter().collect();
    items.sort_by_key(|item| weight(item));
    let grave = items.iter().filter(|item| weight(item) < 2).count();
    let (said, left) = items.split_at(items.len().min(grave.max(MOST)));
    let mut words = sentence(Subject::Allergies, block, today).unwrap_or_default();
    if !said.is_empty() {
        let all: Vec<String> = said.iter().map(|item| one(item, true)).collect();
        words = format!("アレルギーは{}件。{}です。", items.len(), all.join("。"));
    }
    words
        + &rest(left, "件")
        + &none_for(summary, today)
        + &disputes(summary, Subject::Allergies, today)
        + &all_differences(&items, name)
}

/// All of them: each is critical. That nothing is recorded is told with the other missing blocks.
pub(super) fn contraindications(summary: &Summary, today: NaiveDate) -> String {
    let items: Vec<&Allergy> = summary.contraindications.items().iter().collect();
    let mut words = String::new();
    if !items.is_empty() {
        let all: Vec<String> = items.iter().map(|item| one(item, false)).collect();
        words = format!("禁忌の薬は{}剤。{}です。", items.len(), all.join("。"));
    }
    words + &disputes(summary, Subject::Contraindications, today) + &all_differences(&items, name)
}

fn name(item: &Allergy) -> String {
    aloud::name(&item.substance.text)
}

/// 「鶏卵でアナフィラキシー、重度」, 「牛乳、反応は不明、未確認」
fn one(item: &Allergy, reaction_matters: bool) -> String {
    if display::says_only_none(item) {
        return "なし、とだけ書かれた未確認の記載".to_owned();
    }
    let reactions: Vec<String> = item.reactions.iter().map(|what| aloud(what)).collect();
    let severity = item.severity.map(|severity| match severity {
        Severity::Mild => "軽度",
        Severity::Moderate => "中等度",
        Severity::Severe => "重度",
    });
    let mut words = name(item);
    if !reactions.is_empty() {
        words = format!("{words}で{}", list(&reactions));
    } else if reaction_matters && severity.is_none() {
        words.push_str("、反応は不明");
    }
    let grave = item.criticality == Some(crate::model::Criticality::High) && severity != Some("重度");
    let marks = [
        severity,
        grave.then_some("重症化のおそれあり"),
        (item.verification == Verification::Unconfirmed).then_some("未確認"),
        item.past.then_some("過去のもの"),
    ];
    for mark in marks.into_iter().flatten() {
        words = format!("{words}、{mark}");
    }
    words
}

fn rest(left: &[&Allergy], counter: &str) -> String {
    if left.is_empty() {
        return String::new();
    }
    let names: Vec<String> = left.iter().map(|item| name(item)).collect();
    format!("ほか{}{counter}、{}です。", left.len(), list(&names))
}
