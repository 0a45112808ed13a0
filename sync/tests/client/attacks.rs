//! The attack table, over HTTPS and from a folder: each attack refused in its own words, nothing applied, and the next
//! good head taken.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use kakari_record::seal::FeedId;
use kakari_store::Trusted;
use kakari_sync::client::{Client, Origin, Refusal, Step};
use kakari_sync::{DeltaRef, Head, ObjectRef, Order, OrderKind, Pack, PackKind, PackName, RosterRef, Signed};

use crate::region::{Files, Region, frames_of, make_key};
use crate::tablet::{HOME, Setting};

/// What an attacker serves, and the time on the tablet's clock.
pub(crate) struct Served {
    pub(crate) files: Files,
    pub(crate) endless: Vec<String>,
    pub(crate) now: DateTime<Utc>,
}

struct Attack {
    name: &'static str,
    serve: fn(&mut Region) -> Served,
    refusal: fn() -> Refusal,
    /// The head itself is good, so it is trusted; what it names is not.
    head_is_good: bool,
}

const ATTACKS: &[Attack] = &[
    Attack { name: "arbitrary bytes", serve: arbitrary, refusal: || Refusal::Arbitrary, head_is_good: false },
    Attack { name: "no bytes", serve: empty, refusal: || Refusal::Arbitrary, head_is_good: false },
    Attack { name: "one bit changed", serve: bit, refusal: || Refusal::WrongKey, head_is_good: false },
    Attack { name: "wrong key", serve: wrong_key, refusal: || Refusal::WrongKey, head_is_good: false },
    Attack {
        name: "wrong region, its own key",
        serve: neighbour,
        refusal: || Refusal::WrongRegion,
        head_is_good: false,
    },
    Attack { name: "wrong region, our key", serve: other_feed, refusal: || Refusal::WrongRegion, head_is_good: false },
    Attack { name: "unknown form", serve: unknown_form, refusal: || Refusal::UnknownForm, head_is_good: false },
    Attack { name: "rollback", serve: rollback, refusal: || Refusal::Rollback, head_is_good: false },
    Attack { name: "rollback of time alone", serve: rollback_time, refusal: || Refusal::Rollback, head_is_good: false },
    Attack { name: "rollback of generation", serve: rollback_era, refusal: || Refusal::Rollback, head_is_good: false },
    Attack { name: "freeze", serve: freeze, refusal: || Refusal::Freeze, head_is_good: false },
    Attack { name: "fast-forward in time", serve: future, refusal: || Refusal::Future, head_is_good: false },
    Attack {
        name: "fast-forward by generations",
        serve: jump,
        refusal: || Refusal::GenerationJump,
        head_is_good: false,
    },
    Attack {
        name: "fast-forward beyond the packs",
        serve: beyond,
        refusal: || Refusal::BeyondPacks,
        head_is_good: false,
    },
    Attack { name: "a gap between packs", serve: gap, refusal: || Refusal::BeyondPacks, head_is_good: false },
    Attack { name: "endless head", serve: endless_head, refusal: || Refusal::Endless, head_is_good: false },
    Attack { name: "objects beyond all measure", serve: huge, refusal: || Refusal::Endless, head_is_good: false },
    Attack { name: "endless object", serve: endless, refusal: || Refusal::Endless, head_is_good: true },
    Attack { name: "exchanged object", serve: exchanged, refusal: || Refusal::WrongObject, head_is_good: true },
    Attack { name: "pack of another range", serve: other_range, refusal: || Refusal::MixAndMatch, head_is_good: true },
    Attack { name: "pack of another feed", serve: feed_pack, refusal: || Refusal::MixAndMatch, head_is_good: true },
    Attack {
        name: "pack of another generation",
        serve: era_pack,
        refusal: || Refusal::MixAndMatch,
        head_is_good: true,
    },
    Attack { name: "zip bomb of a gigabyte", serve: bomb, refusal: || Refusal::ZipBomb, head_is_good: true },
    Attack { name: "more than announced", serve: small_bomb, refusal: || Refusal::ZipBomb, head_is_good: true },
    Attack { name: "wrong key's orders", serve: forged_orders, refusal: || Refusal::WrongKey, head_is_good: true },
    Attack { name: "mass wipe", serve: mass_wipe, refusal: || Refusal::MassWipe, head_is_good: true },
    Attack { name: "wrong key's roster", serve: forged_roster, refusal: || Refusal::Roster, head_is_good: true },
    Attack { name: "app too old", serve: new_app, refusal: too_old, head_is_good: true },
];

fn too_old() -> Refusal {
    Refusal::AppTooOld { needs: "9.0.0".to_owned() }
}

fn now() -> DateTime<Utc> {
    Utc::now()
}

