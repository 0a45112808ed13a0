//! The summary as panels: each block keeps its own one of the four values, also inside a shared panel.

use kakari_record::alerts::{alerts, tag_for};
use kakari_record::display::{self, Subject, Words};
use kakari_record::model::{Block, MedicineStatus, Origin, Sex, Summary};

use crate::view::{AlertChip, Panel, Row, Standing, Topic};

/// The strip of alerts, the worst first.
pub(crate) fn alert_chips(summary: &Summary) -> Vec<AlertChip> {
    let chip = |alert: kakari_record::alerts::Alert| AlertChip {
        critical: alert.critical,
        label: alert.label.to_owned(),
        reason: alert.reason,
    };
    alerts(summary).into_iter().map(chip).collect()
}

/// Every panel of the summary. What the patient has not been told is there only when `unveiled`.
pub(crate) fn panels(summary: &Summary, unveiled: bool) -> Vec<Panel> {
    vec![
        allergies(summary),
        medicines(summary),
        conditions(summary, unveiled),
        devices(summary),
        baseline(summary),
        findings(summary),
        single(
            Topic::Directives,
            part(Subject::Directives, &summary.directives, display::directive, |item| &item.origin),
        ),
        single(Topic::Doctors, part(Subject::Doctors, &summary.doctors, display::doctor, |item| &item.origin)),
        single(Topic::Contacts, part(Subject::Contacts, &summary.contacts, display::contact, |item| &item.origin)),
    ]
}

/// Titles of the blocks that cannot be shown, for the audit.
pub(crate) fn unavailable_titles(summary: &Summary) -> Vec<String> {
    let titles = panels(summary, false).into_iter().filter(|panel| panel.standing == Standing::Unavailable);
    titles.map(|panel| panel.title).collect()
}

/// One block on its way into a panel.
struct Part {
    subject: Subject,
    standing: Standing,
    /// The items, or the one sentence of a value that is not known.
    rows: Vec<Row>,
    /// Where the first item comes from.
    footer: String,
}

fn part<T>(subject: Subject, block: &Block<T>, words: impl Fn(&T) -> Words, origin: impl Fn(&T) -> &Origin) -> Part {
    let items: Vec<Row> = block.items().iter().map(|item| row(words(item), origin(item))).collect();
    let (standing, rows) = match (block, display::standing(subject, block)) {
        (Block::Known(_), _) | (_, None) => (Standing::Known, items),
        (Block::NoneConfirmed(_), Some(sentence)) => (Standing::NoneConfirmed, vec![sentence_row(sentence, false)]),
        (Block::NotRecorded, Some(sentence)) => (Standing::NotRecorded, vec![sentence_row(sentence, true)]),
        (Block::Unavailable(_), Some(sentence)) => (Standing::Unavailable, vec![sentence_row(sentence, true)]),
    };
    let footer = block.items().first().map(|item| display::origin(origin(item))).unwrap_or_default();
    Part { subject, standing, rows, footer }
}

fn row(words: Words, origin: &Origin) -> Row {
    Row {
        tag: String::new(),
        main: words.main,
        sub: words.sub,
        short: words.short,
        origin: display::origin(origin),
        unknown: words.unknown,
    }
}

fn sentence_row(sentence: String, unknown: bool) -> Row {
    Row {
        tag: String::new(),
        main: sentence.clone(),
        sub: String::new(),
        short: sentence,
        origin: String::new(),
        unknown,
    }
}

/// A panel of one block.
fn single(topic: Topic, part: Part) -> Panel {
    let title = part.subject.title().to_owned();
    joined(topic, title, "件", vec![part])
}

/// A panel of several blocks, the first of them leading. Anything known makes the panel known; the blocks that are not
/// keep their own rows, and those nobody spoke of share one line, so that nothing unsaid looks like "none".
fn joined(topic: Topic, title: String, unit: &str, parts: Vec<Part>) -> Panel {
    let known: usize = parts.iter().filter(|part| part.standing == Standing::Known).map(|part| part.rows.len()).sum();
    let standing = if known > 0 { Standing::Known } else { weakest_lead(&parts) };
    let footer = parts.iter().map(|part| part.footer.clone()).find(|footer| !footer.is_empty()).unwrap_or_default();
    let count = if known > 0 { format!("{known}{unit}") } else { String::new() };
    let (unsaid, said): (Vec<Part>, Vec<Part>) =
        parts.into_iter().partition(|part| part.standing == Standing::NotRecorded);
    let mut rows: Vec<Row> = Vec::new();
    for part in said {
        let title = part.subject.title();
        rows.extend(part.rows.into_iter().map(|row| name_unavailable(row, part.standing, title)));
    }
    rows.extend(unsaid_row(&unsaid, rows.is_empty()));
    Panel { topic, title, count, standing, rows, footer, veiled: 0 }
}

