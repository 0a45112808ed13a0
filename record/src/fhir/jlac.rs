//! JLAC10: 17 characters; analyte (5), what of it (4), material (3), method (3), kind of result (2).

use super::topic::{BloodPart, PressurePart, Topic};
use crate::codes;
use crate::model::{Coded, Coding, LabKind};

/// The topic of the first code that has one.
pub(super) fn topic(code: &Coded) -> Option<Topic> {
    code.codings.iter().filter(|coding| is_jlac(coding)).find_map(|coding| by_code(&coding.code))
}

/// Whether a code says that urine or stool was examined.
pub(super) fn is_elsewhere(code: &Coded) -> bool {
    code.codings.iter().any(|coding| is_jlac(coding) && is_urine_or_stool(&coding.code))
}

/// JP-CLINS has code systems of its own that hold the same codes; its local codes are the sender's.
fn is_jlac(coding: &Coding) -> bool {
    let system = coding.system.as_str();
    let ours = ["JP_CLINS_ObsLabResult", "ObservationLabResultCode", "JLAC10"].iter().any(|part| system.contains(part));
    system == codes::JLAC10 || system == codes::CHECKUP_ITEM || (ours && !system.contains("LocalCode"))
}

fn by_code(code: &str) -> Option<Topic> {
    if is_urine_or_stool(code) {
        return None;
    }
    Some(match code.get(..5)? {
        "5H010" => Topic::BloodType(BloodPart::Abo),
        "5H020" => Topic::BloodType(BloodPart::Rh),
        "8A065" => Topic::Lab(LabKind::Egfr),
        "3C015" => Topic::Lab(LabKind::Creatinine),
        "3H015" => Topic::Lab(LabKind::Potassium),
        "2A030" => Topic::Lab(LabKind::Hemoglobin),
        "2A990" if code.ends_with("53") => Topic::Lab(LabKind::Hemoglobin),
        "3D046" => Topic::Lab(LabKind::HbA1c),
        // The same analyte is reported in seconds and per cent as well.
        "2B030" if code.ends_with("57") => Topic::Lab(LabKind::PtInr),
        // Antibodies to HBs protect.
        "5F016" if code.get(5..9) == Some("1430") => Topic::Immunity,
        "5F016" | "5F360" | "5F500" | "5F550" | "5F560" | "5E071" | "5E074" | "5E075" => Topic::Infection,
        "9A751" | "9A752" | "9A755" => Topic::Pressure(PressurePart::Systolic),
        "9N056" | "9N716" | "9N721" | "9N726" | "9N731" => Topic::PastIllness,
        "9N701" | "9N706" | "9N711" => Topic::TakesMedicine,
        "9A761" | "9A762" | "9A765" => Topic::Pressure(PressurePart::Diastolic),
        _ => return None,
    })
}

/// Materials 001–009 are kinds of urine, 015 is stool: another quantity under the same analyte.
fn is_urine_or_stool(code: &str) -> bool {
    code.get(9..12).is_some_and(|material| material == "015" || (material.starts_with("00") && material != "000"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(code: &str) -> bool {
        let coding = Coding { system: codes::JLAC10.to_owned(), code: code.to_owned() };
        topic(&Coded { text: String::new(), codings: vec![coding] }).is_some()
    }

    #[test]
    fn creatinine_and_potassium_in_urine_are_not_those_in_blood() {
        assert!(known("3C015000002327101"));
        assert!(!known("3C015000000127101"));
        assert!(known("3H015000002326101"));
        assert!(!known("3H015000000426101"));
    }

    #[test]
    fn of_the_prothrombin_time_only_the_ratio_is_kept() {
        assert!(known("2B030000002231157"));
        assert!(!known("2B030000002231151"));
        assert!(!known("2B030000002231153"));
    }
}
