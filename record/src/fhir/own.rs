//! Our own documents read back: the extensions that `write` adds for what R4 cannot say (docs/formats/fhir-out.md).
//!
//! Nothing here makes "none": a section's statement goes through `absence` like everybody else's.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::absence::{Gathered, SectionCodes};
use super::bundle::Document;
use super::node::Node;
use super::{FhirError, value};
use crate::model::{Absence, AlsoStated, Block, CategoryAbsence, Disputed, Origin, Subject, Summary, Unavailability};

/// On a resource, a contact, a care team's participant or a section: what its other elements cannot say.
pub(super) const ITEM: &str = "https://kakari.example.jp/fhir/StructureDefinition/item";
/// On the Composition: what belongs to the summary as a whole.
pub(super) const SUMMARY: &str = "https://kakari.example.jp/fhir/StructureDefinition/summary";
/// The blocks of the summary as section codes.
pub(super) const BLOCKS: &str = "https://kakari.example.jp/fhir/CodeSystem/document-section";
/// `block` of the Observation of the blood type.
pub(super) const BLOOD_TYPE: &str = "blood_type";
/// `block` of the Observation of the expected delivery, which belongs to that of the pregnancy.
pub(super) const DUE: &str = "pregnancy_due";

/// The fields that a part may set or, by `unsaid`, empty. No other: a name or a code has only one place.
const FIELDS: [&str; 12] = [
    "kind",
    "category",
    "side",
    "suspected",
    "positive",
    "strength",
    "dose",
    "usage",
    "date",
    "pharmacy",
    "doctor",
    "phone",
];

impl Subject {
    /// Its name in our own forms.
    pub(super) fn code(self) -> &'static str {
        self.codes()[0]
    }

    fn codes(self) -> &'static [&'static str] {
        match self {
            Self::Allergies => &["allergies"],
            Self::Contraindications => &["contraindications"],
            Self::Medicines => &["medicines"],
            Self::Conditions => &["conditions"],
            Self::Procedures => &["procedures"],
            Self::Devices => &["devices"],
            Self::Infections => &["infections"],
            Self::Labs => &["labs"],
            Self::Pregnancy => &["pregnancy"],
            Self::Dialysis => &["dialysis"],
            Self::Baseline => &["baseline"],
            Self::Communication => &["communication"],
            Self::Directives => &["directives"],
            Self::Doctors => &["doctors"],
            Self::Contacts => &["contacts"],
        }
    }

    pub(super) fn named(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|subject| subject.code() == code)
    }
}

/// The word for a value of an enumeration, as the summary itself stores it.
pub(super) fn word_of(kind: &impl Serialize) -> String {
    match serde_json::to_value(kind) {
        Ok(Value::String(word)) => word,
        _ => String::new(),
    }
}

fn of_word<T: DeserializeOwned>(part: &Node<'_>, word: &str) -> Result<T, FhirError> {
    serde_json::from_value(Value::from(word)).map_err(|_| not_ours(part))
}

fn not_ours(part: &Node<'_>) -> FhirError {
    FhirError::at(part.path(), "not a part of this extension as docs/formats/fhir-out.md has it")
}

/// The parts of our extension on `node`.
fn parts<'a>(node: &Node<'a>, url: &str) -> Result<Vec<Node<'a>>, FhirError> {
    value::extension(node, url)?.map_or(Ok(Vec::new()), |ours| ours.list("extension"))
}

fn word<'a>(part: &Node<'a>) -> Result<Option<&'a str>, FhirError> {
    Ok(part.text("valueCode")?.or(part.text("valueString")?).or(part.text("valueDateTime")?))
}

/// Which block an item says that it is of; `None` for an item that is not ours.
pub(super) fn block<'a>(node: &Node<'a>) -> Result<Option<&'a str>, FhirError> {
    for part in parts(node, ITEM)? {
        if part.text("url")? == Some("block") {
            return word(&part);
        }
    }
    Ok(None)
}

/// Whether an item says that it is of this block; `None` for an item that is not ours.
pub(super) fn is_of(node: &Node<'_>, subject: Subject) -> Result<Option<bool>, FhirError> {
    Ok(block(node)?.map(|block| block == subject.code()))
}

/// The origin with what the extension adds to it, replaces in it or takes from it.
pub(super) fn origin(node: &Node<'_>, origin: Origin) -> Result<Origin, FhirError> {
    with_parts(&parts(node, ITEM)?, origin)
}

