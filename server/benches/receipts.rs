//! Receipts and files per second, over mutual TLS on kept-alive connections, against a PostgreSQL that waits for the disk.
//!
//! `cargo bench -p kakari-region --bench receipts`. `TABLETS` (200) and `BATCHES` each (10) say how much; the size
//! is `TABLETS=3000`. Client and server share this machine's cores, so what is printed is a lower bound.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)] // It prints, and it should stop where it fails.

use std::env;
use std::fs;
use std::process::{self, Command};
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use kakari_cluster::Cluster;
use kakari_record::audit::{CHAIN_BEGINNING, chain};
use kakari_region::config::RegionConfig;
use kakari_region::db;
use kakari_region::founding::{NewRegion, found};
use kakari_region::http::{FeedFiles, Running, Shared, start};
use kakari_region::keys::{RegionKeys, Role, ServerKey};
use kakari_region::publish::Objects;
use kakari_sync::{AuditBatch, Sha256};
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use rustls::{ClientConfig, RootCertStore};
use serde_bytes::ByteBuf;
use sqlx::PgPool;
use tempfile::TempDir;

const ROWS: u64 = 20;
/// About an audit event's length.
const EVENT_LEN: usize = 300;
const DURABLE: &str = "KAKARI_POSTGRES_DURABLE";

struct Tablet {
    id: String,
    client: reqwest::Client,
    next: u64,
    head: [u8; 32],
}

fn main() {
    if env::var(DURABLE).as_deref() != Ok("1") {
        let status = Command::new(env::current_exe().unwrap()).args(env::args_os().skip(1)).env(DURABLE, "1").status();
        process::exit(status.unwrap().code().unwrap_or(1));
    }
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(run());
}

async fn run() {
    let (tablets, batches) = (size("TABLETS", 200), size("BATCHES", 10));
    let dir = TempDir::new().unwrap();
    let (pool, keys, running) = serve(&dir).await;
    let fsync: String = sqlx::query_scalar("SHOW fsync").fetch_one(&pool).await.unwrap();
    let begun = Instant::now();
    let mut all = Vec::with_capacity(tablets);
    for number in 0..tablets {
        all.push(tablet(&pool, &keys, format!("t{number}")).await);
    }
    println!("{tablets} tablets with certificates made in {:.1} s; fsync {fsync}", begun.elapsed().as_secs_f64());
    let base = format!("https://localhost:{}", running.main_address().port());

    let begun = Instant::now();
    join_all(all.iter().map(|tablet| get(&tablet.client, &base, "head"))).await;
    println!("{tablets} connections opened, handshakes and all: {:.0} a second", rate(tablets, begun));

    let begun = Instant::now();
    let waits = join_all(all.iter_mut().map(|tablet| send(tablet, &base, batches))).await;
    let took = begun.elapsed();
    let mut waits: Vec<Duration> = waits.into_iter().flatten().collect();
    waits.sort_unstable();
    let rows: i64 = sqlx::query_scalar("SELECT count(*) FROM audit").fetch_one(&pool).await.unwrap();
    assert_eq!(rows, i64::try_from(waits.len() as u64 * ROWS).unwrap());
    println!(
        "receipts: {} of {ROWS} rows each over {tablets} open connections, {:.0} receipts a second, median {:.1} ms, p99 {:.1} ms",
        waits.len(),
        waits.len() as f64 / took.as_secs_f64(),
        millis(waits[waits.len() / 2]),
        millis(waits[waits.len() * 99 / 100]),
    );
    let pack: Vec<u8> = (0..64_u32 * 1024).flat_map(u32::to_le_bytes).collect();
    let name = Sha256::of(&pack).name();
    fs::write(dir.path().join("feed").join(&name), &pack).unwrap();
    for (what, name) in [("heads", "head"), ("packs of 256 KB", name.as_str())] {
        let begun = Instant::now();
        join_all(all.iter().map(|tablet| get(&tablet.client, &base, name))).await;
        println!(
            "{what}: {:.0} a second through this server; a CDN or a static file server may take its place",
            rate(tablets, begun)
        );
    }
    running.stop().await;
}

