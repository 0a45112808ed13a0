//! What signs cards, and what their secrets come from.

use std::path::Path;

use kakari_card::issue::{CardAuthoritySigner, IssuingSecret};
use kakari_record::seal::Point;
use sqlx::PgConnection;
use zeroize::Zeroizing;

use crate::keys::{KeyError, ServerKey, card_authority, issuing_secret};
use crate::office::{Office, OfficeError};

/// The issuer's name in every certificate is the region's, cut to what leaves a certificate small.
const LONGEST_NAME: usize = 36;

/// The keys of an issuing desk.
pub(crate) struct Keys {
    pub(crate) signer: CardAuthoritySigner,
    pub(crate) secret: IssuingSecret,
    pub(crate) authority: Point,
}

/// Opens them: the card authority's from `file`, or where this region keeps it itself.
pub(crate) async fn load_keys(conn: &mut PgConnection, server: &ServerKey, file: Option<&Path>) -> Office<Keys> {
    let row: Option<(String, Vec<u8>)> =
        sqlx::query_as("SELECT name, card_authority FROM region").fetch_optional(&mut *conn).await?;
    let (name, authority) = row.ok_or(KeyError::Missing("region"))?;
    let authority: Point = authority.try_into().map_err(|_| KeyError::Damaged("card authority"))?;
    let kept = card_authority(conn, server).await?;
    let pkcs8 = match (file, kept) {
        (Some(path), _) => read(path)?,
        (None, Some(kept)) => kept,
        (None, None) => {
            return Err(OfficeError::refused(
                "this region does not keep its card authority's key: name its file with --authority-key (PKCS #8)",
            ));
        }
    };
    let signer = CardAuthoritySigner::from_pkcs8(short(&name), &pkcs8)
        .map_err(|_| OfficeError::refused("the card authority's key is not a P-256 key in PKCS #8 (PEM or DER)"))?;
    if signer.public_key() != Some(authority) {
        return Err(OfficeError::refused(
            "this is not the key of this region's card authority: tablets would refuse every card that it signs",
        ));
    }
    let secret = IssuingSecret::from_bytes(issuing_secret(conn, server).await?);
    Ok(Keys { signer, secret, authority })
}

/// PEM or DER.
fn read(path: &Path) -> Office<Zeroizing<Vec<u8>>> {
    let file = std::fs::read(path).map(Zeroizing::new);
    let file = file.map_err(|error| OfficeError::refused(format!("{}: {error}", path.display())))?;
    Ok(pem::parse(file.as_slice()).map_or(file, |pem| Zeroizing::new(pem.into_contents())))
}

fn short(name: &str) -> &str {
    let end = (0..=LONGEST_NAME.min(name.len())).rev().find(|end| name.is_char_boundary(*end));
    &name[..end.unwrap_or(0)]
}
