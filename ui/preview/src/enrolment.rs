//! A tablet becomes one of a region. No session drives this page, so its views are made here.

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
    let prompt = match &stage {
        EnrolmentStage::Choose(_) => say.say("登録の方法を選んでください", "Choose how to enrol"),
        EnrolmentStage::Code { .. } => {
            say.say("招待コード(12文字)を入力してください", "Enter the 12-character invitation code")
        }
        EnrolmentStage::Working(_) => say.say("そのままお待ちください", "Please wait"),
        EnrolmentStage::Stopped { .. } => say.say("途中で止まりました", "It stopped before its end"),
        EnrolmentStage::Ready => say.say("この端末は使えます", "This tablet is ready"),
    };
    let stopped = matches!(stage, EnrolmentStage::Stopped { .. }) || case == Case::Extreme;
    let body = EnrolmentView {
        title: say.say("端末の登録", "Tablet enrolment").to_owned(),
        prompt: prompt.to_owned(),
        steps: steps(say, case, &stage),
        stage,
        notice: stopped.then(|| notice(say)),
    };
    let (training, dim, card_seen, scene) = (false, false, false, Scene::default());
    View { bar: Bar::default(), screen: Screen::Enrolment(Box::new(body)), training, look, dim, card_seen, scene }
}

fn steps(say: Language, case: Case, stage: &EnrolmentStage) -> Vec<StateLine> {
    let done = match stage {
        EnrolmentStage::Choose(_) | EnrolmentStage::Code { .. } => 0,
        EnrolmentStage::Working(_) | EnrolmentStage::Stopped { .. } => case.pick(1, 3, 5),
        EnrolmentStage::Ready => 6,
    };
    let steps = [
        (say.say("招待", "Invitation"), say.say("北町消防組合 kita-1", "kita-1 of 北町消防組合")),
        (say.say("地域の鍵", "Region's key"), "SHA-256 5F3A 91C0 77DE 0B42"),
        (say.say("端末の証明書", "Tablet's certificate"), say.say("365日有効", "valid for 365 days")),
        (say.say("名簿", "Roster"), say.say("職員 214人", "214 staff")),
        (say.say("登録者", "Residents"), say.say("33,513人", "33,513")),
        (say.say("最初の同期", "First sync"), say.say("署名を確かめました", "signatures verified")),
    ];
    let line = |(at, (label, value)): (usize, (&str, &str))| StateLine {
        label: label.to_owned(),
        value: if at < done { value.to_owned() } else { String::new() },
        mark: if at < done { Mark::Good } else { Mark::Unknown },
    };
    steps.into_iter().enumerate().map(line).collect()
}

fn notice(say: Language) -> Notice {
    let words = say.say(
        (
            "地域の署名が招待と合いません",
            "招待を出した地域事務局に連絡してください。ここまでの手順はやり直さずに続けられます",
        ),
        (
            "The region's signature does not fit the invitation",
            "Call the regional office. What is done so far stays done",
        ),
    );
    Notice { mark: Mark::Bad, sentence: words.0.to_owned(), next_step: words.1.to_owned(), stays: false }
}

fn choose(say: Language, case: Case) -> EnrolmentStage {
    let long = "https://kakari.kitamachi-kouiki-shoubou-kumiai.example.jp:8443";
    let network = case.pick("https://region.example", "https://region.example", long);
    let stick = say.say(("USBの中に見つかりました", "USBが見つかりません"), ("Found on the stick", "No stick found"));
    let way = |words: &str, detail: &str, enabled| EnrolmentWay { words: words.into(), detail: detail.into(), enabled };
    let with_stick = case != Case::Empty;
    EnrolmentStage::Choose(vec![
        way(say.say("ネットワークで登録", "By network"), network, true),
        way(say.say("USBで登録", "By USB stick"), if with_stick { stick.0 } else { stick.1 }, with_stick),
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
    EnrolmentStage::Working(ProgressView {
        words: say.say("全件データを受け取っています", "Receiving all records").to_owned(),
        figures: case.pick("", "12.3 / 41.9 MB", "1,040.2 / 1,041.9 MB").to_owned(),
        permille: case.pick(None, Some(294), Some(998)),
    })
}
