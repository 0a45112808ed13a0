//! What is known of one doctor, gathered from the role, the person and the clinic.

use super::bundle::{Document, Resource};
use super::reference::Target;
use super::{FhirError, name, node::Node, value};
use crate::model::{Origin, PrimaryDoctor};

/// One doctor; what was filled in first (nearer to the person) stays.
#[derive(Default)]
pub(super) struct Card<'a> {
    pub(super) doctor: Option<String>,
    clinic: Option<String>,
    department: Option<String>,
    phone: Option<String>,
    night_phone: Option<String>,
    /// The roles and persons it was filled from.
    pub(super) people: Vec<Node<'a>>,
}

impl<'a> Card<'a> {
    /// Adds what a PractitionerRole, Practitioner or Organization says.
    pub(super) fn fill(&mut self, document: &Document<'a>, from: &Resource<'a>) -> Result<(), FhirError> {
        let node = &from.node;
        match from.kind {
            "PractitionerRole" => self.fill_role(document, from),
            "Practitioner" => {
                self.people.push(node.clone());
                self.doctor = self.doctor.take().or(name::person(node)?);
                self.phones(node)
            }
            _ => {
                let place = document.place(from)?;
                self.clinic = self.clinic.take().or(place.clinic);
                self.department = self.department.take().or(place.department);
                self.phones(node)?;
                place.above.map_or(Ok(()), |clinic| self.phones(&clinic.node))
            }
        }
    }

    fn fill_role(&mut self, document: &Document<'a>, role: &Resource<'a>) -> Result<(), FhirError> {
        self.people.push(role.node.clone());
        let department = value::coded_list(&role.node, "specialty")?.into_iter().next();
        self.department = self.department.take().or(department.map(|words| words.text));
        self.phones(&role.node)?;
        for (key, kind) in [("practitioner", "Practitioner"), ("organization", "Organization")] {
            match document.follow(role, key)? {
                Some(Target::Resource(next)) if next.kind == kind => self.fill(document, &next)?,
                Some(Target::Words(words)) if kind == "Practitioner" => self.doctor = Some(value::plain(words)),
                Some(Target::Words(words)) => self.clinic = Some(value::plain(words)),
                _ => {}
            }
        }
        Ok(())
    }

    fn phones(&mut self, node: &Node<'_>) -> Result<(), FhirError> {
        for phone in value::telecoms(node)? {
            let place = if phone.night { &mut self.night_phone } else { &mut self.phone };
            place.get_or_insert(phone.number);
        }
        Ok(())
    }

    pub(super) fn into_doctor(self, role: &str, origin: Origin) -> PrimaryDoctor {
        let Self { doctor, clinic, department, phone, night_phone, .. } = self;
        PrimaryDoctor { role: role.to_owned(), clinic, department, doctor, phone, night_phone, origin }
    }
}
