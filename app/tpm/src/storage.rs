//! The storage key that the tablet's keys are wrapped under: made anew for each visit, and each time the same.

use tss_esapi::attributes::ObjectAttributesBuilder;
use tss_esapi::handles::KeyHandle;
use tss_esapi::interface_types::algorithm::{HashingAlgorithm, PublicAlgorithm};
use tss_esapi::interface_types::ecc::EccCurve;
use tss_esapi::interface_types::resource_handles::Hierarchy;
use tss_esapi::structures::{
    EccParameter, EccPoint, EccScheme, KeyDerivationFunctionScheme, Public, PublicBuilder, PublicEccParameters,
    SymmetricDefinitionObject,
};

use crate::TpmError;
use crate::error::refused;
use crate::session::Session;

/// Bytes of a coordinate of P-256.
const COORDINATE: usize = 32;

impl Session {
    /// Does `work` with the storage key.
    pub(crate) fn with_storage_key<T>(
        &mut self,
        work: impl FnOnce(&mut Self, KeyHandle) -> Result<T, TpmError>,
    ) -> Result<T, TpmError> {
        let template = template().map_err(refused("describe its storage key"))?;
        let made = self.authorized(|tpm| tpm.create_primary(Hierarchy::Owner, template, None, None, None, None));
        let key = made.map_err(refused("make its storage key"))?.key_handle;
        self.with_loaded(key.into(), |session| work(session, key))
    }
}

/// The TCG's template of a storage root key on P-256 (TCG EK Credential Profile, template L-2, with the attributes of TCG
/// TPM v2.0 Provisioning Guidance). A TPM derives the same key from it until its owner seed changes.
fn template() -> tss_esapi::Result<Public> {
    let attributes = ObjectAttributesBuilder::new()
        .with_fixed_tpm(true)
        .with_fixed_parent(true)
        .with_sensitive_data_origin(true)
        .with_user_with_auth(true)
        .with_no_da(true)
        .with_restricted(true)
        .with_decrypt(true)
        .build()?;
    let parameters = PublicEccParameters::new(
        SymmetricDefinitionObject::AES_128_CFB,
        EccScheme::Null,
        EccCurve::NistP256,
        KeyDerivationFunctionScheme::Null,
    );
    let zeros = EccParameter::try_from(vec![0; COORDINATE])?;
    PublicBuilder::new()
        .with_public_algorithm(PublicAlgorithm::Ecc)
        .with_name_hashing_algorithm(HashingAlgorithm::Sha256)
        .with_object_attributes(attributes)
        .with_ecc_parameters(parameters)
        .with_ecc_unique_identifier(EccPoint::new(zeros.clone(), zeros))
        .build()
}
