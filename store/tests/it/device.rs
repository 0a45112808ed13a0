//! Checkpoints by a key in a device: slow, sometimes gone, and never in the way of a row.

use kakari_generator::device::PlayedDevice;
use kakari_record::audit::{AuditEvent, AuditKind, TabletSigner};
use kakari_store::{AuditSigner, ChainFault, Store};

use crate::audit::event;
use crate::region::Region;

struct Tablet {
    region: Region,
    device: PlayedDevice,
    public: Vec<u8>,
    store: Store,
}

impl Tablet {
    fn new() -> Self {
        let (region, device) = (Region::new(), PlayedDevice::new());
        let key = TabletSigner::Device(device.key().expect("made"));
        let public = key.public_key().as_bytes().to_vec();
        let mut store = region.create();
        store.sign_audit(AuditSigner::new(key, region.feed));
        Self { region, device, public, store }
    }

    fn write(&mut self, rows: u64) {
        for n in 1..=rows {
            self.store.append_audit(&event(n)).expect("appended");
        }
    }

    fn faults(&self) -> Vec<ChainFault> {
        self.store.check_audit(Some(&self.public), None).expect("reads").faults
    }

    fn checkpoints(&self) -> u64 {
        self.store.check_audit(Some(&self.public), None).expect("reads").checkpoints
    }
}

fn locked() -> AuditEvent {
    AuditEvent { kind: AuditKind::Locked { automatic: true }, ..event(1) }
}

#[test]
fn a_checkpoint_that_is_signed_while_nobody_waits_keeps_every_row_from_waiting_for_the_device() {
    let mut tablet = Tablet::new();
    for n in 1..=120 {
        let before = tablet.device.asked();
        tablet.store.append_audit(&event(n)).expect("appended");
        assert_eq!(tablet.device.asked(), before, "row {n} waited for the device");
        if let Some(due) = tablet.store.due_checkpoint().expect("reads") {
            let signed = std::thread::spawn(move || due.sign()).join().expect("signed").expect("signed");
            assert!(tablet.store.append_checkpoint(&signed).expect("written"));
        }
    }
    assert_eq!((tablet.faults(), tablet.checkpoints()), (vec![], 4));
}

#[test]
fn rows_that_came_while_the_device_signed_leave_the_checkpoint_due_and_the_chain_whole() {
    let mut tablet = Tablet::new();
    tablet.write(24);
    assert!(tablet.store.due_checkpoint().expect("reads").is_none(), "not yet");
    tablet.write(1);
    let due = tablet.store.due_checkpoint().expect("reads").expect("due");
    tablet.region.open().append_audit(&event(7)).expect("the other process writes");
    let late = due.sign().expect("signed");
    assert!(!tablet.store.append_checkpoint(&late).expect("asked"), "it signs a row that is not the last");
    let due = tablet.store.due_checkpoint().expect("reads").expect("still due");
    assert!(tablet.store.append_checkpoint(&due.sign().expect("signed")).expect("written"));
    assert!(tablet.store.due_checkpoint().expect("reads").is_none());
    assert_eq!((tablet.faults(), tablet.checkpoints()), (vec![], 1));
}

#[test]
fn who_never_has_a_quiet_moment_signs_with_the_fiftieth_row_and_when_the_tablet_is_locked() {
    let mut tablet = Tablet::new();
    tablet.write(50);
    assert_eq!(tablet.checkpoints(), 1);
    tablet.store.append_audit(&locked()).expect("appended");
    assert_eq!((tablet.faults(), tablet.checkpoints()), (vec![], 2));
}

#[test]
fn a_device_that_does_not_sign_stops_no_row_is_not_asked_again_at_once_and_its_tail_is_told() {
    let mut tablet = Tablet::new();
    tablet.write(50);
    tablet.device.be_gone(true);
    let before = tablet.device.asked();
    tablet.store.append_audit(&locked()).expect("appended");
    tablet.write(60);
    tablet.store.append_audit(&locked()).expect("appended");
    assert_eq!(tablet.device.asked(), before + 1, "asked once, and not for every row");
    assert_eq!(tablet.checkpoints(), 1);
    assert_eq!(tablet.faults(), vec![ChainFault::Unsigned { first: 52, last: 113 }]);
    tablet.device.be_gone(false);
    let key = tablet.device.key().expect("another");
    assert_ne!(key.public_point().as_slice(), tablet.public);
}

#[test]
fn a_checkpoint_that_was_missed_is_made_up_for_when_the_device_is_back() {
    let (region, device) = (Region::new(), PlayedDevice::new());
    let key = TabletSigner::Device(device.key().expect("made"));
    let mut store = region.create();
    store.sign_audit(AuditSigner::new(key.clone(), region.feed));
    device.be_gone(true);
    for n in 1..=60 {
        store.append_audit(&event(n)).expect("appended");
    }
    device.be_gone(false);
    // As after a new start, which knows nothing of what the device did before.
    store.sign_audit(AuditSigner::new(key.clone(), region.feed));
    let head = store.append_audit(&event(61)).expect("appended");
    let check = store.check_audit(Some(key.public_key().as_bytes()), None).expect("reads");
    assert_eq!((check.faults, check.newest_checkpoint), (vec![], Some(head.sequence + 1)));
}
