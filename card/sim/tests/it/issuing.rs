use kakari_card::issue::{Holder, IssueError, Issued, ManagementKey, Order, issue};
use kakari_card::{Pin, StaffId, StaffName};
use kakari_card_sim::{VirtualCard, in_own_process};

use crate::support::{ALICE, Bench, PIN, order, patient_order};

fn try_to_issue(bench: &Bench, card: &VirtualCard, order: &Order) -> Result<Issued, IssueError> {
    let here = bench.lay(card);
    let mut conversation = bench.talker.connect(&here).unwrap();
    let result = issue(&mut conversation, &bench.signer, order);
    drop(conversation);
    bench.take_away();
    result
}

#[test]
fn a_new_management_key_shuts_the_factory_one_out() {
    in_own_process("issuing::a_new_management_key_shuts_the_factory_one_out", |dir| {
        let bench = Bench::new(dir);
        for new in [ManagementKey::aes(&[7; 32]).unwrap(), ManagementKey::triple_des(&[0x5A; 24])] {
            let mut order = patient_order(ALICE, 1);
            order.new_management_keys = vec![new.clone()];
            let (card, first) = bench.issue(&order);
            let factory = patient_order(ALICE, 2);
            assert!(matches!(try_to_issue(&bench, &card, &factory), Err(IssueError::WrongManagementKey)));
            let mut again = patient_order(ALICE, 3);
            again.management_keys = vec![new];
            let second = try_to_issue(&bench, &card, &again).unwrap();
            assert_ne!(first.public_key, second.public_key, "a re-issued card has a new key");
            bench.next_tap_works(&card, ALICE);
        }
    });
}

#[test]
fn a_new_pin_and_puk_replace_the_factory_ones_once() {
    in_own_process("issuing::a_new_pin_and_puk_replace_the_factory_ones_once", |dir| {
        let bench = Bench::new(dir);
        let mut order = patient_order(ALICE, 1);
        order.pin = Pin::new(PIN);
        order.new_puk = Pin::new("97531086");
        let (card, _) = bench.issue(&order);
        assert!(matches!(try_to_issue(&bench, &card, &order), Err(IssueError::NotFactoryPin)));
    });
}

#[test]
fn a_name_too_long_for_four_exchanges_is_refused_and_a_long_one_fits() {
    in_own_process("issuing::a_name_too_long_for_four_exchanges_is_refused_and_a_long_one_fits", |dir| {
        let bench = Bench::new(dir);
        let named = |name: &str| {
            let name = StaffName(name.to_owned());
            order(Holder::Staff { name, staff_id: StaffId("S-0001".to_owned()) }, 1)
        };
        let card = VirtualCard::blank().unwrap();
        assert!(try_to_issue(&bench, &card, &named(&"長".repeat(35))).is_ok());
        let too_long = try_to_issue(&bench, &card, &named(&"長".repeat(70)));
        assert!(matches!(too_long, Err(IssueError::TooLong(_))), "{too_long:?}");
    });
}

#[test]
fn a_card_without_piv_is_not_issued() {
    in_own_process("issuing::a_card_without_piv_is_not_issued", |dir| {
        let bench = Bench::new(dir);
        let card = VirtualCard::answering(&[0x3B, 0x80, 0x80, 0x01, 0x01], |_| vec![0x6A, 0x82]).unwrap();
        assert!(matches!(try_to_issue(&bench, &card, &patient_order(ALICE, 1)), Err(IssueError::NotPiv)));
    });
}
