//! Whether a network is there, as the kernel's files tell it: no socket is opened to know.

use std::fs;
use std::path::Path;

/// Where Linux tells of network interfaces.
pub(super) const NETWORKS: &str = "/sys/class/net";
/// ARPHRD_LOOPBACK of the kernel.
const LOOPBACK: &str = "772";

/// Whether any link but the machine's own is up; none where it cannot be known.
pub(super) fn any_link_up(dir: &Path) -> Option<bool> {
    let interfaces = fs::read_dir(dir).ok()?.flatten();
    Some(interfaces.map(|interface| interface.path()).any(|interface| is_up(&interface)))
}

fn is_up(interface: &Path) -> bool {
    let read = |name: &str| fs::read_to_string(interface.join(name)).ok().map(|text| text.trim().to_owned());
    let told = read("operstate").unwrap_or_default();
    // A modem's driver often tells only whether it has a carrier.
    let up = told == "up" || told == "unknown" && read("carrier").as_deref() == Some("1");
    up && read("type").as_deref() != Some(LOOPBACK)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_link_that_leads_out_of_the_tablet_is_one() {
        let dir = tempfile::tempdir().expect("a folder");
        let put = |name: &str, files: &[(&str, &str)]| {
            fs::create_dir_all(dir.path().join(name)).expect("a folder");
            files.iter().for_each(|(file, text)| fs::write(dir.path().join(name).join(file), text).expect("a file"));
        };
        put("lo", &[("operstate", "unknown\n"), ("carrier", "1\n"), ("type", "772\n")]);
        put("wlan0", &[("operstate", "down\n"), ("carrier", "0\n"), ("type", "1\n")]);
        assert_eq!(any_link_up(dir.path()), Some(false));
        put("wlan0", &[("operstate", "up\n")]);
        assert_eq!(any_link_up(dir.path()), Some(true));
        put("wlan0", &[("operstate", "dormant\n")]);
        put("wwan0", &[("operstate", "unknown\n"), ("carrier", "1\n"), ("type", "65534\n")]);
        assert_eq!(any_link_up(dir.path()), Some(true));
        assert_eq!(any_link_up(&dir.path().join("nowhere")), None);
    }
}
