//! AllergyIntolerance: allergies, and the contraindicated drugs (薬剤禁忌) that JP-CLINS puts into the same resource.

use super::absence::{Absent, Gathered, SectionCodes, Statement, absent};
use super::bundle::{Document, Resource};
use super::{DenialKind, FhirError, Reason, clean, own, value};
use crate::codes;
use crate::model::{
    Allergies, Allergy, AllergyCategory, CategoryAbsence, Coded, Criticality, Severity, Subject, Verification,
};

const SECTIONS: SectionCodes = SectionCodes { loinc: &["48765-2"], jp: &["510"], part: &[] };
const WHO: [&str; 2] = ["recorder", "asserter"];
const WHEN: [&str; 1] = ["recordedDate"];
const CLINICAL: [&str; 3] = ["active", "inactive", "resolved"];
const VERIFICATION: [&str; 4] = ["confirmed", "unconfirmed", "presumed", "refuted"];

/// What one resource turned out to be.
enum Entry {
    Allergy(Allergy),
    Contraindication(Allergy),
    Says(Absent, Statement),
    LeftOut,
}

/// Both blocks.
pub(super) fn read(document: &Document<'_>) -> Result<(Allergies, Vec<Allergy>), FhirError> {
    let mut allergies = Gathered::new(document.section_statements(SECTIONS)?);
    let (mut contraindicated, mut none_for) = (Vec::new(), Vec::new());
    for resource in document.all("AllergyIntolerance") {
        let path = resource.node.path();
        match entry(document, resource)? {
            Entry::Allergy(allergy) => allergies.items.push(allergy),
            Entry::Contraindication(drug) => {
                // JP-CLINS writes grave allergies in the same way; our own documents keep the two apart.
                if own::block(&resource.node)?.is_none() {
                    allergies.say(path, Statement::Unknown);
                }
                contraindicated.push(drug);
            }
            Entry::Says(Absent::All | Absent::Unknown, statement) => allergies.say(path, statement),
            Entry::Says(part, Statement::None(origin)) => {
                none_for.push((path, CategoryAbsence { category: category_of(part), origin }));
            }
            Entry::Says(..) => allergies.say(path, Statement::Unknown),
            Entry::LeftOut => {}
        }
    }
    let known = allergies.items.iter().chain(&contraindicated);
    let known: Vec<AllergyCategory> = known.filter(|item| !item.past).map(|item| item.category.clone()).collect();
    let block = allergies.block(document, Subject::Allergies);
    Ok((Allergies { block, none_for: uncontradicted(document, none_for, &known) }, contraindicated))
}

/// "No known food allergies" does not stand beside a food allergy, or beside one of unknown kind.
fn uncontradicted(
    document: &Document<'_>,
    said: Vec<(&str, CategoryAbsence)>,
    known: &[AllergyCategory],
) -> Vec<CategoryAbsence> {
    let mut kept: Vec<CategoryAbsence> = Vec::new();
    for (path, absence) in said {
        if known.iter().any(|one| *one == absence.category || *one == AllergyCategory::Unknown) {
            document.remark(path, Reason::Contradiction);
        } else if !kept.contains(&absence) {
            kept.push(absence);
        }
    }
    kept
}

fn entry<'a>(document: &Document<'a>, resource: &Resource<'a>) -> Result<Entry, FhirError> {
    let node = &resource.node;
    document.check_patient(resource, "patient")?;
    let verification = value::status_in(node, "verificationStatus")?;
    let denied = |kind| {
        document.denied(resource, kind, Subject::Allergies, value::coded_in(node, "code"), (&WHO, &WHEN));
    };
    if document.is_mistake(resource, verification) {
        denied(DenialKind::Mistake);
        return Ok(Entry::LeftOut);
    }
    if verification == Some("refuted") {
        document.remark(node.path(), Reason::Refuted);
        denied(DenialKind::Refuted);
        return Ok(Entry::LeftOut);
    }
    let code = value::coded_in(node, "code")?;
    if let Some(part) = code.as_ref().and_then(|code| absent(code, "allergies")) {
        return statement(document, resource, part, verification);
    }
    document.know(node, "clinicalStatus", value::status_in(node, "clinicalStatus")?, &CLINICAL);
    document.know(node, "verificationStatus", verification, &VERIFICATION);
    let allergy = allergy(document, resource, code)?;
    let contraindicated = allergy.category == AllergyCategory::Medication
        && allergy.criticality == Some(Criticality::High)
        && node.text("type")? != Some("allergy")
        && is_jp_clins(resource)?;
    let contraindicated = own::is_of(node, Subject::Contraindications)?.unwrap_or(contraindicated);
    Ok(if contraindicated { Entry::Contraindication(allergy) } else { Entry::Allergy(allergy) })
}

/// JP-CLINS: category `medication` with criticality `high` is 薬剤禁忌. Elsewhere it is a grave drug allergy.
fn is_jp_clins(resource: &Resource<'_>) -> Result<bool, FhirError> {
    let Some(meta) = resource.node.object("meta")? else { return Ok(false) };
    Ok(meta.texts("profile")?.iter().any(|profile| profile.contains("//jpfhir.jp/fhir/")))
}

