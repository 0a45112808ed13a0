//! Who stated an item, in the elements that its kind of resource has for that.

use serde_json::{Value, json};

use super::own::Own;
use super::paper::Paper;
use crate::model::{Origin, PartialDate};

/// Where a kind of resource says who stated it.
#[derive(Clone, Copy)]
pub(super) enum Place {
    /// `recorder` for the one who wrote it down, `asserter` for the patient or a relative whose words it is.
    RecorderAndAsserter,
    /// A list that takes everybody.
    List(&'static str),
    /// One reference that takes everybody.
    One(&'static str),
    /// One reference that takes no organisation.
    OnePerson(&'static str),
    /// One reference that takes no relative.
    OneButRelatives(&'static str),
}

/// What relatives are called where a name would stand.
const RELATIVES: [&str; 28] = [
    "母",
    "父",
    "親",
    "妻",
    "夫",
    "配偶者",
    "息子",
    "娘",
    "長男",
    "次男",
    "三男",
    "長女",
    "次女",
    "三女",
    "子",
    "兄",
    "弟",
    "姉",
    "妹",
    "兄弟",
    "姉妹",
    "兄弟姉妹",
    "祖父",
    "祖母",
    "孫",
    "家族",
    "後見人",
    "嫁",
];

/// Who said something: a professional, the patient, or a relative.
enum Speaker<'a> {
    Professional(Option<&'a str>),
    Patient,
    Relative(&'a str),
}

/// Writes the origin into the resource, and into its extension what the resource cannot say. `when` is the element for
/// the day on which it was recorded; without one, a reader takes `dated` for that day.
pub(super) fn state(
    paper: &mut Paper,
    resource: &mut Value,
    (place, when): (Place, Option<&str>),
    (origin, dated): (&Origin, Option<PartialDate>),
    mut own: Own,
) {
    let mut read = said_in(paper, resource, place, origin);
    read.recorded = dated;
    if let (Some(key), Some(day)) = (when, origin.recorded) {
        resource[key] = json!(day.to_string());
        read.recorded = Some(day);
    }
    own.origin_unless(paper, origin, &read);
    resource["extension"] = own.extension();
}

/// Writes facility and author, and gives back as much of them as a reader finds.
fn said_in(paper: &mut Paper, resource: &mut Value, place: Place, origin: &Origin) -> Origin {
    let mut read = Origin { facility: origin.facility.clone(), author: origin.author.clone(), ..Origin::default() };
    let speaker = speaker(origin.author.as_deref());
    match place {
        Place::RecorderAndAsserter => {
            resource["recorder"] = reference(office(paper, &speaker, place, origin));
            resource["asserter"] = reference(person(paper, &speaker));
        }
        Place::List(key) => {
            let both = [office(paper, &speaker, place, origin), person(paper, &speaker)];
            resource[key] = both.into_iter().flatten().map(|url| reference(Some(url))).collect();
        }
        Place::OneButRelatives(key) if matches!(speaker, Speaker::Relative(_)) => {
            resource[key] = reference(office(paper, &speaker, place, origin));
            read.author = None;
        }
        Place::One(key) | Place::OnePerson(key) | Place::OneButRelatives(key) => match person(paper, &speaker) {
            Some(person) => {
                resource[key] = reference(Some(person));
                read.facility = None;
            }
            None => resource[key] = reference(office(paper, &speaker, place, origin)),
        },
    }
    read
}

/// The facility with the professional who speaks for it; the facility alone beside somebody else.
fn office(paper: &mut Paper, speaker: &Speaker<'_>, place: Place, origin: &Origin) -> Option<String> {
    let facility = origin.facility.as_deref();
    match (speaker, place) {
        (Speaker::Professional(Some(name)), _) => Some(paper.role(Some(name), facility)),
        (_, Place::RecorderAndAsserter | Place::OnePerson(_)) => facility.map(|name| paper.role(None, Some(name))),
        _ => facility.map(|name| paper.organisation(name)),
    }
}

/// The patient or the relative, where it is one of them who speaks.
fn person(paper: &mut Paper, speaker: &Speaker<'_>) -> Option<String> {
    match speaker {
        Speaker::Professional(_) => None,
        Speaker::Patient => Some(paper.patient()),
        Speaker::Relative(relation) => Some(paper.relative(relation)),
    }
}

fn reference(url: Option<String>) -> Value {
    url.map_or(Value::Null, |url| json!({ "reference": url }))
}

fn speaker(author: Option<&str>) -> Speaker<'_> {
    match author {
        Some("本人") => Speaker::Patient,
        Some(word) if RELATIVES.contains(&word) => Speaker::Relative(word),
        name => Speaker::Professional(name),
    }
}
