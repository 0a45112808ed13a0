//! A tablet with a device for its keys.

use std::path::PathBuf;
use std::sync::Arc;

use chrono::Utc;
use kakari_record::audit::{AuditEvent, AuditKind, TabletSigner, TimeQuality};
use kakari_record::device_key::DeviceKeys;
use kakari_store::{AuditHead, AuditSigner, ChainFault, Store, StoreKey};
use kakari_sync::client::{Client, Conditions, Origin, Outcome, StateDir, enrol};
use tempfile::TempDir;

use crate::region::Region;

/// The tablet, between two rounds.
pub(crate) struct Tablet {
    pub(crate) key: TabletSigner,
    state: StateDir,
    client: Option<Client>,
    dir: TempDir,
}

impl Tablet {
    /// By an invitation, over the network.
    pub(crate) async fn enrol(region: &Region, devices: Arc<dyn DeviceKeys>) -> Self {
        let dir = TempDir::new().unwrap();
        let state = StateDir::make(&dir.path().join("state")).unwrap().with_devices(Some(devices));
        let identity = enrol::enrol(&state, &region.invite().await, "0.1.0").await.unwrap();
        assert!(state.are_keys_in_device().unwrap());
        let (store, key) = (dir.path().join("kakari.db"), dir.path().join("store.key"));
        drop(enrol::make_store(&state, &identity, &store, &key).unwrap());
        let mut tablet = Self { key: state.make_tablet_key().unwrap(), state, client: None, dir };
        tablet.restart();
        tablet
    }

    /// The program ends and begins.
    pub(crate) fn restart(&mut self) {
        self.client = None;
        let identity = self.state.load_identity().unwrap().unwrap();
        let mut store = Store::open_to_sync(&self.path("kakari.db"), self.store_key()).unwrap();
        store.sign_audit(AuditSigner::new(self.key.clone(), identity.feed()));
        self.client = Some(Client::new(self.state.clone(), identity, store, "0.1.0").unwrap());
    }

    /// The same keys, reached another way.
    pub(crate) fn use_devices(&mut self, devices: Arc<dyn DeviceKeys>) {
        self.state = self.state.clone().with_devices(Some(devices));
        self.key = self.state.make_tablet_key().unwrap();
        self.restart();
    }

    pub(crate) async fn sync(&mut self) -> Outcome {
        let home = Conditions { metered: false, bulk_allowed: false };
        self.client.as_mut().unwrap().round(&Origin::Network, home, &mut |_| ()).await
    }

    pub(crate) fn append(&mut self, event: &AuditEvent) {
        self.client.as_mut().unwrap().store_mut().append_audit(event).unwrap();
    }

    /// So many rows.
    pub(crate) fn write(&mut self, rows: u64) {
        (0..rows).for_each(|_| self.append(&event(AuditKind::SignedIn)));
    }

    pub(crate) fn head(&self) -> AuditHead {
        self.store().audit_head().unwrap()
    }

    /// As `kakari audit verify` finds them.
    pub(crate) fn faults(&self) -> Vec<ChainFault> {
        self.check().faults
    }

    pub(crate) fn checkpoints(&self) -> u64 {
        self.check().checkpoints
    }

    fn check(&self) -> kakari_store::AuditCheck {
        let public = self.state.tablet_public_key().unwrap().unwrap();
        self.store().check_audit(Some(public.as_bytes()), None).unwrap()
    }

    fn store(&self) -> &Store {
        self.client.as_ref().unwrap().store()
    }

    fn store_key(&self) -> StoreKey {
        StoreKey::load(&self.path("store.key")).unwrap()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }
}

pub(crate) fn event(kind: AuditKind) -> AuditEvent {
    AuditEvent {
        kind,
        at: Utc::now(),
        monotonic_ms: 1,
        boot: [7; 16],
        time_quality: TimeQuality::OwnClock,
        tablet: "T-0001".to_owned(),
        vehicle: "北町救急1".to_owned(),
        crew: vec!["S0001".to_owned()],
        app: "0.1.0".to_owned(),
    }
}
