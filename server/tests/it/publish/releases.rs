//! Releases of the tablet's program: made, signed by two officers, offered, published, bundled, withdrawn. The packages are
//! real ones, of dpkg-deb's making.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use kakari_region::publish::{Objects, Pace, generation};
use kakari_sync::{Head, ReleaseKeys, SignedRelease};
use serde_json::Value;

use super::office::{Office, quick};

/// The office's program, and a folder for keys, packages and statements.
struct Desk {
    office: Office,
    dir: PathBuf,
}

impl Desk {
    async fn make() -> Self {
        let office = Office::make().await;
        let dir = office.region.dir.path().join("releases");
        fs::create_dir(&dir).unwrap();
        fs::write(office.region.dir.path().join("region.toml"), office.region.config.with_comments()).unwrap();
        Self { office, dir }
    }

    fn run(&self, words: &[&str]) -> Output {
        let config = self.office.region.dir.path().join("region.toml");
        let mut program = Command::new(env!("CARGO_BIN_EXE_kakari-region"));
        program.current_dir(&self.dir).env_remove("KAKARI_REGION").args(["--by", "test", "--json", "--config"]);
        program.arg(config).args(words).stdin(Stdio::null()).output().unwrap()
    }

    fn json(&self, words: &[&str]) -> Value {
        let said = self.run(words);
        assert!(said.status.success(), "{words:?}: {}", String::from_utf8_lossy(&said.stderr));
        serde_json::from_slice(&said.stdout).unwrap()
    }

    fn refuses(&self, words: &[&str]) -> String {
        let said = self.run(words);
        assert_eq!(said.status.code(), Some(1), "{words:?}: {}", String::from_utf8_lossy(&said.stdout));
        String::from_utf8(said.stderr).unwrap()
    }

    /// A release key; its public half.
    fn key(&self, name: &str) -> String {
        self.json(&["release", "key", "--out", name])["public"].as_str().unwrap().to_owned()
    }

    fn write_keys(&self, threshold: usize, keys: &[&String]) {
        let keys: Vec<String> = keys.iter().map(|key| format!("\"{key}\"")).collect();
        let text = format!("threshold = {threshold}\nkeys = [{}]\n", keys.join(", "));
        fs::write(self.dir.join("release-keys.toml"), text).unwrap();
    }

    fn sign(&self, package: &str, key: &str) -> Value {
        self.json(&["release", "sign", "--package", package, "--key", key])
    }

    fn offer<'a>(package: &'a str, statement: &'a str) -> Vec<&'a str> {
        vec!["release", "offer", "--statement", statement, "--package", package, "--keys", "release-keys.toml"]
    }

    async fn head(&self, pace: Pace) -> Head {
        self.office.next_publisher(pace).await.once().await.unwrap()
    }
}

