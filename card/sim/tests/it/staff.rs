use kakari_card::{CardError, Laid, Pin, PinOutcome};
use kakari_card_sim::{Fault, in_own_process};

use crate::support::{Bench, PIN, Sealed};

const WRONG: &str = "111111";

fn pin(digits: &str) -> Pin {
    Pin::new(digits).unwrap()
}

#[test]
fn a_staff_card_signs_in_with_its_pin_and_only_with_it() {
    in_own_process("staff::a_staff_card_signs_in_with_its_pin_and_only_with_it", |dir| {
        let bench = Bench::new(dir);
        let (card, issued) = bench.staff();
        let sealed = Sealed::to(&issued.public_key);
        let here = bench.lay(&card);
        let mut conversation = bench.talker.connect(&here).unwrap();
        let Laid::Staff(staff) = bench.identify(&mut conversation) else { panic!("not staff") };
        assert_eq!((staff.name.0.as_str(), staff.staff_id.0.as_str()), ("高橋 美咲", "S-0001"));
        assert_eq!((staff.tries_left, staff.key_id), (Some(3), issued.key_id));
        assert!(matches!(conversation.agree_staff(&sealed.point), Err(CardError::Refused { status: 0x6982, .. })));
        drop(conversation);

        let mut conversation = bench.talker.connect(&here).unwrap();
        bench.identify(&mut conversation);
        assert_eq!(conversation.verify_pin(&pin(PIN)).unwrap(), PinOutcome::Accepted);
        assert_eq!(conversation.agree_staff(&sealed.point).unwrap().expose(), &sealed.x);
        conversation.finish().unwrap();
    });
}

#[test]
fn a_staff_card_left_lying_forgets_the_pin_however_the_conversation_ended() {
    in_own_process("staff::a_staff_card_left_lying_forgets_the_pin_however_the_conversation_ended", |dir| {
        let bench = Bench::new(dir);
        let (card, issued) = bench.staff();
        let here = bench.lay(&card);
        let endings: [fn(kakari_card::Conversation); 2] =
            [|conversation| drop(conversation.finish().unwrap()), |conversation| drop(conversation)];
        for end in endings {
            let mut conversation = bench.talker.connect(&here).unwrap();
            bench.identify(&mut conversation);
            assert_eq!(conversation.verify_pin(&pin(PIN)).unwrap(), PinOutcome::Accepted);
            end(conversation);

            let mut conversation = bench.talker.connect(&here).unwrap();
            let Laid::Staff(staff) = bench.identify(&mut conversation) else { panic!("not staff") };
            assert_eq!(staff.tries_left, Some(3));
            let refused = conversation.agree_staff(&Sealed::to(&issued.public_key).point);
            assert!(matches!(refused, Err(CardError::Refused { status: 0x6982, .. })));
        }
    });
}

#[test]
fn a_staff_card_forgets_the_pin_also_when_the_conversation_broke_after_it() {
    in_own_process("staff::a_staff_card_forgets_the_pin_also_when_the_conversation_broke_after_it", |dir| {
        let bench = Bench::new(dir);
        let (card, issued) = bench.staff();
        let here = bench.lay(&card);
        let point = Sealed::to(&issued.public_key).point;
        let mut conversation = bench.talker.connect(&here).unwrap();
        bench.identify(&mut conversation);
        assert_eq!(conversation.verify_pin(&pin(PIN)).unwrap(), PinOutcome::Accepted);
        card.fail_at_exchange(card.seen().len() + 1, Fault::Truncate(1));
        conversation.agree_staff(&point).unwrap_err();
        drop(conversation);

        let mut conversation = bench.talker.connect(&here).unwrap();
        bench.identify(&mut conversation);
        let refused = conversation.agree_staff(&point);
        assert!(matches!(refused, Err(CardError::Refused { status: 0x6982, .. })));
    });
}

#[test]
fn the_last_try_is_never_spent_silently() {
    in_own_process("staff::the_last_try_is_never_spent_silently", |dir| {
        let bench = Bench::new(dir);
        let (card, _) = bench.staff();
        let here = bench.lay(&card);
        let mut conversation = bench.talker.connect(&here).unwrap();
        bench.identify(&mut conversation);
        assert_eq!(conversation.verify_pin(&pin(WRONG)).unwrap(), PinOutcome::Wrong { tries_left: 2 });
        assert_eq!(conversation.verify_pin(&pin(PIN)).unwrap(), PinOutcome::Accepted, "and the counter is full again");
        conversation.finish().unwrap();

        let mut conversation = bench.talker.connect(&here).unwrap();
        bench.identify(&mut conversation);
        assert_eq!(conversation.verify_pin(&pin(WRONG)).unwrap(), PinOutcome::Wrong { tries_left: 2 });
        assert_eq!(conversation.verify_pin(&pin(WRONG)).unwrap(), PinOutcome::Wrong { tries_left: 1 });
        let shown = card.seen().len();
        assert_eq!(conversation.verify_pin(&pin(PIN)).unwrap(), PinOutcome::LastTry, "not even the right one");
        assert_eq!(card.seen().len(), shown + 1, "only the counter was asked");
        assert_eq!(conversation.verify_pin_spending_last_try(&pin(WRONG)).unwrap(), PinOutcome::Blocked);
        assert_eq!(conversation.verify_pin(&pin(PIN)).unwrap(), PinOutcome::Blocked);
        drop(conversation);

        let mut conversation = bench.talker.connect(&here).unwrap();
        let Laid::Staff(staff) = bench.identify(&mut conversation) else { panic!("not staff") };
        assert_eq!(staff.tries_left, Some(0));
    });
}

#[test]
fn the_last_try_with_the_right_pin_fills_the_counter() {
    in_own_process("staff::the_last_try_with_the_right_pin_fills_the_counter", |dir| {
        let bench = Bench::new(dir);
        let (card, _) = bench.staff();
        let here = bench.lay(&card);
        let mut conversation = bench.talker.connect(&here).unwrap();
        bench.identify(&mut conversation);
        conversation.verify_pin(&pin(WRONG)).unwrap();
        conversation.verify_pin(&pin(WRONG)).unwrap();
        assert_eq!(conversation.verify_pin_spending_last_try(&pin(PIN)).unwrap(), PinOutcome::Accepted);
        conversation.finish().unwrap();
        let mut conversation = bench.talker.connect(&here).unwrap();
        let Laid::Staff(staff) = bench.identify(&mut conversation) else { panic!("not staff") };
        assert_eq!(staff.tries_left, Some(3));
    });
}
