//! Medicines aloud: those of high risk with their class, the others by name.

use chrono::NaiveDate;

use super::aloud::{self, day, list};
use super::standing::{all_differences, disputes};
use crate::alerts::{AlertKind, rank_of};
use crate::display;
use crate::language::Language;
use crate::model::{Medicine, MedicineStatus, Subject, Summary};

/// How many medicines of high risk are told with their class; more are told by name.
const MOST: usize = 5;

/// Number, those of high risk with their class, the names of the others, what was stopped, and how old the list is.
/// That nothing is recorded is told with the other missing blocks.
pub(super) fn medicines(summary: &Summary, today: NaiveDate) -> String {
    let items: Vec<&Medicine> = summary.medicines.items().iter().collect();
    let (past, mut now): (Vec<&Medicine>, Vec<&Medicine>) =
        items.iter().partition(|item| item.status == MedicineStatus::Past);
    now.sort_by_key(|item| rank_of(item).map_or((1, None), |kind| (0, Some(kind))));
    let risky = now.iter().filter(|item| rank_of(item).is_some()).count().min(MOST);
    let (said, left) = now.split_at(risky);
    let mut words = Vec::new();
    match (said.is_empty(), left.is_empty()) {
        (true, true) => {}
        (true, false) => words.push(format!("薬は{}剤、{}", now.len(), names(left))),
        (false, true) => words.push(format!("薬は{}剤、{}", now.len(), with_classes(said))),
        (false, false) => {
            words.push(format!("薬は{}剤、うち注意は、{}", now.len(), with_classes(said)));
            words.push(format!("ほか{}剤、{}", left.len(), names(left)));
        }
    }
    if !past.is_empty() {
        words.push(format!("中止または終了は{}剤、{}", past.len(), names(&past)));
    }
    let words: String = words.into_iter().map(|sentence| format!("{sentence}です。")).collect();
    words
        + &newest(summary, &now, today)
        + &disputes(summary, Subject::Medicines, today)
        + &all_differences(&items, name)
}

/// 「抗血小板薬のアスピリン、クロピドグレル硫酸塩」: the class once, before the first of its medicines.
fn with_classes(items: &[&Medicine]) -> String {
    let mut last = None;
    let one = |item: &&Medicine| {
        let kind = rank_of(item);
        let class = kind.filter(|kind| last.replace(*kind) != Some(*kind)).map(class);
        let name = name(item);
        match class {
            // 「インスリン アスパルト」, 「アドレナリン自己注射薬」: one word says both.
            Some(class) if class.contains(&name) => class.to_owned(),
            Some(class) if !name.contains(class) => format!("{class}の{name}"),
            _ => name,
        }
    };
    items.iter().map(one).collect::<Vec<_>>().join("、")
}

/// The class of an alert in a word that can be said before a name.
pub(super) fn class(kind: AlertKind) -> &'static str {
    match kind {
        AlertKind::Sulfonylurea => "血糖降下薬",
        AlertKind::Steroid => "全身ステロイド",
        AlertKind::BetaBlocker => "ベータ遮断薬",
        other => other.label(Language::Japanese),
    }
}

/// The general name; a paused one says so, and one of several substances is heard as one medicine.
fn name(item: &Medicine) -> String {
    let shown = display::medicine(item, Language::Japanese).main;
    let plain = shown.replace("(休薬中)", "").replace("(中止・終了)", "");
    let parts: Vec<String> = plain.split('・').map(aloud::name).collect();
    let joined = if parts.len() > 1 { format!("{}の合剤", parts.join("と")) } else { parts.concat() };
    let paused = if item.status == MedicineStatus::OnHold { "、これは休薬中" } else { "" };
    format!("{joined}{paused}")
}

fn names(items: &[&Medicine]) -> String {
    list(&items.iter().map(|item| name(item)).collect::<Vec<_>>())
}

/// 「薬の記載は新しいもので4月12日です。」 where the newest medicine is of another day than the summary, so that an old list is
/// not heard as today's.
fn newest(summary: &Summary, items: &[&Medicine], today: NaiveDate) -> String {
    let newest = items.iter().filter_map(|item| item.date).max();
    let other = newest.filter(|date| *date != display::day_of(summary.as_of).into());
    other.map_or_else(String::new, |date| format!("薬の記載は新しいもので{}です。", day(date, today)))
}