fn with_parts(parts: &[Node<'_>], mut origin: Origin) -> Result<Origin, FhirError> {
    for part in parts {
        let said = word(part)?;
        match (part.text("url")?, said) {
            (Some("facility"), Some(said)) => origin.facility = Some(value::plain(said)),
            (Some("author"), Some(said)) => origin.author = Some(value::plain(said)),
            (Some("recorded"), Some(_)) => origin.recorded = part.date("valueDateTime")?,
            (Some("unsaid"), Some("facility")) => origin.facility = None,
            (Some("unsaid"), Some("author")) => origin.author = None,
            (Some("unsaid"), Some("recorded")) => origin.recorded = None,
            (Some("also"), _) => origin.also.push(also(part)?),
            (Some("untold"), _) => origin.untold = true,
            _ => {}
        }
    }
    Ok(origin)
}

fn also(part: &Node<'_>) -> Result<AlsoStated, FhirError> {
    let parts = part.list("extension")?;
    let Origin { facility, author, recorded, .. } = with_parts(&parts, Origin::default())?;
    let mut differs = None;
    for part in parts {
        if part.text("url")? == Some("differs") {
            differs = word(&part)?.map(value::plain);
        }
    }
    Ok(AlsoStated { facility, author, recorded, differs })
}

/// The item with the fields that the extension says itself.
pub(super) fn complete<T: Serialize + DeserializeOwned>(node: &Node<'_>, item: T) -> Result<T, FhirError> {
    let parts = parts(node, ITEM)?;
    if parts.is_empty() {
        return Ok(item);
    }
    let mut fields = serde_json::to_value(&item).map_err(|_| not_ours(node))?;
    for part in &parts {
        let (Some(name), said) = (part.text("url")?, word(part)?) else { continue };
        match (name, said, part.boolean("valueBoolean")?) {
            ("unsaid", Some(name), _) if FIELDS.contains(&name) => fields[name] = Value::Null,
            (name, Some(said), _) if FIELDS.contains(&name) => fields[name] = Value::from(value::plain(said)),
            (name, None, Some(flag)) if FIELDS.contains(&name) => fields[name] = Value::from(flag),
            _ => {}
        }
    }
    serde_json::from_value(fields).map_err(|_| not_ours(node))
}

/// Adds what our sections say of blocks in which nothing is known, and what our Composition says of the whole.
pub(super) fn finish(document: &Document<'_>, summary: &mut Summary) -> Result<(), FhirError> {
    stand(document, Subject::Allergies, &mut summary.allergies.block)?;
    stand(document, Subject::Contraindications, &mut summary.contraindications)?;
    stand(document, Subject::Medicines, &mut summary.medicines)?;
    stand(document, Subject::Conditions, &mut summary.conditions)?;
    stand(document, Subject::Procedures, &mut summary.procedures)?;
    stand(document, Subject::Devices, &mut summary.devices)?;
    stand(document, Subject::Infections, &mut summary.infections)?;
    stand(document, Subject::Labs, &mut summary.labs)?;
    stand(document, Subject::Pregnancy, &mut summary.pregnancy)?;
    stand(document, Subject::Dialysis, &mut summary.dialysis)?;
    stand(document, Subject::Baseline, &mut summary.baseline)?;
    stand(document, Subject::Communication, &mut summary.communication)?;
    stand(document, Subject::Directives, &mut summary.directives)?;
    stand(document, Subject::Doctors, &mut summary.doctors)?;
    stand(document, Subject::Contacts, &mut summary.contacts)?;
    whole(document, summary)
}

/// Known items stay; else the section's reason for showing nothing, else its statement.
fn stand<T>(document: &Document<'_>, subject: Subject, block: &mut Block<T>) -> Result<(), FhirError> {
    if !block.items().is_empty() {
        return Ok(());
    }
    if matches!(block, Block::NotRecorded) {
        let ours = SectionCodes { loinc: &[], jp: subject.codes(), part: &[] };
        *block = Gathered::new(document.section_statements(ours)?).block(document, subject);
    }
    for section in document.sections()? {
        for part in parts(&section, ITEM)? {
            if part.text("url")? == Some("unavailable") && self::block(&section)? == Some(subject.code()) {
                let why: Unavailability = of_word(&part, word(&part)?.unwrap_or_default())?;
                *block = Block::Unavailable(why);
            }
        }
    }
    Ok(())
}

fn whole(document: &Document<'_>, summary: &mut Summary) -> Result<(), FhirError> {
    let Some(composition) = &document.composition else { return Ok(()) };
    for part in parts(&composition.node, SUMMARY)? {
        let inner = part.list("extension")?;
        let origin = with_parts(&inner, Origin::default())?;
        let (mut block, mut category, mut why) = (None, None, None);
        for one in &inner {
            match one.text("url")? {
                Some("unavailable") => why = word(one)?.map(|word| of_word(one, word)).transpose()?,
                Some("block") => block = word(one)?.and_then(Subject::named),
                Some("category") => category = word(one)?.map(|word| of_word(one, word)).transpose()?,
                _ => {}
            }
        }
        match (part.text("url")?, block, category) {
            (Some("disputed"), Some(subject), category) => {
                summary.disputed.push(Disputed { subject, category, absence: Absence { origin } });
            }
            (Some("noneFor"), _, Some(category)) => {
                summary.allergies.none_for.push(CategoryAbsence { category, origin });
            }
            (Some("unlisted"), Some(subject), _) => document.unlist(subject, why.ok_or_else(|| not_ours(&part))?),
            (Some("disputed" | "noneFor" | "unlisted"), ..) => return Err(not_ours(&part)),
            _ => {}
        }
    }
    Ok(())
}