pub(crate) fn serve(region: &mut Region, head: Vec<u8>) -> Served {
    let mut files = region.files.clone();
    files.insert("head".to_owned(), head);
    Served { files, endless: Vec::new(), now: now() }
}

/// The region's next head, with one thing in it changed and signed by the region's own key.
pub(crate) fn lie(region: &mut Region, change: impl FnOnce(&mut Head)) -> Served {
    region.tick();
    let mut head = region.head();
    change(&mut head);
    let head = region.sign(&head);
    serve(region, head)
}

/// The next delta is `lie` instead.
fn lying_delta(region: &mut Region, change: impl FnOnce(&mut Region, DeltaRef) -> DeltaRef) -> Served {
    let last = *region.deltas.last().unwrap();
    let lying = change(region, last);
    lie(region, |head| *head.deltas.last_mut().unwrap() = lying)
}

fn arbitrary(region: &mut Region) -> Served {
    serve(region, (0..1_000_u32).map(|byte| u8::try_from(byte * 31 % 251).unwrap()).collect())
}

fn empty(region: &mut Region) -> Served {
    serve(region, Vec::new())
}

fn bit(region: &mut Region) -> Served {
    let head = region.head();
    let mut signed = region.sign(&head);
    signed[0] ^= 1;
    serve(region, signed)
}

fn wrong_key(region: &mut Region) -> Served {
    let head = Signed::make(&region.head(), &make_key()).encode();
    serve(region, head)
}

fn neighbour(region: &mut Region) -> Served {
    let files = Region::with_residents(3).published();
    Served { files, ..serve(region, Vec::new()) }
}

fn other_feed(region: &mut Region) -> Served {
    lie(region, |head| head.feed = [8; 16])
}

fn unknown_form(region: &mut Region) -> Served {
    let mut bytes = Vec::new();
    ciborium::into_writer(&(2_u8, region.head()), &mut bytes).unwrap();
    let signature = region.signing.sign(&[b"kakari head v1\0".as_slice(), &bytes].concat());
    serve(region, [signature.as_ref(), &bytes].concat())
}

fn rollback(region: &mut Region) -> Served {
    let snapshot = region.snapshot.unwrap();
    lie(region, |head| {
        head.sequence = snapshot.sequence;
        head.deltas.clear();
    })
}

fn rollback_time(region: &mut Region) -> Served {
    // The head that the tablet knows, but signed before it.
    let known = region.deltas.len() - 1;
    lie(region, |head| {
        head.deltas.truncate(known);
        head.sequence = head.deltas.last().unwrap().to;
        head.issued_at -= TimeDelta::hours(1);
    })
}

fn rollback_era(region: &mut Region) -> Served {
    lie(region, |head| head.generation -= 1)
}

fn freeze(region: &mut Region) -> Served {
    let head = region.head();
    let now = head.expires_at;
    let head = region.sign(&head);
    Served { now, ..serve(region, head) }
}

fn future(region: &mut Region) -> Served {
    lie(region, |head| {
        head.issued_at = now() + TimeDelta::minutes(62);
        head.expires_at = head.issued_at + TimeDelta::hours(1);
    })
}

fn jump(region: &mut Region) -> Served {
    lie(region, |head| head.generation += 17)
}

fn beyond(region: &mut Region) -> Served {
    lie(region, |head| head.sequence += 1_000_000)
}

fn gap(region: &mut Region) -> Served {
    lie(region, |head| head.deltas.last_mut().unwrap().from += 1)
}

fn endless_head(region: &mut Region) -> Served {
    let mut served = serve(region, vec![0; Head::MAX_LEN + 1]);
    served.endless = vec!["head".to_owned()];
    served
}

fn huge(region: &mut Region) -> Served {
    lie(region, |head| head.deltas.last_mut().unwrap().object.size = u64::MAX)
}

fn endless(region: &mut Region) -> Served {
    let mut served = lie(region, |_| ());
    let name = region.deltas.last().unwrap().object.sha256.name();
    served.files.get_mut(&name).unwrap().extend([0; 100_000]);
    served.endless = vec![name];
    served
}

fn exchanged(region: &mut Region) -> Served {
    let mut served = lie(region, |_| ());
    let [.., other, last] = &region.deltas[..] else { panic!("two deltas") };
    let mut bytes = served.files[&other.object.sha256.name()].clone();
    bytes.resize(usize::try_from(last.object.size).unwrap(), 0);
    served.files.insert(last.object.sha256.name(), bytes);
    served
}

fn other_range(region: &mut Region) -> Served {
    let other = region.deltas[0];
    lying_delta(region, |_, named| DeltaRef { from: named.from, to: named.to, ..other })
}

