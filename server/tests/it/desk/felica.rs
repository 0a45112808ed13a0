//! FeliCa Lite-S cards at the desk.

use kakari_card_sim::{LiteS, ReaderModel};
use kakari_record::seal::{PlainCardId, PlainCardKind};

use super::*;

const OLD: &str = "felica:01010A108E1BAD39";

fn as_delivered(last: u8) -> (LiteS, String) {
    let idm = [0x01, 0x2E, 0x41, 0x29, 0x35, 0x8B, 0xA7, last];
    (LiteS { idm, ..LiteS::default() }, format!("felica:{}", hex::encode_upper(idm)))
}

fn revocation(card: &LiteS) -> String {
    hex::encode(PlainCardId::new(PlainCardKind::Felica, &card.idm).unwrap().revocation())
}

impl Desk {
    fn issue_felica(&self, card: &VirtualCard, number: &str) -> Output {
        let words = ["card", "issue-felica", "--number", number, "--wait", "20", "--replaces", OLD];
        self.with(card, || self.run(&words))
    }

    fn state(&self, card: &str) -> Vec<String> {
        let sql = "SELECT state FROM plain_card WHERE upper(encode(identifier, 'hex')) = $1 ORDER BY id";
        let state = sqlx::query_scalar(sql).bind(card.strip_prefix("felica:").unwrap()).fetch_all(&self.pool);
        self.runtime.block_on(state).unwrap()
    }
}

#[test]
fn a_card_torn_after_its_lock_can_be_reported_lost_and_ends_the_one_before_only_when_it_is_finished() {
    let name = "desk::felica::a_card_torn_after_its_lock_can_be_reported_lost_and_ends_the_one_before_only_when_it_is_finished";
    in_own_process(name, |dir| {
        let desk = Desk::open(dir, &[READER]);
        desk.stack.reader(0).set_model(ReaderModel::Transparent);
        desk.does(&["card", "register", "--number", ALICE, "--felica", OLD.strip_prefix("felica:").unwrap()]);
        let exchanges = {
            let card = VirtualCard::felica_lite_s(&as_delivered(0x53).0);
            desk.stack.reader(0).insert(&card);
            desk.wait_for(pcsc::State::PRESENT);
            desk.does(&["card", "issue-felica", "--number", ALICE, "--wait", "20"]);
            let exchanges = card.seen().len();
            desk.stack.reader(0).remove();
            desk.wait_for(pcsc::State::EMPTY);
            exchanges
        };
        let (chip, name) = as_delivered(0x54);
        let card = VirtualCard::felica_lite_s(&chip);
        // Near the end, after the lock.
        card.tear_at_exchange(exchanges - 2);
        let torn = desk.issue_felica(&card, ALICE);
        assert!(!torn.status.success(), "torn too late, of {exchanges}");
        let told = String::from_utf8(torn.stderr).unwrap();
        assert!(told.contains("lay the same card on again") && told.contains(&format!("card lose {name}")), "{told}");
        assert_eq!((desk.state(&name), desk.state(OLD)), (vec!["active".to_owned()], vec!["active".to_owned()]));
        let again = desk.issue_felica(&card, ALICE);
        let said = String::from_utf8(again.stdout).unwrap();
        assert!(said.contains("was written before; it proves itself"), "it was locked when it was torn: {said}");
        assert_eq!((desk.state(&name), desk.state(OLD)), (vec!["active".to_owned()], vec!["replaced".to_owned()]));

        let (chip, name) = as_delivered(0x55);
        let card = VirtualCard::felica_lite_s(&chip);
        card.tear_at_exchange(exchanges - 2);
        assert!(!desk.issue_felica(&card, ALICE).status.success());
        desk.does(&["card", "lose", &name]);
        assert!(desk.refused().contains(&revocation(&chip)), "and so tablets refuse it");
    });
}

#[test]
fn a_card_that_is_none_of_ours_is_registered_for_nobody() {
    in_own_process("desk::felica::a_card_that_is_none_of_ours_is_registered_for_nobody", |dir| {
        let desk = Desk::open(dir, &[READER]);
        desk.stack.reader(0).set_model(ReaderModel::Transparent);
        desk.does(&["card", "register", "--number", ALICE, "--felica", OLD.strip_prefix("felica:").unwrap()]);
        let (chip, name) = as_delivered(0x56);
        let block = BOB.as_bytes().try_into().unwrap();
        let card = VirtualCard::felica_lite_s(&LiteS { blocks: vec![(0, block)], ..chip });
        let told = String::from_utf8(desk.issue_felica(&card, ALICE).stderr).unwrap();
        assert!(told.contains("another number") && !told.contains("is registered as"), "{told}");
        assert_eq!((desk.state(&name), desk.state(OLD)), (vec!["mistaken".to_owned()], vec!["active".to_owned()]));
        // One that was found by its identifier is found by it still.
        desk.does(&["card", "register", "--number", ALICE, "--felica", name.strip_prefix("felica:").unwrap()]);
        assert!(!desk.issue_felica(&card, ALICE).status.success());
        let keyed: Vec<i64> =
            desk.keys("SELECT count(*) FROM plain_card WHERE key_epoch IS NOT NULL AND state = 'active'");
        assert_eq!((desk.state(&name), keyed), (vec!["mistaken".to_owned(), "active".to_owned()], vec![0]));
        let other = desk.with(&card, || desk.refuses(&["card", "issue-felica", "--number", BOB, "--replaces", OLD]));
        assert!(other.contains("the card to be replaced is another resident's"), "{other}");
    });
}
