//! Bytes of a resident: sealed for the vault and one card, against the same as FHIR NDJSON under gzip.
//!
//! Sealed: header, vault slot, payload (CBOR, zstd with the dictionary at the region's level, padding to 64 bytes, tag)
//! and one opener. FHIR: the resources one a line, gzip at level 6, once for each resident (what a server that keeps a
//! file for each resident has) and once over all of them (what a bulk export has; nobody's record can be read alone).

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use kakari_generator::Generator;
use kakari_record::fhir::{read_document, write_document};
use kakari_record::model::Summary;
use kakari_record::seal::{FeedId, Header, KeyId, Opener, Packer, Point, RecordId, Sealer, VaultKey};
use ring::agreement::{ECDH_P256, EphemeralPrivateKey};
use ring::rand::SystemRandom;
use serde_json::{Map, Value};

use crate::documents;
use crate::report::Report;

const DICTIONARY: &[u8] = include_bytes!("../../../../assets/dictionary/1.zdict");
/// As the region packs (`app/src/demo/region.rs`).
const LEVEL: i32 = 12;

/// Residents whom the dictionary was not trained on.
const SEED: u64 = 7;

/// Extensions of our own.
const OURS: &str = "https://kakari.example.jp/fhir/StructureDefinition/";

/// A resident in both forms.
struct Resident {
    summary: Summary,
    ndjson: Vec<u8>,
}

pub(crate) fn measure(report: &mut Report, residents: u64) {
    let (sent, summaries): (Vec<Resident>, Vec<Summary>) =
        documents("residents").iter().map(|(_, json)| sent(json)).unzip();
    report.part("bytes of a sample resident, against the document that was sent");
    compare(report, &sent);
    both_forms(report, "sample", summaries.into_iter());
    let generated = Generator::new(SEED).take(residents.try_into().unwrap());
    both_forms(report, "generated", generated);
}

/// A document as it was sent, without the photo: that is sealed apart, always in 12,308 bytes.
fn sent(json: &[u8]) -> (Resident, Summary) {
    let mut bundle: Value = serde_json::from_slice(json).unwrap();
    for entry in bundle["entry"].as_array_mut().unwrap() {
        entry["resource"].as_object_mut().unwrap().remove("photo");
    }
    let summary = read_document(json).unwrap().summary;
    (Resident { summary: summary.clone(), ndjson: ndjson(&bundle) }, summary)
}

fn both_forms(report: &mut Report, kind: &str, residents: impl Iterator<Item = Summary>) {
    let (whole, lean): (Vec<Resident>, Vec<Resident>) = residents.filter_map(|resident| written(&resident)).unzip();
    report.part(&format!("bytes of {} {kind} residents, against the same in FHIR as written here", whole.len()));
    compare(report, &whole);
    report.part("the same, FHIR without Composition, narrative and our own extensions: less than the record says");
    compare(report, &lean);
}

/// What may leave of a resident, as our own document: once whole, once lean. Nothing of a resident who withdrew consent.
fn written(resident: &Summary) -> Option<(Resident, Resident)> {
    let bundle: Value = serde_json::from_slice(&write_document(resident, Generator::now()).ok()?).unwrap();
    let form = |ndjson| Resident { summary: resident.told(), ndjson };
    Some((form(ndjson(&bundle)), form(ndjson(&lean(bundle)))))
}

/// The entries' resources, one a line.
fn ndjson(bundle: &Value) -> Vec<u8> {
    let resources = bundle["entry"].as_array().unwrap().iter().map(|entry| format!("{}\n", entry["resource"]));
    resources.collect::<String>().into_bytes()
}

/// Without Composition, narrative and our own extensions: less than the record says.
fn lean(mut bundle: Value) -> Value {
    let entries = bundle["entry"].as_array_mut().unwrap();
    entries.retain(|entry| entry["resource"]["resourceType"] != "Composition");
    for entry in entries {
        let resource = entry["resource"].as_object_mut().unwrap();
        resource.remove("text");
        resource.values_mut().for_each(strip);
        strip_extensions(resource);
    }
    bundle
}

