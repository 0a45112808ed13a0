//! The package in a fresh Debian: it is installed, enrolled, upgraded, used by its own user through Debian's pcscd and a Wayland kiosk, and
//! removed. One root for all of it, in this order.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use kakari_card_sim::{VirtualReader, in_own_process};
use kakari_image_tests::{FreshRoot, Picture, Town, package};
use kakari_tests::watched::Sockets;

const READER: &str = "Kakari Test Reader";
const AS_KAKARI: &str = "setpriv --reuid=kakari --regid=kakari --init-groups --inh-caps=-all";
const WATCHED: &str = "strace -D -f -qq -s 0 -e trace=network,io_uring_setup -o";
const UNITS: [&str; 5] = [
    "kakari-key.service",
    "kakari-enrol.service",
    "kakari-tablet.service",
    "kakari-sync.service",
    "kakari-firewall.service",
];

#[test]
fn the_package_works_in_a_fresh_debian_keeps_data_when_upgraded_and_leaves_nothing_behind() {
    let name = "fresh::the_package_works_in_a_fresh_debian_keeps_data_when_upgraded_and_leaves_nothing_behind";
    in_own_process(name, |dir| {
        let (town, root) = (Town::with_residents(dir, &[2]), FreshRoot::unpack(&dir.join("root")));
        let share = dir.join("share");
        fs::create_dir(&share).unwrap();
        prepare(&share, &town);
        install(&root, dir);
        users_and_units(&root);
        enrol(&root, &town, &share);
        upgrade(&root);
        tap(&root, &town, &share);
        kiosk(&root, &share);
        leave(&root);
    });
}

fn prepare(share: &Path, town: &Town) {
    let driver = std::env::current_exe().unwrap().ancestors().nth(2).unwrap().join("libkakari_virtual_reader.so");
    fs::copy(&driver, share.join("reader.so")).unwrap_or_else(|_| panic!("cargo build -p kakari-virtual-reader"));
    let copied = Command::new("cp").arg("-r").args([&town.bundle, &share.join("bundle")]).status().unwrap();
    assert!(copied.success());
    fs::write(share.join("pin"), kakari::demo::TRAINING_PIN).unwrap();
    Command::new("chmod").args(["-R", "a+rX"]).arg(share).status().unwrap();
    Command::new("chmod").arg("1777").arg(share).status().unwrap();
}

/// The same program as a version before this one: only the number differs.
fn older(dir: &Path) -> std::path::PathBuf {
    let (tree, older) = (dir.join("older"), dir.join("kakari_older.deb"));
    let shell = "dpkg-deb -R \"$0\" \"$1\" && sed -i 's/^Version:.*/Version: 0.0.9/' \"$1/DEBIAN/control\" && \
        dpkg-deb -Znone --root-owner-group -b \"$1\" \"$2\" >/dev/null && rm -r \"$1\"";
    let made = Command::new("sh").args(["-c", shell]).args([package(), tree, older.clone()]).status().unwrap();
    assert!(made.success());
    older
}

fn install(root: &FreshRoot, dir: &Path) {
    fs::copy(older(dir), root.dir.join("root/kakari_0.0.9_amd64.deb")).unwrap();
    fs::copy(package(), root.dir.join("root/kakari_new_amd64.deb")).unwrap();
    let started = Instant::now();
    root.run("apt-get update -qq && cd /root && apt-get install -qy --no-install-recommends ./kakari_0.0.9_amd64.deb");
    println!("apt install of the package in a fresh root: {:.0} s", started.elapsed().as_secs_f64());
    assert!(root.try_run("dpkg-query -W | grep -i vsmartcard").said.is_empty(), "no virtual reader comes with it");
    assert!(!root.dir.join("usr/lib/pcsc/drivers/serial").join("libifdvpcd.so").exists());
    // What the test itself needs comes after what the package asked for by itself.
    root.run("apt-get install -qy --no-install-recommends strace grim iproute2");
}

