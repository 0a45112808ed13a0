//! Who may no longer: told on connections that stay open too.

use std::time::{Duration, Instant};

use kakari_sync::{TabletReport, UnappliedRow};
use serde_json::{Value, json};
use tokio::time::sleep;

use super::receipts::batch;
use super::world::World;

fn report() -> TabletReport {
    TabletReport {
        app: "0.1.0".to_owned(),
        generation: None,
        sequence: None,
        records: 0,
        roster: None,
        unreceipted: 0,
        unapplied: Vec::new(),
        at: chrono::Utc::now(),
        refused: None,
    }
}

#[tokio::test]
async fn a_revocation_takes_hold_within_five_seconds_on_a_connection_that_is_open() {
    let world = World::make().await;
    let tablet = world.tablet("t1").await;
    let client = world.client(&tablet);
    let ask = async || client.post(world.url("/v1/report")).json_bytes(&report()).send().await.unwrap();
    assert_eq!(ask().await.status(), 200);
    sqlx::query("UPDATE certificate SET revoked_at = now()").execute(&world.region.pool).await.unwrap();
    let begun = Instant::now();
    let told = loop {
        let answer = ask().await;
        if answer.status() != 200 {
            break answer.text().await.unwrap();
        }
        assert!(begun.elapsed() < Duration::from_secs(5), "still let in");
        sleep(Duration::from_millis(100)).await;
    };
    assert!(told.contains("the office has revoked this certificate"), "{told}");
}

trait JsonBytes {
    fn json_bytes(self, value: &impl serde::Serialize) -> Self;
}

impl JsonBytes for reqwest::RequestBuilder {
    fn json_bytes(self, value: &impl serde::Serialize) -> Self {
        self.body(serde_json::to_vec(value).unwrap())
    }
}

