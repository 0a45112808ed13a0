//! The whole summary as plain text, for the command line.

use chrono::NaiveDate;

use super::Words;
use super::words::joined;
use crate::alerts::alerts;
use crate::model::{Block, Consent, Identity, Medicine, Origin, Stated, Subject, Summary};

/// Every block of the summary, one line an item, titles in 【】. Each of the four values has its own words, and 未告知
/// items are left out with a neutral line. Of a record whose consent was withdrawn it tells that, and nothing else.
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
    section(lines, summary, Subject::Allergies, &summary.allergies.block, super::allergy);
    lines.extend(summary.allergies.none_for.iter().map(|absence| format!("  {}", super::none_of_category(absence))));
    section(lines, summary, Subject::Contraindications, &summary.contraindications, super::contraindication);
    section(lines, summary, Subject::Medicines, &summary.medicines, |item| medicine(item, today));
    section(lines, summary, Subject::Conditions, &summary.conditions, super::condition);
}

/// A medicine with its supply on the same line.
fn medicine(medicine: &Medicine, today: NaiveDate) -> Words {
    let words = super::medicine(medicine);
    Words { sub: joined(&[Some(words.sub.clone()), Some(super::supply(medicine, today))]), ..words }
}

fn body(summary: &Summary, lines: &mut Vec<String>) {
    section(lines, summary, Subject::Procedures, &summary.procedures, super::procedure);
    section(lines, summary, Subject::Devices, &summary.devices, super::device);
    section(lines, summary, Subject::Dialysis, &summary.dialysis, super::dialysis);
    section(lines, summary, Subject::Pregnancy, &summary.pregnancy, super::pregnancy);
    section(lines, summary, Subject::Infections, &summary.infections, super::infection);
    section(lines, summary, Subject::Labs, &summary.labs, super::lab);
    section(lines, summary, Subject::Baseline, &summary.baseline, super::baseline);
    section(lines, summary, Subject::Communication, &summary.communication, super::communication);
}

fn people(summary: &Summary, lines: &mut Vec<String>) {
    section(lines, summary, Subject::Directives, &summary.directives, super::directive);
    section(lines, summary, Subject::Doctors, &summary.doctors, super::doctor);
    section(lines, summary, Subject::Contacts, &summary.contacts, super::contact);
}

/// One block: its sentence or its items with what others say of them, and who says that there is none.
fn section<T: Stated>(
    lines: &mut Vec<String>,
    summary: &Summary,
    subject: Subject,
    block: &Block<T>,
    words: impl Fn(&T) -> Words,
) {
    lines.push(title(subject));
    lines.extend(super::standing(subject, block).map(|sentence| format!("  {sentence}")));
    if let Block::NoneConfirmed(absence) = block {
        lines.extend(super::also_stated(&absence.origin).into_iter().map(|other| format!("      ほか {other}")));
    }
    let (untold, told): (Vec<&T>, Vec<&T>) = block.items().iter().partition(|item| item.origin().untold);
    for item in told {
        lines.push(row(&words(item), item.origin()));
        lines.extend(super::also_stated(item.origin()).into_iter().map(|other| format!("      ほか {other}")));
    }
    let disputes = summary.disputed.iter().filter(|dispute| dispute.subject == subject);
    lines.extend(disputes.map(|dispute| format!("  ? {}", super::disputed(dispute).line())));
    let rest = summary.unlisted.iter().filter(|rest| rest.subject == subject);
    lines.extend(rest.map(|rest| format!("  ? {}", super::unlisted(rest).line())));
    if !untold.is_empty() {
        lines.push(format!("  表示していない項目 {}件", untold.len()));
    }
}

fn title(subject: Subject) -> String {
    format!("【{}】", subject.title())
}

fn row(words: &Words, origin: &Origin) -> String {
    let mark = if words.unknown { "?" } else { "-" };
    format!("  {mark} {} [{}]", words.line(), super::origin(origin))
}
