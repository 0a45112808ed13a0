//! Tablets: invited, revoked, wiped.

use std::collections::BTreeSet;

use chrono::{TimeDelta, Utc};
use kakari_region::office::{OfficeError, officer, tablet, wipe};
use kakari_sync::enrol::Invitation;
use kakari_sync::{Orders, Sha256};
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair};

use crate::region::Region;

const URL: &str = "https://localhost:8444";

async fn invite(region: &Region, id: Option<&str>) -> Result<tablet::Invited, OfficeError> {
    let keys = region.keys().await;
    let with = (&region.server, &keys, URL);
    tablet::invite(&mut *region.conn().await, "test", with, (id, "北町救急1"), TimeDelta::minutes(15)).await
}

async fn refusal<T>(answer: impl Future<Output = Result<T, OfficeError>>) -> String {
    answer.await.err().expect("was not refused").to_string()
}

async fn active_tablets(region: &Region, many: usize) {
    for n in 1..=many {
        let row = sqlx::query("INSERT INTO tablet (id, vehicle, state) VALUES ($1, 'v', 'active')");
        row.bind(format!("t-{n}")).execute(&region.pool).await.unwrap();
    }
}

#[tokio::test]
async fn an_invitation_holds_the_regions_pins_and_the_server_can_open_its_key() {
    let region = Region::make().await;
    let invited = invite(&region, None).await.unwrap();
    assert_eq!(invited.tablet, "tablet-001");
    let parsed = Invitation::parse(&invited.invitation.expose()).unwrap();
    let (keys, pins) = (region.keys().await, parsed.pins.unwrap());
    assert_eq!(pins.tls_authority, Sha256::of(keys.tls.certificate()));
    assert_eq!(pins.region_key, Sha256::of(&keys.region_key));
    let derived = parsed.code.derive_keys();
    let sealed: Vec<u8> = sqlx::query_scalar("SELECT sealed_key FROM invitation WHERE id = $1")
        .bind(derived.id.as_slice())
        .fetch_one(&region.pool)
        .await
        .unwrap();
    let opened = region.server.open(&format!("invitation {}", hex::encode(derived.id)), &sealed).unwrap();
    assert_eq!(opened.as_slice(), derived.expose().as_slice());
    assert!(!region.log().await.concat().contains(&parsed.code.expose()));
    assert_eq!(invite(&region, None).await.unwrap().tablet, "tablet-002");
}

#[tokio::test]
async fn a_second_invitation_ends_the_first_and_an_enrolled_tablet_is_not_invited_again() {
    let region = Region::make().await;
    invite(&region, Some("A-1")).await.unwrap();
    invite(&region, Some("A-1")).await.unwrap();
    let open: i64 = sqlx::query_scalar("SELECT count(*) FROM invitation WHERE expires_at > now()")
        .fetch_one(&region.pool)
        .await
        .unwrap();
    assert_eq!(open, 1);
    region.run("UPDATE tablet SET state = 'active'").await;
    assert!(refusal(invite(&region, Some("A-1"))).await.contains("has enrolled before"));
    assert!(refusal(invite(&region, Some("北町"))).await.contains("cannot be in a certificate"));
}

#[tokio::test]
async fn a_revoked_tablets_certificates_and_invitations_are_over() {
    let region = Region::make().await;
    active_tablets(&region, 1).await;
    region
        .run("INSERT INTO certificate (serial, role, subject, not_after) VALUES ('\\x01', 'tablet', 't-1', now()), ('\\x02', 'tablet', 't-2', now()), ('\\x03', 'sender', 't-1', now())")
        .await;
    let conn = &mut region.conn().await;
    assert!(tablet::revoke(conn, "test", "t-1").await.unwrap());
    assert!(!tablet::revoke(conn, "test", "t-1").await.unwrap());
    let revoked: Vec<Vec<u8>> = sqlx::query_scalar("SELECT serial FROM certificate WHERE revoked_at IS NOT NULL")
        .fetch_all(&region.pool)
        .await
        .unwrap();
    assert_eq!(revoked, [[1]]);
    assert!(refusal(wipe::order(conn, "test", "t-1", Utc::now())).await.contains("fetches no orders"));
    assert!(refusal(tablet::revoke(conn, "test", "t-9")).await.contains("no such tablet"));
}

