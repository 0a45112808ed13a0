//! `kakari-region publish`.

use std::io::IsTerminal;

use clap::Args;
use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};

use super::{Answer, Desk, Reply, text};
use crate::publish::{Objects, Pace, Publisher, serve};

/// How to publish.
#[derive(Debug, Args)]
pub(crate) struct PublishArgs {
    /// Publishes what waits, and ends. Otherwise goes on until it is ended.
    #[arg(long)]
    once: bool,
}

pub(crate) async fn run(desk: Desk, args: PublishArgs) -> Answer {
    // Where somebody reads them already, they go on reading there.
    let _ =
        tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal()).try_init();
    let objects = Objects::open(&desk.config.feed).map_err(text)?;
    let server = desk.server()?;
    if !args.once {
        let (mut ended, mut interrupted) =
            (signal(SignalKind::terminate()).map_err(text)?, signal(SignalKind::interrupt()).map_err(text)?);
        let stop = async {
            tokio::select! {
                _ = ended.recv() => {}
                _ = interrupted.recv() => {}
            }
        };
        serve(desk.pool, server, objects, Pace::default(), stop).await.map_err(text)?;
        return Ok(Reply::new("ended; everything that a head names is in the feed", json!({})));
    }
    let mut publisher = Publisher::open(desk.pool, server, objects, Pace::default()).await.map_err(text)?;
    let head = publisher.once().await.map_err(text)?;
    let told = format!(
        "published: generation {}, sequence {}, {} records, {} deltas, roster {}",
        head.generation,
        head.sequence,
        head.records,
        head.deltas.len(),
        head.roster.version
    );
    let json = json!({
        "generation": head.generation, "sequence": head.sequence, "records": head.records, "deltas": head.deltas.len(),
        "roster": head.roster.version, "issued_at": head.issued_at, "expires_at": head.expires_at,
    });
    Ok(Reply::new(told, json))
}
