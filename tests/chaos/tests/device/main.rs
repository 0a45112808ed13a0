//! A tablet whose keys lie in a device, and the real region: enrolled, let in by mutual TLS, its audit received and its
//! checkpoints believed, and nobody else's. Once with a device that is played, once with an emulated TPM 2.0.

#![allow(clippy::unwrap_used)] // A test that cannot go on should panic.

mod region;
#[allow(dead_code)] // The TPM's own tests use the rest.
#[path = "../../../../app/tpm/tests/it/swtpm.rs"]
mod swtpm;
mod tablet;

use std::sync::Arc;

use kakari_generator::device::PlayedDevice;
use kakari_record::audit::{AuditKind, Checkpoint, TabletKey, TabletSigner};
use kakari_record::device_key::{DeviceKey, DeviceKeyError, DeviceKeys};
use kakari_tpm::{SigningKey, Tpm};

use region::Region;
use swtpm::Swtpm;
use tablet::{Tablet, event};

/// A TPM as the tablet's program uses it.
struct TpmKeys(Tpm);

impl DeviceKeys for TpmKeys {
    fn make(&self) -> Result<Vec<u8>, DeviceKeyError> {
        SigningKey::make(&self.0).map_err(|error| DeviceKeyError::Device(error.to_string()))
    }

    fn load(&self, blob: &[u8]) -> Result<Arc<dyn DeviceKey>, DeviceKeyError> {
        let key = SigningKey::load(&self.0, blob).map_err(|error| DeviceKeyError::Device(error.to_string()))?;
        Ok(Arc::new(key))
    }
}

/// From the invitation to an audit that both ends believe.
async fn journey(devices: Arc<dyn DeviceKeys>) -> (Region, Tablet) {
    let region = Region::open().await;
    let mut tablet = Tablet::enrol(&region, devices).await;
    let TabletKey::P256(point) = tablet.key.public_key() else { panic!("a key of a file") };
    assert_eq!(region.tablet_key().await, point, "as the office keeps it");
    tablet.write(51);
    tablet.append(&event(AuditKind::Locked { automatic: true }));
    let outcome = tablet.sync().await;
    assert!(outcome.is_success() && outcome.contact && outcome.up_to_date, "{outcome:?}");
    assert_eq!((outcome.receipted, region.wrong_checkpoints().await), (54, 0), "52 rows and two checkpoints");
    assert_eq!((tablet.checkpoints(), tablet.faults()), (2, vec![]));
    (region, tablet)
}

#[tokio::test]
async fn checkpoints_of_a_played_device_are_believed_and_one_by_another_key_is_found() {
    let device = PlayedDevice::new();
    let (region, mut tablet) = journey(Arc::new(device.clone())).await;
    let stranger = TabletSigner::Device(device.key().unwrap());
    let head = tablet.head();
    let forged = Checkpoint::sign(&stranger, region.feed(), "T-0001", head.sequence, head.hash).unwrap();
    tablet.append(&event(forged.kind()));
    assert!(tablet.sync().await.is_success(), "the rows are received all the same");
    assert_eq!(region.wrong_checkpoints().await, 1);
    assert_eq!(tablet.faults().len(), 1, "the tablet sees it as well");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tablet_with_a_tpm_is_enrolled_syncs_and_verifies_and_goes_on_after_the_tpm_was_away() {
    let mut emulator = Swtpm::new();
    let (region, mut tablet) = journey(Arc::new(TpmKeys(emulator.tpm()))).await;
    emulator.go_away();
    tablet.restart();
    let outcome = tablet.sync().await;
    assert_eq!(outcome.failures.len(), 1, "one clear problem: {outcome:?}");
    tablet.write(3);
    assert_eq!(tablet.faults(), vec![], "rows are written and the audit is verified without it");
    emulator.cut_power();
    tablet.use_devices(Arc::new(TpmKeys(emulator.tpm())));
    let outcome = tablet.sync().await;
    assert!(outcome.is_success() && outcome.receipted == 3, "{outcome:?}");
    assert_eq!(region.wrong_checkpoints().await, 0);
}
