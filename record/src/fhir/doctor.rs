//! Primary doctors: the patient's own, the care team's, and both ends of a referral.

use super::bundle::{Document, Resource};
use super::card::Card;
use super::reference::Target;
use super::{FhirError, Reason, node::Node, value};
use crate::codes;
use crate::model::{Block, PrimaryDoctor};

/// Doctors with the places that named them, so that nobody is listed twice.
struct Listed<'a> {
    doctors: Vec<PrimaryDoctor>,
    seen: Vec<Node<'a>>,
}

pub(super) fn read(document: &Document<'_>) -> Result<Block<PrimaryDoctor>, FhirError> {
    let mut listed = Listed { doctors: Vec::new(), seen: Vec::new() };
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
    Ok(Block::from_items(listed.doctors))
}

fn from_care_teams<'a>(document: &Document<'a>, listed: &mut Listed<'a>) -> Result<(), FhirError> {
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
            listed.add(document, team, target, clinic, &role.unwrap_or_else(|| "担当".to_owned()))?;
        }
    }
    Ok(())
}

/// JP-CLINS referral letters name who sends (紹介元) and who receives (紹介先) in a section each.
fn from_referral<'a>(document: &Document<'a>, listed: &mut Listed<'a>) -> Result<(), FhirError> {
    let Some(composition) = document.composition.clone() else { return Ok(()) };
    for section in document.sections()? {
        let Some(code) = value::coded_in(&section, "code")? else { continue };
        let role = match code.code_in(codes::JP_SECTION) {
            Some("920") => "紹介元",
            Some("910") => "紹介先",
            _ => continue,
        };
        let (mut clinic, mut doctor) = (None, None);
        for entry in section.list("entry")? {
            match document.follow_at(&composition, &entry)? {
                Some(Target::Resource(found)) if found.kind == "Organization" => clinic = clinic.or(Some(found)),
                Some(Target::Resource(found)) if found.kind.starts_with("Practitioner") => {
                    doctor = doctor.or(Some(found));
                }
                _ => {}
            }
        }
        let (doctor, clinic) = if doctor.is_some() { (doctor, clinic) } else { (clinic, None) };
        listed.add(document, &composition, doctor.map(Target::Resource), clinic.map(Target::Resource), role)?;
    }
    Ok(())
}

/// The only role that the Bundle has for a bare Practitioner, for the clinic and its phone.
fn with_role<'a>(document: &Document<'a>, found: Resource<'a>) -> Result<Resource<'a>, FhirError> {
    let mut roles = Vec::new();
    for role in document.all("PractitionerRole").filter(|_| found.kind == "Practitioner") {
        if let Some(Target::Resource(person)) = document.follow(role, "practitioner")?
            && person.node.is(&found.node)
        {
            roles.push(role.clone());
        }
    }
    Ok(if roles.len() == 1 { roles.remove(0) } else { found })
}

impl<'a> Listed<'a> {
    fn add(
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

    /// The card of somebody who is not listed yet.
    fn card(&mut self, document: &Document<'a>, target: Option<Target<'a>>) -> Result<Option<Card<'a>>, FhirError> {
        let mut card = Card::default();
        match target {
            None => return Ok(None),
            Some(Target::Words(words)) => card.doctor = Some(value::plain(words)),
            Some(Target::Resource(found)) => {
                let found = with_role(document, found)?;
                let listed = self.seen.iter().any(|seen| seen.is(&found.node));
                if listed || matches!(found.kind, "Patient" | "RelatedPerson" | "CareTeam") {
                    return Ok(None);
                }
                card.fill(document, &found)?;
                self.seen.append(&mut card.people);
            }
        }
        Ok(Some(card))
    }
}
