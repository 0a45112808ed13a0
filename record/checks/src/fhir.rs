//! A document from elsewhere.

use kakari_record::fhir::read_document;

/// Read whole or refused with one line; what was read is a summary like any other.
pub fn fhir_document(bytes: &[u8]) {
    match read_document(bytes) {
        Ok(reading) => {
            crate::summary::holds(&reading.summary);
            crate::summary::leaves_and_returns(&reading.summary);
            assert!(reading.remarks.iter().all(|remark| one_line(&remark.to_string())));
        }
        Err(error) => assert!(one_line(&error.to_string()), "{error}"),
    }
}

fn one_line(text: &str) -> bool {
    !text.is_empty() && !text.contains('\n')
}
