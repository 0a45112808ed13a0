//! The twelve characters.

use std::fmt;
use std::num::NonZeroU32;

use ring::hmac;
use ring::pbkdf2;
use ring::rand::{SecureRandom, SystemRandom};
use zeroize::{Zeroize, Zeroizing};

const LEN: usize = 12;
/// PBKDF2 rounds: who found a bundle guesses its 60 random bits about 2^17 times more slowly. Only the office and the
/// tablet derive, once for each invitation; the server looks the id up, so that no request costs it these rounds.
const ROUNDS: NonZeroU32 = NonZeroU32::new(100_000).unwrap();
const SALT: &[u8] = b"kakari invitation v1";

/// An invitation's code. Never printed by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct InvitationCode([u8; LEN]);

/// What was typed is no code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an invitation code: twelve letters and digits, as XXXX-XXXX-XXXX")]
pub struct CodeError;

/// What comes from a code: the invitation's id and the key for its HMACs.
pub struct CodeKeys {
    /// Names the invitation to the server.
    pub id: [u8; 16],
    /// Key of the HMACs.
    pub(super) key: hmac::Key,
    secret: Zeroizing<[u8; 32]>,
}

impl InvitationCode {
    /// The characters that a code can have: Crockford's base 32, without I, L, O and U.
    pub const ALPHABET: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    /// How many of them it has.
    pub const LEN: usize = LEN;

    /// The character of a code that was meant by one that was typed; `None` for one that no code has.
    pub fn character(typed: char) -> Option<char> {
        let meant = match half_width(typed).to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        };
        Self::ALPHABET.contains(meant).then_some(meant)
    }

    /// A fresh random code; `None` when the system gives no random bytes.
    pub fn make() -> Option<Self> {
        let mut bytes = [0; LEN];
        SystemRandom::new().fill(&mut bytes).ok()?;
        Some(Self(bytes.map(|byte| Self::ALPHABET.as_bytes()[usize::from(byte % 32)])))
    }

    /// Reads a code as it was typed: small letters, full-width ones of a Japanese keyboard, spaces, hyphens and dashes,
    /// O for 0, I and L for 1.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let mut code = Self([0; LEN]);
        let mut places = code.0.iter_mut();
        for typed in text.chars().filter(|typed| !matches!(half_width(*typed), '-' | ' ')) {
            let meant = Self::character(typed).ok_or(CodeError)?;
            *places.next().ok_or(CodeError)? = u8::try_from(meant).map_err(|_| CodeError)?;
        }
        if places.next().is_none() { Ok(code) } else { Err(CodeError) }
    }

    /// As the office shows it: `XXXX-XXXX-XXXX`. A secret until it is used.
    pub fn expose(&self) -> String {
        let groups: Vec<_> = self.0.chunks(4).map(String::from_utf8_lossy).collect();
        groups.join("-")
    }

    /// Derives the id and the key: PBKDF2-HMAC-SHA256 (RFC 8018), 48 bytes.
    pub fn derive_keys(&self) -> CodeKeys {
        let mut derived = Zeroizing::new([0; 48]);
        pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, ROUNDS, SALT, &self.0, &mut *derived);
        let mut id = [0; 16];
        id.copy_from_slice(&derived[..16]);
        let mut secret = Zeroizing::new([0; 32]);
        secret.copy_from_slice(&derived[16..]);
        CodeKeys::new(id, secret)
    }
}

impl CodeKeys {
    /// The keys as the server keeps them until the invitation is used.
    pub fn new(id: [u8; 16], secret: Zeroizing<[u8; 32]>) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &*secret);
        Self { id, key, secret }
    }

    /// The key's bytes, for the server to seal and keep.
    pub const fn expose(&self) -> &Zeroizing<[u8; 32]> {
        &self.secret
    }
}

/// The ASCII character that was meant: full-width forms (U+FF01 to U+FF5E), the wide space, dashes of every length.
fn half_width(typed: char) -> char {
    match typed {
        '\u{3000}' => ' ',
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{30fc}' | '\u{ff70}' => '-',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(typed) - 0xfee0).unwrap_or(typed),
        other => other,
    }
}

impl Drop for InvitationCode {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for InvitationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InvitationCode([redacted])")
    }
}

impl fmt::Debug for CodeKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CodeKeys([redacted])")
    }
}
