//! One-time codes: from the publisher to the roster, to the crew, and over.

use chrono::Utc;
use kakari_record::audit::AuditKind;
use kakari_record::seal::{FallbackCode, Roster, SignedRoster};
use kakari_region::office::{OfficeError, fallback, tablet};
use kakari_region::publish::generation;
use kakari_region::watch;
use kakari_sync::Head;
use std::time::Duration;

use super::office::Office;
use crate::chain::Tablet;
use crate::region::a_point;

const TWO: [&str; 2] = ["S0001", "S0002"];

async fn office() -> Office {
    let office = Office::make().await;
    for id in TWO {
        sqlx::query("INSERT INTO staff (id, name, state) VALUES ($1, $1, 'active')")
            .bind(id)
            .execute(&office.region.pool)
            .await
            .unwrap();
        sqlx::query("INSERT INTO staff_card (serial, staff, public_key, state) VALUES ($1, $2, $3, 'active')")
            .bind(id.as_bytes())
            .bind(id)
            .bind(a_point().as_slice())
            .execute(&office.region.pool)
            .await
            .unwrap();
    }
    office
        .region
        .run("INSERT INTO tablet (id, vehicle, state) VALUES ('t1', '1', 'active'), ('t2', '2', 'invited')")
        .await;
    office
}

async fn roster(office: &Office, head: &Head) -> Roster {
    let bytes = office.objects.get(head.roster.object.sha256).await.unwrap();
    let keys = office.region.keys().await;
    SignedRoster::decode(&bytes).unwrap().verify(&keys.region_key, keys.feed).unwrap()
}

async fn give(office: &Office, crew: &[&str]) -> Result<FallbackCode, OfficeError> {
    let crew: Vec<String> = crew.iter().map(|staff| (*staff).to_owned()).collect();
    let conn = &mut office.region.conn().await;
    Ok(fallback::give(conn, "suzuki", &office.region.server, "t1", &crew, Utc::now()).await?.code)
}

async fn refusal(office: &Office, crew: &[&str]) -> String {
    give(office, crew).await.expect_err("was not refused").to_string()
}

fn ids(roster: &Roster) -> Vec<[u8; 8]> {
    roster.fallback.iter().map(|wrap| wrap.id).collect()
}

#[tokio::test]
async fn a_tablet_in_service_has_three_codes_in_the_roster_and_the_one_that_is_given_opens_the_vault() {
    let office = office().await;
    assert!(refusal(&office, &TWO).await.contains("has not published any yet"));
    let head = office.publish().await;
    let first = roster(&office, &head).await;
    assert_eq!((first.fallback.len(), first.has_codes_for("t1"), first.has_codes_for("t2")), (3, true, false));
    let again = office.publish().await;
    assert_eq!(again.roster, head.roster, "nothing changed, nothing is signed anew");

    for (crew, told) in [
        (&["S0001"][..], "two of the crew"),
        (&["S0001", "S0001"], "two different"),
        (&["S0001", "S0009"], "S0009 is not on the roster"),
    ] {
        assert!(refusal(&office, crew).await.contains(told), "{told}");
    }
    let code = give(&office, &TWO).await.unwrap();
    let (id, keys) = first.unwrap_fallback("t1", &code).unwrap().expect("a code of t1");
    assert_eq!(keys.iter().map(|key| key.epoch()).collect::<Vec<_>>(), [1]);
    assert!(ids(&first).contains(&id));
    assert!(first.unwrap_fallback("t2", &code).unwrap().is_none());
    let log: Vec<(String, String)> = sqlx::query_as("SELECT what, subject FROM office_log WHERE who = 'suzuki'")
        .fetch_all(&office.region.pool)
        .await
        .unwrap();
    assert_eq!(log.len(), 1);
    let digits = String::from_utf8(code.expose().to_vec()).unwrap();
    assert!(!format!("{log:?}").replace(' ', "").contains(&digits) && log[0].1.contains("t1 for S0001,S0002"));
    assert_eq!(office.publish().await.roster, head.roster, "a code that is given stays in the roster");
}

