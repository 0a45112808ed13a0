//! A small HTTPS server on rustls that does what it is told, also what no server should.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use kakari_sync::Sha256;
use rustls::ServerConfig;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::CertificateDer;
use rustls::server::WebPkiClientVerifier;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::authority::{Authority, Leaf};
use crate::region::Files;

/// What the client asked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Request {
    pub(crate) path: String,
    pub(crate) range: Option<u64>,
    pub(crate) if_none_match: Option<String>,
    pub(crate) body: Vec<u8>,
}

/// What it is told.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
    /// The body goes on without end, unannounced.
    pub(crate) endless: bool,
}

type Api = Box<dyn Fn(&Request) -> Reply + Send + Sync>;

/// What a server serves and what it saw.
pub(crate) struct World {
    pub(crate) files: Mutex<Files>,
    /// Bodies of feed objects are cut after so many bytes on each connection.
    pub(crate) cut_after: Mutex<Option<usize>>,
    /// Objects that never end.
    pub(crate) endless: Mutex<Vec<String>>,
    /// Whether it knows ranges.
    pub(crate) ranges: Mutex<bool>,
    pub(crate) api: Api,
    /// Everything that was asked.
    pub(crate) asked: Mutex<Vec<Request>>,
    /// For each object request: from where, and how many bytes of the body went out.
    pub(crate) sent: Mutex<Vec<(u64, usize)>>,
    /// Decrypted bytes that came in.
    pub(crate) received: AtomicUsize,
}

impl World {
    pub(crate) fn new(files: Files, api: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Self {
            files: Mutex::new(files),
            cut_after: Mutex::default(),
            endless: Mutex::default(),
            ranges: Mutex::new(true),
            api: Box::new(api),
            asked: Mutex::default(),
            sent: Mutex::default(),
            received: AtomicUsize::new(0),
        })
    }

    pub(crate) fn received(&self) -> usize {
        self.received.load(Ordering::SeqCst)
    }

    pub(crate) fn asked_for(&self, path: &str) -> usize {
        self.asked.lock().unwrap().iter().filter(|request| request.path == path).count()
    }

    fn answer(&self, request: &Request) -> Reply {
        self.asked.lock().unwrap().push(request.clone());
        match request.path.strip_prefix("/feed/") {
            Some(name) => self.object(name, request),
            None => (self.api)(request),
        }
    }

    fn object(&self, name: &str, request: &Request) -> Reply {
        let Some(bytes) = self.files.lock().unwrap().get(name).cloned() else { return Reply::status(404) };
        let endless = self.endless.lock().unwrap().iter().any(|endless| endless == name);
        if name == "head" {
            let etag = format!("\"{}\"", Sha256::of(&bytes));
            if request.if_none_match.as_ref() == Some(&etag) {
                return Reply::status(304);
            }
            return Reply { headers: vec![("ETag", etag)], endless, ..Reply::ok(bytes) };
        }
        match request.range.filter(|_| *self.ranges.lock().unwrap()) {
            Some(from) => {
                let rest = bytes.get(usize::try_from(from).unwrap()..).unwrap_or_default().to_vec();
                let range = format!("bytes {from}-{}/{}", bytes.len() - 1, bytes.len());
                Reply { status: 206, headers: vec![("Content-Range", range)], body: rest, endless }
            }
            None => Reply { endless, ..Reply::ok(bytes) },
        }
    }
}

impl Reply {
    pub(crate) fn ok(body: impl Into<Vec<u8>>) -> Self {
        Self { status: 200, headers: Vec::new(), body: body.into(), endless: false }
    }

    pub(crate) fn status(status: u16) -> Self {
        Self { status, ..Self::ok("") }
    }
}

/// The region's own: asks for a certificate of its authority.
pub(crate) fn mutual(authority: &Authority) -> ServerConfig {
    asking(authority, authority.server())
}

