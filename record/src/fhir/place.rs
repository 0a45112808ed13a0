//! A clinic and its department: one Organization with a department mark, or one inside another.

use super::bundle::{Document, Resource};
use super::reference::Target;
use super::{FhirError, value};

/// JP-CLINS: the department, on the clinic's own Organization. Its base URL changed between versions.
const DEPARTMENT: &str = "JP_eCS_Department";

/// What an Organization stands for.
pub(super) struct Place<'a> {
    pub(super) clinic: Option<String>,
    pub(super) department: Option<String>,
    /// The clinic of a department that is an Organization of its own.
    pub(super) above: Option<Resource<'a>>,
}

impl<'a> Document<'a> {
    /// Clinic and department of an Organization. A department (電子処方箋 sends it so) is never taken for the clinic.
    pub(super) fn place(&self, organisation: &Resource<'a>) -> Result<Place<'a>, FhirError> {
        let node = &organisation.node;
        let name = node.text("name")?.map(value::plain);
        let kinds = value::coded_list(node, "type")?;
        let is_department = kinds.iter().flat_map(|kind| &kind.codings).any(|coding| coding.code == "dept");
        if !is_department {
            return Ok(Place { clinic: name, department: department(organisation)?, above: None });
        }
        Ok(match self.follow(organisation, "partOf")? {
            Some(Target::Resource(above)) if !above.node.is(node) && above.kind == "Organization" => {
                Place { clinic: above.node.text("name")?.map(value::plain), department: name, above: Some(above) }
            }
            Some(Target::Words(words)) => Place { clinic: Some(value::plain(words)), department: name, above: None },
            _ => Place { clinic: None, department: name, above: None },
        })
    }
}

fn department(organisation: &Resource<'_>) -> Result<Option<String>, FhirError> {
    let mark = value::extension_ending(&organisation.node, DEPARTMENT)?;
    let words = mark.map_or(Ok(None), |mark| value::coded_in(&mark, "valueCodeableConcept"))?;
    Ok(words.map(|words| words.text))
}
