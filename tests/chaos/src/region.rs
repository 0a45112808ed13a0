//! The region's two processes, to be killed.

use std::future::pending;
use std::sync::Arc;

use kakari_region::db;
use kakari_region::http::{self, FeedFiles, Shared};
use kakari_region::keys::{RegionKeys, ServerKey};
use kakari_region::publish::{self, Objects};

use crate::Fault;
use crate::place::{Place, pace};
use crate::say;

/// The publisher, until it is killed.
pub(crate) async fn publisher(place: &Place, short: bool) -> Result<(), Fault> {
    let config = place.load()?;
    let pool = db::connect(&config).await?;
    let server = ServerKey::load(&config.server_key)?;
    let objects = Objects::open(&config.feed)?;
    say("ready");
    publish::serve(pool, server, objects, pace(short), pending()).await?;
    Ok(())
}

/// The server, until it is killed.
pub(crate) async fn server(place: &Place) -> Result<(), Fault> {
    let config = place.load()?;
    let pool = db::connect(&config).await?;
    let server_key = ServerKey::load(&config.server_key)?;
    let keys = RegionKeys::load(&pool, &server_key).await?;
    let feed = Arc::new(FeedFiles::new(&Objects::open(&config.feed)?));
    let running = http::start(Shared { pool, keys, server_key, config, feed }).await?;
    say("ready");
    pending::<()>().await;
    running.stop().await;
    Ok(())
}
