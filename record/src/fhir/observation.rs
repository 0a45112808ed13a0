//! Observation: blood type, key laboratory values, infections, pregnancy and the usual state; nothing else.

use std::collections::HashMap;

use super::absence::{Gathered, SectionCodes, Statement};
use super::baseline::Usual;
use super::blood::{BloodFinding, blood_type};
use super::bundle::{Document, Resource};
use super::newest::{Dated, newest};
use super::origin::first_day;
use super::outcome::Outcome;
use super::own_findings::OwnFindings;
use super::panel::{Part, parts, topics};
use super::topic::Topic;
use super::{DenialKind, FhirError, Reason, checkup, value};
use crate::display;
use crate::language::Language;
use crate::model::{
    Baseline, BaselineKind, Block, BloodType, Coded, Condition, Infection, Lab, LabKind, Medicine, Origin, PartialDate,
    Pregnancy, Subject,
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
    /// Past illness that a health checkup asked about.
    pub(super) illnesses: Vec<Condition>,
    /// Medicines that a health checkup asked about.
    pub(super) medicines: Vec<Medicine>,
}

/// One result with its value in words.
pub(super) struct Finding {
    pub(super) name: Coded,
    pub(super) result: Outcome,
    pub(super) date: Option<PartialDate>,
    pub(super) note: Option<String>,
    pub(super) origin: Origin,
}

pub(super) fn read(document: &Document<'_>) -> Result<Findings, FhirError> {
    let (mut blood, mut labs, mut usual) = (Vec::new(), Vec::new(), Usual::default());
    let mut infections = Gathered::new(document.section_statements(INFECTIONS)?);
    let mut pregnancy = Expecting::default();
    let (mut illnesses, mut medicines) = (Vec::new(), Vec::new());
    let mut ours = OwnFindings::default();
    for resource in document.all("Observation") {
        if ours.take(document, resource)? {
            continue;
        }
        let path = resource.node.path();
        let mut unsaid = None;
        let results = findings(document, resource)?.unwrap_or_else(|reason| {
            document.remark(path, reason);
            // It may be a test for an infection whose result is not there: no statement of "none" holds beside it.
            if matches!(reason, Reason::NoValue | Reason::NotInForce) {
                infections.say(path, Statement::Unknown);
            }
            Vec::new()
        });
        for (topic, finding) in results {
            match topic {
                Topic::BloodType(part) => {
                    blood.push(BloodFinding { part, words: finding.result.words, origin: finding.origin });
                }
                Topic::Lab(kind) => {
                    let Finding { result, date, origin, .. } = finding;
                    let lab = Lab { kind: kind.clone(), value: result.words, date, origin };
                    labs.push(Dated { kind: Some(kind), date, path, item: lab });
                }
                Topic::Infection => infections.items.push(infection(with_reason(finding))),
                Topic::Immunity => infections.items.push(Infection { positive: false, ..infection(finding) }),
                Topic::Organism if super::outcome::needs_precautions(&finding.result) => {
                    infections.items.push(infection(Finding { result: finding.result.found(), ..finding }));
                }
                Topic::Organism => {
                    document.remark(path, Reason::NotInSummary);
                    infections.say(path, Statement::Unknown);
                }
                Topic::Pregnant | Topic::Due => pregnancy.add(document, resource, &topic, finding)?,
                Topic::Baseline(kind) => usual.add(path, kind, finding),
                Topic::Pressure(part) => usual.add_half(path, part, finding),
                Topic::PastIllness => illnesses.extend(answered(&mut unsaid, checkup::illness(finding))),
                Topic::TakesMedicine => medicines.extend(answered(&mut unsaid, checkup::medicine(finding))),
            }
        }
        if unsaid == Some(true) {
            document.remark(path, Reason::NotInSummary);
        }
    }
    let mut labs = newest(document, labs);
    labs.sort_by_key(|lab| (rank(&lab.kind), std::cmp::Reverse(lab.date)));
    newest_first(&mut infections.items);
    let mut findings = Findings {
        blood_type: blood_type(blood),
        labs: Block::from_items(labs),
        infections: infections.block(document, Subject::Infections),
        pregnancy: pregnancy.block(),
        baseline: usual.block(document),
        illnesses,
        medicines,
    };
    ours.add_to(&mut findings);
    Ok(findings)
}

