//! A region with a server that runs, and what calls it.

use std::io;
use std::sync::Arc;

use kakari_region::http::{FeedFiles, Running, Shared, start};
use kakari_region::keys::{Issued, RegionKeys, Role};
use kakari_region::publish::Objects;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::region::Region;

/// A running server and its region.
pub(crate) struct World {
    pub(crate) region: Region,
    pub(crate) keys: RegionKeys,
    pub(crate) running: Running,
}

/// A certificate and the key to it.
pub(crate) struct Holder {
    pub(crate) chain: Vec<CertificateDer<'static>>,
    pub(crate) key: Vec<u8>,
    pub(crate) serial: Vec<u8>,
}

impl World {
    pub(crate) async fn make() -> Self {
        let region = Region::make().await;
        let running = run(&region).await;
        Self { keys: region.keys().await, region, running }
    }

    /// A tablet in service, with a certificate.
    pub(crate) async fn tablet(&self, id: &str) -> Holder {
        self.row("INSERT INTO tablet (id, vehicle, state) VALUES ($1, 'Ambulance 1', 'active')", id).await;
        self.holder(Role::Tablet, id, 30).await
    }

    /// A certificate that the region knows.
    pub(crate) async fn holder(&self, role: Role, subject: &str, days: u16) -> Holder {
        let (issued, holder) = self.stranger(role, subject, days);
        issued.record(&mut self.region.pool.acquire().await.unwrap()).await.unwrap();
        holder
    }

    /// A certificate of the region's authority that nobody wrote down.
    pub(crate) fn stranger(&self, role: Role, subject: &str, days: u16) -> (Issued, Holder) {
        let (issued, key) = self.keys.tls.make_client(role, subject, days).unwrap();
        let chain = vec![issued.der.clone().into()];
        let holder = Holder { chain, key: key.to_vec(), serial: issued.serial.clone() };
        (issued, holder)
    }

    pub(crate) async fn row(&self, sql: &'static str, id: &str) {
        sqlx::query(sql).bind(id).execute(&self.region.pool).await.unwrap();
    }

    pub(crate) async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&self.region.pool).await.unwrap()
    }

    pub(crate) fn roots(&self) -> RootCertStore {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from(self.keys.tls.certificate().to_vec())).unwrap();
        roots
    }

    pub(crate) fn config(&self, holder: Option<&Holder>) -> ClientConfig {
        client_config(self.roots(), holder)
    }

    pub(crate) fn client(&self, holder: &Holder) -> reqwest::Client {
        client(self.config(Some(holder)))
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("https://localhost:{}{path}", self.running.main_address().port())
    }

    pub(crate) fn enrol_url(&self) -> String {
        format!("https://localhost:{}/v1/enrol", self.running.enrolment_address().port())
    }

    /// A connection whose handshake is done as far as the client sees it.
    pub(crate) async fn connect(&self, config: ClientConfig) -> io::Result<TlsStream<TcpStream>> {
        let tcp = TcpStream::connect(self.running.main_address()).await?;
        TlsConnector::from(Arc::new(config)).connect(ServerName::try_from("localhost").unwrap(), tcp).await
    }
}

pub(crate) async fn run(region: &Region) -> Running {
    let shared = Shared {
        pool: region.pool.clone(),
        keys: region.keys().await,
        server_key: region.server.clone(),
        config: region.config.clone(),
        feed: Arc::new(FeedFiles::new(&Objects::open(&region.config.feed).unwrap())),
    };
    start(shared).await.unwrap()
}

pub(crate) fn client(config: ClientConfig) -> reqwest::Client {
    reqwest::Client::builder().tls_backend_preconfigured(config).no_proxy().build().unwrap()
}

pub(crate) fn client_config(roots: RootCertStore, holder: Option<&Holder>) -> ClientConfig {
    let builder = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .with_root_certificates(roots);
    match holder {
        Some(holder) => builder.with_client_auth_cert(holder.chain.clone(), holder.private_key()).unwrap(),
        None => builder.with_no_client_auth(),
    }
}

impl Holder {
    pub(crate) fn private_key(&self) -> PrivateKeyDer<'static> {
        PrivatePkcs8KeyDer::from(self.key.clone()).into()
    }
}

/// Sends bytes and reads whatever comes back until the other end closes.
pub(crate) async fn say(stream: &mut (impl AsyncReadExt + AsyncWriteExt + Unpin), bytes: &[u8]) -> io::Result<Vec<u8>> {
    stream.write_all(bytes).await?;
    stream.flush().await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    Ok(answer)
}

/// An HTTP/1.1 request with this body, after which the connection closes.
pub(crate) fn request(path: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}
