//! The whole summary as plain text, for the command line.

use chrono::NaiveDate;

use super::words::joined;
use super::{Subject, Words};
use crate::alerts::alerts;
use crate::model::{Block, Condition, Consent, Identity, Medicine, Summary};

/// Every block of the summary, one line an item, titles in 【】. Each of the four values has its own words, and 未告知
/// conditions are left out with a neutral line. Of a record whose consent was withdrawn it tells that, and nothing else.
pub fn plain(summary: &Summary, today: NaiveDate) -> Vec<String> {
    if matches!(summary.consent, Consent::Withdrawn { .. }) {
        return vec![super::consent(&summary.consent)];
    }
    let mut lines = head(&summary.identity, today);
    let written = super::relative_day(super::day_of(summary.as_of).into(), today);
    lines.push(joined(&[Some(format!("情報 {written}")), summary.source.clone()]));
    lines.push(super::consent(&summary.consent));
    lines.push("【注意】".to_owned());
    let found = alerts(summary);
    lines.extend(found.iter().map(|alert| format!("  {} {}: {}", alert.mark(), alert.label, alert.reason)));
    if found.is_empty() {
        lines.push("  記載から拾えた注意はありません(なしの確認ではありません)".to_owned());
    }
    safety(summary, today, &mut lines);
    body(summary, &mut lines);
    people(summary, &mut lines);
    lines
}

fn head(identity: &Identity, today: NaiveDate) -> Vec<String> {
    let birth = identity.birth_date.map_or_else(|| "生年月日 未記録".to_owned(), super::birth_date);
    let optional = [
        identity.number.as_ref().map(super::common_number),
        identity.address.clone(),
        (!identity.phones.is_empty()).then(|| identity.phones.join(" / ")),
        identity.blood_type.as_ref().map(|blood| format!("血液型 {} ({})", blood.text, super::origin(&blood.origin))),
    ];
    let mut lines: Vec<String> = identity.kana.iter().cloned().collect();
    lines.push(identity.name.clone());
    lines.push(format!("{} {birth}", super::sex_age(identity, today)));
    lines.extend(optional.into_iter().flatten());
    lines
}

fn safety(summary: &Summary, today: NaiveDate, lines: &mut Vec<String>) {
    section(lines, Subject::Allergies, &summary.allergies.block, |item| (super::allergy(item), &item.origin));
    lines.extend(summary.allergies.none_for.iter().map(|absence| format!("  {}", super::none_of_category(absence))));
    section(lines, Subject::Contraindications, &summary.contraindications, |item| {
        (super::contraindication(item), &item.origin)
    });
    section(lines, Subject::Medicines, &summary.medicines, |item| (medicine(item, today), &item.origin));
    let veiled = conditions(lines, &summary.conditions);
    if veiled > 0 {
        lines.push(format!("  表示していない項目 {veiled}件"));
    }
}

/// A medicine with its supply on the same line.
fn medicine(medicine: &Medicine, today: NaiveDate) -> Words {
    let words = super::medicine(medicine);
    Words { sub: joined(&[Some(words.sub.clone()), Some(super::supply(medicine, today))]), ..words }
}

/// Writes the conditions that the patient has been told of; returns how many others there are.
fn conditions(lines: &mut Vec<String>, block: &Block<Condition>) -> usize {
    let (told, untold): (Vec<&Condition>, Vec<&Condition>) = block.items().iter().partition(|item| !item.untold);
    if block.items().is_empty() {
        section(lines, Subject::Conditions, block, |item| (super::condition(item), &item.origin));
    } else {
        lines.push(title(Subject::Conditions));
        lines.extend(told.iter().map(|item| row(&super::condition(item), &item.origin)));
    }
    untold.len()
}

fn body(summary: &Summary, lines: &mut Vec<String>) {
    section(lines, Subject::Procedures, &summary.procedures, |item| (super::procedure(item), &item.origin));
    section(lines, Subject::Devices, &summary.devices, |item| (super::device(item), &item.origin));
    section(lines, Subject::Dialysis, &summary.dialysis, |item| (super::dialysis(item), &item.origin));
    section(lines, Subject::Pregnancy, &summary.pregnancy, |item| (super::pregnancy(item), &item.origin));
    section(lines, Subject::Infections, &summary.infections, |item| (super::infection(item), &item.origin));
    section(lines, Subject::Labs, &summary.labs, |item| (super::lab(item), &item.origin));
    section(lines, Subject::Baseline, &summary.baseline, |item| (super::baseline(item), &item.origin));
    section(lines, Subject::Communication, &summary.communication, |item| (super::communication(item), &item.origin));
}

fn people(summary: &Summary, lines: &mut Vec<String>) {
    section(lines, Subject::Directives, &summary.directives, |item| (super::directive(item), &item.origin));
    section(lines, Subject::Doctors, &summary.doctors, |item| (super::doctor(item), &item.origin));
    section(lines, Subject::Contacts, &summary.contacts, |item| (super::contact(item), &item.origin));
}

fn section<'a, T>(
    lines: &mut Vec<String>,
    subject: Subject,
    block: &'a Block<T>,
    words: impl Fn(&'a T) -> (Words, &'a crate::model::Origin),
) {
    lines.push(title(subject));
    lines.extend(super::standing(subject, block).map(|sentence| format!("  {sentence}")));
    lines.extend(block.items().iter().map(|item| {
        let (words, origin) = words(item);
        row(&words, origin)
    }));
}

fn title(subject: Subject) -> String {
    format!("【{}】", subject.title())
}

fn row(words: &Words, origin: &crate::model::Origin) -> String {
    let mark = if words.unknown { "?" } else { "-" };
    format!("  {mark} {} [{}]", words.line(), super::origin(origin))
}
