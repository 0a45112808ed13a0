//! A region that serves, with one invitation.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use kakari_cluster::Cluster;
use kakari_record::seal::FeedId;
use kakari_region::config::RegionConfig;
use kakari_region::founding::{NewRegion, found};
use kakari_region::http::{FeedFiles, Running, Shared, start};
use kakari_region::keys::{RegionKeys, ServerKey, point_of};
use kakari_region::publish::{Objects, Pace, Publisher};
use kakari_region::{db, watch};
use kakari_sync::enrol::{Invitation, InvitationCode};
use sqlx::PgPool;
use tempfile::TempDir;

/// The region; it ends with the test.
pub(crate) struct Region {
    pool: PgPool,
    server: ServerKey,
    feed: FeedId,
    enrol_url: String,
    _running: Running,
    _dir: TempDir,
}

impl Region {
    /// A region without residents.
    pub(crate) async fn open() -> Self {
        let dir = TempDir::new().unwrap();
        let config = config(&dir);
        let server = ServerKey::make_at(&config.server_key).unwrap();
        let pool = db::connect(&config).await.unwrap();
        let card = rcgen::KeyPair::generate().unwrap();
        let card_authority = point_of(card.public_key_raw()).unwrap();
        let new = NewRegion { name: "北町".to_owned(), card_authority, training: true };
        found(&pool, &server, "test", &new).await.unwrap();
        let objects = Objects::open(&config.feed).unwrap();
        let feed = Arc::new(FeedFiles::new(&objects));
        let publisher = Publisher::open(pool.clone(), server.clone(), objects, Pace::default());
        publisher.await.unwrap().once().await.unwrap();
        let keys = RegionKeys::load(&pool, &server).await.unwrap();
        let (id, enrol_url) = (keys.feed, config.enrol_url.clone());
        let shared = Shared { pool: pool.clone(), keys, server_key: server.clone(), config, feed };
        Self { pool, server, feed: id, enrol_url, _running: start(shared).await.unwrap(), _dir: dir }
    }

    pub(crate) const fn feed(&self) -> FeedId {
        self.feed
    }

    /// Invites T-0001.
    pub(crate) async fn invite(&self) -> Invitation {
        let code = InvitationCode::make().unwrap();
        let keys = code.derive_keys();
        let name = format!("invitation {}", hex::encode(keys.id));
        sqlx::query("INSERT INTO tablet (id, vehicle, state) VALUES ('T-0001', '北町救急1', 'invited')")
            .execute(&self.pool)
            .await
            .unwrap();
        sqlx::query(
            "INSERT INTO invitation (id, tablet, sealed_key, expires_at)
             VALUES ($1, 'T-0001', $2, now() + interval '15 minutes')",
        )
        .bind(keys.id.as_slice())
        .bind(self.server.seal(&name, &**keys.expose()).unwrap())
        .execute(&self.pool)
        .await
        .unwrap();
        Invitation { url: self.enrol_url.clone(), code, pins: None }
    }

    pub(crate) async fn tablet_key(&self) -> Vec<u8> {
        sqlx::query_scalar("SELECT tablet_key FROM tablet WHERE id = 'T-0001'").fetch_one(&self.pool).await.unwrap()
    }

    /// Checkpoints that the office is told of, after it has looked through all that came.
    pub(crate) async fn wrong_checkpoints(&self) -> i64 {
        assert_eq!(watch::catch_up(&self.pool, Duration::from_secs(30)).await.unwrap(), 0);
        let sql = "SELECT count(*) FROM finding WHERE kind = 'checkpoint'";
        sqlx::query_scalar(sql).fetch_one(&self.pool).await.unwrap()
    }
}

fn config(dir: &TempDir) -> RegionConfig {
    let (main, enrol) = (free_port(), free_port());
    RegionConfig {
        release_keys: None,
        database_url: Cluster::shared().database(),
        server_key: dir.path().join("server.key"),
        feed: dir.path().join("feed").display().to_string(),
        listen: format!("127.0.0.1:{main}").parse().unwrap(),
        enrol_listen: format!("127.0.0.1:{enrol}").parse().unwrap(),
        feed_url: format!("https://localhost:{main}/feed"),
        api_url: format!("https://localhost:{main}"),
        enrol_url: format!("https://localhost:{enrol}"),
        tls_names: vec!["localhost".to_owned()],
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).unwrap().port()
}
