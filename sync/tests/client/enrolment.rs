//! Becoming a region's tablet, over the network and from a bundle, and staying one.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use chrono::{TimeDelta, Utc};
use kakari_sync::Sha256;
use kakari_sync::client::{LinkError, Origin, Problem, TlsFault, enrol};
use kakari_sync::enrol::{EnrolRefusal, InvitationCode, OfflineEnrolment, Pins};

use crate::region::Region;
use crate::server::{Reply, World, listen, unasking};
use crate::tablet::{HOME, LONG, SHORT, Setting, append_audit, sync};

#[tokio::test]
async fn an_enrolled_tablet_keeps_its_secrets_to_itself() {
    let setting = Setting::of(Region::with_residents(2)).await;
    drop(setting.enrol().await);
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let state = setting.state();
    assert_eq!(mode(state.path()), 0o700);
    for file in ["tls.key", "tls.crt", "tablet.key", "enrolment.cbor"] {
        assert_eq!(mode(&state.path().join(file)), 0o600, "{file}");
    }
    let again = enrol::enrol(&state, &setting.invitation(), "0.1.0").await;
    assert!(matches!(again, Err(enrol::EnrolError::Already(tablet)) if tablet == "t-1"));
}

#[tokio::test]
async fn an_enrolment_whose_answer_was_lost_goes_on_with_the_same_request() {
    let setting = Setting::of(Region::with_residents(2)).await;
    drop(setting.enrol().await);
    let first = setting.kept.lock().unwrap().csr.clone().unwrap();
    let state = setting.state();
    // As after a crash before the answer was stored: keys and request are there, the enrolment is not.
    fs::remove_file(state.path().join("enrolment.cbor")).unwrap();
    fs::remove_file(state.path().join("tls.crt")).unwrap();
    fs::write(state.path().join("enrol.csr"), &first).unwrap();
    let identity = enrol::enrol(&state, &setting.invitation(), "0.1.0").await.unwrap();
    assert_eq!(setting.kept.lock().unwrap().csr, Some(first));
    let store = enrol::make_store(&state, &identity, &setting.store_path(), &setting.key_path()).unwrap();
    assert!(sync(&mut setting.client(identity, store)).await.up_to_date);
}

#[tokio::test]
async fn each_refusal_of_an_enrolment_says_which() {
    let setting = Setting::of(Region::with_residents(1)).await;
    let mut invitation = setting.invitation();
    invitation.code = InvitationCode::make().unwrap();
    let unknown = enrol::enrol(&setting.state(), &invitation, "0.1.0").await;
    assert!(matches!(unknown, Err(enrol::EnrolError::Refused(EnrolRefusal::Unknown))), "{unknown:?}");
    setting.kept.lock().unwrap().csr = Some(b"another tablet's".to_vec());
    let used = enrol::enrol(&setting.state(), &setting.invitation(), "0.1.0").await;
    assert!(matches!(&used, Err(enrol::EnrolError::Refused(EnrolRefusal::Used))), "{used:?}");
    let words = used.unwrap_err().words();
    assert!(words.en.contains("already by another tablet") && words.ja.contains("使用済み"));
    assert!(setting.state().load_identity().unwrap().is_none());
}

#[tokio::test]
async fn somebody_in_the_middle_without_the_code_is_found_out() {
    let setting = Setting::of(Region::with_residents(1)).await;
    let enrolling = setting.enrolling.clone();
    let middle = World::new(Default::default(), move |request| {
        // Passes the request on as it is and the answer back: its own certificate gives it away at either end.
        let Reply { status, body, .. } = (enrolling.api)(request);
        Reply { status, ..Reply::ok(body) }
    });
    let address = listen(middle, unasking(crate::authority::Authority::make("middle").server())).await;
    let mut invitation = setting.invitation();
    invitation.url = format!("https://{address}");
    let found = enrol::enrol(&setting.state(), &invitation, "0.1.0").await;
    assert!(matches!(found, Err(enrol::EnrolError::Refused(EnrolRefusal::Forged))), "{found:?}");
}

