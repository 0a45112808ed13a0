//! From items and statements to one of the four values. The only place that makes "none" out of a document.

use super::bundle::{Document, Resource};
use super::{FhirError, Reason, clean, narrative, own, value};
use crate::codes;
use crate::model::{Absence, Block, Coded, Origin, Subject, Unavailability};

/// The section about advance directives.
const DIRECTIVES: &str = "42348-3";

/// What a document says about a whole block, beside its items.
pub(super) enum Statement {
    /// There is none, by whom and when.
    None(Origin),
    /// Not known, not asked, or something about it could not be taken in.
    Unknown,
    /// Withheld by the patient or the sender.
    Withheld,
}

/// Items and statements of one block, with the paths of the statements.
pub(super) struct Gathered<T> {
    pub(super) items: Vec<T>,
    pub(super) statements: Vec<(String, Statement)>,
}

impl<T> Gathered<T> {
    pub(super) fn new(statements: Vec<(String, Statement)>) -> Self {
        Self { items: Vec::new(), statements }
    }

    pub(super) fn say(&mut self, path: &str, statement: Statement) {
        self.statements.push((path.to_owned(), statement));
    }

    /// The block of `subject`: items before any statement, and "none" only when nothing in the document speaks against it.
    pub(super) fn block(self, document: &Document<'_>, subject: Subject) -> Block<T> {
        let mut nones = Vec::new();
        let (mut unknown, mut withheld) = (!self.items.is_empty(), false);
        for (path, statement) in self.statements {
            match statement {
                Statement::None(origin) => nones.push((path, origin)),
                Statement::Unknown => unknown = true,
                Statement::Withheld => withheld = true,
            }
        }
        if unknown || withheld {
            for (path, _) in &nones {
                document.remark(path, Reason::Contradiction);
            }
        }
        if withheld && !self.items.is_empty() {
            document.unlist(subject, Unavailability::NotPermitted);
        }
        match nones.into_iter().map(|(_, origin)| origin).max_by_key(|origin| origin.recorded) {
            _ if !self.items.is_empty() => Block::Known(self.items),
            _ if withheld => Block::Unavailable(Unavailability::NotPermitted),
            Some(origin) if !unknown => Block::NoneConfirmed(Absence { origin }),
            _ => Block::NotRecorded,
        }
    }
}

/// The groups of codes that say something about a whole block.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Absent {
    /// No known … at all.
    All,
    /// None at present, which says nothing about the past.
    Present,
    /// No known food allergies, and the like.
    Food,
    /// No known medication allergies.
    Medication,
    /// No known environmental allergies.
    Environment,
    /// No information.
    Unknown,
}

/// What a code says about absence, for the kind of thing in `noun`: `allergies`, `medications`, `problems`,
/// `procedures`, `devices`. A code that also names a real thing says nothing about absence.
pub(super) fn absent(concept: &Coded, noun: &str) -> Option<Absent> {
    let said: Vec<Option<Absent>> = concept.codings.iter().map(|coding| said_by(coding, noun)).collect();
    if said.is_empty() || said.iter().any(Option::is_none) {
        return None;
    }
    if said.contains(&Some(Absent::Unknown)) {
        return Some(Absent::Unknown);
    }
    // Several narrower statements in one concept: the narrowest first one counts, never the whole.
    said.iter().flatten().copied().find(|one| *one != Absent::All).or(Some(Absent::All))
}

// SNOMED CT statements of absence, as IPS 2 and national summaries have them in the place of the IPS codes.
const NO_ALLERGY: [&str; 2] = ["716186003", "160244002"];
const NO_PROCEDURE: [&str; 2] = ["787480003", "416128008"];