/// Builds a package with these control fields after the usual ones.
fn build(dir: &Path, name: &str, fields: &str, content: &[u8]) {
    let tree = dir.join(format!("{name}.tree"));
    fs::create_dir_all(tree.join("DEBIAN")).unwrap();
    fs::create_dir_all(tree.join("usr/lib/kakari")).unwrap();
    fs::write(tree.join("usr/lib/kakari/kakari"), content).unwrap();
    let control = format!("Maintainer: Nobody <nobody@example.jp>\nDescription: for a test\n{fields}");
    fs::write(tree.join("DEBIAN/control"), control).unwrap();
    let made = Command::new("dpkg-deb").args(["--root-owner-group", "--build"]).arg(&tree).arg(dir.join(name)).output();
    let made = made.expect("dpkg-deb: apt-get install dpkg");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

fn kakari(version: &str, architecture: &str) -> String {
    format!(
        "Package: kakari\nVersion: {version}\nArchitecture: {architecture}\nKakari-Store-Schema: 11\nKakari-Oldest: 0.5.0\n"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_package_is_signed_by_two_offered_named_by_the_head_copied_to_a_stick_and_withdrawn() {
    let desk = Desk::make().await;
    let (one, two) = (desk.key("one.key"), desk.key("two.key"));
    assert!(desk.refuses(&["release", "key", "--out", "one.key"]).contains("one.key"), "a key is never written over");
    desk.write_keys(2, &[&one, &two]);
    build(&desk.dir, "kakari.deb", &kakari("0.6.0-1", "amd64"), b"the program");
    let first = desk.sign("kakari.deb", "one.key");
    assert_eq!(first["release"]["version"], "0.6.0");
    let offer = Desk::offer("kakari.deb", "kakari.deb.release");
    assert!(desk.refuses(&offer).contains("not signed by 2 of the release keys"), "one of two");
    let second = desk.sign("kakari.deb", "two.key");
    assert_eq!(second["signers"].as_array().unwrap().len(), 2);
    assert_eq!(desk.head(quick()).await.releases, []);
    assert_eq!(desk.json(&offer)["changed"], true);
    assert_eq!(desk.json(&offer)["changed"], false, "the same again is no other");
    let head = desk.head(quick()).await;
    let [named] = head.releases.as_slice() else { panic!("one release: {:?}", head.releases) };
    assert_eq!((named.version.as_str(), named.architecture.as_str()), ("0.6.0", "amd64"));
    let package = desk.office.objects.get(named.package.sha256).await.unwrap();
    assert_eq!(package, fs::read(desk.dir.join("kakari.deb")).unwrap());
    let statement = desk.office.objects.get(named.statement.sha256).await.unwrap();
    let key = |hex: &String| hex_key(hex);
    let keys = ReleaseKeys { keys: vec![key(&one), key(&two)], threshold: 2 };
    let release = SignedRelease::decode(&statement).and_then(|signed| signed.verify(&keys)).unwrap();
    assert_eq!((release.store_schema, release.oldest.as_str(), release.package), (11, "0.5.0", named.package));
    let stick = desk.dir.join("stick");
    let bundled = desk.json(&["bundle", stick.to_str().unwrap()]);
    assert_eq!(bundled["programs"].as_u64(), Some(named.package.size));
    let on_stick = Objects::folder(&stick).unwrap();
    assert_eq!(on_stick.get(named.package.sha256).await.unwrap(), package);
    assert_eq!(on_stick.get(named.statement.sha256).await.unwrap(), statement);
    let listed = desk.json(&["release", "list"]);
    assert_eq!((&listed["releases"][0]["version"], &listed["releases"][0]["lost"]), (&"0.6.0".into(), &false.into()));
    assert_eq!(desk.json(&["release", "withdraw", "amd64"])["version"], "0.6.0");
    assert!(desk.refuses(&["release", "withdraw", "amd64"]).contains("no release of this architecture"));
    let soon = Pace { retired_kept: std::time::Duration::ZERO, ..quick() };
    assert_eq!(desk.head(soon).await.releases, []);
    assert!(desk.office.objects.get(named.package.sha256).await.is_err(), "nobody names it any more");
    assert_eq!(desk.json(&offer)["changed"], true, "and it can be offered again");
    assert_eq!(desk.head(quick()).await.releases, std::slice::from_ref(named));
    assert_eq!(desk.office.objects.get(named.package.sha256).await.unwrap(), package);
}

fn hex_key(text: &str) -> [u8; 32] {
    let bytes: Vec<u8> = (0..64).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect();
    bytes.try_into().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_tablets_would_refuse_is_refused_at_the_office() {
    let desk = Desk::make().await;
    let (key, _) = (desk.key("one.key"), desk.key("stranger.key"));
    desk.write_keys(1, &[&key]);
    for (name, version) in [("old.deb", "0.5.9"), ("new.deb", "0.6.0"), ("again.deb", "0.6.0"), ("far.deb", "2.0.0")] {
        build(&desk.dir, name, &kakari(version, "amd64"), name.as_bytes());
        desk.sign(name, "one.key");
    }
    let no_keys = ["release", "offer", "--statement", "new.deb.release", "--package", "new.deb"];
    assert!(desk.refuses(&no_keys).contains("release_keys in region.toml"));
    assert!(desk.refuses(&Desk::offer("old.deb", "new.deb.release")).contains("not the package"));
    build(&desk.dir, "evil.deb", &kakari("0.6.1", "amd64"), b"evil");
    desk.sign("evil.deb", "stranger.key");
    assert!(desk.refuses(&Desk::offer("evil.deb", "evil.deb.release")).contains("they would refuse it"));
    assert!(desk.refuses(&Desk::offer("evil.deb", "evil.deb")).contains("no statement of a release"));
    desk.json(&Desk::offer("new.deb", "new.deb.release"));
    assert!(desk.refuses(&Desk::offer("old.deb", "old.deb.release")).contains("--allow-older"));
    assert!(desk.refuses(&Desk::offer("again.deb", "again.deb.release")).contains("another package"));
    assert!(desk.refuses(&Desk::offer("far.deb", "far.deb.release")).contains("jumps too far"));
    assert_eq!(desk.head(quick()).await.releases[0].version, "0.6.0");
    desk.json(&["release", "withdraw", "amd64"]);
    assert!(desk.refuses(&Desk::offer("old.deb", "old.deb.release")).contains("is older"), "withdrawn or not");
    desk.json(&[Desk::offer("old.deb", "old.deb.release").as_slice(), &["--allow-older"]].concat());
    assert_eq!(desk.head(quick()).await.releases[0].version, "0.5.9");
    let log = desk.office.region.log().await;
    let told: Vec<_> = log.iter().filter(|line| line.starts_with("release")).collect();
    assert_eq!(told, ["release 0.6.0 offered", "release 0.6.0 withdrawn", "release 0.5.9 offered"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_package_that_is_none_of_the_tablets_or_says_too_little_is_not_signed() {
    let desk = Desk::make().await;
    desk.key("one.key");
    let wrong = [
        ("other.deb", "Package: other\nVersion: 0.6.0\nArchitecture: amd64\n", "tablets install kakari"),
        ("version.deb", "Package: kakari\nVersion: 0.6\nArchitecture: amd64\n", "not major.minor.patch"),
        ("bare.deb", "Package: kakari\nVersion: 0.6.0\nArchitecture: amd64\n", "--store-schema"),
    ];
    for (name, fields, says) in wrong {
        build(&desk.dir, name, fields, b"x");
        let told = desk.refuses(&["release", "sign", "--package", name, "--key", "one.key"]);
        assert!(told.contains(says), "{name}: {told}");
        assert!(!desk.dir.join(format!("{name}.release")).exists());
    }
    let by_hand = ["release", "sign", "--package", "bare.deb", "--key", "one.key", "--store-schema", "12"];
    assert!(desk.refuses(&by_hand).contains("--oldest"));
    let signed = desk.json(&[by_hand.as_slice(), &["--oldest", "0.5.0"]].concat());
    assert_eq!(signed["release"]["store_schema"], 12);
    fs::write(desk.dir.join("none.deb"), b"no package").unwrap();
    assert!(
        desk.refuses(&["release", "sign", "--package", "none.deb", "--key", "one.key"]).contains("no Debian package")
    );
    build(&desk.dir, "kakari.deb", &kakari("0.6.0", "amd64"), b"one");
    let sign = ["release", "sign", "--package", "kakari.deb", "--key", "one.key", "--statement", "bare.deb.release"];
    assert!(desk.refuses(&sign).contains("about another package"), "a statement of something else gets no signature");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_architecture_has_its_release_a_new_generation_keeps_them_and_lost_files_are_told() {
    let desk = Desk::make().await;
    let key = desk.key("one.key");
    desk.write_keys(1, &[&key]);
    for architecture in ["arm64", "amd64"] {
        let (package, statement) = (format!("{architecture}.deb"), format!("{architecture}.deb.release"));
        build(&desk.dir, &package, &kakari("0.6.0", architecture), architecture.as_bytes());
        desk.sign(&package, "one.key");
        desk.json(&Desk::offer(&package, &statement));
    }
    let before = desk.head(quick()).await.releases;
    assert_eq!(before.iter().map(|named| named.architecture.as_str()).collect::<Vec<_>>(), ["amd64", "arm64"]);
    let (region, objects) = (&desk.office.region, &desk.office.objects);
    generation::next(&region.pool, &region.keys().await, objects, "test").await.unwrap();
    let head = desk.head(quick()).await;
    assert_eq!((head.generation, &head.releases), (2, &before), "a generation is the records' alone");
    objects.remove(before[0].package.sha256).await.unwrap();
    assert_eq!(desk.head(quick()).await.releases, before[1..], "no head names what is not there");
    let listed = desk.json(&["release", "list"]);
    assert_eq!((&listed["releases"][1]["lost"], &listed["releases"][0]["lost"]), (&true.into(), &false.into()));
    desk.json(&Desk::offer("amd64.deb", "amd64.deb.release"));
    assert_eq!(desk.head(quick()).await.releases, before);
}