/// Counts as said what any answer of the same Observation says.
fn answered<T>(unsaid: &mut Option<bool>, answer: Option<T>) -> Option<T> {
    *unsaid = Some(answer.is_none() && *unsaid != Some(false));
    answer
}

/// The results of an Observation about kept topics, in force, or the reason why there are none.
fn findings<'a>(
    document: &Document<'a>,
    resource: &Resource<'a>,
) -> Result<Result<Vec<(Topic, Finding)>, Reason>, FhirError> {
    let node = &resource.node;
    document.check_patient(resource, "subject")?;
    if node.text("status")? == Some("entered-in-error") {
        take_back(document, resource);
        return Ok(Err(Reason::EnteredInError));
    }
    let parts = match (node.text("status")?, parts(document, resource)?) {
        (Some("cancelled" | "registered"), Ok(_) | Err(Reason::NoValue)) => return Ok(Err(Reason::NotInForce)),
        (_, Ok(_)) if !node.list("focus")?.is_empty() => return Ok(Err(Reason::AboutAnother)),
        (_, Err(reason)) => return Ok(Err(reason)),
        (_, Ok(parts)) => parts,
    };
    document.know(node, "status", node.text("status")?, &KNOWN);
    let date = first_day(node, &WHEN)?;
    let origin = document.origin(resource, &WHO, &WHEN)?;
    let note = value::notes(node)?;
    let preliminary = node.text("status")? == Some("preliminary");
    let finding = |part: Part| {
        let Part { topic, name, mut result } = part;
        if preliminary {
            result.words.push_str("(暫定)");
        }
        (topic, Finding { name, result, date, note: note.clone(), origin: origin.clone() })
    };
    Ok(Ok(parts.into_iter().map(finding).collect()))
}

/// Takes back every result of an Observation that was a mistake.
fn take_back<'a>(document: &Document<'a>, resource: &Resource<'a>) {
    for (topic, name) in topics(document, resource).unwrap_or_default() {
        if let Some((subject, name)) = goes_by(&topic, name) {
            document.denied(resource, DenialKind::Mistake, subject, Ok(Some(name)), (&WHO, &WHEN));
        }
    }
}

/// The block and the name that the items of a topic go by.
fn goes_by(topic: &Topic, name: Coded) -> Option<(Subject, Coded)> {
    let usual =
        |kind: &BaselineKind| (Subject::Baseline, Coded::from_text(display::baseline_name(kind, Language::Japanese)));
    Some(match topic {
        Topic::Lab(kind) => (Subject::Labs, Coded::from_text(display::lab_name(kind, Language::Japanese))),
        Topic::Infection | Topic::Immunity | Topic::Organism => (Subject::Infections, name),
        Topic::Pregnant | Topic::Due => (Subject::Pregnancy, name),
        Topic::Baseline(kind) => usual(kind),
        Topic::Pressure(_) => usual(&BaselineKind::BloodPressure),
        Topic::BloodType(_) | Topic::PastIllness | Topic::TakesMedicine => return None,
    })
}

fn infection(finding: Finding) -> Infection {
    let Finding { name, result, date, note, origin } = finding;
    let words = note.map_or(result.words.clone(), |note| format!("{}({note})", result.words));
    Infection { name: name.text, positive: result.positive == Some(true), result: words, date, origin }
}

/// A positive number says in words that it is one.
fn with_reason(mut finding: Finding) -> Finding {
    finding.result.words.push_str(finding.result.why.unwrap_or_default());
    finding
}

/// The kidney first, then what decides on the way to hospital; of each the newest first.
fn rank(kind: &LabKind) -> u8 {
    match kind {
        LabKind::Egfr => 0,
        LabKind::Creatinine => 1,
        LabKind::Potassium => 2,
        LabKind::Hemoglobin => 3,
        LabKind::PtInr => 4,
        LabKind::HbA1c => 5,
        LabKind::Other(_) => 6,
    }
}

/// Tests stay in the document's order; several results of one test stand together, the newest first.
fn newest_first(infections: &mut [Infection]) {
    let mut first: HashMap<String, usize> = HashMap::new();
    for (at, infection) in infections.iter().enumerate() {
        first.entry(infection.name.clone()).or_insert(at);
    }
    let place = |infection: &Infection| first.get(&infection.name).copied();
    infections.sort_by_cached_key(|infection| (place(infection), std::cmp::Reverse(infection.date)));
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
