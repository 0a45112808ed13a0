//! The region's own certificate authority: P-256, and no other's certificate counts.

use std::fmt;
use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use rcgen::{
    BasicConstraints, CertificateParams, CertificateSigningRequestParams, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, SanType, SerialNumber,
};
use ring::rand::{SecureRandom, SystemRandom};
use rustls::pki_types::{CertificateDer, CertificateSigningRequestDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use sqlx::PgConnection;
use time::OffsetDateTime;
use zeroize::Zeroizing;

use super::{Identity, KeyError, Role};

const AUTHORITY_DAYS: i64 = 20 * 365;
const SERVER_DAYS: u16 = 398;
/// A tablet's clock may stand a little before the server's.
const EARLIER: TimeDelta = TimeDelta::hours(24);
const SERIAL_LEN: usize = 16;

/// The region's TLS authority. Its key is never printed.
pub struct TlsAuthority {
    certificate: Vec<u8>,
    key: KeyPair,
}

/// A certificate that was issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issued {
    /// The certificate.
    pub der: Vec<u8>,
    /// Its serial number, big-endian without zeros before it, as x509-parser's `raw_serial` has it.
    pub serial: Vec<u8>,
    /// For whom.
    pub identity: Identity,
    /// The end of its time.
    pub not_after: DateTime<Utc>,
}

/// What a listener needs.
pub struct ServerCertificate {
    /// The server's certificate, then the authority's.
    pub chain: Vec<CertificateDer<'static>>,
    /// The server's key, fresh.
    pub key: PrivateKeyDer<'static>,
    /// For the table of certificates.
    pub issued: Issued,
}

impl TlsAuthority {
    /// A fresh authority for the region of this name.
    pub fn make(region: &str) -> Result<Self, KeyError> {
        let key = make_key()?;
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, format!("Kakari TLS {region}"));
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.serial_number = Some(SerialNumber::from_slice(&make_serial()?));
        last_from_now(&mut params, TimeDelta::days(AUTHORITY_DAYS))?;
        let certificate = params.self_signed(&key).map_err(KeyError::Certificate)?;
        Ok(Self { certificate: certificate.der().to_vec(), key })
    }

    /// The authority with this certificate (DER) and key (PKCS #8).
    pub(super) fn open(certificate: Vec<u8>, key: &[u8]) -> Result<Self, KeyError> {
        let key = KeyPair::from_pkcs8_der_and_sign_algo(&PrivatePkcs8KeyDer::from(key), &PKCS_ECDSA_P256_SHA256);
        Ok(Self { certificate, key: key.map_err(|_| KeyError::Damaged("tls authority"))? })
    }

    /// The key, to be sealed.
    pub(super) fn expose(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(self.key.serialize_der())
    }

    /// The authority's certificate, DER.
    pub fn certificate(&self) -> &[u8] {
        &self.certificate
    }

    /// Issues a certificate for the key of this request (PKCS #10, DER), valid for `days`; of the request nothing else
    /// counts. Whoever calls it keeps it with [`Issued::record`].
    pub fn sign_csr(&self, csr: &[u8], role: Role, subject: &str, days: u16) -> Result<Issued, KeyError> {
        let csr = CertificateSigningRequestParams::from_der(&CertificateSigningRequestDer::from(csr));
        let public_key = csr.map_err(|_| KeyError::Request)?.public_key;
        if *public_key.algorithm() != PKCS_ECDSA_P256_SHA256 {
            return Err(KeyError::Request);
        }
        let identity = Identity::new(role, subject)?;
        let (params, mut issued) = Self::leaf(identity, TimeDelta::days(days.into()), &[])?;
        let request = CertificateSigningRequestParams { params, public_key };
        issued.der = request.signed_by(&self.issuer()?).map_err(KeyError::Certificate)?.der().to_vec();
        Ok(issued)
    }

    /// Makes a key and a certificate for a document sender or an office's browser: the key in PKCS #8.
    pub fn make_client(&self, role: Role, subject: &str, days: u16) -> Result<(Issued, Zeroizing<Vec<u8>>), KeyError> {
        let key = make_key()?;
        let (params, mut issued) = Self::leaf(Identity::new(role, subject)?, TimeDelta::days(days.into()), &[])?;
        issued.der = params.signed_by(&key, &self.issuer()?).map_err(KeyError::Certificate)?.der().to_vec();
        Ok((issued, Zeroizing::new(key.serialize_der())))
    }

    /// A fresh key and certificate for a listener under these names and addresses.
    pub fn server_certificate(&self, names: &[String]) -> Result<ServerCertificate, KeyError> {
        let key = make_key()?;
        let first = names.first().map(String::as_str).unwrap_or_default();
        let identity = Identity::new(Role::Server, &first.replace(':', "-"))?;
        let (params, mut issued) = Self::leaf(identity, TimeDelta::days(SERVER_DAYS.into()), names)?;
        issued.der = params.signed_by(&key, &self.issuer()?).map_err(KeyError::Certificate)?.der().to_vec();
        Ok(ServerCertificate {
            chain: vec![issued.der.clone().into(), self.certificate.clone().into()],
            key: PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
            issued,
        })
    }

    fn leaf(identity: Identity, lasts: TimeDelta, names: &[String]) -> Result<(CertificateParams, Issued), KeyError> {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, identity.subject.as_str());
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![match identity.role {
            Role::Server => ExtendedKeyUsagePurpose::ServerAuth,
            _ => ExtendedKeyUsagePurpose::ClientAuth,
        }];
        params.use_authority_key_identifier_extension = true;
        params.subject_alt_names.push(SanType::URI(identity.uri().try_into().map_err(KeyError::Certificate)?));
        for name in names {
            params.subject_alt_names.push(match name.parse::<IpAddr>() {
                Ok(address) => SanType::IpAddress(address),
                Err(_) => SanType::DnsName(name.as_str().try_into().map_err(KeyError::Certificate)?),
            });
        }
        let serial = make_serial()?;
        params.serial_number = Some(SerialNumber::from_slice(&serial));
        let not_after = last_from_now(&mut params, lasts)?;
        Ok((params, Issued { der: Vec::new(), serial, identity, not_after }))
    }

    fn issuer(&self) -> Result<Issuer<'_, &KeyPair>, KeyError> {
        let certificate = CertificateDer::from(self.certificate.as_slice());
        Issuer::from_ca_cert_der(&certificate, &self.key).map_err(|_| KeyError::Damaged("tls authority"))
    }
}

