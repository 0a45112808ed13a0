//! FHIR R4 out: the summary as an IPS-shaped document Bundle for a hospital (docs/formats/fhir-out.md).
//!
//! What R4 can say stands in its own elements, with the sender's codes and words; what it cannot stands in one extension
//! of ours, which [`super::own`] reads back. 未告知 items get here only when they were chosen for a hand-over, and a
//! withdrawn record is not written at all.

mod allergy;
mod body;
mod care;
mod findings;
mod medicine;
mod own;
mod paper;
mod patient;
mod sections;
mod shapes;
mod who;

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use self::paper::Paper;
use self::shapes::{concept, in_japan};
use crate::codes;
use crate::handover::{Chosen, Selection};
use crate::model::{Consent, Summary};

/// Why there is no document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotWritten {
    /// The resident withdrew the consent to viewing: nothing of the record leaves.
    #[error("consent withdrawn: nothing of this record is written")]
    ConsentWithdrawn,
    /// The JSON could not be made; there is no known way to get here.
    #[error("the document could not be written")]
    Json,
}

/// The summary as the JSON of an R4 document Bundle: Composition (LOINC 60591-5) first, without 未告知 items.
///
/// `written_at` becomes `Bundle.timestamp` (to the second); the document's own date is the summary's `as_of`. The same
/// arguments give the same bytes. What [`super::read_document`] makes of them equals [`Summary::told`].
///
/// # Errors
///
/// [`NotWritten::ConsentWithdrawn`] for a record that nobody may see.
pub fn write_document(summary: &Summary, written_at: DateTime<Utc>) -> Result<Zeroizing<Vec<u8>>, NotWritten> {
    write_chosen(&Chosen::of(summary, &Selection::everything_told()), written_at)
}

/// As [`write_document`], of what was chosen for a hospital: a section that was left out says so (`emptyReason`
/// `withheld`), and 未告知 items, where they go, carry the security label `NOPAT`.
///
/// # Errors
///
/// [`NotWritten::ConsentWithdrawn`] for a record that nobody may see.
pub fn write_chosen(chosen: &Chosen, written_at: DateTime<Utc>) -> Result<Zeroizing<Vec<u8>>, NotWritten> {
    let summary = chosen.summary();
    if matches!(summary.consent, Consent::Withdrawn { .. }) {
        return Err(NotWritten::ConsentWithdrawn);
    }
    let mut paper = Paper::new(summary)?;
    let patient = patient::patient(&mut paper, summary);
    let sections = sections::sections(&mut paper, summary);
    paper.set(patient);
    let composition = composition(&mut paper, chosen, sections);
    paper.set(composition);
    let written = written_at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let bundle = json!({
        "resourceType": "Bundle",
        "type": "document",
        "language": "ja",
        "identifier": {"system": "urn:ietf:rfc:3986", "value": paper.address(&format!("Bundle/{written}"))},
        "timestamp": written,
        "entry": paper.entries(),
    });
    serde_json::to_vec(&bundle).map(Zeroizing::new).map_err(|_| NotWritten::Json)
}

fn composition(paper: &mut Paper, chosen: &Chosen, sections: Vec<Value>) -> Value {
    let summary = chosen.summary();
    // What a document's reader sees first: R4 puts this narrative before those of the sections.
    let opening = chosen.provenance().lines();
    let custodian = summary.source.as_ref().map(|source| json!({"reference": paper.organisation(source)}));
    // The document is put together by the tablet; the facility answers for what it says.
    let author = paper.put(json!({
        "resourceType": "Device",
        "deviceName": [{"name": "Kakari", "type": "manufacturer-name"}],
        "type": {"text": "救急サマリー作成ソフトウェア"},
    }));
    json!({
        "resourceType": "Composition",
        "language": "ja",
        "text": (!opening.is_empty()).then(|| sections::narrative(&opening)),
        "extension": own::whole(chosen),
        "status": "final",
        "type": concept(codes::LOINC, "60591-5", "患者サマリー"),
        "subject": {"reference": paper.patient()},
        "date": in_japan(summary.as_of),
        "author": [{"reference": author}],
        "title": "救急サマリー",
        "custodian": custodian,
        "section": sections,
    })
}
