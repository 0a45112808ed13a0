//! Which of the few kept topics an Observation is about: by LOINC, by JLAC10, then by its words.

use unicode_normalization::UnicodeNormalization;

use super::jlac;
use crate::codes;
use crate::model::{BaselineKind, Coded, LabKind};

/// What an Observation tells.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Topic {
    /// ABO, Rh or both.
    BloodType(BloodPart),
    /// A kept laboratory value.
    Lab(LabKind),
    /// A test for an infection.
    Infection,
    /// A test for antibodies that protect: positive calls for no precautions.
    Immunity,
    /// Which organism grew.
    Organism,
    /// Pregnant or not.
    Pregnant,
    /// Expected delivery.
    Due,
    /// The usual state, or one measurement of it.
    Baseline(BaselineKind),
    /// One half of a blood pressure.
    Pressure(PressurePart),
    /// An answer about past illness in a health checkup.
    PastIllness,
    /// An answer about medicines in a health checkup.
    TakesMedicine,
}

/// What of the blood type an Observation holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum BloodPart {
    Both,
    Abo,
    Rh,
}

/// Upper or lower.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum PressurePart {
    Systolic,
    Diastolic,
}

/// The topic, or `None` for everything that the summary does not keep. `names` are the sender's words and every display
/// of its codes: a laboratory's own name may say less than the display of a standard code beside it. `material` is what
/// was examined, if that is said.
pub(super) fn topic(code: &Coded, names: &[&str], material: Option<&str>) -> Option<Topic> {
    let names: Vec<String> = names.iter().map(|name| name.nfkc().collect()).collect();
    let blood = material.is_none_or(|material| !has(material, &ELSEWHERE)) && !jlac::is_elsewhere(code);
    let by_code = code.code_in(codes::LOINC).and_then(by_loinc).or_else(|| jlac::topic(code));
    let elsewhere = !blood || names.iter().any(|name| has(name, &ELSEWHERE));
    let by_words = || names.iter().find_map(|name| by_words(name)).filter(|topic| !elsewhere || is_not_of_blood(topic));
    by_code.filter(|topic| blood || is_not_of_blood(topic)).or_else(by_words)
}

/// In urine, stool and other fluids the same names mean something else.
const ELSEWHERE: [&str; 7] = ["尿", "便", "クリアランス", "髄液", "腹水", "胸水", "Urine"];

fn is_not_of_blood(topic: &Topic) -> bool {
    matches!(topic, Topic::Baseline(_) | Topic::Organism | Topic::Pressure(_) | Topic::Pregnant | Topic::Due)
}

fn has(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}

fn by_loinc(code: &str) -> Option<Topic> {
    Some(match code {
        "882-1" | "34530-6" => Topic::BloodType(BloodPart::Both),
        "883-9" => Topic::BloodType(BloodPart::Abo),
        "10331-7" => Topic::BloodType(BloodPart::Rh),
        "33914-3" | "62238-1" | "77147-7" | "48642-3" | "48643-1" | "98979-8" | "98980-6" | "50210-4" | "69405-9"
        | "88293-6" | "88294-4" => Topic::Lab(LabKind::Egfr),
        "2160-0" | "38483-4" | "14682-9" | "77140-2" | "59826-8" => Topic::Lab(LabKind::Creatinine),
        "2823-3" | "6298-4" | "77142-8" => Topic::Lab(LabKind::Potassium),
        "718-7" | "20509-6" | "59260-0" | "30313-1" | "30350-3" => Topic::Lab(LabKind::Hemoglobin),
        "6301-6" | "34714-6" | "38875-1" | "46418-0" => Topic::Lab(LabKind::PtInr),
        "4548-4" | "17856-6" | "59261-8" | "41995-2" => Topic::Lab(LabKind::HbA1c),
        "5195-3" | "5196-1" | "63557-3" | "13955-0" | "16128-1" | "11259-9" | "11011-4" | "7917-8" | "56888-1"
        | "75622-1" | "31201-7" | "68961-2" | "20507-0" | "22587-0" | "5292-8" | "24110-9" | "35492-8" | "13317-3" => {
            Topic::Infection
        }
        "22322-2" | "16935-9" | "10900-9" => Topic::Immunity,
        "42803-7" | "6463-4" | "11475-1" => Topic::Organism,
        "82810-3" => Topic::Pregnant,
        "11778-8" | "11779-6" | "11780-4" => Topic::Due,
        "85354-9" | "55284-4" => Topic::Baseline(BaselineKind::BloodPressure),
        "8480-6" => Topic::Pressure(PressurePart::Systolic),
        "8462-4" => Topic::Pressure(PressurePart::Diastolic),
        "2708-6" | "59408-5" => Topic::Baseline(BaselineKind::OxygenSaturation),
        "80288-4" => Topic::Baseline(BaselineKind::Consciousness),
        _ => return None,
    })
}

