//! A summary in plain lines. Tests only: the model itself refuses to be printed.

use kakari_record::codes;
use kakari_record::language::Language;
use kakari_record::model::*;

/// One line per item, one for each block that has none.
pub(crate) fn lines(summary: &Summary) -> Vec<String> {
    let mut out = identity(&summary.identity);
    block(&mut out, "アレルギー", &summary.allergies.block, allergy);
    out.extend(
        summary
            .allergies
            .none_for
            .iter()
            .map(|none| format!("アレルギーなしの区分 {} {}", category(&none.category), origin(&none.origin))),
    );
    block(&mut out, "薬剤禁忌", &summary.contraindications, allergy);
    block(&mut out, "薬剤", &summary.medicines, medicine);
    block(&mut out, "傷病", &summary.conditions, condition);
    block(&mut out, "手術", &summary.procedures, |p: &Procedure| {
        join([Some(coded(&p.name)), p.date.map(|d| d.to_string()), p.note.clone(), Some(origin(&p.origin))])
    });
    block(&mut out, "機器", &summary.devices, device);
    findings(&mut out, summary);
    people(&mut out, summary);
    out.push(format!("同意 {}", consent(&summary.consent)));
    out.extend(summary.disputed.iter().map(dispute));
    out.extend(summary.unlisted.iter().map(|rest| {
        let why = if rest.why == Unavailability::NotPermitted { "(許可なし)" } else { "" };
        format!("一部のみ {} 取得不可{why}", rest.subject.title(Language::Japanese))
    }));
    out
}

fn findings(out: &mut Vec<String>, summary: &Summary) {
    block(out, "感染症", &summary.infections, |i: &Infection| {
        let mark = i.positive.then(|| "陽性扱い".to_owned());
        join([
            Some(i.name.clone()),
            Some(i.result.clone()),
            mark,
            i.date.map(|d| d.to_string()),
            Some(origin(&i.origin)),
        ])
    });
    block(out, "検査", &summary.labs, |lab: &Lab| {
        let kind = match &lab.kind {
            LabKind::Egfr => "eGFR",
            LabKind::Creatinine => "クレアチニン",
            LabKind::Potassium => "カリウム",
            LabKind::Hemoglobin => "ヘモグロビン",
            LabKind::PtInr => "PT-INR",
            LabKind::HbA1c => "HbA1c",
            LabKind::Other(other) => other,
        };
        join([
            Some(kind.to_owned()),
            Some(lab.value.clone()),
            lab.date.map(|d| d.to_string()),
            Some(origin(&lab.origin)),
        ])
    });
    block(out, "妊娠", &summary.pregnancy, |p: &Pregnancy| {
        join([p.due.map(|due| format!("予定日:{due}")), p.note.clone(), Some(origin(&p.origin))])
    });
    block(out, "透析", &summary.dialysis, |d: &Dialysis| {
        let shunt = d.shunt.as_ref().map(|arm| format!("シャント:{arm}"));
        let rest = [d.schedule.clone(), d.centre.clone(), d.phone.clone(), Some(origin(&d.origin))];
        join([Some(d.name.clone()), shunt].into_iter().chain(rest))
    });
    block(out, "普段", &summary.baseline, |b: &Baseline| {
        let kind = match &b.kind {
            BaselineKind::Consciousness => "意識",
            BaselineKind::BloodPressure => "血圧",
            BaselineKind::OxygenSaturation => "SpO2",
            BaselineKind::DailyLiving => "ADL",
            BaselineKind::General => "全般",
            BaselineKind::Other(other) => other,
        };
        join([Some(kind.to_owned()), Some(b.text.clone()), Some(origin(&b.origin))])
    });
    block(out, "意思疎通", &summary.communication, |c: &Communication| {
        let kind = match &c.kind {
            CommunicationKind::Hearing => "聴覚",
            CommunicationKind::Sight => "視覚",
            CommunicationKind::Language => "言語",
            CommunicationKind::Dementia => "認知症",
            CommunicationKind::Behaviour => "行動",
            CommunicationKind::General => "全般",
            CommunicationKind::Other(other) => other,
        };
        join([Some(kind.to_owned()), Some(c.text.clone()), Some(origin(&c.origin))])
    });
}

