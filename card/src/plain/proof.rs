//! Whether a FeliCa Lite-S card holds the key that the region wrote into it.

use ring::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

use super::felica::Reached;
use super::number::number_in;
use super::{LiteSId, LiteSKey, MacProof};
use crate::CardError;
use crate::felica::frame::Block;
use crate::felica::mac::{CKV, ID, MAC_A, RC, SessionKey};
use crate::felica::way::Way;
use crate::felica::{Mismatch, Reach, Step};
use crate::piv::Piv;

/// FeliCa Lite-S: its service that is written, and its service that is only read.
const WRITTEN: u16 = 0x0009;
const READ: u16 = 0x000B;

/// Internal authentication (FeliCa Lite-S User's Manual): a fresh random challenge, then identity, key version and the
/// number's block in one reading with their MAC. What was not heard to its end is an error and says nothing against the card.
pub(super) fn prove(
    piv: &mut Piv,
    reached: &Reached,
    ways: &[Way],
    key_of: impl FnOnce(&LiteSId) -> Option<LiteSKey>,
) -> Result<MacProof, CardError> {
    let mut challenge = Zeroizing::new([0; 16]);
    let filled = SystemRandom::new().fill(&mut *challenge);
    filled.map_err(|_| CardError::Malformed { what: "our own challenge" })?;
    let Some([id, version, number, mac]) = challenged(piv, reached, ways, &challenge)? else {
        return Ok(MacProof::Failed);
    };
    if number_in(&number, reached.form).as_ref() != Some(&reached.number) {
        return piv.fail(CardError::Changed);
    }
    // The chip itself writes its IDm into the beginning of its ID block.
    if !id.starts_with(&reached.idm) {
        return Ok(MacProof::Failed);
    }
    let key_version = u16::from_le_bytes([version[0], version[1]]);
    let Some(card_key) = key_of(&LiteSId { id_block: id, key_version }) else {
        return Ok(MacProof::NoKeyHere);
    };
    let blocks = [(ID, id), (CKV, version), (reached.block, number)];
    let session = SessionKey::new(&card_key, &challenge);
    let proved = mac.first_chunk::<8>().is_some_and(|mac| session.proves(&blocks, mac));
    Ok(if proved { MacProof::Proved } else { MacProof::Failed })
}

/// Over the way that the number was read by. A reader whose storage commands read but one block at a time is asked for
/// another way; where it has none, that is no word against the card. `None` when the card itself refuses.
fn challenged(
    piv: &mut Piv,
    reached: &Reached,
    ways: &[Way],
    challenge: &Block,
) -> Result<Option<[Block; 4]>, CardError> {
    let others = ways.iter().filter(|way| reached.way == Way::Storage && **way != Way::Storage);
    let mut refused = None;
    for way in [&reached.way].into_iter().chain(others) {
        let mut reach = match Reach::open(piv, *way)? {
            Ok(reach) => reach,
            Err(_) => continue,
        };
        let mut answered = ask(&mut reach, reached, challenge)?;
        if answered == Ok(None) {
            // A card that lost its power for a moment has forgotten the challenge.
            answered = ask(&mut reach, reached, challenge)?;
        }
        reach.close()?;
        match answered {
            Ok(Some(blocks)) => return Ok(Some(blocks)),
            Ok(None) => refused = Some(*way),
            Err(Mismatch::Way) => {}
            Err(Mismatch::TwoCards) => return piv.fail(CardError::Changed),
        }
    }
    match refused {
        Some(Way::Storage) | None => {
            piv.fail(CardError::Malformed { what: "the reader takes no challenge to the card" })
        }
        Some(_) => Ok(None),
    }
}

fn ask(reach: &mut Reach<'_>, reached: &Reached, challenge: &Block) -> Step<Option<[Block; 4]>> {
    match reach.write(&reached.idm, WRITTEN, RC, challenge)? {
        Ok(true) => {}
        Ok(false) => return Ok(Ok(None)),
        Err(mismatch) => return Ok(Err(mismatch)),
    }
    let read = reach.read(&reached.idm, READ, &[ID, CKV, reached.block, MAC_A])?;
    Ok(read.map(|blocks| blocks?.try_into().ok()))
}
