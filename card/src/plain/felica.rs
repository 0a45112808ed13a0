//! What a FeliCa card is, and the number in it.

use super::number::number_in;
use super::{CardProfile, NumberForm, Place};
use crate::CardError;
use crate::apdu::Status;
use crate::certificate::CardNumber;
use crate::felica::frame::{ANY_SYSTEM, Idm, Polled, same_card};
use crate::felica::way::Way;
use crate::felica::{Mismatch, Reach, Step};
use crate::kind::ForeignKind;
use crate::piv::Piv;

/// FeliCa Lite and Lite-S: one system, which every such card has.
const LITE_SYSTEM: u16 = 0x88B4;
/// サイバネ規格: the cards of trains and buses.
const TRANSIT_SYSTEM: u16 = 0x0003;
/// PC/SC part 3, GET DATA: PMm. Its second byte names the chip; Lite is F0, Lite-S F1, Link F2.
const GET_PMM: [u8; 5] = [0xFF, 0xCA, 1, 0, 0];
const LITE_CHIPS: std::ops::RangeInclusive<u8> = 0xF0..=0xF2;

/// What was found of a FeliCa card.
pub(super) enum Seen {
    /// The region's number.
    Number(Reached),
    /// None of the region's profiles fits.
    Other(ForeignKind),
}

/// A number, and how it was read.
pub(super) struct Reached {
    pub(super) number: CardNumber,
    pub(super) has_key: bool,
    pub(super) way: Way,
    pub(super) idm: Idm,
    pub(super) block: u8,
    pub(super) form: NumberForm,
}

/// Where a profile looks.
struct Target {
    system: u16,
    service: u16,
    block: u8,
    form: NumberForm,
    has_key: bool,
}

/// Looks over the first way that the reader knows. Nothing but the blocks of the region's profiles is read, and only in
/// the systems that answer to them.
pub(super) fn look(piv: &mut Piv, idm: &Idm, profiles: &[CardProfile], ways: &[Way]) -> Result<Seen, CardError> {
    let targets: Vec<Target> = profiles.iter().filter_map(target).collect();
    for way in ways {
        let mut reach = match Reach::open(piv, *way)? {
            Ok(reach) => reach,
            Err(_) => continue,
        };
        let seen = match way {
            Way::Storage => in_storage(&mut reach, idm, &targets)?,
            _ => by_polling(&mut reach, *way, idm, &targets)?,
        };
        reach.close()?;
        match seen {
            Ok(seen) => return Ok(seen),
            Err(Mismatch::TwoCards) => return Ok(Seen::Other(ForeignKind::TwoCards)),
            Err(Mismatch::Way) => {}
        }
    }
    Ok(Seen::Other(ForeignKind::Felica))
}

fn target(profile: &CardProfile) -> Option<Target> {
    match profile.place {
        Place::Felica { system, service, block } => {
            Some(Target { system, service, block, form: profile.form, has_key: profile.has_key })
        }
        Place::TypeA { .. } => None,
    }
}

/// By frames: the card says which systems it has.
fn by_polling(reach: &mut Reach<'_>, way: Way, idm: &Idm, targets: &[Target]) -> Step<Seen> {
    let first = match poll(reach, idm, ANY_SYSTEM)? {
        Ok(None) => poll(reach, idm, ANY_SYSTEM)?,
        polled => polled,
    };
    let first = match first {
        Ok(Some(first)) => first,
        // The reader has just given this card's identifier: if it hears nothing, this is no way to the card.
        Ok(None) => return Ok(Err(Mismatch::Way)),
        Err(mismatch) => return Ok(Err(mismatch)),
    };
    for target in targets {
        let polled = match system(reach, idm, &first, target.system)? {
            Ok(Some(polled)) => polled,
            Ok(None) => continue,
            Err(mismatch) => return Ok(Err(mismatch)),
        };
        match number(reach, way, &polled.idm, target)? {
            Ok(Some(reached)) => return Ok(Ok(Seen::Number(reached))),
            Ok(None) => {}
            Err(mismatch) => return Ok(Err(mismatch)),
        }
    }
    Ok(system(reach, idm, &first, TRANSIT_SYSTEM)?
        .map(|transit| Seen::Other(if transit.is_some() { ForeignKind::Transit } else { ForeignKind::Felica })))
}

/// Whoever answers for this system, if that is the card whose identifier was given.
fn poll(reach: &mut Reach<'_>, idm: &Idm, system: u16) -> Step<Option<Polled>> {
    Ok(match reach.poll(system)? {
        Ok(Some(polled)) if !same_card(&polled.idm, idm) => Err(Mismatch::TwoCards),
        polled => polled,
    })
}

/// The card's system of this code. A Lite card has one alone and is not asked for others.
fn system(reach: &mut Reach<'_>, idm: &Idm, first: &Polled, code: u16) -> Step<Option<Polled>> {
    match first.system {
        Some(known) if known == code => Ok(Ok(Some(*first))),
        Some(LITE_SYSTEM) => Ok(Ok(None)),
        _ => poll(reach, idm, code),
    }
}

/// By storage commands: the reader chose the system, so only what every Lite card has can be known to be meant.
fn in_storage(reach: &mut Reach<'_>, idm: &Idm, targets: &[Target]) -> Step<Seen> {
    let targets: Vec<&Target> = targets.iter().filter(|target| target.system == LITE_SYSTEM).collect();
    if targets.is_empty() || !is_lite(reach.reader())? {
        return Ok(Err(Mismatch::Way));
    }
    for target in targets {
        match number(reach, Way::Storage, idm, target)? {
            Ok(Some(reached)) => return Ok(Ok(Seen::Number(reached))),
            Ok(None) => {}
            Err(mismatch) => return Ok(Err(mismatch)),
        }
    }
    Ok(Err(Mismatch::Way))
}

/// A reader that does not tell leaves it open.
fn is_lite(piv: &mut Piv) -> Result<bool, CardError> {
    let answer = piv.raw("GET PMM", &GET_PMM)?;
    Ok(answer.status() != Status::Done || answer.data.get(1).is_none_or(|chip| LITE_CHIPS.contains(chip)))
}

fn number(reach: &mut Reach<'_>, way: Way, idm: &Idm, target: &Target) -> Step<Option<Reached>> {
    let Target { service, block, form, has_key, .. } = *target;
    Ok(reach.read(idm, service, &[block])?.map(|read| {
        let number = number_in(read?.first()?, form)?;
        Some(Reached { number, has_key, way, idm: *idm, block, form })
    }))
}