#[tokio::test]
async fn the_fourth_wipe_within_an_hour_waits_for_a_second_officer() {
    let region = Region::make().await;
    active_tablets(&region, 4).await;
    let (conn, now) = (&mut region.conn().await, Utc::now());
    for n in 1..=3 {
        assert!(wipe::order(conn, "sato", &format!("t-{n}"), now).await.unwrap().unsigned.is_empty());
    }
    assert!(refusal(wipe::order(conn, "sato", "t-1", now)).await.contains("ordered to wipe already"));
    assert!(refusal(tablet::revoke(conn, "sato", "t-1")).await.contains("being wiped"));
    let fourth = wipe::order(conn, "sato", "t-4", now).await.unwrap();
    assert_eq!(fourth.unsigned.len(), 4, "tablets would refuse every one of them");
    let key = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
    let key = wipe::read_officer_key(key.as_ref()).unwrap();
    assert!(refusal(wipe::countersign(conn, &key, &[], now)).await.contains("no officer's"));
    let public: [u8; 32] = key.public_key().as_ref().try_into().unwrap();
    officer::add(conn, "test", "suzuki", &public).await.unwrap();
    assert_eq!(wipe::countersign(conn, &key, &[], now).await.unwrap().len(), 4);
    let orders = Orders {
        feed: *region.keys().await.feed.as_bytes(),
        version: 1,
        settings: tablet::settings(conn).await.unwrap(),
        orders: wipe::orders(conn, now).await.unwrap(),
    };
    for n in 1..=4 {
        assert!(orders.wipe_of(&format!("t-{n}"), now, &[public]).unwrap().is_some());
        assert!(orders.wipe_of(&format!("t-{n}"), now, &[]).is_err());
    }
    assert!(refusal(wipe::countersign(conn, &key, &[], now)).await.contains("no order waits"));
}

#[tokio::test]
async fn tablets_that_were_quick_to_obey_count_among_the_wipes_of_an_hour() {
    let region = Region::make().await;
    active_tablets(&region, 5).await;
    let (conn, now) = (&mut region.conn().await, Utc::now());
    for n in 1..=3 {
        wipe::order(conn, "sato", &format!("t-{n}"), now).await.unwrap();
    }
    region.run("UPDATE wipe_order SET done_at = now()").await;
    region.run("UPDATE tablet SET state = 'wiped' WHERE id IN ('t-1', 't-2', 't-3')").await;
    assert_eq!(wipe::order(conn, "sato", "t-4", now).await.unwrap().unsigned, ["t-4"]);
    let key = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
    let key = wipe::read_officer_key(key.as_ref()).unwrap();
    officer::add(conn, "test", "suzuki", &key.public_key().as_ref().try_into().unwrap()).await.unwrap();
    assert_eq!(wipe::countersign(conn, &key, &[], now).await.unwrap(), ["t-4"]);
    let later = now + TimeDelta::hours(2);
    assert!(wipe::order(conn, "sato", "t-5", later).await.unwrap().unsigned.is_empty(), "an hour is over");
}

#[tokio::test]
async fn orders_that_wait_are_not_let_through_by_the_hour_running_out_on_those_before() {
    let region = Region::make().await;
    active_tablets(&region, 6).await;
    let (conn, now) = (&mut region.conn().await, Utc::now());
    for n in 1..=3 {
        wipe::order(conn, "thief", &format!("t-{n}"), now).await.unwrap();
    }
    region.run("UPDATE wipe_order SET done_at = now()").await;
    region.run("UPDATE tablet SET state = 'wiped' WHERE id IN ('t-1', 't-2', 't-3')").await;
    let (within, after) = (now + TimeDelta::minutes(59), now + TimeDelta::minutes(61));
    for n in 4..=6 {
        wipe::order(conn, "thief", &format!("t-{n}"), within).await.unwrap();
    }
    let waiting: BTreeSet<_> = wipe::unsigned(conn, after).await.unwrap().into_iter().collect();
    assert_eq!(waiting, ["t-4", "t-5", "t-6"].map(str::to_owned).into());
}

