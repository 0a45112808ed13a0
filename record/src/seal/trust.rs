//! What one region's office gives another so that its residents' cards are read there: a file under a one-time code.

use std::collections::BTreeSet;
use std::fmt;

use chrono::{DateTime, Utc};
use ring::aead::Aad;
use ring::signature::{ED25519, Ed25519KeyPair, UnparsedPublicKey};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::envelope::{aead, zero_nonce};
use super::header::take;
use super::stretch::{SALT, Stretched};
use super::{CopyKey, FallbackCode, FeedId, Point, SealError, make_random, scrub_stack};
use crate::cbor;

/// Marks an offer of version 1.
const MAGIC: &[u8; 4] = b"KKT1";
const FORM: u8 = 1;
/// The longest file that is looked at; the largest offer that is taken has less than 2 KiB.
const LONGEST: usize = 8 * 1024;
/// The longest name of a region, in characters.
const LONGEST_NAME: usize = 64;
/// Separates these keys from every other that is stretched.
const CONTEXT: &[u8] = b"kakari trust v1\0";
/// Separates this signature from every other that the region's key makes.
const SIGNATURE_CONTEXT: &[u8] = b"kakari trust offer v1\0";

/// A region's offer to another: what the other's tablets need to read the copies on its cards.
#[derive(Clone, Debug)]
pub struct TrustOffer {
    /// The offering region's feed.
    pub feed: FeedId,
    /// Its name, as screens are to show it.
    pub name: String,
    /// For which region it is, by name.
    pub to: String,
    /// Its Ed25519 key; the offer is signed with it.
    pub region_key: [u8; 32],
    /// The key of the authority that issues its cards.
    pub card_authority: Point,
    /// When it was made.
    pub offered_at: DateTime<Utc>,
    /// The copy keys of every epoch in use, the newest first.
    pub copy_keys: Vec<CopyKey>,
}

/// The offer as it is signed. Wiped on drop.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
struct Written {
    feed: [u8; 16],
    name: String,
    to: String,
    region_key: [u8; 32],
    card_authority: Vec<u8>,
    offered_at: i64,
    copy_keys: Vec<(u32, [u8; 32])>,
}

impl TrustOffer {
    /// The most copy keys that one offer may hold.
    pub const MOST_KEYS: usize = 16;

    /// Whether this can be a region's name: up to 64 characters that all are seen. It is printed before anybody has said that
    /// they trust it, so nothing in it may move a cursor, turn the direction of writing or hide.
    pub fn is_name(name: &str) -> bool {
        let length = name.chars().count();
        (1..=LONGEST_NAME).contains(&length) && name.trim() == name && !name.chars().any(is_unseen)
    }

    /// Signs the offer and seals it under a code that travels another way than the file. Costs one stretching.
    pub fn seal(&self, region: &Ed25519KeyPair, code: &FallbackCode) -> Result<Vec<u8>, SealError> {
        let mut statement = Zeroizing::new(Vec::with_capacity(4096));
        ciborium::into_writer(&(FORM, self.written()), &mut *statement).map_err(|_| SealError::Malformed("offer"))?;
        let signature = region.sign(&signed(&statement));
        let mut body = Zeroizing::new([signature.as_ref(), statement.as_slice()].concat());
        let salt = make_random::<SALT>()?;
        let key = Stretched::derive(code.expose(), &salt)?.key(CONTEXT, &salt);
        // The salt is fresh, so the key seals one offer.
        aead(&key)
            .seal_in_place_append_tag(zero_nonce(), Aad::from(head(&salt)), &mut *body)
            .map_err(|_| SealError::Malformed("offer"))?;
        scrub_stack();
        Ok([head(&salt).as_slice(), &body].concat())
    }

