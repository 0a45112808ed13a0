//! Our extensions: what R4 has no element for. [`crate::fhir::own`] reads them back.

use serde_json::{Value, json};

use super::paper::Paper;
use super::shapes::in_japan;
use crate::fhir::own::{ITEM, SUMMARY, word_of};
use crate::handover::{Chosen, Provenance};
use crate::model::{Allergies, AllergyCategory, Origin, PartialDate, Subject, Summary};

/// The parts of one item's extension.
#[derive(Default)]
pub(super) struct Own(Vec<Value>);

impl Own {
    /// For an item of a block.
    pub(super) fn of(subject: Subject) -> Self {
        Self::named(subject.code())
    }

    /// For a resource that is no item of a block by itself.
    pub(super) fn named(block: &str) -> Self {
        Self(vec![json!({"url": "block", "valueCode": block})])
    }

    pub(super) fn text(&mut self, name: &str, text: &str) {
        self.0.push(json!({"url": name, "valueString": text}));
    }

    pub(super) fn code(&mut self, name: &str, code: &str) {
        self.0.push(json!({"url": name, "valueCode": code}));
    }

    pub(super) fn flag(&mut self, name: &str, flag: bool) {
        self.0.push(json!({"url": name, "valueBoolean": flag}));
    }

    pub(super) fn day(&mut self, name: &str, day: PartialDate) {
        self.0.push(json!({"url": name, "valueDateTime": day.to_string()}));
    }

    /// The sender did not say it, whatever stands elsewhere in the document.
    pub(super) fn unsaid(&mut self, name: &str) {
        self.code("unsaid", name);
    }

    /// The text where a reader of the other elements would take `read` for it.
    pub(super) fn text_unless(&mut self, name: &str, said: Option<&str>, read: Option<&str>) {
        match said {
            _ if said == read => {}
            Some(text) => self.text(name, text),
            None => self.unsaid(name),
        }
    }

    /// The day, on the same terms.
    pub(super) fn day_unless(&mut self, name: &str, said: Option<PartialDate>, read: Option<PartialDate>) {
        match said {
            _ if said == read => {}
            Some(day) => self.day(name, day),
            None => self.unsaid(name),
        }
    }

    /// What the other elements, read with the document's facility and day, leave open of an origin.
    pub(super) fn origin_unless(&mut self, paper: &Paper, origin: &Origin, read: &Origin) {
        let facility = read.facility.as_deref().or(paper.facility.as_deref());
        self.text_unless("facility", origin.facility.as_deref(), facility);
        self.text_unless("author", origin.author.as_deref(), read.author.as_deref());
        self.day_unless("recorded", origin.recorded, Some(read.recorded.unwrap_or(paper.day)));
        self.also(origin);
    }

    /// A whole origin, where nothing else says any of it.
    fn origin(&mut self, origin: &Origin) {
        self.text_unless("facility", origin.facility.as_deref(), None);
        self.text_unless("author", origin.author.as_deref(), None);
        self.day_unless("recorded", origin.recorded, None);
        self.also(origin);
    }

    fn also(&mut self, origin: &Origin) {
        if origin.untold {
            self.flag("untold", true);
        }
        for other in &origin.also {
            let mut parts = Self::default();
            parts.text_unless("facility", other.facility.as_deref(), None);
            parts.text_unless("author", other.author.as_deref(), None);
            parts.day_unless("recorded", other.recorded, None);
            parts.text_unless("differs", other.differs.as_deref(), None);
            if parts.0.is_empty() {
                // An extension needs a part.
                parts.unsaid("facility");
            }
            self.0.push(json!({"url": "also", "extension": parts.0}));
        }
    }

    /// The `extension` array, or nothing.
    pub(super) fn extension(self) -> Value {
        if self.0.is_empty() { Value::Null } else { json!([{"url": ITEM, "extension": self.0}]) }
    }
}

/// What belongs to the document as a whole, for the Composition.
pub(super) fn whole(chosen: &Chosen) -> Value {
    let summary = chosen.summary();
    let mut parts = come_by(chosen.provenance());
    if chosen.kept_back() > 0 {
        parts.push(json!({"url": "leftOut", "valueUnsignedInt": chosen.kept_back()}));
    }
    for dispute in &summary.disputed {
        let mut own = Own::named(dispute.subject.code());
        if let Some(category) = &dispute.category {
            own.text("category", category_word(category));
        }
        own.origin(&dispute.absence.origin);
        parts.push(json!({"url": "disputed", "extension": own.0}));
    }
    for rest in &summary.unlisted {
        let mut own = Own::named(rest.subject.code());
        own.code("unavailable", &word_of(&rest.why));
        parts.push(json!({"url": "unlisted", "extension": own.0}));
    }
    if !none_for_is_plain(&summary.allergies, summary) {
        for none in &summary.allergies.none_for {
            let mut own = Own::default();
            own.text("category", category_word(&none.category));
            own.origin(&none.origin);
            parts.push(json!({"url": "noneFor", "extension": own.0}));
        }
    }
    if parts.is_empty() { Value::Null } else { json!([{"url": SUMMARY, "extension": parts}]) }
}

/// How the record was come by, where that has to be known.
fn come_by(provenance: &Provenance) -> Vec<Value> {
    let unproven = provenance.unproven_card.then(|| json!({"url": "unprovenCard", "valueBoolean": true}));
    let copy = provenance.copy.as_ref().map(|copy| {
        let region = copy.region.as_ref().map(|region| json!({"url": "region", "valueString": region}));
        let written = json!({"url": "written", "valueDateTime": in_japan(copy.written)});
        json!({"url": "cardCopy", "extension": [region, written]})
    });
    unproven.into_iter().chain(copy).collect()
}

/// Whether the IPS codes can say every absence of one category, and nothing known speaks against one.
pub(super) fn none_for_is_plain(allergies: &Allergies, summary: &Summary) -> bool {
    let none_for = &allergies.none_for;
    let known = allergies.block.items().iter().chain(summary.contraindications.items()).filter(|item| !item.past);
    let known: Vec<&AllergyCategory> = known.map(|item| &item.category).collect();
    none_for.iter().enumerate().all(|(i, none)| {
        let plain =
            matches!(none.category, AllergyCategory::Food | AllergyCategory::Medication | AllergyCategory::Environment);
        let against = known.iter().any(|known| **known == none.category || **known == AllergyCategory::Unknown);
        plain && !against && !none_for[..i].contains(none)
    })
}

/// A category by its name in our own forms.
pub(super) fn category_word(category: &AllergyCategory) -> &str {
    match category {
        AllergyCategory::Food => "food",
        AllergyCategory::Medication => "medication",
        AllergyCategory::Environment => "environment",
        AllergyCategory::Unknown => "unknown",
        AllergyCategory::Other(word) => word,
    }
}
