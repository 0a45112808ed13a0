//! The four values in spoken sentences; none of them can be heard as another.

use chrono::NaiveDate;

use super::aloud::{aloud, day, list};
use crate::display;
use crate::language::Language;
use crate::model::{
    AllergyCategory, Block, Disputed, Identity, Origin, PartialDate, Sex, Stated, Subject, Summary, Unavailability,
    Unlisted,
};

/// 「4月12日に東町内科クリニックで」, as far as it is known.
fn when_and_where(origin: &Origin, today: NaiveDate) -> String {
    let when = origin.recorded.map(|date| format!("{}に", day(date, today))).unwrap_or_default();
    let place = match (&origin.facility, &origin.author) {
        (Some(facility), _) => format!("{}で", aloud(facility)),
        (None, Some(author)) => format!("{}により", aloud(author)),
        (None, None) => String::new(),
    };
    format!("{when}{place}")
}

/// 「なしと、4月12日に東町内科クリニックで確認されています。」
fn none_confirmed(origin: &Origin, today: NaiveDate) -> String {
    let by = when_and_where(origin, today);
    if by.is_empty() {
        return "なしと確認されていますが、誰がいつ確認したかの記載はありません。".to_owned();
    }
    format!("なしと、{by}確認されています。")
}

fn unavailable(why: Unavailability) -> &'static str {
    match why {
        Unavailability::NotOpened => "開封できないため、取得できません。",
        Unavailability::NotPermitted => "閲覧が許可されていないため、取得できません。",
        Unavailability::NotSynced => "この端末に届いていないため、取得できません。",
        Unavailability::NotUnderstood => "この端末では読めない形式のため、取得できません。",
        Unavailability::LeftOut => "この引き継ぎに含めていません。",
        Unavailability::NotOnCard => "カードの写しにはないため、取得できません。",
    }
}

const NOT_RECORDED: &str = "記録がありません。なしという意味ではありません。";

/// What follows 「アレルギーは」 for a block that is not known; `None` for a known one.
fn predicate<T>(block: &Block<T>, today: NaiveDate) -> Option<String> {
    match block {
        Block::Known(_) => None,
        Block::NoneConfirmed(absence) => Some(none_confirmed(&absence.origin, today)),
        Block::NotRecorded => Some(NOT_RECORDED.to_owned()),
        Block::Unavailable(why) => Some(unavailable(*why).to_owned()),
    }
}

/// 「アレルギーは記録がありません。なしという意味ではありません。」; `None` for a known block.
pub(super) fn sentence<T>(subject: Subject, block: &Block<T>, today: NaiveDate) -> Option<String> {
    predicate(block, today).map(|predicate| format!("{}は、{predicate}", name(subject)))
}

/// What a block is called aloud.
pub(super) fn name(subject: Subject) -> &'static str {
    match subject {
        Subject::Conditions => "病名、既往",
        Subject::Medicines => "服用中の薬",
        Subject::Contraindications => "薬の禁忌",
        other => other.title(Language::Japanese),
    }
}

/// 「食物アレルギーはなしと、4月12日に東町内科クリニックで確認されています。」 for each category that was confirmed.
pub(super) fn none_for(summary: &Summary, today: NaiveDate) -> String {
    let one = |(category, origin): (&AllergyCategory, &Origin)| {
        format!("{}アレルギーは、{}", kind_of(category), none_confirmed(origin, today))
    };
    summary.allergies.none_for.iter().map(|none| one((&none.category, &none.origin))).collect()
}

fn kind_of(category: &AllergyCategory) -> String {
    match category {
        AllergyCategory::Unknown => "種別不明の".to_owned(),
        category => aloud(display::category(category, Language::Japanese)),
    }
}

/// 「ただし、5月1日に北町医院で、アレルギーなしとされています。記載が一致していません。」 for each statement of "none" about the block;
/// 「アレルギーには、ほかにも記載がありますが、閲覧が許可されていないため、取得できません。」 for a list that is not all.
pub(super) fn disputes(summary: &Summary, subject: Subject, today: NaiveDate) -> String {
    let one = |dispute: &Disputed| {
        let what = match &dispute.category {
            Some(category) => format!("{}アレルギー", kind_of(category)),
            None => name(subject).to_owned(),
        };
        let by = when_and_where(&dispute.absence.origin, today);
        let by = if by.is_empty() { by } else { format!("{by}、") };
        format!("ただし{by}{what}はなしとされています。記載が一致していません。")
    };
    let rest = |rest: &Unlisted| format!("{}には、ほかにも記載がありますが、{}", name(subject), unavailable(rest.why));
    let disputes = summary.disputed.iter().filter(|dispute| dispute.subject == subject).map(one);
    let unlisted = summary.unlisted.iter().filter(|rest| rest.subject == subject).map(rest);
    disputes.chain(unlisted).collect()
}

