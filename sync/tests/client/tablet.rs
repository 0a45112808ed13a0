//! A region's server that means well, and a tablet that was enrolled with it over the network.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use kakari_record::audit::{AuditEvent, AuditKind, TabletKey, TimeQuality};
use kakari_store::{Store, StoreKey};
use kakari_sync::client::{Client, Conditions, Identity, Link, Origin, Outcome, StateDir, enrol, tls};
use kakari_sync::enrol::{EnrolAnswer, EnrolRequest, Enrolment, Invitation, InvitationCode};
use kakari_sync::{AuditBatch, Receipt, Signed};
use ring::signature::Ed25519KeyPair;
use serde_bytes::ByteBuf;
use tempfile::TempDir;

use crate::region::{Files, Region, public};
use crate::server::{Reply, Request, World, listen, mutual, unasking};

/// Changes a receipt.
pub(crate) type Lie = fn(&mut Receipt);

/// What the server keeps.
#[derive(Default)]
pub(crate) struct Kept {
    /// Audit events by sequence.
    pub(crate) rows: BTreeMap<u64, Vec<u8>>,
    pub(crate) reports: Vec<kakari_sync::TabletReport>,
    pub(crate) wiped: Vec<String>,
    /// The first enrolment's certificate request: only the same one again is answered.
    pub(crate) csr: Option<Vec<u8>>,
    /// The key of the tablet's checkpoints that came with it.
    pub(crate) tablet_key: Option<TabletKey>,
    /// Certificates are valid for so many days from now.
    pub(crate) days_left: i64,
    /// What is changed in each receipt before it is signed.
    pub(crate) lie: Option<Lie>,
    /// Signs receipts instead of the region.
    pub(crate) forger: Option<Ed25519KeyPair>,
    /// The audit is answered with this status instead.
    pub(crate) audit_status: Option<u16>,
    /// The server's clock is this much ahead.
    pub(crate) ahead_seconds: i64,
}

pub(crate) struct Setting {
    pub(crate) region: Region,
    pub(crate) world: Arc<World>,
    pub(crate) enrolling: Arc<World>,
    pub(crate) kept: Arc<Mutex<Kept>>,
    pub(crate) enrolment: Arc<Mutex<Enrolment>>,
    pub(crate) code: InvitationCode,
    pub(crate) dir: TempDir,
}

/// Days left of a certificate that nobody renews: much more than a third of its life.
pub(crate) const LONG: i64 = 1_500;
/// And of one that is to be renewed: of two years, less than a third.
pub(crate) const SHORT: i64 = 120;
pub(crate) const HOME: Conditions = Conditions { metered: false, bulk_allowed: false };
pub(crate) const METERED: Conditions = Conditions { metered: true, bulk_allowed: false };

impl Setting {
    pub(crate) async fn of(mut region: Region) -> Self {
        let kept = Arc::new(Mutex::new(Kept { days_left: LONG, ..Kept::default() }));
        let world = World::new(region.published(), api(kept.clone(), &region));
        let address = listen(world.clone(), mutual(&region.authority)).await;
        let server = region.authority.server();
        let code = InvitationCode::make().unwrap();
        let enrolment = Arc::new(Mutex::new(enrolment(&region, &format!("https://{address}"))));
        let answer = enrol_api(&code, server.chain[0].to_vec(), enrolment.clone(), kept.clone(), &region);
        let enrolling = World::new(Files::new(), answer);
        let address = listen(enrolling.clone(), unasking(server)).await;
        enrolment.lock().unwrap().enrol_url = format!("https://{address}");
        Self { region, world, enrolling, kept, enrolment, code, dir: TempDir::new().unwrap() }
    }

    pub(crate) fn invitation(&self) -> Invitation {
        Invitation { url: self.enrolment.lock().unwrap().enrol_url.clone(), code: self.code.clone(), pins: None }
    }

    pub(crate) fn state(&self) -> StateDir {
        StateDir::make(&self.dir.path().join("state")).unwrap()
    }

    pub(crate) fn store_path(&self) -> PathBuf {
        self.dir.path().join("kakari.db")
    }

    pub(crate) fn key_path(&self) -> PathBuf {
        self.dir.path().join("store.key")
    }

    /// The tablet, enrolled, with an empty store.
    pub(crate) async fn enrol(&self) -> Client {
        let identity = enrol::enrol(&self.state(), &self.invitation(), "0.1.0").await.unwrap();
        let store = enrol::make_store(&self.state(), &identity, &self.store_path(), &self.key_path()).unwrap();
        self.client(identity, store)
    }

    pub(crate) fn client(&self, identity: Identity, store: Store) -> Client {
        Client::new(self.state(), identity, store, "0.1.0").unwrap()
    }

    /// The tablet after the program was started again.
    pub(crate) fn restart(&self, client: Client) -> Client {
        drop(client);
        let identity = self.state().load_identity().unwrap().unwrap();
        let store = Store::open_to_sync(&self.store_path(), StoreKey::load(&self.key_path()).unwrap()).unwrap();
        self.client(identity, store)
    }

    /// The server serves what the region has now.
    pub(crate) fn publish(&mut self) {
        let files = self.region.published();
        *self.world.files.lock().unwrap() = files;
    }
}

pub(crate) async fn sync(client: &mut Client) -> Outcome {
    client.round(&Origin::Network, HOME, &mut |_| ()).await
}

