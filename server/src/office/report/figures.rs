//! The figures of a report: their names in the words of a town hall, and what each counts. The page, the download and the
//! command show the same ones.

use kakari_record::audit::usage::Usage;
use kakari_record::audit::{AuditBasis, BreakGlassReason, CardRefusal, HandoverWay};

use super::Report;
use crate::office::review::Reviewed;

/// What a figure is made from.
#[derive(Clone, Copy)]
pub struct Of<'a> {
    /// From the tablets' audit.
    pub usage: &'a Usage,
    /// From the office's reviews.
    pub reviewed: Reviewed,
}

/// One figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// So many.
    Count(u64),
    /// So many of so many.
    Share(u64, u64),
    /// So many milliseconds; none when it was never timed.
    Milliseconds(Option<u32>),
    /// So many seconds; none when none is known.
    Seconds(Option<u64>),
}

/// A figure and what is said of it.
pub struct Figure {
    /// Which part of the page it belongs to.
    pub part: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What it counts.
    pub counts: &'static str,
    /// Whether it is one of the few that are compared from tablet to tablet.
    pub main: bool,
    value: fn(&Of<'_>) -> Value,
}

impl Figure {
    /// The figure of these.
    pub fn of(&self, of: &Of<'_>) -> Value {
        (self.value)(of)
    }
}

const fn figure(part: &'static str, name: &'static str, counts: &'static str, value: fn(&Of<'_>) -> Value) -> Figure {
    Figure { part, name, counts, main: false, value }
}

const fn main(part: &'static str, name: &'static str, counts: &'static str, value: fn(&Of<'_>) -> Value) -> Figure {
    Figure { part, name, counts, main: true, value }
}

use Value::{Count, Milliseconds, Seconds, Share};

const WAY: &str = "試みから表示まで";
const NOT: &str = "表示に至らなかったもの";
const TIME: &str = "表示までの時間";
const AGE: &str = "表示した情報の古さ";
const HANDED: &str = "申し送り";
const SECTION: &str = "搬送先・欠けた項目";
const GLASS: &str = "緊急閲覧(カードなし)";
const TABLET: &str = "端末";

