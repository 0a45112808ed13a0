//! Becoming a region's tablet: over the network, or from a USB bundle without one. Every step is stored before the next,
//! so that an interruption at any point is carried on with the same keys and the same request.

use std::path::Path;

use chrono::{DateTime, Utc};
use kakari_store::{KeyError, OpenError, Store, StoreError, StoreKey, wipe};
use rustls::pki_types::CertificateDer;
use serde_bytes::ByteBuf;
use zeroize::Zeroizing;

use super::meet::{Meeting, Server};
use super::{Identity, LinkError, Problem, Refusal, StateDir, Words, files, tls};
use crate::Sha256;
use crate::enrol::{CodeKeys, EnrolAnswer, EnrolRefusal, EnrolRequest, Enrolment, Invitation, InvitationCode};
use crate::enrol::{OfflineEnrolment, Pins};

const CODE_FILE: &str = "enrol.code";
const REQUEST_FILE: &str = "enrol.csr";
const MAKING_STORE: &str = "store.making";
const MAX_OFFLINE_LEN: u64 = 64 * 1024;

/// Why a tablet was not enrolled. What was done stays, and the next try carries on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EnrolError {
    /// The region says no, or what came is not the region's.
    #[error(transparent)]
    Refused(#[from] EnrolRefusal),
    /// The keys are not the ones of the invitation.
    #[error("the region's keys are not the ones of the invitation: ask the office")]
    OtherKeys,
    /// It belongs to a region already.
    #[error("this tablet is enrolled already, as {0}")]
    Already(String),
    /// The bundle holds no enrolment.
    #[error("the bundle holds no enrolment for a tablet")]
    NoEnrolment,
    /// Anything else.
    #[error(transparent)]
    Problem(#[from] Problem),
}

/// Enrols over the network. Carries on with what an earlier try stored.
pub async fn enrol(state: &StateDir, invitation: &Invitation, app: &str) -> Result<Identity, EnrolError> {
    if let Some(identity) = state.load_identity()? {
        return Err(EnrolError::Already(identity.enrolment.tablet));
    }
    let keys = invitation.code.derive_keys();
    let server = Server::meet(&invitation.url, Meeting::Invited(invitation.pins)).await?;
    let answer = ask(state, &server, &keys, app).await?;
    check_pins(&answer, invitation.pins)?;
    accept(state, &answer)
}

/// Begins to be a region's tablet from a USB bundle. The certificate is fetched at the first contact with the server
/// ([`fetch_certificate`]).
pub fn enrol_from_bundle(
    state: &StateDir,
    bundle: &Path,
    code: &InvitationCode,
    now: DateTime<Utc>,
) -> Result<Identity, EnrolError> {
    if let Some(identity) = state.load_identity()? {
        return Err(EnrolError::Already(identity.enrolment.tablet));
    }
    let bytes = files::read(&bundle.join(OfflineEnrolment::FILE), MAX_OFFLINE_LEN)?.ok_or(EnrolError::NoEnrolment)?;
    let offline = OfflineEnrolment::decode(&bytes).map_err(|_| EnrolError::NoEnrolment)?;
    let keys = code.derive_keys();
    let enrolment = offline.open(&keys, now)?;
    let secret = Zeroizing::new([keys.id.as_slice(), keys.expose().as_slice()].concat());
    files::write_private(&state.file(CODE_FILE), &secret)?;
    state.make_request(state.tls_key_file()?, REQUEST_FILE)?;
    state.make_tablet_key()?;
    state.store_enrolment(&Enrolment { certificates: Vec::new(), ..enrolment })?;
    loaded(state)
}

/// Whether the certificate is still to be fetched.
pub fn awaits_certificate(state: &StateDir) -> Result<bool, Problem> {
    Ok(files::read(&state.file(CODE_FILE), 64)?.is_some())
}

/// Fetches the certificate of a tablet that was enrolled from a bundle; the code is forgotten after.
pub async fn fetch_certificate(state: &StateDir, identity: &Identity, app: &str) -> Result<Identity, EnrolError> {
    let stored = files::read(&state.file(CODE_FILE), 64)?.map(Zeroizing::new).ok_or(EnrolRefusal::Unknown)?;
    let (id, secret) = stored.split_first_chunk::<16>().ok_or(EnrolRefusal::Unknown)?;
    let secret = <[u8; 32]>::try_from(secret).map_err(|_| EnrolRefusal::Unknown)?;
    let keys = CodeKeys::new(*id, Zeroizing::new(secret));
    let known = &identity.enrolment;
    let server = Server::meet(&known.enrol_url, Meeting::Authority(&known.tls_authority)).await?;
    let answer = ask(state, &server, &keys, app).await?;
    let same = answer.feed == known.feed && answer.region_key == known.region_key && answer.tablet == known.tablet;
    if !same {
        return Err(EnrolError::OtherKeys);
    }
    let identity = accept(state, &answer)?;
    forget_code(state)?;
    Ok(identity)
}

/// With a certificate nobody asks for the code again.
pub(super) fn forget_code(state: &StateDir) -> Result<(), Problem> {
    let code = state.file(CODE_FILE);
    wipe::overwrite(&code).map_err(|source| Problem::file("the code", source))?;
    files::remove(&code)
}

/// The tablet's store: made empty when there is none, opened otherwise. One that was being made when the power went is
/// made anew, unless it is whole: the facts of its region are the last that goes in. One that cannot be looked at stays.
pub fn make_store(state: &StateDir, identity: &Identity, store: &Path, key: &Path) -> Result<Store, EnrolError> {
    let unreadable = |_| Problem::Keys("the store's key is unreadable");
    let exists = |path: &Path| path.try_exists().map_err(|source| Problem::file("the store", source));
    let marker = state.file(MAKING_STORE);
    let half_made = files::read(&marker, 1)?.is_some();
    if exists(store)? {
        if !half_made {
            return Ok(Store::open(store, StoreKey::load(key).map_err(unreadable)?).map_err(Problem::from)?);
        }
        if let Some(whole) = open_whole(store, key)? {
            files::remove_durably(&marker)?;
            return Ok(whole);
        }
    }
    files::write_private(&marker, &[])?;
    for suffix in ["", "-wal", "-shm", ".key-check"] {
        let mut path = store.as_os_str().to_owned();
        path.push(suffix);
        files::remove(Path::new(&path))?;
    }
    let whole_key = StoreKey::load(key);
    if whole_key.is_err() {
        files::remove(key)?;
    }
    let store_key = whole_key.or_else(|_| StoreKey::make_at(key)).map_err(unreadable)?;
    let made = Store::create(store, store_key, &identity.facts()?).map_err(Problem::from)?;
    // Were it there again after a power cut, this store would be taken for a half-made one.
    files::remove_durably(&marker)?;
    Ok(made)
}

/// The store, when all of it is there; none when its making was cut short.
fn open_whole(store: &Path, key: &Path) -> Result<Option<Store>, Problem> {
    let key = match StoreKey::load(key) {
        Err(KeyError::Length(_)) => return Ok(None),
        // It may be away for now, as the TPM that it is sealed to may be.
        loaded => loaded.map_err(|_| Problem::Keys("the store's key is unreadable"))?,
    };
    let opened = match Store::open(store, key) {
        Err(OpenError::Damaged | OpenError::WrongKeyOrDamaged) => return Ok(None),
        opened => opened?,
    };
    match opened.facts() {
        Err(StoreError::Damaged) => Ok(None),
        facts => facts.map(|_| Some(opened)).map_err(Problem::from),
    }
}

/// Sends the stored request and opens the answer.
async fn ask(state: &StateDir, server: &Server, keys: &CodeKeys, app: &str) -> Result<Enrolment, EnrolError> {
    let tablet_key = state.make_tablet_key()?.public_key();
    let csr = ByteBuf::from(state.make_request(state.tls_key_file()?, REQUEST_FILE)?);
    let request = EnrolRequest { invitation: keys.id, csr, tablet_key, app: app.to_owned() };
    let request = request.seal(keys, &server.certificate);
    let answer = server.link.post(&format!("{}/v1/enrol", server.url), "application/cbor", request.clone()).await?;
    if answer.status != 200 {
        let said: Option<Refused> = serde_json::from_slice(&answer.body).ok();
        let status = LinkError::Status(answer.status);
        return Err(said.map_or(EnrolError::Problem(status.into()), |said| said.refused.into()));
    }
    let answer = EnrolAnswer::decode(&answer.body).map_err(|_| EnrolRefusal::Forged)?;
    Ok(answer.open(keys, &request, &server.certificate)?)
}

#[derive(serde::Deserialize)]
struct Refused {
    refused: EnrolRefusal,
}

fn check_pins(answer: &Enrolment, pins: Option<Pins>) -> Result<(), EnrolError> {
    let meant = pins.is_none_or(|pins| {
        Sha256::of(&answer.tls_authority) == pins.tls_authority && Sha256::of(&answer.region_key) == pins.region_key
    });
    if meant { Ok(()) } else { Err(EnrolError::OtherKeys) }
}

/// Stores an answer whose certificate is for this tablet's key.
fn accept(state: &StateDir, answer: &Enrolment) -> Result<Identity, EnrolError> {
    let chain: Vec<_> = answer.certificates.iter().map(|der| CertificateDer::from(der.to_vec())).collect();
    if chain.is_empty() || state.pair(&chain, state.tls_key_file()?)?.is_none() {
        return Err(EnrolRefusal::Forged.into());
    }
    tls::of_authority(&answer.tls_authority)?;
    state.store_enrolment(answer)?;
    files::remove(&state.file(REQUEST_FILE))?;
    loaded(state)
}

fn loaded(state: &StateDir) -> Result<Identity, EnrolError> {
    Ok(state.load_identity()?.ok_or(Problem::Keys("the enrolment is unreadable"))?)
}

impl EnrolError {
    /// Both sentences for a screen.
    pub fn words(&self) -> Words {
        let ja = match self {
            Self::Refused(refusal) => refused_in_japanese(*refusal),
            Self::OtherKeys => return Words { ja: Refusal::WrongKey.japanese(), en: self.to_string() },
            Self::Already(_) => "この端末はすでに登録されています。",
            Self::NoEnrolment => "このUSBには端末の登録データがありません。",
            Self::Problem(problem) => return problem.words(),
        };
        Words { ja: ja.to_owned(), en: self.to_string() }
    }
}

const fn refused_in_japanese(refusal: EnrolRefusal) -> &'static str {
    match refusal {
        EnrolRefusal::Unknown => "この招待コードはありません。確かめるか、本部に新しいコードを求めてください。",
        EnrolRefusal::Used => "この招待コードは別の端末で使用済みです。本部に新しいコードを求めてください。",
        EnrolRefusal::Expired => "この招待コードは期限切れです。本部に新しいコードを求めてください。",
        EnrolRefusal::Forged => "接続先がこの招待を知りません。アドレスを確かめ、正しければ本部に知らせてください。",
        EnrolRefusal::BadRequest => "証明書の申請が受け付けられませんでした。",
        EnrolRefusal::UnknownForm => {
            "端末と本部のプログラムの時期が合いません。端末を更新するか、本部に知らせてください。"
        }
        EnrolRefusal::Revoked => "この端末は本部により失効されています。",
    }
}
