//! Frames and statements to begin with.

use kakari_record::seal::{
    CardChange, Change, FeedId, Header, KeyId, Opener, RecordId, Removal, Row, SealedDirectoryEntry, SealedPhoto,
    SealedRecord, Token,
};
use kakari_sync::Frame;
use proptest::collection::vec;
use proptest::prelude::*;

pub(crate) const FEED: FeedId = FeedId::from_bytes([5; 16]);

fn record() -> impl Strategy<Value = SealedRecord> {
    (any::<([u8; 16], u64, u32, u32, u64)>(), vec(any::<u8>(), 76..400)).prop_map(|(fields, body)| {
        let (record, version, epoch, dictionary, sealed_at) = fields;
        let record = RecordId::from_bytes(record);
        let header = Header { feed: FEED, record, version, epoch, dictionary, card_key: KeyId::NONE, sealed_at };
        SealedRecord::decode(&[header.encode().as_slice(), &body].concat()).expect("long enough")
    })
}

fn photo() -> impl Strategy<Value = SealedPhoto> {
    any::<u8>().prop_map(|byte| {
        let bytes = [b"KKP1".as_slice(), &vec![byte; SealedPhoto::LEN - 4]].concat();
        SealedPhoto::decode(&bytes).expect("of a photo's length")
    })
}

fn openers() -> impl Strategy<Value = Vec<Opener>> {
    vec(vec(any::<u8>(), Opener::LEN).prop_map(|bytes| Opener::decode(&bytes).expect("of its length")), 0..4)
}

fn token() -> impl Strategy<Value = Token> {
    any::<[u8; 16]>().prop_map(Token::from_bytes)
}

fn row() -> impl Strategy<Value = Row> {
    let directory = (any::<u16>(), vec(any::<u8>(), 0..200))
        .prop_map(|(birth_year, sealed)| SealedDirectoryEntry { birth_year, sealed });
    let parts = (record(), proptest::option::weighted(0.1, photo()), token(), openers(), vec(token(), 0..5), directory);
    parts.prop_map(|(record, photo, card_token, openers, tokens, directory)| Row {
        record,
        photo,
        card_token,
        openers,
        tokens,
        directory,
    })
}

pub(crate) fn change() -> impl Strategy<Value = Change> {
    let id = || any::<[u8; 16]>().prop_map(RecordId::from_bytes);
    let reason = prop_oneof![Just(Removal::Withdrawn), Just(Removal::Deceased), Just(Removal::Moved)];
    prop_oneof![
        row().prop_map(Change::Put),
        (id(), any::<u64>(), token(), openers()).prop_map(|(record, version, card_token, openers)| {
            Change::Cards(CardChange { record, version, card_token, openers })
        }),
        (id(), reason).prop_map(|(record, reason)| Change::Remove { record, reason }),
    ]
}

/// Frames as a delta holds them: sequences from 11, each above the one before.
pub(crate) fn delta() -> impl Strategy<Value = Vec<Frame>> {
    vec((1_u64..5, change()), 0..6).prop_map(|changes| {
        let mut sequence = 10;
        let frames = changes.into_iter().map(|(step, change)| {
            sequence += step;
            Frame { sequence, change }
        });
        frames.collect()
    })
}
