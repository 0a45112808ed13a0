//! Who stated an item, and when.

use super::bundle::{Document, Resource};
use super::reference::Target;
use super::{FhirError, name, node::Node, own, value};
use crate::model::{Origin, PartialDate};

/// Systems that have no tag for it may use this extension with `valueBoolean`.
const UNTOLD_EXTENSION: &str = "JP_Condition_UntoldToPatient";
const INSTITUTION: &str = "JP_eCS_InstitutionNumber";

/// A person or an organisation behind a statement.
#[derive(Default)]
pub(super) struct Who {
    pub(super) facility: Option<String>,
    pub(super) author: Option<String>,
}

impl<'a> Document<'a> {
    /// The origin of a resource: the first of `who` and of `when` that it has; for what it does not say, the document's.
    pub(super) fn origin(&self, item: &Resource<'a>, who: &[&str], when: &[&str]) -> Result<Origin, FhirError> {
        let said = self.first_who(item, who)?;
        let facility = match said.facility {
            Some(facility) => Some(facility),
            None => self.institution(item)?.or(self.facility()?),
        };
        let author = said.author;
        let recorded = Some(first_day(&item.node, when)?.unwrap_or(self.day()));
        let mut untold = self.untold || untold(&item.node)?;
        for key in ["medicationReference", "device"] {
            if let Some(reference) = item.node.object_if(key)
                && let Some(Target::Resource(found)) = self.follow_at(item, &reference)?
            {
                untold |= self::untold(&found.node)?;
            }
        }
        own::origin(&item.node, Origin { facility, author, recorded, untold, also: Vec::new() })
    }

    /// The origin of what the document itself says.
    pub(super) fn own_origin(&self) -> Result<Origin, FhirError> {
        Ok(Origin { facility: self.facility()?, recorded: Some(self.day()), ..Origin::default() })
    }

    /// The facility that answers for the document: its custodian, else an author that is or has an organisation.
    pub(super) fn facility(&self) -> Result<Option<String>, FhirError> {
        let Some(composition) = &self.composition else { return Ok(None) };
        if let Some(facility) = self.named_organisation(composition, "custodian")? {
            return Ok(Some(facility));
        }
        Ok(self.listed_who(composition, "author")?.facility)
    }

    fn first_who(&self, item: &Resource<'a>, keys: &[&str]) -> Result<Who, FhirError> {
        let mut said = Who::default();
        for key in keys {
            let found = match *key {
                // Flag.author is a single reference, other authors are lists.
                list if item.node.object_if(list).is_none() => self.listed_who(item, list)?,
                one => self.who(item, self.follow(item, one)?)?,
            };
            said = Who { facility: said.facility.or(found.facility), author: said.author.or(found.author) };
        }
        Ok(said)
    }

    /// `performer` and `author` are lists, of references or of objects with an `actor`.
    pub(super) fn listed_who(&self, item: &Resource<'a>, key: &str) -> Result<Who, FhirError> {
        let mut said = Who::default();
        for part in item.node.list(key)? {
            let reference = part.object("actor")?.unwrap_or(part);
            let found = self.who(item, self.follow_at(item, &reference)?)?;
            said = Who { facility: said.facility.or(found.facility), author: said.author.or(found.author) };
        }
        Ok(said)
    }

    fn who(&self, from: &Resource<'a>, target: Option<Target<'a>>) -> Result<Who, FhirError> {
        let found = match target {
            None => return Ok(Who::default()),
            Some(Target::Words(words)) => return Ok(Who { author: Some(value::plain(words)), facility: None }),
            Some(Target::Resource(found)) => found,
        };
        let text = |key| Ok::<_, FhirError>(found.node.text(key)?.map(value::plain));
        match found.kind {
            "Organization" => Ok(Who { facility: self.place(&found)?.clinic, author: None }),
            "Location" => Ok(Who { facility: text("name")?, author: None }),
            "Patient" => Ok(Who { author: Some("本人".to_owned()), facility: None }),
            "RelatedPerson" => Ok(Who { author: super::contact::relation(&found.node)?, facility: None }),
            "PractitionerRole" if from.kind != "PractitionerRole" => Ok(Who {
                author: self.who(&found, self.follow(&found, "practitioner")?)?.author,
                facility: self.named_organisation(&found, "organization")?,
            }),
            "Practitioner" => Ok(Who { author: name::person(&found.node)?, facility: None }),
            _ => Ok(Who::default()),
        }
    }

    /// The name of the organisation that a reference under `key` leads to, or its display.
    pub(super) fn named_organisation(&self, from: &Resource<'a>, key: &str) -> Result<Option<String>, FhirError> {
        match self.follow(from, key)? {
            Some(Target::Resource(found)) if found.kind == "Organization" => Ok(self.place(&found)?.clinic),
            Some(Target::Resource(found)) => Ok(found.node.text("name")?.map(value::plain)),
            Some(Target::Words(words)) => Ok(Some(value::plain(words))),
            None => Ok(None),
        }
    }

    /// The organisation of this Bundle that has the institution number which JP-CLINS puts on each resource; without
    /// one the number itself, by which the sender can be found.
    fn institution(&self, item: &Resource<'a>) -> Result<Option<String>, FhirError> {
        let Some(mark) = value::extension_ending(&item.node, INSTITUTION)? else { return Ok(None) };
        let Some(number) = mark.object("valueIdentifier")?.map_or(Ok(None), |id| id.text("value"))? else {
            return Ok(None);
        };
        if let Some(organisation) = self.index.organisation(number) {
            return Ok(self.place(organisation)?.clinic);
        }
        Ok(self.facility()?.or_else(|| Some(format!("医療機関番号{}", value::plain(number)))))
    }
}

/// The first date among `keys`; a `…Period` key means its start.
pub(super) fn first_day(node: &Node<'_>, keys: &[&str]) -> Result<Option<PartialDate>, FhirError> {
    for key in keys {
        let day = match node.object_if(key) {
            Some(period) => period.day("start")?,
            None => node.day(key)?,
        };
        if day.is_some() {
            return Ok(day);
        }
    }
    Ok(None)
}

/// JP-CLINS marks what the patient has not been told (未告知), or must not be handed (未提供), by `meta.tag`. The two words
/// count under any code system: a mark that is read once too often hides less than one that is missed.
pub(super) fn untold(node: &Node<'_>) -> Result<bool, FhirError> {
    if let Some(meta) = node.object("meta")? {
        for tag in meta.list("tag")?.into_iter().chain(meta.list("security")?) {
            let code = tag.text("code")?.unwrap_or_default();
            if ["UNINFORMED", "UNDELIVERED", "NOPAT"].iter().any(|mark| code.eq_ignore_ascii_case(mark)) {
                return Ok(true);
            }
        }
    }
    for extension in node.list("extension")? {
        let ours = extension.text("url")?.is_some_and(|url| url.ends_with(UNTOLD_EXTENSION));
        if ours && extension.boolean("valueBoolean")? != Some(false) {
            return Ok(true);
        }
    }
    Ok(false)
}
