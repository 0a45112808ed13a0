//! How many documents and summaries a second of one thread's processor time.

use std::hint::black_box;
use std::time::Duration;

use kakari_generator::Generator;
use kakari_record::fhir::{read_document, write_document};
use kakari_record::language::Language;
use kakari_record::merge::merge;
use kakari_record::model::Summary;
use kakari_record::{alerts, cbor, display, handover};
use rustix::time::{ClockId, clock_gettime};

use crate::documents;
use crate::report::Report;

/// Residents that are shown and written, one after the other.
const RESIDENTS: usize = 1_000;

pub(crate) fn measure(report: &mut Report, seconds: u64) {
    let time = Duration::from_secs(seconds);
    report.part("FHIR documents in");
    reading(report, time, "the sample residents' documents", &documents("residents"));
    for document in documents("public") {
        reading(report, time, &document.0.clone(), &[document]);
    }
    report.part("summaries shown");
    let residents: Vec<Summary> = Generator::new(1).take(RESIDENTS).collect();
    let today = display::day_of(Generator::now());
    let per_second = rate(time, &residents, |summary| {
        black_box(alerts::alerts(summary, Language::Japanese));
    });
    report.figure("alerts of a generated resident", per_second, "/s");
    let per_second = rate(time, &residents, |summary| {
        black_box(display::plain(summary, today));
    });
    report.figure("all words of a generated resident (alerts among them)", per_second, "/s");
    let per_second = rate(time, &residents, |summary| {
        black_box(handover::script(summary, today));
    });
    report.figure("script of a hand-over", per_second, "/s");
    writing(report, time, &residents);
    merging(report, time);
    report.part("summaries as CBOR");
    report.figure("written", rate(time, &residents, |summary| drop(cbor::encode(summary))), "/s");
    let written: Vec<_> = residents.iter().map(cbor::encode).collect();
    report.figure("read", rate(time, &written, |bytes| drop(cbor::decode(bytes).unwrap())), "/s");
}

fn reading(report: &mut Report, time: Duration, what: &str, documents: &[(String, Vec<u8>)]) {
    let bytes: usize = documents.iter().map(|(_, json)| json.len()).sum();
    let per_second = rate(time, documents, |(name, json)| {
        black_box(read_document(json).unwrap_or_else(|error| panic!("{name}: {error}")));
    });
    let mean = bytes as f64 / documents.len() as f64;
    let note = format!("{:.1} MB/s of JSON, {mean:.0} bytes each", per_second * mean / 1e6);
    report.noted(&format!("read: {what}"), per_second, "/s", &note);
}

/// Residents who withdrew consent are not written, and so not measured.
fn writing(report: &mut Report, time: Duration, residents: &[Summary]) {
    report.part("summaries out as IPS documents, and in again");
    let write = |summary: &Summary| write_document(summary, Generator::now());
    let (may, documents): (Vec<&Summary>, Vec<_>) =
        residents.iter().filter_map(|summary| Some((summary, write(summary).ok()?))).unzip();
    let bytes: usize = documents.iter().map(|json| json.len()).sum();
    let note = format!("{} bytes each", bytes / documents.len());
    report.noted("written", rate(time, &may, |summary| drop(write(summary).unwrap())), "/s", &note);
    report.figure("read again", rate(time, &documents, |json| drop(read_document(json).unwrap())), "/s");
}

/// The documents of one resident: what our own writer makes of the same person at several hospitals.
fn merging(report: &mut Report, time: Duration) {
    report.part("documents of one resident merged");
    for number in [2, 5] {
        let residents: Vec<Vec<Vec<u8>>> = (0..50).map(|index| from_hospitals(index, number)).collect();
        let read = |documents: &Vec<Vec<u8>>| documents.iter().map(|json| read_document(json).unwrap()).collect();
        let reading = rate(time, &residents, |documents| drop::<Vec<_>>(read(documents)));
        let both = rate(time, &residents, |documents| drop(merge(read(documents)).unwrap()));
        report.figure(&format!("{number} documents read, and merged"), both, "/s");
        report.figure("  of it merging", 1.0 / (1.0 / both - 1.0 / reading), "/s");
    }
}

/// A resident with the illnesses and medicines of others: the same person at each hospital.
fn from_hospitals(index: u64, number: u64) -> Vec<Vec<u8>> {
    let generator = Generator::new(1);
    let who = generator.resident(index).identity.clone();
    let may = (0..).map(|step| generator.resident(1_000 + index * 100 + step)).filter_map(|mut summary| {
        summary.identity = who.clone();
        write_document(&summary, Generator::now()).ok().map(|json| json.to_vec())
    });
    may.take(number.try_into().unwrap()).collect()
}

/// Items a second of this thread's own processor time, so that other work on the machine counts less: whole rounds over
/// all of them, until the time is over.
pub(crate) fn rate<T>(time: Duration, items: &[T], mut work: impl FnMut(&T)) -> f64 {
    items.iter().for_each(&mut work);
    let (began, mut rounds) = (processor_time(), 0_usize);
    while processor_time() - began < time {
        items.iter().for_each(&mut work);
        rounds += 1;
    }
    (rounds * items.len()) as f64 / (processor_time() - began).as_secs_f64()
}

fn processor_time() -> Duration {
    clock_gettime(ClockId::ThreadCPUTime).try_into().unwrap()
}
