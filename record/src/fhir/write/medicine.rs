//! MedicationStatement and its Medication.

use serde_json::{Value, json};

use super::own::Own;
use super::paper::Paper;
use super::shapes::{coded, concept, date, dose, strength, unknown, unknown_unless, words};
use super::who::{Place, state};
use crate::codes;
use crate::model::{Medicine, MedicineStatus, Origin, Subject};

const WHO: (Place, Option<&str>) = (Place::One("informationSource"), Some("dateAsserted"));

/// One medicine.
pub(super) fn medicine(paper: &mut Paper, item: &Medicine) -> String {
    let mut own = Own::of(Subject::Medicines);
    let medication = medication(paper, item, &mut own);
    let dosage = dosage(item, &mut own);
    // A reader takes the day of the statement for the day of the medicine.
    own.day_unless("date", item.date, item.origin.recorded.or(item.date));
    own.text_unless("pharmacy", item.pharmacy.as_deref(), None);
    let status = match item.status {
        MedicineStatus::Current => "active",
        MedicineStatus::Unknown => "unknown",
        MedicineStatus::OnHold => "on-hold",
        MedicineStatus::Past => "completed",
    };
    let mut resource = json!({
        "resourceType": "MedicationStatement",
        "status": status,
        "medicationReference": {"reference": medication},
        "subject": paper.subject(),
        "effectivePeriod": {"start": date(item.date)},
        "_effectiveDateTime": unknown_unless(item.date.is_some()),
        "dosage": dosage,
    });
    state(paper, &mut resource, WHO, (&item.origin, item.date), own);
    paper.put(resource)
}

fn medication(paper: &mut Paper, item: &Medicine, own: &mut Own) -> String {
    let ratio = item.strength.as_deref().and_then(strength);
    own.text_unless("strength", item.strength.as_deref(), None);
    let ingredient = (item.generic.is_some() || ratio.is_some()).then(|| {
        let name = item.generic.as_deref().map_or_else(unknown, words);
        json!([{"itemCodeableConcept": name, "strength": ratio}])
    });
    paper.put(json!({
        "resourceType": "Medication",
        "code": coded(&item.product),
        "form": item.form.as_deref().map(words),
        "ingredient": ingredient,
    }))
}

/// A dose that is no plain quantity stands in the text, for every reader. The extension has both as they are: readers
/// put the words of a dosage together in ways of their own.
fn dosage(item: &Medicine, own: &mut Own) -> Value {
    let (amount, usage) = (item.dose.as_deref(), item.usage.as_deref());
    let quantity = amount.and_then(dose);
    let mut text = usage.map(str::to_owned);
    if let (Some(amount), None) = (amount, &quantity) {
        text = Some(usage.into_iter().chain([amount]).collect::<Vec<_>>().join(" "));
    }
    own.text_unless("dose", amount, None);
    own.text_unless("usage", usage, text.as_ref().map(|_| ""));
    let days = item.days.map(|days| {
        json!({"repeat": {"boundsDuration":
            {"value": days, "unit": "日", "system": "http://unitsofmeasure.org", "code": "d"}}})
    });
    let rate = quantity.map(|quantity| json!([{ "doseQuantity": quantity }]));
    json!([{"text": text, "timing": days, "doseAndRate": rate}])
}

/// 「服薬なし」, said by somebody.
pub(super) fn none(paper: &mut Paper, origin: &Origin) -> String {
    let mut resource = json!({
        "resourceType": "MedicationStatement",
        "status": "unknown",
        "medicationCodeableConcept": concept(codes::IPS_ABSENT, "no-known-medications", "服薬なし(確認済)"),
        "subject": paper.subject(),
        "_effectiveDateTime": unknown(),
    });
    state(paper, &mut resource, WHO, (origin, None), Own::of(Subject::Medicines));
    paper.put(resource)
}