/// 「牛乳は、ひがし薬局の記載では、否定です。」 for each other document that says it otherwise.
pub(super) fn differences(name: &str, origin: &Origin) -> String {
    let one = |other: &crate::model::AlsoStated| {
        let who = other.facility.as_ref().or(other.author.as_ref());
        let who = who.map_or_else(|| "別の".to_owned(), |who| format!("{}の", aloud(who)));
        let differs = aloud(other.differs.as_deref()?);
        Some(format!("{name}は、{who}記載では、{differs}です。"))
    };
    origin.also.iter().filter_map(one).collect()
}

/// The differences of many items.
pub(super) fn all_differences<T: Stated>(items: &[&T], name: impl Fn(&T) -> String) -> String {
    items.iter().map(|item| differences(&name(item), item.origin())).collect()
}

/// One sentence for all blocks that share a value: 「体内機器、透析は、記録がなく不明です。」 Allergies have a sentence of their own;
/// of infections and communication it is told only that they cannot be had, of the blocks that no script tells only that
/// they were left out.
pub(super) fn missing(summary: &Summary, today: NaiveDate) -> String {
    let mut said: Vec<(String, Vec<String>)> = Vec::new();
    let mut add = |subject: Subject, predicate: Option<String>| {
        let Some(predicate) = predicate else { return };
        let name = name(subject).to_owned();
        match said.iter_mut().find(|(known, _)| *known == predicate) {
            Some((_, names)) => names.push(name),
            None => said.push((predicate, vec![name])),
        }
    };
    add(Subject::Medicines, in_short(&summary.medicines, today));
    add(Subject::Contraindications, in_short(&summary.contraindications, today));
    add(Subject::Conditions, in_short(&summary.conditions, today));
    add(Subject::Procedures, left_out(&summary.procedures));
    add(Subject::Devices, in_short(&summary.devices, today));
    add(Subject::Dialysis, in_short(&summary.dialysis, today));
    let silent = matches!(summary.pregnancy, Block::NotRecorded) && !may_be_pregnant(&summary.identity, today);
    add(Subject::Pregnancy, in_short(&summary.pregnancy, today).filter(|_| !silent));
    add(Subject::Directives, in_short(&summary.directives, today));
    add(Subject::Doctors, in_short(&summary.doctors, today));
    add(Subject::Infections, veiled(&summary.infections, today));
    add(Subject::Communication, veiled(&summary.communication, today));
    add(Subject::Labs, left_out(&summary.labs));
    add(Subject::Baseline, left_out(&summary.baseline));
    add(Subject::Contacts, left_out(&summary.contacts));
    said.into_iter().map(|(predicate, names)| format!("{}は、{predicate}", list(&names))).collect()
}

/// [`predicate`] of a block that cannot be had.
fn veiled<T>(block: &Block<T>, today: NaiveDate) -> Option<String> {
    predicate(block, today).filter(|_| matches!(block, Block::Unavailable(_)))
}

/// Of a block that the crew left out, that alone.
fn left_out<T>(block: &Block<T>) -> Option<String> {
    let why = Unavailability::LeftOut;
    matches!(block, Block::Unavailable(found) if *found == why).then(|| unavailable(why).to_owned())
}

/// As [`predicate`], with fewer words for what is not recorded; they cannot be heard as "none" either.
fn in_short<T>(block: &Block<T>, today: NaiveDate) -> Option<String> {
    match block {
        Block::NotRecorded => Some("記録がなく不明です。".to_owned()),
        _ => predicate(block, today),
    }
}

/// Whether it is worth a breath that nothing is recorded of a pregnancy: not for men, children and the old.
fn may_be_pregnant(identity: &Identity, today: NaiveDate) -> bool {
    let age = |birth: PartialDate| i32::from(PartialDate::from(today).year()) - i32::from(birth.year());
    identity.sex != Sex::Male && identity.birth_date.is_none_or(|birth| (10..=60).contains(&age(birth)))
}
