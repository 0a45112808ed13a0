//! Updates of the program in the feed, over HTTPS and from a folder: what is staged, and the attack table.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use chrono::{DateTime, TimeDelta, Utc};
use kakari_sync::client::{Client, Conditions, Origin, Outcome, ProgramFacts, Refusal, Step, Waits};
use kakari_sync::{Head, ObjectRef, Release, ReleaseKeys, ReleaseRef, Signed, SignedRelease};
use ring::signature::Ed25519KeyPair;

use crate::attacks::{Served, lie, put_out, serve, serve_good};
use crate::region::{Region, make_key, public};
use crate::tablet::{HOME, METERED, Setting};

const PACKAGE: usize = 300_000;

/// A package as long as it takes to be cut in the middle.
fn package(seed: u64) -> Vec<u8> {
    (0..PACKAGE as u64 / 8).flat_map(|at| (at + seed).wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes()).collect()
}

fn release(version: &str, package: &[u8]) -> Release {
    Release {
        version: version.to_owned(),
        architecture: "amd64".to_owned(),
        package: ObjectRef::of(package),
        store_schema: 11,
        oldest: "0.1.0".to_owned(),
        made_at: DateTime::UNIX_EPOCH,
    }
}

fn signed(release: &Release, keys: &[&Ed25519KeyPair]) -> Vec<u8> {
    let mut signed = SignedRelease::of(release);
    keys.iter().for_each(|key| signed.sign(key));
    signed.encode()
}

/// Puts both objects into the feed; the head does not name them yet.
fn put(region: &mut Region, release: &Release, statement: &[u8], package: &[u8]) -> ReleaseRef {
    let (statement, package) = (region.put(statement), region.put(package));
    ReleaseRef { version: release.version.clone(), architecture: release.architecture.clone(), statement, package }
}

fn good(region: &mut Region, key: &Ed25519KeyPair, version: &str, seed: u64) -> ReleaseRef {
    let package = package(seed);
    let release = release(version, &package);
    put(region, &release, &signed(&release, &[key]), &package)
}

/// A tablet that runs 0.1.0 on amd64 and knows one release key, and its region.
struct Play {
    setting: Setting,
    tablet: Client,
    key: Ed25519KeyPair,
    facts: ProgramFacts,
    stick: Option<PathBuf>,
}

impl Play {
    async fn make(folder: bool) -> Self {
        Self::with(folder, |facts| facts).await
    }

    async fn with(folder: bool, change: fn(ProgramFacts) -> ProgramFacts) -> Self {
        let setting = Setting::of(Region::with_residents(3)).await;
        let key = make_key();
        let keys = ReleaseKeys { keys: vec![public(&key)], threshold: 1 };
        let facts = ProgramFacts { architecture: "amd64".to_owned(), keys: Some(keys), settled: BTreeSet::new() };
        let facts = change(facts);
        let known = facts.clone();
        let tablet = setting.enrol().await.with_program(move || known.clone());
        let stick = folder.then(|| setting.dir.path().join("stick"));
        Self { setting, tablet, key, facts, stick }
    }

    /// The tablet's program starts again, at this time on its clock.
    fn restart(self, at: Option<DateTime<Utc>>) -> Self {
        let known = self.facts.clone();
        let tablet = self.setting.restart(self.tablet).with_program(move || known.clone());
        let tablet = match at {
            Some(at) => tablet.with_clock(move || at),
            None => tablet,
        };
        Self { tablet, ..self }
    }

    fn offer(&mut self, version: &str, seed: u64) -> ReleaseRef {
        let offered = good(&mut self.setting.region, &self.key, version, seed);
        self.setting.region.releases = vec![offered.clone()];
        offered
    }

    /// Serves what the region has now, and does a round.
    async fn round(&mut self, conditions: Conditions) -> Outcome {
        self.setting.region.tick();
        serve_good(&mut self.setting, self.stick.as_deref());
        self.take(conditions).await
    }

    async fn take(&mut self, conditions: Conditions) -> Outcome {
        let origin = self.stick.clone().map_or(Origin::Network, Origin::Bundle);
        self.tablet.round(&origin, conditions, &mut |_| ()).await
    }

    fn update_dir(&self) -> PathBuf {
        self.setting.state().path().join("update")
    }

    fn staged(&self, name: &str) -> Option<Vec<u8>> {
        fs::read(self.update_dir().join(name)).ok()
    }

