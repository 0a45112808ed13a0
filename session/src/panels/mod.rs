//! The summary as panels: each block keeps its own one of the four values, also inside a shared panel.

mod part;

use chrono::NaiveDate;
use kakari_record::alerts::{alerts, fires, rank_of, tag_for, weight};
use kakari_record::display::{self, Words};
use kakari_record::language::Language;
use kakari_record::model::{Allergy, Block, Contact, Medicine, MedicineStatus, PrimaryDoctor, Sex, Subject, Summary};

use self::part::{Part, Sight, joined, sentence_row, single};
use crate::view::{AlertChip, Panel, Row, Standing, Topic};

/// The strip of alerts, the worst first.
pub(crate) fn alert_chips(summary: &Summary, language: Language) -> Vec<AlertChip> {
    let chip = |alert: kakari_record::alerts::Alert| AlertChip {
        critical: alert.critical,
        label: alert.label.to_owned(),
        reason: alert.reason,
    };
    alerts(summary, language).into_iter().map(chip).collect()
}

/// Every panel of the summary as of `today`. What the patient has not been told is there only when `unveiled`.
pub(crate) fn panels(summary: &Summary, today: NaiveDate, unveiled: bool, language: Language) -> Vec<Panel> {
    let sight = Sight { summary, unveiled, language };
    vec![
        allergies(sight),
        medicines(sight, today),
        single(Topic::Conditions, sight.part(Subject::Conditions, &summary.conditions, display::condition), language),
        devices(sight),
        baseline(sight),
        findings(sight),
        single(Topic::Directives, sight.part(Subject::Directives, &summary.directives, display::directive), language),
        single(Topic::Doctors, sight.part(Subject::Doctors, &summary.doctors, doctor), language),
        single(Topic::Contacts, sight.part(Subject::Contacts, &summary.contacts, contact), language),
    ]
}

/// Titles of the blocks that cannot be shown, for the audit, which is Japanese.
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
    blocks
        .into_iter()
        .filter(|(_, unavailable)| *unavailable)
        .map(|(subject, _)| subject.title(Language::Japanese).to_owned())
        .collect()
}

fn is_unavailable<T>(block: &Block<T>) -> bool {
    matches!(block, Block::Unavailable(_))
}

/// The gravest come first, so that what does not fit is never the worst. A panel that confirms only the allergies is not
/// called one of contraindications too.
fn allergies(sight: Sight<'_>) -> Panel {
    let (summary, language) = (sight.summary, sight.language);
    let mut lead = sight.part(Subject::Allergies, &summary.allergies.block, display::allergy);
    sort_by_weight(&mut lead, sight.seen(&summary.allergies.block));
    let mut drugs = sight.part(Subject::Contraindications, &summary.contraindications, display::contraindication);
    sort_by_weight(&mut drugs, sight.seen(&summary.contraindications));
    let known = drugs.known;
    drugs.rows[..known].iter_mut().filter(|row| row.tag.is_empty()).for_each(|row| {
        row.tag = language.say("禁忌", "Contraindicated").to_owned();
    });
    let both = drugs.standing != Standing::NotRecorded || lead.standing != Standing::NoneConfirmed;
    let title = if both {
        language.say("アレルギー・禁忌", "Allergies / contraindications")
    } else {
        Subject::Allergies.title(language)
    };
    let mut panel = joined(Topic::Allergies, title.to_owned(), vec![lead, drugs], language);
    let absences = summary.allergies.none_for.iter().map(|absence| display::none_of_category(absence, language));
    panel.rows.extend(absences.map(|sentence| sentence_row(sentence, false)));
    panel
}

/// Sorts the rows of the items, which stand in the order of the items.
fn sort_by_weight<'a>(part: &mut Part, items: impl Iterator<Item = &'a Allergy>) {
    let rest = part.rows.split_off(part.known);
    let mut weighed: Vec<(u8, Row)> = items.map(weight).zip(std::mem::take(&mut part.rows)).collect();
    weighed.sort_by_key(|(weight, _)| *weight);
    part.rows = weighed.into_iter().map(|(_, row)| row).chain(rest).collect();
}

