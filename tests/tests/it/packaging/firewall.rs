//! The tablet's firewall: it parses, and packets in a network of their own find it as it is meant.

use std::process::Command;

use super::told;
use kakari_tests::place::repository;

/// Runs lines of bash as root of a network of its own; nothing of this machine's network is in it.
fn apart(script: &str) -> (bool, String) {
    apart_as(&["--map-root-user"], script)
}

/// As whom: words of `unshare`.
fn apart_as(who: &[&str], script: &str) -> (bool, String) {
    let rules = repository().join("packaging/nftables/kakari.nft");
    let mut command = Command::new("unshare");
    command.args(who).args(["--net", "bash", "-euo", "pipefail", "-c", script]);
    command.env("LET_REGION", rules.with_file_name("kakari-let-region")).env("RULES", rules);
    let answer = told(command.env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"), "util-linux, nftables, iproute2");
    let text = String::from_utf8_lossy(&answer.stdout).into_owned() + &String::from_utf8_lossy(&answer.stderr);
    (answer.status.success(), text)
}

#[test]
fn the_rules_and_the_example_of_the_regions_addresses_parse_and_load_twice() {
    let (good, text) = apart(
        r#"nft -c -f "$RULES"
        nft -f "$RULES"; nft -f "$RULES"
        sed -n 's/^# \(add element\)/\1/p' "$(dirname "$RULES")/nftables-region.conf" | nft -f -
        nft list table inet kakari"#,
    );
    assert!(good, "{text}");
    assert_eq!(text.matches("policy drop").count(), 3, "{text}");
    assert_eq!(text.matches("203.0.113.10 .").count(), 2, "{text}");
}

/// A tablet (with the rules) and a region, each in a network of its own, with a line between them.
const TWO: &str = r#"
    unshare --net sleep 60 & tablet=$!
    servers=()
    trap 'kill $tablet "${servers[@]}" 2>/dev/null || true' EXIT
    until [ "$(readlink /proc/$tablet/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.05; done
    on_tablet() { nsenter --target $tablet --net "$@"; }
    ip link set lo up; on_tablet ip link set lo up
    ip link add region type veth peer name lte netns $tablet
    ip address add 192.0.2.1/24 dev region; ip link set region up
    on_tablet ip address add 192.0.2.2/24 dev lte; on_tablet ip link set lte up
    on_tablet nft -f "$RULES"
    on_tablet nft add element inet kakari region4 '{ 192.0.2.1 . 8443 }'
    listen() { exec "$@" python3 -c 'import socket, time
servers = [socket.create_server(("0.0.0.0", port)) for port in (8443, 8444, 22)]
print("ready", flush=True); time.sleep(50)'; }
    exec 3< <(listen env); servers+=($!); read -r _ <&3
    exec 4< <(listen nsenter --target $tablet --net); servers+=($!); read -r _ <&4
    reaches() { "$@" && echo yes || echo no; }
    try() { timeout 2 bash -c "exec 5<>/dev/tcp/$1/$2" 2>/dev/null; }
    export -f try
"#;

#[test]
fn a_tablet_reaches_its_region_and_nobody_else_and_nobody_reaches_a_tablet() {
    let (good, text) = apart(&format!(
        r#"{TWO}
        echo "region $(reaches on_tablet bash -c 'try 192.0.2.1 8443')"
        echo "other-port $(reaches on_tablet bash -c 'try 192.0.2.1 8444')"
        echo "shell $(reaches on_tablet bash -c 'try 192.0.2.1 22')"
        echo "itself $(reaches on_tablet bash -c 'try 127.0.0.1 22')"
        echo "inbound $(reaches try 192.0.2.2 22)"
        on_tablet nft delete table inet kakari
        echo "inbound-without-rules $(reaches try 192.0.2.2 22)""#
    ));
    let said: Vec<&str> = text.lines().collect();
    let meant = ["region yes", "other-port no", "shell no", "itself yes", "inbound no", "inbound-without-rules yes"];
    assert!(good && said == meant, "{text}");
}

/// The rules, and then a region's file as `$region` in a folder of the test's own, read as the unit reads it.
const READ: &str = r#"
    folder=$(mktemp -d); trap 'rm -r "$folder"' EXIT
    region=$folder/nftables-region.conf
    good='add element inet kakari region4 { 203.0.113.10 . 8443 }'
    read_it() { nft -f "$RULES"; if "$LET_REGION" "$region" 2>"$folder/said"; then echo taken; else echo refused; fi; }
    state() { echo "drops $(nft list table inet kakari | grep -c 'policy drop') regions $(nft list set inet kakari region4 | grep -c 203.0.113)" || true; }
"#;

#[test]
fn a_broken_region_file_leaves_everything_closed() {
    let (good, text) = apart(&format!(
        r#"{TWO} {READ}
        trap 'kill $tablet "${{servers[@]}}" 2>/dev/null || true; rm -r "$folder"' EXIT
        printf 'add element inet kakari region4 {{ 192.0.2.1 . 8443 }}\nadd elment inet kakari region4 {{ 192.0.2.1 . 22 }}\n' >"$region"
        on_tablet nft -f "$RULES"
        on_tablet "$LET_REGION" "$region" 2>/dev/null || echo refused
        echo "region $(reaches on_tablet bash -c 'try 192.0.2.1 8443')"
        echo "shell $(reaches on_tablet bash -c 'try 192.0.2.1 22')"
        echo "inbound $(reaches try 192.0.2.2 22)"
        sed -i 2d "$region"
        on_tablet "$LET_REGION" "$region"
        echo "put right: region $(reaches on_tablet bash -c 'try 192.0.2.1 8443')""#
    ));
    let said: Vec<&str> = text.lines().collect();
    let meant = ["refused", "region no", "shell no", "inbound no", "put right: region yes"];
    assert!(good && said == meant, "{text}");
    let (_, said) = apart(&format!("{READ} echo 'what {{' >$region; read_it; cat $folder/said"));
    assert!(said.contains("is not understood") && said.contains("systemctl reload kakari-firewall"), "{said}");
}

#[test]
fn a_second_file_is_not_read_and_neither_is_one_that_somebody_else_could_have_written() {
    let (good, text) = apart(&format!(
        r#"{READ}
        echo "$good" >"$folder/nftables-region-2.conf"
        read_it; state
        ln -s "$folder/nftables-region-2.conf" "$region"; read_it; state
        rm "$region"; echo "$good" >"$region"; chmod 664 "$region"; read_it; state
        chmod 644 "$region"; read_it; state"#
    ));
    let closed = "refused\ndrops 3 regions 0\n";
    assert!(good && text == [closed, closed, closed, "taken\ndrops 3 regions 1\n"].concat(), "{text}");
    // Whoever writes this file is not root in there.
    let somebody = ["--user", "--map-user=1000", "--keep-caps"];
    let (good, text) =
        apart_as(&somebody, &format!(r#"{READ} echo "$good" >"$region"; chmod 644 "$region"; read_it; state"#));
    assert!(good && text == closed, "{text}");
}

/// The unit reads the rules by themselves first, and goes on whatever becomes of the region's file.
#[test]
fn the_rules_read_no_other_file_and_a_region_file_that_fails_does_not_end_the_unit() {
    assert!(!super::file("nftables/kakari.nft").contains("include"));
    let unit = super::file("systemd/kakari-firewall.service");
    for word in ["ExecStart", "ExecReload"] {
        let said: Vec<&str> = unit.lines().filter_map(|line| line.strip_prefix(word)?.strip_prefix('=')).collect();
        assert_eq!(said, ["/usr/sbin/nft -f /usr/lib/kakari/kakari.nft", "-/usr/lib/kakari/kakari-let-region"]);
    }
}
