//! Observation: blood type, key laboratory values, infections, pregnancy and the usual state; nothing else.

use std::collections::HashSet;

use super::absence::{Gathered, SectionCodes, Statement};
use super::bundle::{Document, Resource};
use super::origin::first_day;
use super::outcome::{Outcome, outcome};
use super::topic::{Topic, topic};
use super::{DenialKind, FhirError, Reason, value};
use crate::display;
use crate::model::{
    Baseline, BaselineKind, Block, BloodType, Coded, Infection, Lab, Origin, PartialDate, Pregnancy, Subject,
};

const INFECTIONS: SectionCodes = SectionCodes { loinc: &[], jp: &["520"], part: &[] };
const WHO: [&str; 1] = ["performer"];
const WHEN: [&str; 4] = ["effectiveDateTime", "effectiveInstant", "effectivePeriod", "issued"];
const KNOWN: [&str; 7] = ["registered", "preliminary", "final", "amended", "corrected", "cancelled", "unknown"];

/// Everything that Observations give.
pub(super) struct Findings {
    pub(super) blood_type: Option<BloodType>,
    pub(super) labs: Block<Lab>,
    pub(super) infections: Block<Infection>,
    pub(super) pregnancy: Block<Pregnancy>,
    pub(super) baseline: Block<Baseline>,
}

/// One Observation with its value in words.
struct Finding {
    name: Coded,
    result: Outcome,
    date: Option<PartialDate>,
    note: Option<String>,
    origin: Origin,
}

pub(super) fn read(document: &Document<'_>) -> Result<Findings, FhirError> {
    let (mut blood, mut labs, mut baseline) = (Vec::new(), Vec::new(), Vec::new());
    let mut infections = Gathered::new(document.section_statements(INFECTIONS)?);
    let mut pregnancy = Expecting::default();
    for resource in document.all("Observation") {
        let Some((topic, finding)) = finding(document, resource)? else { continue };
        match topic {
            Topic::BloodType => blood.push(finding),
            Topic::Lab(kind) => {
                let Finding { result, date, origin, .. } = finding;
                let lab = Lab { kind: kind.clone(), value: result.words, date, origin };
                labs.push(Dated { kind: Some(kind), date, path: resource.node.path(), item: lab });
            }
            Topic::Infection => infections.items.push(infection(finding)),
            Topic::Organism if super::outcome::needs_precautions(&finding.result) => {
                infections.items.push(infection(Finding { result: finding.result.found(), ..finding }));
            }
            Topic::Organism => {
                document.remark(resource.node.path(), Reason::NotInSummary);
                infections.say(resource.node.path(), Statement::Unknown);
            }
            Topic::Pregnant | Topic::Due => pregnancy.add(document, resource, &topic, finding)?,
            Topic::Baseline(kind) => {
                let measured = (!says_usual(&finding)).then(|| kind.clone());
                let (date, path) = (finding.date, resource.node.path());
                baseline.push(Dated { kind: measured, date, path, item: usual(kind, finding) });
            }
        }
    }
    Ok(Findings {
        blood_type: blood_type(blood),
        labs: Block::from_items(newest(document, labs)),
        infections: infections.block(document),
        pregnancy: pregnancy.block(),
        baseline: Block::from_items(newest(document, baseline)),
    })
}

/// An Observation about a kept topic, with a value, in force.
fn finding<'a>(document: &Document<'a>, resource: &Resource<'a>) -> Result<Option<(Topic, Finding)>, FhirError> {
    let node = &resource.node;
    document.check_patient(resource, "subject")?;
    let status = node.text("status")?;
    if document.is_mistake(resource, status) {
        if let Ok(Some((subject, name))) = value::coded_in(node, "code").map(|name| name.and_then(denied)) {
            document.denied(resource, DenialKind::Mistake, subject, Ok(Some(name)), (&WHO, &WHEN));
        }
        return Ok(None);
    }
    let leave_out = |reason| {
        document.remark(node.path(), reason);
        Ok(None)
    };
    let Some(name) = value::coded_in(node, "code")? else { return leave_out(Reason::NoName) };
    let Some(topic) = topic(&name) else { return leave_out(Reason::NotInSummary) };
    document.know(node, "status", status, &KNOWN);
    if matches!(status, Some("cancelled" | "registered")) {
        return leave_out(Reason::NotInForce);
    }
    if !node.list("focus")?.is_empty() {
        return leave_out(Reason::AboutAnother);
    }
    let Some(mut result) = outcome(node)? else { return leave_out(Reason::NoValue) };
    if status == Some("preliminary") {
        result.words.push_str("(暫定)");
    }
    let date = first_day(node, &WHEN)?;
    let origin = document.origin(resource, &WHO, &WHEN)?;
    Ok(Some((topic, Finding { name, result, date, note: value::notes(node)?, origin })))
}

