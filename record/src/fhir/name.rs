//! `HumanName`: kanji and kana forms, and one line of it.

use unicode_normalization::UnicodeNormalization;

use super::{
    FhirError,
    node::Node,
    value::{extension, is_east_asian, plain},
};

pub(super) const REPRESENTATION: &str = "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation";

/// A person's names as a document gave them.
#[derive(Default)]
pub(super) struct Names {
    /// Kanji, or Latin letters.
    pub(super) written: Option<String>,
    /// Kana.
    pub(super) kana: Option<String>,
}

/// The names in the list under `name`: by the representation mark where there is one, else by their letters.
pub(super) fn names(node: &Node<'_>) -> Result<Names, FhirError> {
    let mut found = Names::default();
    let mut latin = None;
    for name in node.list("name")? {
        let Some(line) = in_use(&name)? else { continue };
        let mark = extension(&name, REPRESENTATION)?.map_or(Ok(None), |mark| mark.text("valueCode"))?;
        let place = match mark {
            Some("SYL") => &mut found.kana,
            Some("ABC") => &mut latin,
            Some("IDE") => &mut found.written,
            _ if is_kana(&line) && found.kana.is_none() => &mut found.kana,
            _ => &mut found.written,
        };
        place.get_or_insert(line);
    }
    found.kana = found.kana.map(|kana| kana.nfkc().collect());
    found.written = found.written.or(latin).or_else(|| found.kana.clone());
    Ok(found)
}

/// The first written name of the person.
pub(super) fn person(node: &Node<'_>) -> Result<Option<String>, FhirError> {
    Ok(names(node)?.written)
}

/// One `HumanName` in one line.
pub(super) fn one_line(name: &Node<'_>) -> Result<Option<String>, FhirError> {
    if let Some(text) = name.text("text")? {
        // Older systems put a wide blank between the names.
        return Ok(Some(plain(text).replace('\u{3000}', " ")).filter(|line| !line.is_empty()));
    }
    let family = name.text("family")?.into_iter();
    let given = name.texts("given")?.join(" ");
    let given = Some(given.as_str()).filter(|given| !given.is_empty());
    let family_first = name.text("family")?.is_some_and(is_east_asian);
    let parts: Vec<&str> =
        if family_first { family.chain(given).collect() } else { given.into_iter().chain(family).collect() };
    Ok(Some(plain(&parts.join(" "))).filter(|line| !line.is_empty()))
}

fn in_use(name: &Node<'_>) -> Result<Option<String>, FhirError> {
    if matches!(name.text("use")?, Some("old" | "maiden")) { Ok(None) } else { one_line(name) }
}

fn is_kana(line: &str) -> bool {
    let kana = |c: char| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{ff65}'..='\u{ff9f}' | ' ' | '　');
    line.chars().all(kana)
}
