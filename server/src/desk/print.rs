//! What the card printer and the letter need, as files that only their owner can read.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use serde_json::{Value, json};

use super::Whose;

/// Files that were written.
type Printed = Vec<PathBuf>;

/// Writes the card's data (and a resident's number as a QR code for its back) and, for a staff card, the letter with the
/// first PIN: a file apart, and the only place where the PIN stands.
pub(crate) fn print(folder: &Path, whose: &Whose, card: &Value, first_pin: &str) -> Result<Printed, String> {
    let failed = |error: io::Error| format!("{}: {error}", folder.display());
    fs::create_dir_all(folder).map_err(failed)?;
    let serial = card["serial"].as_str().unwrap_or_default();
    let mut written = vec![write(folder, &format!("card-{serial}.json"), &format!("{card:#}\n"))];
    match whose {
        Whose::Resident { number, .. } => {
            if let Ok(code) = QrCode::with_error_correction_level(number.digits(), EcLevel::M) {
                let drawn = code.render::<svg::Color<'_>>().min_dimensions(200, 200).build();
                written.push(write(folder, &format!("card-{serial}-back.svg"), &drawn));
            }
        }
        Whose::Staff { id, name } => {
            let letter = format!("{name} 様 ({id})\n職員カード {serial}\n\n最初のPIN: {first_pin}\n");
            written.push(write(folder, &format!("pin-letter-{serial}.txt"), &letter));
        }
    }
    written.into_iter().collect::<io::Result<_>>().map_err(failed)
}

/// What stands on the card: for its printer.
pub(crate) fn card_data(whose: &Whose, serial: &str, valid_until: &str, name: Option<&str>) -> Value {
    match whose {
        Whose::Resident { number, record, .. } => json!({
            "serial": serial, "record": record, "number": number.digits(), "name": name, "valid_until": valid_until, "qr": number.digits(),
        }),
        Whose::Staff { id, name } => json!({
            "serial": serial, "staff_id": id, "name": name, "valid_until": valid_until,
        }),
    }
}

/// Whole or not at all; one of an interrupted run is replaced.
fn write(folder: &Path, name: &str, text: &str) -> io::Result<PathBuf> {
    let (path, new) = (folder.join(name), folder.join(format!(".{name}.new")));
    let _ = fs::remove_file(&new);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&new, &path)?;
    Ok(path)
}
