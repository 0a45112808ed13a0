//! Documents come in.

use chrono::{DateTime, TimeDelta, Utc};
use kakari_generator::Generator;
use kakari_record::fhir::{read_document, write_document};
use kakari_record::model::Summary;
use kakari_region::ingest::{News, Refused, Taken, take, unpack};
use kakari_region::office::resident::{self, Consent};

use crate::region::Region;
use crate::run;

/// A document about the generator's resident of this index, written so many hours after the first.
fn document(index: u64, hours: i64) -> Vec<u8> {
    of(Generator::new(7).resident(index), hours)
}

fn of(mut summary: Summary, hours: i64) -> Vec<u8> {
    summary.as_of = written(hours);
    write_document(&summary, summary.as_of).unwrap().to_vec()
}

fn written(hours: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap() + TimeDelta::hours(hours)
}

async fn region_of(residents: u64, consent: Consent) -> Region {
    let region = Region::make().await;
    for index in 0..residents {
        let number = Generator::new(7).resident(index).identity.number.clone().unwrap();
        resident::add(&mut *region.conn().await, "test", &number, consent).await.unwrap();
    }
    region
}

async fn give(region: &Region, sender: &str, document: Vec<u8>) -> Result<Taken, Refused> {
    take(&mut *region.conn().await, sender, document).await.unwrap()
}

async fn kept(region: &Region) -> Vec<(String, DateTime<Utc>)> {
    let rows = sqlx::query_as("SELECT sender, as_of FROM document ORDER BY sender, as_of");
    rows.fetch_all(&region.pool).await.unwrap()
}

#[tokio::test]
async fn the_newest_document_of_each_sender_is_kept_and_the_same_one_again_changes_nothing() {
    let region = region_of(1, Consent::Given).await;
    assert_eq!(give(&region, "a", document(0, 1)).await.unwrap().news, News::First);
    assert_eq!(give(&region, "a", document(0, 1)).await.unwrap().news, News::Same);
    assert_eq!(give(&region, "b", document(0, 0)).await.unwrap().news, News::First);
    assert_eq!(give(&region, "a", document(0, 2)).await.unwrap().news, News::Newer);
    let older = give(&region, "a", document(0, 1)).await.unwrap_err();
    assert_eq!(older, Refused::Older { here: written(2), this: written(1) });
    assert!(older.to_string().starts_with("older than the one that is here already"));
    assert_eq!(kept(&region).await, [("a".to_owned(), written(2)), ("b".to_owned(), written(0))]);
    assert_eq!(region.changes().await, ["record"; 3]);
}

#[tokio::test]
async fn a_document_is_kept_exactly_as_it_came() {
    let region = region_of(1, Consent::Given).await;
    give(&region, "a", document(0, 0)).await.unwrap();
    let body: Vec<u8> = sqlx::query_scalar("SELECT body FROM document").fetch_one(&region.pool).await.unwrap();
    assert_eq!(unpack(&body).unwrap(), document(0, 0));
    assert!(read_document(&unpack(&body).unwrap()).is_ok());
}

#[tokio::test]
async fn eight_at_once_for_one_resident_keep_the_newest() {
    let region = region_of(1, Consent::Given).await;
    let mut all = tokio::task::JoinSet::new();
    for hours in [3, 7, 0, 5, 1, 6, 2, 4] {
        let pool = region.pool.clone();
        all.spawn(async move { take(&mut pool.acquire().await.unwrap(), "a", document(0, hours)).await.unwrap() });
    }
    let answers = all.join_all().await;
    let taken = answers.iter().filter(|answer| answer.is_ok()).count();
    assert!(answers.iter().all(|answer| matches!(answer, Ok(_) | Err(Refused::Older { .. }))));
    assert_eq!(kept(&region).await, [("a".to_owned(), written(7))]);
    assert_eq!(region.changes().await.len(), taken, "one row for each that was taken");
}

#[tokio::test]
async fn a_document_of_somebody_unknown_or_of_nobody_is_refused_and_nothing_stays() {
    let region = region_of(1, Consent::Given).await;
    assert_eq!(give(&region, "a", document(1, 0)).await.unwrap_err(), Refused::Unknown);
    let mut nobody = Generator::new(7).resident(0);
    nobody.identity.number = None;
    assert_eq!(give(&region, "a", of(nobody, 0)).await.unwrap_err(), Refused::NoNumber);
    assert!(matches!(give(&region, "a", b"{}".to_vec()).await, Err(Refused::Document(_))));
    let hours = (Utc::now() - written(0)).num_hours() + 48;
    assert!(matches!(give(&region, "a", document(0, hours)).await, Err(Refused::Future(_))));
    assert!(kept(&region).await.is_empty() && region.changes().await.is_empty());
}

#[tokio::test]
async fn another_persons_document_under_the_same_number_is_refused_and_names_nobody() {
    let region = region_of(1, Consent::Given).await;
    give(&region, "a", document(0, 0)).await.unwrap();
    let number = Generator::new(7).resident(0).identity.number.clone();
    let mut other = Generator::new(7)
        .find(|one| one.identity.birth_date != Generator::new(7).resident(0).identity.birth_date)
        .unwrap();
    other.identity.number = number.clone();
    let words = [other.identity.name.clone(), number.unwrap().digits().to_owned()];
    let refused = give(&region, "b", of(other, 1)).await.unwrap_err();
    assert!(matches!(refused, Refused::OtherPerson(_)), "{refused}");
    assert!(words.iter().all(|word| !format!("{refused} {refused:?}").contains(word.as_str())));
    assert_eq!(kept(&region).await, [("a".to_owned(), written(0))]);
    assert_eq!(region.changes().await, ["record"]);
}

#[tokio::test]
async fn a_denial_in_a_document_withdraws_consent_and_leaves_a_change() {
    let region = Region::make().await;
    let denial = std::fs::read(run::region("residents/018-consent-withdrawn.json")).unwrap();
    let number = read_document(&denial).unwrap().summary.identity.number.clone().unwrap();
    resident::add(&mut *region.conn().await, "test", &number, Consent::Given).await.unwrap();
    let taken = give(&region, "a", denial.clone()).await.unwrap();
    assert!(taken.consent_withdrawn);
    assert_eq!(region.changes().await, ["removal"]);
    let shown = resident::show(&mut *region.conn().await, &number).await.unwrap().unwrap();
    assert_eq!(shown.consent, "withdrawn");
    assert!(!give(&region, "b", denial).await.unwrap().consent_withdrawn, "it was known");
    assert_eq!(region.changes().await, ["removal"]);
}

#[tokio::test]
async fn a_document_of_somebody_without_consent_is_kept_and_not_published() {
    let region = region_of(1, Consent::Absent).await;
    give(&region, "a", document(0, 0)).await.unwrap();
    assert_eq!(kept(&region).await.len(), 1);
    assert!(region.changes().await.is_empty());
    let number = Generator::new(7).resident(0).identity.number.clone().unwrap();
    resident::set_consent(&mut *region.conn().await, "test", &number, Consent::Given).await.unwrap();
    assert_eq!(region.changes().await, ["record"]);
}

#[tokio::test]
async fn what_is_written_down_names_the_record_and_nobody() {
    let region = region_of(1, Consent::Given).await;
    let taken = give(&region, "clinic-1", document(0, 0)).await.unwrap();
    let log: Vec<(String, String)> =
        sqlx::query_as("SELECT who, subject FROM office_log WHERE what = 'document taken'")
            .fetch_all(&region.pool)
            .await
            .unwrap();
    assert_eq!(log, [("clinic-1".to_owned(), resident::hex(taken.record))]);
}
