//! A shift without a staff card: a supervisor's one-time code, and the vault keys wrapped under it in the roster.

use std::fmt;

use ring::aead::Aad;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::envelope::{aead, zero_nonce};
use super::stretch::{SALT, Stretched};
use super::{FeedId, Keyring, SealError, VaultKey, make_random, scrub_stack};

/// Digits of a code; the last one is a check digit.
const DIGITS: usize = 16;
/// A vault key and its tag.
const SEALED: usize = 32 + 16;
/// Codes of one tablet that are tried at most, in the order of the roster: more than twice what an office keeps, and not so
/// many that the reader answers nobody for long.
const MOST_TRIED: usize = 8;
/// Separates these keys from every other that is stretched.
const CONTEXT: &[u8] = b"kakari fallback wrap v1\0";

/// A supervisor's one-time code: sixteen digits, the last of them a check digit after Luhn (ISO/IEC 7812-1, annex B),
/// which finds every wrong digit and nearly every swap of two neighbours. Wiped on drop, never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct FallbackCode(Zeroizing<[u8; DIGITS]>);

/// Why digits are no code. Nothing was tried with them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FallbackCodeError {
    /// Not sixteen digits.
    #[error("a code has sixteen digits")]
    NotSixteenDigits,
    /// Sixteen digits that no code has: one was misheard or mistyped.
    #[error("a digit of the code is wrong")]
    CheckDigit,
}

/// One vault key, wrapped for one tablet under one code.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FallbackWrap {
    /// The tablet's name, as the region gave it.
    pub tablet: String,
    /// Which code: random, so that it says nothing of the code. All wraps of one code have the same.
    pub id: [u8; 8],
    /// The code's salt, the same in all its wraps.
    pub salt: [u8; SALT],
    /// Generation of the vault key.
    pub epoch: u32,
    /// Ciphertext and tag, 48 bytes.
    pub sealed: Vec<u8>,
}

impl FallbackCode {
    /// A fresh code: only the regional office makes one.
    pub fn make() -> Result<Self, SealError> {
        let mut digits = Zeroizing::new([b'0'; DIGITS]);
        for digit in digits.iter_mut().take(DIGITS - 1) {
            *digit = b'0' + make_digit()?;
        }
        digits[DIGITS - 1] = check_digit(&digits[..DIGITS - 1]);
        Ok(Self(digits))
    }

    /// Reads a code as somebody wrote or typed it: spaces and hyphens between the digits do not count.
    pub fn parse(text: &[u8]) -> Result<Self, FallbackCodeError> {
        let mut digits = Zeroizing::new([0; DIGITS]);
        let mut places = digits.iter_mut();
        for byte in text.iter().filter(|byte| !matches!(byte, b' ' | b'-')) {
            let place = places.next().ok_or(FallbackCodeError::NotSixteenDigits)?;
            *place = if byte.is_ascii_digit() { *byte } else { return Err(FallbackCodeError::NotSixteenDigits) };
        }
        if places.next().is_some() {
            return Err(FallbackCodeError::NotSixteenDigits);
        }
        drop(places);
        let check = check_digit(&digits[..DIGITS - 1]);
        if digits[DIGITS - 1] == check { Ok(Self(digits)) } else { Err(FallbackCodeError::CheckDigit) }
    }

    /// The digits in ASCII: for the office, which reads them to the crew once.
    pub fn expose(&self) -> &[u8; DIGITS] {
        &self.0
    }
}

impl FallbackWrap {
    /// Wraps every vault key in use for `tablet` under one code; one wrap per epoch.
    pub fn wrap_all(keys: &Keyring, feed: FeedId, tablet: &str, code: &FallbackCode) -> Result<Vec<Self>, SealError> {
        let (id, salt) = (make_random()?, make_random()?);
        let stretched = Stretched::derive(code.expose(), &salt)?;
        let new = |epoch| Self { tablet: tablet.to_owned(), id, salt, epoch, sealed: Vec::new() };
        keys.iter().map(|vault| new(vault.epoch()).seal(vault, feed, &stretched)).collect()
    }

    /// Wraps one vault key for `tablet`.
    pub fn wrap(vault: &VaultKey, feed: FeedId, tablet: &str, code: &FallbackCode) -> Result<Self, SealError> {
        let (id, salt) = (make_random()?, make_random()?);
        let stretched = Stretched::derive(code.expose(), &salt)?;
        Self { tablet: tablet.to_owned(), id, salt, epoch: vault.epoch(), sealed: Vec::new() }
            .seal(vault, feed, &stretched)
    }

