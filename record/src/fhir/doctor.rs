//! Primary doctors: the patient's own, the care team's, and both ends of a referral.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::bundle::{Document, Resource};
use super::card::Card;
use super::reference::Target;
use super::{FhirError, Reason, own, value};
use crate::codes;
use crate::model::{Block, Coding, PrimaryDoctor};

/// Doctors with the places that named them, so that nobody is listed twice.
struct Listed {
    doctors: Vec<PrimaryDoctor>,
    seen: HashSet<*const Value>,
}

pub(super) fn read(document: &Document<'_>) -> Result<Block<PrimaryDoctor>, FhirError> {
    let mut listed = Listed { doctors: Vec::new(), seen: HashSet::new() };
    from_care_teams(document, &mut listed)?;
    for reference in document.patient.node.list("generalPractitioner")? {
        let target = document.follow_at(&document.patient, &reference)?;
        listed.add(document, &document.patient, target, None, "かかりつけ")?;
    }
    for role in document.all("PractitionerRole") {
        let words = value::coded_list(&role.node, "code")?.into_iter().map(|code| code.text);
        let in_force = role.node.boolean("active")? != Some(false);
        let primary =
            words.into_iter().find(|text| ["かかりつけ", "主治医", "専門医"].iter().any(|w| text.contains(w)));
        if let Some(words) = primary.filter(|_| in_force) {
            listed.add(document, role, Some(Target::Resource(role.clone())), None, &words)?;
        }
    }
    from_referral(document, &mut listed)?;
    from_author(document, &mut listed)?;
    Ok(Block::from_items(listed.doctors))
}

fn from_care_teams<'a>(document: &Document<'a>, listed: &mut Listed) -> Result<(), FhirError> {
    for team in document.all("CareTeam") {
        document.check_patient(team, "subject")?;
        let status = team.node.text("status")?;
        if document.is_mistake(team, status) {
            continue;
        }
        if matches!(status, Some("proposed" | "inactive" | "suspended")) {
            document.remark(team.node.path(), Reason::NotInForce);
            continue;
        }
        for participant in team.node.list("participant")? {
            let role = value::coded_list(&participant, "role")?.into_iter().next().map(|role| role.text);
            let Some(member) = participant.object("member")? else { continue };
            let target = document.follow_at(team, &member)?;
            let behalf = participant.object("onBehalfOf")?;
            let clinic = behalf.map_or(Ok(None), |clinic| document.follow_at(team, &clinic))?;
            let before = listed.doctors.len();
            listed.add(document, team, target, clinic, &role.unwrap_or_else(|| "担当".to_owned()))?;
            for doctor in &mut listed.doctors[before..] {
                doctor.origin = own::origin(&participant, std::mem::take(&mut doctor.origin))?;
            }
        }
    }
    Ok(())
}

/// JP-CLINS referral letters name who sends (紹介元) and who receives (紹介先) in a section each.
fn from_referral<'a>(document: &Document<'a>, listed: &mut Listed) -> Result<(), FhirError> {
    let Some(composition) = document.composition.clone() else { return Ok(()) };
    for section in document.sections()? {
        let Some(code) = value::coded_in(&section, "code")? else { continue };
        let role = match code.code_in(codes::JP_SECTION) {
            Some("920") => "紹介元",
            Some("910") => "紹介先",
            _ => continue,
        };
        listed.add_together(document, &composition, &section.list("entry")?, role)?;
    }
    Ok(())
}

/// Who wrote a discharge summary, a care plan or a prescription has treated the patient and can be asked.
fn from_author<'a>(document: &Document<'a>, listed: &mut Listed) -> Result<(), FhirError> {
    let Some(composition) = document.composition.clone() else { return Ok(()) };
    let kind = value::coded_in(&composition.node, "type")?;
    let by_code = |code: &str| match code {
        "18842-5" => Some("退院サマリー作成医"),
        "56447-6" => Some("療養計画作成医"),
        "57833-6" => Some("処方医"),
        _ => None,
    };
    let japanese = |coding: &&Coding| coding.system.ends_with("/doc-typecodes");
    let codings = kind.map(|kind| kind.codings).unwrap_or_default();
    let Some(role) = codings.iter().filter(japanese).find_map(|coding| by_code(&coding.code)) else { return Ok(()) };
    listed.add_together(document, &composition, &composition.node.list("author")?, role)
}

impl<'a> Document<'a> {
    /// Finds the roles of every person.
    pub(super) fn find_roles(&mut self) -> Result<(), FhirError> {
        let mut roles: HashMap<*const Value, Vec<usize>> = HashMap::new();
        for (place, role) in self.resources.iter().enumerate().filter(|(_, one)| one.kind == "PractitionerRole") {
            if let Some(Target::Resource(person)) = self.follow(role, "practitioner")? {
                roles.entry(person.node.place()).or_default().push(place);
            }
        }
        self.roles = roles;
        Ok(())
    }

    /// The only role that the document has for a bare Practitioner, for the clinic and its phone.
    fn with_role(&self, found: Resource<'a>) -> Resource<'a> {
        match self.roles.get(&found.node.place()).map(Vec::as_slice) {
            Some([only]) if found.kind == "Practitioner" => self.resources.get(*only).cloned().unwrap_or(found),
            _ => found,
        }
    }
}

impl Listed {
    fn add<'a>(
        &mut self,
        document: &Document<'a>,
        from: &Resource<'a>,
        target: Option<Target<'a>>,
        clinic: Option<Target<'a>>,
        role: &str,
    ) -> Result<(), FhirError> {
        let Some(mut card) = self.card(document, target)? else { return Ok(()) };
        if let Some(Target::Resource(clinic)) = clinic {
            card.fill(document, &clinic)?;
        }
        let origin = document.origin(from, &[], &[])?;
        self.doctors.push(card.into_doctor(role, origin));
        Ok(())
    }

    /// Doctor, clinic and department in one list of references: one card.
    fn add_together<'a>(
        &mut self,
        document: &Document<'a>,
        from: &Resource<'a>,
        references: &[super::node::Node<'a>],
        role: &str,
    ) -> Result<(), FhirError> {
        let (mut places, mut doctor) = (Vec::new(), None);
        for reference in references {
            match document.follow_at(from, reference)? {
                Some(Target::Resource(found)) if found.kind == "Organization" => places.push(found),
                Some(Target::Resource(found)) if found.kind.starts_with("Practitioner") => {
                    doctor = doctor.or(Some(found));
                }
                _ => {}
            }
        }
        let doctor = doctor.or_else(|| (!places.is_empty()).then(|| places.remove(0)));
        let Some(mut card) = self.card(document, doctor.map(Target::Resource))? else { return Ok(()) };
        for place in &places {
            card.fill(document, place)?;
        }
        let origin = document.origin(from, &[], &[])?;
        self.doctors.push(card.into_doctor(role, origin));
        Ok(())
    }

    /// The card of somebody who is not listed yet.
    fn card<'a>(&mut self, document: &Document<'a>, target: Option<Target<'a>>) -> Result<Option<Card<'a>>, FhirError> {
        let mut card = Card::default();
        match target {
            None => return Ok(None),
            Some(Target::Words(words)) => card.doctor = Some(value::plain(words)),
            Some(Target::Resource(found)) => {
                let found = document.with_role(found);
                let listed = self.seen.contains(&found.node.place());
                if listed || matches!(found.kind, "Patient" | "RelatedPerson" | "CareTeam") {
                    return Ok(None);
                }
                card.fill(document, &found)?;
                self.seen.extend(card.people.drain(..).map(|person| person.place()));
            }
        }
        Ok(Some(card))
    }
}
