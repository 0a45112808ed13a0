//! Allergies and contraindicated drugs.

use super::block::{SaidNone, newest};
use super::documents::Documents;
use super::index::Keys;
use super::item::{Differs, Item};
use super::remark::MergeReason;
use super::spelling::{same_words, share_code, take_codes, words};
use crate::alerts::weight;
use crate::codes;
use crate::display;
use crate::language::Language;
use crate::model::{
    Absence, Allergies, Allergy, AllergyCategory, AlsoStated, Block, CategoryAbsence, Coded, Criticality, Disputed,
    PartialDate, Subject, Verification,
};

impl Item for Allergy {
    fn keys(&self) -> Keys {
        Keys::default().words(&self.substance.text).codes(&self.substance, exact)
    }

    fn same_thing(&self, other: &Self) -> bool {
        let known = |category: &AllergyCategory| *category != AllergyCategory::Unknown;
        let apart = known(&self.category) && known(&other.category) && self.category != other.category;
        !apart && same_substance(&self.substance, &other.substance)
    }

    /// Unless the older words are graver in a way that only words tell, such as a name that holds its reaction.
    fn replaces(&self, older: &Self) -> bool {
        // Gaps only ever make it graver; and to copy it with all whom it names, for each older line, takes long.
        if older.past || (!self.past && weight(self) <= weight(older)) {
            return true;
        }
        let mut shown = self.clone();
        shown.take_gaps(older);
        shown.past || weight(&shown) <= weight(older)
    }

    fn differs_from(&self, shown: &Self) -> Differs {
        let new: Vec<&str> =
            self.reactions.iter().map(String::as_str).filter(|one| !has(&shown.reactions, one)).collect();
        let high = |item: &Self| item.criticality == Some(Criticality::High);
        let low = self.criticality == Some(Criticality::Low) && high(shown);
        let (mine, theirs) = (self.verification, shown.verification);
        Differs::of_names(&self.substance.text, &shown.substance.text)
            .say(!new.is_empty(), new.join("・"))
            .say(
                self.severity != shown.severity,
                self.severity.map(|item| display::severity(item, Language::Japanese)).unwrap_or_default(),
            )
            .say(high(self) && !high(shown), "重症化リスク 高")
            .say(low, "重症化リスク 低")
            .say(mine == Verification::Confirmed && theirs == Verification::Unconfirmed, "確認済")
            .say(mine == Verification::Unconfirmed && theirs != Verification::Unconfirmed, "未確認")
            .say(self.past && !shown.past, "過去のもの")
            .say(!self.past && shown.past, AlsoStated::PRESENT)
            .text(self.note.as_deref().filter(|note| !shown.note.iter().any(|all| all.contains(note))), None)
    }

    /// Severity, criticality and reactions are "the worst so far": they only ever grow, whoever said them. A confirmation
    /// by somebody stays one. Over is only what a statement surely newer than every other says to be over.
    fn take_gaps(&mut self, older: &Self) {
        take_codes(&mut self.substance, &older.substance);
        if self.category == AllergyCategory::Unknown {
            self.category = older.category.clone();
        }
        let new = older.reactions.iter().filter(|one| !has(&self.reactions, one)).cloned().collect::<Vec<_>>();
        self.reactions.extend(new);
        self.severity = self.severity.max(older.severity);
        self.criticality = match (self.criticality, older.criticality) {
            (_, Some(Criticality::High)) => Some(Criticality::High),
            (mine, theirs) => mine.or(theirs),
        };
        if older.verification == Verification::Confirmed {
            self.verification = Verification::Confirmed;
        }
        let surely_newer = older.when().zip(self.when()).is_some_and(|(old, new)| old.is_surely_before(new));
        self.past = self.past && (older.past || surely_newer);
        self.note = match (self.note.take(), &older.note) {
            (Some(mine), Some(theirs)) if !mine.contains(theirs.as_str()) => Some(both_notes(mine, theirs)),
            (mine, theirs) => mine.or_else(|| theirs.clone()),
        };
    }