    /// Opens an offer with its code: [`SealError::NotOpened`] for another code or a changed bit, [`SealError::NotSigned`]
    /// when whoever made it does not hold the key that it names.
    pub fn open(bytes: &[u8], code: &FallbackCode) -> Result<Self, SealError> {
        let mut rest = bytes;
        if bytes.len() > LONGEST || take::<4>(&mut rest)? != *MAGIC {
            return Err(SealError::Malformed("offer"));
        }
        let salt = take::<SALT>(&mut rest)?;
        let key = Stretched::derive(code.expose(), &salt)?.key(CONTEXT, &salt);
        let mut buffer = Zeroizing::new(rest.to_vec());
        let opened = aead(&key)
            .open_in_place(zero_nonce(), Aad::from(head(&salt)), &mut buffer)
            .map_err(|_| SealError::NotOpened)?;
        let (signature, statement) = opened.split_first_chunk::<64>().ok_or(SealError::Malformed("offer"))?;
        let written: Written = cbor::decode_versioned(FORM, statement).map_err(|_| SealError::Malformed("offer"))?;
        UnparsedPublicKey::new(&ED25519, &written.region_key)
            .verify(&signed(statement), signature)
            .map_err(|_| SealError::NotSigned)?;
        scrub_stack();
        Self::of(&written)
    }

    /// What two people read to each other, so that neither a wrong file nor one that somebody put in its place is taken:
    /// the first ten bytes of SHA-256 over feed, region key and card authority, in hexadecimal, groups of four.
    pub fn fingerprint(&self) -> String {
        fingerprint(self.feed, &self.region_key, &self.card_authority)
    }

    fn written(&self) -> Written {
        Written {
            feed: *self.feed.as_bytes(),
            name: self.name.clone(),
            to: self.to.clone(),
            region_key: self.region_key,
            card_authority: self.card_authority.to_vec(),
            offered_at: self.offered_at.timestamp(),
            copy_keys: self.copy_keys.iter().map(|key| (key.epoch(), *key.expose())).collect(),
        }
    }

    fn of(written: &Written) -> Result<Self, SealError> {
        let malformed = || SealError::Malformed("offer");
        let epochs: BTreeSet<u32> = written.copy_keys.iter().map(|(epoch, _)| *epoch).collect();
        let sound = (1..=Self::MOST_KEYS).contains(&written.copy_keys.len())
            && epochs.len() == written.copy_keys.len()
            && !epochs.contains(&0)
            && Self::is_name(&written.name)
            && Self::is_name(&written.to);
        if !sound {
            return Err(malformed());
        }
        Ok(Self {
            feed: FeedId::from_bytes(written.feed),
            name: written.name.clone(),
            to: written.to.clone(),
            region_key: written.region_key,
            card_authority: written.card_authority.as_slice().try_into().map_err(|_| malformed())?,
            offered_at: DateTime::from_timestamp(written.offered_at, 0).ok_or_else(malformed)?,
            copy_keys: written.copy_keys.iter().map(|(epoch, key)| CopyKey::from_bytes(*epoch, key)).collect(),
        })
    }
}

/// [`TrustOffer::fingerprint`] of a region by its keys.
pub fn fingerprint(feed: FeedId, region_key: &[u8; 32], card_authority: &Point) -> String {
    let named = [feed.as_bytes().as_slice(), region_key, card_authority].concat();
    let digest = ring::digest::digest(&ring::digest::SHA256, &named);
    let groups = digest.as_ref()[..10].chunks(2).map(|two| format!("{:02x}{:02x}", two[0], two[1]));
    groups.collect::<Vec<_>>().join(" ")
}

/// Control and format characters, and line separators: none of them is part of a name.
const fn is_unseen(c: char) -> bool {
    matches!(c,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}'
        | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

fn head(salt: &[u8; SALT]) -> Vec<u8> {
    [MAGIC.as_slice(), salt].concat()
}

fn signed(statement: &[u8]) -> Zeroizing<Vec<u8>> {
    Zeroizing::new([SIGNATURE_CONTEXT, statement].concat())
}

impl fmt::Debug for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Written([redacted])")
    }
}
