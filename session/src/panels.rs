//! The summary as panels: each block keeps its own one of the four values, also inside a shared panel.

use chrono::NaiveDate;
use kakari_record::alerts::{alerts, fires, rank_of, tag_for, weight};
use kakari_record::display::{self, Words};
use kakari_record::model::{
    Allergy, Block, Contact, Medicine, MedicineStatus, Origin, PrimaryDoctor, Sex, Subject, Summary,
};

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

/// Every panel of the summary as of `today`. What the patient has not been told is there only when `unveiled`.
pub(crate) fn panels(summary: &Summary, today: NaiveDate, unveiled: bool) -> Vec<Panel> {
    vec![
        allergies(summary),
        medicines(summary, today),
        conditions(summary, unveiled),
        devices(summary),
        baseline(summary),
        findings(summary),
        single(
            Topic::Directives,
            part(Subject::Directives, &summary.directives, display::directive, |item| &item.origin),
        ),
        single(Topic::Doctors, part(Subject::Doctors, &summary.doctors, doctor, |item| &item.origin)),
        single(Topic::Contacts, part(Subject::Contacts, &summary.contacts, contact, |item| &item.origin)),
    ]
}

/// Titles of the blocks that cannot be shown, for the audit.
pub(crate) fn unavailable_titles(summary: &Summary) -> Vec<String> {
    let blocks = [
        (Subject::Allergies, is_unavailable(&summary.allergies.block)),
        (Subject::Contraindications, is_unavailable(&summary.contraindications)),
        (Subject::Medicines, is_unavailable(&summary.medicines)),
        (Subject::Conditions, is_unavailable(&summary.conditions)),
        (Subject::Procedures, is_unavailable(&summary.procedures)),
        (Subject::Devices, is_unavailable(&summary.devices)),
        (Subject::Infections, is_unavailable(&summary.infections)),
        (Subject::Labs, is_unavailable(&summary.labs)),
        (Subject::Pregnancy, is_unavailable(&summary.pregnancy)),
        (Subject::Dialysis, is_unavailable(&summary.dialysis)),
        (Subject::Baseline, is_unavailable(&summary.baseline)),
        (Subject::Communication, is_unavailable(&summary.communication)),
        (Subject::Directives, is_unavailable(&summary.directives)),
        (Subject::Doctors, is_unavailable(&summary.doctors)),
        (Subject::Contacts, is_unavailable(&summary.contacts)),
    ];
    blocks.into_iter().filter(|(_, unavailable)| *unavailable).map(|(subject, _)| subject.title().to_owned()).collect()
}

fn is_unavailable<T>(block: &Block<T>) -> bool {
    matches!(block, Block::Unavailable(_))
}

/// One block on its way into a panel.
struct Part {
    subject: Subject,
    standing: Standing,
    /// The items, or the one sentence of a value that is not known.
    rows: Vec<Row>,
}

