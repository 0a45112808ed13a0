//! The files that go onto a tablet: they parse, say what they must, and nothing wider.

mod contents;
mod firewall;
mod stick;
mod units;
mod users;

use std::fs;
use std::process::{Command, Output};

use kakari_tests::place::repository;

fn file(name: &str) -> String {
    fs::read_to_string(repository().join("packaging").join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// What a command answered; the test ends here when the command is not there, and says which package has it.
fn told(command: &mut Command, package: &str) -> Output {
    command.output().unwrap_or_else(|error| panic!("{command:?}: {error}; install {package} (scripts/setup.sh test)"))
}

fn lines(text: &str) -> Vec<&str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
}

#[test]
fn no_known_reader_is_put_to_sleep_and_the_rule_has_the_last_word() {
    let rules = file("udev/93-kakari-readers.rules");
    let lines = lines(&rules);
    assert!(lines.first().is_some_and(|line| line.ends_with("GOTO=\"kakari_readers_end\"")));
    assert_eq!(lines.last(), Some(&"LABEL=\"kakari_readers_end\""));
    // Every line is matches and assignments, quoted, with commas between them.
    for line in &lines {
        for part in line.split(", ") {
            let (_, value) = part.split_once('=').unwrap_or_else(|| panic!("{line}"));
            let value = value.trim_start_matches('=');
            assert!(value.len() >= 2 && value.starts_with('"') && value.ends_with('"'), "{line}");
        }
    }
    let ids: Vec<&&str> = lines.iter().filter(|line| line.contains("idVendor")).collect();
    assert!(ids.len() >= 4 && ids.iter().all(|line| line.ends_with("ATTR{power/control}=\"on\"")), "{ids:?}");
    for reader in ["0dc9", "223b", "2200", "5022"] {
        assert!(ids.iter().any(|line| line.contains(reader)), "{reader}");
    }
    // Names are the order in which udev reads them.
    assert!("93-kakari-readers.rules" > "92-libccid.rules");
    // systemd's own judgement, where there is one that is new enough to know the word.
    let path = repository().join("packaging/udev/93-kakari-readers.rules");
    if let Ok(told) = Command::new("udevadm").arg("verify").arg(path).output() {
        let words = String::from_utf8_lossy(&told.stderr);
        assert!(told.status.success() || words.contains("Unknown command"), "{words}");
    }
}

#[test]
fn nobody_but_root_looks_into_another_process_and_the_kernel_tells_nothing_of_itself() {
    let conf = file("sysctl/90-kakari.conf");
    let meant = [
        "kernel.yama.ptrace_scope = 2",
        "fs.suid_dumpable = 0",
        "kernel.kptr_restrict = 2",
        "kernel.dmesg_restrict = 1",
        "kernel.unprivileged_bpf_disabled = 1",
    ];
    assert_eq!(lines(&conf), meant);
}

#[test]
fn the_kernels_own_drivers_leave_the_readers_alone() {
    let conf = file("modprobe/kakari-readers.conf");
    let lines = lines(&conf);
    for module in ["nfc", "pn533", "pn533_usb", "port100"] {
        assert!(lines.contains(&format!("blacklist {module}").as_str()), "{module}");
    }
    for line in lines {
        assert!(matches!(line.split(' ').next(), Some("blacklist" | "install")), "{line}");
    }
}

/// Both actions, for one user, and nobody else; the words first, so that this holds where nothing can run the rule.
#[test]
fn the_service_user_alone_may_use_the_cards() {
    let rule = file("polkit/50-kakari-pcsc.rules");
    let actions = ["org.debian.pcsc-lite.access_pcsc", "org.debian.pcsc-lite.access_card"];
    assert!(actions.iter().all(|action| rule.matches(action).count() == 1));
    assert_eq!((rule.matches("subject.user == \"kakari\"").count(), rule.matches("Result.YES").count()), (1, 1));
    assert!(!rule.contains("isInGroup") && !rule.contains("||"));
    let Ok(node) = Command::new("node").arg("--version").output() else { return };
    assert!(node.status.success());
    let asked = r#"
        const rules = [], polkit = { addRule: rule => rules.push(rule), Result: { YES: "yes" } };
        eval(require("fs").readFileSync(process.argv[1], "utf8"));
        for (const user of ["kakari", "root", "kakari2", ""])
            for (const id of ["org.debian.pcsc-lite.access_pcsc", "org.debian.pcsc-lite.access_card", "org.freedesktop.login1.reboot", ""])
                console.log(user + " " + id + " " + rules.map(rule => rule({ id }, { user })).join());
    "#;
    let path = repository().join("packaging/polkit/50-kakari-pcsc.rules");
    let told = Command::new("node").args(["-e", asked]).arg(path).output().expect("node runs");
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let told = String::from_utf8_lossy(&told.stdout).into_owned();
    let allowed: Vec<&str> = told.lines().filter(|line| line.ends_with(" yes")).collect();
    assert_eq!(allowed, actions.map(|action| format!("kakari {action} yes")));
}