fn said_by(coding: &crate::model::Coding, noun: &str) -> Option<Absent> {
    match (coding.system.as_str(), coding.code.as_str()) {
        (codes::IPS_ABSENT, "no-known-food-allergies") => Some(Absent::Food),
        (codes::IPS_ABSENT, "no-known-medication-allergies") => Some(Absent::Medication),
        (codes::IPS_ABSENT, "no-known-environmental-allergies") => Some(Absent::Environment),
        (codes::IPS_ABSENT, code) if code.strip_prefix("no-known-") == Some(noun) => Some(Absent::All),
        // Any other code of that system, a later one too, is no item and no confirmation.
        (codes::IPS_ABSENT, _) => Some(Absent::Unknown),
        (codes::SNOMED, code) if NO_ALLERGY.contains(&code) && noun == "allergies" => Some(Absent::All),
        (codes::SNOMED, code) if NO_PROCEDURE.contains(&code) && noun == "procedures" => Some(Absent::All),
        (codes::SNOMED, "787481004") if noun == "medications" => Some(Absent::All),
        (codes::SNOMED, "787483001") if noun == "devices" => Some(Absent::All),
        // "No current problems or disability".
        (codes::SNOMED, "160245001") if noun == "problems" => Some(Absent::Present),
        // "No information available"; no known allergy to animals, insects, latex: no item, and no confirmation.
        (codes::SNOMED, "1287211007" | "716220001" | "428197003" | "1003774007") => Some(Absent::Unknown),
        (codes::SNOMED, "429625007") => Some(Absent::Food),
        (codes::SNOMED, "409137002") => Some(Absent::Medication),
        (codes::SNOMED, "428607008") => Some(Absent::Environment),
        _ => None,
    }
}

/// Where the section of a block says so itself: LOINC for IPS, the section number for JP-CLINS.
#[derive(Clone, Copy)]
pub(super) struct SectionCodes {
    pub(super) loinc: &'static [&'static str],
    pub(super) jp: &'static [&'static str],
    /// Sections, by either code, about a part of the block: "none" there is no "none" of the block.
    pub(super) part: &'static [&'static str],
}

/// True where `part` stands in the same block, or in the structured part of a Japanese document (300).
fn holds(section: &super::node::Node<'_>, part: &super::node::Node<'_>) -> Result<bool, FhirError> {
    if section.text("mode")? == Some("changes") {
        return Ok(false);
    }
    let Some(above) = value::coded_in(section, "code")? else { return Ok(false) };
    let below = value::coded_in(part, "code")?.map(|code| code.codings).unwrap_or_default();
    let structured = |one: &crate::model::Coding| one.system.ends_with("/document-section") && one.code == "300";
    Ok(above.codings.iter().any(|one| structured(one) || below.contains(one)))
}

/// True for a section that says "nil known" by one code, and nothing else in words.
fn is_only_nil(section: &super::node::Node<'_>) -> Result<bool, FhirError> {
    let Some(reason) = section.object("emptyReason")? else { return Ok(false) };
    let codings = reason.list("coding")?;
    let text = reason.text("text")?;
    let shown = |text: &str| {
        text.eq_ignore_ascii_case("nilknown") || codings.iter().any(|coding| coding.text_if("display") == Some(text))
    };
    let words = section.object("text")?.and_then(|text| text.text_if("div")).filter(|div| narrative::has_words(div));
    let agrees = text.is_none_or(|text| shown(text) || clean::says_none(text));
    // The text of our own sections names the facility, whose name may hold any word.
    let ours = value::coded_in(section, "code")?.is_some_and(|code| code.code_in(own::BLOCKS).is_some());
    let read = ours || words.is_none_or(clean::says_none);
    Ok(codings.len() == 1 && section.text("mode")? != Some("changes") && agrees && read)
}

impl<'a> Document<'a> {
    /// What the sections with these codes say by `emptyReason`.
    pub(super) fn section_statements(&self, wanted: SectionCodes) -> Result<Vec<(String, Statement)>, FhirError> {
        let mut said = Vec::new();
        for (section, apart) in self.placed_sections()? {
            let Some(code) = value::coded_in(&section, "code")? else { continue };
            let in_jp = |code: &str| wanted.jp.contains(&code);
            let by_jp = code.codings.iter().any(|one| one.system.ends_with("/document-section") && in_jp(&one.code));
            let by_loinc = code.code_in(codes::LOINC).is_some_and(|code| wanted.loinc.contains(&code));
            let partly = code.codings.iter().any(|one| wanted.part.contains(&one.code.as_str()));
            if !(by_jp || by_loinc || partly) {
                continue;
            }
            let path = section.path_of("emptyReason");
            match self.empty_reason(&section)? {
                Some(Statement::None(_)) if apart => {
                    self.remark(&path, Reason::WeakAbsence);
                    said.push((path, Statement::Unknown));
                }
                Some(Statement::None(_)) if partly => self.remark(&path, Reason::WeakAbsence),
                Some(statement) => said.push((path, statement)),
                None => {}
            }
        }
        Ok(said)
    }

