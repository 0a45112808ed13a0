//! `kakari-region init`.

use std::fs::OpenOptions;
use std::io::Write;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::{Answer, OfficeArgs, Reply, read, text};
use crate::config::RegionConfig;
use crate::db;
use crate::founding::{self, FoundingError, NewRegion};
use crate::keys::{NewCardAuthority, ServerKey, read_point};

const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "::1"];
const LOCAL: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const ANY: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

/// What a region is made of.
#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// The region's name, as tablets show it.
    #[arg(long)]
    name: String,
    /// The public key or certificate of the authority that signs the region's cards, in PEM or DER.
    #[arg(long, value_name = "FILE", required_unless_present = "make_card_authority")]
    card_authority: Option<PathBuf>,
    /// Makes that authority, and keeps its key in the database under the server key: cards are issued at this program's desk
    /// (card issue, staff issue).
    #[arg(long, conflicts_with = "card_authority")]
    make_card_authority: bool,
    /// For invented residents only; tablets say 訓練 on every screen.
    #[arg(long)]
    training: bool,
    /// An empty PostgreSQL database.
    #[arg(long, value_name = "URL", default_value = "postgres:///kakari")]
    database: String,
    /// The name or address under which tablets reach the server; may be given several times, the first one leads. Without
    /// it the server answers this machine alone.
    #[arg(long = "host", value_name = "NAME", default_value = "localhost")]
    hosts: Vec<String>,
    /// Where the feed's files go: a folder, or s3://bucket/prefix.
    #[arg(long, default_value = "feed")]
    feed: String,
}

/// Makes the configuration, the server key and the region. What an interrupted one left is used.
pub(crate) async fn run(office: &OfficeArgs, args: &InitArgs) -> Answer {
    let (card_authority, kept) = card_authority(args)?;
    let written = write_config(&office.config, args)?;
    let config = RegionConfig::load(&office.config).map_err(text)?;
    let made = make(office, args, &config, card_authority, kept.as_ref()).await;
    if made.is_err() && written {
        // Without a region the file would only be in the way of the next try.
        let _ = std::fs::remove_file(&office.config);
    }
    made?;
    let (path, key) = (office.config.display(), config.server_key.display());
    let text = format!(
        "The region '{}' is made.\n  {path}: where everything is; read it through before tablets enrol\n  \
         {key}: opens every key in the database; keep a copy apart from the database's\nNext: kakari-region resident \
         import, ingest, card register, staff add, officer add; then serve --publish, and tablet invite",
        args.name
    );
    Ok(Reply::new(text, json!({ "region": args.name, "config": path.to_string(), "server_key": key.to_string() })))
}

/// The authority's public key, and the whole authority when it is made here.
fn card_authority(args: &InitArgs) -> Answer<([u8; 65], Option<NewCardAuthority>)> {
    let Some(path) = &args.card_authority else {
        let authority = NewCardAuthority::make().map_err(text)?;
        return Ok((authority.point, Some(authority)));
    };
    let point = read_point(&read(path)?).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok((point, None))
}

async fn make(
    office: &OfficeArgs,
    args: &InitArgs,
    config: &RegionConfig,
    card_authority: [u8; 65],
    kept: Option<&NewCardAuthority>,
) -> Answer<()> {
    let pool = db::connect(config).await.map_err(text)?;
    if let Some(name) = founding::region_name(&pool).await.map_err(text)? {
        return Err(FoundingError::Twice(name).to_string());
    }
    let key = &config.server_key;
    let server = if key.exists() { ServerKey::load(key) } else { ServerKey::make_at(key) }.map_err(text)?;
    let region = NewRegion { name: args.name.clone(), card_authority, training: args.training };
    founding::found_with(&pool, &server, &office.who(), &region, kept).await.map_err(text)
}

/// False when there was one: it is used as it stands.
fn write_config(path: &Path, args: &InitArgs) -> Answer<bool> {
    if path.exists() {
        return Ok(false);
    }
    let host = args.hosts.first().map(String::as_str).unwrap_or_default();
    // Nothing beyond this machine is answered unless tablets are told another name for it.
    let listen = if args.hosts.iter().all(|host| LOOPBACK.contains(&host.as_str())) { LOCAL } else { ANY };
    let config = RegionConfig {
        database_url: args.database.clone(),
        server_key: "server.key".into(),
        feed: args.feed.clone(),
        listen: (listen, 8443).into(),
        enrol_listen: (listen, 8444).into(),
        feed_url: format!("https://{host}:8443/feed"),
        api_url: format!("https://{host}:8443"),
        enrol_url: format!("https://{host}:8444"),
        tls_names: args.hosts.clone(),
        release_keys: None,
    };
    let written = OpenOptions::new().write(true).create_new(true).open(path).and_then(|mut file| {
        file.write_all(config.with_comments().as_bytes())?;
        file.sync_all()
    });
    written.map(|()| true).map_err(|error| format!("{}: {error}", path.display()))
}