/// The block and the name that the items of a topic go by.
fn denied(name: Coded) -> Option<(Subject, Coded)> {
    Some(match topic(&name)? {
        Topic::Lab(kind) => (Subject::Labs, Coded::from_text(display::lab_name(&kind))),
        Topic::Infection | Topic::Organism => (Subject::Infections, name),
        Topic::Pregnant | Topic::Due => (Subject::Pregnancy, name),
        Topic::Baseline(kind) => (Subject::Baseline, Coded::from_text(display::baseline_name(&kind))),
        Topic::BloodType => return None,
    })
}

fn infection(finding: Finding) -> Infection {
    let Finding { name, result, date, note, origin } = finding;
    let words = note.map_or(result.words.clone(), |note| format!("{}({note})", result.words));
    Infection { name: name.text, positive: result.positive == Some(true), result: words, date, origin }
}

/// A result with its kind; without one it stands for itself.
struct Dated<'d, K, T> {
    kind: Option<K>,
    date: Option<PartialDate>,
    path: &'d str,
    item: T,
}

/// The newest results of each kind: a record of years has dozens of the same. One without a date is never outdated.
fn newest<K: PartialEq, T>(document: &Document<'_>, results: Vec<Dated<'_, K, T>>) -> Vec<T> {
    let mut last: Vec<(&K, PartialDate)> = Vec::new();
    for (kind, date) in results.iter().filter_map(|result| result.kind.as_ref().zip(result.date)) {
        match last.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, newest)) => *newest = date.max(*newest),
            None => last.push((kind, date)),
        }
    }
    let is_older = |result: &Dated<'_, K, T>| {
        let mine = result.kind.as_ref().zip(result.date);
        mine.is_some_and(|(kind, date)| last.iter().any(|(known, newest)| *known == kind && date < *newest))
    };
    let older: Vec<bool> = results.iter().map(is_older).collect();
    let mut kept = Vec::new();
    for (result, older) in results.into_iter().zip(older) {
        if older {
            document.remark(result.path, Reason::OlderResult);
        } else {
            kept.push(result.item);
        }
    }
    kept
}

fn says_usual(finding: &Finding) -> bool {
    ["普段", "平常", "通常", "ADL", "生活"].iter().any(|word| finding.name.text.contains(word))
}

/// A single measurement is not yet the usual state, and says that it is one.
fn usual(kind: BaselineKind, finding: Finding) -> Baseline {
    let said_usual = says_usual(&finding);
    let mut text = finding.result.words;
    if !said_usual {
        text.push_str("(測定値)");
    }
    if let Some(note) = finding.note {
        text = format!("{text} {note}");
    }
    Baseline { kind, text, origin: finding.origin }
}

/// ABO and Rh joined; two statements that differ are both shown as differing.
fn blood_type(findings: Vec<Finding>) -> Option<BloodType> {
    let mut seen = HashSet::new();
    let different = findings.iter().map(|finding| &finding.result.words).filter(|words| seen.insert(*words));
    let words: Vec<String> = different.cloned().collect();
    let is_rh = |text: &String| text.starts_with("Rh") || text.starts_with("RH");
    let text = match words.as_slice() {
        [] => return None,
        [one] => one.clone(),
        [rh, abo] if is_rh(rh) && !is_rh(abo) && !abo.contains("Rh") => format!("{abo} {rh}"),
        [abo, rh] if is_rh(rh) && !is_rh(abo) && !abo.contains("Rh") => format!("{abo} {rh}"),
        several => format!("記載不一致({})", several.join(" / ")),
    };
    findings.into_iter().next().map(|first| BloodType { text, origin: first.origin })
}

/// A pregnancy put together from its status and its due date.
#[derive(Default)]
struct Expecting {
    due: Option<PartialDate>,
    notes: Vec<String>,
    origin: Option<Origin>,
}

impl Expecting {
    /// "Not pregnant" goes stale and is not kept: the block stays unrecorded.
    fn add(
        &mut self,
        document: &Document<'_>,
        resource: &Resource<'_>,
        topic: &Topic,
        finding: Finding,
    ) -> Result<(), FhirError> {
        if *topic == Topic::Due {
            self.due = self.due.max(first_day(&resource.node, &["valueDateTime"])?);
        } else if super::outcome::is_pregnant(&finding.result) {
            self.notes.push(finding.result.words);
        } else {
            document.remark(resource.node.path(), Reason::NotInForce);
            return Ok(());
        }
        self.notes.extend(finding.note);
        self.origin.get_or_insert(finding.origin);
        Ok(())
    }

    fn block(self) -> Block<Pregnancy> {
        let note = Some(self.notes.join(" ")).filter(|note| !note.is_empty());
        let due = self.due;
        Block::from_items(self.origin.map(|origin| Pregnancy { due, note, origin }).into_iter().collect())
    }
}
