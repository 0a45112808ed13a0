//! The blood type from its parts: ABO and Rh are often two results.

use unicode_normalization::UnicodeNormalization;

use super::topic::BloodPart;
use crate::model::{BloodType, Origin};

/// One result about the blood type.
pub(super) struct BloodFinding {
    pub(super) part: BloodPart,
    pub(super) words: String,
    pub(super) origin: Origin,
}

/// ABO and Rh joined; statements that differ are all shown as differing.
pub(super) fn blood_type(findings: Vec<BloodFinding>) -> Option<BloodType> {
    let (mut whole, mut abo, mut rh) = (Vec::new(), Vec::new(), Vec::new());
    for finding in &findings {
        let (list, words) = match part(finding) {
            BloodPart::Both => (&mut whole, finding.words.clone()),
            BloodPart::Abo => (&mut abo, abo_words(&finding.words)),
            BloodPart::Rh => (&mut rh, rh_words(&finding.words)),
        };
        if !list.contains(&words) {
            list.push(words);
        }
    }
    let text = match (whole.as_slice(), abo.as_slice(), rh.as_slice()) {
        ([one], [], []) => one.clone(),
        ([], [one], []) | ([], [], [one]) => one.clone(),
        ([], [abo], [rh]) => format!("{abo} {rh}"),
        // The whole once more in parts.
        ([one], [abo], []) if one.contains(abo.as_str()) => one.clone(),
        ([one], [abo], [rh]) if *one == format!("{abo} {rh}") => one.clone(),
        _ => {
            let all: Vec<String> = whole.into_iter().chain(abo).chain(rh).collect();
            format!("記載不一致({})", all.join(" / "))
        }
    };
    findings.into_iter().next().map(|first| BloodType { text, origin: first.origin })
}

/// A result under a name that does not say which part it is may still be one only.
fn part(finding: &BloodFinding) -> BloodPart {
    let words: String = finding.words.nfkc().collect();
    let rh = words.contains("Rh") || words.contains("RH");
    let abo = words.replace("Rh", "").replace("RH", "").contains(['A', 'B', 'O']);
    match (finding.part, abo, rh) {
        (BloodPart::Both, true, false) => BloodPart::Abo,
        (BloodPart::Both, false, true) => BloodPart::Rh,
        (BloodPart::Abo | BloodPart::Rh, true, true) => BloodPart::Both,
        (part, ..) => part,
    }
}

/// 「A」 as 「A型」; anything else as it came.
fn abo_words(words: &str) -> String {
    let plain: String = words.nfkc().collect();
    match plain.trim() {
        letters @ ("A" | "B" | "O" | "AB") => format!("{letters}型"),
        "0" => "O型".to_owned(),
        _ => words.to_owned(),
    }
}

/// 「陽性」, 「+」, 「(+)」 as 「Rh(+)」; anything else with Rh before it.
fn rh_words(words: &str) -> String {
    let plain: String = words.nfkc().filter(|c| !c.is_whitespace()).collect();
    let bare = plain.trim_start_matches("Rh").trim_start_matches("RH").trim_start_matches("(D)");
    let bare = bare.trim_start_matches('D').trim_matches(['(', ')']);
    match bare {
        "陽性" | "+" | "プラス" | "POS" => "Rh(+)".to_owned(),
        "陰性" | "-" | "−" | "マイナス" | "NEG" => "Rh(-)".to_owned(),
        _ if words.starts_with("Rh") || words.starts_with("RH") => words.to_owned(),
        _ => format!("Rh {words}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(parts: &[(BloodPart, &str)]) -> String {
        let finding = |(part, words): &(BloodPart, &str)| BloodFinding {
            part: *part,
            words: (*words).to_owned(),
            origin: Origin::default(),
        };
        blood_type(parts.iter().map(finding).collect()).map(|found| found.text).unwrap_or_default()
    }

    #[test]
    fn abo_and_rh_are_one_blood_type_however_they_are_written() {
        use BloodPart::{Abo, Both, Rh};
        for parts in [
            [(Abo, "A"), (Rh, "＋")],
            [(Rh, "陽性"), (Abo, "A型")],
            [(Both, "A型"), (Both, "Rh(+)")],
            [(Abo, "Ａ"), (Rh, "(+)")],
            [(Abo, "A"), (Rh, "Rh(D)陽性")],
        ] {
            assert_eq!(of(&parts), "A型 Rh(+)");
        }
        assert_eq!(of(&[(Both, "A型 Rh(+)"), (Both, "B型 Rh(+)")]), "記載不一致(A型 Rh(+) / B型 Rh(+))");
        assert_eq!(of(&[(Abo, "AB"), (Abo, "B")]), "記載不一致(AB型 / B型)");
        assert_eq!(of(&[(Rh, "weak D")]), "Rh weak D");
    }
}
