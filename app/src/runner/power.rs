//! What the tablet runs out of: room on the disk, and battery. Each is said once until it is better again.

use std::fs;
use std::path::Path;

use kakari_record::audit::AuditKind;
use kakari_session::findings::Battery;

/// Where Linux tells of batteries.
pub(super) const POWER: &str = "/sys/class/power_supply";

/// Below this a disk is nearly full; from the second on it is well again.
const DISK_LOW_MB: u64 = 500;
const DISK_WELL_MB: u64 = 600;
/// A battery is said at each of these, and again once it was above the third.
const BATTERY_LOW: [u8; 2] = [20, 10];
const BATTERY_WELL: u8 = 25;

/// Remembers what was said.
#[derive(Debug, Default)]
pub(super) struct Gauges {
    disk_said: bool,
    /// The lowest of the battery's marks that was said.
    battery_said: Option<u8>,
}

impl Gauges {
    /// What is to be written down of the disk.
    pub(super) fn disk(&mut self, free_mb: u64) -> Option<AuditKind> {
        if free_mb >= DISK_WELL_MB {
            self.disk_said = false;
        }
        if free_mb >= DISK_LOW_MB || self.disk_said {
            return None;
        }
        self.disk_said = true;
        Some(AuditKind::DiskLow { free_mb })
    }

    /// What is to be written down of the battery, if there is one.
    pub(super) fn battery(&mut self, percent: Option<u8>) -> Option<AuditKind> {
        let percent = percent?;
        if percent > BATTERY_WELL {
            self.battery_said = None;
        }
        let mark = BATTERY_LOW.into_iter().filter(|mark| percent <= *mark).min()?;
        let news = self.battery_said.is_none_or(|said| mark < said);
        self.battery_said = Some(self.battery_said.map_or(mark, |said| said.min(mark)));
        news.then_some(AuditKind::BatteryLow { percent })
    }
}

/// What is left of the emptiest battery in per cent; none where there is no battery, or while it is being charged.
pub(super) fn battery_percent(dir: &Path) -> Option<u8> {
    batteries(dir).into_iter().filter(|battery| !battery.charging).map(|battery| battery.percent).min()
}

/// The emptiest battery, charged or not.
pub(super) fn battery(dir: &Path) -> Option<Battery> {
    batteries(dir).into_iter().min_by_key(|battery| battery.percent)
}

fn batteries(dir: &Path) -> Vec<Battery> {
    let supplies = fs::read_dir(dir).into_iter().flatten().flatten();
    supplies.filter_map(|supply| own_battery(&supply.path())).collect()
}

fn own_battery(supply: &Path) -> Option<Battery> {
    let read = |name: &str| fs::read_to_string(supply.join(name)).ok().map(|text| text.trim().to_owned());
    // A mouse or a pen has a battery too; its scope says that it is not the tablet's.
    let own = read("type")? == "Battery" && read("scope").is_none_or(|scope| scope != "Device");
    let charging = read("status").is_some_and(|status| status == "Charging" || status == "Full");
    let percent = own.then(|| read("capacity")).flatten()?.parse::<u8>().ok()?;
    Some(Battery { percent: percent.min(100), charging })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_said_once_until_there_is_room_again() {
        let mut gauges = Gauges::default();
        let said: Vec<bool> = [900, 499, 300, 550, 480, 600, 499].map(|free_mb| gauges.disk(free_mb).is_some()).into();
        assert_eq!(said, [false, true, false, false, false, false, true]);
    }

    #[test]
    fn a_battery_is_said_at_twenty_and_at_ten_once_each() {
        let mut gauges = Gauges::default();
        let said: Vec<bool> =
            [80, 20, 19, 10, 9, 15, 24, 10, 26, 18].map(|percent| gauges.battery(Some(percent)).is_some()).into();
        assert_eq!(said, [false, true, false, true, false, false, false, false, false, true]);
        assert_eq!(gauges.battery(None), None);
    }

    #[test]
    fn only_the_tablets_own_battery_that_is_not_charged_counts() {
        let dir = std::env::temp_dir().join(format!("kakari-power-{}", std::process::id()));
        let put = |supply: &str, files: &[(&str, &str)]| {
            fs::create_dir_all(dir.join(supply)).expect("a folder");
            files.iter().for_each(|(name, text)| fs::write(dir.join(supply).join(name), text).expect("a file"));
        };
        put("AC", &[("type", "Mains\n")]);
        put("pen", &[("type", "Battery\n"), ("scope", "Device\n"), ("capacity", "3\n")]);
        assert_eq!(battery_percent(&dir), None);
        put("BAT0", &[("type", "Battery\n"), ("capacity", "17\n"), ("status", "Discharging\n")]);
        assert_eq!(battery_percent(&dir), Some(17));
        put("BAT0", &[("status", "Charging\n")]);
        assert_eq!(battery_percent(&dir), None);
        assert_eq!(battery(&dir), Some(Battery { percent: 17, charging: true }));
        put("BAT1", &[("type", "Battery\n"), ("capacity", "9\n"), ("status", "Not charging\n")]);
        assert_eq!(battery(&dir), Some(Battery { percent: 9, charging: false }));
        fs::remove_dir_all(&dir).expect("removed");
        assert_eq!((battery_percent(&dir), battery(&dir)), (None, None));
    }
}
