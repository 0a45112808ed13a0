//! `Patient.photo`: the face, if the document has one that can be used. A photo never refuses a document.

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use chrono::{DateTime, Utc};
use zeroize::Zeroizing;

use super::Reason;
use super::bundle::Document;
use super::node::Node;
use crate::photo::{Photo, PhotoError};

/// More characters of base64 than a photo that is read has bytes.
const LONGEST: usize = 24 * 1024 * 1024;

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// The newest photo that can be used; a remark for each other.
pub(super) fn read(document: &Document<'_>) -> Option<Photo> {
    let patient = &document.patient.node;
    let attachments = match patient.list("photo") {
        Ok(attachments) => attachments,
        Err(_) => {
            document.remark(&patient.path_of("photo"), Reason::PhotoNotUsable(PhotoError::Damaged));
            return None;
        }
    };
    let mut chosen = None;
    for attachment in newest_first(attachments) {
        if chosen.is_some() {
            document.remark(attachment.path(), Reason::AnotherPhoto);
            continue;
        }
        match one(&attachment) {
            Ok(photo) => chosen = Some(photo),
            Err(reason) => document.remark(attachment.path(), reason),
        }
    }
    chosen
}

/// Those without a time come last, in the document's order.
fn newest_first(mut attachments: Vec<Node<'_>>) -> Vec<Node<'_>> {
    let taken = |attachment: &Node<'_>| -> Option<DateTime<Utc>> { attachment.moment("creation").ok().flatten() };
    attachments.sort_by_key(|attachment| std::cmp::Reverse(taken(attachment)));
    attachments
}

fn one(attachment: &Node<'_>) -> Result<Photo, Reason> {
    let damaged = Reason::PhotoNotUsable(PhotoError::Damaged);
    match attachment.text("data") {
        Ok(Some(data)) => {
            let picture = decode(data).map_err(Reason::PhotoNotUsable)?;
            Photo::from_image(&picture).map_err(Reason::PhotoNotUsable)
        }
        // Nothing is fetched: a document must not make a tablet or an office call somebody.
        Ok(None) if attachment.has("url") => Err(Reason::PhotoElsewhere),
        Ok(None) => Err(Reason::PhotoNotUsable(PhotoError::NotAnImage)),
        Err(_) => Err(damaged),
    }
}

/// FHIR lets base64 be broken into lines.
fn decode(data: &str) -> Result<Zeroizing<Vec<u8>>, PhotoError> {
    if data.len() > LONGEST {
        return Err(PhotoError::TooManyBytes);
    }
    let digits: Zeroizing<Vec<u8>> = Zeroizing::new(data.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect());
    BASE64.decode(&*digits).map(Zeroizing::new).map_err(|_| PhotoError::Damaged)
}