/// With nothing known the leading block speaks for the panel, but an unavailable part is never drawn as "none".
fn weakest_lead(parts: &[Part]) -> Standing {
    if parts.iter().any(|part| part.standing == Standing::Unavailable) {
        return Standing::Unavailable;
    }
    parts.first().map_or(Standing::NotRecorded, |part| part.standing)
}

fn name_unavailable(mut row: Row, standing: Standing, title: &str) -> Row {
    if standing == Standing::Unavailable {
        row.main = format!("{title} {}", row.main);
    }
    row
}

/// 「未記録(なしではありません)」 for the whole panel, or naming the blocks that it is true of.
fn unsaid_row(unsaid: &[Part], alone: bool) -> Option<Row> {
    if unsaid.is_empty() {
        return None;
    }
    let titles: Vec<&str> = unsaid.iter().map(|part| part.subject.title()).collect();
    let sentence = if alone {
        display::NOT_RECORDED.to_owned()
    } else {
        format!("{} {}", titles.join("・"), display::NOT_RECORDED)
    };
    Some(sentence_row(sentence, true))
}

fn allergies(summary: &Summary) -> Panel {
    let lead = part(Subject::Allergies, &summary.allergies.block, display::allergy, |item| &item.origin);
    let drugs =
        part(Subject::Contraindications, &summary.contraindications, display::contraindication, |item| &item.origin);
    let mut panel = joined(Topic::Allergies, "アレルギー・禁忌".to_owned(), "件", vec![lead, drugs]);
    let absences =
        summary.allergies.none_for.iter().map(|absence| sentence_row(display::none_of_category(absence), false));
    panel.rows.extend(absences);
    panel
}

/// Those that change what a crew does come first, those that are over last.
fn medicines(summary: &Summary) -> Panel {
    let part = part(Subject::Medicines, &summary.medicines, display::medicine, |item| &item.origin);
    let mut panel = single(Topic::Medicines, part);
    if panel.standing != Standing::Known {
        return panel;
    }
    let mut rows: Vec<(Row, bool)> = std::mem::take(&mut panel.rows)
        .into_iter()
        .zip(summary.medicines.items())
        .map(|(row, item)| {
            let tag = tag_for(item).unwrap_or_default().to_owned();
            (Row { tag, ..row }, item.status == MedicineStatus::Past)
        })
        .collect();
    rows.sort_by_key(|(row, past)| (*past, row.tag.is_empty()));
    let alerting = rows.iter().filter(|(row, past)| !past && !row.tag.is_empty()).count();
    panel.count = match alerting {
        0 => format!("{}剤", rows.len()),
        _ => format!("{}剤 うち要注意{alerting}剤", rows.len()),
    };
    panel.rows = rows.into_iter().map(|(row, _)| row).collect();
    panel
}

fn conditions(summary: &Summary, unveiled: bool) -> Panel {
    let part = part(Subject::Conditions, &summary.conditions, display::condition, |item| &item.origin);
    let untold: Vec<bool> = summary.conditions.items().iter().map(|item| item.untold).collect();
    let veiled = untold.iter().filter(|untold| **untold).count();
    let mut panel = single(Topic::Conditions, part);
    if veiled == 0 {
        return panel;
    }
    let rows = std::mem::take(&mut panel.rows).into_iter().zip(untold);
    let shown = rows.filter(|(_, untold)| unveiled || !untold);
    panel.rows =
        shown.map(|(row, untold)| if untold { Row { tag: "未告知".to_owned(), ..row } } else { row }).collect();
    panel.count = if panel.rows.is_empty() { String::new() } else { format!("{}件", panel.rows.len()) };
    panel.veiled = if unveiled { 0 } else { veiled };
    panel
}

fn devices(summary: &Summary) -> Panel {
    let mut parts = vec![
        part(Subject::Devices, &summary.devices, display::device, |item| &item.origin),
        part(Subject::Dialysis, &summary.dialysis, display::dialysis, |item| &item.origin),
    ];
    if summary.identity.sex != Sex::Male {
        parts.push(part(Subject::Pregnancy, &summary.pregnancy, display::pregnancy, |item| &item.origin));
    }
    parts.push(part(Subject::Procedures, &summary.procedures, display::procedure, |item| &item.origin));
    joined(Topic::Devices, "体内機器・処置".to_owned(), "件", parts)
}

fn baseline(summary: &Summary) -> Panel {
    let parts = vec![
        part(Subject::Baseline, &summary.baseline, display::baseline, |item| &item.origin),
        part(Subject::Communication, &summary.communication, display::communication, |item| &item.origin),
    ];
    joined(Topic::Baseline, "普段の状態・意思疎通".to_owned(), "件", parts)
}

fn findings(summary: &Summary) -> Panel {
    let parts = vec![
        part(Subject::Infections, &summary.infections, display::infection, |item| &item.origin),
        part(Subject::Labs, &summary.labs, display::lab, |item| &item.origin),
    ];
    joined(Topic::Findings, "感染症・検査".to_owned(), "件", parts)
}
