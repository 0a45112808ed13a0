//! Codes as people type them.

use kakari_sync::enrol::InvitationCode;
use kakari_sync::{WireError, enrol::Invitation};

#[test]
fn a_code_is_read_however_it_is_typed() {
    let code = InvitationCode::parse("7K3M-QX9P-01AB").expect("a code");
    for typed in [
        "7k3mqx9p01ab",
        " 7K3M QX9P OIAB ",
        "7K3M‐QX9P‐oLab",
        "７Ｋ３Ｍー ＱＸ９Ｐ−０１ａｂ",
        "7K3M\u{3000}QX9P\u{3000}O1AB",
    ] {
        assert_eq!(InvitationCode::parse(typed), Ok(code.clone()), "{typed}");
    }
}

#[test]
fn what_is_no_code_is_refused() {
    for typed in
        ["", "7K3M-QX9P-01A", "7K3M-QX9P-01ABC", "7K3M-QX9P-01AU", "7K3M-QX9P-01Aあ", "----", &"A".repeat(10_000)]
    {
        assert!(InvitationCode::parse(typed).is_err(), "{typed}");
    }
}

#[test]
fn two_codes_are_never_the_same_and_never_printed() {
    let [one, two] = [(); 2].map(|()| InvitationCode::make().expect("random bytes"));
    assert_ne!(one, two);
    assert_eq!(InvitationCode::parse(&one.expose()), Ok(one.clone()));
    let invitation = Invitation { url: "https://a".to_owned(), code: one.clone(), pins: None };
    let printed = format!("{one:?} {invitation:?} {:?}", one.derive_keys());
    assert!(!one.expose().split('-').any(|group| printed.contains(group)), "{printed}");
}

#[test]
fn a_qr_of_another_kind_is_refused() {
    let hash = "0".repeat(64);
    let refused = |text: &str| Invitation::parse(text).expect_err(text);
    let code = "7K3M-QX9P-01AB";
    refused("");
    refused(&format!("kakari-enrol:2 https://a {code}"));
    refused(&format!("kakari-enrol:1 http://a {code}"));
    refused(&format!("kakari-enrol:1 https://a {code} {hash}"));
    refused(&format!("kakari-enrol:1 https://a {code} {hash} {}", "F".repeat(64)));
    refused(&format!("kakari-enrol:1 https://a {code} {hash} {hash} more"));
    assert_eq!(refused(&" ".repeat(2_000)), WireError::TooLong);
}