    /// Wraps the vault key of another epoch under the code of this wrap: the same code, with the same id and salt, so that
    /// a tablet which remembers it as used knows it again.
    pub fn wrap_also(&self, vault: &VaultKey, feed: FeedId, code: &FallbackCode) -> Result<Self, SealError> {
        let stretched = Stretched::derive(code.expose(), &self.salt)?;
        Self { epoch: vault.epoch(), sealed: Vec::new(), ..self.clone() }.seal(vault, feed, &stretched)
    }

    /// Unwraps with the code: [`SealError::NotOpened`] when it is another's, or a bit was changed.
    pub fn unwrap(&self, feed: FeedId, code: &FallbackCode) -> Result<VaultKey, SealError> {
        self.open(feed, &Stretched::derive(code.expose(), &self.salt)?)
    }

    /// Unwraps what `code` opens among `wraps`: which code it is, and every vault key under it. Each code of `wraps`
    /// costs one stretching, and no more than eight are tried. `None` when it is none of theirs.
    pub fn unwrap_all<'a>(
        wraps: impl Iterator<Item = &'a Self>,
        feed: FeedId,
        code: &FallbackCode,
    ) -> Result<Option<([u8; 8], Keyring)>, SealError> {
        let mut codes: Vec<([u8; 8], [u8; SALT], Vec<&Self>)> = Vec::new();
        for wrap in wraps {
            match codes.iter_mut().find(|(id, salt, _)| (*id, *salt) == (wrap.id, wrap.salt)) {
                Some((_, _, same)) => same.push(wrap),
                None => codes.push((wrap.id, wrap.salt, vec![wrap])),
            }
        }
        for (id, salt, wraps) in codes.into_iter().take(MOST_TRIED) {
            let stretched = Stretched::derive(code.expose(), &salt)?;
            let keys: Vec<_> = wraps.iter().filter_map(|wrap| wrap.open(feed, &stretched).ok()).collect();
            scrub_stack();
            if !keys.is_empty() {
                return Ok(Some((id, Keyring::new(keys))));
            }
        }
        Ok(None)
    }

    fn seal(mut self, vault: &VaultKey, feed: FeedId, stretched: &Stretched) -> Result<Self, SealError> {
        let info = self.info(feed)?;
        let mut body = Zeroizing::new(*vault.expose());
        let tag = aead(&stretched.key(CONTEXT, &info))
            .seal_in_place_separate_tag(zero_nonce(), Aad::from(&info), &mut *body)
            .map_err(|_| SealError::NotOpened)?;
        self.sealed = [body.as_slice(), tag.as_ref()].concat();
        Ok(self)
    }

    fn open(&self, feed: FeedId, stretched: &Stretched) -> Result<VaultKey, SealError> {
        let sealed: [u8; SEALED] = self.sealed.as_slice().try_into().map_err(|_| SealError::Malformed("sealed"))?;
        let info = self.info(feed)?;
        let mut buffer = Zeroizing::new(sealed);
        let opened = aead(&stretched.key(CONTEXT, &info))
            .open_in_place(zero_nonce(), Aad::from(&info), &mut *buffer)
            .map_err(|_| SealError::NotOpened)?;
        let mut key = Zeroizing::new([0; 32]);
        key.copy_from_slice(opened);
        Ok(VaultKey::from_bytes(self.epoch, key))
    }

    /// Everything that a wrap is bound to. Its key is derived with this, so that it seals one thing alone.
    fn info(&self, feed: FeedId) -> Result<Vec<u8>, SealError> {
        let length = u16::try_from(self.tablet.len()).map_err(|_| SealError::Malformed("tablet"))?;
        let tablet = [&length.to_be_bytes(), self.tablet.as_bytes()].concat();
        Ok([feed.as_bytes().as_slice(), &tablet, &self.id, &self.salt, &self.epoch.to_be_bytes()].concat())
    }
}

/// A digit, each as likely as any other.
fn make_digit() -> Result<u8, SealError> {
    loop {
        let [byte] = make_random()?;
        if byte < 250 {
            return Ok(byte % 10);
        }
    }
}

/// The check digit after Luhn for the digits before it.
fn check_digit(digits: &[u8]) -> u8 {
    let doubled = |(place, digit): (usize, &u8)| {
        let value = u32::from(digit - b'0');
        if place % 2 == 1 {
            value
        } else if value > 4 {
            2 * value - 9
        } else {
            2 * value
        }
    };
    let sum: u32 = digits.iter().rev().enumerate().map(doubled).sum();
    b'0' + u8::try_from((10 - sum % 10) % 10).unwrap_or_default()
}

impl fmt::Debug for FallbackCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FallbackCode([redacted])")
    }
}

impl fmt::Debug for FallbackWrap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FallbackWrap(epoch {}, [redacted])", self.epoch)
    }
}
