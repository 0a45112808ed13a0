//! Condition: diseases and past illnesses.

use super::absence::{Absent, Gathered, SectionCodes, Statement, absent};
use super::bundle::{Document, Resource};
use super::origin::first_day;
use super::{DenialKind, FhirError, Reason, clean, node::Node, own, value};
use crate::model::{Block, Coded, Condition, ConditionStatus, Subject};

/// Sections about present illness; one of them being empty says nothing about past ones.
const PRESENT: [&str; 2] = ["11450-4", "340"];
/// Sections of a discharge summary: on admission, complaint, on discharge. Each alone is a part.
const STAY: [&str; 5] = ["11450-4", "340", "342", "344", "352"];
/// Sections about past illness; one of them being empty says nothing about present ones.
const PAST: [&str; 2] = ["11348-0", "370"];
const BOTH: SectionCodes = SectionCodes { loinc: &["11450-4"], jp: &["340"], part: &["342", "344", "352"] };
const PRESENT_ONLY: SectionCodes = SectionCodes { loinc: &[], jp: &[], part: &STAY };
const WHO: [&str; 2] = ["recorder", "asserter"];
const WHEN: [&str; 1] = ["recordedDate"];
const VERIFICATION: [&str; 4] = ["confirmed", "provisional", "differential", "unconfirmed"];
/// JP Core; JP-CLINS has the same under its own address.
const PREFIX: &str = "JP_Condition_DiseasePrefixModifier";
const POSTFIX: &str = "JP_Condition_DiseasePostfixModifier";
/// How it ended (転帰).
const OUTCOME: &str = "JP_Condition_DiseaseOutcome";

/// Diseases. `asked` are those of a health checkup's questions.
pub(super) fn read(document: &Document<'_>, asked: Vec<Condition>) -> Result<Block<Condition>, FhirError> {
    let both = document.section_says_none(&PRESENT)? && document.section_says_none(&PAST)?;
    let sections = if both { BOTH } else { PRESENT_ONLY };
    let mut conditions = Gathered::new(document.section_statements(sections)?);
    for resource in document.all("Condition") {
        let node = &resource.node;
        document.check_patient(resource, "subject")?;
        let verification = value::status_in(node, "verificationStatus")?;
        let denied = |kind| document.denied(resource, kind, Subject::Conditions, name_with_side(node), (&WHO, &WHEN));
        if document.is_mistake(resource, verification) {
            denied(DenialKind::Mistake);
            continue;
        }
        if verification == Some("refuted") {
            document.remark(node.path(), Reason::Refuted);
            denied(DenialKind::Refuted);
            continue;
        }
        let said = value::coded_in(node, "code")?;
        match said.as_ref().and_then(|code| absent(code, "problems")) {
            Some(part) => conditions.say(node.path(), statement(document, resource, part, verification)?),
            None => conditions.items.push(condition(document, resource, verification)?),
        }
    }
    conditions.items.extend(asked);
    once(&mut conditions.items);
    Ok(conditions.block(document, Subject::Conditions))
}

/// A discharge summary lists the same disease on admission and on discharge: wholly the same is said once.
fn once(conditions: &mut Vec<Condition>) {
    let mut kept: Vec<Condition> = Vec::new();
    for condition in conditions.drain(..) {
        if !kept.contains(&condition) {
            kept.push(condition);
        }
    }
    *conditions = kept;
}

fn statement(
    document: &Document<'_>,
    resource: &Resource<'_>,
    part: Absent,
    verification: Option<&str>,
) -> Result<Statement, FhirError> {
    if part == Absent::Present {
        document.remark(resource.node.path(), Reason::WeakAbsence);
    }
    if part != Absent::All {
        return Ok(Statement::Unknown);
    }
    let active = matches!(value::status_in(&resource.node, "clinicalStatus")?, None | Some("active"));
    let clean = clean::is_clean(&resource.node, resource.node.object("code")?.as_ref(), document.day())?;
    if active && clean && matches!(verification, None | Some("confirmed")) {
        return Ok(Statement::None(document.origin(resource, &WHO, &WHEN)?));
    }
    document.remark(resource.node.path(), Reason::WeakAbsence);
    Ok(Statement::Unknown)
}

