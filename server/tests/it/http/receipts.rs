//! Audit rows: each once, and nothing acknowledged that is not stored.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use kakari_record::audit::{CHAIN_BEGINNING, chain};
use kakari_sync::{AuditBatch, Receipt, Signed};
use serde_bytes::ByteBuf;
use serde_json::Value;

use super::world::{World, client, request};

/// Rows `first` to `last` of a tablet's chain.
pub(crate) fn batch(tablet: &str, first: u64, last: u64) -> AuditBatch {
    batch_of(tablet, first, last, "event")
}

fn batch_of(tablet: &str, first: u64, last: u64, word: &str) -> AuditBatch {
    let event = |sequence: u64| format!("{word} {sequence} of {tablet}").into_bytes();
    let hash = |until: u64| (1..=until).fold(CHAIN_BEGINNING, |before, at| chain(at, &before, &event(at)));
    AuditBatch {
        tablet: tablet.to_owned(),
        first,
        previous: hash(first - 1),
        events: (first..=last).map(|sequence| ByteBuf::from(event(sequence))).collect(),
        head: hash(last),
    }
}

async fn send(world: &World, client: &reqwest::Client, batch: &AuditBatch) -> (u16, Vec<u8>) {
    let answer = client.post(world.url("/v1/audit")).body(batch.encode()).send().await.unwrap();
    (answer.status().as_u16(), answer.bytes().await.unwrap().to_vec())
}

fn receipt(world: &World, bytes: &[u8]) -> Receipt {
    Signed::<Receipt>::decode(bytes).unwrap().verify(&world.keys.region_key).unwrap()
}