/// A link as the tablet's own, that is not patient.
pub(crate) fn quick_link(identity: &Identity) -> Link {
    let certificate = identity.certificate.as_ref().unwrap();
    let config = tls::mutual(&identity.enrolment.tls_authority, certificate).unwrap();
    Link::with_timeouts(config, Duration::from_secs(2), Duration::from_secs(2)).unwrap()
}

pub(crate) fn append_audit(store: &mut Store, rows: u64) {
    for row in 0..rows {
        let event = AuditEvent {
            kind: AuditKind::Started,
            at: DateTime::from_timestamp(1_790_000_000, 0).unwrap() + TimeDelta::seconds(i64::try_from(row).unwrap()),
            monotonic_ms: row,
            boot: [7; 16],
            time_quality: TimeQuality::OwnClock,
            tablet: "t-1".to_owned(),
            vehicle: "北町救急1".to_owned(),
            crew: Vec::new(),
            app: "0.1.0".to_owned(),
        };
        store.append_audit(&event).unwrap();
    }
}

fn enrolment(region: &Region, url: &str) -> Enrolment {
    Enrolment {
        tablet: "t-1".to_owned(),
        vehicle: "北町救急1".to_owned(),
        region: "北町".to_owned(),
        feed: *region.feed.as_bytes(),
        region_key: public(&region.signing),
        card_authority: ByteBuf::from(rcgen::KeyPair::generate().unwrap().public_key_raw().to_vec()),
        officers: Vec::new(),
        tls_authority: ByteBuf::from(region.authority.der()),
        feed_url: format!("{url}/feed"),
        api_url: url.to_owned(),
        enrol_url: String::new(),
        training: true,
        certificates: Vec::new(),
    }
}

fn api(kept: Arc<Mutex<Kept>>, region: &Region) -> impl Fn(&Request) -> Reply + Send + Sync + 'static {
    let (authority, signing, feed) = (region.authority.clone(), region.signing.clone(), *region.feed.as_bytes());
    move |request| {
        let mut kept = kept.lock().unwrap();
        match request.path.as_str() {
            "/v1/audit" => receive(&mut kept, feed, &signing, &request.body),
            "/v1/report" => {
                kept.reports.push(serde_json::from_slice(&request.body).unwrap());
                let now = Utc::now() + TimeDelta::seconds(kept.ahead_seconds);
                Reply::ok(serde_json::json!({ "server_time": now }).to_string())
            }
            "/v1/renew" => {
                let chain = vec![ByteBuf::from(authority.sign(&request.body, kept.days_left))];
                let mut body = Vec::new();
                ciborium::into_writer(&chain, &mut body).unwrap();
                Reply::ok(body)
            }
            "/v1/wiped" => {
                kept.wiped.push(String::from_utf8(request.body.clone()).unwrap());
                Reply::ok("{}")
            }
            _ => Reply::status(404),
        }
    }
}

/// Stores a batch once and answers a receipt; 409 for other rows at the same places.
fn receive(kept: &mut Kept, feed: [u8; 16], signing: &Ed25519KeyPair, body: &[u8]) -> Reply {
    if let Some(status) = kept.audit_status {
        return Reply::status(status);
    }
    let batch = AuditBatch::decode(body).unwrap();
    batch.hashes().unwrap();
    let expected = kept.rows.keys().max().map_or(1, |last| last + 1);
    if batch.first > expected {
        return Reply { status: 409, ..Reply::ok(format!("{{\"gap\":\"rows are missing\",\"expected\":{expected}}}")) };
    }
    for (sequence, event) in (batch.first..).zip(&batch.events) {
        if kept.rows.get(&sequence).is_some_and(|stored| stored != event.as_slice()) {
            return Reply { status: 409, ..Reply::ok("{\"conflict\":\"other rows\"}") };
        }
        kept.rows.insert(sequence, event.to_vec());
    }
    let last = batch.last();
    let mut receipt = Receipt { feed, tablet: batch.tablet, last, head: batch.head, received_at: Utc::now() };
    if let Some(lie) = kept.lie {
        lie(&mut receipt);
    }
    Reply::ok(Signed::make(&receipt, kept.forger.as_ref().unwrap_or(signing)).encode())
}

fn enrol_api(
    code: &InvitationCode,
    seen: Vec<u8>,
    enrolment: Arc<Mutex<Enrolment>>,
    kept: Arc<Mutex<Kept>>,
    region: &Region,
) -> impl Fn(&Request) -> Reply + Send + Sync + 'static {
    let (authority, keys) = (region.authority.clone(), code.derive_keys());
    move |request| {
        let refused = |why: &str| Reply { status: 409, ..Reply::ok(format!("{{\"refused\":\"{why}\"}}")) };
        let peeked = EnrolRequest::peek(&request.body).unwrap();
        if peeked.invitation != keys.id {
            return refused("unknown");
        }
        let Ok(opened) = EnrolRequest::open(&request.body, &keys, &seen) else { return refused("forged") };
        let mut kept = kept.lock().unwrap();
        if kept.csr.as_ref().is_some_and(|csr| csr != opened.csr.as_slice()) {
            return refused("used");
        }
        kept.csr = Some(opened.csr.to_vec());
        kept.tablet_key = Some(opened.tablet_key);
        let mut answer = enrolment.lock().unwrap().clone();
        answer.certificates = vec![ByteBuf::from(authority.sign(&opened.csr, kept.days_left))];
        Reply::ok(EnrolAnswer::make(&answer, &keys, &request.body, &seen).encode())
    }
}