fn condition(
    document: &Document<'_>,
    resource: &Resource<'_>,
    verification: Option<&str>,
) -> Result<Condition, FhirError> {
    let node = &resource.node;
    let name = document.named(resource, name(node)?);
    document.know(node, "verificationStatus", verification, &VERIFICATION);
    let doubted = matches!(verification, Some("unconfirmed" | "provisional" | "differential")) || is_suspicion(node)?;
    let condition = Condition {
        side: side(node, &name.text)?,
        onset: first_day(node, &["onsetDateTime", "onsetPeriod"])?,
        status: status(document, node)?,
        suspected: doubted || name.text.ends_with("疑い"),
        note: value::notes(node)?,
        origin: document.origin(resource, &WHO, &WHEN)?,
        name,
    };
    own::complete(node, condition)
}

/// 「の疑い」 among the modifiers counts although the name may not repeat it.
fn is_suspicion(node: &Node<'_>) -> Result<bool, FhirError> {
    let Some(concept) = node.object("code")? else { return Ok(false) };
    Ok(modifiers(&concept, POSTFIX)?.iter().any(|words| words.contains("疑い")))
}

/// The sender's words; without them the display between its modifiers: 「左」+「前腕骨折」+「の疑い」.
fn name(node: &Node<'_>) -> Result<Option<Coded>, FhirError> {
    let Some(concept) = node.object("code")? else { return Ok(None) };
    let Some(mut name) = value::coded(&concept)? else { return Ok(None) };
    if concept.text("text")?.is_none() {
        let before = modifiers(&concept, PREFIX)?.concat();
        name.text = format!("{before}{}{}", name.text, modifiers(&concept, POSTFIX)?.concat());
    }
    Ok(Some(name))
}

/// The name as a denial needs it: one text with its side.
fn name_with_side(node: &Node<'_>) -> Result<Option<Coded>, FhirError> {
    let Some(mut name) = name(node)? else { return Ok(None) };
    name.text.insert_str(0, &side(node, &name.text)?.unwrap_or_default());
    Ok(Some(name))
}

fn modifiers(concept: &Node<'_>, url: &str) -> Result<Vec<String>, FhirError> {
    let mut words = Vec::new();
    for extension in concept.list("extension")? {
        if extension.text("url")?.is_some_and(|found| found.contains(url)) {
            words.extend(value::coded_in(&extension, "valueCodeableConcept")?.map(|modifier| modifier.text));
        }
    }
    Ok(words)
}

/// Body sites, and modifiers of side, that the name does not already hold.
fn side(node: &Node<'_>, name: &str) -> Result<Option<String>, FhirError> {
    let mut words: Vec<String> = value::coded_list(node, "bodySite")?.into_iter().map(|site| site.text).collect();
    if let Some(concept) = node.object("code")? {
        let sides = modifiers(&concept, PREFIX)?.into_iter();
        words.extend(sides.filter(|word| matches!(word.as_str(), "左" | "右" | "両側" | "両")));
    }
    words.retain(|word| !name.contains(word.as_str()));
    words.dedup();
    Ok(Some(words.join(" ")).filter(|side| !side.is_empty()))
}

fn status(document: &Document<'_>, node: &Node<'_>) -> Result<ConditionStatus, FhirError> {
    Ok(match value::status_in(node, "clinicalStatus")? {
        Some("active" | "recurrence" | "relapse") => ConditionStatus::Active,
        Some("inactive") => ConditionStatus::Inactive,
        Some("remission") => ConditionStatus::Remission,
        Some("resolved") => ConditionStatus::Resolved,
        None if node.has("abatementDateTime") || node.has("abatementPeriod") => ConditionStatus::Resolved,
        None | Some("unknown") => by_outcome(node)?,
        Some(_) => {
            document.remark(&node.path_of("clinicalStatus"), Reason::UnknownStatus);
            ConditionStatus::Unknown
        }
    })
}

/// JP Core says by an extension how a disease ended.
fn by_outcome(node: &Node<'_>) -> Result<ConditionStatus, FhirError> {
    let words = modifiers(node, OUTCOME)?.concat();
    Ok(match words.as_str() {
        "治癒" | "全治" => ConditionStatus::Resolved,
        "寛解" => ConditionStatus::Remission,
        _ => ConditionStatus::Unknown,
    })
}
