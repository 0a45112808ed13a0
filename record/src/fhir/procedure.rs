//! Procedure: operations, and dialysis as a treatment that goes on.

use super::absence::{Absent, Gathered, SectionCodes, Statement, absent};
use super::bundle::{Document, Resource};
use super::origin::first_day;
use super::reference::Target;
use super::{DenialKind, FhirError, Reason, own, value};
use crate::codes;
use crate::model::{Block, Coded, Device, DeviceKind, Dialysis, Procedure, Subject};

const SECTIONS: SectionCodes = SectionCodes { loinc: &["47519-4"], jp: &["730"], part: &[] };
const WHO: [&str; 3] = ["performer", "recorder", "asserter"];
/// A Procedure has no recorded date of its own in R4.
const WHEN: [&str; 0] = [];
const KNOWN: [&str; 7] = ["preparation", "in-progress", "not-done", "on-hold", "stopped", "completed", "unknown"];
const PERFORMED: [&str; 2] = ["performedDateTime", "performedPeriod"];

/// Dialysis, and whether all of it is said in one place.
pub(super) struct Treatment {
    dialysis: Dialysis,
    whole: bool,
}

/// Operations and dialysis.
pub(super) fn read(document: &Document<'_>) -> Result<(Block<Procedure>, Vec<Treatment>), FhirError> {
    let mut procedures = Gathered::new(document.section_statements(SECTIONS)?);
    let mut treatments = Vec::new();
    for resource in document.all("Procedure") {
        let (node, status) = (&resource.node, resource.node.text("status")?);
        document.check_patient(resource, "subject")?;
        if document.is_mistake(resource, status) {
            let name = value::coded_in(node, "code");
            let treatment = name.as_ref().is_ok_and(|name| name.as_ref().is_some_and(is_dialysis));
            let subject = if treatment { Subject::Dialysis } else { Subject::Procedures };
            document.denied(resource, DenialKind::Mistake, subject, name, (&WHO, &WHEN));
            continue;
        }
        document.know(node, "status", status, &KNOWN);
        let code = value::coded_in(node, "code")?;
        if let Some(part) = code.as_ref().and_then(|code| absent(code, "procedures")) {
            let all = part == Absent::All && !matches!(status, Some("not-done" | "preparation" | "stopped"));
            let said = if all { Statement::None(document.origin(resource, &WHO, &WHEN)?) } else { Statement::Unknown };
            procedures.say(node.path(), said);
        } else if matches!(status, Some("not-done" | "preparation")) {
            document.remark(node.path(), Reason::NotInForce);
        } else if own::is_of(node, Subject::Dialysis)?.unwrap_or(code.as_ref().is_some_and(is_dialysis))
            && status != Some("stopped")
        {
            let whole = own::block(node)?.is_some();
            treatments.push(Treatment { dialysis: dialysis(document, resource, code)?, whole });
        } else {
            procedures.items.push(procedure(document, resource, code)?);
        }
    }
    Ok((procedures.block(document, Subject::Procedures), treatments))
}

fn procedure(document: &Document<'_>, resource: &Resource<'_>, code: Option<Coded>) -> Result<Procedure, FhirError> {
    Ok(Procedure {
        name: document.named(resource, code),
        date: first_day(&resource.node, &PERFORMED)?,
        note: {
            let said = resource.node.text("performedString")?.map(value::plain);
            let words: Vec<String> = said.into_iter().chain(value::notes(&resource.node)?).collect();
            Some(words.join(" ")).filter(|note| !note.is_empty())
        },
        origin: document.origin(resource, &WHO, &WHEN)?,
    })
}

/// The treatment itself, not the operations for it (「内シャント造設術」).
fn is_dialysis(code: &Coded) -> bool {
    let snomed = matches!(code.code_in(codes::SNOMED), Some("302497006" | "71192002" | "108241001" | "265764009"));
    snomed
        || (["透析", "人工腎臓"].iter().any(|word| code.text.contains(word))
            && !code.text.contains('術')
            && !code.text.contains("シャント"))
}

fn dialysis<'a>(document: &Document<'a>, resource: &Resource<'a>, code: Option<Coded>) -> Result<Dialysis, FhirError> {
    let sites = value::coded_list(&resource.node, "bodySite")?.into_iter().map(|site| site.text);
    let sites: Vec<String> = sites.collect();
    let schedule = resource.node.text("performedString")?.map(value::plain);
    let centre = centre(document, resource)?;
    let (centre, phone) = match centre {
        Some(centre) => (centre.node.text("name")?.map(value::plain), value::phones(&centre.node)?.into_iter().next()),
        None => (None, None),
    };
    Ok(Dialysis {
        name: document.named(resource, code).text,
        shunt: Some(sites.join(" ")).filter(|site| !site.is_empty()),
        schedule: match schedule {
            None => value::notes(&resource.node)?,
            said => said,
        },
        centre,
        phone,
        origin: document.origin(resource, &WHO, &WHEN)?,
    })
}

fn centre<'a>(document: &Document<'a>, resource: &Resource<'a>) -> Result<Option<Resource<'a>>, FhirError> {
    for part in resource.node.list("performer")? {
        let Some(actor) = part.object("actor")? else { continue };
        if let Some(Target::Resource(found)) = document.follow_at(resource, &actor)?
            && found.kind == "Organization"
        {
            return Ok(Some(found));
        }
    }
    match document.follow(resource, "location")? {
        Some(Target::Resource(found)) => Ok(Some(found)),
        _ => Ok(None),
    }
}

/// Dialysis with the arm of the shunt, where only the device says it.
/// A shunt that the patient was not told of stays out.
pub(super) fn dialysis_block(mut treatments: Vec<Treatment>, devices: &Block<Device>) -> Block<Dialysis> {
    let mut told = devices.items().iter().filter(|device| !device.origin.untold);
    let shunt = told.find(|device| device.kind == DeviceKind::DialysisShunt);
    for Treatment { dialysis, .. } in treatments.iter_mut().filter(|treatment| !treatment.whole) {
        dialysis.shunt = dialysis.shunt.take().or_else(|| shunt.and_then(|device| device.site.clone()));
    }
    Block::from_items(treatments.into_iter().map(|treatment| treatment.dialysis).collect())
}
