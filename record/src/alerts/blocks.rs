//! Alerts from everything but medicines.

use super::AlertKind;
use super::rule::{Names, kinds, takes_back};
use crate::display;
use crate::model::{
    Allergy, Condition, ConditionStatus, Criticality, Device, DeviceKind, Directive, Severity, Summary, Verification,
};

type Finding = (AlertKind, String);

pub(super) fn findings(summary: &Summary) -> Vec<Finding> {
    let allergies = summary.allergies.block.items().iter().chain(summary.contraindications.items());
    let whole = |kind: AlertKind, words: display::Words| (kind, words.main);
    let mut found: Vec<Finding> = allergies.filter_map(allergy).collect();
    found.extend(summary.devices.items().iter().flat_map(device));
    found.extend(summary.conditions.items().iter().flat_map(condition));
    found.extend(summary.dialysis.items().iter().map(|item| whole(AlertKind::Dialysis, display::dialysis(item))));
    found.extend(summary.pregnancy.items().iter().map(|item| (AlertKind::Pregnancy, due(&display::pregnancy(item)))));
    found.extend(summary.directives.items().iter().map(directive));
    let positive = summary.infections.items().iter().filter(|item| item.positive);
    found.extend(positive.map(|item| whole(AlertKind::Infection, display::infection(item))));
    let needs = summary.communication.items().iter();
    found.extend(needs.map(|item| whole(AlertKind::Communication, display::communication(item))));
    found
}

/// Where an allergy belongs among others: 0 an anaphylaxis, 1 severe or of high criticality, 2 any other, 3 one that is
/// over.
pub fn weight(allergy: &Allergy) -> u8 {
    match grade(allergy) {
        _ if allergy.past => 3,
        Some(AlertKind::Anaphylaxis) => 0,
        Some(_) => 1,
        None => 2,
    }
}

/// A past allergy raises nothing; an unconfirmed one does, and says so.
fn allergy(allergy: &Allergy) -> Option<Finding> {
    let kind = grade(allergy).filter(|_| !allergy.past)?;
    let unsure = if allergy.verification == Verification::Unconfirmed { "(未確認)" } else { "" };
    Some((kind, format!("{}{unsure}", allergy.substance.text)))
}

/// How grave an allergy is, whether or not it is over.
fn grade(allergy: &Allergy) -> Option<AlertKind> {
    let mut words = allergy.reactions.iter().chain(&allergy.note).chain([&allergy.substance.text]);
    let anaphylaxis = words.any(|words| !kinds(&Names::of_reaction(words)).is_empty());
    let severe = allergy.severity == Some(Severity::Severe) || allergy.criticality == Some(Criticality::High);
    match anaphylaxis {
        true => Some(AlertKind::Anaphylaxis),
        false => severe.then_some(AlertKind::SevereAllergy),
    }
}

fn device(device: &Device) -> Vec<Finding> {
    let known = match device.kind {
        DeviceKind::Pacemaker | DeviceKind::Defibrillator => Some(AlertKind::CardiacDevice),
        DeviceKind::DialysisShunt => Some(AlertKind::Dialysis),
        DeviceKind::InsulinPump => Some(AlertKind::Insulin),
        _ => None,
    };
    let names = Names::of_device(&device.name);
    let kinds = match known {
        Some(kind) if takes_back(&names, kind) => Vec::new(),
        Some(kind) => vec![kind],
        None => kinds(&names),
    };
    kinds.into_iter().map(|kind| (kind, display::device(device).main)).collect()
}

/// Never from one the patient has not been told of, nor from one that is over.
fn condition(condition: &Condition) -> Vec<Finding> {
    let over = match condition.status {
        ConditionStatus::Resolved | ConditionStatus::Remission | ConditionStatus::Inactive => true,
        ConditionStatus::Active | ConditionStatus::Unknown => false,
    };
    if condition.untold || over {
        return Vec::new();
    }
    let kinds = kinds(&Names::of_condition(&condition.name));
    kinds.into_iter().map(|kind| (kind, display::condition(condition).main)).collect()
}

fn due(pregnancy: &display::Words) -> String {
    if pregnancy.sub.is_empty() { "分娩予定日 未記録".to_owned() } else { pregnancy.sub.clone() }
}

/// That a document exists, its date and place; not its title, which may say what it decides.
fn directive(directive: &Directive) -> Finding {
    let mut reason = String::from("文書あり");
    for part in [directive.date.map(display::date), directive.kept_at.clone()].into_iter().flatten() {
        reason.push(' ');
        reason.push_str(&part);
    }
    (AlertKind::Directive, reason)
}
