//! The whole summary as plain text, for the command line and the hand-over: in Japanese.

use chrono::NaiveDate;

use super::Words;
use super::words::joined;
use crate::alerts::alerts;
use crate::language::Language;
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
        return vec![super::consent(&summary.consent, Language::Japanese)];
    }
    let mut lines = head(&summary.identity, today);
    let written = super::relative_day(super::day_of(summary.as_of).into(), today, Language::Japanese);
    lines.push(joined(&[Some(format!("情報 {written}")), summary.source.clone()]));
    lines.push(super::consent(&summary.consent, Language::Japanese));
    lines.push("【注意】".to_owned());
    let found = alerts(summary, Language::Japanese);
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
    let birth = identity
        .birth_date
        .map_or_else(|| "生年月日 未記録".to_owned(), |birth| super::birth_date(birth, Language::Japanese));
    let optional = [
        identity.number.as_ref().map(super::common_number),
        identity.address.clone(),
        (!identity.phones.is_empty()).then(|| identity.phones.join(" / ")),
        identity
            .blood_type
            .as_ref()
            .map(|blood| format!("血液型 {} ({})", blood.text, super::origin(&blood.origin, Language::Japanese))),
    ];
    let mut lines: Vec<String> = identity.kana.iter().cloned().collect();
    lines.push(identity.name.clone());
    lines.push(format!("{} {birth}", super::sex_age(identity, today, Language::Japanese)));
    lines.extend(optional.into_iter().flatten());
    lines
}

fn safety(page: &mut Page<'_>, today: NaiveDate) {
    let summary = page.summary;
    page.section(Subject::Allergies, &summary.allergies.block, |item| super::allergy(item, Language::Japanese));
    for none in &summary.allergies.none_for {
        page.lines.push(format!("  {}{}", mark(&none.origin), super::none_of_category(none, Language::Japanese)));
    }
    page.section(Subject::Contraindications, &summary.contraindications, |item| {
        super::contraindication(item, Language::Japanese)
    });
    page.section(Subject::Medicines, &summary.medicines, |item| medicine(item, today));
    page.section(Subject::Conditions, &summary.conditions, |item| super::condition(item, Language::Japanese));
}

/// A medicine with its supply on the same line.
fn medicine(medicine: &Medicine, today: NaiveDate) -> Words {
    let words = super::medicine(medicine, Language::Japanese);
    Words { sub: joined(&[Some(words.sub.clone()), Some(super::supply(medicine, today, Language::Japanese))]), ..words }
}

fn body(page: &mut Page<'_>) {
    let summary = page.summary;
    page.section(Subject::Procedures, &summary.procedures, |item| super::procedure(item, Language::Japanese));
    page.section(Subject::Devices, &summary.devices, |item| super::device(item, Language::Japanese));
    page.section(Subject::Dialysis, &summary.dialysis, |item| super::dialysis(item, Language::Japanese));
    page.section(Subject::Pregnancy, &summary.pregnancy, |item| super::pregnancy(item, Language::Japanese));
    page.section(Subject::Infections, &summary.infections, |item| super::infection(item, Language::Japanese));
    page.section(Subject::Labs, &summary.labs, |item| super::lab(item, Language::Japanese));
    page.section(Subject::Baseline, &summary.baseline, |item| super::baseline(item, Language::Japanese));
    page.section(Subject::Communication, &summary.communication, |item| super::communication(item, Language::Japanese));
}

fn people(page: &mut Page<'_>) {
    let summary = page.summary;
    page.section(Subject::Directives, &summary.directives, |item| super::directive(item, Language::Japanese));
    page.section(Subject::Doctors, &summary.doctors, |item| super::doctor(item, Language::Japanese));
    page.section(Subject::Contacts, &summary.contacts, |item| super::contact(item, Language::Japanese));
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
        lines.extend(super::standing(subject, block, Language::Japanese).map(|sentence| format!("  {said}{sentence}")));
        if let Block::NoneConfirmed(absence) = block {
            lines.extend(
                super::also_stated(&absence.origin, Language::Japanese)
                    .into_iter()
                    .map(|other| format!("      ほか {other}")),
            );
        }
        let hidden = |item: &&T| untold == Untold::Hidden && item.origin().untold;
        let (hidden, seen): (Vec<&T>, Vec<&T>) = block.items().iter().partition(hidden);
        for item in seen {
            lines.push(row(&words(item), item.origin()));
            lines.extend(
                super::also_stated(item.origin(), Language::Japanese)
                    .into_iter()
                    .map(|other| format!("      ほか {other}")),
            );
        }
        let disputes = summary.disputed.iter().filter(|dispute| dispute.subject == subject);
        let disputed = |one: &Disputed| {
            format!("  ? {}{}", mark(&one.absence.origin), super::disputed(one, Language::Japanese).line())
        };
        lines.extend(disputes.map(disputed));
        let rest = summary.unlisted.iter().filter(|rest| rest.subject == subject);
        lines.extend(rest.map(|rest| format!("  ? {}", super::unlisted(rest, Language::Japanese).line())));
        if !hidden.is_empty() {
            lines.push(format!("  表示していない項目 {}件", hidden.len()));
        }
    }
}

fn mark(origin: &Origin) -> &'static str {
    if origin.untold { UNTOLD } else { "" }
}

fn title(subject: Subject) -> String {
    format!("【{}】", subject.title(Language::Japanese))
}

fn row(words: &Words, origin: &Origin) -> String {
    let mark = if words.unknown { "?" } else { "-" };
    format!("  {mark} {}{} [{}]", self::mark(origin), words.line(), super::origin(origin, Language::Japanese))
}
