//! What the page says.

use super::*;

#[test]
fn each_step_says_what_it_verified_and_the_rest_says_not_yet() {
    let mut wizard = working();
    assert!(page(&wizard).steps.iter().all(|line| line.mark == Mark::Unknown && line.value == "まだ"));
    let by = |pinned| Verified::Invited(Some(By::Network { server: SERVER.to_owned(), pinned }));
    wizard.update(Input::Verified(by(true)));
    assert_eq!(line(&wizard, 0).value, format!("{SERVER} が受け付けました"));
    assert_eq!(line(&wizard, 1).value, "招待に書かれた鍵と一致");
    wizard.update(Input::Verified(by(false)));
    assert_eq!(line(&wizard, 1).value, "コードだけで確認(鍵の照合なし)", "what was not compared is not said to match");
    wizard.update(Input::Verified(Verified::Invited(None)));
    assert_eq!(line(&wizard, 1).mark, Mark::Caution, "nor what nobody noted");
    wizard.update(Input::Verified(Verified::Enrolled(enrolled(false))));
    assert_eq!((line(&wizard, 3).mark, line(&wizard, 2).mark), (Mark::Caution, Mark::Good));
    wizard.update(Input::Verified(Verified::Enrolled(enrolled(true))));
    assert_eq!(line(&wizard, 3).value, "kita-1 / 北町救急1");
    wizard.update(Input::Verified(Verified::Store));
    wizard.update(Input::Verified(Verified::Roster(0)));
    assert_eq!(line(&wizard, 5).mark, Mark::Caution);
    wizard.update(Input::Verified(Verified::Records { here: 33_510, of: 33_513 }));
    assert_eq!(line(&wizard, 6).mark, Mark::Caution, "some were set aside");
    wizard.update(Input::Verified(Verified::Records { here: 33_513, of: 33_513 }));
    assert_eq!(line(&wizard, 6).value, "33,513人(配信 33,513人)を数えました");
}

#[test]
fn progress_is_of_bytes_that_are_here_and_ends_at_the_whole() {
    let mut wizard = working();
    let progress = |wizard: &Wizard| match page(wizard).stage {
        EnrolmentStage::Working(progress) => progress,
        _ => panic!("not at work"),
    };
    assert_eq!((progress(&wizard).words.as_str(), progress(&wizard).permille), ("招待を確かめています", None));
    wizard.update(Input::Doing(Doing::Feed));
    let step = |done| StepProgress { step: Step::Snapshot, done, of: 41_900_000 };
    wizard.update(Input::Progress(step(12_300_000)));
    assert_eq!((progress(&wizard).figures.as_str(), progress(&wizard).permille), ("12.3 MB / 41.9 MB", Some(293)));
    wizard.update(Input::Progress(StepProgress { step: Step::Snapshot, done: 5, of: 0 }));
    assert_eq!(progress(&wizard).permille, None, "nothing is divided by nothing");
    wizard.update(Input::Progress(step(41_900_001)));
    assert_eq!(progress(&wizard).permille, Some(1000));
    let words =
        Words { ja: "通信が途中で切れました。".to_owned(), en: "the connection broke off".to_owned() };
    wizard.update(Input::Again(words));
    assert_eq!(page(&wizard).notice.unwrap().sentence, "通信が途中で切れました");
    wizard.update(Input::Progress(step(1)));
    assert_eq!(page(&wizard).notice, None);
}

#[test]
fn everything_is_said_in_english_too_and_the_look_is_kept() {
    let mut wizard = stopped(refused(EnrolRefusal::Used));
    let speak = wizard.update(Input::Touched(Touch::Speak(Language::English)));
    assert!(matches!(speak, Some(Effect::KeepLook(look)) if look.language == Language::English));
    let switch = wizard.update(Input::Touched(Touch::SwitchTheme));
    assert!(matches!(switch, Some(Effect::KeepLook(look)) if look.theme == Theme::Night));
    assert_eq!(wizard.view().look.theme, Theme::Night);
    assert_eq!(page(&wizard).notice.unwrap().sentence, "Another tablet has used this invitation");
    let outcome = Outcome { waits: Some(Waits::ForTomorrow), ..Outcome::default() };
    let english = Look { language: Language::English, ..Look::default() };
    let mut pages = Vec::new();
    let mut fresh = Wizard::new(english, Offers::default(), Vec::new());
    pages.push(page(&fresh));
    fresh.update(Input::Found(Found { invitations: vec![("a.txt".to_owned(), invitation())], bundle: Some(bundle()) }));
    pages.push(page(&fresh));
    touch(&mut fresh, EnrolTouch::Way(1));
    touch(&mut fresh, EnrolTouch::Submit);
    pages.push(page(&fresh));
    type_in(&mut fresh, CODE);
    touch(&mut fresh, EnrolTouch::Submit);
    for why in [
        broken(),
        NotEnrolled::BeingErased,
        NotEnrolled::Uninvited,
        NotEnrolled::NotFilled(NotFilled::of(&outcome)),
        refused(EnrolRefusal::UnknownForm),
    ] {
        fresh.stage = Stage::Stopped { order: Order::by(Invited::Network(invitation())), why: Box::new(why) };
        pages.push(page(&fresh));
    }
    for verified in [
        Verified::Invited(Some(By::Bundle)),
        Verified::Enrolled(Enrolled { vehicle: "Kita 1".to_owned(), ..enrolled(false) }),
        Verified::Store,
        Verified::Roster(0),
        Verified::Records { here: 1, of: 1 },
    ] {
        fresh.update(Input::Verified(verified));
        pages.push(page(&fresh));
    }
    fresh.stage = Stage::Ready(Ready { records: 1, staff: 0 });
    pages.push(page(&fresh));
    fresh.stage = Stage::Choose;
    pages.push(page(&fresh));
    for page in pages {
        let told = spoken(&page);
        assert!(told.is_ascii(), "{told}");
    }
}

/// Every word of a page.
fn spoken(page: &EnrolmentView) -> String {
    let steps = page.steps.iter().map(|line| format!("{} {}", line.label, line.value));
    let notice = page.notice.iter().map(|notice| format!("{} {}", notice.sentence, notice.next_step));
    let stage = match &page.stage {
        EnrolmentStage::Choose(ways) => ways.iter().map(|way| format!("{} {}", way.words, way.detail)).collect(),
        EnrolmentStage::Working(progress) => format!("{} {}", progress.words, progress.figures),
        _ => String::new(),
    };
    let words = [page.title.clone(), page.prompt.clone(), stage];
    words.into_iter().chain(steps).chain(notice).collect::<Vec<_>>().join(" | ")
}

#[test]
fn no_code_is_in_anything_that_is_printed() {
    let mut wizard = with_everything();
    touch(&mut wizard, EnrolTouch::Way(0));
    type_in(&mut wizard, CODE);
    let mut printed = format!("{wizard:?} {:?} {:?}", page(&wizard), wizard.view());
    let effect = touch(&mut wizard, EnrolTouch::Submit);
    printed += &format!("{effect:?} {wizard:?}");
    wizard.update(Input::Ended(Err(broken())));
    printed += &format!("{wizard:?}");
    for part in ["8K2M", "4XYZ", "0001"] {
        assert!(!printed.contains(part), "{printed}");
    }
}
