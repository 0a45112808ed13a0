//! A tablet becomes one of a region. No session drives this page, so its views are made here, in the words of
//! `kakari enrol --window`.

use kakari_session::Scene;
use kakari_session::look::Look;
use kakari_session::view::{
    Bar, EnrolmentStage, EnrolmentView, EnrolmentWay, Language, Mark, Notice, ProgressView, Screen, StateLine, View,
};

use crate::Case;

/// Those of a real code: none that is taken for another.
const KEYS: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

pub(crate) const SCREENS: [crate::Screen; 5] = [
    ("enrolment", |look, case| page(look, case, choose(look.language, case))),
    ("enrolment-code", |look, case| page(look, case, code(case))),
    ("enrolment-working", |look, case| page(look, case, working(look.language, case))),
    ("enrolment-stopped", |look, case| page(look, case, EnrolmentStage::Stopped { can_retry: case != Case::Extreme })),
    ("enrolment-ready", |look, case| page(look, case, EnrolmentStage::Ready)),
];

fn page(look: Look, case: Case, stage: EnrolmentStage) -> View {
    let say = look.language;
    let done = done(case, &stage);
    let body = EnrolmentView {
        title: say.say("端末の登録", "Enrol this tablet").to_owned(),
        prompt: prompt(say, case, &stage).to_owned(),
        steps: steps(say, case, done),
        notice: notice(say, case, &stage),
        stage,
    };
    // The vehicle's name is known when the tablet belongs to a region.
    let vehicle = if done > 2 { "北町救急1" } else { "" };
    let clock = say.say("11/21(土) 09:30", "Sat 11/21 09:30").to_owned();
    let bar = Bar { vehicle: vehicle.to_owned(), clock, ..Bar::default() };
    let (training, dim, card_seen, scene) = (false, false, false, Scene::default());
    View { bar, screen: Screen::Enrolment(Box::new(body)), training, look, dim, card_seen, scene }
}

fn prompt(say: Language, case: Case, stage: &EnrolmentStage) -> &'static str {
    match stage {
        EnrolmentStage::Choose(_) => say.say("登録の方法を選んでください", "Choose how to enrol"),
        EnrolmentStage::Code { .. } => {
            say.say("招待コード(12文字)を入力してください", "Type the invitation's code (12 characters)")
        }
        EnrolmentStage::Working(_) => say.say(
            "登録しています。途中で切れても続きから始められます",
            "Enrolling. If it is cut off, it goes on from there",
        ),
        EnrolmentStage::Stopped { .. } => {
            say.say("止まりました。済んだところは残っています", "It stopped. What was done is kept")
        }
        EnrolmentStage::Ready if case == Case::Extreme => {
            say.say("登録できました: 登録者 33,513人", "Enrolled: 33,513 residents")
        }
        EnrolmentStage::Ready => say.say("使えます: 登録者 33,513人、職員 214人", "Ready: 33,513 residents, 214 staff"),
    }
}

/// How many steps are behind it.
fn done(case: Case, stage: &EnrolmentStage) -> usize {
    match stage {
        EnrolmentStage::Choose(_) | EnrolmentStage::Code { .. } => 0,
        EnrolmentStage::Working(_) => case.pick(0, 6, 6),
        // No answer, the line goes while records come, what was published is not the region's.
        EnrolmentStage::Stopped { .. } => case.pick(0, 6, 5),
        EnrolmentStage::Ready => 7,
    }
}

/// The usual tablet has a network, the extreme one comes from a stick and finds no staff on the roster.
fn steps(say: Language, case: Case, done: usize) -> Vec<StateLine> {
    let (good, caution) = (Mark::Good, Mark::Caution);
    let of = |ja: &'static str, en: &'static str, mark: Mark| (say.say(ja, en), mark);
    let by_stick = case == Case::Extreme;
    let invitation = if by_stick {
        of("USBの登録データと合いました", "Fits the enrolment on the stick", good)
    } else {
        of("https://region.example:8444 が受け付けました", "Accepted by https://region.example:8444", good)
    };
    let certificate = if by_stick {
        of(
            "tablet-003 / 北町救急1 (最初の通信で受け取ります)",
            "tablet-003 / 北町救急1 (comes at the first contact)",
            caution,
        )
    } else {
        of("tablet-001 / 北町救急1", "tablet-001 / 北町救急1", good)
    };
    let roster = if by_stick {
        of("署名を確認・職員 0人", "Signature verified, 0 staff", caution)
    } else {
        of("署名を確認・職員 214人", "Signature verified, 214 staff", good)
    };
    let counted = of("33,513人(配信 33,513人)を数えました", "33,513 counted, 33,513 published", good);
    let steps = [
        (say.say("招待", "Invitation"), invitation),
        (
            say.say("地域の鍵", "Region's keys"),
            of("コードだけで確認(鍵の照合なし)", "By the code alone (not compared with a QR)", good),
        ),
        (say.say("端末の鍵", "Tablet's keys"), of("この端末の中で作成", "Made on this tablet", good)),
        (say.say("証明書", "Certificate"), certificate),
        (say.say("保存領域", "Store"), of("暗号化して作成", "Made, encrypted", good)),
        (say.say("名簿", "Roster"), roster),
        (say.say("登録者", "Residents"), counted),
    ];
    let not_yet = of("まだ", "Not yet", Mark::Unknown);
    let line = |(at, (label, said)): (usize, (&str, (&str, Mark)))| {
        let (value, mark) = if at < done { said } else { not_yet };
        StateLine { label: label.to_owned(), value: value.to_owned(), mark }
    };
    steps.into_iter().enumerate().map(line).collect()
}