/// Asks for a certificate of `authority` and shows `leaf`.
pub(crate) fn asking(authority: &Authority, leaf: Leaf) -> ServerConfig {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from(authority.der())).unwrap();
    let verifier =
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::new(default_provider())).build().unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()));
    let config = config.with_protocol_versions(&[&rustls::version::TLS13]).unwrap();
    config.with_client_cert_verifier(verifier).with_single_cert(leaf.chain, leaf.key).unwrap()
}

/// Asks for no certificate.
pub(crate) fn unasking(leaf: Leaf) -> ServerConfig {
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()));
    let config = config.with_protocol_versions(&[&rustls::version::TLS13]).unwrap();
    config.with_no_client_auth().with_single_cert(leaf.chain, leaf.key).unwrap()
}

/// Listens on loopback until the test ends.
pub(crate) async fn listen(world: Arc<World>, config: ServerConfig) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (world, acceptor) = (world.clone(), acceptor.clone());
            tokio::spawn(async move {
                if let Ok(stream) = acceptor.accept(stream).await {
                    let _ = converse(&world, stream).await;
                }
            });
        }
    });
    address
}

async fn converse<S: AsyncRead + AsyncWrite + Unpin>(world: &World, mut stream: S) -> std::io::Result<()> {
    let mut buffer = Vec::new();
    while let Some(request) = read_request(world, &mut stream, &mut buffer).await? {
        let reply = world.answer(&request);
        let objects = request.path.starts_with("/feed/") && request.path != "/feed/head";
        let cut = world.cut_after.lock().unwrap().filter(|_| objects);
        if !write_reply(world, &mut stream, &request, &reply, cut).await? {
            return Ok(());
        }
    }
    Ok(())
}

async fn read_request<S: AsyncRead + Unpin>(
    world: &World,
    stream: &mut S,
    buffer: &mut Vec<u8>,
) -> std::io::Result<Option<Request>> {
    let mut chunk = vec![0; 16 * 1024];
    loop {
        if let Some((request, length)) = parse(buffer) {
            buffer.drain(..length);
            return Ok(Some(request));
        }
        let read = stream.read(&mut chunk).await?;
        if read == 0 {
            return Ok(None);
        }
        world.received.fetch_add(read, Ordering::SeqCst);
        buffer.extend_from_slice(&chunk[..read]);
    }
}

fn parse(buffer: &[u8]) -> Option<(Request, usize)> {
    let end = buffer.windows(4).position(|window| window == b"\r\n\r\n")?;
    let text = String::from_utf8_lossy(&buffer[..end]).into_owned();
    let mut lines = text.split("\r\n");
    let mut words = lines.next()?.split(' ');
    let mut request = Request { path: words.nth(1)?.to_owned(), ..Request::default() };
    let mut length = 0;
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().ok()?,
            "range" => request.range = value.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok(),
            "if-none-match" => request.if_none_match = Some(value.to_owned()),
            _ => {}
        }
    }
    request.body = buffer.get(end + 4..end + 4 + length)?.to_vec();
    Some((request, end + 4 + length))
}

/// Writes the reply; false when the connection is over.
async fn write_reply<S: AsyncWrite + Unpin>(
    world: &World,
    stream: &mut S,
    request: &Request,
    reply: &Reply,
    cut: Option<usize>,
) -> std::io::Result<bool> {
    let mut head = format!("HTTP/1.1 {} X\r\n", reply.status);
    reply.headers.iter().for_each(|(name, value)| head.push_str(&format!("{name}: {value}\r\n")));
    if reply.endless {
        head.push_str("Connection: close\r\n\r\n");
    } else {
        head.push_str(&format!("Content-Length: {}\r\n\r\n", reply.body.len()));
    }
    stream.write_all(head.as_bytes()).await?;
    let body = &reply.body[..cut.unwrap_or(usize::MAX).min(reply.body.len())];
    if request.path.starts_with("/feed/") && request.path != "/feed/head" {
        world.sent.lock().unwrap().push((request.range.unwrap_or(0), body.len()));
    }
    stream.write_all(body).await?;
    stream.flush().await?;
    if reply.endless {
        let zeros = vec![0; 16 * 1024];
        loop {
            stream.write_all(&zeros).await?;
        }
    }
    Ok(body.len() == reply.body.len())
}
