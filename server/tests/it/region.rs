//! A region of its own for each test.

use kakari_cluster::Cluster;
use kakari_region::config::RegionConfig;
use kakari_region::db;
use kakari_region::founding::{NewRegion, found};
use kakari_region::keys::{RegionKeys, ServerKey, VaultKeys, point_of, read_point};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use sqlx::pool::PoolConnection;
use sqlx::{PgPool, Postgres};
use tempfile::TempDir;

/// A region that was just made.
pub(crate) struct Region {
    pub(crate) dir: TempDir,
    pub(crate) config: RegionConfig,
    pub(crate) pool: PgPool,
    pub(crate) server: ServerKey,
}

impl Region {
    pub(crate) async fn make() -> Self {
        Self::of(&new_region()).await
    }

    async fn of(new: &NewRegion) -> Self {
        let dir = TempDir::new().unwrap();
        let config = config(&dir, Cluster::shared().database());
        let server = ServerKey::make_at(&config.server_key).unwrap();
        let pool = db::connect(&config).await.unwrap();
        found(&pool, &server, "test", new).await.unwrap();
        Self { dir, config, pool, server }
    }

    pub(crate) async fn keys(&self) -> RegionKeys {
        RegionKeys::load(&self.pool, &self.server).await.unwrap()
    }

    pub(crate) async fn vault(&self) -> VaultKeys {
        VaultKeys::load(&self.pool, &self.server).await.unwrap()
    }
}

pub(crate) fn new_region() -> NewRegion {
    NewRegion { name: "Kitamachi".to_owned(), card_authority: a_point(), training: true }
}

/// A fresh P-256 public key.
pub(crate) fn a_point() -> [u8; 65] {
    let random = SystemRandom::new();
    let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
    let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, key.as_ref(), &random).unwrap();
    point_of(key.public_key().as_ref()).unwrap()
}

pub(crate) fn config(dir: &TempDir, database_url: String) -> RegionConfig {
    RegionConfig {
        database_url,
        server_key: dir.path().join("server.key"),
        feed: dir.path().join("feed").display().to_string(),
        listen: "127.0.0.1:0".parse().unwrap(),
        enrol_listen: "127.0.0.1:0".parse().unwrap(),
        feed_url: "https://localhost:8443/feed".to_owned(),
        api_url: "https://localhost:8443".to_owned(),
        enrol_url: "https://localhost:8444".to_owned(),
        tls_names: vec!["localhost".to_owned(), "127.0.0.1".to_owned()],
        release_keys: None,
    }
}

/// An authority that signs cards, as whoever issues them has it.
pub(crate) struct CardAuthority(rcgen::CertifiedIssuer<'static, rcgen::KeyPair>);

impl CardAuthority {
    pub(crate) fn make() -> Self {
        let key = rcgen::KeyPair::generate().unwrap();
        Self(rcgen::CertifiedIssuer::self_signed(rcgen::CertificateParams::default(), key).unwrap())
    }

    pub(crate) fn pem(&self) -> String {
        self.0.pem()
    }

    pub(crate) fn point(&self) -> [u8; 65] {
        read_point(self.pem().as_bytes()).unwrap()
    }

    /// A card's certificate: of a resident, or with a name of a staff member.
    pub(crate) fn card(&self, holder: &str, name: Option<&str>, serial: u8) -> Vec<u8> {
        let mut params = rcgen::CertificateParams::default();
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(rcgen::DnType::CustomDnType(vec![2, 5, 4, 5]), holder);
        if let Some(name) = name {
            params.distinguished_name.push(rcgen::DnType::CommonName, name);
        }
        params.serial_number = Some(vec![0, 0x2A, serial].into());
        params.signed_by(&rcgen::KeyPair::generate().unwrap(), &*self.0).unwrap().der().to_vec()
    }
}

impl Region {
    /// A region whose cards this authority signs.
    pub(crate) async fn with_cards_of(authority: &CardAuthority) -> Self {
        Self::of(&NewRegion { card_authority: authority.point(), ..new_region() }).await
    }

    pub(crate) async fn conn(&self) -> PoolConnection<Postgres> {
        self.pool.acquire().await.unwrap()
    }

    /// What waits for the publisher, oldest first.
    pub(crate) async fn changes(&self) -> Vec<String> {
        sqlx::query_scalar("SELECT what FROM change ORDER BY id").fetch_all(&self.pool).await.unwrap()
    }

    /// What was done, oldest first.
    pub(crate) async fn log(&self) -> Vec<String> {
        sqlx::query_scalar("SELECT what FROM office_log ORDER BY id").fetch_all(&self.pool).await.unwrap()
    }

    pub(crate) async fn run(&self, sql: &'static str) {
        sqlx::query(sql).execute(&self.pool).await.unwrap();
    }
}