fn by_words(text: &str) -> Option<Topic> {
    if let Some(usual) = ["普段の", "平常時の", "通常時の"].iter().find_map(|mark| text.split_once(mark)) {
        return Some(Topic::Baseline(baseline(usual.1)));
    }
    if let Some(kind) = by_abbreviation(text).or_else(|| lab(text)) {
        return Some(Topic::Lab(kind));
    }
    const GERMS: [&str; 15] = [
        "HBs",
        "HBV",
        "HCV",
        "C型肝炎",
        "B型肝炎",
        "HIV",
        "HTLV",
        "梅毒",
        "RPR",
        "TPHA",
        "TP抗体",
        "MRSA",
        "結核",
        "ESBL",
        "VRE",
    ];
    Some(match () {
        () if has(text, &["血液型"]) => Topic::BloodType(blood(text)),
        () if has(text, &["HBs抗体", "HBS抗体"]) => Topic::Immunity,
        () if has(text, &["培養", "同定", "分離菌", "検出菌", "起因菌"]) => Topic::Organism,
        () if has(text, &GERMS) || is_resistant_germ(text) => Topic::Infection,
        () if has(text, &["分娩予定日", "出産予定日"]) => Topic::Due,
        () if has(text, &["妊娠の有無", "妊娠状態"]) => Topic::Pregnant,
        () if has(text, &["日常生活動作", "ADL", "自立度", "要介護"]) => {
            Topic::Baseline(BaselineKind::DailyLiving)
        }
        () if has(text, &["SpO2", "SPO2", "酸素飽和度"]) => Topic::Baseline(BaselineKind::OxygenSaturation),
        () if has(text, &["意識レベル", "意識状態"]) => Topic::Baseline(BaselineKind::Consciousness),
        () if has(text, &["収縮期血圧", "最高血圧"]) => Topic::Pressure(PressurePart::Systolic),
        () if has(text, &["拡張期血圧", "最低血圧"]) => Topic::Pressure(PressurePart::Diastolic),
        () => return None,
    })
}

/// `CRE` in the name of a culture; elsewhere the letters mean creatinine.
fn is_resistant_germ(text: &str) -> bool {
    text.contains("カルバペネム耐性")
        || (text.contains("CRE") && has(text, &["保菌", "感染", "検出", "培養", "腸内細菌"]))
}

fn blood(text: &str) -> BloodPart {
    match (text.contains("ABO"), has(text, &["Rh", "RH"])) {
        (true, false) => BloodPart::Abo,
        (false, true) => BloodPart::Rh,
        _ => BloodPart::Both,
    }
}

fn lab(text: &str) -> Option<LabKind> {
    // MCH and MCHC are per cell; the others are other substances.
    let other = [
        "平均",
        "MCH",
        "メトヘモグロビン",
        "カルボキシ",
        "遊離",
        "オキシ",
        "ハプト",
        "クレアチニン比",
        "/クレアチニン",
    ];
    Some(match () {
        () if has(text, &["eGFR", "推算GFR", "推算糸球体"]) => LabKind::Egfr,
        () if has(text, &other) => return None,
        () if has(text, &["クレアチニン"]) => LabKind::Creatinine,
        () if has(text, &["カリウム"]) => LabKind::Potassium,
        () if has(text, &["HbA1c", "HbA1C", "HBA1C", "ヘモグロビンA1c", "ヘモグロビンA1C", "グリコヘモグロビン"]) => {
            LabKind::HbA1c
        }
        () if has(text, &["ヘモグロビン", "血色素"]) => LabKind::Hemoglobin,
        () if has(text, &["PT-INR", "PT(INR)", "PT INR", "プロトロンビン時間国際", "プロトロンビン時間(INR)"]) => {
            LabKind::PtInr
        }
        () => return None,
    })
}

/// Names that are only an abbreviation; `CRE` is creatinine on a Japanese laboratory sheet, not a resistant germ.
fn by_abbreviation(text: &str) -> Option<LabKind> {
    Some(match text {
        "CRE" | "Cre" | "CREA" | "Cr" | "CRN" | "S-Cr" => LabKind::Creatinine,
        "K" | "S-K" => LabKind::Potassium,
        "Hb" | "HGB" | "Hgb" | "HB" => LabKind::Hemoglobin,
        "INR" | "PT-INR" => LabKind::PtInr,
        "A1c" | "A1C" => LabKind::HbA1c,
        "GFR" => LabKind::Egfr,
        _ => return None,
    })
}

fn baseline(what: &str) -> BaselineKind {
    match what {
        _ if what.contains("意識") => BaselineKind::Consciousness,
        _ if what.contains("血圧") => BaselineKind::BloodPressure,
        _ if what.contains("SpO2") || what.contains("酸素飽和度") => BaselineKind::OxygenSaturation,
        _ if what.contains("生活") || what.contains("ADL") => BaselineKind::DailyLiving,
        _ => BaselineKind::General,
    }
}