fn strip(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            strip_extensions(fields);
            fields.values_mut().for_each(strip);
        }
        Value::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}

fn strip_extensions(fields: &mut Map<String, Value>) {
    let Some(Value::Array(extensions)) = fields.get_mut("extension") else { return };
    extensions.retain(|extension| !extension["url"].as_str().is_some_and(|url| url.starts_with(OURS)));
    if extensions.is_empty() {
        fields.remove("extension");
    }
}

fn compare(report: &mut Report, residents: &[Resident]) {
    let seal = Seal::make();
    let sealed: Vec<usize> = residents.iter().map(|resident| seal.bytes(&resident.summary)).collect();
    let plain: Vec<usize> = residents.iter().map(|resident| resident.ndjson.len()).collect();
    let alone: Vec<usize> = residents.iter().map(|resident| gzip(&resident.ndjson)).collect();
    let whole = gzip(&residents.iter().flat_map(|resident| resident.ndjson.iter().copied()).collect::<Vec<u8>>());
    let whole = whole as f64 / residents.len() as f64;
    let (sealed, plain, alone) = (Sizes::of(sealed), Sizes::of(plain), Sizes::of(alone));
    sealed.report(report, "sealed record and one opener", "");
    report.noted("of it the opener", Opener::LEN as f64, "bytes", "one for each card");
    plain.report(report, "FHIR NDJSON", "");
    alone.report(report, "FHIR NDJSON, gzip of each resident", "");
    report.noted("FHIR NDJSON, gzip of all in one file ÷ residents", whole, "bytes", "none can be read alone");
    report.noted("sealed ÷ gzip of each resident, median ÷ median", sealed.median / alone.median, "×", "aim ≤ 0.333");
    report.noted("sealed ÷ gzip of each resident, mean ÷ mean", sealed.mean / alone.mean, "×", "aim ≤ 0.333");
    report.figure("sealed ÷ gzip of all in one file, mean ÷ mean", sealed.mean / whole, "×");
}

/// Median and mean of many.
struct Sizes {
    median: f64,
    mean: f64,
}

impl Sizes {
    fn of(mut bytes: Vec<usize>) -> Self {
        bytes.sort_unstable();
        let mean = bytes.iter().sum::<usize>() as f64 / bytes.len() as f64;
        Self { median: bytes[bytes.len() / 2] as f64, mean }
    }

    fn report(&self, report: &mut Report, what: &str, note: &str) {
        report.noted(&format!("{what}, median"), self.median, "bytes", note);
        report.noted(&format!("{what}, mean"), self.mean, "bytes", note);
    }
}

fn gzip(bytes: &[u8]) -> usize {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(6));
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap().len()
}

/// One region's keys, and a card.
struct Seal {
    vault: VaultKey,
    packer: Packer,
    card: Point,
}

impl Seal {
    fn make() -> Self {
        let card = EphemeralPrivateKey::generate(&ECDH_P256, &SystemRandom::new()).unwrap();
        let card = card.compute_public_key().unwrap().as_ref().try_into().unwrap();
        Self { vault: VaultKey::make(1).unwrap(), packer: Packer::new(1, DICTIONARY, LEVEL), card }
    }

    fn bytes(&self, summary: &Summary) -> usize {
        let header = Header {
            feed: FeedId::from_bytes([1; 16]),
            record: RecordId::make().unwrap(),
            version: 1,
            epoch: 1,
            dictionary: 1,
            card_key: KeyId::NONE,
            sealed_at: 1_795_108_440,
        };
        let sealer = Sealer { vault: &self.vault, packer: &self.packer };
        let sealed = sealer.seal(header, summary, None, &[self.card]).unwrap();
        sealed.record.encode().len() + sealed.openers.iter().map(|opener| opener.encode().len()).sum::<usize>()
    }
}
