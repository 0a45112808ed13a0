//! The Bundle while it is written: entries with stable addresses, and who is behind them, each once.

use ring::digest;
use serde_json::{Value, json};

use super::NotWritten;
use super::shapes::{human_name, tidy, words};
use crate::fhir::node::day_in_japan;
use crate::model::{PartialDate, Summary};

/// The first two entries, before everything that refers to them.
const COMPOSITION: usize = 0;
const PATIENT: usize = 1;

/// The entries of one document.
pub(super) struct Paper {
    /// What all addresses are derived from: the content, so that no two records share one.
    seed: digest::Digest,
    entries: Vec<Value>,
    people: Vec<(Person, String)>,
    /// The facility that a reader takes for an item that names none.
    pub(super) facility: Option<String>,
    /// The day that a reader takes for an item that has none.
    pub(super) day: PartialDate,
}

/// Somebody behind a statement.
#[derive(PartialEq, Eq)]
enum Person {
    Organisation(String),
    Practitioner { name: String, facility: Option<String> },
    Role { name: Option<String>, facility: Option<String> },
    Relative(String),
}

impl Paper {
    pub(super) fn new(summary: &Summary) -> Result<Self, NotWritten> {
        let content = serde_json::to_vec(summary).map(zeroize::Zeroizing::new).map_err(|_| NotWritten::Json)?;
        let seed = digest::digest(&digest::SHA256, &content);
        let day = day_in_japan(summary.as_of);
        let mut paper = Self { seed, entries: Vec::new(), people: Vec::new(), facility: summary.source.clone(), day };
        for kind in ["Composition", "Patient"] {
            paper.put(json!({ "resourceType": kind }));
        }
        Ok(paper)
    }

    /// The address of the part of this document that `place` names: a version 8 UUID (RFC 9562) of the content's hash.
    pub(super) fn address(&self, place: &str) -> String {
        let mut context = digest::Context::new(&digest::SHA256);
        context.update(self.seed.as_ref());
        context.update(place.as_bytes());
        let hash = context.finish();
        let mut hex: String = hash.as_ref().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        hex.replace_range(12..13, "8");
        hex.replace_range(16..17, "a");
        format!("urn:uuid:{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
    }

    /// Adds a resource and gives its address.
    pub(super) fn put(&mut self, resource: Value) -> String {
        let url = self.address(&format!("entry/{}", self.entries.len()));
        self.entries.push(json!({"fullUrl": url, "resource": with_id(resource, &url)}));
        url
    }

    /// The label of v3-ActCode for what is not to be disclosed to the patient: 未告知.
    pub(super) fn mark_untold(&mut self, urls: &[String]) {
        let label = json!({"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "NOPAT"});
        for entry in &mut self.entries {
            if urls.iter().any(|url| entry["fullUrl"] == json!(url)) {
                entry["resource"]["meta"]["security"] = json!([label]);
            }
        }
    }

    /// Puts the finished Composition or Patient into its place.
    pub(super) fn set(&mut self, resource: Value) {
        let at = if resource["resourceType"] == "Composition" { COMPOSITION } else { PATIENT };
        let url = self.url_of(at);
        self.entries[at]["resource"] = with_id(resource, &url);
    }

    /// The address of the patient.
    pub(super) fn patient(&self) -> String {
        self.url_of(PATIENT)
    }

    pub(super) fn subject(&self) -> Value {
        json!({"reference": self.patient()})
    }

    pub(super) fn entries(self) -> Vec<Value> {
        self.entries
    }

    fn url_of(&self, at: usize) -> String {
        self.entries[at]["fullUrl"].as_str().unwrap_or_default().to_owned()
    }

    pub(super) fn organisation(&mut self, name: &str) -> String {
        let resource = || json!({"resourceType": "Organization", "name": name});
        self.once(Person::Organisation(name.to_owned()), resource())
    }

    /// A person of that name at that facility; the same name elsewhere may be somebody else.
    pub(super) fn practitioner(&mut self, name: &str, facility: Option<&str>) -> String {
        let person = Person::Practitioner { name: name.to_owned(), facility: facility.map(str::to_owned) };
        self.once(person, json!({"resourceType": "Practitioner", "name": [human_name(name)]}))
    }

    /// Somebody at a facility, or the facility alone where R4 takes no Organization.
    pub(super) fn role(&mut self, name: Option<&str>, facility: Option<&str>) -> String {
        let person = Person::Role { name: name.map(str::to_owned), facility: facility.map(str::to_owned) };
        let role = self.role_of(name, facility);
        self.once(person, role)
    }

    /// A PractitionerRole that is not shared: it may carry phones.
    pub(super) fn role_of(&mut self, name: Option<&str>, facility: Option<&str>) -> Value {
        let practitioner = name.map(|name| json!({"reference": self.practitioner(name, facility)}));
        let organization = facility.map(|facility| json!({"reference": self.organisation(facility)}));
        json!({"resourceType": "PractitionerRole", "practitioner": practitioner, "organization": organization})
    }

    pub(super) fn relative(&mut self, relation: &str) -> String {
        let resource =
            json!({"resourceType": "RelatedPerson", "patient": self.subject(), "relationship": [words(relation)]});
        self.once(Person::Relative(relation.to_owned()), resource)
    }

    fn once(&mut self, person: Person, resource: Value) -> String {
        if let Some((_, url)) = self.people.iter().find(|(known, _)| *known == person) {
            return url.clone();
        }
        let url = self.put(resource);
        self.people.push((person, url.clone()));
        url
    }
}

fn with_id(resource: Value, url: &str) -> Value {
    let mut resource = tidy(resource);
    resource["id"] = json!(url.trim_start_matches("urn:uuid:"));
    resource
}
