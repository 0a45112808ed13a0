//! Which product a medication resource means: by code, contained, or referenced.

use super::bundle::{Document, Resource};
use super::reference::Target;
use super::{FhirError, node::Node, value};
use crate::codes;
use crate::model::Coded;

/// A product with what its Medication resource says about it.
pub(super) struct Product {
    pub(super) code: Coded,
    pub(super) generic: Option<String>,
    pub(super) strength: Option<String>,
    pub(super) form: Option<String>,
}

impl Product {
    /// A product that nothing names: shown as such, never dropped.
    pub(super) fn unnamed(document: &Document<'_>, resource: &Resource<'_>) -> Self {
        Self { code: document.named(resource, None), generic: None, strength: None, form: None }
    }
}

/// The product of a request, dispensing or statement.
pub(super) fn product<'a>(document: &Document<'a>, of: &Resource<'a>) -> Result<Option<Product>, FhirError> {
    if let Some(concept) = of.node.object("medicationCodeableConcept")? {
        let generic = general_name(&concept)?;
        return Ok(value::coded(&concept)?.map(|code| Product { code, generic, strength: None, form: None }));
    }
    match document.follow(of, "medicationReference")? {
        Some(Target::Resource(found)) if found.kind == "Medication" => medication(&found.node),
        Some(Target::Resource(_)) => Err(of.node.wrong("medicationReference", "expected a reference to a Medication")),
        Some(Target::Words(words)) => {
            Ok(Some(Product { code: Coded::from_text(words), generic: None, strength: None, form: None }))
        }
        None => Ok(None),
    }
}

fn medication(node: &Node<'_>) -> Result<Option<Product>, FhirError> {
    let concept = node.object("code")?;
    let mut generic = concept.as_ref().map_or(Ok(None), general_name)?;
    let (mut names, mut strengths) = (Vec::new(), Vec::new());
    for ingredient in node.list("ingredient")? {
        names.extend(value::coded_in(&ingredient, "itemCodeableConcept")?.map(|item| item.text));
        strengths.extend(ingredient.object("strength")?.map_or(Ok(None), |ratio| strength(&ratio))?);
    }
    generic = Some(names.join("・")).filter(|names| !names.is_empty()).or(generic);
    let code = concept.map_or(Ok(None), |concept| value::coded(&concept))?;
    let code = code.or_else(|| generic.clone().map(Coded::from_text));
    let strength = Some(strengths.join("・")).filter(|words| !words.is_empty());
    let form = value::coded_in(node, "form")?.map(|form| form.text);
    Ok(code.map(|code| Product { code, generic, strength, form }))
}

/// 「1mg」 for 1 mg in one piece, 「100単位/mL」 for a solution.
fn strength(ratio: &Node<'_>) -> Result<Option<String>, FhirError> {
    let part = |key| ratio.object(key)?.map_or(Ok(None), |part| value::quantity(&part));
    let Some((amount, unit)) = part("numerator")? else { return Ok(None) };
    Ok(Some(match part("denominator")? {
        Some((count, per)) if count == "1" && matches!(per.as_str(), "mL" | "g" | "L" | "吸入" | "滴") => {
            format!("{amount}{unit}/{per}")
        }
        Some((count, per)) if count != "1" => format!("{amount}{unit}/{count}{per}"),
        _ => format!("{amount}{unit}"),
    }))
}

/// The general name (一般名) among the codings; the prescribing mark 【般】 is not part of it.
fn general_name(concept: &Node<'_>) -> Result<Option<String>, FhirError> {
    for coding in concept.list("coding")? {
        if coding.text("system")?.map(codes::canonical) == Some(codes::GENERAL_NAME)
            && let Some(display) = coding.text("display")?
        {
            return Ok(Some(display.trim_start_matches("【般】").to_owned()));
        }
    }
    Ok(None)
}
