//! `sync/tests/vectors/feed-v1.json`, made by `make.py` beside it with other people's CBOR, zstd and Ed25519.

use chrono::DateTime;
use kakari_record::audit::TabletKey;
use kakari_record::seal::{FeedId, RecordId};
use kakari_sync::enrol::{
    CodeKeys, EnrolAnswer, EnrolRefusal, EnrolRequest, Invitation, InvitationCode, OfflineEnrolment,
};
use kakari_sync::{
    AuditBatch, Frame, Head, Manifest, MassWipe, ObjectRef, Orders, Pack, PackKind, PackName, PackWriter, Receipt,
    ReleaseKeys, Sha256, Signed, SignedRelease, WireError, digests,
};
use ring::signature::Ed25519KeyPair;
use serde_json::Value;
use zeroize::Zeroizing;

fn vectors() -> Value {
    serde_json::from_str(include_str!("../vectors/feed-v1.json")).expect("JSON")
}

fn bytes(value: &Value) -> Vec<u8> {
    let text = value.as_str().expect("text");
    match text.strip_prefix("zstd:") {
        Some(packed) => zstd::decode_all(hex::decode(packed).expect("hex").as_slice()).expect("zstd"),
        None => hex::decode(text).expect("hex"),
    }
}

fn array<const N: usize>(value: &Value) -> [u8; N] {
    bytes(value).try_into().expect("of this length")
}

fn rows<'a>(vectors: &'a Value, name: &str) -> &'a [Value] {
    let rows = vectors[name].as_array().expect("a list");
    assert!(!rows.is_empty());
    rows
}

fn why(row: &Value) -> &str {
    row["why"].as_str().expect("text")
}

fn region(vectors: &Value) -> ([u8; 32], Ed25519KeyPair) {
    let pair = Ed25519KeyPair::from_seed_unchecked(&bytes(&vectors["region_seed"])).expect("a seed");
    (array(&vectors["region_key"]), pair)
}

fn feed(vectors: &Value) -> FeedId {
    FeedId::from_bytes(array(&vectors["feed"]))
}

fn delta(vectors: &Value) -> PackName {
    PackName { feed: feed(vectors), generation: 3, kind: PackKind::Delta { from: 40, to: 50 } }
}

fn part(vectors: &Value) -> PackName {
    PackName { feed: feed(vectors), generation: 3, kind: PackKind::Part { sequence: 40, part: 1, parts: 3 } }
}

#[test]
fn a_head_by_another_hand_is_believed_and_written_as_it_was() {
    let vectors = vectors();
    let (key, pair) = region(&vectors);
    for name in ["head", "empty_head"] {
        let found = bytes(&vectors[name]);
        let head: Head = Signed::decode(&found).and_then(|signed| signed.verify(&key)).expect(name);
        assert_eq!(Signed::make(&head, &pair).encode(), found, "{name}");
    }
    let head: Head = Signed::decode(&bytes(&vectors["head"])).and_then(|head| head.verify(&key)).expect("a head");
    assert_eq!((head.feed(), head.generation, head.sequence, head.records), (feed(&vectors), 3, 50, 3));
    assert_eq!(head.issued_at, DateTime::from_timestamp(1_790_000_000, 0).expect("a time"));
    assert_eq!(head.deltas[0].object.sha256, Sha256::of(&bytes(&vectors["delta"]["packed"])));
    assert_eq!(head.snapshot.expect("a snapshot").manifest.sha256, Sha256::of(&bytes(&vectors["manifest"])));
    assert_eq!(head.orders.expect("orders").sha256, Sha256::of(&bytes(&vectors["orders"])));
    assert_eq!((head.roster.version, head.dictionaries[0].id, head.minimum_app.as_str()), (12, 1, "0.1.0"));
}

#[test]
fn every_bad_head_is_refused_for_its_own_reason() {
    let vectors = vectors();
    let (key, _) = region(&vectors);
    for row in rows(&vectors, "bad_heads") {
        let refused = Signed::<Head>::decode(&bytes(&row["bytes"])).and_then(|signed| signed.verify(&key));
        let refused = refused.expect_err(why(row));
        let expected = match why(row) {
            "another form" => refused == WireError::UnknownForm,
            "longer than any head" => refused == WireError::TooLong,
            _ if row["signed"] == false => matches!(refused, WireError::NotSigned | WireError::Malformed("signature")),
            _ => matches!(refused, WireError::Malformed(_)),
        };
        assert!(expected, "{}: {refused:?}", why(row));
    }
}

