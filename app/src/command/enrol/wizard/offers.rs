//! The ways that can be gone from the first question.

use kakari_record::language::Language;
use kakari_session::view::EnrolmentWay;
use kakari_sync::enrol::Invitation;

use super::super::stick::{Bundle, Found};

/// What is known of where to enrol.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Offers {
    /// By the command line or the configuration: `https://host:port`.
    pub(in super::super) server: Option<String>,
    /// By the command line.
    pub(in super::super) invitation: Option<Invitation>,
    /// By the command line.
    pub(in super::super) bundle: Option<Bundle>,
    /// On the stick that is in now.
    pub(in super::super) found: Found,
}

/// A way.
#[derive(Clone, Debug)]
pub(super) enum Way {
    /// The code is typed for this server.
    Server(String),
    /// The code is typed for this stick.
    Stick(Bundle),
    /// Nothing is typed.
    Invitation(Invitation),
    /// The tablet is enrolled; its data come over the network.
    GoOn,
    /// The same from a stick.
    GoOnFrom(Bundle),
}

impl Offers {
    pub(super) fn bundle(&self) -> Option<&Bundle> {
        self.bundle.as_ref().or(self.found.bundle.as_ref())
    }

    /// The keys of the page with what each does; a key that does nothing now keeps its place and says why.
    pub(super) fn ways(&self, enrolled: bool, language: Language) -> Vec<(EnrolmentWay, Option<Way>)> {
        if enrolled { self.ways_on(language) } else { self.ways_in(language) }
    }

    fn ways_in(&self, language: Language) -> Vec<(EnrolmentWay, Option<Way>)> {
        let server = self.server.clone();
        let network = key(
            language.say("ネットワークで登録", "Enrol over the network"),
            server.as_deref(),
            language.say(
                "登録先がわかりません。招待のファイルを使ってください",
                "No address is known. Use an invitation file",
            ),
            server.clone().map(Way::Server),
        );
        let invites = self.bundle().filter(|bundle| bundle.invites).cloned();
        let bundle_detail = match self.bundle() {
            Some(_) => language.say("USBに端末の登録データがありません", "The stick holds no enrolment"),
            None => language.say("登録用のUSBを挿すと選べます", "Plug in the office's stick"),
        };
        let stick = key(
            language.say("USBで登録", "Enrol from USB"),
            invites.as_ref().map(|_| language.say("USBの中に見つかりました", "Found on the stick")),
            bundle_detail,
            invites.clone().map(Way::Stick),
        );
        let mut ways = vec![network, stick];
        let invitation_words = language.say("招待のファイルで登録", "Enrol by invitation file");
        let given = self.invitation.iter().map(|invitation| (None, invitation));
        let found = self.found.invitations.iter().map(|(name, invitation)| (Some(name), invitation));
        for (name, invitation) in given.chain(found) {
            let detail = match name {
                Some(name) => format!("{name}: {}", invitation.url),
                None => invitation.url.clone(),
            };
            ways.push(key(invitation_words, Some(&detail), "", Some(Way::Invitation(invitation.clone()))));
        }
        if ways.len() == 2 {
            let none = language.say("招待のファイルが入ったUSBを挿すと選べます", "Plug in a stick that holds one");
            ways.push(key(invitation_words, None, none, None));
        }
        ways
    }

    fn ways_on(&self, language: Language) -> Vec<(EnrolmentWay, Option<Way>)> {
        let network = language.say("ネットワークで続ける", "Go on over the network");
        let stick = language.say("USBから続ける", "Go on from USB");
        let bundle = self.bundle().cloned();
        vec![
            key(network, Some(language.say("入力は要りません", "Nothing is typed")), "", Some(Way::GoOn)),
            key(
                stick,
                bundle.as_ref().map(|_| language.say("USBの中に見つかりました", "Found on the stick")),
                language.say("登録用のUSBを挿すと選べます", "Plug in the office's stick"),
                bundle.clone().map(Way::GoOnFrom),
            ),
        ]
    }
}

fn key(words: &str, detail: Option<&str>, otherwise: &str, way: Option<Way>) -> (EnrolmentWay, Option<Way>) {
    let enabled = way.is_some();
    let detail = detail.unwrap_or(otherwise).to_owned();
    (EnrolmentWay { words: words.to_owned(), detail, enabled }, way)
}