fn part<T>(subject: Subject, block: &Block<T>, words: impl Fn(&T) -> Words, origin: impl Fn(&T) -> &Origin) -> Part {
    let items: Vec<Row> = block.items().iter().map(|item| row(words(item), origin(item))).collect();
    let (standing, rows) = match (block, display::standing(subject, block)) {
        (Block::Known(_), _) | (_, None) => (Standing::Known, items),
        (Block::NoneConfirmed(_), Some(sentence)) => (Standing::NoneConfirmed, vec![sentence_row(sentence, false)]),
        (Block::NotRecorded, Some(sentence)) => (Standing::NotRecorded, vec![sentence_row(sentence, true)]),
        (Block::Unavailable(_), Some(sentence)) => (Standing::Unavailable, vec![sentence_row(sentence, true)]),
    };
    Part { subject, standing, rows }
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
    let footer = shared_origin(&parts);
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

/// Who said it all; empty when the rows come from several, which the details name one by one.
fn shared_origin(parts: &[Part]) -> String {
    let mut origins = parts.iter().filter(|part| part.standing == Standing::Known).flat_map(|part| &part.rows);
    let first = origins.next().map(|row| row.origin.clone()).unwrap_or_default();
    if origins.all(|row| row.origin == first) { first } else { String::new() }
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

/// The gravest come first, so that what does not fit is never the worst. A panel that confirms only the allergies is not
/// called one of contraindications too.
fn allergies(summary: &Summary) -> Panel {
    let mut lead = part(Subject::Allergies, &summary.allergies.block, display::allergy, |item| &item.origin);
    sort_by_weight(&mut lead, summary.allergies.block.items());
    let mut drugs =
        part(Subject::Contraindications, &summary.contraindications, display::contraindication, |item| &item.origin);
    sort_by_weight(&mut drugs, summary.contraindications.items());
    if drugs.standing == Standing::Known {
        drugs.rows.iter_mut().for_each(|row| row.tag = "禁忌".to_owned());
    }
    let both = drugs.standing != Standing::NotRecorded || lead.standing != Standing::NoneConfirmed;
    let title = if both { "アレルギー・禁忌" } else { "アレルギー" };
    let mut panel = joined(Topic::Allergies, title.to_owned(), "件", vec![lead, drugs]);
    let absences =
        summary.allergies.none_for.iter().map(|absence| sentence_row(display::none_of_category(absence), false));
    panel.rows.extend(absences);
    panel
}

fn sort_by_weight(part: &mut Part, items: &[Allergy]) {
    if part.standing == Standing::Known {
        let mut weighed: Vec<(u8, Row)> = items.iter().map(weight).zip(std::mem::take(&mut part.rows)).collect();
        weighed.sort_by_key(|(weight, _)| *weight);
        part.rows = weighed.into_iter().map(|(_, row)| row).collect();
    }
}

/// Those that change what a crew does come first, the worst of them before the others; those that are over last and
/// not counted.
fn medicines(summary: &Summary, today: NaiveDate) -> Panel {
    let words = |item: &Medicine| display::medicine_dated(item, today);
    let part = part(Subject::Medicines, &summary.medicines, words, |item| &item.origin);
    let mut panel = single(Topic::Medicines, part);
    if panel.standing != Standing::Known {
        return panel;
    }
    let mut rows: Vec<(&Medicine, Row)> =
        summary.medicines.items().iter().zip(std::mem::take(&mut panel.rows)).collect();
    rows.sort_by_key(|(item, _)| (item.status == MedicineStatus::Past, !fires(item), rank_of(item)));
    let current = rows.iter().filter(|(item, _)| item.status != MedicineStatus::Past).count();
    panel.count = format!("{current}剤");
    if rows.iter().any(|(item, _)| fires(item)) {
        panel.title = "要注意薬・服薬".to_owned();
    }
    panel.rows = rows.into_iter().map(|(item, row)| medicine_row(item, row, today)).collect();
    panel
}

fn medicine_row(item: &Medicine, row: Row, today: NaiveDate) -> Row {
    let over = display::supply_over(item, today).then_some("期間終了");
    let sub = [Some(row.sub.as_str()), over].into_iter().flatten().collect::<Vec<_>>().join(" ");
    Row { tag: tag_for(item).unwrap_or_default().to_owned(), sub: sub.trim().to_owned(), ..row }
}

/// Whom to call: the number is what a crew looks for.
fn doctor(doctor: &PrimaryDoctor) -> Words {
    by_phone(doctor.phone.as_deref(), display::doctor(doctor))
}

fn contact(contact: &Contact) -> Words {
    by_phone(contact.phones.first().map(String::as_str), display::contact(contact))
}

fn by_phone(phone: Option<&str>, words: Words) -> Words {
    let Some(phone) = phone else { return words };
    let rest = words.sub.split(' ').filter(|part| *part != phone && *part != "/");
    let sub = std::iter::once(words.main.as_str()).chain(rest).collect::<Vec<_>>().join(" ");
    Words { main: phone.to_owned(), sub, short: words.short, unknown: words.unknown }
}

fn conditions(summary: &Summary, unveiled: bool) -> Panel {
    let part = part(Subject::Conditions, &summary.conditions, display::condition, |item| &item.origin);
    let untold: Vec<bool> = summary.conditions.items().iter().map(|item| item.origin.untold).collect();
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
    if summary.identity.sex != Sex::Male || summary.pregnancy != Block::NotRecorded {
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