    fn is_named(&self, name: &Coded) -> bool {
        same_substance(&self.substance, name)
    }
}

/// Both, up to a length that a line can hold; whoever said more is named with his own words anyway.
fn both_notes(mine: String, theirs: &str) -> String {
    const MOST: usize = 1200;
    if mine.len() + theirs.len() > MOST { mine } else { format!("{mine} / {theirs}") }
}

fn has(reactions: &[String], one: &str) -> bool {
    reactions.iter().any(|known| words(known) == words(one))
}

/// Systems whose codes mean one substance. A class (ATC) does not, and of a SNOMED code nobody knows here: 「食物アレルギー」
/// is one too, for shrimp as for buckwheat.
fn exact(system: &str) -> bool {
    system == codes::YJ || system.contains("Jfagy")
}

fn same_substance(a: &Coded, b: &Coded) -> bool {
    same_words(&a.text, &b.text) || share_code(a, b, exact)
}

/// The allergies of all documents. Where a drug is known to be contraindicated, "no allergies" does not stand alone.
pub(super) fn merged(documents: &mut Documents, contraindicated: &Block<Allergy>) -> Allergies {
    let mut none_for: Vec<(usize, CategoryAbsence)> = Vec::new();
    for (rank, document) in documents.all.iter_mut().enumerate() {
        let said = std::mem::take(&mut document.summary.allergies.none_for).into_iter();
        none_for.extend(said.map(|absence| (rank, absence)));
        for dispute in &document.summary.disputed {
            let category = dispute.category.clone().filter(|_| dispute.subject == Subject::Allergies);
            let origin = dispute.absence.origin.clone();
            none_for.extend(category.map(|category| (rank, CategoryAbsence { category, origin })));
        }
    }
    let withheld = documents.summaries().any(|one| matches!(one.allergies.block, Block::Unavailable(_)));
    let drugs = contraindicated.items();
    let against: Vec<Option<PartialDate>> = drugs.iter().map(Item::when).collect();
    let block = documents.block_against(Subject::Allergies, |one| &mut one.allergies.block, &against);
    let known: Vec<&Allergy> = block.items().iter().chain(drugs).filter(|item| !item.past).collect();
    let none_for = categories(documents, none_for, &known, withheld);
    Allergies { block, none_for }
}

/// "No known food allergies" stands unless somebody knows of one, of food or of unknown kind, or withholds them.
fn categories(
    documents: &mut Documents,
    said: Vec<(usize, CategoryAbsence)>,
    known: &[&Allergy],
    withheld: bool,
) -> Vec<CategoryAbsence> {
    let mut by_category: Vec<(AllergyCategory, Vec<SaidNone>)> = Vec::new();
    for (rank, CategoryAbsence { category, origin }) in said {
        let absence = (rank, Absence { origin });
        match by_category.iter_mut().find(|(one, _)| *one == category) {
            Some((_, all)) => all.push(absence),
            None => by_category.push((category, vec![absence])),
        }
    }
    let mut kept = Vec::new();
    for (category, nones) in by_category {
        let against = |item: &&&Allergy| item.category == category || item.category == AllergyCategory::Unknown;
        let when: Vec<Option<PartialDate>> = known.iter().filter(against).map(|item| item.when()).collect();
        if when.is_empty() && withheld {
            documents.remark_all(nones, Subject::Allergies, MergeReason::NoneAgainstWithheld);
        } else if when.is_empty() {
            let absence = newest(nones);
            kept.extend(absence.map(|Absence { origin }| CategoryAbsence { category, origin }));
        } else {
            let standing = documents.standing(Subject::Allergies, nones, &when);
            let (subject, category) = (Subject::Allergies, Some(category));
            documents.disputed.extend(newest(standing).map(|absence| Disputed { subject, category, absence }));
        }
    }
    kept
}
