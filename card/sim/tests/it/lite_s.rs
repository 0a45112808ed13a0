//! FeliCa Lite-S cards as they are written at the desk, through the real pcscd.

use kakari_card::felica::writing::{LiteSError, LiteSOrder, LiteSWritten};
use kakari_card::{CardHere, CardNumber, CardProfile, Laid, LiteSId, LiteSKey, NumberForm, Place, PlainCard, Talker};
use kakari_card_sim::{LiteS, ReaderModel, VirtualCard, in_own_process};

use crate::support::{ALICE, BOB, Bench};

const VERSION: u16 = 0x0102;

fn as_delivered() -> VirtualCard {
    VirtualCard::felica_lite_s(&LiteS { idm: [1, 0x2E, 0x41, 0x29, 0x35, 0x8B, 0xA7, 0x53], ..LiteS::default() })
}

/// Each card's own.
fn key(id: &LiteSId) -> LiteSKey {
    let mut key = LiteSKey::new(id.id_block);
    key[9] = id.key_version.to_le_bytes()[0];
    key
}

/// The tablet's profile of such cards.
fn ours() -> CardProfile {
    let place = Place::Felica { system: 0x88B4, service: 0x000B, block: 0 };
    CardProfile { name: "見守り".to_owned(), place, form: NumberForm::Ascii, has_key: true }
}

fn write(bench: &Bench, here: &CardHere, number: &str) -> Result<LiteSWritten, LiteSError> {
    let number = CardNumber::new(number).unwrap();
    let mut conversation = bench.talker.connect(here)?;
    let written = conversation.write_lite_s(&LiteSOrder { number: &number, key_version: VERSION, key: &key })?;
    conversation.finish()?;
    Ok(written)
}

/// A tap on the tablet: the number, and whether the card proved it.
fn tap(bench: &Bench, here: &CardHere) -> (Option<String>, bool) {
    let talker = Talker::default().with_profiles(vec![ours()]);
    let mut conversation = talker.connect(here).unwrap();
    let Laid::Plain(PlainCard { number, .. }) = bench.identify(&mut conversation) else { panic!("not a plain card") };
    let proved = number.is_some()
        && conversation.prove_mac(|id| (id.key_version == VERSION).then(|| key(id)))
            == Ok(kakari_card::MacProof::Proved);
    conversation.finish().unwrap();
    (number.map(|number| number.expose().to_owned()), proved)
}

#[test]
fn a_card_as_delivered_is_written_at_the_desk_and_proves_itself_to_a_tablet() {
    in_own_process("lite_s::a_card_as_delivered_is_written_at_the_desk_and_proves_itself_to_a_tablet", |dir| {
        let bench = Bench::new(dir);
        for model in [ReaderModel::Storage, ReaderModel::Transparent, ReaderModel::RcS300] {
            bench.reader().set_model(model);
            let card = as_delivered();
            let here = bench.lay(&card);
            assert_eq!(tap(&bench, &here), (None, false));
            let before = card.seen().len();
            assert_eq!(write(&bench, &here, ALICE).unwrap(), LiteSWritten::Now);
            eprintln!("{model:?}: written in {} exchanges", card.seen().len() - before);
            assert_eq!(tap(&bench, &here), (Some(ALICE.to_owned()), true));
            assert_eq!(write(&bench, &here, ALICE).unwrap(), LiteSWritten::Before);
            assert!(matches!(write(&bench, &here, BOB), Err(LiteSError::OtherNumber)));
            bench.take_away();
            let here = bench.lay(&card);
            assert_eq!(tap(&bench, &here), (Some(ALICE.to_owned()), true), "also after it was off the reader");
            bench.take_away();
        }
    });
}

#[test]
fn wherever_the_card_leaves_the_reader_it_is_written_when_it_is_laid_on_again() {
    in_own_process("lite_s::wherever_the_card_leaves_the_reader_it_is_written_when_it_is_laid_on_again", |dir| {
        let bench = Bench::new(dir);
        bench.reader().set_model(ReaderModel::Transparent);
        for torn in 1.. {
            let card = as_delivered();
            card.tear_at_exchange(torn);
            let here = bench.lay(&card);
            let written = write(&bench, &here, ALICE);
            bench.take_away();
            if written.is_ok() {
                assert!(torn > 12, "{torn}");
                break;
            }
            let here = bench.lay(&card);
            write(&bench, &here, ALICE).unwrap_or_else(|error| panic!("torn at {torn}: {error}"));
            assert_eq!(tap(&bench, &here), (Some(ALICE.to_owned()), true), "torn at {torn}");
            bench.take_away();
        }
    });
}