#[tokio::test]
async fn rows_are_stored_once_however_often_they_come() {
    let world = World::make().await;
    let client = world.client(&world.tablet("t1").await);
    let (status, first) = send(&world, &client, &batch("t1", 1, 20)).await;
    assert_eq!(status, 200);
    let said = receipt(&world, &first);
    assert_eq!((said.tablet.as_str(), said.last, said.head), ("t1", 20, batch("t1", 1, 20).head));
    assert_eq!(said.feed, *world.keys.feed.as_bytes());
    assert_eq!(send(&world, &client, &batch("t1", 1, 20)).await, (200, first), "the same batch, the same receipt");
    let (status, overlap) = send(&world, &client, &batch("t1", 11, 30)).await;
    assert_eq!((status, receipt(&world, &overlap).last), (200, 30));
    let (status, inner) = send(&world, &client, &batch("t1", 5, 6)).await;
    assert_eq!((status, receipt(&world, &inner).last), (200, 6));
    let rows: Vec<(i64, Vec<u8>)> = sqlx::query_as("SELECT sequence, event FROM audit ORDER BY sequence")
        .fetch_all(&world.region.pool)
        .await
        .unwrap();
    let sent = batch("t1", 1, 30).events.into_iter().map(ByteBuf::into_vec);
    assert_eq!(rows, (1..).zip(sent).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_gap_and_a_conflict_are_told_and_nothing_of_them_is_stored() {
    let world = World::make().await;
    let client = world.client(&world.tablet("t1").await);
    assert_eq!(send(&world, &client, &batch("t1", 1, 10)).await.0, 200);
    let (status, told) = send(&world, &client, &batch("t1", 12, 14)).await;
    let told: Value = serde_json::from_slice(&told).unwrap();
    assert_eq!((status, told["expected"].as_u64(), told.get("conflict")), (409, Some(11), None));
    for other in [batch_of("t1", 1, 10, "other"), batch_of("t1", 8, 12, "other"), batch_of("t1", 11, 12, "other")] {
        let (status, told) = send(&world, &client, &other).await;
        let told: Value = serde_json::from_slice(&told).unwrap();
        assert!(status == 409 && told["conflict"].is_string(), "{told}");
        assert_eq!(send(&world, &client, &other).await.0, 409, "again");
    }
    assert_eq!(world.count("SELECT count(*) FROM audit").await, 10);
    assert_eq!(world.count("SELECT count(*) FROM office_log WHERE what LIKE '%conflict%'").await, 3, "once for each");
}

#[tokio::test]
async fn what_is_no_chain_or_another_tablets_is_refused() {
    let world = World::make().await;
    let client = world.client(&world.tablet("t1").await);
    world.tablet("t2").await;
    assert_eq!(send(&world, &client, &batch("t2", 1, 2)).await.0, 403);
    let mut torn = batch("t1", 1, 3);
    torn.events.swap(0, 1);
    assert_eq!(send(&world, &client, &torn).await.0, 400);
    let long = client.post(world.url("/v1/audit")).body(vec![0; AuditBatch::MAX_LEN + 1]).send().await.unwrap();
    assert_eq!(long.status(), 413);
    assert_eq!(client.post(world.url("/v1/audit")).body("rows").send().await.unwrap().status(), 400);
    assert_eq!(client.get(world.url("/v1/audit")).send().await.unwrap().status(), 405);
    assert_eq!(world.count("SELECT count(*) FROM audit").await, 0);
}

#[tokio::test]
async fn the_same_batch_sixteen_times_at_once_is_stored_once() {
    let world = World::make().await;
    let holder = world.tablet("t1").await;
    let batch = batch("t1", 1, 50);
    let (world, batch) = (&world, &batch);
    let clients: Vec<_> = (0..16).map(|_| world.client(&holder)).collect();
    let answers = futures_util::future::join_all(clients.iter().map(|client| send(world, client, batch))).await;
    assert!(answers.iter().all(|answer| answer == &answers[0] && answer.0 == 200), "one receipt for all");
    assert_eq!(world.count("SELECT count(*) FROM audit").await, 50);
}

/// The real program on the world's region; ended when dropped.
struct Program(Child, u16);

impl Program {
    fn start(world: &World) -> Self {
        let file = world.region.dir.path().join("region.toml");
        std::fs::write(&file, world.region.config.with_comments()).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_kakari-region"))
            .args(["--config", file.to_str().unwrap(), "serve"])
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
        let line = lines.find(|line| line.contains("serving on ")).expect("it serves");
        std::thread::spawn(move || lines.for_each(drop));
        let address = line.split("serving on ").nth(1).unwrap().split(',').next().unwrap();
        Self(child, address.parse::<std::net::SocketAddr>().unwrap().port())
    }

    fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn a_server_killed_after_it_stored_and_before_it_answered_gives_the_receipt_to_the_next_try() {
    let world = World::make().await;
    let holder = world.tablet("t1").await;
    let batch = batch("t1", 1, 20);
    let mut program = Program::start(&world);
    let tcp = tokio::net::TcpStream::connect(("127.0.0.1", program.1)).await.unwrap();
    let connector = tokio_rustls::TlsConnector::from(std::sync::Arc::new(world.config(Some(&holder))));
    let mut stream = connector.connect("localhost".try_into().unwrap(), tcp).await.unwrap();
    // The last byte of an answer is never read: whether it was written before the kill makes no difference to the tablet.
    tokio::io::AsyncWriteExt::write_all(&mut stream, &request("/v1/audit", &batch.encode())).await.unwrap();
    tokio::io::AsyncWriteExt::flush(&mut stream).await.unwrap();
    while world.count("SELECT count(*) FROM audit").await == 0 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    program.kill();
    drop(stream);
    let again = Program::start(&world);
    let client = client(world.config(Some(&holder)));
    let url = format!("https://localhost:{}/v1/audit", again.1);
    let mut answers = Vec::new();
    for _ in 0..2 {
        let answer = client.post(&url).body(batch.encode()).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        answers.push(answer.bytes().await.unwrap());
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(receipt(&world, &answers[0]).last, 20);
    assert_eq!(world.count("SELECT count(*) FROM audit").await, 20);
}