fn feed_pack(region: &mut Region) -> Served {
    lying_delta(region, |region, named| {
        let generation = region.generation;
        region.delta(named.from, named.to, generation, FeedId::from_bytes([5; 16]), &[])
    })
}

fn era_pack(region: &mut Region) -> Served {
    lying_delta(region, |region, named| {
        let (generation, feed) = (region.generation + 1, region.feed);
        region.delta(named.from, named.to, generation, feed, &[])
    })
}

fn bomb(region: &mut Region) -> Served {
    // It says how much it unfolds to, as every pack must; one that does not is no pack at all.
    let mut encoder = zstd::stream::Encoder::new(Vec::new(), 1).unwrap();
    encoder.set_pledged_src_size(Some(1 << 30)).unwrap();
    io::copy(&mut io::repeat(0).take(1 << 30), &mut encoder).unwrap();
    let packed = encoder.finish().unwrap();
    assert!(packed.len() < 200_000, "a bomb is small: {}", packed.len());
    lying_delta(region, |region, named| DeltaRef {
        object: region.put(&packed),
        unpacked: Pack::MAX_LEN as u64,
        ..named
    })
}

fn small_bomb(region: &mut Region) -> Served {
    lying_delta(region, |_, named| DeltaRef { unpacked: named.unpacked - 1, ..named })
}

fn forged_orders(region: &mut Region) -> Served {
    let orders = Signed::make(&region.orders, &make_key()).encode();
    let orders = region.put(&orders);
    lie(region, |head| head.orders = Some(orders))
}

fn mass_wipe(region: &mut Region) -> Served {
    let order = |tablet: String| Order {
        nonce: [1; 16],
        tablet,
        kind: OrderKind::Wipe,
        issued_at: now(),
        expires_at: now() + TimeDelta::days(1),
        countersignature: None,
    };
    let mut orders = region.orders.clone();
    orders.orders = (1..=4).map(|tablet| order(format!("t-{tablet}"))).collect();
    let orders = Signed::make(&orders, &region.signing).encode();
    let orders = region.put(&orders);
    lie(region, |head| head.orders = Some(orders))
}

fn forged_roster(region: &mut Region) -> Served {
    let roster = region.roster(2).sign(&make_key()).unwrap().encode();
    let object = region.put(&roster);
    lie(region, |head| head.roster = RosterRef { version: 2, object })
}

fn new_app(region: &mut Region) -> Served {
    lie(region, |head| head.minimum_app = "9.0.0".to_owned())
}

/// What must not change: where the tablet stands, what it holds, and what it trusts.
fn held(client: &Client) -> (Option<kakari_store::Cursor>, Vec<(kakari_record::seal::RecordId, u64)>) {
    let rows = client.store().with_versions(|rows| rows.collect()).unwrap();
    (client.store().cursor().unwrap(), rows)
}

fn trusted(client: &Client) -> Trusted {
    client.store().trusted().unwrap().unwrap()
}

async fn refuse_all(folder: bool) -> usize {
    let mut region = Region::make();
    region.generation = 3;
    region.add(5);
    region.take_snapshot();
    let mut setting = Setting::of(region).await;
    let mut tablet = setting.enrol().await;
    let stick = setting.dir.path().join("stick");
    let origin = if folder { Origin::Bundle(stick.clone()) } else { Origin::Network };
    serve_good(&mut setting, folder.then_some(&*stick));
    assert!(tablet.round(&origin, HOME, &mut |_| ()).await.up_to_date);
    setting.region.add(2);
    for attack in ATTACKS {
        serve_good(&mut setting, folder.then_some(&*stick));
        let outcome = tablet.round(&origin, HOME, &mut |_| ()).await;
        assert!(outcome.up_to_date, "{}, before: {outcome:?}", attack.name);
        let (before, trusted_before) = (held(&tablet), trusted(&tablet));
        setting.region.add(1);
        let served = (attack.serve)(&mut setting.region);
        let at = served.now;
        put_out(&setting, folder.then_some(&*stick), served);
        tablet = tablet.with_clock(move || at);
        let outcome = tablet.round(&origin, HOME, &mut |_| ()).await;
        assert_eq!(outcome.refusal(), Some(&(attack.refusal)()), "{}: {outcome:?}", attack.name);
        let words = outcome.words().unwrap();
        assert!(!words.ja.is_empty() && !words.en.is_empty(), "{}", attack.name);
        if !attack.head_is_good {
            assert_eq!(trusted(&tablet), trusted_before, "{}: trusted", attack.name);
        }
        let data = outcome.failures.iter().any(|failure| {
            failure.problem.refusal().is_some() && matches!(failure.step, Step::Head | Step::Deltas | Step::Snapshot)
        });
        if data {
            assert_eq!(held(&tablet), before, "{}: applied", attack.name);
        }
        assert_eq!(outcome.wipe, None, "{}", attack.name);
        tablet = tablet.with_clock(Utc::now);
        setting.region.tick();
        setting.region.tick();
    }
    serve_good(&mut setting, folder.then_some(&*stick));
    let outcome = tablet.round(&origin, HOME, &mut |_| ()).await;
    assert!(outcome.up_to_date && outcome.is_success(), "at the end: {outcome:?}");
    assert_eq!(tablet.store().facts().unwrap().records, setting.region.current.len() as u64);
    ATTACKS.len()
}

