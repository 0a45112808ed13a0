//! Wrong peers: none of them gets a byte of a body past the door.

use std::sync::Arc;
use std::time::Duration;

use kakari_region::keys::{Role, TlsAuthority};
use rustls::ClientConfig;
use rustls::crypto::ring::sign::any_supported_type;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use super::receipts::batch;
use super::world::{Holder, World, client, request, say};

/// What the peer is told at the latest when it reads.
async fn refused_in_the_handshake(world: &World, config: ClientConfig) -> String {
    let asked =
        async { say(&mut world.connect(config).await?, &request("/v1/audit", &batch("t1", 1, 3).encode())).await };
    let told = asked.await.expect_err("an answer to a peer that must not have one").to_string();
    assert_eq!(world.count("SELECT count(*) FROM audit").await, 0, "{told}");
    told
}

#[tokio::test]
async fn a_peer_without_the_regions_certificate_is_refused_in_the_handshake() {
    let world = World::make().await;
    world.row("INSERT INTO tablet (id, vehicle, state) VALUES ($1, '1', 'active')", "t1").await;
    let none = refused_in_the_handshake(&world, world.config(None)).await;
    assert!(none.contains("CertificateRequired"), "{none}");

    let other = TlsAuthority::make("Minamimachi").unwrap();
    let (issued, key) = other.make_client(Role::Tablet, "t1", 30).unwrap();
    let holder = Holder { chain: vec![issued.der.into()], key: key.to_vec(), serial: issued.serial };
    let other = refused_in_the_handshake(&world, world.config(Some(&holder))).await;
    assert!(other.contains("UnknownCA") || other.contains("Certificate") || other.contains("DecryptError"), "{other}");

    let key = rcgen::KeyPair::generate().unwrap();
    let alone = rcgen::CertificateParams::new(vec!["t1".to_owned()]).unwrap().self_signed(&key).unwrap();
    let holder = Holder { chain: vec![alone.der().clone()], key: key.serialize_der(), serial: vec![] };
    let alone = refused_in_the_handshake(&world, world.config(Some(&holder))).await;
    assert!(alone.contains("UnknownCA") || alone.contains("BadCertificate"), "{alone}");

    let expired = world.holder(Role::Tablet, "t1", 0).await;
    sleep(Duration::from_millis(1_100)).await;
    let expired = refused_in_the_handshake(&world, world.config(Some(&expired))).await;
    assert!(expired.contains("CertificateExpired"), "{expired}");

    let server = world.keys.tls.server_certificate(&["localhost".to_owned()]).unwrap();
    let holder = Holder { chain: server.chain, key: server.key.secret_der().to_vec(), serial: vec![] };
    let server = refused_in_the_handshake(&world, world.config(Some(&holder))).await;
    assert!(server.contains("UnsupportedCertificate") || server.contains("BadCertificate"), "{server}");
}

#[tokio::test]
async fn a_peer_that_shows_a_tablets_certificate_without_its_key_is_refused_in_the_handshake() {
    let world = World::make().await;
    let (tablet, thief) = (world.tablet("t1").await, world.tablet("t2").await);
    let key = any_supported_type(&thief.private_key()).unwrap();
    let mut config = world.config(None);
    config.client_auth_cert_resolver = Arc::new(SingleCertAndKey::from(CertifiedKey::new(tablet.chain.clone(), key)));
    let told = refused_in_the_handshake(&world, config).await;
    assert!(told.contains("DecryptError") || told.contains("BadCertificate"), "{told}");
}

/// A ClientHello of TLS 1.2: no `supported_versions` in it.
fn hello_of_tls_1_2() -> Vec<u8> {
    let extensions: &[u8] = &[
        0x00, 0x0a, 0x00, 0x04, 0x00, 0x02, 0x00, 0x17, // supported_groups: secp256r1
        0x00, 0x0d, 0x00, 0x04, 0x00, 0x02, 0x04, 0x03, // signature_algorithms: ecdsa_secp256r1_sha256
    ];
    let mut body = vec![0x03, 0x03];
    body.extend_from_slice(&[7; 32]);
    body.extend_from_slice(&[0, 0, 4, 0xc0, 0x2b, 0xc0, 0x2f, 1, 0]);
    body.extend_from_slice(&[0, u8::try_from(extensions.len()).unwrap()]);
    body.extend_from_slice(extensions);
    let length = u8::try_from(body.len()).unwrap();
    [&[0x16, 0x03, 0x01, 0, length + 4, 0x01, 0, 0, length], body.as_slice()].concat()
}

