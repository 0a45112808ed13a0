//! FeliCa Standard as far as it answers without keys: Polling, Request Service, Read Without Encryption, Request System
//! Code; Write Without Encryption is refused. Whatever needs keys is answered with silence.

use super::{
    Asked, Block, Flags, POLLING, READ, REQUEST_SERVICE, REQUEST_SYSTEM_CODE, WRITE, WRONG_BLOCK_COUNT, WRONG_SERVICE,
    WRONG_SERVICE_COUNT, answer_polling, answer_read, answer_write, frame, open, parse_lists,
};
use crate::body::Air;

const PMM: [u8; 8] = [0x10, 0x0B, 0x4B, 0x42, 0x84, 0x85, 0xD0, 0xFF];
const NO_SUCH_BLOCK: u8 = 0xA8;
/// As many as fit into a frame of 255 bytes.
const MOST_BLOCKS: usize = 15;

/// A service that is readable without a key.
#[derive(Clone)]
pub(crate) struct Service {
    pub(crate) code: u16,
    pub(crate) blocks: Vec<Block>,
}

/// One of the systems on a card, each with an IDm of its own.
#[derive(Clone)]
pub(crate) struct System {
    pub(crate) code: u16,
    pub(crate) services: Vec<Service>,
}

pub(crate) struct Standard {
    idm: [u8; 8],
    systems: Vec<System>,
    makes_idm: Option<fn() -> [u8; 8]>,
}

impl Standard {
    pub(crate) fn new(idm: [u8; 8], systems: Vec<System>) -> Self {
        Self { idm, systems, makes_idm: None }
    }

    /// Says another IDm after each power-up.
    pub(crate) fn changing(make: fn() -> [u8; 8], systems: Vec<System>) -> Self {
        Self { idm: make(), systems, makes_idm: Some(make) }
    }

    /// The IDm of the n-th system: its number is in the upper half of the first byte.
    fn idm_of(&self, index: usize) -> [u8; 8] {
        let mut idm = self.idm;
        idm[0] |= u8::try_from(index << 4).unwrap_or(0);
        idm
    }

    fn poll(&self, body: &[u8]) -> Option<Vec<u8>> {
        let systems = self.systems.iter().enumerate();
        systems.filter_map(|(at, system)| answer_polling(body, self.idm_of(at), PMM, &[system.code])).next()
    }

    fn addressed(&self, body: &[u8]) -> Option<(usize, [u8; 8])> {
        (0..self.systems.len()).map(|at| (at, self.idm_of(at))).find(|(_, idm)| body.starts_with(idm))
    }
}

impl System {
    fn read(&self, asked: &Asked<'_>) -> Result<Vec<Block>, Flags> {
        if asked.services.is_empty() || asked.services.len() > 16 {
            return Err(WRONG_SERVICE_COUNT);
        }
        if asked.blocks.is_empty() || asked.blocks.len() > MOST_BLOCKS {
            return Err(WRONG_BLOCK_COUNT);
        }
        let find = |code: &u16| self.services.iter().find(|service| service.code == *code).ok_or(WRONG_SERVICE);
        let services = asked.services.iter().map(find).collect::<Result<Vec<_>, _>>()?;
        let blocks = asked.blocks.iter().enumerate().map(|(index, (service, number))| {
            let service = services.get(*service);
            let block = service.and_then(|service| service.blocks.get(usize::from(*number)));
            block.copied().ok_or(Flags::at(index, NO_SUCH_BLOCK))
        });
        blocks.collect()
    }

    /// Key versions of the asked services; FFFF where there is none.
    fn versions(&self, body: &[u8]) -> Option<Vec<u8>> {
        let (count, codes) = body.split_first()?;
        let known = |code: &[u8]| self.services.iter().any(|s| s.code.to_le_bytes() == code);
        let versions = codes.chunks_exact(2).flat_map(|code| if known(code) { [0, 0] } else { [0xFF; 2] });
        (codes.len() == usize::from(*count) * 2).then(|| [*count].into_iter().chain(versions).collect())
    }
}

impl Air for Standard {
    fn id(&self) -> Vec<u8> {
        self.idm.to_vec()
    }

    fn make(&self) -> Option<Vec<u8>> {
        Some(PMM.to_vec())
    }

    fn insert(&mut self) {
        if let Some(make) = self.makes_idm {
            self.idm = make();
        }
    }

    fn hear(&mut self, heard: &[u8]) -> Option<Vec<u8>> {
        let (code, body) = open(heard)?;
        if code == POLLING {
            return self.poll(body);
        }
        let (at, idm) = self.addressed(body)?;
        let (system, body) = (&self.systems[at], &body[8..]);
        match code {
            REQUEST_SERVICE => Some(frame(&[&[code + 1], &idm, &system.versions(body)?])),
            READ => Some(answer_read(idm, system.read(&parse_lists(body)?))),
            // None of its services is written without a key.
            WRITE => Some(answer_write(idm, Err(WRONG_SERVICE))),
            REQUEST_SYSTEM_CODE => {
                let codes: Vec<u8> = self.systems.iter().flat_map(|system| system.code.to_be_bytes()).collect();
                Some(frame(&[&[code + 1], &idm, &[u8::try_from(self.systems.len()).ok()?], &codes]))
            }
            _ => None,
        }
    }
}
