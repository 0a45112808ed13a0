//! Units as a Japanese crew reads them: MERIT-9 codes, UCUM, and the English words of international documents.

/// The word, or `None` for a unit that is shown as it came.
pub(super) fn words(unit: &str) -> Option<&'static str> {
    Some(match unit {
        "TAB" | "tablet" | "tablets" | "{tbl}" => "錠",
        "CAP" | "capsule" | "capsules" => "カプセル",
        "HOU" => "包",
        "HON" => "本",
        "KO" => "個",
        "MAI" => "枚",
        "AMP" => "アンプル",
        "VIA" => "バイアル",
        "KIT" | "KTT" => "キット",
        "BIN" => "瓶",
        "BAG" => "袋",
        "SHT" => "シート",
        "TIME" => "回",
        "DOSE" => "回分",
        "ML" => "mL",
        "MG" => "mg",
        "G" => "g",
        "UNT" | "unit" | "units" | "U" | "[iU]" | "[IU]" => "単位",
        "DRP" | "drop" | "drops" | "[drp]" => "滴",
        "puff" | "puffs" | "{puff}" => "吸入",
        "mm[Hg]" | "mm Hg" => "mmHg",
        // An "u" that is read as "m" is a thousandfold.
        "ug" | "mcg" | "microgram" | "micrograms" => "μg",
        "umol/L" | "micromol/L" => "μmol/L",
        "mL/min/{1.73_m2}" | "mL/min/1.73.m2" | "mL/min/1.73 m2" => "mL/min/1.73m2",
        "1" | "{INR}" | "{ratio}" | "INR" => "",
        _ => return None,
    })
}