    fn has_nothing_staged(&self) -> bool {
        self.staged("release").is_none() && self.staged("package").is_none()
    }

    /// How often anybody asked the server for this object.
    fn asked_for(&self, object: &ObjectRef) -> usize {
        self.setting.world.asked_for(&format!("/feed/{}", object.sha256))
    }
}

#[tokio::test]
async fn a_release_is_staged_once_whole_and_for_its_owner_alone_and_a_newer_one_takes_its_place() {
    for folder in [false, true] {
        let mut play = Play::make(folder).await;
        assert_eq!(play.round(HOME).await.staged, None, "nothing is offered");
        assert!(!play.update_dir().exists());
        let first = play.offer("0.2.0", 1);
        let outcome = play.round(HOME).await;
        assert!(outcome.is_success() && outcome.up_to_date, "{outcome:?}");
        assert_eq!(outcome.staged.as_deref(), Some("0.2.0"));
        assert_eq!(play.staged("package"), Some(package(1)));
        assert_eq!(ObjectRef::of(&play.staged("release").unwrap()), first.statement);
        for name in ["package", "release"] {
            let mode = fs::metadata(play.update_dir().join(name)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{name}");
        }
        assert_eq!(play.round(HOME).await.staged, None, "it is here already");
        assert!(folder || play.asked_for(&first.package) == 1);
        // Another officer's signature: another statement of the same package, which is not fetched again.
        let release = release("0.2.0", &package(1));
        let statement = signed(&release, &[&play.key, &make_key()]);
        play.setting.region.releases = vec![put(&mut play.setting.region, &release, &statement, &package(1))];
        assert_eq!(play.round(HOME).await.staged.as_deref(), Some("0.2.0"));
        assert!(folder || play.asked_for(&first.package) == 1);
        assert_eq!((play.staged("release"), play.staged("package")), (Some(statement), Some(package(1))));
        play.offer("0.2.1", 2);
        assert_eq!(play.round(HOME).await.staged.as_deref(), Some("0.2.1"));
        assert_eq!(play.staged("package"), Some(package(2)));
    }
}

#[tokio::test]
async fn a_withdrawn_release_leaves_and_files_of_others_stay() {
    for folder in [false, true] {
        let mut play = Play::make(folder).await;
        play.offer("0.2.0", 1);
        play.round(HOME).await;
        fs::write(play.update_dir().join("started"), "0.1.0").unwrap();
        play.setting.region.releases.clear();
        let outcome = play.round(HOME).await;
        assert!(outcome.is_success() && play.has_nothing_staged(), "{outcome:?}");
        let left: Vec<_> = fs::read_dir(play.update_dir()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["started"]);
    }
}

#[tokio::test]
async fn a_package_that_was_damaged_on_the_disk_is_fetched_again() {
    for folder in [false, true] {
        let mut play = Play::make(folder).await;
        play.offer("0.2.0", 1);
        play.round(HOME).await;
        assert_eq!(play.round(HOME).await.staged, None, "it is sound");
        let mut harmed = package(1);
        harmed[PACKAGE / 2] ^= 1;
        fs::write(play.update_dir().join("package"), harmed).unwrap();
        let outcome = play.round(HOME).await;
        assert_eq!(outcome.staged.as_deref(), Some("0.2.0"), "{outcome:?}");
        assert_eq!(play.staged("package"), Some(package(1)));
    }
}

#[tokio::test]
async fn over_a_metered_link_it_waits_as_a_snapshot_does_and_a_stick_costs_nothing() {
    let mut play = Play::make(false).await;
    play.round(HOME).await;
    let offered = play.offer("0.2.0", 1);
    let outcome = play.round(METERED).await;
    assert_eq!(outcome.waits, Some(Waits::ProgramForWifi { bytes: offered.package.size }));
    assert!(outcome.is_success() && play.has_nothing_staged());
    assert_eq!((play.asked_for(&offered.statement), play.asked_for(&offered.package)), (0, 0));
    let allowed = Conditions { bulk_allowed: true, ..METERED };
    assert_eq!(play.round(allowed).await.staged.as_deref(), Some("0.2.0"));
    let mut by_stick = Play::make(true).await;
    by_stick.offer("0.2.0", 1);
    assert_eq!(by_stick.round(METERED).await.staged.as_deref(), Some("0.2.0"));
}

#[tokio::test]
async fn what_failed_here_is_not_fetched_again_and_goes_from_the_disk() {
    let settled = |facts| ProgramFacts { settled: BTreeSet::from(["0.2.0".to_owned()]), ..facts };
    for folder in [false, true] {
        let mut play = Play::with(folder, settled).await;
        let offered = play.offer("0.2.0", 1);
        let outcome = play.round(HOME).await;
        assert!(outcome.is_success() && outcome.staged.is_none() && play.has_nothing_staged(), "{outcome:?}");
        assert_eq!(play.asked_for(&offered.package), 0);
        play.offer("0.2.1", 2);
        assert_eq!(play.round(HOME).await.staged.as_deref(), Some("0.2.1"), "another version is");
    }
}

#[tokio::test]
async fn without_release_keys_the_signatures_are_left_to_who_installs() {
    let keyless = |facts| ProgramFacts { keys: None, ..facts };
    for folder in [false, true] {
        let mut play = Play::with(folder, keyless).await;
        play.key = make_key();
        play.offer("0.2.0", 1);
        assert_eq!(play.round(HOME).await.staged.as_deref(), Some("0.2.0"));
    }
}

#[tokio::test]
async fn a_download_cut_at_twenty_places_goes_on_at_the_byte_and_ends_right() {
    let mut play = Play::make(false).await;
    play.round(HOME).await;
    let offered = play.offer("0.2.0", 1);
    let mut dice = 0x2545_F491_4F6C_DD1D_u64;
    for cut in 0..20 {
        dice ^= dice << 13;
        dice ^= dice >> 7;
        dice ^= dice << 17;
        // The statement comes whole; then between 400 and some 14,000 bytes of the package on each connection.
        *play.setting.world.cut_after.lock().unwrap() = Some(400 + usize::try_from(dice % 14_000).unwrap());
        let outcome = play.round(HOME).await;
        assert_eq!(outcome.failures.iter().map(|failure| failure.step).collect::<Vec<_>>(), [Step::Program], "{cut}");
        assert!(outcome.up_to_date && outcome.staged.is_none() && play.has_nothing_staged(), "{cut}: {outcome:?}");
    }
    *play.setting.world.cut_after.lock().unwrap() = None;
    assert_eq!(play.round(HOME).await.staged.as_deref(), Some("0.2.0"));
    assert_eq!(play.staged("package"), Some(package(1)));
    assert!(play.asked_for(&offered.package) >= 21, "cut twenty times");
}

#[tokio::test]
async fn a_copy_from_a_stick_that_was_cut_at_twenty_places_goes_on_and_ends_right() {
    let mut play = Play::make(true).await;
    let partial = play.update_dir().join("partial");
    for cut in 0..20_u64 {
        let offered = play.offer("0.2.0", cut + 100);
        let here = usize::try_from((cut * 7_919 + 1) * 1_283 % PACKAGE as u64).unwrap();
        fs::create_dir_all(&partial).unwrap();
        let mut begun = package(cut + 100)[..here].to_vec();
        if cut % 5 == 4 {
            begun[here / 2] ^= 1;
        }
        fs::write(partial.join(offered.package.sha256.name()), begun).unwrap();
        assert_eq!(play.round(HOME).await.staged.as_deref(), Some("0.2.0"), "{cut}");
        assert_eq!(play.staged("package"), Some(package(cut + 100)), "{cut}");
    }
}

/// What becomes of an attack: refused in these words, or not even looked at.
enum Ends {
    Refused(Step, Refusal),
    NotFetched,
}

struct Attack {
    name: &'static str,
    serve: fn(&mut Region, &Ed25519KeyPair) -> Served,
    ends: fn() -> Ends,
}

const ATTACKS: &[Attack] = &[
    Attack { name: "arbitrary software: bytes that are no statement", serve: arbitrary, ends: not_signed },
    Attack { name: "arbitrary software: signed by nobody", serve: unsigned, ends: not_signed },
    Attack { name: "arbitrary software: signed by an unknown key", serve: unknown_key, ends: not_signed },
    Attack { name: "the region's signing key alone", serve: region_key_alone, ends: not_signed },
    Attack { name: "a release key alone: in the feed, not named", serve: release_key_alone, ends: || Ends::NotFetched },
    Attack {
        name: "a release key alone: in a head of the thief's",
        serve: release_key_and_head,
        ends: || Ends::Refused(Step::Head, Refusal::WrongKey),
    },
    Attack { name: "rollback: an older release", serve: older, ends: || Ends::NotFetched },
    Attack { name: "rollback: the release that runs, another package", serve: same, ends: || Ends::NotFetched },
    Attack {
        name: "rollback: the head that named an older one",
        serve: older_head,
        ends: || Ends::Refused(Step::Head, Refusal::Rollback),
    },
    Attack { name: "freeze", serve: freeze, ends: || Ends::Refused(Step::Head, Refusal::Freeze) },
    Attack { name: "fast-forward: version 65535.0.0, signed", serve: leap, ends: leapt },
    Attack { name: "fast-forward: a version beyond all measure", serve: beyond, ends: bad_list },
    Attack { name: "no upgrade from here", serve: too_far, ends: no_way },
    Attack { name: "endless data: the statement", serve: endless_statement, ends: endless },
    Attack { name: "endless data: the package", serve: endless_package, ends: endless },
    Attack {
        name: "endless data: announced beyond all measure",
        serve: huge,
        ends: || Ends::Refused(Step::Head, Refusal::Endless),
    },
    Attack { name: "mix and match: another package", serve: other_package, ends: mixed },
    Attack { name: "mix and match: another version's statement", serve: other_version, ends: mixed },
    Attack { name: "mix and match: another architecture's", serve: other_architecture, ends: mixed },
    Attack { name: "two releases of one architecture", serve: twice, ends: bad_list },
    Attack {
        name: "another region's head",
        serve: neighbour,
        ends: || Ends::Refused(Step::Head, Refusal::WrongRegion),
    },
    Attack { name: "the package changed by one bit", serve: package_bit, ends: exchanged },
    Attack { name: "the statement changed by one bit", serve: statement_bit, ends: exchanged },
];

fn not_signed() -> Ends {
    Ends::Refused(Step::Program, Refusal::ReleaseNotSigned { version: "0.2.0".to_owned() })
}

fn leapt() -> Ends {
    Ends::Refused(Step::Program, Refusal::ReleaseLeap { version: "65535.0.0".to_owned() })
}

fn no_way() -> Ends {
    let (version, oldest) = ("0.2.0".to_owned(), "0.1.1".to_owned());
    Ends::Refused(Step::Program, Refusal::ReleaseTooFar { version, oldest })
}

fn bad_list() -> Ends {
    Ends::Refused(Step::Head, Refusal::ReleaseList)
}

fn endless() -> Ends {
    Ends::Refused(Step::Program, Refusal::Endless)
}

fn mixed() -> Ends {
    Ends::Refused(Step::Program, Refusal::MixAndMatch)
}

fn exchanged() -> Ends {
    Ends::Refused(Step::Program, Refusal::WrongObject)
}

/// The region's own next head names it.
fn named(region: &mut Region, release: ReleaseRef) -> Served {
    lie(region, |head: &mut Head| head.releases = vec![release])
}

fn by(region: &mut Region, keys: &[&Ed25519KeyPair]) -> Served {
    let evil = package(666);
    let release = release("0.2.0", &evil);
    let release = put(region, &release, &signed(&release, keys), &evil);
    named(region, release)
}

fn arbitrary(region: &mut Region, _: &Ed25519KeyPair) -> Served {
    let evil = package(666);
    let release = put(region, &release("0.2.0", &evil), &[7; 500], &evil);
    named(region, release)
}

fn unsigned(region: &mut Region, _: &Ed25519KeyPair) -> Served {
    by(region, &[])
}

fn unknown_key(region: &mut Region, _: &Ed25519KeyPair) -> Served {
    by(region, &[&make_key()])
}

fn region_key_alone(region: &mut Region, _: &Ed25519KeyPair) -> Served {
    let signing = region.signing.clone();
    by(region, &[&signing])
}

fn release_key_alone(region: &mut Region, key: &Ed25519KeyPair) -> Served {
    drop(by(region, &[key]));
    lie(region, |_| ())
}

fn release_key_and_head(region: &mut Region, key: &Ed25519KeyPair) -> Served {
    let release = good(region, key, "0.2.0", 666);
    region.tick();
    let head = Head { releases: vec![release], ..region.head() };
    let head = Signed::make(&head, &make_key()).encode();
    serve(region, head)
}

fn older(region: &mut Region, key: &Ed25519KeyPair) -> Served {
    let release = good(region, key, "0.0.9", 666);
    named(region, release)
}

fn same(region: &mut Region, key: &Ed25519KeyPair) -> Served {
    let release = good(region, key, "0.1.0", 666);
    named(region, release)
}

fn older_head(region: &mut Region, key: &Ed25519KeyPair) -> Served {
    let release = good(region, key, "0.2.0", 666);
    lie(region, |head| {
        head.releases = vec![release];
        head.issued_at -= TimeDelta::minutes(10);
        head.sequence -= 1;
        head.deltas.pop();
    })
}

fn freeze(region: &mut Region, key: &Ed25519KeyPair) -> Served {
    let release = good(region, key, "0.2.0", 666);
    let served = named(region, release);
    Served { now: region.issued_at + TimeDelta::hours(24), ..served }
}

fn leap(region: &mut Region, key: &Ed25519KeyPair) -> Served {
    let release = good(region, key, "65535.0.0", 666);
    named(region, release)
}

fn beyond(region: &mut Region, key: &Ed25519KeyPair) -> Served {
    let release = good(region, key, "99999999999.0.0", 666);
    named(region, release)
}

fn too_far(region: &mut Region, key: &Ed25519KeyPair) -> Served {
    let package = package(666);
    let release = Release { oldest: "0.1.1".to_owned(), ..release("0.2.0", &package) };
    let release = put(region, &release, &signed(&release, &[key]), &package);
    named(region, release)
}

fn without_end(region: &mut Region, key: &Ed25519KeyPair, of: fn(&ReleaseRef) -> ObjectRef) -> Served {
    let release = good(region, key, "0.2.0", 666);
    let name = of(&release).sha256.name();
    let mut served = named(region, release);
    served.files.get_mut(&name).unwrap().extend([0; 100_000]);
    served.endless = vec![name];
    served
}

fn endless_statement(region: &mut Region, key: &Ed25519KeyPair) -> Served {
    without_end(region, key, |release| release.statement)
}

fn endless_package(region: &mut Region, key: &Ed25519KeyPair) -> Served {
    without_end(region, key, |release| release.package)
}

fn huge(region: &mut Region, key: &Ed25519KeyPair) -> Served {
    let mut release = good(region, key, "0.2.0", 666);
    release.package.size = SignedRelease::MAX_PACKAGE + 1;
    named(region, release)
}

fn other_package(region: &mut Region, key: &Ed25519KeyPair) -> Served {
    let (real, other) = (good(region, key, "0.2.0", 665), region.put(&package(666)));
    named(region, ReleaseRef { package: other, ..real })
}

fn other_version(region: &mut Region, key: &Ed25519KeyPair) -> Served {
    let real = good(region, key, "0.2.0", 666);
    named(region, ReleaseRef { version: "0.3.0".to_owned(), ..real })
}

fn other_architecture(region: &mut Region, key: &Ed25519KeyPair) -> Served {
    let package = package(666);
    let release = Release { architecture: "arm64".to_owned(), ..release("0.2.0", &package) };
    let real = put(region, &release, &signed(&release, &[key]), &package);
    named(region, ReleaseRef { architecture: "amd64".to_owned(), ..real })
}

fn twice(region: &mut Region, key: &Ed25519KeyPair) -> Served {
    let both = vec![good(region, key, "0.2.0", 665), good(region, key, "0.2.1", 666)];
    lie(region, |head| head.releases = both)
}

fn neighbour(region: &mut Region, key: &Ed25519KeyPair) -> Served {
    let mut other = Region::with_residents(3);
    other.releases = vec![good(&mut other, key, "0.2.0", 666)];
    Served { files: other.published(), ..serve(region, Vec::new()) }
}

fn with_bit(region: &mut Region, key: &Ed25519KeyPair, of: fn(&ReleaseRef) -> ObjectRef) -> Served {
    let release = good(region, key, "0.2.0", 666);
    let name = of(&release).sha256.name();
    let mut served = named(region, release);
    let bytes = served.files.get_mut(&name).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    served
}

fn package_bit(region: &mut Region, key: &Ed25519KeyPair) -> Served {
    with_bit(region, key, |release| release.package)
}

fn statement_bit(region: &mut Region, key: &Ed25519KeyPair) -> Served {
    with_bit(region, key, |release| release.statement)
}

/// Every attack on a tablet that was in order before, and a good release after all of them.
async fn refuse_all(folder: bool) {
    let mut play = Play::make(folder).await;
    let lane = if folder { "USB bundle" } else { "server" };
    for attack in ATTACKS {
        play.setting.region.add(1);
        let before = play.round(HOME).await;
        assert!(before.up_to_date && before.is_success(), "{}, before: {before:?}", attack.name);
        play.setting.region.add(1);
        play.setting.region.tick();
        let served = (attack.serve)(&mut play.setting.region, &play.key);
        let at = served.now;
        put_out(&play.setting, play.stick.as_deref(), served);
        play = play.restart(Some(at));
        let outcome = play.take(HOME).await;
        println!("{lane} | {} | {}", attack.name, told(&outcome));
        judge(attack, &outcome);
        assert_eq!(outcome.staged, None, "{}", attack.name);
        assert!(play.has_nothing_staged(), "{}: staged", attack.name);
        play = play.restart(None);
        play.setting.region.issued_at += TimeDelta::seconds(5);
    }
    let evil = ObjectRef::of(&package(666));
    // Only where the statement was in order was the package asked for.
    assert!(folder || play.asked_for(&evil) <= 3, "{} times", play.asked_for(&evil));
    play.offer("0.2.0", 1);
    let outcome = play.round(HOME).await;
    assert_eq!(outcome.staged.as_deref(), Some("0.2.0"), "{outcome:?}");
    assert_eq!(play.staged("package"), Some(package(1)));
}

fn judge(attack: &Attack, outcome: &Outcome) {
    match (attack.ends)() {
        Ends::NotFetched => assert!(outcome.is_success() && outcome.up_to_date, "{}: {outcome:?}", attack.name),
        Ends::Refused(step, refusal) => {
            assert_eq!(outcome.failures.len(), 1, "{}: {outcome:?}", attack.name);
            assert_eq!(outcome.failures[0].step, step, "{}: {outcome:?}", attack.name);
            assert_eq!(outcome.refusal(), Some(&refusal), "{}: {outcome:?}", attack.name);
            let words = refusal.words();
            assert!(!words.ja.is_ascii() && !words.en.is_empty(), "{}", attack.name);
            // The records came all the same, where the head is the region's.
            assert_eq!(outcome.up_to_date, step == Step::Program, "{}: {outcome:?}", attack.name);
        }
    }
}

fn told(outcome: &Outcome) -> String {
    outcome.refusal().map_or_else(|| "not fetched".to_owned(), |refusal| format!("refused: {refusal}"))
}

#[tokio::test]
async fn every_attack_on_updates_over_the_network_stages_nothing() {
    refuse_all(false).await;
}

#[tokio::test]
async fn every_attack_on_updates_from_a_stick_stages_nothing() {
    refuse_all(true).await;
}

#[tokio::test]
async fn a_package_with_wrong_bytes_is_not_fetched_from_the_server_every_minute_and_a_stick_has_the_right_one() {
    let mut play = Play::make(false).await;
    let offered = play.offer("0.2.0", 1);
    play.setting.region.tick();
    serve_good(&mut play.setting, None);
    let name = offered.package.sha256.name();
    play.setting.world.files.lock().unwrap().get_mut(&name).unwrap()[9] ^= 1;
    for round in 0..3 {
        let outcome = play.take(HOME).await;
        assert_eq!(outcome.refusal(), Some(&Refusal::WrongObject), "{round}: {outcome:?}");
        assert_eq!(play.asked_for(&offered.package), 1, "{round}");
    }
    play.stick = Some(play.setting.dir.path().join("stick"));
    assert_eq!(play.round(HOME).await.staged.as_deref(), Some("0.2.0"));
}

#[tokio::test]
async fn a_link_in_the_place_of_the_package_on_a_stick_is_not_followed() {
    let mut play = Play::make(true).await;
    let offered = play.offer("0.2.0", 1);
    play.setting.region.tick();
    serve_good(&mut play.setting, play.stick.as_deref());
    let on_stick = play.stick.as_ref().map(|stick| stick.join(offered.package.sha256.name())).unwrap();
    let elsewhere: &Path = &play.setting.dir.path().join("elsewhere");
    fs::rename(&on_stick, elsewhere).unwrap();
    std::os::unix::fs::symlink(elsewhere, &on_stick).unwrap();
    let outcome = play.take(HOME).await;
    assert_eq!(outcome.failures[0].step, Step::Program);
    assert!(outcome.up_to_date && play.has_nothing_staged());
}
