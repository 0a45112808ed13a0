//! The safety rules: whatever happens to a document, "none" is only what somebody said, every item tells who said it
//! and when, and none is another patient's.
//!
//! `KAKARI_NONE_CASES=100000 cargo test -p kakari-record never_none` runs the long form.

use kakari_record::fhir::read_document;
use kakari_record::model::{AllergyCategory, Block, Origin, Stated, Summary};
use proptest::prelude::*;
use serde_json::Value;

use super::harm::{Sample, apply, harm};
use super::intruder::{Intrusion, intrusion};
use super::render::lines;

const IPS: &str = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips";
const EMPTY: &str = "http://terminology.hl7.org/CodeSystem/list-empty-reason";

const NO_ALLERGY: [&str; 2] = ["716186003", "160244002"];

/// True when some resource or section of the document says it in so many words.
fn says(document: &Value, kinds: &[&str], code: &str, snomed: &[&str], sections: &[&str]) -> bool {
    let resources = document["entry"].as_array().into_iter().flatten().map(|entry| &entry["resource"]);
    let mut holders = resources.clone().filter(|resource| kinds.iter().any(|kind| resource["resourceType"] == **kind));
    let by_code = holders.any(|resource| {
        any_within(resource, &|node| {
            (node["system"] == IPS && node["code"] == code)
                || snomed.iter().any(|snomed| {
                    node["code"] == *snomed
                        && (node["system"] == "http://snomed.info/sct"
                            || node["system"] == "urn:oid:2.16.840.1.113883.6.96")
                })
        })
    });
    by_code
        || resources.filter(|resource| resource["resourceType"] == "Composition").any(|composition| {
            any_within(composition, &|section| {
                section["code"]["coding"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .any(|coding| sections.iter().any(|wanted| coding["code"] == **wanted))
                    && section["emptyReason"]["coding"]
                        .as_array()
                        .into_iter()
                        .flatten()
                        .any(|coding| coding["system"] == EMPTY && coding["code"] == "nilknown")
            })
        })
}

fn any_within(value: &Value, wanted: &dyn Fn(&Value) -> bool) -> bool {
    wanted(value)
        || match value {
            Value::Object(map) => map.values().any(|child| any_within(child, wanted)),
            Value::Array(items) => items.iter().any(|child| any_within(child, wanted)),
            _ => false,
        }
}

/// The blocks that say "none" although the document does not.
fn false_nones(summary: &Summary, document: &Value) -> Vec<&'static str> {
    let none = |said: bool, absent: bool, name| (absent && !said).then_some(name);
    let medicines = ["MedicationRequest", "MedicationStatement", "MedicationDispense"];
    let allergy = ["AllergyIntolerance"];
    let said = |kinds: &[&str], code, snomed, sections: &[&str]| says(document, kinds, code, snomed, sections);
    let mut wrong: Vec<&'static str> = [
        none(
            said(&allergy, "no-known-allergies", &NO_ALLERGY, &["48765-2", "510"]),
            absent(&summary.allergies.block),
            "allergies",
        ),
        none(
            said(&medicines, "no-known-medications", &["787481004"], &["10160-0"])
                || said(&["Medication"], "no-known-medications", &["787481004"], &[]),
            absent(&summary.medicines),
            "medicines",
        ),
        none(
            said(&["Condition"], "no-known-problems", &[], &[])
                || (said(&[], "", &[], &["11450-4", "340"]) && said(&[], "", &[], &["11348-0", "370"])),
            absent(&summary.conditions),
            "conditions",
        ),
        none(
            said(&["Procedure"], "no-known-procedures", &["787480003", "416128008"], &["47519-4", "730"]),
            absent(&summary.procedures),
            "procedures",
        ),
        none(
            said(&["Device", "DeviceUseStatement"], "no-known-devices", &["787483001"], &["46264-8", "810"]),
            absent(&summary.devices),
            "devices",
        ),
        none(said(&[], "", &[], &["520"]), absent(&summary.infections), "infections"),
        none(false, absent(&summary.contraindications), "contraindications"),
        none(false, absent(&summary.labs), "labs"),
        none(false, absent(&summary.pregnancy), "pregnancy"),
        none(false, absent(&summary.dialysis), "dialysis"),
        none(false, absent(&summary.baseline), "baseline"),
        none(false, absent(&summary.communication), "communication"),
        none(false, absent(&summary.directives), "directives"),
        none(false, absent(&summary.doctors), "doctors"),
        none(false, absent(&summary.contacts), "contacts"),
    ]
    .into_iter()
    .flatten()
    .collect();
    for part in &summary.allergies.none_for {
        let (code, snomed): (&str, &[&str]) = match part.category {
            AllergyCategory::Food => ("no-known-food-allergies", &["429625007"]),
            AllergyCategory::Medication => ("no-known-medication-allergies", &["409137002"]),
            _ => ("no-known-environmental-allergies", &["428607008"]),
        };
        // "No known allergies" of category food is a statement about food as well.
        if !said(&allergy, code, snomed, &[]) && !said(&allergy, "no-known-allergies", &NO_ALLERGY, &[]) {
            wrong.push("a category of allergies");
        }
    }
    wrong
}

