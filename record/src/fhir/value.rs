//! FHIR data types in finished words: coded things, quantities, names, phones, notes.

use unicode_normalization::UnicodeNormalization;

use super::{FhirError, node::Node};
use crate::codes;
use crate::model::{Coded, Coding};

const TRANSLATION: &str = "http://hl7.org/fhir/StructureDefinition/translation";

/// A text in one line, without control characters and without those that turn the direction of writing around.
pub(super) fn plain(text: &str) -> String {
    let hidden = |c: &char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{feff}');
    let kept: String = text.chars().filter(|c| !hidden(c)).collect();
    kept.split(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'))
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Wide letters, digits and blanks as narrow ones, and one blank where there are several. Circled digits stay what they
/// are: 「①朝」 must not become 「1朝」.
pub(super) fn narrow(text: &str) -> String {
    let one = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => u32::from(c).checked_sub(0xfee0).and_then(char::from_u32).unwrap_or(c),
        c => c,
    };
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().map(one).collect()
}

/// A `CodeableConcept`: its text wins over displays, a display over a bare code; `None` when it says nothing. Japanese
/// words stand before those of another language, whichever of them the sender gave.
pub(super) fn coded(concept: &Node<'_>) -> Result<Option<Coded>, FhirError> {
    let (mut display, mut japanese, mut codings) = (None, None, Vec::new());
    for coding in concept.list("coding")? {
        if coding.text("system")?.is_some_and(is_no_code) {
            continue;
        }
        let system = codes::canonical(coding.text("system")?.unwrap_or_default());
        if codes::NO_VALUE.contains(&system) {
            continue;
        }
        let shown = coding.text("display")?;
        japanese = japanese.or(shown.filter(|words| is_japanese(words))).or(in_japanese(&coding, "_display"));
        display = display.or(shown);
        let Some(code) = coding.text("code")? else { continue };
        codings.push(Coding { system: system.to_owned(), code: code.to_owned() });
    }
    let words = match (concept.text("text")?, in_japanese(concept, "_text"), japanese) {
        (Some(text), _, _) if is_japanese(text) => Some(text.to_owned()),
        (_, Some(translated), _) => Some(translated.to_owned()),
        (Some(text), None, Some(japanese)) if !japanese.contains(text) => Some(format!("{japanese}({text})")),
        (text, None, japanese) => japanese.or(text).or(display).map(str::to_owned),
    };
    let words = words.map(|words| plain(&words)).filter(|words| !words.is_empty());
    let words = words.or_else(|| codings.first().map(|coding| coding.code.clone()));
    Ok(words.map(|text| Coded { text, codings }))
}

/// JP-CLINS says 「標準コードなし」 by a code of its own.
fn is_no_code(system: &str) -> bool {
    system.ends_with("Nocoded_CS") || system.ends_with("Uncoded_CS")
}

/// The words of a concept and the display of each of its codes.
pub(super) fn names<'a>(concept: &Node<'a>) -> Result<Vec<&'a str>, FhirError> {
    let mut names: Vec<&str> = concept.text("text")?.into_iter().collect();
    for coding in concept.list("coding")? {
        names.extend(coding.text("display")?);
    }
    Ok(names)
}

/// True for words with kana, kanji or hangul: family names come first, and addresses begin with what is large.
pub(super) fn is_east_asian(words: &str) -> bool {
    is_japanese(words) || words.chars().any(|c| matches!(c, '\u{20000}'..='\u{323af}' | '\u{ac00}'..='\u{d7a3}'))
}

/// True for words with kana or kanji.
fn is_japanese(words: &str) -> bool {
    words.chars().any(|c| matches!(c, '\u{3041}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ff66}'..='\u{ff9f}'))
}

/// The Japanese words for a text: its `translation` extension, which stands under the name of the text with `_`.
fn in_japanese<'a>(node: &Node<'a>, key: &str) -> Option<&'a str> {
    let mut all = node.object_if(key).into_iter().flat_map(|more| more.list_if("extension").collect::<Vec<_>>());
    all.find_map(|translation| {
        let ours = translation.text_if("url") == Some(TRANSLATION);
        let part = |name: &str| translation.list_if("extension").find(|part| part.text_if("url") == Some(name));
        let language = part("lang")?.text_if("valueCode")?;
        let words = part("content")?;
        let words = words.text_if("valueString").or(words.text_if("valueMarkdown"));
        words.filter(|_| ours && (language == "ja" || language.starts_with("ja-")))
    })
}

/// The concept under `key` of `node`.
pub(super) fn coded_in(node: &Node<'_>, key: &str) -> Result<Option<Coded>, FhirError> {
    node.object(key)?.map_or(Ok(None), |concept| coded(&concept))
}

/// The words of every concept in the list under `key`.
pub(super) fn coded_list(node: &Node<'_>, key: &str) -> Result<Vec<Coded>, FhirError> {
    let mut all = Vec::new();
    for concept in node.list(key)? {
        all.extend(coded(&concept)?);
    }
    Ok(all)
}

/// The first code of the concept under `key`: statuses are bound to one code system.
pub(super) fn status_in<'a>(node: &Node<'a>, key: &str) -> Result<Option<&'a str>, FhirError> {
    let Some(concept) = node.object(key)? else { return Ok(None) };
    for coding in concept.list("coding")? {
        if let Some(code) = coding.text("code")? {
            return Ok(Some(code));
        }
    }
    Ok(None)
}