#[test]
fn a_release_by_another_hand_is_believed_and_named_by_its_head() {
    let vectors = vectors();
    let (key, pair) = region(&vectors);
    let found = bytes(&vectors["release"]);
    let signed = SignedRelease::decode(&found).expect("a release");
    assert_eq!(signed.encode(), found);
    let keys =
        ReleaseKeys { keys: vec![array(&vectors["officer_key"]), array(&vectors["stranger_key"])], threshold: 2 };
    let release = signed.verify(&keys).expect("signed by both");
    assert_eq!((release.version.as_str(), release.oldest.as_str(), release.store_schema), ("1.2.3", "1.0.0", 11));
    assert_eq!(release.made_at, DateTime::from_timestamp(1_790_000_000, 0).expect("a time"));
    assert_eq!(release.package, ObjectRef::of(&bytes(&vectors["package"])));
    let head_bytes = bytes(&vectors["release_head"]);
    let head: Head = Signed::decode(&head_bytes).and_then(|head| head.verify(&key)).expect("a head");
    assert_eq!(Signed::make(&head, &pair).encode(), head_bytes);
    let [named] = head.releases.as_slice() else { panic!("one release") };
    assert_eq!((&named.version, &named.architecture), (&release.version, &release.architecture));
    assert_eq!((named.statement, named.package), (ObjectRef::of(&found), release.package));
}

#[test]
fn every_bad_release_is_refused() {
    let vectors = vectors();
    let keys =
        ReleaseKeys { keys: vec![array(&vectors["officer_key"]), array(&vectors["stranger_key"])], threshold: 2 };
    for row in rows(&vectors, "bad_releases") {
        let refused = SignedRelease::decode(&bytes(&row["bytes"])).and_then(|signed| signed.verify(&keys));
        let refused = refused.expect_err(why(row));
        let expected = match why(row) {
            row if row.starts_with("signed") => refused == WireError::NotSigned,
            "another form" | "a release of another form" => refused == WireError::UnknownForm,
            "more signatures than anybody reads" | "longer than anybody reads" => refused == WireError::TooLong,
            _ => matches!(refused, WireError::Malformed(_)),
        };
        assert!(expected, "{}: {refused:?}", why(row));
    }
}

#[test]
fn packs_by_another_hand_open_and_are_written_as_they_were() {
    let vectors = vectors();
    for (name, asked, sequences) in
        [("delta", delta(&vectors), vec![41, 43, 44, 48]), ("part", part(&vectors), vec![12, 11])]
    {
        let unpacked = bytes(&vectors[name]["unpacked"]);
        let length = u64::try_from(unpacked.len()).expect("a length");
        let pack = Pack::open(&bytes(&vectors[name]["packed"]), asked, length).expect(name);
        let frames: Vec<_> = pack.frames().expect(name).into_iter().map(|frame| frame.expect("good")).collect();
        assert_eq!(frames.iter().map(|frame| frame.sequence).collect::<Vec<_>>(), sequences);
        let mut writer = PackWriter::new();
        frames.iter().for_each(|frame| writer.push(frame).expect("room"));
        let (packed, written) = writer.finish(asked);
        assert_eq!(written, length);
        assert_eq!(zstd::decode_all(packed.as_slice()).expect("zstd"), unpacked, "{name}");
        assert!(Pack::open(&packed, asked, length).is_ok());
    }
}

#[test]
fn every_bad_pack_is_refused() {
    let vectors = vectors();
    for row in rows(&vectors, "bad_packs") {
        let length = row["length"].as_u64().expect("a length");
        let opened = Pack::open(&bytes(&row["packed"]), delta(&vectors), length).and_then(|pack| pack.frames());
        let refused = opened.expect_err(why(row));
        let too_long = [
            "a bomb",
            "a bomb that does not say its length",
            "a bomb that is named as such",
            "more frames than any pack",
            "longer than it is named",
        ];
        assert_eq!(refused == WireError::TooLong, too_long.contains(&why(row)), "{}: {refused:?}", why(row));
    }
}