fn absent<T>(block: &Block<T>) -> bool {
    matches!(block, Block::NoneConfirmed(_))
}

fn cases() -> u32 {
    std::env::var("KAKARI_NONE_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(3000)
}

/// The origins of everything the summary tells.
fn origins(summary: &Summary) -> Vec<&Origin> {
    fn of<T: Stated>(block: &Block<T>) -> impl Iterator<Item = &Origin> {
        let none = if let Block::NoneConfirmed(absence) = block { Some(&absence.origin) } else { None };
        block.items().iter().map(Stated::origin).chain(none)
    }
    let mut all: Vec<&Origin> = of(&summary.allergies.block).chain(of(&summary.contraindications)).collect();
    all.extend(summary.allergies.none_for.iter().map(|none| &none.origin));
    all.extend(summary.identity.blood_type.iter().map(|blood| &blood.origin));
    all.extend(of(&summary.medicines).chain(of(&summary.conditions)).chain(of(&summary.procedures)));
    all.extend(of(&summary.devices).chain(of(&summary.infections)).chain(of(&summary.labs)));
    all.extend(of(&summary.pregnancy).chain(of(&summary.dialysis)).chain(of(&summary.baseline)));
    all.extend(of(&summary.communication).chain(of(&summary.directives)));
    all.extend(of(&summary.doctors).chain(of(&summary.contacts)));
    all
}

/// What befalls a document: harms, another patient's things, and where its file is cut off.
type Fate = (Vec<(prop::sample::Index, super::harm::Harm)>, Option<Intrusion>, Option<prop::sample::Index>);

fn fate() -> impl Strategy<Value = Fate> {
    let harms = prop::collection::vec(harm(), 0..4);
    (harms, prop::option::weighted(0.3, intrusion()), prop::option::weighted(0.05, any::<prop::sample::Index>()))
}

#[test]
fn never_none_unless_somebody_said_so_whatever_happens_to_the_document() {
    let samples = Sample::all();
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: cases(),
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let [read, none, with_two] = [(); 3].map(|()| std::cell::Cell::new(0u32));
    let outcome = runner.run(&(any::<prop::sample::Index>(), fate()), |(which, (harms, intrusion, cut))| {
        let mut sample = which.get(&samples).clone();
        for (place, harm) in &harms {
            apply(&mut sample.document, *place, harm);
        }
        if let Some(intrusion) = &intrusion {
            with_two.set(with_two.get() + u32::from(intrusion.befall(&mut sample.document)));
        }
        let mut file = sample.file();
        file.truncate(cut.map_or(file.len(), |cut| cut.index(file.len() + 1)));
        if let Ok(reading) = read_document(&file) {
            let (summary, name) = (&reading.summary, &sample.name);
            read.set(read.get() + 1);
            none.set(none.get() + u32::from(absent(&summary.allergies.block)));
            let wrong = false_nones(summary, &sample.document);
            prop_assert!(wrong.is_empty(), "{name} says none of {wrong:?} and its document does not");
            prop_assert!(origins(summary).iter().all(|origin| origin.recorded.is_some()), "{name}: who said it, when?");
            // Lines that are cut off before our patient's own are rightly the document of the other.
            let others_own = cut.is_some() && summary.identity.name.contains(Intrusion::MARK);
            let theirs = !others_own && lines(summary).iter().any(|line| line.contains(Intrusion::MARK));
            prop_assert!(!theirs, "{name} shows another patient's things: {intrusion:?}");
        }
        Ok(())
    });
    outcome.unwrap_or_else(|found| panic!("{found}"));
    assert!(read.get() > cases() / 4, "most harmed documents were refused, so little was tested");
    assert!(none.get() > cases() / 100, "hardly any document said none, so little was tested");
    assert!(with_two.get() > cases() / 5, "hardly any document held another patient's things");
}

#[test]
fn an_item_beside_a_statement_of_none_always_wins() {
    for Sample { name, document, .. } in Sample::all().into_iter().filter(|sample| sample.document["type"].is_string())
    {
        let Ok(reading) = read_document(document.to_string().as_bytes()) else { panic!("{name} is refused") };
        let items = document["entry"].as_array().expect("entries").iter().filter(|entry| {
            let resource = &entry["resource"];
            let status = resource["verificationStatus"]["coding"][0]["code"].as_str();
            resource["resourceType"] == "AllergyIntolerance"
                && !matches!(status, Some("refuted" | "entered-in-error"))
                && !any_within(resource, &|node| node["system"] == IPS || node["code"] == "716186003")
        });
        if items.count() > 0 {
            assert!(!absent(&reading.summary.allergies.block), "{name}");
        }
    }
}
