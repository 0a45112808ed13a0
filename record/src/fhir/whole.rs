//! Refuses what is only a part of a record, and what changes its meaning in ways that nobody here knows.

use serde_json::Value;

use super::node::Node;
use super::{FhirError, READ};

const MEANING: &str = "modifierExtension: changes the meaning in a way that this reader does not know";
/// Items that nothing would find inside another resource.
const ITEMS: [&str; 9] = [
    "AllergyIntolerance",
    "Condition",
    "MedicationStatement",
    "MedicationRequest",
    "MedicationDispense",
    "Procedure",
    "DeviceUseStatement",
    "Observation",
    "Consent",
];

fn changes_meaning(key: &str, value: &Value) -> bool {
    match key {
        "modifierExtension" => !value.is_null() && value.as_array().is_none_or(|all| !all.is_empty()),
        "implicitRules" => !value.is_null(),
        _ => false,
    }
}

/// For the Bundle and its entries: themselves, not what they hold.
pub(super) fn check_meaning(node: &Node<'_>) -> Result<(), FhirError> {
    if node.list("modifierExtension")?.is_empty() && !node.has("implicitRules") {
        return Ok(());
    }
    Err(FhirError::at(node.path(), MEANING))
}

/// Refuses a resource that is not whole, or that says more than is understood.
pub(super) fn check_resource(node: &Node<'_>, kind: &str) -> Result<(), FhirError> {
    if kind == "Bundle" {
        return Err(FhirError::at(node.path(), "a Bundle in a Bundle; give every Bundle as a file of its own"));
    }
    if READ.contains(&kind) && node.any_below(changes_meaning) {
        return Err(FhirError::at(node.path(), MEANING));
    }
    check_tags(node)?;
    let gathers = matches!(kind, "Composition" | "List");
    let mut inside = node.list_if("contained");
    if gathers && inside.any(|one| one.text_if("resourceType").is_some_and(|kind| ITEMS.contains(&kind))) {
        return Err(node.wrong("contained", "items inside a list; give each as an entry"));
    }
    Ok(())
}

pub(super) fn check_tags(node: &Node<'_>) -> Result<(), FhirError> {
    let Some(meta) = node.object_if("meta") else { return Ok(()) };
    if meta.list_if("tag").any(|tag| tag.text_if("code") == Some("SUBSETTED")) {
        return Err(FhirError::at(meta.path(), "only a part of the resource (SUBSETTED); give the whole"));
    }
    Ok(())
}

/// An entry without a resource is what a request or its answer has; elsewhere something is missing.
pub(super) fn check_bare(entry: &Node<'_>) -> Result<(), FhirError> {
    let response = entry.object("response")?;
    let status = response.as_ref().map_or(Ok(None), |response| response.text("status"))?;
    let failed = status.is_some_and(|status| !status.starts_with('2'));
    if failed || (response.is_none() && !entry.has("request")) {
        return Err(entry.wrong("resource", "missing; the answer is not whole"));
    }
    Ok(())
}

/// A server that could not give everything.
pub(super) fn check_note(note: &Node<'_>) -> Result<(), FhirError> {
    for issue in note.list("issue")? {
        let grave = matches!(issue.text("severity")?, Some("error" | "fatal"));
        let part = matches!(issue.text("code")?, Some("incomplete" | "throttled" | "forbidden"));
        if grave || part {
            return Err(FhirError::at(issue.path(), "the server says that its answer is not whole"));
        }
    }
    Ok(())
}

/// Fewer than the server counted; some servers count what is included, too.
pub(super) fn check_total(bundle: &Node<'_>) -> Result<(), FhirError> {
    let Some(total) = bundle.number("total")? else { return Ok(()) };
    let mut matches = 0.0;
    for entry in bundle.list("entry")? {
        let mode = entry.object("search")?.map_or(Ok(None), |search| search.text("mode"))?;
        if mode != Some("outcome") && entry.has("resource") {
            matches += 1.0;
        }
    }
    if matches < total {
        return Err(bundle.wrong("total", "more than there are entries; give the whole answer"));
    }
    Ok(())
}
