//! Conditions, devices, dialysis, pregnancy, infections and communication aloud.

use chrono::NaiveDate;

use super::aloud::{self, aloud, day, list};
use super::standing::{all_differences, disputes};
use crate::display;
use crate::language::Language;
use crate::model::{
    Communication, CommunicationKind, Condition, ConditionStatus, Device, DeviceKind, Dialysis, Infection, Pregnancy,
    Subject, Summary,
};

/// How many conditions are told at first; more are told by number and name.
const MOST: usize = 5;

/// Present ones, then those that are over. That nothing is recorded is told with the other missing blocks.
pub(super) fn conditions(summary: &Summary, today: NaiveDate) -> String {
    let over = |item: &&Condition| !matches!(item.status, ConditionStatus::Active | ConditionStatus::Unknown);
    let (past, present): (Vec<&Condition>, Vec<&Condition>) = summary.conditions.items().iter().partition(over);
    let (said, left) = present.split_at(present.len().min(MOST));
    let mut words = String::new();
    for (title, items) in [("病名は、", said), ("", left), ("既往は、", past.as_slice())] {
        if items.is_empty() {
            continue;
        }
        let names: Vec<String> = items.iter().map(|item| name(item)).collect();
        let title = if title.is_empty() { format!("ほか{}件、", items.len()) } else { title.to_owned() };
        words += &format!("{title}{}です。", list(&names));
    }
    let all: Vec<&Condition> = present.into_iter().chain(past).collect();
    words + &disputes(summary, Subject::Conditions, today) + &all_differences(&all, name)
}

/// 「心房細動」, 「肺炎の疑い」, 「乳がん、寛解」
fn name(item: &Condition) -> String {
    let status = match item.status {
        ConditionStatus::Remission => "、寛解",
        ConditionStatus::Inactive => "、現在は活動なし",
        ConditionStatus::Active | ConditionStatus::Unknown | ConditionStatus::Resolved => "",
    };
    format!("{}{status}", aloud::name(&display::condition(item, Language::Japanese).main))
}

/// Everything about the body that changes what the hospital prepares; blocks that are not known are told elsewhere.
pub(super) fn body(summary: &Summary, today: NaiveDate) -> String {
    let shunt_is_said = summary.dialysis.items().iter().any(|item| item.shunt.is_some());
    let twice = |item: &&Device| shunt_is_said && item.kind == DeviceKind::DialysisShunt;
    let devices: Vec<&Device> = summary.devices.items().iter().filter(|item| !twice(item)).collect();
    let dialysis: Vec<&Dialysis> = summary.dialysis.items().iter().collect();
    let pregnancies: Vec<&Pregnancy> = summary.pregnancy.items().iter().collect();
    let positive: Vec<&Infection> = summary.infections.items().iter().filter(|item| item.positive).collect();
    let needs: Vec<&Communication> = summary.communication.items().iter().collect();
    let device = |item: &Device| aloud(&display::device(item, Language::Japanese).main);
    let infection = |item: &Infection| aloud(&format!("{} {}", item.name, item.result));
    [
        row("体内機器は、", &devices, device),
        disputes(summary, Subject::Devices, today),
        row("透析は、", &dialysis, treatment),
        disputes(summary, Subject::Dialysis, today),
        row("", &pregnancies, |item| expecting(item, today)),
        disputes(summary, Subject::Pregnancy, today),
        row("感染症は、", &positive, infection),
        disputes(summary, Subject::Infections, today),
        row("意思疎通は、", &needs, need),
        disputes(summary, Subject::Communication, today),
        all_differences(&devices, device),
        all_differences(&dialysis, treatment),
        all_differences(&pregnancies, |_| "妊娠".to_owned()),
        all_differences(&positive, |item| aloud(&item.name)),
        all_differences(&needs, need),
    ]
    .concat()
}

/// What the need is; a language is heard as one.
fn need(item: &Communication) -> String {
    match item.kind {
        CommunicationKind::Language => aloud(&item.text),
        _ => aloud(&display::communication(item, Language::Japanese).main),
    }
}

fn row<T>(title: &str, items: &[&T], name: impl Fn(&T) -> String) -> String {
    let names: Vec<String> = items.iter().map(|item| name(item)).collect();
    if names.is_empty() { String::new() } else { format!("{title}{}です。", list(&names)) }
}

/// 「血液透析、シャントは左前腕、月水金 午前、北町透析クリニック」
fn treatment(item: &Dialysis) -> String {
    let mut words = aloud(&item.name);
    if let Some(arm) = &item.shunt {
        words = format!("{words}、シャントは{}", aloud(arm));
    }
    for part in [&item.schedule, &item.centre].into_iter().flatten() {
        words = format!("{words}、{}", aloud(part));
    }
    words
}

/// 「妊娠しています、分娩予定日は2027年1月8日」, the sender's own words where they say that she is pregnant.
fn expecting(item: &Pregnancy, today: NaiveDate) -> String {
    let due = item.due.map_or_else(|| "予定日の記載なし".to_owned(), |due| format!("分娩予定日は{}", day(due, today)));
    match item.note.as_deref().map(aloud).filter(|note| !note.is_empty()) {
        Some(note) if note.contains("妊娠") => format!("{note}、{due}"),
        Some(note) => format!("妊娠しています、{due}、{note}"),
        None => format!("妊娠しています、{due}"),
    }
}
