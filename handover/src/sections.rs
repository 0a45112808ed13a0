//! The sections of the page: items with who said so and when, and the four values, each unlike the others.

use chrono::NaiveDate;
use kakari_record::alerts::{fires, rank_of, tag_for, weight};
use kakari_record::display::{self, UNTOLD, Words};
use kakari_record::handover::Chosen;
use kakari_record::language::Language;
use kakari_record::model::{
    Allergy, Block, Medicine, MedicineStatus, Origin, Stated, Subject, Summary, Unavailability,
};

use crate::lines::Run;
use crate::sheet::{Look, Row};
use crate::style::{AMBER, DARK, GREEN, HATCH, INK, RED, SECOND, Style, WHITE};

const MAIN: f32 = 10.5;
const SUB: f32 = 9.5;
const BY: f32 = 8.0;

/// Sections of their own, whatever is known of them.
const ALWAYS: [Subject; 4] = [Subject::Allergies, Subject::Contraindications, Subject::Medicines, Subject::Conditions];

/// All sections with their titles and rows: those of which there is something to say in the order in which they are
/// told, then in one row each those that were left out and those of which nothing is recorded.
pub(crate) fn sections(chosen: &Chosen, today: NaiveDate) -> Vec<(&'static str, Vec<Row>)> {
    let page = Page { summary: chosen.summary() };
    let (mut own, mut left_out, mut not_recorded) = (Vec::new(), Vec::new(), Vec::new());
    for subject in Subject::ALL {
        let rows = page.section(subject, today);
        match (rows.as_slice(), page.gap(subject)) {
            ([_], Some(Gap::LeftOut)) if !ALWAYS.contains(&subject) => left_out.push(subject.title(Language::Japanese)),
            ([_], Some(Gap::NotRecorded)) if !ALWAYS.contains(&subject) => {
                not_recorded.push(subject.title(Language::Japanese))
            }
            _ => own.push((subject.title(Language::Japanese), rows)),
        }
    }
    let together = |titles: &[&str], words: &str, look: (Look, Style), mark: &str| {
        boxed(format!("{}: {words}", titles.join("、")), look, mark)
    };
    if !left_out.is_empty() {
        let words = display::unavailable(Unavailability::LeftOut, Language::Japanese);
        own.push(("含めていない項目", vec![together(&left_out, &words, LEFT_OUT, "× ")]));
    }
    if !not_recorded.is_empty() {
        own.push((
            "未記録の項目",
            vec![together(&not_recorded, display::not_recorded(Language::Japanese), NOT_RECORDED, "? ")],
        ));
    }
    own
}

/// Why a section says only one sentence that many share.
enum Gap {
    LeftOut,
    NotRecorded,
}

fn gap<T>(block: &Block<T>) -> Option<Gap> {
    match block {
        Block::Unavailable(Unavailability::LeftOut) => Some(Gap::LeftOut),
        Block::NotRecorded => Some(Gap::NotRecorded),
        _ => None,
    }
}

struct Page<'a> {
    summary: &'a Summary,
}

