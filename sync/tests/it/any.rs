//! What holds for any frames, and for any bytes.

use chrono::DateTime;
use kakari_record::audit;
use kakari_record::seal::{CardChange, Change, Opener, RecordId, Token};
use kakari_sync::enrol::{EnrolAnswer, EnrolRequest, Invitation, OfflineEnrolment};
use kakari_sync::{
    AuditBatch, DeltaRef, Frame, Head, Manifest, ObjectRef, Orders, Pack, PackKind, PackName, PackWriter, ReleaseRef,
    RosterRef, Sha256, Signed, WireError, digests,
};
use proptest::collection::vec;
use proptest::prelude::*;
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde_bytes::ByteBuf;

use crate::given::{self, FEED};

const NAME: PackName = PackName { feed: FEED, generation: 1, kind: PackKind::Delta { from: 10, to: 100 } };

fn pack(frames: &[Frame]) -> (Vec<u8>, u64) {
    let mut writer = PackWriter::new();
    frames.iter().for_each(|frame| writer.push(frame).expect("room"));
    writer.finish(NAME)
}

fn head() -> impl Strategy<Value = Head> {
    let object = || {
        (any::<[u8; 32]>(), any::<u64>()).prop_map(|(hash, size)| ObjectRef { sha256: Sha256::from_bytes(hash), size })
    };
    let delta = (any::<(u64, u64, u64)>(), object()).prop_map(|((from, to, unpacked), object)| DeltaRef {
        from,
        to,
        object,
        unpacked,
    });
    let times = (-62_135_596_800_i64..253_402_300_800, -62_135_596_800_i64..253_402_300_800);
    let rest = (any::<[u8; 16]>(), any::<(u64, u64, u64, u64)>(), times, "[0-9.あ]{0,9}");
    let release = ("[0-9.]{0,9}", "[a-z0-9]{0,9}", object(), object());
    let release = release.prop_map(|(version, architecture, statement, package)| ReleaseRef {
        version,
        architecture,
        statement,
        package,
    });
    (rest, object(), vec(delta, 0..4), proptest::option::of(object()), vec(release, 0..3)).prop_map(
        |((feed, numbers, times, minimum_app), roster, deltas, orders, releases)| Head {
            feed,
            generation: numbers.0,
            sequence: numbers.1,
            records: numbers.2,
            issued_at: DateTime::from_timestamp(times.0, 0).expect("a time"),
            expires_at: DateTime::from_timestamp(times.1, 0).expect("a time"),
            minimum_app,
            roster: RosterRef { version: numbers.3, object: roster },
            dictionaries: Vec::new(),
            deltas,
            snapshot: None,
            digests: None,
            orders,
            releases,
        },
    )
}

fn batch() -> impl Strategy<Value = AuditBatch> {
    let events = vec(vec(any::<u8>(), 0..60), 1..6);
    (1..1_000_000_u64, any::<[u8; 32]>(), events, "[A-Z0-9-]{1,12}").prop_map(|(first, previous, events, tablet)| {
        let head = (first..).zip(&events).fold(previous, |previous, (row, event)| audit::chain(row, &previous, event));
        AuditBatch { tablet, first, previous, events: events.into_iter().map(ByteBuf::from).collect(), head }
    })
}

