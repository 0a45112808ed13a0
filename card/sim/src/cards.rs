//! The cards that a person may lay on the reader instead of, or as, a region's PIV card.

use std::io;

use crate::VirtualCard;
use crate::atr::{of_memory_card, of_processor_card};
use crate::body::{Body, Technology};
use crate::chip::{Chip, Job};
use crate::felica::{Copied, LiteS, LiteSChip, Pair, READ, Replayed, Service, Standard, System, WRITE};
use crate::memory::{Locked, Pages, TypeB};
use crate::others::{
    BANK, DRIVING_LICENCE, MY_NUMBER, PASSPORT, RESIDENCE_CARD, answer, changing_idm, changing_pupi, changing_uid,
    is_selection,
};

const FELICA: (u8, u16) = (0x11, 0x003B);
const MIFARE_1K: (u8, u16) = (0x03, 0x0001);
const ULTRALIGHT: (u8, u16) = (0x03, 0x0003);
/// ISO/IEC 14443 B part 2; SRIX4K.
const TYPE_B: (u8, u16) = (0x06, 0x0007);
/// What Type B cards of the state say of themselves (application data, protocol), as readers show it.
const STATE_TYPE_B: [u8; 8] = [0x00, 0x00, 0x00, 0x00, 0x33, 0x41, 0x81, 0x80];
/// Journeys, purchases, balance: readable by anybody, and nobody's business here.
const TRANSIT_HISTORY: u16 = 0x090F;

impl VirtualCard {
    /// A FeliCa Lite-S card.
    #[must_use]
    pub fn felica_lite_s(card: &LiteS) -> Self {
        Self::felica(LiteSChip::new(card))
    }

    /// A copy by somebody who has read the card but has not its key: same IDm, same blocks.
    #[must_use]
    pub fn copy_of_lite_s(card: &LiteS) -> Self {
        Self::felica(Copied::new(card))
    }

    /// What somebody wrote who has neither the key nor such a chip: another FeliCa chip, or a program that plays one, with the
    /// system and the blocks of a FeliCa Lite that are read. It refuses every challenge.
    #[must_use]
    pub fn emulated_lite(idm: [u8; 8], blocks: Vec<[u8; 16]>) -> Self {
        Self::felica(Standard::new(
            idm,
            vec![System { code: 0x88B4, services: vec![Service { code: 0x000B, blocks }] }],
        ))
    }

    /// A card that says again what this FeliCa card has said since its last insertion.
    #[must_use]
    pub fn replay(&self) -> Self {
        let said = self.heard().into_iter().filter_map(|(asked, said)| Some((asked, said?))).collect();
        Self::felica(Replayed::new(self.id(), self.body().make(), said))
    }

    /// A card of trains and buses (FeliCa Standard, system 0003) with a history that anybody could read.
    #[must_use]
    pub fn transit() -> Self {
        let history = Service { code: TRANSIT_HISTORY, blocks: vec![[0x16; 16]; 20] };
        let balance = Service { code: 0x008B, blocks: vec![[0x20; 16]] };
        let system = System { code: 0x0003, services: vec![history, balance] };
        let shops = System { code: 0xFE00, services: Vec::new() };
        Self::felica(Standard::new([0x01, 0x10, 0x05, 0x00, 0x8B, 0x0A, 0x2C, 0x1D], vec![system, shops]))
            .guarded(felica_breach)
    }

    /// A FeliCa Standard card of shops or members (common area FE00 alone).
    #[must_use]
    pub fn shop_felica() -> Self {
        let points = Service { code: 0x1A8B, blocks: vec![[0x31; 16]; 4] };
        let system = System { code: 0xFE00, services: vec![points] };
        Self::felica(Standard::new([0x01, 0x14, 0xC3, 0x21, 0x77, 0x10, 0x42, 0x0B], vec![system]))
            .guarded(felica_breach)
    }

    /// A phone that plays a FeliCa card: another IDm (02 FE …) each time.
    #[must_use]
    pub fn phone_felica() -> Self {
        let system = System { code: 0x4000, services: Vec::new() };
        Self::felica(Standard::changing(changing_idm, vec![system])).guarded(felica_breach)
    }

