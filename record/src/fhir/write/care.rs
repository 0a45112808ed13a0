//! Directives, doctors, contacts and consent.

use serde_json::{Value, json};

use super::own::Own;
use super::paper::Paper;
use super::shapes::{concept, date, human_name, phones, status, words};
use super::who::{Place, state};
use crate::codes;
use crate::fhir::value::PHONE_COMMENT;
use crate::model::{Consent, Contact, Directive, Origin, PartialDate, PrimaryDoctor, Subject};

/// That the document exists, where it is and whom to call; R4 wants the reference's date to the second, so a day is its
/// first moment in Japan and anything less exact stands in the attachment and in the extension.
pub(super) fn directive(paper: &mut Paper, item: &Directive) -> String {
    let mut own = Own::of(Subject::Directives);
    let day = item.date.filter(|date| date.day().is_some());
    own.day_unless("date", item.date, day);
    let doctor = item.doctor.as_deref().map(|doctor| {
        let mut role = paper.role_of(Some(doctor), None);
        role["telecom"] = phones(item.phone.as_slice());
        paper.put(role)
    });
    if doctor.is_none() {
        own.text_unless("phone", item.phone.as_deref(), None);
        // Else the author would be taken for the doctor to call.
        own.unsaid("doctor");
    }
    let mut resource = json!({
        "resourceType": "DocumentReference",
        "status": "current",
        "type": concept(codes::LOINC, "42348-3", &item.title),
        "subject": paper.subject(),
        "date": day.map(|day| format!("{day}T00:00:00+09:00")),
        "authenticator": doctor.map(|url| json!({"reference": url})),
        "custodian": item.kept_at.as_ref().map(|place| json!({"display": place})),
        "content": [{"attachment": {"title": item.title, "creation": date(item.date)}}],
    });
    state(paper, &mut resource, (Place::List("author"), None), (&item.origin, day), own);
    paper.put(resource)
}

/// All doctors in one care team, each with an origin of its own; the address of the team.
pub(super) fn doctors(paper: &mut Paper, items: &[PrimaryDoctor]) -> Vec<String> {
    let participants: Vec<Value> = items.iter().map(|item| participant(paper, item)).collect();
    let resource = json!({
        "resourceType": "CareTeam",
        "status": "active",
        "subject": paper.subject(),
        "participant": participants,
    });
    vec![paper.put(resource)]
}

fn participant(paper: &mut Paper, item: &PrimaryDoctor) -> Value {
    let mut role = paper.role_of(item.doctor.as_deref(), item.clinic.as_deref());
    role["specialty"] = item.department.as_deref().map(|department| json!([words(department)])).unwrap_or_default();
    let by_day = item.phone.as_ref().map(|phone| json!({"system": "phone", "value": phone}));
    let by_night = item.night_phone.as_ref().map(|phone| {
        let comment = json!([{"url": PHONE_COMMENT, "valueString": "夜間"}]);
        json!({"system": "phone", "value": phone, "extension": comment})
    });
    role["telecom"] = json!([by_day, by_night]);
    let member = paper.put(role);
    let extension = alone(paper, Subject::Doctors, &item.origin);
    json!({"extension": extension, "role": [words(&item.role)], "member": {"reference": member}})
}

/// One `Patient.contact`.
pub(super) fn contact(paper: &Paper, item: &Contact) -> Value {
    json!({
        "extension": alone(paper, Subject::Contacts, &item.origin),
        "relationship": item.relation.as_deref().map(|relation| [words(relation)]),
        "name": item.name.as_deref().map(human_name),
        "telecom": phones(&item.phones),
    })
}

/// The origin of what R4 gives no origin to: what the document's own does not say.
pub(super) fn alone(paper: &Paper, subject: Subject, origin: &Origin) -> Value {
    let mut own = Own::of(subject);
    own.origin_unless(paper, origin, &Origin::default());
    own.extension()
}

/// The consent to viewing in an emergency; `None` where nobody recorded one. A withdrawn one never gets here.
pub(super) fn consent(paper: &mut Paper, consent: &Consent) -> Option<String> {
    let (on, by): (Option<PartialDate>, Option<&str>) = match consent {
        Consent::Given { on, by } => (*on, by.as_deref()),
        Consent::NotRecorded | Consent::Withdrawn { .. } => return None,
    };
    let resource = json!({
        "resourceType": "Consent",
        "status": "active",
        "scope": status("consentscope", "patient-privacy"),
        "category": [concept(codes::LOINC, "64292-6", "同意書")],
        "patient": paper.subject(),
        "dateTime": date(on),
        "performer": by.map(|by| json!([{"display": by}])),
        "policyRule": words("救急時の情報閲覧"),
        "provision": {
            "type": "permit",
            "purpose": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "ETREAT"}],
        },
    });
    Some(paper.put(resource))
}