fn people(out: &mut Vec<String>, summary: &Summary) {
    block(out, "事前指示", &summary.directives, |d: &Directive| {
        let facts = [d.date.map(|date| date.to_string()), d.kept_at.clone(), d.doctor.clone(), d.phone.clone()];
        join([Some(d.title.clone())].into_iter().chain(facts).chain([Some(origin(&d.origin))]))
    });
    block(out, "かかりつけ", &summary.doctors, |d: &PrimaryDoctor| {
        let facts = [d.clinic.clone(), d.department.clone(), d.doctor.clone(), d.phone.clone()];
        let night = d.night_phone.as_ref().map(|phone| format!("夜間:{phone}"));
        join([Some(d.role.clone())].into_iter().chain(facts).chain([night, Some(origin(&d.origin))]))
    });
    block(out, "連絡先", &summary.contacts, |c: &Contact| {
        let phones = c.phones.iter().cloned().map(Some);
        join([c.name.clone(), c.relation.clone()].into_iter().chain(phones).chain([Some(origin(&c.origin))]))
    });
}

fn identity(who: &Identity) -> Vec<String> {
    let sex = match who.sex {
        Sex::Female => "女性",
        Sex::Male => "男性",
        Sex::Other => "その他",
        Sex::Unknown => "不明",
    };
    let birth = who.birth_date.map_or("生年月日不明".to_owned(), |date| date.to_string());
    let mut out = vec![format!("名前 {}({}) | {sex} | {birth}", who.name, who.kana.as_deref().unwrap_or_default())];
    out.push(format!("番号 {}", who.number.as_ref().map_or("なし", |number| number.digits())));
    out.extend(who.address.as_ref().map(|address| format!("住所 {address}")));
    if !who.phones.is_empty() {
        out.push(format!("電話 {}", who.phones.join(" ")));
    }
    out.extend(who.blood_type.as_ref().map(|blood| format!("血液型 {} | {}", blood.text, origin(&blood.origin))));
    out
}

fn block<T>(out: &mut Vec<String>, name: &str, block: &Block<T>, line: impl Fn(&T) -> String) {
    match block {
        Block::Known(items) => out.extend(items.iter().map(|item| format!("{name} {}", line(item)))),
        Block::NoneConfirmed(absence) => out.push(format!("{name} なし(確認済) {}", origin(&absence.origin))),
        Block::NotRecorded => out.push(format!("{name} 未記録")),
        Block::Unavailable(Unavailability::NotPermitted) => out.push(format!("{name} 取得不可(許可なし)")),
        Block::Unavailable(_) => out.push(format!("{name} 取得不可")),
    }
}

fn allergy(item: &Allergy) -> String {
    let severity = item.severity.map(|severity| match severity {
        Severity::Mild => "軽度",
        Severity::Moderate => "中等度",
        Severity::Severe => "重度",
    });
    let criticality = item.criticality.map(|criticality| match criticality {
        Criticality::Low => "低リスク",
        Criticality::High => "高リスク",
        Criticality::UnableToAssess => "評価不能",
    });
    let sure = match item.verification {
        Verification::Confirmed => "確認済",
        Verification::Unconfirmed => "未確認",
        Verification::NotSaid => "確度不明",
    };
    let reactions = (!item.reactions.is_empty()).then(|| format!("反応:{}", item.reactions.join("・")));
    let past = item.past.then(|| "過去".to_owned());
    let head = [Some(coded(&item.substance)), Some(category(&item.category)), reactions];
    let words = [severity, criticality, Some(sure)].map(|word| word.map(str::to_owned));
    join(head.into_iter().chain(words).chain([past, item.note.clone(), Some(origin(&item.origin))]))
}

fn category(category: &AllergyCategory) -> String {
    match category {
        AllergyCategory::Food => "食物",
        AllergyCategory::Medication => "薬剤",
        AllergyCategory::Environment => "環境",
        AllergyCategory::Unknown => "区分不明",
        AllergyCategory::Other(other) => other,
    }
    .to_owned()
}

fn medicine(item: &Medicine) -> String {
    let status = match item.status {
        MedicineStatus::Current => Some("使用中".to_owned()),
        MedicineStatus::Unknown => None,
        MedicineStatus::OnHold => Some("休薬".to_owned()),
        MedicineStatus::Past => Some("過去".to_owned()),
    };
    let generic = item.generic.as_ref().map(|name| format!("一般名:{name}"));
    let head = [Some(coded(&item.product)), generic, item.strength.clone(), item.form.clone()];
    let dose = item.dose.as_ref().map(|dose| format!("1回{dose}"));
    let days = item.days.map(|days| format!("{days}日分"));
    let tail = [item.date.map(|date| date.to_string()), item.pharmacy.clone(), status, Some(origin(&item.origin))];
    join(head.into_iter().chain([dose, item.usage.clone(), days]).chain(tail))
}