#[tokio::test]
async fn a_tablet_to_be_erased_may_only_fetch_the_order_send_its_audit_report_and_tell_that_it_is_done() {
    let world = World::make().await;
    let tablet = world.tablet("t1").await;
    world.row("UPDATE tablet SET state = 'wiping' WHERE id = $1", "t1").await;
    world
        .row(
            "INSERT INTO wipe_order (nonce, tablet, ordered_by, issued_at, expires_at) \
             VALUES (decode(repeat('ab', 16), 'hex'), $1, 'sato', now(), now() + interval '1 day')",
            "t1",
        )
        .await;
    std::fs::write(std::path::Path::new(&world.region.config.feed).join("head"), b"a head").unwrap();
    let client = world.client(&tablet);
    let post = async |path: &str, body: Vec<u8>| {
        let answer = client.post(world.url(path)).body(body).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    assert_eq!(client.get(world.url("/feed/head")).send().await.unwrap().status(), 200);
    assert_eq!(post("/v1/report", serde_json::to_vec(&report()).unwrap()).await.0, 200);
    assert_eq!(post("/v1/audit", batch("t1", 1, 1).encode()).await.0, 200, "who opened what on it is wanted");
    let (status, told) = post("/v1/renew", Vec::new()).await;
    assert_eq!(status, 403);
    assert!(told.contains("to be erased"), "{told}");
    let nonce = |byte: &str| serde_json::to_vec(&json!({ "nonce": byte.repeat(16) })).unwrap();
    assert_eq!(post("/v1/wiped", nonce("ab")).await.0, 200);
    assert_eq!(post("/v1/wiped", nonce("ab")).await.0, 200, "the answer was lost: told again");
    assert_eq!(world.count("SELECT count(*) FROM office_log WHERE what = 'tablet erased'").await, 1);
    assert_eq!(world.count("SELECT count(*) FROM tablet WHERE state = 'wiped'").await, 1);
    sleep(Duration::from_millis(3_100)).await;
    let answer = client.get(world.url("/feed/head")).send().await.unwrap();
    assert_eq!(answer.status(), 403);
    assert!(answer.text().await.unwrap().contains("this tablet was erased"));
}

/// The books were restored from before the order, and another one was given since.
#[tokio::test]
async fn a_tablet_that_was_erased_by_an_order_that_is_not_in_the_books_ends_its_own_newer_one_and_no_other_tablets() {
    let world = World::make().await;
    let tablet = world.tablet("t1").await;
    world.tablet("t2").await;
    let client = world.client(&tablet);
    // Also the nonce of another tablet's order ends nothing of that tablet's.
    let told = async |nonce: String| {
        let told = json!({ "nonce": nonce });
        client.post(world.url("/v1/wiped")).json_bytes(&told).send().await.unwrap().status().as_u16()
    };
    assert_eq!(told("cd".repeat(16)).await, 404, "nobody ordered it: a thief may say so");
    assert_eq!(world.count("SELECT count(*) FROM tablet WHERE state = 'active'").await, 2);
    for id in ["t1", "t2"] {
        world.row("UPDATE tablet SET state = 'wiping' WHERE id = $1", id).await;
        world
            .row(
                "INSERT INTO wipe_order (nonce, tablet, ordered_by, issued_at, expires_at) \
                 VALUES (decode(repeat(CASE $1 WHEN 't1' THEN 'ab' ELSE 'cd' END, 16), 'hex'), $1, 'sato', now(), \
                 now() + interval '1 day')",
                id,
            )
            .await;
    }
    assert_eq!(told("cd".repeat(15)).await, 400, "no nonce");
    assert_eq!((told("cd".repeat(16)).await, told("cd".repeat(16)).await), (200, 200));
    assert_eq!(world.count("SELECT count(*) FROM tablet WHERE id = 't1' AND state = 'wiped'").await, 1);
    assert_eq!(world.count("SELECT count(*) FROM tablet WHERE id = 't2' AND state = 'wiping'").await, 1);
    assert_eq!(world.count("SELECT count(*) FROM wipe_order WHERE tablet = 't1' AND done_at IS NULL").await, 0);
    assert_eq!(world.count("SELECT count(*) FROM wipe_order WHERE tablet = 't2' AND done_at IS NULL").await, 1);
    assert_eq!(world.count("SELECT count(*) FROM office_log WHERE what = 'tablet erased'").await, 1);
}

#[tokio::test]
async fn a_renewed_certificate_is_let_in_and_the_one_before_for_two_months() {
    let world = World::make().await;
    let tablet = world.tablet("t1").await;
    let key = rcgen::KeyPair::generate().unwrap();
    let csr = rcgen::CertificateParams::default().serialize_request(&key).unwrap();
    let asked = world.client(&tablet).post(world.url("/v1/renew")).body(csr.der().to_vec()).send().await.unwrap();
    assert_eq!(asked.status(), 200);
    let chain: Vec<serde_bytes::ByteBuf> = ciborium::from_reader(&*asked.bytes().await.unwrap()).unwrap();
    let new = super::world::Holder {
        chain: chain.into_iter().map(|der| der.into_vec().into()).collect(),
        key: key.serialize_der(),
        serial: Vec::new(),
    };
    for holder in [&tablet, &new] {
        let sent = world.client(holder).post(world.url("/v1/report")).json_bytes(&report()).send().await.unwrap();
        assert_eq!(sent.status(), 200);
        let told: Value = serde_json::from_slice(&sent.bytes().await.unwrap()).unwrap();
        assert!(told["server_time"].as_str().unwrap().parse::<chrono::DateTime<chrono::Utc>>().is_ok());
    }
    let later = "SELECT count(*) FROM certificate WHERE role = 'tablet' \
         AND revoked_at BETWEEN now() + interval '59 days' AND now() + interval '61 days'";
    assert_eq!(world.count(later).await, 1);
    let refused = world.client(&new).post(world.url("/v1/renew")).body("no request").send().await.unwrap();
    assert_eq!(refused.status(), 400);
}

#[tokio::test]
async fn a_tablets_words_steer_neither_the_offices_terminal_nor_its_page() {
    let world = World::make().await;
    let client = world.client(&world.tablet("t1").await);
    let row = |n: usize| UnappliedRow {
        sequence: None,
        record: Some("\u{202e}ab".to_owned()),
        reason: format!("\u{1b}[2J\u{7}{n}\n<b>"),
    };
    let told = TabletReport {
        app: "0.1.0\u{1b}]0;x\u{7}".to_owned(),
        refused: Some("\u{9b}31m".to_owned()),
        unapplied: (0..TabletReport::MAX_UNAPPLIED + 9).map(row).collect(),
        ..report()
    };
    let sent = client.post(world.url("/v1/report")).json_bytes(&told).send().await.unwrap();
    assert_eq!(sent.status(), 200);
    let kept: String = sqlx::query_scalar("SELECT report FROM tablet").fetch_one(&world.region.pool).await.unwrap();
    let kept: TabletReport = serde_json::from_str(&kept).unwrap();
    assert_eq!((kept.app.as_str(), kept.refused.as_deref()), ("0.1.0 ]0;x ", Some(" 31m")));
    assert_eq!(kept.unapplied.len(), TabletReport::MAX_UNAPPLIED);
    assert_eq!((kept.unapplied[7].record.as_deref(), kept.unapplied[7].reason.as_str()), (Some(" ab"), " [2J 7 <b>"));
    let long = TabletReport { app: "x".repeat(TabletReport::MAX_LEN), ..report() };
    assert_eq!(client.post(world.url("/v1/report")).json_bytes(&long).send().await.unwrap().status(), 413);
    let officer = world.client(&world.holder(kakari_region::keys::Role::Office, "sato", 30).await);
    let page = officer.get(world.url("/office/tablets")).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("[2J 7 &lt;b&gt;"), "{page}");
}
