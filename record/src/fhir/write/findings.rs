//! Observations (blood type, laboratory values, infections, pregnancy, the usual state) and Flags (communication).

use serde_json::{Value, json};

use super::own::Own;
use super::paper::Paper;
use super::shapes::{concept, date, measure, notes, status, unknown_unless, words};
use super::who::{Place, state};
use crate::codes;
use crate::display;
use crate::fhir::own::{BLOOD_TYPE, DUE, word_of};
use crate::language::Language;
use crate::model::{
    Baseline, BaselineKind, BloodType, Communication, Infection, Lab, LabKind, Origin, PartialDate, Pregnancy, Subject,
};

const WHO: (Place, Option<&str>) = (Place::List("performer"), None);

/// Writes an Observation that was made on `on`.
fn observation(
    paper: &mut Paper,
    (code, category): (Value, &str),
    result: (&str, Value),
    (on, origin): (Option<PartialDate>, &Origin),
    own: Own,
) -> Value {
    let mut resource = json!({
        "resourceType": "Observation",
        "status": "final",
        "category": [status("observation-category", category)],
        "code": code,
        "subject": paper.subject(),
        "effectiveDateTime": date(on),
        "_effectiveDateTime": unknown_unless(on.is_some()),
    });
    resource[result.0] = result.1;
    state(paper, &mut resource, WHO, (origin, on), own);
    resource
}

pub(super) fn blood_type(paper: &mut Paper, item: &BloodType) -> String {
    let code = concept(codes::LOINC, "882-1", "血液型");
    let result = ("valueCodeableConcept", words(&item.text));
    let own = Own::named(BLOOD_TYPE);
    let resource = observation(paper, (code, "laboratory"), result, (item.origin.recorded, &item.origin), own);
    paper.put(resource)
}

pub(super) fn lab(paper: &mut Paper, item: &Lab) -> String {
    let mut own = Own::of(Subject::Labs);
    own.text("kind", &word_of(&item.kind));
    let name = display::lab_name(&item.kind, Language::Japanese);
    let code = lab_code(item).map_or_else(|| words(name), |code| concept(codes::LOINC, code, name));
    let result = match measure(&item.value) {
        Some(quantity) => ("valueQuantity", quantity),
        None => ("valueString", json!(item.value)),
    };
    let resource = observation(paper, (code, "laboratory"), result, (item.date, &item.origin), own);
    paper.put(resource)
}

/// LOINC names a unit with each code, so only for a value in that unit. No eGFR: its codes name an equation.
fn lab_code(item: &Lab) -> Option<&'static str> {
    let (code, unit) = match item.kind {
        LabKind::Creatinine => ("2160-0", "mg/dL"),
        LabKind::Potassium => ("2823-3", "mEq/L"),
        LabKind::Hemoglobin => ("718-7", "g/dL"),
        LabKind::PtInr => ("6301-6", ""),
        LabKind::HbA1c => ("4548-4", "%"),
        LabKind::Egfr | LabKind::Other(_) => return None,
    };
    item.value.ends_with(unit).then_some(code)
}

pub(super) fn infection(paper: &mut Paper, item: &Infection) -> String {
    let mut own = Own::of(Subject::Infections);
    own.flag("positive", item.positive);
    let code = words(&item.name);
    let result = ("valueCodeableConcept", words(&item.result));
    let mut resource = observation(paper, (code, "laboratory"), result, (item.date, &item.origin), own);
    let positive = item.positive.then(|| json!([status("v3-ObservationInterpretation", "POS")]));
    resource["interpretation"] = positive.unwrap_or_default();
    paper.put(resource)
}

/// The status, and the expected delivery as an Observation of its own; both addresses.
pub(super) fn pregnancy(paper: &mut Paper, item: &Pregnancy) -> Vec<String> {
    let on = (item.origin.recorded, &item.origin);
    let due = item.due.map(|due| {
        let code = concept(codes::LOINC, "11778-8", "分娩予定日");
        let result = ("valueDateTime", date(Some(due)));
        let resource = observation(paper, (code, "exam"), result, on, Own::named(DUE));
        paper.put(resource)
    });
    let code = concept(codes::LOINC, "82810-3", "妊娠状態");
    let result = ("valueCodeableConcept", concept(codes::SNOMED, "77386006", "妊娠中"));
    let mut resource = observation(paper, (code, "exam"), result, on, Own::of(Subject::Pregnancy));
    resource["hasMember"] = due.iter().map(|url| json!({"reference": url})).collect();
    resource["note"] = notes(item.note.as_deref());
    let status = paper.put(resource);
    [status].into_iter().chain(due).collect()
}

pub(super) fn baseline(paper: &mut Paper, item: &Baseline) -> String {
    let mut own = Own::of(Subject::Baseline);
    own.text("kind", &word_of(&item.kind));
    let name = match &item.kind {
        BaselineKind::Consciousness => "普段の意識",
        BaselineKind::BloodPressure => "普段の血圧",
        BaselineKind::OxygenSaturation => "普段のSpO2",
        BaselineKind::DailyLiving => "日常生活動作(ADL)",
        BaselineKind::General | BaselineKind::Other(_) => "普段の状態",
    };
    let result = ("valueString", json!(item.text));
    let on = (item.origin.recorded, &item.origin);
    let resource = observation(paper, (words(name), "exam"), result, on, own);
    paper.put(resource)
}

pub(super) fn communication(paper: &mut Paper, item: &Communication) -> String {
    let mut own = Own::of(Subject::Communication);
    own.text("kind", &word_of(&item.kind));
    let mut resource = json!({
        "resourceType": "Flag",
        "status": "active",
        "category": [words("意思疎通")],
        "code": words(&item.text),
        "subject": paper.subject(),
    });
    state(paper, &mut resource, (Place::OneButRelatives("author"), None), (&item.origin, None), own);
    paper.put(resource)
}
