//! Whether a network is there, as the kernel's files tell it: no socket is opened to know.

use std::fs;
use std::path::Path;

use kakari_session::findings::Link;

/// Where Linux tells of network interfaces.
pub(super) const NETWORKS: &str = "/sys/class/net";
/// ARPHRD_LOOPBACK of the kernel.
const LOOPBACK: &str = "772";

/// ARPHRD_RAWIP and ARPHRD_NONE: how modems' interfaces are.
const MODEMS: [&str; 2] = ["519", "65534"];

/// The best link but the machine's own that is up; none where it cannot be known.
pub(super) fn best_link(dir: &Path) -> Option<Link> {
    let interfaces = fs::read_dir(dir).ok()?.flatten();
    let links = interfaces.filter_map(|interface| kind(&interface.path()));
    Some(links.max_by_key(|link| *link as u8).unwrap_or(Link::Down))
}

fn kind(interface: &Path) -> Option<Link> {
    let read = |name: &str| fs::read_to_string(interface.join(name)).ok().map(|text| text.trim().to_owned());
    let told = read("operstate").unwrap_or_default();
    // A modem's driver often tells only whether it has a carrier.
    let up = told == "up" || told == "unknown" && read("carrier").as_deref() == Some("1");
    let of = read("type").unwrap_or_default();
    if !up || of == LOOPBACK {
        return None;
    }
    let name = interface.file_name().unwrap_or_default().to_string_lossy();
    Some(if name.starts_with("ww") || MODEMS.contains(&of.as_str()) {
        Link::Mobile
    } else if interface.join("wireless").exists() || interface.join("phy80211").exists() {
        Link::Wireless
    } else {
        Link::Wired
    })
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
        fs::create_dir_all(dir.path().join("wlan0/wireless")).expect("a folder");
        assert_eq!(best_link(dir.path()), Some(Link::Down));
        put("wlan0", &[("operstate", "up\n")]);
        assert_eq!(best_link(dir.path()), Some(Link::Wireless));
        put("wlan0", &[("operstate", "dormant\n")]);
        put("wwan0", &[("operstate", "unknown\n"), ("carrier", "1\n"), ("type", "65534\n")]);
        assert_eq!(best_link(dir.path()), Some(Link::Mobile));
        put("enp0s1", &[("operstate", "up\n"), ("carrier", "1\n"), ("type", "1\n")]);
        assert_eq!(best_link(dir.path()), Some(Link::Wired), "a cable goes before a modem");
        assert_eq!(best_link(&dir.path().join("nowhere")), None);
    }
}
