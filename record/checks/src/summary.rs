//! A summary, wherever it came from: it can be written and read again, and shown.

use chrono::NaiveDate;
use kakari_record::fhir::{NotWritten, read_document, write_document};
use kakari_record::language::Language;
use kakari_record::model::Summary;
use kakari_record::{alerts, cbor, display, handover};

/// CBOR that a record holds: either refused, or a summary like any other.
pub fn summary_bytes(bytes: &[u8]) {
    if let Ok(summary) = cbor::decode(bytes) {
        holds(&summary);
    }
}

/// Every document's summary can leave as a document, and comes back as what the patient has been told of it.
pub(crate) fn leaves_and_returns(summary: &Summary) {
    match write_document(summary, summary.as_of) {
        Ok(json) => match read_document(&json) {
            Ok(reading) => assert!(reading.summary == summary.told(), "out and in, it is another"),
            Err(error) => panic!("our own document is refused: {error}"),
        },
        Err(error) => assert_eq!(error, NotWritten::ConsentWithdrawn),
    }
}

/// What every summary must do.
pub(crate) fn holds(summary: &Summary) {
    let bytes = cbor::encode(summary);
    assert!(cbor::decode(&bytes).is_ok_and(|read| read == *summary), "written and read again, it is another");
    let told = summary.told();
    assert!(told.told() == told, "left out twice, something else is missing");
    let days = [NaiveDate::MIN, NaiveDate::from_ymd_opt(2026, 11, 21).unwrap_or_default(), NaiveDate::MAX];
    let today = days[bytes.len() % days.len()];
    assert!(!display::plain(summary, today).is_empty() && !display::plain(&told, today).is_empty());
    assert!(!handover::text(summary, today).is_empty());
    assert!(handover::script(summary, today) == handover::script(&told, today), "what was not told is read aloud");
    assert!(
        alerts::alerts(summary, Language::Japanese) == alerts::alerts(&told, Language::Japanese),
        "an alert that the patient has not been told"
    );
}