/// Every figure, in the order of the page.
pub const FIGURES: &[Figure] = &[
    main(
        WAY,
        "読取・検索を試みた",
        "カードを読取機に置いた回数と緊急閲覧を始めた回数の合計。途中で離れて読めなかったカードは数えません。",
        |of| Count(of.usage.funnel.tried),
    ),
    main(
        WAY,
        "地域のカードだった",
        "置かれたカードのうち、この地域のカード。カードなしの検索は含みません。",
        |of| Count(of.usage.funnel.card),
    ),
    main(WAY, "カードなし(緊急閲覧)", "カードなしで検索するために緊急閲覧を始めた回数。", |of| Count(break_glass(of))),
    main(
        WAY,
        "記録が見つかった",
        "本人確認の画面まで進んだ回数。カードでも検索でも数えます。",
        |of| Count(of.usage.funnel.found),
    ),
    figure(WAY, "本人同意で表示", "本人の同意を根拠に要約を表示した回数。", |of| {
        basis(of, AuditBasis::PatientConsents)
    }),
    figure(WAY, "家族の求めで表示", "家族の求めを根拠に要約を表示した回数。", |of| {
        basis(of, AuditBasis::FamilyAsks)
    }),
    figure(
        WAY,
        "意識なし・緊急で表示",
        "本人にも家族にも確認できず、緊急を根拠に要約を表示した回数。",
        |of| basis(of, AuditBasis::Emergency),
    ),
    main(WAY, "要約を表示した", "要約が画面に出た回数(事案の数)。", |of| {
        Count(of.usage.funnel.shown)
    }),
    figure(WAY, "うちカードで", "要約を表示した回数のうち、カードで見つけたもの。", |of| Count(of.usage.by_card)),
    figure(
        WAY,
        "うち未認証のカードで",
        "カードで見つけたもののうち、番号を示すだけで本物と確かめられないカード(カード未認証)によるもの。",
        |of| Count(of.usage.unproven),
    ),
    figure(
        WAY,
        "うちカード内の写しで",
        "カードで見つけたもののうち、端末の記録ではなく、カードに書かれた写しを読んだもの。",
        |of| Count(of.usage.copies),
    ),
    figure(
        WAY,
        "うちカードなしの検索で",
        "要約を表示した回数のうち、検索で見つけたもの。",
        |of| Count(of.usage.without_card),
    ),
    main(NOT, "該当なし", "地域のカードだが、端末にその人の記録がなかった回数。", |of| {
        refused(of, &[CardRefusal::NothingStored])
    }),
    main(NOT, "断ったカード", "使えないカードとして断った回数。内訳は下の6行です。", |of| refused(of, &REFUSALS)),
    figure(
        NOT,
        "登録と違うカード",
        "その人のカードとして登録されていないカード。",
        |of| refused(of, &[CardRefusal::NotRegistered]),
    ),
    figure(NOT, "紛失・再発行で無効", "紛失または再発行で無効になったカード。", |of| {
        refused(of, &[CardRefusal::Revoked])
    }),
    figure(NOT, "有効期間外", "証明書の有効期間の外で使われたカード。", |of| {
        refused(of, &[CardRefusal::NotValidToday])
    }),
    figure(NOT, "別の地域・偽造", "ほかの地域のカード、または偽造。", |of| {
        refused(of, &[CardRefusal::OtherRegion])
    }),
    figure(NOT, "かかりのカードではない", "交通系など、ほかの種類のカード。", |of| {
        refused(of, &[CardRefusal::NotOurs])
    }),
    figure(NOT, "同意の撤回", "同意が撤回されていて、何も表示しなかったカード。", |of| {
        refused(of, &[CardRefusal::ConsentWithdrawn])
    }),
    figure(
        NOT,
        "読み取れなかった",
        "カードが早く離れた、応答しなかった、または記録が開かなかった回数。",
        |of| refused(of, &[CardRefusal::Torn, CardRefusal::NotOpened]),
    ),
    figure(
        NOT,
        "別人・不明で閉じた",
        "本人確認の画面で「別人・不明」が押された回数。",
        |of| Count(of.usage.other_person),
    ),
    figure(
        TIME,
        "本人確認まで(中央値)",
        "カードを認識、または候補を選んでから、本人確認の画面が出るまで。半数はこの時間以内です。",
        |of| Milliseconds(of.usage.to_check.median_ms),
    ),
    figure(TIME, "本人確認まで(95%)", "同じ時間。100回のうち95回はこの時間以内です。", |of| {
        Milliseconds(of.usage.to_check.p95_ms)
    }),
    main(
        TIME,
        "要約まで(中央値)",
        "同じ起点から要約が出るまで。隊員が本人を確認する時間を含みます。",
        |of| Milliseconds(of.usage.to_summary.median_ms),
    ),
    figure(TIME, "要約まで(95%)", "同じ時間。100回のうち95回はこの時間以内です。", |of| {
        Milliseconds(of.usage.to_summary.p95_ms)
    }),
    figure(AGE, "1時間未満", "表示したとき、情報が作られてから1時間未満だった回数。", |of| Count(of.usage.ages.hour)),
    figure(AGE, "1時間以上1日未満", "同じく1時間以上1日未満。", |of| Count(of.usage.ages.day)),
    figure(AGE, "1日以上7日未満", "同じく1日以上7日未満。", |of| Count(of.usage.ages.week)),
    figure(AGE, "7日以上30日未満", "同じく7日以上30日未満。", |of| Count(of.usage.ages.month)),
    figure(AGE, "30日以上", "同じく30日以上。", |of| Count(of.usage.ages.older)),
    figure(AGE, "不明", "端末の時計が信じられず、古さが分からなかった回数。", |of| {
        Count(of.usage.ages.unknown)
    }),
    figure(
        AGE,
        "古さの中央値",
        "古さが分かる表示の半数は、これより新しい情報でした。",
        |of| Seconds(of.usage.ages.median_seconds),
    ),
    figure(
        AGE,
        "通信のない状態で表示",
        "サーバーと10分以上連絡がないときに表示した割合。分かるものだけを分母にします。",
        |of| Share(of.usage.offline, of.usage.offline_known),
    ),
    main(
        HANDED,
        "申し送りをした事案",
        "要約を表示した事案のうち、何らかの方法で申し送りをした割合。",
        |of| Share(of.usage.cases_handed_over, of.usage.cases),
    ),
    figure(HANDED, "読み上げ", "声で申し送りをした回数。", |of| way(of, HandoverWay::Spoken)),
    figure(HANDED, "QRコード", "画面のQRコードで渡した回数。", |of| way(of, HandoverWay::Qr)),
    figure(HANDED, "電子文書", "FHIR文書を保存した回数。", |of| way(of, HandoverWay::Document)),
    figure(HANDED, "A4の紙面", "A4の紙面(PDF)を保存した回数。", |of| way(of, HandoverWay::Paper)),
    figure(
        SECTION,
        "搬送先が変わった",
        "事案の後に「搬送先が変わったか」に答えた事案のうち、変わった割合。",
        |of| Share(of.usage.destination_changed, of.usage.destination_asked),
    ),
    figure(
        SECTION,
        "表示できない項目があった",
        "要約の項目が表示できなかった延べ回数。内訳は下の表です。",
        |of| Count(of.usage.missing.values().sum()),
    ),
    figure(GLASS, "理由: 意識障害", "この理由で緊急閲覧を始めた回数。", |of| {
        reason(of, BreakGlassReason::Unconscious)
    }),
    figure(GLASS, "理由: 心肺停止", "同じく。", |of| reason(of, BreakGlassReason::CardiacArrest)),
    figure(GLASS, "理由: カード不携帯", "同じく。", |of| reason(of, BreakGlassReason::NoCardWithPatient)),
    figure(GLASS, "理由: カード破損", "同じく。", |of| reason(of, BreakGlassReason::CardBroken)),
    figure(GLASS, "理由: 家族の求め", "同じく。", |of| reason(of, BreakGlassReason::FamilyAsks)),
    figure(GLASS, "理由: その他", "同じく。", |of| reason(of, BreakGlassReason::Other)),
    figure(GLASS, "検索", "結果を返した検索の回数。", |of| Count(of.usage.search.searches)),
    figure(
        GLASS,
        "うち多すぎて名前を出さず",
        "該当が多すぎて、だれの名前も出さなかった検索。",
        |of| Count(of.usage.search.too_many),
    ),
    figure(GLASS, "うち該当なし", "だれも該当しなかった検索。", |of| Count(of.usage.search.nobody)),
    figure(
        GLASS,
        "名前を出した人",
        "検索で名前を出した人数。同じ勤務で同じ人は一度だけ数えます。",
        |of| Count(of.usage.search.people),
    ),
    figure(
        GLASS,
        "生年の入力違い",
        "候補を選んだ後の生年の入力が、候補と違った回数。",
        |of| Count(of.usage.search.birth_year_wrong),
    ),
    figure(
        GLASS,
        "検索の上限",
        "一回の勤務の目安を超えて検索し、事務局に知らされた回数。",
        |of| Count(of.usage.search.limits),
    ),
    main(
        GLASS,
        "事務局の確認済み",
        "届いた緊急閲覧のうち、事務局が確認した割合。",
        |of| Share(unsigned(of.reviewed.reviewed), unsigned(of.reviewed.uses)),
    ),
    figure(
        GLASS,
        "うち確認が必要",
        "確認した緊急閲覧のうち「確認が必要」としたもの。",
        |of| Count(unsigned(of.reviewed.questioned)),
    ),
    figure(
        TABLET,
        "勤務の開始",
        "職員カードまたは開始コードで勤務に入った回数。二人目も数えます。",
        |of| Count(of.usage.shifts),
    ),
    figure(
        TABLET,
        "失敗した開始",
        "暗証番号の間違いなどで勤務に入れなかった回数。",
        |of| Count(of.usage.troubles.sign_in_failed),
    ),
    figure(TABLET, "異常終了", "アプリが正しく終わらなかった回数。", |of| {
        Count(of.usage.troubles.crashes)
    }),
    figure(
        TABLET,
        "失われた記録",
        "書き込めずに失われた閲覧記録の行。ほかの数字には含まれません。",
        |of| Count(of.usage.lost),
    ),
    figure(
        TABLET,
        "読めない記録",
        "新しい版のアプリが書き、このサーバーが読めない行。ほかの数字には含まれません。",
        |of| Count(of.usage.unreadable),
    ),
];