    /// MIFARE Classic 1K: says its UID; its blocks need keys.
    #[must_use]
    pub fn mifare_classic(uid: [u8; 4]) -> Self {
        Self::memory(MIFARE_1K, Technology::TypeA, Locked { uid: uid.to_vec() })
    }

    /// MIFARE Ultralight or NTAG: says its UID; `content` can be read from this page on (4 bytes each, at most page 44).
    ///
    /// # Panics
    /// When the content does not fit.
    #[must_use]
    pub fn ultralight(uid: [u8; 7], page: u8, content: &[u8]) -> Self {
        Self::memory(ULTRALIGHT, Technology::TypeA, Pages::new(uid, page, content))
    }

    /// A Type B memory card: its identifier is another one each time.
    #[must_use]
    pub fn type_b() -> Self {
        Self::memory(TYPE_B, Technology::TypeB, TypeB::default())
    }

    /// A phone that plays no card we know: ISO/IEC 14443-4, UID 08 … and another one each time.
    ///
    /// # Errors
    /// When no thread can be started; so with all that follow.
    pub fn phone() -> io::Result<Self> {
        Self::with_names(&[], Technology::TypeA, &[])
    }

    /// マイナンバーカード. It answers SELECT of its applications; every other command is a [breach](Self::breaches).
    ///
    /// # Errors
    /// As [`phone`](Self::phone).
    pub fn my_number() -> io::Result<Self> {
        Self::with_names(MY_NUMBER, Technology::TypeB, &STATE_TYPE_B)
    }

    /// 運転免許証.
    ///
    /// # Errors
    /// As [`phone`](Self::phone).
    pub fn driving_licence() -> io::Result<Self> {
        Self::with_names(DRIVING_LICENCE, Technology::TypeB, &STATE_TYPE_B)
    }

    /// 在留カード.
    ///
    /// # Errors
    /// As [`phone`](Self::phone).
    pub fn residence_card() -> io::Result<Self> {
        Self::with_names(RESIDENCE_CARD, Technology::TypeB, &STATE_TYPE_B)
    }

    /// A passport.
    ///
    /// # Errors
    /// As [`phone`](Self::phone).
    pub fn passport() -> io::Result<Self> {
        Self::with_names(PASSPORT, Technology::TypeA, &[])
    }

    /// A bank's or credit card.
    ///
    /// # Errors
    /// As [`phone`](Self::phone).
    pub fn bank_card() -> io::Result<Self> {
        Self::with_names(BANK, Technology::TypeA, &[])
    }

    fn with_names(names: &'static [&[u8]], technology: Technology, historical: &[u8]) -> io::Result<Self> {
        let chip = Chip::start(move |jobs| {
            while let Ok(job) = jobs.recv() {
                if let Job::Apdu { command, answer: to } = job {
                    let _ = to.send(answer(names, &command));
                }
            }
        })?;
        let make_id = if technology == Technology::TypeB { changing_pupi } else { changing_uid };
        let card = Self::with_body(&of_processor_card(historical), Body::apdus(chip, technology, make_id));
        Ok(card.guarded(|command, _| !is_selection(command)))
    }

    /// Two FeliCa cards in one field: the reader has named the first, and either may be the quicker to a polling.
    pub(crate) fn felica_pair(first: &Self, quicker: &Self) -> Self {
        Self::felica(Pair { first: first.clone(), quicker: quicker.clone() })
    }

    fn felica(air: impl crate::body::Air + 'static) -> Self {
        Self::memory(FELICA, Technology::Felica, air)
    }

    fn memory((standard, name): (u8, u16), technology: Technology, air: impl crate::body::Air + 'static) -> Self {
        Self::with_body(&of_memory_card(standard, name), Body::air(technology, air))
    }
}

/// Asking who it is reads nothing: Polling, Request Service, Response, System Code and the like. A read counts when blocks
/// came back; a write or anything with keys always does.
fn felica_breach(frame: &[u8], answer: Option<&[u8]>) -> bool {
    const HARMLESS: [u8; 5] = [0x00, 0x02, 0x04, 0x0A, 0x0C];
    match frame.get(1) {
        Some(&READ) => answer.and_then(|answer| answer.get(10)).is_some_and(|flag| *flag == 0),
        Some(&WRITE) => true,
        Some(code) => !HARMLESS.contains(code),
        None => false,
    }
}
