//! The value of an Observation in words, and what it means where that is certain.

use super::{FhirError, node::Node, value};
use crate::codes;
use crate::model::Coding;

/// A value.
pub(super) struct Outcome {
    pub(super) words: String,
    pub(super) codings: Vec<Coding>,
    /// For a test: positive, negative, or not certain.
    pub(super) positive: Option<bool>,
}

impl Outcome {
    /// The same value as a find that calls for precautions.
    pub(super) fn found(self) -> Self {
        Self { positive: Some(true), ..self }
    }

    fn has_code(&self, system: &str, wanted: &[&str]) -> bool {
        self.codings.iter().any(|coding| coding.system == system && wanted.contains(&coding.code.as_str()))
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
        return Ok(Some(Outcome { words, codings: Vec::new(), positive: None }));
    }
    Ok(parts.into_iter().reduce(|all, part| Outcome { words: format!("{} {}", all.words, part.words), ..all }))
}

fn one(node: &Node<'_>) -> Result<Option<Outcome>, FhirError> {
    let mut codings = Vec::new();
    let words = if let Some(quantity) = node.object("valueQuantity")? {
        value::measure_words(&quantity)?
    } else if let Some(concept) = node.object("valueCodeableConcept")? {
        let coded = value::coded(&concept)?;
        let said = concept.text("text")?.map(value::plain);
        coded.map(|coded| {
            codings = coded.codings;
            said.or_else(|| group_words(&codings)).unwrap_or(coded.text)
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
    let mut marks = codings.clone();
    for concept in node.list("interpretation")? {
        marks.extend(value::coded(&concept)?.map(|mark| mark.codings).unwrap_or_default());
    }
    Ok(words.map(|words| {
        let positive = positive(&words, &marks);
        Outcome { words, codings, positive }
    }))
}

/// Codes first, then words; "weakly positive" and "undetermined" count as positive, for the crew's protection.
fn positive(words: &str, marks: &[Coding]) -> Option<bool> {
    for mark in marks {
        match mark.code.as_str() {
            "10828004" | "260373001" | "52101004" | "POS" | "DET" | "IND" | "RR" => return Some(true),
            "260385009" | "260415000" | "NEG" | "ND" | "NR" => return Some(false),
            _ => {}
        }
    }
    let has = |options: &[&str]| options.iter().any(|option| words.contains(option));
    if has(&["陰性", "(-)", "(－)", "（－）", "（-）", "不検出", "検出せず", "egative", "ot detected"]) {
        return Some(false);
    }
    has(&["陽性", "+", "＋", "±", "保留", "検出", "保菌", "ositive", "etected"]).then_some(true)
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

/// True for organisms that call for contact or airborne precautions.
pub(super) fn needs_precautions(result: &Outcome) -> bool {
    const WORDS: [&str; 9] = [
        "MRSA",
        "Methicillin resistant",
        "VRE",
        "ESBL",
        "カルバペネム耐性",
        "結核",
        "tuberculosis",
        "多剤耐性",
        "difficile",
    ];
    result.has_code(codes::SNOMED, &["115329001", "113727004", "113861009"])
        || WORDS.iter().any(|word| result.words.contains(word))
}

/// True for an explicit "pregnant".
pub(super) fn is_pregnant(result: &Outcome) -> bool {
    if result.has_code(codes::SNOMED, &["77386006"]) || result.has_code(codes::LOINC, &["LA15173-0"]) {
        return true;
    }
    let denied = ["なし", "いない", "not", "Not", "否"].iter().any(|word| result.words.contains(word));
    result.words.contains("妊娠") && !denied
}
