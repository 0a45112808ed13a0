//! What the store's key is sealed with, as the sealed credential beside the store says itself.
//!
//! systemd puts an id of 16 bytes at the front of what it seals and writes it all in base64 (systemd-creds(1); the ids
//! are in systemd's `src/shared/creds-util.h`). Which place a key lies in is thus known without opening anything.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use kakari_session::findings::KeyPlace;

/// Beside the store.
const SEALED: &str = "keys/store-key.cred";
/// Of this many letters of base64 fifteen bytes are known.
const LETTERS: usize = 20;
/// The first fifteen bytes of the ids under which a TPM is needed to open.
const BY_TPM: [&str; 4] = [
    // CRED_AES256_GCM_BY_TPM2_HMAC, 0c7cc07b-1176-4591-9c4b-0bea08bc20fe: `--with-key=tpm2`
    "DHzAexF2RZGcSwvqCLwg",
    // CRED_AES256_GCM_BY_TPM2_HMAC_WITH_PK, faf7eb93-41e3-412c-a1a4-36f95a29362f: `--with-key=tpm2-with-public-key`
    "+vfrk0HjQSyhpDb5Wik2",
    // CRED_AES256_GCM_BY_HOST_AND_TPM2_HMAC, 93a89409-4874-4490-90ca-f2fc93cab553: `--with-key=host+tpm2`
    "k6iUCUh0RJCQyvL8k8q1",
    // CRED_AES256_GCM_BY_HOST_AND_TPM2_HMAC_WITH_PK, af4950a8-4913-4eb1-a738-46304ff30c05
    "r0lQqEkTTrGnOEYwT/MM",
];

/// Where the key of this store lies that the system gives. What is not known to need a TPM is not said to.
pub(crate) fn place(store: &Path) -> KeyPlace {
    let sealed = store.parent().and_then(|dir| begin_of(&dir.join(SEALED)));
    match sealed {
        Some(letters) if BY_TPM.iter().any(|id| id.as_bytes() == letters) => KeyPlace::Tpm,
        _ => KeyPlace::Credential,
    }
}

fn begin_of(path: &Path) -> Option<[u8; LETTERS]> {
    let mut letters = [0; LETTERS];
    File::open(path).ok()?.read_exact(&mut letters).ok()?;
    Some(letters)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// Made with systemd 252: `systemd-creds encrypt --with-key=… --tpm2-pcrs=23 --name=kakari-store-key`.
    const MADE: [(&str, KeyPlace); 5] = [
        ("DHzAexF2RZGcSwvqCLwg/iAAAAABAAAADAAAABAA", KeyPlace::Tpm),
        ("k6iUCUh0RJCQyvL8k8q1UyAAAAABAAAADAAAABAA", KeyPlace::Tpm),
        ("Whxqht+dQJax1aZeCGLxmiAAAAABAAAADAAAABAA", KeyPlace::Credential),
        // By nothing: a key that everybody has (CRED_AES256_GCM_BY_NULL).
        ("BYRp2vb1QySABUnaD46i+yAAAAABAAAADAAAABAA", KeyPlace::Credential),
        ("", KeyPlace::Credential),
    ];

    #[test]
    fn a_sealed_key_says_itself_whether_a_tpm_opens_it() {
        let dir = tempfile::tempdir().expect("a folder");
        let store = dir.path().join("kakari.db");
        assert_eq!(place(&store), KeyPlace::Credential, "without a sealed key beside it");
        fs::create_dir(dir.path().join("keys")).expect("made");
        for (sealed, of) in MADE {
            fs::write(dir.path().join(SEALED), sealed).expect("written");
            assert_eq!(place(&store), of, "{sealed}");
        }
    }
}
