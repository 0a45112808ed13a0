//! Advance directives: that one exists, its date, where it is and whom to call. Never what it says.

use super::bundle::{Document, Resource};
use super::reference::Target;
use super::{FhirError, Reason, name, node::Node, own, value};
use crate::codes;
use crate::model::{Block, Coded, Directive};

/// Directive, living will, power of attorney, resuscitation order, and their document types.
const LOINC: [&str; 9] =
    ["42348-3", "75320-2", "81334-5", "64298-3", "84095-9", "86533-7", "92664-0", "100821-8", "59284-0"];
/// Also the category of a consent to viewing.
const CONSENT_DOCUMENT: &str = "59284-0";
const CATEGORIES: [&str; 6] = ["acd", "dnr", "hcd", "polst", "npp-acd", "adr"];
/// A place or a person, and the phone.
type Kept = (Option<String>, Option<String>);

const PLAIN_TITLE: &str = "事前指示書";

pub(super) fn read(document: &Document<'_>) -> Result<Block<Directive>, FhirError> {
    let mut directives = Vec::new();
    for kind in ["DocumentReference", "Consent", "Composition"] {
        for resource in document.all(kind) {
            let own = document.composition.as_ref().is_some_and(|own| own.node.is(&resource.node));
            if !own && is_directive(document, resource)? {
                directives.extend(directive(document, resource)?);
            }
        }
    }
    Ok(Block::from_items(directives))
}

/// By the section that lists it, by its type, category or scope, or by the title of what it holds.
pub(super) fn is_directive(document: &Document<'_>, resource: &Resource<'_>) -> Result<bool, FhirError> {
    let node = &resource.node;
    if document.directives.contains(&node.place()) || is_titled(node)? {
        return Ok(true);
    }
    let mut concepts = value::coded_list(node, "category")?;
    concepts.extend(value::coded_in(node, "type")?);
    concepts.extend(value::coded_in(node, "scope")?);
    let privacy = value::status_in(node, "scope")? == Some("patient-privacy");
    let by_code = |concept: &Coded| {
        let loinc = concept.code_in(codes::LOINC);
        loinc.is_some_and(|code| LOINC.contains(&code) && !(privacy && code == CONSENT_DOCUMENT))
            || concept.codings.iter().any(|coding| CATEGORIES.contains(&coding.code.as_str()))
    };
    Ok(concepts.iter().any(|concept| by_code(concept) || is_directive_words(&concept.text)))
}

/// The title of an attachment.
fn is_titled(node: &Node<'_>) -> Result<bool, FhirError> {
    for content in node.list_if("content") {
        let title = content.object("attachment")?.map_or(Ok(None), |attachment| attachment.text("title"))?;
        if title.is_some_and(is_directive_words) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Words that speak of a directive, or of what it says.
pub(super) fn is_directive_words(text: &str) -> bool {
    ["事前指示", "事前意思", "リビングウィル", "リビング・ウィル", "人生会議", "dvance directive", "iving will"]
        .iter()
        .any(|word| text.contains(word))
        || is_content(text)
}

/// Words that would give the content away, even in a title.
fn is_content(text: &str) -> bool {
    ["DNAR", "DNR", "ＤＮＡＲ", "蘇生", "延命", "挿管", "希望しない", "esuscitat"]
        .iter()
        .any(|word| text.contains(word))
}

fn directive(document: &Document<'_>, resource: &Resource<'_>) -> Result<Option<Directive>, FhirError> {
    let node = &resource.node;
    let patient = if resource.kind == "Consent" { "patient" } else { "subject" };
    document.check_patient(resource, patient)?;
    let status = node.text("status")?;
    if document.is_mistake(resource, status) {
        return Ok(None);
    }
    if matches!(status, Some("superseded" | "inactive" | "rejected" | "draft" | "proposed")) {
        document.remark(node.path(), Reason::NotInForce);
        return Ok(None);
    }
    document.remark(node.path(), Reason::DirectiveContent);
    let date = super::origin::first_day(node, &["date", "dateTime"])?;
    let (kept_at, place_phone) = keeper(document, resource)?;
    let (doctor, phone) = doctor(document, resource)?;
    let phone = phone.or(place_phone);
    let origin = document.origin(resource, &["author"], &["date", "dateTime"])?;
    own::complete(node, Directive { title: title(node)?, date, kept_at, doctor, phone, origin }).map(Some)
}

/// What the document is called, unless its name already tells what it says.
fn title(node: &Node<'_>) -> Result<String, FhirError> {
    let said = value::coded_in(node, "type")?.map(|kind| kind.text).filter(|text| !is_code(text));
    Ok(said.filter(|text| !is_content(text)).unwrap_or_else(|| PLAIN_TITLE.to_owned()))
}

fn is_code(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_digit() || c == '-')
}

/// Where it is kept, and the phone there.
fn keeper<'a>(document: &Document<'a>, resource: &Resource<'a>) -> Result<Kept, FhirError> {
    let mut places = Vec::new();
    places.extend(document.follow(resource, "custodian")?);
    for reference in resource.node.list("organization")? {
        places.extend(document.follow_at(resource, &reference)?);
    }
    Ok(match places.into_iter().next() {
        Some(Target::Words(words)) => (Some(value::plain(words)), None),
        Some(Target::Resource(found)) => {
            (found.node.text("name")?.map(value::plain), value::phones(&found.node)?.into_iter().next())
        }
        None => (None, None),
    })
}

/// The doctor to call about it, and the phone.
fn doctor<'a>(document: &Document<'a>, resource: &Resource<'a>) -> Result<(Option<String>, Option<String>), FhirError> {
    let mut people = Vec::new();
    people.extend(document.follow(resource, "authenticator")?);
    for reference in resource.node.list("author")? {
        people.extend(document.follow_at(resource, &reference)?);
    }
    for person in people {
        let Target::Resource(found) = person else { continue };
        let phone = value::phones(&found.node)?.into_iter().next();
        let person = match found.kind {
            "Practitioner" => Some(found),
            "PractitionerRole" => match document.follow(&found, "practitioner")? {
                Some(Target::Resource(person)) => Some(person),
                _ => None,
            },
            _ => None,
        };
        if let Some(person) = person {
            let phone = phone.or(value::phones(&person.node)?.into_iter().next());
            return Ok((name::person(&person.node)?, phone));
        }
    }
    Ok((None, None))
}
