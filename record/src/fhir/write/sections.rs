//! The sections of the Composition: what is known, what is none as somebody said, and what is missing and why.

use serde_json::{Value, json};

use super::own::{Own, none_for_is_plain};
use super::paper::Paper;
use super::{allergy, body, care, findings, medicine};
use crate::codes;
use crate::display::{self, Words};
use crate::fhir::own::{BLOCKS, BLOOD_TYPE, word_of};
use crate::language::Language;
use crate::model::{Block, Medicine, Origin, Stated, Subject, Summary, Unavailability};

/// Writes one item and gives the addresses that its section lists.
type WriteItem<'a, T> = &'a dyn Fn(&mut Paper, &T) -> Vec<String>;
/// Writes the resource that says "none".
type WriteNone<'a> = Option<&'a dyn Fn(&mut Paper, &Origin) -> String>;

/// How a block becomes a section.
struct Shape<'a, T> {
    subject: Subject,
    /// The IPS section; `None` for a block that IPS has no section for.
    loinc: Option<&'static str>,
    item: WriteItem<'a, T>,
    none: WriteNone<'a>,
    words: &'a dyn Fn(&T) -> Words,
}

/// All sections, those that IPS requires first.
pub(super) fn sections(paper: &mut Paper, summary: &Summary) -> Vec<Value> {
    let mut all = vec![allergies(paper, summary)];
    all.extend(medical(paper, summary));
    all.extend(found(paper, summary));
    all.extend(people(paper, summary));
    all.into_iter().flatten().collect()
}

fn allergies(paper: &mut Paper, summary: &Summary) -> Option<Value> {
    let block = &summary.allergies.block;
    let mut section = Section::of(
        paper,
        summary,
        block,
        &Shape {
            subject: Subject::Allergies,
            loinc: Some("48765-2"),
            item: &|paper, item| vec![allergy::allergy(paper, Subject::Allergies, item)],
            none: Some(&allergy::none),
            words: &|item| display::allergy(item, Language::Japanese),
        },
    );
    let none_for = &summary.allergies.none_for;
    section.lines.extend(none_for.iter().map(|item| display::none_of_category(item, Language::Japanese)));
    if none_for_is_plain(&summary.allergies, summary) {
        section.entries.extend(none_for.iter().filter_map(|none| allergy::none_of_category(paper, none)));
    }
    section.finish()
}

fn medical(paper: &mut Paper, summary: &Summary) -> Vec<Option<Value>> {
    vec![
        Section::of(
            paper,
            summary,
            &summary.medicines,
            &Shape {
                subject: Subject::Medicines,
                loinc: Some("10160-0"),
                item: &|paper, item| vec![medicine::medicine(paper, item)],
                none: Some(&medicine::none),
                words: &medicine_words,
            },
        )
        .finish(),
        Section::of(
            paper,
            summary,
            &summary.conditions,
            &Shape {
                subject: Subject::Conditions,
                loinc: Some("11450-4"),
                item: &|paper, item| vec![body::condition(paper, item)],
                none: Some(&body::no_conditions),
                words: &|item| display::condition(item, Language::Japanese),
            },
        )
        .finish(),
        Section::of(
            paper,
            summary,
            &summary.contraindications,
            &Shape {
                subject: Subject::Contraindications,
                loinc: None,
                item: &|paper, item| vec![allergy::allergy(paper, Subject::Contraindications, item)],
                none: None,
                words: &|item| display::contraindication(item, Language::Japanese),
            },
        )
        .finish(),
        Section::of(
            paper,
            summary,
            &summary.procedures,
            &Shape {
                subject: Subject::Procedures,
                loinc: Some("47519-4"),
                item: &|paper, item| vec![body::procedure(paper, item)],
                none: Some(&body::no_procedures),
                words: &|item| display::procedure(item, Language::Japanese),
            },
        )
        .finish(),
        Section::of(
            paper,
            summary,
            &summary.devices,
            &Shape {
                subject: Subject::Devices,
                loinc: Some("46264-8"),
                item: &|paper, item| vec![body::device(paper, item)],
                none: Some(&body::no_devices),
                words: &|item| display::device(item, Language::Japanese),
            },
        )
        .finish(),
        plain(
            paper,
            summary,
            (Subject::Dialysis, None),
            &summary.dialysis,
            &|item| display::dialysis(item, Language::Japanese),
            &|paper, item| vec![body::dialysis(paper, item)],
        ),
    ]
}

