//! The management key (slot 9B) that a card's issuer proves to hold.

use std::fmt;

use des::TdesEde3;
use des::cipher::{BlockCipherEncrypt, KeyInit};
use zeroize::Zeroizing;

use super::IssueError;
use crate::CardError;
use crate::apdu::{Command, Instruction, Status, find_tlv, take_tlv};
use crate::piv::Piv;

const SLOT: u8 = 0x9B;
/// No touch is asked for with the key; FE would ask for one, where a card has a button.
const TOUCH_NEVER: u8 = 0xFF;

/// A management key and the algorithm it is for. Wiped on drop.
#[derive(Clone, PartialEq, Eq)]
pub struct ManagementKey {
    algorithm: Algorithm,
    bytes: Zeroizing<Vec<u8>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Algorithm {
    TripleDes = 0x03,
    Aes128 = 0x08,
    Aes192 = 0x0A,
    Aes256 = 0x0C,
}

impl fmt::Debug for ManagementKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ManagementKey({:?})[redacted]", self.algorithm)
    }
}

impl ManagementKey {
    /// The well-known key that most cards are delivered with: 3DES, 01 to 08 three times.
    #[must_use]
    pub fn factory() -> Self {
        let third = [1, 2, 3, 4, 5, 6, 7, 8];
        Self { algorithm: Algorithm::TripleDes, bytes: Zeroizing::new(third.repeat(3)) }
    }

    /// Every key that cards are delivered with: the well-known bytes as 3DES, and as AES-192 on newer ones.
    #[must_use]
    pub fn factory_keys() -> Vec<Self> {
        let three = Self::factory();
        let aes = Self { algorithm: Algorithm::Aes192, bytes: three.bytes.clone() };
        vec![three, aes]
    }

    /// Three-key 3DES.
    #[must_use]
    pub fn triple_des(key: &[u8; 24]) -> Self {
        Self { algorithm: Algorithm::TripleDes, bytes: Zeroizing::new(key.to_vec()) }
    }

    /// AES by the key's length: 16, 24 or 32 bytes. `None` for any other length.
    #[must_use]
    pub fn aes(key: &[u8]) -> Option<Self> {
        let algorithm = match key.len() {
            16 => Algorithm::Aes128,
            24 => Algorithm::Aes192,
            32 => Algorithm::Aes256,
            _ => return None,
        };
        Some(Self { algorithm, bytes: Zeroizing::new(key.to_vec()) })
    }

    /// Answers the card's challenge with one key after the other until it takes one: which that was. The standard counts no
    /// tries of this key.
    pub(super) fn authenticate_any<'a>(keys: &'a [Self], piv: &mut Piv) -> Result<&'a Self, IssueError> {
        for key in keys {
            match key.authenticate(piv) {
                Err(IssueError::WrongManagementKey) => {}
                done => return done.map(|()| key),
            }
        }
        Err(IssueError::WrongManagementKey)
    }

    /// Answers the card's challenge (external authentication, SP 800-73-4 part 2, appendix A.1).
    pub(super) fn authenticate(&self, piv: &mut Piv) -> Result<(), IssueError> {
        let ask = self.command(&[0x7C, 0x02, 0x81, 0x00]).asking();
        let answer = piv.exchange("GENERAL AUTHENTICATE (challenge)", &ask)?;
        if answer.status() != Status::Done {
            return Err(IssueError::WrongManagementKey);
        }
        let challenge = take_tlv(&answer.data).and_then(|(_, template, _)| find_tlv(template, 0x81));
        let Some(response) = challenge.and_then(|challenge| self.encrypt(challenge)) else {
            return Ok(piv.fail(CardError::Malformed { what: "challenge" })?);
        };
        let response = piv.tlv(0x82, &response)?;
        let template = piv.tlv(0x7C, &response)?;
        let answer = piv.exchange("GENERAL AUTHENTICATE (response)", &self.command(&template))?;
        if answer.status() == Status::Done { Ok(()) } else { Err(IssueError::WrongManagementKey) }
    }

    fn command(&self, template: &[u8]) -> Command {
        Command::new(Instruction::GeneralAuthenticate, self.algorithm as u8, SLOT, template)
    }

    /// Makes the first of these that the card takes its key from now on; another must have been authenticated before.
    pub(super) fn store_any(keys: &[Self], piv: &mut Piv) -> Result<(), IssueError> {
        for key in keys {
            match key.store(piv)? {
                Status::Done => return Ok(()),
                // A kind of key, or the whole command, that this card does not know.
                Status::Other(_) | Status::NotFound => {}
                _ => break,
            }
        }
        Err(IssueError::ManagementKeyStays)
    }

    fn store(&self, piv: &mut Piv) -> Result<Status, CardError> {
        let length = u8::try_from(self.bytes.len()).map_err(|_| CardError::Malformed { what: "our own command" })?;
        let mut data = Zeroizing::new(vec![self.algorithm as u8, SLOT, length]);
        data.extend_from_slice(&self.bytes);
        let command = Command::new(Instruction::SetManagementKey, 0xFF, TOUCH_NEVER, &data);
        Ok(piv.exchange("SET MANAGEMENT KEY", &command)?.status())
    }

    /// One block, ECB: the standard's challenge is one block long.
    fn encrypt(&self, challenge: &[u8]) -> Option<Vec<u8>> {
        match self.algorithm {
            Algorithm::TripleDes => encrypt_block::<TdesEde3>(&self.bytes, challenge),
            Algorithm::Aes128 => encrypt_block::<aes::Aes128>(&self.bytes, challenge),
            Algorithm::Aes192 => encrypt_block::<aes::Aes192>(&self.bytes, challenge),
            Algorithm::Aes256 => encrypt_block::<aes::Aes256>(&self.bytes, challenge),
        }
    }
}

fn encrypt_block<C: KeyInit + BlockCipherEncrypt>(key: &[u8], challenge: &[u8]) -> Option<Vec<u8>> {
    let mut block = des::cipher::Block::<C>::try_from(challenge).ok()?;
    C::new_from_slice(key).ok()?.encrypt_block(&mut block);
    Some(block.to_vec())
}
