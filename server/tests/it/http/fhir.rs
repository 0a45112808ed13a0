//! Documents over HTTP.

use kakari_generator::Generator;
use kakari_record::fhir::write_document;
use kakari_region::keys::Role;
use kakari_region::office::resident::{self, Consent};
use serde_json::Value;

use super::world::World;

#[tokio::test]
async fn a_document_is_answered_with_one_outcome() {
    let world = World::make().await;
    let sender = world.client(&world.holder(Role::Sender, "hospital", 30).await);
    let send = async |kind: &str, body: Vec<u8>| {
        let answer = sender.post(world.url("/fhir")).header("content-type", kind).body(body).send().await.unwrap();
        assert_eq!(answer.headers()["content-type"], "application/fhir+json");
        let status = answer.status().as_u16();
        let told: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
        assert_eq!(told["resourceType"], "OperationOutcome");
        assert_eq!(told["issue"].as_array().unwrap().len(), 1, "one clear error: {told}");
        (status, told["issue"][0]["diagnostics"].as_str().unwrap().to_owned())
    };
    assert_eq!(send("text/plain", b"{}".to_vec()).await.0, 415);
    assert_eq!(send("application/fhir+json", vec![b' '; 16 * 1024 * 1024 + 1]).await.0, 413);
    let (status, words) = send("application/fhir+json", b"{".to_vec()).await;
    assert!(status == 400 && words.contains("nothing of it was taken"), "{words}");
    assert_eq!(world.count("SELECT count(*) FROM document").await, 0);
    let tablet = world.client(&world.tablet("t1").await);
    assert_eq!(tablet.post(world.url("/fhir")).body("{}").send().await.unwrap().status(), 403);
}

#[tokio::test]
async fn a_document_of_a_resident_is_taken_under_its_senders_name() {
    let world = World::make().await;
    let sender = world.client(&world.holder(Role::Sender, "hospital", 30).await);
    let summary = Generator::new(7).resident(0);
    let number = summary.identity.number.clone().unwrap();
    let document = write_document(&summary, summary.as_of).unwrap().to_vec();
    let send = async |document: Vec<u8>| {
        let request = sender.post(world.url("/fhir")).header("content-type", "application/fhir+json; charset=utf-8");
        let answer = request.body(document).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let (status, told) = send(document.clone()).await;
    assert!(status == 422 && told.contains("no resident of this region"), "{told}");
    let mut conn = world.region.pool.acquire().await.unwrap();
    resident::add(&mut conn, "test", &number, Consent::Given).await.unwrap();
    let (status, told) = send(document.clone()).await;
    assert!(status == 200 && told.contains("\"taken\""), "{told}");
    let (status, told) = send(document).await;
    assert!(status == 200 && told.contains("was here already"), "{told}");
    assert_eq!(world.count("SELECT count(*) FROM document WHERE sender = 'hospital'").await, 1);
}
