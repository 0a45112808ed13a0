//! `kakari-region serve`: the two listeners, and the publisher beside them when asked.

use std::io::IsTerminal;
use std::net::SocketAddr;
use std::sync::Arc;

use clap::Args;
use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tracing_subscriber::EnvFilter;

use super::{Answer, Desk, Reply, text};
use crate::http::{self, FeedFiles, Shared};
use crate::output;
use crate::publish::{self, Objects, Pace};

/// How to serve.
#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// Publishes in the same process too. Of several publishers one works and the others wait.
    #[arg(long)]
    publish: bool,
    /// Listens here instead of where the configuration says.
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
    /// The same for enrolment.
    #[arg(long, value_name = "ADDRESS:PORT")]
    enrol_listen: Option<SocketAddr>,
}

/// Serves until SIGTERM or an interrupt; requests under way are finished.
pub(crate) async fn run(desk: Desk, args: ServeArgs) -> Answer {
    // A second one in this process, as in a test, is no error.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info")))
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .try_init();
    let (server_key, keys) = desk.keys().await?;
    let objects = Objects::open(&desk.config.feed).map_err(text)?;
    let mut config = desk.config.clone();
    config.listen = args.listen.unwrap_or(config.listen);
    config.enrol_listen = args.enrol_listen.unwrap_or(config.enrol_listen);
    let feed = Arc::new(FeedFiles::new(&objects));
    let shared = Shared { pool: desk.pool.clone(), keys, server_key: server_key.clone(), config, feed };
    let running = http::start(shared).await.map_err(text)?;
    output::say(&format!("serving on {}, enrolment on {}", running.main_address(), running.enrolment_address()));
    let (stop, stopped) = watch::channel(false);
    let publisher = args.publish.then(|| {
        let wait = wait(stopped);
        tokio::spawn(publish::serve(desk.pool.clone(), server_key, objects, Pace::default(), wait))
    });
    let ended = until_told(publisher, stop).await;
    running.stop().await;
    ended.map(|()| Reply::new("stopped", json!({ "stopped": true })))
}

type Publishing = tokio::task::JoinHandle<Result<(), publish::PublishError>>;

/// Until a signal comes, or the publisher meets what waiting cannot mend.
async fn until_told(publisher: Option<Publishing>, stop: watch::Sender<bool>) -> Answer<()> {
    let mut terminate = signal(SignalKind::terminate()).map_err(text)?;
    let told = async {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
    };
    let Some(mut publisher) = publisher else {
        told.await;
        return Ok(());
    };
    let ended = tokio::select! {
        () = told => {
            let _ = stop.send(true);
            (&mut publisher).await
        }
        ended = &mut publisher => ended,
    };
    ended.map_err(text)?.map_err(text)
}

async fn wait(mut stopped: watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stop| *stop).await;
}
