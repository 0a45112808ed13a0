//! The make of the reader: what it says itself, which drivers there are for it, and what is known to go wrong with it.

use std::fs;
use std::path::Path;

use kakari_card::ReaderCare;
use kakari_session::findings::{ReaderFacts, ReaderFault};

/// Where PC/SC looks for USB drivers.
const DRIVERS: &str = "/usr/lib/pcsc/drivers";
const USB_DEVICES: &str = "/sys/bus/usb/devices";
/// USB readers that are no CCID readers and have no PC/SC driver on Linux: Sony RC-S380 in its two makes
/// (the kernel's list of port100, drivers/nfc/port100.c).
const NOT_SUPPORTED: [(&str, &str); 2] = [("054c", "06c1"), ("054c", "06c3")];
/// libccid refuses an ACR122U that is older (its README).
const ACR122_AT_LEAST: (u8, u8) = (0x02, 0x06);

/// Of the reader that works; without one, of what is plugged in and cannot.
pub(super) fn reader_facts(reader: Option<&str>) -> ReaderFacts {
    let Some(reader) = reader else {
        let trouble = has_unsupported(Path::new(USB_DEVICES)).then_some(ReaderFault::NotSupported);
        return ReaderFacts { trouble, ..ReaderFacts::default() };
    };
    let told = kakari_card::ReaderFacts::of(reader);
    let drivers = drivers(Path::new(DRIVERS));
    ReaderFacts {
        trouble: trouble(reader, told.firmware, &drivers),
        vendor: told.vendor,
        firmware: told.firmware.map(|(major, minor)| format!("{major:x}.{minor:02x}")),
        serial: told.serial,
        drivers,
    }
}

fn trouble(reader: &str, firmware: Option<(u8, u8)>, drivers: &[String]) -> Option<ReaderFault> {
    let is_acs = reader.starts_with("ACS ");
    let both = ["ccid ", "acsccid "].iter().all(|name| drivers.iter().any(|driver| driver.starts_with(name)));
    if reader.contains("ACR122") && firmware.is_some_and(|version| version < ACR122_AT_LEAST) {
        Some(ReaderFault::OldFirmware)
    } else if ReaderCare::of(reader).is_some_and(|care| !care.contactless) {
        Some(ReaderFault::ContactOnly)
    } else {
        (is_acs && both).then_some(ReaderFault::TwoDrivers)
    }
}

/// 「ccid 1.5.2」, from each driver's own description.
fn drivers(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    let mut drivers: Vec<String> = entries.filter_map(|entry| driver(&entry.path())).collect();
    drivers.sort();
    drivers
}

fn driver(bundle: &Path) -> Option<String> {
    let name = bundle.file_name()?.to_str()?.strip_prefix("ifd-")?.strip_suffix(".bundle")?;
    let told = fs::read_to_string(bundle.join("Contents/Info.plist")).ok()?;
    let (_, after) = told.split_once("<key>CFBundleShortVersionString</key>")?;
    let (_, version) = after.split_once("<string>")?;
    let (version, _) = version.split_once("</string>")?;
    Some(format!("{name} {}", version.trim()))
}

fn has_unsupported(devices: &Path) -> bool {
    let entries = fs::read_dir(devices).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).any(|device| {
        let read = |file: &str| fs::read_to_string(device.join(file)).unwrap_or_default().trim().to_lowercase();
        NOT_SUPPORTED.contains(&(read("idVendor").as_str(), read("idProduct").as_str()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_rc_s380_is_noticed_though_pcsc_does_not_see_it() {
        let devices = tempfile::tempdir().expect("a folder");
        assert!(!has_unsupported(devices.path()) && !has_unsupported(Path::new("/no/such/folder")));
        for (place, product) in [("1-1", "0dc9"), ("1-2", "06C3")] {
            let device = devices.path().join(place);
            fs::create_dir(&device).expect("made");
            fs::write(device.join("idVendor"), "054c\n").expect("written");
            assert!(!has_unsupported(devices.path()), "before {product}");
            fs::write(device.join("idProduct"), format!("{product}\n")).expect("written");
        }
        assert!(has_unsupported(devices.path()));
    }

    #[test]
    fn drivers_are_named_with_their_versions() {
        let dir = tempfile::tempdir().expect("a folder");
        for (name, version) in [("ifd-ccid", "1.5.2"), ("ifd-acsccid", "1.1.8"), ("serial", "1")] {
            let contents = dir.path().join(format!("{name}.bundle/Contents"));
            fs::create_dir_all(&contents).expect("made");
            let told = format!("<key>CFBundleShortVersionString</key>\n\t<string>{version}</string>");
            fs::write(contents.join("Info.plist"), told).expect("written");
        }
        assert_eq!(drivers(dir.path()), ["acsccid 1.1.8", "ccid 1.5.2"]);
        assert_eq!(drivers(Path::new("/no/such/folder")), [""; 0]);
    }

    #[test]
    fn what_goes_wrong_with_a_make_is_known_by_its_name_version_and_drivers() {
        let ccid = ["ccid 1.5.2".to_owned()];
        let both = ["acsccid 1.1.8".to_owned(), "ccid 1.5.2".to_owned()];
        let acr122 = "ACS ACR122U PICC Interface 00 00";
        assert_eq!(trouble(acr122, Some((0x02, 0x04)), &ccid), Some(ReaderFault::OldFirmware));
        assert_eq!(trouble(acr122, Some((0x02, 0x07)), &ccid), None);
        assert_eq!(trouble(acr122, None, &both), Some(ReaderFault::TwoDrivers));
        assert_eq!(trouble("SONY FeliCa RC-S300/P (0236798) 00 00", Some((1, 0)), &both), None);
        assert_eq!(trouble("Gemalto PC Twin Reader 00 00", None, &ccid), Some(ReaderFault::ContactOnly));
    }
}
