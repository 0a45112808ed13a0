//! Infections, laboratory values, pregnancy, dialysis, the usual state, and how to communicate.

use super::date::date;
use super::fixed::fixed;
use super::words::Words;
use crate::language::Language;
use crate::model::{
    Baseline, BaselineKind, Communication, CommunicationKind, Dialysis, Infection, Lab, LabKind, Pregnancy,
};

/// 「HCV抗体 陽性」; when it was taken.
pub fn infection(infection: &Infection, language: Language) -> Words {
    let main = format!("{}{}{}", infection.name, language.say(" ", ": "), fixed(&infection.result, language));
    Words::of(main, &[infection.date.map(|day| date(day, language))], language)
}

/// 「eGFR 38」 as the sender wrote the value; when it was taken.
pub fn lab(lab: &Lab, language: Language) -> Words {
    let main = format!("{} {}", lab_name(&lab.kind, language), lab.value);
    Words::of(main, &[lab.date.map(|day| date(day, language))], language)
}

/// 「eGFR」, 「クレアチニン」
pub(crate) fn lab_name(kind: &LabKind, language: Language) -> &str {
    match kind {
        LabKind::Egfr => "eGFR",
        LabKind::Creatinine => language.say("クレアチニン", "Creatinine"),
        LabKind::Potassium => language.say("カリウム", "Potassium"),
        LabKind::Hemoglobin => language.say("ヘモグロビン", "Hemoglobin"),
        LabKind::PtInr => "PT-INR",
        LabKind::HbA1c => "HbA1c",
        LabKind::Other(name) => name,
    }
}

/// 「妊娠」; 「分娩予定 2027/03/05」, the note. Weeks are not computed: the due date may be corrected elsewhere. Without one
/// the day of the statement stands there, since a pregnancy goes by: 「分娩予定日 未記録(2022/06/15の記載)」.
pub fn pregnancy(pregnancy: &Pregnancy, language: Language) -> Words {
    let due = match pregnancy.due.map(|day| date(day, language)) {
        Some(day) => language.say(format!("分娩予定 {day}"), format!("due {day}")),
        None => {
            let stated = |day| date(day, language);
            let stated = pregnancy
                .origin
                .recorded
                .map(stated)
                .map_or_else(String::new, |day| language.say(format!("({day}の記載)"), format!(" (stated {day})")));
            language.say(format!("分娩予定日 未記録{stated}"), format!("due date not recorded{stated}"))
        }
    };
    let main = language.say("妊娠", "Pregnant").to_owned();
    Words::of(main, &[Some(due), pregnancy.note.clone()], language)
}

/// 「血液透析 シャント 左前腕」; schedule, centre, phone.
pub fn dialysis(dialysis: &Dialysis, language: Language) -> Words {
    let name = &dialysis.name;
    let main = match dialysis.shunt.as_ref().map(|arm| fixed(arm, language)) {
        Some(arm) => language.say(format!("{name} シャント {arm}"), format!("{name} (shunt: {arm})")),
        None => name.clone(),
    };
    let schedule = dialysis.schedule.as_ref().map(|days| fixed(days, language));
    Words::of(main, &[schedule, dialysis.centre.clone(), dialysis.phone.clone()], language)
}

/// 「普段の血圧 150/90 mmHg」
pub fn baseline(baseline: &Baseline, language: Language) -> Words {
    let name = baseline_name(&baseline.kind, language);
    Words::of(format!("{name}{}{}", language.say(" ", ": "), baseline.text), &[], language)
}

/// 「普段の血圧」
pub(crate) fn baseline_name(kind: &BaselineKind, language: Language) -> &str {
    match kind {
        BaselineKind::Consciousness => language.say("普段の意識", "Usual consciousness"),
        BaselineKind::BloodPressure => language.say("普段の血圧", "Usual BP"),
        BaselineKind::OxygenSaturation => language.say("普段のSpO2", "Usual SpO2"),
        BaselineKind::DailyLiving => "ADL",
        BaselineKind::General => language.say("普段の状態", "Usual state"),
        BaselineKind::Other(word) => word,
    }
}

/// 「聴覚 難聴(右) 補聴器」
pub fn communication(need: &Communication, language: Language) -> Words {
    let kind = match &need.kind {
        CommunicationKind::Hearing => language.say("聴覚", "Hearing"),
        CommunicationKind::Sight => language.say("視覚", "Sight"),
        CommunicationKind::Language => language.say("言語", "Language"),
        CommunicationKind::Dementia => language.say("認知症", "Dementia"),
        CommunicationKind::Behaviour => language.say("行動", "Behaviour"),
        CommunicationKind::General => language.say("意思疎通", "Communication"),
        CommunicationKind::Other(word) => word,
    };
    let between = language.say(" ", ": ");
    let main = if need.text.contains(kind) { need.text.clone() } else { format!("{kind}{between}{}", need.text) };
    Words::of(main, &[], language)
}
