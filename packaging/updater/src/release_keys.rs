//! Who may sign releases, as the region's administrator wrote it: `/etc/kakari/release-keys.toml`.

use std::fs;
use std::path::Path;

use kakari_sync::ReleaseKeys;
use serde::Deserialize;

use crate::refusal::Refusal;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    threshold: usize,
    keys: Vec<String>,
}

/// Reads the keys. Without a file, a key or a threshold nobody may.
pub(crate) fn load(path: &Path) -> Result<ReleaseKeys, Refusal> {
    let wrong = |why: String| Refusal::NoKeys { path: path.into(), why };
    let text = fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
    let written: Written = toml::from_str(&text).map_err(|error| wrong(error.message().to_owned()))?;
    let mut keys = Vec::new();
    for digits in &written.keys {
        let mut key = [0; 32];
        hex::decode_to_slice(digits, &mut key).map_err(|_| wrong("a key is not 64 hexadecimal digits".to_owned()))?;
        keys.push(key);
    }
    keys.sort_unstable();
    keys.dedup();
    match written.threshold {
        0 => Err(wrong("its threshold is 0: nobody would have to sign".to_owned())),
        _ if keys.is_empty() => Err(wrong("it names no key".to_owned())),
        threshold if threshold > keys.len() => Err(wrong(format!("{threshold} must sign, and it names fewer keys"))),
        threshold => Ok(ReleaseKeys { keys, threshold }),
    }
}