/// Every reason to refuse a card that says something of the card.
const REFUSALS: [CardRefusal; 6] = [
    CardRefusal::NotRegistered,
    CardRefusal::Revoked,
    CardRefusal::NotValidToday,
    CardRefusal::OtherRegion,
    CardRefusal::NotOurs,
    CardRefusal::ConsentWithdrawn,
];

fn basis(of: &Of<'_>, basis: AuditBasis) -> Value {
    Count(of.usage.basis.get(&basis).copied().unwrap_or_default())
}

fn refused(of: &Of<'_>, reasons: &[CardRefusal]) -> Value {
    Count(reasons.iter().filter_map(|reason| of.usage.refused.get(reason)).sum())
}

fn way(of: &Of<'_>, way: HandoverWay) -> Value {
    Count(of.usage.handed_over.get(&way).copied().unwrap_or_default())
}

fn reason(of: &Of<'_>, reason: BreakGlassReason) -> Value {
    Count(of.usage.search.break_glass.get(&reason).copied().unwrap_or_default())
}

fn break_glass(of: &Of<'_>) -> u64 {
    of.usage.search.break_glass.values().sum()
}

fn unsigned(count: i64) -> u64 {
    u64::try_from(count).unwrap_or_default()
}

impl Value {
    /// As people read it, in Japanese.
    pub fn words(self) -> String {
        match self {
            Count(count) => count.to_string(),
            Share(_, 0) => "—".to_owned(),
            Share(part, whole) => format!("{}%({part}/{whole})", percent(part, whole)),
            Milliseconds(Some(ms)) if ms < 1_000 => format!("{ms}ミリ秒"),
            Milliseconds(Some(ms)) => format!("{:.1}秒", f64::from(ms) / 1_000.0),
            Seconds(Some(seconds)) if seconds >= 2 * 86_400 => format!("{}日", seconds / 86_400),
            Seconds(Some(seconds)) if seconds >= 2 * 3_600 => format!("{}時間", seconds / 3_600),
            Seconds(Some(seconds)) => format!("{}分", seconds / 60),
            Milliseconds(None) | Seconds(None) => "—".to_owned(),
        }
    }
}

