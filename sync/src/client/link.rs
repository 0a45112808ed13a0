//! One connection to one server: requests of known size and answers of bounded size.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use reqwest::header::{CONTENT_RANGE, CONTENT_TYPE, ETAG, IF_NONE_MATCH, RANGE};
use reqwest::{Method, Response, StatusCode};
use rustls::ClientConfig;

use super::{LinkError, Problem, Refusal, TlsFault, tls};

/// Until a connection stands.
const CONNECT: Duration = Duration::from_secs(15);
/// Between two pieces of an answer.
const READ: Duration = Duration::from_secs(30);
/// For a whole answer to anything but an object of the feed.
const WHOLE: Duration = Duration::from_secs(120);
/// Longest answer to anything but an object of the feed, in bytes.
const MAX_ANSWER: usize = 256 * 1024;

/// A client for one server, with one connection at a time. Follows no redirect, uses no proxy, unpacks nothing.
#[derive(Clone)]
pub struct Link {
    client: reqwest::Client,
    moved: Arc<AtomicU64>,
}

/// A whole answer of bounded size.
#[derive(Clone, Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Its ETag, if it has one.
    pub etag: Option<String>,
    /// Its body.
    pub body: Vec<u8>,
}

impl Link {
    /// A link that speaks TLS as `config` says.
    pub fn new(config: ClientConfig) -> Result<Self, Problem> {
        Self::with_timeouts(config, CONNECT, READ)
    }

    /// The same with other patience.
    pub fn with_timeouts(config: ClientConfig, connect: Duration, read: Duration) -> Result<Self, Problem> {
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(config)
            .https_only(true)
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .pool_max_idle_per_host(1)
            .connect_timeout(connect)
            .read_timeout(read)
            .build()
            .map_err(|_| Problem::Keys("the TLS configuration does not fit"))?;
        Ok(Self { client, moved: Arc::default() })
    }

    /// Bytes of bodies, sent and received, since the link was made.
    pub fn moved(&self) -> u64 {
        self.moved.load(Ordering::Relaxed)
    }

    pub(crate) fn count(&self, bytes: usize) {
        self.moved.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// What is at `url`, at most `limit` bytes.
    ///
    /// # Errors
    ///
    /// [`Refusal::Endless`] for more; [`LinkError`] otherwise.
    pub async fn get(&self, url: &str, etag: Option<&str>, limit: usize) -> Result<Answer, Problem> {
        let mut request = self.client.request(Method::GET, url).timeout(WHOLE);
        if let Some(etag) = etag {
            request = request.header(IF_NONE_MATCH, etag);
        }
        self.read(request.send().await.map_err(explain)?, limit).await
    }

    /// What the server answers to `body`, at most 256 KB.
    pub async fn post(&self, url: &str, content_type: &str, body: Vec<u8>) -> Result<Answer, Problem> {
        let sent = body.len();
        let request =
            self.client.request(Method::POST, url).timeout(WHOLE).header(CONTENT_TYPE, content_type).body(body);
        let response = request.send().await.map_err(explain)?;
        self.count(sent);
        self.read(response, MAX_ANSWER).await
    }

    /// The bytes at `url` from byte `from` on, as they come; the second item is the byte with which they begin.
    pub(crate) async fn stream(&self, url: &str, from: u64) -> Result<(Response, u64), Problem> {
        let mut request = self.client.request(Method::GET, url);
        if from > 0 {
            request = request.header(RANGE, format!("bytes={from}-"));
        }
        let response = request.send().await.map_err(explain)?;
        match response.status() {
            StatusCode::OK => Ok((response, 0)),
            StatusCode::PARTIAL_CONTENT if begins_at(&response) == Some(from) => Ok((response, from)),
            StatusCode::PARTIAL_CONTENT => Err(LinkError::Nonsense("another range than was asked for").into()),
            status => Err(status_error(status.as_u16()).into()),
        }
    }

    async fn read(&self, mut response: Response, limit: usize) -> Result<Answer, Problem> {
        let status = response.status().as_u16();
        let etag = response.headers().get(ETAG).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(explain)? {
            self.count(chunk.len());
            if body.len() + chunk.len() > limit {
                return Err(Refusal::Endless.into());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, etag, body })
    }
}

impl Answer {
    /// What an answer that is no success means: its word for programs where it has one, else its status.
    pub(crate) fn error(&self) -> LinkError {
        let word =
            || serde_json::from_slice::<serde_json::Value>(&self.body).ok()?["refused"].as_str().map(str::to_owned);
        match self.status {
            403 if word().as_deref() == Some("unknown_certificate") => LinkError::NotKnown,
            status => status_error(status),
        }
    }

    /// The body of a success; the error otherwise.
    pub fn into_body(self) -> Result<Vec<u8>, LinkError> {
        if self.status == 200 { Ok(self.body) } else { Err(self.error()) }
    }
}

/// What a status that is no success means.
pub(crate) const fn status_error(status: u16) -> LinkError {
    match status {
        401 | 403 => LinkError::NotAdmitted,
        404 | 410 => LinkError::Missing,
        other => LinkError::Status(other),
    }
}

/// What a failed request means.
pub(crate) fn explain(error: reqwest::Error) -> Problem {
    if let Some(device) = tls::device_failure_of(&error) {
        return device.into();
    }
    let link = match tls::fault_of(&error) {
        Some(fault) => fault,
        None if error.is_timeout() && error.is_connect() => LinkError::Unreachable,
        None if error.is_timeout() => LinkError::Silent,
        None if error.is_connect() && cut_in_handshake(&error) => LinkError::NotTheServer(TlsFault::Handshake),
        None if error.is_connect() => LinkError::Unreachable,
        None => LinkError::Broken,
    };
    link.into()
}

/// Connected, and cut off before the TLS connection stood.
fn cut_in_handshake(error: &reqwest::Error) -> bool {
    use std::io::ErrorKind::{BrokenPipe, ConnectionReset, UnexpectedEof};
    let cut = |io: &std::io::Error| matches!(io.kind(), BrokenPipe | ConnectionReset | UnexpectedEof);
    tls::causes(error).any(|cause| cause.downcast_ref().is_some_and(cut))
}

/// The first byte of a partial answer.
fn begins_at(response: &Response) -> Option<u64> {
    let range = response.headers().get(CONTENT_RANGE)?.to_str().ok()?;
    range.strip_prefix("bytes ")?.split('-').next()?.parse().ok()
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Link({} bytes moved)", self.moved())
    }
}