fn statement(
    document: &Document<'_>,
    resource: &Resource<'_>,
    part: Absent,
    verification: Option<&str>,
) -> Result<Entry, FhirError> {
    let node = &resource.node;
    if !node.list("reaction")?.is_empty() {
        // Whoever has had a reaction has an allergy, whatever the code says.
        document.remark(node.path(), Reason::WeakAbsence);
        return Ok(Entry::Allergy(allergy(document, resource, None)?));
    }
    if part == Absent::Unknown {
        return Ok(Entry::Says(part, Statement::Unknown));
    }
    let active = matches!(value::status_in(node, "clinicalStatus")?, None | Some("active"));
    let clean = clean::is_clean(node, node.object("code")?.as_ref(), document.day())?;
    let several = node.texts("category")?.len() > 1;
    if !active || !clean || several || !matches!(verification, None | Some("confirmed")) {
        document.remark(node.path(), Reason::WeakAbsence);
        return Ok(Entry::Says(Absent::Unknown, Statement::Unknown));
    }
    let origin = document.origin(resource, &WHO, &WHEN)?;
    // "No known allergy" of category food speaks of food only.
    let narrowed = match (part, node.texts("category")?.as_slice()) {
        (Absent::All, ["food"]) => Absent::Food,
        (Absent::All, ["medication"]) => Absent::Medication,
        (Absent::All, ["environment"]) => Absent::Environment,
        (Absent::All, [_]) => return Ok(Entry::Says(Absent::Unknown, Statement::Unknown)),
        (part, _) => part,
    };
    Ok(Entry::Says(narrowed, Statement::None(origin)))
}

fn category_of(part: Absent) -> AllergyCategory {
    match part {
        Absent::Food => AllergyCategory::Food,
        Absent::Medication => AllergyCategory::Medication,
        Absent::Environment => AllergyCategory::Environment,
        Absent::All | Absent::Present | Absent::Unknown => AllergyCategory::Unknown,
    }
}

fn allergy(document: &Document<'_>, resource: &Resource<'_>, code: Option<Coded>) -> Result<Allergy, FhirError> {
    let node = &resource.node;
    let (mut reactions, mut severity, mut substance) = (Vec::new(), None, code);
    for reaction in node.list("reaction")? {
        substance = match substance {
            None => value::coded_in(&reaction, "substance")?,
            known => known,
        };
        reactions.extend(value::coded_list(&reaction, "manifestation")?.into_iter().map(|what| what.text));
        reactions.extend(reaction.text("description")?.map(value::plain));
        severity = severity.max(match reaction.text("severity")? {
            Some("mild") => Some(Severity::Mild),
            Some("moderate") => Some(Severity::Moderate),
            Some("severe") => Some(Severity::Severe),
            _ => None,
        });
    }
    let substance = document.named(resource, substance);
    let allergy = Allergy {
        category: category(&node.texts("category")?, &substance),
        substance,
        reactions,
        severity,
        criticality: criticality(node.text("criticality")?),
        verification: verification(value::status_in(node, "verificationStatus")?),
        past: matches!(value::status_in(node, "clinicalStatus")?, Some("inactive" | "resolved")),
        note: value::notes(node)?,
        origin: document.origin(resource, &WHO, &WHEN)?,
    };
    own::complete(node, allergy)
}

fn criticality(code: Option<&str>) -> Option<Criticality> {
    match code {
        Some("low") => Some(Criticality::Low),
        Some("high") => Some(Criticality::High),
        Some("unable-to-assess") => Some(Criticality::UnableToAssess),
        _ => None,
    }
}

fn verification(code: Option<&str>) -> Verification {
    match code {
        Some("confirmed") => Verification::Confirmed,
        Some(_) => Verification::Unconfirmed,
        None => Verification::NotSaid,
    }
}

/// As it was said, else by the code system of the substance: J-FAGY has one for each category.
fn category(said: &[&str], substance: &Coded) -> AllergyCategory {
    if said.contains(&"medication") {
        return AllergyCategory::Medication;
    }
    match said.first().map(|word| word.trim_start_matches("jp_")) {
        Some("food") => return AllergyCategory::Food,
        Some("medication") => return AllergyCategory::Medication,
        Some("environment") => return AllergyCategory::Environment,
        Some("biologic") => return AllergyCategory::Other("生物学的製剤".to_owned()),
        Some(other) => return AllergyCategory::Other(other.to_owned()),
        None => {}
    }
    let by_system = |coding: &crate::model::Coding| match coding.system.as_str() {
        codes::YJ | codes::HOT7 | codes::HOT9 | codes::HOT13 | codes::ATC | codes::GENERAL_NAME => {
            Some(AllergyCategory::Medication)
        }
        system if system.contains("JfagyFoodAllergen") => Some(AllergyCategory::Food),
        system if system.contains("JfagyMedicationAllergen") => Some(AllergyCategory::Medication),
        system if system.contains("JfagyNonFoodNonMedication") => Some(AllergyCategory::Environment),
        system if system.ends_with("JFAGY") => by_jfagy(&coding.code),
        _ => None,
    };
    substance.codings.iter().find_map(by_system).unwrap_or_default()
}

/// Before J-FAGY was three code systems, the third letter told which: J7F… food, J7M… medication.
fn by_jfagy(code: &str) -> Option<AllergyCategory> {
    match code.get(2..3)? {
        "F" => Some(AllergyCategory::Food),
        "M" => Some(AllergyCategory::Medication),
        "N" => Some(AllergyCategory::Environment),
        _ => None,
    }
}
