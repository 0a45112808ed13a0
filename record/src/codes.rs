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
