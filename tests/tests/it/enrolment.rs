//! A tablet becomes a region's: from a bundle, without a network, by the real program.

use std::fs;

use kakari::demo::TrainingRegion;
use kakari_sync::enrol::{InvitationCode, OfflineEnrolment};
use kakari_tests::bundled::{Bundled, Said};
use kakari_tests::place::patient_words;

fn region_with(numbers: &[usize], rows_each: usize) -> (tempfile::TempDir, Bundled) {
    let dir = tempfile::tempdir().unwrap();
    let bundled = Bundled::new(dir.path(), TrainingRegion::make().unwrap(), numbers, rows_each);
    (dir, bundled)
}

fn refused(said: &Said, reason: &str) -> String {
    assert_eq!((said.code, said.last()["reason"].as_str()), (3, Some(reason)), "{said:?}");
    let words = |name: &str| said.last()[name].as_str().unwrap().to_owned();
    assert!(!words("next_step").is_empty());
    words("sentence")
}

#[test]
fn a_tablet_is_ready_once_every_record_is_here_and_counted() {
    let (_dir, bundled) = region_with(&[], 7);
    let said = bundled.enrol_with(&bundled.code.expose());
    assert_eq!(said.code, 0, "{said:?}");
    let events: Vec<&str> = said.lines.iter().filter_map(|line| line["event"].as_str()).collect();
    assert!(events.starts_with(&["enrolled", "configuration"]) && events.ends_with(&["ready"]), "{events:?}");
    assert_eq!(said.last()["records"], bundled.residents.len());
    assert_eq!(said.last()["staff"], 1);
    let config = fs::read_to_string(bundled.config()).unwrap();
    assert!(config.contains("vehicle = \"北町救急1\"") && config.contains("tablet = \"kita-1\""), "{config}");
    let store = bundled.store();
    assert_eq!(store.facts().unwrap().records, bundled.residents.len() as u64);
    let told = [said.log.as_str(), &said.lines.iter().map(ToString::to_string).collect::<String>()].concat();
    for word in bundled.residents.iter().flat_map(|resident| patient_words(&resident.summary)) {
        assert!(!told.contains(&word), "a patient's word while enrolling");
    }
    let again = bundled.enrol_with(&bundled.code.expose());
    assert_eq!((again.code, again.last()["event"].as_str()), (0, Some("ready")), "the same command again");
}