/// The notes of a resource in one line.
pub(super) fn notes(node: &Node<'_>) -> Result<Option<String>, FhirError> {
    let mut all = Vec::new();
    for note in node.list("note")? {
        all.extend(note.text("text")?.map(plain));
    }
    Ok(Some(all.join(" ")).filter(|text| !text.is_empty()))
}

/// `0.5`, `5`, `5,000`: never `.5`, `5.0` or `5000`.
pub(super) fn number_words(number: f64) -> String {
    let plain = format!("{}", number.abs());
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    let mut grouped = String::new();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let sign = if number < 0.0 { "-" } else { "" };
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{grouped}{point}{fraction}")
}

/// A `Quantity` as number and unit, the unit in Japanese where it is a counting word; `None` without a number.
pub(super) fn quantity(node: &Node<'_>) -> Result<Option<(String, String)>, FhirError> {
    let Some(value) = node.number("value")? else { return Ok(None) };
    let compare = match node.text("comparator")? {
        Some("<") => "<",
        Some("<=") => "≤",
        Some(">") => ">",
        Some(">=") => "≥",
        _ => "",
    };
    let said = node.text("unit")?.or(node.text("code")?).unwrap_or_default();
    let unit = if said.bytes().all(|b| b.is_ascii_digit()) { unit_code(said) } else { unit_words(said) };
    Ok(Some((format!("{compare}{}", number_words(value)), unit)))
}

/// A `Quantity` for a dose: 「2錠」, 「0.5mg」.
pub(super) fn dose_words(node: &Node<'_>) -> Result<Option<String>, FhirError> {
    Ok(quantity(node)?.map(|(value, unit)| format!("{value}{unit}")))
}

/// A `Quantity` for a measurement: 「7.5 %」.
pub(super) fn measure_words(node: &Node<'_>) -> Result<Option<String>, FhirError> {
    Ok(quantity(node)?.map(|(value, unit)| if unit.is_empty() { value } else { format!("{value} {unit}") }))
}

pub(super) fn unit_words(unit: &str) -> String {
    let unit: String = plain(unit).nfkc().collect();
    super::unit::words(&unit).map_or(unit, str::to_owned)
}

/// Units that are only a number in SNOMED CT or in the European terms; an unknown one is not shown as a figure.
fn unit_code(code: &str) -> String {
    match code {
        "" | "1" => "",
        "428673006" | "15054000" | "732936001" => "錠",
        "428641000" | "15012000" | "732937005" => "カプセル",
        "258684004" => "mg",
        "258685003" => "μg",
        "258682000" => "g",
        "258773002" => "mL",
        _ => "(単位不明)",
    }
    .to_owned()
}

/// Phones by rank, without faxes, mail and numbers of old.
pub(super) fn phones(node: &Node<'_>) -> Result<Vec<String>, FhirError> {
    Ok(telecoms(node)?.into_iter().filter(|phone| !phone.night).map(|phone| phone.number).collect())
}

/// One phone and when it is answered.
pub(super) struct Phone {
    pub(super) number: String,
    /// Said to be for the night.
    pub(super) night: bool,
}

pub(super) const PHONE_COMMENT: &str = "http://hl7.org/fhir/StructureDefinition/contactpoint-comment";

/// All phones by rank; the night mark is FHIR's `contactpoint-comment` with 「夜」 in it.
pub(super) fn telecoms(node: &Node<'_>) -> Result<Vec<Phone>, FhirError> {
    let mut ranked = Vec::new();
    for telecom in node.list("telecom")? {
        let (system, usage) = (telecom.text("system")?, telecom.text("use")?);
        let by_voice =
            matches!(system, None | Some("phone" | "sms")) || (system, usage) == (Some("other"), Some("mobile"));
        let old = usage == Some("old");
        let Some(number) = telecom.text("value")?.filter(|_| by_voice && !old) else { continue };
        let number = number.strip_prefix("tel:").unwrap_or(number);
        let rank = telecom.number("rank")?.unwrap_or(f64::MAX);
        let comment = extension(&telecom, PHONE_COMMENT)?;
        let comment = comment.map_or(Ok(None), |found| found.text("valueString"))?.unwrap_or_default();
        let night = comment.contains('夜') || comment.contains("night");
        ranked.push((rank, Phone { number: plain(number), night }));
    }
    ranked.sort_by(|a, b| a.0.total_cmp(&b.0));
    Ok(ranked.into_iter().map(|(_, phone)| phone).collect())
}

/// The first extension with this URL.
pub(super) fn extension<'a>(node: &Node<'a>, url: &str) -> Result<Option<Node<'a>>, FhirError> {
    for found in node.list("extension")? {
        if found.text("url")? == Some(url) {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// The first extension whose URL ends with this name: JP-CLINS has moved its base more than once.
pub(super) fn extension_ending<'a>(node: &Node<'a>, name: &str) -> Result<Option<Node<'a>>, FhirError> {
    for found in node.list("extension")? {
        if found.text("url")?.is_some_and(|url| url.ends_with(name)) {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::{narrow, number_words};

    #[test]
    fn wide_letters_become_narrow_and_circled_digits_stay() {
        assert_eq!(narrow("１日２回　朝夕食後  （４錠－２錠）"), "1日2回 朝夕食後 (4錠-2錠)");
        assert_eq!(narrow("①朝 ②夕"), "①朝 ②夕");
    }

    #[test]
    fn numbers_cannot_be_misread() {
        for (number, words) in
            [(0.5, "0.5"), (5.0, "5"), (5000.0, "5,000"), (1_250_000.5, "1,250,000.5"), (-0.25, "-0.25")]
        {
            assert_eq!(number_words(number), words);
        }
    }
}
