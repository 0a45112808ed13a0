//! `kakari-region bundle`.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use clap::Args;
use kakari_sync::enrol::{CodeKeys, Enrolment, OfflineEnrolment};
use serde_json::json;
use zeroize::Zeroizing;

use super::{Answer, Desk, Reply, text};
use crate::keys::{RegionKeys, ServerKey};
use crate::output;
use crate::publish::{Objects, bundle};

/// What goes on the stick.
#[derive(Debug, Args)]
pub(crate) struct BundleArgs {
    /// A folder on the stick; an earlier bundle in it is brought up to date.
    folder: PathBuf,
    /// With the enrolment of this tablet, which was invited with `tablet invite --bundle-days`. The code goes another
    /// way than the stick.
    #[arg(long, value_name = "ID")]
    tablet: Option<String>,
}

pub(crate) async fn run(desk: Desk, args: BundleArgs) -> Answer {
    let (server, keys) = desk.keys().await?;
    let enrolment = match &args.tablet {
        Some(tablet) => Some(enrolment(&desk, &server, &keys, tablet).await?),
        None => None,
    };
    let feed = Objects::open(&desk.config.feed).map_err(text)?;
    let mut told = 0;
    let progress = |done: u64, all: u64| {
        let percent = done * 100 / all.max(1);
        if percent >= told + 10 {
            told = percent - percent % 10;
            output::say(&format!("{told} % of {} MB", all.div_ceil(1_000_000)));
        }
    };
    let done = bundle::write(&feed, &keys, &args.folder, enrolment.as_ref(), progress).await.map_err(text)?;
    let next = if enrolment.is_some() {
        "kakari enrol --code CODE --from FOLDER-ON-THE-STICK"
    } else {
        "kakari sync --once --from FOLDER-ON-THE-STICK"
    };
    let programs = match done.programs {
        0 => String::new(),
        bytes => format!(", {} MB of them the tablet's program", bytes.div_ceil(1_000_000)),
    };
    let told = format!(
        "{}: {} objects, {} MB{programs}, {} of them copied now; take the stick out the proper way\nNext, on the tablet: {next}",
        args.folder.display(),
        done.objects,
        done.bytes.div_ceil(1_000_000),
        done.copied
    );
    let json =
        json!({ "objects": done.objects, "bytes": done.bytes, "copied": done.copied, "programs": done.programs });
    Ok(Reply::new(told, json))
}

/// The enrolment under the tablet's open invitation.
async fn enrolment(desk: &Desk, server: &ServerKey, keys: &RegionKeys, tablet: &str) -> Answer<OfflineEnrolment> {
    let invitation: Option<(Vec<u8>, Vec<u8>, DateTime<Utc>)> = sqlx::query_as(
        "SELECT id, sealed_key, expires_at FROM invitation WHERE tablet = $1 AND used_at IS NULL AND expires_at > now()
         ORDER BY created_at DESC LIMIT 1",
    )
    .bind(tablet)
    .fetch_optional(&desk.pool)
    .await
    .map_err(text)?;
    let (id, sealed, expires_at) = invitation.ok_or_else(|| {
        format!("no invitation of {tablet} is open: kakari-region tablet invite --id {tablet} --bundle-days 7 ...")
    })?;
    let secret = server.open(&format!("invitation {}", hex::encode(&id)), &sealed).map_err(text)?;
    let damaged = |_| "the invitation in the database is damaged: invite again".to_owned();
    let id: [u8; 16] = id.try_into().map_err(|_| damaged(()))?;
    let secret: [u8; 32] = secret.as_slice().try_into().map_err(|_| damaged(()))?;
    let code = CodeKeys::new(id, Zeroizing::new(secret));
    Ok(OfflineEnrolment::make(&describe(desk, keys, tablet).await?, &code, expires_at))
}

/// What the tablet has to know of the region; its certificate it asks for once it has a network.
async fn describe(desk: &Desk, keys: &RegionKeys, tablet: &str) -> Answer<Enrolment> {
    let (region, training, vehicle): (String, bool, String) =
        sqlx::query_as("SELECT r.name, r.training, t.vehicle FROM region r, tablet t WHERE t.id = $1")
            .bind(tablet)
            .fetch_one(&desk.pool)
            .await
            .map_err(text)?;
    let officers: Vec<Vec<u8>> =
        sqlx::query_scalar("SELECT public_key FROM officer ORDER BY id").fetch_all(&desk.pool).await.map_err(text)?;
    Ok(Enrolment {
        tablet: tablet.to_owned(),
        vehicle,
        region,
        feed: *keys.feed.as_bytes(),
        region_key: keys.region_key,
        card_authority: keys.card_authority.to_vec().into(),
        officers: officers.into_iter().filter_map(|key| key.try_into().ok()).collect(),
        tls_authority: keys.tls.certificate().to_vec().into(),
        feed_url: desk.config.feed_url.clone(),
        api_url: desk.config.api_url.clone(),
        enrol_url: desk.config.enrol_url.clone(),
        training,
        certificates: Vec::new(),
    })
}