fn users_and_units(root: &FreshRoot) {
    let groups = root.run("id -nG kakari; getent passwd kakari | cut -d: -f6,7");
    assert!(groups.contains("tss") && groups.contains("video") && groups.contains("/usr/sbin/nologin"), "{groups}");
    let modes = root.run(
        "stat -c '%n %U:%G %a' /etc/kakari /var/lib/kakari /var/lib/kakari/state /var/lib/kakari/keys \
        /var/lib/kakari-update /usr/lib/kakari/kakari /usr/bin/kakari",
    );
    println!("{modes}");
    for wanted in
        ["/var/lib/kakari kakari:kakari 700", "/var/lib/kakari/keys kakari:kakari 700", "/usr/bin/kakari root:root 755"]
    {
        assert!(modes.contains(wanted), "{wanted}\n{modes}");
    }
    for unit in UNITS {
        let enabled = root.run(&format!("systemctl --root=/ is-enabled {unit}"));
        assert_eq!(enabled.trim(), "enabled", "{unit}");
    }
    let verified = root.try_run(&format!("systemd-analyze verify --man=no {}", UNITS.join(" ")));
    let ours: Vec<&str> = verified.said.lines().filter(|line| line.contains("kakari")).collect();
    println!("systemd-analyze verify: {} lines about Kakari's units", ours.len());
    assert!(ours.is_empty(), "{ours:#?}");
}

/// With the file mode mask of kakari-enrol.service.
fn enrol(root: &FreshRoot, town: &Town, share: &Path) {
    let code = &town.code;
    let said = root.run_alone(
        share,
        &format!("umask 027; {AS_KAKARI} kakari enrol --json --code {code} --from /run/share/bundle"),
    );
    assert!(said.contains("\"ready\""), "{said}");
    let modes = root.run("stat -c '%U:%G %a' /etc/kakari/kakari.toml /var/lib/kakari/kakari.db");
    println!("enrolled as the service user; configuration and store: {}", modes.trim().replace('\n', ", "));
}

fn upgrade(root: &FreshRoot) {
    let sums = "cd / && find /var/lib/kakari /etc/kakari -type f | sort | xargs sha256sum; stat -c '%n %U:%G %a' $(find /var/lib/kakari /etc/kakari | sort)";
    let before = root.run(sums);
    root.run("apt-get install -qy --no-install-recommends /root/kakari_new_amd64.deb");
    let version = root.run("dpkg-query -W -f '${Version}' kakari");
    assert_ne!(version, "0.0.9");
    assert_eq!(root.run(sums), before, "an upgrade leaves store, keys, state and configuration as they are");
    println!("upgrade 0.0.9 to {version}: {} files the same byte for byte", before.matches("  /").count());
}

/// A tap as the service user through the pcscd of Debian's package; the reader is the test's driver.
fn tap(root: &FreshRoot, town: &Town, share: &Path) {
    let reader = VirtualReader::start(READER, &share.join("reader0")).unwrap();
    let out = share.join("tap.out");
    fs::write(&out, "").unwrap();
    let script = format!(
        "printf 'FRIENDLYNAME \"{READER}\"\\nDEVICENAME /run/share/reader0\\nLIBPATH /run/share/reader.so\\nCHANNELID 0\\n' >/etc/reader.conf.d/test
        touch /run/share/reader0; chmod 666 /run/share/tap.out
        pcscd -f >/run/share/pcscd.log 2>&1 & pcscd=$!
        while [ ! -S /run/pcscd/pcscd.comm ]; do sleep 0.05; done
        {AS_KAKARI} {WATCHED} /run/share/tap.strace /usr/bin/kakari tap --json --wait 60 --basis consent --pin-file /run/share/pin >>/run/share/tap.out
        {AS_KAKARI} {WATCHED} /run/share/sync.strace /usr/bin/kakari sync --json --once >/run/share/sync.out 2>&1 || true
        kill $pcscd; rm /etc/reader.conf.d/test"
    );
    let hand = |reader: &VirtualReader| {
        for (wanted, card) in [("staff card", &town.staff.card.card), ("patient", &town.cards[0].card)] {
            wait_for_word(&out, wanted);
            reader.insert(card);
        }
    };
    thread::scope(|scope| {
        scope.spawn(|| hand(&reader));
        root.run_alone(share, &script);
    });
    let said = fs::read_to_string(&out).unwrap();
    assert!(said.contains("\"shown\""), "{said}");
    let tapped = Sockets::seen(&share.join("tap.strace"));
    let synced = Sockets::seen(&share.join("sync.strace"));
    println!("kakari tap as the service user: shown; {tapped:?}; kakari sync, to compare: {synced:?}");
    assert!(tapped.local > 0 && tapped.internet == 0 && synced.internet > 0);
}

