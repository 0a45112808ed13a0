//! AllergyIntolerance: allergies, contraindicated drugs, and that there are none.

use serde_json::{Value, json};

use super::own::{Own, category_word};
use super::paper::Paper;
use super::shapes::{coded, concept, notes, status, unknown, words};
use super::who::{Place, state};
use crate::codes;
use crate::model::{Allergy, AllergyCategory, CategoryAbsence, Criticality, Origin, Severity, Subject, Verification};

const WHO: (Place, Option<&str>) = (Place::RecorderAndAsserter, Some("recordedDate"));

/// One allergy or contraindicated drug.
pub(super) fn allergy(paper: &mut Paper, subject: Subject, item: &Allergy) -> String {
    let mut own = Own::of(subject);
    let plain = plain_category(&item.category);
    // A reader may have a word of its own for the fourth.
    if !matches!(plain, Some("food" | "medication" | "environment")) {
        own.text("category", category_word(&item.category));
    }
    let verification = match item.verification {
        Verification::Confirmed => status("allergyintolerance-verification", "confirmed"),
        Verification::Unconfirmed => status("allergyintolerance-verification", "unconfirmed"),
        Verification::NotSaid => Value::Null,
    };
    let criticality = item.criticality.map(|criticality| match criticality {
        Criticality::Low => "low",
        Criticality::High => "high",
        Criticality::UnableToAssess => "unable-to-assess",
    });
    let mut resource = json!({
        "resourceType": "AllergyIntolerance",
        "clinicalStatus": status("allergyintolerance-clinical", if item.past { "inactive" } else { "active" }),
        "verificationStatus": verification,
        "category": plain.map(|word| [word]),
        "criticality": criticality,
        "code": coded(&item.substance),
        "patient": paper.subject(),
        "reaction": reaction(item),
        "note": notes(item.note.as_deref()),
    });
    state(paper, &mut resource, WHO, (&item.origin, None), own);
    paper.put(resource)
}

/// The category where R4 has its word.
fn plain_category(category: &AllergyCategory) -> Option<&str> {
    Some(category_word(category)).filter(|word| ["food", "medication", "environment", "biologic"].contains(word))
}

fn reaction(item: &Allergy) -> Value {
    let severity = item.severity.map(|severity| match severity {
        Severity::Mild => "mild",
        Severity::Moderate => "moderate",
        Severity::Severe => "severe",
    });
    let mut manifestations: Vec<Value> = item.reactions.iter().map(|what| words(what)).collect();
    if manifestations.is_empty() && severity.is_some() {
        manifestations.push(unknown());
    }
    if manifestations.is_empty() {
        Value::Null
    } else {
        json!([{"manifestation": manifestations, "severity": severity}])
    }
}

/// 「アレルギーなし」, said by somebody.
pub(super) fn none(paper: &mut Paper, origin: &Origin) -> String {
    absence(paper, "no-known-allergies", "アレルギーなし(確認済)", origin)
}

/// 「食物アレルギーなし」, of a category that IPS has a code for.
pub(super) fn none_of_category(paper: &mut Paper, none: &CategoryAbsence) -> Option<String> {
    let (code, words) = match none.category {
        AllergyCategory::Food => ("no-known-food-allergies", "食物アレルギーなし(確認済)"),
        AllergyCategory::Medication => ("no-known-medication-allergies", "薬剤アレルギーなし(確認済)"),
        AllergyCategory::Environment => ("no-known-environmental-allergies", "環境アレルギーなし(確認済)"),
        AllergyCategory::Unknown | AllergyCategory::Other(_) => return None,
    };
    Some(absence(paper, code, words, &none.origin))
}

fn absence(paper: &mut Paper, code: &str, words: &str, origin: &Origin) -> String {
    let mut resource = json!({
        "resourceType": "AllergyIntolerance",
        "clinicalStatus": status("allergyintolerance-clinical", "active"),
        "verificationStatus": status("allergyintolerance-verification", "confirmed"),
        "code": concept(codes::IPS_ABSENT, code, words),
        "patient": paper.subject(),
    });
    state(paper, &mut resource, WHO, (origin, None), Own::of(Subject::Allergies));
    paper.put(resource)
}