fn found(paper: &mut Paper, summary: &Summary) -> Vec<Option<Value>> {
    let [labs, blood] = results(paper, summary);
    vec![
        labs,
        blood,
        plain(
            paper,
            summary,
            (Subject::Infections, None),
            &summary.infections,
            &|item| display::infection(item, Language::Japanese),
            &|paper, item| vec![findings::infection(paper, item)],
        ),
        plain(
            paper,
            summary,
            (Subject::Pregnancy, Some("10162-6")),
            &summary.pregnancy,
            &|item| display::pregnancy(item, Language::Japanese),
            &findings::pregnancy,
        ),
        plain(
            paper,
            summary,
            (Subject::Baseline, Some("47420-5")),
            &summary.baseline,
            &|item| display::baseline(item, Language::Japanese),
            &|paper, item| vec![findings::baseline(paper, item)],
        ),
        plain(
            paper,
            summary,
            (Subject::Communication, None),
            &summary.communication,
            &|item| display::communication(item, Language::Japanese),
            &|paper, item| vec![findings::communication(paper, item)],
        ),
    ]
}

/// Laboratory values, and the blood type, which has no block of its own. Beside a statement that there are no values, an
/// entry would contradict it, and beside one that they are withheld it would look like all: so the blood type then has a
/// section to itself.
fn results(paper: &mut Paper, summary: &Summary) -> [Option<Value>; 2] {
    let mut section = Section::of(
        paper,
        summary,
        &summary.labs,
        &Shape {
            subject: Subject::Labs,
            loinc: Some("30954-2"),
            item: &|paper, item| vec![findings::lab(paper, item)],
            none: None,
            words: &|item| display::lab(item, Language::Japanese),
        },
    );
    let Some(blood) = &summary.identity.blood_type else { return [section.finish(), None] };
    let url = findings::blood_type(paper, blood);
    let line = format!("血液型 {} [{}]", blood.text, display::origin(&blood.origin, Language::Japanese));
    if matches!(section.empty, Some("nilknown" | "withheld")) {
        return [section.finish(), Some(extra("血液型", BLOOD_TYPE, &line, &url))];
    }
    section.entries.push(url);
    section.lines.push(line);
    [section.finish(), None]
}

/// A section of one entry that is no block.
fn extra(title: &str, code: &str, line: &str, url: &str) -> Value {
    json!({
        "title": title,
        "code": {"coding": [{"system": BLOCKS, "code": code}]},
        "text": narrative(&[line.to_owned()]),
        "entry": [{"reference": url}],
    })
}

fn people(paper: &mut Paper, summary: &Summary) -> Vec<Option<Value>> {
    let directives = plain(
        paper,
        summary,
        (Subject::Directives, Some("42348-3")),
        &summary.directives,
        &|item| display::directive(item, Language::Japanese),
        &|paper, item| vec![care::directive(paper, item)],
    );
    let mut doctors = Section::of(
        paper,
        summary,
        &summary.doctors,
        &Shape {
            subject: Subject::Doctors,
            loinc: Some("85847-2"),
            item: &|_, _| Vec::new(),
            none: None,
            words: &|item| display::doctor(item, Language::Japanese),
        },
    );
    if !summary.doctors.items().is_empty() {
        doctors.entries = care::doctors(paper, summary.doctors.items());
    }
    // The contacts themselves stand in Patient.contact.
    let contacts = plain(
        paper,
        summary,
        (Subject::Contacts, None),
        &summary.contacts,
        &|item| display::contact(item, Language::Japanese),
        &|_, _| Vec::new(),
    );
    let consent = care::consent(paper, &summary.consent);
    let consent =
        consent.map(|url| extra("閲覧同意", "consent", &display::consent(&summary.consent, Language::Japanese), &url));
    vec![directives, doctors.finish(), contacts, consent]
}