#[test]
fn a_bad_frame_is_named_and_the_others_of_its_pack_are_taken() {
    let vectors = vectors();
    let [first, last] = [41_u64, 48].map(|sequence| {
        let record = RecordId::from_bytes(array(&vectors["records"][0]));
        Frame {
            sequence,
            change: kakari_record::seal::Change::Remove { record, reason: kakari_record::seal::Removal::Moved },
        }
    });
    for row in rows(&vectors, "bad_frames") {
        let mut unpacked = bytes(&vectors["delta"]["unpacked"])[..53].to_vec();
        unpacked.extend_from_slice(&3_u32.to_be_bytes());
        first.encode(&mut unpacked).expect("short");
        unpacked.extend_from_slice(&bytes(&row["frame"]));
        last.encode(&mut unpacked).expect("short");
        let packed = zstd::bulk::compress(&unpacked, 1).expect("zstd");
        let length = u64::try_from(unpacked.len()).expect("a length");
        let frames = Pack::open(&packed, delta(&vectors), length)
            .and_then(|pack| pack.frames())
            .unwrap_or_else(|error| panic!("{}: {error}", why(row)));
        let [Ok(before), Err(bad), Ok(after)] = frames.as_slice() else { panic!("{}: {frames:?}", why(row)) };
        assert_eq!((before, after), (&first, &last));
        assert_eq!(bad.sequence, row["sequence"].as_u64(), "{}", why(row));
        let record = row["record"].as_str().map(|_| RecordId::from_bytes(array(&row["record"])));
        assert_eq!(bad.record, record, "{}", why(row));
    }
}

#[test]
fn a_manifest_by_another_hand_is_read_and_written_as_it_was() {
    let vectors = vectors();
    let found = bytes(&vectors["manifest"]);
    let manifest = Manifest::decode(&found).expect("a manifest");
    assert_eq!((manifest.sequence, manifest.records, manifest.parts.len()), (40, 2, 1));
    assert_eq!(manifest.parts[0].object.sha256, Sha256::of(&bytes(&vectors["part"]["packed"])));
    assert_eq!(manifest.encode(), found);
}

#[test]
fn orders_by_another_hand_are_followed_within_the_rule_of_a_mass_wipe() {
    let vectors = vectors();
    let (key, pair) = region(&vectors);
    let read = |name: &str| -> Orders {
        let found = bytes(&vectors[name]);
        let orders = Signed::decode(&found).and_then(|signed| signed.verify(&key)).expect(name);
        assert_eq!(Signed::make(&orders, &pair).encode(), found, "{name}");
        orders
    };
    let at = DateTime::from_timestamp(vectors["orders_at"].as_i64().expect("a time"), 0).expect("a time");
    let officers = [array(&vectors["officer_key"])];
    let single = read("orders");
    for tablet in ["T-0001", "T-0002", "T-0003"] {
        assert_eq!(
            single.wipe_of(tablet, at, &[]).map(|order| order.map(|order| order.tablet.as_str())),
            Ok(Some(tablet))
        );
    }
    assert_eq!(single.wipe_of("T-0009", at, &officers), Ok(None));
    let mass = read("mass_wipe");
    for tablet in ["T-0001", "T-0002", "T-0003", "T-0004", "T-0006"] {
        assert_eq!(mass.wipe_of(tablet, at, &officers), Err(MassWipe), "{tablet}");
    }
    assert_eq!(mass.wipe_of("T-0005", at, &[]), Err(MassWipe), "an officer whom the tablet does not know");
    assert!(mass.wipe_of("T-0005", at, &officers).is_ok_and(|order| order.is_some()));
    assert!(mass.wipe_of("T-0007", at, &officers).is_ok_and(|order| order.is_some()), "a day later, alone");
}

#[test]
fn digests_by_another_hand_are_the_same() {
    let vectors = vectors();
    let rows = rows(&vectors, "digest_rows").iter().map(|row| {
        let version = row["version"].as_str().and_then(|version| version.parse().ok()).expect("a number");
        (RecordId::from_bytes(array(&row["record"])), version)
    });
    assert_eq!(Sha256::of(&digests::of(rows)).as_bytes(), &array(&vectors["digests_sha256"]));
}

#[test]
fn a_batch_by_another_hand_follows_its_chain_and_is_written_as_it_was() {
    let vectors = vectors();
    let found = bytes(&vectors["batch"]);
    let batch = AuditBatch::decode(&found).expect("a batch");
    let hashes: Vec<[u8; 32]> = rows(&vectors, "hashes").iter().map(array).collect();
    assert_eq!(batch.hashes(), Ok(hashes));
    assert_eq!((batch.first, batch.last(), batch.tablet.as_str()), (17, 19, "T-0001"));
    assert_eq!(batch.encode(), found);
    for row in rows(&vectors, "bad_batches") {
        let refused = AuditBatch::decode(&bytes(&row["bytes"])).and_then(|batch| batch.hashes());
        assert!(refused.is_err(), "{}", why(row));
    }
}

#[test]
fn a_receipt_by_another_hand_is_believed_and_written_as_it_was() {
    let vectors = vectors();
    let (key, pair) = region(&vectors);
    let found = bytes(&vectors["receipt"]);
    let receipt: Receipt = Signed::decode(&found).and_then(|signed| signed.verify(&key)).expect("a receipt");
    assert_eq!((receipt.last, receipt.received_at.timestamp_millis()), (19, 1_790_000_000_123));
    assert_eq!(Signed::make(&receipt, &pair).encode(), found);
    assert_eq!(Signed::<Head>::decode(&found).and_then(|head| head.verify(&key)), Err(WireError::NotSigned));
}