#[tokio::test]
async fn a_code_that_nobody_used_for_a_day_and_one_that_was_used_leave_the_roster_and_others_take_their_places() {
    let office = office().await;
    let first = roster(&office, &office.publish().await).await;
    let (used, late) = (give(&office, &TWO).await.unwrap(), give(&office, &TWO).await.unwrap());
    let id = |code| first.unwrap_fallback("t1", code).unwrap().unwrap().0;
    let (used, late) = (id(&used), id(&late));
    sqlx::query("UPDATE fallback_code SET given_at = now() - interval '24 hours' WHERE id = $1")
        .bind(late.as_slice())
        .execute(&office.region.pool)
        .await
        .unwrap();
    let mut tablet = Tablet::new("t1", 60);
    tablet.crew = TWO.map(str::to_owned).to_vec();
    tablet.write(AuditKind::FallbackStarted { code: used });
    tablet.store(&office.region.pool).await;
    assert_eq!(watch::catch_up(&office.region.pool, Duration::from_secs(5)).await.unwrap(), 0);
    let second = roster(&office, &office.publish().await).await;
    assert_eq!(second.fallback.len(), 3);
    assert!(!ids(&second).contains(&used) && !ids(&second).contains(&late));
    let states: Vec<String> = sqlx::query_scalar("SELECT state FROM fallback_code ORDER BY state")
        .fetch_all(&office.region.pool)
        .await
        .unwrap();
    assert_eq!(states, ["spare", "spare", "spare", "used", "void"]);
}

#[tokio::test]
async fn a_new_vault_key_is_wrapped_under_the_same_codes_and_a_retired_one_leaves() {
    let office = office().await;
    let first = roster(&office, &office.publish().await).await;
    let code = give(&office, &TWO).await.unwrap();
    office.next_epoch().await;
    let second = roster(&office, &office.publish().await).await;
    assert_eq!(second.fallback.len(), 6);
    let (id, keys) = second.unwrap_fallback("t1", &code).unwrap().unwrap();
    assert_eq!(keys.iter().map(|key| key.epoch()).collect::<Vec<_>>(), [2, 1]);
    assert!(ids(&first).contains(&id), "the tablet knows a code again that it used before");
    office.region.run("UPDATE vault_epoch SET state = 'retired' WHERE epoch = 1").await;
    let third = roster(&office, &office.publish().await).await;
    assert_eq!(third.fallback.iter().map(|wrap| wrap.epoch).collect::<Vec<_>>(), [2, 2, 2]);
}

#[tokio::test]
async fn a_revoked_tablets_codes_are_void_at_once() {
    let office = office().await;
    office.publish().await;
    give(&office, &TWO).await.unwrap();
    tablet::revoke(&mut *office.region.conn().await, "test", "t1").await.unwrap();
    assert_eq!(office.count("SELECT count(*) FROM fallback_code WHERE state = 'void'").await, 3);
    assert!(refusal(&office, &TWO).await.contains("not in service"));
    assert!(roster(&office, &office.publish().await).await.fallback.is_empty());
    assert_eq!(office.count("SELECT count(*) FROM fallback_wrap").await, 0);
}

#[tokio::test]
async fn a_code_in_the_database_opens_under_its_own_name_alone() {
    let office = office().await;
    office.publish().await;
    office.region.run("UPDATE fallback_code SET sealed = (SELECT sealed FROM fallback_code ORDER BY id LIMIT 1)").await;
    let mut refused = 0;
    for _ in 0..3 {
        let Err(error) = give(&office, &TWO).await else { continue };
        assert!(error.to_string().contains("does not open"), "{error}");
        refused += 1;
    }
    assert!(refused > 0, "of three codes two lie under another's name");
}

#[tokio::test]
async fn after_a_restore_no_code_of_the_copy_begins_a_shift() {
    let office = office().await;
    let first = roster(&office, &office.publish().await).await;
    let keys = office.region.keys().await;
    generation::next(&office.region.pool, &keys, &office.objects, "test").await.unwrap();
    let second = roster(&office, &office.publish().await).await;
    assert_eq!(second.fallback.len(), 3);
    assert!(ids(&first).iter().all(|id| !ids(&second).contains(id)), "one that was used since would look unused");
}
