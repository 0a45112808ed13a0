//! The region's keys as they lie in the database.

use std::os::unix::fs::PermissionsExt;

use kakari_region::founding::{FoundingError, found};
use kakari_region::keys::{Identity, KeyError, RegionKeys, Role, ServerKey, VaultKeys, read_point};
use rcgen::{CertificateParams, KeyPair};
use tempfile::TempDir;
use x509_parser::prelude::{FromDer, X509Certificate};

use crate::region::{Region, a_point, new_region};

#[test]
fn a_secret_sealed_twice_differs_and_opens_only_under_its_own_name() {
    let dir = TempDir::new().unwrap();
    let key = ServerKey::make_at(&dir.path().join("server.key")).unwrap();
    let first = key.seal("vault 1", b"the same secret").unwrap();
    assert_ne!(first, key.seal("vault 1", b"the same secret").unwrap());
    assert_eq!(key.open("vault 1", &first).unwrap().as_slice(), b"the same secret");
    assert!(matches!(key.open("vault 2", &first), Err(KeyError::NotOpened(name)) if name == "vault 2"));
    for bit in 0..first.len() * 8 {
        let mut changed = first.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(key.open("vault 1", &changed).is_err(), "bit {bit}");
    }
}

#[test]
fn a_server_key_that_others_can_read_is_refused() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("server.key");
    let sealed = ServerKey::make_at(&path).unwrap().seal("name", b"secret").unwrap();
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(ServerKey::load(&path).unwrap().open("name", &sealed).unwrap().as_slice(), b"secret");
    assert!(matches!(ServerKey::make_at(&path), Err(KeyError::File { .. })), "never written over");
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o640)).unwrap();
    let error = ServerKey::load(&path).unwrap_err().to_string();
    assert!(error.contains("can be read by others") && error.contains("chmod 600"), "{error}");
    let short = dir.path().join("short");
    std::fs::write(&short, [0; 31]).unwrap();
    std::fs::set_permissions(&short, PermissionsExt::from_mode(0o600)).unwrap();
    assert!(ServerKey::load(&short).unwrap_err().to_string().contains("not 32 bytes"));
}

#[tokio::test]
async fn a_region_has_its_keys_and_cannot_be_made_twice() {
    let region = Region::make().await;
    let before = region.keys().await;
    let again = found(&region.pool, &region.server, "test", &new_region()).await;
    assert!(matches!(again, Err(FoundingError::Twice(name)) if name == "Kitamachi"));
    let after = region.keys().await;
    assert_eq!((before.feed, before.region_key), (after.feed, after.region_key));
    assert_eq!(before.tls.certificate(), after.tls.certificate());
    assert_eq!(region.vault().await.current.epoch(), 1);
}

#[tokio::test]
async fn another_server_key_opens_nothing_and_says_what_to_do() {
    let region = Region::make().await;
    let other = ServerKey::make_at(&region.dir.path().join("other.key")).unwrap();
    let error = RegionKeys::load(&region.pool, &other).await.unwrap_err().to_string();
    assert!(error.contains("server key does not open 'signing'") && error.contains("region.toml"), "{error}");
    let error = VaultKeys::load(&region.pool, &other).await.unwrap_err().to_string();
    assert!(error.contains("'vault 1'"), "{error}");
}

#[tokio::test]
async fn a_secret_moved_to_another_name_in_the_database_does_not_open() {
    let region = Region::make().await;
    sqlx::query("UPDATE vault_epoch SET sealed = (SELECT sealed FROM secret WHERE name = 'signing')")
        .execute(&region.pool)
        .await
        .unwrap();
    assert!(matches!(VaultKeys::load(&region.pool, &region.server).await, Err(KeyError::NotOpened(_))));
}

#[tokio::test]
async fn a_certificate_is_for_one_role_and_subject_whatever_the_request_says() {
    let region = Region::make().await;
    let tls = region.keys().await.tls;
    let key = KeyPair::generate().unwrap();
    let mut wanted = CertificateParams::new(vec!["region.example".to_owned()]).unwrap();
    wanted.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let request = wanted.serialize_request(&key).unwrap();
    let issued = tls.sign_csr(request.der(), Role::Tablet, "A-1", 398).unwrap();
    assert_eq!(Identity::of_certificate(&issued.der), Some(Identity::new(Role::Tablet, "A-1").unwrap()));
    let (_, certificate) = X509Certificate::from_der(&issued.der).unwrap();
    let (_, authority) = X509Certificate::from_der(tls.certificate()).unwrap();
    certificate.verify_signature(Some(authority.public_key())).unwrap();
    assert!(!certificate.is_ca());
    assert_eq!(certificate.raw_serial(), issued.serial);
    assert_eq!(certificate.subject_alternative_name().unwrap().unwrap().value.general_names.len(), 1);
    assert_eq!(certificate.validity().not_after.timestamp(), issued.not_after.timestamp());
    issued.record(&mut region.pool.acquire().await.unwrap()).await.unwrap();
    for subject in ["", "a:b", "北町", "a b", &"a".repeat(65)] {
        assert!(
            matches!(tls.sign_csr(request.der(), Role::Tablet, subject, 1), Err(KeyError::Subject(_))),
            "{subject}"
        );
    }
    assert!(matches!(tls.sign_csr(b"nothing", Role::Tablet, "A-1", 1), Err(KeyError::Request)));
}

#[tokio::test]
async fn a_servers_certificate_is_for_its_names() {
    let region = Region::make().await;
    let server = region.keys().await.tls.server_certificate(&region.config.tls_names).unwrap();
    let certificate = rustls::pki_types::CertificateDer::from(server.issued.der.clone());
    let end = webpki_names(&certificate);
    assert_eq!(end, ["localhost", "127.0.0.1"]);
    assert_eq!(server.chain.len(), 2);
    assert!(!format!("{server:?}").contains("Pkcs8"));
}

fn webpki_names(certificate: &[u8]) -> Vec<String> {
    use x509_parser::extensions::GeneralName;
    let (_, certificate) = X509Certificate::from_der(certificate).unwrap();
    let names = certificate.subject_alternative_name().unwrap().unwrap();
    let name = |name: &GeneralName<'_>| match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress([a, b, c, d]) => Some(format!("{a}.{b}.{c}.{d}")),
        _ => None,
    };
    names.value.general_names.iter().filter_map(name).collect()
}

#[test]
fn a_public_key_is_read_from_whatever_file_it_comes_in() {
    let key = KeyPair::generate().unwrap();
    let point = <[u8; 65]>::try_from(key.public_key_raw()).unwrap();
    let certificate = CertificateParams::default().self_signed(&key).unwrap();
    for file in
        [key.public_key_pem().into_bytes(), certificate.pem().into_bytes(), certificate.der().to_vec(), point.to_vec()]
    {
        assert_eq!(read_point(&file).unwrap(), point);
    }
    let mut off_the_curve = a_point();
    off_the_curve[64] ^= 1;
    assert!(read_point(&off_the_curve).is_err());
    assert!(read_point(b"-----BEGIN NOTHING-----").is_err());
}
