//! Code systems by their canonical URL; `urn:oid` forms are folded to these at ingest.

/// YJ code: 12 characters, the first four are the therapeutic class (薬効分類).
pub const YJ: &str = "http://capstandard.jp/iyaku.info/CodeSystem/YJ-code";
/// HOT9, the MEDIS medicine master.
pub const HOT9: &str = "http://medis.or.jp/CodeSystem/master-HOT9";
/// HOT7, the same master without the maker.
pub const HOT7: &str = "http://medis.or.jp/CodeSystem/master-HOT7";
/// HOT13, the same master with the package.
pub const HOT13: &str = "http://medis.or.jp/CodeSystem/master-HOT13";
/// MEDIS standard disease names, exchange code.
pub const MEDIS_EXCHANGE: &str = "http://medis.or.jp/CodeSystem/master-disease-exCode";
/// MEDIS standard disease names, key number.
pub const MEDIS_DISEASE: &str = "http://medis.or.jp/CodeSystem/master-disease-keyNumber";
/// ICD-10.
pub const ICD10: &str = "http://hl7.org/fhir/sid/icd-10";
/// SNOMED CT.
pub const SNOMED: &str = "http://snomed.info/sct";
/// LOINC.
pub const LOINC: &str = "http://loinc.org";
/// ATC.
pub const ATC: &str = "http://www.whocc.no/atc";
/// J-FAGY food allergens.
pub const JFAGY_FOOD: &str = "http://jpfhir.jp/fhir/core/CodeSystem/JP_JfagyFoodAllergen_CS";
/// The region's 16-digit common number, as `Patient.identifier.system`.
pub const COMMON_NUMBER: &str = "https://kakari.example.jp/fhir/IdSystem/common-number";
/// MHLW general-name prescribing master (一般処方名マスター).
pub const GENERAL_NAME: &str = "http://jpfhir.jp/fhir/core/mhlw/CodeSystem/MedicationGeneralOrderCode";
/// JLAC10 laboratory tests; it has no URL of its own.
pub const JLAC10: &str = "urn:oid:1.2.392.200119.4.504";
/// Items of a health checkup (特定健診 and others): JLAC10 codes, and `9N…` for what was asked.
pub const CHECKUP_ITEM: &str = "urn:oid:1.2.392.200119.6.1005";
/// JP-CLINS marks on a resource: kept long (LTS), not told (UNINFORMED), not handed over (UNDELIVERED).
pub const JP_INDICATION: &str = "http://jpfhir.jp/fhir/clins/CodeSystem/JP_ehrshrs_indication";
/// JP-CLINS document sections.
pub const JP_SECTION: &str = "http://jpfhir.jp/fhir/clins/CodeSystem/document-section";
/// IPS statements of absence and of missing information.
pub const IPS_ABSENT: &str = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips";
/// Systems whose codes only say why there is no value.
pub const NO_VALUE: [&str; 5] = [
    "http://terminology.hl7.org/CodeSystem/data-absent-reason",
    "http://hl7.org/fhir/data-absent-reason",
    "http://terminology.hl7.org/CodeSystem/v3-NullFlavor",
    "http://hl7.org/fhir/v3/NullFlavor",
    "urn:oid:2.16.840.1.113883.5.1008",
];
/// Why a list or a section is empty.
pub const EMPTY_REASON: &str = "http://terminology.hl7.org/CodeSystem/list-empty-reason";

/// The canonical URL of a code system: folds OID and older forms and drops a version after `|`.
pub fn canonical(system: &str) -> &str {
    let plain = system.split('|').next().unwrap_or(system).trim();
    by_oid(plain).or_else(|| by_url(plain)).unwrap_or(plain)
}

/// With `urn:oid:`, with a blank after it, or bare.
fn by_oid(system: &str) -> Option<&'static str> {
    const OIDS: [(&str, &str); 17] = [
        ("1.2.392.100495.20.1.73", YJ),
        ("1.2.392.100495.20.2.73", YJ),
        ("1.2.392.200119.4.403.1", HOT9),
        ("1.2.392.200119.4.403.2", HOT7),
        ("1.2.392.200119.4.402.1", HOT13),
        ("1.2.392.100495.20.1.81", GENERAL_NAME),
        ("1.2.392.100495.20.2.81", GENERAL_NAME),
        ("1.2.392.200119.4.101.2", MEDIS_DISEASE),
        ("1.2.392.200119.4.101.6", MEDIS_EXCHANGE),
        ("1.2.392.200119.4.504", JLAC10),
        ("1.2.392.200119.6.1005", CHECKUP_ITEM),
        ("2.16.840.1.113883.6.3", ICD10),
        ("2.16.840.1.113883.6.3.1", ICD10),
        ("2.16.840.1.113883.6.3.2", ICD10),
        ("2.16.840.1.113883.6.96", SNOMED),
        ("2.16.840.1.113883.6.1", LOINC),
        ("2.16.840.1.113883.6.73", ATC),
    ];
    let oid = system.strip_prefix("urn:oid:").unwrap_or(system).trim();
    OIDS.into_iter().find(|(known, _)| *known == oid).map(|(_, ours)| ours)
}

fn by_url(system: &str) -> Option<&'static str> {
    const URLS: [(&str, &str); 9] = [
        ("http:/jpfhir.jp/fhir/clins/CodeSystem/JP_ehrshrs_indication", JP_INDICATION),
        ("http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown", IPS_ABSENT),
        ("http://hl7.org/fhir/list-empty-reason", EMPTY_REASON),
        ("http://medis.or.jp/CodeSystem/master-JLAC10-17digits", JLAC10),
        ("http://medis.or.jp/CodeSystem/master-JLAC10", JLAC10),
        ("http://jpfhir.jp/fhir/core/mhlw/CodeSystem/ICD10-2013-full", ICD10),
        ("http://jpfhir.jp/fhir/core/mhlw/CodeSystem/ICD10-2013-3digits", ICD10),
        ("http://jpfhir.jp/fhir/core/mhlw/CodeSystem/ICD10-2003-full", ICD10),
        ("http://www.whocc.no/atc/", ATC),
    ];
    let exact = URLS.into_iter().find(|(other, _)| *other == system).map(|(_, ours)| ours);
    exact.or_else(|| match () {
        // Written as `YJ-code`, `YJ_code`, with and without `www` and `iyaku.info`.
        () if system.contains("capstandard.jp") && system.contains("/YJ") => Some(YJ),
        () if system.contains("jpfhir.jp") && system.ends_with("/document-section") => Some(JP_SECTION),
        () => None,
    })
}
