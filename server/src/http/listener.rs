//! One listener: takes connections, shakes hands beside the others, serves them until it is told to stop.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use futures_util::FutureExt;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use rustls::ServerConfig;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::http::identity::{Peer, Shown};
use crate::http::shaking::{Shake, Shaking};

/// How much one listener bears.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Connections at a time. One more is closed at once.
    pub(crate) connections: usize,
    /// Handshakes at a time. One more waits; beyond a quarter of them from one caller it is closed at once.
    pub(crate) handshakes: usize,
    /// How long a handshake may take.
    pub(crate) handshake: Duration,
    /// How long a request's header may take, and a kept-alive connection may rest before it.
    pub(crate) header: Duration,
}

impl Limits {
    /// The main listener's: a tablet that asks every minute finds its connection still open.
    pub(crate) const MAIN: Self = Self {
        connections: 8_192,
        handshakes: 512,
        handshake: Duration::from_secs(10),
        header: Duration::from_secs(75),
    };
    /// The enrolment listener's, which takes strangers.
    pub(crate) const ENROLMENT: Self =
        Self { connections: 256, handshakes: 64, handshake: Duration::from_secs(10), header: Duration::from_secs(10) };
    /// How long requests under way may take once the server is to stop.
    const LAST_REQUESTS: Duration = Duration::from_secs(10);
    /// Most bytes of a request's header, and of the whole of HTTP/2's.
    const HEADER_BYTES: u32 = 16 * 1024;
}

/// Serves `router` on `listener` until `stop` is done; then no connection is taken any more, and those that are open
/// end with the request they are at, in ten seconds at most.
pub(crate) async fn serve(
    listener: TcpListener,
    tls: Arc<ServerConfig>,
    router: Router,
    limits: Limits,
    stop: impl Future<Output = ()>,
) {
    let open = Arc::new(Semaphore::new(limits.connections));
    let shaking = Shaking::at_most(limits.handshakes);
    let graceful = GracefulShutdown::new();
    let door = Door { tls: TlsAcceptor::from(tls), builder: builder(limits), router, limits };
    let mut stop = std::pin::pin!(stop.fuse());
    loop {
        let (shake, tcp, address) = tokio::select! {
            () = &mut stop => break,
            taken = take(&listener, &shaking) => taken,
        };
        let Ok(place) = Arc::clone(&open).try_acquire_owned() else {
            tracing::warn!(%address, "connection refused: as many as may be are open");
            continue;
        };
        let (door, watcher) = (door.clone(), graceful.watcher());
        tokio::spawn(async move {
            door.receive(tcp, address, shake, watcher).await;
            drop(place);
        });
    }
    drop(listener);
    if time::timeout(Limits::LAST_REQUESTS, graceful.shutdown()).await.is_err() {
        tracing::warn!("requests that did not end in time were cut off");
    }
}

/// The next connection, as soon as one more handshake may begin.
async fn take(listener: &TcpListener, shaking: &Shaking) -> (Shake, TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok((tcp, address)) => match shaking.begin(address).await {
                Some(shake) => return (shake, tcp, address),
                None => tracing::debug!(%address, "connection refused: too many of its handshakes are under way"),
            },
            Err(error) => {
                // Out of file descriptors, say: others will be closed.
                tracing::warn!(%error, "no connection could be taken");
                time::sleep(Duration::from_millis(200)).await;
            }
        }
    }
}

#[derive(Clone)]
struct Door {
    tls: TlsAcceptor,
    builder: Builder<TokioExecutor>,
    router: Router,
    limits: Limits,
}

impl Door {
    async fn receive(self, tcp: TcpStream, address: SocketAddr, shake: Shake, watcher: Watcher) {
        let _ = tcp.set_nodelay(true);
        let stream = match time::timeout(self.limits.handshake, self.tls.accept(tcp)).await {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) => return tracing::info!(%address, %error, "handshake refused"),
            Err(_) => return tracing::info!(%address, "handshake took too long"),
        };
        drop(shake);
        let peer = Peer { address, shown: shown(&stream).map(Arc::new) };
        let router = self.router.layer(axum::Extension(peer));
        let service = TowerToHyperService::new(router);
        let connection = self.builder.serve_connection(TokioIo::new(stream), service).into_owned();
        if let Err(error) = watcher.watch(connection).await {
            tracing::debug!(%address, %error, "connection ended");
        }
    }
}

/// The client certificate that was shown in the handshake.
fn shown(stream: &TlsStream<TcpStream>) -> Option<Shown> {
    Shown::read(stream.get_ref().1.peer_certificates()?.first()?)
}

fn builder(limits: Limits) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(limits.header).max_buf_size(64 * 1024);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(limits.header)
        .keep_alive_timeout(limits.handshake)
        .max_concurrent_streams(16)
        .max_header_list_size(Limits::HEADER_BYTES);
    builder
}
