//! What comes over the network: heads, packs, orders, audit batches, requests to be enrolled.

use chrono::DateTime;
use kakari_record::seal::FeedId;
use kakari_sync::enrol::{CodeKeys, EnrolRefusal, EnrolRequest};
use kakari_sync::{
    AuditBatch, Frame, Head, Orders, Pack, PackKind, PackName, PackWriter, Signed, Statement, WireError,
};
use ring::signature::{Ed25519KeyPair, KeyPair};
use zeroize::Zeroizing;

use crate::keys::{FEED, SIGNING};

fn region() -> (Ed25519KeyPair, [u8; 32]) {
    let Ok(pair) = Ed25519KeyPair::from_seed_unchecked(&SIGNING) else { unreachable!("32 bytes are a seed") };
    let Ok(key) = pair.public_key().as_ref().try_into() else { unreachable!("Ed25519 has 32") };
    (pair, key)
}

/// The statement in `bytes`, which are never believed without the region's signature; with it, they are refused or read
/// in the one way in which they can be written.
fn signed<T: Statement>(bytes: &[u8]) -> Option<T> {
    let (pair, key) = region();
    if let Ok(unsigned) = Signed::<T>::decode(bytes) {
        assert!(unsigned.encode() == bytes, "written again, it is another");
        assert!(unsigned.verify(&key).is_err_and(|error| error == WireError::NotSigned), "believed unsigned");
    }
    let signature = pair.sign(&[T::CONTEXT, bytes].concat());
    let whole = [signature.as_ref(), bytes].concat();
    let statement = Signed::<T>::decode(&whole).and_then(|signed| signed.verify(&key)).ok()?;
    assert!(whole.len() <= T::LIMIT, "longer than any");
    assert!(Signed::make(&statement, &pair).encode() == whole, "signed again, it is another");
    Some(statement)
}

/// The CBOR of a head.
pub fn head(bytes: &[u8]) {
    let _ = signed::<Head>(bytes);
}

/// The CBOR of orders: nobody is wiped whom no order names, nor more than three in an hour without a second officer.
pub fn orders(bytes: &[u8]) {
    let Some(orders) = signed::<Orders>(bytes) else { return };
    for now in [0, 1_790_000_000].iter().filter_map(|seconds| DateTime::from_timestamp(*seconds, 0)) {
        let tablets = orders.orders.iter().map(|order| order.tablet.as_str()).take(64);
        let wiped = tablets.filter_map(|tablet| Some((tablet, orders.wipe_of(tablet, now, &[]).ok()??)));
        for (tablet, order) in wiped {
            assert!(order.tablet == tablet && order.expires_at > now, "another's order");
            let hour = orders.orders.iter().filter(|other| other.issued_at == order.issued_at).count();
            assert!(hour <= Orders::WIPES_PER_HOUR, "a mass wipe by one officer");
        }
        assert!(
            orders.wipe_of("nobody's name \0", now, &[]) == Ok(None)
                || orders.orders.iter().any(|order| order.tablet.ends_with('\0'))
        );
    }
}

/// An unpacked delta, or with a first byte of 0 a packed one. Good frames are written as they were read; what is taken
/// fits the pack.
pub fn pack(bytes: &[u8]) {
    let name = PackName { feed: FEED, generation: 1, kind: PackKind::Delta { from: 10, to: 100 } };
    let packed = match bytes {
        [0, packed @ ..] => packed.to_vec(),
        [_, frames @ ..] => packed(name, frames),
        [] => return,
    };
    let declared = [100, 10_000, packed.len() as u64].into_iter();
    let declared = declared.chain(zstd::zstd_safe::get_frame_content_size(&packed).ok().flatten());
    for unpacked in declared {
        let Ok(pack) = Pack::open(&packed, name, unpacked) else { continue };
        let Ok(frames) = pack.frames() else { continue };
        assert!(frames.len() == usize::try_from(pack.len()).unwrap_or_default() && pack.len() <= Pack::MAX_FRAMES);
        let good: Vec<_> = frames.into_iter().flatten().collect();
        assert!(good.is_sorted_by(|one, next| one.sequence < next.sequence));
        good.iter().for_each(|frame| again(frame, name.feed));
    }
}

fn again(frame: &Frame, feed: FeedId) {
    assert!((11..=100).contains(&frame.sequence), "outside of its pack");
    let mut bytes = Vec::new();
    assert!(frame.encode(&mut bytes).is_ok() && bytes.len() <= Frame::MAX_LEN + 4);
    assert!(
        Frame::decode_next(&mut bytes.as_slice(), feed) == Ok(Some(Ok(frame.clone()))),
        "read again, it is another"
    );
}

/// A pack with as many frames as can be counted in `frames`.
fn packed(name: PackName, frames: &[u8]) -> Vec<u8> {
    let (mut rest, mut writer) = (frames, PackWriter::new());
    while let Some((length, _)) = rest.split_first_chunk::<4>() {
        let length = usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX).saturating_add(4);
        let Some((frame, after)) = rest.split_at_checked(length) else { break };
        if writer.push_encoded(frame).is_err() {
            break;
        }
        rest = after;
    }
    writer.finish(name).0
}

/// A batch: its hashes are as many as its rows and end in its head, or it is refused.
pub fn audit_batch(bytes: &[u8]) {
    let Ok(batch) = AuditBatch::decode(bytes) else { return };
    assert!(batch.encode() == bytes, "written again, it is another");
    let Ok(hashes) = batch.hashes() else { return };
    assert!(hashes.len() == batch.events.len() && hashes.last() == Some(&batch.head));
    assert!(batch.last() - batch.first + 1 == batch.events.len() as u64);
}

/// A request to be enrolled, without its HMAC: whoever does not know the code is not let in; who does is read in one way.
pub fn enrol_request(bytes: &[u8]) {
    let keys = CodeKeys::new([1; 16], Zeroizing::new([2; 32]));
    let unsealed = [[0; 32].as_slice(), bytes].concat();
    assert!(EnrolRequest::open(&unsealed, &keys, b"server").is_err_and(|why| why != EnrolRefusal::Used));
    let Ok(request) = EnrolRequest::peek(&unsealed) else { return };
    let sealed = request.seal(&keys, b"server");
    assert!(sealed[32..] == *bytes, "written again, it is another");
    assert!(EnrolRequest::open(&sealed, &keys, b"server") == Ok(request));
    assert!(EnrolRequest::open(&sealed, &keys, b"another") == Err(EnrolRefusal::Forged));
}