pub(crate) fn serve_good(setting: &mut Setting, stick: Option<&Path>) {
    let files = setting.region.published();
    put_out(setting, stick, Served { files, endless: Vec::new(), now: now() });
}

pub(crate) fn put_out(setting: &Setting, stick: Option<&Path>, served: Served) {
    if let Some(stick) = stick {
        let _ = fs::remove_dir_all(stick);
        fs::create_dir(stick).unwrap();
        for (name, bytes) in &served.files {
            fs::write(stick.join(name), bytes).unwrap();
        }
    } else {
        *setting.world.files.lock().unwrap() = served.files;
        *setting.world.endless.lock().unwrap() = served.endless;
    }
}

#[tokio::test]
async fn every_attack_over_the_network_is_refused_in_its_own_words() {
    assert_eq!(refuse_all(false).await, 28);
}

#[tokio::test]
async fn every_attack_from_a_stick_is_refused_in_its_own_words() {
    assert_eq!(refuse_all(true).await, 28);
}

#[test]
fn every_refusal_has_its_own_sentence_in_both_languages() {
    let mut refusals: Vec<_> = ATTACKS.iter().map(|attack| (attack.refusal)()).collect();
    refusals.push(Refusal::CountDiffers { expected: 2, found: 1 });
    refusals.push(Refusal::WrongReceipt);
    let (version, oldest) = ("1.2.3".to_owned(), "1.0.0".to_owned());
    refusals.extend([
        Refusal::ReleaseList,
        Refusal::ReleaseNotSigned { version: version.clone() },
        Refusal::ReleaseLeap { version: version.clone() },
        Refusal::ReleaseTooFar { version, oldest },
    ]);
    let words: std::collections::BTreeMap<_, _> =
        refusals.iter().map(|refusal| (refusal.japanese(), refusal.to_string())).collect();
    let english: std::collections::BTreeSet<_> = refusals.iter().map(ToString::to_string).collect();
    assert_eq!(words.len(), english.len());
    assert_eq!(words.len(), 22);
}

#[tokio::test]
async fn a_snapshot_with_another_count_leaves_the_old_records() {
    let mut setting = Setting::of(Region::with_residents(5)).await;
    let mut tablet = setting.enrol().await;
    assert!(crate::tablet::sync(&mut tablet).await.up_to_date);
    let before = held(&tablet);
    setting.region.generation += 1;
    let rows: Vec<_> = setting.region.current.values().take(3).map(|(at, row)| (*at, row.clone())).collect();
    setting.region.snapshot = Some(setting.region.snapshot_of(&[frames_of(&rows)], 5));
    setting.region.deltas.clear();
    setting.publish();
    setting.region.tick();
    setting.publish();
    let outcome = crate::tablet::sync(&mut tablet).await;
    assert_eq!(outcome.refusal(), Some(&Refusal::CountDiffers { expected: 5, found: 3 }));
    assert_eq!(held(&tablet), before);
}

#[tokio::test]
async fn a_link_or_a_pipe_on_a_stick_is_not_followed() {
    let mut setting = Setting::of(Region::with_residents(2)).await;
    let mut tablet = setting.enrol().await;
    let stick = setting.dir.path().join("stick");
    serve_good(&mut setting, Some(&stick));
    let elsewhere = setting.dir.path().join("elsewhere");
    fs::rename(stick.join("head"), &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, stick.join("head")).unwrap();
    let outcome = tablet.round(&Origin::Bundle(stick), HOME, &mut |_| ()).await;
    assert_eq!(outcome.failures[0].step, Step::Head);
    assert_eq!(tablet.store().cursor().unwrap(), None);
}

#[test]
fn a_pack_named_as_another_is_refused_by_its_header() {
    let mut region = Region::make();
    region.add(1);
    let named = region.deltas[0];
    let bytes = &region.files[&named.object.sha256.name()];
    let name = |from| PackName { feed: region.feed, generation: 1, kind: PackKind::Delta { from, to: 1 } };
    assert!(Pack::open(bytes, name(0), named.unpacked).is_ok());
    assert!(Pack::open(bytes, name(1), named.unpacked).is_err());
    assert_eq!(ObjectRef::of(bytes), named.object);
}
