//! Officers: who may countersign a mass wipe.

use sqlx::PgConnection;
use x509_parser::pem::Pem;
use x509_parser::prelude::FromDer;
use x509_parser::x509::SubjectPublicKeyInfo;

use super::{Office, OfficeError};
use crate::keys::{Identity, Role};
use crate::office_log;

/// An Ed25519 public key: 64 hexadecimal digits, or a file of one in PEM or DER (SubjectPublicKeyInfo, RFC 8410).
pub fn read_public_key(file: &[u8]) -> Office<[u8; 32]> {
    let wrong = || OfficeError::refused("not an Ed25519 public key: 64 hexadecimal digits, or a file in PEM or DER");
    let typed = std::str::from_utf8(file).ok().and_then(|text| hex::decode(text.trim()).ok());
    if let Some(key) = typed.and_then(|bytes| bytes.try_into().ok()) {
        return Ok(key);
    }
    let pem = Pem::iter_from_buffer(file).find_map(Result::ok);
    let der = pem.as_ref().map_or(file, |pem| &pem.contents);
    let (_, info) = SubjectPublicKeyInfo::from_der(der).map_err(|_| wrong())?;
    if info.algorithm.algorithm.to_id_string() != "1.3.101.112" {
        return Err(wrong());
    }
    info.subject_public_key.data.as_ref().try_into().map_err(|_| wrong())
}

/// Officers by name, each with the key in hexadecimal.
pub async fn list(conn: &mut PgConnection) -> Office<Vec<(String, String)>> {
    let officers = sqlx::query_as("SELECT id, encode(public_key, 'hex') FROM officer ORDER BY id");
    Ok(officers.fetch_all(conn).await?)
}

/// Adds an officer. Only tablets that enrol from now on believe a countersignature of this key.
pub async fn add(conn: &mut PgConnection, who: &str, id: &str, public_key: &[u8; 32]) -> Office<()> {
    Identity::new(Role::Office, id)?;
    let added = sqlx::query("INSERT INTO officer (id, public_key) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind(id)
        .bind(public_key.as_slice())
        .execute(&mut *conn)
        .await?;
    if added.rows_affected() == 0 {
        return Err(OfficeError::refused("an officer of this name is here already; nothing was changed"));
    }
    Ok(office_log::note(conn, who, "officer added", id).await?)
}

/// The officer who has this key; `None` for anybody else's.
pub async fn with_key(conn: &mut PgConnection, public_key: &[u8]) -> Office<Option<String>> {
    Ok(sqlx::query_scalar("SELECT id FROM officer WHERE public_key = $1").bind(public_key).fetch_optional(conn).await?)
}