fn size(name: &str, otherwise: usize) -> usize {
    env::var(name).ok().map_or(otherwise, |text| text.parse().unwrap())
}

fn rate(count: usize, begun: Instant) -> f64 {
    count as f64 / begun.elapsed().as_secs_f64()
}

fn millis(wait: Duration) -> f64 {
    wait.as_secs_f64() * 1_000.0
}

async fn serve(dir: &TempDir) -> (PgPool, RegionKeys, Running) {
    let config = RegionConfig {
        database_url: Cluster::shared().database(),
        server_key: dir.path().join("server.key"),
        feed: dir.path().join("feed").display().to_string(),
        listen: "127.0.0.1:0".parse().unwrap(),
        enrol_listen: "127.0.0.1:0".parse().unwrap(),
        feed_url: "https://localhost/feed".to_owned(),
        api_url: "https://localhost".to_owned(),
        enrol_url: "https://localhost".to_owned(),
        tls_names: vec!["localhost".to_owned()],
        release_keys: None,
    };
    let server_key = ServerKey::make_at(&config.server_key).unwrap();
    let pool = db::connect(&config).await.unwrap();
    let card_authority = [4; 65];
    let region = NewRegion { name: "Bench".to_owned(), card_authority, training: true };
    found(&pool, &server_key, "bench", &region).await.unwrap();
    let feed = Arc::new(FeedFiles::new(&Objects::open(&config.feed).unwrap()));
    fs::write(dir.path().join("feed/head"), vec![7; 8 * 1024]).unwrap();
    let keys = RegionKeys::load(&pool, &server_key).await.unwrap();
    let shared = Shared { pool: pool.clone(), keys, server_key: server_key.clone(), config, feed };
    let running = start(shared).await.unwrap();
    (pool.clone(), RegionKeys::load(&pool, &server_key).await.unwrap(), running)
}

async fn tablet(pool: &PgPool, keys: &RegionKeys, id: String) -> Tablet {
    let (issued, key) = keys.tls.make_client(Role::Tablet, &id, 30).unwrap();
    sqlx::query("INSERT INTO tablet (id, vehicle, state) VALUES ($1, $1, 'active')")
        .bind(&id)
        .execute(pool)
        .await
        .unwrap();
    issued.record(&mut pool.acquire().await.unwrap()).await.unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(keys.tls.certificate().to_vec())).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .with_root_certificates(roots)
        .with_client_auth_cert(vec![issued.der.into()], PrivatePkcs8KeyDer::from(key.to_vec()).into())
        .unwrap();
    let client = reqwest::Client::builder().tls_backend_preconfigured(config).no_proxy().build().unwrap();
    Tablet { id, client, next: 1, head: CHAIN_BEGINNING }
}

async fn get(client: &reqwest::Client, base: &str, name: &str) {
    let answer = client.get(format!("{base}/feed/{name}")).send().await.unwrap().error_for_status().unwrap();
    assert!(!answer.bytes().await.unwrap().is_empty());
}

/// Sends batches one after another; how long each took.
async fn send(tablet: &mut Tablet, base: &str, batches: usize) -> Vec<Duration> {
    let mut waits = Vec::with_capacity(batches);
    for _ in 0..batches {
        let batch = tablet.batch();
        let begun = Instant::now();
        let answer = tablet.client.post(format!("{base}/v1/audit")).body(batch.encode()).send().await.unwrap();
        answer.error_for_status().unwrap().bytes().await.unwrap();
        waits.push(begun.elapsed());
        tablet.next += ROWS;
        tablet.head = batch.head;
    }
    waits
}

impl Tablet {
    fn batch(&self) -> AuditBatch {
        let events: Vec<ByteBuf> = (0..ROWS).map(|_| ByteBuf::from(vec![b'e'; EVENT_LEN])).collect();
        let head = (self.next..).zip(&events).fold(self.head, |before, (at, event)| chain(at, &before, event));
        AuditBatch { tablet: self.id.clone(), first: self.next, previous: self.head, events, head }
    }
}
