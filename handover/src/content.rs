//! What stands on the page, from top to bottom.

use chrono::{DateTime, NaiveDate, Utc};
use kakari_record::alerts::alerts;
use kakari_record::display;
use kakari_record::handover::Chosen;
use kakari_record::language::Language;
use kakari_record::model::Summary;
use zeroize::Zeroizing;

use crate::draw;
use crate::faces::Faces;
use crate::lines::Run;
use crate::sections::sections;
use crate::sheet::{Kind, Look, Mark, Row, Sheet};
use crate::style::{AMBER, DARK, INK, RED, SECOND, Style, WHITE};

/// 「救急サマリー(引き継ぎ)」
pub(crate) const TITLE: &str = "救急サマリー(引き継ぎ)";
const NO_ALERTS: &str = "記載から拾えた注意はありません(なしの確認ではありません)";
const NO_GLYPH: &str = "□は、この端末の字体にない文字です(外字)。氏名などは原本で確かめてください";

/// Who made the page, and when.
#[derive(Clone, Debug)]
pub struct Made {
    /// When; it stands at the foot of each page.
    pub at: DateTime<Utc>,
    /// 「北町救急1」
    pub vehicle: String,
    /// True for a training store: 訓練 lies under everything.
    pub training: bool,
}

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NotMade {
    /// A font of the program does not open.
    #[error("the fonts of the page do not open")]
    Font,
    /// The PDF could not be put together.
    #[error("the page could not be made")]
    Pdf,
}

/// The A4 page of what was chosen, as PDF (PDF/UA-1, so that its words come back in the order in which they are read).
/// Of a withdrawn record it says that alone.
///
/// # Errors
///
/// There is no known way to get one.
pub fn paper(chosen: &Chosen, made: &Made, faces: &Faces) -> Result<Zeroizing<Vec<u8>>, NotMade> {
    let today = display::day_of(made.at);
    let mut sheet = Sheet::new(faces);
    let running = if chosen.is_withdrawn() {
        withdrawn(&mut sheet, chosen);
        String::new()
    } else {
        whole(&mut sheet, chosen, today);
        running_head(chosen.summary())
    };
    if draws_a_box(&sheet) {
        sheet.gap(4.0);
        sheet.band(Kind::Words, &[line(NO_GLYPH, Style::regular(8.5))]);
    }
    draw::pdf(sheet, made, &running, faces).map(Zeroizing::new)
}

fn withdrawn(sheet: &mut Sheet<'_>, chosen: &Chosen) {
    sheet.band(Kind::Title, &[line(TITLE, Style::regular(11.0).in_color(SECOND))]);
    sheet.gap(12.0);
    let words = display::consent(&chosen.summary().consent, Language::Japanese);
    let look = Look { edge: Some((INK, 1.5)), ..Look::default() };
    sheet.band(Kind::Words, &[Row { look: Some(look), ..line(&words, Style::bold(13.0)) }]);
}

fn whole(sheet: &mut Sheet<'_>, chosen: &Chosen, today: NaiveDate) {
    let summary = chosen.summary();
    banner(sheet, summary, today);
    for words in chosen.first_words() {
        sheet.gap(4.0);
        band(sheet, &[Run::new(words, Style::bold(11.0).in_color(WHITE))], DARK);
    }
    strip(sheet, summary);
    sheet.gap(8.0);
    for (title, rows) in sections(chosen, today) {
        sheet.section(title, &rows);
    }
    sheet.gap(4.0);
    if let Some(words) = chosen.last_words() {
        sheet.band(Kind::Words, &[line(&words, Style::regular(9.5))]);
    }
}

