//! Which of the few kept topics an Observation is about: by LOINC, by JLAC10, then by its words.

use crate::codes;
use crate::model::{BaselineKind, Coded, LabKind};

/// What an Observation tells.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Topic {
    /// ABO, Rh or both.
    BloodType,
    /// A kept laboratory value.
    Lab(LabKind),
    /// A test for an infection.
    Infection,
    /// Which organism grew.
    Organism,
    /// Pregnant or not.
    Pregnant,
    /// Expected delivery.
    Due,
    /// The usual state, or one measurement of it.
    Baseline(BaselineKind),
}

/// The topic, or `None` for everything that the summary does not keep.
pub(super) fn topic(code: &Coded) -> Option<Topic> {
    code.code_in(codes::LOINC).and_then(by_loinc).or_else(|| by_jlac(code)).or_else(|| by_words(&code.text))
}

fn by_loinc(code: &str) -> Option<Topic> {
    Some(match code {
        "882-1" | "883-9" | "10331-7" | "34530-6" => Topic::BloodType,
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
        "42803-7" | "6463-4" | "11475-1" => Topic::Organism,
        "82810-3" => Topic::Pregnant,
        "11778-8" | "11779-6" | "11780-4" => Topic::Due,
        "85354-9" | "55284-4" => Topic::Baseline(BaselineKind::BloodPressure),
        "2708-6" | "59408-5" => Topic::Baseline(BaselineKind::OxygenSaturation),
        "80288-4" => Topic::Baseline(BaselineKind::Consciousness),
        _ => return None,
    })
}

/// The analyte is the first five characters of a JLAC10 code.
fn by_jlac(code: &Coded) -> Option<Topic> {
    let jlac = |coding: &&crate::model::Coding| {
        coding.system == codes::JLAC10
            || coding.system.contains("JP_CLINS_ObsLabResult")
            || coding.system.contains("ObservationLabResultCode")
    };
    let code = code.codings.iter().find(jlac)?;
    Some(match code.code.get(..5)? {
        "5H010" | "5H020" => Topic::BloodType,
        "8A065" => Topic::Lab(LabKind::Egfr),
        "3C015" => Topic::Lab(LabKind::Creatinine),
        "3H015" => Topic::Lab(LabKind::Potassium),
        "2A030" => Topic::Lab(LabKind::Hemoglobin),
        "3D046" => Topic::Lab(LabKind::HbA1c),
        "5F016" | "5F360" | "5F500" | "5E071" | "5E075" => Topic::Infection,
        _ => return None,
    })
}

fn by_words(text: &str) -> Option<Topic> {
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if let Some(usual) = ["普段の", "平常時の", "通常時の"].iter().find_map(|mark| text.split_once(mark)) {
        return Some(Topic::Baseline(baseline(usual.1)));
    }
    if let Some(kind) = by_abbreviation(text) {
        return Some(Topic::Lab(kind));
    }
    Some(match () {
        () if has(&["血液型"]) => Topic::BloodType,
        () if has(&["eGFR"]) => Topic::Lab(LabKind::Egfr),
        () if has(&["尿", "便"]) => return None,
        () if has(&["クリアランス"]) => return None,
        () if has(&["クレアチニン"]) => Topic::Lab(LabKind::Creatinine),
        () if has(&["カリウム"]) => Topic::Lab(LabKind::Potassium),
        () if has(&["HbA1c", "ヘモグロビンA1c"]) => Topic::Lab(LabKind::HbA1c),
        () if has(&["ヘモグロビン"]) => Topic::Lab(LabKind::Hemoglobin),
        () if has(&["PT-INR", "PT(INR)", "プロトロンビン時間国際"]) => Topic::Lab(LabKind::PtInr),
        () if has(&[
            "HBs抗原",
            "HCV抗体",
            "HIV",
            "梅毒",
            "RPR",
            "TPHA",
            "TP抗体",
            "MRSA",
            "結核",
            "ESBL",
            "VRE",
            "CRE",
        ]) =>
        {
            Topic::Infection
        }
        () if has(&["分娩予定日", "出産予定日"]) => Topic::Due,
        () if has(&["妊娠の有無", "妊娠状態"]) => Topic::Pregnant,
        () if has(&["日常生活動作", "ADL"]) => Topic::Baseline(BaselineKind::DailyLiving),
        () => return None,
    })
}

/// Names that are only an abbreviation; `CRE` is creatinine on a Japanese laboratory sheet, not a resistant germ.
fn by_abbreviation(text: &str) -> Option<LabKind> {
    Some(match text {
        "CRE" | "Cre" | "CREA" | "Cr" | "CRN" => LabKind::Creatinine,
        "K" => LabKind::Potassium,
        "Hb" | "HGB" | "Hgb" => LabKind::Hemoglobin,
        "INR" => LabKind::PtInr,
        "A1c" | "A1C" => LabKind::HbA1c,
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