#[tokio::test]
async fn with_pins_nothing_is_said_to_another_authority_and_another_region_key_is_refused() {
    let setting = Setting::of(Region::with_residents(1)).await;
    let enrolment = setting.enrolment.lock().unwrap().clone();
    let right =
        Pins { tls_authority: Sha256::of(&enrolment.tls_authority), region_key: Sha256::of(&enrolment.region_key) };
    let mut invitation = setting.invitation();
    invitation.pins = Some(Pins { tls_authority: Sha256::of(b"another"), ..right });
    let refused = enrol::enrol(&setting.state(), &invitation, "0.1.0").await;
    let not_as_invited = LinkError::NotTheServer(TlsFault::NotAsInvited);
    assert!(
        matches!(&refused, Err(enrol::EnrolError::Problem(Problem::Link(fault))) if *fault == not_as_invited),
        "{refused:?}"
    );
    assert_eq!(setting.enrolling.received(), 0);
    invitation.pins = Some(Pins { region_key: Sha256::of(b"another"), ..right });
    let refused = enrol::enrol(&setting.state(), &invitation, "0.1.0").await;
    assert!(matches!(refused, Err(enrol::EnrolError::OtherKeys)), "{refused:?}");
    assert!(setting.state().load_identity().unwrap().is_none());
    invitation.pins = Some(right);
    assert!(enrol::enrol(&setting.state(), &invitation, "0.1.0").await.is_ok());
}

#[tokio::test]
async fn a_tablet_from_a_bundle_syncs_without_a_network_and_is_certified_at_the_first_contact() {
    let setting = Setting::of(Region::with_residents(5)).await;
    let stick = setting.dir.path().join("stick");
    fs::create_dir(&stick).unwrap();
    for (name, bytes) in setting.world.files.lock().unwrap().iter() {
        fs::write(stick.join(name), bytes).unwrap();
    }
    let now = Utc::now();
    let keys = setting.code.derive_keys();
    let offline = OfflineEnrolment::make(&setting.enrolment.lock().unwrap(), &keys, now + TimeDelta::hours(1));
    fs::write(stick.join(OfflineEnrolment::FILE), offline.encode()).unwrap();
    let state = setting.state();
    let other = InvitationCode::make().unwrap();
    let wrong = enrol::enrol_from_bundle(&state, &stick, &other, now);
    assert!(matches!(wrong, Err(enrol::EnrolError::Refused(EnrolRefusal::Unknown))), "{wrong:?}");
    let late = enrol::enrol_from_bundle(&state, &stick, &setting.code, now + TimeDelta::hours(1));
    assert!(matches!(late, Err(enrol::EnrolError::Refused(EnrolRefusal::Expired))), "{late:?}");
    let identity = enrol::enrol_from_bundle(&state, &stick, &setting.code, now).unwrap();
    assert!(identity.certificate.is_none() && enrol::awaits_certificate(&state).unwrap());
    let store = enrol::make_store(&state, &identity, &setting.store_path(), &setting.key_path()).unwrap();
    let mut tablet = setting.client(identity, store);
    append_audit(tablet.store_mut(), 2);
    let outcome = tablet.round(&Origin::Bundle(stick), HOME, &mut |_| ()).await;
    assert!(outcome.up_to_date && outcome.is_success(), "{outcome:?}");
    assert_eq!((tablet.store().facts().unwrap().records, outcome.receipted), (5, 0));
    assert!(tablet.status().unwrap().lease_days_left.unwrap() >= 29);
    let outcome = sync(&mut tablet).await;
    assert!(outcome.contact && outcome.receipted == 2, "{outcome:?}");
    assert!(!enrol::awaits_certificate(&state).unwrap(), "the code is forgotten");
    // As a power cut leaves it that comes after the certificate.
    fs::write(state.path().join("enrol.code"), [7; 48]).unwrap();
    assert!(sync(&mut tablet).await.is_success());
    assert!(!enrol::awaits_certificate(&state).unwrap(), "nobody asks for it again");
}

