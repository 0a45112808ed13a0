//! How a tablet becomes one of the region's, and how it does not.

use std::sync::{Arc, Mutex};

use kakari_record::audit::TabletKey;
use kakari_region::keys::TlsAuthority;
use kakari_sync::enrol::{CodeKeys, EnrolAnswer, EnrolRefusal, EnrolRequest, Enrolment, InvitationCode};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};
use serde_bytes::ByteBuf;
use serde_json::Value;

use super::receipts::batch;
use super::world::{Holder, World, client};

/// Takes any certificate and keeps it: a tablet that was only given the code knows none yet.
#[derive(Debug, Default)]
struct Seen(Mutex<Vec<u8>>);

impl ServerCertVerifier for Seen {
    fn verify_server_cert(
        &self,
        end: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        *self.0.lock().unwrap() = end.to_vec();
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        unreachable!("TLS 1.3 only")
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = rustls::crypto::ring::default_provider().signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signed, &algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        rustls::crypto::ring::default_provider().signature_verification_algorithms.supported_schemes()
    }
}

struct Newcomer {
    client: reqwest::Client,
    server: Vec<u8>,
    key: rcgen::KeyPair,
    csr: Vec<u8>,
    tablet_key: TabletKey,
}

impl Newcomer {
    /// Looks at the server first.
    async fn come(world: &World) -> Self {
        let seen = Arc::new(Seen::default());
        let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_protocol_versions(&[&rustls::version::TLS13])
            .unwrap()
            .dangerous()
            .with_custom_certificate_verifier(Arc::<Seen>::clone(&seen))
            .with_no_client_auth();
        let client = client(config);
        assert_eq!(client.get(world.enrol_url()).send().await.unwrap().status(), 405);
        let key = rcgen::KeyPair::generate().unwrap();
        let csr = rcgen::CertificateParams::default().serialize_request(&key).unwrap().der().to_vec();
        let server = seen.0.lock().unwrap().clone();
        Self { client, server, key, csr, tablet_key: TabletKey::Ed25519([7; 32]) }
    }

    fn request(&self, keys: &CodeKeys) -> Vec<u8> {
        let csr = ByteBuf::from(self.csr.clone());
        let tablet_key = self.tablet_key;
        EnrolRequest { invitation: keys.id, csr, tablet_key, app: "0.1.0".to_owned() }.seal(keys, &self.server)
    }

    /// Whatever bytes, as somebody sends them who knows the code.
    fn sealed(&self, keys: &CodeKeys, bytes: &[u8]) -> Vec<u8> {
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &**keys.expose());
        let server = kakari_sync::Sha256::of(&self.server);
        let mut sealed = ring::hmac::Context::with_key(&key);
        [b"kakari enrol request v1\0".as_slice(), server.as_bytes(), bytes].iter().for_each(|part| sealed.update(part));
        [sealed.sign().as_ref(), bytes].concat()
    }

    async fn send(&self, world: &World, request: Vec<u8>) -> Result<EnrolAnswer, (u16, Value)> {
        let answer = self.client.post(world.enrol_url()).body(request).send().await.unwrap();
        let status = answer.status().as_u16();
        let bytes = answer.bytes().await.unwrap();
        if status == 200 {
            Ok(EnrolAnswer::decode(&bytes).unwrap())
        } else {
            Err((status, serde_json::from_slice(&bytes).unwrap()))
        }
    }

    async fn enrol(&self, world: &World, keys: &CodeKeys) -> Result<Enrolment, String> {
        let request = self.request(keys);
        match self.send(world, request.clone()).await {
            Ok(answer) => Ok(answer.open(keys, &request, &self.server).unwrap()),
            Err((_, told)) => Err(told["refused"].as_str().unwrap().to_owned()),
        }
    }
}

