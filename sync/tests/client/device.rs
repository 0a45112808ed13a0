//! A tablet whose keys lie in a device: enrolled, spoken with by mutual TLS, renewed; and with the device gone.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

use chrono::TimeDelta;
use chrono::Utc;
use kakari_generator::device::PlayedDevice;
use kakari_record::audit::TabletKey;
use kakari_store::AuditSigner;
use kakari_sync::client::{Client, Origin, Problem, StateDir, Step, enrol};
use kakari_sync::enrol::OfflineEnrolment;

use crate::region::Region;
use crate::tablet::{HOME, LONG, SHORT, Setting, append_audit, sync};

/// The state folder of a tablet with this device.
fn state_with(setting: &Setting, device: &PlayedDevice) -> StateDir {
    setting.state().with_devices(Some(Arc::new(device.clone())))
}

async fn enrolled(setting: &Setting, device: &PlayedDevice) -> Client {
    let state = state_with(setting, device);
    let identity = enrol::enrol(&state, &setting.invitation(), "0.1.0").await.unwrap();
    let store = enrol::make_store(&state, &identity, &setting.store_path(), &setting.key_path()).unwrap();
    Client::new(state, identity, store, "0.1.0").unwrap()
}

fn restarted(setting: &Setting, state: &StateDir, client: Client) -> Client {
    drop(client);
    let key = kakari_store::StoreKey::load(&setting.key_path()).unwrap();
    let store = kakari_store::Store::open_to_sync(&setting.store_path(), key).unwrap();
    Client::new(state.clone(), state.load_identity().unwrap().unwrap(), store, "0.1.0").unwrap()
}

#[tokio::test]
async fn an_enrolled_tablet_has_no_key_in_a_file_and_answers_the_server_with_the_one_in_its_device() {
    let (setting, device) = (Setting::of(Region::with_residents(2)).await, PlayedDevice::new());
    let mut tablet = enrolled(&setting, &device).await;
    let state = state_with(&setting, &device);
    for file in ["tls.key", "tablet.key"] {
        assert!(!state.path().join(file).exists(), "{file}");
    }
    for file in ["tls.tpm", "tablet.tpm"] {
        assert_eq!(fs::metadata(state.path().join(file)).unwrap().permissions().mode() & 0o777, 0o600, "{file}");
    }
    assert!(state.are_keys_in_device().unwrap());
    let public = state.tablet_public_key().unwrap().unwrap();
    assert!(matches!(public, TabletKey::P256(_)));
    assert_eq!(setting.kept.lock().unwrap().tablet_key, Some(public), "as the region was told");
    append_audit(tablet.store_mut(), 2);
    let asked = device.asked();
    let outcome = sync(&mut tablet).await;
    assert!(outcome.is_success() && outcome.up_to_date && outcome.receipted == 2, "{outcome:?}");
    assert!(device.asked() > asked, "the handshake was signed in the device");
    assert!(sync(&mut restarted(&setting, &state, tablet)).await.contact);
}

#[tokio::test]
async fn a_key_of_another_device_is_not_let_in_and_without_any_device_nothing_weaker_is_made() {
    let (setting, device) = (Setting::of(Region::with_residents(1)).await, PlayedDevice::new());
    let tablet = enrolled(&setting, &device).await;
    let state = state_with(&setting, &device);
    fs::copy(state.path().join("tablet.tpm"), state.path().join("tls.tpm")).unwrap();
    assert!(matches!(state.load_identity(), Err(Problem::Keys(_))), "the certificate is for another key");
    let bare = setting.state();
    assert!(matches!(bare.load_identity(), Err(Problem::Device(_))));
    assert!(matches!(bare.make_tablet_key(), Err(Problem::Device(_))));
    assert!(!state.path().join("tablet.key").exists() && !state.path().join("tls.key").exists());
    drop(tablet);
}

#[tokio::test]
async fn a_device_that_fails_during_a_sync_is_one_problem_with_a_next_step_and_the_next_round_works() {
    let (setting, device) = (Setting::of(Region::with_residents(2)).await, PlayedDevice::new());
    let mut tablet = enrolled(&setting, &device).await;
    let state = state_with(&setting, &device);
    let signer = AuditSigner::new(state.make_tablet_key().unwrap(), tablet.identity().feed());
    tablet.store_mut().sign_audit(signer);
    device.be_gone(true);
    let outcome = sync(&mut tablet).await;
    let [failure] = outcome.failures.as_slice() else { panic!("{outcome:?}") };
    assert!(failure.step == Step::Head && matches!(failure.problem, Problem::Device(_)), "{failure:?}");
    let words = outcome.words().unwrap();
    assert!(words.ja.contains("TPM") && words.ja.contains("再起動"), "{}", words.ja);
    assert!(words.en.contains("records stay readable") && words.en.contains("restart"), "{}", words.en);
    assert!(!outcome.contact && !outcome.up_to_date && outcome.put == 0);
    append_audit(tablet.store_mut(), 60);
    assert_eq!(tablet.store().receipt_state().unwrap().rows, 60, "every row, and no checkpoint");
    device.be_gone(false);
    let outcome = sync(&mut tablet).await;
    assert!(outcome.is_success() && outcome.up_to_date && outcome.receipted == 60, "{outcome:?}");
}

