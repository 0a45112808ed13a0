//! A P-256 public key out of whatever file it comes in.

use kakari_record::seal::Point;
use ring::agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};
use ring::rand::SystemRandom;
use x509_parser::certificate::X509Certificate;
use x509_parser::pem::Pem;
use x509_parser::prelude::FromDer;
use x509_parser::x509::SubjectPublicKeyInfo;

/// Not a public key that cards have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a P-256 public key: a certificate or a public key in PEM or DER, or 65 bytes that begin with 04")]
pub struct PointError;

/// The public key in these bytes: PEM or DER of a certificate or a public key, or the point itself.
pub fn read_point(file: &[u8]) -> Result<Point, PointError> {
    if file.starts_with(b"-----") {
        let pem = Pem::iter_from_buffer(file).find_map(Result::ok).ok_or(PointError)?;
        return read_der(&pem.contents);
    }
    read_der(file)
}

fn read_der(der: &[u8]) -> Result<Point, PointError> {
    if let Ok((_, certificate)) = X509Certificate::from_der(der) {
        return point_of(&certificate.public_key().subject_public_key.data);
    }
    if let Ok((_, key)) = SubjectPublicKeyInfo::from_der(der) {
        return point_of(&key.subject_public_key.data);
    }
    point_of(der)
}

/// A public key in PEM, as `openssl pkey -pubin` reads it.
pub fn write_point(point: &Point) -> String {
    /// SubjectPublicKeyInfo of a P-256 key up to the point (RFC 5480).
    const BEFORE: [u8; 26] = [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A, 0x86, 0x48,
        0xCE, 0x3D, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
    ];
    pem::encode(&pem::Pem::new("PUBLIC KEY", [BEFORE.as_slice(), point].concat()))
}

/// These 65 bytes, when they are a point of the curve.
pub fn point_of(bytes: &[u8]) -> Result<Point, PointError> {
    let point: Point = bytes.try_into().map_err(|_| PointError)?;
    // Agreeing is ring's only way to ask whether a point lies on the curve.
    let ours = EphemeralPrivateKey::generate(&ECDH_P256, &SystemRandom::new()).map_err(|_| PointError)?;
    agree_ephemeral(ours, &UnparsedPublicKey::new(&ECDH_P256, point), |_| ()).map_err(|_| PointError)?;
    Ok(point)
}
