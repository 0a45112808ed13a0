//! MedicationRequest, MedicationDispense and MedicationStatement.

use std::collections::HashSet;

use super::absence::{Absent, Gathered, SectionCodes, Statement, absent};
use super::bundle::{Document, Resource};
use super::origin::first_day;
use super::product::{Product, product};
use super::reference::Target;
use super::repeats::without_repeats;
use super::supply::{supplied, times, with_times};
use super::{DenialKind, FhirError, Reason, clean, dosage, node::Node, own, value};
use crate::model::{Allergy, AllergyCategory, Block, Medicine, MedicineStatus, Subject};

// The JP-CLINS sections hold what this one facility ordered; that it ordered nothing says nothing about other facilities.
const SECTIONS: SectionCodes = SectionCodes { loinc: &["10160-0"], jp: &[], part: &["430", "432", "444"] };

/// How one kind of resource says it.
struct Form {
    kind: &'static str,
    dosages: &'static str,
    who: &'static [&'static str],
    when: &'static [&'static str],
}

const REQUEST: Form = Form {
    kind: "MedicationRequest",
    dosages: "dosageInstruction",
    who: &["requester", "recorder"],
    when: &["authoredOn"],
};
const DISPENSE: Form = Form {
    kind: "MedicationDispense",
    dosages: "dosageInstruction",
    who: &["performer"],
    when: &["whenHandedOver", "whenPrepared"],
};
const STATEMENT: Form = Form {
    kind: "MedicationStatement",
    dosages: "dosage",
    who: &["informationSource"],
    when: &["dateAsserted", "effectiveDateTime", "effectivePeriod"],
};

/// The medicines, and what the documents say must not be given. `asked` are those of a health checkup's questions.
pub(super) fn read(
    document: &Document<'_>,
    asked: Vec<Medicine>,
) -> Result<(Block<Medicine>, Vec<Allergy>), FhirError> {
    let mut medicines = Gathered::new(document.section_statements(SECTIONS)?);
    let (mut forbidden, mut dispensed) = (Vec::new(), HashSet::new());
    for resource in document.all(DISPENSE.kind) {
        if let Some(medicine) = listed(document, resource, &DISPENSE, &mut medicines)? {
            let order = order_of(document, resource)?;
            medicines.items.push(with_order(document, medicine, order.as_ref())?);
            dispensed.extend(order.map(|order| order.node.place()));
        }
    }
    for form in [&REQUEST, &STATEMENT] {
        for resource in document.all(form.kind) {
            if dispensed.contains(&resource.node.place()) {
                document.remark(resource.node.path(), Reason::ShownAsDispensed);
            } else if resource.node.boolean("doNotPerform")? == Some(true) {
                forbidden.extend(contraindicated(document, resource)?);
            } else if let Some(medicine) = listed(document, resource, form, &mut medicines)? {
                medicines.items.push(medicine);
            }
        }
    }
    medicines.items.extend(asked);
    let ours = |resource: &Resource<'_>| matches!(own::block(&resource.node), Ok(Some(_)));
    // A summary that was written out keeps its lines as they were.
    if !document.all(STATEMENT.kind).any(ours) {
        medicines.items = without_repeats(std::mem::take(&mut medicines.items));
    }
    Ok((medicines.block(document, Subject::Medicines), forbidden))
}

