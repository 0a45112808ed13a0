//! Alerts from everything but medicines.

use super::rule::{Names, kinds, takes_back};
use super::{AlertKind, told};
use crate::display;
use crate::language::Language;
use crate::model::{
    Allergy, AlsoStated, Condition, ConditionStatus, Criticality, Device, DeviceKind, Directive, Procedure, Severity,
    Summary, Verification,
};

type Finding = (AlertKind, String);

pub(super) fn findings(summary: &Summary, language: Language) -> Vec<Finding> {
    let whole = |kind: AlertKind, words: display::Words| (kind, words.main);
    let mut found: Vec<Finding> = told(&summary.allergies.block).filter_map(|item| allergy(item, language)).collect();
    found.extend(told(&summary.contraindications).flat_map(|item| contraindication(item, language)));
    found.extend(told(&summary.devices).flat_map(|item| device(item, language)));
    // The block of pregnancy says more than a disease of it.
    let pregnant = told(&summary.pregnancy).next().is_some();
    let conditions = told(&summary.conditions).flat_map(|item| condition(item, language));
    found.extend(conditions.filter(|(kind, _)| *kind != AlertKind::Pregnancy || !pregnant));
    found.extend(told(&summary.dialysis).map(|item| whole(AlertKind::Dialysis, display::dialysis(item, language))));
    found.extend(told(&summary.pregnancy).map(|item| (AlertKind::Pregnancy, display::pregnancy(item, language).sub)));
    found.extend(told(&summary.directives).map(|item| directive(item, language)));
    let positive = told(&summary.infections).filter(|item| item.positive);
    found.extend(positive.map(|item| whole(AlertKind::Infection, display::infection(item, language))));
    let needs = told(&summary.communication);
    found.extend(needs.map(|item| whole(AlertKind::Communication, display::communication(item, language))));
    let operations: Vec<Finding> = told(&summary.procedures).flat_map(|item| procedure(item, language)).collect();
    let known: Vec<AlertKind> = found.iter().map(|(kind, _)| *kind).collect();
    found.extend(operations.into_iter().filter(|(kind, _)| !known.contains(kind)));
    found
}

/// Where an allergy belongs among others: 0 an anaphylaxis, 1 severe or of high criticality, 2 any other, 3 one that is
/// over, or only the word 「なし」.
pub fn weight(allergy: &Allergy) -> u8 {
    match grade(allergy) {
        _ if !stands(allergy) => 3,
        Some(AlertKind::Anaphylaxis) => 0,
        Some(_) => 1,
        None if display::says_only_none(allergy) => 3,
        None => 2,
    }
}

/// A past allergy raises nothing, unless another document has it as present; an unconfirmed one does, and says so.
fn allergy(allergy: &Allergy, language: Language) -> Option<Finding> {
    grade(allergy).filter(|_| stands(allergy)).map(|kind| (kind, substance(allergy, language)))
}

/// True for one that is present, or that only some of its documents call over.
fn stands(allergy: &Allergy) -> bool {
    let present =
        |other: &AlsoStated| other.differs.as_deref().is_some_and(|words| words.contains(AlsoStated::PRESENT));
    !allergy.past || allergy.origin.also.iter().any(present)
}

/// One that stands is always told. It is told as an allergy as well only where its words speak of an allergic reaction:
/// another contraindication is no allergy, however dangerous.
fn contraindication(drug: &Allergy, language: Language) -> Vec<Finding> {
    if !stands(drug) {
        return Vec::new();
    }
    let allergic = said(drug).contains(&AlertKind::SevereAllergy);
    let kind = grade(drug).filter(|kind| *kind == AlertKind::Anaphylaxis || allergic);
    let stands = (!display::says_only_none(drug)).then_some(AlertKind::Contraindication);
    kind.into_iter().chain(stands).map(|kind| (kind, substance(drug, language))).collect()
}

fn substance(allergy: &Allergy, language: Language) -> String {
    let unsure = if allergy.verification == Verification::Unconfirmed {
        language.say("(未確認)", " (unconfirmed)")
    } else {
        ""
    };
    let over = if allergy.past { language.say("(記載差)", " (documents differ)") } else { "" };
    format!("{}{unsure}{over}", allergy.substance.text)
}

/// How grave an allergy is, whether or not it is over.
fn grade(allergy: &Allergy) -> Option<AlertKind> {
    let severe = allergy.severity == Some(Severity::Severe) || allergy.criticality == Some(Criticality::High);
    match said(allergy).contains(&AlertKind::Anaphylaxis) {
        true => Some(AlertKind::Anaphylaxis),
        false => (severe && !display::says_only_none(allergy)).then_some(AlertKind::SevereAllergy),
    }
}

/// The kinds that its words speak of, each reaction, the note and the substance by itself.
fn said(allergy: &Allergy) -> Vec<AlertKind> {
    let words = allergy.reactions.iter().chain(&allergy.note).chain([&allergy.substance.text]);
    words.flat_map(|words| kinds(&Names::of_reaction(words))).collect()
}

fn device(device: &Device, language: Language) -> Vec<Finding> {
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
    kinds.into_iter().map(|kind| (kind, display::device(device, language).main)).collect()
}

/// A device may be known only by the operation for it.
fn procedure(procedure: &Procedure, language: Language) -> Vec<Finding> {
    let kinds = kinds(&Names::of_device(&procedure.name));
    kinds.into_iter().map(|kind| (kind, display::procedure(procedure, language).main)).collect()
}

/// Never from one that is over.
fn condition(condition: &Condition, language: Language) -> Vec<Finding> {
    let over = match condition.status {
        ConditionStatus::Resolved | ConditionStatus::Remission | ConditionStatus::Inactive => true,
        ConditionStatus::Active | ConditionStatus::Unknown => false,
    };
    if over {
        return Vec::new();
    }
    let kinds = kinds(&Names::of_condition(&condition.name));
    kinds.into_iter().map(|kind| (kind, display::condition(condition, language).main)).collect()
}

/// That a document exists, its date and place; not its title, which may say what it decides.
fn directive(directive: &Directive, language: Language) -> Finding {
    let mut reason = String::from(language.say("文書あり", "document exists"));
    for part in
        [directive.date.map(|day| display::date(day, language)), directive.kept_at.clone()].into_iter().flatten()
    {
        reason.push(' ');
        reason.push_str(&part);
    }
    (AlertKind::Directive, reason)
}
