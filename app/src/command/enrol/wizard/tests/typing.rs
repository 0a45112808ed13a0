//! The first question and the code: what each touch does, and what it does not.

use super::*;

#[test]
fn a_code_that_is_typed_on_keys_starts_for_the_server_that_was_shown() {
    let mut wizard = with_everything();
    let EnrolmentStage::Choose(ways) = page(&wizard).stage else { panic!("no choice") };
    assert_eq!(ways[0].detail, SERVER);
    assert!(ways.iter().all(|way| way.enabled) && ways.len() == 3);
    assert!(touch(&mut wizard, EnrolTouch::Way(0)).is_none());
    type_in(&mut wizard, "8k2m 4xyz".replace(' ', "").as_str());
    let EnrolmentStage::Code { typed, keys, can_submit } = page(&wizard).stage else { panic!("no code") };
    assert_eq!((typed.as_str(), keys.len(), can_submit), ("8K2M 4XYZ ____", 32, false));
    type_in(&mut wizard, "0001");
    let order = started(touch(&mut wizard, EnrolTouch::Submit));
    let Some(Invited::Network(invited)) = order.invited else { panic!("{order:?}") };
    assert_eq!(
        (invited.url.as_str(), invited.code, invited.pins),
        (SERVER, InvitationCode::parse(CODE).unwrap(), None)
    );
    assert_eq!((order.origin, order.bulk_allowed), (Origin::Network, false));
}

#[test]
fn an_invitation_on_the_stick_needs_no_typing_and_a_bundle_needs_the_code() {
    let mut wizard = with_everything();
    let order = started(touch(&mut wizard, EnrolTouch::Way(2)));
    assert!(matches!(order.invited, Some(Invited::Network(invited)) if invited == invitation()));
    let mut wizard = with_everything();
    assert!(touch(&mut wizard, EnrolTouch::Way(1)).is_none());
    type_in(&mut wizard, CODE);
    let order = started(touch(&mut wizard, EnrolTouch::Submit));
    assert_eq!(order.origin, Origin::Bundle(bundle().dir));
    assert!(matches!(order.invited, Some(Invited::Bundle(dir, _)) if dir == bundle().dir));
}

#[test]
fn a_wrong_code_is_said_at_once_and_takes_nothing_away() {
    let mut wizard = with_everything();
    touch(&mut wizard, EnrolTouch::Way(0));
    type_in(&mut wizard, "8K2");
    type_in(&mut wizard, "U");
    assert_eq!(page(&wizard).notice.unwrap().sentence, "コードにない文字です");
    type_in(&mut wizard, "M");
    assert_eq!(page(&wizard).notice, None, "it goes with the next right one");
    assert!(touch(&mut wizard, EnrolTouch::Submit).is_none());
    assert_eq!(page(&wizard).notice.unwrap().sentence, "あと8文字足りません");
    let EnrolmentStage::Code { typed, .. } = page(&wizard).stage else { panic!("no code") };
    assert_eq!(typed.as_str(), "8K2M ____ ____");
    touch(&mut wizard, EnrolTouch::Erase);
    assert_eq!(page(&wizard).notice, None);
    touch(&mut wizard, EnrolTouch::Back);
    assert_eq!(name(&wizard), "choose");
    touch(&mut wizard, EnrolTouch::Way(0));
    let EnrolmentStage::Code { typed, .. } = page(&wizard).stage else { panic!("no code") };
    assert_eq!(typed.as_str(), "____ ____ ____", "a code does not stay behind");
}

/// Each touch of the page, on each page: what it leads to. `None`: the page stays exactly as it is.
#[test]
fn no_touch_that_means_nothing_on_a_page_changes_it() {
    let in_code = || {
        let mut wizard = with_everything();
        touch(&mut wizard, EnrolTouch::Way(0));
        type_in(&mut wizard, "8K2M");
        wizard
    };
    let ready = || {
        let mut wizard = working();
        wizard.update(Input::Ended(Ok(Ready { records: 1, staff: 1 })));
        wizard
    };
    let stopped_here: fn() -> Wizard = || stopped(broken());
    // Way(0), Letter, Erase, Submit, Retry, Back, Finish
    let pages = [
        ("choose", with_everything as fn() -> Wizard, [true, false, false, false, false, false, true]),
        ("working", working, [false; 7]),
        ("stopped", stopped_here, [false, false, false, false, true, true, true]),
    ];
    let touches = [
        EnrolTouch::Way(0),
        EnrolTouch::Letter('A'),
        EnrolTouch::Erase,
        EnrolTouch::Submit,
        EnrolTouch::Retry,
        EnrolTouch::Back,
        EnrolTouch::Finish,
    ];
    let does = |make: &dyn Fn() -> Wizard, what: EnrolTouch| {
        let mut wizard = make();
        let before = wizard.view();
        let effect = touch(&mut wizard, what);
        effect.is_some() || wizard.view() != before
    };
    for (page, make, expected) in pages {
        for (what, expected) in touches.into_iter().zip(expected) {
            assert_eq!(does(&make, what), expected, "{what:?} on {page}");
        }
    }
    for (what, expected) in touches.into_iter().zip([false, true, true, true, false, true, false]) {
        assert_eq!(does(&in_code, what), expected, "{what:?} while a code is typed");
    }
    for (what, expected) in touches.into_iter().zip([false, false, false, false, false, false, true]) {
        assert_eq!(does(&ready, what), expected, "{what:?} when ready");
    }
    for other in [Touch::Digit(1), Touch::Confirm(kakari_session::touch::Basis::Emergency), Touch::Lock, Touch::Wake] {
        let mut wizard = with_everything();
        let before = wizard.view();
        assert!(wizard.update(Input::Touched(other)).is_none() && wizard.view() == before, "{other:?}");
    }
    assert!(!does(&with_everything, EnrolTouch::Way(3)), "a way that is not there");
}

#[test]
fn a_way_that_cannot_be_gone_says_why_and_does_nothing() {
    let mut wizard = Wizard::new(Look::default(), Offers::default(), Vec::new());
    let EnrolmentStage::Choose(ways) = page(&wizard).stage else { panic!("no choice") };
    assert!(ways.len() == 3 && ways.iter().all(|way| !way.enabled && !way.detail.is_empty()), "{ways:?}");
    for place in 0..4 {
        assert!(touch(&mut wizard, EnrolTouch::Way(place)).is_none());
        assert_eq!(name(&wizard), "choose");
    }
    // A stick comes, and goes again: keys keep their places.
    wizard.update(Input::Found(Found { invitations: Vec::new(), bundle: Some(Bundle { invites: false, ..bundle() }) }));
    assert!(touch(&mut wizard, EnrolTouch::Way(1)).is_none(), "a feed alone enrols nobody");
    assert_eq!(name(&wizard), "choose");
    wizard.update(Input::Found(Found { invitations: Vec::new(), bundle: Some(bundle()) }));
    touch(&mut wizard, EnrolTouch::Way(1));
    assert_eq!(name(&wizard), "code");
}
