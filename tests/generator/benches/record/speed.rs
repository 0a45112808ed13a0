//! How many documents and summaries a second of one thread's processor time.

use std::hint::black_box;
use std::time::Duration;

use kakari_generator::Generator;
use kakari_record::fhir::read_document;
use kakari_record::model::Summary;
use kakari_record::{alerts, cbor, display};
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
        black_box(alerts::alerts(summary));
    });
    report.figure("alerts of a generated resident", per_second, "/s");
    let per_second = rate(time, &residents, |summary| {
        black_box(display::plain(summary, today));
    });
    report.figure("all words of a generated resident (alerts among them)", per_second, "/s");
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