impl Page<'_> {
    fn gap(&self, subject: Subject) -> Option<Gap> {
        let summary = self.summary;
        match subject {
            Subject::Allergies => gap(&summary.allergies.block),
            Subject::Contraindications => gap(&summary.contraindications),
            Subject::Medicines => gap(&summary.medicines),
            Subject::Conditions => gap(&summary.conditions),
            Subject::Procedures => gap(&summary.procedures),
            Subject::Devices => gap(&summary.devices),
            Subject::Infections => gap(&summary.infections),
            Subject::Labs => gap(&summary.labs),
            Subject::Pregnancy => gap(&summary.pregnancy),
            Subject::Dialysis => gap(&summary.dialysis),
            Subject::Baseline => gap(&summary.baseline),
            Subject::Communication => gap(&summary.communication),
            Subject::Directives => gap(&summary.directives),
            Subject::Doctors => gap(&summary.doctors),
            Subject::Contacts => gap(&summary.contacts),
        }
    }

    fn section(&self, subject: Subject, today: NaiveDate) -> Vec<Row> {
        let summary = self.summary;
        match subject {
            Subject::Allergies => self.allergies(),
            Subject::Contraindications => self.contraindications(),
            Subject::Medicines => self.medicines(today),
            Subject::Conditions => {
                self.rows(subject, &summary.conditions, |item| display::condition(item, Language::Japanese))
            }
            Subject::Procedures => {
                self.rows(subject, &summary.procedures, |item| display::procedure(item, Language::Japanese))
            }
            Subject::Devices => self.rows(subject, &summary.devices, |item| display::device(item, Language::Japanese)),
            Subject::Infections => {
                self.rows(subject, &summary.infections, |item| display::infection(item, Language::Japanese))
            }
            Subject::Labs => self.rows(subject, &summary.labs, |item| display::lab(item, Language::Japanese)),
            Subject::Pregnancy => {
                self.rows(subject, &summary.pregnancy, |item| display::pregnancy(item, Language::Japanese))
            }
            Subject::Dialysis => {
                self.rows(subject, &summary.dialysis, |item| display::dialysis(item, Language::Japanese))
            }
            Subject::Baseline => {
                self.rows(subject, &summary.baseline, |item| display::baseline(item, Language::Japanese))
            }
            Subject::Communication => {
                self.rows(subject, &summary.communication, |item| display::communication(item, Language::Japanese))
            }
            Subject::Directives => {
                self.rows(subject, &summary.directives, |item| display::directive(item, Language::Japanese))
            }
            Subject::Doctors => self.rows(subject, &summary.doctors, |item| display::doctor(item, Language::Japanese)),
            Subject::Contacts => {
                self.rows(subject, &summary.contacts, |item| display::contact(item, Language::Japanese))
            }
        }
    }

    /// The gravest first.
    fn allergies(&self) -> Vec<Row> {
        let block = &self.summary.allergies.block;
        let mut items: Vec<&Allergy> = block.items().iter().collect();
        items.sort_by_key(|item| weight(item));
        let mut rows = self.standing(Subject::Allergies, block);
        rows.extend(items.into_iter().flat_map(|item| {
            let tag = (weight(item) < 2).then_some(("■", RED));
            item_rows(&display::allergy(item, Language::Japanese), item.origin(), tag)
        }));
        let none_for = self.summary.allergies.none_for.iter();
        rows.extend(
            none_for.map(|none| {
                boxed(marked(&none.origin, &display::none_of_category(none, Language::Japanese)), NONE, "✓ ")
            }),
        );
        rows.extend(self.disputes(Subject::Allergies));
        rows
    }

    fn contraindications(&self) -> Vec<Row> {
        let block = &self.summary.contraindications;
        let mut items: Vec<&Allergy> = block.items().iter().collect();
        items.sort_by_key(|item| weight(item));
        let mut rows = self.standing(Subject::Contraindications, block);
        let row = |item: &Allergy| {
            item_rows(&display::contraindication(item, Language::Japanese), item.origin(), Some(("■禁忌", RED)))
        };
        rows.extend(items.into_iter().flat_map(row));
        rows.extend(self.disputes(Subject::Contraindications));
        rows
    }

    /// Those that change what is done first, those that are over last.
    fn medicines(&self, today: NaiveDate) -> Vec<Row> {
        let block = &self.summary.medicines;
        let mut items: Vec<&Medicine> = block.items().iter().collect();
        items.sort_by_key(|item| (item.status == MedicineStatus::Past, !fires(item), rank_of(item)));
        let mut rows = self.standing(Subject::Medicines, block);
        for item in items {
            let mut words = display::medicine(item, Language::Japanese);
            words.sub = format!("{} {}", words.sub, display::supply(item, today, Language::Japanese)).trim().to_owned();
            let class = tag_for(item, Language::Japanese).filter(|_| fires(item)).map(|class| format!("▲{class}"));
            rows.extend(item_rows(&words, item.origin(), class.as_deref().map(|class| (class, AMBER))));
        }
        rows.extend(self.disputes(Subject::Medicines));
        rows
    }

    fn rows<T: Stated>(&self, subject: Subject, block: &Block<T>, words: impl Fn(&T) -> Words) -> Vec<Row> {
        let mut rows = self.standing(subject, block);
        rows.extend(block.items().iter().flat_map(|item| item_rows(&words(item), item.origin(), None)));
        rows.extend(self.disputes(subject));
        rows
    }

    /// The one sentence of a block that is not known.
    fn standing<T>(&self, subject: Subject, block: &Block<T>) -> Vec<Row> {
        let Some(sentence) = display::standing(subject, block, Language::Japanese) else { return Vec::new() };
        match block {
            Block::Known(_) => Vec::new(),
            Block::NoneConfirmed(absence) => {
                let mut rows = vec![boxed(marked(&absence.origin, &sentence), NONE, "✓ ")];
                rows.extend(others(&absence.origin));
                rows
            }
            Block::NotRecorded => vec![boxed(sentence, NOT_RECORDED, "? ")],
            Block::Unavailable(Unavailability::LeftOut) => vec![boxed(sentence, LEFT_OUT, "× ")],
            Block::Unavailable(_) => vec![boxed(sentence, UNAVAILABLE, "▨ ")],
        }
    }

    /// Who says that there is none of what is known, and that a list is not all.
    fn disputes(&self, subject: Subject) -> Vec<Row> {
        let disputes = self.summary.disputed.iter().filter(|dispute| dispute.subject == subject);
        let disputes =
            disputes.map(|one| marked(&one.absence.origin, &display::disputed(one, Language::Japanese).line()));
        let rest = self.summary.unlisted.iter().filter(|rest| rest.subject == subject);
        let rest = rest.map(|rest| display::unlisted(rest, Language::Japanese).line());
        disputes.chain(rest).map(|words| boxed(words, UNAVAILABLE, "▨ ")).collect()
    }
}