/// Invites `tablet` for so many minutes.
async fn invite(world: &World, tablet: &str, minutes: i32) -> CodeKeys {
    let keys = InvitationCode::make().unwrap().derive_keys();
    world
        .row(
            "INSERT INTO tablet (id, vehicle, state) VALUES ($1, 'Ambulance 7', 'invited') ON CONFLICT DO NOTHING",
            tablet,
        )
        .await;
    let name = format!("invitation {}", hex::encode(keys.id));
    sqlx::query(
        "INSERT INTO invitation (id, tablet, sealed_key, expires_at) VALUES ($1, $2, $3, now() + $4 * interval '1 minute')",
    )
    .bind(keys.id.as_slice())
    .bind(tablet)
    .bind(world.region.server.seal(&name, &**keys.expose()).unwrap())
    .bind(minutes)
    .execute(&world.region.pool)
    .await
    .unwrap();
    keys
}

#[tokio::test]
async fn an_invited_tablet_enrols_once_resumes_and_is_let_in() {
    let world = World::make().await;
    let keys = invite(&world, "t7", 15).await;
    let newcomer = Newcomer::come(&world).await;
    let enrolment = newcomer.enrol(&world, &keys).await.unwrap();
    assert_eq!((enrolment.tablet.as_str(), enrolment.vehicle.as_str()), ("t7", "Ambulance 7"));
    assert_eq!((enrolment.region.as_str(), enrolment.training), ("Kitamachi", true));
    assert_eq!(enrolment.region_key, world.keys.region_key);
    assert_eq!(enrolment.tls_authority.as_slice(), world.keys.tls.certificate());

    let again = newcomer.enrol(&world, &keys).await.unwrap();
    assert_eq!(again.certificates, enrolment.certificates, "the answer was lost: the same again");
    let other = Newcomer::come(&world).await;
    assert_eq!(other.enrol(&world, &keys).await.unwrap_err(), "used");
    assert_eq!(world.count("SELECT count(*) FROM certificate WHERE role = 'tablet'").await, 1);
    assert_eq!(world.count("SELECT count(*) FROM tablet WHERE state = 'active' AND tablet_key IS NOT NULL").await, 1);

    let chain = enrolment.certificates.into_iter().map(|der| der.into_vec().into()).collect();
    let holder = Holder { chain, key: newcomer.key.serialize_der(), serial: Vec::new() };
    let sent =
        world.client(&holder).post(world.url("/v1/audit")).body(batch("t7", 1, 2).encode()).send().await.unwrap();
    assert_eq!(sent.status(), 200);
}

#[tokio::test]
async fn a_key_in_a_device_is_kept_whole_and_one_that_is_no_point_or_of_another_length_is_refused() {
    let world = World::make().await;
    let keys = invite(&world, "t7", 15).await;
    let mut newcomer = Newcomer::come(&world).await;
    let mut point = [4; 65];
    newcomer.tablet_key = TabletKey::P256(point);
    assert_eq!(newcomer.enrol(&world, &keys).await.unwrap_err(), "bad_request", "not on the curve");
    let whole = newcomer.request(&keys);
    let place = whole.windows(65).position(|bytes| bytes == point).unwrap();
    for length in [0_u8, 31, 33, 64] {
        // A CBOR byte string of another length, under a right MAC.
        let mut bytes = whole[32..place - 2].to_vec();
        bytes.extend([0x58, length]);
        bytes.extend(&whole[place..place + usize::from(length)]);
        bytes.extend(&whole[place + 65..]);
        let (status, told) = newcomer.send(&world, newcomer.sealed(&keys, &bytes)).await.unwrap_err();
        assert_eq!((status, told["refused"].as_str()), (400, Some("bad_request")), "{length}");
    }
    point.copy_from_slice(newcomer.key.public_key_raw());
    newcomer.tablet_key = TabletKey::P256(point);
    assert_eq!(newcomer.enrol(&world, &keys).await.unwrap().tablet, "t7");
    let kept: Vec<u8> = sqlx::query_scalar("SELECT tablet_key FROM tablet WHERE id = 't7'")
        .fetch_one(&world.region.pool)
        .await
        .unwrap();
    assert_eq!(kept, point);
}

#[tokio::test]
async fn of_two_tablets_that_come_with_one_invitation_at_once_one_is_taken() {
    let world = World::make().await;
    for round in 0..5 {
        let keys = invite(&world, &format!("t{round}"), 15).await;
        let (one, two) = (Newcomer::come(&world).await, Newcomer::come(&world).await);
        let (one, two) = tokio::join!(one.enrol(&world, &keys), two.enrol(&world, &keys));
        assert_eq!(usize::from(one.is_ok()) + usize::from(two.is_ok()), 1);
        assert_eq!(one.err().or(two.err()).unwrap(), "used");
    }
    assert_eq!(world.count("SELECT count(*) FROM certificate WHERE role = 'tablet'").await, 5);
}