/// Those that change what a crew does come first, the worst of them before the others; those that are over last and
/// not counted.
fn medicines(sight: Sight<'_>, today: NaiveDate) -> Panel {
    let (block, language) = (&sight.summary.medicines, sight.language);
    let words = |item: &Medicine, language| display::medicine_dated(item, today, language);
    let mut panel = single(Topic::Medicines, sight.part(Subject::Medicines, block, words), language);
    if panel.standing != Standing::Known {
        return panel;
    }
    let items: Vec<&Medicine> = sight.seen(block).collect();
    let rest = panel.rows.split_off(items.len());
    let mut rows: Vec<(&Medicine, Row)> = items.into_iter().zip(std::mem::take(&mut panel.rows)).collect();
    rows.sort_by_key(|(item, _)| (item.status == MedicineStatus::Past, !fires(item), rank_of(item)));
    let current = rows.iter().filter(|(item, _)| item.status != MedicineStatus::Past).count();
    panel.count = if rows.is_empty() { String::new() } else { count_of(current, language) };
    if rows.iter().any(|(item, _)| fires(item)) {
        panel.title = language.say("要注意薬・服薬", "Medicines, high-alert first").to_owned();
    }
    panel.rows = rows.into_iter().map(|(item, row)| medicine_row(item, row, today, language)).chain(rest).collect();
    panel
}

/// 「8剤」, "8 medicines"
fn count_of(medicines: usize, language: Language) -> String {
    let english = if medicines == 1 { "1 medicine".to_owned() } else { format!("{medicines} medicines") };
    language.say(format!("{medicines}剤"), english)
}

/// 「未告知」 matters more than the class of the medicine: the crew must not read it out.
fn medicine_row(item: &Medicine, row: Row, today: NaiveDate, language: Language) -> Row {
    let over = display::supply_over(item, today).then_some(language.say("期間終了", "supply period over"));
    let said = [Some(row.sub.as_str()).filter(|sub| !sub.is_empty()), over];
    let sub = said.into_iter().flatten().collect::<Vec<_>>().join(language.say(" ", ", "));
    let tag = if row.tag.is_empty() { tag_for(item, language).unwrap_or_default().to_owned() } else { row.tag };
    Row { tag, sub: sub.trim().to_owned(), ..row }
}

/// Whom to call: the number is what a crew looks for.
fn doctor(doctor: &PrimaryDoctor, language: Language) -> Words {
    by_phone(doctor.phone.as_deref(), display::doctor(doctor, language), language)
}

fn contact(contact: &Contact, language: Language) -> Words {
    by_phone(contact.phones.first().map(String::as_str), display::contact(contact, language), language)
}

fn by_phone(phone: Option<&str>, words: Words, language: Language) -> Words {
    let Some(phone) = phone else { return words };
    let between = language.say(" ", ", ");
    let parts = words.sub.split(between).flat_map(|part| part.split(" / "));
    let rest = parts.filter(|part| *part != phone && *part != "/");
    let sub = std::iter::once(words.main.as_str()).chain(rest).collect::<Vec<_>>().join(between);
    Words { main: phone.to_owned(), sub, short: words.short, unknown: words.unknown }
}

fn devices(sight: Sight<'_>) -> Panel {
    let (summary, language) = (sight.summary, sight.language);
    let mut parts = vec![
        sight.part(Subject::Devices, &summary.devices, display::device),
        sight.part(Subject::Dialysis, &summary.dialysis, display::dialysis),
    ];
    if summary.identity.sex != Sex::Male || summary.pregnancy != Block::NotRecorded {
        parts.push(sight.part(Subject::Pregnancy, &summary.pregnancy, display::pregnancy));
    }
    parts.push(sight.part(Subject::Procedures, &summary.procedures, display::procedure));
    joined(Topic::Devices, language.say("体内機器・処置", "Devices / procedures").to_owned(), parts, language)
}

fn baseline(sight: Sight<'_>) -> Panel {
    let (summary, language) = (sight.summary, sight.language);
    let parts = vec![
        sight.part(Subject::Baseline, &summary.baseline, display::baseline),
        sight.part(Subject::Communication, &summary.communication, display::communication),
    ];
    joined(
        Topic::Baseline,
        language.say("普段の状態・意思疎通", "Usual state / communication").to_owned(),
        parts,
        language,
    )
}

fn findings(sight: Sight<'_>) -> Panel {
    let (summary, language) = (sight.summary, sight.language);
    let parts = vec![
        sight.part(Subject::Infections, &summary.infections, display::infection),
        sight.part(Subject::Labs, &summary.labs, display::lab),
    ];
    joined(Topic::Findings, language.say("感染症・検査", "Infections / lab results").to_owned(), parts, language)
}
