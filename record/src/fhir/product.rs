//! Which product a medication resource means: by code, contained, or referenced.

use super::bundle::{Document, Resource};
use super::reference::Target;
use super::{FhirError, node::Node, value};
use crate::codes;
use crate::model::{Coded, Coding};

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
    match document.follow_or_refuse(of, "medicationReference")? {
        Some(Target::Resource(found)) if found.kind == "Medication" => medication(document, &found),
        Some(Target::Resource(_)) => Err(of.node.wrong("medicationReference", "expected a reference to a Medication")),
        Some(Target::Words(words)) => {
            Ok(Some(Product { code: Coded::from_text(value::plain(words)), generic: None, strength: None, form: None }))
        }
        None => Ok(None),
    }
}

fn medication<'a>(document: &Document<'a>, found: &Resource<'a>) -> Result<Option<Product>, FhirError> {
    let node = &found.node;
    let concept = node.object("code")?;
    let generic = concept.as_ref().map_or(Ok(None), general_name)?;
    let (mut parts, mut strengths) = (Vec::new(), Vec::new());
    for ingredient in node.list("ingredient")? {
        parts.extend(item(document, found, &ingredient)?);
        strengths.extend(ingredient.object("strength")?.map_or(Ok(None), |ratio| strength(&ratio))?);
    }
    let names = parts.iter().map(|part| part.text.as_str()).collect::<Vec<_>>().join("・");
    let code = concept.map_or(Ok(None), |concept| value::coded(&concept))?;
    // JP Core writes an injection as its products, each an ingredient; they are no general names.
    let products = code.is_none() && parts.iter().any(|part| part.codings.iter().any(is_product));
    let generic = Some(names.clone()).filter(|names| !names.is_empty() && !products).or(generic);
    let code = code.or_else(|| {
        let codings = parts.into_iter().flat_map(|part| part.codings).collect();
        Some(Coded { text: names, codings }).filter(|code| !code.text.is_empty())
    });
    let strength = Some(strengths.join("・")).filter(|words| !words.is_empty());
    let form = value::coded_in(node, "form")?.map(|form| form_words(form.text));
    Ok(code.map(|code| Product { code, generic, strength, form }))
}

fn is_product(coding: &Coding) -> bool {
    matches!(coding.system.as_str(), codes::YJ | codes::HOT7 | codes::HOT9 | codes::HOT13)
}

/// An ingredient by its code, or the Substance or Medication that it refers to.
fn item<'a>(
    document: &Document<'a>,
    medication: &Resource<'a>,
    ingredient: &Node<'a>,
) -> Result<Option<Coded>, FhirError> {
    if let Some(named) = value::coded_in(ingredient, "itemCodeableConcept")? {
        return Ok(Some(named));
    }
    let Some(reference) = ingredient.object("itemReference")? else { return Ok(None) };
    Ok(match document.follow_at(medication, &reference)? {
        Some(Target::Resource(substance)) => value::coded_in(&substance.node, "code")?,
        Some(Target::Words(words)) => Some(Coded::from_text(value::plain(words))),
        None => None,
    })
}

/// Pharmaceutical forms of the European terms (EDQM) in Japanese; others as written.
fn form_words(form: String) -> String {
    const FORMS: [(&str, &str); 26] = [
        ("10219000", "錠"),
        ("10221000", "フィルムコーティング錠"),
        ("10210000", "硬カプセル"),
        ("11201000", "注射液"),
        ("tablet", "錠"),
        ("coated tablet", "コーティング錠"),
        ("film-coated tablet", "フィルムコーティング錠"),
        ("prolonged-release tablet", "徐放錠"),
        ("gastro-resistant tablet", "腸溶錠"),
        ("orodispersible tablet", "口腔内崩壊錠"),
        ("capsule", "カプセル"),
        ("capsule, hard", "硬カプセル"),
        ("capsule, soft", "軟カプセル"),
        ("oral solution", "内用液"),
        ("oral drops, solution", "内用滴剤"),
        ("oral suspension", "懸濁液(内用)"),
        ("solution for injection", "注射液"),
        ("solution for injection in pre-filled syringe", "注射液(シリンジ)"),
        ("solution for injection in pre-filled pen", "注射液(ペン)"),
        ("eye drops, solution", "点眼液"),
        ("inhalation powder", "吸入粉末"),
        ("transdermal patch", "貼付剤"),
        ("cream", "クリーム"),
        ("ointment", "軟膏"),
        ("suppository", "坐剤"),
        ("nasal spray, solution", "点鼻液"),
    ];
    let plain = form.to_lowercase();
    FORMS.into_iter().find(|(known, _)| *known == plain).map_or(form, |(_, words)| words.to_owned())
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