    /// Whether a section with one of these codes says that there is none of what it is about.
    pub(super) fn section_says_none(&self, codes: &[&str]) -> Result<bool, FhirError> {
        for (section, apart) in self.placed_sections()? {
            let code = value::coded_in(&section, "code")?;
            let ours = code.is_some_and(|code| code.codings.iter().any(|one| codes.contains(&one.code.as_str())));
            if ours && !apart && matches!(self.empty_reason(&section)?, Some(Statement::None(_))) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn empty_reason(&self, section: &super::node::Node<'a>) -> Result<Option<Statement>, FhirError> {
        let Some(reason) = value::coded_in(section, "emptyReason")? else { return Ok(None) };
        // A draft confirms nothing; a section about a relative, or one that lists something after all, says nothing about
        // this patient.
        let draft = self.composition.as_ref().map_or(Ok(None), |one| one.node.text("status"))? == Some("preliminary");
        let whole =
            !draft && !section.has("focus") && section.list("entry")?.is_empty() && section.list("section")?.is_empty();
        Ok(Some(match reason.code_in(codes::EMPTY_REASON) {
            Some("nilknown") if whole && is_only_nil(section)? => {
                Statement::None(own::origin(section, self.own_origin()?)?)
            }
            Some("withheld") => Statement::Withheld,
            _ => Statement::Unknown,
        }))
    }

    /// All sections of the composition, nested ones too.
    pub(super) fn sections(&self) -> Result<Vec<super::node::Node<'a>>, FhirError> {
        Ok(self.placed_sections()?.into_iter().map(|(section, _)| section).collect())
    }

    /// All sections, and whether what stands above each makes it about something else than this patient as a whole.
    fn placed_sections(&self) -> Result<Vec<(super::node::Node<'a>, bool)>, FhirError> {
        let Some(composition) = &self.composition else { return Ok(Vec::new()) };
        let top = composition.node.list("section")?.into_iter().map(|section| (section, false));
        let (mut all, mut open) = (Vec::new(), top.collect::<Vec<_>>());
        while let Some((section, apart)) = open.pop() {
            for part in section.list("section")? {
                let apart = apart || section.has("focus") || !holds(&section, &part)?;
                open.push((part, apart));
            }
            all.push((section, apart));
        }
        all.reverse();
        Ok(all)
    }

    /// Refuses a document whose sections list what is not there.
    pub(super) fn check_sections(&mut self) -> Result<(), FhirError> {
        let Some(composition) = self.composition.clone() else { return Ok(()) };
        if composition.node.text("status")? == Some("entered-in-error") {
            return Err(composition.node.wrong("status", "the whole document is entered-in-error"));
        }
        if let Some(other) = self.all("Composition").nth(1) {
            return Err(FhirError::at(other.node.path(), "a second Composition; give every document by itself"));
        }
        for section in self.sections()? {
            let code = value::coded_in(&section, "code")?;
            let directives = code.is_some_and(|code| code.code_in(codes::LOINC) == Some(DIRECTIVES));
            for entry in section.list("entry")? {
                let found = self.listed(&composition, &entry)?;
                self.directives.extend(found.filter(|_| directives).map(|found| found.node.place()));
            }
        }
        Ok(())
    }

    /// True, with a remark, for a resource that its status says was a mistake.
    pub(super) fn is_mistake(&self, item: &Resource<'_>, status: Option<&str>) -> bool {
        let mistake = status == Some("entered-in-error");
        if mistake {
            self.remark(item.node.path(), Reason::EnteredInError);
        }
        mistake
    }
}
