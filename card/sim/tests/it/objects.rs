use kakari_card::apdu::{find_tlv, take_tlv};
use kakari_card::issue::{COPY_OBJECT, IssueError, ManagementKey, put_object};
use kakari_card_sim::in_own_process;

use crate::support::{ALICE, Bench};

#[test]
fn a_copy_of_two_and_a_half_kilobytes_is_written_whole_and_the_card_still_opens_its_record() {
    in_own_process(
        "objects::a_copy_of_two_and_a_half_kilobytes_is_written_whole_and_the_card_still_opens_its_record",
        |dir| {
            let bench = Bench::new(dir);
            let (card, _) = bench.patient(ALICE);
            let wrong = ManagementKey::aes(&[9; 32]).unwrap();
            let here = bench.lay(&card);
            for length in [2500, 3000, 1, 2500] {
                let copy: Vec<u8> = (0..length).map(|index| u8::try_from(index % 251).unwrap()).collect();
                let mut conversation = bench.talker.connect(&here).unwrap();
                let keys = [wrong.clone(), ManagementKey::factory()];
                put_object(&mut conversation, &keys, COPY_OBJECT, &copy).unwrap();
                conversation.finish().unwrap();
                assert_eq!(read(), Some(copy), "{length} bytes");
            }
            let mut conversation = bench.talker.connect(&here).unwrap();
            let refused = put_object(&mut conversation, &[wrong], COPY_OBJECT, &[1]);
            assert!(matches!(refused, Err(IssueError::WrongManagementKey)));
            drop(conversation);
            bench.take_away();
            bench.next_tap_works(&card, ALICE);
        },
    );
}

/// The object as another program reads it.
fn read() -> Option<Vec<u8>> {
    let context = pcsc::Context::establish(pcsc::Scope::User).unwrap();
    let reader = context.list_readers_owned().unwrap().remove(0);
    let card = context.connect(&reader, pcsc::ShareMode::Shared, pcsc::Protocols::ANY).unwrap();
    let ask = |command: &[u8]| {
        let mut room = [0; 4098];
        let mut answer = card.transmit(command, &mut room).unwrap().to_vec();
        let status = answer.split_off(answer.len() - 2);
        (answer, [status[0], status[1]])
    };
    ask(&hex::decode("00A4040009A0000003080000100000").unwrap());
    let (mut object, mut status) = ask(&hex::decode("00CB3FFF055C035FC12000").unwrap());
    while status[0] == 0x61 {
        let (piece, next) = ask(&[0x00, 0xC0, 0, 0, status[1]]);
        object.extend_from_slice(&piece);
        status = next;
    }
    let _ = card.disconnect(pcsc::Disposition::LeaveCard);
    assert_eq!(status, [0x90, 0x00]);
    let (tag, value, rest) = take_tlv(&object)?;
    assert!(tag == 0x53 && rest.is_empty() && find_tlv(&object, 0x53) == Some(value));
    Some(value.to_vec())
}