#[tokio::test]
async fn old_tls_plain_http_and_garbage_get_an_alert_and_nothing_else() {
    let world = World::make().await;
    let plain = request("/v1/audit", &batch("t1", 1, 3).encode());
    let garbage: Vec<u8> = (0..4096_u32).map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect();
    for address in [world.running.main_address(), world.running.enrolment_address()] {
        let mut tcp = TcpStream::connect(address).await.unwrap();
        let alert = say(&mut tcp, &hello_of_tls_1_2()).await.unwrap();
        assert_eq!(alert, [0x15, 0x03, 0x03, 0, 2, 2, 70], "fatal alert protocol_version");
        for bytes in [&plain, &garbage] {
            let mut tcp = TcpStream::connect(address).await.unwrap();
            let told = say(&mut tcp, bytes).await.unwrap_or_default();
            assert!(told.len() <= 7 && !told.starts_with(b"HTTP"), "{told:?}");
        }
    }
}

/// Asks first whether the body may come (`Expect: 100-continue`): a refusal says no before a byte of it was taken.
async fn asks_first(world: &World, holder: &Holder, path: &str) -> String {
    let mut stream = world.connect(world.config(Some(holder))).await.unwrap();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nConnection: close\r\nContent-Length: 100\r\n\r\n"
    );
    String::from_utf8(say(&mut stream, head.as_bytes()).await.unwrap()).unwrap()
}

#[tokio::test]
async fn who_may_not_is_told_why_before_a_byte_of_the_body_is_taken() {
    let world = World::make().await;
    let revoked = world.tablet("t1").await;
    sqlx::query("UPDATE certificate SET revoked_at = now() WHERE serial = $1")
        .bind(&revoked.serial)
        .execute(&world.region.pool)
        .await
        .unwrap();
    let withdrawn = world.tablet("t2").await;
    world.row("UPDATE tablet SET state = 'revoked' WHERE id = $1", "t2").await;
    world.tablet("t3").await;
    let (_, unknown) = world.stranger(Role::Tablet, "t3", 30);
    let no_tablet = world.holder(Role::Tablet, "t9", 30).await;
    let sender = world.holder(Role::Sender, "hospital", 30).await;
    let office = world.holder(Role::Office, "sato", 30).await;
    let cases = [
        (&revoked, "\"refused\":\"revoked\""),
        (&withdrawn, "\"refused\":\"tablet_revoked\""),
        (&unknown, "\"refused\":\"unknown_certificate\""),
        (&no_tablet, "\"refused\":\"tablet_revoked\""),
        (&sender, "a certificate of the role sender may not do this"),
        (&office, "a certificate of the role office may not do this"),
    ];
    for (holder, words) in cases {
        for path in ["/v1/audit", "/v1/report", "/v1/wiped", "/v1/renew"] {
            let told = asks_first(&world, holder, path).await;
            assert!(told.starts_with("HTTP/1.1 403"), "{path}: {told}");
            assert!(told.contains(words) && !told.contains("100 Continue"), "{path}: {told}");
        }
    }
    let tablet = world.tablet("t4").await;
    let mut stream = world.connect(world.config(Some(&tablet))).await.unwrap();
    stream
        .write_all(b"POST /v1/audit HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n")
        .await
        .unwrap();
    let mut first = [0; 25];
    stream.read_exact(&mut first).await.unwrap();
    assert_eq!(&first, b"HTTP/1.1 100 Continue\r\n\r\n", "who may, is asked for the body");
}

#[tokio::test]
async fn peers_that_say_nothing_keep_nobody_else_waiting() {
    let world = World::make().await;
    let mut silent = Vec::new();
    for _ in 0..100 {
        silent.push(TcpStream::connect(world.running.main_address()).await.unwrap());
    }
    let tablet = world.tablet("t1").await;
    let asked = world.client(&tablet).get(world.url("/feed/head")).send();
    let answer = timeout(Duration::from_secs(5), asked).await.expect("an answer within five seconds").unwrap();
    assert_eq!(answer.status(), 404, "no head yet");
}

#[tokio::test]
async fn a_stranger_with_silent_connections_beyond_count_keeps_nobody_waiting() {
    let world = World::make().await;
    // All of 127.0.0.0/8 is this machine: the stranger has an address of its own.
    let mut silent = Vec::new();
    for _ in 0..200 {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.2:0".parse().unwrap()).unwrap();
        silent.push(socket.connect(world.running.enrolment_address()).await.unwrap());
    }
    let tablet = client(world.config(None));
    let asked = tablet.get(world.enrol_url()).timeout(Duration::from_secs(5)).send().await;
    assert_eq!(asked.unwrap().status(), 405, "reached; without the share, after the ten seconds of a handshake");
    drop(silent);
}