#[tokio::test]
async fn a_store_that_was_half_made_is_made_anew_and_a_whole_one_is_kept() {
    let setting = Setting::of(Region::with_residents(2)).await;
    let state = setting.state();
    let identity = enrol::enrol(&state, &setting.invitation(), "0.1.0").await.unwrap();
    fs::write(state.path().join("store.making"), []).unwrap();
    fs::write(setting.store_path(), b"half").unwrap();
    fs::write(setting.key_path(), b"ha").unwrap();
    fs::set_permissions(setting.key_path(), fs::Permissions::from_mode(0o600)).unwrap();
    let store = enrol::make_store(&state, &identity, &setting.store_path(), &setting.key_path()).unwrap();
    let mut tablet = setting.client(identity.clone(), store);
    assert!(sync(&mut tablet).await.up_to_date);
    drop(tablet);
    let make = || enrol::make_store(&state, &identity, &setting.store_path(), &setting.key_path()).unwrap();
    assert_eq!(make().facts().unwrap().records, 2);
    // The power went after the last of the store was written, or just before that.
    let marker = state.path().join("store.making");
    fs::write(&marker, []).unwrap();
    assert_eq!((make().facts().unwrap().records, marker.exists()), (2, false), "a whole store is not made anew");
    let aside = setting.key_path().with_extension("aside");
    fs::write(&marker, []).unwrap();
    fs::rename(setting.key_path(), &aside).unwrap();
    let refused = enrol::make_store(&state, &identity, &setting.store_path(), &setting.key_path());
    assert!(refused.is_err(), "its key may come back");
    fs::rename(&aside, setting.key_path()).unwrap();
    assert_eq!((make().facts().unwrap().records, marker.exists()), (2, false));
    let hex: String = fs::read(setting.key_path()).unwrap().iter().map(|byte| format!("{byte:02x}")).collect();
    let db = rusqlite::Connection::open(setting.store_path()).unwrap();
    db.pragma_update(None, "key", format!("x'{hex}'")).unwrap();
    db.execute("DELETE FROM facts", []).unwrap();
    drop(db);
    fs::write(&marker, []).unwrap();
    assert_eq!((make().facts().unwrap().records, marker.exists()), (0, false));
}

#[tokio::test]
async fn a_certificate_is_renewed_with_a_fresh_key_when_a_third_of_its_life_is_left() {
    let setting = Setting::of(Region::with_residents(1)).await;
    // Two years, of which most is over.
    setting.kept.lock().unwrap().days_left = SHORT;
    let mut tablet = setting.enrol().await;
    let key = || fs::read(setting.state().path().join("tls.key")).unwrap();
    let (old_key, old_end) = (key(), tablet.identity().certificate.as_ref().unwrap().not_after);
    let due = old_end - TimeDelta::days(30);
    setting.kept.lock().unwrap().days_left = LONG;
    let mut early = tablet.with_clock(move || old_end - TimeDelta::days(365));
    early.round(&Origin::Network, HOME, &mut |_| ()).await;
    assert_eq!(setting.world.asked_for("/v1/renew"), 0, "not before");
    tablet = early.with_clock(move || due);
    let outcome = tablet.round(&Origin::Network, HOME, &mut |_| ()).await;
    assert!(!outcome.failures.iter().any(|failure| failure.step == kakari_sync::client::Step::Renewal), "{outcome:?}");
    assert!(tablet.identity().certificate.as_ref().unwrap().not_after > old_end);
    assert_ne!(key(), old_key);
    assert!(
        sync(&mut setting.restart(tablet).with_clock(Utc::now)).await.contact,
        "the new pair works after a restart"
    );
}

#[tokio::test]
async fn a_request_that_a_cut_renewal_left_behind_does_not_spoil_the_next() {
    let setting = Setting::of(Region::with_residents(1)).await;
    setting.kept.lock().unwrap().days_left = SHORT;
    let tablet = setting.enrol().await;
    let request = setting.state().path().join("renew.csr");
    let own = rcgen::KeyPair::from_pem(&fs::read_to_string(setting.state().path().join("tls.key")).unwrap()).unwrap();
    let left = rcgen::CertificateParams::default().serialize_request(&own).unwrap();
    fs::write(&request, left.der()).unwrap();
    let old_end = tablet.identity().certificate.as_ref().unwrap().not_after;
    setting.kept.lock().unwrap().days_left = LONG;
    let mut tablet = tablet.with_clock(move || old_end - TimeDelta::days(30));
    let outcome = tablet.round(&Origin::Network, HOME, &mut |_| ()).await;
    assert!(!outcome.failures.iter().any(|failure| failure.step == kakari_sync::client::Step::Renewal), "{outcome:?}");
    assert!(tablet.identity().certificate.as_ref().unwrap().not_after > old_end);
    assert!(!request.exists());
}

#[tokio::test]
async fn a_renewal_that_was_cut_between_its_two_files_is_completed() {
    let setting = Setting::of(Region::with_residents(1)).await;
    drop(setting.enrol().await);
    let state = setting.state();
    let key = fs::read(state.path().join("tls.key")).unwrap();
    fs::write(state.path().join("tls.key.new"), &key).unwrap();
    let older = rcgen::KeyPair::generate().unwrap().serialize_pem();
    fs::write(state.path().join("tls.key"), older).unwrap();
    let identity = state.load_identity().unwrap().unwrap();
    assert!(identity.certificate.is_some());
    assert_eq!(fs::read(state.path().join("tls.key")).unwrap(), key);
    assert!(!state.path().join("tls.key.new").exists());
}
