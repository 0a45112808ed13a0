//! The rule of a mass wipe, against the rule as one would count it by hand.

use chrono::{DateTime, TimeDelta, Utc};
use kakari_sync::{MassWipe, Order, OrderKind, Orders, Settings};
use proptest::collection::vec;
use proptest::prelude::*;
use ring::signature::{Ed25519KeyPair, KeyPair};

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000 + seconds, 0).expect("a time")
}

fn officer(seed: u8) -> (Ed25519KeyPair, [u8; 32]) {
    let pair = Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).expect("a seed");
    let key = pair.public_key().as_ref().try_into().expect("32 bytes");
    (pair, key)
}

fn wipe(number: u8, seconds: i64) -> Order {
    Order {
        nonce: [number; 16],
        tablet: format!("T-{number}"),
        kind: OrderKind::Wipe,
        issued_at: at(seconds),
        expires_at: at(seconds) + TimeDelta::days(7),
        countersignature: None,
    }
}

fn orders(orders: Vec<Order>) -> Orders {
    let settings = Settings { lease_days: 30, poll_seconds: 60, metered_bytes_per_day: 0 };
    Orders { feed: [5; 16], version: 1, settings, orders }
}

/// Whether some hour that begins at any second holds this wipe and more than three in all.
fn too_many(wipes: &[i64], this: i64) -> bool {
    let begins = this - 3_599..=this;
    begins.into_iter().any(|begin| wipes.iter().filter(|at| (begin..begin + 3_600).contains(at)).count() > 3)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn more_than_three_wipes_in_any_hour_need_a_second_officer(times in vec(0..9_000_i64, 1..9), signed in vec(any::<bool>(), 9)) {
        let (pair, key) = officer(9);
        let given: Vec<_> = (1..).zip(&times).zip(&signed).map(|((number, seconds), signed)| {
            let order = wipe(number, *seconds);
            if *signed { order.countersign(&[5; 16], &pair) } else { order }
        }).collect();
        let orders = orders(given.clone());
        for ((order, seconds), signed) in given.iter().zip(&times).zip(&signed) {
            let expected = if too_many(&times, *seconds) && !signed { Err(MassWipe) } else { Ok(Some(order)) };
            prop_assert_eq!(orders.wipe_of(&order.tablet, at(9_000), &[key]), expected);
        }
    }
}

#[test]
fn an_expired_wipe_is_not_followed_and_still_counts() {
    let mut four: Vec<_> = (1..=4).map(|number| wipe(number, 60 * i64::from(number))).collect();
    for order in &mut four[..3] {
        order.expires_at = at(300);
    }
    let orders = orders(four);
    assert_eq!(orders.wipe_of("T-1", at(300), &[]), Ok(None));
    assert_eq!(orders.wipe_of("T-4", at(300), &[]), Err(MassWipe));
}

#[test]
fn a_wipe_given_alone_does_not_hide_the_one_that_was_countersigned() {
    let (pair, key) = officer(9);
    let mut given: Vec<_> = (1..=4).map(|number| wipe(number, 0)).collect();
    given.push(Order { nonce: [99; 16], ..wipe(4, 60) }.countersign(&[5; 16], &pair));
    let orders = orders(given);
    assert_eq!(orders.wipe_of("T-4", at(60), &[key]).map(|order| order.map(|order| order.nonce)), Ok(Some([99; 16])));
}

#[test]
fn a_countersignature_counts_for_its_order_alone() {
    let (pair, key) = officer(9);
    let good = wipe(1, 0).countersign(&[5; 16], &pair);
    let changed: [(&str, Order); 5] = [
        ("another tablet", Order { tablet: "T-2".to_owned(), ..good.clone() }),
        ("another nonce", Order { nonce: [2; 16], ..good.clone() }),
        ("longer", Order { expires_at: good.expires_at + TimeDelta::days(1), ..good.clone() }),
        ("later", Order { issued_at: at(1), ..good.clone() }),
        ("of another region", wipe(1, 0).countersign(&[6; 16], &pair)),
    ];
    let among = |order: Order| orders((10..14).map(|number| wipe(number, 0)).chain([order]).collect());
    assert!(among(good).wipe_of("T-1", at(60), &[key]).is_ok_and(|order| order.is_some()));
    for (why, order) in changed {
        let tablet = order.tablet.clone();
        assert_eq!(among(order).wipe_of(&tablet, at(60), &[key]), Err(MassWipe), "{why}");
    }
}

#[test]
fn seventeen_hundred_orders_are_counted_at_once() {
    let many = orders((0..1_700).map(|number| Order { tablet: "T-1".to_owned(), ..wipe(1, number) }).collect());
    let begun = std::time::Instant::now();
    assert_eq!(many.wipe_of("T-1", at(2_000), &[]), Err(MassWipe));
    assert!(begun.elapsed().as_secs() < 20, "a list as long as any is counted in {:?}", begun.elapsed());
}
