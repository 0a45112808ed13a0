//! What is enough to search by, which years it needs, whom it lets through, and what is said of a result.

use kakari_record::model::Sex;
use kakari_record::seal::{Token, VaultKey};
use kakari_record::search::{Fit, Hits, Index, NameTerm, Terms, group, years};

use super::crowd::{person, record, today};

fn kana(name: &str) -> Terms {
    let mut terms = Terms::default();
    terms.name = Some(NameTerm::Kana(name.into()));
    terms
}

fn with(change: impl FnOnce(&mut Terms)) -> Terms {
    let mut terms = Terms::default();
    change(&mut terms);
    terms
}

fn found(index: &Index, terms: &Terms) -> Vec<i64> {
    let (Hits::Few(hits) | Hits::Best(hits)) = index.search(terms, today()) else { panic!("many") };
    hits.iter().map(|hit| hit.place).collect()
}

#[test]
fn enough_is_what_tells_people_apart() {
    let old = |terms: &Terms| {
        let mut terms = terms.clone();
        terms.age = Some(70);
        terms
    };
    for (enough, terms) in [
        (false, Terms::default()),
        (false, kana("ヤマダハ")),
        (true, kana("ヤマダハナ")),
        (false, old(&kana("ヤマ"))),
        (false, old(&kana("ヤーマ"))),
        (true, old(&kana("ヤマダ"))),
        (true, old(&with(|terms| terms.name = Some(NameTerm::Rows("ヤマタ".into()))))),
        (false, with(|terms| (terms.age, terms.sex) = (Some(70), Some(Sex::Male)))),
        (false, with(|terms| terms.birth_date = "1950-04".parse().ok())),
        (true, with(|terms| terms.birth_date = "1950-04-12".parse().ok())),
        (false, with(|terms| terms.phone = Some("090-1234".into()))),
        (true, with(|terms| terms.phone = Some("０９０-1234-5678".into()))),
        (true, with(|terms| terms.phone = Some("048 123 4567".into()))),
        (true, with(|terms| terms.number = "0123456789012345".parse().ok())),
        (false, with(|terms| terms.address = Some("北町".into()))),
        (false, with(|terms| terms.address = Some("北町１丁目".into()))),
        (true, with(|terms| terms.address = Some("北町１−２".into()))),
    ] {
        assert_eq!(terms.is_enough(), enough, "{:?}", terms.kinds());
    }
}

#[test]
fn equal_searches_have_one_hash_and_others_another() {
    let vault = VaultKey::from_bytes(1, [9; 32].into());
    let hash = |terms: &Terms| terms.keyed_hash(&vault);
    assert_eq!(hash(&kana("ヤマダ ハナコ")), hash(&kana("ﾔﾏﾀ ﾊﾅｺ")));
    let phone = |digits: &str| with(|terms| terms.phone = Some(digits.into()));
    assert_eq!(hash(&phone("090-1234-5678")), hash(&phone("０９０12345678")));
    let terms = [
        Terms::default(),
        kana("ヤマダハナコ"),
        with(|terms| terms.name = Some(NameTerm::Rows("ヤマダハナコ".into()))),
        phone("0123456789012345"),
        with(|terms| terms.number = "0123456789012345".parse().ok()),
        with(|terms| terms.age = Some(70)),
        with(|terms| terms.sex = Some(Sex::Female)),
        with(|terms| terms.address = Some("北町1-2".into())),
        with(|terms| terms.birth_date = "1950".parse().ok()),
    ];
    let mut hashes: Vec<_> = terms.iter().map(hash).collect();
    hashes.push(kana("ヤマダハナコ").keyed_hash(&VaultKey::from_bytes(1, [8; 32].into())));
    assert!(!hashes.contains(Token::of_phone(&vault, "0123456789012345").as_bytes()), "a hash is no token");
    let all = hashes.len();
    hashes.sort_unstable();
    hashes.dedup();
    assert_eq!(hashes.len(), all);
}

#[test]
fn the_likeliest_years_are_opened_first_and_unknown_birth_dates_always() {
    let present = || [0].into_iter().chain(1900..=2026);
    let seventy = with(|terms| terms.age = Some(70));
    let mut named = kana("ヤマダ");
    named.age = Some(70);
    let opened = years(&named, present(), today());
    assert_eq!(opened[..4], [0, 1956, 1955, 1957]);
    assert_eq!((opened[1..].iter().min(), opened.iter().max(), opened.len()), (Some(&1950), Some(&1961), 13));
    assert!(years(&seventy, present(), today()).contains(&0), "to be counted as people who cannot be seen");
    let born = with(|terms| terms.birth_date = "1950-04-12".parse().ok());
    assert_eq!(years(&born, present(), today()), [0, 1950]);
    assert_eq!(years(&Terms::default(), present(), today()).len(), 128);
    assert_eq!(years(&kana("ヤマダ"), [1, 9999], today()).len(), 2, "nobody is missed for an impossible birth year");
}

#[test]
fn what_is_not_known_of_somebody_never_speaks_against_them() {
    let mut index = Index::new();
    for (place, birth, sex) in [
        (1, "1954-05-06", Sex::Unknown),
        (2, "", Sex::Female),
        (3, "1954", Sex::Female),
        (4, "1954-05", Sex::Other),
        (5, "1954-05-06", Sex::Male),
        (6, "1954-06", Sex::Female),
    ] {
        index.add(place, record(place), &person("ヤマダ ハナコ", birth, sex));
    }
    let mut terms = kana("ヤマダ");
    terms.sex = Some(Sex::Female);
    terms.birth_date = "1954-05-06".parse().ok();
    assert_eq!(found(&index, &terms), [1, 3, 4, 2]);
}

