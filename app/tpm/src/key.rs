//! A signing key that was made in the TPM and never leaves it.

use std::fmt;

use kakari_record::device_key::{DeviceKey, DeviceKeyError};
use ring::digest::{SHA256, digest};
use tss_esapi::attributes::{ObjectAttributes, ObjectAttributesBuilder};
use tss_esapi::constants::StructureTag;
use tss_esapi::interface_types::algorithm::{HashingAlgorithm, PublicAlgorithm};
use tss_esapi::interface_types::ecc::EccCurve;
use tss_esapi::structures::{
    Digest, EccParameter, EccPoint, EccScheme, HashScheme, HashcheckTicket, KeyDerivationFunctionScheme, Public,
    PublicBuilder, PublicEccParameters, Signature, SignatureScheme, SymmetricDefinitionObject,
};
use tss_esapi::tss2_esys::TPMT_TK_HASHCHECK;

use crate::blob::Blob;
use crate::error::{is_foreign, refused};
use crate::session::Session;
use crate::{Tpm, TpmError};

/// Bytes of a coordinate of P-256, and of r and s.
const COORDINATE: usize = 32;

/// An ECDSA key on P-256 in a TPM: `fixedTPM`, `fixedParent`, `sensitiveDataOrigin`, `noDA`, no authorization value.
#[derive(Clone)]
pub struct SigningKey {
    tpm: Tpm,
    blob: Blob,
    point: [u8; 65],
}

impl SigningKey {
    /// Makes a key. The bytes are for a file: they open in this TPM alone, and in it until its owner clears it.
    pub fn make(tpm: &Tpm) -> Result<Vec<u8>, TpmError> {
        let template = template(EccPoint::default()).map_err(refused("describe a key"))?;
        let blob = tpm.visit(|session| {
            session.with_storage_key(|session, parent| {
                let made = session.authorized(|tpm| tpm.create(parent, template.clone(), None, None, None, None));
                let made = made.map_err(refused("make a key"))?;
                Ok(Blob { public: made.out_public, private: made.out_private })
            })
        })?;
        blob.encode()
    }

    /// The key that [`SigningKey::make`] gave. Nothing is asked of the TPM: it may be away now, and whether the key is its
    /// own shows when it signs.
    ///
    /// # Errors
    ///
    /// [`TpmError::Blob`] when the bytes are no such key: also a key whose attributes or curve are others.
    pub fn load(tpm: &Tpm, blob: &[u8]) -> Result<Self, TpmError> {
        let blob = Blob::decode(blob)?;
        let point = point_of(&blob.public).ok_or(TpmError::Blob)?;
        Ok(Self { tpm: tpm.clone(), blob, point })
    }

    /// Has the TPM sign once, so that a key of another TPM shows now.
    pub fn prove(&self) -> Result<(), TpmError> {
        self.sign_digest(&[0; 32]).map(drop)
    }

    fn sign_digest(&self, hash: &[u8]) -> Result<[u8; 64], TpmError> {
        let signature = self.tpm.visit(|session| {
            session.with_storage_key(|session, parent| {
                let Blob { public, private } = self.blob.clone();
                let loaded = session.authorized(|tpm| tpm.load(parent, private, public));
                let key = loaded.map_err(|error| match is_foreign(error) {
                    true => TpmError::OtherTpm,
                    false => refused("load the key")(error),
                })?;
                session.with_loaded(key.into(), |session| session.sign(key, hash))
            })
        })?;
        raw(&signature).ok_or(TpmError::Refused { what: "sign", reason: "its answer is no signature".to_owned() })
    }
}

impl Session {
    fn sign(&mut self, key: tss_esapi::handles::KeyHandle, hash: &[u8]) -> Result<Signature, TpmError> {
        let digest = Digest::try_from(hash).map_err(refused("take the hash"))?;
        // A key that is not restricted signs hashes that the TPM did not make itself: the ticket is the empty one.
        let no_ticket = TPMT_TK_HASHCHECK {
            tag: StructureTag::Hashcheck.into(),
            hierarchy: tss_esapi::constants::tss::TPM2_RH_NULL,
            digest: Default::default(),
        };
        let ticket = HashcheckTicket::try_from(no_ticket).map_err(refused("take the hash"))?;
        let signed = self.authorized(|tpm| tpm.sign(key, digest, SignatureScheme::Null, ticket));
        signed.map_err(refused("sign"))
    }
}

impl DeviceKey for SigningKey {
    fn public_point(&self) -> [u8; 65] {
        self.point
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], DeviceKeyError> {
        let hash = digest(&SHA256, message);
        self.sign_digest(hash.as_ref()).map_err(|error| DeviceKeyError::Device(error.to_string()))
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("tpm", &self.tpm.name()).finish_non_exhaustive()
    }
}

fn attributes() -> tss_esapi::Result<ObjectAttributes> {
    ObjectAttributesBuilder::new()
        .with_fixed_tpm(true)
        .with_fixed_parent(true)
        .with_sensitive_data_origin(true)
        .with_user_with_auth(true)
        .with_no_da(true)
        .with_sign_encrypt(true)
        .build()
}

fn template(unique: EccPoint) -> tss_esapi::Result<Public> {
    let parameters = PublicEccParameters::new(
        SymmetricDefinitionObject::Null,
        EccScheme::EcDsa(HashScheme::new(HashingAlgorithm::Sha256)),
        EccCurve::NistP256,
        KeyDerivationFunctionScheme::Null,
    );
    PublicBuilder::new()
        .with_public_algorithm(PublicAlgorithm::Ecc)
        .with_name_hashing_algorithm(HashingAlgorithm::Sha256)
        .with_object_attributes(attributes()?)
        .with_ecc_parameters(parameters)
        .with_ecc_unique_identifier(unique)
        .build()
}

/// The public point of a key of our template; `None` for every other.
fn point_of(public: &Public) -> Option<[u8; 65]> {
    let Public::Ecc { unique, .. } = public else { return None };
    if template(unique.clone()).ok().as_ref() != Some(public) {
        return None;
    }
    let mut point = [4; 65];
    point[1..33].copy_from_slice(&padded(unique.x())?);
    point[33..].copy_from_slice(&padded(unique.y())?);
    Some(point)
}

fn raw(signature: &Signature) -> Option<[u8; 64]> {
    let Signature::EcDsa(signature) = signature else { return None };
    let mut bytes = [0; 64];
    bytes[..32].copy_from_slice(&padded(signature.signature_r())?);
    bytes[32..].copy_from_slice(&padded(signature.signature_s())?);
    Some(bytes)
}

/// A number at its full length: a TPM may leave out the zeros that it begins with.
fn padded(number: &EccParameter) -> Option<[u8; COORDINATE]> {
    let mut bytes = [0; COORDINATE];
    let start = COORDINATE.checked_sub(number.value().len())?;
    bytes[start..].copy_from_slice(number.value());
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_begins_with_zeros_keeps_its_length_and_a_longer_one_is_none() {
        let number = |bytes: Vec<u8>| EccParameter::try_from(bytes).expect("a number");
        let mut wanted = [0; 32];
        wanted[31] = 7;
        assert_eq!(padded(&number(vec![7])), Some(wanted));
        assert_eq!(padded(&number(vec![9; 32])), Some([9; 32]));
        assert_eq!(padded(&number(vec![9; 33])), None);
    }
}
