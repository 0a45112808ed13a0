//! Code systems by their canonical URL; `urn:oid` forms are folded to these at ingest.

/// YJ code: 12 characters, the first four are the therapeutic class (薬効分類).
pub const YJ: &str = "http://capstandard.jp/iyaku.info/CodeSystem/YJ-code";
/// HOT9, the MEDIS medicine master.
pub const HOT9: &str = "http://medis.or.jp/CodeSystem/master-HOT9";
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

/// The canonical URL of a code system: folds `urn:oid:` and older forms and drops a version after `|`.
pub fn canonical(system: &str) -> &str {
    const FOLDED: [(&str, &str); 11] = [
        ("urn:oid:1.2.392.100495.20.1.73", YJ),
        ("urn:oid:1.2.392.200119.4.403.1", HOT9),
        ("urn:oid:1.2.392.100495.20.1.81", GENERAL_NAME),
        ("urn:oid:1.2.392.200119.4.101.2", MEDIS_DISEASE),
        ("urn:oid:2.16.840.1.113883.6.3", ICD10),
        ("urn:oid:2.16.840.1.113883.6.96", SNOMED),
        ("urn:oid:2.16.840.1.113883.6.1", LOINC),
        ("urn:oid:2.16.840.1.113883.6.73", ATC),
        ("http:/jpfhir.jp/fhir/clins/CodeSystem/JP_ehrshrs_indication", JP_INDICATION),
        ("http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown", IPS_ABSENT),
        ("http://hl7.org/fhir/list-empty-reason", EMPTY_REASON),
    ];
    let plain = system.split('|').next().unwrap_or(system);
    FOLDED.into_iter().find(|(other, _)| *other == plain).map_or(plain, |(_, ours)| ours)
}