/// The medicine of a resource, unless it is a statement or left out.
fn listed<'a>(
    document: &Document<'a>,
    resource: &Resource<'a>,
    form: &Form,
    gathered: &mut Gathered<Medicine>,
) -> Result<Option<Medicine>, FhirError> {
    let (node, path) = (&resource.node, resource.node.path());
    document.check_patient(resource, "subject")?;
    if document.is_mistake(resource, node.text("status")?) {
        let name = product(document, resource).map(|found| found.map(|product| product.code));
        document.denied(resource, DenialKind::Mistake, Subject::Medicines, name, (form.who, form.when));
        return Ok(None);
    }
    let product = product(document, resource)?;
    if let Some(part) = product.as_ref().and_then(|product| absent(&product.code, "medications")) {
        let said = match (part, node.text("status")?) {
            (Absent::All, Some("active" | "unknown") | None) if is_whole_none(document, resource)? => {
                Statement::None(document.origin(resource, form.who, form.when)?)
            }
            (Absent::All, _) => {
                document.remark(path, Reason::WeakAbsence);
                Statement::Unknown
            }
            _ => Statement::Unknown,
        };
        gathered.say(path, said);
        return Ok(None);
    }
    let planned = is_planned(node)?;
    let Some(status) = status(document, resource)?.filter(|_| !planned) else {
        document.remark(path, Reason::NotInForce);
        gathered.say(path, Statement::Unknown);
        return Ok(None);
    };
    medicine(document, resource, form, product, status).map(Some)
}

/// True for an order that is only an idea. What the patient reports to take is often written as a plan, and is taken.
fn is_planned(node: &Node<'_>) -> Result<bool, FhirError> {
    let reported = node.boolean("reportedBoolean")? == Some(true) || node.has("reportedReference");
    Ok(match node.text("intent")? {
        Some("proposal" | "option") => true,
        Some("plan") => !reported,
        _ => false,
    })
}

/// True when nothing of the resource limits its "no known medications".
fn is_whole_none<'a>(document: &Document<'a>, resource: &Resource<'a>) -> Result<bool, FhirError> {
    let node = &resource.node;
    let concept = match document.follow(resource, "medicationReference")? {
        Some(Target::Resource(medication)) => medication.node.object("code")?,
        _ => node.object("medicationCodeableConcept")?,
    };
    Ok(!is_planned(node)? && clean::is_clean(node, concept.as_ref(), document.day())?)
}

/// `None` for one that never came into force. JP-CLINS writes every order as `completed` (the ordering is), so for an
/// order or a dispensing that word does not say that the medicine is over.
fn status(document: &Document<'_>, resource: &Resource<'_>) -> Result<Option<MedicineStatus>, FhirError> {
    let statement = resource.kind == STATEMENT.kind;
    Ok(match resource.node.text("status")? {
        Some("active") if statement && has_ended(document, resource)? => {
            document.remark(&resource.node.path_of("effectivePeriod"), Reason::Ended);
            Some(MedicineStatus::Unknown)
        }
        Some("active") => Some(MedicineStatus::Current),
        Some("on-hold") => Some(MedicineStatus::OnHold),
        Some("completed") if statement => Some(MedicineStatus::Past),
        Some("stopped" | "not-taken") => Some(MedicineStatus::Past),
        Some("cancelled" | "draft" | "declined" | "preparation" | "intended") => None,
        Some("completed" | "in-progress" | "unknown") | None => Some(MedicineStatus::Unknown),
        Some(_) => {
            document.remark(&resource.node.path_of("status"), Reason::UnknownStatus);
            Some(MedicineStatus::Unknown)
        }
    })
}

/// A statement whose period ended before the document was written.
fn has_ended(document: &Document<'_>, resource: &Resource<'_>) -> Result<bool, FhirError> {
    let period = resource.node.object("effectivePeriod")?;
    let end = period.map_or(Ok(None), |period| period.day("end"))?;
    Ok(end.is_some_and(|end| end.latest() < document.day().earliest()))
}

fn medicine(
    document: &Document<'_>,
    resource: &Resource<'_>,
    form: &Form,
    product: Option<Product>,
    status: MedicineStatus,
) -> Result<Medicine, FhirError> {
    let node = &resource.node;
    let dosing = dosage::dosing(&node.list(form.dosages)?, first_day(node, form.when)?)?;
    let product = product.unwrap_or_else(|| Product::unnamed(document, resource));
    let medicine = Medicine {
        product: product.code,
        generic: product.generic,
        strength: product.strength,
        form: product.form,
        dose: dosing.dose,
        usage: with_times(dosing.usage, times(resource)?),
        days: supplied(resource)?.or(dosing.days),
        date: first_day(node, form.when)?,
        pharmacy: pharmacy(document, resource)?,
        status,
        origin: document.origin(resource, form.who, form.when)?,
    };
    own::complete(node, medicine)
}