fn notice(say: Language, case: Case, stage: &EnrolmentStage) -> Option<Notice> {
    let go_on = say.say("「再開」を押してください。続きから始めます", "Press Try again. It goes on where it stopped");
    let (mark, sentence, next_step) = match (stage, case) {
        (EnrolmentStage::Code { .. }, Case::Extreme) => (
            Mark::Caution,
            say.say("コードにない文字です", "No code has this character"),
            say.say("画面のキーで入力してください", "Use the keys on the glass"),
        ),
        (EnrolmentStage::Working(_), Case::Extreme) => (
            Mark::Caution,
            say.say("サーバーに接続できません", "No connection to the server"),
            say.say("そのままお待ちください。自動で続きを取りに行きます", "Please wait. It goes on by itself"),
        ),
        (EnrolmentStage::Stopped { .. }, Case::Empty) => {
            (Mark::Caution, say.say("サーバーから応答がありません", "The server did not answer in time"), go_on)
        }
        (EnrolmentStage::Stopped { .. }, Case::Typical) => {
            (Mark::Caution, say.say("サーバーに接続できません", "No connection to the server"), go_on)
        }
        (EnrolmentStage::Stopped { .. }, Case::Extreme) => (
            Mark::Bad,
            say.say(
                "配信データに地域の署名がありません。取り込みませんでした",
                "What was offered as the feed's head is no head that a region signed",
            ),
            say.say("使わずに、地域事務局に連絡してください", "Do not use it. Call the regional office"),
        ),
        (EnrolmentStage::Ready, Case::Extreme) => (
            Mark::Caution,
            say.say("名簿に職員がいません", "There is no staff on the roster"),
            say.say(
                "地域事務局で職員カードを登録すると、次の同期のあとで使えます",
                "Once the office has registered staff cards, the next sync brings them",
            ),
        ),
        _ => return None,
    };
    Some(Notice { mark, sentence: sentence.to_owned(), next_step: next_step.to_owned(), stays: true })
}

fn choose(say: Language, case: Case) -> EnrolmentStage {
    let long = "https://kakari.kitamachi-kouiki-shoubou-kumiai.example.jp:8444";
    let network = case.pick("https://region.example:8444", "https://region.example:8444", long);
    let found = say.say("USBの中に見つかりました", "Found on the stick");
    let none = say.say("登録用のUSBを挿すと選べます", "Plug in the office's stick");
    let no_file = say.say("招待のファイルが入ったUSBを挿すと選べます", "Plug in a stick that holds one");
    let by_file = format!("invitation.txt: {long}");
    let file = case.pick(no_file, no_file, by_file.as_str());
    let stick = case.pick(none, found, found);
    let way = |words: &str, detail: &str, enabled| EnrolmentWay { words: words.into(), detail: detail.into(), enabled };
    EnrolmentStage::Choose(vec![
        way(say.say("ネットワークで登録", "Enrol over the network"), network, true),
        way(say.say("USBで登録", "Enrol from USB"), stick, case != Case::Empty),
        way(say.say("招待のファイルで登録", "Enrol by invitation file"), file, case == Case::Extreme),
    ])
}

fn code(case: Case) -> EnrolmentStage {
    let typed = case.pick("____ ____ ____", "8K2M 4___ ____", "8K2M 4WWW MMMM");
    EnrolmentStage::Code {
        typed: typed.to_owned().into(),
        keys: KEYS.chars().collect(),
        can_submit: case == Case::Extreme,
    }
}

fn working(say: Language, case: Case) -> EnrolmentStage {
    let invitation = say.say("招待を確かめています", "Checking the invitation");
    let full = say.say("全件データを受け取っています", "Fetching the full data");
    EnrolmentStage::Working(ProgressView {
        words: case.pick(invitation, full, full).to_owned(),
        figures: case.pick("", "12.3 MB / 41.9 MB", "1040.2 MB / 1041.9 MB").to_owned(),
        permille: case.pick(None, Some(293), Some(998)),
    })
}
