//! The whole summary as plain text, for the command line.

use chrono::NaiveDate;

use super::Words;
use super::words::joined;
use crate::alerts::alerts;
use crate::model::{Block, Consent, Disputed, Identity, Medicine, Origin, Stated, Subject, Summary};

/// Every block of the summary, one line an item, titles in 【】. Each of the four values has its own words, and 未告知
/// items are left out with a neutral line. Of a record whose consent was withdrawn it tells that, and nothing else.
pub fn plain(summary: &Summary, today: NaiveDate) -> Vec<String> {
    lines(summary, today, Untold::Hidden)
}

/// As [`plain`], with 未告知 items, each marked by [`UNTOLD`]: for a hospital, never for the patient's eyes.
pub fn plain_untold(summary: &Summary, today: NaiveDate) -> Vec<String> {
    lines(summary, today, Untold::Marked)
}

/// Under the alerts of a hand-over that is not of every section.
pub const ALERTS_LEFT_OUT: &str = "含めていない項目の注意は載せていません";

/// Before what the patient has not been told.
pub const UNTOLD: &str = "【未告知】";

/// What becomes of what the patient has not been told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Untold {
    Hidden,
    Marked,
}

fn lines(summary: &Summary, today: NaiveDate, untold: Untold) -> Vec<String> {
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
    if found.is_empty() && !summary.leaves_out() {
        lines.push("  記載から拾えた注意はありません(なしの確認ではありません)".to_owned());
    }
    if summary.leaves_out() {
        lines.push(format!("  {ALERTS_LEFT_OUT}"));
    }
    let mut page = Page { lines, summary, untold };
    safety(&mut page, today);
    body(&mut page);
    people(&mut page);
    page.lines
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

fn safety(page: &mut Page<'_>, today: NaiveDate) {
    let summary = page.summary;
    page.section(Subject::Allergies, &summary.allergies.block, super::allergy);
    for none in &summary.allergies.none_for {
        page.lines.push(format!("  {}{}", mark(&none.origin), super::none_of_category(none)));
    }
    page.section(Subject::Contraindications, &summary.contraindications, super::contraindication);
    page.section(Subject::Medicines, &summary.medicines, |item| medicine(item, today));
    page.section(Subject::Conditions, &summary.conditions, super::condition);
}

/// A medicine with its supply on the same line.
fn medicine(medicine: &Medicine, today: NaiveDate) -> Words {
    let words = super::medicine(medicine);
    Words { sub: joined(&[Some(words.sub.clone()), Some(super::supply(medicine, today))]), ..words }
}

fn body(page: &mut Page<'_>) {
    let summary = page.summary;
    page.section(Subject::Procedures, &summary.procedures, super::procedure);
    page.section(Subject::Devices, &summary.devices, super::device);
    page.section(Subject::Dialysis, &summary.dialysis, super::dialysis);
    page.section(Subject::Pregnancy, &summary.pregnancy, super::pregnancy);
    page.section(Subject::Infections, &summary.infections, super::infection);
    page.section(Subject::Labs, &summary.labs, super::lab);
    page.section(Subject::Baseline, &summary.baseline, super::baseline);
    page.section(Subject::Communication, &summary.communication, super::communication);
}

fn people(page: &mut Page<'_>) {
    let summary = page.summary;
    page.section(Subject::Directives, &summary.directives, super::directive);
    page.section(Subject::Doctors, &summary.doctors, super::doctor);
    page.section(Subject::Contacts, &summary.contacts, super::contact);
}

/// The lines while they are written.
struct Page<'a> {
    lines: Vec<String>,
    summary: &'a Summary,
    untold: Untold,
}

impl Page<'_> {
    /// One block: its sentence or its items with what others say of them, and who says that there is none.
    fn section<T: Stated>(&mut self, subject: Subject, block: &Block<T>, words: impl Fn(&T) -> Words) {
        let (summary, untold) = (self.summary, self.untold);
        let lines = &mut self.lines;
        lines.push(title(subject));
        let said = if let Block::NoneConfirmed(absence) = block { mark(&absence.origin) } else { "" };
        lines.extend(super::standing(subject, block).map(|sentence| format!("  {said}{sentence}")));
        if let Block::NoneConfirmed(absence) = block {
            lines.extend(super::also_stated(&absence.origin).into_iter().map(|other| format!("      ほか {other}")));
        }
        let hidden = |item: &&T| untold == Untold::Hidden && item.origin().untold;
        let (hidden, seen): (Vec<&T>, Vec<&T>) = block.items().iter().partition(hidden);
        for item in seen {
            lines.push(row(&words(item), item.origin()));
            lines.extend(super::also_stated(item.origin()).into_iter().map(|other| format!("      ほか {other}")));
        }
        let disputes = summary.disputed.iter().filter(|dispute| dispute.subject == subject);
        let disputed = |one: &Disputed| format!("  ? {}{}", mark(&one.absence.origin), super::disputed(one).line());
        lines.extend(disputes.map(disputed));
        let rest = summary.unlisted.iter().filter(|rest| rest.subject == subject);
        lines.extend(rest.map(|rest| format!("  ? {}", super::unlisted(rest).line())));
        if !hidden.is_empty() {
            lines.push(format!("  表示していない項目 {}件", hidden.len()));
        }
    }
}

fn mark(origin: &Origin) -> &'static str {
    if origin.untold { UNTOLD } else { "" }
}

fn title(subject: Subject) -> String {
    format!("【{}】", subject.title())
}

fn row(words: &Words, origin: &Origin) -> String {
    let mark = if words.unknown { "?" } else { "-" };
    format!("  {mark} {}{} [{}]", self::mark(origin), words.line(), super::origin(origin))
}
