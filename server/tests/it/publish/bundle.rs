//! The feed in a folder of its own.

use kakari_region::publish::{Objects, PublishError, bundle};

use super::office::Office;
use super::tablet::Tablet;

#[tokio::test]
async fn a_bundle_is_the_whole_feed_is_brought_up_to_date_and_holds_nothing_else() {
    let office = Office::make().await;
    let keys = office.region.keys().await;
    let folder = office.region.dir.path().join("stick");
    let nothing = bundle::write(&office.objects, &keys, &folder, None, |_, _| ()).await;
    assert!(matches!(nothing, Err(PublishError::Nothing)));
    let people = office.residents(3).await;
    office.publish().await;
    let mut told = (0, 0);
    let first = bundle::write(&office.objects, &keys, &folder, None, |done, all| told = (done, all)).await.unwrap();
    assert_eq!(told, (first.bytes, first.bytes));
    assert_eq!(first.copied, first.objects);
    office.write(&people[0], 1).await;
    office.publish().await;
    let second = bundle::write(&office.objects, &keys, &folder, None, |_, _| ()).await.unwrap();
    assert!(second.copied < second.objects, "what was there is not copied again");
    let files = std::fs::read_dir(&folder).unwrap().count();
    assert_eq!(files as u64, second.objects + 1, "the objects and the head");
    let stick = Objects::folder(&folder).unwrap();
    let head = stick.get_head().await.unwrap().unwrap().verify(&keys.region_key).unwrap();
    let (mut by_stick, mut by_feed) = (Tablet::default(), Tablet::default());
    by_stick.take(&stick, &head).await;
    by_feed.follow(&office).await;
    assert_eq!(by_stick.rows, by_feed.rows);
}
