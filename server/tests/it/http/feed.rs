//! The feed's files, whole and in parts.

use std::path::Path;

use kakari_sync::Sha256;
use reqwest::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_RANGE, ETAG, IF_NONE_MATCH, IF_RANGE, RANGE};

use super::world::World;

#[tokio::test]
async fn an_object_comes_whole_in_parts_or_not_again() {
    let world = World::make().await;
    let client = world.client(&world.tablet("t1").await);
    let bytes: Vec<u8> = (0..700_000_u32).map(|n| n.to_le_bytes()[1]).collect();
    let name = Sha256::of(&bytes).name();
    std::fs::write(Path::new(&world.region.config.feed).join(&name), &bytes).unwrap();
    let url = world.url(&format!("/feed/{name}"));
    let etag = format!("\"{name}\"");

    let whole = client.get(&url).send().await.unwrap();
    assert_eq!(whole.status(), 200);
    assert_eq!(whole.headers()[ETAG], etag.as_str());
    assert!(whole.headers()[CACHE_CONTROL].to_str().unwrap().contains("immutable"));
    assert!(whole.bytes().await.unwrap() == bytes);

    let asked = client.head(&url).send().await.unwrap();
    assert_eq!((asked.status().as_u16(), asked.headers()[CONTENT_LENGTH].to_str().unwrap()), (200, "700000"));

    for (range, from, to) in [("bytes=0-9", 0, 10), ("bytes=300000-", 300_000, 700_000), ("bytes=-5", 699_995, 700_000)]
    {
        let part = client.get(&url).header(RANGE, range).header(IF_RANGE, &etag).send().await.unwrap();
        assert_eq!(part.status(), 206, "{range}");
        assert_eq!(part.headers()[CONTENT_RANGE], format!("bytes {from}-{}/700000", to - 1).as_str());
        assert!(part.bytes().await.unwrap() == bytes[from..to], "{range}");
    }
    let outside = client.get(&url).header(RANGE, "bytes=700000-").send().await.unwrap();
    assert_eq!(
        (outside.status().as_u16(), outside.headers()[CONTENT_RANGE].to_str().unwrap()),
        (416, "bytes */700000")
    );
    let other = client.get(&url).header(RANGE, "bytes=5-").header(IF_RANGE, "\"another\"").send().await.unwrap();
    assert_eq!((other.status().as_u16(), other.bytes().await.unwrap().len()), (200, 700_000));
    let known = client.get(&url).header(IF_NONE_MATCH, &etag).send().await.unwrap();
    assert_eq!((known.status().as_u16(), known.bytes().await.unwrap().len()), (304, 0));
}

#[tokio::test]
async fn the_head_is_new_within_a_second_and_nothing_else_lies_in_the_feed() {
    let world = World::make().await;
    let client = world.client(&world.tablet("t1").await);
    let head = Path::new(&world.region.config.feed).join("head");
    std::fs::write(&head, b"one").unwrap();
    let first = client.get(world.url("/feed/head")).send().await.unwrap();
    let etag = first.headers()[ETAG].clone();
    assert_eq!(etag, format!("\"{}\"", Sha256::of(b"one")).as_str());
    assert_eq!(first.bytes().await.unwrap(), "one");
    let same = client.get(world.url("/feed/head")).header(IF_NONE_MATCH, &etag).send().await.unwrap();
    assert_eq!(same.status(), 304);
    std::fs::write(&head, b"two").unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(1_050)).await;
    let next = client.get(world.url("/feed/head")).header(IF_NONE_MATCH, &etag).send().await.unwrap();
    assert_eq!(next.bytes().await.unwrap(), "two");
    for name in ["..%2Fserver.key", "server.key", "HEAD", &"A".repeat(64), &"a".repeat(64)] {
        let none = client.get(world.url(&format!("/feed/{name}"))).send().await.unwrap();
        assert_eq!(none.status(), 404, "{name}");
    }
}
