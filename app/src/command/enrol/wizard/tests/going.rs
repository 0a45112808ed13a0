//! What stops, goes on, or was refused.

use super::*;

#[test]
fn what_stopped_goes_on_with_the_same_and_without_the_code_once_it_is_enrolled() {
    let mut wizard = stopped(broken());
    let again = started(touch(&mut wizard, EnrolTouch::Retry));
    assert!(matches!(again.invited, Some(Invited::Network(invited)) if invited == invitation()));
    wizard.update(Input::Verified(Verified::Enrolled(enrolled(true))));
    wizard.update(Input::Ended(Err(broken())));
    let again = started(touch(&mut wizard, EnrolTouch::Retry));
    assert!(again.invited.is_none(), "the code is gone");
    wizard.update(Input::Ended(Err(broken())));
    touch(&mut wizard, EnrolTouch::Back);
    assert_eq!(started(touch(&mut wizard, EnrolTouch::Way(0))).origin, Origin::Network);
    assert_eq!(line(&wizard, 2).mark, Mark::Good, "what was done stays done");
}

#[test]
fn a_stick_that_was_plugged_in_elsewhere_is_gone_on_with() {
    let mut wizard = with_everything();
    touch(&mut wizard, EnrolTouch::Way(1));
    type_in(&mut wizard, CODE);
    started(touch(&mut wizard, EnrolTouch::Submit));
    wizard.update(Input::Ended(Err(broken())));
    let elsewhere = Bundle { dir: PathBuf::from("/media/OTHER"), invites: true };
    wizard.update(Input::Found(Found { invitations: Vec::new(), bundle: Some(elsewhere.clone()) }));
    let again = started(touch(&mut wizard, EnrolTouch::Retry));
    assert_eq!(again.origin, Origin::Bundle(elsewhere.dir.clone()));
    assert!(matches!(again.invited, Some(Invited::Bundle(dir, _)) if dir == elsewhere.dir));
}

#[test]
fn a_snapshot_that_waits_comes_over_this_link_when_somebody_says_so() {
    let outcome = Outcome { waits: Some(Waits::ForWifi { bytes: 41_900_000 }), ..Outcome::default() };
    let mut wizard = stopped(NotEnrolled::NotFilled(NotFilled::of(&outcome)));
    let notice = page(&wizard).notice.unwrap();
    assert_eq!(notice.sentence, "全件データ 41.9 MB は署のWi-FiかUSBを待っています");
    assert!(notice.next_step.contains("通信量") && !notice.next_step.contains("--"), "{notice:?}");
    assert!(started(touch(&mut wizard, EnrolTouch::Retry)).bulk_allowed);
}

#[test]
fn what_was_refused_leads_back_to_the_first_question_and_each_says_which() {
    let not_as_invited = Problem::from(LinkError::NotTheServer(TlsFault::NotAsInvited));
    let mut said = Vec::new();
    for why in [
        refused(EnrolRefusal::Unknown),
        refused(EnrolRefusal::Used),
        refused(EnrolRefusal::Expired),
        refused(EnrolRefusal::Forged),
        refused(EnrolRefusal::BadRequest),
        refused(EnrolRefusal::Revoked),
        EnrolError::OtherKeys.into(),
        EnrolError::NoEnrolment.into(),
        EnrolError::from(not_as_invited).into(),
        NotEnrolled::OtherTablet("kita-2".to_owned()),
        NotEnrolled::OldStore("kita-2".to_owned()),
    ] {
        let mut wizard = stopped(why);
        let notice = page(&wizard).notice.unwrap();
        assert_eq!((page(&wizard).stage, notice.mark), (EnrolmentStage::Stopped { can_retry: false }, Mark::Bad));
        assert!(touch(&mut wizard, EnrolTouch::Retry).is_none() && name(&wizard) == "stopped", "{notice:?}");
        touch(&mut wizard, EnrolTouch::Back);
        assert_eq!(name(&wizard), "choose");
        said.push(notice.sentence);
    }
    let count = said.len();
    said.sort();
    said.dedup();
    assert_eq!(said.len(), count, "two reasons in the same words");
}

#[test]
fn an_enrolment_that_was_interrupted_goes_on_by_itself_where_it_is_clear_from_where() {
    let kept = |certified| vec![Verified::Invited(Some(By::Bundle)), Verified::Enrolled(enrolled(certified))];
    let mut wizard = Wizard::new(Look::default(), Offers::default(), kept(true));
    let order = started(wizard.begin());
    assert!(order.invited.is_none() && order.origin == Origin::Network);
    assert_eq!(line(&wizard, 0).mark, Mark::Good, "done before");
    let offers = Offers { bundle: Some(bundle()), ..Offers::default() };
    assert_eq!(started(Wizard::new(Look::default(), offers, kept(false)).begin()).origin, Origin::Bundle(bundle().dir));
    let mut without = Wizard::new(Look::default(), Offers::default(), kept(false));
    assert!(without.begin().is_none());
    let EnrolmentStage::Choose(ways) = page(&without).stage else { panic!("no choice") };
    assert_eq!(ways.iter().map(|way| way.enabled).collect::<Vec<_>>(), [true, false]);
    assert!(Wizard::new(Look::default(), Offers::default(), Vec::new()).begin().is_none(), "nothing was begun");
}

#[test]
fn a_tablet_that_has_forgotten_meanwhile_what_it_was_is_enrolled_from_the_beginning() {
    let kept = vec![Verified::Invited(Some(By::Bundle)), Verified::Enrolled(enrolled(true)), Verified::Store];
    let offers = Offers { server: Some(SERVER.to_owned()), ..Offers::default() };
    let mut wizard = Wizard::new(Look::default(), offers, kept);
    started(wizard.begin());
    wizard.update(Input::Ended(Err(NotEnrolled::BeingErased)));
    started(touch(&mut wizard, EnrolTouch::Retry));
    wizard.update(Input::Ended(Err(NotEnrolled::Uninvited)));
    touch(&mut wizard, EnrolTouch::Back);
    touch(&mut wizard, EnrolTouch::Way(0));
    type_in(&mut wizard, CODE);
    assert!(started(touch(&mut wizard, EnrolTouch::Submit)).invited.is_some());
    assert!((0..3).all(|step| line(&wizard, step).mark != Mark::Good), "nothing of it is done yet");
}
