//! Objects that are cut off, carried on, and never taken when wrong.

use std::fs;

use kakari_sync::client::{Downloads, Link, LinkError, Problem, Progress, Refusal, Source, tls};
use kakari_sync::{ObjectRef, Sha256};
use tempfile::TempDir;

use crate::region::{Files, Region};
use crate::server::World;
use crate::tablet::{Setting, quick_link};

const LONG: usize = 50_000_000;

async fn source(setting: &Setting) -> Source {
    drop(setting.enrol().await);
    let identity = setting.state().load_identity().unwrap().unwrap();
    let link = quick_link(&identity);
    Source::Http { link, url: identity.enrolment.feed_url }
}

fn long_object() -> Vec<u8> {
    (0..LONG / 8).flat_map(|at| (at as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes()).collect()
}

async fn serving(bytes: &[u8]) -> (Setting, Source, ObjectRef, Downloads, TempDir) {
    let setting = Setting::of(Region::with_residents(1)).await;
    let object = ObjectRef::of(bytes);
    *setting.world.files.lock().unwrap() = Files::from([(object.sha256.name(), bytes.to_vec())]);
    let source = source(&setting).await;
    let dir = TempDir::new().unwrap();
    let downloads = Downloads::into(dir.path()).unwrap();
    (setting, source, object, downloads, dir)
}

/// Tries until the object is there; how many tries were cut.
async fn fetch_through(world: &World, source: &Source, object: &ObjectRef, downloads: &Downloads) -> (usize, Vec<u8>) {
    let cuts = [1, 17, 100_000, 1, 5_000_000, 16_383, 16_384, 16_385, 9_999_999, 3, 65_536, 12_000_000, 8_191, 40_000];
    let mut cut = 0;
    loop {
        *world.cut_after.lock().unwrap() = cuts.get(cut).copied();
        match downloads.fetch(source, object, &mut |_| ()).await {
            Ok(path) => return (cut, fs::read(path).unwrap()),
            Err(Problem::Link(LinkError::Broken)) => cut += 1,
            Err(other) => panic!("{other}"),
        }
    }
}

#[tokio::test]
async fn fifty_megabytes_cut_at_many_offsets_are_carried_on_at_the_byte() {
    let bytes = long_object();
    let (setting, source, object, downloads, _dir) = serving(&bytes).await;
    let (cuts, fetched) = fetch_through(&setting.world, &source, &object, &downloads).await;
    assert_eq!(cuts, 14);
    assert_eq!(Sha256::of(&fetched), object.sha256);
    let sent = setting.world.sent.lock().unwrap().clone();
    let mut end = 0;
    for (from, bytes) in &sent {
        let again = end - from;
        assert!(again <= 16 * 1024, "{again} bytes were fetched again at {from}");
        end = from + *bytes as u64;
    }
    let total: usize = sent.iter().map(|(_, bytes)| bytes).sum();
    println!("{cuts} cuts of {LONG} bytes: {} bytes fetched again", total - LONG);
}

#[tokio::test]
async fn a_server_without_ranges_begins_anew_and_the_object_is_whole() {
    let bytes = vec![7; 300_000];
    let (setting, source, object, downloads, _dir) = serving(&bytes).await;
    *setting.world.ranges.lock().unwrap() = false;
    *setting.world.cut_after.lock().unwrap() = Some(100_000);
    let cut = downloads.fetch(&source, &object, &mut |_| ()).await;
    assert!(matches!(cut, Err(Problem::Link(LinkError::Broken))), "{cut:?}");
    *setting.world.cut_after.lock().unwrap() = None;
    let mut seen = Vec::new();
    let path = downloads.fetch(&source, &object, &mut |progress| seen.push(progress)).await.unwrap();
    assert_eq!(fs::read(path).unwrap(), bytes);
    assert_eq!(seen.last(), Some(&Progress { done: 300_000, of: 300_000 }));
}

#[tokio::test]
async fn a_beginning_that_was_harmed_is_fetched_anew_once() {
    let bytes = long_object()[..200_000].to_vec();
    let (setting, source, object, downloads, dir) = serving(&bytes).await;
    fs::write(dir.path().join(object.sha256.name()), vec![0; 70_000]).unwrap();
    let path = downloads.fetch(&source, &object, &mut |_| ()).await.unwrap();
    assert_eq!(fs::read(path).unwrap(), bytes);
    assert_eq!(*setting.world.sent.lock().unwrap(), [(70_000, 130_000), (0, 200_000)]);
}

#[tokio::test]
async fn endless_and_wrong_objects_leave_no_file() {
    let bytes = vec![1; 50_000];
    let (setting, source, object, downloads, dir) = serving(&bytes).await;
    let name = object.sha256.name();
    setting.world.endless.lock().unwrap().push(name.clone());
    let endless = downloads.fetch(&source, &object, &mut |_| ()).await;
    assert!(matches!(endless, Err(Problem::Refused(Refusal::Endless))), "{endless:?}");
    setting.world.endless.lock().unwrap().clear();
    setting.world.files.lock().unwrap().insert(name, vec![2; 50_000]);
    let wrong = downloads.fetch(&source, &object, &mut |_| ()).await;
    assert!(matches!(wrong, Err(Problem::Refused(Refusal::WrongObject))), "{wrong:?}");
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_link_takes_no_http_address() {
    let setting = Setting::of(Region::with_residents(1)).await;
    drop(setting.enrol().await);
    let identity = setting.state().load_identity().unwrap().unwrap();
    let config = tls::mutual(&identity.enrolment.tls_authority, identity.certificate.as_ref().unwrap()).unwrap();
    let link = Link::new(config).unwrap();
    assert!(link.get("http://127.0.0.1:1/feed/head", None, 10).await.is_err());
}
