//! Infections, laboratory values, pregnancy, dialysis, the usual state, and how to communicate.

use super::date::date;
use super::words::Words;
use crate::model::{
    Baseline, BaselineKind, Communication, CommunicationKind, Dialysis, Infection, Lab, LabKind, Pregnancy,
};

/// 「HCV抗体 陽性」; when it was taken.
pub fn infection(infection: &Infection) -> Words {
    Words::of(format!("{} {}", infection.name, infection.result), &[infection.date.map(date)])
}

/// 「eGFR 38」 as the sender wrote the value; when it was taken.
pub fn lab(lab: &Lab) -> Words {
    Words::of(format!("{} {}", lab_name(&lab.kind), lab.value), &[lab.date.map(date)])
}

/// 「eGFR」, 「クレアチニン」
pub(crate) fn lab_name(kind: &LabKind) -> &str {
    match kind {
        LabKind::Egfr => "eGFR",
        LabKind::Creatinine => "クレアチニン",
        LabKind::Potassium => "カリウム",
        LabKind::Hemoglobin => "ヘモグロビン",
        LabKind::PtInr => "PT-INR",
        LabKind::HbA1c => "HbA1c",
        LabKind::Other(name) => name,
    }
}

/// 「妊娠」; 「分娩予定 2027/03/05」, the note. Weeks are not computed: the due date may be corrected elsewhere. Without one
/// the day of the statement stands there, since a pregnancy goes by: 「分娩予定日 未記録(2022/06/15の記載)」.
pub fn pregnancy(pregnancy: &Pregnancy) -> Words {
    let stated = pregnancy.origin.recorded.map_or_else(String::new, |day| format!("({}の記載)", date(day)));
    let due =
        pregnancy.due.map_or_else(|| format!("分娩予定日 未記録{stated}"), |day| format!("分娩予定 {}", date(day)));
    Words::of("妊娠".to_owned(), &[Some(due), pregnancy.note.clone()])
}

/// 「血液透析 シャント 左前腕」; schedule, centre, phone.
pub fn dialysis(dialysis: &Dialysis) -> Words {
    let main = match &dialysis.shunt {
        Some(arm) => format!("{} シャント {arm}", dialysis.name),
        None => dialysis.name.clone(),
    };
    Words::of(main, &[dialysis.schedule.clone(), dialysis.centre.clone(), dialysis.phone.clone()])
}

/// 「普段の血圧 150/90 mmHg」
pub fn baseline(baseline: &Baseline) -> Words {
    Words::of(format!("{} {}", baseline_name(&baseline.kind), baseline.text), &[])
}

/// 「普段の血圧」
pub(crate) fn baseline_name(kind: &BaselineKind) -> &str {
    match kind {
        BaselineKind::Consciousness => "普段の意識",
        BaselineKind::BloodPressure => "普段の血圧",
        BaselineKind::OxygenSaturation => "普段のSpO2",
        BaselineKind::DailyLiving => "ADL",
        BaselineKind::General => "普段の状態",
        BaselineKind::Other(word) => word,
    }
}

/// 「聴覚 難聴(右) 補聴器」
pub fn communication(need: &Communication) -> Words {
    let kind = match &need.kind {
        CommunicationKind::Hearing => "聴覚",
        CommunicationKind::Sight => "視覚",
        CommunicationKind::Language => "言語",
        CommunicationKind::Dementia => "認知症",
        CommunicationKind::Behaviour => "行動",
        CommunicationKind::General => "意思疎通",
        CommunicationKind::Other(word) => word,
    };
    let main = if need.text.contains(kind) { need.text.clone() } else { format!("{kind} {}", need.text) };
    Words::of(main, &[])
}
