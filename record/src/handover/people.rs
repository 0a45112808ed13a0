//! Who it is, directives, doctors, the source, and the read-back aloud.

use chrono::NaiveDate;

use super::aloud::{aloud, day, list};
use super::medicines::class;
use super::standing::{all_differences, disputes};
use crate::alerts::{AlertKind, alerts};
use crate::display;
use crate::language::Language;
use crate::model::{Block, Directive, Identity, PrimaryDoctor, Sex, Subject, Summary, Unavailability};

/// How many doctors are told with department and name.
const MOST: usize = 2;

/// 「タカハシ イチロウさん、82歳、男性、昭和19年3月5日生まれです。」
pub(super) fn who(identity: &Identity, today: NaiveDate) -> String {
    let birth = match identity.birth_date {
        Some(birth) => format!("{}生まれです。", spoken_birth(&display::birth_date(birth, Language::Japanese))),
        None => "生年月日は記載がありません。".to_owned(),
    };
    format!("{}、{birth}", called(identity, today))
}

/// Name, age and sex.
fn called(identity: &Identity, today: NaiveDate) -> String {
    let name = aloud(identity.kana.as_deref().unwrap_or(&identity.name));
    let age = identity
        .birth_date
        .map_or_else(|| "年齢不明".to_owned(), |birth| aloud(&display::age(birth, today, Language::Japanese)));
    let sex = match identity.sex {
        Sex::Other => "性別はその他",
        other => display::sex(other, Language::Japanese),
    };
    format!("{name}さん、{age}、{sex}")
}

/// 「昭和15年(1940) 3月5日」 without the year in brackets, which would be said twice.
fn spoken_birth(written: &str) -> String {
    let (before, after) = written.split_once('(').unwrap_or((written, ""));
    let after = after.split_once(')').map_or("", |(_, after)| after);
    aloud(&format!("{}{}", before.replace('・', "または"), after.trim_start()))
}

/// That documents exist and where; never their titles, which may say what they decide.
pub(super) fn directives(summary: &Summary, today: NaiveDate) -> String {
    let items: Vec<&Directive> = summary.directives.items().iter().collect();
    let mut words = String::new();
    if !items.is_empty() {
        words = "事前指示の文書があります。".to_owned();
        words += &items.iter().map(|item| details(item, today)).collect::<String>();
    }
    words + &disputes(summary, Subject::Directives, today) + &all_differences(&items, |_| "事前指示".to_owned())
}

fn details(item: &Directive, today: NaiveDate) -> String {
    let parts = [
        item.date.map(|date| format!("{}付け", day(date, today))),
        item.kept_at.as_ref().map(|place| format!("保管は{}", aloud(place))),
        item.doctor.as_ref().map(|doctor| format!("問い合わせは{}先生", aloud(doctor))),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { String::new() } else { format!("{}です。", list(&parts)) }
}

/// 「かかりつけは、東町内科クリニックの鈴木 由美先生です。」; of those left over number and places.
pub(super) fn doctors(summary: &Summary, today: NaiveDate) -> String {
    let items: Vec<&PrimaryDoctor> = summary.doctors.items().iter().collect();
    let (said, left) = items.split_at(items.len().min(MOST));
    let mut words: String = said.iter().map(|item| doctor(item)).collect();
    if !left.is_empty() {
        let names: Vec<String> = left.iter().map(|item| place(item)).collect();
        words += &format!("ほか{}名、{}です。", left.len(), list(&names));
    }
    words + &disputes(summary, Subject::Doctors, today) + &all_differences(&items, place)
}

fn doctor(item: &PrimaryDoctor) -> String {
    let place = item.clinic.as_deref().or(item.department.as_deref()).map(aloud);
    let who = match (place, item.doctor.as_deref().map(aloud)) {
        (Some(place), Some(doctor)) => format!("{place}の{doctor}先生"),
        (Some(place), None) => place,
        (None, Some(doctor)) => format!("{doctor}先生"),
        (None, None) => "名前の記載なし".to_owned(),
    };
    format!("{}は、{who}です。", role(&item.role))
}

/// 「専門医(糖尿病)」 is a 「糖尿病の専門医」.
fn role(written: &str) -> String {
    let written = written.strip_suffix(" (occupation)").unwrap_or(written);
    match written.strip_suffix(')').and_then(|role| role.split_once('(')) {
        Some((role, field)) => format!("{}の{}", aloud(field), aloud(role)),
        None => aloud(written),
    }
}

fn place(item: &PrimaryDoctor) -> String {
    aloud(item.clinic.as_deref().or(item.doctor.as_deref()).unwrap_or(&item.role))
}

/// 「情報は7か月前、東町内科クリニックの4月12日のものです。」
pub(super) fn source(summary: &Summary, today: NaiveDate) -> String {
    let written = display::day_of(summary.as_of);
    let source = summary.source.as_deref().map(|source| format!("{}の", aloud(source))).unwrap_or_default();
    let on = day(written.into(), today);
    if written > today {
        return format!("情報は{source}{on}付けで、今日より後の日付です。時計を確かめてください。");
    }
    format!("情報は{}、{source}{on}のものです。", ago(written, today))
}

/// 「今日」, 「昨日」, 「4日前」, 「7か月前」, 「2年前」
fn ago(written: NaiveDate, today: NaiveDate) -> String {
    let words = display::relative_day(written.into(), today, Language::Japanese);
    words.split('(').next().unwrap_or(&words).to_owned()
}

/// Name, age, sex and every alert, the critical ones with what they were read from.
pub(super) fn read_back(summary: &Summary, today: NaiveDate) -> String {
    let said = alerts(summary, Language::Japanese).into_iter().map(|alert| match alert.kind {
        AlertKind::Contraindication => format!("禁忌の薬、{}", aloud(&alert.reason)),
        AlertKind::Anaphylaxis | AlertKind::SevereAllergy => format!("{}、{}", alert.label, aloud(&alert.reason)),
        // 「ペースメーカー・ICD」 would be heard as both.
        AlertKind::CardiacDevice | AlertKind::Infection => aloud(&alert.reason),
        AlertKind::Communication => "意思疎通に配慮".to_owned(),
        kind => class(kind).to_owned(),
    });
    let said: Vec<String> = said.collect();
    let who = called(&summary.identity, today);
    let alerts = if said.is_empty() { String::new() } else { format!("注意は、{}。", list(&said)) };
    format!("復唱をお願いします。{who}。{}{alerts}", allergies(summary))
}

/// How it stands with allergies in a few words, none of which can be heard as "none" by mistake.
fn allergies(summary: &Summary) -> String {
    let disputed = summary.disputed.iter().any(|dispute| dispute.subject == Subject::Allergies);
    match &summary.allergies.block {
        _ if disputed => "アレルギーは記載不一致。".to_owned(),
        Block::Known(items) => {
            let more = summary.unlisted.iter().any(|rest| rest.subject == Subject::Allergies);
            format!("アレルギーは{}件{}。", items.len(), if more { "、ほかにもあり" } else { "" })
        }
        Block::NoneConfirmed(_) => "アレルギーなし、確認済み。".to_owned(),
        Block::Unavailable(Unavailability::LeftOut) => "アレルギーは含めていません。".to_owned(),
        Block::NotRecorded | Block::Unavailable(_) => "アレルギーは不明。".to_owned(),
    }
}