proptest! {
    #[test]
    fn a_frame_is_read_as_it_was_written(change in given::change(), sequence: u64) {
        let frame = Frame { sequence, change };
        let mut bytes = Vec::new();
        frame.encode(&mut bytes).expect("short");
        let mut rest = bytes.as_slice();
        prop_assert_eq!(Frame::decode_next(&mut rest, FEED), Ok(Some(Ok(frame))));
        prop_assert_eq!(Frame::decode_next(&mut rest, FEED), Ok(None));
    }

    #[test]
    fn a_pack_is_read_as_it_was_written(frames in given::delta()) {
        let (packed, unpacked) = pack(&frames);
        let read = Pack::open(&packed, NAME, unpacked).and_then(|pack| pack.frames()).expect("a pack");
        prop_assert_eq!(read.into_iter().collect::<Result<Vec<_>, _>>(), Ok(frames));
    }

    #[test]
    fn a_pack_that_was_changed_is_never_of_the_name_in_the_head(frames in given::delta(), at: prop::sample::Index, flip in 1..=255_u8) {
        let (mut packed, _) = pack(&frames);
        let named = ObjectRef::of(&packed);
        let at = at.index(packed.len());
        packed[at] ^= flip;
        prop_assert_ne!(ObjectRef::of(&packed), named);
    }

    #[test]
    fn a_frame_is_read_in_one_way_only(frames in given::delta(), at: prop::sample::Index, flip in 1..=255_u8) {
        let mut bytes = Vec::new();
        frames.iter().for_each(|frame| frame.encode(&mut bytes).expect("short"));
        prop_assume!(!bytes.is_empty());
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        let mut rest = bytes.as_slice();
        let mut again = Vec::new();
        let mut bad = false;
        loop {
            match Frame::decode_next(&mut rest, FEED) {
                Ok(Some(Ok(frame))) => frame.encode(&mut again).expect("it was read"),
                Ok(Some(Err(_))) => bad = true,
                Ok(None) => break,
                Err(_) => { bad = true; break }
            }
        }
        prop_assert!(bad || again == bytes, "what was read whole is written as it was");
    }

    #[test]
    fn a_head_with_a_changed_byte_is_refused(head in head(), at: prop::sample::Index, flip in 1..=255_u8) {
        let region = Ed25519KeyPair::from_seed_unchecked(&[1; 32]).expect("a seed");
        let key = region.public_key().as_ref().try_into().expect("32 bytes");
        let mut bytes = Signed::make(&head, &region).encode();
        prop_assert_eq!(Signed::<Head>::decode(&bytes).and_then(|signed| signed.verify(&key)), Ok(head));
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        let refused = Signed::<Head>::decode(&bytes).and_then(|signed| signed.verify(&key));
        prop_assert_eq!(refused, Err(WireError::NotSigned));
    }

    #[test]
    fn a_batch_with_a_changed_byte_is_refused_or_of_another_tablet(batch in batch(), at: prop::sample::Index, flip in 1..=255_u8) {
        let mut bytes = batch.encode();
        prop_assert!(AuditBatch::decode(&bytes).is_ok_and(|read| read.hashes().is_ok()));
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        if let Ok(read) = AuditBatch::decode(&bytes) && read.hashes().is_ok() {
            prop_assert_ne!(&read.tablet, &batch.tablet, "which the certificate tells");
            prop_assert_eq!(AuditBatch { tablet: batch.tablet.clone(), ..read }, batch);
        }
    }

    #[test]
    fn the_order_in_which_records_come_does_not_change_their_digests(mut rows in vec(any::<([u8; 16], u64)>(), 0..9)) {
        let of = |rows: &[([u8; 16], u64)]| digests::of(rows.iter().map(|(id, version)| (RecordId::from_bytes(*id), *version)));
        let digests = of(&rows);
        rows.reverse();
        prop_assert_eq!(digests::differing(&digests, &of(&rows)), Ok(vec![]));
        if let Some((id, version)) = rows.first().copied() {
            rows[0].1 = version ^ 1;
            let bucket = digests::bucket(RecordId::from_bytes(id));
            prop_assert_eq!(digests::differing(&digests, &of(&rows)), Ok(vec![bucket]));
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in vec(any::<u8>(), 0..300), form in any::<bool>()) {
        let bytes = if form { [b"\x82\x01".as_slice(), &bytes].concat() } else { bytes };
        let mut rest = bytes.as_slice();
        while let Ok(Some(_)) = Frame::decode_next(&mut rest, FEED) {}
        let _ = Pack::open(&bytes, NAME, 1_000);
        prop_assert!(Manifest::decode(&bytes).map_or(true, |read| read.encode() == bytes));
        prop_assert!(AuditBatch::decode(&bytes).map_or(true, |read| read.encode() == bytes));
        prop_assert!(EnrolAnswer::decode(&bytes).map_or(true, |read| read.encode() == bytes));
        prop_assert!(OfflineEnrolment::decode(&bytes).map_or(true, |read| read.encode() == bytes));
        prop_assert!(Signed::<Orders>::decode(&bytes).map_or(true, |read| read.encode() == bytes));
        let _ = EnrolRequest::peek(&bytes);
    }

    #[test]
    fn any_text_is_an_invitation_or_refused(text in "(kakari-enrol:1 )?(https://a )?[ -~ａ-ｚ]{0,40}") {
        if let Ok(read) = Invitation::parse(&text) {
            prop_assert_eq!(Invitation::parse(&read.expose()), Ok(read));
        }
    }
}

#[test]
fn one_resident_with_too_many_cards_does_not_stop_the_others() {
    let opener = Opener::decode(&[7; Opener::LEN]).expect("an opener");
    let cards = |count| {
        let openers = vec![opener; count];
        let (record, card_token) = (RecordId::from_bytes([1; 16]), Token::from_bytes([2; 16]));
        Frame { sequence: 11, change: Change::Cards(CardChange { record, version: 1, card_token, openers }) }
    };
    let mut writer = PackWriter::new();
    let before = writer.len();
    assert_eq!(writer.push(&cards(256)), Err(WireError::TooLong));
    assert_eq!((writer.len(), writer.frames()), (before, 0));
    writer.push(&cards(255)).expect("room");
    let (packed, unpacked) = writer.finish(NAME);
    assert!(Pack::open(&packed, NAME, unpacked).and_then(|pack| pack.frames()).is_ok_and(|frames| frames[0].is_ok()));
}

#[test]
fn a_full_pack_takes_no_more_and_can_be_read() {
    let frame =
        [u32::try_from(Frame::MAX_LEN).expect("short").to_be_bytes().as_slice(), &noise(Frame::MAX_LEN)].concat();
    let mut writer = PackWriter::new();
    while writer.push_encoded(&frame).is_ok() {}
    assert_eq!(writer.push_encoded(&[0; Frame::MAX_LEN + 5]), Err(WireError::TooLong));
    let (packed, unpacked) = writer.finish(NAME);
    assert!(packed.len() <= Pack::MAX_LEN && Pack::open(&packed, NAME, unpacked).is_ok());
}

/// Bytes that do not pack.
fn noise(length: usize) -> Vec<u8> {
    let blocks = (0_u64..).flat_map(|block| *Sha256::of(&block.to_be_bytes()).as_bytes());
    blocks.take(length).collect()
}