fn wait_for_word(file: &Path, word: &str) {
    let started = Instant::now();
    while !fs::read_to_string(file).unwrap_or_default().contains(word) {
        assert!(started.elapsed() < Duration::from_secs(90), "kakari tap never wanted: {word}");
        thread::sleep(Duration::from_millis(20));
    }
}

/// A display of 1280×720, on which the pages of 1200 rows are drawn smaller; the unit's own command and environment under a compositor without a display.
fn kiosk(root: &FreshRoot, share: &Path) {
    let script = format!(
        "mkdir -m 700 /run/kakari && chown kakari /run/kakari
        unit=/lib/systemd/system/kakari-tablet.service
        export $(sed -n 's#%t#/run#; s/^Environment=//p' $unit) WLR_BACKENDS=headless SLINT_SCALE_FACTOR=0.6
        kiosk=$(sed -n 's/^ExecStart=//p' $unit)
        pcscd -f >/dev/null 2>&1 & pcscd=$!
        {AS_KAKARI} {WATCHED} /run/share/run.strace $kiosk >/run/share/run.log 2>&1 & kiosk=$!
        for turn in $(seq 120); do grep -q sign-in /run/share/run.log && break; sleep 0.5; done
        sleep 15; ss -tunap >/run/share/ss.out
        {AS_KAKARI} env WAYLAND_DISPLAY=wayland-0 grim /run/share/kiosk.png
        kill $kiosk $pcscd"
    );
    root.run_alone(share, &script);
    let path = Picture::path_of("kiosk-headless");
    fs::copy(share.join("kiosk.png"), &path)
        .unwrap_or_else(|_| panic!("{}", fs::read_to_string(share.join("run.log")).unwrap()));
    Picture::read(&path).assert_is_a_page();
    let sockets = Sockets::seen(&share.join("run.strace"));
    let listed = fs::read_to_string(share.join("ss.out")).unwrap();
    println!(
        "kiosk: {sockets:?}, ss lists {} sockets of the internet, picture {}",
        listed.lines().count() - 1,
        path.display()
    );
    let internet: Vec<String> = fs::read_to_string(share.join("run.strace"))
        .unwrap()
        .lines()
        .filter(|line| line.contains("AF_INET"))
        .map(str::to_owned)
        .collect();
    assert!(sockets.local > 0 && sockets.internet == 0 && listed.lines().count() == 1, "{listed}{internet:#?}");
}

fn leave(root: &FreshRoot) {
    root.run("apt-get remove -qy kakari");
    assert!(root.try_run("ls /lib/systemd/system/kakari* /usr/bin/kakari 2>/dev/null").said.is_empty());
    root.run("test -f /var/lib/kakari/kakari.db");
    root.run("apt-get purge -qy kakari");
    let left = root.try_run("ls -d /var/lib/kakari* /etc/kakari /etc/systemd/system/*/kakari* /etc/systemd/system/kakari* /usr/lib/kakari 2>/dev/null").said;
    assert!(left.is_empty(), "left after purge: {left}");
    println!("removed: data kept; purged: nothing left");
}
