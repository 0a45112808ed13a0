//! FHIR out: what leaves comes back as it was.

use chrono::{DateTime, Utc};
use kakari_record::fhir::{NotWritten, read_document, write_document};
use kakari_record::model::*;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::residents::documents;
use crate::strategy;

fn written_at() -> DateTime<Utc> {
    "2026-11-21T03:00:00Z".parse().expect("a time")
}

/// The parts in which two summaries differ, as JSON; nothing when they are equal.
fn differences(name: &str, one: &Summary, other: &Summary) -> Vec<String> {
    let value = |summary: &Summary| serde_json::to_value(summary).expect("JSON");
    let (one, other) = (value(one), value(other));
    let keys: std::collections::BTreeSet<&String> =
        [&one, &other].iter().flat_map(|all| all.as_object().expect("an object").keys()).collect();
    keys.into_iter()
        .filter(|key| one[key.as_str()] != other[key.as_str()])
        .map(|key| format!("{name}: {key}\n  out {}\n  in  {}", one[key.as_str()], other[key.as_str()]))
        .collect()
}

fn there_and_back(name: &str, summary: &Summary) -> Vec<String> {
    let json = write_document(summary, written_at()).expect("consent is not withdrawn");
    let back = match read_document(&json) {
        Ok(reading) => reading.summary,
        Err(refused) => return vec![format!("{name}: our own document is refused: {refused}")],
    };
    let told = summary.told();
    let differences = differences(name, &told, &back);
    assert_eq!(differences.is_empty(), told == back, "{name}: the comparison is no comparison");
    differences
}

#[test]
fn every_resident_and_both_public_documents_come_back_as_they_left() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for (name, json) in documents("residents").into_iter().chain(documents("public")) {
        let summary = read_document(&json).expect("readable").summary;
        if matches!(summary.consent, Consent::Withdrawn { .. }) {
            assert_eq!(write_document(&summary, written_at()).map(|_| ()), Err(NotWritten::ConsentWithdrawn), "{name}");
            continue;
        }
        count += 1;
        wrong.extend(there_and_back(&name, &summary));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert_eq!(count, 67, "65 of 66 residents, one having withdrawn the consent, and two public documents");
}

#[test]
fn any_summary_comes_back_as_it_left_without_what_is_untold() {
    let config = ProptestConfig { cases: 2_500, max_shrink_iters: 4_000, ..ProptestConfig::default() };
    let outcome = TestRunner::new(config).run(&strategy::summary(), |summary| {
        let differences = there_and_back("any", &summary);
        prop_assert!(differences.is_empty(), "\n{}", differences.join("\n"));
        Ok(())
    });
    if let Err(broken) = outcome {
        panic!("{broken}");
    }
}

#[test]
fn a_list_with_the_same_thing_on_several_days_comes_back_line_by_line() {
    let (name, json) = documents("residents").into_iter().find(|(name, _)| name.starts_with("002")).expect("there");
    let mut summary = read_document(&json).expect("readable").summary;
    if let Block::Known(items) = &mut summary.medicines {
        let earlier = Medicine { date: "2026-03-01".parse().ok(), ..items[0].clone() };
        items.push(earlier);
    }
    if let Block::Known(items) = &mut summary.labs {
        let earlier = Lab { date: "2026-03-01".parse().ok(), ..items[0].clone() };
        items.insert(0, earlier);
    }
    assert_eq!((summary.medicines.items().len(), summary.labs.items().len()), (2, 2));
    assert_eq!(there_and_back(&name, &summary), Vec::<String>::new());
}
