//! The program itself: publishing, killed, bundling.

use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use kakari_sync::enrol::{InvitationCode, OfflineEnrolment};

use super::office::{Office, address_of};
use super::tablet::Tablet;

/// `kakari-region --config FILE ...` on this office's region.
fn program(office: &Office, words: &[&str]) -> Command {
    let path = office.region.dir.path().join("region.toml");
    std::fs::write(&path, office.region.config.with_comments()).unwrap();
    let mut program = Command::new(env!("CARGO_BIN_EXE_kakari-region"));
    program.arg("--config").arg(path).arg("--json").args(words).stdin(Stdio::null());
    program
}

fn run(office: &Office, words: &[&str]) -> Output {
    program(office, words).output().unwrap()
}

fn json(output: &Output) -> serde_json::Value {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn service(office: &Office) -> Child {
    program(office, &["publish"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// Follows the feed until it has this address.
async fn wait_for(office: &Office, tablet: &mut Tablet, who: &super::office::Somebody, address: u32) -> Duration {
    let begun = Instant::now();
    let keys = office.region.vault().await.keyring;
    loop {
        if office.objects.get_head().await.unwrap().is_some() {
            tablet.follow(office).await;
        }
        let there = tablet.rows.contains_key(&who.record);
        if there && tablet.summary(who.record, &keys).identity.address == Some(address_of(address)) {
            return begun.elapsed();
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "within a minute");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn publishers_killed_one_after_the_other_lose_nothing_and_the_waiting_one_takes_over() {
    let office = Office::make().await;
    let people = office.residents(1).await;
    let mut tablet = Tablet::default();
    let mut working = service(&office);
    wait_for(&office, &mut tablet, &people[0], 0).await;
    for address in 1..4 {
        let next = service(&office);
        office.write(&people[0], address).await;
        working.kill().unwrap();
        working.wait().unwrap();
        wait_for(&office, &mut tablet, &people[0], address).await;
        working = next;
    }
    assert!(working.try_wait().unwrap().is_none(), "it goes on");
    working.kill().unwrap();
    working.wait().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_publishes_once_bundles_an_enrolment_and_begins_a_generation() {
    let office = Office::make().await;
    office.residents(2).await;
    let published = json(&run(&office, &["publish", "--once"]));
    assert_eq!((&published["records"], &published["generation"]), (&2.into(), &1.into()));
    let invite = ["tablet", "invite", "--id", "t1", "--vehicle", "北町救急1", "--bundle-days", "7"];
    let invited = json(&run(&office, &invite));
    let stick = office.region.dir.path().join("stick");
    let bundled = json(&run(&office, &["bundle", stick.to_str().unwrap(), "--tablet", "t1"]));
    assert_eq!(bundled["copied"], bundled["objects"]);
    let code = InvitationCode::parse(invited["code"].as_str().unwrap()).unwrap();
    let enrolment = OfflineEnrolment::decode(&std::fs::read(stick.join(OfflineEnrolment::FILE)).unwrap()).unwrap();
    let enrolment = enrolment.open(&code.derive_keys(), chrono::Utc::now()).unwrap();
    assert_eq!((enrolment.tablet.as_str(), enrolment.vehicle.as_str()), ("t1", "北町救急1"));
    assert_eq!(enrolment.region_key, office.region.keys().await.region_key);
    let unknown = run(&office, &["bundle", stick.to_str().unwrap(), "--tablet", "t2"]);
    assert!(
        !unknown.status.success() && String::from_utf8_lossy(&unknown.stderr).contains("no invitation of t2 is open")
    );
    assert_eq!(json(&run(&office, &["generation", "next"]))["generation"], 2);
    assert_eq!(json(&run(&office, &["publish", "--once"]))["generation"], 2);
}