#[tokio::test]
async fn each_refusal_says_which() {
    let world = World::make().await;
    let newcomer = Newcomer::come(&world).await;
    let stranger = InvitationCode::make().unwrap().derive_keys();
    assert_eq!(newcomer.enrol(&world, &stranger).await.unwrap_err(), "unknown");
    let late = invite(&world, "t1", -1).await;
    assert_eq!(newcomer.enrol(&world, &late).await.unwrap_err(), "expired");
    let revoked = invite(&world, "t2", 15).await;
    world.row("UPDATE tablet SET state = 'revoked' WHERE id = $1", "t2").await;
    assert_eq!(newcomer.enrol(&world, &revoked).await.unwrap_err(), "revoked");

    let keys = invite(&world, "t3", 15).await;
    let mut changed = newcomer.request(&keys);
    changed[40] ^= 1;
    let (status, _) = newcomer.send(&world, changed).await.unwrap_err();
    assert!(status == 400 || status == 403);
    let mut forged = newcomer.request(&keys);
    forged[0] ^= 1;
    let (status, told) = newcomer.send(&world, forged).await.unwrap_err();
    assert_eq!((status, told["refused"].as_str()), (403, Some("forged")));
    let (status, told) = newcomer.send(&world, b"no request".to_vec()).await.unwrap_err();
    assert_eq!((status, told["refused"].as_str()), (400, Some("bad_request")));
    let no_csr = EnrolRequest {
        invitation: keys.id,
        csr: ByteBuf::from(b"?".to_vec()),
        tablet_key: TabletKey::Ed25519([7; 32]),
        app: String::new(),
    };
    let (status, told) = newcomer.send(&world, no_csr.seal(&keys, &newcomer.server)).await.unwrap_err();
    assert_eq!((status, told["refused"].as_str()), (400, Some("bad_request")));
    assert_eq!(world.count("SELECT count(*) FROM certificate WHERE role = 'tablet'").await, 0);
    assert!(newcomer.enrol(&world, &keys).await.is_ok(), "none of it used the invitation up");
}

#[tokio::test]
async fn somebody_in_the_middle_with_another_certificate_is_found_out_by_both_ends() {
    let world = World::make().await;
    let keys = invite(&world, "t1", 15).await;
    let newcomer = Newcomer::come(&world).await;
    let middle = TlsAuthority::make("middle").unwrap().server_certificate(&["localhost".to_owned()]).unwrap();
    // The tablet saw the certificate of somebody in the middle, who hands its request on.
    let request = EnrolRequest {
        invitation: keys.id,
        csr: ByteBuf::from(newcomer.csr.clone()),
        tablet_key: TabletKey::Ed25519([7; 32]),
        app: "0.1.0".to_owned(),
    }
    .seal(&keys, &middle.chain[0]);
    let (status, told) = newcomer.send(&world, request).await.unwrap_err();
    assert_eq!((status, told["refused"].as_str()), (403, Some("forged")));
    // An honest answer, handed on under another certificate, is not believed.
    let request = newcomer.request(&keys);
    let answer = newcomer.send(&world, request.clone()).await.unwrap();
    assert_eq!(answer.open(&keys, &request, &middle.chain[0]).unwrap_err(), EnrolRefusal::Forged);
    assert!(answer.open(&keys, &request, &newcomer.server).is_ok());
}

#[tokio::test]
async fn who_guesses_has_to_wait() {
    let world = World::make().await;
    let newcomer = Newcomer::come(&world).await;
    let stranger = InvitationCode::make().unwrap().derive_keys();
    for _ in 0..10 {
        assert_eq!(newcomer.enrol(&world, &stranger).await.unwrap_err(), "unknown");
    }
    assert_eq!(newcomer.enrol(&world, &stranger).await.unwrap_err(), "too_many");
    let known = invite(&world, "t1", 15).await;
    assert_eq!(newcomer.enrol(&world, &known).await.unwrap_err(), "too_many");
}
