//! A counter in the TPM's own memory: it goes up by one, and nothing makes it go down.

use tss_esapi::attributes::{NvIndexAttributes, NvIndexAttributesBuilder};
use tss_esapi::constants::{CapabilityType, NvIndexType};
use tss_esapi::handles::{NvIndexHandle, NvIndexTpmHandle, TpmHandle};
use tss_esapi::interface_types::algorithm::HashingAlgorithm;
use tss_esapi::interface_types::resource_handles::{NvAuth, Provision};
use tss_esapi::structures::{CapabilityData, NvPublic, NvPublicBuilder};

use crate::error::refused;
use crate::session::Session;
use crate::{Tpm, TpmError};

/// Where the counter is: in the range that the TCG leaves to the TPM's owner (0x01800000 to 0x01BFFFFF, Registry of Reserved
/// TPM 2.0 Handles), away from its beginning, where other programs and people's own trials take the first that is free. The last four
/// digits are `KK`, so that whoever lists the TPM's indices sees whose it is.
const INDEX: u32 = 0x0180_4B4B;
/// Bytes of a counter (TPM 2.0 Library, part 2, TPM_NT_COUNTER).
const LEN: u16 = 8;

/// The tablet's counter. Writing wears the TPM's memory: count seldom (ADR 19).
#[derive(Clone, Debug)]
pub struct Counter {
    tpm: Tpm,
}

impl Counter {
    /// The index in the TPM's memory.
    pub const INDEX: u32 = INDEX;

    /// The counter that is there; `None` when this TPM has none.
    ///
    /// # Errors
    ///
    /// [`TpmError::CounterTaken`] when something else is in its place.
    pub fn open(tpm: &Tpm) -> Result<Option<Self>, TpmError> {
        let found = tpm.visit(|session| session.find_counter().map(|found| found.is_some()))?;
        Ok(found.then(|| Self { tpm: tpm.clone() }))
    }

    /// The counter; made when this TPM has none. One that is made begins above everything that any counter of this TPM ever
    /// stood at (TPM 2.0 Library, part 3, TPM2_NV_Increment), so removing and making it anew does not turn it back.
    pub fn open_or_define(tpm: &Tpm) -> Result<Self, TpmError> {
        tpm.visit(|session| {
            if session.find_counter()?.is_none() {
                session.define_counter()?;
            }
            Ok(())
        })?;
        Ok(Self { tpm: tpm.clone() })
    }

    /// Where it stands.
    pub fn read(&self) -> Result<u64, TpmError> {
        self.tpm.visit(|session| {
            let counter = session.find_counter()?.ok_or(TpmError::NoCounter)?;
            session.read_counter(counter)
        })
    }

    /// One more; says where it stands then.
    pub fn increment(&self) -> Result<u64, TpmError> {
        self.tpm.visit(|session| {
            let counter = session.find_counter()?.ok_or(TpmError::NoCounter)?;
            session.count(counter)?;
            session.read_counter(counter)
        })
    }
}

impl Session {
    fn find_counter(&mut self) -> Result<Option<NvIndexHandle>, TpmError> {
        let listed = self.context.get_capability(CapabilityType::Handles, INDEX, 1);
        let (listed, _) = listed.map_err(refused("list its indices"))?;
        let place = TpmHandle::NvIndex(NvIndexTpmHandle::new(INDEX).map_err(refused("name an index"))?);
        if !matches!(listed, CapabilityData::Handles(handles) if handles.first() == Some(&place)) {
            return Ok(None);
        }
        let object = self.context.tr_from_tpm_public(place).map_err(refused("open its counter"))?;
        let (public, _) =
            self.context.nv_read_public(object.into()).map_err(|_| TpmError::CounterTaken { index: INDEX })?;
        if is_ours(&public) { Ok(Some(object.into())) } else { Err(TpmError::CounterTaken { index: INDEX }) }
    }

    /// Defined and counted once: a counter that never counted cannot be read.
    fn define_counter(&mut self) -> Result<(), TpmError> {
        let public = public().map_err(refused("describe a counter"))?;
        let defined = self.authorized(|tpm| tpm.nv_define_space(Provision::Owner, None, public));
        self.count(defined.map_err(refused("make a counter"))?)
    }

    fn count(&mut self, counter: NvIndexHandle) -> Result<(), TpmError> {
        self.authorized(|tpm| tpm.nv_increment(NvAuth::NvIndex(counter), counter)).map_err(refused("count"))
    }

    fn read_counter(&mut self, counter: NvIndexHandle) -> Result<u64, TpmError> {
        let (public, _) = self.context.nv_read_public(counter).map_err(refused("read its counter"))?;
        if !public.attributes().written() {
            // The power went between making it and its first count.
            self.count(counter)?;
        }
        let read = self.authorized(|tpm| tpm.nv_read(NvAuth::NvIndex(counter), counter, LEN, 0));
        let bytes = read.map_err(refused("read its counter"))?;
        let bytes = <[u8; 8]>::try_from(bytes.value());
        bytes.map(u64::from_be_bytes).map_err(|_| TpmError::CounterTaken { index: INDEX })
    }
}

fn attributes() -> tss_esapi::Result<NvIndexAttributes> {
    NvIndexAttributesBuilder::new()
        .with_owner_write(true)
        .with_auth_write(true)
        .with_owner_read(true)
        .with_auth_read(true)
        .with_no_da(true)
        .with_nv_index_type(NvIndexType::Counter)
        .build()
}

fn public() -> tss_esapi::Result<NvPublic> {
    NvPublicBuilder::new()
        .with_nv_index(NvIndexTpmHandle::new(INDEX)?)
        .with_index_name_algorithm(HashingAlgorithm::Sha256)
        .with_index_attributes(attributes()?)
        .with_data_area_size(usize::from(LEN))
        .build()
}

/// Whether an index is what [`public`] makes; the TPM marks by itself that it was written.
fn is_ours(found: &NvPublic) -> bool {
    let bare = NvIndexAttributesBuilder::with_attributes(found.attributes()).with_written(false).build().ok();
    bare.is_some() && bare == attributes().ok() && found.data_size() == usize::from(LEN)
}