fn condition(item: &Condition) -> String {
    let status = match item.status {
        ConditionStatus::Active => None,
        ConditionStatus::Unknown => Some("状態不明".to_owned()),
        ConditionStatus::Remission => Some("寛解".to_owned()),
        ConditionStatus::Inactive => Some("活動なし".to_owned()),
        ConditionStatus::Resolved => Some("治癒".to_owned()),
    };
    let mark = |on: bool, word: &str| on.then(|| word.to_owned());
    let head = [Some(coded(&item.name)), item.side.clone(), item.onset.map(|onset| onset.to_string()), status];
    let marks = [mark(item.suspected, "疑い")];
    join(head.into_iter().chain(marks).chain([item.note.clone(), Some(origin(&item.origin))]))
}

fn device(item: &Device) -> String {
    let kind = match &item.kind {
        DeviceKind::Pacemaker => "ペースメーカー",
        DeviceKind::Defibrillator => "除細動器",
        DeviceKind::DialysisShunt => "透析シャント",
        DeviceKind::Stent => "ステント",
        DeviceKind::Ostomy => "ストーマ",
        DeviceKind::HomeOxygen => "在宅酸素",
        DeviceKind::FeedingTube => "胃瘻・経管栄養",
        DeviceKind::InsulinPump => "インスリンポンプ",
        DeviceKind::Device => "機器",
        DeviceKind::Other(other) => other,
    };
    let since = item.since.map(|since| since.to_string());
    let head = [Some(kind.to_owned()), Some(coded(&item.name)), item.site.clone(), since];
    join(head.into_iter().chain([item.note.clone(), Some(origin(&item.origin))]))
}

/// 「記載不一致 アレルギー なし(確認済) ←北町医院 2026-04-12」, of one category 「記載不一致 アレルギー(食物) なし(確認済) …」.
fn dispute(dispute: &Disputed) -> String {
    let part = dispute.category.as_ref().map_or(String::new(), |one| format!("({})", category(one)));
    format!(
        "記載不一致 {}{part} なし(確認済) {}",
        dispute.subject.title(Language::Japanese),
        origin(&dispute.absence.origin)
    )
}

fn consent(consent: &Consent) -> String {
    let day = |on: &Option<PartialDate>| on.map(|on| on.to_string());
    match consent {
        Consent::NotRecorded => "未記録".to_owned(),
        Consent::Given { on, by } => join([Some(format!("同意あり {}", day(on).unwrap_or_default())), by.clone()]),
        Consent::Withdrawn { on } => format!("撤回 {}", day(on).unwrap_or_default()),
    }
}

fn coded(name: &Coded) -> String {
    let short = |system: &str| match system {
        codes::YJ => "YJ".to_owned(),
        codes::JFAGY_FOOD => "JFAGY".to_owned(),
        codes::ICD10 => "ICD10".to_owned(),
        codes::SNOMED => "SNOMED".to_owned(),
        codes::MEDIS_DISEASE => "MEDIS".to_owned(),
        codes::ATC => "ATC".to_owned(),
        other => other.to_owned(),
    };
    let codings = name.codings.iter().map(|coding| format!("{{{}={}}}", short(&coding.system), coding.code));
    format!("{}{}", name.text, codings.collect::<String>())
}

fn origin(origin: &Origin) -> String {
    let parts = [origin.facility.clone(), origin.author.clone(), origin.recorded.map(|date| date.to_string())];
    let untold = if origin.untold { " 未告知" } else { "" };
    let also = origin.also.iter().map(|other| {
        let parts = [other.facility.clone(), other.author.clone(), other.recorded.map(|date| date.to_string())];
        let differs = other.differs.as_ref().map_or(String::new(), |words| format!(":{words}"));
        format!(" +{}{differs}", parts.into_iter().flatten().collect::<Vec<_>>().join(" "))
    });
    format!("←{}{}{untold}", parts.into_iter().flatten().collect::<Vec<_>>().join(" "), also.collect::<String>())
}

fn join(parts: impl IntoIterator<Item = Option<String>>) -> String {
    parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" | ")
}
