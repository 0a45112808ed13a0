//! One Observation may hold several results: a panel, with a code and a value in each component.

use super::bundle::{Document, Resource};
use super::outcome::{Outcome, one, outcome};
use super::reference::Target;
use super::topic::{Topic, topic};
use super::{FhirError, Reason, node::Node, value};
use crate::model::{BaselineKind, Coded};

/// One result about a kept topic.
pub(super) struct Part {
    pub(super) topic: Topic,
    pub(super) name: Coded,
    pub(super) result: Outcome,
}

/// The results that are kept, or the reason why there are none.
pub(super) fn parts<'a>(
    document: &Document<'a>,
    resource: &Resource<'a>,
) -> Result<Result<Vec<Part>, Reason>, FhirError> {
    let node = &resource.node;
    let material = material(document, resource)?;
    let own = about(node, material.as_deref())?;
    let named = own.is_some();
    let (whole, topic) = own.map_or((None, None), |(name, topic)| (Some(name), topic));
    let components = components(node, material.as_deref())?;
    let halves = components.iter().filter(|(_, _, topic)| matches!(topic, Topic::Pressure(_))).count();
    let topic = topic.or((halves > 1).then_some(Topic::Baseline(BaselineKind::BloodPressure)));
    if let (Some(name), Some(topic @ Topic::Baseline(_))) = (&whole, &topic) {
        return one_part(node, topic.clone(), name.clone(), outcome(node)?);
    }
    if components.is_empty() {
        return match (whole, topic) {
            (Some(name), Some(topic)) => one_part(node, topic, name, outcome(node)?),
            _ if named => Ok(Err(Reason::NotInSummary)),
            _ => Ok(Err(Reason::NoName)),
        };
    }
    let mut parts = Vec::new();
    if let (Some(name), Some(topic)) = (whole, topic) {
        parts.extend(one(node)?.map(|result| Part { topic, name, result }));
    }
    for (component, name, topic) in components {
        parts.extend(one(&component)?.map(|result| Part { topic, name, result }));
    }
    Ok(if parts.is_empty() { Err(Reason::NoValue) } else { Ok(parts) })
}

/// What an Observation is about, and each of its parts, whatever came out.
pub(super) fn topics<'a>(document: &Document<'a>, resource: &Resource<'a>) -> Result<Vec<(Topic, Coded)>, FhirError> {
    let material = material(document, resource)?;
    let own = about(&resource.node, material.as_deref())?.and_then(|(name, topic)| Some((topic?, name)));
    let components = components(&resource.node, material.as_deref())?.into_iter();
    Ok(own.into_iter().chain(components.map(|(_, name, topic)| (topic, name))).collect())
}

fn one_part(
    node: &Node<'_>,
    topic: Topic,
    name: Coded,
    result: Option<Outcome>,
) -> Result<Result<Vec<Part>, Reason>, FhirError> {
    Ok(match result {
        Some(result) => Ok(vec![Part { topic, name, result }]),
        // The values of a panel stand in Observations of their own.
        None if node.has("hasMember") => Err(Reason::NotInSummary),
        None => Err(Reason::NoValue),
    })
}

/// The words of the code under `code`, and the topic that they stand for.
fn about(node: &Node<'_>, material: Option<&str>) -> Result<Option<(Coded, Option<Topic>)>, FhirError> {
    let Some(concept) = node.object("code")? else { return Ok(None) };
    let Some(name) = value::coded(&concept)? else { return Ok(None) };
    let topic = topic(&name, &value::names(&concept)?, material);
    Ok(Some((name, topic)))
}

/// The components about a kept topic.
fn components<'a>(node: &Node<'a>, material: Option<&str>) -> Result<Vec<(Node<'a>, Coded, Topic)>, FhirError> {
    let mut kept = Vec::new();
    for component in node.list("component")? {
        if let Some((name, Some(topic))) = about(&component, material)? {
            kept.push((component, name, topic));
        }
    }
    Ok(kept)
}

/// What was examined: 「血清」, 「尿」.
fn material<'a>(document: &Document<'a>, resource: &Resource<'a>) -> Result<Option<String>, FhirError> {
    let Some(reference) = resource.node.object("specimen")? else { return Ok(None) };
    if let Some(words) = reference.text("display")? {
        return Ok(Some(words.to_owned()));
    }
    // Of a specimen that is not in the document nothing is known; that is no reason to refuse its result.
    match document.follow_at(resource, &reference).ok().flatten() {
        Some(Target::Resource(specimen)) => Ok(value::coded_in(&specimen.node, "type")?.map(|kind| kind.text)),
        _ => Ok(None),
    }
}
