//! Starting and stopping.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use sqlx::PgPool;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::config::RegionConfig;
use crate::http::enrol::{Desk, Pace};
use crate::http::listener::{self, Limits};
use crate::http::tls::{self, TlsError};
use crate::http::{FeedFiles, routes};
use crate::keys::{KeyError, RegionKeys, ServerKey};

/// What every request works with.
pub struct Shared {
    /// The region's database.
    pub pool: PgPool,
    /// The region's keys.
    pub keys: RegionKeys,
    /// Opens invitations.
    pub server_key: ServerKey,
    /// Where things are.
    pub config: RegionConfig,
    /// The feed's objects.
    pub feed: Arc<FeedFiles>,
}

/// Why the server did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// An address cannot be listened on.
    #[error("cannot listen on {address}: {source}; change listen or enrol_listen in region.toml")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// TLS cannot be set up.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The server's certificate cannot be made.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
}

/// A server that runs. Dropped, it stops as [`Running::stop`] says, without waiting for it.
pub struct Running {
    main: SocketAddr,
    enrolment: SocketAddr,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

/// Listens on both addresses and serves. The server's own certificate is made anew with each start.
pub async fn start(shared: Shared) -> Result<Running, ServeError> {
    let (main, enrolment) = (bind(shared.config.listen).await?, bind(shared.config.enrol_listen).await?);
    let server = shared.keys.tls.server_certificate(&shared.config.tls_names)?;
    server.issued.record(&mut *shared.pool.acquire().await?).await?;
    let authority = CertificateDer::from(shared.keys.tls.certificate().to_vec());
    let (main_tls, enrolment_tls) = (tls::mutual(&server, &authority)?, tls::enrolment(&server)?);
    let shared = Arc::new(shared);
    let desk = Desk { shared: Arc::clone(&shared), certificate: server.issued.der.clone(), pace: Pace::default() };
    let (stop, stopped) = watch::channel(false);
    let (main_address, main) = main;
    let (enrolment_address, enrolment) = enrolment;
    let wait = |mut stopped: watch::Receiver<bool>| async move {
        let _ = stopped.wait_for(|stop| *stop).await;
    };
    let tasks = vec![
        tokio::spawn(listener::serve(main, main_tls, routes::main(&shared), Limits::MAIN, wait(stopped.clone()))),
        tokio::spawn(listener::serve(
            enrolment,
            enrolment_tls,
            routes::enrolment(Arc::new(desk)),
            Limits::ENROLMENT,
            wait(stopped.clone()),
        )),
        tokio::spawn(crate::watch::keep_up(shared.pool.clone(), wait(stopped))),
    ];
    Ok(Running { main: main_address, enrolment: enrolment_address, stop, tasks })
}

async fn bind(address: SocketAddr) -> Result<(SocketAddr, TcpListener), ServeError> {
    let failed = |source| ServeError::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    Ok((listener.local_addr().map_err(failed)?, listener))
}

impl Running {
    /// Where tablets, senders and the office are answered.
    pub const fn main_address(&self) -> SocketAddr {
        self.main
    }

    /// Where tablets enrol.
    pub const fn enrolment_address(&self) -> SocketAddr {
        self.enrolment
    }

    /// Takes no more connections and ends when the requests under way have ended, in ten seconds at most.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        for task in self.tasks {
            let _ = task.await;
        }
    }
}
