//! The value of an Observation in words, and what it means where that is certain.

use unicode_normalization::UnicodeNormalization;

use super::{FhirError, node::Node, value};
use crate::codes;
use crate::model::Coding;

/// A value.
pub(super) struct Outcome {
    pub(super) words: String,
    pub(super) codings: Vec<Coding>,
    /// For a test: positive, negative, or not certain.
    pub(super) positive: Option<bool>,
    /// Why a test is called positive, where its value does not say so in words.
    pub(super) why: Option<&'static str>,
}

impl Outcome {
    /// The same value as a find that calls for precautions.
    pub(super) fn found(self) -> Self {
        Self { positive: Some(true), ..self }
    }

    fn has_code(&self, system: &str, wanted: &[&str]) -> bool {
        self.codings.iter().any(|coding| coding.system == system && wanted.contains(&coding.code.as_str()))
    }

    /// Both, side by side; one positive part makes the whole positive.
    fn and(self, other: Self) -> Self {
        let positive = match (self.positive, other.positive) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), _) | (_, Some(false)) => Some(false),
            _ => None,
        };
        Self { words: format!("{} {}", self.words, other.words), positive, why: self.why.or(other.why), ..self }
    }
}

/// The value, its components included; `None` when there is none.
pub(super) fn outcome(node: &Node<'_>) -> Result<Option<Outcome>, FhirError> {
    let mut parts: Vec<Outcome> = one(node)?.into_iter().collect();
    let (mut high, mut low) = (None, None);
    let pressure = |part: &Outcome| part.words.strip_suffix(" mmHg").map(str::to_owned);
    for component in node.list("component")? {
        let Some(part) = one(&component)? else { continue };
        let code = value::coded_in(&component, "code")?;
        match code.as_ref().and_then(|code| code.code_in(codes::LOINC)) {
            Some("8480-6") => high = pressure(&part),
            Some("8462-4") => low = pressure(&part),
            _ => {}
        }
        parts.push(part);
    }
    if let [systolic, diastolic] = parts.as_slice()
        && high.is_none()
        && low.is_none()
    {
        (high, low) = (pressure(systolic), pressure(diastolic));
    }
    if let (Some(systolic), Some(diastolic)) = (high, low) {
        let words = format!("{systolic}/{diastolic} mmHg");
        return Ok(Some(Outcome { words, codings: Vec::new(), positive: None, why: None }));
    }
    Ok(parts.into_iter().reduce(Outcome::and))
}

/// The value of an Observation or of one component, alone.
pub(super) fn one(node: &Node<'_>) -> Result<Option<Outcome>, FhirError> {
    let mut codings = Vec::new();
    let words = if let Some(quantity) = node.object("valueQuantity")? {
        value::measure_words(&quantity)?
    } else if let Some(concept) = node.object("valueCodeableConcept")? {
        let coded = value::coded(&concept)?;
        let said = concept.text("text")?.map(value::plain);
        coded.map(|coded| {
            codings = coded.codings;
            let bare = codings.iter().any(|coding| coding.code == coded.text);
            let words = if bare { format!("コード{}", coded.text) } else { coded.text };
            said.or_else(|| group_words(&codings)).unwrap_or(words)
        })
    } else if let Some(ratio) = node.object_if("valueRatio") {
        let end = |key| ratio.object(key)?.map_or(Ok(None), |end| value::measure_words(&end));
        end("numerator")?
            .map(|above| {
                Ok::<_, FhirError>(end("denominator")?.map_or(above.clone(), |below| format!("{above}:{below}")))
            })
            .transpose()?
    } else if let Some(whole) = node.number_if("valueInteger") {
        Some(value::number_words(whole))
    } else {
        node.text("valueString")?.or(node.text("valueDateTime")?).map(value::plain)
    };
    let Some(words) = words else { return Ok(None) };
    let mut marks = codings.clone();
    for concept in node.list("interpretation")? {
        marks.extend(value::coded(&concept)?.map(|mark| mark.codings).unwrap_or_default());
    }
    let said = by_words(&words);
    let (positive, why) = match by_marks(&marks).or(said) {
        None => by_number(node)?,
        judged => (judged, Some("(異常値)")),
    };
    let why = why.filter(|_| positive == Some(true) && said != Some(true) && node.has("valueQuantity"));
    Ok(Some(Outcome { words, codings, positive, why }))
}

/// "Weakly positive", "undetermined" and "abnormal" count as positive, for the crew's protection.
fn by_marks(marks: &[Coding]) -> Option<bool> {
    marks.iter().find_map(|mark| match mark.code.as_str() {
        "10828004" | "260373001" | "52101004" | "POS" | "DET" | "IND" | "RR" | "WR" => Some(true),
        "A" | "AA" | "H" | "HH" | "HU" if is_interpretation(mark) => Some(true),
        "260385009" | "260415000" | "NEG" | "ND" | "NR" => Some(false),
        _ => None,
    })
}

