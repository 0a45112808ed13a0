//! Directives, doctors and contacts.

use super::date::date;
use super::words::{Words, joined};
use crate::model::{Consent, Contact, Directive, PrimaryDoctor};

/// That the document exists: title; date, where it is kept, which doctor to call. Never what it says.
pub fn directive(directive: &Directive) -> Words {
    let doctor = joined(&[directive.doctor.clone(), directive.phone.clone()]);
    let parts = [
        directive.date.map(date),
        directive.kept_at.as_ref().map(|place| format!("保管 {place}")),
        (!doctor.is_empty()).then(|| format!("連絡先 {doctor}")),
    ];
    let title = &directive.title;
    let main = if title.contains("文書") || title.contains('書') {
        format!("{title} あり")
    } else {
        format!("{title}(文書あり)")
    };
    Words::of(main, &parts)
}

/// 「かかりつけ さくら医院」; department, doctor, phones.
pub fn doctor(doctor: &PrimaryDoctor) -> Words {
    let main = joined(&[Some(doctor.role.clone()), doctor.clinic.clone()]);
    let parts = [
        doctor.department.clone(),
        doctor.doctor.clone(),
        doctor.phone.clone(),
        doctor.night_phone.as_ref().map(|phone| format!("夜間 {phone}")),
    ];
    Words::of(main, &parts)
}

/// 「長男 山田 太郎」; phones.
pub fn contact(contact: &Contact) -> Words {
    let main = joined(&[contact.relation.clone(), contact.name.clone()]);
    let main = if main.is_empty() { "氏名 未記録".to_owned() } else { main };
    Words::of(main, &[Some(contact.phones.join(" / "))])
}

/// 「閲覧同意あり 2026/04/12 (長女)」, 「閲覧同意 未記録」, 「閲覧同意 撤回 2026/05/01」
pub fn consent(consent: &Consent) -> String {
    match consent {
        Consent::NotRecorded => "閲覧同意 未記録".to_owned(),
        Consent::Given { on, by } => {
            let by = by.as_ref().map(|by| format!("({by})"));
            joined(&[Some("閲覧同意あり".to_owned()), on.map(date), by])
        }
        Consent::Withdrawn { on } => joined(&[Some("閲覧同意 撤回".to_owned()), on.map(date)]),
    }
}
