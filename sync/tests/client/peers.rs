//! Servers that are not the region's: nothing is said to them and nothing taken from them.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use kakari_sync::client::{LinkError, Problem, TlsFault};
use rcgen::{CertificateParams, ExtendedKeyUsagePurpose, IsCa, KeyPair, date_time_ymd};
use rustls::pki_types::PrivateKeyDer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::authority::{Authority, Leaf, server_params};
use crate::region::{Files, Region};
use crate::server::{Reply, World, asking, listen, unasking};
use crate::tablet::{Setting, append_audit, quick_link, sync};

/// What came to peers without a TLS connection of their own, undecrypted.
type Heard = Arc<Mutex<Vec<Vec<u8>>>>;
type Peer = (&'static str, SocketAddr, TlsFault);

fn params(change: impl FnOnce(&mut CertificateParams)) -> CertificateParams {
    let mut params = server_params();
    change(&mut params);
    params
}

fn self_signed() -> Leaf {
    let key = KeyPair::generate().unwrap();
    let certificate = server_params().self_signed(&key).unwrap();
    Leaf { chain: vec![certificate.der().clone()], key: PrivateKeyDer::try_from(key.serialize_der()).unwrap() }
}

/// A server's certificate signed by another server's certificate, which is no authority.
fn below_a_server(authority: &Authority) -> Leaf {
    let key = KeyPair::generate().unwrap();
    let mut middle = server_params();
    middle.is_ca = IsCa::ExplicitNoCa;
    let middle = rcgen::CertifiedIssuer::signed_by(middle, key, &authority.issuer).unwrap();
    let key = KeyPair::generate().unwrap();
    let certificate = server_params().signed_by(&key, &middle).unwrap();
    let chain = vec![certificate.der().clone(), middle.der().clone()];
    Leaf { chain, key: PrivateKeyDer::try_from(key.serialize_der()).unwrap() }
}

/// Reads the client's first message, answers with these bytes, and closes.
async fn answering(heard: &Heard, bytes: Vec<u8>) -> SocketAddr {
    let heard = heard.clone();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut hello = vec![0; 4_096];
            let read = stream.read(&mut hello).await.unwrap_or(0);
            heard.lock().unwrap().push(hello[..read].to_vec());
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
        }
    });
    address
}

/// A ServerHello of TLS 1.2 (RFC 5246, 7.4.1.3): ECDHE-ECDSA with AES-128-GCM, no extensions.
fn hello_of_tls12() -> Vec<u8> {
    let mut hello = vec![0x03, 0x03];
    hello.extend([0x5a; 32]);
    hello.extend([0x00, 0xc0, 0x2b, 0x00]);
    let length = u8::try_from(hello.len()).unwrap();
    [&[0x16, 0x03, 0x03, 0x00, length + 4, 0x02, 0x00, 0x00, length], hello.as_slice()].concat()
}

async fn peers(own: &Authority, world: &Arc<World>, heard: &Heard) -> Vec<Peer> {
    let other = Authority::make("region");
    let at = |config| listen(world.clone(), config);
    let leaf = |change: fn(&mut CertificateParams)| asking(own, own.leaf(params(change)));
    vec![
        ("TLS 1.2 only", answering(heard, hello_of_tls12()).await, TlsFault::OldTls),
        ("TLS 1.2 only, by an alert", answering(heard, vec![0x15, 3, 3, 0, 2, 2, 70]).await, TlsFault::OldTls),
        ("another authority of the same name", at(asking(own, other.server())).await, TlsFault::OtherAuthority),
        ("signed by itself", at(asking(own, self_signed())).await, TlsFault::OtherAuthority),
        ("expired", at(leaf(|p| p.not_after = date_time_ymd(2020, 1, 1))).await, TlsFault::Expired),
        ("not yet valid", at(leaf(|p| p.not_before = date_time_ymd(2090, 1, 1))).await, TlsFault::NotYetValid),
        ("another name", at(leaf(|p| p.subject_alt_names.clear())).await, TlsFault::OtherName),
        (
            "a client's certificate",
            at(leaf(|p| p.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth])).await,
            TlsFault::NotAServer,
        ),
        ("no TLS", answering(heard, b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec()).await, TlsFault::NoTls),
        ("asks for no certificate", at(unasking(own.server())).await, TlsFault::AsksForNoCertificate),
        ("cut in the handshake", answering(heard, hello_of_tls12()[..20].to_vec()).await, TlsFault::Handshake),
        (
            "below a certificate that is no authority",
            at(asking(own, below_a_server(own))).await,
            TlsFault::OtherAuthority,
        ),
    ]
}

#[tokio::test]
async fn twelve_wrong_peers_get_no_byte_and_give_none() {
    let setting = Setting::of(Region::with_residents(3)).await;
    let mut tablet = setting.enrol().await;
    append_audit(tablet.store_mut(), 2);
    let hostile = World::new(setting.world.files.lock().unwrap().clone(), |_| Reply::ok("{}"));
    let heard = Heard::default();
    let peers = peers(&setting.region.authority, &hostile, &heard).await;
    assert_eq!(peers.len(), 12);
    let own = tablet.identity().clone();
    let mut store = tablet.into_store();
    for (name, address, fault) in peers {
        let mut identity = own.clone();
        identity.enrolment.feed_url = format!("https://{address}/feed");
        identity.enrolment.api_url = format!("https://{address}");
        let mut tablet = setting.client(identity.clone(), store).with_link(quick_link(&identity));
        let outcome = sync(&mut tablet).await;
        assert_eq!(hostile.received(), 0, "{name}: the peer read something");
        assert_eq!((outcome.bytes, outcome.contact, outcome.receipted), (0, false, 0), "{name}");
        let faults: Vec<_> = outcome.failures.iter().map(|failure| &failure.problem).collect();
        let same = |problem: &&Problem| matches!(problem, Problem::Link(LinkError::NotTheServer(is)) if *is == fault);
        assert!(!faults.is_empty() && faults.iter().all(same), "{name}: {faults:?} {outcome:?}");
        assert_eq!(tablet.store().cursor().unwrap(), None, "{name}");
        store = tablet.into_store();
    }
    let heard = heard.lock().unwrap().clone();
    assert!(heard.len() >= 4);
    for bytes in &heard {
        let length = usize::from(u16::from_be_bytes([bytes[3], bytes[4]]));
        assert_eq!((bytes[0], bytes.len()), (0x16, length + 5), "one TLS handshake message and nothing else");
    }
    let mut tablet = setting.client(own, store);
    assert!(sync(&mut tablet).await.up_to_date, "the region's own server is spoken to");
}

#[tokio::test]
async fn a_server_that_does_not_know_the_tablets_certificate_is_told_nothing_of_a_patient() {
    let setting = Setting::of(Region::with_residents(3)).await;
    let tablet = setting.enrol().await;
    let strict = World::new(Files::new(), |_| Reply::status(404));
    let other = Authority::make("other");
    let address = listen(strict.clone(), asking(&other, setting.region.authority.server())).await;
    let mut identity = tablet.identity().clone();
    identity.enrolment.feed_url = format!("https://{address}/feed");
    identity.enrolment.api_url = format!("https://{address}");
    let mut tablet = setting.client(identity.clone(), tablet.into_store()).with_link(quick_link(&identity));
    let outcome = sync(&mut tablet).await;
    assert_eq!((strict.received(), outcome.contact), (0, false));
    assert!(!outcome.failures.is_empty());
}