fn is_interpretation(mark: &Coding) -> bool {
    mark.system.ends_with("v3-ObservationInterpretation") || mark.system.contains("v2-0078")
}

fn by_words(words: &str) -> Option<bool> {
    let words: String = words.nfkc().filter(|c| !c.is_whitespace()).collect();
    let has = |options: &[&str]| options.iter().any(|option| words.contains(option));
    let negative = matches!(words.as_str(), "-" | "−" | "ー")
        || has(&[
            "陰性",
            "(-)",
            "(−)",
            "不検出",
            "検出せず",
            "検出されず",
            "非反応",
            "egative",
            "otdetected",
            "onreactive",
        ]);
    let positive = has(&["陽性", "+", "±", "+-", "保留", "保菌", "ositive"]);
    if negative && !positive {
        return Some(false);
    }
    (positive || has(&["検出", "etected"])).then_some(true)
}

/// A cut-off index (COI, S/CO) is positive from 1 by its definition; any other number where its own range ends.
fn by_number(node: &Node<'_>) -> Result<(Option<bool>, Option<&'static str>), FhirError> {
    let Some(quantity) = node.object("valueQuantity")? else { return Ok((None, None)) };
    let Some(number) = quantity.number("value")? else { return Ok((None, None)) };
    let less = matches!(quantity.text("comparator")?, Some("<" | "<="));
    let unit = quantity.text("unit")?.or(quantity.text("code")?).unwrap_or_default();
    let unit: String = unit.nfkc().filter(|c| c.is_alphabetic()).collect::<String>().to_uppercase();
    if matches!(unit.as_str(), "COI" | "SCO" | "CUTOFFINDEX") {
        return Ok((Some(number >= 1.0 && !less), Some("(陽性域)")));
    }
    for range in node.list("referenceRange")? {
        if let Some(high) = range.object("high")?.map_or(Ok(None), |high| high.number("value"))? {
            return Ok((Some(number > high && !less), Some("(基準値を超える)")));
        }
    }
    Ok((None, None))
}

/// SNOMED blood groups as they are said in Japan.
fn group_words(codings: &[Coding]) -> Option<String> {
    const GROUPS: [(&str, &str); 8] = [
        ("278149003", "A型 Rh(+)"),
        ("278152006", "A型 Rh(-)"),
        ("278150003", "B型 Rh(+)"),
        ("278153001", "B型 Rh(-)"),
        ("278151004", "AB型 Rh(+)"),
        ("278154007", "AB型 Rh(-)"),
        ("278147001", "O型 Rh(+)"),
        ("278148006", "O型 Rh(-)"),
    ];
    let snomed = codings.iter().find(|coding| coding.system == codes::SNOMED)?;
    GROUPS.into_iter().find(|(code, _)| *code == snomed.code).map(|(_, words)| words.to_owned())
}

/// True for organisms that call for contact or airborne precautions; not for one that did not grow.
pub(super) fn needs_precautions(result: &Outcome) -> bool {
    const WORDS: [&str; 14] = [
        "MRSA",
        "Methicillin resistant",
        "メチシリン耐性",
        "VRE",
        "バンコマイシン耐性",
        "ESBL",
        "基質特異性拡張型",
        "CRE",
        "カルバペネム耐性",
        "結核",
        "tuberculosis",
        "多剤耐性",
        "MDRP",
        "difficile",
    ];
    let words: String = result.words.nfkc().collect();
    let named = result.has_code(codes::SNOMED, &["115329001", "113727004", "113861009"])
        || WORDS.iter().any(|word| words.contains(word));
    named && result.positive != Some(false)
}

/// True for an explicit "pregnant".
pub(super) fn is_pregnant(result: &Outcome) -> bool {
    if result.has_code(codes::SNOMED, &["77386006"]) || result.has_code(codes::LOINC, &["LA15173-0"]) {
        return true;
    }
    let denied = ["なし", "いない", "not", "Not", "否"].iter().any(|word| result.words.contains(word));
    result.words.contains("妊娠") && !denied
}

#[cfg(test)]
mod tests {
    use super::by_words;

    #[test]
    fn a_test_is_positive_negative_or_not_certain() {
        for words in ["陽性", "(+)", "＋", "２＋", "弱陽性", "±", "判定保留", "Positive", "陽性(陰性化せず)"]
        {
            assert_eq!(by_words(words), Some(true), "{words}");
        }
        for words in ["陰性", "(-)", "（－）", "－", "検出せず", "Not detected", "非反応性"] {
            assert_eq!(by_words(words), Some(false), "{words}");
        }
        for words in ["12.5 IU/mL", "判定不能", "検体不良"] {
            assert_eq!(by_words(words), None, "{words}");
        }
    }
}