#[test]
fn an_enrolment_that_was_interrupted_goes_on_with_what_it_has() {
    let (_dir, bundled) = region_with(&[], 7);
    // The dictionary, without which nothing opens, and the last part of the snapshot.
    let mut objects: Vec<_> = fs::read_dir(&bundled.feed.dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    objects.sort_by_key(|path| std::cmp::Reverse(fs::metadata(path).unwrap().len()));
    for object in &objects[..3] {
        let whole = fs::read(object).unwrap();
        fs::remove_file(object).unwrap();
        let said = bundled.enrol_with(&bundled.code.expose());
        assert_eq!((said.code, said.last()["reason"].as_str()), (1, Some("not_filled")), "{said:?}");
        fs::write(object, &whole[..whole.len() / 2]).unwrap();
        let said = bundled.enrol_with(&bundled.code.expose());
        assert!(said.code != 0 && said.last()["event"] == "not enrolled", "{said:?}");
        assert!(bundled.store().facts().unwrap().records == 0 || object == &objects[0], "nothing partial is seen");
        fs::write(object, whole).unwrap();
        fs::remove_dir_all(bundled.tablet()).unwrap();
        fs::remove_file(bundled.config()).unwrap();
    }
    bundled.enrol();
    assert_eq!(bundled.store().facts().unwrap().records, bundled.residents.len() as u64);
}

#[test]
fn a_wrong_an_expired_and_a_forged_invitation_are_each_refused_in_their_own_words() {
    let (_dir, bundled) = region_with(&[1], 7);
    let unknown = refused(&bundled.enrol_with(&InvitationCode::make().unwrap().expose()), "unknown");
    let path = bundled.feed.dir.join(OfflineEnrolment::FILE);
    let good = fs::read(&path).unwrap();
    let mut forged = good.clone();
    let at = good.windows(6).position(|window| window == b"kita-1").unwrap();
    forged[at] = b'n';
    fs::write(&path, forged).unwrap();
    let forged = refused(&bundled.enrol_with(&bundled.code.expose()), "forged");
    fs::remove_file(&path).unwrap();
    let none = refused(&bundled.enrol_with(&bundled.code.expose()), "no_enrolment");
    bundled.feed.invite_until(&bundled.region, "kita-1", &bundled.code, chrono::TimeDelta::seconds(-1));
    let expired = refused(&bundled.enrol_with(&bundled.code.expose()), "expired");
    let words = [unknown, forged, none, expired];
    assert!((1..4).all(|n| !words[..n].contains(&words[n])), "{words:?}");
    assert!(!bundled.config().exists() && !bundled.tablet().join("kakari.db").exists(), "nothing was made");
    fs::write(&path, good).unwrap();
    bundled.enrol();
    let typed = bundled.enrol_with("ABC");
    assert!(typed.code == 1 && typed.log.contains("XXXX-XXXX-XXXX"), "{typed:?}");
}

/// As an administrator leaves it, or an ordered erasure.
fn with_config(bundled: &Bundled, tablet: &str, vehicle: &str) {
    let at = |name: &str| bundled.tablet().join(name).display().to_string();
    let text = format!(
        "store = {:?}\nstore_key = {:?}\nstate = {:?}\nvehicle = {vehicle:?}\ntablet = {tablet:?}\nregion = \"https://region.example:8444\"\n\
        receivers = [\"北町総合病院\"]\n[towns]\n\"キタマチ\" = \"東京都北区北町\"\n",
        at("kakari.db"),
        at("store.key"),
        at("state"),
    );
    fs::write(bundled.config(), text).unwrap();
}

fn assert_named_and_the_rest_kept(bundled: &Bundled) {
    let config = fs::read_to_string(bundled.config()).unwrap();
    let lines = [
        "vehicle = \"北町救急1\"",
        "tablet = \"kita-1\"",
        "region = \"https://region.example:8444\"",
        "receivers = [\"北町総合病院\"]",
        "\"キタマチ\" = \"東京都北区北町\"",
    ];
    assert!(lines.iter().all(|line| config.lines().any(|there| there == *line)), "{config}");
}

#[test]
fn a_configuration_with_the_regions_address_and_no_names_is_enough_and_gets_them() {
    let (_dir, bundled) = region_with(&[1], 7);
    with_config(&bundled, "", "");
    assert_named_and_the_rest_kept(bundled.enrol());
}

#[test]
fn a_tablet_of_which_nothing_is_left_but_its_name_becomes_another() {
    let (_dir, bundled) = region_with(&[1], 7);
    with_config(&bundled, "minami-7", "南町救急7");
    assert_named_and_the_rest_kept(bundled.enrol());
    // Cut off between the identity and the configuration: it goes on, without the code.
    let files =
        fs::read_dir(bundled.tablet()).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    files.for_each(|file| fs::remove_file(file).unwrap());
    with_config(&bundled, "minami-7", "南町救急7");
    assert_named_and_the_rest_kept(bundled.enrol());
}

#[test]
fn beside_another_tablets_store_nothing_is_asked_of_the_region_and_the_invitation_stays_good() {
    let (_dir, bundled) = region_with(&[1], 7);
    with_config(&bundled, "minami-7", "南町救急7");
    let before = fs::read(bundled.config()).unwrap();
    fs::create_dir_all(bundled.tablet()).unwrap();
    let store = bundled.tablet().join("kakari.db");
    fs::write(&store, b"another tablet's").unwrap();
    let sentence = refused(&bundled.enrol_with(&bundled.code.expose()), "old_store");
    assert!(sentence.contains("minami-7"), "{sentence}");
    let state = bundled.tablet().join("state");
    assert!(!state.join("enrolment.cbor").exists() && !state.join("enrolled-by.toml").exists(), "it was not begun");
    assert_eq!((fs::read(bundled.config()).unwrap(), fs::read(&store).unwrap().len()), (before, 16));
    fs::remove_file(&store).unwrap();
    assert_named_and_the_rest_kept(bundled.enrol());
}