/// ✓ in an outline: somebody confirmed that there is none.
const NONE: (Look, Style) = (
    Look { fill: None, hatch: None, edge: Some((GREEN, 1.2)), dashed: false },
    Style { size: SUB, bold: true, color: GREEN },
);
/// Hatched, without an edge.
const NOT_RECORDED: (Look, Style) =
    (Look { fill: None, hatch: Some(HATCH), edge: None, dashed: false }, Style { size: SUB, bold: false, color: INK });
/// Hatched, with a dashed edge.
const UNAVAILABLE: (Look, Style) = (
    Look { fill: None, hatch: Some(HATCH), edge: Some((INK, 1.0)), dashed: true },
    Style { size: SUB, bold: true, color: INK },
);
/// White on dark: it is known, and not here.
const LEFT_OUT: (Look, Style) =
    (Look { fill: Some(DARK), hatch: None, edge: None, dashed: false }, Style { size: SUB, bold: true, color: WHITE });

fn boxed(words: impl Into<String>, (look, style): (Look, Style), mark: &str) -> Row {
    Row { runs: vec![Run::new(format!("{mark}{}", words.into()), style)], look: Some(look), indent: 0.0 }
}

fn marked(origin: &Origin, words: &str) -> String {
    if origin.untold { format!("{UNTOLD}{words}") } else { words.to_owned() }
}

/// An item on a line of its own, the worst in front of it, who said so behind it, and what others say under it.
fn item_rows(words: &Words, origin: &Origin, tag: Option<(&str, (u8, u8, u8))>) -> Vec<Row> {
    let mut runs = Vec::new();
    if origin.untold {
        runs.push(Run::new(format!("{UNTOLD} "), Style::bold(MAIN).in_color(RED)));
    }
    if let Some((tag, color)) = tag {
        let color = if color == AMBER { INK } else { color };
        runs.push(Run::new(format!("{tag} "), Style::bold(MAIN).in_color(color)));
    }
    if words.unknown {
        runs.push(Run::new("? ", Style::bold(MAIN).in_color(SECOND)));
    }
    runs.push(Run::new(words.main.clone(), Style::bold(MAIN)));
    if !words.sub.is_empty() {
        runs.push(Run::new(format!("  {}", words.sub), Style::regular(SUB)));
    }
    runs.push(Run::new(
        format!("  [{}]", display::origin(origin, Language::Japanese)),
        Style::regular(BY).in_color(SECOND),
    ));
    let mut rows = vec![Row { runs, look: None, indent: 0.0 }];
    rows.extend(others(origin));
    rows
}

fn others(origin: &Origin) -> Vec<Row> {
    let line = |words: String| Row {
        runs: vec![Run::new(format!("ほか {words}"), Style::regular(8.5).in_color(SECOND))],
        look: None,
        indent: 14.0,
    };
    display::also_stated(origin, Language::Japanese).into_iter().map(line).collect()
}