#[tokio::test]
async fn an_enrolment_without_its_device_makes_nothing_and_goes_on_when_it_is_back() {
    let (setting, device) = (Setting::of(Region::with_residents(1)).await, PlayedDevice::new());
    device.be_gone(true);
    let state = state_with(&setting, &device);
    let refused = enrol::enrol(&state, &setting.invitation(), "0.1.0").await;
    assert!(matches!(refused, Err(enrol::EnrolError::Problem(Problem::Device(_)))), "{refused:?}");
    assert_eq!(fs::read_dir(state.path()).unwrap().count(), 0, "above all no key in a file");
    device.be_gone(false);
    assert!(sync(&mut enrolled(&setting, &device).await).await.up_to_date);
}

#[tokio::test]
async fn a_tablet_from_a_bundle_makes_its_keys_in_the_device_and_is_certified_for_them_at_the_first_contact() {
    let (setting, device) = (Setting::of(Region::with_residents(3)).await, PlayedDevice::new());
    let stick = setting.dir.path().join("stick");
    fs::create_dir(&stick).unwrap();
    let now = Utc::now();
    let keys = setting.code.derive_keys();
    let offline = OfflineEnrolment::make(&setting.enrolment.lock().unwrap(), &keys, now + TimeDelta::hours(1));
    fs::write(stick.join(OfflineEnrolment::FILE), offline.encode()).unwrap();
    let state = state_with(&setting, &device);
    let identity = enrol::enrol_from_bundle(&state, &stick, &setting.code, now).unwrap();
    assert!(identity.certificate.is_none() && state.are_keys_in_device().unwrap());
    let public = state.tablet_public_key().unwrap();
    let store = enrol::make_store(&state, &identity, &setting.store_path(), &setting.key_path()).unwrap();
    let mut tablet = Client::new(state.clone(), identity, store, "0.1.0").unwrap();
    let outcome = sync(&mut tablet).await;
    assert!(outcome.contact && outcome.up_to_date, "{outcome:?}");
    assert_eq!(setting.kept.lock().unwrap().tablet_key, public);
    assert!(!state.path().join("tls.key").exists());
}

#[tokio::test]
async fn a_certificate_is_renewed_for_the_same_key_also_after_a_renewal_that_was_cut() {
    let (setting, device) = (Setting::of(Region::with_residents(1)).await, PlayedDevice::new());
    setting.kept.lock().unwrap().days_left = SHORT;
    let tablet = enrolled(&setting, &device).await;
    let state = state_with(&setting, &device);
    let key = fs::read(state.path().join("tls.tpm")).unwrap();
    // As a renewal leaves it that was cut at its very end, or before its answer came.
    fs::write(state.path().join("renew.csr"), b"an old request").unwrap();
    let old_end = tablet.identity().certificate.as_ref().unwrap().not_after;
    setting.kept.lock().unwrap().days_left = LONG;
    let mut tablet = tablet.with_clock(move || old_end - TimeDelta::days(30));
    let outcome = tablet.round(&Origin::Network, HOME, &mut |_| ()).await;
    assert!(!outcome.failures.iter().any(|failure| failure.step == Step::Renewal), "{outcome:?}");
    assert!(tablet.identity().certificate.as_ref().unwrap().not_after > old_end);
    assert_eq!(fs::read(state.path().join("tls.tpm")).unwrap(), key);
    for file in ["tls.key", "tls.key.new", "renew.csr"] {
        assert!(!state.path().join(file).exists(), "{file}");
    }
    assert!(sync(&mut restarted(&setting, &state, tablet).with_clock(Utc::now)).await.contact);
}

#[tokio::test]
async fn a_tablet_with_keys_in_files_stays_on_them_when_a_device_comes() {
    let (setting, device) = (Setting::of(Region::with_residents(1)).await, PlayedDevice::new());
    let tablet = setting.enrol().await;
    let state = state_with(&setting, &device);
    let public = state.tablet_public_key().unwrap().unwrap();
    assert!(matches!(public, TabletKey::Ed25519(_)) && !state.are_keys_in_device().unwrap());
    assert!(sync(&mut restarted(&setting, &state, tablet)).await.up_to_date);
    assert_eq!(state.make_tablet_key().unwrap().public_key(), public);
    assert!(!state.path().join("tablet.tpm").exists() && !state.path().join("tls.tpm").exists());
}