impl Issued {
    /// Writes the certificate down: what is not in that table is let in by nobody.
    pub async fn record(&self, conn: &mut PgConnection) -> Result<(), sqlx::Error> {
        sqlx::query("INSERT INTO certificate (serial, role, subject, not_after) VALUES ($1, $2, $3, $4)")
            .bind(&self.serial)
            .bind(self.identity.role.word())
            .bind(&self.identity.subject)
            .bind(self.not_after)
            .execute(conn)
            .await?;
        Ok(())
    }
}

fn make_key() -> Result<KeyPair, KeyError> {
    KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(|_| KeyError::NoRandom)
}

/// Positive and without a zero in front, so that DER writes it as it is.
fn make_serial() -> Result<Vec<u8>, KeyError> {
    let mut serial = [0; SERIAL_LEN];
    SystemRandom::new().fill(&mut serial).map_err(|_| KeyError::NoRandom)?;
    serial[0] = serial[0] & 0x3F | 0x40;
    Ok(serial.to_vec())
}

fn last_from_now(params: &mut CertificateParams, lasts: TimeDelta) -> Result<DateTime<Utc>, KeyError> {
    let moment = |at: DateTime<Utc>| {
        OffsetDateTime::from_unix_timestamp(at.timestamp()).map_err(|_| KeyError::Certificate(rcgen::Error::Time))
    };
    let not_after = DateTime::from_timestamp((Utc::now() + lasts).timestamp(), 0).unwrap_or_default();
    params.not_before = moment(Utc::now() - EARLIER)?;
    params.not_after = moment(not_after)?;
    Ok(not_after)
}

impl fmt::Debug for TlsAuthority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TlsAuthority([redacted])")
    }
}

impl fmt::Debug for ServerCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ServerCertificate({}, [redacted])", self.issued.identity)
    }
}