#[test]
fn an_enrolment_by_another_hand_opens_on_both_ends() {
    let vectors = vectors();
    let given = &vectors["enrolment"];
    let code = InvitationCode::parse(given["code"].as_str().expect("a code")).expect("a code");
    let keys = code.derive_keys();
    assert_eq!((keys.id, **keys.expose()), (array(&given["id"]), array(&given["key"])));
    let (server, request) = (bytes(&given["server"]), bytes(&given["request"]));
    let asked = EnrolRequest::open(&request, &keys, &server).expect("a request");
    assert_eq!(EnrolRequest::peek(&request), Ok(asked.clone()));
    assert_eq!(asked.seal(&keys, &server), request);
    let request_by_device = bytes(&given["request_by_device"]);
    let by_device = EnrolRequest::open(&request_by_device, &keys, &server).expect("a request");
    assert!(matches!(by_device.tablet_key, TabletKey::P256(_)) && matches!(asked.tablet_key, TabletKey::Ed25519(_)));
    assert_eq!(by_device.seal(&keys, &server), request_by_device);
    for bad in given["bad_requests"].as_array().expect("a list") {
        let opened = EnrolRequest::open(&bytes(&bad["bytes"]), &keys, &server);
        assert_eq!(opened, Err(EnrolRefusal::BadRequest), "{}", bad["why"]);
    }
    let answer = EnrolAnswer::decode(&bytes(&given["answer"])).expect("an answer");
    let enrolment = answer.open(&keys, &request, &server).expect("an enrolment");
    assert_eq!((enrolment.vehicle.as_str(), enrolment.training), ("北救急1", true));
    assert_eq!(EnrolAnswer::make(&enrolment, &keys, &request, &server).encode(), bytes(&given["answer"]));
    let expires = DateTime::from_timestamp(given["offline_expires_at"].as_i64().expect("a time"), 0).expect("a time");
    let offline = OfflineEnrolment::decode(&bytes(&given["offline"])).expect("an enrolment");
    let early = expires - chrono::TimeDelta::seconds(1);
    let bare = offline.open(&keys, early).expect("an enrolment");
    assert!(bare.certificates.is_empty());
    assert_eq!(OfflineEnrolment::make(&bare, &keys, expires).encode(), bytes(&given["offline"]));
    assert_eq!(offline.open(&keys, expires), Err(EnrolRefusal::Expired));
}

#[test]
fn whoever_does_not_know_the_code_or_stands_between_is_refused() {
    let vectors = vectors();
    let given = &vectors["enrolment"];
    let keys = CodeKeys::new(array(&given["id"]), Zeroizing::new(array(&given["key"])));
    let stranger = CodeKeys::new(array(&given["id"]), Zeroizing::new([7; 32]));
    let (server, request) = (bytes(&given["server"]), bytes(&given["request"]));
    assert_eq!(EnrolRequest::open(&request, &stranger, &server), Err(EnrolRefusal::Forged));
    assert_eq!(EnrolRequest::open(&request, &keys, b"another server"), Err(EnrolRefusal::Forged));
    let answer = EnrolAnswer::decode(&bytes(&given["answer"])).expect("an answer");
    assert_eq!(answer.open(&stranger, &request, &server), Err(EnrolRefusal::Forged));
    assert_eq!(answer.open(&keys, &request, b"another server"), Err(EnrolRefusal::Forged));
    assert_eq!(answer.open(&keys, b"another request", &server), Err(EnrolRefusal::Forged));
    let mut offline = OfflineEnrolment::decode(&bytes(&given["offline"])).expect("an enrolment");
    assert_eq!(offline.open(&stranger, DateTime::UNIX_EPOCH), Err(EnrolRefusal::Forged));
    offline.expires_at += chrono::TimeDelta::days(1);
    assert_eq!(offline.open(&keys, DateTime::UNIX_EPOCH), Err(EnrolRefusal::Forged));
}

#[test]
fn the_qr_by_another_hand_is_read_and_written_as_it_was() {
    let vectors = vectors();
    for (name, pinned) in [("qr", true), ("typed", false)] {
        let text = vectors["enrolment"][name].as_str().expect("text");
        let invitation = Invitation::parse(text).expect(name);
        assert_eq!((invitation.pins.is_some(), invitation.expose().as_str()), (pinned, text));
    }
}
