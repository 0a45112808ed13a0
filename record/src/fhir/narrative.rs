//! Sections that hold text and nothing else. No program reads them: not to find an item, and least of all to find
//! "none". The block says that it is not understood, so that it never looks as if nobody had recorded anything.

use super::bundle::Document;
use super::{FhirError, Reason, node::Node, value};
use crate::codes;
use crate::model::{Block, Subject, Summary, Unavailability};

/// Puts a veil over every block whose section has only text; where items are known, says that they are not all.
pub(super) fn veil(document: &Document<'_>, summary: &mut Summary) -> Result<(), FhirError> {
    for section in document.sections()? {
        let Some(subject) = subject(&section)?.filter(|_| has_only_text(&section)) else { continue };
        document.remark(section.path(), Reason::TextOnly);
        let rest = || document.unlist(subject, Unavailability::NotUnderstood);
        let spoken_against = match subject {
            Subject::Allergies => {
                let parts = std::mem::take(&mut summary.allergies.none_for);
                veiled(&mut summary.allergies.block, rest) || !parts.is_empty()
            }
            Subject::Medicines => veiled(&mut summary.medicines, rest),
            Subject::Conditions => veiled(&mut summary.conditions, rest),
            Subject::Procedures => veiled(&mut summary.procedures, rest),
            Subject::Devices => veiled(&mut summary.devices, rest),
            Subject::Infections => veiled(&mut summary.infections, rest),
            Subject::Labs => veiled(&mut summary.labs, rest),
            Subject::Pregnancy => veiled(&mut summary.pregnancy, rest),
            Subject::Baseline => veiled(&mut summary.baseline, rest),
            Subject::Directives => veiled(&mut summary.directives, rest),
            _ => false,
        };
        if spoken_against {
            document.remark(section.path(), Reason::Contradiction);
        }
    }
    Ok(())
}

/// True when the block said "none" until now: text beside it may say otherwise. `rest` notes that there is more.
fn veiled<T>(block: &mut Block<T>, rest: impl FnOnce()) -> bool {
    let none = matches!(block, Block::NoneConfirmed(_));
    match block {
        Block::Known(_) => rest(),
        Block::NoneConfirmed(_) | Block::NotRecorded => *block = Block::Unavailable(Unavailability::NotUnderstood),
        Block::Unavailable(_) => {}
    }
    none
}

fn subject(section: &Node<'_>) -> Result<Option<Subject>, FhirError> {
    let Some(code) = value::coded_in(section, "code")? else { return Ok(None) };
    let by_loinc = match code.code_in(codes::LOINC) {
        Some("48765-2") => Some(Subject::Allergies),
        Some("10160-0") => Some(Subject::Medicines),
        Some("11450-4" | "11348-0") => Some(Subject::Conditions),
        Some("47519-4") => Some(Subject::Procedures),
        Some("46264-8") => Some(Subject::Devices),
        Some("30954-2") => Some(Subject::Labs),
        Some("10162-6") => Some(Subject::Pregnancy),
        Some("47420-5") => Some(Subject::Baseline),
        Some("42348-3") => Some(Subject::Directives),
        _ => None,
    };
    let jp = code.codings.iter().find(|one| one.system.ends_with("/document-section")).map(|one| one.code.as_str());
    let by_jp = match jp {
        Some("510") => Some(Subject::Allergies),
        Some("430" | "444") => Some(Subject::Medicines),
        Some("340" | "370") => Some(Subject::Conditions),
        Some("730") => Some(Subject::Procedures),
        Some("810") => Some(Subject::Devices),
        Some("520") => Some(Subject::Infections),
        _ => None,
    };
    Ok(by_loinc.or(by_jp))
}

/// Text, and neither entries nor parts of its own nor a reason for being empty.
fn has_only_text(section: &Node<'_>) -> bool {
    let has_more = ["entry", "section"].iter().any(|key| section.list_if(key).next().is_some());
    if has_more || section.has("emptyReason") {
        return false;
    }
    let Some(text) = section.object_if("text") else { return false };
    text.text_if("status") != Some("empty") && text.text_if("div").is_some_and(has_words)
}

/// True when something stands between the tags.
pub(super) fn has_words(div: &str) -> bool {
    let mut in_tag = false;
    div.chars().any(|c| {
        let word = !in_tag && c != '<' && !c.is_whitespace();
        in_tag = c == '<' || (in_tag && c != '>');
        word
    })
}
