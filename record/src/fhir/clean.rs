//! Whether a resource that says "none" says that and nothing else.

use super::FhirError;
use super::node::Node;
use super::value;
use crate::model::PartialDate;

/// What no statement of absence has.
const MORE: [&str; 8] = [
    "reaction",
    "criticality",
    "note",
    "abatementDateTime",
    "abatementPeriod",
    "abatementAge",
    "abatementRange",
    "abatementString",
];
const NONE: [&str; 9] = ["なし", "無し", "ない", "ありません", "特になし", "無", "none", "nil", "no known"];
const NONE_WORDS: [&str; 14] = [
    "no", "not", "keine", "kein", "geen", "aucun", "aucune", "sin", "nessun", "nessuna", "nenhum", "sem", "inga",
    "ingen",
];
/// Words that limit or doubt it.
const LIMITS: [&str; 25] = [
    "以外",
    "除",
    "ただし",
    "但し",
    "のみ",
    "だけ",
    "未",
    "不明",
    "聴取",
    "わから",
    "分から",
    "把握",
    "確認でき",
    "あり(",
    "疑",
    "except",
    "other than",
    "apart",
    "but ",
    "only",
    "unknown",
    "asked",
    "、",
    ",",
    "。",
];

/// True when nothing of `node` speaks against the "none" of `concept`.
pub(super) fn is_clean(node: &Node<'_>, concept: Option<&Node<'_>>, today: PartialDate) -> Result<bool, FhirError> {
    let Some(concept) = concept else { return Ok(false) };
    if MORE.iter().any(|key| node.has_some(key)) || !says_only_codes(concept)? {
        return Ok(false);
    }
    for key in ["clinicalStatus", "verificationStatus"] {
        if let Some(status) = node.object(key)? {
            let codings = status.list("coding")?;
            let text = status.text("text")?.map(str::to_lowercase);
            let plain = text.is_none_or(|text| matches!(text.as_str(), "active" | "confirmed"));
            if codings.len() != 1 || !plain {
                return Ok(false);
            }
        }
    }
    let period = node.object("effectivePeriod")?;
    let end = period.map_or(Ok(None), |period| period.day("end"))?;
    Ok(end.is_none_or(|end| end.latest() >= today.earliest()))
}

/// Every coding has its code, and the words do not say anything else.
fn says_only_codes(concept: &Node<'_>) -> Result<bool, FhirError> {
    let codings = concept.list("coding")?;
    let kept = value::coded(concept)?.map_or(0, |coded| coded.codings.len());
    let Some(text) = concept.text("text")? else { return Ok(kept == codings.len()) };
    let shown = codings.iter().any(|coding| coding.text_if("display") == Some(text));
    Ok(kept == codings.len() && (shown || says_none(text)))
}

/// True for words that say "none" without limit.
pub(super) fn says_none(text: &str) -> bool {
    let text = text.to_lowercase();
    let word = text.split(|c: char| !c.is_alphabetic()).any(|word| NONE_WORDS.contains(&word));
    (word || NONE.iter().any(|none| text.contains(none))) && !LIMITS.iter().any(|limit| text.contains(limit))
}