fn pharmacy<'a>(document: &Document<'a>, resource: &Resource<'a>) -> Result<Option<String>, FhirError> {
    if resource.kind == DISPENSE.kind {
        let performer = document.listed_who(resource, "performer")?.facility;
        return Ok(match performer {
            Some(pharmacy) => Some(pharmacy),
            None => document.named_organisation(resource, "location")?,
        });
    }
    let Some(order) = resource.node.object("dispenseRequest")? else { return Ok(None) };
    let at = Resource { node: order, ..resource.clone() };
    document.named_organisation(&at, "performer")
}

/// The order that a dispensing fills, if it is in the Bundle and stands.
fn order_of<'a>(document: &Document<'a>, dispense: &Resource<'a>) -> Result<Option<Resource<'a>>, FhirError> {
    for reference in dispense.node.list("authorizingPrescription")? {
        if let Some(Target::Resource(order)) = document.follow_at(dispense, &reference)?
            && order.kind == REQUEST.kind
            && order.node.text("status")? != Some("entered-in-error")
            && order.node.boolean("doNotPerform")? != Some(true)
        {
            document.check_patient(&order, "subject")?;
            return Ok(Some(order));
        }
    }
    Ok(None)
}

/// What the dispensing leaves open, from its order; an order that was stopped or paused stops or pauses it.
fn with_order<'a>(
    document: &Document<'a>,
    mut medicine: Medicine,
    order: Option<&Resource<'a>>,
) -> Result<Medicine, FhirError> {
    let Some(order) = order else { return Ok(medicine) };
    let dosing = dosage::dosing(&order.node.list(REQUEST.dosages)?, first_day(&order.node, REQUEST.when)?)?;
    medicine.origin.untold |= document.origin(order, REQUEST.who, REQUEST.when)?.untold;
    medicine.dose = medicine.dose.or(dosing.dose);
    medicine.usage = medicine.usage.or(dosing.usage);
    medicine.days = medicine.days.or(supplied(order)?).or(dosing.days);
    medicine.status = match order.node.text("status")? {
        Some("stopped" | "cancelled") => MedicineStatus::Past,
        Some("on-hold") => MedicineStatus::OnHold,
        Some("active") if medicine.status == MedicineStatus::Unknown => MedicineStatus::Current,
        _ => medicine.status,
    };
    Ok(medicine)
}

/// An order *not* to give something (`doNotPerform`).
fn contraindicated<'a>(document: &Document<'a>, resource: &Resource<'a>) -> Result<Option<Allergy>, FhirError> {
    document.check_patient(resource, "subject")?;
    let status = resource.node.text("status")?;
    if document.is_mistake(resource, status) {
        let name = product(document, resource).map(|found| found.map(|product| product.code));
        let source = (REQUEST.who, REQUEST.when);
        document.denied(resource, DenialKind::Mistake, Subject::Contraindications, name, source);
        return Ok(None);
    }
    if !matches!(status, Some("active" | "completed" | "on-hold" | "unknown") | None) {
        document.remark(resource.node.path(), Reason::NotInForce);
        return Ok(None);
    }
    let product = product(document, resource)?.unwrap_or_else(|| Product::unnamed(document, resource));
    Ok(Some(Allergy {
        substance: product.code,
        category: AllergyCategory::Medication,
        reactions: value::coded_list(&resource.node, "reasonCode")?.into_iter().map(|reason| reason.text).collect(),
        severity: None,
        criticality: None,
        verification: Default::default(),
        past: false,
        note: value::notes(&resource.node)?,
        origin: document.origin(resource, REQUEST.who, REQUEST.when)?,
    }))
}