/// Who it is, and how old what is known of them is.
fn banner(sheet: &mut Sheet<'_>, summary: &Summary, today: NaiveDate) {
    let identity = &summary.identity;
    sheet.band(Kind::Title, &[line(TITLE, Style::regular(9.5).in_color(SECOND))]);
    sheet.gap(2.0);
    let birth = identity
        .birth_date
        .map_or_else(|| "生年月日 未記録".to_owned(), |item| display::birth_date(item, Language::Japanese));
    let mut rows = vec![
        Row {
            runs: vec![Run::new(identity.kana.clone().unwrap_or_default(), Style::regular(10.0).in_color(SECOND))],
            look: None,
            indent: 0.0,
        },
        Row {
            runs: vec![
                Run::new(identity.name.clone(), Style::bold(22.0)),
                Run::new(format!("   {}", display::sex_age(identity, today, Language::Japanese)), Style::bold(15.0)),
                Run::new(format!("   {birth}"), Style::regular(12.0)),
            ],
            look: None,
            indent: 0.0,
        },
    ];
    rows.retain(|row| row.runs.iter().any(|run| !run.text.is_empty()));
    let more = [
        identity.number.as_ref().map(|number| format!("番号 {}", display::common_number(number))),
        identity.address.clone(),
        (!identity.phones.is_empty()).then(|| format!("電話 {}", identity.phones.join(" / "))),
        identity
            .blood_type
            .as_ref()
            .map(|blood| format!("血液型 {} ({})", blood.text, display::origin(&blood.origin, Language::Japanese))),
    ];
    let more: Vec<String> = more.into_iter().flatten().collect();
    if !more.is_empty() {
        rows.push(line(&more.join("   "), Style::regular(9.5)));
    }
    let consent = display::consent(&summary.consent, Language::Japanese);
    rows.push(line(&format!("{}   {consent}", as_of(summary, today)), Style::bold(9.5)));
    sheet.band(Kind::Words, &rows);
}

/// 「情報 4日前(11/16) 2026/11/16 さくら医院」
fn as_of(summary: &Summary, today: NaiveDate) -> String {
    let day = display::day_of(summary.as_of);
    let source = summary.source.as_deref().unwrap_or("出所不明");
    format!(
        "情報 {} {} {source}",
        display::date(day.into(), Language::Japanese),
        display::relative_day(day.into(), today, Language::Japanese)
    )
}

/// Every alert in a band, the worst first.
fn strip(sheet: &mut Sheet<'_>, summary: &Summary) {
    let found = alerts(summary, Language::Japanese);
    sheet.gap(5.0);
    for alert in &found {
        let (ground, ink) = if alert.critical { (RED, WHITE) } else { (AMBER, INK) };
        let words = format!("{} {}", alert.mark(), alert.label);
        let runs = [
            Run::new(words, Style::bold(12.0).in_color(ink)),
            Run::new(format!("  {}", alert.reason), Style::bold(11.0).in_color(ink)),
        ];
        band(sheet, &runs, ground);
        sheet.gap(2.0);
    }
    if found.is_empty() && !summary.leaves_out() {
        sheet.band(Kind::Words, &[line(NO_ALERTS, Style::regular(10.0))]);
    }
    if summary.leaves_out() {
        sheet.band(Kind::Words, &[line(display::ALERTS_LEFT_OUT, Style::regular(9.5))]);
    }
}

fn band(sheet: &mut Sheet<'_>, runs: &[Run], ground: (u8, u8, u8)) {
    let look = Look { fill: Some(ground), ..Look::default() };
    let runs = runs.iter().map(|run| Run::new(run.text.clone(), run.style)).collect();
    sheet.band(Kind::Words, &[Row { runs, look: Some(look), indent: 0.0 }]);
}

fn line(words: &str, style: Style) -> Row {
    Row { runs: vec![Run::new(words, style)], look: None, indent: 0.0 }
}

/// On every page but the first: 「山田 花子 (ヤマダ ハナコ) 昭和15年(1940) 3月5日 情報 2026/11/16 さくら医院」
fn running_head(summary: &Summary) -> String {
    let identity = &summary.identity;
    let kana = identity.kana.as_ref().map(|kana| format!(" ({kana})")).unwrap_or_default();
    let birth = identity
        .birth_date
        .map_or_else(|| "生年月日 未記録".to_owned(), |item| display::birth_date(item, Language::Japanese));
    let day = display::date(display::day_of(summary.as_of).into(), Language::Japanese);
    format!("{}{kana}   {birth}   情報 {day}", identity.name)
}

fn draws_a_box(sheet: &Sheet<'_>) -> bool {
    let missing = |mark: &Mark| match mark {
        Mark::Text { line, .. } => line.iter().any(|one| one.drawn.is_some_and(|drawn| drawn.missing)),
        Mark::Area { .. } => false,
    };
    sheet.pages.iter().flatten().any(missing)
}