/// A section without a resource that says "none".
fn plain<T: Stated>(
    paper: &mut Paper,
    summary: &Summary,
    (subject, loinc): (Subject, Option<&'static str>),
    block: &Block<T>,
    words: &dyn Fn(&T) -> Words,
    item: WriteItem<'_, T>,
) -> Option<Value> {
    Section::of(paper, summary, block, &Shape { subject, loinc, item, none: None, words }).finish()
}

/// A section while it is written.
struct Section {
    subject: Subject,
    loinc: Option<&'static str>,
    entries: Vec<String>,
    lines: Vec<String>,
    extension: Value,
    empty: Option<&'static str>,
}

impl Section {
    fn of<T: Stated>(paper: &mut Paper, summary: &Summary, block: &Block<T>, shape: &Shape<'_, T>) -> Self {
        let (subject, loinc) = (shape.subject, shape.loinc);
        let mut section =
            Self { subject, loinc, entries: Vec::new(), lines: Vec::new(), extension: Value::Null, empty: None };
        for item in block.items() {
            let urls = (shape.item)(paper, item);
            if item.origin().untold {
                paper.mark_untold(&urls);
            }
            section.entries.extend(urls);
            section.lines.extend(lines(&(shape.words)(item), item.origin()));
        }
        section.lines.extend(display::standing(subject, block, Language::Japanese));
        let disputes = summary.disputed.iter().filter(|dispute| dispute.subject == subject);
        section.lines.extend(disputes.map(|dispute| display::disputed(dispute, Language::Japanese).line()));
        let rest = summary.unlisted.iter().filter(|rest| rest.subject == subject);
        section.lines.extend(rest.map(|rest| display::unlisted(rest, Language::Japanese).line()));
        match (block, shape.none) {
            (Block::Known(_), _) => {}
            (Block::NoneConfirmed(absence), Some(none)) => section.entries.push(none(paper, &absence.origin)),
            (Block::NoneConfirmed(absence), None) => {
                section.extension = care::alone(paper, subject, &absence.origin);
                section.empty = Some("nilknown");
            }
            (Block::NotRecorded, _) => section.empty = Some("unavailable"),
            (Block::Unavailable(why), _) => {
                let mut own = Own::of(subject);
                own.code("unavailable", &word_of(why));
                section.extension = own.extension();
                let withheld = matches!(why, Unavailability::NotPermitted | Unavailability::LeftOut);
                section.empty = Some(if withheld { "withheld" } else { "unavailable" });
            }
        }
        section
    }

    /// `None` for a block of which nothing is recorded and which IPS does not require.
    fn finish(self) -> Option<Value> {
        let required = matches!(self.subject, Subject::Allergies | Subject::Medicines | Subject::Conditions);
        let silent = self.extension.is_null() && self.empty == Some("unavailable") && self.entries.is_empty();
        if silent && !required {
            return None;
        }
        let empty = self.empty.filter(|_| self.entries.is_empty());
        let ours = json!({"system": BLOCKS, "code": self.subject.code()});
        let loinc = self.loinc.map(|code| json!({"system": codes::LOINC, "code": code}));
        Some(json!({
            "extension": self.extension,
            "title": self.subject.title(Language::Japanese),
            "code": {"coding": [loinc, ours], "text": self.subject.title(Language::Japanese)},
            "text": narrative(&self.lines),
            "entry": self.entries.iter().map(|url| json!({"reference": url})).collect::<Vec<_>>(),
            "emptyReason": empty.map(|code| json!({"coding": [{"system": codes::EMPTY_REASON, "code": code}]})),
        }))
    }
}

fn lines(words: &Words, origin: &Origin) -> Vec<String> {
    let mark = if origin.untold { display::UNTOLD } else { "" };
    let mut lines = vec![format!("{mark}{} [{}]", words.line(), display::origin(origin, Language::Japanese))];
    lines.extend(display::also_stated(origin, Language::Japanese).into_iter().map(|other| format!("ほか {other}")));
    lines
}

/// The words of a medicine with its day, length and pharmacy; no "days ago", which a document cannot know.
fn medicine_words(item: &Medicine) -> Words {
    let mut words = display::medicine(item, Language::Japanese);
    let more = [
        item.date.map(|item| display::date(item, Language::Japanese)),
        item.days.map(|days| format!("{days}日分")),
        item.pharmacy.clone(),
    ];
    for part in more.into_iter().flatten() {
        words.sub = format!("{} {part}", words.sub).trim_start().to_owned();
    }
    words
}

/// XHTML for people, as IPS wants it with every section.
pub(super) fn narrative(lines: &[String]) -> Value {
    let items: String = lines.iter().map(|line| format!("<li>{}</li>", escaped(line))).collect();
    let div = format!(r#"<div xmlns="http://www.w3.org/1999/xhtml" lang="ja" xml:lang="ja"><ul>{items}</ul></div>"#);
    json!({"status": "generated", "div": div})
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