fn percent(part: u64, whole: u64) -> u64 {
    (part * 100 + whole / 2) / whole.max(1)
}

/// The figures as a table for other programs: a line for each month, and in it for each tablet. Comma-separated, UTF-8
/// with a byte order mark, for without it Excel takes Japanese for something else.
pub fn csv(report: &Report) -> Result<Vec<u8>, csv::Error> {
    let mut out =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer("\u{feff}".as_bytes().to_vec());
    let mut head = vec!["地域".to_owned(), "月".to_owned(), "タブレット".to_owned()];
    FIGURES.iter().for_each(|figure| head.extend(headings(figure)));
    out.write_record(head)?;
    let none = Usage::default();
    for (month, usage) in &report.usage.months {
        let reviewed = report.reviews.months.get(month).copied().unwrap_or_default();
        out.write_record(line(report, month, "全体", Of { usage, reviewed }))?;
        let reviews = report.reviews.tablets_of_months.get(month);
        for tablet in report.tablets.iter().map(|tablet| tablet.id.as_str()) {
            let usage = report.usage.tablets_of_months.get(month).and_then(|tablets| tablets.get(tablet));
            let reviewed = reviews.and_then(|tablets| tablets.get(tablet)).copied().unwrap_or_default();
            out.write_record(line(report, month, tablet, Of { usage: usage.unwrap_or(&none), reviewed }))?;
        }
    }
    out.into_inner().map_err(|error| error.into_error().into())
}

/// A share is two columns: how many, and of how many.
fn headings(figure: &Figure) -> Vec<String> {
    let name = match figure.part {
        part if part == AGE => format!("{part} {}", figure.name),
        _ => figure.name.to_owned(),
    };
    match figure.of(&Of { usage: &Usage::default(), reviewed: Reviewed::default() }) {
        Count(_) => vec![name],
        Share(..) => vec![name.clone(), format!("{name}(分母)")],
        Milliseconds(_) => vec![format!("{name}(ミリ秒)")],
        Seconds(_) => vec![format!("{name}(秒)")],
    }
}

fn line(report: &Report, month: &str, tablet: &str, of: Of<'_>) -> Vec<String> {
    let mut line = vec![report.region.clone(), month.to_owned(), tablet.to_owned()];
    for figure in FIGURES {
        match figure.of(&of) {
            Count(count) => line.push(count.to_string()),
            Share(part, whole) => line.extend([part.to_string(), whole.to_string()]),
            Milliseconds(ms) => line.push(ms.map(|ms| ms.to_string()).unwrap_or_default()),
            Seconds(seconds) => line.push(seconds.map(|seconds| seconds.to_string()).unwrap_or_default()),
        }
    }
    line
}
