use kakari_card_sim::{ReaderFacts, Stack, in_own_process};
use pcsc::{Attribute, Context, Error, Protocols, Scope, ShareMode};

use crate::support::{ALICE, Bench, READER};

#[test]
fn a_reader_says_through_pcsc_who_made_it_also_after_a_restart() {
    in_own_process("attributes::a_reader_says_through_pcsc_who_made_it_also_after_a_restart", |dir| {
        let mut stack = Stack::start(dir, &[READER]).unwrap();
        assert_eq!(ask(&stack, Attribute::VendorName), Err(Error::UnsupportedFeature), "told before anybody said it");
        stack.reader(0).describe(&ReaderFacts {
            vendor: Some("SONY".to_owned()),
            product: None,
            version: Some((1, 8, 2)),
            serial: Some("0236798".to_owned()),
        });
        for _ in 0..2 {
            assert_eq!(ask(&stack, Attribute::VendorName).as_deref(), Ok(&b"SONY\0"[..]));
            assert_eq!(ask(&stack, Attribute::VendorIfdType), Err(Error::UnsupportedFeature));
            let version = ask(&stack, Attribute::VendorIfdVersion).unwrap();
            assert_eq!(u32::from_ne_bytes(version.try_into().unwrap()), 0x0108_0002);
            assert_eq!(ask(&stack, Attribute::VendorIfdSerialNo).as_deref(), Ok(&b"0236798\0"[..]));
            stack.restart().unwrap();
        }
        stack.reader(0).describe(&ReaderFacts::default());
        assert_eq!(ask(&stack, Attribute::VendorName), Err(Error::UnsupportedFeature), "told though taken back");
    });
}

/// Through a direct connection: no card is needed.
fn ask(stack: &Stack, attribute: Attribute) -> Result<Vec<u8>, Error> {
    let name = std::ffi::CString::new(stack.reader(0).name()).unwrap();
    let card = Context::establish(Scope::User)?.connect(&name, ShareMode::Direct, Protocols::UNDEFINED)?;
    card.get_attribute_owned(attribute)
}

/// What the pre-shift check names, while a card lies there and is being talked to.
#[test]
fn what_a_reader_says_of_itself_is_read_beside_a_conversation_and_disturbs_no_card() {
    in_own_process(
        "attributes::what_a_reader_says_of_itself_is_read_beside_a_conversation_and_disturbs_no_card",
        |dir| {
            let bench = Bench::new(dir);
            let (card, _) = bench.patient(ALICE);
            assert_eq!(kakari_card::ReaderFacts::of(bench.reader().name()), kakari_card::ReaderFacts::default());
            bench.reader().describe(&ReaderFacts {
                vendor: Some("SONY".to_owned()),
                product: None,
                version: Some((0x01, 0x10, 0)),
                serial: Some("0236798".to_owned()),
            });
            let here = bench.lay(&card);
            let told = kakari_card::ReaderFacts::of(bench.reader().name());
            assert_eq!(
                (told.vendor.as_deref(), told.firmware, told.serial.as_deref()),
                (Some("SONY"), Some((1, 0x10)), Some("0236798"))
            );
            assert_eq!(bench.tap(&here).as_deref(), Ok(ALICE));
            assert_eq!(kakari_card::ReaderFacts::of("no such reader"), kakari_card::ReaderFacts::default());
        },
    );
}
