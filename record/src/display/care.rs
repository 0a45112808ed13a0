//! Directives, doctors and contacts.

use super::date::date;
use super::fixed::fixed;
use super::words::{Words, joined};
use crate::language::Language;
use crate::model::{Consent, Contact, Directive, PrimaryDoctor};

/// That the document exists: title; date, where it is kept, which doctor to call. Never what it says.
pub fn directive(directive: &Directive, language: Language) -> Words {
    let doctor = joined(&[directive.doctor.clone(), directive.phone.clone()]);
    let parts = [
        directive.date.map(|day| date(day, language)),
        directive.kept_at.as_ref().map(|place| language.say(format!("保管 {place}"), format!("kept at {place}"))),
        (!doctor.is_empty()).then(|| language.say(format!("連絡先 {doctor}"), format!("contact {doctor}"))),
    ];
    let title = &directive.title;
    let main = if language == Language::English {
        format!("{title} (document exists)")
    } else if title.contains("文書") || title.contains('書') {
        format!("{title} あり")
    } else {
        format!("{title}(文書あり)")
    };
    Words::of(main, &parts, language)
}

/// 「かかりつけ さくら医院」; department, doctor, phones.
pub fn doctor(doctor: &PrimaryDoctor, language: Language) -> Words {
    let main = joined(&[Some(fixed(&doctor.role, language)), doctor.clinic.clone()]);
    let parts = [
        doctor.department.clone(),
        doctor.doctor.clone(),
        doctor.phone.clone(),
        doctor.night_phone.as_ref().map(|phone| language.say(format!("夜間 {phone}"), format!("night {phone}"))),
    ];
    Words::of(main, &parts, language)
}

/// 「長男 山田 太郎」; phones.
pub fn contact(contact: &Contact, language: Language) -> Words {
    let main = joined(&[contact.relation.as_ref().map(|relation| fixed(relation, language)), contact.name.clone()]);
    let main = if main.is_empty() { language.say("氏名 未記録", "Name not recorded").to_owned() } else { main };
    Words::of(main, &[Some(contact.phones.join(" / "))], language)
}

/// 「閲覧同意あり 2026/04/12 (長女)」, "Consent given 2026/04/12 (…)", 「閲覧同意 未記録」, 「閲覧同意 撤回 2026/05/01」
pub fn consent(consent: &Consent, language: Language) -> String {
    match consent {
        Consent::NotRecorded => language.say("閲覧同意 未記録", "Consent to view not recorded").to_owned(),
        Consent::Given { on, by } => {
            let by = by.as_ref().map(|by| format!("({})", fixed(by, language)));
            let given = language.say("閲覧同意あり", "Consent to view given").to_owned();
            joined(&[Some(given), on.map(|day| date(day, language)), by])
        }
        Consent::Withdrawn { on } => {
            let withdrawn = language.say("閲覧同意 撤回", "Consent to view withdrawn").to_owned();
            joined(&[Some(withdrawn), on.map(|day| date(day, language))])
        }
    }
}
