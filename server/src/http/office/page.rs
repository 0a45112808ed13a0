//! The frame of every page.

use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, FixedOffset, Utc};
use maud::{DOCTYPE, Markup, PreEscaped, html};

const JAPAN: i32 = 9 * 3_600;
const STYLE: &str = "
:root{color-scheme:light}*{box-sizing:border-box}
body{margin:0;font:16px/1.7 system-ui,'Noto Sans JP','Hiragino Sans',sans-serif;color:#1c2430;background:#f6f7f9}
header{background:#1f3a5f;color:#fff;padding:.6rem 1.2rem}header b{font-size:1.05rem}
nav{display:flex;flex-wrap:wrap;gap:.2rem 1rem}nav a{color:#dfe9f5;padding:.2rem 0}nav a[aria-current]{color:#fff;font-weight:700}
main{max-width:70rem;margin:0 auto;padding:1.2rem}h1{font-size:1.4rem;margin:.2rem 0 1rem}h2{font-size:1.1rem;margin-top:2rem}
table{border-collapse:collapse;width:100%;background:#fff}th,td{text-align:left;vertical-align:top;padding:.5rem .7rem;border-bottom:1px solid #dde2e8}
th{background:#eef1f5;font-weight:600;white-space:nowrap}.scroll{overflow-x:auto}
form{display:inline-flex;flex-wrap:wrap;gap:.5rem;align-items:end;margin:.2rem 0}label{display:block}
input,select,button{font:inherit;padding:.4rem .7rem;border:1px solid #8a96a5;border-radius:.3rem;background:#fff;min-height:2.6rem}
button{background:#1f3a5f;color:#fff;border-color:#1f3a5f;cursor:pointer}button.danger{background:#a01c1c;border-color:#a01c1c}
.done{background:#e3f1e5;border-left:.3rem solid #2b6e36;padding:.5rem .8rem}summary{cursor:pointer;color:#a01c1c;padding:.4rem 0}
.use{background:#fff;padding:.2rem 1rem 1rem;margin:1rem 0;border-left:.3rem solid #1f3a5f}.use h2{margin-top:.8rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem;margin:.4rem 0}dt{color:#4a5666}dd{margin:0}
.alerts{list-style:none;padding:0}.alerts>li{background:#fff;border-left:.3rem solid #a01c1c;padding:.3rem 1rem;margin:.6rem 0}
.code{font:700 2rem/1.6 ui-monospace,monospace;letter-spacing:.06em;background:#fff;padding:.6rem 1rem}
.note{color:#4a5666}.warn{color:#8a1010;font-weight:600}code{font-size:.9em;overflow-wrap:anywhere}
";

/// Which page, for the line of links.
const PAGES: [(&str, &str); 7] = [
    ("/office", "住民"),
    ("/office/cards", "カード"),
    ("/office/staff", "職員"),
    ("/office/tablets", "タブレット"),
    ("/office/break-glass", "緊急閲覧"),
    ("/office/usage", "利用状況"),
    ("/office/log", "操作記録"),
];

/// A page under `path`.
pub(super) fn page(path: &str, title: &str, content: &Markup) -> Response {
    let markup = html! {
        (DOCTYPE)
        html lang="ja" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " | かかり 地域事務局" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header {
                    b { "かかり 地域事務局" }
                    nav aria-label="ページ" {
                        @for (link, name) in PAGES {
                            a href=(link) aria-current=[(link == path).then_some("page")] { (name) }
                        }
                    }
                }
                main { h1 { (title) } (content) }
            }
        }
    };
    ([(CONTENT_TYPE, "text/html; charset=utf-8")], markup.into_string()).into_response()
}

/// A page that says why not.
pub(super) fn refused(status: StatusCode, words: &str) -> Response {
    let content = html! { p .warn { (words) } p { a href="/office" { "戻る" } } };
    (status, page("", "できませんでした", &content)).into_response()
}

/// A moment in Japan's time.
pub(super) fn moment(at: DateTime<Utc>) -> String {
    match FixedOffset::east_opt(JAPAN) {
        Some(japan) => at.with_timezone(&japan).format("%Y-%m-%d %H:%M").to_string(),
        None => at.to_rfc3339(),
    }
}

/// The same, or a dash.
pub(super) fn moment_or_dash(at: Option<DateTime<Utc>>) -> String {
    at.map_or_else(|| "—".to_owned(), moment)
}

/// What the office's log says, in Japanese; what is not known here stays as it is.
pub(super) fn act(what: &str) -> String {
    let (head, word) = what.rsplit_once(' ').unwrap_or(("", what));
    let words = match (what, head) {
        ("region made", _) => "地域を作成",
        ("card registered", _) => "カードを登録",
        ("card lost", _) => "カードを紛失に",
        ("card replaced", _) => "カードを再発行",
        ("number-only card registered", _) => "番号のみのカードを登録",
        ("number-only card lost", _) => "番号のみのカードを紛失に",
        ("number-only card replaced", _) => "番号のみのカードを再発行",
        ("number-only card mistaken", _) => "番号のみのカードの登録を取消",
        ("number-only card gets a key", _) => "FeliCaカードへの鍵の書き込みを開始",
        ("copy for card", _) => "カードに記録の写しを書き込み",
        ("staff added", _) => "職員を追加",
        ("staff left", _) => "職員が退職",
        ("staff card registered", _) => "職員カードを登録",
        ("staff card lost", _) => "職員カードを紛失に",
        ("tablet invited", _) => "タブレットを招待",
        ("tablet enrolled", _) => "タブレットを登録",
        ("tablet revoked", _) => "タブレットを失効",
        ("tablet erased", _) => "タブレットの消去が完了",
        ("wipe ordered", _) => "タブレットの消去を指示",
        ("wipe countersigned", _) => "消去の指示に二人目が署名",
        ("officer added", _) => "署名担当者を追加",
        ("document taken", _) => "文書を受け入れ",
        ("certificate renewed", _) => "証明書を更新",
        ("office certificate issued", _) => "事務局の証明書を発行",
        ("office certificates revoked", _) => "事務局の証明書を失効",
        ("sender certificate issued", _) => "送信元の証明書を発行",
        ("sender certificates revoked", _) => "送信元の証明書を失効",
        ("vault epoch made", _) => "保管鍵を更新",
        ("vault epoch retired", _) => "古い保管鍵を廃止",
        ("records sealed anew", _) => "記録の封じ直しを依頼",
        ("generation begun", _) => "配信の世代を開始",
        ("one-time code given", _) => "開始コードを発行",
        ("break-glass reviewed: justified", _) => "緊急閲覧を確認(問題なし)",
        ("break-glass reviewed: questioned", _) => "緊急閲覧を確認(確認が必要)",
        ("alert seen to", _) => "お知らせを確認",
        ("audit rows in conflict", _) => "閲覧記録の不一致(要確認)",
        (_, "number-only cards imported:") => return format!("番号のみのカードを一括登録({word}枚)"),
        (_, "consent") => return format!("同意: {}", state(word)),
        (_, "status") => return format!("住民の状態: {}", state(word)),
        (_, "resident added, consent") => return format!("住民を追加(同意: {})", state(word)),
        _ => what,
    };
    words.to_owned()
}

/// A state's word in the database, in Japanese.
pub(super) fn state(word: &str) -> &str {
    match word {
        "given" => "同意あり",
        "withdrawn" => "撤回",
        "absent" => "未確認",
        "resident" => "居住",
        "moved" => "転出",
        "deceased" => "死亡",
        "active" => "有効",
        "lost" => "紛失",
        "replaced" => "再発行済",
        "mistaken" => "登録取消",
        "left" => "退職",
        "invited" => "招待中",
        "revoked" => "失効",
        "wiping" => "消去指示中",
        "wiped" => "消去済",
        other => other,
    }
}