#[test]
fn who_cannot_be_seen_is_counted() {
    let mut index = Index::new();
    for (place, kana, birth, sex) in [
        (1, "", "1954-05-06", Sex::Female),
        (2, "ヤマダ ハナコ", "", Sex::Female),
        (3, "", "1954-05-06", Sex::Male),
        (4, "", "1910-05-06", Sex::Female),
        (5, "、。", "", Sex::Unknown),
    ] {
        index.add(place, record(place), &person(kana, birth, sex));
    }
    let mut named = kana("ヤマダ");
    (named.sex, named.age) = (Some(Sex::Female), Some(72));
    assert_eq!((found(&index, &named), index.unsearchable(&named, today())), (vec![2], 2));
    let born = with(|terms| (terms.birth_date, terms.sex) = ("1954-05-06".parse().ok(), Some(Sex::Female)));
    assert_eq!((found(&index, &born), index.unsearchable(&born, today())), (vec![1], 2));
}

#[test]
fn somebody_found_by_phone_is_compared_with_the_rest() {
    let hanako = person("ヤマダ ハナコ", "1954-05-06", Sex::Female);
    let nobody_knows = person("", "", Sex::Unknown);
    let mut terms = kana("ハナコ");
    (terms.sex, terms.age) = (Some(Sex::Female), Some(75));
    assert!(terms.matches(&hanako, today()) && terms.matches(&nobody_knows, today()));
    for change in [
        |terms: &mut Terms| terms.sex = Some(Sex::Male),
        |terms: &mut Terms| terms.age = Some(78),
        |terms: &mut Terms| terms.name = Some(NameTerm::Kana("タロウ".into())),
        |terms: &mut Terms| terms.birth_date = "1953".parse().ok(),
    ] {
        let mut other = terms.clone();
        change(&mut other);
        assert!(!other.matches(&hanako, today()) && other.matches(&nobody_knows, today()));
    }
}

fn tokens(houses: &[u8]) -> Vec<Token> {
    houses.iter().map(|house| Token::from_bytes([*house; 16])).collect()
}

fn households(people: &[(Fit, Vec<Token>)]) -> Option<Vec<Vec<usize>>> {
    group(people).map(|found| found.households)
}

#[test]
fn people_of_one_house_or_phone_are_one_household() {
    let people = |houses: &[&[u8]]| -> Vec<_> { houses.iter().map(|each| (Fit::Whole, tokens(each))).collect() };
    assert_eq!(households(&[]), Some(Vec::new()));
    assert_eq!(households(&people(&[&[1], &[2], &[1, 3], &[], &[3]])), Some(vec![vec![0, 2, 4], vec![1], vec![3]]));
    assert_eq!(households(&people(&[&[1], &[2], &[2, 1]])), Some(vec![vec![0, 1, 2]]), "the third joins the two");
    assert_eq!(households(&people(&[&[1], &[2], &[3], &[4], &[5]])).map(|found| found.len()), Some(5));
    assert_eq!(households(&people(&[&[1], &[2], &[3], &[4], &[5], &[6]])), None, "six entries");
    assert_eq!(households(&people(&[[1_u8].as_slice(); 8])).map(|found| found.len()), Some(1));
    assert_eq!(households(&people(&[[1_u8].as_slice(); 9])), None, "nine people");
}

#[test]
fn similar_names_do_not_hide_the_one_that_was_typed() {
    let mut people: Vec<_> = (1..=7).map(|house| (Fit::OneOff, tokens(&[house]))).collect();
    assert_eq!(group(&people), None);
    people.insert(0, (Fit::Beginning, tokens(&[9])));
    people.insert(0, (Fit::Whole, tokens(&[8])));
    let named = group(&people).expect("two");
    assert_eq!(named.households, [vec![0], vec![1]]);
    assert!(named.similar_left_out, "the two look like all that there are");
    let few = group(&people[..5]).expect("five");
    assert!(few.households.len() == 5 && !few.similar_left_out);
}

#[test]
fn whoever_is_left_out_because_better_names_fit_is_said_to_be_there() {
    let mut index = Index::new();
    index.add(0, record(0), &person("ヤマダ ハナコ", "1954-05-06", Sex::Female));
    let terms = with(|terms| terms.name = Some(NameTerm::Kana("ヤマダハナコ".into())));
    for place in 1..=24 {
        assert!(
            matches!(index.search(&terms, today()), Hits::Few(hits) if hits.len() == usize::try_from(place).expect("small"))
        );
        index.add(place, record(place), &person("ヤマダ ハナヨ", "1954-05-06", Sex::Female));
    }
    assert!(matches!(index.search(&terms, today()), Hits::Best(hits) if hits.len() == 1), "24 that are one kana off");
}

/// More than five by name, age and sex: nobody is named, whatever is asked by.
#[test]
fn above_five_entries_nobody_is_named() {
    for (others, named) in [(4, true), (5, false), (23, false), (24, false), (400, false)] {
        let mut index = Index::new();
        for place in 0..=others {
            index.add(place, record(place), &person("ヤマダ ハナコ", "1954-05-06", Sex::Female));
        }
        let terms = with(|terms| (terms.name, terms.age) = (Some(NameTerm::Rows("ヤマタハナカ".into())), Some(72)));
        let entries = match index.search(&terms, today()) {
            Hits::Many => None,
            Hits::Few(hits) | Hits::Best(hits) => {
                group(&hits.iter().zip(0..).map(|(hit, house)| (hit.fit, tokens(&[house]))).collect::<Vec<_>>())
            }
        };
        assert_eq!(entries.is_some(), named, "{others} others");
    }
}
