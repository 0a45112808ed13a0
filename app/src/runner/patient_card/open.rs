//! Opening what was found, with the checks that no way leaves out.

use std::time::Instant;

use kakari_record::audit::Access;
use kakari_record::model::Summary;
use kakari_record::seal::{ContentKey, Dictionary, Header, SealError, SealedRecord};
use kakari_session::{OpenPhoto, OpenRecord};
use kakari_store::StoredPhoto;

use crate::runner::journal::Step;
use crate::runner::opening::Trust;

/// What led to a record, and the number that it must then have.
pub(super) enum Proof<'a> {
    /// The card's key opened it: its certificate names the number.
    Key(&'a str),
    /// A number-only card, which may say no number at all.
    Number { access: Access, number: Option<&'a str> },
}

impl Proof<'_> {
    const fn access(&self) -> Access {
        match self {
            Self::Key(_) => Access::Card,
            Self::Number { access, .. } => *access,
        }
    }

    fn fits(&self, summary: &Summary) -> bool {
        match self {
            Self::Key(number) | Self::Number { number: Some(number), .. } => is_of(summary, number),
            Self::Number { number: None, .. } => true,
        }
    }
}

/// Whether the summary says that it is about the holder of this number.
pub(super) fn is_of(summary: &Summary, number: &str) -> bool {
    summary.identity.number.as_ref().is_some_and(|own| own.digits() == number)
}

pub(super) fn dictionary(trust: &Trust, id: u32) -> Result<&Dictionary, SealError> {
    trust.dictionaries.iter().find(|known| known.id() == id).ok_or(SealError::UnknownDictionary(id))
}

/// Opens a record of this tablet's feed.
pub(super) fn own_record(
    trust: &Trust,
    record: &SealedRecord,
    photo: &StoredPhoto,
    proof: &Proof<'_>,
    steps: &mut Vec<Step>,
    unlock: impl FnOnce(&SealedRecord) -> Result<ContentKey, SealError>,
) -> Result<OpenRecord, SealError> {
    let began = Instant::now();
    let header = record.header();
    let dictionary = dictionary(trust, header.dictionary)?;
    let key = unlock(record)?;
    let summary = record.open(&key, dictionary)?;
    steps.push(Step::new("open", began.elapsed()));
    if header.feed != trust.feed || !proof.fits(&summary) {
        return Err(SealError::NotOpened);
    }
    let photo = open_photo(photo, header, &key, steps);
    let (id, version) = (header.record, header.version);
    Ok(OpenRecord { id, version, summary, photo, access: proof.access(), copy: None })
}

/// Whatever is wrong with a photo, its record is shown.
pub(in crate::runner) fn open_photo(
    photo: &StoredPhoto,
    header: &Header,
    key: &ContentKey,
    steps: &mut Vec<Step>,
) -> OpenPhoto {
    let began = Instant::now();
    let sealed = match photo {
        StoredPhoto::None => return OpenPhoto::None,
        StoredPhoto::Unreadable => return OpenPhoto::NotOpened,
        StoredPhoto::Sealed(sealed) => sealed,
    };
    let face = match sealed.open(header, key).map(|photo| photo.decode()) {
        Ok(Ok(face)) => OpenPhoto::Opened(face),
        Ok(Err(error)) => {
            tracing::warn!(%error, "a photo cannot be decoded");
            OpenPhoto::NotOpened
        }
        Err(error) => {
            tracing::warn!(%error, "a photo does not open");
            OpenPhoto::NotOpened
        }
    };
    steps.push(Step::new("photo", began.elapsed()));
    face
}
