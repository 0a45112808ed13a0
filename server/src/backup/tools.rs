//! PostgreSQL's own programs. They get the address through their environment: nothing of it stands in a list of processes.

use std::process::{Command, Stdio};
use std::str::FromStr;

use sqlx::ConnectOptions;
use sqlx::postgres::{PgConnectOptions, PgSslMode};

use crate::command::Answer;
use crate::db::DbError;

/// As what these commands stand in PostgreSQL's list of connections.
pub(super) const OWN_NAME: &str = "kakari-region backup";

/// The files that prove who is who, in an address and for PostgreSQL's programs.
const CERTIFICATES: [(&str, &str); 3] =
    [("sslrootcert", "PGSSLROOTCERT"), ("sslcert", "PGSSLCERT"), ("sslkey", "PGSSLKEY")];

/// The address in `url`, for us and for PostgreSQL's programs.
pub(super) fn address(url: &str) -> Answer<PgConnectOptions> {
    let options = PgConnectOptions::from_str(url).map_err(|_| DbError::Address.to_string())?;
    Ok(options.application_name(OWN_NAME))
}

/// One of PostgreSQL's programs for the database at `options`. It never asks for a password.
pub(super) fn tool(name: &str, options: &PgConnectOptions) -> Command {
    let mut command = Command::new(name);
    let host = options.get_socket().map_or_else(|| options.get_host().to_owned(), |path| path.display().to_string());
    command.env("PGHOST", host).env("PGPORT", options.get_port().to_string());
    command.env("PGUSER", options.get_username()).env("PGAPPNAME", OWN_NAME);
    command.env("PGSSLMODE", ssl_mode(options.get_ssl_mode()));
    if let Some(database) = options.get_database() {
        command.env("PGDATABASE", database);
    }
    let whole = options.to_url_lossy();
    if let Some(password) = whole.password() {
        command.env("PGPASSWORD", decoded(password));
    }
    for (key, value) in whole.query_pairs() {
        let named = CERTIFICATES.iter().find(|(word, _)| *word == key);
        // As sqlx writes a path; a certificate in the address itself has no form for these programs, which then refuse.
        if let (Some((_, name)), Some(path)) = (named, value.strip_prefix("file: ")) {
            command.env(name, path);
        }
    }
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    command
}

/// Why a program could not be begun.
pub(super) fn missing(name: &str, error: &std::io::Error) -> String {
    format!("{name} cannot be run ({error}): install postgresql-client, of the server's version or newer")
}

const fn ssl_mode(mode: PgSslMode) -> &'static str {
    match mode {
        PgSslMode::Disable => "disable",
        PgSslMode::Allow => "allow",
        PgSslMode::Prefer => "prefer",
        PgSslMode::Require => "require",
        PgSslMode::VerifyCa => "verify-ca",
        PgSslMode::VerifyFull => "verify-full",
    }
}

/// Without the `%XX` of an address.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let code = (first == b'%').then(|| after.get(..2)).flatten();
        let byte = code.and_then(|code| u8::from_str_radix(std::str::from_utf8(code).ok()?, 16).ok());
        bytes.push(byte.unwrap_or(first));
        rest = if byte.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{address, decoded, tool};

    #[test]
    fn the_programs_prove_the_server_and_themselves_as_the_address_says() -> Result<(), String> {
        let url = "postgres://k@db.region.example/region?sslmode=verify-full&sslrootcert=/etc/k/ca.pem\
                   &sslcert=/etc/k/own%20one.pem&sslkey=/etc/k/own.key";
        let command = tool("pg_dump", &address(url)?);
        let said: BTreeMap<_, _> =
            command.get_envs().filter_map(|(name, value)| Some((name.to_str()?, value?.to_str()?))).collect();
        for (name, value) in [
            ("PGHOST", "db.region.example"),
            ("PGSSLMODE", "verify-full"),
            ("PGSSLROOTCERT", "/etc/k/ca.pem"),
            ("PGSSLCERT", "/etc/k/own one.pem"),
            ("PGSSLKEY", "/etc/k/own.key"),
        ] {
            assert_eq!(said.get(name), Some(&value), "{name}");
        }
        Ok(())
    }

    #[test]
    fn a_password_reaches_the_programs_by_their_environment_alone() -> Result<(), String> {
        let command = tool("pg_dump", &address("postgres://k:p%40ss%25@localhost/region")?);
        let password = command.get_envs().find(|(name, _)| *name == "PGPASSWORD").and_then(|(_, value)| value);
        assert_eq!(password.and_then(|value| value.to_str()), Some("p@ss%"));
        assert_eq!(command.get_args().count(), 0);
        assert_eq!(decoded("100%"), "100%");
        Ok(())
    }
}
