//! The feed's files over HTTP: one head that changes, everything else for ever.
//!
//! A static file server or a CDN before the same folder or bucket does this as well; nothing here has to be believed.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, IF_NONE_MATCH, IF_RANGE, RANGE,
};
use axum::http::{HeaderMap, HeaderName, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use kakari_sync::{HEAD_NAME, Sha256};
use object_store::{
    Error as StoreError, GetOptions, GetRange, GetResult, GetResultPayload, ObjectStore, ObjectStoreExt,
};
use tokio::sync::Mutex;
use tokio::task;

use crate::http::range::Wanted;
use crate::http::refusal::Refusal;
use crate::publish::Objects;

const BYTES: &str = "application/octet-stream";
/// A name is its content: it never changes.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
const ASK_AGAIN: &str = "no-cache";
/// How long one reading of the head serves everybody.
const HEAD_FRESH: Duration = Duration::from_secs(1);
/// Read from a file at a time.
const CHUNK: u64 = 256 * 1024;

/// Where the feed's objects are read from.
pub struct FeedFiles {
    store: Arc<dyn ObjectStore>,
    prefix: object_store::path::Path,
    head: Mutex<Option<(Instant, Head)>>,
}

#[derive(Clone)]
struct Head {
    bytes: Bytes,
    etag: String,
}

impl FeedFiles {
    /// The objects that the publisher writes.
    pub fn new(objects: &Objects) -> Self {
        let (store, prefix) = objects.place();
        Self { store, prefix, head: Mutex::default() }
    }

    fn path(&self, name: &str) -> object_store::path::Path {
        self.prefix.clone().join(name)
    }

    async fn head(&self) -> Result<Head, Refusal> {
        let mut known = self.head.lock().await;
        if let Some((_, head)) = known.as_ref().filter(|(at, _)| at.elapsed() < HEAD_FRESH) {
            return Ok(head.clone());
        }
        let found = self.store.get(&self.path(HEAD_NAME)).await.map_err(refusal)?;
        let bytes = found.bytes().await.map_err(refusal)?;
        let head = Head { etag: etag(Sha256::of(&bytes)), bytes };
        *known = Some((Instant::now(), head.clone()));
        Ok(head)
    }
}

/// `GET` and `HEAD` of `/feed/head`.
pub(crate) async fn head(State(feed): State<Arc<FeedFiles>>, headers: HeaderMap) -> Result<Response, Refusal> {
    let Head { bytes, etag } = feed.head().await?;
    let about = [(ETAG, etag.clone()), (CACHE_CONTROL, ASK_AGAIN.to_owned())];
    if matches(&headers, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, about).into_response());
    }
    Ok((about, [(CONTENT_TYPE, BYTES)], bytes).into_response())
}

/// `GET` and `HEAD` of `/feed/{sha256}`.
pub(crate) async fn object(
    State(feed): State<Arc<FeedFiles>>,
    Path(name): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let sha256 = Sha256::from_name(&name).map_err(|_| Refusal::NotFound)?;
    let etag = etag(sha256);
    let about = [(ETAG, etag.clone()), (CACHE_CONTROL, FOR_EVER.to_owned())];
    if matches(&headers, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, about).into_response());
    }
    let path = feed.path(&name);
    let size = feed.store.head(&path).await.map_err(refusal)?.size;
    let wanted = if method == Method::GET { wanted(&headers, &etag, size) } else { Wanted::Whole };
    let (status, range) = match wanted {
        Wanted::Outside => {
            let none = [(CONTENT_RANGE, format!("bytes */{size}"))];
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, about, none).into_response());
        }
        Wanted::Whole => (StatusCode::OK, 0..size),
        Wanted::Part(range) => (StatusCode::PARTIAL_CONTENT, range),
    };
    let mut more: Vec<(HeaderName, String)> = vec![
        (CONTENT_TYPE, BYTES.to_owned()),
        (ACCEPT_RANGES, "bytes".to_owned()),
        (CONTENT_LENGTH, (range.end - range.start).to_string()),
    ];
    if status == StatusCode::PARTIAL_CONTENT {
        more.push((CONTENT_RANGE, format!("bytes {}-{}/{size}", range.start, range.end - 1)));
    }
    let mut response = (status, about).into_response();
    response.headers_mut().extend(more.into_iter().filter_map(|(name, value)| Some((name, value.parse().ok()?))));
    if method == Method::GET && size > 0 {
        let options = GetOptions { range: Some(GetRange::Bounded(range)), ..GetOptions::default() };
        *response.body_mut() = body(feed.store.get_opts(&path, options).await.map_err(refusal)?);
    }
    Ok(response)
}

/// A range counts only as long as the object is the one that the other end began with (`If-Range`).
fn wanted(headers: &HeaderMap, etag: &str, size: u64) -> Wanted {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    match text(IF_RANGE) {
        Some(begun) if begun != etag => Wanted::Whole,
        _ => Wanted::read(text(RANGE), size),
    }
}

fn etag(sha256: Sha256) -> String {
    format!("\"{sha256}\"")
}

fn matches(headers: &HeaderMap, etag: &str) -> bool {
    let tags = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    tags.flat_map(|tags| tags.split(',')).map(str::trim).any(|tag| tag == "*" || tag.trim_start_matches("W/") == etag)
}

fn refusal(error: StoreError) -> Refusal {
    match error {
        StoreError::NotFound { .. } => Refusal::NotFound,
        other => Refusal::fault(&other),
    }
}

/// The store's own stream reads a file 8 KB at a time, each on another thread's turn.
fn body(found: GetResult) -> Body {
    match found.payload {
        GetResultPayload::File(file, _) => {
            Body::from_stream(stream::try_unfold((file, found.range), |(file, range)| async {
                let read = task::spawn_blocking(|| read_chunk(file, range)).await;
                read.unwrap_or_else(|_| Err(io::Error::other("the reading thread fell")))
            }))
        }
        GetResultPayload::Stream(stream) => Body::from_stream(stream),
    }
}

type Rest = (File, Range<u64>);

/// The next bytes of `range`, and what is left of it.
fn read_chunk(mut file: File, mut range: Range<u64>) -> io::Result<Option<(Bytes, Rest)>> {
    let length = CHUNK.min(range.end - range.start);
    if length == 0 {
        return Ok(None);
    }
    file.seek(SeekFrom::Start(range.start))?;
    let mut chunk = Vec::with_capacity(usize::try_from(length).map_err(io::Error::other)?);
    let read = (&file).take(length).read_to_end(&mut chunk)?;
    if read == 0 {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    range.start += u64::try_from(read).map_err(io::Error::other)?;
    Ok(Some((Bytes::from(chunk), (file, range))))
}