#[tokio::test]
async fn a_forged_mass_wipe_is_taken_back_whole_and_its_tablets_stay_in_service() {
    let region = Region::make().await;
    active_tablets(&region, 5).await;
    let (conn, now) = (&mut region.conn().await, Utc::now());
    wipe::order(conn, "thief", "t-1", now).await.unwrap();
    assert!(refusal(wipe::withdraw_unsigned(conn, "sato", now)).await.contains("one that tablets follow stays"));
    region.run("UPDATE wipe_order SET done_at = now()").await;
    region.run("UPDATE tablet SET state = 'wiped' WHERE id = 't-1'").await;
    for n in 2..=5 {
        wipe::order(conn, "thief", &format!("t-{n}"), now).await.unwrap();
    }
    let back = wipe::withdraw_unsigned(conn, "sato", now).await.unwrap();
    assert_eq!(back.len(), 4);
    assert!(wipe::unsigned(conn, now).await.unwrap().is_empty());
    let told = wipe::orders(conn, now).await.unwrap().into_iter().map(|order| order.tablet);
    assert_eq!(told.collect::<Vec<_>>(), ["t-1"], "none of them is told any more");
    let states = tablet::list(conn, now).await.unwrap().into_iter().map(|line| line.state);
    assert_eq!(states.collect::<Vec<_>>(), ["wiped", "active", "active", "active", "active"]);
    let anew = wipe::order(conn, "sato", "t-2", now).await.unwrap();
    assert!(anew.unsigned.is_empty(), "one that is meant is ordered again");
}

#[tokio::test]
async fn a_tablet_that_let_its_order_run_out_is_ordered_anew() {
    let region = Region::make().await;
    active_tablets(&region, 1).await;
    let (conn, now) = (&mut region.conn().await, Utc::now());
    wipe::order(conn, "sato", "t-1", now).await.unwrap();
    let within = now + TimeDelta::days(89);
    assert!(refusal(wipe::order(conn, "sato", "t-1", within)).await.contains("ordered to wipe already"));
    let after = now + TimeDelta::days(91);
    let anew = wipe::order(conn, "sato", "t-1", after).await.unwrap();
    assert_eq!(wipe::orders(conn, after).await.unwrap(), [anew.order]);
}

#[tokio::test]
async fn whoever_ordered_a_wipe_cannot_countersign_it() {
    let region = Region::make().await;
    active_tablets(&region, 1).await;
    let (conn, now) = (&mut region.conn().await, Utc::now());
    let key = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
    let key = wipe::read_officer_key(key.as_ref()).unwrap();
    let public = key.public_key().as_ref().try_into().unwrap();
    officer::add(conn, "test", "sato", &public).await.unwrap();
    wipe::order(conn, "sato", "t-1", now).await.unwrap();
    let tablets = ["t-1".to_owned()];
    assert!(refusal(wipe::countersign(conn, &key, &tablets, now)).await.contains("another officer"));
}

#[tokio::test]
async fn settings_outside_what_tablets_take_are_refused() {
    let region = Region::make().await;
    let conn = &mut region.conn().await;
    let mut settings = tablet::settings(conn).await.unwrap();
    settings.lease_days = 14;
    tablet::set_settings(conn, "test", &settings).await.unwrap();
    assert_eq!(tablet::settings(conn).await.unwrap(), settings);
    settings.lease_days = 0;
    assert!(refusal(tablet::set_settings(conn, "test", &settings)).await.contains("3 to 365 days"));
}
